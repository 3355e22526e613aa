//! Forks: the same at first, strangers afterwards.

use serde_json::json;

use crate::cloud::Cloud;

#[test]
fn later_writes_are_never_seen_by_the_other() {
    let cloud = Cloud::with_bucket();
    cloud.versioned("Enabled");
    let id = cloud.put("k", "shared").text("VersionId").to_owned();
    let upload = cloud.ok("CreateMultipartUpload", json!({ "Bucket": "logs", "Key": "m" }));
    cloud.ok("CreateUser", json!({ "UserName": "ada" }));

    let copy = cloud.fork();
    copy.put("k", "copy's");
    copy.put("new", "copy's");
    copy.ok("DeleteUser", json!({ "UserName": "ada" }));
    copy.ok(
        "AbortMultipartUpload",
        json!({ "Bucket": "logs", "Key": "m", "UploadId": upload.text("UploadId") }),
    );
    copy.ok("DeleteBucketOwnershipControls", json!({ "Bucket": "logs" }));
    copy.bucket("copys");

    assert_eq!(cloud.get("k").bytes(), b"shared");
    assert_eq!(cloud.refused("GetObject", json!({ "Bucket": "logs", "Key": "new" })).1, "NoSuchKey");
    assert_eq!(cloud.refused("HeadBucket", json!({ "Bucket": "copys" })).1, "NoSuchBucket");
    cloud.ok("GetUser", json!({ "UserName": "ada" }));
    cloud.ok("GetBucketOwnershipControls", json!({ "Bucket": "logs" }));
    cloud.ok("ListParts", json!({ "Bucket": "logs", "Key": "m", "UploadId": upload.text("UploadId") }));

    cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "k", "VersionId": id }));
    cloud.ok("CreateUser", json!({ "UserName": "grace" }));
    let kept = copy.ok("GetObject", json!({ "Bucket": "logs", "Key": "k", "VersionId": id }));
    assert_eq!(kept.bytes(), b"shared");
    assert_eq!(copy.refused("GetUser", json!({ "UserName": "grace" })).1, "NoSuchEntity");
}

#[test]
fn bodies_are_shared() {
    let cloud = Cloud::with_bucket();
    cloud.put("k", "shared");
    let copy = cloud.fork();
    copy.put("other", "x");
    let (here, there) = (cloud.get("k").body.unwrap(), copy.get("k").body.unwrap());
    assert_eq!(here.as_ptr(), there.as_ptr());
}

#[test]
fn clocks_move_apart() {
    let cloud = Cloud::with_bucket();
    let copy = cloud.fork();
    copy.later(3600);
    cloud.put("k", "x");
    copy.put("k", "x");
    assert_eq!(cloud.get("k").text("LastModified"), "2026-01-15T10:00:00Z");
    assert_eq!(copy.get("k").text("LastModified"), "2026-01-15T11:00:00Z");
}
