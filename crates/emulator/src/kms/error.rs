//! KMS's errors, with the texts that its API answers. All are 400.

use stackproof_aws::ApiError;

use crate::validation;

fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// `ValidationException`.
pub(crate) fn validation(message: impl Into<String>) -> ApiError {
    refuse("ValidationException", message)
}

/// `ValidationException` for a member that is missing.
pub(crate) fn null_member(member: &str) -> ApiError {
    validation(validation::null_member(member))
}

/// `NotFoundException` for a key of that ARN.
pub(crate) fn no_such_key(arn: &str) -> ApiError {
    refuse("NotFoundException", format!("Key '{arn}' does not exist"))
}

/// `NotFoundException` for an alias of that ARN.
pub(crate) fn no_such_alias(arn: &str) -> ApiError {
    refuse("NotFoundException", format!("Alias {arn} is not found."))
}

/// `NotFoundException` for what is no identifier of a key.
pub(crate) fn invalid_key_id(named: &str) -> ApiError {
    refuse("NotFoundException", format!("Invalid keyId '{named}'"))
}

/// `NotFoundException` for an ARN of another region.
pub(crate) fn other_region(region: &str) -> ApiError {
    refuse("NotFoundException", format!("Invalid arn {region}"))
}

/// `NotFoundException` for a grant.
pub(crate) fn no_such_grant(id: &str) -> ApiError {
    refuse("NotFoundException", format!("Grant ID {id} not found"))
}

/// `NotFoundException` for a policy by any other name than `default`.
pub(crate) fn no_such_policy() -> ApiError {
    refuse("NotFoundException", "No such policy exists")
}

/// `InvalidArnException`.
pub(crate) fn invalid_arn(message: impl Into<String>) -> ApiError {
    refuse("InvalidArnException", message)
}

/// `DisabledException`.
pub(crate) fn disabled(arn: &str) -> ApiError {
    refuse("DisabledException", format!("{arn} is disabled."))
}

/// `KMSInvalidStateException`; the state as a predicate: `is pending deletion`.
pub(crate) fn invalid_state(arn: &str, predicate: &str) -> ApiError {
    refuse("KMSInvalidStateException", format!("{arn} {predicate}."))
}

/// `InvalidKeyUsageException`.
pub(crate) fn invalid_usage(message: impl Into<String>) -> ApiError {
    refuse("InvalidKeyUsageException", message)
}

/// `InvalidKeyUsageException` for an algorithm that keys of that spec do not know.
pub(crate) fn incompatible(algorithm: &str, spec: &str) -> ApiError {
    invalid_usage(format!("Algorithm {algorithm} and key spec {spec} are incompatible."))
}

/// The same for algorithms of message authentication codes, which has words of its own.
pub(crate) fn incompatible_mac(algorithm: &str, spec: &str) -> ApiError {
    invalid_usage(format!("Algorithm {algorithm} is incompatible with key spec {spec}."))
}

/// `KMSInvalidSignatureException`, without a text as AWS answers it.
pub(crate) fn invalid_signature() -> ApiError {
    refuse("KMSInvalidSignatureException", "")
}

/// `KMSInvalidMacException`, without a text as AWS answers it.
pub(crate) fn invalid_mac() -> ApiError {
    refuse("KMSInvalidMacException", "")
}

/// `UnsupportedOperationException`.
pub(crate) fn unsupported(message: impl Into<String>) -> ApiError {
    refuse("UnsupportedOperationException", message)
}

/// `InvalidCiphertextException`, which AWS answers without a text: what is wrong is nobody's business.
pub(crate) fn invalid_ciphertext() -> ApiError {
    refuse("InvalidCiphertextException", "")
}

/// `IncorrectKeyException`.
pub(crate) fn incorrect_key() -> ApiError {
    let message = "The key ID in the request does not identify a CMK that can perform this operation.";
    refuse("IncorrectKeyException", message)
}

/// `AlreadyExistsException` for an alias.
pub(crate) fn alias_exists(arn: &str) -> ApiError {
    refuse("AlreadyExistsException", format!("An alias with the name {arn} already exists"))
}

/// `MalformedPolicyDocumentException`.
pub(crate) fn malformed_policy(message: &str) -> ApiError {
    refuse("MalformedPolicyDocumentException", message)
}

/// `LimitExceededException`.
pub(crate) fn limit_exceeded(message: impl Into<String>) -> ApiError {
    refuse("LimitExceededException", message)
}

/// `TagException`.
pub(crate) fn tag(message: impl Into<String>) -> ApiError {
    refuse("TagException", message)
}

/// `InvalidMarkerException`.
pub(crate) fn invalid_marker() -> ApiError {
    refuse("InvalidMarkerException", "Could not deserialize marker.")
}

/// `InvalidGrantTokenException`.
pub(crate) fn invalid_grant_token() -> ApiError {
    refuse("InvalidGrantTokenException", "The grant token is not valid.")
}

/// `NotAuthorizedException`, AWS's answer for names that are its own.
pub(crate) fn reserved_alias() -> ApiError {
    refuse("NotAuthorizedException", "")
}

/// `DryRunOperationException`.
pub(crate) fn dry_run() -> ApiError {
    let message = "The request would have succeeded, but the DryRun option is set.";
    refuse("DryRunOperationException", message)
}
