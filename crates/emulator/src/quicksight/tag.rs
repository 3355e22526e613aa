//! Tags.

use stackproof_aws::ApiError;

use super::asset::Kind;
use super::{Done, QuickSight, error};
use crate::Call;
use crate::input::Input;
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::Tags;

/// Takes the member `Tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_list(input, "Tags", error::tags)?.within_limit(error::too_many_tags)
}

/// Takes the ARN of what is tagged and finds its tags.
fn find<'a>(quicksight: &'a mut QuickSight, call: &mut Call) -> Result<&'a mut Tags, ApiError> {
    let arn = call.input.required("ResourceArn")?;
    let invalid = || error::invalid(format!("Invalid ARN: {arn}"));
    let (place, resource) = Place::parse("quicksight", &arn).ok_or_else(invalid)?;
    if let Some((kind, id)) = Kind::parse(&resource) {
        return Ok(&mut quicksight.asset_mut(&place, kind, id)?.tags);
    }
    let store = quicksight.store_mut(&place);
    let names: Vec<&str> = resource.split('/').collect();
    let record = match names.as_slice() {
        ["namespace", name] => store.namespaces.get_mut(*name),
        ["user", namespace, name @ ..] => store.users.get_mut(&((*namespace).to_owned(), name.join("/"))),
        ["customization", "account", _] => store.customizations.get_mut(&None),
        ["customization", "namespace", name] => store.customizations.get_mut(&Some((*name).to_owned())),
        _ => return Err(invalid()),
    };
    record.map(|record| &mut record.tags).ok_or_else(|| error::no_such("Resource", &arn))
}

pub(crate) fn add(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let more = read(&mut call.input)?;
    let tags = find(quicksight, &mut call)?;
    call.input.finish()?;
    *tags = tags.clone().with(more).within_limit(error::too_many_tags)?;
    Ok(Structure::new())
}

pub(crate) fn remove(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let keys = call.input.strings("TagKeys")?;
    let tags = find(quicksight, &mut call)?;
    call.input.finish()?;
    tags.remove(&keys);
    Ok(Structure::new())
}

pub(crate) fn list(quicksight: &mut QuickSight, mut call: Call) -> Done {
    let tags = find(quicksight, &mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("Tags", tags.list()))
}
