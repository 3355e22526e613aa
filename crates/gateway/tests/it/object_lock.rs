//! Object lock: what lifts it is a permission of its own, and so is what sets it.

use serde_json::{Value, json};
use stackproof_aws::client::Signing;
use stackproof_gateway::Outcome;
use stackproof_policy::Certainty;

use crate::world::{REGION, World, allow, call, code};

async fn locking() -> World {
    let world = World::new().await;
    world
        .set(
            "s3:CreateBucket",
            json!({
                "Bucket": "calls", "ObjectLockEnabledForBucket": true,
                "CreateBucketConfiguration": { "LocationConstraint": REGION },
            }),
        )
        .await;
    world
}

/// A version under governance, put by the operator.
async fn governed(world: &World) -> Value {
    let members = json!({
        "Bucket": "calls", "Key": "a", "ChecksumAlgorithm": "CRC32", "ChecksumCRC32": "jNwWgw==",
        "ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": "2999-01-01T00:00:00Z",
    });
    let (reply, decision) = world.put(&world.operator(), members, "x").await;
    let made = reply.result.unwrap_or_else(|error| panic!("{error}, {decision:?}"));
    json!({ "Bucket": "calls", "Key": "a", "VersionId": made["VersionId"] })
}

fn with(members: &Value, more: Value) -> Value {
    let mut members = members.clone();
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

#[tokio::test]
async fn governance_is_lifted_by_who_may() {
    let world = locking().await;
    let delete = "s3:DeleteObjectVersion";
    let clerk = world.user("clerk", json!([allow(&[delete], &["*"])])).await;
    let auditor =
        world.user("auditor", json!([allow(&[delete, "s3:BypassGovernanceRetention"], &["*"])])).await;
    let version = governed(&world).await;
    let bypass = with(&version, json!({ "BypassGovernanceRetention": true }));

    let (reply, decision) = world.call(&clerk, "s3:DeleteObject", bypass.clone()).await;
    assert_eq!((reply.status, decision.outcome), (403, Outcome::ImplicitDeny));
    assert_eq!(decision.deciding().unwrap().action, "s3:BypassGovernanceRetention");

    let (reply, decision) = world.call(&auditor, "s3:DeleteObject", version.clone()).await;
    assert_eq!((reply.status, code(&reply)), (403, "AccessDenied"));
    assert_eq!(decision.outcome, Outcome::Allowed, "policies allow it, the lock does not");

    let entry = json!({ "Key": "a", "VersionId": version["VersionId"] });
    let many =
        json!({ "Bucket": "calls", "Delete": { "Objects": [entry] }, "BypassGovernanceRetention": true });
    let (reply, decision) = world.call(&clerk, "s3:DeleteObjects", many.clone()).await;
    assert_eq!(decision.outcome, Outcome::ImplicitDeny);
    assert_eq!(reply.result.unwrap()["Errors"][0]["Code"], "AccessDenied");
    let (reply, _) = world.call(&auditor, "s3:DeleteObjects", many).await;
    assert_eq!(reply.result.unwrap()["Deleted"][0]["Key"], "a");
}

#[tokio::test]
async fn without_object_lock_there_is_nothing_to_lift() {
    let world = World::new().await;
    world.bucket("calls").await;
    let clerk = world.user("clerk", json!([allow(&["s3:DeleteObject"], &["*"])])).await;
    let members = json!({ "Bucket": "calls", "Key": "a", "BypassGovernanceRetention": true });
    let (reply, decision) = world.call(&clerk, "s3:DeleteObject", members).await;
    let told = (reply.status, code(&reply), decision.certainty, decision.outcome);
    assert_eq!(told, (400, "InvalidArgument", Certainty::Measured, Outcome::Allowed), "{decision:?}");
    let many = json!({
        "Bucket": "calls", "Delete": { "Objects": [{ "Key": "a" }] }, "BypassGovernanceRetention": true,
    });
    let (reply, decision) = world.call(&clerk, "s3:DeleteObjects", many).await;
    assert_eq!((reply.status, decision.certainty), (400, Certainty::Measured));
}

#[tokio::test]
async fn days_that_remain_can_be_bounded() {
    let world = locking().await;
    let limit = json!([{
        "Effect": "Allow", "Action": ["s3:PutObject", "s3:PutObjectRetention"], "Resource": "*",
        "Condition": { "NumericLessThanEqualsIfExists": { "s3:object-lock-remaining-retention-days": "10" } },
    }]);
    let user = world.user("alice", limit).await;
    for (days, status) in [(9, 200), (11, 403)] {
        let until = world.clock.now() + jiff::SignedDuration::from_hours(24 * days + 1);
        let members = json!({
            "Bucket": "calls", "Key": "a", "ChecksumAlgorithm": "CRC32", "ChecksumCRC32": "jNwWgw==",
            "ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": until.to_string(),
        });
        let (reply, decision) = world.put(&user, members, "x").await;
        assert_eq!(reply.status, status, "{days}: {decision:?}");
    }
}

#[tokio::test]
async fn documents_of_locks_come_with_a_digest() {
    let world = locking().await;
    let version = governed(&world).await;
    let hold = with(&version, json!({ "LegalHold": { "Status": "ON" } }));
    let wire = stackproof_aws::codec::encode_request(
        stackproof_aws::Operation::named("s3", "PutObjectLegalHold").unwrap(),
        hold.as_object().unwrap(),
    );
    let request =
        http::Request::builder().method("PUT").uri("/calls/a?legal-hold").header("host", "localhost");
    let document = String::from_utf8(wire.unwrap().body.to_vec()).unwrap();
    let (status, body, _) = world.raw(request, &document).await;
    assert_eq!(status, 400);
    assert!(body.contains("Missing required header for this request: Content-MD5"), "{body}");
    let (reply, _) = world.send(call("s3:PutObjectLegalHold", hold, Signing::Header(world.operator()))).await;
    assert_eq!(reply.status, 200);
}
