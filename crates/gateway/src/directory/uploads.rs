//! Multipart uploads that were initiated through the gateway: their parts are authorized by the encryption that the
//! upload was initiated with.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use stackproof_aws::Members;

/// What is kept of an upload.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upload {
    /// The encryption that it was called with.
    pub asked: Encryption,
    /// The encryption that it was given, be it the bucket's default of that time.
    pub given: Encryption,
    /// The unique id of who initiated it.
    pub initiator: String,
}

/// How an object is encrypted, in the members of requests and answers alike.
#[derive(Clone, Debug, Default)]
pub(crate) struct Encryption {
    pub algorithm: Option<String>,
    pub key: Option<String>,
    pub bucket_key: bool,
    /// Base64 of a JSON object, as its writer sends it; answers to others do not show it.
    pub context: Option<String>,
}

impl Encryption {
    /// What the members say of it.
    pub fn of(members: &Members) -> Self {
        let text = |name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        Self {
            algorithm: text("ServerSideEncryption"),
            key: text("SSEKMSKeyId"),
            bucket_key: members.get("BucketKeyEnabled").and_then(Value::as_bool).unwrap_or_default(),
            context: text("SSEKMSEncryptionContext"),
        }
    }

    /// Whether KMS has a part in it.
    pub fn is_kms(&self) -> bool {
        self.algorithm.as_deref().is_some_and(is_kms)
    }
}

/// Uploads by their ids, which are unique.
#[derive(Debug, Default)]
pub(crate) struct Uploads(Mutex<HashMap<String, Upload>>);

impl Uploads {
    /// Notes what `CreateMultipartUpload` was called with, by whom, and what it was answered.
    pub fn initiated(&self, members: &Members, output: &Members, initiator: &str) {
        if let Some(id) = output.get("UploadId").and_then(Value::as_str) {
            let (asked, given) = (Encryption::of(members), Encryption::of(output));
            let upload = Upload { asked, given, initiator: initiator.to_owned() };
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned(), upload);
        }
    }

    /// The upload of that id.
    pub fn find(&self, id: &str) -> Option<Upload> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(id).cloned()
    }

    /// A copy that goes its own way.
    pub fn fork(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

/// Whether KMS has a part in that algorithm.
pub(crate) fn is_kms(algorithm: &str) -> bool {
    algorithm.starts_with("aws:kms")
}
