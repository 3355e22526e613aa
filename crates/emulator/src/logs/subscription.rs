//! Subscription filters, as they are configured. Nothing is delivered.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutSubscriptionFilter.html>

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::page::Page;
use super::{Logs, error, read_group};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;

const NAME: Length = Length(1, 512);
const PATTERN: Length = Length(0, 1024);
const ARN: Length = Length(1, 2048);
const CRITERIA: Length = Length(0, 2000);
/// "CloudWatch Logs quotas": of one log group.
const MAX_FILTERS: usize = 2;

/// A subscription filter.
#[derive(Clone)]
pub(crate) struct Subscription {
    members: Members,
    created: Timestamp,
}

/// Takes the name of a filter.
pub(crate) fn read_name(input: &mut Input, member: &str) -> Result<Option<String>, ApiError> {
    let name = constraint::text(input, member, NAME)?;
    if let Some(name) = &name {
        constraint::matches(input, name, member, "[^:*]*", |c| c != ':' && c != '*')?;
    }
    Ok(name)
}

/// Takes what both kinds of filters may say of the events that they are for.
pub(crate) fn read_selection(input: &mut Input, fields: &str) -> Result<Structure, ApiError> {
    let pattern = constraint::required(input, "filterPattern", PATTERN)?;
    let transformed = input.boolean("applyOnTransformedLogs")?.unwrap_or_default();
    let criteria = constraint::text(input, "fieldSelectionCriteria", CRITERIA)?;
    let given = input.has(fields).then(|| input.strings(fields)).transpose()?;
    Ok(Structure::new()
        .with("filterPattern", pattern)
        .with("applyOnTransformedLogs", transformed)
        .with_some("fieldSelectionCriteria", criteria)
        .with_some(fields, given))
}

/// Takes where the events go. Streams are written to in a role, functions and destinations have policies.
fn read_destination(input: &mut Input) -> Result<Structure, ApiError> {
    let destination = constraint::required(input, "destinationArn", ARN)?;
    let role = constraint::text(input, "roleArn", ARN)?;
    let service = destination.strip_prefix("arn:aws:").and_then(|rest| rest.split(':').next());
    match (service, &role) {
        (Some("kinesis" | "firehose"), Some(_)) | (Some("lambda" | "logs"), _) => {}
        (Some(service @ ("kinesis" | "firehose")), None) => {
            return Err(error::invalid_parameter(format!(
                "destinationArn for vendor {service} cannot be used without a roleArn."
            )));
        }
        _ => return Err(error::invalid_parameter("The specified destinationArn is not supported.")),
    }
    Ok(Structure::new().with("destinationArn", destination).with_some("roleArn", role))
}

pub(crate) fn put(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let group = read_group(input)?;
    let name = read_name(input, "filterName")?.ok_or_else(|| input.missing("filterName"))?;
    let selection = read_selection(input, "emitSystemFields")?;
    let destination = read_destination(input)?;
    let distribution = constraint::one_of(input, "distribution", &["Random", "ByLogStream"])?;
    input.finish()?;
    let held = logs.group(&place, &group)?;
    held.check_standard()?;
    if !held.subscriptions.contains_key(&name) && held.subscriptions.len() >= MAX_FILTERS {
        return Err(error::limit_exceeded());
    }
    let members = selection
        .with_all(destination.members())
        .with("distribution", distribution.unwrap_or_else(|| "ByLogStream".to_owned()))
        .members();
    let created = held.subscriptions.get(&name).map_or(call.now, |held| held.created);
    logs.group_mut(&place, &group)?.subscriptions.insert(name, Subscription { members, created });
    Ok(Output::default())
}

pub(crate) fn describe(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let group = read_group(&mut call.input)?;
    let prefix = read_name(&mut call.input, "filterNamePrefix")?.unwrap_or_default();
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let filters = &logs.group(&place, &group)?.subscriptions;
    let entry = |name: &str, filter: &Subscription| -> Value {
        Structure::new()
            .with("filterName", name)
            .with("logGroupName", group.as_str())
            .with("creationTime", filter.created.as_millisecond())
            .with_all(filter.members.clone())
            .value()
    };
    let rows = filters.iter().filter(|(name, _)| name.starts_with(&prefix));
    let rows = rows.map(|(name, filter)| (name.clone(), entry(name, filter)));
    Ok(page.answer("subscriptionFilters", rows).output())
}

pub(crate) fn delete(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let group = read_group(&mut call.input)?;
    let name = read_name(&mut call.input, "filterName")?.ok_or_else(|| call.input.missing("filterName"))?;
    call.input.finish()?;
    if !logs.group(&place, &group)?.subscriptions.contains_key(&name) {
        return Err(error::not_found("The specified subscription filter does not exist."));
    }
    logs.group_mut(&place, &group)?.subscriptions.remove(&name);
    Ok(Output::default())
}
