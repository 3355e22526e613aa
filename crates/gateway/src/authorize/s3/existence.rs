//! What is there, and who may learn that it is not (`iam-semantics`, section 6.4).

use std::sync::Arc;

use stackproof_aws::{ApiError, Members};

use super::context::LISTING;
use super::{S3Call, bucket_ask};
use crate::authorize::{Authorizer, Object};
use crate::refusal::Refusal;

const ABSENT: &[&str] = &["NoSuchKey", "NoSuchVersion", "NotFound"];
/// Answers that say that the object is there, and that the reader has to come in another way.
const PRESENT: &[&str] = &[
    "MethodNotAllowed",
    "InvalidRequest",
    "InvalidArgument",
    "InvalidEncryptionAlgorithmError",
    "BadRequest",
    "AccessDenied",
];
const SSE_C: [&str; 3] = ["SSECustomerAlgorithm", "SSECustomerKey", "SSECustomerKeyMD5"];

/// What a reader meets.
pub(crate) enum Found {
    /// The object, as `HeadObject` shows it.
    Object(Members),
    /// An object that cannot be looked at in this way; the upstream will say why.
    Closed,
    /// Nothing.
    Missing,
}

impl S3Call<'_> {
    /// The object that the call reads: its own, or the source of a copy.
    pub(super) async fn read_object(&self) -> Result<Option<Object>, Refusal> {
        match (self.name(), &self.bucket, self.text("Key")) {
            ("CopyObject" | "UploadPartCopy", ..) => self.source().await,
            (
                "GetObject" | "HeadObject" | "GetObjectAttributes" | "SelectObjectContent",
                Some(bucket),
                Some(key),
            ) => {
                let version = self.text("VersionId").map(str::to_owned);
                Ok(Some(Object { bucket: Arc::clone(bucket), key: key.to_owned(), version }))
            }
            _ => Ok(None),
        }
    }

    /// Looks at an object as its owner.
    pub(super) async fn look(&self, object: &Object) -> Result<Found, Refusal> {
        let mut members = object.members();
        let copy = self.text("CopySource").is_some();
        if let Some(members) = members.as_object_mut() {
            for name in SSE_C {
                let sent = if copy { format!("CopySource{name}") } else { name.to_owned() };
                if let Some(value) = self.identified.members.get(&sent) {
                    members.insert(name.to_owned(), value.clone());
                }
            }
        }
        let (owner, call) = (&object.bucket.owner, ("s3", "HeadObject"));
        let codes: Vec<&str> = ABSENT.iter().chain(PRESENT).copied().collect();
        if let Some(found) = self.directory.ask(owner, call, members.clone(), &codes).await? {
            return Ok(Found::Object(found));
        }
        match self.directory.ask(owner, call, members, ABSENT).await {
            Ok(None) => Ok(Found::Missing),
            _ => Ok(Found::Closed),
        }
    }

    /// A missing key is a 404 to those who may list the bucket, and a denial to all others.
    pub(super) async fn may_miss(
        &self,
        authorizer: &mut Authorizer<'_>,
        object: &Object,
    ) -> Result<(), Refusal> {
        let mut context = self.context_of(&object.bucket);
        // Whether S3 asks for the bucket as a whole or under this key is not known.
        LISTING.iter().for_each(|key| context.insert_unknown(key));
        let ask = bucket_ask("s3:ListBucket", &object.bucket, &context);
        authorizer.demand(self.call, &[ask]).await
    }
}

/// The answer to whoever names a bucket that is not there.
pub(crate) fn no_such_bucket(name: &str) -> ApiError {
    ApiError::new(404, "NoSuchBucket", "The specified bucket does not exist").detail("BucketName", name)
}
