//! `aws_kms_alias`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, name, unless_gone};

/// An alias of a key.
pub struct Alias;

#[async_trait]
impl Resource for Alias {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let arguments = match arguments.text("/name_prefix") {
            None => arguments.with(json!({ "name_prefix": "alias/" })),
            Some(_) => arguments,
        };
        let name = name::given_or_made(&arguments, "/name", "/name_prefix");
        let members = json!({ "AliasName": name, "TargetKeyId": arguments.at("/target_key_id") });
        operator.call("kms", "CreateAlias", members).await?;
        let given = arguments.text("/name").is_some();
        let prefix = if given { Value::from("") } else { arguments.at("/name_prefix").clone() };
        Ok(arguments.with(json!({ "id": name, "name": name, "name_prefix": prefix })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let named = find(operator, made.text("/name").unwrap_or_default()).await?;
        Ok(made.with(named.exported()?).with_defaults(json!({ "region": operator.region })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let members = json!({ "AliasName": attributes.at("/name") });
        unless_gone(operator.call("kms", "DeleteAlias", members).await, &GONE)
    }
}

/// An alias as it is there.
pub struct Named {
    name: String,
    /// That of the key.
    arn: String,
    key_id: String,
}

/// The key behind an alias: KMS describes it by any of its names.
///
/// # Errors
/// The call that failed.
pub async fn find(operator: &Operator, name: &str) -> Result<Named, ResourceError> {
    let read = operator.call("kms", "DescribeKey", json!({ "KeyId": name })).await?;
    Ok(Named {
        name: name.to_owned(),
        arn: read.text("/KeyMetadata/Arn")?.to_owned(),
        key_id: read.text("/KeyMetadata/KeyId")?.to_owned(),
    })
}

impl Named {
    /// What the provider exports of it.
    ///
    /// # Errors
    /// [`ResourceError::Unsupported`] for a key whose ARN is none.
    pub fn exported(&self) -> Result<Value, ResourceError> {
        let account = self.arn.strip_suffix(&format!("key/{}", self.key_id));
        let account = account.ok_or(ResourceError::Unsupported("a key whose ARN does not end in its id"))?;
        Ok(json!({
            "arn": format!("{account}{}", self.name),
            "target_key_arn": self.arn,
            "target_key_id": self.key_id,
        }))
    }
}
