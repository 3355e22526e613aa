//! SQS's errors, with the texts that its API answers. All are 400.

use stackproof_aws::ApiError;

use crate::batch;
use crate::tags::Misuse;

fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `QueueDoesNotExist`.
pub(crate) fn no_queue() -> ApiError {
    refuse("QueueDoesNotExist", "The specified queue does not exist.")
}

/// `QueueNameExists`.
pub(crate) fn exists(attribute: &str) -> ApiError {
    let message =
        format!("A queue already exists with the same name and a different value for attribute {attribute}");
    refuse("QueueNameExists", message)
}

/// `MissingParameter`, of a member by its path: `entries.1.member.id`.
pub(crate) fn missing(path: &str) -> ApiError {
    let member = path.rsplit('.').next().unwrap_or(path);
    let mut letters = member.chars();
    let first = letters.next().map(|first| first.to_ascii_uppercase());
    let name: String = first.into_iter().chain(letters).collect();
    refuse("MissingParameter", format!("The request must contain the parameter {name}."))
}

/// `InvalidParameterValue`.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    refuse("InvalidParameterValue", message)
}

/// `InvalidParameterValue` of a parameter and why.
pub(crate) fn parameter(value: &str, parameter: &str, reason: &str) -> ApiError {
    invalid(format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}"))
}

/// `InvalidParameterValue` for what the other type of queue has.
pub(crate) fn other_type(value: &str, name: &str) -> ApiError {
    parameter(value, name, "The request include parameter that is not valid for this queue type")
}

/// `InvalidAttributeName`.
pub(crate) fn unknown_attribute(name: &str) -> ApiError {
    refuse("InvalidAttributeName", format!("Unknown Attribute {name}."))
}

/// `InvalidAttributeValue`.
pub(crate) fn attribute_value(name: &str) -> ApiError {
    refuse("InvalidAttributeValue", format!("Invalid value for the parameter {name}."))
}

/// `InvalidAddress`.
pub(crate) fn address(url: &str) -> ApiError {
    refuse("InvalidAddress", format!("The address {url} is not valid for this endpoint."))
}

/// `InvalidMessageContents`.
pub(crate) fn contents() -> ApiError {
    let message = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | \
                   #xE000 to #xFFFD | #x10000 to #x10FFFF.";
    refuse("InvalidMessageContents", message)
}

/// `ReceiptHandleIsInvalid`.
pub(crate) fn receipt_handle() -> ApiError {
    refuse("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
}

/// `MessageNotInflight`.
pub(crate) fn not_in_flight() -> ApiError {
    refuse("MessageNotInflight", "The specified message is not in flight.")
}

/// `PurgeQueueInProgress`.
pub(crate) fn purge_in_progress(name: &str) -> ApiError {
    let message = format!("Only one PurgeQueue operation on {name} is allowed every 60 seconds.");
    refuse("PurgeQueueInProgress", message)
}

/// `OverLimit`.
pub(crate) fn over_limit(message: impl Into<String>) -> ApiError {
    refuse("OverLimit", message)
}

/// `UnsupportedOperation`.
pub(crate) fn unsupported(message: &str) -> ApiError {
    refuse("UnsupportedOperation", message)
}

/// `BatchRequestTooLong`.
pub(crate) fn batch_too_long(most: usize, size: usize) -> ApiError {
    let message = format!("Batch requests cannot be longer than {most} bytes. You have sent {size} bytes.");
    refuse("BatchRequestTooLong", message)
}

/// Errors of whole batches, whose entries messages call by that name.
pub(crate) fn batch(word: &str, misuse: batch::Misuse<'_>) -> ApiError {
    match misuse {
        batch::Misuse::Empty => {
            refuse("EmptyBatchRequest", format!("There should be at least one {word} in the request."))
        }
        batch::Misuse::TooMany(count) => refuse(
            "TooManyEntriesInBatchRequest",
            format!("Maximum number of entries per request are 10. You have sent {count}."),
        ),
        batch::Misuse::Id => refuse(
            "InvalidBatchEntryId",
            "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.",
        ),
        batch::Misuse::Repeated(id) => refuse("BatchEntryIdsNotDistinct", format!("Id {id} repeated.")),
    }
}

/// The error for tags.
pub(crate) fn tags(misuse: Misuse) -> ApiError {
    invalid(match misuse {
        Misuse::Reserved => "Tag keys that begin with aws: are reserved.",
        Misuse::Duplicate => "Tag keys must be unique.",
    })
}

/// The error for more tags than a queue may have.
pub(crate) fn too_many_tags() -> ApiError {
    invalid("Too many tags added for queue.")
}

/// What is said where the key of a queue cannot be used.
pub(crate) fn of_key(error: ApiError) -> ApiError {
    let code = match error.code.as_ref() {
        // What the embedded KMS does not have is told by its own name.
        "NotImplemented" => return error,
        "DisabledException" => "KmsDisabled",
        "NotFoundException" | "InvalidArnException" => "KmsNotFound",
        "InvalidKeyUsageException" => "KmsInvalidKeyUsage",
        _ => "KmsInvalidState",
    };
    refuse(code, error.message)
}
