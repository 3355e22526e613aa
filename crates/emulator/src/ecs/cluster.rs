//! Clusters.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Cluster.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::rule::is_name;
use super::{Ecs, PAGING, Store, error, tag};
use crate::Call;
use crate::arn::Arn;
use crate::input::{Input, not_implemented};
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;

/// The cluster of calls that name none.
const DEFAULT: &str = "default";

/// Takes what names a cluster, by name or ARN; gives the name.
pub(crate) fn read_name(input: &mut Input) -> Result<String, ApiError> {
    let named = input.string("cluster")?.unwrap_or_else(|| DEFAULT.to_owned());
    Ok(name_of(&named).to_owned())
}

/// The name in a name or ARN.
pub(crate) fn name_of(named: &str) -> &str {
    Arn::parse(named).and_then(|arn| arn.resource.strip_prefix("cluster/")).unwrap_or(named)
}

impl Store {
    /// A cluster that is there and not deleted.
    pub fn cluster(&self, name: &str) -> Result<&Record, ApiError> {
        let cluster = self.clusters.get(name).filter(|cluster| cluster.text("status") == "ACTIVE");
        cluster.ok_or_else(error::no_cluster)
    }

    pub fn cluster_mut(&mut self, name: &str) -> Result<&mut Record, ApiError> {
        let cluster = self.clusters.get_mut(name).filter(|cluster| cluster.text("status") == "ACTIVE");
        cluster.ok_or_else(error::no_cluster)
    }

    /// The cluster as it is shown, but for what has to be asked for.
    fn shown(&self, cluster: &Record) -> Structure {
        let name = cluster.text("clusterName");
        let active = self.services_of(name).filter(|service| service.text("status") == "ACTIVE").count();
        Structure::new()
            .with_all(cluster.members.clone())
            .with("registeredContainerInstancesCount", 0)
            .with("runningTasksCount", 0)
            .with("pendingTasksCount", self.pending(name))
            .with("activeServicesCount", active)
            .with("statistics", json!([]))
    }

    /// The cluster as answers about it alone show it.
    fn whole(&self, cluster: &Record) -> Output {
        let shown = self.shown(cluster).with("tags", tag::list(&cluster.tags));
        Structure::new().with("cluster", shown.value()).output()
    }

    /// Refuses a strategy of providers that the cluster does not have.
    pub fn check_strategy(&self, cluster: &Members, strategy: Option<&Value>) -> Result<(), ApiError> {
        let held = cluster.get("capacityProviders").and_then(Value::as_array);
        let held: Vec<&str> = held.into_iter().flatten().filter_map(Value::as_str).collect();
        let mut bases = 0;
        for item in strategy.and_then(Value::as_array).into_iter().flatten() {
            let name = item.get("capacityProvider").and_then(Value::as_str).unwrap_or_default();
            if !held.contains(&name) {
                return Err(error::invalid(
                    "Capacity provider strategy cannot contain a capacity provider that is not associated with the cluster. Associate the capacity provider with the cluster and try again.",
                ));
            }
            bases += usize::from(item.get("base").and_then(Value::as_i64).is_some_and(|base| base > 0));
        }
        match bases > 1 {
            true => Err(error::invalid(
                "Only one capacity provider in a capacity provider strategy can have a base defined.",
            )),
            false => Ok(()),
        }
    }

    fn check_providers(&self, names: Option<&Value>) -> Result<(), ApiError> {
        let names = names.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        let mut names = names.filter(|name| !self.has_provider(name));
        names.next().map_or(Ok(()), |name| Err(error::no_provider(name)))
    }
}

/// Takes the members that clusters are made and changed with.
fn read(input: &mut Input) -> Result<Members, ApiError> {
    let given = input.keep(&["configuration", "serviceConnectDefaults", "settings"]);
    let namespace = given.get("serviceConnectDefaults").and_then(|defaults| defaults.get("namespace"));
    let namespace = namespace.and_then(Value::as_str).unwrap_or_default();
    // A namespace by its name would be looked up in Cloud Map, and made there.
    if !namespace.is_empty() && Arn::parse(namespace).is_none() {
        return Err(not_implemented("ecs serviceConnectDefaults.namespace by name"));
    }
    Ok(given)
}

pub(crate) fn create(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.string("clusterName")?.unwrap_or_else(|| DEFAULT.to_owned());
    if !is_name(&name) {
        return Err(error::invalid(
            "Invalid identifier: Identifier is for cluster. Clusters contain at most 255 letters, numbers, hyphens and underscores.",
        ));
    }
    let given = read(&mut call.input)?;
    let providers = call.input.keep(&["capacityProviders", "defaultCapacityProviderStrategy"]);
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let insights = ecs.setting(&place, "containerInsights");
    let store = ecs.store_mut(&place);
    if let Ok(held) = store.cluster(&name) {
        return Ok(store.whole(held));
    }
    store.check_providers(providers.get("capacityProviders"))?;
    store.check_strategy(&providers, providers.get("defaultCapacityProviderStrategy"))?;
    let members = Structure::new()
        .with("clusterArn", place.arn("ecs", &format!("cluster/{name}")))
        .with("clusterName", name.as_str())
        .with("status", "ACTIVE")
        .with("settings", json!([{ "name": "containerInsights", "value": insights }]))
        .with("capacityProviders", json!([]))
        .with("defaultCapacityProviderStrategy", json!([]))
        .with_all(given)
        .with_all(providers)
        .members();
    let cluster = Record { members, tags };
    let answer = store.whole(&cluster);
    store.clusters.insert(name, cluster);
    Ok(answer)
}

pub(crate) fn describe(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let mut named = call.input.strings("clusters")?;
    let include = call.input.strings("include")?;
    call.input.finish()?;
    if named.is_empty() {
        named.push(DEFAULT.to_owned());
    }
    let has = |what: &str| include.iter().any(|included| included == what);
    let (mut clusters, mut failures) = (Vec::new(), Vec::new());
    let store = ecs.store(&place);
    for named in &named {
        let name = name_of(named);
        let Some((store, cluster)) = store.and_then(|store| Some((store, store.clusters.get(name)?))) else {
            let arn = place.arn("ecs", &format!("cluster/{name}"));
            failures.push(json!({ "arn": arn, "reason": "MISSING" }));
            continue;
        };
        let mut shown = store.shown(cluster);
        shown = if has("SETTINGS") { shown } else { shown.with("settings", json!([])) };
        shown = if has("CONFIGURATIONS") { shown } else { shown.without("configuration") };
        let tags = if has("TAGS") { tag::list(&cluster.tags) } else { json!([]) };
        clusters.push(shown.with("tags", tags).value());
    }
    Ok(Structure::new().with("clusters", clusters).with("failures", failures).output())
}

pub(crate) fn list(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let clusters = ecs.store(&Place::of(&call)).into_iter().flat_map(|store| store.clusters.iter());
    let active = clusters.filter(|(_, cluster)| cluster.text("status") == "ACTIVE");
    let rows = active.map(|(name, cluster)| (name.clone(), Value::from(cluster.text("clusterArn"))));
    Ok(page.answer("clusterArns", rows).output())
}

pub(crate) fn update(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name(&mut call.input)?;
    let given = read(&mut call.input)?;
    call.input.finish()?;
    change(ecs, &call, &name, given)
}

pub(crate) fn put_providers(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name(&mut call.input)?;
    let given = call.input.keep(&["capacityProviders", "defaultCapacityProviderStrategy"]);
    call.input.finish()?;
    if let Some(store) = ecs.store(&Place::of(&call)) {
        store.cluster(&name)?;
        store.check_providers(given.get("capacityProviders"))?;
        store.check_strategy(&given, given.get("defaultCapacityProviderStrategy"))?;
        for service in store.services_of(&name).filter(|service| service.text("status") == "ACTIVE") {
            store.check_strategy(&given, service.members.get("capacityProviderStrategy")).map_err(|_| {
                let message = "The specified capacity provider is in use and cannot be removed.";
                ApiError::new(400, "ResourceInUseException", message)
            })?;
        }
    }
    change(ecs, &call, &name, given)
}

fn change(ecs: &mut Ecs, call: &Call, name: &str, given: Members) -> Result<Output, ApiError> {
    let store = ecs.store_mut(&Place::of(call));
    store.cluster_mut(name)?.members.extend(given);
    Ok(store.whole(store.cluster(name)?))
}

/// Deletes a cluster; as on AWS it is still found by its name.
pub(crate) fn delete(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name(&mut call.input)?;
    call.input.finish()?;
    let store = ecs.store_mut(&Place::of(&call));
    store.cluster(&name)?;
    if store.services_of(&name).any(|service| service.text("status") == "ACTIVE") {
        return Err(error::cluster_in_use());
    }
    if store.pending(&name) > 0 {
        return Err(error::cluster_runs());
    }
    let cluster = store.cluster_mut(&name)?;
    cluster.set("status", "INACTIVE");
    cluster.tags = crate::tags::Tags::default();
    let answer = cluster.clone();
    store.services.retain(|(cluster, _), _| *cluster != name);
    store.tasks.retain(|(cluster, _), _| *cluster != name);
    store.started.retain(|(cluster, _), _| *cluster != name);
    Ok(store.whole(&answer))
}
