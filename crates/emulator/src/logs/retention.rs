//! How long events are kept.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html>

use jiff::{SignedDuration, Timestamp};
use stackproof_aws::{ApiError, Output};

use super::group::Group;
use super::{Logs, read_group};
use crate::Call;
use crate::place::Place;

const DAYS: [i64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

impl Group {
    /// Events of before are no longer there.
    pub fn horizon(&self, now: Timestamp) -> i64 {
        let kept = self.retention_days.map(|days| SignedDuration::from_hours(days * 24));
        let at = kept.map(|kept| now.checked_sub(kept).unwrap_or(Timestamp::MIN));
        at.map_or(i64::MIN, Timestamp::as_millisecond)
    }

    /// What has expired does not come back when events are kept longer from then on.
    fn set_retention(&mut self, days: Option<i64>, now: Timestamp) {
        for days in [self.retention_days, days] {
            self.retention_days = days;
            let horizon = self.horizon(now);
            for stream in self.streams.values_mut() {
                stream.forget(horizon);
            }
        }
    }
}

pub(crate) fn put(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_group(&mut call.input)?;
    let days = call.input.integer("retentionInDays")?.ok_or_else(|| call.input.missing("retentionInDays"))?;
    call.input.finish()?;
    if !DAYS.contains(&days) {
        let values: Vec<String> = DAYS.iter().map(i64::to_string).collect();
        let constraint = format!("Member must satisfy enum value set: [{}]", values.join(", "));
        return Err(call.input.breaks(&days.to_string(), "retentionInDays", &constraint));
    }
    logs.group_mut(&place, &name)?.set_retention(Some(days), call.now);
    Ok(Output::default())
}

pub(crate) fn delete(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_group(&mut call.input)?;
    call.input.finish()?;
    logs.group_mut(&place, &name)?.set_retention(None, call.now);
    Ok(Output::default())
}
