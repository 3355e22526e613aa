//! Deployments: what a service is told to become.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Deployment.html>

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use crate::random;
use crate::record::Record;
use crate::structure::{Structure, time};

/// Members of calls that are shown with the deployment alone.
pub(crate) const IN_DEPLOYMENT: &[&str] =
    &["serviceConnectConfiguration", "volumeConfigurations", "vpcLatticeConfigurations"];

/// Members of services whose change is carried out by a deployment, and that it shows.
const CARRIED: &[&str] =
    &["capacityProviderStrategy", "launchType", "networkConfiguration", "platformFamily", "platformVersion"];

/// Members whose change is carried out by a deployment, though it does not show them.
const ALSO_CARRIED: &[&str] =
    &["loadBalancers", "serviceRegistries", "enableECSManagedTags", "propagateTags"];

/// Whether what is given has to be carried out by a deployment.
pub(crate) fn concerns(given: &Members) -> bool {
    CARRIED.iter().chain(ALSO_CARRIED).any(|name| given.contains_key(*name))
}

/// Makes a new deployment the service's only one: as no task of an earlier one runs, that one is over.
pub(crate) fn start(service: &mut Record, given: Members, now: Timestamp) -> Result<(), ApiError> {
    let before = service.members.get("deployments").and_then(|held| held.get(0)).and_then(Value::as_object);
    let kept = |name: &&str| Some(((**name).to_owned(), before?.get(*name)?.clone()));
    let kept: Members = IN_DEPLOYMENT.iter().filter_map(kept).collect();
    let carried =
        CARRIED.iter().filter_map(|name| Some(((*name).to_owned(), service.members.get(*name)?.clone())));
    let deployment = Structure::new()
        .with_all(carried.collect())
        .with_all(kept)
        .with_all(given)
        .with("id", format!("ecs-svc/{}", random::picks(b"0123456789", 19)?))
        .with("status", "PRIMARY")
        .with("taskDefinition", service.text("taskDefinition"))
        .with("createdAt", time(now))
        .with("updatedAt", time(now));
    let deployments = json!([deployment.value()]);
    service.set("deployments", deployments);
    Ok(())
}

/// The deployment as it is shown: it is complete when no task is wanted, else it waits for tasks that never come.
pub(crate) fn shown(deployment: &Members, desired: i64) -> Value {
    let id = deployment.get("id").and_then(Value::as_str).unwrap_or_default();
    let (state, reason) = match desired {
        0 => ("COMPLETED", format!("ECS deployment {id} completed.")),
        _ => ("IN_PROGRESS", format!("ECS deployment {id} in progress.")),
    };
    Structure::new()
        .with_all(deployment.clone())
        .with("desiredCount", desired)
        .with("pendingCount", 0)
        .with("runningCount", 0)
        .with("failedTasks", 0)
        .with("rolloutState", state)
        .with("rolloutStateReason", reason)
        .value()
}
