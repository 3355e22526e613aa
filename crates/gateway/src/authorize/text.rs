//! The texts of denials (`iam-semantics`, sections 5.1 and 5.2).

use stackproof_aws::{ApiError, Protocol};
use stackproof_policy::Evaluation;

use super::Ask;
use super::kms::CLOSED;
use crate::call::Call;

/// How near a caller stands to the owner of what it asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sight {
    /// In its account.
    Account,
    /// In another account of its organization.
    Organization,
    /// Anywhere else.
    Outside,
}

/// The error that a denied ask is answered with.
pub(super) fn denial(call: &Call<'_>, ask: &Ask, sight: Sight, evaluation: &Evaluation) -> ApiError {
    let caller = call.caller;
    let service = ask.action.split(':').next().unwrap_or_default();
    let who = format!("User: {} is not authorized to perform: {}{}", caller.name(), ask.action, ask.shown);
    let message = match service {
        "sts" => who,
        "kms" if sight != Sight::Account => format!("{who} {CLOSED}"),
        "s3" if sight == Sight::Outside => "Access Denied".to_owned(),
        // Callers of another organization are not told why.
        _ if sight == Sight::Outside && caller.account().is_some() => who,
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
