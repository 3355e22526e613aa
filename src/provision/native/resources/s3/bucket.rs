//! `aws_s3_bucket`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{GONE, deprecated, versions};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::regions;
use crate::provision::native::resources::{Resource, name, unless_gone};

/// A bucket as AWS makes it; its configuration has resources of its own.
pub struct Bucket;

#[async_trait]
impl Resource for Bucket {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let bucket = name::given_or_made(&arguments, "/bucket", "/bucket_prefix");
        // S3 refuses `us-east-1` as a location constraint: it is where buckets without one are made.
        let place =
            (operator.region != "us-east-1").then(|| json!({ "LocationConstraint": operator.region }));
        let members = json!({
            "Bucket": bucket,
            "CreateBucketConfiguration": place,
            "BucketNamespace": arguments.text("/bucket_namespace"),
            "ACL": arguments.text("/acl"),
            "ObjectLockEnabledForBucket": has_object_lock(&arguments).then_some(true),
        });
        operator.call("s3", "CreateBucket", members).await?;
        Ok(arguments.with(json!({ "id": bucket, "bucket": bucket })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let named = json!({ "Bucket": made.at("/id") });
        if let Some(tags) = made.tag_set() {
            let members = json!({ "Bucket": made.at("/id"), "Tagging": { "TagSet": tags } });
            operator.call("s3", "PutBucketTagging", members).await?;
        }
        deprecated::configure(operator, &made).await?;
        let head = operator.call("s3", "HeadBucket", named).await?;
        let follows = identity(made.text("/id").unwrap_or_default(), head.text("/BucketRegion")?);
        let lock = has_object_lock(&made);
        let made = made.with(follows).with_defaults(unset()).with(json!({ "object_lock_enabled": lock }));
        Ok(deprecated::exported(made))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let Some(bucket) = attributes.text("/id") else { return Ok(()) };
        match delete(operator, bucket).await {
            Err(error) if error.is("BucketNotEmpty") && attributes.flag("/force_destroy") => {
                versions::remove(operator, bucket, None, true).await?;
                delete(operator, bucket).await
            }
            result => result,
        }
    }
}

/// What follows from the bucket's name and region.
pub(in crate::provision::native) fn identity(bucket: &str, region: &str) -> Value {
    json!({
        "id": bucket,
        "bucket": bucket,
        "arn": format!("arn:aws:s3:::{bucket}"),
        "region": region,
        "bucket_region": region,
        "bucket_domain_name": format!("{bucket}.s3.amazonaws.com"),
        "bucket_regional_domain_name": format!("{bucket}.s3.{region}.amazonaws.com"),
        "hosted_zone_id": regions::named(region).map(|region| region.s3_hosted_zone),
    })
}

fn has_object_lock(arguments: &Attributes) -> bool {
    arguments.flag("/object_lock_enabled")
        || arguments.text("/object_lock_configuration/0/object_lock_enabled") == Some("Enabled")
}

/// What a bucket has where nothing is said.
fn unset() -> Value {
    json!({
        "bucket_namespace": "global",
        "bucket_prefix": "",
        "force_destroy": false,
    })
}

async fn delete(operator: &Operator, bucket: &str) -> Result<(), ResourceError> {
    unless_gone(operator.call("s3", "DeleteBucket", json!({ "Bucket": bucket })).await, &GONE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_is_known_by_the_provider_s_attributes() {
        let attributes = identity("calls", "eu-west-2");
        assert_eq!(
            attributes,
            json!({
                "id": "calls",
                "bucket": "calls",
                "arn": "arn:aws:s3:::calls",
                "region": "eu-west-2",
                "bucket_region": "eu-west-2",
                "bucket_domain_name": "calls.s3.amazonaws.com",
                "bucket_regional_domain_name": "calls.s3.eu-west-2.amazonaws.com",
                "hosted_zone_id": "Z3GKZC51ZF0DB4",
            })
        );
    }
}
