//! Access control lists and object ownership, between two accounts.

use serde_json::{Value, json};
use stackproof_aws::Credentials;
use stackproof_aws::client::Signing;
use stackproof_emulator::canonical_user_id;
use stackproof_gateway::{Decision, Outcome};
use stackproof_policy::Certainty;

use crate::world::{ACCOUNT, OTHER, World, allow, call, code, message};

pub const SETTINGS: [&str; 3] = ["BucketOwnerEnforced", "BucketOwnerPreferred", "ObjectWriter"];
const WITH_LISTS: [&str; 2] = ["BucketOwnerPreferred", "ObjectWriter"];

/// A bucket under that ownership, with nothing that blocks public access.
async fn world(ownership: &str) -> World {
    let world = World::new().await;
    world.bucket("calls").await;
    owned(&world, ownership).await;
    world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
    world
}

async fn owned(world: &World, ownership: &str) {
    let controls = json!({ "Rules": [{ "ObjectOwnership": ownership }] });
    let members = json!({ "Bucket": "calls", "OwnershipControls": controls });
    world.set("s3:PutBucketOwnershipControls", members).await;
}

fn key(key: &str) -> Value {
    json!({ "Bucket": "calls", "Key": key })
}

fn with(mut members: Value, more: Value) -> Value {
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn id(account: &str) -> String {
    format!("id=\"{}\"", canonical_user_id(account))
}

/// The status that an unsigned call is answered with, and the decision on it.
async fn unsigned(world: &World, operation: &str, members: Value) -> (u16, std::sync::Arc<Decision>) {
    let (reply, decision) = world.send(call(operation, members, Signing::Anonymous)).await;
    (reply.status, decision)
}

async fn status(world: &World, who: &Credentials, operation: &str, members: Value) -> u16 {
    world.call(who, operation, members).await.0.status
}

async fn all_of(world: &World, account: &str, name: &str) -> Credentials {
    world.user_in(account, name, json!([allow(&["s3:*"], &["*"])])).await
}

/// Lets the other account put objects.
async fn admit_writers(world: &World) {
    let admit = json!([{
        "Effect": "Allow", "Principal": { "AWS": OTHER }, "Action": ["s3:PutObject", "s3:PutObjectAcl"],
        "Resource": "arn:aws:s3:::calls/*",
    }]);
    world.policy("calls", admit).await;
}

#[tokio::test]
async fn a_public_object_is_public_where_lists_count() {
    for ownership in SETTINGS {
        let world = world(ownership).await;
        let operator = world.operator();
        let (reply, _) = world.put(&operator, with(key("open"), json!({ "ACL": "public-read" })), "x").await;
        if ownership == "BucketOwnerEnforced" {
            assert_eq!((reply.status, code(&reply)), (400, "AccessControlListNotSupported"));
            assert_eq!(message(&reply), "The bucket does not allow ACLs");
            continue;
        }
        assert_eq!(reply.status, 200, "{ownership}");
        world.put(&operator, key("closed"), "x").await;
        let (status, decision) = unsigned(&world, "s3:GetObject", key("open")).await;
        assert_eq!((status, decision.outcome), (200, Outcome::Allowed), "{ownership} {decision:?}");
        assert_eq!(decision.checks[0].layer.as_deref(), Some("access control list"));
        let statement = decision.statement.as_ref().unwrap();
        assert_eq!(statement.policy, "acl of object calls/open");
        assert_eq!((statement.index, statement.sid.as_deref()), (1, Some("grant READ to AllUsers")));
        let (status, decision) = unsigned(&world, "s3:GetObject", key("closed")).await;
        assert_eq!((status, decision.outcome), (403, Outcome::ImplicitDeny), "{ownership}");
        // What was public is private again once lists no longer count.
        owned(&world, "BucketOwnerEnforced").await;
        assert_eq!(unsigned(&world, "s3:GetObject", key("open")).await.0, 403, "{ownership}");
    }
}

#[tokio::test]
async fn a_grant_to_an_account_is_worth_what_its_own_policies_allow() {
    for ownership in WITH_LISTS {
        let world = world(ownership).await;
        let granted = with(key("a"), json!({ "GrantRead": id(OTHER) }));
        assert_eq!(world.put(&world.operator(), granted, "x").await.0.status, 200);
        world.put(&world.operator(), key("b"), "x").await;
        let bob = all_of(&world, OTHER, "bob").await;
        let idle = world.user_in(OTHER, "idle", json!([])).await;
        let own_idle = world.user("idle", json!([])).await;
        let (reply, decision) = world.call(&bob, "s3:GetObject", key("a")).await;
        assert_eq!(reply.status, 200, "{decision:?}");
        for (who, operation, members) in [
            (&bob, "s3:GetObject", key("b")),
            (&bob, "s3:GetObjectAcl", key("a")),
            (&idle, "s3:GetObject", key("a")),
            (&own_idle, "s3:GetObject", key("a")),
        ] {
            let (reply, decision) = world.call(who, operation, members).await;
            assert_eq!((reply.status, decision.outcome), (403, Outcome::ImplicitDeny), "{decision:?}");
        }
        assert_eq!(unsigned(&world, "s3:GetObject", key("a")).await.0, 403);
    }
}

#[tokio::test]
async fn authenticated_users_are_those_who_sign() {
    let world = world("ObjectWriter").await;
    world.put(&world.operator(), with(key("a"), json!({ "ACL": "authenticated-read" })), "x").await;
    let bob = all_of(&world, OTHER, "bob").await;
    assert_eq!(status(&world, &bob, "s3:GetObject", key("a")).await, 200);
    assert_eq!(unsigned(&world, "s3:GetObject", key("a")).await.0, 403);
}

#[tokio::test]
async fn permissions_on_a_bucket() {
    for ownership in WITH_LISTS {
        let world = world(ownership).await;
        let bob = all_of(&world, OTHER, "bob").await;
        let bucket = json!({ "Bucket": "calls" });
        let replaced =
            with(bucket.clone(), json!({ "GrantFullControl": id(ACCOUNT), "GrantRead": id(OTHER) }));
        let calls = [
            ("GrantRead", "s3:ListObjectsV2", bucket.clone()),
            ("GrantReadACP", "s3:GetBucketAcl", bucket.clone()),
            ("GrantWriteACP", "s3:PutBucketAcl", replaced),
            ("GrantWrite", "s3:PutObject", key("new")),
        ];
        for (grant, ..) in &calls {
            for (needed, operation, members) in &calls {
                let granted = json!({ "GrantFullControl": id(ACCOUNT), *grant: id(OTHER) });
                world.set("s3:PutBucketAcl", with(bucket.clone(), granted)).await;
                let expected = if grant == needed { 200 } else { 403 };
                let found = status(&world, &bob, operation, members.clone()).await;
                assert_eq!(found, expected, "{ownership} {grant} {operation}");
            }
        }
        let unknown = world.call(
            &bob,
            "s3:PutBucketVersioning",
            with(
                bucket.clone(),
                json!({
                    "VersioningConfiguration": { "Status": "Enabled" },
                }),
            ),
        );
        assert_eq!(unknown.await.0.status, 403, "no permission stands for it");
        world.set("s3:PutBucketAcl", with(bucket.clone(), json!({ "ACL": "public-read" }))).await;
        assert_eq!(unsigned(&world, "s3:ListObjectsV2", bucket.clone()).await.0, 200);
        assert_eq!(unsigned(&world, "s3:GetBucketAcl", bucket).await.0, 403);
    }
}

/// The user guide says of WRITE both that it is for new objects and that it maps to `s3:PutObject`.
#[tokio::test]
async fn a_grant_of_write_is_for_new_objects() {
    let world = world("ObjectWriter").await;
    let bob = all_of(&world, OTHER, "bob").await;
    let granted = json!({ "Bucket": "calls", "GrantFullControl": id(ACCOUNT), "GrantWrite": id(OTHER) });
    world.set("s3:PutBucketAcl", granted).await;
    world.put(&world.operator(), key("owner's"), "x").await;
    assert_eq!(world.put(&bob, key("bob's"), "x").await.0.status, 200);
    assert_eq!(world.put(&bob, key("bob's"), "y").await.0.status, 200, "his own he may replace");
    assert_eq!(status(&world, &bob, "s3:DeleteObject", key("bob's")).await, 204);
    let (_, decision) = world.put(&bob, key("owner's"), "y").await;
    assert_eq!(decision.outcome, Outcome::Undetermined, "{decision:?}");
    let (_, decision) = world.call(&bob, "s3:DeleteObject", key("owner's")).await;
    assert_eq!(decision.outcome, Outcome::Undetermined);
    let listed = with(key("new"), json!({ "ACL": "bucket-owner-full-control" }));
    let (_, decision) = world.put(&bob, listed, "x").await;
    assert_eq!(decision.deciding().unwrap().action, "s3:PutObjectAcl");
    assert_eq!(decision.outcome, Outcome::Undetermined, "whether it needs a grant of its own is not known");
}

#[tokio::test]
async fn permissions_on_an_object() {
    for ownership in WITH_LISTS {
        let world = world(ownership).await;
        let bob = all_of(&world, OTHER, "bob").await;
        let calls = [
            ("GrantRead", "s3:GetObject", key("a")),
            ("GrantReadACP", "s3:GetObjectAcl", key("a")),
            ("GrantWriteACP", "s3:PutObjectAcl", with(key("a"), json!({ "ACL": "private" }))),
        ];
        for (grant, ..) in &calls {
            for (needed, operation, members) in &calls {
                let granted = json!({ "GrantFullControl": id(ACCOUNT), *grant: id(OTHER) });
                world.put(&world.operator(), with(key("a"), granted), "x").await;
                let expected = if grant == needed { 200 } else { 403 };
                let found = status(&world, &bob, operation, members.clone()).await;
                assert_eq!(found, expected, "{ownership} {grant} {operation}");
            }
        }
        let all = json!({ "GrantFullControl": format!("{}, {}", id(ACCOUNT), id(OTHER)) });
        world.put(&world.operator(), with(key("a"), all), "x").await;
        for (_, operation, members) in calls {
            assert_eq!(status(&world, &bob, operation, members).await, 200, "{ownership} {operation}");
        }
        assert_eq!(status(&world, &bob, "s3:DeleteObject", key("a")).await, 403);
    }
}

/// What another account puts without a word is its own, but where ownership is enforced.
#[tokio::test]
async fn an_object_belongs_to_its_writer_where_lists_count() {
    for ownership in SETTINGS {
        let world = world(ownership).await;
        admit_writers(&world).await;
        let (bob, alice) = (all_of(&world, OTHER, "bob").await, all_of(&world, ACCOUNT, "alice").await);
        assert_eq!(world.put(&bob, key("a"), "x").await.0.status, 200);
        let enforced = ownership == "BucketOwnerEnforced";
        let (owners, writers) = if enforced { (200, 403) } else { (403, 200) };
        let (reply, decision) = world.call(&alice, "s3:GetObject", key("a")).await;
        assert_eq!(reply.status, owners, "{ownership} {decision:?}");
        if !enforced {
            assert_eq!((message(&reply), decision.outcome), ("Access Denied", Outcome::ImplicitDeny));
        }
        assert_eq!(status(&world, &bob, "s3:GetObject", key("a")).await, writers, "{ownership}");
        assert_eq!(
            status(
                &world,
                &bob,
                "s3:PutObjectAcl",
                with(key("a"), json!({ "ACL": "bucket-owner-full-control" }))
            )
            .await,
            200,
            "{ownership}"
        );
        assert_eq!(status(&world, &alice, "s3:GetObject", key("a")).await, 200, "{ownership}");
        assert_eq!(
            status(&world, &alice, "s3:DeleteObject", key("a")).await,
            204,
            "the bucket is hers: {ownership}"
        );
    }
}

#[tokio::test]
async fn full_control_for_the_bucket_s_owner_gives_the_object_away_where_that_is_preferred() {
    for ownership in SETTINGS {
        let world = world(ownership).await;
        admit_writers(&world).await;
        let (bob, alice) = (all_of(&world, OTHER, "bob").await, all_of(&world, ACCOUNT, "alice").await);
        let given = with(key("a"), json!({ "ACL": "bucket-owner-full-control" }));
        assert_eq!(world.put(&bob, given, "x").await.0.status, 200, "{ownership}");
        let acl = world.set("s3:GetObjectAcl", key("a")).await;
        let own = ownership == "ObjectWriter";
        assert_eq!(acl["Owner"]["ID"], canonical_user_id(if own { OTHER } else { ACCOUNT }), "{ownership}");
        assert_eq!(status(&world, &alice, "s3:GetObject", key("a")).await, 200, "{ownership}");
        let writers = if own { 200 } else { 403 };
        assert_eq!(status(&world, &bob, "s3:GetObject", key("a")).await, writers, "{ownership}");
    }
}

/// Over what belongs to another account the bucket policy has only a no.
#[tokio::test]
async fn a_bucket_policy_allows_what_the_bucket_s_owner_owns() {
    let world = world("ObjectWriter").await;
    admit_writers(&world).await;
    let bob = all_of(&world, OTHER, "bob").await;
    world.put(&bob, key("bob's"), "x").await;
    world.put(&bob, with(key("shown"), json!({ "ACL": "public-read" })), "x").await;
    world.put(&world.operator(), key("owner's"), "x").await;
    let everyone = |effect: &str| json!([{ "Effect": effect, "Principal": "*", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::calls/*" }]);
    world.policy("calls", everyone("Allow")).await;
    for (name, expected) in [("owner's", 200), ("bob's", 403), ("shown", 200)] {
        let (status, decision) = unsigned(&world, "s3:GetObject", key(name)).await;
        assert_eq!(status, expected, "{name} {decision:?}");
    }
    world.policy("calls", everyone("Deny")).await;
    for name in ["owner's", "bob's", "shown"] {
        let (status, decision) = unsigned(&world, "s3:GetObject", key(name)).await;
        assert_eq!((status, decision.outcome), (403, Outcome::ExplicitDeny), "{name}");
    }
    assert_eq!(status(&world, &bob, "s3:GetObject", key("bob's")).await, 403, "nor may its owner");
}

#[tokio::test]
async fn what_nobody_in_particular_puts_is_everybody_s() {
    let world = world("ObjectWriter").await;
    world.set("s3:PutBucketAcl", json!({ "Bucket": "calls", "ACL": "public-read-write" })).await;
    assert_eq!(unsigned(&world, "s3:PutObject", key("a")).await.0, 200);
    assert_eq!(unsigned(&world, "s3:GetObject", key("a")).await.0, 200);
    assert_eq!(status(&world, &world.operator(), "s3:GetObject", key("a")).await, 403);
    assert_eq!(status(&world, &world.operator(), "s3:DeleteObject", key("a")).await, 204);
}

#[tokio::test]
async fn a_missing_object_that_nothing_grants_is_no_denial_to_who_may_list() {
    let world = world("ObjectWriter").await;
    let (status, decision) = unsigned(&world, "s3:GetObject", key("nothing")).await;
    assert_eq!((status, decision.outcome), (403, Outcome::ImplicitDeny));
    world.set("s3:PutBucketAcl", json!({ "Bucket": "calls", "ACL": "public-read" })).await;
    let (_, decision) = unsigned(&world, "s3:GetObject", key("nothing")).await;
    assert_eq!(decision.outcome, Outcome::Undetermined);
}

#[tokio::test]
async fn ignored_grants_beside_others_rest_on_a_reading() {
    let world = world("ObjectWriter").await;
    let bob = all_of(&world, OTHER, "bob").await;
    let everyone = "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\"";
    let granted = json!({ "GrantRead": format!("{}, {everyone}", id(OTHER)) });
    world.put(&world.operator(), with(key("a"), granted), "x").await;
    let block = json!({ "IgnorePublicAcls": true });
    let (_, before) = world.call(&bob, "s3:GetObject", key("a")).await;
    world
        .set("s3:PutPublicAccessBlock", json!({ "Bucket": "calls", "PublicAccessBlockConfiguration": block }))
        .await;
    let (_, after) = world.call(&bob, "s3:GetObject", key("a")).await;
    assert_eq!((before.outcome, before.certainty), (Outcome::Allowed, Certainty::Documented));
    assert_eq!((after.outcome, after.certainty), (Outcome::Allowed, Certainty::Reading));
}
