//! Every way to reach what is somebody's.

use serde_json::json;
use stackproof_aws::Members;

use crate::acceptance::error::StepError;
use crate::acceptance::steps::key::{data_key, decrypt, encrypt};
use crate::acceptance::steps::object::copy_source;
use crate::acceptance::steps::upload::object;
use crate::acceptance::world::{Request, operation};

/// What is one tenant's.
pub(super) enum Own {
    Objects { bucket: String, prefix: String, key: String },
    Sealed { key: String, context: Members, ciphertext: String },
}

/// A way to reach something, by the verb that tells it.
#[derive(Clone, Copy)]
pub(super) enum Way {
    Head,
    Download,
    List,
    Upload,
    Copy,
    Delete,
    Encrypt,
    Decrypt,
    DataKey,
}

impl Way {
    /// In this order, since deletes take away what the others need.
    pub(super) const OF_OBJECTS: [Self; 6] =
        [Self::Head, Self::Download, Self::List, Self::Upload, Self::Copy, Self::Delete];
    pub(super) const OF_KEYS: [Self; 3] = [Self::Encrypt, Self::Decrypt, Self::DataKey];

    pub(super) fn verb(self) -> &'static str {
        match self {
            Self::Head => "reads the head of an object of",
            Self::Download => "downloads an object of",
            Self::List => "lists the objects of",
            Self::Upload => "uploads an object of",
            Self::Copy => "copies an object of",
            Self::Delete => "deletes an object of",
            Self::Encrypt => "encrypts in the context of",
            Self::Decrypt => "decrypts what was encrypted in the context of",
            Self::DataKey => "generates a data key in the context of",
        }
    }

    /// The call by which `own`'s holder goes this way to what is `other`.
    pub(super) fn request(self, own: &Own, other: &Own) -> Result<Option<Request>, StepError> {
        let of_s3 = |name: &str, members| Ok(Some(Request::new(operation("s3", name)?, object(members))));
        match (self, other) {
            (Self::Head, Own::Objects { bucket, key, .. }) => {
                of_s3("HeadObject", json!({ "Bucket": bucket, "Key": key }))
            }
            (Self::Download, Own::Objects { bucket, key, .. }) => {
                of_s3("GetObject", json!({ "Bucket": bucket, "Key": key }))
            }
            (Self::List, Own::Objects { bucket, prefix, .. }) => {
                of_s3("ListObjectsV2", json!({ "Bucket": bucket, "Prefix": prefix }))
            }
            (Self::Upload, Own::Objects { bucket, key, .. }) => {
                of_s3("PutObject", json!({ "Bucket": bucket, "Key": key }))
            }
            (Self::Copy, Own::Objects { bucket: source, key, .. }) => match own {
                Own::Objects { bucket, prefix, .. } => {
                    let (target, from) = (format!("{prefix}copied"), copy_source(source, key, None));
                    of_s3("CopyObject", json!({ "Bucket": bucket, "Key": target, "CopySource": from }))
                }
                Own::Sealed { .. } => Ok(None),
            },
            (Self::Delete, Own::Objects { bucket, key, .. }) => {
                of_s3("DeleteObject", json!({ "Bucket": bucket, "Key": key }))
            }
            (Self::Encrypt, Own::Sealed { key, context, .. }) => encrypt(key, "probe", context).map(Some),
            (Self::Decrypt, Own::Sealed { context, ciphertext, .. }) => {
                decrypt(ciphertext, context).map(Some)
            }
            (Self::DataKey, Own::Sealed { key, context, .. }) => data_key(key, context).map(Some),
            _ => Ok(None),
        }
    }
}
