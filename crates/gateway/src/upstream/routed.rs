//! One upstream made of several: each service has its own.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use serde_json::Value;
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Members, Upstream};

/// Writes that encrypt an object.
const ENCRYPTING: [&str; 3] = ["CopyObject", "CreateMultipartUpload", "PutObject"];

/// The upstream of each service.
#[derive(Clone, Default)]
pub struct Routed(BTreeMap<String, Route>);

#[derive(Clone)]
struct Route {
    /// The upstream in the words of a report.
    name: String,
    upstream: Arc<dyn Upstream>,
}

impl Routed {
    /// Has `upstream` execute the calls of `service`.
    pub fn route(&mut self, service: &str, name: &str, upstream: Arc<dyn Upstream>) {
        self.0.insert(service.to_owned(), Route { name: name.to_owned(), upstream });
    }

    /// Where objects and keys are held apart, S3 cannot encrypt under a key: it would have to ask a KMS that is not its own.
    fn check_border(&self, operation: &str, members: &Members) -> Result<(), ApiError> {
        let (Some(s3), Some(kms)) = (self.0.get("s3"), self.0.get("kms")) else { return Ok(()) };
        let algorithm = members.get("ServerSideEncryption").and_then(Value::as_str).unwrap_or_default();
        if s3.name == kms.name || !ENCRYPTING.contains(&operation) || !algorithm.starts_with("aws:kms") {
            return Ok(());
        }
        let reason =
            format!("{} holds the objects and {} the keys: SSE-KMS does not cross", s3.name, kms.name);
        Err(ApiError::new(501, "NotImplemented", reason))
    }
}

#[async_trait]
impl Upstream for Routed {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let service = request.operation.service;
        let Some(route) = self.0.get(service) else {
            let message = format!("no upstream has the service `{service}`");
            return Err(ApiError::new(501, "NotImplemented", message));
        };
        if service == "s3" {
            self.check_border(&request.operation.name, &request.members)?;
        }
        route.upstream.call(request).await
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        let kms = self.0.get("kms");
        kms.map_or(CiphertextKey::Unknown, |route| route.upstream.ciphertext_key(region, ciphertext))
    }
}
