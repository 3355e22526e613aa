//! CopyObject, and the source of copies.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html>

use std::sync::Arc;

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use stackproof_aws::{ApiError, Output};

use super::body::Stored;
use super::checksum::{Algorithm, Checksum};
use super::condition::{ReadConditions, WriteConditions};
use super::config::Versioning;
use super::encryption::Encryption;
use super::encryption::customer_key::CustomerKey;
use super::object::{Attributes, Described, Object, target};
use super::range;
use super::tags::Tags;
use super::version::{Content, NULL, Version};
use super::{S3, error};
use crate::Call;
use crate::input::{Input, not_implemented};
use crate::kms::Kms;
use crate::structure::Structure;

/// The largest object that one call copies.
const MAX_COPIED: u64 = 5 << 30;

/// The source of a copy as it was found, which is what is copied whatever becomes of it meanwhile.
pub(crate) struct Opened {
    source: Source,
    object: Object,
    /// The version's id as answers show it.
    pub shown_id: Option<String>,
    /// The bytes that are copied, and the checksum that they are to be taken.
    pub body: Stored,
    pub algorithm: Algorithm,
}

/// What is copied, and on which conditions.
struct Source {
    bucket: String,
    key: String,
    version_id: Option<String>,
    conditions: ReadConditions,
    customer_key: Option<CustomerKey>,
}

impl Source {
    /// Takes the members: `bucket/key`, URL-encoded, with an optional `?versionId=`.
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let header = input.required("CopySource")?;
        let invalid = |message: &str| error::invalid_argument(message, "x-amz-copy-source", &header);
        let decode = |text| {
            let decoded = percent_decode_str(text).decode_utf8();
            decoded.map_err(|_| invalid("Invalid copy source encoding"))
        };
        let (path, version_id) = match header.split_once("?versionId=") {
            Some((path, id)) => (path, Some(decode(id)?.into_owned())),
            None => (header.as_str(), None),
        };
        let path = decode(path)?;
        let path = path.strip_prefix('/').unwrap_or(&path);
        if path.starts_with("arn:") {
            return Err(not_implemented("copies through an access point"));
        }
        let named = path.split_once('/').filter(|(bucket, key)| !bucket.is_empty() && !key.is_empty());
        let (bucket, key) = named.ok_or_else(|| {
            invalid("Copy Source must mention the source bucket and key: sourcebucket/sourcekey")
        })?;
        Ok(Self {
            bucket: bucket.to_owned(),
            key: key.to_owned(),
            version_id,
            conditions: ReadConditions::read(input, "CopySource")?,
            customer_key: CustomerKey::read(input, "CopySource")?,
        })
    }

    /// The object to be copied, and its version's id as answers show it: that of a `null` version they do not.
    ///
    /// # Errors
    /// Those of a read, and `InvalidRequest` for a delete marker.
    fn open(&self, s3: &S3, kms: &mut Kms, now: Timestamp) -> Result<(Object, Option<String>), ApiError> {
        let bucket = s3.bucket(&self.bucket)?;
        let found = bucket.locate(&self.key, self.version_id.as_deref());
        let (version, object): (&Version, &Object) = found.map_err(|error| match error.code.as_ref() {
            "MethodNotAllowed" => error::invalid_request(
                "The source of a copy request may not specifically refer to a delete marker by version id.",
            ),
            _ => error,
        })?;
        object.attributes.encryption.check_reader(self.customer_key.as_ref())?;
        self.conditions.check_source(version, object, now)?;
        object.check_readable()?;
        object.attributes.encryption.check_key(kms, bucket, now)?;
        Ok((object.clone(), bucket.shown_id(version).filter(|id| id != NULL)))
    }

    fn is(&self, bucket: &str, key: &str) -> bool {
        self.bucket == bucket && self.key == key && self.version_id.is_none()
    }
}

/// Finds the source of a copy, before the copy itself is made: its bytes may have to be read for a digest.
///
/// # Errors
/// Those of a read, and `InvalidRequest` for what is too large or a delete marker.
pub(crate) fn open(
    s3: &S3,
    kms: &mut Kms,
    now: Timestamp,
    operation: &str,
    input: &mut Input,
) -> Result<Option<Opened>, ApiError> {
    if !matches!(operation, "CopyObject" | "UploadPartCopy") {
        return Ok(None);
    }
    let source = Source::read(input)?;
    let part = input.string("CopySourceRange")?;
    let (object, shown_id) = source.open(s3, kms, now)?;
    let body = match part {
        Some(header) => object.body.slice(range::of_copy(&header, object.body.len())?),
        None => object.body.clone(),
    };
    if body.len() > MAX_COPIED {
        return Err(error::invalid_request(format!(
            "The specified copy source is larger than the maximum allowable size for a copy source: {MAX_COPIED}"
        )));
    }
    let algorithm = match (input.peek("ChecksumAlgorithm"), input.peek("UploadId")) {
        (Some(named), _) => Algorithm::parse(named)?,
        (None, None) => object.checksum.algorithm,
        (None, Some(id)) => {
            let bucket = s3.bucket(input.peek("Bucket").unwrap_or_default())?;
            let upload = bucket.uploads.get(id).ok_or_else(|| error::no_such_upload(id))?;
            upload.algorithm()
        }
    };
    Ok(Some(Opened { source, object, shown_id, body, algorithm }))
}

/// Takes the source that was found.
pub(crate) fn opened(call: &mut Call) -> Result<Opened, ApiError> {
    call.source.take().ok_or_else(|| ApiError::internal("the source of a copy was not opened"))
}

/// Takes a directive: whether something comes from the request instead of from the source.
fn replaces(input: &mut Input, member: &str) -> Result<bool, ApiError> {
    match input.string(member)?.as_deref() {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(other) => Err(error::invalid_argument(format!("Unknown {member}."), member, other)),
    }
}

pub(crate) fn copy(s3: &mut S3, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let (name, key) = target(&mut call.input)?;
    let Opened { source, object: original, shown_id, algorithm, .. } = opened(&mut call)?;
    let bucket = s3.bucket_mut(&name)?;

    let input = &mut call.input;
    let new_metadata = replaces(input, "MetadataDirective")?;
    let new_tags = replaces(input, "TaggingDirective")?;
    input.only("AnnotationDirective", "COPY")?;
    input.string("ChecksumAlgorithm")?;
    // Without the directive S3 takes the source's and leaves what the request says aside.
    let described = Described::read(input)?;
    let described = if new_metadata { described } else { original.attributes.described.clone() };
    let tags = Tags::read_header(input)?;
    let tags = if new_tags { tags } else { original.attributes.tags.clone() };
    let changes = ["ServerSideEncryption", "SSECustomerAlgorithm", "StorageClass", "WebsiteRedirectLocation"];
    // Where the source or the bucket says something of encryption of its own, S3 takes that for a change.
    let changed = new_metadata
        || changes.iter().any(|member| input.has(member))
        || original.attributes.encryption != Encryption::S3
        || bucket.encryption.configured();
    if source.is(&name, &key) && !changed {
        return Err(error::invalid_request(
            "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata, storage class, website redirect location or encryption attributes.",
        ));
    }
    let attributes = Attributes::read_with(bucket, kms, &mut call, described, tags)?;
    let conditions = WriteConditions::read(&mut call.input)?;
    call.input.finish()?;
    conditions.check(bucket, &key)?;

    let checksum = Checksum::of(algorithm, &call.body)?;
    let object = Object::whole(call.body, checksum, attributes)?;
    let result = Structure::new()
        .with("ETag", object.quoted_etag())
        .with_time("LastModified", call.now)
        .with_all(object.checksum.members());
    let answer = Structure::new()
        .with("CopyObjectResult", result.value())
        .with_some("CopySourceVersionId", shown_id)
        .with_all(object.attributes.encryption.members(true));
    // Unlike a put's, a copy's answer shows the id of a `null` version, too.
    let suspended = (bucket.versioning == Versioning::Suspended).then(|| NULL.to_owned());
    let id = bucket.add(&key, Content::Object(Arc::new(object)), call.now)?.or(suspended);
    Ok(answer.with_some("VersionId", id).output())
}
