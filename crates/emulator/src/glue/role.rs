//! The roles that crawlers and jobs would run as.

use std::collections::BTreeMap;
use std::sync::Arc;

use stackproof_aws::ApiError;

use crate::iam::Account;
use crate::place::Place;

/// The ARN of a role that is named by its ARN, or by its path and name.
fn arn(place: &Place, named: &str) -> String {
    match named.starts_with("arn:") {
        true => named.to_owned(),
        false => format!("arn:aws:iam::{}:role/{}", place.account, named.trim_start_matches('/')),
    }
}

/// Refuses a role that is not there.
pub(crate) fn check(
    accounts: &BTreeMap<String, Arc<Account>>,
    place: &Place,
    named: &str,
    refuse: impl FnOnce(&str) -> ApiError,
) -> Result<(), ApiError> {
    let arn = arn(place, named);
    match accounts.get(&place.account).is_some_and(|account| account.has_role(&place.account, &arn)) {
        true => Ok(()),
        false => Err(refuse(&arn)),
    }
}

/// The role's path and name, as crawlers are shown with it.
pub(crate) fn name(named: &str) -> &str {
    named.split_once(":role/").map_or(named, |(_, name)| name)
}
