//! IAM: on which entity an operation is authorized, and by which keys.

use serde_json::json;
use stackproof_gateway::Outcome;

use crate::world::{ACCOUNT, OTHER, World, allow, code, credentials, document, message};

#[tokio::test]
async fn an_entity_is_known_with_its_path() {
    let world = World::new().await;
    world.set("iam:CreateUser", json!({ "UserName": "bob", "Path": "/team/" })).await;
    let team = format!("arn:aws:iam::{ACCOUNT}:user/team/*");
    let user = world.user("alice", json!([allow(&["iam:GetUser", "iam:CreateUser"], &[&team])])).await;
    let (reply, decision) = world.call(&user, "iam:GetUser", json!({ "UserName": "bob" })).await;
    assert_eq!(reply.status, 200, "{decision:?}");
    let (reply, decision) = world.call(&user, "iam:GetUser", json!({})).await;
    assert_eq!((reply.status, decision.outcome), (403, Outcome::ImplicitDeny));
    assert_eq!(
        message(&reply),
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: iam:GetUser on resource: user alice \
             because no identity-based policy allows the iam:GetUser action"
        )
    );
    assert_eq!(
        world.call(&user, "iam:CreateUser", json!({ "UserName": "c", "Path": "/team/" })).await.0.status,
        200
    );
    assert_eq!(world.call(&user, "iam:CreateUser", json!({ "UserName": "d" })).await.0.status, 403);
    let tagged = json!({ "UserName": "e", "Path": "/team/", "Tags": [{ "Key": "a", "Value": "b" }] });
    let (reply, decision) = world.call(&user, "iam:CreateUser", tagged).await;
    assert_eq!((reply.status, decision.deciding().unwrap().action.as_str()), (403, "iam:TagUser"));
}

#[tokio::test]
async fn attaching_can_be_tied_to_a_policy_and_making_to_a_boundary() {
    let world = World::new().await;
    let made = world
        .set(
            "iam:CreatePolicy",
            json!({ "PolicyName": "read", "PolicyDocument": document(json!([allow(&["s3:Get*"], &["*"])])) }),
        )
        .await;
    let arn = made["Policy"]["Arn"].as_str().unwrap().to_owned();
    let admin = json!([
        {
            "Effect": "Allow", "Action": "iam:AttachUserPolicy", "Resource": "*",
            "Condition": { "ArnEquals": { "iam:PolicyARN": arn } },
        },
        {
            "Effect": "Allow", "Action": "iam:CreateUser", "Resource": "*",
            "Condition": { "StringEquals": { "iam:PermissionsBoundary": arn } },
        },
    ]);
    let admin = world.user("admin", admin).await;
    let attach = |arn: &str| json!({ "UserName": "admin", "PolicyArn": arn });
    assert_eq!(world.call(&admin, "iam:AttachUserPolicy", attach(&arn)).await.0.status, 200);
    let other = "arn:aws:iam::aws:policy/AdministratorAccess";
    assert_eq!(world.call(&admin, "iam:AttachUserPolicy", attach(other)).await.0.status, 403);
    assert_eq!(world.call(&admin, "iam:CreateUser", json!({ "UserName": "a" })).await.0.status, 403);
    let limited = json!({ "UserName": "a", "PermissionsBoundary": arn });
    assert_eq!(world.call(&admin, "iam:CreateUser", limited).await.0.status, 200);
}

#[tokio::test]
async fn a_change_of_policy_counts_from_the_next_call() {
    let world = World::new().await;
    let user = world.user("alice", json!([allow(&["s3:ListAllMyBuckets"], &["*"])])).await;
    assert_eq!(world.call(&user, "s3:ListBuckets", json!({})).await.0.status, 200);
    world.set("iam:DeleteUserPolicy", json!({ "UserName": "alice", "PolicyName": "inline" })).await;
    assert_eq!(world.call(&user, "s3:ListBuckets", json!({})).await.0.status, 403);
}

#[tokio::test]
async fn groups_lend_their_policies() {
    let world = World::new().await;
    let user = world.user("alice", json!([])).await;
    world.set("iam:CreateGroup", json!({ "GroupName": "listers" })).await;
    let policy = document(json!([allow(&["s3:ListAllMyBuckets"], &["*"])]));
    world
        .set(
            "iam:PutGroupPolicy",
            json!({ "GroupName": "listers", "PolicyName": "list", "PolicyDocument": policy }),
        )
        .await;
    assert_eq!(world.call(&user, "s3:ListBuckets", json!({})).await.0.status, 403);
    world.set("iam:AddUserToGroup", json!({ "GroupName": "listers", "UserName": "alice" })).await;
    let (reply, decision) = world.call(&user, "s3:ListBuckets", json!({})).await;
    assert_eq!(reply.status, 200);
    assert_eq!(decision.statement.as_ref().unwrap().policy, "inline policy list of group listers");
}

#[tokio::test]
async fn bad_documents_are_refused_as_iam_does() {
    let world = World::new().await;
    let bad = json!({ "PolicyName": "p", "PolicyDocument": "{}" });
    let (reply, decision) = world.call(&world.operator(), "iam:CreatePolicy", bad).await;
    assert_eq!(
        (reply.status, code(&reply), decision.outcome),
        (400, "MalformedPolicyDocument", Outcome::Allowed)
    );
    let trust = document(json!([{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:user/nobody") }, "Action": "sts:AssumeRole",
    }]));
    let (reply, _) = world
        .call(
            &world.operator(),
            "iam:CreateRole",
            json!({ "RoleName": "r", "AssumeRolePolicyDocument": trust }),
        )
        .await;
    assert_eq!(
        message(&reply),
        format!("Invalid principal in policy: \"AWS\":\"arn:aws:iam::{ACCOUNT}:user/nobody\"")
    );
}

#[tokio::test]
async fn what_iam_cannot_do_here_is_undetermined() {
    let world = World::new().await;
    let (reply, decision) = world.call(&world.operator(), "iam:GenerateCredentialReport", json!({})).await;
    assert_eq!((reply.status, decision.outcome), (501, Outcome::Undetermined));
}

#[tokio::test]
async fn a_session_token_without_mfa_calls_no_iam() {
    let world = World::new().await;
    let user = world.user("alice", json!([allow(&["*"], &["*"])])).await;
    let made = world.set_as(&user, "sts:GetSessionToken", json!({})).await;
    let session = credentials(&made["Credentials"]);
    let (reply, _) = world.call(&session, "iam:ListUsers", json!({})).await;
    assert_eq!((reply.status, code(&reply)), (403, "InvalidClientTokenId"));
    assert_eq!(world.call(&session, "s3:ListBuckets", json!({})).await.0.status, 200);
}

#[tokio::test]
async fn a_context_has_no_key_that_its_action_lacks() {
    let world = World::new().await;
    let boundary =
        json!({ "PolicyName": "limit", "PolicyDocument": document(json!([allow(&["*"], &["*"])])) });
    let boundary = world.set("iam:CreatePolicy", boundary).await["Policy"]["Arn"].clone();
    world.set("iam:CreateUser", json!({ "UserName": "bounded", "PermissionsBoundary": boundary })).await;
    let unless = |key: &str| {
        json!([
            allow(&["iam:*"], &["*"]),
            { "Effect": "Deny", "Action": "*", "Resource": "*", "Condition": { "StringNotEquals": { key: boundary } } },
        ])
    };
    let alice = world.user("alice", unless("iam:PermissionsBoundary")).await;
    let bob = world.user("bob", unless("iam:PolicyARN")).await;
    let bounded = json!({ "UserName": "bounded" });
    let detach = json!({ "UserName": "bounded", "PolicyArn": boundary });
    let policy = json!({ "PolicyArn": boundary });
    for (who, operation, members, denied) in [
        (&alice, "iam:GetUser", &bounded, true),
        (&alice, "iam:DetachUserPolicy", &detach, false),
        (&bob, "iam:GetPolicy", &policy, true),
        (&bob, "iam:DetachUserPolicy", &detach, false),
    ] {
        let (_, decision) = world.call(who, operation, members.clone()).await;
        assert_eq!(decision.outcome == Outcome::ExplicitDeny, denied, "{operation}: {decision:?}");
    }
}

#[tokio::test]
async fn renaming_needs_the_new_name_and_keeps_the_keys() {
    let world = World::new().await;
    let bob = world.user("bob", json!([allow(&["iam:GetUser"], &["*"])])).await;
    let arn = |name: &str| format!("arn:aws:iam::{ACCOUNT}:user/{name}");
    let alice = world.user("alice", json!([allow(&["iam:UpdateUser"], &[&arn("bob")])])).await;
    let rename = json!({ "UserName": "bob", "NewUserName": "robert", "NewPath": "/staff/" });
    let (reply, decision) = world.call(&alice, "iam:UpdateUser", rename.clone()).await;
    assert_eq!(reply.status, 403);
    assert_eq!(decision.deciding().unwrap().resource, arn("staff/robert"));
    world.set("iam:UpdateUser", rename).await;
    let me = world.set_as(&bob, "iam:GetUser", json!({})).await;
    assert_eq!(me["User"]["UserName"], "robert");
    let group = json!([allow(&["iam:UpdateGroup"], &[&format!("arn:aws:iam::{ACCOUNT}:group/old")])]);
    let carol = world.user("carol", group).await;
    world.set("iam:CreateGroup", json!({ "GroupName": "old" })).await;
    let rename = json!({ "GroupName": "old", "NewGroupName": "new" });
    assert_eq!(world.call(&carol, "iam:UpdateGroup", rename).await.0.status, 403);
}

#[tokio::test]
async fn whose_key_it_is_decides_who_may_ask_about_it() {
    let world = World::new().await;
    let bob = world.user("bob", json!([])).await;
    let arn = format!("arn:aws:iam::{ACCOUNT}:user/alice");
    let alice = world.user("alice", json!([allow(&["iam:GetAccessKeyLastUsed"], &[&arn])])).await;
    for (key, outcome) in [(&alice, Outcome::Allowed), (&bob, Outcome::ImplicitDeny)] {
        let members = json!({ "AccessKeyId": key.access_key_id });
        assert_eq!(world.call(&alice, "iam:GetAccessKeyLastUsed", members).await.1.outcome, outcome);
    }
}

#[tokio::test]
async fn a_role_is_passed_in_its_own_account_only() {
    let world = World::new().await;
    world.bucket("calls").await;
    for (role, outcome) in [
        (format!("arn:aws:iam::{OTHER}:role/r"), Outcome::ImplicitDeny),
        (format!("arn:aws:iam::{ACCOUNT}:role/r"), Outcome::Allowed),
    ] {
        let rule = json!({ "Status": "Enabled", "Destination": { "Bucket": "arn:aws:s3:::other" } });
        let configuration = json!({ "Role": role, "Rules": [rule] });
        let members = json!({ "Bucket": "calls", "ReplicationConfiguration": configuration });
        let (_, decision) = world.call(&world.operator(), "s3:PutBucketReplication", members).await;
        assert_eq!(decision.outcome, outcome, "{role}: {decision:?}");
    }
}

#[tokio::test]
async fn policies_of_other_accounts_are_theirs() {
    let world = World::new().await;
    for (owner, outcome) in [(OTHER, Outcome::ImplicitDeny), ("aws", Outcome::Allowed)] {
        let members = json!({ "PolicyArn": format!("arn:aws:iam::{owner}:policy/AdministratorAccess") });
        let (_, decision) = world.call(&world.operator(), "iam:GetPolicy", members).await;
        assert_eq!(decision.outcome, outcome, "{owner}: {decision:?}");
    }
}

#[tokio::test]
async fn a_policy_goes_on_meaning_who_was_renamed() {
    let world = World::new().await;
    world.bucket("calls").await;
    let bob = world.user("bob", json!([])).await;
    let admit = json!([{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:user/bob") },
        "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::calls",
    }]);
    world.policy("calls", admit).await;
    world.set("iam:UpdateUser", json!({ "UserName": "bob", "NewUserName": "robert" })).await;
    let another = world.user("bob", json!([])).await;
    for (who, outcome) in [(&bob, Outcome::Allowed), (&another, Outcome::ImplicitDeny)] {
        let (_, decision) = world.call(who, "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
        assert_eq!(decision.outcome, outcome, "{}", decision.principal);
    }
}
