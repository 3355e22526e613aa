//! `aws_s3_bucket_object_lock_configuration`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::configuration::{exported, identified};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::Resource;

/// Object lock of a bucket, and what its objects are retained for by default.
pub struct ObjectLock;

#[async_trait]
impl Resource for ObjectLock {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let retention = arguments.list("/rule/0/default_retention").first().map(|retention| {
            let retention = Attributes::from(retention.clone());
            let length = |name: &str| retention.at(name).as_i64().filter(|length| *length > 0);
            json!({ "Mode": retention.text("/mode"), "Days": length("/days"), "Years": length("/years") })
        });
        put(operator, &arguments, retention).await?;
        Ok(identified(arguments))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let bucket = json!({ "Bucket": made.at("/bucket") });
        let read = operator.call("s3", "GetObjectLockConfiguration", bucket).await?;
        let retention = read.at("/ObjectLockConfiguration/Rule/DefaultRetention");
        let rule = retention.is_object().then(|| {
            let length = |name: &str| retention.get(name).cloned().unwrap_or_else(|| json!(0));
            let exported =
                json!({ "mode": retention.get("Mode"), "days": length("Days"), "years": length("Years") });
            json!({ "default_retention": [exported] })
        });
        Ok(exported(operator, made).with(json!({
            "object_lock_enabled": read.at("/ObjectLockConfiguration/ObjectLockEnabled"),
            "rule": rule.into_iter().collect::<Vec<_>>(),
        })))
    }

    /// Object lock stays on for good; what goes is the default retention.
    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        match put(operator, attributes, None).await {
            Err(error) if !error.is("NoSuchBucket") => Err(error),
            _ => Ok(()),
        }
    }
}

async fn put(
    operator: &Operator,
    attributes: &Attributes,
    retention: Option<Value>,
) -> Result<(), ResourceError> {
    let enabled = attributes.text("/object_lock_enabled").unwrap_or("Enabled");
    let rule = retention.map(|retention| json!({ "DefaultRetention": retention }));
    let members = json!({
        "Bucket": attributes.at("/bucket"),
        "ObjectLockConfiguration": { "ObjectLockEnabled": enabled, "Rule": rule },
        "Token": attributes.text("/token"),
        "ExpectedBucketOwner": attributes.text("/expected_bucket_owner"),
    });
    operator.call("s3", "PutObjectLockConfiguration", members).await.map(|_| ())
}
