//! Events, as they are read and searched.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html>

use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::event::Event;
use super::filter::Filter;
use super::page::read_token;
use super::stream::Stream;
use super::{Logs, STREAM_NAME, error, read_named_group, read_stream};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;
use crate::text::encode_token;

const STREAMS: Length = Length(1, 100);
const PATTERN: Length = Length(0, 1024);
const TOKEN: Length = Length(1, 2048);
const MAX: i64 = 10_000;

/// Takes the times that events lie between; none stands for no bound.
fn read_times(input: &mut Input) -> Result<(i64, i64), ApiError> {
    let start = constraint::integer(input, "startTime", 0, i64::MAX)?.unwrap_or(0);
    let end = constraint::integer(input, "endTime", 0, i64::MAX)?.unwrap_or(i64::MAX);
    Ok((start, end))
}

fn read_limit(input: &mut Input) -> Result<usize, ApiError> {
    Ok(constraint::count(input, "limit", MAX)?.unwrap_or(10_000))
}

/// From where a page of one stream is read. Tokens name the event that they stand behind.
enum From {
    Head,
    Tail,
    /// On from there.
    Forward(String),
    /// Back from there.
    Backward(String),
}

impl From {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let head = input.boolean("startFromHead")?.unwrap_or_default();
        let Some(token) = constraint::text(input, "nextToken", TOKEN)? else {
            return Ok(if head { Self::Head } else { Self::Tail });
        };
        let invalid = || error::invalid_parameter("The specified nextToken is invalid.");
        let (kind, id) =
            token.strip_suffix("/s").and_then(|token| token.split_once('/')).ok_or_else(invalid)?;
        match kind {
            "f" => Ok(Self::Forward(id.to_owned())),
            "b" => Ok(Self::Backward(id.to_owned())),
            _ => Err(invalid()),
        }
    }

    /// The first and the last event of the page, the last not included.
    fn bounds(&self, events: &[&Arc<Event>], limit: usize) -> (usize, usize) {
        let behind = |id: &str| events.partition_point(|event| event.id.as_str() <= id);
        match self {
            Self::Head => (0, limit.min(events.len())),
            Self::Tail => (events.len().saturating_sub(limit), events.len()),
            Self::Forward(id) => (behind(id), behind(id).saturating_add(limit).min(events.len())),
            Self::Backward(id) => (behind(id).saturating_sub(limit), behind(id)),
        }
    }
}

pub(crate) fn get(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let group = read_named_group(input, "logGroupIdentifier", &place)?;
    let stream = read_stream(input)?;
    let (start, end) = read_times(input)?;
    let limit = read_limit(input)?;
    let from = From::read(input)?;
    // Nothing is masked here.
    input.boolean("unmask")?;
    input.finish()?;
    let group = logs.group(&place, &group)?;
    let start = start.max(group.horizon(call.now));
    let held = group.stream(&stream)?.events.iter();
    let events: Vec<_> = held.filter(|event| (start..end).contains(&event.at)).collect();
    let (first, last) = from.bounds(&events, limit);
    let behind = |index: usize| {
        let event = index.checked_sub(1).and_then(|index| events.get(index));
        event.map_or_else(|| "0".repeat(56), |event| event.id.clone())
    };
    let page = events.iter().take(last).skip(first).map(
        |event| json!({ "timestamp": event.at, "message": event.message, "ingestionTime": event.ingested }),
    );
    Ok(Structure::new()
        .with("events", page.collect::<Vec<Value>>())
        .with("nextForwardToken", format!("f/{}/s", behind(last)))
        .with("nextBackwardToken", format!("b/{}/s", behind(first)))
        .output())
}

/// Which streams of a group are searched.
enum Streams {
    Named(Vec<String>),
    Prefix(String),
}

impl Streams {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let names = constraint::texts(input, "logStreamNames", STREAMS, STREAM_NAME)?;
        let prefix = constraint::text(input, "logStreamNamePrefix", STREAM_NAME)?;
        match (names.is_empty(), prefix) {
            (false, None) => Ok(Self::Named(names)),
            (true, prefix) => Ok(Self::Prefix(prefix.unwrap_or_default())),
            (false, Some(_)) => Err(error::invalid_parameter(
                "logStreamNames and logStreamNamePrefix are mutually exclusive.",
            )),
        }
    }

    fn has(&self, stream: &Stream) -> bool {
        match self {
            Self::Named(names) => names.contains(&stream.name),
            Self::Prefix(prefix) => stream.name.starts_with(prefix),
        }
    }
}

pub(crate) fn filter(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let group = read_named_group(input, "logGroupIdentifier", &place)?;
    let streams = Streams::read(input)?;
    let (start, end) = read_times(input)?;
    let limit = read_limit(input)?;
    let pattern = constraint::text(input, "filterPattern", PATTERN)?.unwrap_or_default();
    let filter = Filter::parse(&pattern)?;
    let after = read_token(input)?.unwrap_or_default();
    // Events of all streams are interleaved in any case, and nothing is masked here.
    input.boolean("interleaved")?;
    input.boolean("unmask")?;
    input.finish()?;
    let group = logs.group(&place, &group)?;
    if let Streams::Named(names) = &streams {
        names.iter().try_for_each(|name| group.stream(name).map(drop))?;
    }
    let start = start.max(group.horizon(call.now));
    let searched = group.streams.values().filter(|stream| streams.has(stream));
    let events = searched.flat_map(|stream| stream.events.iter().map(move |event| (stream, event)));
    let mut found: Vec<(&Stream, &Arc<Event>)> = events
        .filter(|(_, event)| (start..=end).contains(&event.at) && event.id > after)
        .filter(|(_, event)| filter.matches(&event.message))
        .collect();
    found.sort_by(|(_, a), (_, b)| a.id.cmp(&b.id));
    let token = found.get(limit).and(limit.checked_sub(1)).and_then(|last| found.get(last));
    let token = token.map(|(_, event)| encode_token(&event.id));
    let page = found.iter().take(limit).map(|(stream, event)| {
        json!({
            "logStreamName": stream.name, "timestamp": event.at, "message": event.message,
            "ingestionTime": event.ingested, "eventId": event.id,
        })
    });
    Ok(Structure::new()
        .with("events", page.collect::<Vec<Value>>())
        // AWS has not told of them since 2020.
        .with("searchedLogStreams", Vec::<Value>::new())
        .with_some("nextToken", token)
        .output())
}
