//! Buckets: made, found, listed, removed.

use serde_json::json;

use crate::cloud::{Cloud, OTHER};

#[test]
fn a_bucket_has_a_place_an_owner_and_a_time() {
    let cloud = Cloud::new();
    let made = cloud.ok(
        "CreateBucket",
        json!({ "Bucket": "logs", "CreateBucketConfiguration": {
            "LocationConstraint": "eu-west-2",
            "Tags": [{ "Key": "Service", "Value": "calls" }],
        } }),
    );
    assert_eq!(made.text("Location"), "http://logs.s3.amazonaws.com/");
    assert_eq!(cloud.ok("HeadBucket", json!({ "Bucket": "logs" })).text("BucketRegion"), "eu-west-2");
    assert_eq!(
        cloud.ok("GetBucketLocation", json!({ "Bucket": "logs" })).text("LocationConstraint"),
        "eu-west-2"
    );
    assert_eq!(
        cloud.ok("GetBucketTagging", json!({ "Bucket": "logs" })).members["TagSet"],
        json!([{ "Key": "Service", "Value": "calls" }])
    );
    let listed = cloud.ok("ListBuckets", json!({}));
    assert_eq!(
        listed.members["Buckets"],
        json!([{
            "Name": "logs", "CreationDate": "2026-01-15T10:00:00Z", "BucketRegion": "eu-west-2",
            "BucketArn": "arn:aws:s3:::logs",
        }])
    );
    assert_eq!(listed.members["Owner"]["ID"].as_str().unwrap().len(), 64);
    cloud.ok("DeleteBucket", json!({ "Bucket": "logs" }));
    assert_eq!(cloud.refused("HeadBucket", json!({ "Bucket": "logs" })), (404, "NoSuchBucket".into()));
}

#[test]
fn names_are_one_namespace_for_all_accounts() {
    let cloud = Cloud::with_bucket();
    let again =
        json!({ "Bucket": "logs", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2" } });
    assert_eq!(cloud.refused("CreateBucket", again.clone()), (409, "BucketAlreadyOwnedByYou".into()));
    let other = cloud.other_account();
    assert_eq!(other.refused("CreateBucket", again), (409, "BucketAlreadyExists".into()));
    assert_eq!(other.ok("ListBuckets", json!({})).members["Buckets"], json!([]));
    assert_ne!(OTHER, cloud.account);
}

#[test]
fn the_first_region_has_ways_of_its_own() {
    let cloud = Cloud::new().in_region("us-east-1");
    for _ in 0..2 {
        assert_eq!(cloud.ok("CreateBucket", json!({ "Bucket": "logs" })).text("Location"), "/logs");
    }
    let tagged = json!({ "Tags": [{ "Key": "a", "Value": "1" }] });
    assert_eq!(
        cloud.refused("CreateBucket", json!({ "Bucket": "logs", "CreateBucketConfiguration": tagged })),
        (409, "BucketAlreadyOwnedByYou".into())
    );
    let location = cloud.ok("GetBucketLocation", json!({ "Bucket": "logs" }));
    assert_eq!(location.members, json!({}));
    let there =
        json!({ "Bucket": "calls", "CreateBucketConfiguration": { "LocationConstraint": "eu-west-1" } });
    cloud.ok("CreateBucket", there);
    let old = json!({ "Bucket": "old", "CreateBucketConfiguration": { "LocationConstraint": "EU" } });
    cloud.ok("CreateBucket", old.clone());
    assert_eq!(cloud.ok("GetBucketLocation", json!({ "Bucket": "old" })).text("LocationConstraint"), "EU");
    assert_eq!(cloud.ok("HeadBucket", json!({ "Bucket": "old" })).text("BucketRegion"), "eu-west-1");
    let error = cloud.in_region("eu-west-2").err("CreateBucket", old);
    assert!(error.message.starts_with("The EU location constraint is incompatible"), "{}", error.message);
    for wrong in ["us-east-1", "nowhere", "eu-west-"] {
        let place =
            json!({ "Bucket": "wrong", "CreateBucketConfiguration": { "LocationConstraint": wrong } });
        assert_eq!(
            cloud.refused("CreateBucket", place),
            (400, "InvalidLocationConstraint".into()),
            "{wrong}"
        );
    }
}

#[test]
fn a_bucket_is_made_where_the_endpoint_is() {
    let cloud = Cloud::new();
    for place in [json!(null), json!({ "LocationConstraint": "eu-west-1" })] {
        let error =
            cloud.err("CreateBucket", json!({ "Bucket": "logs", "CreateBucketConfiguration": place }));
        assert_eq!(error.code, "IllegalLocationConstraintException");
    }
}

#[test]
fn what_cannot_be_kept_is_refused_by_name() {
    let cloud = Cloud::new();
    let error = cloud.err("CreateBucket", json!({ "Bucket": "logs", "BucketNamespace": "account-regional" }));
    assert_eq!((error.status, error.code.as_ref()), (501, "NotImplemented"));
    assert!(error.message.contains("CreateBucket.BucketNamespace"), "{}", error.message);
    let error = cloud.err("RestoreObject", json!({ "Bucket": "logs", "Key": "k" }));
    assert_eq!((error.status, error.message.contains("RestoreObject")), (501, true));
    let offset = json!({ "Bucket": "logs", "Key": "k", "WriteOffsetBytes": 1 });
    cloud.bucket("logs");
    assert_eq!(cloud.refused("PutObject", offset), (501, "NotImplemented".into()));
    assert_eq!(cloud.refused("GetObject", json!({ "Bucket": "logs", "Key": "k" })).1, "NoSuchKey");
}

#[test]
fn only_an_empty_bucket_goes() {
    let cloud = Cloud::with_bucket();
    cloud.put("k", "x");
    cloud.versioned("Enabled");
    assert_eq!(cloud.refused("DeleteBucket", json!({ "Bucket": "logs" })), (409, "BucketNotEmpty".into()));
    let marker = cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "k" }));
    assert_eq!(cloud.refused("DeleteBucket", json!({ "Bucket": "logs" })).1, "BucketNotEmpty");
    for id in ["null", marker.text("VersionId")] {
        cloud.ok("DeleteObject", json!({ "Bucket": "logs", "Key": "k", "VersionId": id }));
    }
    cloud.ok("CreateMultipartUpload", json!({ "Bucket": "logs", "Key": "k" }));
    cloud.ok("DeleteBucket", json!({ "Bucket": "logs" }));
}

#[test]
fn lists_of_buckets_come_in_pages() {
    let cloud = Cloud::new();
    for name in ["aa1", "aa2", "aa3", "bb1"] {
        cloud.bucket(name);
    }
    let first = cloud.ok("ListBuckets", json!({ "Prefix": "aa", "MaxBuckets": 2 }));
    assert_eq!(first.column("Buckets", "Name"), ["aa1", "aa2"]);
    let token = first.text("ContinuationToken");
    let second =
        cloud.ok("ListBuckets", json!({ "Prefix": "aa", "MaxBuckets": 2, "ContinuationToken": token }));
    assert_eq!(second.column("Buckets", "Name"), ["aa3"]);
    assert!(second.members.get("ContinuationToken").is_none());
    for wrong in [json!({ "MaxBuckets": 0 }), json!({ "ContinuationToken": "%%" })] {
        assert_eq!(cloud.refused("ListBuckets", wrong), (400, "InvalidArgument".into()));
    }
    assert_eq!(cloud.ok("ListBuckets", json!({ "BucketRegion": "eu-west-1" })).members["Buckets"], json!([]));
}
