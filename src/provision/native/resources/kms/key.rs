//! `aws_kms_key`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::{GONE, tags};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, unless_gone};

/// A customer managed key.
pub struct Key;

/// Where the material comes from, which the provider tells by the key store.
fn origin(arguments: &Attributes) -> Option<&'static str> {
    match (arguments.text("/xks_key_id"), arguments.text("/custom_key_store_id")) {
        (Some(_), _) => Some("EXTERNAL_KEY_STORE"),
        (None, Some(_)) => Some("AWS_CLOUDHSM"),
        (None, None) => None,
    }
}

#[async_trait]
impl Resource for Key {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let members = json!({
            "BypassPolicyLockoutSafetyCheck": arguments.at("/bypass_policy_lockout_safety_check"),
            "CustomKeyStoreId": arguments.text("/custom_key_store_id"),
            "Description": arguments.text("/description"),
            "KeySpec": arguments.text("/customer_master_key_spec"),
            "KeyUsage": arguments.text("/key_usage"),
            "MultiRegion": arguments.flag("/multi_region").then_some(true),
            "Origin": origin(&arguments),
            "Policy": arguments.text("/policy"),
            "Tags": tags(&arguments),
            "XksKeyId": arguments.text("/xks_key_id"),
        });
        let made = operator.call("kms", "CreateKey", members).await?;
        let id = made.text("/KeyMetadata/KeyId")?;
        let arn = made.text("/KeyMetadata/Arn")?;
        Ok(arguments.with(json!({ "id": id, "key_id": id, "arn": arn })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let key = json!({ "KeyId": made.at("/id") });
        if made.flag("/enable_key_rotation") {
            let period = made.at("/rotation_period_in_days");
            let members = json!({ "KeyId": made.at("/id"), "RotationPeriodInDays": period });
            operator.call("kms", "EnableKeyRotation", members).await?;
        }
        // A disabled key takes no more changes.
        if made.at("/is_enabled") == &json!(false) {
            operator.call("kms", "DisableKey", key.clone()).await?;
        }
        let read = operator.call("kms", "DescribeKey", key.clone()).await?;
        let rotation = match read.text("/KeyMetadata/Origin")? {
            "AWS_KMS" => Some(operator.call("kms", "GetKeyRotationStatus", key.clone()).await?),
            _ => None,
        };
        let rotation = |pointer: &str| rotation.as_ref().map_or(&Value::Null, |status| status.at(pointer));
        let policy = operator.call("kms", "GetKeyPolicy", key).await?;
        let fact = |name: &str| read.at(&format!("/KeyMetadata/{name}"));
        Ok(made
            .with(json!({
                "customer_master_key_spec": fact("KeySpec"),
                "description": fact("Description"),
                "enable_key_rotation": rotation("/KeyRotationEnabled").as_bool().unwrap_or(false),
                "is_enabled": fact("Enabled"),
                "key_usage": fact("KeyUsage"),
                "multi_region": fact("MultiRegion"),
                "rotation_period_in_days": rotation("/RotationPeriodInDays").as_i64().unwrap_or(0),
            }))
            .with_defaults(json!({
                "custom_key_store_id": "",
                "policy": compact(policy.text("/Policy")?),
                "region": operator.region,
                "xks_key_id": "",
            })))
    }

    /// A key is only ever scheduled for deletion.
    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let members = json!({
            "KeyId": attributes.at("/id"),
            "PendingWindowInDays": attributes.at("/deletion_window_in_days"),
        });
        match operator.call("kms", "ScheduleKeyDeletion", members).await {
            Err(ResourceError::Refused { error, .. }) if error.message.contains("is pending deletion") => {
                Ok(())
            }
            result => unless_gone(result, &GONE),
        }
    }
}

/// The provider keeps a policy that it reads without blanks.
fn compact(policy: &str) -> String {
    serde_json::from_str::<Value>(policy).map_or_else(|_| policy.to_owned(), |policy| policy.to_string())
}
