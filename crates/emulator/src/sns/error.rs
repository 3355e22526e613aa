//! SNS's errors, with the texts that its API answers.

use stackproof_aws::ApiError;

use crate::batch;
use crate::tags::Misuse;

/// `InvalidParameter`: what is wrong behind its own words.
pub(crate) fn invalid(what: impl std::fmt::Display) -> ApiError {
    ApiError::new(400, "InvalidParameter", format!("Invalid parameter: {what}"))
}

/// `InvalidParameter` of a parameter and why.
pub(crate) fn parameter(name: &str, reason: &str) -> ApiError {
    invalid(format_args!("{name} Reason: {reason}"))
}

/// `ParameterValueInvalid`: message attributes.
pub(crate) fn value(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "ParameterValueInvalid", message)
}

pub(crate) fn no_topic() -> ApiError {
    ApiError::new(404, "NotFound", "Topic does not exist")
}

pub(crate) fn no_subscription() -> ApiError {
    ApiError::new(404, "NotFound", "Subscription does not exist")
}

/// `ResourceNotFound`: what tags are asked of.
pub(crate) fn no_resource() -> ApiError {
    ApiError::new(404, "ResourceNotFound", "Resource does not exist")
}

/// `BatchRequestTooLong`.
pub(crate) fn batch_too_long() -> ApiError {
    let message = "The length of all the messages put together is more than the limit.";
    ApiError::new(400, "BatchRequestTooLong", message)
}

/// Errors of whole batches.
pub(crate) fn batch(misuse: batch::Misuse<'_>) -> ApiError {
    let (code, message) = match misuse {
        batch::Misuse::Empty => ("EmptyBatchRequest", "The batch request doesn't contain any entries."),
        batch::Misuse::TooMany(_) => {
            ("TooManyEntriesInBatchRequest", "The batch request contains more entries than permissible.")
        }
        batch::Misuse::Id => (
            "InvalidBatchEntryId",
            "The Id of a batch entry in a batch request doesn't abide by the specification.",
        ),
        batch::Misuse::Repeated(_) => {
            ("BatchEntryIdsNotDistinct", "Two or more batch entries in the request have the same Id.")
        }
    };
    ApiError::new(400, code, message)
}

/// `InvalidParameter` for tags.
pub(crate) fn tags(misuse: Misuse) -> ApiError {
    match misuse {
        Misuse::Reserved => parameter("Tags", "Tag keys that begin with aws: are reserved"),
        Misuse::Duplicate => parameter("Tags", "Duplicated keys are not allowed."),
    }
}

/// `TagLimitExceeded`.
pub(crate) fn too_many_tags() -> ApiError {
    let message = "Could not complete request: tag quota of per resource exceeded";
    ApiError::new(400, "TagLimitExceeded", message)
}

/// No list has a member for the size of its pages.
pub(crate) fn page_size(size: i64, member: &str) -> ApiError {
    invalid(format_args!("{member} {size}"))
}

/// The error for a token that was not given out.
pub(crate) fn token() -> ApiError {
    invalid("NextToken")
}

/// What is said where the key of a topic cannot be used.
pub(crate) fn of_key(error: ApiError) -> ApiError {
    let code = match error.code.as_ref() {
        // What the embedded KMS does not have is told by its own name.
        "NotImplemented" => return error,
        "DisabledException" => "KMSDisabled",
        "NotFoundException" | "InvalidArnException" => "KMSNotFound",
        _ => "KMSInvalidState",
    };
    ApiError::new(400, code, error.message)
}
