//! Glue's errors, with the texts that its API answers. All are 400.

use serde_json::{Value, json};
use stackproof_aws::ApiError;

use crate::tags::Misuse;

fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `InvalidInputException`.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    refuse("InvalidInputException", message)
}

/// `EntityNotFoundException`.
pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
    refuse("EntityNotFoundException", message)
}

/// `AlreadyExistsException`: `Table already exists.`
pub(crate) fn exists(what: &str) -> ApiError {
    refuse("AlreadyExistsException", format!("{what} already exists."))
}

pub(crate) fn no_database(name: &str) -> ApiError {
    not_found(format!("Database {name} not found."))
}

pub(crate) fn no_table(name: &str) -> ApiError {
    not_found(format!("Table {name} not found."))
}

pub(crate) fn no_version() -> ApiError {
    not_found("Table Version not found.")
}

pub(crate) fn no_partition() -> ApiError {
    not_found("Cannot find partition.")
}

pub(crate) fn no_function(name: &str) -> ApiError {
    not_found(format!("Function {name} not found."))
}

pub(crate) fn no_policy() -> ApiError {
    not_found("Policy not found")
}

/// `IdempotentParameterMismatchException`: the name is taken by another definition.
pub(crate) fn mismatch(what: &str, name: &str) -> ApiError {
    let message = format!("{what} with name: {name} already submitted with different configuration");
    refuse("IdempotentParameterMismatchException", message)
}

/// `ConcurrentModificationException`.
pub(crate) fn changed_meanwhile(message: &str) -> ApiError {
    refuse("ConcurrentModificationException", message)
}

/// `ConditionCheckFailureException`.
pub(crate) fn condition(message: &str) -> ApiError {
    refuse("ConditionCheckFailureException", message)
}

/// `InvalidInputException` for tags.
pub(crate) fn tags(misuse: Misuse) -> ApiError {
    invalid(match misuse {
        Misuse::Reserved => "Tag keys that begin with aws: are reserved for AWS.",
        Misuse::Duplicate => "Tag keys must be unique.",
    })
}

/// `InvalidInputException` for more tags than a resource may have.
pub(crate) fn too_many_tags() -> ApiError {
    invalid("A resource can have at most 50 tags.")
}

/// `InvalidInputException` for a token that was not given out.
pub(crate) fn token() -> ApiError {
    invalid("Invalid pagination token provided.")
}

/// An error as the entries of batches hold it.
pub(crate) fn detail(error: &ApiError) -> Value {
    json!({ "ErrorCode": error.code, "ErrorMessage": error.message })
}
