//! Multipart uploads that were initiated through the gateway: their parts are authorized by the encryption that the
//! upload was initiated with.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use serde_json::Value;
use stackproof_aws::Members;

/// The encryption members that an upload was initiated with.
#[derive(Clone, Debug, Default)]
pub(crate) struct Upload {
    pub encryption: Option<String>,
    pub key: Option<String>,
}

/// Uploads by their ids, which are unique.
#[derive(Debug, Default)]
pub(crate) struct Uploads(Mutex<HashMap<String, Upload>>);

impl Uploads {
    /// Notes what `CreateMultipartUpload` was called with, and the id that it was answered.
    pub fn initiated(&self, members: &Members, output: &Members) {
        let text =
            |members: &Members, name: &str| members.get(name).and_then(Value::as_str).map(str::to_owned);
        if let Some(id) = text(output, "UploadId") {
            let (encryption, key) = (text(members, "ServerSideEncryption"), text(members, "SSEKMSKeyId"));
            self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(id, Upload { encryption, key });
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
