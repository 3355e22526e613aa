//! `aws_s3_bucket_server_side_encryption_configuration`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::configuration::{delete, exported, identified};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::Resource;

/// A bucket's default encryption.
pub struct Encryption;

#[async_trait]
impl Resource for Encryption {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let rules: Vec<Value> = arguments.list("/rule").iter().map(rule).collect();
        let members = json!({
            "Bucket": arguments.at("/bucket"),
            "ServerSideEncryptionConfiguration": { "Rules": rules },
            "ExpectedBucketOwner": arguments.text("/expected_bucket_owner"),
        });
        operator.call("s3", "PutBucketEncryption", members).await?;
        Ok(identified(arguments))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let read =
            operator.call("s3", "GetBucketEncryption", json!({ "Bucket": made.at("/bucket") })).await?;
        let rules = read.list("/ServerSideEncryptionConfiguration/Rules").iter().map(exported_rule);
        Ok(exported(operator, made).with(json!({ "rule": rules.collect::<Vec<_>>() })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        delete(operator, "DeleteBucketEncryption", attributes).await
    }
}

/// A rule as S3 takes it.
fn rule(rule: &Value) -> Value {
    let rule = Attributes::from(rule.clone());
    let blocked = rule.list("/blocked_encryption_types");
    let default = rule.text("/apply_server_side_encryption_by_default/0/sse_algorithm").map(|algorithm| {
        let key = rule.text("/apply_server_side_encryption_by_default/0/kms_master_key_id");
        json!({ "SSEAlgorithm": algorithm, "KMSMasterKeyID": key })
    });
    json!({
        "ApplyServerSideEncryptionByDefault": default,
        "BucketKeyEnabled": rule.flag("/bucket_key_enabled"),
        "BlockedEncryptionTypes": (!blocked.is_empty()).then(|| json!({ "EncryptionType": blocked })),
    })
}

/// A rule as the provider exports it.
fn exported_rule(rule: &Value) -> Value {
    let text = |pointer: &str| rule.pointer(pointer).and_then(Value::as_str).unwrap_or_default();
    json!({
        "apply_server_side_encryption_by_default": [{
            "kms_master_key_id": text("/ApplyServerSideEncryptionByDefault/KMSMasterKeyID"),
            "sse_algorithm": text("/ApplyServerSideEncryptionByDefault/SSEAlgorithm"),
        }],
        "bucket_key_enabled": rule.pointer("/BucketKeyEnabled").and_then(Value::as_bool).unwrap_or(false),
        "blocked_encryption_types": rule.pointer("/BlockedEncryptionTypes/EncryptionType"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_encryption_rule_says_what_it_is_given() {
        let rule = json!({
            "apply_server_side_encryption_by_default": [{ "sse_algorithm": "AES256", "kms_master_key_id": null }],
            "bucket_key_enabled": null,
            "blocked_encryption_types": ["NONE"],
        });
        assert_eq!(
            super::rule(&rule),
            json!({
                "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256", "KMSMasterKeyID": null },
                "BucketKeyEnabled": false,
                "BlockedEncryptionTypes": { "EncryptionType": ["NONE"] },
            })
        );
    }

    #[test]
    fn a_rule_is_exported_as_nested_blocks() {
        let rule = json!({ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } });
        assert_eq!(
            exported_rule(&rule),
            json!({
                "apply_server_side_encryption_by_default": [{ "kms_master_key_id": "", "sse_algorithm": "AES256" }],
                "bucket_key_enabled": false,
                "blocked_encryption_types": null,
            })
        );
    }
}
