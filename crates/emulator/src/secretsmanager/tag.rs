//! Tags of secrets.

use stackproof_aws::{ApiError, Output};

use super::{SecretsManager, error, secret_id};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;
use crate::tags::{MAX_TAGS, Misuse, Tags};

const KEYS: Length = Length(0, usize::MAX);
const KEY: Length = Length(1, 128);

/// Takes the member `Tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_list(input, "Tags", |misuse| {
        error::invalid_parameter(match misuse {
            Misuse::Reserved => "Tag keys that begin with aws: are reserved.",
            Misuse::Duplicate => "Tag keys must be unique.",
        })
    })?
    .within_limit(too_many)
}

fn too_many() -> ApiError {
    error::invalid_parameter(format!("A secret can't have more than {MAX_TAGS} tags."))
}

pub(crate) fn add(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = secret_id(&mut call.input)?;
    let more = read(&mut call.input)?;
    call.input.finish()?;
    let secret = secrets.live(&place, &named)?;
    let (name, tags) = (secret.name.clone(), secret.tags.clone().with(more).within_limit(too_many)?);
    secrets.change(&place, &name)?.tags = tags;
    Ok(Output::default())
}

pub(crate) fn remove(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = secret_id(&mut call.input)?;
    let keys = constraint::texts(&mut call.input, "TagKeys", KEYS, KEY)?;
    call.input.finish()?;
    let name = secrets.live(&place, &named)?.name.clone();
    secrets.change(&place, &name)?.tags.remove(&keys);
    Ok(Output::default())
}
