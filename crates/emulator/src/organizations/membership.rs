//! Accounts that move, leave and close.

use stackproof_aws::{ApiError, Output};

use super::error;
use super::organization::Organization;
use crate::Call;

/// Takes the account, which is not the management account.
fn member(organization: &Organization, call: &mut Call) -> Result<String, ApiError> {
    let id = call.input.required("AccountId")?;
    organization.account(&id)?;
    Ok(id)
}

fn forget(organization: &mut Organization, id: &str) -> Result<Output, ApiError> {
    if id == organization.management {
        return Err(error::management_cannot_leave());
    }
    if organization.delegated.contains_key(id) {
        return Err(error::constraint(
            "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
            "You attempted to remove an account that is registered as a delegated administrator.",
        ));
    }
    organization.accounts.remove(id);
    organization.detach_all(id);
    Ok(Output::default())
}

pub(crate) fn remove(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = member(organization, &mut call)?;
    call.input.finish()?;
    forget(organization, &id)
}

pub(crate) fn leave(organization: &mut Organization, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    forget(organization, &call.account)
}

/// It stays a member while it is suspended.
pub(crate) fn close(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = member(organization, &mut call)?;
    call.input.finish()?;
    if id == organization.management {
        return Err(error::constraint(
            "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
            "You attempted to close the management account.",
        ));
    }
    let account = organization.accounts.get_mut(&id).ok_or_else(error::no_such_account)?;
    if account.closed {
        return Err(error::account_closed());
    }
    account.closed = true;
    Ok(Output::default())
}

pub(crate) fn relocate(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = member(organization, &mut call)?;
    let source = call.input.required("SourceParentId")?;
    let destination = call.input.required("DestinationParentId")?;
    call.input.finish()?;
    if !organization.is_parent(&source) || organization.parent(&id) != Some(&source) {
        return Err(error::no_such_source());
    }
    if !organization.is_parent(&destination) {
        return Err(error::no_such_destination());
    }
    if source == destination {
        return Err(error::duplicate_account());
    }
    organization.accounts.get_mut(&id).ok_or_else(error::no_such_account)?.parent = destination;
    Ok(Output::default())
}
