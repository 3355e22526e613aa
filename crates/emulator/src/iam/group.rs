//! Groups and who is in them.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::entity::{Entity, Kind};
use super::page::{Page, truncated};
use super::{Account, error, folded, name};
use crate::Call;
use crate::structure::Structure;

const MAX_GROUPS_PER_USER: usize = 10;

pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Group.read_name(&mut call.input)?;
    let path = name::read_path(&mut call.input, "Path")?;
    call.input.finish()?;
    account.check_free(Kind::Group, &name)?;
    let group = Entity::new(Kind::Group, path, name, call.now)?;
    let answer = Structure::new().with("Group", group.summary(&call.account).value());
    account.groups.insert(folded(&group.name), group);
    Ok(answer.output())
}

pub(crate) fn get(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Group.read_name(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let group = account.entity(Kind::Group, &name)?;
    let members = account.users.iter().filter(|(_, user)| user.groups.contains(&group.id));
    let rows = members.map(|(key, user)| (key.clone(), user.entity.summary(&call.account).value()));
    let (users, marker): (Vec<Value>, _) = page.cut(rows);
    let answer = Structure::new().with("Group", group.summary(&call.account).value()).with("Users", users);
    Ok(truncated(answer, marker).output())
}

pub(crate) fn list(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let prefix = name::read_path_prefix(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let groups = account.groups.iter().filter(|(_, group)| group.path.starts_with(&prefix));
    let rows = groups.map(|(key, group)| (key.clone(), group.summary(&call.account).value()));
    Ok(page.answer("Groups", rows).output())
}

pub(crate) fn update(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Group.read_name(&mut call.input)?;
    let new_name = Kind::Group.read_new_name(&mut call.input)?;
    let new_path = call.input.string("NewPath")?;
    new_path.as_deref().map_or(Ok(()), |path| name::check_path(path, "NewPath"))?;
    call.input.finish()?;
    let mut group = account.entity(Kind::Group, &name)?.clone();
    if let Some(new_name) = new_name {
        if folded(&new_name) != folded(&name) {
            account.check_free(Kind::Group, &new_name)?;
        }
        group.name = new_name;
    }
    if let Some(new_path) = new_path {
        group.path = new_path;
    }
    account.groups.remove(&folded(&name));
    account.groups.insert(folded(&group.name), group);
    Ok(Output::default())
}

pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Group.read_name(&mut call.input)?;
    call.input.finish()?;
    let group = account.entity(Kind::Group, &name)?;
    let conflict = if account.users.values().any(|user| user.groups.contains(&group.id)) {
        Some("Cannot delete entity, must remove users from group first.")
    } else if !group.attached.is_empty() {
        Some("Cannot delete entity, must detach all policies first.")
    } else if !group.inline.is_empty() {
        Some("Cannot delete entity, must delete policies first.")
    } else {
        None
    };
    if let Some(conflict) = conflict {
        return Err(error::delete_conflict(conflict));
    }
    account.groups.remove(&folded(&name));
    Ok(Output::default())
}

pub(crate) fn add(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let (group, user) = read_both(account, &mut call)?;
    let groups = &mut account.user_mut(&user)?.groups;
    if groups.contains(&group) {
        return Ok(Output::default());
    }
    if groups.len() >= MAX_GROUPS_PER_USER {
        return Err(error::over_quota("GroupsPerUser", MAX_GROUPS_PER_USER));
    }
    groups.push(group);
    Ok(Output::default())
}

pub(crate) fn remove(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let (group, user) = read_both(account, &mut call)?;
    account.user_mut(&user)?.groups.retain(|held| *held != group);
    Ok(Output::default())
}

/// Takes both names; gives the group's id and the user's name.
fn read_both(account: &Account, call: &mut Call) -> Result<(String, String), ApiError> {
    let group = Kind::Group.read_name(&mut call.input)?;
    let user = Kind::User.read_name(&mut call.input)?;
    call.input.finish()?;
    Ok((account.entity(Kind::Group, &group)?.id.clone(), user))
}

pub(crate) fn of_user(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::User.read_name(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let user = account.user(&name)?;
    let groups = account.groups.iter().filter(|(_, group)| user.groups.contains(&group.id));
    let rows = groups.map(|(key, group)| (key.clone(), group.summary(&call.account).value()));
    Ok(page.answer("Groups", rows).output())
}
