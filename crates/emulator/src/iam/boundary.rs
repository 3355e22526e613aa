//! Permissions boundaries of users and roles.

use stackproof_aws::{ApiError, Output};

use super::entity::Kind;
use super::{Account, name};
use crate::Call;

const MEMBER: &str = "PermissionsBoundary";

/// Takes the boundary of a new user or role.
pub(crate) fn read_optional(account: &Account, call: &mut Call) -> Result<Option<String>, ApiError> {
    if call.input.has(MEMBER) { read(account, call).map(Some) } else { Ok(None) }
}

fn read(account: &Account, call: &mut Call) -> Result<String, ApiError> {
    let arn = name::read_policy_arn(&mut call.input, MEMBER)?;
    account.check_attachable(&call.account, &arn, &format!("Scope ARN: {arn}"))?;
    Ok(arn)
}

pub(crate) fn put(account: &mut Account, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let name = kind.read_name(&mut call.input)?;
    let boundary = read(account, &mut call)?;
    call.input.finish()?;
    account.entity_mut(kind, &name)?.boundary = Some(boundary);
    Ok(Output::default())
}

pub(crate) fn delete(account: &mut Account, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let name = kind.read_name(&mut call.input)?;
    call.input.finish()?;
    account.entity_mut(kind, &name)?.boundary = None;
    Ok(Output::default())
}
