//! Checksums and `Content-MD5`.

use serde_json::{Value, json};

use crate::cloud::Cloud;

const HELLO: [(&str, &str); 5] = [
    ("CRC32", "NhCmhg=="),
    ("CRC32C", "mnG7TA=="),
    ("CRC64NVME", "M3eFcAZSQlc="),
    ("SHA1", "qvTGHdzF6KLavt4PO0gs2a6pQ00="),
    ("SHA256", "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ="),
];

fn k(more: Value) -> Value {
    let mut members = json!({ "Bucket": "logs", "Key": "k" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

#[test]
fn each_algorithm_is_compared_and_kept() {
    for (algorithm, value) in HELLO {
        let cloud = Cloud::with_bucket();
        let member = format!("Checksum{algorithm}");
        let put = cloud.ok_with("PutObject", k(json!({ &member: value })), "hello");
        assert_eq!((put.text(&member), put.text("ChecksumType")), (value, "FULL_OBJECT"));
        let read = cloud.ok("GetObject", k(json!({ "ChecksumMode": "ENABLED" })));
        assert_eq!((read.text(&member), read.text("ChecksumType")), (value, "FULL_OBJECT"));
        assert!(cloud.get("k").members.get(&member).is_none());
        let listed = cloud.ok("ListObjectsV2", json!({ "Bucket": "logs" }));
        assert_eq!(listed.members["Contents"][0]["ChecksumAlgorithm"], json!([algorithm]));

        let named = cloud.ok_with("PutObject", k(json!({ "ChecksumAlgorithm": algorithm })), "hello");
        assert_eq!(named.text(&member), value, "the algorithm of a trailer's checksum");
        let error = cloud.err_with("PutObject", k(json!({ &member: value })), "hullo");
        assert_eq!((error.status, error.code.as_ref()), (400, "BadDigest"));
        let error = cloud.err_with("PutObject", k(json!({ &member: "AA==" })), "hello");
        assert_eq!(error.code, "InvalidRequest");
        assert_eq!(cloud.get("k").bytes(), b"hello");
    }
}

#[test]
fn a_put_without_one_gets_crc64nvme() {
    let cloud = Cloud::with_bucket();
    assert_eq!(cloud.put("k", "hello").text("ChecksumCRC64NVME"), HELLO[2].1);
}

#[test]
fn content_md5_is_compared() {
    let cloud = Cloud::with_bucket();
    cloud.ok_with("PutObject", k(json!({ "ContentMD5": "XUFAKrxLKna5cZ2REBfFkg==" })), "hello");
    for (md5, code) in
        [("XUFAKrxLKna5cZ2REBfFkQ==", "BadDigest"), ("hello", "InvalidDigest"), ("AAAA", "InvalidDigest")]
    {
        let error = cloud.err_with("PutObject", k(json!({ "ContentMD5": md5 })), "hello");
        assert_eq!((error.status, error.code.as_ref()), (400, code), "{md5}");
    }
}

#[test]
fn only_one_checksum_is_taken() {
    let cloud = Cloud::with_bucket();
    let two = json!({ "ChecksumCRC32": HELLO[0].1, "ChecksumSHA1": HELLO[3].1 });
    let other = json!({ "ChecksumCRC32": HELLO[0].1, "ChecksumAlgorithm": "SHA256" });
    for members in [two, other, json!({ "ChecksumAlgorithm": "ROT13" })] {
        let error = cloud.err_with("PutObject", k(members), "hello");
        assert_eq!(error.code, "InvalidRequest");
    }
    assert_eq!(cloud.refused("PutObject", k(json!({ "ChecksumXXHASH64": "x" }))).1, "NotImplemented");
}

#[test]
fn a_range_of_everything_comes_with_the_checksum() {
    let cloud = Cloud::with_bucket();
    cloud.ok_with("PutObject", k(json!({ "ChecksumSHA1": HELLO[3].1 })), "hello");
    for (range, told) in [("bytes=0-4", true), ("bytes=-99", true), ("bytes=0-3", false), ("bytes=1-", false)]
    {
        for operation in ["GetObject", "HeadObject"] {
            let read = cloud.ok(operation, k(json!({ "Range": range, "ChecksumMode": "ENABLED" })));
            assert_eq!(read.status, Some(206));
            assert_eq!(read.members.get("ChecksumSHA1").is_some(), told, "{operation} {range}");
        }
    }
}

#[test]
fn attributes_tell_of_the_checksum() {
    let cloud = Cloud::with_bucket();
    cloud.ok_with("PutObject", k(json!({ "ChecksumSHA1": HELLO[3].1 })), "hello");
    let wanted =
        json!({ "ObjectAttributes": ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"] });
    let attributes = cloud.ok("GetObjectAttributes", k(wanted)).members;
    assert_eq!(attributes["ETag"], "5d41402abc4b2a76b9719d911017c592");
    assert_eq!(attributes["Checksum"], json!({ "ChecksumSHA1": HELLO[3].1, "ChecksumType": "FULL_OBJECT" }));
    assert_eq!((&attributes["ObjectSize"], &attributes["StorageClass"]), (&json!(5), &json!("STANDARD")));
    assert!(attributes.get("ObjectParts").is_none());
    let one = cloud.ok("GetObjectAttributes", k(json!({ "ObjectAttributes": ["ObjectSize"] }))).members;
    assert_eq!(one, json!({ "ObjectSize": 5, "LastModified": "2026-01-15T10:00:00Z" }));
    assert_eq!(
        cloud.refused("GetObjectAttributes", k(json!({ "ObjectAttributes": ["Colour"] }))).1,
        "InvalidArgument"
    );
}
