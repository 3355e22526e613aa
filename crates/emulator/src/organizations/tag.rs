//! Tags of the root, units, accounts, policies and the resource policy.

use stackproof_aws::{ApiError, Output};

use super::error;
use super::organization::Organization;
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::structure::Structure;
use crate::tags::{Misuse, Tags};

const KEYS: Length = Length(0, usize::MAX);
const KEY: Length = Length(1, 128);

/// Takes the member `Tags`.
pub(crate) fn read(input: &mut Input) -> Result<Tags, ApiError> {
    let tags = Tags::read_list(input, "Tags", |misuse| match misuse {
        Misuse::Reserved => error::invalid(
            "INVALID_SYSTEM_TAGS_PARAMETER",
            "You specified a tag key that is a system tag. You can't add, edit, or delete system tag keys.",
        ),
        Misuse::Duplicate => error::invalid("DUPLICATE_TAG_KEY", "Tag keys must be unique."),
    })?;
    tags.within_limit(too_many)
}

fn too_many() -> ApiError {
    error::constraint(
        "MAX_TAG_LIMIT_EXCEEDED",
        "You have exceeded the number of tags allowed on this resource.",
    )
}

impl Organization {
    fn tags_of(&self, id: &str) -> Result<&Tags, ApiError> {
        let root = (self.root == id).then_some(&self.root_tags);
        let of_policy = || self.policies.get(id).and_then(|policy| policy.tags.as_ref());
        let of_own =
            || self.resource_policy.as_ref().filter(|policy| policy.id == id).map(|policy| &policy.tags);
        root.or_else(|| self.units.get(id).map(|unit| &unit.tags))
            .or_else(|| self.accounts.get(id).map(|account| &account.tags))
            .or_else(of_policy)
            .or_else(of_own)
            .ok_or_else(error::no_such_target)
    }

    fn change_tags(&mut self, id: &str) -> Result<&mut Tags, ApiError> {
        let held = if id == self.root {
            Some(&mut self.root_tags)
        } else if let Some(unit) = self.units.get_mut(id) {
            Some(&mut unit.tags)
        } else if let Some(account) = self.accounts.get_mut(id) {
            Some(&mut account.tags)
        } else if let Some(policy) = self.policies.get_mut(id) {
            policy.tags.as_mut()
        } else {
            self.resource_policy.as_mut().filter(|policy| policy.id == id).map(|policy| &mut policy.tags)
        };
        held.ok_or_else(error::no_such_target)
    }
}

pub(crate) fn add(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("ResourceId")?;
    let more = read(&mut call.input)?;
    call.input.finish()?;
    let tags = organization.change_tags(&id)?;
    *tags = tags.clone().with(more).within_limit(too_many)?;
    Ok(Output::default())
}

pub(crate) fn remove(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("ResourceId")?;
    let keys = constraint::texts(&mut call.input, "TagKeys", KEYS, KEY)?;
    call.input.finish()?;
    organization.change_tags(&id)?.remove(&keys);
    Ok(Output::default())
}

/// All of them are on one page: there are no more than fifty.
pub(crate) fn list(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("ResourceId")?;
    call.input.value("NextToken");
    call.input.finish()?;
    Ok(Structure::new().with("Tags", organization.tags_of(&id)?.list()).output())
}
