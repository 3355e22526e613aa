//! `aws_s3_object`.

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use md5::{Digest, Md5};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::versions;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Answer, Operator, ResourceError};
use crate::provision::native::resources::Resource;

/// An object of a bucket, with its content.
pub struct Object;

/// Arguments that are members of the put as they are.
const MEMBERS: [(&str, &str); 12] = [
    ("/acl", "ACL"),
    ("/cache_control", "CacheControl"),
    ("/checksum_algorithm", "ChecksumAlgorithm"),
    ("/content_disposition", "ContentDisposition"),
    ("/content_encoding", "ContentEncoding"),
    ("/content_language", "ContentLanguage"),
    ("/kms_key_id", "SSEKMSKeyId"),
    ("/object_lock_legal_hold_status", "ObjectLockLegalHoldStatus"),
    ("/object_lock_mode", "ObjectLockMode"),
    ("/object_lock_retain_until_date", "ObjectLockRetainUntilDate"),
    ("/storage_class", "StorageClass"),
    ("/website_redirect", "WebsiteRedirectLocation"),
];

/// Members of the head that are attributes as they are; empty where it has none.
const EXPORTED: [(&str, &str); 17] = [
    ("cache_control", "CacheControl"),
    ("checksum_crc32", "ChecksumCRC32"),
    ("checksum_crc32c", "ChecksumCRC32C"),
    ("checksum_crc64nvme", "ChecksumCRC64NVME"),
    ("checksum_sha1", "ChecksumSHA1"),
    ("checksum_sha256", "ChecksumSHA256"),
    ("content_disposition", "ContentDisposition"),
    ("content_encoding", "ContentEncoding"),
    ("content_language", "ContentLanguage"),
    ("content_type", "ContentType"),
    ("kms_key_id", "SSEKMSKeyId"),
    ("object_lock_legal_hold_status", "ObjectLockLegalHoldStatus"),
    ("object_lock_mode", "ObjectLockMode"),
    ("object_lock_retain_until_date", "ObjectLockRetainUntilDate"),
    ("server_side_encryption", "ServerSideEncryption"),
    ("version_id", "VersionId"),
    ("website_redirect", "WebsiteRedirectLocation"),
];

#[async_trait]
impl Resource for Object {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let content = content(operator, &arguments)?;
        let key = cleaned(arguments.text("/key").unwrap_or_default());
        let members = members(&arguments, &key, &content);
        operator.send("s3", "PutObject", members, content).await?;
        Ok(arguments.with(json!({ "id": key, "key": key })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let members =
            json!({ "Bucket": made.at("/bucket"), "Key": made.at("/key"), "ChecksumMode": "ENABLED" });
        let head = operator.call("s3", "HeadObject", members).await?;
        let arn = format!(
            "arn:aws:s3:::{}/{}",
            made.text("/bucket").unwrap_or_default(),
            made.text("/key").unwrap_or_default()
        );
        let read = exported(&head);
        Ok(made
            .with(read)
            .with(json!({ "arn": arn, "region": operator.region }))
            .with_defaults(json!({ "acl": "", "force_destroy": false })))
    }

    /// The provider leaves nothing of a key behind, whoever made its versions.
    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let (Some(bucket), Some(key)) = (attributes.text("/bucket"), attributes.text("/id")) else {
            return Ok(());
        };
        versions::remove(operator, bucket, Some(key), attributes.flag("/force_destroy")).await
    }
}

/// The bytes of `source`, a file named from the root module's folder, of `content` or of `content_base64`.
fn content(operator: &Operator, arguments: &Attributes) -> Result<Bytes, ResourceError> {
    if let Some(source) = arguments.text("/source") {
        let path = operator.directory.join(source);
        let read = std::fs::read(&path);
        return read.map(Bytes::from).map_err(|error| ResourceError::Unreadable {
            argument: "source".to_owned(),
            reason: format!("`{}` cannot be read: {error}", path.display()),
        });
    }
    if let Some(text) = arguments.text("/content_base64") {
        let decoded = STANDARD.decode(text);
        return decoded.map(Bytes::from).map_err(|error| ResourceError::Unreadable {
            argument: "content_base64".to_owned(),
            reason: format!("it is no base64: {error}"),
        });
    }
    Ok(Bytes::copy_from_slice(arguments.text("/content").unwrap_or_default().as_bytes()))
}

/// The provider takes no slashes at the start of a key, and one for several.
fn cleaned(key: &str) -> String {
    let mut cleaned = String::new();
    for letter in key.trim_start_matches('/').chars() {
        if letter != '/' || !cleaned.ends_with('/') {
            cleaned.push(letter);
        }
    }
    cleaned
}

fn members(arguments: &Attributes, key: &str, content: &[u8]) -> Value {
    let given = texts(arguments, &MEMBERS);
    let more = json!({
        "Bucket": arguments.at("/bucket"),
        "Key": key,
        "BucketKeyEnabled": arguments.flag("/bucket_key_enabled").then_some(true),
        "ContentMD5": STANDARD.encode(Md5::digest(content)),
        "ContentType": arguments.text("/content_type").unwrap_or("application/octet-stream"),
        "Metadata": arguments.at("/metadata"),
        // A key alone means the key's own encryption.
        "ServerSideEncryption": arguments
            .text("/server_side_encryption")
            .or(arguments.text("/kms_key_id").map(|_| "aws:kms")),
        "Tagging": tagging(arguments),
    });
    Attributes::from(given).with(more).as_json().clone()
}

/// Arguments as the members that they are; null where they are unset.
pub(super) fn texts(arguments: &Attributes, members: &[(&str, &str)]) -> Value {
    let all = members.iter().map(|(pointer, member)| ((*member).to_owned(), json!(arguments.text(pointer))));
    Value::Object(all.collect())
}

/// Its tags as S3 takes them in a header.
pub(super) fn tagging(arguments: &Attributes) -> Option<String> {
    let encode = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
    let tags = arguments.at("/tags_all").as_object().filter(|tags| !tags.is_empty())?;
    let pair = |(key, value): (&String, &Value)| {
        format!("{}={}", encode(key), encode(value.as_str().unwrap_or_default()))
    };
    Some(tags.iter().map(pair).collect::<Vec<_>>().join("&"))
}

/// What the provider reads off the object's head.
pub(in crate::provision::native) fn exported(head: &Answer) -> Value {
    let text = |member: &str| head.at(&format!("/{member}")).as_str().unwrap_or_default().to_owned();
    let scalars = EXPORTED.iter().map(|(name, member)| ((*name).to_owned(), json!(text(member))));
    let more = json!({
        "etag": text("ETag").trim_matches('"'),
        "storage_class": head.at("/StorageClass").as_str().unwrap_or("STANDARD"),
        "bucket_key_enabled": head.at("/BucketKeyEnabled").as_bool().unwrap_or_default(),
        "metadata": head.at("/Metadata").as_object().cloned().unwrap_or_default(),
    });
    Attributes::from(Value::Object(scalars.collect())).with(more).as_json().clone()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_have_no_slashes_at_the_start_and_none_twice() {
        for (given, kept) in [("a/b", "a/b"), ("//a//b/", "a/b/"), ("/", "")] {
            assert_eq!(cleaned(given), kept);
        }
    }

    #[test]
    fn a_put_says_what_the_arguments_say() {
        let arguments = Attributes::from(json!({
            "bucket": "b", "kms_key_id": "alias/x", "tags_all": { "a b": "1&2" }, "metadata": { "origin": "pbx" },
            "storage_class": "STANDARD_IA", "content_type": "",
        }));
        let put = members(&arguments, "k", b"x");
        assert_eq!(put["ServerSideEncryption"], "aws:kms");
        assert_eq!(put["Tagging"], "a%20b=1%262");
        assert_eq!(put["Metadata"], json!({ "origin": "pbx" }));
        assert_eq!(put["StorageClass"], "STANDARD_IA");
        assert_eq!(put["ContentType"], "application/octet-stream");
        assert_eq!(put["ContentMD5"], "ndTkYSaMgDT1yFZOFVxnpg==");
        assert_eq!(put["ACL"], Value::Null);
    }
}
