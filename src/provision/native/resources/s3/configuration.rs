//! The resources that configure a bucket. Each has the bucket's name as its id.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, unless_gone};

/// `aws_s3_bucket_versioning`.
pub struct Versioning;
/// `aws_s3_bucket_policy`.
pub struct BucketPolicy;
/// `aws_s3_bucket_ownership_controls`.
pub struct OwnershipControls;

/// Every configuration is known by its bucket's name.
pub(super) fn identified(arguments: Attributes) -> Attributes {
    let id = arguments.at("/bucket").clone();
    arguments.with(json!({ "id": id }))
}

/// What all of them export beside their arguments.
pub(super) fn exported(operator: &Operator, made: Attributes) -> Attributes {
    made.with_defaults(json!({ "region": operator.region, "expected_bucket_owner": "" }))
}

#[async_trait]
impl Resource for Versioning {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        match arguments.text("/versioning_configuration/0/status") {
            // A new bucket is as `Disabled` says; S3 has no call for it.
            None | Some("Disabled") => {}
            Some(status) => put_versioning(operator, &arguments, status).await?,
        }
        Ok(identified(arguments))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let read =
            operator.call("s3", "GetBucketVersioning", json!({ "Bucket": made.at("/bucket") })).await?;
        let configuration = json!([{
            "status": read.at("/Status").as_str().unwrap_or("Disabled"),
            "mfa_delete": read.at("/MFADelete").as_str().unwrap_or_default(),
        }]);
        Ok(exported(operator, made).with(json!({ "versioning_configuration": configuration })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        if attributes.at("/versioning_configuration/0/status") != "Enabled" {
            return Ok(());
        }
        match put_versioning(operator, attributes, "Suspended").await {
            Err(error) if !error.is("NoSuchBucket") => Err(error),
            _ => Ok(()),
        }
    }
}

async fn put_versioning(
    operator: &Operator,
    attributes: &Attributes,
    status: &str,
) -> Result<(), ResourceError> {
    let members = json!({
        "Bucket": attributes.at("/bucket"),
        "MFA": attributes.text("/mfa"),
        "VersioningConfiguration": {
            "Status": status,
            "MFADelete": attributes.text("/versioning_configuration/0/mfa_delete"),
        },
        "ExpectedBucketOwner": attributes.text("/expected_bucket_owner"),
    });
    operator.call("s3", "PutBucketVersioning", members).await.map(|_| ())
}

#[async_trait]
impl Resource for BucketPolicy {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let members = json!({ "Bucket": arguments.at("/bucket"), "Policy": arguments.at("/policy") });
        operator.call("s3", "PutBucketPolicy", members).await?;
        Ok(identified(arguments))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        Ok(exported(operator, made))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        delete(operator, "DeleteBucketPolicy", attributes).await
    }
}

#[async_trait]
impl Resource for OwnershipControls {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let rule = json!({ "ObjectOwnership": arguments.at("/rule/0/object_ownership") });
        let members = json!({ "Bucket": arguments.at("/bucket"), "OwnershipControls": { "Rules": [rule] } });
        operator.call("s3", "PutBucketOwnershipControls", members).await?;
        Ok(identified(arguments))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let read = operator
            .call("s3", "GetBucketOwnershipControls", json!({ "Bucket": made.at("/bucket") }))
            .await?;
        let rules = read.list("/OwnershipControls/Rules").iter();
        let rules: Vec<Value> =
            rules.map(|rule| json!({ "object_ownership": rule.get("ObjectOwnership") })).collect();
        Ok(exported(operator, made).with(json!({ "rule": rules })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        delete(operator, "DeleteBucketOwnershipControls", attributes).await
    }
}

/// Removes a configuration, unless it is gone.
pub(super) async fn delete(
    operator: &Operator,
    operation: &str,
    attributes: &Attributes,
) -> Result<(), ResourceError> {
    let members = json!({ "Bucket": attributes.at("/bucket") });
    unless_gone(operator.call("s3", operation, members).await, &GONE)
}
