//! Task definitions: families of revisions.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_TaskDefinition.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::rule::is_name;
use super::{Ecs, PAGING, Store, container, error, fargate, tag, task};
use crate::Call;
use crate::arn::Arn;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, time};

/// Members that are shown as they are given.
const KEPT: &[&str] = &[
    "containerDefinitions",
    "cpu",
    "enableFaultInjection",
    "ephemeralStorage",
    "executionRoleArn",
    "family",
    "inferenceAccelerators",
    "ipcMode",
    "memory",
    "networkMode",
    "pidMode",
    "placementConstraints",
    "proxyConfiguration",
    "requiresCompatibilities",
    "runtimePlatform",
    "taskRoleArn",
    "trustedExecutionConfiguration",
    "volumes",
];

/// A family's revisions. Their numbers are never given again.
#[derive(Clone, Default)]
pub(crate) struct Family {
    last: u64,
    revisions: BTreeMap<u64, Arc<Record>>,
}

impl Family {
    /// Whether it has a revision that tasks may be started from.
    fn is_active(&self) -> bool {
        self.revisions.values().any(|definition| definition.text("status") == "ACTIVE")
    }
}

/// Family and revision of what names a task definition.
fn parse(named: &str) -> (&str, Option<u64>) {
    let resource = Arn::parse(named).and_then(|arn| arn.resource.strip_prefix("task-definition/"));
    match resource.unwrap_or(named).rsplit_once(':') {
        // A number too large for a revision is one that is not there.
        Some((family, revision)) => (family, Some(revision.parse().unwrap_or(0))),
        None => (resource.unwrap_or(named), None),
    }
}

impl Store {
    /// The definition that is named: the family's newest active one where no revision is.
    pub fn definition(&self, named: &str) -> Option<&Record> {
        let (family, revision) = parse(named);
        let revisions = &self.families.get(family)?.revisions;
        let definition = match revision {
            Some(revision) => revisions.get(&revision),
            None => revisions.values().rev().find(|definition| definition.text("status") == "ACTIVE"),
        };
        definition.map(Arc::as_ref)
    }

    /// The definition of that ARN, to be written to.
    pub fn definition_mut(&mut self, named: &str) -> Option<&mut Record> {
        let (family, revision) = parse(named);
        self.families.get_mut(family)?.revisions.get_mut(&revision?).map(Arc::make_mut)
    }
}

fn shown(definition: &Record) -> Value {
    Value::Object(definition.members.clone())
}

/// Where tasks may be started from the definition.
fn compatibilities(definition: &Members) -> Vec<&'static str> {
    let network = definition.get("networkMode").and_then(Value::as_str);
    match network {
        Some("awsvpc") if fargate::check(definition).is_ok() => vec!["EC2", "FARGATE"],
        Some("awsvpc") => vec!["EC2"],
        _ => vec!["EXTERNAL", "EC2"],
    }
}

fn read_volumes(volumes: Option<&Value>) -> Vec<Value> {
    let mut volumes = volumes.and_then(Value::as_array).cloned().unwrap_or_default();
    for volume in volumes.iter_mut().filter_map(Value::as_object_mut) {
        // A volume that says nothing of itself is a folder of the host.
        if volume.keys().all(|member| member == "name") {
            volume.insert("host".to_owned(), json!({}));
        }
    }
    volumes
}

pub(crate) fn register(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let given = call.input.keep(KEPT);
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    let text = |name: &str| given.get(name).and_then(Value::as_str);
    let family = text("family").unwrap_or_default().to_owned();
    if !is_name(&family) {
        return Err(error::client("Family contains invalid characters."));
    }
    container::check(&given)?;
    let network = text("networkMode").map(str::to_owned);
    let fargate = given.get("requiresCompatibilities").and_then(Value::as_array);
    if fargate.is_some_and(|required| required.iter().any(|launch| launch == "FARGATE")) {
        fargate::check(&given)?;
    }
    let containers = given.get("containerDefinitions").and_then(Value::as_array).cloned().unwrap_or_default();
    let held = ecs.store_mut(&place).families.entry(family.clone()).or_default();
    held.last += 1;
    let compatibilities = compatibilities(&given);
    let volumes = read_volumes(given.get("volumes"));
    // What is empty on the wire is nothing, as `networkMode` from some clients.
    let members = Structure::new()
        .with("placementConstraints", json!([]))
        .with_all(given)
        .with("taskDefinitionArn", place.arn("ecs", &format!("task-definition/{family}:{}", held.last)))
        .with("containerDefinitions", container::complete(&containers, network.as_deref()))
        .with("volumes", volumes)
        .with("compatibilities", compatibilities)
        .with("revision", held.last)
        .with("status", "ACTIVE")
        .with("registeredAt", time(call.now))
        .with_some("registeredBy", call.caller.arn.clone())
        .members();
    let definition = Record { members, tags };
    let answer =
        Structure::new().with("taskDefinition", shown(&definition)).with("tags", tag::list(&definition.tags));
    held.revisions.insert(held.last, Arc::new(definition));
    Ok(answer.output())
}

pub(crate) fn describe(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let named = call.input.required("taskDefinition")?;
    let tagged = call.input.strings("include")?.iter().any(|included| included == "TAGS");
    call.input.finish()?;
    let definition = ecs.store(&Place::of(&call)).and_then(|store| store.definition(&named));
    let definition = definition.ok_or_else(|| error::client("Unable to describe task definition."))?;
    let tags = if tagged { tag::list(&definition.tags) } else { json!([]) };
    Ok(Structure::new().with("taskDefinition", shown(definition)).with("tags", tags).output())
}

pub(crate) fn deregister(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let named = call.input.required("taskDefinition")?;
    call.input.finish()?;
    if parse(&named).1.is_none() {
        return Err(error::client("Invalid revision number. Number: null"));
    }
    let definition = ecs.store_mut(&Place::of(&call)).definition_mut(&named);
    let definition =
        definition.ok_or_else(|| error::client("The specified task definition does not exist."))?;
    if definition.text("status") == "ACTIVE" {
        definition.set("status", "INACTIVE");
        definition.set("deregisteredAt", time(call.now));
    }
    Ok(Structure::new().with("taskDefinition", shown(definition)).output())
}

/// Deletes definitions that are inactive. The answer says that it is under way; those that no task holds are gone.
pub(crate) fn delete(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let named = call.input.strings("taskDefinitions")?;
    call.input.finish()?;
    let store = ecs.store_mut(&Place::of(&call));
    let (mut gone, mut failures) = (Vec::new(), Vec::new());
    for named in named {
        let mut failed = |reason: &str| failures.push(json!({ "arn": named, "reason": reason }));
        let (family, revision) = parse(&named);
        let held = store.families.get_mut(family).zip(revision);
        let Some((held, revision)) = held.filter(|(held, revision)| held.revisions.contains_key(revision))
        else {
            failed(
                "The specified task definition identifier is invalid. Specify a valid name or ARN and try again.",
            );
            continue;
        };
        let active = held.revisions.get(&revision).is_some_and(|held| held.text("status") == "ACTIVE");
        if active {
            failed(
                "The specified task definition is still in ACTIVE status. Please deregister the target and try again.",
            );
            continue;
        }
        if let Some(definition) = held.revisions.get_mut(&revision).map(Arc::make_mut) {
            definition.set("status", "DELETE_IN_PROGRESS");
            definition.set("deleteRequestedAt", time(call.now));
            gone.push(shown(definition));
            let arn = definition.text("taskDefinitionArn");
            let holds = |task: &Record| task::is_wanted(task) && task.text("taskDefinitionArn") == arn;
            if !store.tasks.values().any(holds) {
                held.revisions.remove(&revision);
            }
        }
    }
    Ok(Structure::new().with("taskDefinitions", gone).with("failures", failures).output())
}

pub(crate) fn list(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGING.read(&mut call.input)?;
    let family = call.input.string("familyPrefix")?;
    let status = call.input.string("status")?.unwrap_or_else(|| "ACTIVE".to_owned());
    let descending = call.input.string("sort")?.as_deref() == Some("DESC");
    call.input.finish()?;
    let families = ecs.store(&Place::of(&call)).into_iter().flat_map(|store| store.families.iter());
    // The member is called a prefix, and is a family's whole name.
    let families = families.filter(|(name, _)| family.as_ref().is_none_or(|family| family == *name));
    let mut arns: Vec<&str> = families
        .flat_map(|(_, family)| family.revisions.values())
        .filter(|definition| definition.text("status") == status)
        .map(|definition| definition.text("taskDefinitionArn"))
        .collect();
    if descending {
        arns.reverse();
    }
    let rows = arns.iter().enumerate().map(|(n, arn)| (format!("{n:010}"), Value::from(*arn)));
    Ok(page.answer("taskDefinitionArns", rows).output())
}

pub(crate) fn families(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGING.read(&mut call.input)?;
    let prefix = call.input.string("familyPrefix")?.unwrap_or_default();
    let status = call.input.string("status")?;
    call.input.finish()?;
    let wanted = |family: &Family| match status.as_deref() {
        Some("ACTIVE") => family.is_active(),
        Some("INACTIVE") => !family.is_active(),
        _ => true,
    };
    let families = ecs.store(&Place::of(&call)).into_iter().flat_map(|store| store.families.iter());
    let families = families
        .filter(|(name, family)| name.starts_with(&prefix) && !family.revisions.is_empty() && wanted(family));
    Ok(page.answer("families", families.map(|(name, _)| (name.clone(), Value::from(name.as_str())))).output())
}
