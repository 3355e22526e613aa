//! An object: its bytes and everything that was said about them.

use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::acl::{Acl, AclRequest};
use super::body::Stored;
use super::bucket::Bucket;
use super::checksum::{Checksum, not_taken};
use super::encryption::Encryption;
use super::error;
use super::lock::Lock;
use super::tags::Tags;
use crate::Call;
use crate::input::Input;
use crate::kms::Kms;
use crate::random;
use crate::structure::Structure;

/// The headers that an object is served with.
const CONTENT_MEMBERS: [&str; 5] =
    ["CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType"];
const DEFAULT_CONTENT_TYPE: &str = "binary/octet-stream";
const MAX_METADATA_BYTES: usize = 2048;
const STANDARD: &str = "STANDARD";
const STORAGE_CLASSES: [&str; 8] = [
    STANDARD,
    "REDUCED_REDUNDANCY",
    "STANDARD_IA",
    "ONEZONE_IA",
    "INTELLIGENT_TIERING",
    "GLACIER_IR",
    "GLACIER",
    "DEEP_ARCHIVE",
];

/// An object as it is stored.
#[derive(Clone)]
pub(crate) struct Object {
    pub body: Stored,
    /// Without quotes.
    pub etag: String,
    pub checksum: Checksum,
    /// Of a multipart upload, in order.
    pub parts: Vec<PartSummary>,
    pub attributes: Attributes,
}

/// What stays of a part once its upload is complete.
#[derive(Clone)]
pub(crate) struct PartSummary {
    pub number: u16,
    pub size: u64,
    /// In the upload's algorithm.
    pub checksum: Checksum,
}

/// What a put, a copy or the start of a multipart upload says about an object.
#[derive(Clone)]
pub(crate) struct Attributes {
    pub described: Described,
    pub storage_class: String,
    pub redirect: Option<String>,
    pub tags: Tags,
    pub encryption: Encryption,
    pub acl: Acl,
    pub lock: Lock,
}

/// Headers and user metadata: what a copy takes along unless told otherwise.
#[derive(Clone)]
pub(crate) struct Described {
    headers: Members,
    metadata: Members,
}

impl Described {
    /// Takes the members.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let mut headers = Members::new();
        for name in CONTENT_MEMBERS {
            if let Some(value) = input.string(name)? {
                headers.insert(name.to_owned(), Value::String(value));
            }
        }
        if let Some(expires) = input.time("Expires")? {
            headers.insert("Expires".to_owned(), Value::String(crate::structure::time(expires)));
        }
        headers.entry("ContentType").or_insert_with(|| DEFAULT_CONTENT_TYPE.into());
        let metadata = input.map("Metadata")?;
        let metadata: Members =
            metadata.into_iter().map(|(key, value)| (key.to_ascii_lowercase(), value)).collect();
        let size: usize =
            metadata.iter().map(|(key, value)| key.len() + value.as_str().map_or(0, str::len)).sum();
        if size > MAX_METADATA_BYTES {
            let message = "Your metadata headers exceed the maximum allowed metadata size";
            return Err(ApiError::new(400, "MetadataTooLarge", message)
                .detail("Size", size.to_string())
                .detail("MaxSizeAllowed", MAX_METADATA_BYTES.to_string()));
        }
        Ok(Self { headers, metadata })
    }

    /// The members as GetObject and HeadObject answer them.
    pub fn members(&self) -> Members {
        let mut members = self.headers.clone();
        if !self.metadata.is_empty() {
            members.insert("Metadata".to_owned(), Value::Object(self.metadata.clone()));
        }
        members
    }
}

impl Attributes {
    /// Takes the members of a put or of the start of a multipart upload.
    pub fn read(bucket: &Bucket, kms: &mut Kms, call: &mut Call) -> Result<Self, ApiError> {
        let described = Described::read(&mut call.input)?;
        let tags = Tags::read_header(&mut call.input)?;
        Self::read_with(bucket, kms, call, described, tags)
    }

    /// Takes the members that a copy never takes from its source.
    pub fn read_with(
        bucket: &Bucket,
        kms: &mut Kms,
        call: &mut Call,
        described: Described,
        tags: Tags,
    ) -> Result<Self, ApiError> {
        let storage_class = call.input.string("StorageClass")?.unwrap_or_else(|| STANDARD.to_owned());
        if !STORAGE_CLASSES.contains(&storage_class.as_str()) {
            let message = "The storage class you specified is not valid";
            return Err(ApiError::new(400, "InvalidStorageClass", message)
                .detail("StorageClassRequested", storage_class));
        }
        let redirect = call.input.string("WebsiteRedirectLocation")?;
        if redirect.as_ref().is_some_and(|to| !["/", "http://", "https://"].iter().any(|p| to.starts_with(p)))
        {
            let message =
                "The website redirect location must have a prefix of 'http://' or 'https://' or '/'.";
            return Err(ApiError::new(400, "InvalidRedirectLocation", message));
        }
        let encryption = Encryption::read(bucket, kms, call)?;
        let writer = call.caller.account.as_deref().unwrap_or("anonymous");
        let acl = AclRequest::read(&mut call.input)?.for_object(bucket, writer)?;
        let lock = Lock::read(bucket, &mut call.input, call.now)?;
        Ok(Self { described, storage_class, redirect, tags, encryption, acl, lock })
    }

    /// The storage class as object headers give it: the usual one is left out.
    pub fn storage_class_header(&self) -> Option<&str> {
        (self.storage_class != STANDARD).then_some(self.storage_class.as_str())
    }
}

impl Object {
    /// An object of one piece.
    pub fn whole(body: Stored, checksum: Checksum, attributes: Attributes) -> Result<Self, ApiError> {
        let etag = etag_of(&body, &attributes.encryption)?;
        Ok(Self { body, etag, checksum, parts: Vec::new(), attributes })
    }

    /// The ETag in quotes, as headers and lists have it.
    pub fn quoted_etag(&self) -> String {
        format!("\"{}\"", self.etag)
    }

    /// The members that answer a put or a copy, but for the version id.
    pub fn stored(&self) -> Structure {
        Structure::new()
            .with("ETag", self.quoted_etag())
            .with_all(self.checksum.members())
            .with_all(self.attributes.encryption.members(true))
    }

    /// Refuses to read what lies in an archive.
    pub fn check_readable(&self) -> Result<(), ApiError> {
        match self.attributes.storage_class.as_str() {
            class @ ("GLACIER" | "DEEP_ARCHIVE") => Err(ApiError::new(
                403,
                "InvalidObjectState",
                "The operation is not valid for the object's storage class",
            )
            .detail("StorageClass", class)),
            _ => Ok(()),
        }
    }
}

/// The ETag of bytes that were sent in one piece: their MD5, or nothing that tells about them under a key of KMS or of
/// the customer ("Common response headers").
pub(crate) fn etag_of(body: &Stored, encryption: &Encryption) -> Result<String, ApiError> {
    match encryption {
        Encryption::S3 => Ok(hex::encode(body.digests().md5().ok_or_else(not_taken)?)),
        Encryption::Kms { .. } | Encryption::Customer { .. } => random::letters(b"0123456789abcdef", 32),
    }
}

/// Takes bucket and key of the object that a call is about.
pub(crate) fn target(input: &mut Input) -> Result<(String, String), ApiError> {
    let bucket = input.required("Bucket")?;
    let key = input.required("Key")?;
    super::name::check_key(&key)?;
    if key.is_empty() {
        return Err(error::invalid_argument("Object key must not be empty", "Key", key));
    }
    Ok((bucket, key))
}
