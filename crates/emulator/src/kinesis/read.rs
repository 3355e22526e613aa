//! Records, as they are read from shards.
//!
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html>

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::cursor::{Cursor, Kind};
use super::shard::{Record, Shard};
use super::stream::Stream;
use super::{Kinesis, check_key, error, read_stream, stream_of};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::kms::Kms;
use crate::place::Place;
use crate::structure::{Structure, moment};

const SHARD_ID: Length = Length(1, 128);
const ITERATOR: Length = Length(1, 512);
const TYPES: [&str; 5] =
    ["AT_SEQUENCE_NUMBER", "AFTER_SEQUENCE_NUMBER", "TRIM_HORIZON", "LATEST", "AT_TIMESTAMP"];
const MAX_RECORDS: usize = 10_000;
const MAX_BYTES: usize = 10_485_760;

/// Where reading begins.
enum Start {
    At(String),
    After(String),
    TrimHorizon,
    Latest,
    AtTimestamp(Timestamp),
}

impl Start {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let kind = constraint::one_of(input, "ShardIteratorType", &TYPES)?.unwrap_or_default();
        let sequence = input.string("StartingSequenceNumber")?;
        let time = input.time("Timestamp")?;
        match (kind.as_str(), sequence, time) {
            ("AT_SEQUENCE_NUMBER", Some(sequence), None) => Ok(Self::At(sequence)),
            ("AFTER_SEQUENCE_NUMBER", Some(sequence), None) => Ok(Self::After(sequence)),
            ("TRIM_HORIZON", None, None) => Ok(Self::TrimHorizon),
            ("LATEST", None, None) => Ok(Self::Latest),
            ("AT_TIMESTAMP", None, Some(time)) => Ok(Self::AtTimestamp(time)),
            (kind, sequence, time) => Err(error::invalid_argument(format!(
                "Must either specify (1) AT_SEQUENCE_NUMBER or AFTER_SEQUENCE_NUMBER and StartingSequenceNumber, (2) AT_TIMESTAMP and Timestamp, or (3) TRIM_HORIZON or LATEST and neither. Request specified {kind} and {}.",
                match (sequence, time) {
                    (None, None) => "neither",
                    (Some(_), None) => "StartingSequenceNumber",
                    (None, Some(_)) => "Timestamp",
                    (Some(_), Some(_)) => "both",
                }
            ))),
        }
    }

    fn position(self, stream: &Stream, shard: &Shard, now: Timestamp) -> Result<(Kind, String), ApiError> {
        let latest = || shard.records.last().map_or(shard.start.clone(), |record| record.sequence.clone());
        match self {
            Self::At(sequence) | Self::After(sequence) if !stream.is_of_shard(shard, &sequence) => {
                Err(error::invalid_argument(format!(
                    "StartingSequenceNumber {sequence} used in GetShardIterator on shard {} in stream {} is invalid because it did not come from this shard.",
                    shard.id(),
                    stream.name
                )))
            }
            Self::At(sequence) => Ok((Kind::At, sequence)),
            Self::After(sequence) => Ok((Kind::After, sequence)),
            Self::TrimHorizon => Ok((Kind::After, shard.start.clone())),
            Self::Latest => Ok((Kind::After, latest())),
            Self::AtTimestamp(at) if at > now => Err(error::invalid_argument(format!(
                "The timestampInMillis parameter cannot be greater than the currentTimestampInMillis. timestampInMillis: {}, currentTimestampInMillis: {}",
                at.as_millisecond(),
                now.as_millisecond()
            ))),
            Self::AtTimestamp(at) => match shard.records.iter().find(|record| record.arrived >= at) {
                Some(record) => Ok((Kind::At, record.sequence.clone())),
                None => Ok((Kind::After, latest())),
            },
        }
    }
}

pub(crate) fn iterator(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let shard = constraint::required(&mut call.input, "ShardId", SHARD_ID)?;
    let start = Start::read(&mut call.input)?;
    call.input.only("DryRun", false)?;
    call.input.finish()?;
    let stream = kinesis.find(&place, &name)?;
    let missing = || error::no_such_shard(&shard, &name, &place.account);
    let held = stream.shard(&shard, call.now).ok_or_else(missing)?;
    let (kind, position) = start.position(stream, held, call.now)?;
    let cursor = Cursor { kind, stream: stream.arn.clone(), shard, position, made: call.now };
    Ok(Structure::new().with("ShardIterator", cursor.encode()).output())
}

impl Shard {
    /// Its records behind a place that are still there, as many as there may be, and whether there are more.
    fn page(&self, cursor: &Cursor, horizon: Timestamp, limit: usize) -> (Vec<&Arc<Record>>, bool) {
        let first = self.records.partition_point(|record| match cursor.kind {
            Kind::At => record.sequence < cursor.position,
            Kind::After | Kind::Shards => record.sequence <= cursor.position,
        });
        let mut rest = self.records.iter().skip(first).filter(|record| record.arrived > horizon).peekable();
        let (mut page, mut bytes) = (Vec::new(), 0);
        while page.len() < limit
            && let Some(record) = rest.next_if(|record| page.is_empty() || bytes + record.size <= MAX_BYTES)
        {
            bytes += record.size;
            page.push(record);
        }
        (page, rest.peek().is_some())
    }
}

impl Record {
    fn entry(&self) -> Value {
        Structure::new()
            .with("SequenceNumber", self.sequence.as_str())
            .with("ApproximateArrivalTimestamp", moment(self.arrived))
            .with("Data", self.data.as_str())
            .with("PartitionKey", self.partition_key.as_str())
            .with_some("EncryptionType", self.kms_key.as_ref().map(|_| "KMS"))
            .value()
    }
}

/// The shards that a closed one was split or merged into.
fn children(stream: &Stream, id: &str) -> Vec<Value> {
    let of =
        |shard: &&Shard| [&shard.parent, &shard.adjacent].into_iter().flatten().any(|parent| parent == id);
    let entry = |shard: &Shard| {
        let parents: Vec<&String> = [&shard.parent, &shard.adjacent].into_iter().flatten().collect();
        json!({ "ShardId": shard.id(), "ParentShards": parents, "HashKeyRange": shard.range.members() })
    };
    stream.shards.iter().filter(of).map(entry).collect()
}

pub(crate) fn records(kinesis: &mut Kinesis, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let text = constraint::required(&mut call.input, "ShardIterator", ITERATOR)?;
    let limit = constraint::count(&mut call.input, "Limit", 10_000)?.unwrap_or(MAX_RECORDS);
    let arn = call.input.string("StreamARN")?;
    call.input.only("DryRun", false)?;
    call.input.finish()?;
    let cursor = Cursor::decode(&text).filter(|cursor| cursor.kind != Kind::Shards);
    let cursor = cursor.ok_or_else(|| error::invalid_argument("Invalid ShardIterator."))?;
    if arn.is_some_and(|arn| arn != cursor.stream) {
        return Err(error::invalid_argument("The ShardIterator is not of the stream that StreamARN names."));
    }
    if cursor.is_expired(call.now) {
        return Err(error::expired_iterator(cursor.made, call.now));
    }
    let name = stream_of(&place, &cursor.stream)?;
    let stream = kinesis.find(&place, &name)?;
    let missing = || error::no_such_shard(&cursor.shard, &name, &place.account);
    let shard = stream.shard(&cursor.shard, call.now).ok_or_else(missing)?;
    let (page, more) = shard.page(&cursor, stream.horizon(call.now), limit);
    let mut checked: Option<&String> = None;
    for key in page.iter().filter_map(|record| record.kms_key.as_ref()) {
        if checked != Some(key) {
            check_key(kms, &place, key, call.now)?;
            checked = Some(key);
        }
    }
    let behind = match page.last() {
        Some(last) if more => call.now.duration_since(last.arrived).as_millis().max(0),
        _ => 0,
    };
    let answer = Structure::new()
        .with("Records", page.iter().map(|record| record.entry()).collect::<Vec<_>>())
        .with("MillisBehindLatest", i64::try_from(behind).unwrap_or(i64::MAX));
    if !more && !shard.is_open() {
        return Ok(answer.with("ChildShards", children(stream, &cursor.shard)).output());
    }
    let next = match page.last() {
        Some(last) => Cursor { kind: Kind::After, position: last.sequence.clone(), made: call.now, ..cursor },
        None => Cursor { made: call.now, ..cursor },
    };
    Ok(answer.with("NextShardIterator", next.encode()).output())
}
