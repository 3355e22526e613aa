//! Many partitions at once: each that fails is told of beside its values, and the others are done.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::super::table::Named;
use super::super::{Glue, drop_audit, error};
use crate::Call;
use crate::structure::Structure;

fn failed(member: &str, values: &Value, error: &ApiError) -> Value {
    json!({ member: values, "ErrorDetail": error::detail(error) })
}

fn answer(errors: Vec<Value>) -> Output {
    Structure::new().with("Errors", errors).output()
}

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let given = call.input.structures("PartitionInputList")?;
    call.input.finish()?;
    let table = glue.table_mut(&named)?;
    let mut errors = Vec::new();
    for given in given {
        let values = given.given().get("Values").cloned().unwrap_or_default();
        match table.add_partition(&named, &call, given) {
            Err(error) if error.status == 400 => errors.push(failed("PartitionValues", &values, &error)),
            done => done?,
        }
    }
    Ok(answer(errors))
}

pub(crate) fn get(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let asked = call.input.structures("PartitionsToGet")?;
    drop_audit(&mut call.input);
    call.input.finish()?;
    let table = glue.table(&named)?;
    let mut found = Vec::new();
    for mut asked in asked {
        let values = asked.strings("Values")?;
        asked.finish()?;
        found.extend(table.partitions.get(&values).cloned().map(Value::Object));
    }
    Ok(Structure::new().with("Partitions", found).with("UnprocessedKeys", json!([])).output())
}

pub(crate) fn update(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let entries = call.input.structures("Entries")?;
    call.input.finish()?;
    let table = glue.table_mut(&named)?;
    let mut errors = Vec::new();
    for mut entry in entries {
        let values = entry.strings("PartitionValueList")?;
        let given = entry.required_structure("PartitionInput")?;
        entry.finish()?;
        match table.change_partition(&values, given) {
            Err(error) if error.status == 400 => {
                errors.push(failed("PartitionValueList", &values.into(), &error));
            }
            done => done?,
        }
    }
    Ok(answer(errors))
}

pub(crate) fn delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let asked = call.input.structures("PartitionsToDelete")?;
    call.input.finish()?;
    let table = glue.table_mut(&named)?;
    let mut errors = Vec::new();
    for mut asked in asked {
        let values = asked.strings("Values")?;
        asked.finish()?;
        if let Err(error) = table.remove_partition(&values) {
            errors.push(failed("PartitionValues", &values.into(), &error));
        }
    }
    Ok(answer(errors))
}
