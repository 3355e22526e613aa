//! QuickSight's errors, with their statuses.

use stackproof_aws::ApiError;

use crate::tags::Misuse;
use crate::validation;

/// `InvalidParameterValueException`.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidParameterValueException", message)
}

/// `ResourceNotFoundException`: `User ada was not found.`
pub(crate) fn no_such(what: &str, name: &str) -> ApiError {
    ApiError::new(404, "ResourceNotFoundException", format!("{what} {name} was not found."))
}

/// `ResourceExistsException`: `User ada already exists.`
pub(crate) fn exists(what: &str, name: &str) -> ApiError {
    ApiError::new(409, "ResourceExistsException", format!("{what} {name} already exists."))
}

/// `ConflictException`.
pub(crate) fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new(409, "ConflictException", message)
}

/// `PreconditionNotMetException`.
pub(crate) fn precondition(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "PreconditionNotMetException", message)
}

/// `LimitExceededException`.
pub(crate) fn limit(message: impl Into<String>) -> ApiError {
    ApiError::new(409, "LimitExceededException", message)
}

/// The error for tags.
pub(crate) fn tags(misuse: Misuse) -> ApiError {
    invalid(match misuse {
        Misuse::Reserved => "Tag keys that begin with aws: are reserved.",
        Misuse::Duplicate => "Tag keys must be unique.",
    })
}

/// The error for more tags than a resource may have.
pub(crate) fn too_many_tags() -> ApiError {
    limit("A resource can have at most 50 tags.")
}

/// The error for a page of a size that may not be asked for.
pub(crate) fn page_size(size: i64, member: &str) -> ApiError {
    let broken = validation::range(size, 1, 100).err().unwrap_or_default();
    invalid(validation::constraint(&size.to_string(), member, &broken))
}

/// `InvalidNextTokenException`.
pub(crate) fn token() -> ApiError {
    ApiError::new(400, "InvalidNextTokenException", "The NextToken value isn't valid.")
}
