//! Tables: made, described, listed, deleted.

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::settings::{Index, Settings};
use super::stream::Stream;
use super::throughput::{self, Provisioned, Warm, least_warm};
use super::{DynamoDb, Region, encryption, error, policy, tag};
use crate::Call;
use crate::input::Input;
use crate::kms::{Kms, Place};
use crate::structure::Structure;

/// Members that the engine keeps as they are.
const KEPT: [&str; 10] = [
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "KeySchema",
    "LocalSecondaryIndexes",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "StreamSpecification",
    "TableClass",
    "VectorIndexes",
];

pub(super) fn create(dynamodb: &mut DynamoDb, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let now = call.now;
    let (place, name) = call.table()?;
    let input = &mut call.input;
    let on_demand = input.peek("BillingMode") == Some("PAY_PER_REQUEST");
    let key = encryption::read(kms, &place, input, now)?.flatten();
    let policy = policy::read(input, "ResourcePolicy")?;
    let mut members: Members =
        KEPT.iter().filter_map(|kept| Some(((*kept).to_owned(), input.value(kept)?))).collect();
    let units = match members.get("ProvisionedThroughput") {
        Some(Value::Object(given)) => throughput::Units {
            read: given.get("ReadCapacityUnits").and_then(Value::as_i64).unwrap_or_default(),
            write: given.get("WriteCapacityUnits").and_then(Value::as_i64).unwrap_or_default(),
        },
        _ => throughput::Units::default(),
    };
    let mut settings = Settings {
        created: now,
        key,
        on_demand,
        on_demand_since: on_demand.then_some(now),
        class_changed: None,
        provisioned: Provisioned::new(units),
        warm: Warm::default(),
        indexes: std::collections::BTreeMap::new(),
        expires: false,
        expiry_changed: None,
        backups: super::backup::Backups::default(),
        policy: policy.map(|text| policy::Policy::new(text, now)),
        streams: Vec::new(),
    };
    let least = settings.least_warm();
    settings.warm.raise(input, least, "table")?;
    if input.has("GlobalSecondaryIndexes") {
        let mut indexes = Vec::new();
        for mut index in input.structures("GlobalSecondaryIndexes")? {
            let (name, of_index) = read_index(&mut index, on_demand)?;
            settings.indexes.insert(name, of_index);
            indexes.push(Value::Object(index.take_all()));
        }
        members.insert("GlobalSecondaryIndexes".to_owned(), indexes.into());
    }
    let tags = tag::read(input)?;
    members.insert("Tags".to_owned(), tags.into());
    input.finish()?;
    members.insert("TableName".to_owned(), name.as_str().into());
    if let Some(view) = Stream::view(members.get("StreamSpecification"))? {
        settings.streams.push(Stream::new(view, now, 0));
    }

    let region = dynamodb.region(&place, now)?;
    let made = region.engine.call(now, "CreateTable", members)?;
    if let Some(stream) = settings.streams.last_mut() {
        // An older table of that name may have left records.
        stream.after = region.last_record(&name, now)?;
    }
    region.tables.insert(name.clone(), settings);
    answer(region, &place, &name, now, made, "CREATING")
}

/// Takes what the engine does not keep of a new index; what stays is the engine's.
pub(super) fn read_index(index: &mut Input, on_demand: bool) -> Result<(String, Index), ApiError> {
    let name = index.peek("IndexName").ok_or_else(|| error::null_member("IndexName"))?.to_owned();
    let limits = throughput::limits(index, &Members::new(), on_demand, &name)?;
    let units = Provisioned::read(index)?;
    match units {
        None if !on_demand => {
            return Err(error::invalid(&format!("ProvisionedThroughput is not specified for index: {name}")));
        }
        Some(_) if on_demand => {
            return Err(error::invalid(&format!(
                "ProvisionedThroughput should not be specified for index: {name} when BillingMode is PAY_PER_REQUEST"
            )));
        }
        Some(units) if units.read < 1 || units.write < 1 => {
            return Err(error::invalid(&format!("ProvisionedThroughput is less than 1 for index: {name}")));
        }
        _ => {}
    }
    let units = units.unwrap_or_default();
    let mut warm = Warm::default();
    warm.raise(index, least_warm(on_demand, units), &format!("index {name}"))?;
    if !on_demand {
        index.put(
            "ProvisionedThroughput",
            json!({ "ReadCapacityUnits": units.read, "WriteCapacityUnits": units.write }),
        );
    }
    Ok((name, Index { provisioned: Provisioned::new(units), warm, limits }))
}

pub(super) fn describe(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = call.table()?;
    call.input.finish()?;
    let region = dynamodb.region(&place, call.now)?;
    let table = region.describe(&place, &name, call.now)?;
    Ok(Structure::new().with("Table", Value::Object(table)).output())
}

pub(super) fn delete(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = call.table()?;
    call.input.finish()?;
    let region = dynamodb.region(&place, call.now)?;
    let gone = region.engine.call(call.now, "DeleteTable", naming(&name))?;
    let answer = answer(region, &place, &name, call.now, gone, "DELETING");
    region.tables.remove(&name);
    answer
}

pub(super) fn list(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let members = call.input.take_all();
    let region = dynamodb.region(&Place::of(&call), call.now)?;
    region.engine.call(call.now, "ListTables", members).map(Output::new)
}

/// The members of an operation on a table that takes nothing else.
pub(super) fn naming(name: &str) -> Members {
    Structure::new().with("TableName", name).members()
}

/// The answer of an operation that changes a table: what the engine says, as far as it keeps it.
fn answer(
    region: &Region,
    place: &Place,
    name: &str,
    now: Timestamp,
    mut engines: Members,
    status: &str,
) -> Result<Output, ApiError> {
    let description = match engines.remove("TableDescription") {
        Some(Value::Object(description)) => description,
        _ => Members::new(),
    };
    let settings = region.settings(name)?;
    let description = Structure::new()
        .with_all(settings.complete(place, name, now, description))
        .with("TableStatus", status);
    Ok(Structure::new().with("TableDescription", description.value()).output())
}

impl Region {
    /// A table's description.
    pub fn describe(&mut self, place: &Place, name: &str, now: Timestamp) -> Result<Members, ApiError> {
        let mut answer = self.engine.call(now, "DescribeTable", naming(name))?;
        match answer.remove("Table") {
            Some(Value::Object(table)) => Ok(self.settings(name)?.complete(place, name, now, table)),
            _ => Err(ApiError::internal(format!("the engine does not describe {name}"))),
        }
    }
}
