//! ECS's errors, with the texts that its API answers. All are 400.

use stackproof_aws::ApiError;

use crate::tags::Misuse;
use crate::validation;

fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `ClientException`.
pub(crate) fn client(message: impl Into<String>) -> ApiError {
    refuse("ClientException", message)
}

/// `InvalidParameterException`.
pub(crate) fn invalid(message: impl Into<String>) -> ApiError {
    refuse("InvalidParameterException", message)
}

/// `ClusterNotFoundException`.
pub(crate) fn no_cluster() -> ApiError {
    refuse("ClusterNotFoundException", "Cluster not found.")
}

/// `ServiceNotFoundException`.
pub(crate) fn no_service() -> ApiError {
    refuse("ServiceNotFoundException", "Service not found.")
}

/// `ServiceNotActiveException`.
pub(crate) fn inactive_service() -> ApiError {
    refuse("ServiceNotActiveException", "Service was not ACTIVE.")
}

/// `ClusterContainsServicesException`.
pub(crate) fn cluster_in_use() -> ApiError {
    refuse("ClusterContainsServicesException", "The Cluster cannot be deleted while Services are active.")
}

/// `ClusterContainsTasksException`.
pub(crate) fn cluster_runs() -> ApiError {
    refuse("ClusterContainsTasksException", "The Cluster cannot be deleted while Tasks are active.")
}

/// `ConflictException`: a token of another call, which started those tasks.
pub(crate) fn conflict(tasks: &[String]) -> ApiError {
    refuse(
        "ConflictException",
        format!("The client token was used for another call, which started {}.", tasks.join(", ")),
    )
}

/// `ResourceNotFoundException`.
pub(crate) fn no_resource(arn: &str) -> ApiError {
    refuse("ResourceNotFoundException", format!("The specified resource was not found: {arn}"))
}

/// `InvalidParameterException` for a capacity provider.
pub(crate) fn no_provider(name: &str) -> ApiError {
    invalid(format!(
        "The specified capacity provider '{name}' was not found. Specify a valid name or ARN and try again."
    ))
}

/// `InvalidParameterException` for tags.
pub(crate) fn tags(misuse: Misuse) -> ApiError {
    invalid(match misuse {
        Misuse::Reserved => "Tags beginning with aws: are reserved. Specify a different key and try again.",
        Misuse::Duplicate => "Duplicate tag keys are not allowed. Specify unique keys and try again.",
    })
}

/// `InvalidParameterException` for more tags than a resource may have.
pub(crate) fn too_many_tags() -> ApiError {
    invalid("The number of tags exceeds the limit of 50.")
}

/// The error for a page of a size that may not be asked for.
pub(crate) fn page_size(size: i64, member: &str) -> ApiError {
    let broken = validation::range(size, 1, 100).err().unwrap_or_default();
    invalid(validation::constraint(&size.to_string(), member, &broken))
}

/// The error for a token that was not given out.
pub(crate) fn token() -> ApiError {
    invalid("Invalid token.")
}
