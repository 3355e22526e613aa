//! Tags of topics.

use stackproof_aws::{ApiError, Output};

use super::{Sns, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;
use crate::tags::Tags;

/// Takes the member `Tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_list(input, "Tags", error::tags)?.within_limit(error::too_many_tags)
}

/// Takes the ARN of what is tagged and finds its tags.
fn find<'a>(sns: &'a mut Sns, call: &mut Call) -> Result<&'a mut Tags, ApiError> {
    let arn = call.input.required("ResourceArn")?;
    let topic = sns.topic_mut(&arn).map_err(|error| match error.status {
        404 => error::no_resource(),
        _ => error,
    });
    Ok(&mut topic?.tags)
}

pub(crate) fn add(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let more = read(&mut call.input)?;
    let tags = find(sns, &mut call)?;
    call.input.finish()?;
    *tags = tags.clone().with(more).within_limit(error::too_many_tags)?;
    Ok(Output::default())
}

pub(crate) fn remove(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let keys = call.input.strings("TagKeys")?;
    let tags = find(sns, &mut call)?;
    call.input.finish()?;
    tags.remove(&keys);
    Ok(Output::default())
}

pub(crate) fn list(sns: &mut Sns, mut call: Call) -> Result<Output, ApiError> {
    let tags = find(sns, &mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("Tags", tags.list()).output())
}
