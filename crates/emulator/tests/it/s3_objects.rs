//! Objects: put, read whole, in ranges and under conditions.

use serde_json::{Value, json};

use crate::cloud::Cloud;

/// Bucket, key `k` and more members.
fn k(more: Value) -> Value {
    let mut members = json!({ "Bucket": "logs", "Key": "k" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

#[test]
fn every_member_of_a_put_comes_back() {
    let cloud = Cloud::with_bucket();
    let sent = json!({
        "CacheControl": "no-store",
        "ContentDisposition": "attachment",
        "ContentEncoding": "gzip",
        "ContentLanguage": "cy",
        "ContentType": "text/plain",
        "Expires": "2026-02-01T00:00:00Z",
        "StorageClass": "STANDARD_IA",
        "WebsiteRedirectLocation": "/there",
        "ServerSideEncryption": "AES256",
        "Metadata": { "call": "42", "agent": "ä b" },
    });
    let mut members = k(sent.clone());
    members["Tagging"] = json!("a=1&b+c=%2F");
    let put = cloud.ok_with("PutObject", members, "hello");
    assert_eq!(put.text("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"");
    assert_eq!(put.text("ServerSideEncryption"), "AES256");
    for operation in ["GetObject", "HeadObject"] {
        let read = cloud.ok(operation, k(json!({})));
        for (name, value) in sent.as_object().unwrap() {
            assert_eq!(read.members[name], *value, "{operation} {name}");
        }
        assert_eq!(read.members["ContentLength"], 5);
        assert_eq!(read.members["TagCount"], 2);
        assert_eq!(read.text("LastModified"), "2026-01-15T10:00:00Z");
        assert_eq!(read.text("AcceptRanges"), "bytes");
        assert_eq!(read.status, None);
    }
    assert_eq!(cloud.get("k").bytes(), b"hello");
    assert_eq!(
        cloud.ok("GetObjectTagging", k(json!({}))).members["TagSet"],
        json!([{ "Key": "a", "Value": "1" }, { "Key": "b c", "Value": "/" }])
    );
}

#[test]
fn a_bare_put_has_defaults() {
    let cloud = Cloud::with_bucket();
    cloud.put("k", "x");
    let read = cloud.get("k");
    assert_eq!(read.text("ContentType"), "binary/octet-stream");
    assert_eq!(read.text("ServerSideEncryption"), "AES256");
    for absent in ["Metadata", "TagCount", "StorageClass", "VersionId", "PartsCount", "ChecksumType"] {
        assert!(read.members.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn ranges_are_answered_partially() {
    let cloud = Cloud::with_bucket();
    cloud.put("k", "0123456789");
    for (range, body, content_range) in [
        ("bytes=0-3", "0123", "bytes 0-3/10"),
        ("bytes=7-", "789", "bytes 7-9/10"),
        ("bytes=-2", "89", "bytes 8-9/10"),
        ("bytes=5-500", "56789", "bytes 5-9/10"),
    ] {
        let read = cloud.ok("GetObject", k(json!({ "Range": range, "ChecksumMode": "ENABLED" })));
        assert_eq!((read.status, read.bytes()), (Some(206), body.as_bytes()), "{range}");
        assert_eq!(read.text("ContentRange"), content_range);
        assert_eq!(read.members["ContentLength"], body.len());
        assert!(read.members.get("ChecksumType").is_none(), "a checksum of more than was read");
    }
    let whole = cloud.ok("GetObject", k(json!({ "Range": "bytes=0-1,3-4" })));
    assert_eq!((whole.status, whole.bytes().len()), (None, 10));
    let error = cloud.err("GetObject", k(json!({ "Range": "bytes=10-" })));
    assert_eq!((error.status, error.code.as_ref()), (416, "InvalidRange"));
    assert_eq!(error.headers[0].1, "bytes */10");
    assert_eq!(
        cloud.refused("GetObject", k(json!({ "Range": "bytes=0-", "PartNumber": 1 }))).1,
        "InvalidRequest"
    );
}

#[test]
fn reads_are_conditional() {
    let cloud = Cloud::with_bucket();
    let tag = cloud.put("k", "x").text("ETag").to_owned();
    let (before, at, after) = ("2026-01-15T09:59:59Z", "2026-01-15T10:00:00Z", "2026-01-15T10:00:01Z");
    for (conditions, status) in [
        (json!({ "IfMatch": tag }), 200),
        (json!({ "IfMatch": "*" }), 200),
        (json!({ "IfMatch": "\"other\"" }), 412),
        (json!({ "IfNoneMatch": tag }), 304),
        (json!({ "IfNoneMatch": "\"other\"" }), 200),
        (json!({ "IfModifiedSince": before }), 200),
        (json!({ "IfModifiedSince": at }), 304),
        (json!({ "IfUnmodifiedSince": after }), 200),
        (json!({ "IfUnmodifiedSince": before }), 412),
        (json!({ "IfMatch": tag, "IfUnmodifiedSince": before }), 200),
        (json!({ "IfNoneMatch": "\"other\"", "IfModifiedSince": after }), 200),
        (json!({ "IfNoneMatch": tag, "IfModifiedSince": before }), 304),
        // A time that is still to come is none.
        (json!({ "IfModifiedSince": after }), 200),
    ] {
        let got = match cloud.call("GetObject", k(conditions.clone()), "") {
            Ok(reply) => reply.status.unwrap_or(200),
            Err(error) => {
                assert_eq!(error.code, "PreconditionFailed");
                error.status
            }
        };
        assert_eq!(got, status, "{conditions}");
    }
}

#[test]
fn writes_are_conditional() {
    let cloud = Cloud::with_bucket();
    assert_eq!(cloud.refused("PutObject", k(json!({ "IfMatch": "\"x\"" }))), (404, "NoSuchKey".into()));
    let tag = cloud.ok_with("PutObject", k(json!({ "IfNoneMatch": "*" })), "one").text("ETag").to_owned();
    assert_eq!(
        cloud.refused("PutObject", k(json!({ "IfNoneMatch": "*" }))),
        (412, "PreconditionFailed".into())
    );
    assert_eq!(
        cloud.refused("PutObject", k(json!({ "IfMatch": "\"x\"" }))),
        (412, "PreconditionFailed".into())
    );
    assert_eq!(cloud.refused("PutObject", k(json!({ "IfNoneMatch": tag }))).0, 501);
    assert_eq!(cloud.refused("PutObject", k(json!({ "IfMatch": "*" }))).0, 501);
    assert_eq!(cloud.refused("PutObject", k(json!({ "IfMatch": tag, "IfNoneMatch": "*" }))).0, 501);
    assert_eq!(cloud.refused("DeleteObject", k(json!({ "IfMatch": "\"x\"" }))).0, 412);
    assert_eq!(cloud.get("k").bytes(), b"one");
    cloud.ok_with("PutObject", k(json!({ "IfMatch": tag })), "two");
    assert_eq!(cloud.get("k").bytes(), b"two");
    cloud.ok("DeleteObject", k(json!({ "IfMatch": "*" })));
    assert_eq!(cloud.refused("DeleteObject", k(json!({ "IfMatch": "*" }))).0, 404);
}

#[test]
fn readers_may_replace_headers_but_not_anonymously() {
    let cloud = Cloud::with_bucket();
    cloud.put("k", "x");
    let members = k(json!({ "ResponseContentType": "text/csv", "ResponseCacheControl": "max-age=1" }));
    let read = cloud.ok("GetObject", members.clone());
    assert_eq!((read.text("ContentType"), read.text("CacheControl")), ("text/csv", "max-age=1"));
    let anonymous = Cloud { anonymous: true, ..cloud.clone() };
    assert_eq!(anonymous.refused("GetObject", members), (400, "InvalidRequest".into()));
    anonymous.ok("GetObject", k(json!({})));
}

#[test]
fn hostile_puts_are_refused() {
    let cloud = Cloud::with_bucket();
    let eleven = (0..11).map(|n| format!("t{n}=")).collect::<Vec<_>>().join("&");
    for (members, code) in [
        (json!({ "Key": "ä".repeat(513) }), "KeyTooLongError"),
        (json!({ "Metadata": { "m": "x".repeat(2048) } }), "MetadataTooLarge"),
        (json!({ "Tagging": eleven }), "BadRequest"),
        (json!({ "Tagging": "a=1&a=2" }), "InvalidArgument"),
        (json!({ "Tagging": "a=%2A" }), "InvalidTag"),
        (json!({ "Tagging": "aws:x=1" }), "InvalidTag"),
        (json!({ "Tagging": "%FF=1" }), "InvalidArgument"),
        (json!({ "StorageClass": "CHEAP" }), "InvalidStorageClass"),
        (json!({ "WebsiteRedirectLocation": "there" }), "InvalidRedirectLocation"),
        (json!({ "WriteOffsetBytes": 1 }), "NotImplemented"),
    ] {
        assert_eq!(cloud.refused("PutObject", k(members.clone())).1, code, "{members}");
    }
    assert_eq!(
        cloud.ok("ListObjectsV2", json!({ "Bucket": "logs" })).members["KeyCount"],
        0,
        "something was stored"
    );
    for key in ["../../etc/passwd", "a\nb", "\u{0}", " ", "日本", "%2e%2e", "a//b/"] {
        cloud.put(key, key);
        assert_eq!(cloud.get(key).bytes(), key.as_bytes(), "{key:?}");
    }
}

#[test]
fn what_is_archived_cannot_be_read() {
    let cloud = Cloud::with_bucket();
    cloud.ok_with("PutObject", k(json!({ "StorageClass": "DEEP_ARCHIVE" })), "x");
    assert_eq!(cloud.refused("GetObject", k(json!({}))), (403, "InvalidObjectState".into()));
    assert_eq!(cloud.ok("HeadObject", k(json!({}))).text("StorageClass"), "DEEP_ARCHIVE");
}

#[test]
fn tags_of_objects_are_replaced_and_removed() {
    let cloud = Cloud::with_bucket();
    assert_eq!(cloud.refused("GetObjectTagging", k(json!({}))), (404, "NoSuchKey".into()));
    cloud.put("k", "x");
    assert_eq!(cloud.ok("GetObjectTagging", k(json!({}))).members["TagSet"], json!([]));
    let tags = json!([{ "Key": "class", "Value": "secret" }]);
    cloud.ok("PutObjectTagging", k(json!({ "Tagging": { "TagSet": tags } })));
    assert_eq!(cloud.ok("GetObjectTagging", k(json!({}))).members["TagSet"], tags);
    cloud.ok("DeleteObjectTagging", k(json!({})));
    assert_eq!(cloud.ok("GetObjectTagging", k(json!({}))).members["TagSet"], json!([]));
}

#[test]
fn a_missing_key_is_deleted_without_complaint() {
    let cloud = Cloud::with_bucket();
    assert_eq!(cloud.ok("DeleteObject", k(json!({}))).members, json!({}));
    cloud.put("k", "x");
    cloud.put("l", "x");
    let deleted = cloud.ok(
        "DeleteObjects",
        json!({ "Bucket": "logs", "Delete": { "Objects": [
            { "Key": "k" }, { "Key": "missing" }, { "Key": "l", "ETag": "\"other\"" },
        ] } }),
    );
    assert_eq!(deleted.members["Deleted"], json!([{ "Key": "k" }, { "Key": "missing" }]));
    assert_eq!(deleted.members["Errors"][0]["Code"], "PreconditionFailed");
    let quiet = json!({ "Bucket": "logs", "Delete": { "Quiet": true, "Objects": [{ "Key": "l" }] } });
    assert_eq!(cloud.ok("DeleteObjects", quiet).members, json!({}));
    let none = json!({ "Bucket": "logs", "Delete": { "Objects": [] } });
    assert_eq!(cloud.refused("DeleteObjects", none).1, "MalformedXML");
}
