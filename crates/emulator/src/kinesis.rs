//! Kinesis Data Streams: the streams of each account and region, with their records.
//!
//! Limits of throughput are not kept: under a clock that stands, any burst would break them.
//!
//! <https://docs.aws.amazon.com/kinesis/latest/APIReference/Welcome.html>

mod configuration;
mod consumer;
pub(crate) mod cursor;
mod describe;
mod error;
mod policy;
mod put;
mod read;
mod reshard;
mod sequence;
mod shard;
mod shards;
mod stream;
mod tag;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::constraint::{self, Length};
use crate::input::{Input, not_implemented};
use crate::kms::Kms;
use crate::place::{Place, Stores};
use stream::Stream;

const NAME: Length = Length(1, 128);
const ARN: Length = Length(1, 2048);
const NAME_PATTERN: &str = "[a-zA-Z0-9_.-]+";

/// Every account's streams in every region.
#[derive(Clone, Default)]
pub(crate) struct Kinesis {
    stores: Stores<Store>,
}

/// What one account has in one region, by name; each stream is shared between forks until one of them writes to it.
#[derive(Clone, Default)]
struct Store {
    streams: BTreeMap<String, Arc<Stream>>,
}

/// Takes a name of a stream or a consumer.
fn read_name(input: &mut Input, member: &str) -> Result<Option<String>, ApiError> {
    let name = constraint::text(input, member, NAME)?;
    if let Some(name) = &name {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
        constraint::matches(input, name, member, NAME_PATTERN, allowed)?;
    }
    Ok(name)
}

/// Takes what names a stream, by its name, its ARN, or both.
fn read_stream(input: &mut Input, place: &Place) -> Result<String, ApiError> {
    let name = read_name(input, "StreamName")?;
    let arn = constraint::text(input, "StreamARN", ARN)?;
    match (name, arn) {
        (name, Some(arn)) => {
            let named = stream_of(place, &arn)?;
            match name {
                Some(name) if name != named => {
                    Err(error::invalid_argument("StreamName and StreamARN do not name the same stream."))
                }
                _ => Ok(named),
            }
        }
        (Some(name), None) => Ok(name),
        (None, None) => Err(error::invalid_argument("Either StreamName or StreamARN must be provided.")),
    }
}

/// The name of the stream that an ARN of a stream or of a consumer names.
fn stream_of(place: &Place, arn: &str) -> Result<String, ApiError> {
    let (there, resource) = Place::parse("kinesis", arn).ok_or_else(|| {
        error::invalid_argument(format!("{arn} is not a valid ARN of Kinesis Data Streams."))
    })?;
    let name = resource.strip_prefix("stream/").and_then(|rest| rest.split('/').next());
    match name {
        Some(name) if there == *place => Ok(name.to_owned()),
        _ => Err(error::no_such_resource(arn)),
    }
}

impl Kinesis {
    fn find(&self, place: &Place, name: &str) -> Result<&Stream, ApiError> {
        let stream = self.stores.get(place).and_then(|store| store.streams.get(name));
        stream.map(Arc::as_ref).ok_or_else(|| error::no_such_stream(name, &place.account))
    }

    /// A stream that is to be written to.
    fn change(&mut self, place: &Place, name: &str) -> Result<&mut Stream, ApiError> {
        self.find(place, name)?;
        let stream = self.stores.get_mut(place).streams.get_mut(name);
        stream.map(Arc::make_mut).ok_or_else(|| error::no_such_stream(name, &place.account))
    }

    fn streams(&self, place: &Place) -> impl Iterator<Item = &Stream> {
        let store = self.stores.get(place);
        store.into_iter().flat_map(|store| store.streams.values().map(Arc::as_ref))
    }

    /// Executes an operation.
    pub fn call(&mut self, kms: &mut Kms, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        match operation {
            "CreateStream" => stream::create(self, call),
            "DeleteStream" => stream::delete(self, call),
            "DescribeStream" => describe::stream(self, call),
            "DescribeStreamSummary" => describe::summary(self, call),
            "ListStreams" => describe::list(self, call),
            "DescribeLimits" => describe::limits(self, call),
            "PutRecord" => put::one(self, kms, call),
            "PutRecords" => put::many(self, kms, call),
            "GetShardIterator" => read::iterator(self, call),
            "GetRecords" => read::records(self, kms, call),
            "ListShards" => shards::list(self, call),
            "SplitShard" => reshard::split(self, call),
            "MergeShards" => reshard::merge(self, call),
            "UpdateShardCount" => reshard::update_count(self, call),
            "IncreaseStreamRetentionPeriod" => configuration::increase_retention(self, call),
            "DecreaseStreamRetentionPeriod" => configuration::decrease_retention(self, call),
            "StartStreamEncryption" => configuration::start_encryption(self, kms, call),
            "StopStreamEncryption" => configuration::stop_encryption(self, call),
            "EnableEnhancedMonitoring" => configuration::monitor(self, call, true),
            "DisableEnhancedMonitoring" => configuration::monitor(self, call, false),
            "UpdateStreamMode" => configuration::update_mode(self, call),
            "UpdateMaxRecordSize" => configuration::update_record_size(self, call),
            "AddTagsToStream" => tag::add_to_stream(self, call),
            "RemoveTagsFromStream" => tag::remove_from_stream(self, call),
            "ListTagsForStream" => tag::list_of_stream(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListTagsForResource" => tag::list(self, call),
            "RegisterStreamConsumer" => consumer::register(self, call),
            "DeregisterStreamConsumer" => consumer::deregister(self, call),
            "DescribeStreamConsumer" => consumer::describe(self, call),
            "ListStreamConsumers" => consumer::list(self, call),
            "GetResourcePolicy" => policy::get(self, call),
            "PutResourcePolicy" => policy::put(self, call),
            "DeleteResourcePolicy" => policy::delete(self, call),
            _ => Err(not_implemented(&format!("kinesis {operation}"))),
        }
    }
}

/// Sees that the key of a stream can be used now.
fn check_key(kms: &mut Kms, place: &Place, key: &str, now: Timestamp) -> Result<(), ApiError> {
    kms.check_usable("kinesis", place, key, now).map_err(error::of_key)
}
