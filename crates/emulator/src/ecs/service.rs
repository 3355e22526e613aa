//! Services. They are kept with what is wanted of them; as nothing runs here, none of their tasks ever does.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Service.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::deployment::{self, IN_DEPLOYMENT};
use super::rule::is_name;
use super::{Ecs, PAGING, Store, check, cluster, error, tag};
use crate::Call;
use crate::arn::Arn;
use crate::ec2::Ec2;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, time};

/// Members that a service is made with and that are shown as they are given.
const KEPT: &[&str] = &[
    "availabilityZoneRebalancing",
    "capacityProviderStrategy",
    "deploymentConfiguration",
    "deploymentController",
    "desiredCount",
    "enableECSManagedTags",
    "enableExecuteCommand",
    "healthCheckGracePeriodSeconds",
    "loadBalancers",
    "networkConfiguration",
    "placementConstraints",
    "placementStrategy",
    "platformVersion",
    "propagateTags",
    "serviceRegistries",
];

/// Those that cannot be changed.
const KEPT_AT_FIRST: &[&str] = &["launchType", "schedulingStrategy"];

/// The name in a name or ARN.
fn name_of(named: &str) -> &str {
    let resource = Arn::parse(named).and_then(|arn| arn.resource.strip_prefix("service/"));
    resource.and_then(|resource| resource.rsplit('/').next()).unwrap_or(named)
}

impl Store {
    /// The services of a cluster, also those that are deleted.
    pub fn services_of(&self, cluster: &str) -> impl Iterator<Item = &Record> {
        self.services.iter().filter(move |((of, _), _)| of == cluster).map(|(_, service)| service)
    }
}

/// What a service is made with that says nothing.
fn defaults(service: &Members) -> Structure {
    let text = |name: &str| service.get(name).and_then(Value::as_str);
    let daemon = text("schedulingStrategy") == Some("DAEMON");
    let given = service.get("deploymentConfiguration").and_then(Value::as_object).cloned();
    let deployment = Structure::new()
        .with("deploymentCircuitBreaker", json!({ "enable": false, "rollback": false }))
        .with("maximumPercent", if daemon { 100 } else { 200 })
        .with("minimumHealthyPercent", if daemon { 0 } else { 100 })
        .with("strategy", "ROLLING")
        .with("bakeTimeInMinutes", 0)
        .with_all(given.unwrap_or_default());
    let fargate = text("launchType") == Some("FARGATE");
    Structure::new()
        .with("status", "ACTIVE")
        .with("desiredCount", 0)
        .with("schedulingStrategy", "REPLICA")
        .with("deploymentController", json!({ "type": "ECS" }))
        .with("availabilityZoneRebalancing", if daemon { "DISABLED" } else { "ENABLED" })
        .with("enableECSManagedTags", false)
        .with("enableExecuteCommand", false)
        .with("propagateTags", "NONE")
        .with("healthCheckGracePeriodSeconds", 0)
        .with("loadBalancers", json!([]))
        .with("serviceRegistries", json!([]))
        .with("placementConstraints", json!([]))
        .with("placementStrategy", json!([]))
        .with("events", json!([]))
        .with_some("platformVersion", fargate.then_some("LATEST"))
        .with_some("platformFamily", fargate.then_some("Linux"))
        .with_all(service.clone())
        .with("deploymentConfiguration", deployment.members())
}

/// The service as it is shown: nothing of it runs.
fn shown(service: &Record, tagged: bool) -> Value {
    let deployments: Vec<Value> = service
        .members
        .get("deployments")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .map(|held| deployment::shown(held, service.number("desiredCount")))
        .collect();
    let tags = if tagged { tag::list(&service.tags) } else { json!([]) };
    Structure::new()
        .with_all(service.members.clone())
        .with("runningCount", 0)
        .with("pendingCount", 0)
        .with("deployments", deployments)
        .with("tags", tags)
        .value()
}

fn answer(service: &Record) -> Output {
    Structure::new().with("service", shown(service, true)).output()
}

pub(crate) fn create(ecs: &mut Ecs, ec2: &Ec2, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let cluster = cluster::read_name(input)?;
    let name = input.required("serviceName")?;
    if !is_name(&name) {
        return Err(error::invalid(
            "Invalid identifier: Identifier is for service. Services contain at most 255 letters, numbers, hyphens and underscores.",
        ));
    }
    let named = input.required("taskDefinition")?;
    let mut given = input.keep(KEPT);
    given.extend(input.keep(KEPT_AT_FIRST));
    let in_deployment = input.keep(IN_DEPLOYMENT);
    let role = input.string("role")?;
    let token = input.string("clientToken")?;
    let tags = tag::read(input)?;
    input.finish()?;
    check::controller(&given)?;
    check::network(ec2, &place, &given)?;
    check::counts(&given)?;
    let store = ecs.store_mut(&place);
    store.complete_launch(&cluster, &mut given)?;
    let cluster_arn = store.cluster(&cluster)?.text("clusterArn").to_owned();
    let key = (cluster, name);
    if let Some(held) = store.services.get(&key).filter(|held| held.text("status") == "ACTIVE") {
        // The same token is the same call.
        if token.is_some() && store.tokens.get(&key) == token.as_ref() {
            return Ok(answer(held));
        }
        return Err(error::invalid("Creation of service was not idempotent."));
    }
    let definition = store.check_launch(&key.0, &given, &named)?;
    let own_role = given.get("networkConfiguration").is_some().then(|| {
        format!("arn:aws:iam::{}:role/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS", place.account)
    });
    let members = defaults(&given)
        .with("serviceArn", place.arn("ecs", &format!("service/{}/{}", key.0, key.1)))
        .with("serviceName", key.1.as_str())
        .with("clusterArn", cluster_arn)
        .with("taskDefinition", definition)
        .with("createdAt", time(call.now))
        .with_some("createdBy", call.caller.arn.clone())
        .with_some("roleArn", role.or(own_role))
        .members();
    let mut service = Record { members, tags };
    deployment::start(&mut service, in_deployment, call.now)?;
    let output = answer(&service);
    match token {
        Some(token) => store.tokens.insert(key.clone(), token),
        None => store.tokens.remove(&key),
    };
    store.services.insert(key, service);
    Ok(output)
}

pub(crate) fn update(ecs: &mut Ecs, ec2: &Ec2, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let cluster = cluster::read_name(input)?;
    let named = input.required("service")?;
    let definition = input.string("taskDefinition")?;
    let given = input.keep(KEPT);
    let in_deployment = input.keep(IN_DEPLOYMENT);
    let forced = input.boolean("forceNewDeployment")?.unwrap_or(false);
    input.finish()?;
    check::controller(&given)?;
    check::network(ec2, &place, &given)?;
    let store = ecs.store_mut(&place);
    store.cluster(&cluster)?;
    let key = (cluster, name_of(&named).to_owned());
    let held = store.services.get(&key).ok_or_else(error::no_service)?;
    if held.text("status") != "ACTIVE" {
        return Err(error::inactive_service());
    }
    if given.contains_key("desiredCount") && held.text("schedulingStrategy") == "DAEMON" {
        return Err(error::invalid(
            "The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again.",
        ));
    }
    let mut service = held.clone();
    // A strategy takes the launch type's place.
    if given.contains_key("capacityProviderStrategy") {
        service.members.remove("launchType");
    }
    let deployed =
        forced || definition.is_some() || !in_deployment.is_empty() || deployment::concerns(&given);
    let configuration = merged(&service.members, &given);
    service.members.extend(given);
    service.set("deploymentConfiguration", configuration);
    let definition = definition.unwrap_or_else(|| service.text("taskDefinition").to_owned());
    if deployed {
        let arn = store.check_launch(&key.0, &service.members, &definition)?;
        service.set("taskDefinition", arn);
        deployment::start(&mut service, in_deployment, call.now)?;
    }
    let output = answer(&service);
    store.services.insert(key, service);
    Ok(output)
}

/// The deployment's configuration with what is given of it.
fn merged(before: &Members, given: &Members) -> Members {
    let of = |members: &Members| members.get("deploymentConfiguration").and_then(Value::as_object).cloned();
    Structure::new()
        .with_all(of(before).unwrap_or_default())
        .with_all(of(given).unwrap_or_default())
        .members()
}

pub(crate) fn delete(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let cluster = cluster::read_name(&mut call.input)?;
    let named = call.input.required("service")?;
    let force = call.input.boolean("force")?.unwrap_or(false);
    call.input.finish()?;
    let store = ecs.store_mut(&Place::of(&call));
    store.cluster(&cluster)?;
    let key = (cluster, name_of(&named).to_owned());
    let service = store.services.get_mut(&key).ok_or_else(error::no_service)?;
    if service.text("status") != "ACTIVE" {
        return Err(error::inactive_service());
    }
    if service.number("desiredCount") > 0 && !force {
        return Err(error::invalid("The service cannot be stopped while it is scaled above 0."));
    }
    service.set("desiredCount", 0);
    // With no task to wait for, what drains is inactive at once.
    service.set("status", "DRAINING");
    let output = answer(service);
    service.set("status", "INACTIVE");
    Ok(output)
}

pub(crate) fn describe(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let cluster = cluster::read_name(&mut call.input)?;
    let named = call.input.strings("services")?;
    let tagged = call.input.strings("include")?.iter().any(|included| included == "TAGS");
    call.input.finish()?;
    let store = ecs.store(&place).ok_or_else(error::no_cluster)?;
    store.cluster(&cluster)?;
    let (mut services, mut failures) = (Vec::new(), Vec::new());
    for named in named {
        let name = name_of(&named).to_owned();
        match store.services.get(&(cluster.clone(), name.clone())) {
            Some(service) => services.push(shown(service, tagged)),
            None => {
                let arn = place.arn("ecs", &format!("service/{cluster}/{name}"));
                failures.push(json!({ "arn": arn, "reason": "MISSING" }));
            }
        }
    }
    Ok(Structure::new().with("services", services).with("failures", failures).output())
}

pub(crate) fn list(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let cluster = cluster::read_name(&mut call.input)?;
    let page = PAGING.read(&mut call.input)?;
    let wanted = read_filters(&mut call.input)?;
    call.input.finish()?;
    let store = ecs.store(&Place::of(&call)).ok_or_else(error::no_cluster)?;
    store.cluster(&cluster)?;
    let services = store.services_of(&cluster).filter(|service| {
        service.text("status") == "ACTIVE" && wanted.iter().all(|(name, value)| service.text(name) == value)
    });
    let rows = services.map(|service| {
        let arn = service.text("serviceArn");
        (arn.to_owned(), Value::from(arn))
    });
    Ok(page.answer("serviceArns", rows).output())
}

fn read_filters(input: &mut Input) -> Result<Vec<(&'static str, String)>, ApiError> {
    let mut wanted = Vec::new();
    for name in KEPT_AT_FIRST {
        if let Some(value) = input.string(name)? {
            wanted.push((*name, value));
        }
    }
    Ok(wanted)
}
