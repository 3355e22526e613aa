//! `aws_kms_grant`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, unless_gone};

/// A grant of a key.
pub struct Grant;

/// Constraints as KMS takes them; an empty map is the same as none.
fn constraints(arguments: &Attributes) -> Option<Value> {
    let pairs = |name: &str| {
        let pairs = arguments.at(&format!("/constraints/0/{name}"));
        pairs.as_object().filter(|pairs| !pairs.is_empty()).cloned()
    };
    (!arguments.list("/constraints").is_empty()).then(|| {
        json!({
            "EncryptionContextEquals": pairs("encryption_context_equals"),
            "EncryptionContextSubset": pairs("encryption_context_subset"),
        })
    })
}

fn of(attributes: &Attributes) -> Value {
    json!({ "KeyId": attributes.at("/key_id"), "GrantId": attributes.at("/grant_id") })
}

#[async_trait]
impl Resource for Grant {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let tokens = arguments.list("/grant_creation_tokens");
        let members = json!({
            "Constraints": constraints(&arguments),
            "GrantTokens": (!tokens.is_empty()).then_some(tokens),
            "GranteePrincipal": arguments.at("/grantee_principal"),
            "KeyId": arguments.at("/key_id"),
            "Name": arguments.text("/name"),
            "Operations": arguments.at("/operations"),
            "RetiringPrincipal": arguments.text("/retiring_principal"),
        });
        let made = operator.call("kms", "CreateGrant", members).await?;
        let (grant, token) = (made.text("/GrantId")?, made.text("/GrantToken")?);
        let id = format!("{}:{grant}", arguments.text("/key_id").unwrap_or_default());
        Ok(arguments.with(json!({ "id": id, "grant_id": grant, "grant_token": token })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let read = operator.call("kms", "ListGrants", of(&made)).await?;
        let principal = read.text("/Grants/0/GranteePrincipal")?;
        Ok(made
            .with(json!({ "grantee_principal": principal, "operations": read.at("/Grants/0/Operations") }))
            .with_defaults(json!({ "region": operator.region })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let operation = if attributes.flag("/retire_on_delete") { "RetireGrant" } else { "RevokeGrant" };
        unless_gone(operator.call("kms", operation, of(attributes)).await, &GONE)
    }
}
