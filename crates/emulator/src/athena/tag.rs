//! Tags of workgroups and data catalogs.

use stackproof_aws::{ApiError, Output};

use super::{Athena, error};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::record::Record;
use crate::structure::Structure;
use crate::tags::Tags;

/// Takes the member `Tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_list(input, "Tags", error::tags)?.within_limit(error::too_many_tags)
}

/// Takes the ARN of what is tagged and finds its tags.
fn find<'a>(athena: &'a mut Athena, call: &mut Call) -> Result<&'a mut Tags, ApiError> {
    let arn = call.input.required("ResourceARN")?;
    let invalid = || error::invalid(format!("Invalid ARN: {arn}"));
    let (place, resource) = Place::parse("athena", &arn).ok_or_else(invalid)?;
    let store = athena.store_mut(&place);
    let record: Option<&mut Record> = match resource.split_once('/') {
        Some(("workgroup", name)) => store.workgroups.get_mut(name),
        Some(("datacatalog", name)) => store.catalogs.get_mut(name),
        _ => return Err(invalid()),
    };
    let missing = || error::not_found(format!("Resource {arn} was not found"));
    record.map(|record| &mut record.tags).ok_or_else(missing)
}

pub(crate) fn add(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let more = read(&mut call.input)?;
    let tags = find(athena, &mut call)?;
    call.input.finish()?;
    *tags = tags.clone().with(more).within_limit(error::too_many_tags)?;
    Ok(Output::default())
}

pub(crate) fn remove(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    let keys = call.input.strings("TagKeys")?;
    let tags = find(athena, &mut call)?;
    call.input.finish()?;
    tags.remove(&keys);
    Ok(Output::default())
}

/// All tags fit on the least page that may be asked for.
pub(crate) fn list(athena: &mut Athena, mut call: Call) -> Result<Output, ApiError> {
    call.input.keep(&["MaxResults"]);
    let tags = find(athena, &mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("Tags", tags.list()).output())
}
