//! EventBridge's errors, with the texts that its API answers. All are 400.

use stackproof_aws::ApiError;

fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `ValidationException`.
pub(crate) fn validation(message: impl Into<String>) -> ApiError {
    refuse("ValidationException", message)
}

/// `ResourceNotFoundException`.
pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
    refuse("ResourceNotFoundException", message)
}

/// `ResourceNotFoundException` for a bus.
pub(crate) fn no_such_bus(name: &str) -> ApiError {
    not_found(format!("Event bus {name} does not exist."))
}

/// `ResourceNotFoundException` for a rule.
pub(crate) fn no_such_rule(name: &str, bus: &str) -> ApiError {
    not_found(format!("Rule {name} does not exist on EventBus {bus}."))
}

/// `ResourceAlreadyExistsException`.
pub(crate) fn bus_exists(name: &str) -> ApiError {
    refuse("ResourceAlreadyExistsException", format!("Event bus {name} already exists."))
}

/// `LimitExceededException`.
pub(crate) fn limit_exceeded() -> ApiError {
    refuse("LimitExceededException", "The requested resource exceeds the maximum number allowed.")
}

/// `PolicyLengthExceededException`.
pub(crate) fn policy_too_long() -> ApiError {
    refuse("PolicyLengthExceededException", "The event bus policy is too long.")
}

/// `InvalidEventPatternException`.
pub(crate) fn invalid_pattern(reason: &str) -> ApiError {
    refuse("InvalidEventPatternException", format!("Event pattern is not valid. Reason: {reason}"))
}
