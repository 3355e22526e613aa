//! Tags of repositories.

use stackproof_aws::{ApiError, Output};

use super::repository::Repo;
use super::{Ecr, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;
use crate::tags::Tags;

/// Takes the member `tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    Tags::read_list(input, "tags", error::tags)?.within_limit(error::too_many_tags)
}

/// Takes the ARN of a repository and finds its tags.
fn find<'a>(ecr: &'a mut Ecr, call: &mut Call) -> Result<&'a mut Tags, ApiError> {
    let repo = Repo::of_arn(&call.input.required("resourceArn")?)?;
    Ok(&mut ecr.repository_mut(&repo)?.record.tags)
}

pub(crate) fn add(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let more = read(&mut call.input)?;
    let tags = find(ecr, &mut call)?;
    call.input.finish()?;
    *tags = tags.clone().with(more).within_limit(error::too_many_tags)?;
    Ok(Output::default())
}

pub(crate) fn remove(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let keys = call.input.strings("tagKeys")?;
    let tags = find(ecr, &mut call)?;
    call.input.finish()?;
    tags.remove(&keys);
    Ok(Output::default())
}

pub(crate) fn list(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let tags = find(ecr, &mut call)?;
    call.input.finish()?;
    Ok(Structure::new().with("tags", tags.list()).output())
}
