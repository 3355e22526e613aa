//! Secrets Manager's errors, with the texts that its API answers. All are 400.

use stackproof_aws::ApiError;

fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `ValidationException`.
pub(crate) fn validation(message: impl Into<String>) -> ApiError {
    refuse("ValidationException", message)
}

/// `InvalidParameterException`.
pub(crate) fn invalid_parameter(message: impl Into<String>) -> ApiError {
    refuse("InvalidParameterException", message)
}

/// `InvalidRequestException`.
pub(crate) fn invalid_request(message: impl Into<String>) -> ApiError {
    refuse("InvalidRequestException", message)
}

/// `InvalidRequestException` for a secret that waits for its deletion.
pub(crate) fn marked_for_deletion() -> ApiError {
    invalid_request("You can't perform this operation on the secret because it was marked for deletion.")
}

/// `ResourceNotFoundException` for a secret.
pub(crate) fn no_such_secret() -> ApiError {
    refuse("ResourceNotFoundException", "Secrets Manager can't find the specified secret.")
}

/// `ResourceNotFoundException` for a version; how it is named: `VersionId: X`, `staging label: Y`.
pub(crate) fn no_such_version(named: &str) -> ApiError {
    let message = format!("Secrets Manager can't find the specified secret value for {named}");
    refuse("ResourceNotFoundException", message)
}

/// `ResourceExistsException` for a secret of that name.
pub(crate) fn exists(name: &str) -> ApiError {
    let message = format!("The operation failed because the secret {name} already exists.");
    refuse("ResourceExistsException", message)
}

/// `ResourceExistsException` for a token that stands for another value.
pub(crate) fn token_in_use(token: &str, arn: &str) -> ApiError {
    let message = format!(
        "You can't use ClientRequestToken {token} because that value is already in use for a version of secret {arn}."
    );
    refuse("ResourceExistsException", message)
}

/// `LimitExceededException`.
pub(crate) fn limit_exceeded(message: impl Into<String>) -> ApiError {
    refuse("LimitExceededException", message)
}

/// `MalformedPolicyDocumentException`.
pub(crate) fn malformed_policy() -> ApiError {
    refuse("MalformedPolicyDocumentException", "This resource policy contains a syntax error.")
}

/// `PublicPolicyException`.
pub(crate) fn public_policy() -> ApiError {
    let message = "You can't attach a resource policy that allows broad access to the secret.";
    refuse("PublicPolicyException", message)
}

/// `InvalidNextTokenException`.
pub(crate) fn invalid_token() -> ApiError {
    refuse("InvalidNextTokenException", "Invalid NextToken.")
}

/// `EncryptionFailure`.
pub(crate) fn encryption_failure() -> ApiError {
    let message = "Secrets Manager can't encrypt the protected secret text using the provided KMS key. \
                   Check that the KMS key is available, enabled, and not in an invalid state.";
    refuse("EncryptionFailure", message)
}

/// `DecryptionFailure`.
pub(crate) fn decryption_failure() -> ApiError {
    let message = "Secrets Manager can't decrypt the protected secret text using the provided KMS key.";
    refuse("DecryptionFailure", message)
}
