//! Kinesis's errors, with the texts that its API answers. All are 400.

use jiff::Timestamp;
use stackproof_aws::ApiError;

fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `ValidationException`.
pub(crate) fn validation(message: impl Into<String>) -> ApiError {
    refuse("ValidationException", message)
}

/// `InvalidArgumentException`.
pub(crate) fn invalid_argument(message: impl Into<String>) -> ApiError {
    refuse("InvalidArgumentException", message)
}

/// `LimitExceededException`.
pub(crate) fn limit_exceeded(message: impl Into<String>) -> ApiError {
    refuse("LimitExceededException", message)
}

/// `ResourceInUseException`.
pub(crate) fn in_use(message: impl Into<String>) -> ApiError {
    refuse("ResourceInUseException", message)
}

/// `ResourceNotFoundException`.
pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
    refuse("ResourceNotFoundException", message)
}

/// `ResourceNotFoundException` for a stream.
pub(crate) fn no_such_stream(name: &str, account: &str) -> ApiError {
    not_found(format!("Stream {name} under account {account} not found."))
}

/// `ResourceNotFoundException` for an ARN.
pub(crate) fn no_such_resource(arn: &str) -> ApiError {
    not_found(format!("Resource {arn} not found."))
}

/// `ResourceNotFoundException` for a shard.
pub(crate) fn no_such_shard(shard: &str, stream: &str, account: &str) -> ApiError {
    not_found(format!("Shard {shard} in stream {stream} under account {account} does not exist"))
}

/// `ExpiredIteratorException`.
pub(crate) fn expired_iterator(made: Timestamp, now: Timestamp) -> ApiError {
    let message = format!(
        "Iterator expired. The iterator was created at time {made} while right now it is {now} which is further in the future than the tolerated delay of 300000 milliseconds."
    );
    refuse("ExpiredIteratorException", message)
}

/// `ExpiredNextTokenException`.
pub(crate) fn expired_token() -> ApiError {
    refuse("ExpiredNextTokenException", "The pagination token is expired.")
}

/// What Kinesis says of KMS's refusal to use a key.
pub(crate) fn of_key(error: ApiError) -> ApiError {
    let code = match error.code.as_ref() {
        // What the embedded KMS does not have is told by its own name.
        "NotImplemented" => return error,
        "DisabledException" => "KMSDisabledException",
        "NotFoundException" | "InvalidArnException" => "KMSNotFoundException",
        _ => "KMSInvalidStateException",
    };
    refuse(code, error.message)
}
