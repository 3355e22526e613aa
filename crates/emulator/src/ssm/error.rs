//! Systems Manager's errors, with the texts that its API answers. All are 400.

use stackproof_aws::ApiError;

fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `ValidationException`.
pub(crate) fn validation(message: impl Into<String>) -> ApiError {
    refuse("ValidationException", message)
}

/// `ParameterNotFound`, which says nothing more.
pub(crate) fn no_such_parameter() -> ApiError {
    refuse("ParameterNotFound", "")
}

/// `ParameterVersionNotFound`.
pub(crate) fn no_such_version(name: &str, selector: &str) -> ApiError {
    let message = match selector.parse::<u64>() {
        Ok(number) => format!(
            "Systems Manager could not find version {number} of {name}. Verify the version and try again."
        ),
        Err(_) => {
            format!(
                "Systems Manager could not find label {selector} for parameter {name}. Verify the label and try again."
            )
        }
    };
    refuse("ParameterVersionNotFound", message)
}

/// `ParameterAlreadyExists`.
pub(crate) fn exists() -> ApiError {
    refuse(
        "ParameterAlreadyExists",
        "The parameter already exists. To overwrite this value, set the overwrite option in the request to true.",
    )
}

/// `ParameterLimitExceeded`.
pub(crate) fn too_many_parameters() -> ApiError {
    refuse("ParameterLimitExceeded", "You have exceeded the number of parameters for this AWS account.")
}

/// `ParameterMaxVersionLimitExceeded`.
pub(crate) fn too_many_versions(name: &str, oldest: u64) -> ApiError {
    refuse(
        "ParameterMaxVersionLimitExceeded",
        format!(
            "You attempted to create a new version of {name} by calling the PutParameter API with the overwrite flag. Version {oldest}, the oldest version, can't be deleted because it has a label associated with it. Move the label to another version of the parameter, and try again."
        ),
    )
}

/// `ParameterVersionLabelLimitExceeded`.
pub(crate) fn too_many_labels() -> ApiError {
    refuse("ParameterVersionLabelLimitExceeded", "A parameter version can have a maximum of ten labels.")
}

/// `ParameterPatternMismatchException`.
pub(crate) fn pattern_mismatch(pattern: &str) -> ApiError {
    refuse(
        "ParameterPatternMismatchException",
        format!("Parameter value, cannot be validated against allowedPattern: {pattern}"),
    )
}

/// `HierarchyTypeMismatchException`.
pub(crate) fn other_type() -> ApiError {
    refuse(
        "HierarchyTypeMismatchException",
        "Parameter Store doesn't support changing a parameter type in a hierarchy. For example, you can't change a parameter from a String type to a SecureString type. You must create a new, unique parameter.",
    )
}

/// `HierarchyLevelLimitExceededException`.
pub(crate) fn too_deep() -> ApiError {
    refuse(
        "HierarchyLevelLimitExceededException",
        "A hierarchy can have a maximum of 15 levels. For more information, see Requirements and constraints for parameter names in the AWS Systems Manager User Guide.",
    )
}

/// `UnsupportedParameterType`.
pub(crate) fn unsupported_type(given: &str) -> ApiError {
    refuse("UnsupportedParameterType", format!("The parameter type {given} isn't supported."))
}

/// `InvalidKeyId`, with what KMS says of the key.
pub(crate) fn invalid_key(of_kms: ApiError) -> ApiError {
    match of_kms.status {
        // What the embedded KMS does not have is told by its own name.
        501 => of_kms,
        _ => refuse("InvalidKeyId", of_kms.message),
    }
}

/// `InvalidFilterKey`.
pub(crate) fn filter_key(key: &str) -> ApiError {
    refuse("InvalidFilterKey", format!("The filter key {key} is not valid."))
}

/// `InvalidFilterOption`.
pub(crate) fn filter_option(key: &str, option: &str) -> ApiError {
    refuse("InvalidFilterOption", format!("The filter option {option} is not valid for the key {key}."))
}

/// `InvalidFilterValue`.
pub(crate) fn filter_value(key: &str) -> ApiError {
    refuse("InvalidFilterValue", format!("The filter values of the key {key} are not valid."))
}

/// `InvalidNextToken`.
pub(crate) fn invalid_token() -> ApiError {
    refuse("InvalidNextToken", "The specified token isn't valid.")
}

/// `InvalidResourceId`.
pub(crate) fn no_such_resource() -> ApiError {
    refuse(
        "InvalidResourceId",
        "The resource ID is not valid. Verify that you entered the correct ID and try again.",
    )
}

/// `TooManyTagsError`.
pub(crate) fn too_many_tags() -> ApiError {
    refuse("TooManyTagsError", "The Targets parameter includes too many tags.")
}
