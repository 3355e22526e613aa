//! Instance profiles: what hands a role to an instance.

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::entity::{Kind, unique_id};
use super::page::Page;
use super::tag::Tags;
use super::{Account, error, folded, name};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;

const MAX_NAME: usize = 128;
const MAX_PROFILES: usize = 1000;

/// An instance profile, which has one role at most.
#[derive(Clone)]
pub(crate) struct InstanceProfile {
    path: String,
    name: String,
    id: String,
    created: Timestamp,
    pub tags: Tags,
    /// The folded name of its role.
    role: Option<String>,
}

impl InstanceProfile {
    /// Lists leave the tags out.
    fn summary(&self, account: &Account, id: &str) -> Structure {
        let role = self.role.as_ref().and_then(|role| account.roles.get(role));
        let roles: Vec<Value> = role.map(|role| role.summary(id).value()).into_iter().collect();
        Structure::new()
            .with("Path", self.path.as_str())
            .with("InstanceProfileName", self.name.as_str())
            .with("InstanceProfileId", self.id.as_str())
            .with("Arn", format!("arn:aws:iam::{id}:instance-profile{}{}", self.path, self.name))
            .with_time("CreateDate", self.created)
            .with("Roles", roles)
    }

    fn answer(&self, account: &Account, id: &str) -> Output {
        let tags = Some(self.tags.value()).filter(|tags| !tags.is_empty());
        let profile = self.summary(account, id).with_some("Tags", tags);
        Structure::new().with("InstanceProfile", profile.value()).output()
    }
}

/// Takes the name of the profile that a call is about.
pub(crate) fn read_name(input: &mut Input) -> Result<String, ApiError> {
    name::read(input, "InstanceProfileName", MAX_NAME)
}

fn no_such(name: &str) -> ApiError {
    error::not_found(format!("Instance Profile {name} cannot be found."))
}

impl Account {
    fn profile(&self, name: &str) -> Result<&InstanceProfile, ApiError> {
        self.profiles.get(&folded(name)).ok_or_else(|| no_such(name))
    }

    /// The instance profile of that name.
    pub(super) fn profile_mut(&mut self, name: &str) -> Result<&mut InstanceProfile, ApiError> {
        self.profiles.get_mut(&folded(name)).ok_or_else(|| no_such(name))
    }

    /// Whether a role is in some instance profile.
    pub(super) fn is_in_profile(&self, role: &str) -> bool {
        let role = folded(role);
        self.profiles.values().any(|profile| profile.role.as_ref() == Some(&role))
    }
}

pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name(&mut call.input)?;
    let path = name::read_path(&mut call.input, "Path")?;
    let tags = Tags::read(&mut call.input)?;
    call.input.finish()?;
    if let Ok(taken) = account.profile(&name) {
        return Err(error::exists(format!("Instance Profile {} already exists.", taken.name)));
    }
    if account.profiles.len() >= MAX_PROFILES {
        return Err(error::over_quota("InstanceProfilesPerAccount", MAX_PROFILES));
    }
    let profile = InstanceProfile { path, name, id: unique_id("AIPA")?, created: call.now, tags, role: None };
    let answer = profile.answer(account, &call.account);
    account.profiles.insert(folded(&profile.name), profile);
    Ok(answer)
}

pub(crate) fn get(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name(&mut call.input)?;
    call.input.finish()?;
    Ok(account.profile(&name)?.answer(account, &call.account))
}

pub(crate) fn list(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let prefix = name::read_path_prefix(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let profiles = account.profiles.iter().filter(|(_, profile)| profile.path.starts_with(&prefix));
    let rows = profiles.map(|(key, profile)| (key.clone(), profile.summary(account, &call.account).value()));
    Ok(page.answer("InstanceProfiles", rows).output())
}

pub(crate) fn of_role(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let role = Kind::Role.read_name(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    account.role(&role)?;
    let role = Some(folded(&role));
    let profiles = account.profiles.iter().filter(|(_, profile)| profile.role == role);
    let rows = profiles.map(|(key, profile)| (key.clone(), profile.summary(account, &call.account).value()));
    Ok(page.answer("InstanceProfiles", rows).output())
}

pub(crate) fn add_role(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let (name, role) = (read_name(&mut call.input)?, Kind::Role.read_name(&mut call.input)?);
    call.input.finish()?;
    account.role(&role)?;
    let profile = account.profile_mut(&name)?;
    if profile.role.is_some() {
        return Err(error::over_quota("InstanceSessionsPerInstanceProfile", 1));
    }
    profile.role = Some(folded(&role));
    Ok(Output::default())
}

pub(crate) fn remove_role(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let (name, role) = (read_name(&mut call.input)?, Kind::Role.read_name(&mut call.input)?);
    call.input.finish()?;
    account.role(&role)?;
    let profile = account.profile_mut(&name)?;
    if profile.role != Some(folded(&role)) {
        return Err(error::not_found(format!("Role {role} in Instance Profile {name} cannot be found.")));
    }
    profile.role = None;
    Ok(Output::default())
}

pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name(&mut call.input)?;
    call.input.finish()?;
    if account.profile(&name)?.role.is_some() {
        return Err(error::delete_conflict(
            "Cannot delete entity, must remove roles from instance profile first.",
        ));
    }
    account.profiles.remove(&folded(&name));
    Ok(Output::default())
}
