//! Encryption contexts: pairs that are authenticated with a ciphertext and not kept in it.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/encrypt_context.html>

use std::collections::BTreeMap;

use serde_json::Value;
use stackproof_aws::ApiError;

use super::error;
use crate::input::Input;

const MAX_BYTES: usize = 8192;

/// The pairs, in the order of their keys, so that the order they were sent in means nothing.
#[derive(Clone, Default)]
pub(crate) struct EncryptionContext(BTreeMap<String, String>);

impl EncryptionContext {
    /// Takes the member.
    ///
    /// # Errors
    /// `ValidationException` for more than 8192 bytes ("AWS KMS quotas").
    pub fn read(input: &mut Input, member: &str) -> Result<Self, ApiError> {
        let pairs = input.map(member)?.into_iter().filter_map(|(key, value)| match value {
            Value::String(value) => Some((key, value)),
            _ => None,
        });
        let context = Self(pairs.collect());
        let size: usize = context.0.iter().map(|(key, value)| key.len() + value.len()).sum();
        match size > MAX_BYTES {
            true => Err(error::validation("The encryption context is larger than 8192 bytes.")),
            false => Ok(context),
        }
    }

    /// The bytes that are authenticated: each text behind its length, so that no two contexts have the same.
    pub fn authenticated(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for text in self.0.iter().flat_map(|(key, value)| [key, value]) {
            bytes.extend_from_slice(&(text.len() as u64).to_be_bytes());
            bytes.extend_from_slice(text.as_bytes());
        }
        bytes
    }
}
