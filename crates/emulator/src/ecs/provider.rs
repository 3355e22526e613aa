//! Capacity providers: AWS's own two, and those of Auto Scaling groups.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProvider.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::rule::is_name;
use super::{Ecs, PAGING, Store, error, tag};
use crate::Call;
use crate::arn::Arn;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;

/// Those that every cluster can have.
const FARGATE: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

/// The name in a name or ARN.
fn name_of(named: &str) -> &str {
    Arn::parse(named).and_then(|arn| arn.resource.strip_prefix("capacity-provider/")).unwrap_or(named)
}

impl Store {
    /// Whether there is a provider of that name.
    pub fn has_provider(&self, name: &str) -> bool {
        FARGATE.contains(&name) || self.providers.contains_key(name)
    }
}

fn answer(provider: &Record, update: Option<&str>) -> Output {
    let shown = Structure::new().with_all(provider.members.clone()).with("tags", tag::list(&provider.tags));
    let shown = shown.with_some("updateStatus", update).value();
    Structure::new().with("capacityProvider", shown).output()
}

/// Takes the group's settings, over what they are or would be.
fn read_group(input: &mut Input, before: Option<&Value>) -> Result<Value, ApiError> {
    let before = before.and_then(Value::as_object).cloned().unwrap_or_default();
    let mut given = input.required_structure("autoScalingGroupProvider")?;
    let scaling = before.get("managedScaling").and_then(Value::as_object).cloned();
    let default = json!({
        "status": "DISABLED", "targetCapacity": 100, "minimumScalingStepSize": 1, "maximumScalingStepSize": 10_000,
        "instanceWarmupPeriod": 300,
    });
    let scaling = Structure::new()
        .with_all(default.as_object().cloned().unwrap_or_default())
        .with_all(scaling.unwrap_or_default())
        .with_all(given.map("managedScaling")?)
        .members();
    let own = given.keep(&["autoScalingGroupArn", "managedDraining", "managedTerminationProtection"]);
    given.finish()?;
    let group = Structure::new()
        .with("managedTerminationProtection", "DISABLED")
        .with("managedDraining", "ENABLED")
        .with_all(before)
        .with_all(own)
        .with("managedScaling", scaling)
        .members();
    check_group(&group)?;
    Ok(Value::Object(group))
}

fn check_group(group: &Members) -> Result<(), ApiError> {
    let scaling = group.get("managedScaling");
    let disabled =
        scaling.and_then(|scaling| scaling.get("status")).and_then(Value::as_str) != Some("ENABLED");
    let protected = group.get("managedTerminationProtection").and_then(Value::as_str) == Some("ENABLED");
    match disabled && protected {
        true => Err(error::invalid(
            "The managed termination protection setting for the capacity provider is invalid. To enable managed termination protection for a capacity provider, managed scaling must be enabled.",
        )),
        false => Ok(()),
    }
}

pub(crate) fn create(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("name")?;
    let prefixed = ["aws", "ecs", "fargate"].iter().any(|own| name.to_ascii_lowercase().starts_with(own));
    if !is_name(&name) || prefixed {
        return Err(error::invalid(
            "The specified capacity provider name is invalid. Up to 255 characters are allowed, including letters (upper and lowercase), numbers, underscores (_), and hyphens (-). The name cannot be prefixed with \"aws\", \"ecs\", or \"fargate\". Specify a valid name and try again.",
        ));
    }
    let group = read_group(&mut call.input, None)?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let store = ecs.store_mut(&place);
    if store.providers.contains_key(&name) {
        return Err(error::client(
            "The specified capacity provider already exists. To change the configuration of an existing capacity provider, update the capacity provider.",
        ));
    }
    let members = Structure::new()
        .with("capacityProviderArn", place.arn("ecs", &format!("capacity-provider/{name}")))
        .with("name", name.as_str())
        .with("status", "ACTIVE")
        .with("type", "EC2_AUTOSCALING")
        .with("autoScalingGroupProvider", group)
        .members();
    let provider = Record { members, tags };
    let output = answer(&provider, None);
    store.providers.insert(name, provider);
    Ok(output)
}

pub(crate) fn update(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let named = call.input.required("name")?;
    let store = ecs.store_mut(&Place::of(&call));
    let provider = store.providers.get_mut(name_of(&named)).ok_or_else(|| error::no_provider(&named))?;
    let group = read_group(&mut call.input, provider.members.get("autoScalingGroupProvider"))?;
    call.input.finish()?;
    provider.set("autoScalingGroupProvider", group);
    Ok(answer(provider, Some("UPDATE_COMPLETE")))
}

pub(crate) fn describe(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = call.input.strings("capacityProviders")?;
    let tagged = call.input.strings("include")?.iter().any(|included| included == "TAGS");
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let own = FARGATE.iter().map(|name| {
        let members = Structure::new()
            .with("capacityProviderArn", place.arn("ecs", &format!("capacity-provider/{name}")))
            .with("name", *name)
            .with("status", "ACTIVE")
            .with("type", *name)
            .members();
        ((*name).to_owned(), Record { members, ..Record::default() })
    });
    let held = ecs.store(&place).into_iter().flat_map(|store| store.providers.clone());
    let wanted: Vec<&str> = named.iter().map(|named| name_of(named)).collect();
    let all: Vec<(String, Record)> = own.chain(held).collect();
    let found = all.iter().filter(|(name, _)| wanted.is_empty() || wanted.contains(&name.as_str()));
    let rows = found.map(|(name, provider)| {
        let tags = if tagged { tag::list(&provider.tags) } else { json!([]) };
        (name.clone(), Structure::new().with_all(provider.members.clone()).with("tags", tags).value())
    });
    let missing = wanted.iter().filter(|wanted| all.iter().all(|(name, _)| name != *wanted));
    let failures: Vec<Value> = missing.map(|name| json!({ "arn": name, "reason": "MISSING" })).collect();
    Ok(page.answer("capacityProviders", rows).with("failures", failures).output())
}

pub(crate) fn delete(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let named = call.input.required("capacityProvider")?;
    call.input.finish()?;
    let name = name_of(&named);
    let store = ecs.store_mut(&Place::of(&call));
    if FARGATE.contains(&name) {
        return Err(error::invalid("The specified capacity provider is reserved and cannot be deleted."));
    }
    let users = store.clusters.values().filter(|cluster| {
        let providers = cluster.members.get("capacityProviders").and_then(Value::as_array);
        cluster.text("status") == "ACTIVE"
            && providers.is_some_and(|held| held.iter().any(|held| held == name))
    });
    let users: Vec<&str> = users.map(|cluster| cluster.text("clusterName")).collect();
    if !users.is_empty() {
        return Err(error::client(format!(
            "The capacity provider cannot be deleted because it is associated with cluster: {}. Remove the capacity provider from the cluster and try again.",
            users.join(", ")
        )));
    }
    let provider = store.providers.remove(name).ok_or_else(|| error::no_provider(name))?;
    Ok(answer(&provider, Some("DELETE_IN_PROGRESS")))
}
