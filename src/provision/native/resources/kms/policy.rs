//! `aws_kms_key_policy`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, unless_gone};

/// The policy of a key that is made elsewhere.
pub struct KeyPolicy;

fn put(attributes: &Attributes, policy: &Value) -> Value {
    json!({
        "BypassPolicyLockoutSafetyCheck": attributes.at("/bypass_policy_lockout_safety_check"),
        "KeyId": attributes.at("/key_id"),
        "Policy": policy,
        "PolicyName": "default",
    })
}

#[async_trait]
impl Resource for KeyPolicy {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        operator.call("kms", "PutKeyPolicy", put(&arguments, arguments.at("/policy"))).await?;
        let id = arguments.at("/key_id").clone();
        Ok(arguments.with(json!({ "id": id })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let read = operator.call("kms", "DescribeKey", json!({ "KeyId": made.at("/key_id") })).await?;
        let id = read.text("/KeyMetadata/KeyId")?;
        Ok(made.with(json!({ "key_id": id })).with_defaults(json!({ "region": operator.region })))
    }

    /// The provider leaves the default policy behind, or, where the safety check is bypassed, everything as it is.
    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        if attributes.flag("/bypass_policy_lockout_safety_check") {
            return Ok(());
        }
        let default = json!({
            "Id": "default",
            "Version": "2012-10-17",
            "Statement": [{
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": { "AWS": format!("arn:aws:iam::{}:root", operator.account) },
                "Action": "kms:*",
                "Resource": "*",
            }],
        });
        let members = put(attributes, &Value::from(default.to_string()));
        unless_gone(operator.call("kms", "PutKeyPolicy", members).await, &GONE)
    }
}
