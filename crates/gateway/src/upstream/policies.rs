//! Bucket policies in the gateway's own hand, before an S3 that enforces some of them in a way of its own.
//!
//! moto, for one, refuses what a statement denies without a look at its conditions. A policy that it is not given it
//! cannot misread.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::Value;
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Members, Output, Upstream};

/// An S3 that is not told of bucket policies. They end with the gateway.
pub struct Policies {
    s3: Arc<dyn Upstream>,
    /// The document of each bucket that has one.
    documents: Mutex<HashMap<String, Value>>,
}

impl Policies {
    /// Before that S3.
    pub fn before(s3: Arc<dyn Upstream>) -> Self {
        Self { s3, documents: Mutex::default() }
    }

    fn documents(&self) -> MutexGuard<'_, HashMap<String, Value>> {
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Upstream for Policies {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let bucket = request.members.get("Bucket").and_then(Value::as_str).unwrap_or_default().to_owned();
        match request.operation.name.as_str() {
            "PutBucketPolicy" => {
                let document = request.members.get("Policy").cloned().unwrap_or_default();
                self.documents().insert(bucket, document);
                Ok(Answer::Output(Output::default()))
            }
            "GetBucketPolicy" => match self.documents().get(&bucket) {
                Some(document) => {
                    let members = Members::from_iter([("Policy".to_owned(), document.clone())]);
                    Ok(Answer::Output(Output::new(members)))
                }
                None => Err(ApiError::new(404, "NoSuchBucketPolicy", "The bucket policy does not exist")
                    .detail("BucketName", bucket)),
            },
            "DeleteBucketPolicy" => {
                self.documents().remove(&bucket);
                Ok(Answer::Output(Output::default()))
            }
            "DeleteBucket" => {
                let answer = self.s3.call(request).await?;
                if answer.succeeded() {
                    self.documents().remove(&bucket);
                }
                Ok(answer)
            }
            _ => self.s3.call(request).await,
        }
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.s3.ciphertext_key(region, ciphertext)
    }
}
