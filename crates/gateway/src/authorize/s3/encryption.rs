//! Encryption: what must not travel in plain, and what the caller needs of the key (`iam-semantics`, section 7).

use stackproof_aws::ApiError;
use stackproof_policy::{Certainty, Context};

use super::existence::Found;
use super::{Ask, Guard, S3Call};
use crate::authorize::{Authorizer, Setting};
use crate::caller::Caller;
use crate::directory::buckets::Bucket;
use crate::directory::held::Held;
use crate::directory::upstream::text;
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

    /// Checks what the encryption of what is written and read asks of the caller.
    pub async fn check_encryption(&self, authorizer: &mut Authorizer<'_>) -> Result<(), Refusal> {
        self.check_blocked(authorizer)?;
        if let Some(bucket) = &self.bucket
            && let Some((algorithm, key)) = self.written_under(bucket)
            && is_kms(&algorithm)
        {
            let action = match self.name() {
                "PutObject" | "CopyObject" | "CreateMultipartUpload" => "kms:GenerateDataKey",
                _ => "kms:Decrypt",
            };
            self.demand_key(authorizer, action, bucket, key.as_deref()).await?;
        }
        let Some(object) = self.read_object().await? else { return Ok(()) };
        match self.look(&object).await? {
            Found::Missing => self.may_miss(authorizer, &object).await,
            Found::Object(found) if text(&found, "ServerSideEncryption").is_some_and(is_kms) => {
                let head = self.name() == "HeadObject" && self.text("ChecksumMode") != Some("ENABLED");
                if head && self.call.connection.secure {
                    return Ok(());
                }
                self.demand_key(authorizer, "kms:Decrypt", &object.bucket, text(&found, "SSEKMSKeyId")).await
            }
            _ => Ok(()),
        }
    }

    /// The algorithm and key that a write will be encrypted under: those of its headers, else of its upload, else the
    /// bucket's default.
    fn written_under(&self, bucket: &Bucket) -> Option<(String, Option<String>)> {
        let default =
            || bucket.default_encryption.as_ref().map(|found| (found.algorithm.clone(), found.key.clone()));
        match self.name() {
            "PutObject" | "CopyObject" | "CreateMultipartUpload" => {
                if self.has_any(&["SSECustomerAlgorithm"]) {
                    return None;
                }
                let key = self.text("SSEKMSKeyId").map(str::to_owned);
                self.text("ServerSideEncryption")
                    .map(|algorithm| (algorithm.to_owned(), key))
                    .or_else(default)
            }
            "UploadPart" | "UploadPartCopy" | "CompleteMultipartUpload" | "ListParts" => {
                let upload = self.text("UploadId").and_then(|id| self.directory.uploads.find(id))?;
                upload.given.algorithm.map(|algorithm| (algorithm, upload.given.key))
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

    /// The caller's permission on the key, which S3 asks KMS for in the caller's name.
    async fn demand_key(
        &self,
        authorizer: &mut Authorizer<'_>,
        action: &str,
        bucket: &Bucket,
        key: Option<&str>,
    ) -> Result<(), Refusal> {
        if !self.call.connection.secure {
            return Err(plain(KMS));
        }
        if matches!(self.call.caller, Caller::Anonymous) {
            let message = format!(
                "Requests specifying Server Side Encryption with {KMS} require AWS Signature Version 4."
            );
            return Err(Refusal::rejected(ApiError::new(400, "InvalidArgument", message)));
        }
        let managed = self.directory.managed_key(&bucket.owner, &bucket.region);
        let Some(managed) = managed else {
            return Err(Refusal::undetermined("the AWS managed key `aws/s3` is not known"));
        };
        match key.filter(|key| !key.ends_with("alias/aws/s3") && *key != managed) {
            Some(key) => {
                Err(Refusal::undetermined(format!("the policy of the KMS key `{key}` is not known")))
            }
            None => authorizer.demand(self.call, &[self.managed_key_ask(action, bucket, &managed)]).await,
        }
    }

    /// The AWS managed key `aws/s3`, whose policy is known: it admits the principals of its account through S3.
    fn managed_key_ask(&self, action: &str, bucket: &Bucket, resource: &str) -> Ask {
        let (region, owner) = (&bucket.region, &bucket.owner);
        let via = format!("s3.{region}.amazonaws.com");
        let mut context: Context = self.call.context("kms");
        context.insert("kms:ViaService", &via);
        context.insert("kms:CallerAccount", self.call.caller.account().unwrap_or_default());
        context.insert("aws:ViaAWSService", "true");
        // The address that KMS sees is S3's; whether S3 is among the services in this list is unconfirmed.
        for key in ["aws:SourceIp", "aws:CalledVia", "aws:CalledViaFirst", "aws:CalledViaLast"] {
            context.insert_unknown(key);
        }
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"*"}},"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:CreateGrant","kms:DescribeKey"],"Resource":"*","Condition":{{"StringEquals":{{"kms:CallerAccount":"{owner}","kms:ViaService":"{via}"}}}}}}]}}"#
        );
        let guard = Guard::Key(Held::new("key policy of aws/s3", None, &policy));
        Ask { guard, ..Ask::new(action, resource, owner, context) }
    }
}

const KMS: &str = "AWS KMS managed keys";

fn is_kms(algorithm: &str) -> bool {
    algorithm.starts_with("aws:kms")
}

fn plain(what: &str) -> Refusal {
    let message = format!(
        "Requests specifying Server Side Encryption with {what} must be made over a secure connection."
    );
    let mut refusal = Refusal::rejected(ApiError::new(400, "InvalidArgument", message));
    refusal.reason = Some("encryption with keys is refused over plain HTTP".to_owned());
    refusal
}
