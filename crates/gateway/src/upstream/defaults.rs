//! AWS's defaults of a new bucket, on an S3 that has older ones.
//!
//! Since April 2023 a bucket is made with its public access blocked and its lists disabled, since January 2023 with SSE-S3,
//! and since April 2026 with SSE-C blocked (S3 user guide, "Default settings for new buckets"). What a new bucket lacks
//! of it is configured there as its owner would; the blocked encryption types, which few emulators keep, are remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use serde_json::{Value, json};
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Members, Operation, Output, Upstream};

use super::origin::Origin;

/// What is asked of a new bucket, the error that says it lacks it, and how it is given.
const SETTINGS: [Setting; 3] = [
    ("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration", "PutPublicAccessBlock"),
    ("GetBucketOwnershipControls", "OwnershipControlsNotFoundError", "PutBucketOwnershipControls"),
    ENCRYPTION,
];
const ENCRYPTION: Setting =
    ("GetBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError", "PutBucketEncryption");
type Setting = (&'static str, &'static str, &'static str);
const BLOCKED: &str = "BlockedEncryptionTypes";

/// An S3 whose new buckets are as AWS's are.
pub struct Defaults {
    s3: Arc<dyn Upstream>,
    /// What each bucket's configuration says of encryption types that are blocked.
    blocked: Mutex<HashMap<String, Value>>,
}

impl Defaults {
    /// Before that S3.
    pub fn before(s3: Arc<dyn Upstream>) -> Self {
        Self { s3, blocked: Mutex::default() }
    }

    async fn ask(
        &self,
        origin: &Origin,
        bucket: &str,
        name: &str,
        more: Members,
    ) -> Result<Members, ApiError> {
        let mut members = more;
        members.insert("Bucket".to_owned(), Value::from(bucket));
        origin.ask(&*self.s3, name, members).await
    }

    /// Gives a bucket what it lacks of these settings, encryption among them.
    async fn complete(
        &self,
        origin: &Origin,
        bucket: &str,
        wanted: &[Setting],
        ownership: Option<&Value>,
    ) -> Result<(), ApiError> {
        for (get, lacking, put) in wanted {
            match self.ask(origin, bucket, get, Members::new()).await {
                Ok(_) => {}
                Err(error) if error.code == *lacking => {
                    self.ask(origin, bucket, put, settings(put, ownership)).await?;
                }
                Err(error) => return Err(error),
            }
        }
        self.remember(bucket, Some(json!({ "EncryptionType": ["SSE-C"] })));
        Ok(())
    }

    fn remember(&self, bucket: &str, blocked: Option<Value>) {
        let mut all = self.blocked.lock().unwrap_or_else(PoisonError::into_inner);
        match blocked {
            Some(blocked) => all.insert(bucket.to_owned(), blocked),
            None => all.remove(bucket),
        };
    }

    /// The configuration with what is remembered of it, where the upstream says nothing.
    async fn recall(&self, operation: &Operation, bucket: &str, answer: Answer) -> Result<Answer, ApiError> {
        let remembered = self.blocked.lock().unwrap_or_else(PoisonError::into_inner).get(bucket).cloned();
        let Some(blocked) = remembered else { return Ok(answer) };
        let mut members = answer.members(operation).await?;
        let rules = members
            .get_mut("ServerSideEncryptionConfiguration")
            .and_then(|configuration| configuration.get_mut("Rules"))
            .and_then(Value::as_array_mut);
        if let Some(Value::Object(rule)) = rules.and_then(|rules| rules.first_mut()) {
            rule.entry(BLOCKED).or_insert(blocked);
        }
        Ok(Answer::Output(Output::new(members)))
    }
}

fn settings(put: &str, ownership: Option<&Value>) -> Members {
    let owner = ownership.cloned().unwrap_or_else(|| Value::from("BucketOwnerEnforced"));
    let (name, value) = match put {
        "PutPublicAccessBlock" => (
            "PublicAccessBlockConfiguration",
            json!({
                "BlockPublicAcls": true,
                "IgnorePublicAcls": true,
                "BlockPublicPolicy": true,
                "RestrictPublicBuckets": true,
            }),
        ),
        "PutBucketOwnershipControls" => {
            ("OwnershipControls", json!({ "Rules": [{ "ObjectOwnership": owner }] }))
        }
        _ => (
            "ServerSideEncryptionConfiguration",
            json!({ "Rules": [{ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } }] }),
        ),
    };
    Members::from_iter([(name.to_owned(), value)])
}

/// What a configuration says of blocked encryption types.
fn said(members: &Members) -> Option<Value> {
    members.get("ServerSideEncryptionConfiguration")?.get("Rules")?.get(0)?.get(BLOCKED).cloned()
}

#[async_trait]
impl Upstream for Defaults {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let operation = request.operation;
        let Some(bucket) = request.members.get("Bucket").and_then(Value::as_str).map(str::to_owned) else {
            return self.s3.call(request).await;
        };
        let origin = Origin::of(&request);
        match operation.name.as_str() {
            "CreateBucket" => {
                let ownership = request.members.get("ObjectOwnership").cloned();
                let answer = self.s3.call(request).await?;
                if answer.succeeded() {
                    self.complete(&origin, &bucket, &SETTINGS, ownership.as_ref()).await?;
                }
                Ok(answer)
            }
            "PutBucketEncryption" => {
                let blocked = said(&request.members);
                let answer = self.s3.call(request).await?;
                // A configuration that says nothing of blocked types leaves them as they are.
                if answer.succeeded() && blocked.is_some() {
                    self.remember(&bucket, blocked);
                }
                Ok(answer)
            }
            "DeleteBucketEncryption" => {
                let answer = self.s3.call(request).await?;
                if answer.succeeded() {
                    self.complete(&origin, &bucket, &[ENCRYPTION], None).await?;
                }
                Ok(answer)
            }
            "DeleteBucket" => {
                let answer = self.s3.call(request).await?;
                if answer.succeeded() {
                    self.remember(&bucket, None);
                }
                Ok(answer)
            }
            "GetBucketEncryption" => {
                let answer = self.s3.call(request).await?;
                match answer.succeeded() {
                    true => self.recall(operation, &bucket, answer).await,
                    false => Ok(answer),
                }
            }
            _ => self.s3.call(request).await,
        }
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.s3.ciphertext_key(region, ciphertext)
    }
}
