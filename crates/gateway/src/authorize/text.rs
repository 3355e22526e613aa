//! The texts of denials (`iam-semantics`, sections 5.1 and 5.2).

use stackproof_aws::{ApiError, Protocol};
use stackproof_policy::Evaluation;

use super::Ask;
use super::kms::CLOSED;
use crate::call::Call;

/// The error that a denied ask about a resource of that owner's is answered with.
pub(super) fn denial(call: &Call<'_>, ask: &Ask, owner: &str, evaluation: &Evaluation) -> ApiError {
    let caller = call.caller;
    let service = ask.action.split(':').next().unwrap_or_default();
    let same_account = caller.account() == Some(owner);
    let who = format!("User: {} is not authorized to perform: {}{}", caller.name(), ask.action, ask.shown);
    let message = match service {
        "sts" => who,
        "kms" if !same_account => format!("{who} {CLOSED}"),
        "s3" if !same_account => "Access Denied".to_owned(),
        _ => format!("{who} {}", evaluation.reason),
    };
    // What a service asks KMS for in the caller's name is refused in the words of KMS and with the service's own code.
    let called = call.service.map(|service| (service.name, service.protocol()));
    match called {
        Some(("secretsmanager", _)) if service == "kms" => {
            ApiError::new(400, "AccessDeniedException", "Access to KMS is not allowed")
        }
        Some(("kinesis", _)) if service == "kms" => ApiError::new(400, "KMSAccessDeniedException", message),
        Some(("sns", _)) => ApiError::new(403, "AuthorizationError", message),
        Some(("sqs", _)) => ApiError::new(403, "AccessDeniedException", message),
        Some((_, Some(Protocol::Ec2))) => {
            let message = format!("You are not authorized to perform this operation. {message}");
            ApiError::new(403, "UnauthorizedOperation", message)
        }
        Some((_, Some(Protocol::RestJson))) => ApiError::new(403, "AccessDeniedException", message),
        Some((_, Some(Protocol::Json10 | Protocol::Json11))) => {
            ApiError::new(400, "AccessDeniedException", message)
        }
        _ => ApiError::new(403, "AccessDenied", message),
    }
}
