//! Keys that customers send with each request (SSE-C).
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerSideEncryptionCustomerKeys.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use stackproof_aws::ApiError;

use crate::input::Input;

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
        // S3 names no other argument, whichever of the headers it is.
        let refuse = |message: &str| {
            Err(ApiError::new(400, "InvalidArgument", message)
                .detail("ArgumentName", "x-amz-server-side-encryption"))
        };
        match algorithm.as_deref() {
            Some("AES256") => {}
            Some(other) => return Err(super::unknown_algorithm(other)),
            None => return refuse(&must("provide a valid encryption algorithm.")),
        }
        let Some(key) = key else { return refuse(&must("provide an appropriate secret key.")) };
        let Some(md5) = md5 else {
            return refuse(&must("provide the client calculated MD5 of the secret key."));
        };
        let key = STANDARD.decode(key).ok().filter(|key| key.len() == KEY_BYTES);
        let Some(key) = key else {
            return refuse("The secret key was invalid for the specified algorithm.");
        };
        let calculated = STANDARD.encode(Md5::digest(key));
        if calculated != md5 {
            return refuse("The calculated MD5 hash of the key did not match the hash that was provided.");
        }
        Ok(Some(Self(calculated)))
    }

    /// The base64 MD5 that answers name the key by.
    pub fn md5(&self) -> &str {
        &self.0
    }
}
