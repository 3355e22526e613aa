//! Lambda's errors, with the texts that its API answers.

use stackproof_aws::ApiError;

use crate::tags::Misuse;
use crate::validation;

/// `ValidationException` for a member's value and the constraint that it breaks.
pub(crate) fn constraint(value: &str, member: &str, constraint: &str) -> ApiError {
    validation::refuse("lambda", validation::constraint(value, member, constraint))
}

/// `ValidationException` for a member that is missing.
pub(crate) fn null_member(member: &str) -> ApiError {
    validation::refuse("lambda", validation::null_member(member))
}

/// `InvalidParameterValueException`.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidParameterValueException", message)
}

/// `ResourceNotFoundException`.
pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
    ApiError::new(404, "ResourceNotFoundException", message)
}

/// `ResourceNotFoundException` for a function, version or what else an ARN names as one.
pub(crate) fn no_function(arn: &str) -> ApiError {
    not_found(format!("Function not found: {arn}"))
}

/// `ResourceNotFoundException` for what a function does not have.
pub(crate) fn nothing() -> ApiError {
    not_found("The resource you requested does not exist.")
}

/// `ResourceConflictException`.
pub(crate) fn conflict(message: impl Into<String>) -> ApiError {
    ApiError::new(409, "ResourceConflictException", message)
}

/// `PreconditionFailedException` for a revision that is not the latest; the operation that gives it is named.
pub(crate) fn wrong_revision(operation: &str) -> ApiError {
    let message = format!(
        "The RevisionId provided does not match the latest Revision Id. Call the {operation} API to retrieve the latest Revision Id"
    );
    ApiError::new(412, "PreconditionFailedException", message)
}

/// `PolicyLengthExceededException`.
pub(crate) fn policy_too_long(length: usize, limit: usize) -> ApiError {
    let message = format!("The final policy size ({length}) is bigger than the limit ({limit}).");
    ApiError::new(400, "PolicyLengthExceededException", message)
}

/// `RequestEntityTooLargeException`.
pub(crate) fn too_large(limit: u64) -> ApiError {
    let message = format!("Request must be smaller than {limit} bytes for the CreateFunction operation");
    ApiError::new(413, "RequestEntityTooLargeException", message)
}

/// `InvalidParameterValueException` for tags.
pub(crate) fn tags(misuse: Misuse) -> ApiError {
    invalid(match misuse {
        Misuse::Reserved => "Tag keys must not begin with aws:, which is reserved.",
        Misuse::Duplicate => "A tag key is given twice.",
    })
}

/// `InvalidParameterValueException` for more tags than a resource may have.
pub(crate) fn too_many_tags() -> ApiError {
    invalid("A resource has at most 50 tags.")
}

/// The error for a page of a size that may not be asked for.
pub(crate) fn page_size(size: i64, member: &str) -> ApiError {
    let broken = validation::range(size, 1, 10_000).err().unwrap_or_default();
    constraint(&size.to_string(), member, &broken)
}

/// The error for a marker that was not given out.
pub(crate) fn marker() -> ApiError {
    invalid("Invalid pagination token. Please try again with the marker of an earlier answer.")
}
