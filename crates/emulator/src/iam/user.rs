//! Users.

use stackproof_aws::{ApiError, Output};

use super::access_key::AccessKey;
use super::entity::{Entity, Kind};
use super::page::Page;
use super::tag::Tags;
use super::{Account, boundary, error, folded, name};
use crate::Call;
use crate::structure::Structure;

/// A user.
#[derive(Clone)]
pub(crate) struct User {
    pub entity: Entity,
    pub keys: Vec<AccessKey>,
    /// Ids of the groups that it is in.
    pub groups: Vec<String>,
}

/// Takes the name of the user that a call is about: the caller itself where none is given.
pub(crate) fn read_name_or_caller(call: &mut Call) -> Result<String, ApiError> {
    let member = Kind::User.name_member();
    if call.input.has(&member) {
        return Kind::User.read_name(&mut call.input);
    }
    let caller = call.caller.arn.as_deref().and_then(|arn| arn.split_once(":user/"));
    let name = caller.and_then(|(_, path)| path.rsplit('/').next());
    name.map(str::to_owned)
        .ok_or_else(|| error::validation("Must specify userName when calling with non-User credentials"))
}

pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::User.read_name(&mut call.input)?;
    let path = name::read_path(&mut call.input, "Path")?;
    let tags = Tags::read(&mut call.input)?;
    let boundary = boundary::read_optional(account, &mut call)?;
    call.input.finish()?;
    account.check_free(Kind::User, &name)?;
    let entity = Entity { tags, boundary, ..Entity::new(Kind::User, path, name, call.now)? };
    let answer = Structure::new().with("User", entity.detail(&call.account).value());
    account.users.insert(folded(&entity.name), User { entity, keys: Vec::new(), groups: Vec::new() });
    Ok(answer.output())
}

pub(crate) fn get(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name_or_caller(&mut call)?;
    call.input.finish()?;
    let user = account.user(&name)?;
    Ok(Structure::new().with("User", user.entity.detail(&call.account).value()).output())
}

pub(crate) fn list(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let prefix = name::read_path_prefix(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let users = account.users.iter().filter(|(_, user)| user.entity.path.starts_with(&prefix));
    let rows = users.map(|(key, user)| (key.clone(), user.entity.summary(&call.account).value()));
    Ok(page.answer("Users", rows).output())
}

pub(crate) fn update(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::User.read_name(&mut call.input)?;
    let new_name = Kind::User.read_new_name(&mut call.input)?;
    let new_path = call.input.string("NewPath")?;
    new_path.as_deref().map_or(Ok(()), |path| name::check_path(path, "NewPath"))?;
    call.input.finish()?;
    let mut user = account.user(&name)?.clone();
    if let Some(new_name) = new_name {
        if folded(&new_name) != folded(&name) {
            account.check_free(Kind::User, &new_name)?;
        }
        user.entity.name = new_name;
    }
    if let Some(new_path) = new_path {
        user.entity.path = new_path;
    }
    account.users.remove(&folded(&name));
    account.users.insert(folded(&user.entity.name), user);
    Ok(Output::default())
}

pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::User.read_name(&mut call.input)?;
    call.input.finish()?;
    let user = account.user(&name)?;
    let conflict = match user {
        User { keys, .. } if !keys.is_empty() => Some("Cannot delete entity, must delete access keys first."),
        User { entity, .. } if !entity.inline.is_empty() => {
            Some("Cannot delete entity, must delete policies first.")
        }
        User { entity, .. } if !entity.attached.is_empty() => {
            Some("Cannot delete entity, must detach all policies first.")
        }
        User { groups, .. } if !groups.is_empty() => {
            Some("Cannot delete entity, must remove users from group first.")
        }
        _ => None,
    };
    if let Some(conflict) = conflict {
        return Err(error::delete_conflict(conflict));
    }
    account.users.remove(&folded(&name));
    Ok(Output::default())
}
