//! Lists of shards.
//!
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html>

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use super::cursor::{Cursor, Kind};
use super::shard::Shard;
use super::stream::Stream;
use super::{Kinesis, error, read_stream, stream_of};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;

const SHARD_ID: Length = Length(1, 128);
const TOKEN: Length = Length(1, 1_048_576);
const TYPES: [&str; 6] =
    ["AFTER_SHARD_ID", "AT_TRIM_HORIZON", "FROM_TRIM_HORIZON", "AT_LATEST", "AT_TIMESTAMP", "FROM_TIMESTAMP"];

/// Which shards are listed.
#[derive(Clone, Copy)]
enum Filter {
    /// All that have not expired.
    All,
    AtLatest,
    /// Those that were open then.
    At(Timestamp),
    /// Those that were open then or were opened later.
    From(Timestamp),
}

impl Filter {
    fn read(mut input: Input) -> Result<(Self, Option<String>), ApiError> {
        let kind = constraint::one_of(&mut input, "Type", &TYPES)?.unwrap_or_default();
        let shard = constraint::text(&mut input, "ShardId", SHARD_ID)?;
        let time = input.time("Timestamp")?;
        input.finish()?;
        let wrong = || {
            error::invalid_argument(format!(
                "ShardFilter of type {kind} is given with members that it does not take or without one that it needs."
            ))
        };
        match (kind.as_str(), shard, time) {
            ("AFTER_SHARD_ID", Some(shard), None) => Ok((Self::All, Some(shard))),
            ("AT_TRIM_HORIZON", None, None) => Ok((Self::At(Timestamp::MIN), None)),
            ("FROM_TRIM_HORIZON", None, None) => Ok((Self::All, None)),
            ("AT_LATEST", None, None) => Ok((Self::AtLatest, None)),
            ("AT_TIMESTAMP", None, Some(time)) => Ok((Self::At(time), None)),
            ("FROM_TIMESTAMP", None, Some(time)) => Ok((Self::From(time), None)),
            _ => Err(wrong()),
        }
    }

    /// Times before the first record that is kept are that record's.
    fn lists(self, stream: &Stream, shard: &Shard, now: Timestamp) -> bool {
        let kept = |at: Timestamp| at.max(stream.created).max(stream.horizon(now));
        let open_at = |at: Timestamp| shard.closed.is_none_or(|closed| closed > at);
        match self {
            Self::All => true,
            Self::AtLatest => shard.is_open(),
            Self::At(at) => shard.opened <= kept(at) && open_at(kept(at)),
            Self::From(at) => open_at(kept(at)),
        }
    }

    fn encode(self) -> String {
        match self {
            Self::All => "all".to_owned(),
            Self::AtLatest => "latest".to_owned(),
            Self::At(at) => format!("at {at}"),
            Self::From(at) => format!("from {at}"),
        }
    }

    fn decode(text: &str) -> Option<Self> {
        match text.split_once(' ') {
            None if text == "all" => Some(Self::All),
            None if text == "latest" => Some(Self::AtLatest),
            Some(("at", at)) => Some(Self::At(at.parse().ok()?)),
            Some(("from", at)) => Some(Self::From(at.parse().ok()?)),
            _ => None,
        }
    }
}

/// What a call asks for: the stream, the filter, and the shard that the page begins behind.
fn read(call: &mut Call, place: &Place) -> Result<(String, Filter, Option<String>), ApiError> {
    let input = &mut call.input;
    let Some(token) = constraint::text(input, "NextToken", TOKEN)? else {
        let name = read_stream(input, place)?;
        let after = constraint::text(input, "ExclusiveStartShardId", SHARD_ID)?;
        let (filter, first) = match input.structure("ShardFilter")? {
            None => (Filter::All, None),
            Some(filter) => Filter::read(filter)?,
        };
        return Ok((name, filter, first.or(after)));
    };
    for member in ["StreamName", "StreamCreationTimestamp", "ExclusiveStartShardId", "ShardFilter"] {
        if input.has(member) {
            return Err(error::invalid_argument(format!(
                "NextToken and {member} cannot be provided together."
            )));
        }
    }
    let invalid = || error::invalid_argument("Invalid NextToken.");
    let cursor = Cursor::decode(&token).filter(|cursor| cursor.kind == Kind::Shards).ok_or_else(invalid)?;
    if input.string("StreamARN")?.is_some_and(|arn| arn != cursor.stream) {
        return Err(invalid());
    }
    if cursor.is_expired(call.now) {
        return Err(error::expired_token());
    }
    let filter = Filter::decode(&cursor.position).ok_or_else(invalid)?;
    Ok((stream_of(place, &cursor.stream)?, filter, Some(cursor.shard)))
}

pub(crate) fn list(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let (name, filter, after) = read(&mut call, &place)?;
    let max = constraint::count(&mut call.input, "MaxResults", 10_000)?.unwrap_or(1000);
    let created = call.input.time("StreamCreationTimestamp")?;
    call.input.finish()?;
    let stream = kinesis.find(&place, &name)?;
    // A stream that was deleted and made again is another one.
    if created.is_some_and(|at| at.as_second() != stream.created.as_second()) {
        return Err(error::no_such_stream(&name, &place.account));
    }
    let listed = |shard: &&Shard| {
        filter.lists(stream, shard, call.now) && after.as_ref().is_none_or(|after| shard.id() > *after)
    };
    let mut rest = stream.shards_at(call.now).filter(listed);
    let page: Vec<&Shard> = rest.by_ref().take(max).collect();
    let more = rest.next().is_some();
    let token = page.last().filter(|_| more).map(|last| {
        let (shard, position) = (last.id(), filter.encode());
        let cursor =
            Cursor { kind: Kind::Shards, stream: stream.arn.clone(), shard, position, made: call.now };
        cursor.encode()
    });
    let shards: Vec<_> = page.into_iter().map(Shard::entry).collect();
    Ok(Structure::new().with("Shards", shards).with_some("NextToken", token).output())
}
