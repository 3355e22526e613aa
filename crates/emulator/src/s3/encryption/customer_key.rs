//! Keys that customers send with each request (SSE-C).
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use stackproof_aws::ApiError;

use crate::input::Input;
use crate::s3::error;

const KEY_BYTES: usize = 32;

/// A customer's key, as its base64 MD5.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CustomerKey(String);

impl CustomerKey {
    /// Takes algorithm, key and digest; `prefix` is `CopySource` for the source's.
    ///
    /// # Errors
    /// `InvalidArgument` where one of the three is missing or they do not fit each other.
    pub fn read(input: &mut Input, prefix: &str) -> Result<Option<Self>, ApiError> {
        let algorithm = input.string(&format!("{prefix}SSECustomerAlgorithm"))?;
        let key = input.string(&format!("{prefix}SSECustomerKey"))?;
        let md5 = input.string(&format!("{prefix}SSECustomerKeyMD5"))?;
        if algorithm.is_none() && key.is_none() && md5.is_none() {
            return Ok(None);
        }
        let must = |what: &str| {
            format!("Requests specifying Server Side Encryption with Customer provided keys must {what}")
        };
        let of_source = if prefix.is_empty() { "" } else { "copy-source-" };
        let refuse = |message: String, header: &str| {
            let name = format!("x-amz-{of_source}server-side-encryption-customer-{header}");
            Err(error::invalid_argument(message, &name, "null"))
        };
        if algorithm.as_deref() != Some("AES256") {
            return refuse(must("provide a valid encryption algorithm."), "algorithm");
        }
        let Some(key) = key else { return refuse(must("provide an appropriate secret key."), "key") };
        let Some(md5) = md5 else {
            return refuse(must("provide the client calculated MD5 of the secret key."), "key-MD5");
        };
        let key = STANDARD.decode(key).ok().filter(|key| key.len() == KEY_BYTES);
        let Some(key) = key else {
            return refuse("The secret key was invalid for the specified algorithm.".to_owned(), "key");
        };
        let calculated = STANDARD.encode(Md5::digest(key));
        if calculated != md5 {
            let message = "The calculated MD5 hash of the key did not match the hash that was provided.";
            return refuse(message.to_owned(), "key-MD5");
        }
        Ok(Some(Self(calculated)))
    }

    /// The base64 MD5 that answers name the key by.
    pub fn md5(&self) -> &str {
        &self.0
    }
}
