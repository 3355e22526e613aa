//! Log streams.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_DescribeLogStreams.html>

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::event::Event;
use super::group::Group;
use super::page::read_token;
use super::{Logs, STREAM_NAME, error, read_group, read_named_group, read_stream};
use crate::Call;
use crate::constraint;
use crate::place::Place;
use crate::structure::Structure;
use crate::text::encode_token;

const BY_NAME: &str = "LogStreamName";
const BY_TIME: &str = "LastEventTime";

/// A log stream.
#[derive(Clone)]
pub(crate) struct Stream {
    pub name: String,
    created: Timestamp,
    /// Sorted by their ids.
    pub events: Vec<Arc<Event>>,
    pub ingested: Option<i64>,
    /// How many calls put events.
    pub puts: u64,
}

impl Stream {
    /// How much its events take.
    pub fn bytes(&self) -> usize {
        self.events.iter().map(|event| event.bytes()).sum()
    }

    /// Events of before that time go.
    pub fn forget(&mut self, horizon: i64) {
        self.events.retain(|event| event.at >= horizon);
    }

    /// The token that the next call to put events may bear.
    pub fn token(&self) -> String {
        format!("{:056}", self.puts)
    }

    fn last(&self) -> Option<i64> {
        self.events.last().map(|event| event.at)
    }

    fn entry(&self, place: &Place, group: &Group) -> Value {
        Structure::new()
            .with("logStreamName", self.name.as_str())
            .with("creationTime", self.created.as_millisecond())
            .with_some("firstEventTimestamp", self.events.first().map(|event| event.at))
            .with_some("lastEventTimestamp", self.last())
            .with_some("lastIngestionTime", self.ingested)
            .with_some("uploadSequenceToken", self.ingested.map(|_| self.token()))
            .with("arn", format!("{}:log-stream:{}", group.arn(place), self.name))
            // AWS has not told it of streams since 2019.
            .with("storedBytes", 0)
            .value()
    }
}

impl Group {
    /// Finds a log stream.
    pub fn stream(&self, name: &str) -> Result<&Stream, ApiError> {
        self.streams.get(name).ok_or_else(error::no_such_stream)
    }
}

pub(crate) fn create(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let group = read_group(&mut call.input)?;
    let name = read_stream(&mut call.input)?;
    call.input.finish()?;
    if logs.group(&place, &group)?.streams.contains_key(&name) {
        return Err(error::exists("log stream"));
    }
    let stream =
        Stream { name: name.clone(), created: call.now, events: Vec::new(), ingested: None, puts: 0 };
    logs.group_mut(&place, &group)?.streams.insert(name, stream);
    Ok(Output::default())
}

pub(crate) fn delete(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let group = read_group(&mut call.input)?;
    let name = read_stream(&mut call.input)?;
    call.input.finish()?;
    logs.group(&place, &group)?.stream(&name)?;
    logs.group_mut(&place, &group)?.streams.remove(&name);
    Ok(Output::default())
}

pub(crate) fn describe(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let group = read_named_group(input, "logGroupIdentifier", &place)?;
    let prefix = constraint::text(input, "logStreamNamePrefix", STREAM_NAME)?;
    let by_time = constraint::one_of(input, "orderBy", &[BY_NAME, BY_TIME])?.as_deref() == Some(BY_TIME);
    let descending = input.boolean("descending")?.unwrap_or_default();
    let max = constraint::count(input, "limit", 50)?.unwrap_or(50);
    let after = read_token(input)?;
    input.finish()?;
    if by_time && prefix.is_some() {
        return Err(error::invalid_parameter("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    let group = logs.group(&place, &group)?;
    let prefix = prefix.unwrap_or_default();
    let mut rows: Vec<&Stream> =
        group.streams.values().filter(|stream| stream.name.starts_with(&prefix)).collect();
    if by_time {
        rows.sort_by_key(|stream| stream.last());
    }
    if descending {
        rows.reverse();
    }
    let start = match &after {
        None => 0,
        Some(after) => {
            let at = rows.iter().position(|stream| stream.name == *after);
            at.ok_or_else(|| error::invalid_parameter("The specified nextToken is invalid."))? + 1
        }
    };
    let page: Vec<&Stream> = rows.iter().skip(start).take(max).copied().collect();
    let more = rows.len() > start + page.len();
    let token = page.last().filter(|_| more).map(|last| encode_token(&last.name));
    let page: Vec<Value> = page.into_iter().map(|stream| stream.entry(&place, group)).collect();
    Ok(Structure::new().with("logStreams", page).with_some("nextToken", token).output())
}
