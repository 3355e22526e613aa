//! What DynamoDB says of a table that the engine does not keep, or not as AWS has it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::Members;

use super::backup::Backups;
use super::policy::Policy;
use super::stream::Stream;
use super::throughput::{Provisioned, Warm, least_warm};
use super::{arn, encryption};
use crate::kms::Place;
use crate::structure::{Structure, time};

/// A table's settings.
#[derive(Clone)]
pub(super) struct Settings {
    pub created: Timestamp,
    /// The ARN of the key that the account encrypts it with.
    pub key: Option<String>,
    /// Whether it is billed on demand now, and since when it last became that.
    pub on_demand: bool,
    pub on_demand_since: Option<Timestamp>,
    pub class_changed: Option<Timestamp>,
    pub provisioned: Provisioned,
    pub warm: Warm,
    /// Those of its global secondary indexes.
    pub indexes: BTreeMap<String, Index>,
    /// Whether items expire, and when that was last changed.
    pub expires: bool,
    pub expiry_changed: Option<Timestamp>,
    pub backups: Backups,
    pub policy: Option<Policy>,
    /// The newest last.
    pub streams: Vec<Stream>,
}

/// A global secondary index's settings.
#[derive(Clone, Default)]
pub(super) struct Index {
    pub provisioned: Provisioned,
    pub warm: Warm,
    /// `OnDemandThroughput`
    pub limits: Members,
}

impl Settings {
    /// Makes the engine's description DynamoDB's.
    pub fn complete(&self, place: &Place, name: &str, now: Timestamp, description: Members) -> Members {
        let mut members = description;
        members.entry("DeletionProtectionEnabled").or_insert(Value::Bool(false));
        for engines in ["BillingModeSummary", "StreamSpecification", "SSEDescription"] {
            members.remove(engines);
        }
        let mut lasting = Structure::new()
            .with_all(members)
            .with("TableArn", arn::table(place, name))
            .with_time("CreationDateTime", self.created)
            .with("ProvisionedThroughput", self.provisioned.description(now).value())
            .with("WarmThroughput", self.warm.description(self.least_warm()).value())
            .with_some("SSEDescription", self.key.as_deref().map(|key| encryption::description(key).value()));
        if let Some(since) = self.on_demand_since {
            let mode = if self.on_demand { "PAY_PER_REQUEST" } else { "PROVISIONED" };
            let summary = Structure::new()
                .with("BillingMode", mode)
                .with_time("LastUpdateToPayPerRequestDateTime", since);
            lasting = lasting.with("BillingModeSummary", summary.value());
        }
        if let Some(stream) = self.streams.last() {
            lasting = lasting
                .with("LatestStreamArn", arn::stream(place, name, &stream.label))
                .with("LatestStreamLabel", stream.label.as_str())
                .with_some("StreamSpecification", stream.specification());
        }
        let mut members = lasting.members();
        if let (Some(at), Some(Value::Object(class))) =
            (self.class_changed, members.get_mut("TableClassSummary"))
        {
            class.insert("LastUpdateDateTime".to_owned(), time(at).into());
        }
        for list in ["GlobalSecondaryIndexes", "LocalSecondaryIndexes", "VectorIndexes"] {
            let indexes = members.get_mut(list).and_then(Value::as_array_mut);
            for index in indexes.into_iter().flatten().filter_map(Value::as_object_mut) {
                self.complete_index(place, name, now, list, index);
            }
        }
        members
    }

    fn complete_index(&self, place: &Place, table: &str, now: Timestamp, list: &str, members: &mut Members) {
        let name = members.get("IndexName").and_then(Value::as_str).unwrap_or_default().to_owned();
        members.insert("IndexArn".to_owned(), arn::index(place, table, &name).into());
        let Some(index) = self.indexes.get(&name).filter(|_| list == "GlobalSecondaryIndexes") else {
            return;
        };
        let Index { provisioned, warm, limits } = index;
        let least = least_warm(self.on_demand, provisioned.units);
        members.insert("ProvisionedThroughput".to_owned(), provisioned.description(now).value());
        members.insert("WarmThroughput".to_owned(), warm.description(least).value());
        if !limits.is_empty() {
            members.insert("OnDemandThroughput".to_owned(), Value::Object(limits.clone()));
        }
    }

    /// What the table is warm for at least.
    pub fn least_warm(&self) -> super::throughput::Units {
        least_warm(self.on_demand, self.provisioned.units)
    }
}
