//! Targets of rules. All their members are kept, whatever the target is.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::page::Page;
use super::rule::read_name;
use super::{Events, error, read_bus};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;

const ID: Length = Length(1, 64);
const IDS: Length = Length(1, 100);
const TARGETS: Length = Length(1, 100);
/// "EventBridge quotas": of one rule.
const MAX_TARGETS: usize = 5;
const INPUTS: [&str; 3] = ["Input", "InputPath", "InputTransformer"];
/// Services that EventBridge calls only in a role.
const WITH_ROLE: [&str; 5] = ["batch", "ecs", "firehose", "kinesis", "states"];

/// Texts and how long they may be.
const LENGTHS: [(&str, usize, usize); 15] = [
    ("Id", 1, 64),
    ("Arn", 1, 1600),
    ("RoleArn", 1, 1600),
    ("Input", 0, 8192),
    ("InputPath", 0, 256),
    ("InputTransformer/InputTemplate", 1, 8192),
    ("KinesisParameters/PartitionKeyPath", 0, 256),
    ("EcsParameters/TaskDefinitionArn", 1, 1600),
    ("EcsParameters/ReferenceId", 0, 1024),
    ("RedshiftDataParameters/Database", 1, 64),
    ("RedshiftDataParameters/DbUser", 1, 128),
    ("RedshiftDataParameters/SecretManagerArn", 1, 1600),
    ("RedshiftDataParameters/StatementName", 1, 500),
    ("DeadLetterConfig/Arn", 1, 1600),
    ("AppSyncParameters/GraphQLOperation", 1, 1_048_576),
];

/// Numbers and what they may be.
const RANGES: [(&str, i64, i64); 3] = [
    ("EcsParameters/TaskCount", 1, i64::MAX),
    ("RetryPolicy/MaximumRetryAttempts", 0, 185),
    ("RetryPolicy/MaximumEventAgeInSeconds", 60, 86_400),
];

/// Texts that are one of a set.
const CHOICES: [(&str, &[&str]); 3] = [
    ("EcsParameters/LaunchType", &["EC2", "FARGATE", "EXTERNAL"]),
    ("EcsParameters/PropagateTags", &["TASK_DEFINITION"]),
    ("EcsParameters/NetworkConfiguration/awsvpcConfiguration/AssignPublicIp", &["ENABLED", "DISABLED"]),
];

/// A target's member, however deep it lies.
fn member<'a>(target: &'a Value, path: &str) -> Option<&'a Value> {
    target.pointer(&format!("/{path}"))
}

fn text<'a>(target: &'a Value, path: &str) -> Option<&'a str> {
    member(target, path).and_then(Value::as_str)
}

/// `targets.1.member.retryPolicy.maximumRetryAttempts`
fn shown(index: usize, path: &str) -> String {
    let path: Vec<String> = path.split('/').map(crate::validation::camel).collect();
    format!("targets.{}.member.{}", index + 1, path.join("."))
}

/// Refuses values out of bounds.
fn check_bounds(input: &Input, target: &Value, index: usize) -> Result<(), ApiError> {
    for (path, min, max) in LENGTHS {
        if let Some(text) = text(target, path) {
            Length(min, max).check(input, text, text.chars().count(), &shown(index, path))?;
        }
    }
    for (path, min, max) in RANGES {
        let Some(number) = member(target, path).and_then(Value::as_i64) else { continue };
        let bound = match number {
            number if number < min => format!("greater than or equal to {min}"),
            number if number > max => format!("less than or equal to {max}"),
            _ => continue,
        };
        let constraint = format!("Member must have value {bound}");
        return Err(input.breaks(&number.to_string(), &shown(index, path), &constraint));
    }
    for (path, values) in CHOICES {
        if let Some(text) = text(target, path) {
            constraint::check_one_of(input, text, &shown(index, path), values)?;
        }
    }
    let id = text(target, "Id").unwrap_or_default();
    let allowed = |c: char| c.is_ascii_alphanumeric() || ".-_".contains(c);
    constraint::matches(input, id, &shown(index, "Id"), r"[\.\-_A-Za-z0-9]+", allowed)
}

/// Refuses a target that could not be called.
fn check_sense(target: &Value) -> Result<(), ApiError> {
    let id = text(target, "Id").unwrap_or_default();
    let arn = text(target, "Arn").unwrap_or_default();
    let parts: Vec<&str> = arn.splitn(6, ':').collect();
    let service = match parts.as_slice() {
        ["arn", _, service, _, _, resource] if !service.is_empty() && !resource.is_empty() => *service,
        _ => {
            return Err(error::validation(format!(
                "Parameter {arn} is not valid. Reason: Provided Arn is not in correct format."
            )));
        }
    };
    if INPUTS.iter().filter(|input| target.get(input).is_some()).count() > 1 {
        return Err(error::validation(format!(
            "Only one of Input, InputPath, or InputTransformer must be provided for target {id}."
        )));
    }
    if text(target, "Input").is_some_and(|input| serde_json::from_str::<Value>(input).is_err()) {
        return Err(error::validation(format!("JSON syntax error in input for target {id}.")));
    }
    if WITH_ROLE.contains(&service) && target.get("RoleArn").is_none() {
        return Err(error::validation(format!("RoleArn is required for target {arn}.")));
    }
    if service == "ecs" && target.get("EcsParameters").is_none() {
        return Err(error::validation(format!("EcsParameters is required for target {id}.")));
    }
    Ok(())
}

pub(crate) fn put(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let rule = read_name(input, "Rule")?;
    let bus = read_bus(input, "EventBusName", &place)?;
    let Some(Value::Array(targets)) = input.value("Targets") else { return Err(input.missing("Targets")) };
    TARGETS.check(input, "[...]", targets.len(), "Targets")?;
    input.finish()?;
    for (index, target) in targets.iter().enumerate() {
        check_bounds(input, target, index)?;
        check_sense(target)?;
    }
    let mut held = events.rule(&place, &bus, &rule)?.targets.clone();
    held.extend(targets.into_iter().filter_map(|target| Some((text(&target, "Id")?.to_owned(), target))));
    if held.len() > MAX_TARGETS {
        return Err(error::limit_exceeded());
    }
    events.rule_mut(&place, &bus, &rule)?.targets = held;
    Ok(no_failures())
}

/// A call either goes through for all of its entries or for none.
fn no_failures() -> Output {
    Structure::new().with("FailedEntryCount", 0).with("FailedEntries", Vec::<Value>::new()).output()
}

pub(crate) fn remove(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let rule = read_name(&mut call.input, "Rule")?;
    let bus = read_bus(&mut call.input, "EventBusName", &place)?;
    let ids = constraint::texts(&mut call.input, "Ids", IDS, ID)?;
    call.input.boolean("Force")?;
    call.input.finish()?;
    events.rule(&place, &bus, &rule)?;
    events.rule_mut(&place, &bus, &rule)?.targets.retain(|id, _| !ids.contains(id));
    Ok(no_failures())
}

pub(crate) fn list(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let rule = read_name(&mut call.input, "Rule")?;
    let bus = read_bus(&mut call.input, "EventBusName", &place)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let targets = &events.rule(&place, &bus, &rule)?.targets;
    let rows = targets.iter().map(|(id, target)| (id.clone(), target.clone()));
    Ok(page.answer("Targets", rows).output())
}
