//! Uploads: one put, or several parts.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use md5::{Digest, Md5};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};
use stackproof_aws::Members;

use super::checksum::Checksum;
use crate::acceptance::error::StepError;
use crate::acceptance::options::{OptionError, OptionWord, Options, bad};
use crate::acceptance::sentence::Who;
use crate::acceptance::world::{Over, Request, Upload, World, operation};

/// What an object is stored with.
pub(super) const OBJECT: &[OptionWord] = &[
    OptionWord::new("content", "hello", "the content; made up if absent"),
    OptionWord::new("size", "12 MiB", "the size of made-up content"),
    OptionWord::new("part size", "5 MiB", "uploads in parts of this size"),
    OptionWord::new("encryption", "aws:kms", "`ServerSideEncryption`"),
    OptionWord::new("encryption key", "alias/x", "`SSEKMSKeyId`"),
    OptionWord::new("customer key", "generated", "a key of the customer's own (SSE-C), made for this object"),
    OptionWord::new("tag", "team=data", "a tag; may stand several times"),
    OptionWord::new("metadata", "origin=pbx", "user metadata; may stand several times"),
    OptionWord::new("content type", "audio/wav", "`ContentType`"),
    OptionWord::new("storage class", "STANDARD_IA", "`StorageClass`"),
    OptionWord::new("acl", "bucket-owner-full-control", "`ACL`"),
    OptionWord::new("lock mode", "GOVERNANCE", "`ObjectLockMode`; S3 wants a checksum beside a lock"),
    OptionWord::new("retained until", "2030-01-01T00:00:00Z", "`ObjectLockRetainUntilDate`"),
    OptionWord::new("legal hold", "ON", "`ObjectLockLegalHoldStatus`"),
    OptionWord::new(
        "checksum",
        "SHA256",
        "`CRC32`, `CRC32C`, `CRC64NVME`, `SHA1` or `SHA256`, made from the content, or a value as it is: `CRC32 AAAAAA==`",
    ),
    OptionWord::new("if none match", "*", "`IfNoneMatch`"),
    OptionWord::new("if match", "{etag}", "`IfMatch`"),
];

/// How a call travels.
pub(super) const TRANSPORT: &[OptionWord] = &[
    OptionWord::new(
        "over",
        "http",
        "`http`, `https`, `presigned URL` or, for an upload in one piece, `form`",
    ),
    OptionWord::new("header NAME", "1", "a header, sent and signed as it is"),
];

/// Options that are members.
const MEMBERS: &[(&str, &str)] = &[
    ("encryption", "ServerSideEncryption"),
    ("encryption key", "SSEKMSKeyId"),
    ("content type", "ContentType"),
    ("storage class", "StorageClass"),
    ("acl", "ACL"),
    ("lock mode", "ObjectLockMode"),
    ("retained until", "ObjectLockRetainUntilDate"),
    ("legal hold", "ObjectLockLegalHoldStatus"),
];

/// Options that are members of the call that makes the object, whichever it is.
const CONDITIONS: &[(&str, &str)] = &[("if none match", "IfNoneMatch"), ("if match", "IfMatch")];

/// An object that is to be stored.
struct Made<'a> {
    who: &'a Who,
    bucket: &'a str,
    key: &'a str,
    options: &'a Options,
    content: Bytes,
    customer_key: Option<String>,
}

/// Stores an object as that principal; it becomes the last call.
///
/// # Errors
/// Options that do not fit, or what [`World::act`] says.
pub(super) async fn upload(
    world: &mut World,
    who: &Who,
    bucket: &str,
    key: &str,
    options: &Options,
) -> Result<(), StepError> {
    let content = content(world, options)?;
    let customer_key = customer_key(world, bucket, key, options)?;
    let made = Made { who, bucket, key, options, content, customer_key };
    match options.bytes("part size")? {
        Some(0) => return Err(bad("part size", "more than nothing", "0").into()),
        Some(size) => made.in_parts(world, size).await?,
        None => made.in_one(world).await?,
    }
    if world.last()?.reply.result.is_ok() {
        let Made { content, customer_key, .. } = made;
        let (bucket, key) = (bucket.to_owned(), key.to_owned());
        world.uploads.push(Upload { who: who.to_string(), bucket, key, content, customer_key });
    }
    Ok(())
}

impl Made<'_> {
    async fn in_one(&self, world: &mut World) -> Result<(), StepError> {
        let mut members = self.described()?;
        if let Some(checksum) = Checksum::of(self.options)? {
            checksum.put(&mut members, &self.content);
        }
        put_options(&mut members, self.options, CONDITIONS)?;
        let mut request = self.request("PutObject", members)?;
        request.body = self.content.clone();
        world.act(self.who, request).await
    }

    /// Stops at the first call that fails, which is then the last one.
    async fn in_parts(&self, world: &mut World, size: usize) -> Result<(), StepError> {
        let checksum = Checksum::of(self.options)?;
        let mut members = self.described()?;
        if let Some(checksum) = &checksum {
            if checksum.is_given() {
                return Err(OptionError::Together(
                    "a checksum's value and `part size` cannot stand together",
                )
                .into());
            }
            members.insert("ChecksumAlgorithm".to_owned(), json!(checksum.algorithm()));
        }
        world.act(self.who, self.request("CreateMultipartUpload", members)?).await?;
        let Ok(created) = &world.last()?.reply.result else { return Ok(()) };
        let upload = created.get("UploadId").cloned().unwrap_or_default();
        let Self { bucket, key, .. } = self;

        let mut done = Vec::new();
        let mut rest = self.content.clone();
        while !rest.is_empty() || done.is_empty() {
            let part = rest.split_to(size.min(rest.len()));
            let number = done.len() + 1;
            let members = json!({ "Bucket": bucket, "Key": key, "UploadId": upload, "PartNumber": number });
            let mut members = object(members);
            put_customer_key(&mut members, self.customer_key.as_deref());
            let mut completed = object(json!({ "PartNumber": number }));
            if let Some(checksum) = &checksum {
                checksum.put(&mut members, &part);
                checksum.put(&mut completed, &part);
            }
            let mut request = self.request("UploadPart", members)?;
            request.body = part;
            world.act_on(self.who, request).await?;
            let Ok(stored) = &world.last()?.reply.result else { return Ok(()) };
            completed.insert("ETag".to_owned(), stored.get("ETag").cloned().unwrap_or_default());
            done.push(completed);
        }

        let parts = json!({ "Parts": done });
        let members = json!({ "Bucket": bucket, "Key": key, "UploadId": upload, "MultipartUpload": parts });
        let mut members = object(members);
        put_options(&mut members, self.options, CONDITIONS)?;
        world.act_on(self.who, self.request("CompleteMultipartUpload", members)?).await
    }

    fn request(&self, name: &str, members: Members) -> Result<Request, StepError> {
        Ok(travelling(Request::new(operation("s3", name)?, members), self.options)?)
    }

    /// The members that the object is made with, but for conditions.
    fn described(&self) -> Result<Members, OptionError> {
        let mut members = object(json!({ "Bucket": self.bucket, "Key": self.key }));
        put_options(&mut members, self.options, MEMBERS)?;
        put_tags(&mut members, self.options)?;
        let metadata = self.options.pairs("metadata")?;
        if !metadata.is_empty() {
            let metadata = metadata.into_iter().map(|(name, value)| (name.to_owned(), json!(value)));
            members.insert("Metadata".to_owned(), Value::Object(metadata.collect()));
        }
        put_customer_key(&mut members, self.customer_key.as_deref());
        Ok(members)
    }
}

/// Tags as the header has them: a query string.
pub(super) fn put_tags(members: &mut Members, options: &Options) -> Result<(), OptionError> {
    let encode = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let tags = options.pairs("tag")?;
    let tags: Vec<_> =
        tags.into_iter().map(|(key, value)| format!("{}={}", encode(key), encode(value))).collect();
    if !tags.is_empty() {
        members.insert("Tagging".to_owned(), json!(tags.join("&")));
    }
    Ok(())
}

pub(super) fn put_options(
    members: &mut Members,
    options: &Options,
    words: &[(&str, &str)],
) -> Result<(), OptionError> {
    for (word, member) in words {
        if let Some(value) = options.one(word)? {
            members.insert((*member).to_owned(), json!(value));
        }
    }
    Ok(())
}

/// The same request over what the options say, with their headers.
pub(super) fn travelling(mut request: Request, options: &Options) -> Result<Request, OptionError> {
    request.over = match options.one("over")? {
        None | Some("https") => Over::Https,
        Some("http") => Over::Http,
        Some("presigned URL") => Over::PresignedUrl,
        Some("form") if request.operation.name == "PutObject" => Over::Form,
        Some("form") => {
            return Err(OptionError::Together("`form` carries nothing but an upload in one piece"));
        }
        Some(other) => return Err(bad("over", "`http`, `https`, `presigned URL` or `form`", other)),
    };
    let headers = options.0.iter().filter_map(|(word, value)| Some((word.strip_prefix("header ")?, value)));
    request.headers.extend(headers.map(|(name, value)| (name.to_owned(), value.clone())));
    Ok(request)
}

/// Puts the customer's key and its digest beside it, as SSE-C wants them.
pub(super) fn put_customer_key(members: &mut Members, key: Option<&str>) {
    let Some(key) = key else { return };
    let digest = STANDARD.encode(Md5::digest(STANDARD.decode(key).unwrap_or_default()));
    members.insert("SSECustomerAlgorithm".to_owned(), json!("AES256"));
    members.insert("SSECustomerKey".to_owned(), json!(key));
    members.insert("SSECustomerKeyMD5".to_owned(), json!(digest));
}

/// The customer key of that object: the one that it was uploaded with, else a new one.
pub(super) fn customer_key(
    world: &World,
    bucket: &str,
    key: &str,
    options: &Options,
) -> Result<Option<String>, StepError> {
    match options.one("customer key")? {
        None => Ok(None),
        Some("generated") => {
            let mut uploads = world.uploads.iter().rev().filter(|it| it.bucket == bucket && it.key == key);
            if let Some(known) = uploads.find_map(|upload| upload.customer_key.clone()) {
                return Ok(Some(known));
            }
            let mut bytes = [0; 32];
            getrandom::fill(&mut bytes)
                .map_err(|error| StepError::usage(format!("no randomness for a customer key: {error}")))?;
            Ok(Some(STANDARD.encode(bytes)))
        }
        Some(other) => Err(bad("customer key", "`generated`", other).into()),
    }
}

/// The content that the options ask for. Made-up content differs from upload to upload, or an overwrite could not be
/// told from what was there.
fn content(world: &World, options: &Options) -> Result<Bytes, StepError> {
    match (options.one("content")?, options.bytes("size")?) {
        (Some(_), Some(_)) => Err(OptionError::Together("`content` and `size` cannot stand together").into()),
        (Some(text), None) => Ok(Bytes::copy_from_slice(text.as_bytes())),
        (None, size) => {
            let line = format!("content {} of {}\n", world.uploads.len() + 1, world.names.fill("{unique}")?);
            let Some(size) = size else { return Ok(line.into()) };
            let mut content = line.repeat(size / line.len() + 1).into_bytes();
            content.truncate(size);
            Ok(content.into())
        }
    }
}

pub(super) fn object(value: Value) -> Members {
    match value {
        Value::Object(members) => members,
        _ => Members::new(),
    }
}
