//! Where a bucket's objects are to be copied to. None is.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-add-config.html>

use std::collections::BTreeSet;

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::{S3, bucket_of, text};
use crate::input::Input;
use crate::random;
use crate::s3::bucket::Bucket;
use crate::s3::config::Versioning;
use crate::s3::error;

const MAX_RULES: usize = 1000;
const MAX_ID: usize = 255;
const MADE_ID_LETTERS: usize = 48;
const STATUSES: [&str; 2] = ["Enabled", "Disabled"];

fn invalid(message: &str) -> ApiError {
    ApiError::new(400, "InvalidArgument", message)
}

pub(crate) fn read(s3: &S3, bucket: &Bucket, given: &mut Input) -> Result<Members, ApiError> {
    let mut kept = given.keep(&["Role", "Rules"]);
    if bucket.versioning != Versioning::Enabled {
        return Err(error::invalid_request(
            "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
        ));
    }
    let role = kept.get("Role").and_then(Value::as_str).unwrap_or_default();
    if !role.starts_with(&format!("arn:aws:iam::{}:role/", bucket.owner)) {
        return Err(invalid("Invalid Role specified in replication configuration"));
    }
    let rules = match kept.get_mut("Rules") {
        Some(Value::Array(rules)) if (1..=MAX_RULES).contains(&rules.len()) => rules,
        _ => return Err(error::malformed_xml()),
    };
    let (mut ids, mut priorities) = (BTreeSet::new(), BTreeSet::new());
    for rule in rules {
        if !ids.insert(named(rule)?) {
            return Err(invalid("Rule Id must be unique"));
        }
        if let Some(priority) = rule.get("Priority").and_then(Value::as_i64)
            && !priorities.insert(priority)
        {
            return Err(error::invalid_request(format!("Found duplicate priority {priority}")));
        }
        check(s3, rule)?;
    }
    Ok(kept)
}

/// The rule's id, which is made where it has none.
fn named(rule: &mut Value) -> Result<String, ApiError> {
    let given = text(rule, "/ID").filter(|id| !id.is_empty()).map(str::to_owned);
    let id = match given {
        Some(id) if id.chars().count() > MAX_ID => {
            return Err(invalid("Rule Id must not be longer than 255 characters"));
        }
        Some(id) => id,
        None => random::letters(random::BASE64, MADE_ID_LETTERS)?,
    };
    if let Some(rule) = rule.as_object_mut() {
        rule.insert("ID".to_owned(), Value::String(id.clone()));
    }
    Ok(id)
}

fn check(s3: &S3, rule: &Value) -> Result<(), ApiError> {
    let has = |pointer: &str| rule.pointer(pointer).is_some();
    let status = |pointer: &str| text(rule, pointer);
    let optional = [
        "/DeleteMarkerReplication/Status",
        "/ExistingObjectReplication/Status",
        "/SourceSelectionCriteria/SseKmsEncryptedObjects/Status",
        "/SourceSelectionCriteria/ReplicaModifications/Status",
        "/Destination/ReplicationTime/Status",
        "/Destination/Metrics/Status",
    ];
    let known = |status: Option<&str>| status.is_some_and(|status| STATUSES.contains(&status));
    if !known(status("/Status")) || optional.iter().any(|at| has(at) && !known(status(at))) {
        return Err(error::malformed_xml());
    }
    let lacks = |element: &str| {
        error::invalid_request(format!(
            "{element} must be specified for this version of Cross Region Replication configuration schema. Please refer to S3 Developer Guide for more information."
        ))
    };
    match (has("/Filter"), has("/Prefix")) {
        (true, true) | (false, false) => return Err(error::malformed_xml()),
        (true, false) if !has("/Priority") => return Err(lacks("Priority")),
        (true, false) if !has("/DeleteMarkerReplication") => return Err(lacks("DeleteMarkerReplication")),
        (false, true) if has("/Priority") || has("/DeleteMarkerReplication") => {
            return Err(error::malformed_xml());
        }
        _ => {}
    }
    let encrypted = status("/SourceSelectionCriteria/SseKmsEncryptedObjects/Status") == Some("Enabled");
    match (encrypted, has("/Destination/EncryptionConfiguration/ReplicaKmsKeyID")) {
        (true, false) => {
            return Err(error::invalid_request(
                "ReplicaKmsKeyID must be specified if SseKmsEncryptedObjects tag is present.",
            ));
        }
        (false, true) => {
            return Err(error::invalid_request(
                "SseKmsEncryptedObjects must be specified if EncryptionConfiguration is present.",
            ));
        }
        _ => {}
    }
    if has("/Destination/AccessControlTranslation") && !has("/Destination/Account") {
        return Err(invalid("Account must be specified if AccessControlTranslation is present."));
    }
    for minutes in
        ["/Destination/ReplicationTime/Time/Minutes", "/Destination/Metrics/EventThreshold/Minutes"]
    {
        if rule.pointer(minutes).is_some_and(|minutes| minutes != 15) {
            return Err(invalid("Replication time must be 15 minutes"));
        }
    }
    check_destination(s3, rule)
}

fn check_destination(s3: &S3, rule: &Value) -> Result<(), ApiError> {
    let arn = text(rule, "/Destination/Bucket").unwrap_or_default();
    let name = bucket_of(arn).ok_or_else(|| invalid("Invalid bucket ARN."))?;
    let target = s3.bucket(name).map_err(|_| error::invalid_request("Destination bucket must exist."))?;
    if target.versioning != Versioning::Enabled {
        return Err(error::invalid_request("Destination bucket must have versioning enabled."));
    }
    match text(rule, "/Destination/Account") {
        Some(account) if account != target.owner => {
            Err(invalid("The account is not the owner of the destination bucket."))
        }
        _ => Ok(()),
    }
}
