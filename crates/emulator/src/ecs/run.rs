//! Starting tasks.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::task::{id_of, shown};
use super::{Ecs, check, cluster, error, tag};
use crate::Call;
use crate::ec2::Ec2;
use crate::place::Place;
use crate::random;
use crate::record::Record;
use crate::structure::{Structure, time};
use crate::tags::Tags;

/// Members that say how a task is started.
const LAUNCH: &[&str] = &["capacityProviderStrategy", "launchType", "networkConfiguration"];
/// Members that are shown as they are given.
const KEPT: &[&str] = &["enableExecuteCommand", "group", "overrides", "platformVersion", "startedBy"];
/// Members that decide where a task runs, which nothing that is read of it shows.
const OF_RUNNING: &[&str] = &["placementConstraints", "placementStrategy", "referenceId"];
/// The capacity that no container instance has to provide.
const FARGATE: [&str; 2] = ["FARGATE", "FARGATE_SPOT"];

/// The tasks that a call started, and what it was called with.
#[derive(Clone)]
pub(crate) struct Started {
    given: Members,
    tasks: Vec<String>,
}

pub(crate) fn run(ecs: &mut Ecs, ec2: &Ec2, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let whole = call.input.given().clone();
    let input = &mut call.input;
    let cluster = cluster::read_name(input)?;
    let named = input.required("taskDefinition")?;
    let count = input.integer("count")?.unwrap_or(1);
    let mut launch = input.keep(LAUNCH);
    let given = input.keep(KEPT);
    input.keep(OF_RUNNING);
    let token = input.string("clientToken")?.map(|token| (cluster.clone(), token));
    let propagated = input.string("propagateTags")?.as_deref() == Some("TASK_DEFINITION");
    let managed = input.boolean("enableECSManagedTags")?.unwrap_or(false);
    let tags = tag::read(input)?;
    input.finish()?;
    check::one_launch(&launch)?;
    check::network(ec2, &place, &launch)?;
    let store = ecs.store_mut(&place);
    store.complete_launch(&cluster, &mut launch)?;
    let definition_arn = store.check_launch(&cluster, &launch, &named)?;
    let definition = store.definition(&definition_arn).cloned().unwrap_or_default();
    check_overrides(&given, &definition)?;
    if let Some(held) = token.as_ref().and_then(|token| store.started.get(token)) {
        let tasks: Vec<Value> = held
            .tasks
            .iter()
            .filter_map(|id| store.tasks.get(&(cluster.clone(), id.clone())))
            .map(|task| shown(task, true))
            .collect();
        return match held.given == whole {
            true => Ok(answer(tasks)),
            false => Err(error::conflict(&held.tasks)),
        };
    }
    if capacity(&launch).is_none() {
        return Err(error::invalid("No Container Instances were found in your cluster."));
    }
    let mut of_all = if propagated { definition.tags.clone() } else { Tags::default() };
    if managed {
        of_all = of_all.with(Tags::managed([("aws:ecs:clusterName", cluster.as_str())]));
    }
    let tags = of_all.with(tags).within_limit(error::too_many_tags)?;
    let cluster_arn = store.cluster(&cluster)?.text("clusterArn").to_owned();
    let mut tasks = Vec::new();
    for _ in 0..count {
        let id = random::letters(b"0123456789abcdef", 32)?;
        let arn = place.arn("ecs", &format!("task/{cluster}/{id}"));
        let members = Structure::new()
            .with("group", format!("family:{}", definition.text("family")))
            .with("enableExecuteCommand", false)
            .with_all(given.clone())
            .with("taskArn", arn.as_str())
            .with("clusterArn", cluster_arn.as_str())
            .with("taskDefinitionArn", definition_arn.as_str())
            .with("createdAt", time(call.now))
            .with("desiredStatus", "RUNNING")
            .with("lastStatus", "PROVISIONING")
            .with("version", 1)
            .with("containers", containers(&definition, &place, &arn)?)
            .with("attachments", attachments(&launch)?)
            .with_all(size(&given, &definition))
            .with_all(started_on(&launch))
            .with("overrides", overrides(&given))
            .members();
        tasks.push((id, Record { members, tags: tags.clone() }));
    }
    if let Some(token) = token {
        let ids = tasks.iter().map(|(id, _)| id.clone()).collect();
        store.started.insert(token, Started { given: whole, tasks: ids });
    }
    let output = answer(tasks.iter().map(|(_, task)| shown(task, true)).collect());
    store.tasks.extend(tasks.into_iter().map(|(id, task)| ((cluster.clone(), id), task)));
    Ok(output)
}

fn answer(tasks: Vec<Value>) -> Output {
    Structure::new().with("tasks", tasks).with("failures", json!([])).output()
}

/// Fargate's capacity, where it is that which a task is started on; what stands on instances cannot be, as there are none.
fn capacity(launch: &Members) -> Option<&str> {
    let strategy = launch.get("capacityProviderStrategy").and_then(Value::as_array);
    let named = match strategy.and_then(|items| items.first()) {
        Some(item) => item.get("capacityProvider"),
        None => launch.get("launchType"),
    };
    named.and_then(Value::as_str).filter(|name| FARGATE.contains(name))
}

fn started_on(launch: &Members) -> Members {
    let provider = launch.contains_key("capacityProviderStrategy").then(|| capacity(launch)).flatten();
    Structure::new()
        .with("launchType", "FARGATE")
        .with_some("capacityProviderName", provider)
        .with("platformFamily", "Linux")
        .with("ephemeralStorage", json!({ "sizeInGiB": 20 }))
        .members()
}

/// CPU and memory are the definition's unless the call has others.
fn size(given: &Members, definition: &Record) -> Members {
    let overridden = given.get("overrides").and_then(Value::as_object);
    let of =
        |name: &str| overridden.and_then(|it| it.get(name)).or_else(|| definition.members.get(name)).cloned();
    Structure::new().with_some("cpu", of("cpu")).with_some("memory", of("memory")).members()
}

fn overrides(given: &Members) -> Value {
    let overridden = given.get("overrides").and_then(Value::as_object).cloned().unwrap_or_default();
    Structure::new()
        .with("containerOverrides", json!([]))
        .with("inferenceAcceleratorOverrides", json!([]))
        .with_all(overridden)
        .value()
}

/// Refuses overrides of containers that the definition does not have.
fn check_overrides(given: &Members, definition: &Record) -> Result<(), ApiError> {
    let containers = definition.members.get("containerDefinitions").and_then(Value::as_array);
    let overridden =
        given.get("overrides").and_then(|it| it.get("containerOverrides")).and_then(Value::as_array);
    for name in overridden.into_iter().flatten().filter_map(|it| it.get("name")) {
        if !containers.into_iter().flatten().any(|held| held.get("name") == Some(name)) {
            let name = name.as_str().unwrap_or_default();
            let message =
                format!("Override for container named {name} is not a container in the TaskDefinition.");
            return Err(error::invalid(message));
        }
    }
    Ok(())
}

fn containers(definition: &Record, place: &Place, task: &str) -> Result<Vec<Value>, ApiError> {
    let held = definition.members.get("containerDefinitions").and_then(Value::as_array);
    let id = id_of(task);
    let container = |held: &Value| {
        let of = |name: &str| held.get(name).cloned();
        let text = |name: &str| of(name).map(|number| number.to_string());
        let arn = place.arn("ecs", &format!("container/{id}/{}", random::uuid()?));
        Ok(Structure::new()
            .with("containerArn", arn)
            .with("taskArn", task)
            .with_some("name", of("name"))
            .with_some("image", of("image"))
            .with("lastStatus", "PENDING")
            .with("networkInterfaces", json!([]))
            .with_some("cpu", text("cpu"))
            .with_some("memory", text("memory"))
            .with_some("memoryReservation", text("memoryReservation"))
            .value())
    };
    held.into_iter().flatten().map(container).collect()
}

/// The network interface that the task waits for.
fn attachments(launch: &Members) -> Result<Value, ApiError> {
    let network = launch.get("networkConfiguration").and_then(|it| it.get("awsvpcConfiguration"));
    let subnet = network.and_then(|it| it.get("subnets")).and_then(|it| it.get(0));
    let Some(subnet) = subnet else { return Ok(json!([])) };
    Ok(json!([{
        "id": random::uuid()?,
        "type": "ElasticNetworkInterface",
        "status": "PRECREATED",
        "details": [{ "name": "subnetId", "value": subnet }],
    }]))
}
