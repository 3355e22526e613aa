//! `aws_kms_ciphertext`.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Value, json};

use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Answer, Operator, ResourceError};
use crate::provision::native::resources::Resource;

/// A text that is encrypted once.
pub struct Ciphertext;

/// Encrypts the plaintext among the arguments.
///
/// # Errors
/// The call that failed.
pub async fn encrypt(operator: &Operator, arguments: &Attributes) -> Result<Answer, ResourceError> {
    let plaintext = arguments.text("/plaintext_wo").or_else(|| arguments.text("/plaintext"));
    let context = arguments.at("/context").as_object().filter(|context| !context.is_empty());
    let members = json!({
        "KeyId": arguments.at("/key_id"),
        "Plaintext": STANDARD.encode(plaintext.unwrap_or_default()),
        "EncryptionContext": context,
    });
    operator.call("kms", "Encrypt", members).await
}

#[async_trait]
impl Resource for Ciphertext {
    /// The provider's id is the time that it was encrypted at; what is write-only is kept nowhere.
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let made = encrypt(operator, &arguments).await?;
        let blob = made.text("/CiphertextBlob")?;
        let id = Timestamp::now().strftime("%Y-%m-%d %H:%M:%S%.9f +0000 UTC").to_string();
        Ok(arguments.with(json!({ "id": id, "ciphertext_blob": blob, "plaintext_wo": Value::Null })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        Ok(made.with_defaults(json!({ "region": operator.region })))
    }

    async fn destroy(&self, _operator: &Operator, _attributes: &Attributes) -> Result<(), ResourceError> {
        Ok(())
    }
}
