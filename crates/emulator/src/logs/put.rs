//! Events, as they are put into log streams.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html>

use std::sync::Arc;

use jiff::SignedDuration;
use stackproof_aws::{ApiError, Output};

use super::event::{Event, size};
use super::{Logs, error, read_group, read_stream};
use crate::Call;
use crate::constraint::Length;
use crate::place::Place;
use crate::structure::Structure;

const EVENTS: Length = Length(1, 10_000);
const MAX_BYTES: usize = 1_048_576;
const SPAN: SignedDuration = SignedDuration::from_hours(24);
const PAST: SignedDuration = SignedDuration::from_hours(14 * 24);
const FUTURE: SignedDuration = SignedDuration::from_hours(2);

fn millis(duration: SignedDuration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX)
}

/// The times and messages that are to be put.
fn read(call: &mut Call) -> Result<Vec<(i64, String)>, ApiError> {
    let given = call.input.structures("logEvents")?;
    EVENTS.check(&call.input, "[...]", given.len(), "logEvents")?;
    let mut events = Vec::new();
    for mut event in given {
        let at = event.integer("timestamp")?.unwrap_or_default();
        let message = event.required("message")?;
        event.finish()?;
        if at < 0 {
            let constraint = "Member must have value greater than or equal to 0";
            return Err(event.breaks(&at.to_string(), "timestamp", constraint));
        }
        if message.is_empty() {
            return Err(event.breaks("", "message", "Member must have length greater than or equal to 1"));
        }
        events.push((at, message));
    }
    if !events.is_sorted_by_key(|(at, _)| *at) {
        return Err(error::invalid_parameter(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    let (first, last) = (events.first().map_or(0, |event| event.0), events.last().map_or(0, |event| event.0));
    if last - first > millis(SPAN) {
        return Err(error::invalid_parameter(
            "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
        ));
    }
    let bytes: usize = events.iter().map(|(_, message)| size(message)).sum();
    if bytes > MAX_BYTES {
        return Err(error::invalid_parameter(format!(
            "Upload too large: {bytes} bytes exceeds limit of {MAX_BYTES}"
        )));
    }
    Ok(events)
}

/// Events out of their time are left out and told of. The order of calls has needed no token since 2023.
pub(crate) fn events(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_group(&mut call.input)?;
    let stream = read_stream(&mut call.input)?;
    let events = read(&mut call)?;
    call.input.string("sequenceToken")?;
    call.input.finish()?;
    let now = call.now.as_millisecond();
    let group = logs.group(&place, &name)?;
    group.stream(&stream)?;
    let horizon = group.horizon(call.now);
    let before = |time: i64| events.iter().take_while(|(at, _)| *at < time).count();
    let (expired, too_old) = (before(horizon), before(now - millis(PAST)));
    let in_time = before((now + millis(FUTURE)).saturating_add(1));
    let rejected = Structure::new()
        .with_some("tooNewLogEventStartIndex", (in_time < events.len()).then_some(in_time))
        .with_some("tooOldLogEventEndIndex", (too_old > 0).then_some(too_old))
        .with_some("expiredLogEventEndIndex", (expired > 0).then_some(expired))
        .members();
    let taken = events.into_iter().take(in_time).skip(expired.max(too_old));
    let group = logs.group_mut(&place, &name)?;
    let mut number = group.numbers;
    let held = group.streams.get_mut(&stream).ok_or_else(error::no_such_stream)?;
    for (at, message) in taken {
        held.events.push(Arc::new(Event::new(at, message, now, number)));
        held.ingested = Some(now);
        number += 1;
    }
    held.events.sort_by(|a, b| a.id.cmp(&b.id));
    held.puts += 1;
    let token = held.token();
    group.numbers = number;
    let rejected = (!rejected.is_empty()).then_some(rejected);
    Ok(Structure::new()
        .with("nextSequenceToken", token)
        .with_some("rejectedLogEventsInfo", rejected)
        .output())
}
