//! Key policies and grants that are about to be stored.

use std::sync::Arc;

use stackproof_aws::ApiError;
use stackproof_policy::Decision;
use stackproof_policy::validate::{PolicyOwner, validate_resource_policy};

use super::{Known, Missing, error, find, principals};
use crate::authorize::kms::{KmsCall, key_ask};
use crate::authorize::{Ask, Authorizer, Guard};
use crate::directory::Directory;
use crate::directory::held::Held;
use crate::directory::kms::Key;
use crate::directory::pins::Ids;
use crate::directory::upstream::text;
use crate::refusal::Refusal;

const GRANTEES: [&str; 2] = ["GranteePrincipal", "RetiringPrincipal"];

/// What KMS is about to store, by a call that was allowed on these asks. Answers with the principals that a key policy or
/// grant means.
pub(crate) async fn kms(
    directory: &Directory,
    kms: &KmsCall<'_>,
    asks: &[Ask],
    authorizer: &Authorizer<'_>,
) -> Result<Result<Ids, ApiError>, Refusal> {
    let members = &kms.identified.members;
    match (kms.identified.operation.name.as_str(), text(members, "Policy")) {
        ("CreateGrant", _) => grant(directory, kms).await,
        ("CreateKey" | "PutKeyPolicy", Some(policy)) => {
            let meant = key_policy(directory, policy).await?;
            if meant.is_ok() && !is_manageable(kms, asks, authorizer, policy).await? {
                let message = "The new key policy will not allow you to update the key policy in the future.";
                return Ok(Err(ApiError::new(400, "MalformedPolicyDocumentException", message)));
            }
            Ok(meant)
        }
        _ => Ok(Ok(Ids::new())),
    }
}

async fn key_policy(directory: &Directory, policy: &str) -> Result<Result<Ids, ApiError>, Refusal> {
    if let Err(rejection) = validate_resource_policy(PolicyOwner::Key, policy) {
        return Ok(Err(error(rejection)));
    }
    let meant = principals(directory, policy).await?;
    Ok(meant.map_err(|Missing(_)| {
        let message = "Policy contains a statement with one or more invalid principals.";
        ApiError::new(400, "MalformedPolicyDocumentException", message)
    }))
}

/// Whether the caller could replace the policy again once it is stored, unless the call waives that check (KMS API
/// reference, `PutKeyPolicy`: the policy has to allow the caller a subsequent `PutKeyPolicy`).
async fn is_manageable(
    kms: &KmsCall<'_>,
    asks: &[Ask],
    authorizer: &Authorizer<'_>,
    policy: &str,
) -> Result<bool, Refusal> {
    let members = &kms.identified.members;
    let waived = members.get("BypassPolicyLockoutSafetyCheck").and_then(serde_json::Value::as_bool);
    if waived.unwrap_or_default() {
        return Ok(true);
    }
    let policy = Held::new("the new key policy", None, policy);
    let caller = kms.call.caller;
    let ask = match asks.first() {
        Some(Ask { guard: Guard::Key(key), context, .. }) => {
            let key = Key { policy, ..Key::clone(key) };
            key_ask("kms:PutKeyPolicy", &Arc::new(key), context.clone())
        }
        Some(Ask { account, context, .. }) => {
            let key = Key::about_to_be(account, kms.call.region, policy);
            let guard = Guard::Key(Arc::new(key.clone()));
            Ask { guard, ..Ask::new("kms:PutKeyPolicy", &key.arn, account, context.clone()) }
        }
        None => return Ok(true),
    };
    // The check decides nothing about the call that is made, and is not recorded.
    let mut unrecorded = Authorizer::new(authorizer.directory, authorizer.sources);
    let evaluation = unrecorded.evaluate(caller, &ask).await?;
    match evaluation.decision {
        Decision::Undetermined => Err(Refusal::undetermined(evaluation.reason)),
        decision => Ok(decision == Decision::Allowed),
    }
}

async fn grant(directory: &Directory, kms: &KmsCall<'_>) -> Result<Result<Ids, ApiError>, Refusal> {
    let mut ids = Ids::new();
    for member in GRANTEES {
        let Some(arn) = text(&kms.identified.members, member).filter(|name| name.starts_with("arn:")) else {
            continue;
        };
        match find(directory, arn).await? {
            Known::Principal(id) => _ = ids.insert(arn.to_owned(), id),
            Known::Other => {}
            Known::Missing => {
                let message = format!("ARN does not refer to a valid principal: {arn}");
                return Ok(Err(ApiError::new(400, "InvalidArnException", message)));
            }
        }
    }
    Ok(Ok(ids))
}
