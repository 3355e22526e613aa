//! What AWS answers when a bad policy document is handed to it.
//!
//! Evaluation does not come here: it reads whatever is stored, by [`crate::Document::parse`]. The messages of IAM and
//! their order are those that others have recorded against AWS. Not recorded, and so from memory or our own wording: the
//! messages on characters beyond Latin-1, on a `Sid` that is not alphanumeric, on a trust policy's size and its
//! missing or negated principal, on `NotPrincipal` in an Allow of a bucket policy, and on unreadable documents of
//! keys, secrets, repositories, tables, streams, buses, catalogs and logs.

mod bucket;
mod control;
mod global_keys;
mod iam;
mod resource;
mod s3_actions;

pub use bucket::validate_bucket_policy;
pub use control::{ControlPolicyFault, ControlPolicyKind, validate_control_policy};
pub use iam::{PolicyKind, validate_policy};
pub use resource::{PolicyOwner, validate_resource_policy};

use serde_json::{Map, Value};

/// An AWS error answer to a policy document.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub struct Rejection {
    /// The error code of the protocol.
    pub code: &'static str,
    /// The HTTP status.
    pub status: u16,
    /// AWS's message.
    pub message: String,
    /// What S3 puts into the `Detail` element.
    pub detail: Option<String>,
}

impl Rejection {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { code, status: 400, message: message.into(), detail: None }
    }
}

/// The characters of a policy document that count against IAM's size limits: all but white space.
pub fn policy_size(text: &str) -> usize {
    text.chars().filter(|character| !character.is_ascii_whitespace()).count()
}

/// The items of a string or list of strings, also of an empty list; `None` for anything else.
fn string_items(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(one) => Some(vec![one]),
        Value::Array(items) => items.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

/// The items of the first of two elements that the statement has.
fn items<'a>(statement: &'a Map<String, Value>, is: &str, not: &str) -> Vec<&'a str> {
    statement.get(is).or_else(|| statement.get(not)).and_then(string_items).unwrap_or_default()
}

/// Every operator, key and value of a condition block, as far as the block has that form.
fn condition_values(condition: &Value) -> impl Iterator<Item = (&str, &str, &Value)> {
    condition.as_object().into_iter().flatten().flat_map(|(operator, body)| {
        body.as_object().into_iter().flatten().flat_map(move |(key, values)| {
            let values = match values {
                Value::Array(items) => items.as_slice(),
                one => std::slice::from_ref(one),
            };
            values.iter().map(move |value| (operator.as_str(), key.as_str(), value))
        })
    })
}
