//! Tasks. What is started waits in `PROVISIONING` until it is stopped, as nothing runs here; there are no container
//! instances.
//!
//! <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::{Ecs, PAGING, Store, cluster, error, tag};
use crate::Call;
use crate::arn::Arn;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, time};

impl Store {
    /// The tasks of a cluster.
    fn tasks_of(&self, cluster: &str) -> impl Iterator<Item = &Record> {
        self.tasks.iter().filter(move |((of, _), _)| of == cluster).map(|(_, task)| task)
    }

    /// How many tasks of a cluster wait to run.
    pub fn pending(&self, cluster: &str) -> usize {
        self.tasks_of(cluster).filter(|task| is_wanted(task)).count()
    }

    /// The task of a cluster that a name or ARN means.
    pub fn task_mut(&mut self, cluster: &str, named: &str) -> Option<&mut Record> {
        self.tasks.get_mut(&(cluster.to_owned(), id_of(named).to_owned()))
    }
}

/// Whether a task is to run, and not stopped.
pub(crate) fn is_wanted(task: &Record) -> bool {
    task.text("desiredStatus") == "RUNNING"
}

/// The id in an id or ARN.
pub(super) fn id_of(named: &str) -> &str {
    let resource = Arn::parse(named).and_then(|arn| arn.resource.strip_prefix("task/"));
    resource.and_then(|resource| resource.rsplit('/').next()).unwrap_or(named)
}

pub(super) fn shown(task: &Record, tagged: bool) -> Value {
    let tags = if tagged { tag::list(&task.tags) } else { json!([]) };
    Structure::new().with_all(task.members.clone()).with("tags", tags).value()
}

/// Refuses a cluster that is not there.
fn check_cluster(ecs: &Ecs, call: &mut Call) -> Result<String, ApiError> {
    let name = cluster::read_name(&mut call.input)?;
    let store = ecs.store(&Place::of(call)).ok_or_else(error::no_cluster)?;
    store.cluster(&name)?;
    Ok(name)
}

pub(crate) fn list(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let cluster = check_cluster(ecs, &mut call)?;
    let page = PAGING.read(&mut call.input)?;
    let wanted = call.input.string("desiredStatus")?.unwrap_or_else(|| "RUNNING".to_owned());
    let by = call.input.keep(&["launchType", "startedBy"]);
    let family = call.input.string("family")?.map(|family| format!("task-definition/{family}:"));
    // No service starts any, and none is on an instance.
    let elsewhere = !call.input.keep(&["containerInstance", "daemonName", "serviceName"]).is_empty();
    call.input.finish()?;
    let store = ecs.store(&Place::of(&call)).ok_or_else(error::no_cluster)?;
    let tasks = store.tasks_of(&cluster).filter(|task| {
        !elsewhere
            && task.text("desiredStatus") == wanted
            && by.iter().all(|(name, value)| task.members.get(name) == Some(value))
            && family.as_ref().is_none_or(|family| task.text("taskDefinitionArn").contains(family.as_str()))
    });
    let rows = tasks.map(|task| (task.text("taskArn").to_owned(), Value::from(task.text("taskArn"))));
    Ok(page.answer("taskArns", rows).output())
}

pub(crate) fn describe(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let cluster = check_cluster(ecs, &mut call)?;
    let place = Place::of(&call);
    let named = call.input.strings("tasks")?;
    let tagged = call.input.strings("include")?.iter().any(|included| included == "TAGS");
    call.input.finish()?;
    let store = ecs.store(&place).ok_or_else(error::no_cluster)?;
    let (mut tasks, mut failures) = (Vec::new(), Vec::new());
    for named in named {
        match store.tasks.get(&(cluster.clone(), id_of(&named).to_owned())) {
            Some(task) => tasks.push(shown(task, tagged)),
            None => failures.push(missing(&place, &format!("task/{cluster}"), &named)),
        }
    }
    Ok(Structure::new().with("tasks", tasks).with("failures", failures).output())
}

fn missing(place: &Place, kind: &str, named: &str) -> Value {
    let arn = match named.starts_with("arn:") {
        true => named.to_owned(),
        false => place.arn("ecs", &format!("{kind}/{named}")),
    };
    json!({ "arn": arn, "reason": "MISSING" })
}

/// Stops a task, which is stopped at once as it never ran.
pub(crate) fn stop(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    let cluster = check_cluster(ecs, &mut call)?;
    let named = call.input.required("task")?;
    let reason = call.input.string("reason")?;
    call.input.finish()?;
    let task = ecs.store_mut(&Place::of(&call)).task_mut(&cluster, &named);
    let task = task.ok_or_else(|| error::invalid("The referenced task was not found."))?;
    if is_wanted(task) {
        task.set("desiredStatus", "STOPPED");
        task.set("lastStatus", "STOPPED");
        task.set("stopCode", "UserInitiated");
        task.set("stoppedReason", reason.unwrap_or_else(|| "Task stopped by user".to_owned()));
        task.set("stoppingAt", time(call.now));
        task.set("stoppedAt", time(call.now));
    }
    Ok(Structure::new().with("task", shown(task, true)).output())
}

/// The list of container instances, which is empty whatever it is filtered by.
pub(crate) fn list_instances(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    check_cluster(ecs, &mut call)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.keep(&["filter", "status"]);
    call.input.finish()?;
    Ok(page.answer("containerInstanceArns", []).output())
}

/// Tells of each container instance that it is missing.
pub(crate) fn describe_instances(ecs: &mut Ecs, mut call: Call) -> Result<Output, ApiError> {
    check_cluster(ecs, &mut call)?;
    let place = Place::of(&call);
    let named = call.input.strings("containerInstances")?;
    call.input.strings("include")?;
    call.input.finish()?;
    let failures: Vec<Value> =
        named.iter().map(|named| missing(&place, "container-instance", named)).collect();
    Ok(Structure::new().with("containerInstances", json!([])).with("failures", failures).output())
}
