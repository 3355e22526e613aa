//! Records, as they are put into streams.
//!
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/API_PutRecords.html>

use std::sync::Arc;

use jiff::Timestamp;
use md5::{Digest, Md5};
use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::shard::{Record, shard_id};
use super::stream::Stream;
use super::{Kinesis, check_key, error, read_stream};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::kms::Kms;
use crate::place::Place;
use crate::structure::Structure;

const PARTITION_KEY: Length = Length(1, 256);
const HASH_KEY: Length = Length(0, 64);
const RECORDS: Length = Length(1, 500);
const DATA: Length = Length(0, 10_485_760);
const MAX_REQUEST: usize = 10_485_760;

/// A record that is to be put.
struct Entry {
    data: Vec<u8>,
    partition_key: String,
    hash_key: u128,
}

impl Entry {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let data = constraint::required_blob(input, "Data", DATA)?;
        let partition_key = constraint::required(input, "PartitionKey", PARTITION_KEY)?;
        let hash_key = match constraint::text(input, "ExplicitHashKey", HASH_KEY)? {
            Some(key) => key.parse().map_err(|_| {
                error::invalid_argument(format!(
                    "Invalid ExplicitHashKey. ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was {key}"
                ))
            })?,
            None => u128::from_be_bytes(Md5::digest(&partition_key).into()),
        };
        Ok(Self { data, partition_key, hash_key })
    }

    fn size(&self) -> usize {
        self.data.len() + self.partition_key.len()
    }
}

/// Takes a number in decimal that says after which record this one comes: all come after it.
fn read_ordering(input: &mut Input) -> Result<(), ApiError> {
    let number = input.string("SequenceNumberForOrdering")?;
    if let Some(number) = &number {
        let pattern = r"0|([1-9]\d{0,128})";
        constraint::matches(input, number, "SequenceNumberForOrdering", pattern, |c| c.is_ascii_digit())?;
    }
    Ok(())
}

impl Stream {
    fn check(&self, entry: &Entry) -> Result<(), ApiError> {
        let max = usize::try_from(self.record_kib).unwrap_or_default() * 1024;
        match entry.size() > max {
            true => Err(error::validation(format!(
                "1 validation error detected: Value at 'data' failed to satisfy constraint: Member must have length less than or equal to {max}"
            ))),
            false => Ok(()),
        }
    }

    /// The shard and the sequence number of a new record.
    fn put(&mut self, entry: Entry, now: Timestamp) -> Result<(String, String), ApiError> {
        let holds = |shard: &&super::shard::Shard| shard.is_open() && shard.range.holds(entry.hash_key);
        let number = self.shards.iter().find(holds).map(|shard| shard.number);
        let number = number.ok_or_else(|| ApiError::internal("no shard holds the hash key"))?;
        let sequence = self.next_sequence(number, now);
        let record = Record {
            sequence: sequence.clone(),
            arrived: now,
            size: entry.size(),
            data: constraint::base64(&entry.data),
            partition_key: entry.partition_key,
            kms_key: self.kms_key.clone(),
        };
        if let Some(shard) = self.shards.get_mut(number) {
            shard.records.push(Arc::new(record));
        }
        Ok((shard_id(number), sequence))
    }

    /// Told only of streams that are encrypted.
    fn encryption_type(&self) -> Option<&'static str> {
        self.kms_key.as_ref().map(|_| self.encryption())
    }
}

/// Finds a stream that can be written to now.
fn find<'a>(
    kinesis: &'a Kinesis,
    kms: &mut Kms,
    place: &Place,
    name: &str,
    now: Timestamp,
) -> Result<&'a Stream, ApiError> {
    let stream = kinesis.find(place, name)?;
    if let Some(key) = &stream.kms_key {
        check_key(kms, place, key, now)?;
    }
    Ok(stream)
}

pub(crate) fn one(kinesis: &mut Kinesis, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let entry = Entry::read(&mut call.input)?;
    read_ordering(&mut call.input)?;
    call.input.only("DryRun", false)?;
    call.input.finish()?;
    find(kinesis, kms, &place, &name, call.now)?.check(&entry)?;
    let stream = kinesis.change(&place, &name)?;
    let (shard, sequence) = stream.put(entry, call.now)?;
    Ok(Structure::new()
        .with("ShardId", shard)
        .with("SequenceNumber", sequence)
        .with_some("EncryptionType", stream.encryption_type())
        .output())
}

pub(crate) fn many(kinesis: &mut Kinesis, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let given = call.input.structures("Records")?;
    RECORDS.check(&call.input, "[...]", given.len(), "Records")?;
    let entries = given.into_iter().map(|mut record| {
        let entry = Entry::read(&mut record)?;
        record.finish()?;
        Ok(entry)
    });
    let entries: Vec<Entry> = entries.collect::<Result<_, ApiError>>()?;
    call.input.only("DryRun", false)?;
    call.input.finish()?;
    if entries.iter().map(Entry::size).sum::<usize>() > MAX_REQUEST {
        return Err(error::invalid_argument("Records size exceeds 10 MB limit"));
    }
    let stream = find(kinesis, kms, &place, &name, call.now)?;
    entries.iter().try_for_each(|entry| stream.check(entry))?;
    let stream = kinesis.change(&place, &name)?;
    let mut records = Vec::new();
    for entry in entries {
        let (shard, sequence) = stream.put(entry, call.now)?;
        records.push(json!({ "ShardId": shard, "SequenceNumber": sequence }));
    }
    Ok(Structure::new()
        .with("FailedRecordCount", 0)
        .with("Records", records)
        .with_some("EncryptionType", stream.encryption_type())
        .output())
}
