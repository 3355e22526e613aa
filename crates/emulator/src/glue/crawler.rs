//! Crawlers. None ever crawls: what would start one is refused by name.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_Crawler.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::named::Kind;
use super::{Glue, error, role, tag};
use crate::Call;
use crate::events::cron;
use crate::iam::Account;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, moment};

const TARGETS: [&str; 8] = [
    "S3Targets",
    "JdbcTargets",
    "MongoDBTargets",
    "DynamoDBTargets",
    "CatalogTargets",
    "DeltaTargets",
    "IcebergTargets",
    "HudiTargets",
];

/// A schedule as crawlers show it. An empty one is none.
pub(crate) fn schedule(expression: &str) -> Result<Option<Value>, ApiError> {
    match expression {
        "" => Ok(None),
        _ if expression.starts_with("cron(") && cron::is_schedule(expression) => {
            Ok(Some(json!({ "ScheduleExpression": expression, "State": "SCHEDULED" })))
        }
        _ => Err(error::invalid(format!("Invalid cron expression: {expression}"))),
    }
}

/// Takes what crawlers are made and changed with, but for the name.
fn read(
    input: &mut Input,
    accounts: &BTreeMap<String, Arc<Account>>,
    place: &Place,
) -> Result<Structure, ApiError> {
    let role = input.string("Role")?;
    if let Some(named) = &role {
        role::check(accounts, place, named, |arn| {
            error::invalid(format!(
                "Service is unable to assume role {arn}. Please verify role's TrustPolicy"
            ))
        })?;
    }
    let given_schedule = input.string("Schedule")?;
    let given_schedule = given_schedule.map(|text| schedule(&text)).transpose()?;
    let targets = match input.value("Targets") {
        Some(Value::Object(given)) => Some(targets(given)?),
        _ => None,
    };
    let kept = input.keep_as("Crawler");
    input.finish()?;
    let structure = Structure::new()
        .with_all(kept)
        .with_some("Role", role.as_deref().map(role::name))
        .with_some("Targets", targets);
    Ok(match given_schedule {
        Some(schedule) => structure.with("Schedule", schedule.unwrap_or(Value::Null)),
        None => structure,
    })
}

/// Targets as crawlers show them: every kind, and each path with what it leaves out.
fn targets(mut given: Members) -> Result<Value, ApiError> {
    let some = given.values().any(|targets| targets.as_array().is_some_and(|targets| !targets.is_empty()));
    if !some {
        return Err(error::invalid("Crawler should have at least one target."));
    }
    for kind in ["S3Targets", "JdbcTargets"] {
        let targets = given.get_mut(kind).and_then(Value::as_array_mut);
        for target in targets.into_iter().flatten().filter_map(Value::as_object_mut) {
            target.entry("Exclusions").or_insert_with(|| json!([]));
        }
    }
    let all = TARGETS.iter().fold(Structure::new(), |all, kind| all.with(kind, json!([])));
    Ok(all.with_all(given).value())
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
    if glue.one(&place, Kind::Crawler, &name).is_ok() {
        let message = format!("Crawler with name {name} already exists");
        return Err(ApiError::new(400, "AlreadyExistsException", message));
    }
    let mut members = Structure::new()
        .with("Classifiers", json!([]))
        .with("RecrawlPolicy", json!({ "RecrawlBehavior": "CRAWL_EVERYTHING" }))
        .with(
            "SchemaChangePolicy",
            json!({ "UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DEPRECATE_IN_DATABASE" }),
        )
        .with("LineageConfiguration", json!({ "CrawlerLineageSettings": "DISABLE" }))
        .with("LakeFormationConfiguration", json!({ "UseLakeFormationCredentials": false, "AccountId": "" }))
        .with_all(given.members())
        .with("Name", name.as_str())
        .with("State", "READY")
        .with("CrawlElapsedTime", 0)
        .with("Version", 1)
        .with_moment("CreationTime", call.now)
        .with_moment("LastUpdated", call.now)
        .members();
    members.retain(|_, value| !value.is_null());
    glue.store_mut(&place).add(Kind::Crawler, name, Record { members, tags });
    Ok(Output::default())
}

/// Changes a crawler, which gets its next version.
fn change(glue: &mut Glue, call: &Call, name: &str, given: Members) -> Result<Output, ApiError> {
    let place = Place::of(call);
    glue.one(&place, Kind::Crawler, name)?;
    let crawler = glue.store_mut(&place).one_mut(Kind::Crawler, name)?;
    let version = crawler.number("Version") + 1;
    crawler.members.extend(given);
    crawler.members.retain(|_, value| !value.is_null());
    crawler.set("Version", version);
    crawler.set("LastUpdated", moment(call.now));
    Ok(Output::default())
}

pub(crate) fn update(
    glue: &mut Glue,
    accounts: &BTreeMap<String, Arc<Account>>,
    mut call: Call,
) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = call.input.required("Name")?;
    glue.one(&place, Kind::Crawler, &name)?;
    let given = read(&mut call.input, accounts, &place)?;
    change(glue, &call, &name, given.members())
}

pub(crate) fn update_schedule(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("CrawlerName")?;
    let expression = call.input.string("Schedule")?.unwrap_or_default();
    call.input.finish()?;
    glue.one(&Place::of(&call), Kind::Crawler, &name)?;
    let given = Structure::new().with("Schedule", schedule(&expression)?.unwrap_or(Value::Null));
    change(glue, &call, &name, given.members())
}

/// Turns a crawler's schedule on or off.
pub(crate) fn switch_schedule(glue: &mut Glue, mut call: Call, on: bool) -> Result<Output, ApiError> {
    let name = call.input.required("CrawlerName")?;
    call.input.finish()?;
    let place = Place::of(&call);
    let crawler = glue.one(&place, Kind::Crawler, &name)?;
    let state = if on { "SCHEDULED" } else { "NOT_SCHEDULED" };
    let refuse =
        |code: &'static str, what: &str| Err(ApiError::new(400, code, format!("Crawler {name} {what}")));
    match crawler.members.get("Schedule").map(|schedule| schedule.get("State").and_then(Value::as_str)) {
        None => return refuse("NoScheduleException", "has no schedule"),
        Some(Some(held)) if held == state && on => {
            return refuse("SchedulerRunningException", "has a running schedule");
        }
        Some(Some(held)) if held == state => {
            return refuse("SchedulerNotRunningException", "has no running schedule");
        }
        Some(_) => {}
    }
    let crawler = glue.store_mut(&place).one_mut(Kind::Crawler, &name)?;
    if let Some(schedule) = crawler.members.get_mut("Schedule").and_then(Value::as_object_mut) {
        schedule.insert("State".to_owned(), state.into());
    }
    Ok(Output::default())
}

/// No crawler runs that could be stopped.
pub(crate) fn stop(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let name = call.input.required("Name")?;
    call.input.finish()?;
    glue.one(&Place::of(&call), Kind::Crawler, &name)?;
    Err(ApiError::new(400, "CrawlerNotRunningException", format!("Crawler with name {name} is not running")))
}
