//! Indexes on partitions: kept, as nothing here is large enough to need one.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::table::{Named, Table};
use super::{Glue, PAGES, error};
use crate::Call;
use crate::input::Input;

/// "Glue quotas": partition indexes of a table.
const MOST: usize = 3;

/// Adds an index to a table.
pub(crate) fn add(table: &mut Table, mut given: Input) -> Result<(), ApiError> {
    let name = given.required("IndexName")?;
    let keys = given.strings("Keys")?;
    given.finish()?;
    if table.indexes.iter().any(|index| named(index) == name) {
        return Err(error::exists("Index"));
    }
    if table.indexes.len() >= MOST {
        let message = format!("The number of partition indexes exceeds the limit of {MOST}.");
        return Err(ApiError::new(400, "ResourceNumberLimitExceededException", message));
    }
    let columns = table.keys();
    let typed = keys.iter().map(|key| {
        let held = |column: &&Value| {
            let name = column.get("Name").and_then(Value::as_str);
            name.is_some_and(|name| name.eq_ignore_ascii_case(key))
        };
        let column = columns.iter().find(held);
        let column = column.ok_or_else(|| error::invalid(format!("{key} is not a partition key.")))?;
        let kind = column.get("Type").and_then(Value::as_str).unwrap_or("string");
        Ok(json!({ "Name": key, "Type": kind }))
    });
    let typed: Vec<Value> = typed.collect::<Result<_, ApiError>>()?;
    table.indexes.push(json!({ "IndexName": name, "Keys": typed, "IndexStatus": "ACTIVE" }));
    Ok(())
}

fn named(index: &Value) -> &str {
    index.get("IndexName").and_then(Value::as_str).unwrap_or_default()
}

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let given = call.input.required_structure("PartitionIndex")?;
    call.input.finish()?;
    add(glue.table_mut(&named)?, given)?;
    Ok(Output::default())
}

pub(crate) fn list(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let table = Named::take(&mut call, "TableName")?;
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let rows = glue.table(&table)?.indexes.iter().map(|index| (named(index).to_owned(), index.clone()));
    Ok(page.answer("PartitionIndexDescriptorList", rows).output())
}

pub(crate) fn delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let table = Named::take(&mut call, "TableName")?;
    let name = call.input.required("IndexName")?;
    call.input.finish()?;
    let table = glue.table_mut(&table)?;
    let at = table.indexes.iter().position(|index| named(index) == name);
    table.indexes.remove(at.ok_or_else(|| error::not_found(format!("Index {name} not found.")))?);
    Ok(Output::default())
}
