//! Quotas on policies ("IAM and AWS STS quotas").

use std::collections::BTreeMap;

use stackproof_aws::ApiError;

use super::entity::Kind;
use super::error;

/// The longest managed policy, without white space.
const MANAGED_POLICY: usize = 6144;
/// The longest trust policy.
const TRUST_POLICY: usize = 2048;

/// How many policies may be attached to one entity.
pub(crate) const ATTACHED: usize = 10;

fn size(document: &str) -> usize {
    document.chars().filter(|c| !c.is_whitespace()).count()
}

/// Refuses a managed policy that is too long.
pub(crate) fn check_managed(document: &str) -> Result<(), ApiError> {
    match size(document) > MANAGED_POLICY {
        true => Err(error::over_quota("PolicySize", MANAGED_POLICY)),
        false => Ok(()),
    }
}

/// Refuses a trust policy that is too long.
pub(crate) fn check_trust(document: &str) -> Result<(), ApiError> {
    match size(document) > TRUST_POLICY {
        true => Err(error::over_quota("ACLSizePerRole", TRUST_POLICY)),
        false => Ok(()),
    }
}

/// Refuses inline policies that are too long together.
pub(crate) fn check_inline(
    kind: Kind,
    name: &str,
    documents: &BTreeMap<String, String>,
) -> Result<(), ApiError> {
    let limit = match kind {
        Kind::User => 2048,
        Kind::Group => 5120,
        Kind::Role => 10_240,
    };
    if documents.values().map(|document| size(document)).sum::<usize>() > limit {
        let word = kind.word();
        return Err(error::limit_exceeded(format!(
            "Maximum policy size of {limit} bytes exceeded for {word} {name}"
        )));
    }
    Ok(())
}
