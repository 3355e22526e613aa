//! Streams, as they are made and deleted.
//!
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateStream.html>

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::consumer::Consumer;
use super::shard::{Range, Shard};
use super::{Kinesis, error, read_name, read_stream, tag};
use crate::Call;
use crate::constraint;
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::Tags;

/// What a stream has unless it is told otherwise.
const RETENTION_HOURS: i64 = 24;
const RECORD_KIB: i64 = 1024;
const ON_DEMAND_SHARDS: usize = 4;
/// "Quotas and limits".
pub(crate) const MAX_RECORD_KIB: i64 = 10_240;
pub(crate) const MAX_ON_DEMAND_STREAMS: usize = 50;

/// A stream. It is ready as soon as it is made or changed.
#[derive(Clone)]
pub(crate) struct Stream {
    pub name: String,
    pub arn: String,
    pub created: Timestamp,
    pub mode: Mode,
    pub warm_mibps: Option<i64>,
    pub record_kib: i64,
    pub retention_hours: i64,
    /// The key that new records are encrypted with, as it was named.
    pub kms_key: Option<String>,
    /// The metrics of its shards.
    pub metrics: BTreeSet<String>,
    pub tags: Tags,
    /// The resource policy, as it was sent.
    pub policy: Option<String>,
    /// By number; closed ones stay.
    pub shards: Vec<Shard>,
    /// By name.
    pub consumers: BTreeMap<String, Consumer>,
    /// How many sequence numbers were given out.
    pub numbers: u64,
    /// When its mode and its number of shards were changed.
    pub mode_changes: Vec<Timestamp>,
    pub count_changes: Vec<Timestamp>,
}

/// `StreamMode`.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    Provisioned,
    OnDemand,
}

impl Mode {
    /// Takes the member `StreamModeDetails`.
    pub fn read(input: &mut Input) -> Result<Option<Self>, ApiError> {
        let Some(mut details) = input.structure("StreamModeDetails")? else { return Ok(None) };
        let mode = constraint::one_of(&mut details, "StreamMode", &["PROVISIONED", "ON_DEMAND"])?;
        details.finish()?;
        Ok(mode.map(|mode| if mode == "ON_DEMAND" { Self::OnDemand } else { Self::Provisioned }))
    }

    fn name(self) -> &'static str {
        match self {
            Self::Provisioned => "PROVISIONED",
            Self::OnDemand => "ON_DEMAND",
        }
    }
}

impl Stream {
    /// Records that arrived before are no longer there.
    pub fn horizon(&self, now: Timestamp) -> Timestamp {
        now.checked_sub(SignedDuration::from_hours(self.retention_hours)).unwrap_or(Timestamp::MIN)
    }

    /// `KMS` or `NONE`.
    pub fn encryption(&self) -> &'static str {
        if self.kms_key.is_some() { "KMS" } else { "NONE" }
    }

    /// The members that every description begins with.
    pub fn summary(&self) -> Structure {
        Structure::new()
            .with("StreamName", self.name.as_str())
            .with("StreamARN", self.arn.as_str())
            .with("StreamStatus", "ACTIVE")
            .with("StreamModeDetails", json!({ "StreamMode": self.mode.name() }))
            .with_moment("StreamCreationTimestamp", self.created)
    }

    /// Refuses what only streams with a given number of shards can do.
    pub fn check_provisioned(&self, account: &str) -> Result<(), ApiError> {
        match self.mode {
            Mode::Provisioned => Ok(()),
            Mode::OnDemand => Err(error::validation(format!(
                "Request is invalid. Stream {} under account {account} is in On-Demand mode.",
                self.name
            ))),
        }
    }
}

/// "Quotas and limits": how many shards an account may have open in a region.
pub(crate) fn max_shards(region: &str) -> usize {
    match region {
        "us-east-1" | "us-west-2" | "eu-west-1" => 20_000,
        _ => 6_000,
    }
}

/// Refuses shards that are too many.
pub(crate) fn check_shards(kinesis: &Kinesis, place: &Place, more: usize) -> Result<(), ApiError> {
    let open: usize = kinesis.streams(place).map(|stream| stream.open_shards().len()).sum();
    let max = max_shards(&place.region);
    match open.saturating_add(more) > max {
        true => Err(error::limit_exceeded(format!(
            "This request would exceed the shard limit for the account {} in {}. Current shard count for the account: {open}. Limit: {max}. Number of additional shards that would have resulted from this request: {more}. Refer to the AWS Service Limits page (https://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.",
            place.account, place.region
        ))),
        false => Ok(()),
    }
}

pub(crate) fn create(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let name = read_name(input, "StreamName")?.ok_or_else(|| input.missing("StreamName"))?;
    let count = constraint::integer(input, "ShardCount", 1, 100_000)?;
    let mode = Mode::read(input)?.unwrap_or(Mode::Provisioned);
    let tags = tag::read(input)?;
    let warm_mibps = constraint::integer(input, "WarmThroughputMiBps", 0, 10_240)?;
    let record_kib = constraint::integer(input, "MaxRecordSizeInKiB", RECORD_KIB, MAX_RECORD_KIB)?;
    input.finish()?;
    let count = match (mode, count.and_then(|count| usize::try_from(count).ok())) {
        (Mode::Provisioned, Some(count)) => count,
        (Mode::OnDemand, None) => ON_DEMAND_SHARDS,
        (Mode::Provisioned, None) => {
            return Err(error::validation("ShardCount is required for a stream in PROVISIONED mode."));
        }
        (Mode::OnDemand, Some(_)) => {
            return Err(error::validation("ShardCount must not be given for a stream in ON_DEMAND mode."));
        }
    };
    if mode == Mode::Provisioned && warm_mibps.is_some() {
        return Err(error::validation("WarmThroughputMiBps is only for streams in ON_DEMAND mode."));
    }
    if kinesis.find(&place, &name).is_ok() {
        return Err(error::in_use(format!("Stream {name} under account {} already exists.", place.account)));
    }
    check_shards(kinesis, &place, count)?;
    let on_demand = kinesis.streams(&place).filter(|stream| stream.mode == Mode::OnDemand).count();
    if mode == Mode::OnDemand && on_demand >= MAX_ON_DEMAND_STREAMS {
        return Err(error::limit_exceeded("This request would exceed the limit of on-demand streams."));
    }
    let mut stream = Stream {
        arn: place.arn("kinesis", &format!("stream/{name}")),
        name: name.clone(),
        created: call.now,
        mode,
        warm_mibps,
        record_kib: record_kib.unwrap_or(RECORD_KIB),
        retention_hours: RETENTION_HOURS,
        kms_key: None,
        metrics: BTreeSet::new(),
        tags,
        policy: None,
        shards: Vec::new(),
        consumers: BTreeMap::new(),
        numbers: 0,
        mode_changes: Vec::new(),
        count_changes: Vec::new(),
    };
    for range in Range::uniform(count) {
        stream.open(range, None, None, call.now);
    }
    kinesis.stores.get_mut(&place).streams.insert(name, Arc::new(stream));
    Ok(Output::default())
}

pub(crate) fn delete(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let with_consumers = call.input.boolean("EnforceConsumerDeletion")?.unwrap_or_default();
    call.input.finish()?;
    let stream = kinesis.find(&place, &name)?;
    if !with_consumers && !stream.consumers.is_empty() {
        return Err(error::in_use(format!(
            "Stream {name} under account {} has consumers. Set EnforceConsumerDeletion to true to delete it with them.",
            place.account
        )));
    }
    kinesis.stores.get_mut(&place).streams.remove(&name);
    Ok(Output::default())
}
