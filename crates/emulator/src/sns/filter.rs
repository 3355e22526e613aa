//! Filter policies: which messages a subscription wants. They are checked as AWS checks them, and kept.
//!
//! <https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html>

use serde_json::{Map, Value};
use stackproof_aws::ApiError;

use super::error;

/// "A filter policy can have a maximum of five attribute names", and of so many combinations of values.
const MOST_KEYS: usize = 5;
const MOST_COMBINATIONS: usize = 150;

const OPERATORS: [&str; 8] =
    ["anything-but", "cidr", "equals-ignore-case", "exists", "numeric", "prefix", "suffix", "wildcard"];

fn wrong(what: impl std::fmt::Display) -> ApiError {
    error::invalid(format_args!("FilterPolicy: {what}"))
}

/// Checks a policy; only bodies of messages have structure that it could follow.
pub(crate) fn check(text: &str, nested: bool) -> Result<(), ApiError> {
    let Ok(Value::Object(policy)) = serde_json::from_str::<Value>(text) else {
        return Err(wrong("failed to parse JSON."));
    };
    if policy.len() > MOST_KEYS {
        return Err(wrong("Filter policy can not have more than 5 keys"));
    }
    match combinations(&policy, 1, nested)? > MOST_COMBINATIONS {
        true => Err(wrong("Filter policy is too complex")),
        false => Ok(()),
    }
}

/// How many combinations of values there are; a value counts as often as it lies deep.
fn combinations(policy: &Map<String, Value>, depth: usize, nested: bool) -> Result<usize, ApiError> {
    policy.iter().try_fold(1_usize, |product, (key, value)| {
        let count = match value {
            Value::Array(branches) if key == "$or" => {
                branches.iter().try_fold(0_usize, |sum, branch| match branch {
                    Value::Object(branch) => Ok(sum.saturating_add(combinations(branch, depth, nested)?)),
                    _ => Err(wrong(r#""$or" must be an array of objects"#)),
                })?
            }
            Value::Array(values) if values.is_empty() => return Err(wrong("Empty arrays are not allowed")),
            Value::Array(values) => {
                values.iter().try_for_each(check_value)?;
                values.len().saturating_mul(depth)
            }
            Value::Object(inner) if nested => combinations(inner, depth.saturating_add(1), nested)?,
            Value::Object(_) => {
                return Err(wrong(
                    "Filter policy scope MessageAttributes does not support nested filter policy",
                ));
            }
            _ => return Err(wrong(format_args!(r#""{key}" must be an object or an array"#))),
        };
        Ok(product.saturating_mul(count))
    })
}

fn check_value(value: &Value) -> Result<(), ApiError> {
    let Value::Object(matcher) = value else {
        return match value {
            Value::Array(_) => Err(wrong("Match value must be String, number, true, false, or null")),
            _ => Ok(()),
        };
    };
    let (Some((operator, operand)), 1) = (matcher.iter().next(), matcher.len()) else {
        return Err(wrong("Only one key allowed in match expression"));
    };
    match (operator.as_str(), operand) {
        ("exists", operand) if !operand.is_boolean() => {
            Err(wrong("exists match pattern must be either true or false."))
        }
        ("numeric", Value::Array(rule)) => check_numeric(rule),
        ("prefix" | "suffix" | "cidr" | "equals-ignore-case" | "wildcard", operand)
            if !operand.is_string() =>
        {
            Err(wrong(format_args!("{operator} match pattern must be a string")))
        }
        (operator, _) if !OPERATORS.contains(&operator) => {
            Err(wrong(format_args!("Unrecognized match type {operator}")))
        }
        _ => Ok(()),
    }
}

/// One comparison, or the two ends of a range.
fn check_numeric(rule: &[Value]) -> Result<(), ApiError> {
    let bound = |operator: &Value, number: &Value, known: &[&str]| match operator.as_str() {
        Some(operator) if !known.contains(&operator) => {
            Err(wrong(format_args!("Unrecognized numeric range operator: {operator}")))
        }
        Some(operator) => {
            number.as_f64().ok_or_else(|| wrong(format_args!("Value of {operator} must be numeric")))
        }
        None => Err(wrong(format_args!("Invalid member in numeric match: {operator}"))),
    };
    match rule {
        [operator, number] => bound(operator, number, &["=", "<", "<=", ">", ">="]).map(drop),
        [low, from, high, to] => {
            let (from, to) = (bound(low, from, &[">", ">="])?, bound(high, to, &["<", "<="])?);
            if from < to { Ok(()) } else { Err(wrong("Bottom must be less than top")) }
        }
        _ => Err(wrong("Invalid member in numeric match: ]")),
    }
}
