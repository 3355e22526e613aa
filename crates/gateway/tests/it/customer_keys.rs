//! Keys that customers send along (SSE-C), from a bucket that blocks them to one that takes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::{Value, json};
use stackproof_aws::client::{Signing, Transport};
use stackproof_gateway::Outcome;

use crate::world::{World, call, code, message};

fn customer(prefix: &str, key: u8) -> Value {
    let key = [key; 32];
    json!({
        format!("{prefix}SSECustomerAlgorithm"): "AES256",
        format!("{prefix}SSECustomerKey"): STANDARD.encode(key),
        format!("{prefix}SSECustomerKeyMD5"): STANDARD.encode(Md5::digest(key)),
    })
}

fn with(parts: &[Value]) -> Value {
    let mut members = json!({ "Bucket": "calls", "Key": "k" });
    for part in parts {
        members.as_object_mut().unwrap().extend(part.as_object().unwrap().clone());
    }
    members
}

async fn open(world: &World) {
    let rule = json!({
        "ApplyServerSideEncryptionByDefault": { "SSEAlgorithm": "AES256" },
        "BlockedEncryptionTypes": { "EncryptionType": ["NONE"] },
    });
    let configuration =
        json!({ "Bucket": "calls", "ServerSideEncryptionConfiguration": { "Rules": [rule] } });
    world.set("s3:PutBucketEncryption", configuration).await;
}

#[tokio::test]
async fn new_buckets_block_writes_under_them_in_every_form() {
    let world = World::new().await;
    world.bucket("calls").await;
    let who = world.operator();
    world.put(&who, json!({ "Bucket": "calls", "Key": "source" }), "x").await;
    let copy = json!({ "CopySource": "calls/source" });
    for (operation, members) in [
        ("s3:PutObject", with(&[customer("", 1)])),
        ("s3:CopyObject", with(&[customer("", 1), copy])),
        ("s3:CreateMultipartUpload", with(&[customer("", 1)])),
    ] {
        let (reply, decision) = world.call(&who, operation, members.clone()).await;
        assert_eq!((reply.status, code(&reply)), (403, "AccessDenied"), "{operation}");
        assert_eq!(decision.outcome, Outcome::ExplicitDeny, "{operation}");
        open(&world).await;
        assert_eq!(code(&world.call(&who, operation, members).await.0), "Ok", "{operation}");
        let rule = json!({ "BlockedEncryptionTypes": { "EncryptionType": ["SSE-C"] } });
        let blocked = json!({ "Bucket": "calls", "ServerSideEncryptionConfiguration": { "Rules": [rule] } });
        world.set("s3:PutBucketEncryption", blocked).await;
    }
}

#[tokio::test]
async fn an_object_is_read_with_its_key_alone() {
    let world = World::new().await;
    world.bucket("calls").await;
    open(&world).await;
    let who = world.operator();
    let (put, _) = world.put(&who, with(&[customer("", 1)]), "secret").await;
    assert_eq!(put.headers["x-amz-server-side-encryption-customer-algorithm"], "AES256");
    assert!(!put.headers.contains_key("x-amz-server-side-encryption"));
    world.put(&who, json!({ "Bucket": "calls", "Key": "open" }), "open").await;

    let attributes = json!({ "ObjectAttributes": ["ETag"] });
    let source = json!({ "CopySource": "calls/k", "Key": "copy" });
    for (operation, more, prefix) in [
        ("s3:GetObject", json!({}), ""),
        ("s3:HeadObject", json!({}), ""),
        ("s3:GetObjectAttributes", attributes, ""),
        ("s3:CopyObject", source, "CopySource"),
    ] {
        let head = operation == "s3:HeadObject";
        let expected = |code: &'static str, bare: &'static str| if head { bare } else { code };
        let (right, _) = world.call(&who, operation, with(&[more.clone(), customer(prefix, 1)])).await;
        assert_eq!(code(&right), "Ok", "{operation}");
        let (without, _) = world.call(&who, operation, with(std::slice::from_ref(&more))).await;
        assert_eq!(
            (without.status, code(&without)),
            (400, expected("InvalidRequest", "BadRequest")),
            "{operation}"
        );
        let algorithm = json!({ format!("{prefix}SSECustomerAlgorithm"): "KMS" });
        let unknown = with(&[more.clone(), customer(prefix, 1), algorithm]);
        let (unknown, _) = world.call(&who, operation, unknown).await;
        let refused = (400, expected("InvalidEncryptionAlgorithmError", "BadRequest"));
        assert_eq!((unknown.status, code(&unknown)), refused, "{operation}");
        let (wrong, _) = world.call(&who, operation, with(&[more, customer(prefix, 2)])).await;
        assert_eq!((wrong.status, code(&wrong)), (403, expected("AccessDenied", "Forbidden")), "{operation}");
    }
    let other = with(&[json!({ "Key": "open" }), customer("", 1)]);
    let (reply, _) = world.call(&who, "s3:GetObject", other).await;
    assert_eq!(message(&reply), "The encryption parameters are not applicable to this object.");

    let rotated = with(&[json!({ "CopySource": "calls/k" }), customer("CopySource", 1), customer("", 3)]);
    assert_eq!(
        code(&world.call(&who, "s3:CopyObject", rotated).await.0),
        "Ok",
        "onto itself under another key"
    );
    let (reply, _) = world.call(&who, "s3:GetObject", with(&[customer("", 3)])).await;
    assert_eq!(&reply.body[..], b"secret");
    let broken = with(&[json!({ "CopySource": "calls/k", "CopySourceSSECustomerAlgorithm": "AES256" })]);
    let (reply, _) = world.call(&who, "s3:CopyObject", broken).await;
    assert_eq!((reply.status, code(&reply)), (400, "InvalidArgument"));
}

#[tokio::test]
async fn each_part_comes_with_the_key_of_its_upload() {
    let world = World::new().await;
    world.bucket("calls").await;
    open(&world).await;
    let who = world.operator();
    let made = world.set("s3:CreateMultipartUpload", with(&[customer("", 1)])).await;
    let part = json!({ "UploadId": made["UploadId"], "PartNumber": 1 });
    for key in [json!({}), customer("", 2)] {
        let mut upload = call("s3:UploadPart", with(&[part.clone(), key]), Signing::Header(who.clone()));
        upload.body = "x".into();
        let (reply, _) = world.send(upload).await;
        assert_eq!((reply.status, code(&reply)), (400, "InvalidRequest"));
    }
    let mut upload = call("s3:UploadPart", with(&[part, customer("", 1)]), Signing::Header(who.clone()));
    upload.body = "secret".into();
    let (uploaded, _) = world.send(upload).await;
    let etag = uploaded.result.unwrap()["ETag"].clone();
    let parts = json!({ "Parts": [{ "PartNumber": 1, "ETag": etag }] });
    world
        .set(
            "s3:CompleteMultipartUpload",
            with(&[json!({ "UploadId": made["UploadId"], "MultipartUpload": parts })]),
        )
        .await;
    let (reply, _) = world.call(&who, "s3:GetObject", with(&[customer("", 1)])).await;
    assert_eq!(&reply.body[..], b"secret");
}

#[tokio::test]
async fn no_key_travels_in_plain() {
    let world = World::new().await;
    world.bucket("calls").await;
    open(&world).await;
    world.put(&world.operator(), with(&[customer("", 1)]), "secret").await;
    let source = json!({ "CopySource": "calls/k", "Key": "copy" });
    for (operation, members) in [
        ("s3:PutObject", with(&[customer("", 1)])),
        ("s3:GetObject", with(&[customer("", 1)])),
        ("s3:CopyObject", with(&[source, customer("CopySource", 1)])),
        ("s3:CreateMultipartUpload", with(&[customer("", 1)])),
        ("s3:UploadPart", with(&[json!({ "UploadId": "x", "PartNumber": 1 }), customer("", 1)])),
    ] {
        let mut plain = call(operation, members, Signing::Header(world.operator()));
        plain.transport = Transport::Http;
        let (reply, _) = world.send(plain).await;
        assert_eq!((reply.status, code(&reply)), (400, "InvalidArgument"), "{operation}");
        let text = "Requests specifying Server Side Encryption with Customer provided keys must be made over a secure connection.";
        assert_eq!(message(&reply), text, "{operation}");
    }
}
