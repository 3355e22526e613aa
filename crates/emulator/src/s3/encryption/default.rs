//! A bucket's default encryption.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-encryption.html>

use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::{Encryption, KmsAlgorithm, parse_algorithm};
use crate::Call;
use crate::input::Input;
use crate::s3::bucket::{Bucket, bucket_name};
use crate::s3::config::settle_digests;
use crate::s3::{S3, error};
use crate::structure::Structure;

/// What objects are encrypted with that do not say it themselves, and what they may not be encrypted with.
#[derive(Clone)]
pub(crate) struct DefaultEncryption {
    kms: Option<KmsDefault>,
    bucket_key: bool,
    /// Whether it was put, and is not what new buckets have.
    configured: bool,
    /// `SSE-C`, or `NONE` where it was opened.
    blocked: Vec<String>,
}

#[derive(Clone)]
struct KmsDefault {
    algorithm: KmsAlgorithm,
    /// The key as it was named.
    named: Option<String>,
}

impl DefaultEncryption {
    /// SSE-S3, with SSE-C blocked: the default of new buckets since April 2026 ("Default SSE-C setting FAQ").
    pub fn of_new_bucket() -> Self {
        Self { kms: None, bucket_key: false, configured: false, blocked: vec!["SSE-C".to_owned()] }
    }

    /// Whether objects use a bucket key unless they say otherwise.
    pub fn bucket_key(&self) -> bool {
        self.bucket_key
    }

    /// Whether it was put, and is not what new buckets have.
    pub fn configured(&self) -> bool {
        self.configured
    }

    /// The encryption of an object that asks for none, with the ARN of the key that is named.
    pub fn for_object(
        &self,
        bucket_key: Option<bool>,
        key_arn: impl FnOnce(Option<&str>) -> Result<String, ApiError>,
    ) -> Result<Encryption, ApiError> {
        let Some(kms) = &self.kms else { return Ok(Encryption::S3) };
        Ok(Encryption::Kms {
            algorithm: kms.algorithm,
            key_arn: key_arn(kms.named.as_deref())?,
            bucket_key: bucket_key.unwrap_or(self.bucket_key),
            context: None,
        })
    }

    fn output(&self) -> Output {
        let default = Structure::new()
            .with("SSEAlgorithm", self.kms.as_ref().map_or("AES256", |kms| kms.algorithm.name()))
            .with_some("KMSMasterKeyID", self.kms.as_ref().and_then(|kms| kms.named.clone()));
        let rule = Structure::new()
            .with("ApplyServerSideEncryptionByDefault", default.value())
            .with("BucketKeyEnabled", self.bucket_key)
            .with("BlockedEncryptionTypes", json!({ "EncryptionType": self.blocked }));
        let configuration = json!({ "Rules": [rule.value()] });
        Structure::new().with("ServerSideEncryptionConfiguration", configuration).output()
    }

    /// Reads a rule. What it does not say of blocked types stays as it is: an unrelated change opens nothing.
    fn read(rule: &mut Input, bucket: &Bucket) -> Result<Self, ApiError> {
        let kms = match rule.structure("ApplyServerSideEncryptionByDefault")? {
            None => None,
            Some(mut default) => {
                let algorithm = default.required("SSEAlgorithm")?;
                let named = default.string("KMSMasterKeyID")?;
                default.finish()?;
                match parse_algorithm(&algorithm).map_err(|_| error::malformed_xml())? {
                    None if named.is_some() => {
                        let message = "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms or aws:kms:dsse";
                        return Err(ApiError::new(400, "InvalidArgument", message)
                            .detail("ArgumentName", "ApplyServerSideEncryptionByDefault"));
                    }
                    None => None,
                    // Whether there is such a key is first asked when it is used.
                    Some(algorithm) => Some(KmsDefault { algorithm, named }),
                }
            }
        };
        let bucket_key = rule.boolean("BucketKeyEnabled")?.unwrap_or_default();
        let blocked = match rule.structure("BlockedEncryptionTypes")? {
            None => bucket.encryption.blocked.clone(),
            Some(mut blocked) => {
                let types = blocked.strings("EncryptionType")?;
                blocked.finish()?;
                if types.is_empty() || types.iter().any(|kind| !["SSE-C", "NONE"].contains(&kind.as_str())) {
                    return Err(error::malformed_xml());
                }
                types
            }
        };
        rule.finish()?;
        Ok(Self { kms, bucket_key, configured: true, blocked })
    }
}

pub(crate) fn get(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    Ok(s3.bucket(&name)?.encryption.output())
}

pub(crate) fn put(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    settle_digests(&mut call)?;
    let mut configuration = call.input.required_structure("ServerSideEncryptionConfiguration")?;
    let mut rules = configuration.structures("Rules")?;
    configuration.finish()?;
    call.input.finish()?;
    let [rule] = rules.as_mut_slice() else { return Err(error::malformed_xml()) };
    let bucket = s3.bucket_mut(&name)?;
    bucket.encryption = DefaultEncryption::read(rule, bucket)?;
    Ok(Output::default())
}

pub(crate) fn delete(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.encryption = DefaultEncryption::of_new_bucket();
    Ok(Output::default())
}
