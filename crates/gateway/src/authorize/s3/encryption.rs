//! Encryption: what must not travel in plain, and what the caller needs of the key (`iam-semantics`, section 7).

use serde_json::json;
use stackproof_aws::{ApiError, Members};
use stackproof_policy::Certainty;

use super::existence::Found;
use super::key::{KeyUse, NamedBy};
use super::{Answered, S3Call};
use crate::authorize::{Authorizer, Object, Setting};
use crate::caller::Caller;
use crate::directory::buckets::{Bucket, DefaultEncryption};
use crate::directory::uploads::{Encryption, is_kms};
use crate::refusal::Refusal;

const SSE_C_BLOCKED: Setting = Setting {
    layer: "blocked encryption types",
    reason: "the bucket's encryption configuration blocks SSE-C",
    certainty: Certainty::Documented,
};

impl S3Call<'_> {
    /// Refuses encryption headers over plain HTTP, before anything is authorized.
    pub fn check_transport(&self) -> Result<(), Refusal> {
        if self.call.connection.secure {
            return Ok(());
        }
        if self.text("ServerSideEncryption").is_some_and(is_kms) {
            return Err(plain(KMS));
        }
        let customer = [
            "SSECustomerAlgorithm",
            "SSECustomerKey",
            "CopySourceSSECustomerAlgorithm",
            "CopySourceSSECustomerKey",
        ];
        match self.has_any(&customer) {
            true => Err(plain("Customer provided keys")),
            false => Ok(()),
        }
    }

    /// Checks what the encryption of what is written and read asks of the caller. Answers with the ARN of the key that
    /// the request names, so that no other is used in its place.
    pub async fn check_encryption(&self, authorizer: &mut Authorizer<'_>) -> Answered<Option<String>> {
        self.check_blocked(authorizer)?;
        let written = self.check_written(authorizer).await?;
        let Some(object) = self.read_object().await? else { return Ok(written) };
        let read = match self.look(&object).await? {
            Found::Missing => self.may_miss(authorizer, &object).await.map(Ok)?,
            Found::Object(found) => self.check_read(authorizer, &object, &found).await?,
            Found::Closed => Ok(()),
        };
        Ok(read.and(written))
    }

    async fn check_written(&self, authorizer: &mut Authorizer<'_>) -> Answered<Option<String>> {
        let Some(bucket) = &self.bucket else { return Ok(Ok(None)) };
        self.check_known(bucket).await?;
        let Some((encryption, named)) = self.written_under(bucket).filter(|(found, _)| found.is_kms()) else {
            return Ok(Ok(None));
        };
        let makes = matches!(self.name(), "PutObject" | "CopyObject" | "CreateMultipartUpload");
        let action = if makes { "kms:GenerateDataKey" } else { "kms:Decrypt" };
        let object = self.text("Key").unwrap_or_default();
        self.check_usable()?;
        let used = KeyUse { action, bucket, object, encryption: &encryption, named };
        let arn = self.demand_key(authorizer, &used).await?;
        let told = makes && named == NamedBy::Request && encryption.key.is_some();
        Ok(arn.map(|arn| Some(arn).filter(|_| told)))
    }

    /// How an upload that was not initiated through the gateway is encrypted, no answer says; it may be given up as any.
    async fn check_known(&self, bucket: &Bucket) -> Result<(), Refusal> {
        if self.name() == "AbortMultipartUpload" {
            return Ok(());
        }
        let Some(id) = self.text("UploadId").filter(|id| self.directory.uploads.find(id).is_none()) else {
            return Ok(());
        };
        let upload = json!({ "Bucket": bucket.name, "Key": self.text("Key"), "UploadId": id, "MaxParts": 1 });
        match self.directory.ask(&bucket.owner, ("s3", "ListParts"), upload, &["NoSuchUpload"]).await? {
            Some(_) => Err(Refusal::undetermined(format!("how the upload `{id}` is encrypted"))),
            None => Ok(()),
        }
    }

    async fn check_read(
        &self,
        authorizer: &mut Authorizer<'_>,
        object: &Object,
        found: &Members,
    ) -> Answered<()> {
        let encryption = Encryption::of(found);
        let checksum = self.text("ChecksumMode").is_some_and(|mode| mode.eq_ignore_ascii_case("ENABLED"));
        let head = self.name() == "HeadObject" && !checksum;
        if !encryption.is_kms() || head && self.call.connection.secure {
            return Ok(Ok(()));
        }
        self.check_usable()?;
        let (bucket, encryption) = (&*object.bucket, &encryption);
        let (action, named) = ("kms:Decrypt", NamedBy::Object);
        let used = KeyUse { action, bucket, object: &object.key, encryption, named };
        Ok(self.demand_key(authorizer, &used).await?.map(drop))
    }

    /// The encryption that a write will have: that of its headers, else of its upload, else the bucket's default.
    fn written_under(&self, bucket: &Bucket) -> Option<(Encryption, NamedBy)> {
        let default = bucket.default_encryption.as_ref();
        match self.name() {
            "PutObject" | "CopyObject" | "CreateMultipartUpload" => {
                if self.has_any(&["SSECustomerAlgorithm"]) {
                    return None;
                }
                let asked = Encryption::of(&self.identified.members);
                let by_default = default.is_some_and(|default| default.bucket_key);
                let bucket_key = match self.identified.members.get("BucketKeyEnabled") {
                    Some(sent) => sent.as_bool().unwrap_or_default(),
                    None => by_default,
                };
                if asked.algorithm.is_some() {
                    return Some((Encryption { bucket_key, ..asked }, NamedBy::Request));
                }
                let DefaultEncryption { algorithm, key, .. } = default?;
                let (algorithm, key) = (Some(algorithm.clone()), key.clone());
                Some((Encryption { algorithm, key, bucket_key, context: None }, NamedBy::Bucket))
            }
            "UploadPart" | "UploadPartCopy" | "CompleteMultipartUpload" | "ListParts" => {
                let upload = self.text("UploadId").and_then(|id| self.directory.uploads.find(id))?;
                Some((Encryption { context: upload.asked.context, ..upload.given }, NamedBy::Request))
            }
            _ => None,
        }
    }

    fn check_blocked(&self, authorizer: &mut Authorizer<'_>) -> Result<(), Refusal> {
        let blocked = self
            .bucket
            .as_ref()
            .is_some_and(|bucket| bucket.blocked_encryption.iter().any(|kind| kind == "SSE-C"));
        let writes = matches!(
            self.name(),
            "PutObject" | "CopyObject" | "CreateMultipartUpload" | "UploadPart" | "UploadPartCopy"
        );
        if blocked && writes && self.has_any(&["SSECustomerAlgorithm", "SSECustomerKey"]) {
            return Err(self.refused(authorizer, SSE_C_BLOCKED, "Access Denied".to_owned()));
        }
        Ok(())
    }

    /// KMS takes no part in requests in plain and in unsigned ones.
    fn check_usable(&self) -> Result<(), Refusal> {
        if !self.call.connection.secure {
            return Err(plain(KMS));
        }
        if matches!(self.call.caller, Caller::Anonymous) {
            let message = format!(
                "Requests specifying Server Side Encryption with {KMS} require AWS Signature Version 4."
            );
            return Err(Refusal::rejected(ApiError::new(400, "InvalidArgument", message)));
        }
        Ok(())
    }
}

const KMS: &str = "AWS KMS managed keys";

fn plain(what: &str) -> Refusal {
    let message = format!(
        "Requests specifying Server Side Encryption with {what} must be made over a secure connection."
    );
    let mut refusal = Refusal::rejected(ApiError::new(400, "InvalidArgument", message));
    refusal.reason = Some("encryption with keys is refused over plain HTTP".to_owned());
    refusal
}
