//! A bucket as a website.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/how-to-page-redirect.html>

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::text;
use crate::input::Input;
use crate::s3::error;

const MAX_RULES: usize = 50;

fn invalid(message: &str) -> ApiError {
    ApiError::new(400, "InvalidArgument", message)
}

pub(crate) fn read(given: &mut Input) -> Result<Members, ApiError> {
    let kept = given.keep(&["RedirectAllRequestsTo", "IndexDocument", "ErrorDocument", "RoutingRules"]);
    if let Some(redirect) = kept.get("RedirectAllRequestsTo") {
        if kept.len() > 1 {
            return Err(invalid(
                "RedirectAllRequestsTo cannot be provided in conjunction with other Routing Rules.",
            ));
        }
        check_protocol(redirect)?;
        return Ok(kept);
    }
    let Some(suffix) = kept.get("IndexDocument").and_then(|index| text(index, "/Suffix")) else {
        return Err(invalid(
            "A value for IndexDocument Suffix must be provided if RedirectAllRequestsTo is empty",
        ));
    };
    if suffix.is_empty() || suffix.contains('/') {
        return Err(invalid("The IndexDocument Suffix is not well formed"));
    }
    let rules = kept.get("RoutingRules").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    if rules.len() > MAX_RULES {
        let count = rules.len();
        return Err(error::invalid_request(format!(
            "{count} routing rules provided, the number of routing rules in a website configuration is limited to {MAX_RULES}."
        )));
    }
    rules.iter().try_for_each(check_rule)?;
    Ok(kept)
}

fn check_rule(rule: &Value) -> Result<(), ApiError> {
    let redirect = rule.get("Redirect").unwrap_or(&Value::Null);
    check_protocol(redirect)?;
    if redirect.as_object().is_none_or(serde_json::Map::is_empty) {
        return Err(error::malformed_xml());
    }
    if redirect.get("ReplaceKeyWith").is_some() && redirect.get("ReplaceKeyPrefixWith").is_some() {
        return Err(error::invalid_request(
            "You can only define ReplaceKeyPrefix or ReplaceKey but not both.",
        ));
    }
    if let Some(code) = text(redirect, "/HttpRedirectCode")
        && (code == "300" || !is_code(code, &['3']))
    {
        return Err(error::invalid_request(format!(
            "The provided HTTP redirect code ({code}) is not valid. Valid codes are 3XX except 300."
        )));
    }
    match rule.get("Condition") {
        None => Ok(()),
        Some(condition) => match text(condition, "/HttpErrorCodeReturnedEquals") {
            Some(code) if !is_code(code, &['4', '5']) => Err(error::invalid_request(format!(
                "The provided HTTP error code ({code}) is not valid. Valid codes are 4XX or 5XX."
            ))),
            None if text(condition, "/KeyPrefixEquals").is_none() => Err(error::invalid_request(
                "Condition cannot be empty. To redirect all requests without a condition, the condition element shouldn't be present.",
            )),
            _ => Ok(()),
        },
    }
}

fn is_code(code: &str, first: &[char]) -> bool {
    code.len() == 3 && code.starts_with(first) && code.chars().all(|c| c.is_ascii_digit())
}

fn check_protocol(redirect: &Value) -> Result<(), ApiError> {
    match text(redirect, "/Protocol") {
        None | Some("http" | "https") => Ok(()),
        Some(_) => Err(error::invalid_request(
            "Invalid protocol, protocol can be http or https. If not defined the protocol will be selected automatically.",
        )),
    }
}
