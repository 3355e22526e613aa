//! What STS refuses before it asks any policy.

use stackproof_aws::ApiError;

use crate::record::Outcome;
use crate::refusal::Refusal;

/// A member that does not fit its constraint.
pub(super) fn constraint(value: impl std::fmt::Display, member: &str, what: &str) -> Refusal {
    let message = format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {what}"
    );
    Refusal::rejected(ApiError::new(400, "ValidationError", message))
}

/// A 400 with that code.
pub(super) fn invalid(code: &'static str, message: &str) -> Refusal {
    Refusal::rejected(ApiError::new(400, code, message))
}

/// A call that its kind of credentials may not make, whatever policies say.
pub(super) fn denied(message: &str, reason: &str) -> Refusal {
    let error = ApiError::new(403, "AccessDenied", message);
    Refusal::new(Outcome::ImplicitDeny, error, Some(reason.to_owned()))
}

/// Whether a text is between `min` and `max` long and made of letters, digits, `_` and the characters of `others`.
pub(super) fn fits(text: &str, min: usize, max: usize, others: &str) -> bool {
    (min..=max).contains(&text.len())
        && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || others.contains(c))
}
