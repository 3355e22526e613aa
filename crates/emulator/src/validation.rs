//! What services of the query and JSON protocols say of members that do not fit.

use stackproof_aws::ApiError;

/// A member that breaks a constraint of its API: the services' names for it differ, their texts do not.
pub(crate) fn refuse(service: &str, message: String) -> ApiError {
    let code = match service {
        "iam" => "ValidationError",
        "logs" => "InvalidParameterException",
        _ => "ValidationException",
    };
    ApiError::new(400, code, message)
}

/// Of a member's value and the constraint that it breaks.
pub(crate) fn constraint(value: &str, member: &str, constraint: &str) -> String {
    let member = camel(member);
    format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: {constraint}"
    )
}

/// Of a member that is missing.
pub(crate) fn null_member(member: &str) -> String {
    let member = camel(member);
    format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    )
}

/// Members as these texts name them: `userName`.
pub(crate) fn camel(member: &str) -> String {
    let mut letters = member.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}
