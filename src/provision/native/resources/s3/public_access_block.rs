//! `aws_s3_bucket_public_access_block` and `aws_s3_account_public_access_block`: the same four settings.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::GONE;
use super::configuration::{delete, exported, identified};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Answer, Operator, ResourceError};
use crate::provision::native::resources::{Resource, unless_gone};

/// The settings of a bucket.
pub struct OfBucket;
/// The settings of an account, which hold for all of its buckets.
pub struct OfAccount;

/// The settings as the APIs take them.
fn configuration(arguments: &Attributes) -> Value {
    json!({
        "BlockPublicAcls": arguments.flag("/block_public_acls"),
        "BlockPublicPolicy": arguments.flag("/block_public_policy"),
        "IgnorePublicAcls": arguments.flag("/ignore_public_acls"),
        "RestrictPublicBuckets": arguments.flag("/restrict_public_buckets"),
    })
}

/// The settings as the provider exports them.
fn settings(read: &Answer) -> Value {
    let setting = |name: &str| read.at(&format!("/PublicAccessBlockConfiguration/{name}")).clone();
    json!({
        "block_public_acls": setting("BlockPublicAcls"),
        "block_public_policy": setting("BlockPublicPolicy"),
        "ignore_public_acls": setting("IgnorePublicAcls"),
        "restrict_public_buckets": setting("RestrictPublicBuckets"),
    })
}

#[async_trait]
impl Resource for OfBucket {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let members = json!({
            "Bucket": arguments.at("/bucket"),
            "PublicAccessBlockConfiguration": configuration(&arguments),
        });
        operator.call("s3", "PutPublicAccessBlock", members).await?;
        Ok(identified(arguments))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let members = json!({ "Bucket": made.at("/bucket") });
        let read = operator.call("s3", "GetPublicAccessBlock", members).await?;
        Ok(exported(operator, made).with(settings(&read)))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        if attributes.flag("/skip_destroy") {
            return Ok(());
        }
        delete(operator, "DeletePublicAccessBlock", attributes).await
    }
}

#[async_trait]
impl Resource for OfAccount {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let account = arguments.text("/account_id").unwrap_or(&operator.account).to_owned();
        let members =
            json!({ "AccountId": account, "PublicAccessBlockConfiguration": configuration(&arguments) });
        operator.call("s3control", "PutPublicAccessBlock", members).await?;
        Ok(arguments.with(json!({ "id": account, "account_id": account })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let members = json!({ "AccountId": made.at("/id") });
        let read = operator.call("s3control", "GetPublicAccessBlock", members).await?;
        Ok(made.with(settings(&read)))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let members = json!({ "AccountId": attributes.at("/id") });
        unless_gone(operator.call("s3control", "DeletePublicAccessBlock", members).await, &GONE)
    }
}
