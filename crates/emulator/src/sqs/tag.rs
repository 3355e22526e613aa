//! Tags of queues.

use stackproof_aws::{ApiError, Output};

use super::{Sqs, error, url};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;
use crate::tags::Tags;

/// Takes tags from that member.
pub(crate) fn read(input: &mut Input, member: &str) -> Result<Tags, ApiError> {
    Tags::read_map(input, member, error::tags)?.within_limit(error::too_many_tags)
}

pub(crate) fn add(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    let more = read(&mut call.input, "Tags")?;
    call.input.finish()?;
    let queue = sqs.queue_mut(&place, &name)?;
    queue.tags = queue.tags.clone().with(more).within_limit(error::too_many_tags)?;
    Ok(Output::default())
}

pub(crate) fn remove(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    let keys = call.input.strings("TagKeys")?;
    call.input.finish()?;
    sqs.queue_mut(&place, &name)?.tags.remove(&keys);
    Ok(Output::default())
}

/// A queue without tags is answered without the member.
pub(crate) fn list(sqs: &mut Sqs, mut call: Call) -> Result<Output, ApiError> {
    let (place, name) = url::read(&mut call)?;
    call.input.finish()?;
    let tags = &sqs.queue(&place, &name)?.tags;
    Ok(Structure::new().with_some("Tags", (!tags.is_empty()).then(|| tags.map())).output())
}
