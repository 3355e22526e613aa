//! Metric filters, as they are configured. Nothing is counted.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutMetricFilter.html>

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::page::Page;
use super::subscription::{read_name, read_selection};
use super::{GROUP_NAME, Logs, check_group_name, error, read_group};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;

const METRIC: Length = Length(1, 255);
const VALUE: Length = Length(1, 100);
const TRANSFORMATIONS: Length = Length(1, 1);
const MAX_DIMENSIONS: usize = 3;
/// "CloudWatch Logs quotas": of one log group.
const MAX_FILTERS: usize = 100;

/// A metric filter.
#[derive(Clone)]
pub(crate) struct MetricFilter {
    members: Members,
    /// The names and namespaces of its metrics.
    metrics: Vec<(String, String)>,
    created: Timestamp,
}

/// Takes the metrics that events are turned into, with all their members.
fn read_metrics(input: &mut Input) -> Result<(Value, Vec<(String, String)>), ApiError> {
    let given = input.value("metricTransformations").unwrap_or_default();
    input.put("metricTransformations", given.clone());
    let mut metrics = Vec::new();
    let transformations = input.structures("metricTransformations")?;
    TRANSFORMATIONS.check(input, "[...]", transformations.len(), "metricTransformations")?;
    for mut transformation in transformations {
        let name = constraint::required(&mut transformation, "metricName", METRIC)?;
        let space = constraint::required(&mut transformation, "metricNamespace", METRIC)?;
        constraint::required(&mut transformation, "metricValue", VALUE)?;
        for (member, text) in [("metricName", &name), ("metricNamespace", &space)] {
            let allowed = |c: char| !":*$".contains(c);
            constraint::matches(&transformation, text, member, "[^:*$]*", allowed)?;
        }
        let dimensions = transformation.map("dimensions")?;
        if dimensions.len() > MAX_DIMENSIONS {
            return Err(error::invalid_parameter("A metric can have no more than 3 dimensions."));
        }
        if !dimensions.is_empty() && transformation.has("defaultValue") {
            return Err(error::invalid_parameter("A metric with dimensions cannot have a default value."));
        }
        metrics.push((name, space));
    }
    Ok((given, metrics))
}

pub(crate) fn put(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let group = read_group(input)?;
    let name = read_name(input, "filterName")?.ok_or_else(|| input.missing("filterName"))?;
    let selection = read_selection(input, "emitSystemFieldDimensions")?;
    let (transformations, metrics) = read_metrics(input)?;
    input.finish()?;
    let held = logs.group(&place, &group)?;
    held.check_standard()?;
    if !held.metrics.contains_key(&name) && held.metrics.len() >= MAX_FILTERS {
        return Err(error::limit_exceeded());
    }
    let members = selection.with("metricTransformations", transformations).members();
    let created = held.metrics.get(&name).map_or(call.now, |held| held.created);
    logs.group_mut(&place, &group)?.metrics.insert(name, MetricFilter { members, metrics, created });
    Ok(Output::default())
}

pub(crate) fn describe(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let group = constraint::text(input, "logGroupName", GROUP_NAME)?;
    let prefix = read_name(input, "filterNamePrefix")?.unwrap_or_default();
    let metric = constraint::text(input, "metricName", METRIC)?;
    let space = constraint::text(input, "metricNamespace", METRIC)?;
    let page = Page::read(input)?;
    input.finish()?;
    let metric = match (metric, space) {
        (Some(name), Some(space)) => Some((name, space)),
        (None, None) => None,
        _ => {
            return Err(error::invalid_parameter("metricName and metricNamespace must be given together."));
        }
    };
    if let Some(group) = &group {
        check_group_name(input, group, "logGroupName")?;
        logs.group(&place, group)?;
    }
    let groups = logs.groups(&place).filter(|held| group.as_ref().is_none_or(|group| *group == held.name));
    let filters =
        groups.flat_map(|group| group.metrics.iter().map(move |(name, filter)| (group, name, filter)));
    let wanted = filters.filter(|(_, name, filter)| {
        name.starts_with(&prefix) && metric.as_ref().is_none_or(|metric| filter.metrics.contains(metric))
    });
    let rows = wanted.map(|(group, name, filter)| {
        let entry = Structure::new()
            .with("filterName", name.as_str())
            .with("logGroupName", group.name.as_str())
            .with("creationTime", filter.created.as_millisecond())
            .with_all(filter.members.clone());
        // No name of a log group or a filter has the letter between them.
        (format!("{}:{name}", group.name), entry.value())
    });
    Ok(page.answer("metricFilters", rows).output())
}

pub(crate) fn delete(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let group = read_group(&mut call.input)?;
    let name = read_name(&mut call.input, "filterName")?.ok_or_else(|| call.input.missing("filterName"))?;
    call.input.finish()?;
    if !logs.group(&place, &group)?.metrics.contains_key(&name) {
        return Err(error::not_found("The specified metric filter does not exist."));
    }
    logs.group_mut(&place, &group)?.metrics.remove(&name);
    Ok(Output::default())
}
