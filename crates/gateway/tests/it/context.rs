//! The condition keys of each operation of S3 besides those that every request has.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::world::World;

/// Keys of section 6.3, which stand on (almost) every request.
const COMMON: [&str; 5] =
    ["s3:authtype", "s3:resourceaccount", "s3:signatureversion", "s3:tlsversion", "s3:x-amz-content-sha256"];

fn merged(one: &Value, other: &Value) -> Value {
    let mut all = one.as_object().unwrap().clone();
    all.extend(other.as_object().unwrap().clone());
    Value::Object(all)
}

/// The keys of S3 that the first check of a call was made with, and those of tags.
async fn keys(world: &World, operation: &str, members: Value) -> BTreeMap<String, Vec<String>> {
    let (_, decision) = world.call(&world.operator(), operation, members).await;
    let check = decision.checks.first().unwrap_or_else(|| panic!("{operation}: {decision:?}"));
    let context = check.context.iter().map(|(key, values)| (key.clone(), values.clone()));
    let own = |key: &str| key.starts_with("s3:") || key.starts_with("aws:requesttag") || key == "aws:tagkeys";
    context.filter(|(key, _)| own(key) && !COMMON.contains(&key.as_str())).collect()
}

#[tokio::test]
async fn every_operation_has_its_keys_and_no_other() {
    let world = World::new().await;
    world.bucket("calls").await;
    let (bucket, key) = (json!({ "Bucket": "calls" }), json!({ "Bucket": "calls", "Key": "a" }));
    world.put(&world.operator(), key.clone(), "x").await;
    let encrypted = merged(&key, &json!({ "ServerSideEncryption": "AES256", "StorageClass": "STANDARD" }));
    let upload = world.set("s3:CreateMultipartUpload", encrypted).await["UploadId"].clone();
    let part = merged(&key, &json!({ "UploadId": upload, "PartNumber": 1 }));
    let written = json!({
        "ACL": "bucket-owner-full-control", "Tagging": "team=red&site=north", "StorageClass": "STANDARD",
        "ServerSideEncryption": "AES256", "WebsiteRedirectLocation": "/b", "IfNoneMatch": "*",
        "ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2999-01-01T00:00:00Z",
        "ObjectLockLegalHoldStatus": "ON",
    });
    let of_written = |creates: &str| {
        json!({
            "s3:x-amz-acl": "bucket-owner-full-control", "s3:requestobjecttag/team": "red",
            "s3:requestobjecttag/site": "north", "s3:requestobjecttagkeys": ["site", "team"],
            "s3:x-amz-storage-class": "STANDARD", "s3:x-amz-server-side-encryption": "AES256",
            "s3:x-amz-website-redirect-location": "/b", "s3:object-lock-mode": "GOVERNANCE",
            "s3:object-lock-retain-until-date": "2999-01-01T00:00:00Z", "s3:object-lock-legal-hold": "ON",
            "s3:objectcreationoperation": creates,
        })
    };
    let copy = json!({ "CopySource": "/calls/a?versionId=null", "MetadataDirective": "REPLACE" });
    let tag_set = json!({ "TagSet": [{ "Key": "team", "Value": "red" }] });
    let retention = json!({ "Mode": "COMPLIANCE" });
    let made = json!({
        "Bucket": "more", "ACL": "private", "ObjectOwnership": "ObjectWriter",
        "CreateBucketConfiguration": { "LocationConstraint": "eu-west-2", "Tags": [{ "Key": "team", "Value": "red" }] },
    });
    let listing = json!({ "Prefix": "", "Delimiter": "/", "MaxKeys": 5 });
    let of_listing = json!({ "s3:prefix": "", "s3:delimiter": "/", "s3:max-keys": "5" });
    let conditional = merged(&of_written("true"), &json!({ "s3:if-none-match": "*" }));
    for (operation, members, expected) in [
        ("s3:HeadBucket", bucket.clone(), json!({})),
        ("s3:ListObjectsV2", bucket.clone(), json!({})),
        ("s3:ListObjectsV2", merged(&bucket, &listing), of_listing.clone()),
        ("s3:ListObjects", merged(&bucket, &listing), of_listing.clone()),
        ("s3:ListObjectVersions", merged(&bucket, &listing), of_listing),
        ("s3:ListMultipartUploads", merged(&bucket, &json!({ "Prefix": "p", "Delimiter": "/" })), json!({})),
        ("s3:GetBucketPolicy", bucket.clone(), json!({})),
        (
            "s3:PutBucketAcl",
            merged(&bucket, &json!({ "ACL": "private" })),
            json!({ "s3:x-amz-acl": "private" }),
        ),
        (
            "s3:PutBucketAcl",
            merged(&bucket, &json!({ "GrantRead": "id=1", "GrantWriteACP": "id=2" })),
            json!({ "s3:x-amz-grant-read": "id=1", "s3:x-amz-grant-write-acp": "id=2" }),
        ),
        (
            "s3:CreateBucket",
            made,
            json!({
                "s3:x-amz-acl": "private", "s3:x-amz-object-ownership": "ObjectWriter",
                "s3:locationconstraint": "eu-west-2", "aws:requesttag/team": "red", "aws:tagkeys": ["team"],
            }),
        ),
        ("s3:GetObject", key.clone(), json!({})),
        ("s3:GetObject", merged(&key, &json!({ "VersionId": "null" })), json!({ "s3:versionid": "null" })),
        ("s3:HeadObject", key.clone(), json!({})),
        ("s3:PutObject", key.clone(), json!({ "s3:objectcreationoperation": "true" })),
        ("s3:PutObject", merged(&key, &written), conditional),
        (
            "s3:PutObject",
            merged(&key, &json!({ "IfMatch": "e" })),
            json!({ "s3:if-match": "e", "s3:objectcreationoperation": "true" }),
        ),
        (
            "s3:CopyObject",
            merged(&key, &copy),
            json!({
                "s3:x-amz-copy-source": "calls/a", "s3:x-amz-metadata-directive": "REPLACE",
                "s3:objectcreationoperation": "true",
            }),
        ),
        (
            "s3:UploadPart",
            part.clone(),
            json!({ "s3:x-amz-server-side-encryption": "AES256", "s3:objectcreationoperation": "false" }),
        ),
        (
            "s3:UploadPartCopy",
            merged(&part, &json!({ "CopySource": "calls/a" })),
            json!({
                "s3:x-amz-server-side-encryption": "AES256", "s3:objectcreationoperation": "false",
                "s3:x-amz-copy-source": "calls/a",
            }),
        ),
        (
            "s3:CompleteMultipartUpload",
            merged(
                &key,
                &json!({ "UploadId": upload, "IfNoneMatch": "*", "MultipartUpload": { "Parts": [] } }),
            ),
            json!({
                "s3:x-amz-server-side-encryption": "AES256", "s3:objectcreationoperation": "true",
                "s3:if-none-match": "*",
            }),
        ),
        ("s3:ListParts", merged(&key, &json!({ "UploadId": upload })), json!({})),
        (
            "s3:PutObjectTagging",
            merged(&key, &json!({ "Tagging": tag_set })),
            json!({ "s3:requestobjecttag/team": "red", "s3:requestobjecttagkeys": ["team"] }),
        ),
        ("s3:PutObjectAcl", merged(&key, &json!({ "ACL": "private" })), json!({ "s3:x-amz-acl": "private" })),
        (
            "s3:PutObjectLegalHold",
            merged(&key, &json!({ "LegalHold": { "Status": "ON" } })),
            json!({ "s3:object-lock-legal-hold": "ON" }),
        ),
        (
            "s3:PutObjectRetention",
            merged(&key, &json!({ "Retention": retention })),
            json!({ "s3:object-lock-mode": "COMPLIANCE" }),
        ),
        ("s3:DeleteObject", merged(&key, &json!({ "VersionId": "null" })), json!({ "s3:versionid": "null" })),
        ("s3:AbortMultipartUpload", merged(&key, &json!({ "UploadId": upload })), json!({})),
    ] {
        let mut found = keys(&world, operation, members.clone()).await;
        // How many days are left depends on the day.
        found.remove("s3:object-lock-remaining-retention-days");
        let list = |value: &Value| match value {
            Value::Array(values) => values.iter().map(|value| value.as_str().unwrap().to_owned()).collect(),
            value => vec![value.as_str().unwrap().to_owned()],
        };
        let expected: BTreeMap<_, Vec<String>> =
            expected.as_object().unwrap().iter().map(|(key, value)| (key.clone(), list(value))).collect();
        assert_eq!(found, expected, "{operation} {members}");
    }
}
