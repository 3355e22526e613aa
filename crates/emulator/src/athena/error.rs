//! Athena's errors, with the texts that its API answers. All are 400.

use stackproof_aws::ApiError;

use crate::tags::Misuse;
use crate::validation;

/// `InvalidRequestException`.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "InvalidRequestException", message)
}

/// `ResourceNotFoundException`.
pub(crate) fn not_found(message: impl Into<String>) -> ApiError {
    ApiError::new(400, "ResourceNotFoundException", message)
}

pub(crate) fn no_workgroup() -> ApiError {
    invalid("WorkGroup is not found.")
}

pub(crate) fn no_catalog(name: &str) -> ApiError {
    invalid(format!("DataCatalog {name} was not found"))
}

pub(crate) fn no_query(id: &str) -> ApiError {
    invalid(format!("NamedQuery {id} was not found"))
}

pub(crate) fn no_execution(id: &str) -> ApiError {
    invalid(format!("QueryExecution {id} was not found"))
}

pub(crate) fn no_statement(name: &str, workgroup: &str) -> ApiError {
    not_found(format!("PreparedStatement {name} was not found in workGroup {workgroup}"))
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
    invalid("A resource can have at most 50 tags.")
}

/// The error for a page of a size that may not be asked for.
pub(crate) fn page_size(size: i64, member: &str) -> ApiError {
    let broken = validation::range(size, 1, 50).err().unwrap_or_default();
    invalid(validation::constraint(&size.to_string(), member, &broken))
}

/// The error for a token that was not given out.
pub(crate) fn token() -> ApiError {
    invalid("Invalid NextToken.")
}
