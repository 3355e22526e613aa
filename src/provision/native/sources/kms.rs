//! Data sources of KMS.

use serde_json::{Value, json};

use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::kms::{alias as aliases, ciphertext as ciphertexts};

/// `aws_kms_key`: a key by any of its names.
///
/// # Errors
/// The call that failed.
pub async fn key(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let tokens = arguments.list("/grant_tokens");
    let members = json!({
        "KeyId": arguments.at("/key_id"),
        "GrantTokens": (!tokens.is_empty()).then_some(tokens),
    });
    let read = operator.call("kms", "DescribeKey", members).await?;
    let fact = |name: &str| read.at(&format!("/KeyMetadata/{name}"));
    // The provider does not tell empty from unset.
    let text = |name: &str| fact(name).as_str().unwrap_or_default().to_owned();
    Ok(json!({
        "id": read.text("/KeyMetadata/KeyId")?,
        "arn": read.text("/KeyMetadata/Arn")?,
        "aws_account_id": text("AWSAccountId"),
        "cloud_hsm_cluster_id": text("CloudHsmClusterId"),
        "creation_date": text("CreationDate"),
        "custom_key_store_id": text("CustomKeyStoreId"),
        "customer_master_key_spec": text("CustomerMasterKeySpec"),
        "deletion_date": text("DeletionDate"),
        "description": text("Description"),
        "enabled": fact("Enabled"),
        "expiration_model": text("ExpirationModel"),
        "key_manager": text("KeyManager"),
        "key_spec": text("KeySpec"),
        "key_state": text("KeyState"),
        "key_usage": text("KeyUsage"),
        "multi_region": fact("MultiRegion").as_bool().unwrap_or(false),
        "multi_region_configuration": multi_region(fact("MultiRegionConfiguration")),
        "origin": text("Origin"),
        "pending_deletion_window_in_days": fact("PendingDeletionWindowInDays").as_i64().unwrap_or(0),
        "region": operator.region,
        "valid_to": text("ValidTo"),
        "xks_key_configuration": list(fact("XksKeyConfiguration"), |key| json!({ "id": key.get("Id") })),
    }))
}

/// A structure as the provider has one: a list of at most one.
fn list(structure: &Value, of: impl Fn(&Value) -> Value) -> Value {
    match structure {
        Value::Null => json!([]),
        structure => json!([of(structure)]),
    }
}

fn multi_region(configuration: &Value) -> Value {
    let replica = |key: &Value| json!({ "arn": key.get("Arn"), "region": key.get("Region") });
    list(configuration, |configuration| {
        let replicas = configuration.get("ReplicaKeys").and_then(Value::as_array);
        json!({
            "multi_region_key_type": configuration.get("MultiRegionKeyType"),
            "primary_key": list(configuration.get("PrimaryKey").unwrap_or(&Value::Null), replica),
            "replica_keys": replicas.into_iter().flatten().map(replica).collect::<Vec<_>>(),
        })
    })
}

/// `aws_kms_alias`; the AWS managed key behind an alias of AWS's comes into being by being looked for.
///
/// # Errors
/// The call that failed.
pub async fn alias(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let found = aliases::find(operator, arguments.text("/name").unwrap_or_default()).await?;
    let exported = Attributes::from(found.exported()?);
    let id = exported.at("/arn").clone();
    Ok(exported.with(json!({ "id": id, "region": operator.region })).as_json().clone())
}

/// `aws_kms_ciphertext`
///
/// # Errors
/// The call that failed.
pub async fn ciphertext(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let made = ciphertexts::encrypt(operator, arguments).await?;
    Ok(json!({
        "id": made.text("/KeyId")?,
        "ciphertext_blob": made.text("/CiphertextBlob")?,
        "region": operator.region,
    }))
}
