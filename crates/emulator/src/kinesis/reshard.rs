//! Splitting and merging shards.
//!
//! <https://docs.aws.amazon.com/streams/latest/dev/kinesis-using-sdk-java-resharding.html>

use jiff::{SignedDuration, Timestamp};
use stackproof_aws::{ApiError, Output};

use super::shard::{Range, Shard};
use super::stream::{Stream, check_shards};
use super::{Kinesis, error, read_stream};
use crate::Call;
use crate::constraint::{self, Length};
use crate::place::Place;
use crate::structure::Structure;

const SHARD_ID: Length = Length(1, 128);
const HASH_KEY: Length = Length(1, 64);
const MAX_COUNT: i64 = 100_000;
/// "UpdateShardCount": so often in a day.
const MAX_CHANGES: usize = 10;
const DAY: SignedDuration = SignedDuration::from_hours(24);

impl Stream {
    fn open_shard(&self, id: &str, account: &str, now: Timestamp) -> Result<&Shard, ApiError> {
        let missing = || {
            error::not_found(format!(
                "Could not find shard {id} in stream {} under account {account}.",
                self.name
            ))
        };
        let shard = self.shard(id, now).ok_or_else(missing)?;
        match shard.is_open() {
            true => Ok(shard),
            false => Err(error::invalid_argument(format!("Shard {id} in stream {} is closed.", self.name))),
        }
    }

    /// Splits a shard: the second part begins at the key.
    fn split(&mut self, number: usize, at: u128, now: Timestamp) {
        let Some(shard) = self.shards.get(number) else { return };
        let (id, Range { first, last }) = (shard.id(), shard.range);
        self.close(number, now);
        self.open(Range { first, last: at.saturating_sub(1) }, Some(id.clone()), None, now);
        self.open(Range { first: at, last }, Some(id), None, now);
    }

    /// Merges two shards that lie beside each other, the lower first.
    fn merge(&mut self, lower: usize, upper: usize, (parent, adjacent): (String, String), now: Timestamp) {
        let (Some(a), Some(b)) = (self.shards.get(lower), self.shards.get(upper)) else { return };
        let range = Range { first: a.range.first, last: b.range.last };
        self.close(lower, now);
        self.close(upper, now);
        self.open(range, Some(parent), Some(adjacent), now);
    }

    /// Splits and merges until the open shards have these ranges.
    fn reshape(&mut self, ranges: &[Range], now: Timestamp) {
        for range in ranges {
            let cut = self
                .open_shards()
                .into_iter()
                .find(|s| s.range.first < range.first && s.range.holds(range.first));
            if let Some(number) = cut.map(|shard| shard.number) {
                self.split(number, range.first, now);
            }
        }
        for range in ranges {
            loop {
                let open = self.open_shards();
                let mut inside = open.into_iter().filter(|shard| range.holds(shard.range.first));
                let (Some(a), Some(b)) = (inside.next(), inside.next()) else { break };
                let (lower, upper, ids) = (a.number, b.number, (a.id(), b.id()));
                self.merge(lower, upper, ids, now);
            }
        }
    }
}

pub(crate) fn split(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let id = constraint::required(&mut call.input, "ShardToSplit", SHARD_ID)?;
    let key = constraint::required(&mut call.input, "NewStartingHashKey", HASH_KEY)?;
    call.input.finish()?;
    let stream = kinesis.find(&place, &name)?;
    stream.check_provisioned(&place.account)?;
    let shard = stream.open_shard(&id, &place.account, call.now)?;
    let (number, Range { first, last }) = (shard.number, shard.range);
    let at = key.parse::<u128>().ok().filter(|at| *at > first.saturating_add(1) && *at < last);
    let at = at.ok_or_else(|| {
        error::invalid_argument(format!(
            "NewStartingHashKey {key} used in SplitShard() on shard {id} in stream {name} under account {} is not both greater than one plus the shard's StartingHashKey {first} and less than the shard's EndingHashKey {last}.",
            place.account
        ))
    })?;
    check_shards(kinesis, &place, 1)?;
    kinesis.change(&place, &name)?.split(number, at, call.now);
    Ok(Output::default())
}

pub(crate) fn merge(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let one = constraint::required(&mut call.input, "ShardToMerge", SHARD_ID)?;
    let other = constraint::required(&mut call.input, "AdjacentShardToMerge", SHARD_ID)?;
    call.input.finish()?;
    let stream = kinesis.find(&place, &name)?;
    stream.check_provisioned(&place.account)?;
    let a = stream.open_shard(&one, &place.account, call.now)?;
    let b = stream.open_shard(&other, &place.account, call.now)?;
    let (lower, upper) = match (a.range.touches(b.range), b.range.touches(a.range)) {
        (true, _) => (a.number, b.number),
        (_, true) => (b.number, a.number),
        _ => {
            return Err(error::invalid_argument(format!(
                "Shards {one} and {other} in stream {name} under account {} are not an adjacent pair of shards eligible for merging",
                place.account
            )));
        }
    };
    kinesis.change(&place, &name)?.merge(lower, upper, (one, other), call.now);
    Ok(Output::default())
}

pub(crate) fn update_count(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let target = constraint::integer(&mut call.input, "TargetShardCount", 1, MAX_COUNT)?;
    let target = target.and_then(|target| usize::try_from(target).ok()).unwrap_or(1);
    constraint::one_of(&mut call.input, "ScalingType", &["UNIFORM_SCALING"])?;
    call.input.finish()?;
    let stream = kinesis.find(&place, &name)?;
    stream.check_provisioned(&place.account)?;
    let current = stream.open_shards().len();
    if target > current * 2 || target * 2 < current {
        return Err(error::limit_exceeded(format!(
            "UpdateShardCount cannot scale to more than double or to less than half of the current open shard count. Current open shard count: {current}. Target shard count: {target}"
        )));
    }
    let recent = |at: &&Timestamp| call.now.duration_since(**at) < DAY;
    if stream.count_changes.iter().filter(recent).count() >= MAX_CHANGES {
        return Err(error::limit_exceeded(format!(
            "The shard count of stream {name} under account {} has been changed {MAX_CHANGES} times in the last 24 hours.",
            place.account
        )));
    }
    check_shards(kinesis, &place, target.saturating_sub(current))?;
    let stream = kinesis.change(&place, &name)?;
    stream.reshape(&Range::uniform(target), call.now);
    stream.count_changes.push(call.now);
    Ok(Structure::new()
        .with("StreamName", name)
        .with("CurrentShardCount", current)
        .with("TargetShardCount", target)
        .with("StreamARN", stream.arn.as_str())
        .output())
}
