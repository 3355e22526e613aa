//! IAM's errors, with the texts that its API answers.

use stackproof_aws::ApiError;

use super::entity::Kind;
use crate::validation;

/// `NoSuchEntity`.
pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
    ApiError::new(404, "NoSuchEntity", message)
}

pub(crate) fn no_such(kind: Kind, name: &str) -> ApiError {
    not_found(format!("The {} with name {name} cannot be found.", kind.word()))
}

pub(crate) fn no_such_policy(arn: &str) -> ApiError {
    not_found(format!("Policy {arn} was not found."))
}

pub(crate) fn already_exists(kind: Kind, name: &str) -> ApiError {
    exists(format!("{} with name {name} already exists.", kind.title()))
}

/// `EntityAlreadyExists`.
pub(crate) fn exists(message: impl Into<String>) -> ApiError {
    ApiError::new(409, "EntityAlreadyExists", message)
}

/// `DeleteConflict`.
pub(crate) fn delete_conflict(message: &str) -> ApiError {
    ApiError::new(409, "DeleteConflict", message)
}

/// `UnmodifiableEntity`: the role belongs to a service.
pub(crate) fn unmodifiable(role: &str) -> ApiError {
    let message = format!(
        "Cannot perform the operation on the protected role '{role}' - this role is only modifiable by AWS"
    );
    ApiError::new(400, "UnmodifiableEntity", message)
}

/// `LimitExceeded` for a quota by its name.
pub(crate) fn over_quota(quota: &str, limit: usize) -> ApiError {
    limit_exceeded(format!("Cannot exceed quota for {quota}: {limit}"))
}

/// `LimitExceeded`.
pub(crate) fn limit_exceeded(message: impl Into<String>) -> ApiError {
    ApiError::new(409, "LimitExceeded", message)
}

/// `InvalidInput`.
pub(crate) fn invalid_input(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidInput", message)
}

/// `ValidationError`.
pub(crate) fn validation(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "ValidationError", message)
}

/// `ValidationError` for a member's value and the constraint that it breaks.
pub(crate) fn constraint(value: &str, member: &str, constraint: &str) -> ApiError {
    validation(validation::constraint(value, member, constraint))
}

/// `ValidationError` for a member that is missing.
pub(crate) fn null_member(member: &str) -> ApiError {
    validation(validation::null_member(member))
}
