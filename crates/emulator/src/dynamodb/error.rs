//! DynamoDB's errors: those that the engine gives, and those of what is kept beside it.

use dynoxide::DynoxideError;
use serde_json::json;
use stackproof_aws::ApiError;

use crate::validation;

fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `ValidationException`.
pub(crate) fn validation(message: impl Into<String>) -> ApiError {
    refuse("ValidationException", message)
}

/// `ValidationException` for what is well-formed and does not fit.
pub(crate) fn invalid(what: &str) -> ApiError {
    validation(format!("One or more parameter values were invalid: {what}"))
}

/// `ValidationException` for a member's value and the constraint that it breaks.
pub(crate) fn constraint(value: &str, member: &str, constraint: &str) -> ApiError {
    validation(validation::constraint(value, member, constraint))
}

/// `ValidationException` for a member that is missing.
pub(crate) fn null_member(member: &str) -> ApiError {
    validation(validation::null_member(member))
}

/// `ValidationException` for what is no ARN of a table, index or stream.
pub(crate) fn invalid_arn(arn: &str) -> ApiError {
    validation(format!("Invalid TableArn: Invalid ResourceArn provided as input {arn}"))
}

/// `ResourceNotFoundException` for a table.
pub(crate) fn no_such_table(name: &str) -> ApiError {
    refuse("ResourceNotFoundException", format!("Requested resource not found: Table: {name} not found"))
}

/// `ResourceNotFoundException` for an ARN. The misspelling is DynamoDB's.
pub(crate) fn no_such_resource(arn: &str) -> ApiError {
    refuse("ResourceNotFoundException", format!("Requested resource not found: ResourcArn: {arn} not found"))
}

/// `ResourceNotFoundException` for a stream.
pub(crate) fn no_such_stream(arn: &str) -> ApiError {
    refuse("ResourceNotFoundException", format!("Requested resource not found: Stream: {arn} not found"))
}

/// `ResourceNotFoundException` for a shard of a stream.
pub(crate) fn no_such_shard(shard: &str, arn: &str) -> ApiError {
    let message = format!("Requested resource not found: Shard: {shard} in Stream: {arn} not found");
    refuse("ResourceNotFoundException", message)
}

/// `TableNotFoundException`, as the operations on backups have it.
pub(crate) fn backups_of_no_table(name: &str) -> ApiError {
    refuse("TableNotFoundException", format!("Table not found: {name}"))
}

/// `PolicyNotFoundException` for a resource without a policy.
pub(crate) fn no_policy(arn: &str) -> ApiError {
    let message = format!("Resource-based policy not found for the provided ResourceArn: {arn}");
    refuse("PolicyNotFoundException", message)
}

/// `PolicyNotFoundException` for another revision than the one that is expected.
pub(crate) fn other_revision(arn: &str) -> ApiError {
    let message = format!(
        "Resource-based policy not found for the provided ResourceArn: {arn} and the specified ExpectedRevisionId"
    );
    refuse("PolicyNotFoundException", message)
}

/// `ExpiredIteratorException`.
pub(crate) fn expired_iterator() -> ApiError {
    refuse(
        "ExpiredIteratorException",
        "The shard iterator has expired and can no longer be used to retrieve stream records.",
    )
}

/// `TrimmedDataAccessException` for a record that is older than a day.
pub(crate) fn trimmed() -> ApiError {
    refuse(
        "TrimmedDataAccessException",
        "The operation attempted to read past the oldest stream record in a shard.",
    )
}

/// `IdempotentParameterMismatchException`.
pub(crate) fn other_request() -> ApiError {
    refuse("IdempotentParameterMismatchException", "An error occurred (IdempotentParameterMismatchException)")
}

/// `TransactionCanceledException`, with the part of a key that each of its members would change, if any.
pub(super) fn canceled(parts: &[Option<String>]) -> ApiError {
    let codes: Vec<_> =
        parts.iter().map(|part| if part.is_some() { "ValidationError" } else { "None" }).collect();
    let reason = |part: &Option<String>| match part {
        Some(part) => {
            let what = format!("Cannot update attribute {part}. This attribute is part of the key");
            json!({ "Code": "ValidationError", "Message": invalid(&what).message })
        }
        None => json!({ "Code": "None" }),
    };
    let reasons: Vec<_> = parts.iter().map(reason).collect();
    let message = format!(
        "Transaction cancelled, please refer cancellation reasons for specific reasons [{}]",
        codes.join(", ")
    );
    with_json(refuse("TransactionCanceledException", message), "CancellationReasons", &reasons)
}

/// An error of KMS about a table's key, as DynamoDB passes it on.
pub(crate) fn of_key(fault: &ApiError) -> ApiError {
    let ApiError { status, code, message, .. } = fault;
    validation(format!(
        "KMS validation error: com.amazonaws.services.kms.model.{code}: {message} (Service: AWSKMS; Status Code: {status}; Error Code: {code})"
    ))
}

/// An error of the engine. The items that it tells of, if any, are details in JSON.
pub(super) fn of(operation: &str, refusal: DynoxideError) -> ApiError {
    let code = refusal.error_type();
    let code = code.split_once('#').map_or(code, |(_, code)| code);
    let mut message = refusal.to_string();
    if matches!(refusal, DynoxideError::EnvelopedValidation(_))
        && ["PutItem", "UpdateItem", "DeleteItem"].contains(&operation)
    {
        message.insert_str(0, "1 validation error detected: ");
    }
    let status = refusal.status_code();
    let error = ApiError::new(status, code, message);
    match refusal {
        DynoxideError::TransactionCanceledException(_, reasons) => {
            with_json(error, "CancellationReasons", &reasons)
        }
        DynoxideError::ConditionalCheckFailedException(_, Some(item)) => with_json(error, "Item", &item),
        _ => error,
    }
}

fn with_json(error: ApiError, name: &'static str, value: &impl serde::Serialize) -> ApiError {
    match serde_json::to_string(value) {
        Ok(text) => error.detail(name, text),
        Err(fault) => ApiError::internal(format!("{name} cannot be written: {fault}")),
    }
}

/// Why the engine could not read a request whose types are right. It marks its own texts with the error that they are;
/// what serde says of missing members and the like is a `ValidationException` too.
pub(super) fn unreadable(fault: &serde_json::Error) -> DynoxideError {
    let text = fault.to_string();
    let marked = |mark: &str| text.strip_prefix(mark).map(str::to_owned);
    let serialization = || marked("SERIALIZATION:").or_else(|| marked("SERIALIZATION_AS_READ:"));
    if let Some(text) = marked("VALIDATION_REQUEST:") {
        return DynoxideError::EnvelopedValidation(text);
    }
    if let Some(text) = marked("VALIDATION:").or_else(|| marked("VALIDATION_AS_READ:")) {
        return DynoxideError::ValidationException(text);
    }
    if let Some(text) = serialization() {
        return DynoxideError::SerializationException(text);
    }
    if text.contains("empty AttributeValue") {
        let text = "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";
        return DynoxideError::ValidationException(text.to_owned());
    }
    match text.strip_prefix("missing field `").and_then(|rest| rest.split('`').next()) {
        Some(member) => DynoxideError::ValidationException(validation::null_member(member)),
        None => DynoxideError::ValidationException(text),
    }
}
