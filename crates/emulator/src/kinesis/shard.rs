//! Shards: ranges of hash keys, and the records in them.

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};

use super::stream::Stream;
use crate::structure::Structure;

/// A part of a stream.
#[derive(Clone)]
pub(crate) struct Shard {
    pub number: usize,
    /// The shard that it was split from, or the first of those that it was merged from.
    pub parent: Option<String>,
    pub adjacent: Option<String>,
    pub range: Range,
    /// The sequence number that it begins with.
    pub start: String,
    /// The sequence number that it ends with, once it is closed.
    pub end: Option<String>,
    pub opened: Timestamp,
    pub closed: Option<Timestamp>,
    /// In the order of their sequence numbers.
    pub records: Vec<Arc<Record>>,
}

/// Hash keys from the first to the last, both included.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Range {
    pub first: u128,
    pub last: u128,
}

/// A record, its data in base64.
pub(crate) struct Record {
    pub sequence: String,
    pub arrived: Timestamp,
    pub data: String,
    pub size: usize,
    pub partition_key: String,
    /// The key that it is encrypted with.
    pub kms_key: Option<String>,
}

impl Range {
    /// As many ranges of the same size as there may be, the rest in the last.
    pub fn uniform(count: usize) -> Vec<Self> {
        let count = u128::try_from(count).unwrap_or(u128::MAX).max(1);
        // 2^128 divided by the count, without a number of 129 bits.
        let width = match u128::MAX % count == count - 1 {
            true if count > 1 => u128::MAX / count + 1,
            _ => u128::MAX / count,
        };
        let range = |index: u128| Self {
            first: width * index,
            last: if index + 1 == count { u128::MAX } else { width * (index + 1) - 1 },
        };
        (0..count).map(range).collect()
    }

    /// Whether a hash key lies in it.
    pub fn holds(self, key: u128) -> bool {
        (self.first..=self.last).contains(&key)
    }

    /// Whether the other begins where this one ends.
    pub fn touches(self, other: Self) -> bool {
        self.last.checked_add(1) == Some(other.first)
    }

    /// `HashKeyRange`.
    pub fn members(self) -> Value {
        json!({ "StartingHashKey": self.first.to_string(), "EndingHashKey": self.last.to_string() })
    }
}

impl Shard {
    /// `shardId-000000000000`
    pub fn id(&self) -> String {
        shard_id(self.number)
    }

    /// Whether records can be put into it.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }

    /// `Shard`.
    pub fn entry(&self) -> Value {
        let numbers = Structure::new()
            .with("StartingSequenceNumber", self.start.as_str())
            .with_some("EndingSequenceNumber", self.end.as_deref());
        Structure::new()
            .with("ShardId", self.id())
            .with_some("ParentShardId", self.parent.as_deref())
            .with_some("AdjacentParentShardId", self.adjacent.as_deref())
            .with("HashKeyRange", self.range.members())
            .with("SequenceNumberRange", numbers.value())
            .value()
    }
}

/// The id of the shard of that number.
pub(crate) fn shard_id(number: usize) -> String {
    format!("shardId-{number:012}")
}

impl Stream {
    /// The shards that records can be put into, sorted by their hash keys.
    pub fn open_shards(&self) -> Vec<&Shard> {
        let mut open: Vec<_> = self.shards.iter().filter(|shard| shard.is_open()).collect();
        open.sort_by_key(|shard| shard.range.first);
        open
    }

    /// The shards that have not expired: those that are open, or of which records are still there.
    pub fn shards_at(&self, now: Timestamp) -> impl Iterator<Item = &Shard> {
        let horizon = self.horizon(now);
        self.shards.iter().filter(move |shard| shard.closed.is_none_or(|closed| closed > horizon))
    }

    /// A shard that has not expired.
    pub fn shard(&self, id: &str, now: Timestamp) -> Option<&Shard> {
        self.shards_at(now).find(|shard| shard.id() == id)
    }

    /// Opens a shard.
    pub fn open(&mut self, range: Range, parent: Option<String>, adjacent: Option<String>, now: Timestamp) {
        let number = self.shards.len();
        let start = self.next_sequence(number, now);
        let shard = Shard {
            number,
            parent,
            adjacent,
            range,
            start,
            end: None,
            opened: now,
            closed: None,
            records: Vec::new(),
        };
        self.shards.push(shard);
    }

    /// Closes a shard: its records stay.
    pub fn close(&mut self, number: usize, now: Timestamp) {
        let end = self.next_sequence(number, now);
        if let Some(shard) = self.shards.get_mut(number) {
            shard.end = Some(end);
            shard.closed = Some(now);
        }
    }
}
