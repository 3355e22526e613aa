//! Encryption as requests ask for it and answers show it.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use stackproof_emulator::managed_key_arn;

use crate::cloud::{ACCOUNT, Cloud};

fn k(more: Value) -> Value {
    let mut members = json!({ "Bucket": "logs", "Key": "k" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

/// The three members of a customer's key.
fn customer(prefix: &str, key: u8) -> Value {
    let key = [key; 32];
    json!({
        format!("{prefix}SSECustomerAlgorithm"): "AES256",
        format!("{prefix}SSECustomerKey"): STANDARD.encode(key),
        format!("{prefix}SSECustomerKeyMD5"): STANDARD.encode(Md5::digest(key)),
    })
}

#[test]
fn the_managed_key_is_named_in_answers() {
    let cloud = Cloud::with_bucket();
    let arn = managed_key_arn(ACCOUNT, "eu-west-2");
    assert!(arn.starts_with("arn:aws:kms:eu-west-2:111111111111:key/"));
    let context = STANDARD.encode("{\"case\":\"42\"}");
    for algorithm in ["aws:kms", "aws:kms:dsse"] {
        let members = json!({
            "ServerSideEncryption": algorithm, "BucketKeyEnabled": true, "SSEKMSEncryptionContext": context,
        });
        let put = cloud.ok_with("PutObject", k(members), "hello");
        assert_eq!(put.text("SSEKMSEncryptionContext"), context);
        assert_ne!(put.text("ETag"), "\"5d41402abc4b2a76b9719d911017c592\"", "the ETag tells of the bytes");
        for answer in [put, cloud.get("k")] {
            assert_eq!(
                (answer.text("ServerSideEncryption"), answer.text("SSEKMSKeyId")),
                (algorithm, arn.as_str())
            );
            assert_eq!(answer.members["BucketKeyEnabled"], true);
        }
        assert!(cloud.get("k").members.get("SSEKMSEncryptionContext").is_none());
    }
    for key in ["alias/aws/s3", arn.as_str()] {
        let put = cloud.ok("PutObject", k(json!({ "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key })));
        assert_eq!(put.text("SSEKMSKeyId"), arn);
    }
}

#[test]
fn the_buckets_default_fills_in() {
    let cloud = Cloud::with_bucket();
    let rule = json!({ "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "aws:kms" }, "BucketKeyEnabled": true });
    let configuration = json!({ "Bucket": "logs", "ServerSideEncryptionConfiguration": { "Rules": [rule] } });
    cloud.ok("PutBucketEncryption", configuration);
    let put = cloud.put("k", "x");
    assert_eq!(
        (put.text("ServerSideEncryption"), &put.members["BucketKeyEnabled"]),
        ("aws:kms", &json!(true))
    );
    let own = cloud.ok("PutObject", k(json!({ "ServerSideEncryption": "AES256" })));
    assert_eq!(own.text("ServerSideEncryption"), "AES256");
    let copied = cloud.ok("CopyObject", json!({ "Bucket": "logs", "Key": "copy", "CopySource": "logs/k" }));
    assert_eq!(copied.text("ServerSideEncryption"), "aws:kms");
}

#[test]
fn requests_that_contradict_themselves() {
    let cloud = Cloud::with_bucket();
    let mut both = customer("", 1);
    both["ServerSideEncryption"] = json!("AES256");
    let mut unknown = both.clone();
    unknown["SSECustomerAlgorithm"] = json!("KMS");
    for (members, code) in [
        (json!({ "ServerSideEncryption": "aws:fsx" }), "InvalidEncryptionAlgorithmError"),
        (json!({ "SSEKMSKeyId": "alias/aws/s3" }), "InvalidArgument"),
        (json!({ "ServerSideEncryption": "AES256", "SSEKMSKeyId": "alias/aws/s3" }), "InvalidArgument"),
        (json!({ "ServerSideEncryption": "aws:kms", "SSEKMSEncryptionContext": "e30" }), "InvalidArgument"),
        (json!({ "ServerSideEncryption": "aws:kms", "SSEKMSEncryptionContext": "WzFd" }), "InvalidArgument"),
        (both, "InvalidArgument"),
        (unknown, "InvalidArgument"),
    ] {
        assert_eq!(cloud.refused("PutObject", k(members.clone())), (400, code.into()), "{members}");
    }
}

#[test]
fn a_customers_key_is_asked_for_again() {
    let cloud = Cloud::with_bucket();
    let put = cloud.ok_with("PutObject", k(customer("", 1)), "secret");
    assert_eq!(put.text("SSECustomerAlgorithm"), "AES256");
    assert!(put.members.get("ServerSideEncryption").is_none());
    for operation in ["GetObject", "HeadObject"] {
        let read = cloud.ok(operation, k(customer("", 1)));
        assert_eq!(read.members["SSECustomerKeyMD5"], customer("", 1)["SSECustomerKeyMD5"]);
        assert_eq!(cloud.refused(operation, k(json!({}))), (400, "InvalidRequest".into()));
        assert_eq!(cloud.refused(operation, k(customer("", 2))), (403, "AccessDenied".into()));
    }
    let copy = |more: Value| {
        let mut members = json!({ "Bucket": "logs", "Key": "copy", "CopySource": "logs/k" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    assert_eq!(cloud.refused("CopyObject", copy(json!({}))).1, "InvalidRequest");
    cloud.ok("CopyObject", copy(customer("CopySource", 1)));
    assert_eq!(cloud.get("copy").bytes(), b"secret");
    cloud.put("k", "open");
    assert_eq!(cloud.refused("GetObject", k(customer("", 1))), (400, "InvalidRequest".into()));
}

#[test]
fn customers_keys_are_checked() {
    let cloud = Cloud::with_bucket();
    for (member, value, text) in [
        ("SSECustomerAlgorithm", json!(null), "must provide a valid encryption algorithm."),
        ("SSECustomerKey", json!(null), "must provide an appropriate secret key."),
        ("SSECustomerKey", json!("c2hvcnQ="), "The secret key was invalid for the specified algorithm."),
        ("SSECustomerKeyMD5", json!(null), "must provide the client calculated MD5 of the secret key."),
        ("SSECustomerKeyMD5", json!("AAAA"), "The calculated MD5 hash of the key did not match"),
    ] {
        let mut members = customer("", 1);
        members[member] = value;
        let error = cloud.err("PutObject", k(members));
        assert_eq!((error.status, error.code.as_ref()), (400, "InvalidArgument"));
        assert!(error.message.contains(text), "{}", error.message);
        assert_eq!(error.details, [("ArgumentName", "x-amz-server-side-encryption".to_owned())]);
    }
    let mut members = customer("", 1);
    members["SSECustomerAlgorithm"] = json!("AES128");
    let error = cloud.err("PutObject", k(members));
    assert_eq!((error.status, error.code.as_ref()), (400, "InvalidEncryptionAlgorithmError"));
}

#[test]
fn uploads_keep_the_encryption_that_they_began_with() {
    let cloud = Cloud::with_bucket();
    let part = |upload: &str, more: Value| {
        let mut members = k(json!({ "UploadId": upload, "PartNumber": 1 }));
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let upload = cloud.ok("CreateMultipartUpload", k(customer("", 1)));
    let id = upload.text("UploadId");
    let refused = cloud.err("UploadPart", part(id, json!({})));
    assert!(refused.message.starts_with("The multipart upload initiate requested encryption."), "{refused}");
    assert_eq!(cloud.refused("UploadPart", part(id, customer("", 2))).0, 400);
    let etag = cloud.ok_with("UploadPart", part(id, customer("", 1)), "secret").text("ETag").to_owned();
    let parts = json!({ "Parts": [{ "PartNumber": 1, "ETag": etag }] });
    cloud.ok("CompleteMultipartUpload", k(json!({ "UploadId": id, "MultipartUpload": parts })));
    assert_eq!(cloud.refused("GetObject", k(json!({}))).1, "InvalidRequest");
    assert_eq!(cloud.ok("GetObject", k(customer("", 1))).bytes(), b"secret");

    let upload = cloud.ok("CreateMultipartUpload", k(json!({ "ServerSideEncryption": "aws:kms" })));
    assert_eq!(upload.text("ServerSideEncryption"), "aws:kms");
    let id = upload.text("UploadId");
    assert_eq!(cloud.refused("UploadPart", part(id, customer("", 1))).1, "InvalidRequest");
    let uploaded = cloud.ok_with("UploadPart", part(id, json!({})), "x");
    assert_eq!(uploaded.text("ServerSideEncryption"), "aws:kms");
    let parts = json!({ "Parts": [{ "PartNumber": 1, "ETag": uploaded.text("ETag") }] });
    let done = cloud.ok("CompleteMultipartUpload", k(json!({ "UploadId": id, "MultipartUpload": parts })));
    assert_eq!(done.text("SSEKMSKeyId"), managed_key_arn(ACCOUNT, "eu-west-2"));
    assert!(done.text("ETag").ends_with("-1\""));
}

fn key(cloud: &Cloud, members: Value) -> String {
    cloud.ok("CreateKey", members).members["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
}

fn under(key: &str) -> Value {
    k(json!({ "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key }))
}

fn default_key(cloud: &Cloud, key: &str) {
    let default = json!({ "SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key });
    let rule = json!({ "ApplyServerSideEncryptionByDefault": default });
    let configuration = json!({ "Bucket": "logs", "ServerSideEncryptionConfiguration": { "Rules": [rule] } });
    cloud.ok("PutBucketEncryption", configuration);
}

#[test]
fn a_key_is_named_in_four_ways_and_answered_by_its_arn() {
    let cloud = Cloud::with_bucket();
    let arn = key(&cloud, json!({}));
    cloud.ok("CreateAlias", json!({ "AliasName": "alias/logs", "TargetKeyId": arn }));
    let id = arn.rsplit('/').next().unwrap();
    let alias_arn = format!("arn:aws:kms:eu-west-2:{ACCOUNT}:alias/logs");
    for named in [id, arn.as_str(), "alias/logs", alias_arn.as_str()] {
        assert_eq!(cloud.ok("PutObject", under(named)).text("SSEKMSKeyId"), arn);
        default_key(&cloud, named);
        assert_eq!(cloud.put("k", "x").text("SSEKMSKeyId"), arn);
        assert_eq!(cloud.get("k").text("SSEKMSKeyId"), arn);
        let kept = cloud.ok("GetBucketEncryption", json!({ "Bucket": "logs" }));
        let rule = &kept.members["ServerSideEncryptionConfiguration"]["Rules"][0];
        assert_eq!(rule["ApplyServerSideEncryptionByDefault"]["KMSMasterKeyID"], named);
    }
}

#[test]
fn ids_and_aliases_are_of_whoever_asks() {
    let cloud = Cloud::with_bucket();
    let other = cloud.other_account();
    let (mine, theirs) = (key(&cloud, json!({})), key(&other, json!({})));
    for (owner, arn) in [(&cloud, &mine), (&other, &theirs)] {
        owner.ok("CreateAlias", json!({ "AliasName": "alias/logs", "TargetKeyId": arn }));
        assert_eq!(owner.ok("PutObject", under("alias/logs")).text("SSEKMSKeyId"), arn);
    }
    assert_eq!(other.ok("PutObject", under(&mine)).text("SSEKMSKeyId"), mine);
    let id = mine.rsplit('/').next().unwrap();
    assert_eq!(other.refused("PutObject", under(id)), (400, "KMS.NotFoundException".into()));
    let default = other.ok("PutObject", k(json!({ "ServerSideEncryption": "aws:kms" })));
    assert_eq!(default.text("SSEKMSKeyId"), managed_key_arn(ACCOUNT, "eu-west-2"));
}

#[test]
fn keys_that_cannot_be_used_are_told_as_kms_tells_them() {
    let cloud = Cloud::with_bucket();
    let [disabled, leaving, signing] = [
        key(&cloud, json!({})),
        key(&cloud, json!({})),
        key(&cloud, json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" })),
    ];
    cloud.ok("DisableKey", json!({ "KeyId": disabled }));
    cloud.ok("ScheduleKeyDeletion", json!({ "KeyId": leaving }));
    let elsewhere = key(&cloud.in_region("us-east-1"), json!({}));
    let none = format!("arn:aws:kms:eu-west-2:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000");
    for (named, code, text) in [
        (&none, "KMS.NotFoundException", format!("Key '{none}' does not exist")),
        (&elsewhere, "KMS.NotFoundException", "Invalid arn us-east-1".to_owned()),
        (&disabled, "KMS.DisabledException", format!("{disabled} is disabled.")),
        (&leaving, "KMS.KMSInvalidStateException", format!("{leaving} is pending deletion.")),
        (
            &signing,
            "KMS.InvalidKeyUsageException",
            format!("{signing} key usage is SIGN_VERIFY which is not valid for GenerateDataKey."),
        ),
    ] {
        default_key(&cloud, named);
        let copy = json!({ "Bucket": "logs", "Key": "copy", "CopySource": "logs/source" });
        cloud.ok("PutObject", json!({ "Bucket": "logs", "Key": "source", "ServerSideEncryption": "AES256" }));
        for error in [
            cloud.err("PutObject", under(named)),
            cloud.err("PutObject", k(json!({}))),
            cloud.err("CopyObject", copy),
            cloud.err("CreateMultipartUpload", k(json!({}))),
        ] {
            assert_eq!((error.status, error.code.as_ref(), error.message), (400, code, text.clone()));
        }
    }
}

#[test]
fn objects_are_lost_with_their_key() {
    let cloud = Cloud::with_bucket();
    let arn = key(&cloud, json!({}));
    cloud.ok("PutObject", under(&arn));
    let upload = cloud.ok("CreateMultipartUpload", under(&arn)).text("UploadId").to_owned();
    let part = || k(json!({ "UploadId": upload, "PartNumber": 1 }));
    let etag = cloud.ok_with("UploadPart", part(), "x").text("ETag").to_owned();
    let all = json!({ "Parts": [{ "PartNumber": 1, "ETag": etag }] });
    let reads = || {
        let copy = json!({ "Bucket": "logs", "Key": "copy", "CopySource": "logs/k" });
        [
            cloud.call("GetObject", k(json!({})), ""),
            cloud.call("HeadObject", k(json!({ "ChecksumMode": "ENABLED" })), ""),
            cloud.call("GetObjectAttributes", k(json!({ "ObjectAttributes": ["ETag"] })), ""),
            cloud.call("CopyObject", copy, ""),
            cloud.call("UploadPart", part(), "x"),
        ]
        .map(|answer| answer.map(drop).map_err(|error| error.code.into_owned()))
    };
    let refused = |code: &str| [(); 5].map(|()| Err(code.to_owned()));
    assert_eq!(reads(), [(); 5].map(Ok));
    cloud.ok("DisableKey", json!({ "KeyId": arn }));
    assert_eq!(reads(), refused("KMS.DisabledException"));
    let complete = k(json!({ "UploadId": upload, "MultipartUpload": all }));
    assert_eq!(cloud.refused("CompleteMultipartUpload", complete).1, "KMS.DisabledException");
    assert_eq!(
        cloud.ok("HeadObject", k(json!({}))).text("SSEKMSKeyId"),
        arn,
        "what it says of itself is no secret"
    );
    cloud.ok("EnableKey", json!({ "KeyId": arn }));
    assert_eq!(reads(), [(); 5].map(Ok));
    cloud.ok("ScheduleKeyDeletion", json!({ "KeyId": arn, "PendingWindowInDays": 7 }));
    assert_eq!(reads(), refused("KMS.KMSInvalidStateException"));
    cloud.later(7 * 86_400);
    assert_eq!(reads(), refused("KMS.NotFoundException"));
    cloud.ok("DeleteObject", k(json!({})));
}

#[test]
fn the_key_of_s3_comes_into_being_with_its_first_object() {
    let cloud = Cloud::with_bucket();
    assert_eq!(cloud.ok("ListKeys", json!({})).members["Keys"], json!([]));
    cloud.ok("PutObject", k(json!({ "ServerSideEncryption": "aws:kms" })));
    let arn = managed_key_arn(ACCOUNT, "eu-west-2");
    assert_eq!(cloud.ok("ListKeys", json!({})).column("Keys", "KeyArn"), [arn]);
}
