//! Jobs. None ever runs: what would start one is refused by name.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_Job.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::named::Kind;
use super::{Glue, PAGES, error, role, tag};
use crate::Call;
use crate::iam::Account;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, moment};

/// "Jobs that are created without specifying a Glue version default to Glue 6.0."
const VERSION: &str = "6.0";

/// How many data processing units a worker has.
fn units(worker: &str) -> f64 {
    match worker {
        "G.025X" => 0.25,
        "G.2X" | "Z.2X" | "R.2X" => 2.0,
        "G.4X" | "R.4X" => 4.0,
        "G.8X" | "R.8X" => 8.0,
        "G.12X" => 12.0,
        "G.16X" => 16.0,
        _ => 1.0,
    }
}

/// Takes what jobs are made and changed with, and fills in what AWS does.
fn read(
    input: &mut Input,
    accounts: &BTreeMap<String, Arc<Account>>,
    place: &Place,
) -> Result<Members, ApiError> {
    let given = input.keep_as("Job");
    input.finish()?;
    if let Some(named) = given.get("Role").and_then(Value::as_str) {
        role::check(accounts, place, named, |arn| {
            error::invalid(format!("Role {arn} should be given assume role permissions for Glue Service."))
        })?;
    }
    let worker = given.get("WorkerType").and_then(Value::as_str);
    let workers = given.get("NumberOfWorkers").and_then(Value::as_f64);
    let capacity = given.get("MaxCapacity").or_else(|| given.get("AllocatedCapacity"));
    if capacity.is_some() && (worker.is_some() || workers.is_some()) {
        return Err(error::invalid(
            "Please do not set Max Capacity if using Worker Type and Number of Workers.",
        ));
    }
    let command = given.get("Command").and_then(|command| command.get("Name")).and_then(Value::as_str);
    let shell = command == Some("pythonshell");
    let capacity = match (capacity.and_then(Value::as_f64), worker, workers) {
        (Some(capacity), ..) => capacity,
        (None, Some(worker), Some(workers)) => units(worker) * workers,
        _ if shell => 0.0625,
        _ => 10.0,
    };
    let version = given.get("GlueVersion").and_then(Value::as_str).unwrap_or(VERSION);
    let old = version.split('.').next().and_then(|major| major.parse::<u32>().ok()).is_some_and(|v| v < 5);
    Ok(Structure::new()
        .with("ExecutionProperty", json!({ "MaxConcurrentRuns": 1 }))
        .with("MaxRetries", 0)
        .with("Timeout", if old || shell { 2880 } else { 480 })
        .with("GlueVersion", VERSION)
        .with("MaxCapacity", capacity)
        .with("AllocatedCapacity", whole(capacity))
        .with_all(given)
        .members())
}

/// The capacity as it was counted before there were parts of units.
fn whole(capacity: f64) -> i64 {
    format!("{:.0}", capacity.floor()).parse().unwrap_or_default()
}

pub(crate) fn create(
    glue: &mut Glue,
    accounts: &BTreeMap<String, Arc<Account>>,
    mut call: Call,
) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("Name")?;
    let tags = tag::read(&mut call.input)?;
    let given = read(&mut call.input, accounts, &place)?;
    if glue.one(&place, Kind::Job, &name).is_ok() {
        return Err(error::mismatch("Job", &name));
    }
    let members = Structure::new()
        .with_all(given)
        .with("Name", name.as_str())
        .with_moment("CreatedOn", call.now)
        .with_moment("LastModifiedOn", call.now)
        .members();
    glue.store_mut(&place).add(Kind::Job, name.clone(), Record { members, tags });
    Ok(Structure::new().with("Name", name).output())
}

/// Replaces a job's definition: what is not said again falls back to what AWS fills in.
pub(crate) fn update(
    glue: &mut Glue,
    accounts: &BTreeMap<String, Arc<Account>>,
    mut call: Call,
) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("JobName")?;
    let mut update = call.input.required_structure("JobUpdate")?;
    call.input.finish()?;
    let held = glue.one(&place, Kind::Job, &name)?.members.clone();
    let mut members = read(&mut update, accounts, &place)?;
    let lasting = ["Name", "CreatedOn", "Role", "Command"];
    for name in lasting {
        if let Some(value) = held.get(name) {
            members.entry(name).or_insert_with(|| value.clone());
        }
    }
    members.insert("LastModifiedOn".to_owned(), moment(call.now).into());
    glue.store_mut(&place).one_mut(Kind::Job, &name)?.members = members;
    Ok(Structure::new().with("JobName", name).output())
}

/// There are no runs.
pub(crate) fn runs(glue: &mut Glue, operation: &str, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("JobName")?;
    let run = call.input.string("RunId")?;
    call.input.keep(&["PredecessorsIncluded"]);
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    glue.one(&Place::of(&call), Kind::Job, &name)?;
    match operation {
        "GetJobRun" => Err(error::not_found(format!("Job Run {} not found.", run.unwrap_or_default()))),
        _ => Ok(page.answer("JobRuns", []).output()),
    }
}
