//! A bucket's configuration: what is sent comes back, and a new bucket has AWS's defaults of 2026.

use serde_json::{Value, json};

use crate::cloud::Cloud;

/// The bucket's name with more members.
fn logs(more: Value) -> Value {
    let mut members = json!({ "Bucket": "logs" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

#[test]
fn a_new_bucket_is_closed() {
    let cloud = Cloud::with_bucket();
    let block = cloud.ok("GetPublicAccessBlock", logs(json!({})));
    assert_eq!(
        block.members["PublicAccessBlockConfiguration"],
        json!({ "BlockPublicAcls": true, "IgnorePublicAcls": true, "BlockPublicPolicy": true, "RestrictPublicBuckets": true })
    );
    let ownership = cloud.ok("GetBucketOwnershipControls", logs(json!({})));
    assert_eq!(
        ownership.members["OwnershipControls"]["Rules"],
        json!([{ "ObjectOwnership": "BucketOwnerEnforced" }])
    );
    let encryption = cloud.ok("GetBucketEncryption", logs(json!({})));
    assert_eq!(
        encryption.members["ServerSideEncryptionConfiguration"]["Rules"],
        json!([{
            "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" },
            "BucketKeyEnabled": false,
            "BlockedEncryptionTypes": { "EncryptionType": ["SSE-C"] },
        }])
    );
    assert_eq!(cloud.ok("GetBucketVersioning", logs(json!({}))).members, json!({}));
    for (operation, code) in [("GetBucketPolicy", "NoSuchBucketPolicy"), ("GetBucketTagging", "NoSuchTagSet")]
    {
        assert_eq!(cloud.refused(operation, logs(json!({}))), (404, code.into()));
    }
}

#[test]
fn reads_of_what_was_never_configured() {
    let cloud = Cloud::with_bucket();
    for (operation, answer) in [
        ("GetBucketAccelerateConfiguration", json!({})),
        ("GetBucketLogging", json!({})),
        ("GetBucketNotificationConfiguration", json!({})),
        ("GetBucketRequestPayment", json!({ "Payer": "BucketOwner" })),
    ] {
        assert_eq!(cloud.ok(operation, logs(json!({}))).members, answer, "{operation}");
    }
    for (operation, code) in [
        ("GetBucketCors", "NoSuchCORSConfiguration"),
        ("GetBucketLifecycleConfiguration", "NoSuchLifecycleConfiguration"),
        ("GetBucketReplication", "ReplicationConfigurationNotFoundError"),
        ("GetBucketWebsite", "NoSuchWebsiteConfiguration"),
        ("GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"),
    ] {
        assert_eq!(cloud.refused(operation, logs(json!({}))), (404, code.into()));
        assert_eq!(cloud.refused(operation, json!({ "Bucket": "nowhere" })).1, "NoSuchBucket", "{operation}");
    }
}

#[test]
fn what_is_put_is_given_back_and_deleted() {
    let cloud = Cloud::with_bucket();
    let policy = "{ \"Version\": \"2012-10-17\",\n  \"Statement\": [] }";
    for (subject, member, value, gone) in [
        ("BucketPolicy", "Policy", json!(policy), Some("NoSuchBucketPolicy")),
        (
            "PublicAccessBlock",
            "PublicAccessBlockConfiguration",
            json!({ "BlockPublicAcls": false, "IgnorePublicAcls": true, "BlockPublicPolicy": false, "RestrictPublicBuckets": true }),
            Some("NoSuchPublicAccessBlockConfiguration"),
        ),
        (
            "BucketOwnershipControls",
            "OwnershipControls",
            json!({ "Rules": [{ "ObjectOwnership": "ObjectWriter" }] }),
            Some("OwnershipControlsNotFoundError"),
        ),
        (
            "BucketEncryption",
            "ServerSideEncryptionConfiguration",
            json!({ "Rules": [{
                "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": "alias/aws/s3" },
                "BucketKeyEnabled": true,
                "BlockedEncryptionTypes": { "EncryptionType": ["NONE"] },
            }] }),
            None,
        ),
        (
            "BucketCors",
            "CORSConfiguration",
            json!({ "CORSRules": [{
                "ID": "app",
                "AllowedMethods": ["GET", "PUT"],
                "AllowedOrigins": ["https://*.example.com"],
                "AllowedHeaders": ["x-amz-*"],
                "ExposeHeaders": ["ETag"],
                "MaxAgeSeconds": 3000,
            }] }),
            Some("NoSuchCORSConfiguration"),
        ),
    ] {
        cloud.ok(&format!("Put{subject}"), logs(json!({ member: value.clone() })));
        let given = cloud.ok(&format!("Get{subject}"), logs(json!({})));
        // This one comes back without its outermost element.
        let expected = if subject == "BucketCors" {
            json!({ "CORSRules": value["CORSRules"] })
        } else {
            json!({ member: value })
        };
        assert_eq!(given.members, expected, "{subject}");
        cloud.ok(&format!("Delete{subject}"), logs(json!({})));
        match gone {
            Some(code) => {
                assert_eq!(cloud.refused(&format!("Get{subject}"), logs(json!({}))), (404, code.into()));
            }
            None => {
                let now = cloud.ok(&format!("Get{subject}"), logs(json!({})));
                assert_ne!(now.members[member], value, "{subject}");
            }
        }
    }
    let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "" }]);
    cloud.ok("PutBucketTagging", logs(json!({ "Tagging": { "TagSet": tags } })));
    assert_eq!(cloud.ok("GetBucketTagging", logs(json!({}))).members["TagSet"], tags);
    cloud.ok("DeleteBucketTagging", logs(json!({})));
    assert_eq!(cloud.refused("GetBucketTagging", logs(json!({}))).1, "NoSuchTagSet");
}

#[test]
fn settings_that_are_left_out() {
    let cloud = Cloud::with_bucket();
    cloud.ok(
        "PutPublicAccessBlock",
        logs(json!({ "PublicAccessBlockConfiguration": { "BlockPublicAcls": true } })),
    );
    let block = cloud.ok("GetPublicAccessBlock", logs(json!({})));
    assert_eq!(block.members["PublicAccessBlockConfiguration"]["RestrictPublicBuckets"], json!(false));
    let rule = json!({ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" } });
    cloud
        .ok("PutBucketEncryption", logs(json!({ "ServerSideEncryptionConfiguration": { "Rules": [rule] } })));
    let encryption = cloud.ok("GetBucketEncryption", logs(json!({})));
    assert_eq!(
        encryption.members["ServerSideEncryptionConfiguration"]["Rules"][0]["BlockedEncryptionTypes"],
        json!({ "EncryptionType": ["SSE-C"] }),
    );
}

#[test]
fn what_does_not_fit_is_refused() {
    let cloud = Cloud::with_bucket();
    let rule = |default: Value| json!({ "ServerSideEncryptionConfiguration": { "Rules": [{ "ApplyServerSideEncryptionByDefault": default }] } });
    let cors = |more: Value| {
        let mut rule = json!({ "AllowedMethods": ["GET"], "AllowedOrigins": ["*"] });
        rule.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        json!({ "CORSConfiguration": { "CORSRules": [rule] } })
    };
    for (operation, members, code) in [
        (
            "PutBucketVersioning",
            json!({ "VersioningConfiguration": {} }),
            "IllegalVersioningConfigurationException",
        ),
        ("PutBucketVersioning", json!({ "VersioningConfiguration": { "Status": "On" } }), "MalformedXML"),
        (
            "PutBucketVersioning",
            json!({ "VersioningConfiguration": { "Status": "Enabled", "MFADelete": "Enabled" } }),
            "NotImplemented",
        ),
        ("PutBucketOwnershipControls", json!({ "OwnershipControls": { "Rules": [] } }), "MalformedXML"),
        (
            "PutBucketOwnershipControls",
            json!({ "OwnershipControls": { "Rules": [{ "ObjectOwnership": "Me" }] } }),
            "MalformedXML",
        ),
        ("PutBucketEncryption", rule(json!({ "SSEAlgorithm": "rot13" })), "MalformedXML"),
        (
            "PutBucketEncryption",
            rule(json!({ "SSEAlgorithm": "AES256", "KMSMasterKeyID": "x" })),
            "InvalidArgument",
        ),
        (
            "PutBucketTagging",
            json!({ "Tagging": { "TagSet": [{ "Key": "aws:x", "Value": "" }] } }),
            "InvalidTag",
        ),
        (
            "PutBucketTagging",
            json!({ "Tagging": { "TagSet": [{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }] } }),
            "InvalidTag",
        ),
        ("PutBucketCors", cors(json!({ "AllowedMethods": ["PATCH"] })), "InvalidRequest"),
        ("PutBucketCors", cors(json!({ "AllowedMethods": [] })), "MalformedXML"),
        ("PutBucketCors", cors(json!({ "AllowedOrigins": ["*.*"] })), "InvalidRequest"),
        ("PutBucketCors", cors(json!({ "AllowedHeaders": ["x-*-*"] })), "InvalidRequest"),
        ("PutBucketCors", cors(json!({ "ExposeHeaders": ["*"] })), "InvalidRequest"),
        ("PutBucketCors", cors(json!({ "ID": "x".repeat(256) })), "MalformedXML"),
        ("PutBucketCors", json!({ "CORSConfiguration": { "CORSRules": [] } }), "MalformedXML"),
        ("PutBucketPolicy", json!({ "Bucket": "nowhere", "Policy": "{}" }), "NoSuchBucket"),
    ] {
        assert_eq!(cloud.refused(operation, logs(members.clone())).1, code, "{operation} {members}");
    }
}
