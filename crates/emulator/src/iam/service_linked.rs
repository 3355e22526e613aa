//! Roles that are linked to services, which name them.

use stackproof_aws::{ApiError, Output, names};

use super::entity::{Entity, Kind};
use super::role::{Role, read_description};
use super::{Account, error, folded};
use crate::Call;
use crate::input::not_implemented;
use crate::random;
use crate::structure::Structure;
use crate::validation;

/// Their paths begin so, and no other role's.
pub(crate) const PATH: &str = "/aws-service-role/";

/// Services of which an account may have several roles, told apart by a suffix.
const WITH_SUFFIX: [&str; 2] = ["autoscaling.amazonaws.com", "lex.amazonaws.com"];

pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let service = call.input.required("AWSServiceName")?;
    validation::length(service.chars().count(), 1, 128)
        .map_err(|it| error::constraint(&service, "AWSServiceName", &it))?;
    let description = read_description(&mut call.input)?;
    let suffix = call.input.string("CustomSuffix")?;
    call.input.finish()?;
    let known = names::service_linked_role(&service);
    let known = known.ok_or_else(|| not_implemented(&format!("the role that is linked to {service}")))?;
    let name = match suffix {
        None => known.to_owned(),
        Some(_) if !WITH_SUFFIX.contains(&service.as_str()) => {
            return Err(error::invalid_input(format!("Custom suffix is not allowed for {service}")));
        }
        Some(suffix) => {
            let name = format!("{known}_{suffix}");
            super::name::check(&suffix, "CustomSuffix", 64)?;
            super::name::check(&name, "RoleName", 64)?;
            name
        }
    };
    if account.role(&name).is_ok() {
        return Err(error::invalid_input(format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        )));
    }
    let entity = Entity::new(Kind::Role, format!("{PATH}{service}/"), name, call.now)?;
    let role = Role::linked(entity, &service, description);
    let answer = Structure::new().with("Role", role.detail(&call.account).without("RoleLastUsed").value());
    account.roles.insert(folded(&role.entity.name), role);
    Ok(answer.output())
}

/// Nothing here uses such a role, so that none is kept.
pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = Kind::Role.read_name(&mut call.input)?;
    call.input.finish()?;
    let entity = &account.role(&name)?.entity;
    if !entity.path.starts_with(PATH) {
        return Err(error::invalid_input(format!("Role {name} is not a service-linked role.")));
    }
    let task = format!("task{}{}/{}", entity.path, entity.name, random::uuid()?);
    account.roles.remove(&folded(&name));
    account.deletions.insert(task.clone());
    Ok(Structure::new().with("DeletionTaskId", task).output())
}

pub(crate) fn deletion_status(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let task = call.input.required("DeletionTaskId")?;
    call.input.finish()?;
    match account.deletions.contains(&task) {
        true => Ok(Structure::new().with("Status", "SUCCEEDED").output()),
        false => Err(error::not_found(format!("Deletion task {task} cannot be found."))),
    }
}
