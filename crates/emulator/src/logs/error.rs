//! CloudWatch Logs' errors, with the texts that its API answers. All are 400.

use stackproof_aws::ApiError;

fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `InvalidParameterException`.
pub(crate) fn invalid_parameter(message: impl Into<String>) -> ApiError {
    refuse("InvalidParameterException", message)
}

/// `InvalidParameterException` for what is no ARN of a log group.
pub(crate) fn invalid_arn(arn: &str) -> ApiError {
    invalid_parameter(format!("{arn} is not a valid ARN of a log group."))
}

/// `InvalidOperationException`.
pub(crate) fn invalid_operation(message: impl Into<String>) -> ApiError {
    refuse("InvalidOperationException", message)
}

/// `ResourceNotFoundException`.
pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
    refuse("ResourceNotFoundException", message)
}

/// `ResourceNotFoundException` for a log group.
pub(crate) fn no_such_group() -> ApiError {
    not_found("The specified log group does not exist.")
}

/// `ResourceNotFoundException` for a log stream.
pub(crate) fn no_such_stream() -> ApiError {
    not_found("The specified log stream does not exist.")
}

/// `ResourceAlreadyExistsException`; what is there: `log group`, `log stream`.
pub(crate) fn exists(what: &str) -> ApiError {
    refuse("ResourceAlreadyExistsException", format!("The specified {what} already exists"))
}

/// `LimitExceededException`.
pub(crate) fn limit_exceeded() -> ApiError {
    refuse("LimitExceededException", "Resource limit exceeded.")
}

/// `ValidationException` for a log group that is protected.
pub(crate) fn is_protected() -> ApiError {
    let message =
        "Cannot delete log group with deletion protection enabled. Disable deletion protection first.";
    refuse("ValidationException", message)
}

/// `TooManyTagsException`.
pub(crate) fn too_many_tags() -> ApiError {
    refuse("TooManyTagsException", "A resource can have no more than 50 tags.")
}
