//! Copies.

use serde_json::{Value, json};

use crate::cloud::Cloud;

/// A copy of `logs/k` to `logs/copy`, with more members.
fn copy(more: Value) -> Value {
    let mut members = json!({ "Bucket": "logs", "Key": "copy", "CopySource": "logs/k" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn source(cloud: &Cloud) -> String {
    let members = json!({
        "Bucket": "logs", "Key": "k", "ContentType": "text/plain", "Metadata": { "a": "1" }, "Tagging": "t=1",
        "StorageClass": "STANDARD_IA", "WebsiteRedirectLocation": "/x", "ChecksumAlgorithm": "SHA1",
    });
    cloud.ok_with("PutObject", members, "hello").text("ETag").to_owned()
}

fn read(cloud: &Cloud, operation: &str) -> Value {
    cloud.ok(operation, json!({ "Bucket": "logs", "Key": "copy" })).members
}

#[test]
fn metadata_and_tags_come_along() {
    let cloud = Cloud::with_bucket();
    let etag = source(&cloud);
    let made = cloud.ok("CopyObject", copy(json!({})));
    let result = &made.members["CopyObjectResult"];
    assert_eq!((&result["ETag"], &result["LastModified"]), (&json!(etag), &json!("2026-01-15T10:00:00Z")));
    assert_eq!(result["ChecksumSHA1"], "qvTGHdzF6KLavt4PO0gs2a6pQ00=");
    let object = read(&cloud, "HeadObject");
    assert_eq!((&object["ContentType"], &object["Metadata"]), (&json!("text/plain"), &json!({ "a": "1" })));
    assert_eq!(read(&cloud, "GetObjectTagging")["TagSet"], json!([{ "Key": "t", "Value": "1" }]));
    for own in ["StorageClass", "WebsiteRedirectLocation"] {
        assert!(object.get(own).is_none(), "{own} was copied");
    }
}

#[test]
fn directives_replace_them() {
    let cloud = Cloud::with_bucket();
    source(&cloud);
    cloud.ok(
        "CopyObject",
        copy(json!({
            "MetadataDirective": "REPLACE", "Metadata": { "b": "2" }, "TaggingDirective": "REPLACE", "Tagging": "u=2",
            "StorageClass": "GLACIER_IR", "ChecksumAlgorithm": "CRC32",
        })),
    );
    let object = read(&cloud, "HeadObject");
    assert_eq!(object["Metadata"], json!({ "b": "2" }));
    assert_eq!(
        (&object["ContentType"], &object["StorageClass"]),
        (&json!("binary/octet-stream"), &json!("GLACIER_IR"))
    );
    assert_eq!(read(&cloud, "GetObjectTagging")["TagSet"], json!([{ "Key": "u", "Value": "2" }]));
    assert_eq!(
        cloud.refused("CopyObject", copy(json!({ "MetadataDirective": "MERGE" }))).1,
        "InvalidArgument"
    );
}

#[test]
fn a_copy_onto_itself_must_change_something() {
    let cloud = Cloud::with_bucket();
    source(&cloud);
    let onto_itself = |more: Value| {
        let mut members = copy(more);
        members["Key"] = json!("k");
        members
    };
    assert_eq!(cloud.refused("CopyObject", onto_itself(json!({}))), (400, "InvalidRequest".into()));
    for change in [
        json!({ "MetadataDirective": "REPLACE" }),
        json!({ "StorageClass": "STANDARD" }),
        json!({ "ServerSideEncryption": "AES256" }),
        json!({ "WebsiteRedirectLocation": "/y" }),
    ] {
        cloud.ok("CopyObject", onto_itself(change));
    }
    // An object under a key of KMS becomes one that is not.
    cloud.ok("PutObject", json!({ "Bucket": "logs", "Key": "k", "ServerSideEncryption": "aws:kms" }));
    let again = cloud.ok("CopyObject", onto_itself(json!({})));
    assert_eq!(again.text("ServerSideEncryption"), "AES256");
    assert_eq!(cloud.refused("CopyObject", onto_itself(json!({}))), (400, "InvalidRequest".into()));
    // So does a bucket that says what its objects are encrypted with, be it what all are.
    let rule = json!({ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } });
    let configuration = json!({ "Rules": [rule] });
    cloud.ok(
        "PutBucketEncryption",
        json!({ "Bucket": "logs", "ServerSideEncryptionConfiguration": configuration }),
    );
    cloud.ok("CopyObject", onto_itself(json!({})));
}

#[test]
fn sources_are_conditional() {
    let cloud = Cloud::with_bucket();
    let etag = source(&cloud);
    let before = "2026-01-15T09:00:00Z";
    for (conditions, passes) in [
        (json!({ "CopySourceIfMatch": etag }), true),
        (json!({ "CopySourceIfMatch": "\"x\"" }), false),
        (json!({ "CopySourceIfNoneMatch": etag }), false),
        (json!({ "CopySourceIfNoneMatch": "\"x\"" }), true),
        (json!({ "CopySourceIfModifiedSince": before }), true),
        (json!({ "CopySourceIfUnmodifiedSince": before }), false),
        (json!({ "CopySourceIfMatch": etag, "CopySourceIfUnmodifiedSince": before }), true),
    ] {
        match cloud.call("CopyObject", copy(conditions.clone()), "") {
            Ok(_) => assert!(passes, "{conditions}"),
            Err(error) => assert_eq!((error.status, passes), (412, false), "{conditions}: {error}"),
        }
    }
    assert_eq!(cloud.refused("CopyObject", copy(json!({ "IfNoneMatch": "*" }))).0, 412);
}

#[test]
fn sources_are_decoded_once() {
    let cloud = Cloud::with_bucket();
    cloud.put("a b+c%2F/d", "x");
    for (source, result) in [
        ("logs/a%20b%2Bc%252F/d", Ok(())),
        ("/logs/a%20b+c%252F/d", Ok(())),
        ("logs/a%20b%2Bc%2F/d", Err("NoSuchKey")),
        ("logs", Err("InvalidArgument")),
        ("/k", Err("InvalidArgument")),
        ("logs/%FF", Err("InvalidArgument")),
        ("nowhere/k", Err("NoSuchBucket")),
        ("arn:aws:s3:eu-west-2:111111111111:accesspoint/a/object/k", Err("NotImplemented")),
    ] {
        let copied = cloud.call("CopyObject", copy(json!({ "CopySource": source })), "");
        assert_eq!(
            copied.map(drop).map_err(|error| error.code.into_owned()),
            result.map_err(str::to_owned),
            "{source}"
        );
    }
}

#[test]
fn a_marker_is_no_source() {
    let cloud = Cloud::with_bucket();
    cloud.versioned("Enabled");
    source(&cloud);
    let marker =
        cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "k" })).text("VersionId").to_owned();
    assert_eq!(cloud.refused("CopyObject", copy(json!({}))), (404, "NoSuchKey".into()));
    let by_id = copy(json!({ "CopySource": format!("logs/k?versionId={marker}") }));
    assert_eq!(cloud.refused("CopyObject", by_id), (400, "InvalidRequest".into()));
}

#[test]
fn the_source_may_be_in_another_account() {
    let cloud = Cloud::with_bucket();
    let other = cloud.other_account();
    other.bucket("source");
    other.ok_with("PutObject", json!({ "Bucket": "source", "Key": "k", "Tagging": "t=1" }), "theirs");
    cloud.ok("CopyObject", copy(json!({ "CopySource": "source/k" })));
    assert_eq!(cloud.get("copy").bytes(), b"theirs");
    assert_eq!(read(&cloud, "GetObjectTagging")["TagSet"][0]["Key"], "t");
}
