//! Targets of rules. All their members are kept, whatever the target is.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::page::Page;
use super::rule::read_name;
use super::{Events, error, read_bus};
use crate::Call;
use crate::bounds::{self, Bound, Rule};
use crate::constraint::{self, Length};
use crate::place::Place;
use crate::structure::Structure;

const ID: Length = Length(1, 64);
const IDS: Length = Length(1, 100);
/// "EventBridge quotas": of one rule.
const MAX_TARGETS: usize = 5;
const INPUTS: [&str; 3] = ["Input", "InputPath", "InputTransformer"];
/// Services that EventBridge calls only in a role.
const WITH_ROLE: [&str; 5] = ["batch", "ecs", "firehose", "kinesis", "states"];

/// What the API reference says of members of targets.
const RULES: [Rule; 23] = [
    Rule("Targets", Bound::Length(1, 100)),
    Rule("Targets.Id", Bound::Length(1, 64)),
    Rule("Targets.Id", Bound::Pattern(is_id, r"[\.\-_A-Za-z0-9]+")),
    Rule("Targets.Arn", Bound::Length(1, 1600)),
    Rule("Targets.RoleArn", Bound::Length(1, 1600)),
    Rule("Targets.Input", Bound::Length(0, 8192)),
    Rule("Targets.InputPath", Bound::Length(0, 256)),
    Rule("Targets.InputTransformer.InputTemplate", Bound::Length(1, 8192)),
    Rule("Targets.KinesisParameters.PartitionKeyPath", Bound::Length(0, 256)),
    Rule("Targets.EcsParameters.TaskDefinitionArn", Bound::Length(1, 1600)),
    Rule("Targets.EcsParameters.ReferenceId", Bound::Length(0, 1024)),
    Rule("Targets.EcsParameters.TaskCount", Bound::Range(1, i64::MAX)),
    Rule("Targets.EcsParameters.LaunchType", Bound::OneOf(&["EC2", "FARGATE", "EXTERNAL"])),
    Rule("Targets.EcsParameters.PropagateTags", Bound::OneOf(&["TASK_DEFINITION"])),
    Rule(
        "Targets.EcsParameters.NetworkConfiguration.awsvpcConfiguration.AssignPublicIp",
        Bound::OneOf(&["ENABLED", "DISABLED"]),
    ),
    Rule("Targets.RedshiftDataParameters.Database", Bound::Length(1, 64)),
    Rule("Targets.RedshiftDataParameters.DbUser", Bound::Length(1, 128)),
    Rule("Targets.RedshiftDataParameters.SecretManagerArn", Bound::Length(1, 1600)),
    Rule("Targets.RedshiftDataParameters.StatementName", Bound::Length(1, 500)),
    Rule("Targets.DeadLetterConfig.Arn", Bound::Length(1, 1600)),
    Rule("Targets.RetryPolicy.MaximumRetryAttempts", Bound::Range(0, 185)),
    Rule("Targets.RetryPolicy.MaximumEventAgeInSeconds", Bound::Range(60, 86_400)),
    Rule("Targets.AppSyncParameters.GraphQLOperation", Bound::Length(1, 1_048_576)),
];

fn is_id(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
}

fn text<'a>(target: &'a Value, member: &str) -> Option<&'a str> {
    target.get(member).and_then(Value::as_str)
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
    bounds::check(input, &RULES)?;
    let Some(Value::Array(targets)) = input.value("Targets") else { return Err(input.missing("Targets")) };
    input.finish()?;
    targets.iter().try_for_each(check_sense)?;
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
