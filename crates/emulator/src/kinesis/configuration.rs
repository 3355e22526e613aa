//! What of a stream can be set once it is there.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use stackproof_aws::{ApiError, Output};

use super::stream::{MAX_RECORD_KIB, Mode, Stream};
use super::{ARN, Kinesis, check_key, error, read_stream, stream_of};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::kms::Kms;
use crate::place::Place;
use crate::structure::Structure;

const KEY_ID: Length = Length(1, 2048);
const MIN_HOURS: i64 = 24;
const MAX_HOURS: i64 = 8760;
const ALL_METRICS: &str = "ALL";
const METRICS: [&str; 8] = [
    "IncomingBytes",
    "IncomingRecords",
    "OutgoingBytes",
    "OutgoingRecords",
    "WriteProvisionedThroughputExceeded",
    "ReadProvisionedThroughputExceeded",
    "IteratorAgeMilliseconds",
    ALL_METRICS,
];
const METRICS_COUNT: Length = Length(1, 7);
/// "UpdateStreamMode": so often in a day.
const MAX_MODE_CHANGES: usize = 2;

fn read_hours(input: &mut Input) -> Result<i64, ApiError> {
    let hours = input.integer("RetentionPeriodHours")?.unwrap_or_default();
    match hours {
        ..MIN_HOURS => Err(error::invalid_argument(format!(
            "Minimum allowed retention period is {MIN_HOURS} hours. Requested retention period ({hours} hours) is too short."
        ))),
        MIN_HOURS..=MAX_HOURS => Ok(hours),
        _ => Err(error::invalid_argument(format!(
            "Maximum allowed retention period is {MAX_HOURS} hours. Requested retention period ({hours} hours) is too long."
        ))),
    }
}

impl Stream {
    /// What has expired does not come back when records are kept longer from then on.
    fn forget_expired(&mut self, now: Timestamp) {
        let horizon = self.horizon(now);
        for shard in &mut self.shards {
            shard.records.retain(|record| record.arrived > horizon);
        }
    }
}

pub(crate) fn increase_retention(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let hours = read_hours(&mut call.input)?;
    call.input.finish()?;
    let held = kinesis.find(&place, &name)?.retention_hours;
    if hours < held {
        return Err(error::invalid_argument(format!(
            "Requested retention period ({hours} hours) for stream {name} can not be shorter than existing retention period ({held} hours). Use DecreaseRetentionPeriod API."
        )));
    }
    let stream = kinesis.change(&place, &name)?;
    stream.forget_expired(call.now);
    stream.retention_hours = hours;
    Ok(Output::default())
}

pub(crate) fn decrease_retention(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let hours = read_hours(&mut call.input)?;
    call.input.finish()?;
    let held = kinesis.find(&place, &name)?.retention_hours;
    if hours > held {
        return Err(error::invalid_argument(format!(
            "Requested retention period ({hours} hours) for stream {name} can not be longer than existing retention period ({held} hours). Use IncreaseRetentionPeriod API."
        )));
    }
    let stream = kinesis.change(&place, &name)?;
    stream.retention_hours = hours;
    stream.forget_expired(call.now);
    Ok(Output::default())
}

fn read_key(input: &mut Input) -> Result<String, ApiError> {
    let kind = constraint::one_of(input, "EncryptionType", &["NONE", "KMS"])?;
    let key = constraint::required(input, "KeyId", KEY_ID)?;
    match kind.as_deref() {
        Some("KMS") => Ok(key),
        _ => Err(error::invalid_argument("The only valid value of EncryptionType is KMS.")),
    }
}

pub(crate) fn start_encryption(
    kinesis: &mut Kinesis,
    kms: &mut Kms,
    mut call: Call,
) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let key = read_key(&mut call.input)?;
    call.input.finish()?;
    kinesis.find(&place, &name)?;
    check_key(kms, &place, &key, call.now)?;
    kinesis.change(&place, &name)?.kms_key = Some(key);
    Ok(Output::default())
}

/// Records that are there already stay encrypted.
pub(crate) fn stop_encryption(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    read_key(&mut call.input)?;
    call.input.finish()?;
    kinesis.change(&place, &name)?.kms_key = None;
    Ok(Output::default())
}

/// Enables or disables metrics of shards.
pub(crate) fn monitor(kinesis: &mut Kinesis, mut call: Call, enable: bool) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let mut given: BTreeSet<String> = call.input.strings("ShardLevelMetrics")?.into_iter().collect();
    METRICS_COUNT.check(&call.input, "[...]", given.len(), "ShardLevelMetrics")?;
    for metric in &given {
        constraint::check_one_of(&call.input, metric, "ShardLevelMetrics", &METRICS)?;
    }
    call.input.finish()?;
    if given.contains(ALL_METRICS) {
        given =
            METRICS.iter().filter(|metric| **metric != ALL_METRICS).map(|&metric| metric.into()).collect();
    }
    let current = kinesis.find(&place, &name)?.metrics.clone();
    let desired: BTreeSet<String> = match enable {
        true => current.union(&given).cloned().collect(),
        false => current.difference(&given).cloned().collect(),
    };
    let stream = kinesis.change(&place, &name)?;
    stream.metrics.clone_from(&desired);
    Ok(Structure::new()
        .with("StreamName", name)
        .with("CurrentShardLevelMetrics", current.into_iter().collect::<Vec<_>>())
        .with("DesiredShardLevelMetrics", desired.into_iter().collect::<Vec<_>>())
        .with("StreamARN", stream.arn.as_str())
        .output())
}

fn read_arn(input: &mut Input, place: &Place) -> Result<String, ApiError> {
    let arn = constraint::required(input, "StreamARN", ARN)?;
    stream_of(place, &arn)
}

pub(crate) fn update_mode(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_arn(&mut call.input, &place)?;
    let mode = Mode::read(&mut call.input)?.unwrap_or(Mode::Provisioned);
    let warm = constraint::integer(&mut call.input, "WarmThroughputMiBps", 0, 10_240)?;
    call.input.finish()?;
    if mode == Mode::Provisioned && warm.is_some() {
        return Err(error::validation("WarmThroughputMiBps is only for streams in ON_DEMAND mode."));
    }
    let stream = kinesis.find(&place, &name)?;
    let day = SignedDuration::from_hours(24);
    let recent = |at: &&Timestamp| call.now.duration_since(**at) < day;
    if stream.mode != mode && stream.mode_changes.iter().filter(recent).count() >= MAX_MODE_CHANGES {
        return Err(error::limit_exceeded(format!(
            "The mode of stream {name} under account {} has been changed {MAX_MODE_CHANGES} times in the last 24 hours.",
            place.account
        )));
    }
    let stream = kinesis.change(&place, &name)?;
    if stream.mode != mode {
        stream.mode_changes.push(call.now);
    }
    stream.mode = mode;
    stream.warm_mibps = match mode {
        Mode::OnDemand => warm.or(stream.warm_mibps),
        Mode::Provisioned => None,
    };
    Ok(Output::default())
}

pub(crate) fn update_record_size(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_arn(&mut call.input, &place)?;
    let size = constraint::integer(&mut call.input, "MaxRecordSizeInKiB", 1024, MAX_RECORD_KIB)?;
    call.input.finish()?;
    let stream = kinesis.change(&place, &name)?;
    stream.record_kib = size.unwrap_or(stream.record_kib);
    Ok(Output::default())
}
