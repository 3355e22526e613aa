//! `aws_s3_object_copy`.

use async_trait::async_trait;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use super::object::{Object, exported, tagging, texts};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::Resource;

/// An object that is a copy of another.
pub struct ObjectCopy;

/// What stands in the name of a source as it is.
const SOURCE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b':');

/// Arguments that are members of the copy as they are.
const MEMBERS: [(&str, &str); 30] = [
    ("/acl", "ACL"),
    ("/bucket", "Bucket"),
    ("/cache_control", "CacheControl"),
    ("/checksum_algorithm", "ChecksumAlgorithm"),
    ("/content_disposition", "ContentDisposition"),
    ("/content_encoding", "ContentEncoding"),
    ("/content_language", "ContentLanguage"),
    ("/content_type", "ContentType"),
    ("/copy_if_match", "CopySourceIfMatch"),
    ("/copy_if_modified_since", "CopySourceIfModifiedSince"),
    ("/copy_if_none_match", "CopySourceIfNoneMatch"),
    ("/copy_if_unmodified_since", "CopySourceIfUnmodifiedSince"),
    ("/customer_algorithm", "SSECustomerAlgorithm"),
    ("/customer_key", "SSECustomerKey"),
    ("/customer_key_md5", "SSECustomerKeyMD5"),
    ("/expected_bucket_owner", "ExpectedBucketOwner"),
    ("/expected_source_bucket_owner", "ExpectedSourceBucketOwner"),
    ("/expires", "Expires"),
    ("/key", "Key"),
    ("/kms_encryption_context", "SSEKMSEncryptionContext"),
    ("/kms_key_id", "SSEKMSKeyId"),
    ("/metadata_directive", "MetadataDirective"),
    ("/object_lock_legal_hold_status", "ObjectLockLegalHoldStatus"),
    ("/object_lock_mode", "ObjectLockMode"),
    ("/object_lock_retain_until_date", "ObjectLockRetainUntilDate"),
    ("/request_payer", "RequestPayer"),
    ("/source_customer_algorithm", "CopySourceSSECustomerAlgorithm"),
    ("/source_customer_key", "CopySourceSSECustomerKey"),
    ("/source_customer_key_md5", "CopySourceSSECustomerKeyMD5"),
    ("/website_redirect", "WebsiteRedirectLocation"),
];

/// The members that grants of these permissions are.
const GRANTS: [(&str, &str); 4] = [
    ("FULL_CONTROL", "GrantFullControl"),
    ("READ", "GrantRead"),
    ("READ_ACP", "GrantReadACP"),
    ("WRITE_ACP", "GrantWriteACP"),
];

#[async_trait]
impl Resource for ObjectCopy {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let copied = operator.call("s3", "CopyObject", members(&arguments)).await?;
        let text = |pointer: &str| copied.at(pointer).as_str().unwrap_or_default().to_owned();
        let told = json!({
            "id": arguments.at("/key"),
            "expiration": text("/Expiration"),
            "last_modified": text("/CopyObjectResult/LastModified"),
            "request_charged": text("/RequestCharged") == "requester",
            "source_version_id": text("/CopySourceVersionId"),
        });
        Ok(arguments.with(told))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let members = json!({
            "Bucket": made.at("/bucket"),
            "Key": made.at("/key"),
            "ChecksumMode": "ENABLED",
            "SSECustomerAlgorithm": made.text("/customer_algorithm"),
            "SSECustomerKey": made.text("/customer_key"),
            "SSECustomerKeyMD5": made.text("/customer_key_md5"),
        });
        let head = operator.call("s3", "HeadObject", members).await?;
        let arn = format!(
            "arn:aws:s3:::{}/{}",
            made.text("/bucket").unwrap_or_default(),
            made.text("/key").unwrap_or_default()
        );
        Ok(made.with(exported(&head)).with(json!({ "arn": arn, "region": operator.region })).with_defaults(
            json!({
                "acl": "", "customer_algorithm": "", "customer_key_md5": "", "force_destroy": false,
            }),
        ))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        Object.destroy(operator, attributes).await
    }
}

fn members(arguments: &Attributes) -> Value {
    let tags = tagging(arguments);
    let source = arguments.text("/source").unwrap_or_default();
    // The number of a version stands behind the name.
    let (name, version) = source.split_once("?versionId=").unwrap_or((source, ""));
    let name = utf8_percent_encode(name, SOURCE);
    let more = json!({
        "BucketKeyEnabled": arguments.flag("/bucket_key_enabled").then_some(true),
        "CopySource": if version.is_empty() { name.to_string() } else { format!("{name}?versionId={version}") },
        "Metadata": arguments.at("/metadata"),
        "ServerSideEncryption": arguments.text("/server_side_encryption"),
        "StorageClass": arguments.text("/storage_class"),
        // Tags of its own are no copies.
        "TaggingDirective": arguments.text("/tagging_directive").or(tags.as_ref().map(|_| "REPLACE")),
        "Tagging": tags,
    });
    let grants = GRANTS.iter().filter_map(|(permission, member)| {
        let grantees: Vec<String> =
            arguments.list("/grant").iter().filter_map(|it| grantee(it, permission)).collect();
        (!grantees.is_empty()).then(|| ((*member).to_owned(), json!(grantees.join(", "))))
    });
    Attributes::from(texts(arguments, &MEMBERS))
        .with(more)
        .with(Value::Object(grants.collect()))
        .as_json()
        .clone()
}

/// A grantee as a header names it, if it has that permission.
fn grantee(grant: &Value, permission: &str) -> Option<String> {
    let grant = Attributes::from(grant.clone());
    grant.list("/permissions").iter().find(|it| *it == permission)?;
    let named = [("id", "/id"), ("uri", "/uri"), ("emailAddress", "/email")];
    named.iter().find_map(|(name, pointer)| Some(format!("{name}=\"{}\"", grant.text(pointer)?)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_says_what_the_arguments_say() {
        let copy = members(&Attributes::from(json!({
            "bucket": "b", "key": "k", "source": "from/a b+c.txt?versionId=v1", "tags_all": { "a": "b" },
            "grant": [
                { "type": "CanonicalUser", "id": "ab", "permissions": ["READ", "READ_ACP"], "uri": "" },
                { "type": "Group", "uri": "http://x", "permissions": ["READ"] },
            ],
        })));
        assert_eq!(copy["CopySource"], "from/a%20b%2Bc.txt?versionId=v1");
        assert_eq!((&copy["Tagging"], &copy["TaggingDirective"]), (&json!("a=b"), &json!("REPLACE")));
        assert_eq!(copy["GrantRead"], "id=\"ab\", uri=\"http://x\"");
        assert_eq!(copy["GrantReadACP"], "id=\"ab\"");
        assert_eq!(copy.get("GrantFullControl"), None);
    }
}
