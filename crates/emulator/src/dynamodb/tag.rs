//! Tags of tables.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Tagging.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::{DynamoDb, Region, arn, error};
use crate::Call;
use crate::input::{Input, not_implemented};
use crate::kms::Place;

const MAX_TAGS: usize = 50;

/// Takes the member `Tags`.
///
/// # Errors
/// `ValidationException` for tags that a table cannot have.
pub(super) fn read(input: &mut Input) -> Result<Vec<Value>, ApiError> {
    let mut keys = BTreeSet::new();
    let mut tags = Vec::new();
    for mut tag in input.structures("Tags")? {
        let (key, value) = (tag.required("Key")?, tag.required("Value")?);
        tag.finish()?;
        if key.is_empty() || key.chars().count() > 128 {
            return Err(error::invalid("Tag key must be between 1 and 128 characters"));
        }
        if value.chars().count() > 256 {
            return Err(error::invalid("Tag value must be between 0 and 256 characters"));
        }
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(error::invalid("Tag keys must not start with aws:"));
        }
        tags.push(json!({ "Key": key, "Value": value }));
        if !keys.insert(key) {
            return Err(error::invalid("Tag keys must be unique"));
        }
    }
    match tags.len() > MAX_TAGS {
        true => Err(error::invalid(&format!("Too many tags: a table has at most {MAX_TAGS}"))),
        false => Ok(tags),
    }
}

/// Finds the table that is tagged.
fn find<'a>(dynamodb: &'a mut DynamoDb, call: &mut Call) -> Result<(&'a mut Region, Members), ApiError> {
    let resource = call.input.required("ResourceArn")?;
    let named = arn::parse(&Place::of(call), &resource)?;
    if named.stream.is_some() {
        return Err(not_implemented("tags of streams"));
    }
    let region = dynamodb.region(&named.place, call.now)?;
    if !region.tables.contains_key(&named.table) {
        return Err(error::no_such_resource(&resource));
    }
    let mut members = Members::new();
    members.insert("ResourceArn".to_owned(), resource.into());
    Ok((region, members))
}

pub(super) fn add(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let tags = read(&mut call.input)?;
    let (region, mut members) = find(dynamodb, &mut call)?;
    call.input.finish()?;
    members.insert("Tags".to_owned(), tags.into());
    region.engine.call(call.now, "TagResource", members).map(Output::new)
}

pub(super) fn remove(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    let keys = call.input.strings("TagKeys")?;
    let (region, mut members) = find(dynamodb, &mut call)?;
    call.input.finish()?;
    members.insert("TagKeys".to_owned(), keys.into());
    region.engine.call(call.now, "UntagResource", members).map(Output::new)
}

/// All on one page.
pub(super) fn list(dynamodb: &mut DynamoDb, mut call: Call) -> Result<Output, ApiError> {
    if call.input.value("NextToken").is_some() {
        return Err(error::validation("Invalid NextToken"));
    }
    let (region, members) = find(dynamodb, &mut call)?;
    call.input.finish()?;
    region.engine.call(call.now, "ListTagsOfResource", members).map(Output::new)
}
