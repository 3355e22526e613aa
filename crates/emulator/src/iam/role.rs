//! Roles.

use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::entity::{Entity, Kind};
use super::page::Page;
use super::tag::Tags;
use super::{Account, boundary, error, folded, name, quota, service_linked};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;
use crate::text::encode_document;

const DEFAULT_SESSION_SECONDS: i64 = 3600;
const MAX_SESSION_SECONDS: i64 = 43_200;
const MAX_DESCRIPTION_CHARS: usize = 1000;

/// A role.
#[derive(Clone)]
pub(crate) struct Role {
    pub entity: Entity,
    /// The trust policy, as it was sent.
    trust: String,
    description: Option<String>,
    max_session_seconds: i64,
}

impl Role {
    /// A role that is linked to a service, which alone may take it on.
    pub fn linked(entity: Entity, service: &str, description: Option<String>) -> Self {
        let trust = json!({ "Version": "2012-10-17", "Statement": [
            { "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" },
        ] });
        Self { entity, trust: trust.to_string(), description, max_session_seconds: DEFAULT_SESSION_SECONDS }
    }

    /// A role of which nothing is known but what it is called.
    pub fn likeness(entity: Entity) -> Self {
        let max_session_seconds = DEFAULT_SESSION_SECONDS;
        Self { entity, trust: String::new(), description: None, max_session_seconds }
    }

    /// Refuses what only the service may do to a role that is linked to it.
    pub fn check_unlinked(&self) -> Result<(), ApiError> {
        match self.entity.path.starts_with(service_linked::PATH) {
            true => Err(error::unmodifiable(&self.entity.name)),
            false => Ok(()),
        }
    }

    fn add_to(&self, structure: Structure) -> Structure {
        structure
            .with("AssumeRolePolicyDocument", encode_document(&self.trust))
            .with_some("Description", self.description.as_deref())
            .with("MaxSessionDuration", self.max_session_seconds)
    }

    /// The role as lists and instance profiles show it.
    pub fn summary(&self, account: &str) -> Structure {
        self.add_to(self.entity.summary(account))
    }

    /// The role as an answer about it alone shows it.
    pub fn detail(&self, account: &str) -> Structure {
        // An empty structure is IAM's answer for a role that was never used.
        self.add_to(self.entity.detail(account)).with("RoleLastUsed", json!({}))
    }
}

/// Takes the longest session.
fn read_duration(input: &mut Input) -> Result<i64, ApiError> {
    let seconds = input.integer("MaxSessionDuration")?.unwrap_or(DEFAULT_SESSION_SECONDS);
    let bound = match seconds {
        ..DEFAULT_SESSION_SECONDS => "Member must have value greater than or equal to 3600",
        DEFAULT_SESSION_SECONDS..=MAX_SESSION_SECONDS => return Ok(seconds),
        _ => "Member must have value less than or equal to 43200",
    };
    Err(error::constraint(&seconds.to_string(), "MaxSessionDuration", bound))
}

/// Takes the description.
pub(crate) fn read_description(input: &mut Input) -> Result<Option<String>, ApiError> {
    let description = input.string("Description")?;
    match &description {
        Some(text) if text.chars().count() > MAX_DESCRIPTION_CHARS => {
            let bound = "Member must have length less than or equal to 1000";
            Err(error::constraint(text, "Description", bound))
        }
        _ => Ok(description),
    }
}

pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Role.read_name(&mut call.input)?;
    let path = name::read_path(&mut call.input, "Path")?;
    let trust = call.input.required("AssumeRolePolicyDocument")?;
    let description = read_description(&mut call.input)?;
    let max_session_seconds = read_duration(&mut call.input)?;
    let tags = Tags::read(&mut call.input)?;
    let boundary = boundary::read_optional(account, &mut call)?;
    call.input.finish()?;
    quota::check_trust(&trust)?;
    account.check_free(Kind::Role, &name)?;
    let entity = Entity { tags, boundary, ..Entity::new(Kind::Role, path, name, call.now)? };
    let role = Role { entity, trust, description, max_session_seconds };
    let answer = Structure::new().with("Role", role.add_to(role.entity.detail(&call.account)).value());
    account.roles.insert(folded(&role.entity.name), role);
    Ok(answer.output())
}

pub(crate) fn get(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Role.read_name(&mut call.input)?;
    call.input.finish()?;
    Ok(Structure::new().with("Role", account.role(&name)?.detail(&call.account).value()).output())
}

pub(crate) fn list(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let prefix = name::read_path_prefix(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let roles = account.roles.iter().filter(|(_, role)| role.entity.path.starts_with(&prefix));
    let rows = roles.map(|(key, role)| (key.clone(), role.summary(&call.account).value()));
    Ok(page.answer("Roles", rows).output())
}

/// A duration that is not given becomes the default of one hour, by the API's page; a description stays.
pub(crate) fn update(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Role.read_name(&mut call.input)?;
    let description = read_description(&mut call.input)?;
    let max_session_seconds = read_duration(&mut call.input)?;
    call.input.finish()?;
    let role = account.role_mut(&name)?;
    if max_session_seconds != role.max_session_seconds {
        role.check_unlinked()?;
    }
    role.max_session_seconds = max_session_seconds;
    role.description = description.or_else(|| role.description.take());
    Ok(Output::default())
}

pub(crate) fn update_description(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Role.read_name(&mut call.input)?;
    let description = read_description(&mut call.input)?.ok_or_else(|| error::null_member("Description"))?;
    call.input.finish()?;
    let role = account.role_mut(&name)?;
    role.description = Some(description);
    Ok(Structure::new().with("Role", role.detail(&call.account).value()).output())
}

pub(crate) fn update_trust(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Role.read_name(&mut call.input)?;
    let trust = call.input.required("PolicyDocument")?;
    call.input.finish()?;
    quota::check_trust(&trust)?;
    let role = account.role_mut(&name)?;
    role.check_unlinked()?;
    role.trust = trust;
    Ok(Output::default())
}

pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Role.read_name(&mut call.input)?;
    call.input.finish()?;
    let role = account.role(&name)?;
    role.check_unlinked()?;
    let entity = &role.entity;
    if !entity.attached.is_empty() {
        return Err(error::delete_conflict("Cannot delete entity, must detach all policies first."));
    }
    if !entity.inline.is_empty() {
        return Err(error::delete_conflict("Cannot delete entity, must delete policies first."));
    }
    if account.is_in_profile(&name) {
        return Err(error::delete_conflict(
            "Cannot delete entity, must remove roles from instance profile first.",
        ));
    }
    account.roles.remove(&folded(&name));
    Ok(Output::default())
}
