//! What services and tasks must be: that what they name is there and fits together.

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::{Store, error};
use crate::ec2::Ec2;
use crate::input::not_implemented;
use crate::place::Place;
use crate::record::Record;

impl Store {
    /// Where nothing says how tasks are launched, the cluster's own strategy does, and then EC2.
    pub fn complete_launch(&self, cluster: &str, given: &mut Members) -> Result<(), ApiError> {
        let strategy = self.cluster(cluster)?.members.get("defaultCapacityProviderStrategy");
        if given.contains_key("launchType") || given.contains_key("capacityProviderStrategy") {
            return Ok(());
        }
        match strategy.filter(|strategy| strategy.as_array().is_some_and(|items| !items.is_empty())) {
            Some(strategy) => given.insert("capacityProviderStrategy".to_owned(), strategy.clone()),
            None => given.insert("launchType".to_owned(), "EC2".into()),
        };
        Ok(())
    }

    /// Refuses a service or task that its cluster or task definition does not allow, and gives the definition's ARN.
    pub fn check_launch(&self, cluster: &str, service: &Members, named: &str) -> Result<String, ApiError> {
        let definition = self.definition(named).ok_or_else(|| error::client("TaskDefinition not found."))?;
        if definition.text("status") != "ACTIVE" {
            return Err(error::client("TaskDefinition is inactive"));
        }
        let text = |name: &str| service.get(name).and_then(Value::as_str);
        let awsvpc = definition.text("networkMode") == "awsvpc";
        let network =
            service.get("networkConfiguration").and_then(|network| network.get("awsvpcConfiguration"));
        match (awsvpc, network.is_some()) {
            (true, false) => {
                return Err(error::invalid(
                    "Network Configuration must be provided when networkMode 'awsvpc' is specified.",
                ));
            }
            (false, true) => {
                return Err(error::invalid(
                    "Network Configuration is not valid for the given networkMode of this task definition.",
                ));
            }
            _ => {}
        }
        let compatible = definition.members.get("compatibilities").and_then(Value::as_array);
        let runs = |launch: &str| compatible.is_some_and(|held| held.iter().any(|held| held == launch));
        if let Some(launch) = text("launchType").filter(|launch| !runs(launch)) {
            return Err(error::invalid(format!("Task definition does not support launch_type {launch}.")));
        }
        self.check_strategy(&self.cluster(cluster)?.members, service.get("capacityProviderStrategy"))?;
        balancers(service, definition)?;
        Ok(definition.text("taskDefinitionArn").to_owned())
    }
}

/// Refuses load balancers of containers and ports that the definition does not have.
fn balancers(service: &Members, definition: &Record) -> Result<(), ApiError> {
    let containers = definition.members.get("containerDefinitions").and_then(Value::as_array);
    for balancer in service.get("loadBalancers").and_then(Value::as_array).into_iter().flatten() {
        let name = balancer.get("containerName").and_then(Value::as_str).unwrap_or_default();
        let container =
            containers.into_iter().flatten().find(|held| held.get("name").is_some_and(|held| held == name));
        let container = container.ok_or_else(|| {
            error::invalid(format!("The container {name} does not exist in the task definition."))
        })?;
        let ports = container.get("portMappings").and_then(Value::as_array);
        let wanted = balancer.get("containerPort");
        if !ports.into_iter().flatten().any(|port| port.get("containerPort") == wanted) {
            let wanted = wanted.map(Value::to_string).unwrap_or_default();
            return Err(error::invalid(format!(
                "The container {name} did not have a container port {wanted} defined."
            )));
        }
    }
    Ok(())
}

/// Takes what only rolling deployments have; others are carried out by code that does not run here.
pub(crate) fn controller(given: &Members) -> Result<(), ApiError> {
    let kind = given.get("deploymentController").and_then(|controller| controller.get("type"));
    match kind.and_then(Value::as_str) {
        None | Some("ECS") => Ok(()),
        Some(other) => Err(not_implemented(&format!("ecs deploymentController {other}"))),
    }
}

/// Refuses subnets and security groups that are not there.
pub(crate) fn network(ec2: &Ec2, place: &Place, given: &Members) -> Result<(), ApiError> {
    let network = given.get("networkConfiguration").and_then(|network| network.get("awsvpcConfiguration"));
    let ids = |name: &str| {
        let ids = network.and_then(|network| network.get(name)).and_then(Value::as_array);
        ids.into_iter().flatten().filter_map(Value::as_str)
    };
    let failed = |what: &str, id: &str, error: ApiError| {
        let ApiError { code, message, .. } = error;
        error::invalid(format!(
            "Error retrieving {what} information for [{id}]: {message} (ErrorCode: {code})"
        ))
    };
    for id in ids("subnets") {
        ec2.vpc_of_subnet(place, id).map_err(|error| failed("subnet", id, error))?;
    }
    for id in ids("securityGroups") {
        ec2.vpc_of_group(place, id).map_err(|error| failed("security group", id, error))?;
    }
    Ok(())
}

pub(crate) fn counts(given: &Members) -> Result<(), ApiError> {
    let daemon = given.get("schedulingStrategy").and_then(Value::as_str) == Some("DAEMON");
    match (daemon, given.contains_key("desiredCount")) {
        (true, true) => Err(error::invalid(
            "The daemon scheduling strategy does not support a desired count for services. Remove the desired count value and try again.",
        )),
        (false, false) => {
            Err(error::invalid("desiredCount must be given for the replica scheduling strategy."))
        }
        _ => one_launch(given),
    }
}

/// Refuses what says twice how tasks are launched.
pub(crate) fn one_launch(given: &Members) -> Result<(), ApiError> {
    match given.contains_key("launchType") && given.contains_key("capacityProviderStrategy") {
        true => Err(error::invalid(
            "Specifying both a launch type and capacity provider strategy is not supported. Remove one and try again.",
        )),
        false => Ok(()),
    }
}
