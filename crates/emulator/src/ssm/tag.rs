//! Tags of parameters.

use stackproof_aws::{ApiError, Output};

use super::name::{NAME, Named};
use super::{Ssm, error};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::{Input, not_implemented};
use crate::place::Place;
use crate::structure::Structure;
use crate::tags::{Misuse, Tags};

const KEYS: Length = Length(0, usize::MAX);
const KEY: Length = Length(1, 128);

/// Takes the member `Tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    let tags = Tags::read_list(input, "Tags", |misuse| {
        error::validation(match misuse {
            Misuse::Reserved => "aws: prefixed tag key names are not allowed for external use.",
            Misuse::Duplicate => "Invalid request: duplicate tag keys were found.",
        })
    })?;
    tags.within_limit(error::too_many_tags)
}

/// Takes what names a parameter, and finds its key. What else has tags is not held here.
fn find(ssm: &Ssm, call: &mut Call, place: &Place) -> Result<String, ApiError> {
    let kind = call.input.required("ResourceType")?;
    if kind != "Parameter" {
        return Err(not_implemented(&format!("tags of the type {kind}")));
    }
    let id = constraint::required(&mut call.input, "ResourceId", NAME)?;
    let named = Named::parse(&id, place).ok().filter(|named| named.selector.is_none());
    let key = named.map(|named| named.key).filter(|key| ssm.find(place, key).is_ok());
    key.ok_or_else(error::no_such_resource)
}

pub(crate) fn add(ssm: &mut Ssm, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let key = find(ssm, &mut call, &place)?;
    let tags = read(&mut call.input)?;
    call.input.finish()?;
    let parameter = ssm.change(&place, &key)?;
    parameter.tags = parameter.tags.clone().with(tags).within_limit(error::too_many_tags)?;
    Ok(Output::default())
}

pub(crate) fn remove(ssm: &mut Ssm, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let key = find(ssm, &mut call, &place)?;
    let keys = constraint::texts(&mut call.input, "TagKeys", KEYS, KEY)?;
    call.input.finish()?;
    ssm.change(&place, &key)?.tags.remove(&keys);
    Ok(Output::default())
}

pub(crate) fn list(ssm: &mut Ssm, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let key = find(ssm, &mut call, &place)?;
    call.input.finish()?;
    Ok(Structure::new().with("TagList", ssm.find(&place, &key)?.tags.list()).output())
}
