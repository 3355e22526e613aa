//! Policies of buckets and keys in the gateway's own hand, before an upstream that enforces some of them in a way of its
//! own.
//!
//! moto, for one, refuses what a statement denies without a look at its conditions. A policy that it is not given it
//! cannot misread.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Members, Output, Upstream};

use crate::directory::upstream::field;

/// An upstream that is not told of policies. They end with the gateway.
pub struct Policies {
    upstream: Arc<dyn Upstream>,
    /// The document of each bucket, by its name, and of each key, by its id, that was given one.
    documents: Mutex<HashMap<String, Value>>,
}

impl Policies {
    /// Before that upstream.
    pub fn before(upstream: Arc<dyn Upstream>) -> Self {
        Self { upstream, documents: Mutex::default() }
    }

    fn documents(&self) -> MutexGuard<'_, HashMap<String, Value>> {
        self.documents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps the document that a call carries in place of the upstream.
    fn put(&self, resource: String, members: &Members) -> Answer {
        self.documents().insert(resource, members.get("Policy").cloned().unwrap_or_default());
        Answer::Output(Output::default())
    }

    /// The document that is kept.
    fn get(&self, resource: &str) -> Option<Members> {
        let document = self.documents().get(resource)?.clone();
        Some(Members::from_iter([("Policy".to_owned(), document)]))
    }

    /// A key is made with the upstream's own policy, and has the caller's from then on.
    async fn create_key(&self, mut request: CanonicalRequest) -> Result<Answer, ApiError> {
        let operation = request.operation;
        let Some(document) = request.members.remove("Policy") else {
            return self.upstream.call(request).await;
        };
        let made = self.upstream.call(request).await?.members(operation).await?;
        if let Some(id) = made.get("KeyMetadata").and_then(|metadata| field(metadata, "KeyId")) {
            self.documents().insert(id.to_owned(), document);
        }
        Ok(Answer::Output(Output::new(made)))
    }
}

#[async_trait]
impl Upstream for Policies {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let text = |name: &str| request.members.get(name).and_then(Value::as_str).unwrap_or_default();
        let (bucket, key) = (text("Bucket").to_owned(), key_id(text("KeyId")).to_owned());
        match request.operation.name.as_str() {
            "PutBucketPolicy" => Ok(self.put(bucket, &request.members)),
            "PutKeyPolicy" => Ok(self.put(key, &request.members)),
            "GetBucketPolicy" => match self.get(&bucket) {
                Some(members) => Ok(Answer::Output(Output::new(members))),
                None => Err(ApiError::new(404, "NoSuchBucketPolicy", "The bucket policy does not exist")
                    .detail("BucketName", bucket)),
            },
            "GetKeyPolicy" => match self.get(&key) {
                Some(mut members) => {
                    members.insert("PolicyName".to_owned(), json!("default"));
                    Ok(Answer::Output(Output::new(members)))
                }
                None => self.upstream.call(request).await,
            },
            "CreateKey" => self.create_key(request).await,
            "DeleteBucketPolicy" => {
                self.documents().remove(&bucket);
                Ok(Answer::Output(Output::default()))
            }
            "DeleteBucket" => {
                let answer = self.upstream.call(request).await?;
                if answer.succeeded() {
                    self.documents().remove(&bucket);
                }
                Ok(answer)
            }
            _ => self.upstream.call(request).await,
        }
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.upstream.ciphertext_key(region, ciphertext)
    }
}

/// The id in a key's ARN, or the id itself.
fn key_id(name: &str) -> &str {
    name.split_once(":key/").map_or(name, |(_, id)| id)
}
