//! The texts of denials (`iam-semantics`, sections 5.1 and 5.2).

use stackproof_aws::ApiError;
use stackproof_policy::Evaluation;

use super::Ask;
use super::kms::CLOSED;
use crate::caller::Caller;

/// The error that a denied ask about a resource of that owner's is answered with.
pub(super) fn denial(caller: &Caller, ask: &Ask, owner: &str, evaluation: &Evaluation) -> ApiError {
    let service = ask.action.split(':').next().unwrap_or_default();
    let same_account = caller.account() == Some(owner);
    let who = format!("User: {} is not authorized to perform: {}{}", caller.name(), ask.action, ask.shown);
    let message = match service {
        "sts" => who,
        "kms" if !same_account => format!("{who} {CLOSED}"),
        _ if !same_account => "Access Denied".to_owned(),
        _ => format!("{who} {}", evaluation.reason),
    };
    // What a service asks KMS for in the caller's name is refused in the words of KMS and with the service's own code.
    match service == "kms" && ask.context.get("kms:ViaService").is_none() {
        true => ApiError::new(400, "AccessDeniedException", message),
        false => ApiError::new(403, "AccessDenied", message),
    }
}
