//! Streams: one a table at a time, of one shard. A stream that was turned off can be read for a day.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html>

use dynoxide::actions::get_shard_iterator::{decode_shard_iterator, encode_shard_iterator};
use dynoxide::streams::shard_id;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use stackproof_aws::{ApiError, Members, Output};

use super::arn::{self, Named};
use super::policy::Policy;
use super::{DynamoDb, Region, error, table};
use crate::Call;
use crate::kms::Place;
use crate::structure::Structure;
use crate::text::{decode_token, encode_token};

/// How long records last, and streams that were turned off.
const RETENTION: SignedDuration = SignedDuration::from_hours(24);

/// How long an iterator can be used.
const ITERATOR_LIFETIME: SignedDuration = SignedDuration::from_mins(15);

/// What the engine's numbers of records lack to 21 digits.
const SEQUENCE_OFFSET: i128 = 100_000_000_000_000_000_000;

/// What records can hold of an item.
const VIEWS: [&str; 4] = ["KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"];

const MAX_RECORDS: i64 = 1_000;
const MAX_LISTED: i64 = 100;

/// A stream.
#[derive(Clone)]
pub(super) struct Stream {
    pub label: String,
    view: String,
    created: Timestamp,
    /// The last record that was there before it.
    pub after: i64,
    /// When it was turned off, and its last record.
    ended: Option<(Timestamp, i64)>,
    pub policy: Option<Policy>,
}

impl Stream {
    /// A stream that begins now.
    pub fn new(view: String, now: Timestamp, after: i64) -> Self {
        Self { label: label(now), view, created: now, after, ended: None, policy: None }
    }

    /// What a `StreamSpecification` that turns a stream on wants to see.
    pub fn view(specification: Option<&Value>) -> Result<Option<String>, ApiError> {
        let member = |name| specification.and_then(|specification| specification.get(name));
        let view = member("StreamViewType").and_then(Value::as_str);
        match (member("StreamEnabled").and_then(Value::as_bool), view) {
            (Some(true), None) => {
                Err(error::invalid("StreamViewType must be specified when StreamEnabled is true"))
            }
            (Some(true), Some(view)) if !VIEWS.contains(&view) => {
                let kinds = format!("Member must satisfy enum value set: [{}]", VIEWS.join(", "));
                Err(error::constraint(view, "streamSpecification.streamViewType", &kinds))
            }
            (Some(true), view) => Ok(view.map(str::to_owned)),
            _ => Ok(None),
        }
    }

    /// Turns a table's stream on or off, as `UpdateTable` asks.
    pub fn turn(
        streams: &mut Vec<Self>,
        table: &str,
        specification: Option<&Value>,
        now: Timestamp,
        last: i64,
    ) -> Result<(), ApiError> {
        let view = Self::view(specification)?;
        let current = streams.last_mut().filter(|stream| stream.ended.is_none());
        match (view, current) {
            (Some(_), Some(_)) => {
                Err(error::validation(format!("Table already has an enabled stream: TableName: {table}")))
            }
            (None, None) => {
                Err(error::validation(format!("Table has no stream to disable: TableName: {table}")))
            }
            (None, Some(stream)) => {
                stream.ended = Some((now, last));
                Ok(())
            }
            (Some(view), None) => {
                let mut next = Self::new(view, now, last);
                // Labels are unique within a table.
                while let Some(at) = streams.iter().find(|stream| stream.label == next.label) {
                    let later = at.created.checked_add(SignedDuration::from_millis(1)).unwrap_or(now);
                    next = Self { created: later, label: label(later), ..next };
                }
                streams.push(next);
                Ok(())
            }
        }
    }

    /// `StreamSpecification`, of a stream that is on.
    pub fn specification(&self) -> Option<Value> {
        let on = self.ended.is_none();
        on.then(|| json!({ "StreamEnabled": true, "StreamViewType": self.view }))
    }

    fn is_there(&self, now: Timestamp) -> bool {
        self.ended.is_none_or(|(at, _)| now.duration_since(at) < RETENTION)
    }

    fn status(&self) -> &'static str {
        if self.ended.is_none() { "ENABLED" } else { "DISABLED" }
    }

    fn shard(&self, arn: &str) -> String {
        let digest = hex::encode(Sha256::digest(arn));
        let digest = digest.get(..8).unwrap_or_default();
        format!("shardId-{:020}-{digest}", self.created.as_millisecond())
    }
}

fn label(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S.%3f").to_string()
}

fn sequence(record: i64) -> String {
    (SEQUENCE_OFFSET + i128::from(record)).to_string()
}

impl Region {
    /// The number of a table's newest record.
    pub fn last_record(&self, table: &str, now: Timestamp) -> Result<i64, ApiError> {
        let range =
            self.engine.read(now, |storage| storage.get_shard_sequence_range(table, &shard_id(table)));
        let (_, last) = range.map_err(|refusal| error::of("", refusal))?;
        Ok(last.and_then(|last| last.parse().ok()).unwrap_or_default())
    }

    fn stream(&self, named: &Named, arn: &str, now: Timestamp) -> Result<&Stream, ApiError> {
        let streams = self.tables.get(&named.table).into_iter().flat_map(|table| &table.streams);
        let mut streams = streams.filter(|stream| stream.is_there(now));
        streams
            .find(|stream| Some(&stream.label) == named.stream.as_ref())
            .ok_or_else(|| error::no_such_stream(arn))
    }

    /// The stream of an ARN, to be changed.
    pub fn stream_mut(&mut self, named: &Named, arn: &str, now: Timestamp) -> Result<&mut Stream, ApiError> {
        let streams = self.tables.get_mut(&named.table).into_iter().flat_map(|table| &mut table.streams);
        let mut streams = streams.filter(|stream| stream.is_there(now));
        streams
            .find(|stream| Some(&stream.label) == named.stream.as_ref())
            .ok_or_else(|| error::no_such_stream(arn))
    }
}

/// Finds the stream of an ARN.
fn find<'a>(dynamodb: &'a mut DynamoDb, call: &Call, arn: &str) -> Result<(&'a mut Region, Named), ApiError> {
    let named = arn::parse(&Place::of(call), arn)?;
    let region = dynamodb.region(&named.place, call.now)?;
    region.stream(&named, arn, call.now)?;
    Ok((region, named))
}

pub(super) fn list(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let here = Place::of(&call);
    let wanted = call.input.string("TableName")?.map(|named| arn::resolve(&here, &named)).transpose()?;
    let after = call.input.string("ExclusiveStartStreamArn")?;
    let limit = limit(&mut call, MAX_LISTED)?;
    call.input.finish()?;
    let (place, wanted) = wanted.map_or((here, None), |(place, name)| (place, Some(name)));
    let region = dynamodb.region(&place, call.now)?;
    let tables =
        region.tables.iter().filter(|(name, _)| wanted.as_ref().is_none_or(|wanted| wanted == *name));
    let streams = tables.flat_map(|(name, table)| table.streams.iter().map(move |stream| (name, stream)));
    let streams = streams.filter(|(_, stream)| stream.is_there(call.now));
    let mut streams: Vec<_> =
        streams.map(|(name, stream)| (arn::stream(&place, name, &stream.label), name, stream)).collect();
    if let Some(after) = after {
        let start = streams.iter().position(|(arn, ..)| *arn == after).map_or(streams.len(), |at| at + 1);
        streams.drain(..start);
    }
    let more = streams.len() > limit;
    streams.truncate(limit);
    let last = streams.last().filter(|_| more).map(|(arn, ..)| arn.clone());
    let rows = streams.iter().map(
        |(arn, name, stream)| json!({ "StreamArn": arn, "TableName": name, "StreamLabel": stream.label }),
    );
    let rows: Vec<Value> = rows.collect();
    Ok(Structure::new().with("Streams", rows).with_some("LastEvaluatedStreamArn", last).output())
}

pub(super) fn describe(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("StreamArn")?;
    let after = call.input.string("ExclusiveStartShardId")?;
    limit(&mut call, MAX_LISTED)?;
    call.input.finish()?;
    let now = call.now;
    let (region, named) = find(dynamodb, &call, &arn)?;
    let table = region.engine.call(now, "DescribeTable", table::naming(&named.table))?;
    let keys = table.get("Table").and_then(|table| table.get("KeySchema")).cloned();
    let stream = region.stream(&named, &arn, now)?;
    let range = Structure::new()
        .with("StartingSequenceNumber", sequence(stream.after + 1))
        .with_some("EndingSequenceNumber", stream.ended.map(|(_, last)| sequence(last)));
    let shard = stream.shard(&arn);
    let shards = match after {
        Some(after) if after == shard => json!([]),
        _ => json!([{ "ShardId": shard, "SequenceNumberRange": range.value() }]),
    };
    let description = Structure::new()
        .with("StreamArn", arn.as_str())
        .with("StreamLabel", stream.label.as_str())
        .with("StreamStatus", stream.status())
        .with("StreamViewType", stream.view.as_str())
        .with_time("CreationRequestDateTime", stream.created)
        .with("TableName", named.table)
        .with_some("KeySchema", keys)
        .with("Shards", shards);
    Ok(Structure::new().with("StreamDescription", description.value()).output())
}

/// A place in a shard, and when it was asked for. It begins with the stream's ARN, as AWS's do.
struct Position {
    arn: String,
    at: Timestamp,
    record: i64,
}

impl Position {
    fn written(&self) -> String {
        let Self { arn, at, record } = self;
        format!("{arn}|1|{}", encode_token(&format!("{} {record}", at.as_millisecond())))
    }

    fn read(text: &str) -> Option<Self> {
        let (arn, token) = text.split_once("|1|")?;
        let token = decode_token(token)?;
        let (at, record) = token.split_once(' ')?;
        let at = Timestamp::from_millisecond(at.parse().ok()?).ok()?;
        Some(Self { arn: arn.to_owned(), at, record: record.parse().ok()? })
    }
}

pub(super) fn iterator(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let arn = call.input.required("StreamArn")?;
    let shard = call.input.required("ShardId")?;
    let kind = call.input.required("ShardIteratorType")?;
    let number = call.input.string("SequenceNumber")?;
    call.input.finish()?;
    let now = call.now;
    let (region, named) = find(dynamodb, &call, &arn)?;
    let stream = region.stream(&named, &arn, now)?;
    if stream.shard(&arn) != shard {
        return Err(error::no_such_shard(&shard, &arn));
    }
    let record = match (kind.as_str(), number) {
        ("TRIM_HORIZON", None) => stream.after,
        ("LATEST", None) => match stream.ended {
            Some((_, last)) => last,
            None => region.last_record(&named.table, now)?,
        },
        ("TRIM_HORIZON" | "LATEST", Some(_)) => {
            return Err(error::invalid("SequenceNumber should not be passed for this iterator type"));
        }
        ("AT_SEQUENCE_NUMBER", Some(number)) => numbered(&number, stream)? - 1,
        ("AFTER_SEQUENCE_NUMBER", Some(number)) => numbered(&number, stream)?,
        ("AT_SEQUENCE_NUMBER" | "AFTER_SEQUENCE_NUMBER", None) => {
            return Err(error::invalid("SequenceNumber cannot be null"));
        }
        _ => {
            let kinds = "Member must satisfy enum value set: [AFTER_SEQUENCE_NUMBER, LATEST, AT_SEQUENCE_NUMBER, TRIM_HORIZON]";
            return Err(error::constraint(&kind, "shardIteratorType", kinds));
        }
    };
    let iterator = Position { arn, at: now, record };
    Ok(Structure::new().with("ShardIterator", iterator.written()).output())
}

fn numbered(number: &str, stream: &Stream) -> Result<i64, ApiError> {
    let length = |bound: &str| {
        error::constraint(number, "sequenceNumber", &format!("Member must have length {bound}"))
    };
    match number.chars().count() {
        ..21 => return Err(length("greater than or equal to 21")),
        41.. => return Err(length("less than or equal to 40")),
        _ => {}
    }
    let record = number.parse::<i128>().ok().map(|number| number - SEQUENCE_OFFSET);
    let record = record.and_then(|record| i64::try_from(record).ok());
    match record.ok_or_else(|| error::validation("Invalid SequenceNumber for the shard"))? {
        record if record <= stream.after => Err(error::trimmed()),
        record => Ok(record),
    }
}

pub(super) fn records(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let text = call.input.required("ShardIterator")?;
    let limit = limit(&mut call, MAX_RECORDS)?;
    call.input.finish()?;
    let now = call.now;
    let iterator = Position::read(&text).ok_or_else(|| error::validation("Invalid ShardIterator"))?;
    if now.duration_since(iterator.at) > ITERATOR_LIFETIME {
        return Err(error::expired_iterator());
    }
    let (region, named) = find(dynamodb, &call, &iterator.arn)?;
    let shard = shard_id(&named.table);
    let engines = Structure::new()
        .with("ShardIterator", encode_shard_iterator(&named.table, &shard, iterator.record))
        .with("Limit", limit)
        .members();
    let mut answer = region.engine.call(now, "GetRecords", engines)?;
    let kept = region
        .engine
        .read(now, |storage| storage.get_stream_records(&named.table, &shard, iterator.record, limit))
        .map_err(|refusal| error::of("GetRecords", refusal))?;
    let stream = region.stream(&named, &iterator.arn, now)?;
    let next = answer.get("NextShardIterator").and_then(Value::as_str).and_then(decode_shard_iterator);
    let record = next.map_or(iterator.record, |(.., record)| record);
    let last = stream.ended.map(|(_, last)| last);
    let found = match answer.remove("Records") {
        Some(Value::Array(records)) => records,
        _ => Vec::new(),
    };
    let mut records = Vec::new();
    for (found, kept) in found.into_iter().zip(kept) {
        let number: i64 = kept.sequence_number.parse().unwrap_or_default();
        let fresh =
            Timestamp::from_second(kept.created_at).is_ok_and(|at| now.duration_since(at) < RETENTION);
        let own = last.is_none_or(|last| number <= last);
        if let (true, Value::Object(found)) = (fresh && own, found) {
            records.push(complete(found, &named.place, stream, kept.user_identity.is_some()));
        }
    }
    // A shard that has ended has nothing behind its last record.
    let next = last.is_none_or(|last| record < last);
    let next = next.then(|| Position { arn: iterator.arn, at: now, record }.written());
    Ok(Structure::new().with("Records", records).with_some("NextShardIterator", next).output())
}

/// Makes the engine's record DynamoDB's.
fn complete(mut record: Members, place: &Place, stream: &Stream, expired: bool) -> Value {
    record.insert("awsRegion".to_owned(), place.region.as_str().into());
    if let Some(Value::Object(change)) = record.get_mut("dynamodb") {
        change.insert("StreamViewType".to_owned(), stream.view.as_str().into());
    }
    if expired {
        let service = json!({ "PrincipalId": "dynamodb.amazonaws.com", "Type": "Service" });
        record.insert("userIdentity".to_owned(), service);
    }
    Value::Object(record)
}

/// Takes the member `Limit`.
fn limit(call: &mut Call, max: i64) -> Result<usize, ApiError> {
    let limit = call.input.integer("Limit")?.unwrap_or(max);
    let constraint = |bound: String| {
        error::constraint(&limit.to_string(), "limit", &format!("Member must have value {bound}"))
    };
    match limit {
        ..1 => Err(constraint("greater than or equal to 1".to_owned())),
        limit if limit > max => Err(constraint(format!("less than or equal to {max}"))),
        limit => Ok(usize::try_from(limit).unwrap_or_default()),
    }
}
