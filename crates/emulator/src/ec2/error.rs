//! EC2's errors, with the texts that its API answers. All but that of a dry run are 400.

use stackproof_aws::ApiError;

use super::kind::Kind;
use crate::validation::camel;

/// An error of that code.
pub(crate) fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `InvalidParameterValue`.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    refuse("InvalidParameterValue", message)
}

/// `InvalidParameterValue` for a member's value.
pub(crate) fn value(value: &str, member: &str, why: &str) -> ApiError {
    invalid(format!("Value ({value}) for parameter {} is invalid. {why}", camel(member)))
}

/// `MissingParameter`.
pub(crate) fn missing(member: &str) -> ApiError {
    refuse("MissingParameter", format!("The request must contain the parameter {}", camel(member)))
}

/// `InvalidParameterCombination`.
pub(crate) fn combination(message: impl Into<String>) -> ApiError {
    refuse("InvalidParameterCombination", message)
}

/// The error for an id that nothing of its kind has.
pub(crate) fn not_found(kind: Kind, id: &str) -> ApiError {
    let table = kind.table();
    refuse(table.not_found, format!("The {} '{id}' does not exist", table.words))
}

/// `DependencyViolation` for what others need.
pub(crate) fn in_use(kind: Kind, id: &str) -> ApiError {
    let message = match kind {
        Kind::SecurityGroup => format!("resource {id} has a dependent object"),
        _ => format!("The {} '{id}' has dependencies and cannot be deleted.", kind.table().title),
    };
    refuse("DependencyViolation", message)
}

/// `DryRunOperation`.
pub(crate) fn dry_run() -> ApiError {
    ApiError::new(412, "DryRunOperation", "Request would have succeeded, but DryRun flag is set.")
}

/// The error for a page of a size that may not be asked for.
pub(crate) fn page_size(size: i64, member: &str) -> ApiError {
    value(&size.to_string(), member, "Expecting a value greater than 5.")
}

/// The error for a token that was not given out.
pub(crate) fn token() -> ApiError {
    refuse("InvalidNextToken", "The token is not one of an earlier answer.")
}
