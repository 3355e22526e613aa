//! Encryption of objects: what a request asks for, and what answers show. Bytes are kept as they are.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/serv-side-encryption.html>

pub(crate) mod customer_key;
pub(crate) mod default;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::bucket::Bucket;
use super::error;
use crate::Call;
use crate::kms::{Kms, Place, managed};
use crate::structure::Structure;
use customer_key::CustomerKey;

/// How an object is encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Encryption {
    /// SSE-S3.
    S3,
    /// SSE-KMS, or DSSE-KMS.
    Kms {
        algorithm: KmsAlgorithm,
        key_arn: String,
        bucket_key: bool,
        /// Base64 of a JSON object, as it was sent.
        context: Option<String>,
    },
    /// SSE-C: the key is not kept, only what it is recognized by.
    Customer(CustomerKey),
}

/// One layer of encryption or two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KmsAlgorithm {
    Single,
    Double,
}

impl KmsAlgorithm {
    /// AWS's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Single => "aws:kms",
            Self::Double => "aws:kms:dsse",
        }
    }
}

/// An algorithm as a header or a bucket's default names it: `None` is `AES256`.
pub(crate) fn parse_algorithm(name: &str) -> Result<Option<KmsAlgorithm>, ApiError> {
    match name {
        "AES256" => Ok(None),
        "aws:kms" => Ok(Some(KmsAlgorithm::Single)),
        "aws:kms:dsse" => Ok(Some(KmsAlgorithm::Double)),
        _ => Err(unknown_algorithm(name)),
    }
}

fn unknown_algorithm(name: &str) -> ApiError {
    let message = "The Encryption request you specified is not valid. Supported value: AES256.";
    ApiError::new(400, "InvalidEncryptionAlgorithmError", message)
        .detail("ArgumentName", "x-amz-server-side-encryption")
        .detail("ArgumentValue", name)
}

/// The ARN of the key that is meant, which KMS must let be used now. Where none is named it is `aws/s3` of the bucket's
/// owner; an id or alias is one of the requester's account ("Using SSE-KMS").
fn ready_key(
    kms: &mut Kms,
    bucket: &Bucket,
    named: Option<&str>,
    requester: Option<&str>,
    now: Timestamp,
) -> Result<String, ApiError> {
    let named = named.filter(|key| *key != managed::S3_ALIAS);
    let account = requester.filter(|_| named.is_some()).unwrap_or(&bucket.owner);
    let place = Place { account: account.to_owned(), region: bucket.region.clone() };
    kms.ready(&place, named.unwrap_or(managed::S3_ALIAS), now).map_err(error::through_kms)
}

impl Encryption {
    /// Takes the members of a put: what they ask for, else the bucket's default.
    pub fn read(bucket: &Bucket, kms: &mut Kms, call: &mut Call) -> Result<Self, ApiError> {
        let input = &mut call.input;
        let algorithm = input.string("ServerSideEncryption")?;
        if let Some(algorithm) = algorithm.as_ref().filter(|_| input.has("SSECustomerAlgorithm")) {
            return Err(error::invalid_argument(
                "Server Side Encryption with Customer provided key is incompatible with the encryption method specified",
                "x-amz-server-side-encryption",
                algorithm,
            ));
        }
        let customer = CustomerKey::read(input, "")?;
        let key = input.string("SSEKMSKeyId")?;
        let context = input.string("SSEKMSEncryptionContext")?;
        let bucket_key = input.boolean("BucketKeyEnabled")?;
        if let Some(context) = &context {
            check_context(context)?;
        }
        let wants_kms = key.is_some() || context.is_some();
        let Some(algorithm) = algorithm else {
            return match customer {
                _ if wants_kms => Err(error::invalid_argument(
                    "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
                    "x-amz-server-side-encryption",
                    "null",
                )),
                Some(customer) => Ok(Self::Customer(customer)),
                None => bucket.encryption.for_object(bucket_key, |named| {
                    ready_key(kms, bucket, named, call.caller.account.as_deref(), call.now)
                }),
            };
        };
        match parse_algorithm(&algorithm)? {
            None if wants_kms => Err(error::invalid_argument(
                "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms",
                "x-amz-server-side-encryption",
                algorithm,
            )),
            None => Ok(Self::S3),
            Some(algorithm) => Ok(Self::Kms {
                algorithm,
                key_arn: ready_key(kms, bucket, key.as_deref(), call.caller.account.as_deref(), call.now)?,
                bucket_key: bucket_key.unwrap_or_else(|| bucket.encryption.bucket_key()),
                context,
            }),
        }
    }

    /// The members of answers; the encryption context is only in those to whoever has just sent it.
    pub fn members(&self, to_writer: bool) -> Members {
        match self {
            Self::S3 => Structure::new().with("ServerSideEncryption", "AES256").members(),
            Self::Kms { algorithm, key_arn, bucket_key, context } => Structure::new()
                .with("ServerSideEncryption", algorithm.name())
                .with("SSEKMSKeyId", key_arn.as_str())
                .with_some("BucketKeyEnabled", bucket_key.then_some(true))
                .with_some("SSEKMSEncryptionContext", context.as_deref().filter(|_| to_writer))
                .members(),
            Self::Customer(key) => Structure::new()
                .with("SSECustomerAlgorithm", "AES256")
                .with("SSECustomerKeyMD5", key.md5())
                .members(),
        }
    }

    /// Whether KMS lets the key be used that the bytes lie under.
    pub fn check_key(&self, kms: &mut Kms, bucket: &Bucket, now: Timestamp) -> Result<(), ApiError> {
        match self {
            Self::Kms { key_arn, .. } => ready_key(kms, bucket, Some(key_arn), None, now).map(drop),
            Self::S3 | Self::Customer(_) => Ok(()),
        }
    }

    /// Whether a reader who sent this key, or none, may have the bytes.
    pub fn check_reader(&self, sent: Option<&CustomerKey>) -> Result<(), ApiError> {
        match (self, sent) {
            (Self::Customer(key), Some(sent)) if key == sent => Ok(()),
            (Self::Customer(_), Some(_)) => Err(ApiError::new(
                403,
                "AccessDenied",
                "Requests specifying Server Side Encryption with Customer provided keys must provide the correct secret key.",
            )),
            (Self::Customer(_), None) => Err(error::invalid_request(
                "The object was stored using a form of Server Side Encryption. The correct parameters must be provided to retrieve the object.",
            )),
            (_, Some(_)) => {
                Err(error::invalid_request("The encryption parameters are not applicable to this object."))
            }
            (_, None) => Ok(()),
        }
    }
}

/// Base64 of a JSON object of texts.
fn check_context(context: &str) -> Result<(), ApiError> {
    let object = STANDARD.decode(context).ok().and_then(|json| serde_json::from_slice::<Members>(&json).ok());
    if object.is_some_and(|object| object.values().all(Value::is_string)) {
        return Ok(());
    }
    Err(error::invalid_argument(
        "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string holding JSON which represents a string-string map",
        "x-amz-server-side-encryption-context",
        context,
    ))
}
