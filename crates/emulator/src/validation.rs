//! What services of the query and JSON protocols say of members that do not fit.

use stackproof_aws::ApiError;

/// A member that breaks a constraint of its API: the services' names for it differ, their texts do not.
pub(crate) fn refuse(service: &str, message: String) -> ApiError {
    let code = match service {
        "iam" | "sns" => "ValidationError",
        "athena" => "InvalidRequestException",
        "organizations" => "InvalidInputException",
        "sqs" => "InvalidParameterValue",
        "ecr" | "ecs" | "logs" => "InvalidParameterException",
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

/// Members as these texts name them: `userName`, `config.mode`.
pub(crate) fn camel(member: &str) -> String {
    if let Some((first, rest)) = member.split_once('.') {
        return format!("{}.{}", camel(first), camel(rest));
    }
    let mut letters = member.chars();
    letters.next().map(|first| first.to_ascii_lowercase()).into_iter().chain(letters).collect()
}

/// The constraint that a length breaks.
pub(crate) fn length(length: usize, min: usize, max: usize) -> Result<(), String> {
    match length {
        length if length < min => Err(format!("Member must have length greater than or equal to {min}")),
        length if length > max => Err(format!("Member must have length less than or equal to {max}")),
        _ => Ok(()),
    }
}

/// The constraint that a number breaks.
pub(crate) fn range(value: i64, min: i64, max: i64) -> Result<(), String> {
    match value {
        value if value < min => Err(format!("Member must have value greater than or equal to {min}")),
        value if value > max => Err(format!("Member must have value less than or equal to {max}")),
        _ => Ok(()),
    }
}

/// The constraint that a text breaks which is none of a set.
pub(crate) fn one_of(text: &str, values: &[&str]) -> Result<(), String> {
    if values.contains(&text) {
        return Ok(());
    }
    Err(format!("Member must satisfy enum value set: [{}]", values.join(", ")))
}

/// The constraint that a text breaks which does not match the API's pattern.
pub(crate) fn pattern(matches: bool, pattern: &str) -> Result<(), String> {
    if matches { Ok(()) } else { Err(format!("Member must satisfy regular expression pattern: {pattern}")) }
}
