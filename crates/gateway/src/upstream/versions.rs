//! Deletes of one version, on an S3 that deletes another where that one is not there.
//!
//! moto removes the only version of an object in a bucket without versions whichever version a delete names. What is
//! authorized (`s3:DeleteObjectVersion` on that version) would not be what is executed. A delete of a version that is not
//! there changes nothing and succeeds (S3 API reference, `DeleteObject`), so that it need not be passed on.

use std::sync::Arc;

use async_trait::async_trait;
use serde_json::{Value, json};
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Members, Output, Upstream};

use super::origin::{Origin, lists};
use crate::directory::upstream::field;

/// An S3 that deletes the version that is named and no other.
pub struct Versions {
    s3: Arc<dyn Upstream>,
}

impl Versions {
    /// Before that S3.
    pub fn before(s3: Arc<dyn Upstream>) -> Self {
        Self { s3 }
    }

    /// Whether that version is not there. What cannot be told is for the delete itself to say.
    async fn is_missing(&self, origin: &Origin, bucket: &str, entry: &Value) -> bool {
        let (Some(key), Some(version)) = (field(entry, "Key"), field(entry, "VersionId")) else {
            return false;
        };
        let asked =
            Members::from_iter([("Bucket".to_owned(), json!(bucket)), ("Prefix".to_owned(), json!(key))]);
        let Ok(listed) = origin.ask(&*self.s3, "ListObjectVersions", asked).await else { return false };
        let found = ["Versions", "DeleteMarkers"].into_iter().filter_map(|list| listed.get(list)?.as_array());
        let is_it =
            |other: &Value| lists(field(other, "Key"), key) && field(other, "VersionId") == Some(version);
        let whole = listed.get("IsTruncated") != Some(&json!(true));
        whole && !found.flatten().any(is_it)
    }

    /// Of several deletes, those that name what is not there are not passed on, and answered as done.
    async fn delete_several(&self, mut request: CanonicalRequest) -> Result<Answer, ApiError> {
        let (operation, origin) = (request.operation, Origin::of(&request));
        let bucket = request.members.get("Bucket").and_then(Value::as_str).unwrap_or_default().to_owned();
        let objects = request.members.get("Delete").and_then(|delete| delete.get("Objects"));
        let objects = objects.and_then(Value::as_array).cloned().unwrap_or_default();
        let (mut passed, mut missing) = (Vec::new(), Vec::new());
        for object in objects {
            match self.is_missing(&origin, &bucket, &object).await {
                true => missing.push(object),
                false => passed.push(object),
            }
        }
        if missing.is_empty() {
            return self.s3.call(request).await;
        }
        let delete = request.members.get_mut("Delete").and_then(Value::as_object_mut);
        let quiet = delete.as_ref().and_then(|delete| delete.get("Quiet")) == Some(&json!(true));
        let mut members = Members::new();
        if !passed.is_empty() {
            delete.into_iter().for_each(|delete| drop(delete.insert("Objects".to_owned(), json!(passed))));
            members = self.s3.call(request).await?.members(operation).await?;
        }
        if !quiet {
            let done = members.entry("Deleted").or_insert_with(|| json!([]));
            done.as_array_mut().into_iter().for_each(|done| done.append(&mut missing));
        }
        Ok(Answer::Output(Output::new(members)))
    }
}

#[async_trait]
impl Upstream for Versions {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        match request.operation.name.as_str() {
            "DeleteObject" => {
                let origin = Origin::of(&request);
                let member = |name: &str| request.members.get(name).cloned().unwrap_or_default();
                let bucket = member("Bucket");
                let entry = json!({ "Key": member("Key"), "VersionId": member("VersionId") });
                match self.is_missing(&origin, bucket.as_str().unwrap_or_default(), &entry).await {
                    true => {
                        let version = entry.get("VersionId").cloned().unwrap_or_default();
                        let members = Members::from_iter([("VersionId".to_owned(), version)]);
                        Ok(Answer::Output(Output::new(members)))
                    }
                    false => self.s3.call(request).await,
                }
            }
            "DeleteObjects" => self.delete_several(request).await,
            _ => self.s3.call(request).await,
        }
    }

    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        self.s3.ciphertext_key(region, ciphertext)
    }
}
