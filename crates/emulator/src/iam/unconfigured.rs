//! Credentials that a user here never has: their reads are answered as for a user without them, because clients and
//! Terraform's provider make them before they delete a user. The writes stay unknown.

use stackproof_aws::{ApiError, Output};

use super::page::Page;
use super::user::read_name_or_caller;
use super::{Account, error};
use crate::Call;
use crate::input::not_implemented;

/// Answers the read of credentials that cannot be made.
///
/// # Errors
/// `NoSuchEntity`; `NotImplemented` for any other operation.
pub(crate) fn get(account: &Account, operation: &str, mut call: Call) -> Result<Output, ApiError> {
    let list = match operation {
        "GetLoginProfile" => None,
        "ListMFADevices" => Some("MFADevices"),
        "ListServiceSpecificCredentials" => Some("ServiceSpecificCredentials"),
        "ListSigningCertificates" => Some("Certificates"),
        "ListSSHPublicKeys" => Some("SSHPublicKeys"),
        _ => return Err(not_implemented(operation)),
    };
    let name = read_name_or_caller(&mut call)?;
    let page = Page::read(&mut call.input)?;
    call.input.string("ServiceName")?;
    call.input.finish()?;
    account.user(&name)?;
    match list {
        Some(member) => Ok(page.answer(member, []).output()),
        None => Err(error::not_found(format!("Login Profile for User {name} cannot be found."))),
    }
}
