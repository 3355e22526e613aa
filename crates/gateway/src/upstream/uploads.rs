//! Calls on a multipart upload, on an S3 that finds uploads by their id alone.
//!
//! moto aborts, completes and adds to whatever upload has the id, under whichever key a call names it. What is authorized
//! (the key that is named) would not be what is executed. An upload that is not under the key is not there (S3 API
//! reference, `NoSuchUpload`).

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Members, Upstream};

use super::origin::{Origin, lists};
use crate::directory::upstream::field;

/// Operations on an upload that is there.
const OPERATIONS: [&str; 5] =
    ["AbortMultipartUpload", "CompleteMultipartUpload", "ListParts", "UploadPart", "UploadPartCopy"];

/// An S3 whose uploads are those of their keys.
pub struct Uploads {
    s3: Arc<dyn Upstream>,
}

impl Uploads {
    /// Before that S3.
    pub fn before(s3: Arc<dyn Upstream>) -> Self {
        Self { s3 }
    }

    /// Whether the upload that is named is another key's. What cannot be told is for the call itself to say.
    async fn is_of_another(&self, origin: &Origin, named: [&str; 3]) -> bool {
        let [bucket, key, upload] = named;
        let mut after = (Value::Null, Value::Null);
        loop {
            let mut asked = Members::from_iter([("Bucket".to_owned(), json!(bucket))]);
            if !after.0.is_null() {
                asked.insert("KeyMarker".to_owned(), after.0);
                asked.insert("UploadIdMarker".to_owned(), after.1);
            }
            let Ok(listed) = origin.ask(&*self.s3, "ListMultipartUploads", asked).await else { return false };
            let uploads =
                listed.get("Uploads").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            if let Some(found) = uploads.iter().find(|it| field(it, "UploadId") == Some(upload)) {
                return !lists(field(found, "Key"), key);
            }
            let next = |name: &str| listed.get(name).cloned().unwrap_or_default();
            after = (next("NextKeyMarker"), next("NextUploadIdMarker"));
            if listed.get("IsTruncated") != Some(&json!(true)) || after.0.is_null() {
                return false;
            }
        }
    }
}

#[async_trait]
impl Upstream for Uploads {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let text =
            |name: &str| request.members.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        if OPERATIONS.contains(&request.operation.name.as_str()) {
            let (bucket, key, upload) = (text("Bucket"), text("Key"), text("UploadId"));
            let origin = Origin::of(&request);
            if self.is_of_another(&origin, [&bucket, &key, &upload]).await {
                let message = "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.";
                return Err(ApiError::new(404, "NoSuchUpload", message));
            }
        }
        self.s3.call(request).await
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.s3.ciphertext_key(region, ciphertext)
    }
}
