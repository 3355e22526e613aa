//! Partitions of tables.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_Partition.html>

pub(crate) mod batch;

use serde_json::Value;
use stackproof_aws::{ApiError, Members, Output};

use super::table::{Named, Table};
use super::{Glue, PAGES, drop_audit, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;

/// Takes what a partition is made of: its values and the members that are kept.
fn read(mut given: Input) -> Result<(Vec<String>, Members), ApiError> {
    let members = given.keep_as("Partition");
    given.finish()?;
    let values = members.get("Values").and_then(Value::as_array);
    let values = values.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    Ok((values, members))
}

impl Table {
    fn check_values(&self, values: &[String]) -> Result<(), ApiError> {
        match values.len() == self.keys().len() {
            true => Ok(()),
            false => Err(error::invalid(
                "The number of partition keys do not match the number of partition values",
            )),
        }
    }

    fn partition(&self, values: &[String]) -> Result<&Members, ApiError> {
        self.partitions.get(values).ok_or_else(error::no_partition)
    }

    fn add_partition(&mut self, named: &Named, call: &Call, given: Input) -> Result<(), ApiError> {
        let (values, kept) = read(given)?;
        self.check_values(&values)?;
        if self.partitions.contains_key(&values) {
            return Err(error::exists("Partition"));
        }
        let members = Structure::new()
            .with_all(kept)
            .with("DatabaseName", named.database.as_str())
            .with("TableName", named.name.as_str())
            .with("CatalogId", named.place.account.as_str())
            .with_moment("CreationTime", call.now);
        self.partitions.insert(values, members.members());
        Ok(())
    }

    /// Replaces what is said of a partition, whose values may change as well.
    fn change_partition(&mut self, values: &[String], given: Input) -> Result<(), ApiError> {
        let held = self.partition(values)?;
        let lasting = ["DatabaseName", "TableName", "CatalogId", "CreationTime"];
        let lasting: Members =
            held.clone().into_iter().filter(|(name, _)| lasting.contains(&name.as_str())).collect();
        let (mut new_values, mut members) = read(given)?;
        if new_values.is_empty() {
            new_values = values.to_vec();
            members.insert("Values".to_owned(), values.into());
        }
        self.check_values(&new_values)?;
        if new_values != values && self.partitions.contains_key(&new_values) {
            return Err(error::exists("Partition"));
        }
        members.extend(lasting);
        self.partitions.remove(values);
        self.partitions.insert(new_values, members);
        Ok(())
    }

    fn remove_partition(&mut self, values: &[String]) -> Result<(), ApiError> {
        self.partitions.remove(values).map(drop).ok_or_else(error::no_partition)
    }
}

pub(crate) fn create(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let given = call.input.required_structure("PartitionInput")?;
    call.input.finish()?;
    glue.table_mut(&named)?.add_partition(&named, &call, given)?;
    Ok(Output::default())
}

pub(crate) fn get(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let values = call.input.strings("PartitionValues")?;
    drop_audit(&mut call.input);
    call.input.finish()?;
    let partition = glue.table(&named)?.partition(&values)?;
    Ok(Structure::new().with("Partition", Value::Object(partition.clone())).output())
}

/// Takes which part of all partitions a scan in parallel is after, as its number and of how many.
fn read_segment(input: &mut Input) -> Result<(usize, usize), ApiError> {
    let Some(mut segment) = input.structure("Segment")? else { return Ok((0, 1)) };
    let (number, total) = (segment.integer("SegmentNumber")?, segment.integer("TotalSegments")?);
    segment.finish()?;
    let of =
        number.zip(total).filter(|(number, total)| (1..=10).contains(total) && (0..*total).contains(number));
    let of = of.and_then(|(number, total)| Some((number.try_into().ok()?, total.try_into().ok()?)));
    of.ok_or_else(|| {
        error::invalid("SegmentNumber must be less than TotalSegments, of which there are at most 10.")
    })
}

/// Lists partitions. Expressions over their values are refused by name.
pub(crate) fn list(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let page = PAGES.read(&mut call.input)?;
    let (number, total) = read_segment(&mut call.input)?;
    let bare = call.input.boolean("ExcludeColumnSchema")?.unwrap_or(false);
    call.input.only("Expression", "")?;
    drop_audit(&mut call.input);
    call.input.finish()?;
    let partitions = glue.table(&named)?.partitions.iter().skip(number).step_by(total);
    let rows = partitions.map(|(values, members)| {
        let mut members = members.clone();
        if bare && let Some(Value::Object(storage)) = members.get_mut("StorageDescriptor") {
            storage.remove("Columns");
        }
        (values.join("\u{0}"), Value::Object(members))
    });
    Ok(page.answer("Partitions", rows).output())
}

pub(crate) fn update(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let values = call.input.strings("PartitionValueList")?;
    let given = call.input.required_structure("PartitionInput")?;
    call.input.finish()?;
    glue.table_mut(&named)?.change_partition(&values, given)?;
    Ok(Output::default())
}

pub(crate) fn delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let named = Named::take(&mut call, "TableName")?;
    let values = call.input.strings("PartitionValues")?;
    call.input.finish()?;
    glue.table_mut(&named)?.remove_partition(&values)?;
    Ok(Output::default())
}
