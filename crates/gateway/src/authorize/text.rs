//! The texts of denials (`iam-semantics`, sections 5.1 and 5.2).

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Protocol};
use stackproof_policy::Decision;

use super::kms::CLOSED;
use super::{Ask, Weighed};
use crate::call::Call;
use crate::directory::messages::Messages;

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
pub(super) fn denial(
    call: &Call<'_>,
    ask: &Ask,
    sight: Sight,
    weighed: &Weighed,
    messages: &Messages,
) -> ApiError {
    let (caller, evaluation) = (call.caller, &weighed.evaluation);
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
            let encoded = messages.encode(caller.account().unwrap_or_default(), decoded(call, ask, weighed));
            let message = format!(
                "You are not authorized to perform this operation. {message}. Encoded authorization failure message: \
                 {encoded}"
            );
            ApiError::new(403, "UnauthorizedOperation", message)
        }
        Some((_, Some(Protocol::RestJson))) => ApiError::new(403, "AccessDeniedException", message),
        Some((_, Some(Protocol::Json10 | Protocol::Json11))) => {
            ApiError::new(400, "AccessDeniedException", message)
        }
        _ => ApiError::new(403, "AccessDenied", message),
    }
}

/// What an encoded message says: the decision, the caller, and what it asked for under which conditions.
fn decoded(call: &Call<'_>, ask: &Ask, weighed: &Weighed) -> String {
    let Weighed { evaluation, context, .. } = weighed;
    let items = |values: Vec<Value>| json!({ "items": values });
    let conditions = context.iter().map(|(key, value)| {
        let values = value.as_slice().iter().map(|value| json!({ "value": value })).collect();
        json!({ "key": key, "values": items(values) })
    });
    let matched = evaluation.statements.iter().map(|statement| json!({ "statementId": statement.sid }));
    json!({
        "allowed": false,
        "explicitDeny": evaluation.decision == Decision::ExplicitDeny,
        "matchedStatements": items(matched.collect()),
        "failures": items(Vec::new()),
        "context": {
            "principal": { "id": call.caller.user_id(), "arn": call.caller.name() },
            "action": ask.action,
            "resource": ask.resource,
            "conditions": items(conditions.collect()),
        },
    })
    .to_string()
}
