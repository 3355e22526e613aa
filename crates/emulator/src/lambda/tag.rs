//! Tags of functions, event source mappings and code signing configurations.

use stackproof_aws::{ApiError, Output};

use super::reference::Reference;
use super::{Lambda, error};
use crate::Call;
use crate::arn::Arn;
use crate::input::Input;
use crate::structure::Structure;
use crate::tags::Tags;

/// Takes the member `Tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_map(input, "Tags", error::tags)?.within_limit(error::too_many_tags)
}

/// Takes the ARN of what is tagged and finds its tags.
fn find<'a>(lambda: &'a mut Lambda, call: &mut Call) -> Result<&'a mut Tags, ApiError> {
    let text = call.input.required("Resource")?;
    let arn = Arn::parse(&text).filter(|arn| arn.service == "lambda");
    let arn =
        arn.ok_or_else(|| error::invalid(format!("{text} is not the ARN of a resource that has tags.")))?;
    if let Some(function) = Reference::of_arn(&arn) {
        return Ok(&mut lambda.function_mut(&function)?.tags);
    }
    let store = lambda.store_mut(&arn.place());
    match arn.resource.split_once(':') {
        Some(("event-source-mapping", uuid)) => {
            Ok(&mut store.mappings.get_mut(uuid).ok_or_else(error::nothing)?.tags)
        }
        Some(("code-signing-config", _)) => {
            Ok(&mut store.signing.get_mut(&text).ok_or_else(error::nothing)?.tags)
        }
        _ => Err(error::invalid(
            "Tags on function aliases and versions are not supported. Please specify a function ARN.",
        )),
    }
}

pub(crate) fn add(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let more = read(&mut call.input)?;
    let tags = find(lambda, &mut call)?;
    call.input.finish()?;
    *tags = tags.clone().with(more).within_limit(error::too_many_tags)?;
    Ok(Output::default())
}

pub(crate) fn remove(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let keys = call.input.strings("TagKeys")?;
    let tags = find(lambda, &mut call)?;
    call.input.finish()?;
    tags.remove(&keys);
    Ok(Output::default())
}

pub(crate) fn list(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let tags = find(lambda, &mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("Tags", tags.map()).output())
}
