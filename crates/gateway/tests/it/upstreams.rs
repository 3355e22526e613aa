//! Upstreams over HTTP. Where nothing else is said a gateway of ours stands for an AWS that enforces, and an emulator
//! without one for an AWS that does not.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use stackproof_aws::wire::{self, Signer};
use stackproof_aws::{Caller, CanonicalRequest, Operation, Upstream};
use stackproof_gateway::upstream::{Health, Http, Identity, Notifications, Policies, Routed};
use stackproof_gateway::{Enforcement, Outcome, Verdict};

use crate::world::{ACCOUNT, REGION, World, allow, code, document};

const SERVICES: [&str; 5] = ["iam", "kms", "s3", "s3control", "sts"];
const TIMEOUT: Duration = Duration::from_secs(20);

/// The gateway of that world as an upstream, which knows its operator.
fn enforcing(inner: &World) -> Arc<dyn Upstream> {
    let url = format!("http://{}", inner.server.address());
    let identity = Identity::Fixed(inner.operator());
    let http = Http::new("aws", &url, identity, TIMEOUT, Health::default()).unwrap();
    let http: Arc<dyn Upstream> = Arc::new(http);
    let mut routed = Routed::default();
    SERVICES.iter().for_each(|service| routed.route(service, &url, Arc::clone(&http)));
    Arc::new(routed)
}

fn trust() -> Value {
    json!([{ "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }, "Action": "sts:AssumeRole" }])
}

/// What is made before an upstream that decides, and the calls on it: who, operation, members, and whether it is allowed.
async fn calls(world: &World) -> Vec<(Outcome, Verdict, Option<String>, u16)> {
    world.bucket("calls").await;
    let deny = json!({
        "Effect": "Deny", "Principal": "*", "Action": "s3:DeleteObject", "Resource": "arn:aws:s3:::calls/*",
    });
    world.policy("calls", json!([deny])).await;
    let everything = json!([allow(&["s3:*", "sts:AssumeRole"], &["*"])]);
    let alice = world.user("alice", everything).await;
    let bob = world.user("bob", json!([allow(&["s3:GetObject"], &["arn:aws:s3:::calls/*"])])).await;
    let role =
        world.role("reader", trust(), json!([allow(&["s3:ListBucket"], &["arn:aws:s3:::calls"])])).await;
    let (put, _) = world.put(&alice, json!({ "Bucket": "calls", "Key": "a" }), "hello").await;
    assert_eq!(code(&put), "Ok");
    let made = world
        .set_as(&alice, "sts:AssumeRole", json!({ "RoleArn": role, "RoleSessionName": "session" }))
        .await;
    let session = crate::world::credentials(&made["Credentials"]);
    let of_a = json!({ "Bucket": "calls", "Key": "a" });
    let of_calls = json!({ "Bucket": "calls" });
    let mut seen = Vec::new();
    for (who, operation, members) in [
        (&bob, "s3:GetObject", &of_a),
        (&bob, "s3:HeadObject", &of_a),
        (&bob, "s3:ListObjectsV2", &of_calls),
        (&alice, "s3:DeleteObject", &of_a),
        (&session, "s3:ListObjectsV2", &of_calls),
        (&session, "s3:GetObject", &of_a),
        (&bob, "sts:AssumeRole", &json!({ "RoleArn": role, "RoleSessionName": "theirs" })),
    ] {
        let (reply, decision) = world.call(who, operation, members.clone()).await;
        let statement = decision.statement.as_ref().map(|statement| statement.policy.clone());
        assert!(decision.differs.is_none(), "{operation}: {decision:?}");
        seen.push((decision.outcome, decision.verdict, statement, reply.status));
    }
    seen
}

#[tokio::test]
async fn where_the_upstream_decides_its_verdict_is_attributed_to_our_statement() {
    let inner = World::new().await;
    let outer = World::before(enforcing(&inner), Enforcement::Native).await;
    let attributed = calls(&outer).await;
    let observed = calls(&World::new().await).await;
    assert!(attributed.iter().all(|(_, verdict, ..)| *verdict == Verdict::Attributed));
    assert!(observed.iter().all(|(_, verdict, ..)| *verdict == Verdict::Observed));
    let without_verdict = |seen: Vec<(Outcome, Verdict, Option<String>, u16)>| {
        seen.into_iter()
            .map(|(outcome, _, statement, status)| (outcome, statement, status))
            .collect::<Vec<_>>()
    };
    assert_eq!(without_verdict(attributed), without_verdict(observed));
    // It is the upstream that decided: it saw the very callers.
    let principals: Vec<_> =
        inner.gateway.decisions().drain().iter().map(|decision| decision.principal.clone()).collect();
    for who in ["user/bob", "user/alice", "assumed-role/reader/session"] {
        assert!(principals.iter().any(|principal| principal.ends_with(who)), "{who}");
    }
}

#[tokio::test]
async fn where_the_two_verdicts_differ_it_is_said() {
    // An upstream that enforces nothing, taken for one that does.
    let inner = World::new().await;
    let outer = World::before(Arc::new(inner.emulator.clone()), Enforcement::Native).await;
    outer.bucket("calls").await;
    let bob = outer.user("bob", json!([])).await;
    let (reply, decision) = outer.call(&bob, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!((reply.status, decision.verdict), (200, Verdict::Attributed));
    let differs = decision.differs.as_deref().unwrap_or_default();
    assert!(differs.starts_with("the target allowed it, and our engine answers `User: "), "{differs}");
}

#[tokio::test]
async fn the_upstream_alone_enforces_nothing_and_the_gateway_before_it_does() {
    let inner = World::new().await;
    let outer = World::before(Arc::new(inner.emulator.clone()), Enforcement::Gateway).await;
    outer.bucket("calls").await;
    let bob = outer.user("bob", json!([])).await;
    let (reply, decision) = outer.call(&bob, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!((reply.status, decision.outcome), (403, Outcome::ImplicitDeny));
}

#[tokio::test]
async fn keys_that_the_upstream_does_not_know_decide_nothing() {
    let inner = World::new().await;
    let outer = World::before(enforcing(&inner), Enforcement::Native).await;
    outer.bucket("calls").await;
    let bob = outer.user("bob", json!([allow(&["s3:*"], &["*"])])).await;
    // Behind the gateway's back the key is gone.
    let members = json!({ "UserName": "bob", "AccessKeyId": bob.access_key_id, "Status": "Inactive" });
    let (reply, _) = outer.call(&bob, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!(code(&reply), "Ok");
    inner.set("iam:UpdateAccessKey", members).await;
    let (reply, decision) = outer.call(&bob, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_ne!(code(&reply), "Ok");
    assert_ne!(decision.outcome, Outcome::Allowed);
}

/// A call of somebody's who goes to the upstream and not through the gateway.
async fn behind(inner: &World, operation: &str, members: Value) -> Value {
    let (service, name) = operation.split_once(':').unwrap();
    let operation = Operation::named(service, name).unwrap();
    let Value::Object(members) = members else { panic!("members are an object") };
    let request = CanonicalRequest {
        id: "behind".to_owned(),
        operation,
        account: ACCOUNT.to_owned(),
        region: REGION.to_owned(),
        caller: Caller { arn: None, account: Some(ACCOUNT.to_owned()), user_id: "behind".to_owned() },
        signer: Signer::Account,
        secure: true,
        members,
        body: wire::empty(),
    };
    let answer = inner.emulator.call(request).await.unwrap();
    Value::Object(answer.members(operation).await.unwrap())
}

#[tokio::test]
async fn policies_made_behind_the_gateway_are_seen_and_credentials_refused_with_the_reason() {
    let inner = World::new().await;
    let outer = World::before(Arc::new(inner.emulator.clone()), Enforcement::Gateway).await;
    outer.bucket("calls").await;
    let bob = outer.user("bob", json!([])).await;
    let list = || outer.call(&bob, "s3:ListObjectsV2", json!({ "Bucket": "calls" }));
    assert_eq!(list().await.0.status, 403);
    let document = document(json!([allow(&["s3:ListBucket"], &["arn:aws:s3:::calls"])]));
    let policy = json!({ "UserName": "bob", "PolicyName": "behind", "PolicyDocument": document });
    behind(&inner, "iam:PutUserPolicy", policy).await;
    // What was read is good for a second.
    while list().await.0.status != 200 {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }

    let made = behind(&inner, "iam:CreateAccessKey", json!({ "UserName": "bob" })).await;
    let stranger = crate::world::credentials(&made["AccessKey"]);
    let (reply, decision) = outer.call(&stranger, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!((reply.status, code(&reply)), (403, "InvalidAccessKeyId"));
    let reason = decision.reason.as_deref().unwrap_or_default();
    assert!(reason.contains("it was not issued through the gateway"), "{reason}");
}

#[tokio::test]
async fn keys_of_one_upstream_guard_objects_of_another_and_what_cannot_cross_is_named() {
    let (objects, keys) = (World::new().await, World::new().await);
    let mut routed = Routed::default();
    for (service, name, upstream) in [
        ("iam", "the embedded emulator", &objects),
        ("s3", "the embedded emulator", &objects),
        ("s3control", "the embedded emulator", &objects),
        ("kms", "http://localhost:1", &keys),
    ] {
        routed.route(service, name, Arc::new(upstream.emulator.clone()));
    }
    let world = World::before(Arc::new(routed), Enforcement::Gateway).await;
    world.bucket("calls").await;
    let key = world.key(json!([crate::world::account_statement(ACCOUNT)])).await;
    let writer = world.user("writer", json!([allow(&["s3:PutObject"], &["*"])])).await;
    let user = world
        .user("user", json!([allow(&["s3:PutObject"], &["*"]), allow(&["kms:GenerateDataKey"], &[&key])]))
        .await;
    let put = json!({ "Bucket": "calls", "Key": "a", "ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key });
    let (_, decision) = world.put(&writer, put.clone(), "hello").await;
    let deciding = decision.deciding().unwrap();
    assert_eq!((decision.outcome, deciding.action.as_str()), (Outcome::ImplicitDeny, "kms:GenerateDataKey"));
    let (_, decision) = world.put(&user, put, "hello").await;
    assert!(decision.checks.iter().all(|check| check.outcome == Outcome::Allowed), "{decision:?}");
    assert_eq!(decision.outcome, Outcome::Undetermined);
    let reason = decision.reason.as_deref().unwrap_or_default();
    let border =
        "the embedded emulator holds the objects and http://localhost:1 the keys: SSE-KMS does not cross";
    assert!(reason.contains(border), "{reason}");
}

#[tokio::test]
async fn notification_configurations_are_kept_and_the_upstream_is_not_told() {
    let inner = World::new().await;
    let upstream = Notifications::before(Arc::new(inner.emulator.clone()));
    let outer = World::before(Arc::new(upstream), Enforcement::Gateway).await;
    outer.bucket("calls").await;
    let configuration = json!({ "LambdaFunctionConfigurations": [{
        "Id": "zip", "LambdaFunctionArn": "arn:aws:lambda:eu-west-2:111111111111:function:f",
        "Events": ["s3:ObjectCreated:*"],
    }] });
    // There is no such function: that is not what this is about.
    let put = json!({
        "Bucket": "calls", "NotificationConfiguration": configuration, "SkipDestinationValidation": true,
    });
    outer.set("s3:PutBucketNotificationConfiguration", put).await;
    let of_calls = json!({ "Bucket": "calls" });
    let kept = outer.set("s3:GetBucketNotificationConfiguration", of_calls.clone()).await;
    assert_eq!(Value::Object(kept), configuration);
    assert_eq!(behind(&inner, "s3:GetBucketNotificationConfiguration", of_calls).await, json!({}));
}

#[tokio::test]
async fn policies_in_the_gateways_hand_decide_and_the_upstream_has_none() {
    let inner = World::new().await;
    let upstream = Policies::before(Arc::new(inner.emulator.clone()));
    let outer = World::before(Arc::new(upstream), Enforcement::Gateway).await;
    outer.bucket("calls").await;
    let bob = outer.user("bob", json!([])).await;
    let reader = json!({
        "Effect": "Allow", "Principal": { "AWS": crate::world::user_arn("bob") }, "Action": "s3:ListBucket",
        "Resource": "arn:aws:s3:::calls",
    });
    outer.policy("calls", json!([reader])).await;
    let (reply, decision) = outer.call(&bob, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    let statement = decision.statement.as_ref().map(|statement| statement.policy.as_str());
    assert_eq!((code(&reply), statement), ("Ok", Some("bucket policy of calls")));
    let key = outer.key(json!([crate::world::account_statement(ACCOUNT)])).await;
    let policy = outer.set("kms:GetKeyPolicy", json!({ "KeyId": key })).await;
    assert!(policy["Policy"].as_str().unwrap().contains("\"Sid\":\"Account\""));
    let theirs = behind(&inner, "kms:GetKeyPolicy", json!({ "KeyId": key })).await;
    assert_ne!(theirs["Policy"], policy["Policy"]);
}
