//! Tags of databases and of what is kept by its name.

use stackproof_aws::{ApiError, Output};

use super::named::Kind;
use super::{Glue, error};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::Tags;

/// Takes the member `Tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_map(input, "Tags", error::tags)?.within_limit(error::too_many_tags)
}

/// Takes the ARN of what is tagged and finds its tags.
fn find<'a>(glue: &'a mut Glue, call: &mut Call) -> Result<&'a mut Tags, ApiError> {
    let arn = call.input.required("ResourceArn")?;
    let invalid = || error::invalid(format!("Resource type is not supported: {arn}"));
    let (place, resource) = Place::parse("glue", &arn).ok_or_else(invalid)?;
    let (word, name) = resource.split_once('/').ok_or_else(invalid)?;
    let store = glue.store_mut(&place);
    let record = match Kind::of_word(word) {
        Some(kind) => store.one_mut(kind, name)?,
        None if word == "database" => store.database_mut(name)?,
        None => return Err(invalid()),
    };
    Ok(&mut record.tags)
}

pub(crate) fn add(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let more = Tags::read_map(&mut call.input, "TagsToAdd", error::tags)?;
    let tags = find(glue, &mut call)?;
    call.input.finish()?;
    *tags = tags.clone().with(more).within_limit(error::too_many_tags)?;
    Ok(Output::default())
}

pub(crate) fn remove(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let keys = call.input.strings("TagsToRemove")?;
    let tags = find(glue, &mut call)?;
    call.input.finish()?;
    tags.remove(&keys);
    Ok(Output::default())
}

pub(crate) fn of_resource(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let tags = find(glue, &mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("Tags", tags.map()).output())
}
