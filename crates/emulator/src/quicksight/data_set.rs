//! Data sets: kept, and never filled. One that is imported has no ingestion.
//!
//! <https://docs.aws.amazon.com/quicksight/latest/APIReference/API_DataSet.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use super::asset::{self, Asset, Kind, identity, take};
use super::permission::Permissions;
use super::{Done, QuickSight, tag};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;

/// Takes what data sets are made and changed with, and fills in what AWS does.
fn read(quicksight: &QuickSight, place: &Place, input: &mut Input) -> Result<Members, ApiError> {
    let mut kept = input.keep_as("DataSet");
    let tables = kept.get("PhysicalTableMap").and_then(Value::as_object);
    let tables: Vec<&Value> = tables.into_iter().flat_map(|tables| tables.values()).collect();
    let mut columns = Vec::new();
    for table in tables.iter().filter_map(|table| table.as_object()).flat_map(|table| table.values()) {
        if let Some(arn) = table.get("DataSourceArn").and_then(Value::as_str) {
            quicksight.check_arn(place, Kind::DataSource, arn)?;
        }
        let given = table.get("InputColumns").or_else(|| table.get("Columns")).and_then(Value::as_array);
        columns.extend(given.into_iter().flatten().map(output_column));
    }
    let mut structure = Structure::new().with(
        "DataSetUsageConfiguration",
        json!({ "DisableUseAsDirectQuerySource": false, "DisableUseAsImportedSource": false }),
    );
    // What logical tables make of the columns is not worked out.
    if !kept.contains_key("LogicalTableMap") && !kept.contains_key("DataPrepConfiguration") {
        structure = structure.with("OutputColumns", columns);
    }
    if let Some(Value::Object(rows)) = kept.get_mut("RowLevelPermissionDataSet") {
        rows.entry("FormatVersion").or_insert_with(|| json!("VERSION_1"));
        rows.entry("Status").or_insert_with(|| json!("ENABLED"));
    }
    if let Some(Value::Object(rows)) = kept.get_mut("RowLevelPermissionTagConfiguration") {
        rows.entry("Status").or_insert_with(|| json!("ENABLED"));
    }
    Ok(structure.with("ConsumedSpiceCapacityInBytes", 0).with_all(kept).members())
}

/// A column as the data set gives it: it has fewer types.
fn output_column(column: &Value) -> Value {
    let text = |name: &str| column.get(name).and_then(Value::as_str);
    let kind = match text("Type").unwrap_or_default() {
        "BIT" | "BOOLEAN" => "INTEGER",
        "JSON" => "STRING",
        kind => kind,
    };
    Structure::new()
        .with_some("Name", text("Name"))
        .with("Type", kind)
        .with_some("SubType", text("SubType"))
        .with_some("Id", text("Id"))
        .value()
}

pub(crate) fn create(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Kind::DataSet)?;
    let given = read(quicksight, &place, &mut call.input)?;
    let permissions = Permissions::read(&mut call.input, "Permissions")?;
    let tags = tag::read(&mut call.input)?;
    let folders = asset::read_folders(quicksight, &place, &mut call.input)?;
    call.input.finish()?;
    let members = Structure::new()
        .with_all(given)
        .with_all(identity(&place, Kind::DataSet, &id).members())
        .with_moment("CreatedTime", call.now)
        .with_moment("LastUpdatedTime", call.now)
        .members();
    asset::add(quicksight, &place, Kind::DataSet, &id, Asset { members, tags, permissions }, folders)?;
    Ok(identity(&place, Kind::DataSet, &id))
}

pub(crate) fn list(quicksight: &mut QuickSight, call: Call) -> Done {
    const SHOWN: [&str; 8] = [
        "Arn",
        "DataSetId",
        "Name",
        "CreatedTime",
        "LastUpdatedTime",
        "ImportMode",
        "RowLevelPermissionDataSet",
        "UseAs",
    ];
    asset::list(quicksight, call, Kind::DataSet, "DataSetSummaries", |members| {
        let shown = members.clone().into_iter().filter(|(name, _)| SHOWN.contains(&name.as_str()));
        let rules = |name: &str| members.contains_key(name);
        Structure::new()
            .with_all(shown.collect())
            .with("RowLevelPermissionTagConfigurationApplied", rules("RowLevelPermissionTagConfiguration"))
            .with("ColumnLevelPermissionRulesApplied", rules("ColumnLevelPermissionRules"))
            .members()
    })
}

pub(crate) fn update(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Kind::DataSet)?;
    quicksight.asset(&place, Kind::DataSet, &id)?;
    let given = read(quicksight, &place, &mut call.input)?;
    call.input.finish()?;
    asset::replace(quicksight, &call, (&place, Kind::DataSet, &id), given, &["UseAs"])?;
    Ok(identity(&place, Kind::DataSet, &id))
}

/// Deletes a data set with its schedules.
pub(crate) fn delete(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let (place, id) = take(&mut call, Kind::DataSet)?;
    call.input.finish()?;
    asset::remove(quicksight, &place, Kind::DataSet, &id)?;
    quicksight.store_mut(&place).schedules.retain(|(of, _), _| *of != id);
    Ok(identity(&place, Kind::DataSet, &id))
}
