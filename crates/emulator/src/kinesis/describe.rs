//! What is said of streams.

use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::stream::{MAX_ON_DEMAND_STREAMS, Mode, Stream, max_shards};
use super::{Kinesis, error, read_name, read_stream};
use crate::Call;
use crate::constraint::{self, Length};
use crate::place::Place;
use crate::structure::Structure;
use crate::text::{decode_token, encode_token};

const SHARD_ID: Length = Length(1, 128);
const TOKEN: Length = Length(1, 1_048_576);

impl Stream {
    fn details(&self) -> Structure {
        let metrics: Vec<&str> = self.metrics.iter().map(String::as_str).collect();
        self.summary()
            .with("RetentionPeriodHours", self.retention_hours)
            .with("EnhancedMonitoring", json!([{ "ShardLevelMetrics": metrics }]))
            .with("EncryptionType", self.encryption())
            .with_some("KeyId", self.kms_key.as_deref())
    }
}

pub(crate) fn stream(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    let limit = constraint::count(&mut call.input, "Limit", 10_000)?.unwrap_or(100);
    let after = constraint::text(&mut call.input, "ExclusiveStartShardId", SHARD_ID)?;
    call.input.finish()?;
    let stream = kinesis.find(&place, &name)?;
    let rest =
        stream.shards_at(call.now).filter(|shard| after.as_deref().is_none_or(|id| shard.id().as_str() > id));
    let mut rest = rest.map(super::shard::Shard::entry);
    let shards: Vec<_> = rest.by_ref().take(limit).collect();
    let description = stream.details().with("Shards", shards).with("HasMoreShards", rest.next().is_some());
    Ok(Structure::new().with("StreamDescription", description.value()).output())
}

pub(crate) fn summary(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_stream(&mut call.input, &place)?;
    call.input.finish()?;
    let stream = kinesis.find(&place, &name)?;
    let warm = stream.warm_mibps.map(|mibps| json!({ "TargetMiBps": mibps, "CurrentMiBps": mibps }));
    let summary = stream
        .details()
        .with("OpenShardCount", stream.open_shards().len())
        .with("ConsumerCount", stream.consumers.len())
        .with("MaxRecordSizeInKiB", stream.record_kib)
        .with_some("WarmThroughput", warm);
    Ok(Structure::new().with("StreamDescriptionSummary", summary.value()).output())
}

/// A page begins behind a name or where the one before ended.
pub(crate) fn list(kinesis: &mut Kinesis, mut call: Call) -> Result<Output, ApiError> {
    let limit = constraint::count(&mut call.input, "Limit", 10_000)?.unwrap_or(100);
    let after = read_name(&mut call.input, "ExclusiveStartStreamName")?;
    let token = constraint::text(&mut call.input, "NextToken", TOKEN)?;
    call.input.finish()?;
    let invalid = || error::invalid_argument("The NextToken is not valid.");
    let token = token.map(|token| decode_token(&token).ok_or_else(invalid)).transpose()?;
    let after = token.or(after);
    let place = Place::of(&call);
    let mut rest = kinesis
        .streams(&place)
        .filter(|stream| after.as_deref().is_none_or(|after| stream.name.as_str() > after));
    let page: Vec<&Stream> = rest.by_ref().take(limit).collect();
    let more = rest.next().is_some();
    let names: Vec<&str> = page.iter().map(|stream| stream.name.as_str()).collect();
    let token = names.last().filter(|_| more).map(|name| encode_token(name));
    let summaries: Vec<_> = page.iter().map(|stream| stream.summary().value()).collect();
    Ok(Structure::new()
        .with("StreamNames", names)
        .with("HasMoreStreams", more)
        .with_some("NextToken", token)
        .with("StreamSummaries", summaries)
        .output())
}

pub(crate) fn limits(kinesis: &mut Kinesis, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let place = Place::of(&call);
    let provisioned = kinesis.streams(&place).filter(|stream| stream.mode == Mode::Provisioned);
    let open: usize = provisioned.map(|stream| stream.open_shards().len()).sum();
    let on_demand = kinesis.streams(&place).filter(|stream| stream.mode == Mode::OnDemand).count();
    Ok(Structure::new()
        .with("ShardLimit", max_shards(&place.region))
        .with("OpenShardCount", open)
        .with("OnDemandStreamCount", on_demand)
        .with("OnDemandStreamCountLimit", MAX_ON_DEMAND_STREAMS)
        .output())
}
