//! Notification configurations in the gateway's own hand, so that the upstream delivers nothing past it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::Value;
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Members, Output, Upstream};

/// An S3 that is not told whom to notify. What it would be told is kept, and ends with the gateway.
pub struct Notifications {
    s3: Arc<dyn Upstream>,
    kept: Mutex<HashMap<String, Members>>,
}

impl Notifications {
    /// Before that S3.
    pub fn before(s3: Arc<dyn Upstream>) -> Self {
        Self { s3, kept: Mutex::default() }
    }

    fn kept(&self) -> MutexGuard<'_, HashMap<String, Members>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Upstream for Notifications {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let bucket = request.members.get("Bucket").and_then(Value::as_str).unwrap_or_default().to_owned();
        match request.operation.name.as_str() {
            "PutBucketNotificationConfiguration" => {
                let configuration = request.members.get("NotificationConfiguration");
                let configuration = configuration.and_then(Value::as_object).cloned().unwrap_or_default();
                self.kept().insert(bucket, configuration);
                Ok(Answer::Output(Output::default()))
            }
            "GetBucketNotificationConfiguration" => {
                let configuration = self.kept().get(&bucket).cloned().unwrap_or_default();
                Ok(Answer::Output(Output::new(configuration)))
            }
            "DeleteBucket" => {
                let answer = self.s3.call(request).await?;
                if answer.succeeded() {
                    self.kept().remove(&bucket);
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
