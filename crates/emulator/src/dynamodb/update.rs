//! Tables, changed.

use std::collections::BTreeMap;

use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::settings::{Index, Settings};
use super::stream::Stream;
use super::throughput::{self, Provisioned, Units, least_warm};
use super::{DynamoDb, encryption, error, table};
use crate::Call;
use crate::input::Input;
use crate::kms::Kms;
use crate::structure::Structure;

/// Members that the engine keeps as they are.
const KEPT: [&str; 7] = [
    "AttributeDefinitions",
    "BillingMode",
    "DeletionProtectionEnabled",
    "OnDemandThroughput",
    "ProvisionedThroughput",
    "StreamSpecification",
    "TableClass",
];

/// Everything is checked on a copy of the settings, which takes their place once the engine has agreed.
pub(super) fn update(dynamodb: &mut DynamoDb, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let now = call.now;
    let (place, name) = call.table()?;
    let region = dynamodb.region(&place, now)?;
    let input = &mut call.input;
    if input.names().next().is_none() {
        // The engine has the words for that.
        region.engine.call(now, "UpdateTable", table::naming(&name))?;
    }
    let Some(before) = region.tables.get(&name) else { return Err(error::no_such_table(&name)) };
    let mut settings = before.clone();
    let billing = input.peek("BillingMode").map(str::to_owned);
    if let Some(billing) = &billing {
        settings.on_demand = billing == "PAY_PER_REQUEST";
        if settings.on_demand && !before.on_demand {
            settings.on_demand_since = Some(now);
            settings.provisioned.change(Units::default(), now);
            settings.indexes.values_mut().for_each(|index| index.provisioned.change(Units::default(), now));
        }
        if before.on_demand && !settings.on_demand {
            settings.indexes.values_mut().for_each(|index| index.limits.clear());
        }
    }
    if let Some(key) = encryption::read(kms, &place, input, now)? {
        settings.key = key;
    }
    let mut members: Members =
        KEPT.iter().filter_map(|kept| Some(((*kept).to_owned(), input.value(kept)?))).collect();
    if let Some(Value::Object(given)) = members.get("ProvisionedThroughput") {
        let units = |member| given.get(member).and_then(Value::as_i64).unwrap_or_default();
        let units = Units { read: units("ReadCapacityUnits"), write: units("WriteCapacityUnits") };
        settings.provisioned.change(units, now);
    }
    let least = settings.least_warm();
    settings.warm.raise(input, least, "table")?;
    let mut updates = Vec::new();
    for update in input.structures("GlobalSecondaryIndexUpdates")? {
        updates.extend(update_index(&mut settings, update, now)?);
    }
    check_indexes(before, &settings)?;
    if !updates.is_empty() {
        members.insert("GlobalSecondaryIndexUpdates".to_owned(), updates.into());
    }
    input.finish()?;
    if members.contains_key("TableClass") {
        settings.class_changed = Some(now);
    }
    let last = region.last_record(&name, now)?;
    if members.contains_key("StreamSpecification") {
        Stream::turn(&mut settings.streams, &name, members.get("StreamSpecification"), now, last)?;
    }
    if !members.is_empty() {
        members.insert("TableName".to_owned(), name.as_str().into());
        region.engine.call(now, "UpdateTable", members)?;
    }
    region.tables.insert(name.clone(), settings);
    let description =
        Structure::new().with_all(region.describe(&place, &name, now)?).with("TableStatus", "UPDATING");
    Ok(Structure::new().with("TableDescription", description.value()).output())
}

/// One entry of `GlobalSecondaryIndexUpdates`, and what of it is the engine's: new throughput is not.
fn update_index(
    settings: &mut Settings,
    mut update: Input,
    now: jiff::Timestamp,
) -> Result<Option<Value>, ApiError> {
    let engines = if let Some(mut change) = update.structure("Update")? {
        let name = change.required("IndexName")?;
        let Some(index) = settings.indexes.get_mut(&name) else {
            return Err(error::validation(
                "This operation cannot be performed with given input values. Please contact DynamoDB service team for more info: Action Blocked: IndexUpdate",
            ));
        };
        change_index(index, &mut change, settings.on_demand, &name, now)?;
        change.finish()?;
        None
    } else if let Some(mut new) = update.structure("Create")? {
        let (name, index) = table::read_index(&mut new, settings.on_demand)?;
        settings.indexes.entry(name).or_insert(index);
        let mut new = new.take_all();
        new.remove("ProvisionedThroughput");
        Some(Structure::new().with("Create", Value::Object(new)).value())
    } else {
        let gone = update.value("Delete");
        let name = gone.as_ref().and_then(|gone| gone.get("IndexName")).and_then(Value::as_str);
        settings.indexes.remove(name.unwrap_or_default());
        Some(Structure::new().with_some("Delete", gone).value())
    };
    update.finish()?;
    Ok(engines)
}

fn change_index(
    index: &mut Index,
    change: &mut Input,
    on_demand: bool,
    name: &str,
    now: jiff::Timestamp,
) -> Result<(), ApiError> {
    index.limits = throughput::limits(change, &index.limits, on_demand, name)?;
    match Provisioned::read(change)? {
        Some(_) if on_demand => {
            return Err(error::invalid(
                "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is PAY_PER_REQUEST",
            ));
        }
        Some(units) if units.read < 1 || units.write < 1 => {
            return Err(error::invalid(&format!("ProvisionedThroughput is less than 1 for index: {name}")));
        }
        Some(Units { read, write }) if index.provisioned.units == (Units { read, write }) => {
            return Err(error::validation(format!(
                "The provisioned throughput for the index {name} will not change. The requested value equals the current value. Current ReadCapacityUnits provisioned for the index: {read}. Requested ReadCapacityUnits: {read}. Current WriteCapacityUnits provisioned for the index: {write}. Requested WriteCapacityUnits: {write}. Refer to the Amazon DynamoDB Developer Guide for current limits and how to request higher limits."
            )));
        }
        Some(units) => index.provisioned.change(units, now),
        None => {}
    }
    let least = least_warm(on_demand, index.provisioned.units);
    index.warm.raise(change, least, &format!("index {name}"))
}

/// The indexes go with the table's billing.
fn check_indexes(before: &Settings, settings: &Settings) -> Result<(), ApiError> {
    let starved = |indexes: &BTreeMap<String, Index>| {
        let mut indexes = indexes.iter();
        indexes.find(|(_, index)| index.provisioned.units == Units::default()).map(|(name, _)| name.clone())
    };
    match starved(&settings.indexes) {
        Some(name) if before.on_demand && !settings.on_demand => {
            Err(error::invalid(&format!("ProvisionedThroughput must be specified for index: {name}")))
        }
        _ => Ok(()),
    }
}
