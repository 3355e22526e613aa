//! How the catalog itself is encrypted.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_DataCatalogEncryptionSettings.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::{Glue, catalog};
use crate::Call;
use crate::structure::Structure;

pub(crate) fn get(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    call.input.finish()?;
    let set = glue.store(&place).and_then(|store| store.encryption.clone()).unwrap_or_default();
    let settings = Structure::new()
        .with("EncryptionAtRest", json!({ "CatalogEncryptionMode": "DISABLED" }))
        .with("ConnectionPasswordEncryption", json!({ "ReturnConnectionPasswordEncrypted": false }))
        .with_all(set);
    Ok(Structure::new().with("DataCatalogEncryptionSettings", settings.value()).output())
}

/// Sets the parts that are given.
pub(crate) fn put(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = catalog(&mut call)?;
    let mut settings = call.input.required_structure("DataCatalogEncryptionSettings")?;
    call.input.finish()?;
    let given = settings.keep_as("DataCatalogEncryptionSettings");
    settings.finish()?;
    let passwords = given.get("ConnectionPasswordEncryption");
    let encrypted = passwords.and_then(|part| part.get("ReturnConnectionPasswordEncrypted"));
    let key = passwords.and_then(|part| part.get("AwsKmsKeyId"));
    if encrypted.and_then(Value::as_bool) == Some(true) && key.is_none() {
        let message = "AwsKmsKeyId is required where connection passwords are to be encrypted.";
        return Err(super::error::invalid(message));
    }
    glue.store_mut(&place).encryption.get_or_insert_default().extend(given);
    Ok(Output::default())
}
