//! What AWS takes a call to mean where it says nothing, said aloud: emulators do not know all of it.

use serde_json::Value;
use stackproof_aws::{Members, Operation};

use crate::random;

/// What the absence of a member stands for (the operations' pages in the API references).
fn default(operation: &Operation) -> Option<(&'static str, Value)> {
    match (operation.service, operation.name.as_str()) {
        ("kms", "CreateKey") => Some(("KeyUsage", Value::from("ENCRYPT_DECRYPT"))),
        ("kms", "GetKeyPolicy" | "PutKeyPolicy") => Some(("PolicyName", Value::from("default"))),
        ("kms", "ScheduleKeyDeletion") => Some(("PendingWindowInDays", Value::from(30))),
        _ => None,
    }
}

/// The class of an object that is copied without a word on it.
const STANDARD: &str = "STANDARD";

/// Calls that moto makes on a key's id alone.
const BY_ID: [&str; 4] = ["CancelKeyDeletion", "DisableKey", "EnableKey", "ScheduleKeyDeletion"];

/// The members with what their absence means.
pub(super) fn said(operation: &Operation, mut members: Members) -> Members {
    if let Some((member, value)) = default(operation) {
        members.entry(member).or_insert(value);
    }
    if BY_ID.contains(&operation.name.as_str())
        && let Some(Value::String(key)) = members.get_mut("KeyId")
        && let Some((_, id)) = key.split_once(":key/")
    {
        // A key by its ARN is the same key to AWS, and none to moto.
        *key = id.to_owned();
    }
    if operation.name == "PutBucketLifecycleConfiguration" {
        name_rules(&mut members);
    }
    let copies_version = |source: &Value| source.as_str().is_some_and(|it| it.contains("?versionId="));
    if operation.name == "CopyObject" && members.get("CopySource").is_some_and(copies_version) {
        // LocalStack takes a copy of an earlier version over the current one for a copy that changes nothing.
        members.entry("StorageClass").or_insert_with(|| Value::from(STANDARD));
    }
    members
}

/// S3 makes up an id for a rule that has none; LocalStack wants one.
fn name_rules(members: &mut Members) {
    let rules =
        members.get_mut("LifecycleConfiguration").and_then(|configuration| configuration.get_mut("Rules"));
    for rule in rules.and_then(Value::as_array_mut).into_iter().flatten() {
        if let Value::Object(rule) = rule {
            rule.entry("ID").or_insert_with(|| Value::from(random::request_id()));
        }
    }
}
