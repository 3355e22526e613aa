//! IAM: on which entity an operation is authorized, and by which keys.

use serde_json::json;
use stackproof_gateway::Outcome;

use crate::world::{ACCOUNT, World, allow, code, credentials, document, message};

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
