//! Copies with the tags of their source, on an S3 that keeps tags by account.
//!
//! LocalStack looks for an object's tags in the account that makes the copy. A copy from another account is therefore told
//! the tags, which a copy has unless it says otherwise (S3 API reference, `CopyObject`).

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Members, Upstream};

use super::origin::Origin;
use crate::authorize::s3::copy::CopySource;
use crate::directory::upstream::field;
use crate::uri;

/// An S3 whose copies have the tags of their source.
pub struct Copies {
    s3: Arc<dyn Upstream>,
    /// The accounts of the buckets that were made through here.
    owners: Mutex<HashMap<String, String>>,
}

impl Copies {
    /// Before that S3.
    pub fn before(s3: Arc<dyn Upstream>) -> Self {
        Self { s3, owners: Mutex::default() }
    }

    /// The account of a bucket, where it is not the one that copies.
    fn other_owner(&self, bucket: &str, account: &str) -> Option<String> {
        let owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        owners.get(bucket).filter(|owner| *owner != account).cloned()
    }

    /// Says aloud which tags a copy from another account has.
    async fn tell(&self, request: &mut CanonicalRequest) -> Result<(), ApiError> {
        let text = |name: &str| request.members.get(name).and_then(Value::as_str);
        let source = text("CopySource").and_then(|source| CopySource::parse(source).ok());
        let Some(source) = source.filter(|_| text("TaggingDirective") != Some("REPLACE")) else {
            return Ok(());
        };
        let Some(owner) = self.other_owner(&source.bucket, &request.account) else { return Ok(()) };
        let origin = Origin::of(request).within(owner);
        let mut asked = Members::from_iter([
            ("Bucket".to_owned(), json!(source.bucket)),
            ("Key".to_owned(), json!(source.key)),
        ]);
        if let Some(version) = source.version {
            asked.insert("VersionId".to_owned(), json!(version));
        }
        // What cannot be read is for the copy itself to say.
        let Ok(found) = origin.ask(&*self.s3, "GetObjectTagging", asked).await else { return Ok(()) };
        let tags = found.get("TagSet").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let pair = |tag: &Value| {
            let (key, value) = (field(tag, "Key")?, field(tag, "Value").unwrap_or_default());
            Some(format!("{}={}", uri::encode(key), uri::encode(value)))
        };
        let tags: Vec<_> = tags.iter().filter_map(pair).collect();
        if !tags.is_empty() {
            request.members.insert("TaggingDirective".to_owned(), json!("REPLACE"));
            request.members.insert("Tagging".to_owned(), json!(tags.join("&")));
        }
        Ok(())
    }
}

#[async_trait]
impl Upstream for Copies {
    async fn call(&self, mut request: CanonicalRequest) -> Result<Answer, ApiError> {
        let made = match request.operation.name.as_str() {
            "CopyObject" => {
                self.tell(&mut request).await?;
                None
            }
            "CreateBucket" => request.members.get("Bucket").and_then(Value::as_str).map(str::to_owned),
            _ => None,
        };
        let account = request.account.clone();
        let answer = self.s3.call(request).await?;
        if let Some(bucket) = made.filter(|_| answer.succeeded()) {
            self.owners.lock().unwrap_or_else(PoisonError::into_inner).insert(bucket, account);
        }
        Ok(answer)
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.s3.ciphertext_key(region, ciphertext)
    }
}
