//! Settings of a bucket, encryption, transport.

use serde_json::{Value, json};
use stackproof_aws::client::{Signing, Transport};
use stackproof_gateway::Outcome;

use crate::world::{OTHER, World, allow, call, code, document, message};

fn everyone() -> Value {
    json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::calls/*" }])
}

#[tokio::test]
async fn public_policies_are_blocked_until_the_setting_is_gone() {
    let world = World::new().await;
    world.bucket("calls").await;
    let put = json!({ "Bucket": "calls", "Policy": document(everyone()) });
    let (reply, decision) = world.call(&world.operator(), "s3:PutBucketPolicy", put.clone()).await;
    assert_eq!((reply.status, decision.outcome), (403, Outcome::ExplicitDeny));
    assert!(message(&reply).contains("blocked by the BlockPublicPolicy block public access setting"));
    assert_eq!(decision.deciding().unwrap().layer.as_deref(), Some("block public access"));
    world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
    let operator = world.operator();
    let status = || world.call(&operator, "s3:GetBucketPolicyStatus", json!({ "Bucket": "calls" }));
    assert_eq!(code(&status().await.0), "NoSuchBucketPolicy");
    assert!(world.call(&world.operator(), "s3:PutBucketPolicy", put).await.0.result.is_ok());
    assert_eq!(status().await.0.result.unwrap()["PolicyStatus"]["IsPublic"], true);
    world.put(&world.operator(), json!({ "Bucket": "calls", "Key": "a" }), "x").await;
    let get = json!({ "Bucket": "calls", "Key": "a" });
    let (reply, decision) = world.send(call("s3:GetObject", get.clone(), Signing::Anonymous)).await;
    assert_eq!((reply.status, decision.principal.as_str()), (200, "anonymous"));
    let restrict = json!({ "RestrictPublicBuckets": true });
    let members = json!({ "Bucket": "calls", "PublicAccessBlockConfiguration": restrict });
    world.set("s3:PutPublicAccessBlock", members).await;
    let (reply, decision) = world.send(call("s3:GetObject", get, Signing::Anonymous)).await;
    assert_eq!(
        (reply.status, message(&reply), decision.outcome),
        (403, "Access Denied", Outcome::ExplicitDeny)
    );
}

#[tokio::test]
async fn encryption_with_keys_is_refused_over_plain_http() {
    let world = World::new().await;
    world.bucket("calls").await;
    let customer = json!({
        "Bucket": "calls", "Key": "a", "SSECustomerAlgorithm": "AES256",
        "SSECustomerKey": "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", "SSECustomerKeyMD5": "cLy7igxyUE1iCb+oFLyTUA==",
    });
    for members in [json!({ "Bucket": "calls", "Key": "a", "ServerSideEncryption": "aws:kms" }), customer] {
        let mut put = call("s3:PutObject", members, Signing::Header(world.operator()));
        put.transport = Transport::Http;
        let (reply, decision) = world.send(put).await;
        assert_eq!(
            (reply.status, code(&reply), decision.outcome),
            (400, "InvalidArgument", Outcome::Rejected)
        );
        assert!(message(&reply).ends_with("must be made over a secure connection."), "{}", message(&reply));
    }
}

#[tokio::test]
async fn the_managed_key_serves_its_own_account_through_s3() {
    let world = World::new().await;
    world.bucket("calls").await;
    let members = json!({ "Bucket": "calls", "Key": "a", "ServerSideEncryption": "aws:kms" });
    let user = world
        .user("alice", json!([allow(&["s3:PutObject", "s3:GetObject"], &["arn:aws:s3:::calls/*"])]))
        .await;
    let (reply, decision) = world.put(&user, members.clone(), "x").await;
    assert_eq!(reply.status, 200, "{reply:?} {decision:?}");
    assert_eq!(decision.checks[1].action, "kms:GenerateDataKey");
    let get = json!({ "Bucket": "calls", "Key": "a" });
    let (reply, decision) = world.call(&user, "s3:GetObject", get.clone()).await;
    assert_eq!((reply.status, decision.checks[1].action.as_str()), (200, "kms:Decrypt"));

    let account = json!([{
        "Effect": "Allow", "Principal": { "AWS": OTHER }, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::calls/*",
    }]);
    world.policy("calls", account).await;
    let stranger = world.user_in(OTHER, "bob", json!([allow(&["*"], &["*"])])).await;
    let (reply, decision) = world.call(&stranger, "s3:GetObject", get).await;
    assert_eq!((reply.status, decision.deciding().unwrap().action.as_str()), (403, "kms:Decrypt"));

    let foreign = json!({
        "Bucket": "calls", "Key": "a", "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": "arn:aws:kms:eu-west-2:111111111111:key/1234abcd-12ab-34cd-56ef-1234567890ab",
    });
    let (reply, decision) = world.put(&user, foreign, "x").await;
    assert_eq!((code(&reply), decision.outcome), ("KMS.NotFoundException", Outcome::Rejected));
}

#[tokio::test]
async fn another_owner_than_expected_is_refused() {
    let world = World::new().await;
    world.bucket("calls").await;
    let members = json!({ "Bucket": "calls", "ExpectedBucketOwner": OTHER });
    let (reply, decision) = world.call(&world.operator(), "s3:ListObjectsV2", members).await;
    assert_eq!(
        (reply.status, message(&reply), decision.outcome),
        (403, "Access Denied", Outcome::ExplicitDeny)
    );
    for owner in ["0000", "2222222222222", "abcdefghijkl", ""] {
        let members = json!({ "Bucket": "calls", "ExpectedBucketOwner": owner });
        let (reply, decision) = world.call(&world.operator(), "s3:GetBucketPolicy", members).await;
        let told = (reply.status, code(&reply), decision.outcome);
        assert_eq!(told, (400, "InvalidBucketOwnerAWSAccountID", Outcome::Rejected), "{owner}");
    }
    let members = json!({
        "Bucket": "calls", "Key": "a", "CopySource": "calls/b", "ExpectedSourceBucketOwner": "me",
    });
    let (reply, _) = world.call(&world.operator(), "s3:CopyObject", members).await;
    assert_eq!(code(&reply), "InvalidBucketOwnerAWSAccountID");
}

#[tokio::test]
async fn secure_transport_is_a_fact_of_the_connection() {
    let world = World::new().await;
    world.bucket("calls").await;
    let deny = json!([{
        "Sid": "TlsOnly", "Effect": "Deny", "Principal": "*", "Action": "s3:*",
        "Resource": ["arn:aws:s3:::calls", "arn:aws:s3:::calls/*"],
        "Condition": { "Bool": { "aws:SecureTransport": "false" } },
    }]);
    world.policy("calls", deny).await;
    for (transport, status) in [(Transport::Https, 200), (Transport::Http, 403)] {
        let mut list =
            call("s3:ListObjectsV2", json!({ "Bucket": "calls" }), Signing::Header(world.operator()));
        list.transport = transport;
        assert_eq!(world.send(list).await.0.status, status);
    }
}

#[tokio::test]
async fn another_region_is_named_to_the_client() {
    let world = World::new().await;
    world.bucket("calls").await;
    let mut list = call("s3:ListObjectsV2", json!({ "Bucket": "calls" }), Signing::Header(world.operator()));
    list.region = "us-east-1".to_owned();
    let (reply, decision) = world.send(list).await;
    assert_eq!((reply.status, code(&reply)), (400, "AuthorizationHeaderMalformed"));
    assert_eq!(
        message(&reply),
        "The authorization header is malformed; the region 'us-east-1' is wrong; expecting 'eu-west-2'"
    );
    assert_eq!(reply.headers["x-amz-bucket-region"], "eu-west-2");
    assert_eq!(decision.outcome, Outcome::Unauthenticated);
    let signing = Signing::Presigned(world.operator(), std::time::Duration::from_secs(60));
    let mut get = call("s3:ListObjectsV2", json!({ "Bucket": "calls" }), signing);
    get.region = "us-east-1".to_owned();
    let (reply, _) = world.send(get).await;
    assert_eq!((reply.status, code(&reply)), (400, "AuthorizationQueryParametersError"));
    assert_eq!(reply.headers["x-amz-bucket-region"], "eu-west-2");
}

#[tokio::test]
async fn where_a_bucket_is_everyone_learns() {
    let world = World::new().await;
    world.bucket("calls").await;
    let nobody = world.user("nobody", json!([allow(&["s3:GetObject"], &["*"])])).await;
    let bucket = json!({ "Bucket": "calls" });
    let operator = world.operator();
    for (operation, who, status) in [
        ("s3:HeadBucket", Signing::Anonymous, 403),
        ("s3:HeadBucket", Signing::Header(nobody), 403),
        ("s3:HeadBucket", Signing::Header(operator.clone()), 200),
        ("s3:ListObjects", Signing::Header(operator.clone()), 200),
        ("s3:ListObjectsV2", Signing::Header(operator), 200),
    ] {
        let (reply, _) = world.send(call(operation, bucket.clone(), who)).await;
        assert_eq!(reply.status, status, "{operation}");
        assert_eq!(reply.headers["x-amz-bucket-region"], "eu-west-2", "{operation}");
    }
}

#[tokio::test]
async fn a_bucket_is_not_made_with_a_public_access_control_list() {
    let world = World::new().await;
    let location = json!({ "LocationConstraint": "eu-west-2" });
    for (acl, outcome, error) in [
        ("public-read", Outcome::ExplicitDeny, "InvalidBucketAclWithBlockPublicAccessError"),
        ("private", Outcome::Allowed, "Ok"),
    ] {
        let members = json!({
            "Bucket": "open", "ACL": acl, "ObjectOwnership": "ObjectWriter", "CreateBucketConfiguration": location,
        });
        let (reply, decision) = world.call(&world.operator(), "s3:CreateBucket", members).await;
        assert_eq!((decision.outcome, code(&reply)), (outcome, error), "{acl}");
    }
}
