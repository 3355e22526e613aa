//! Services assuming roles, forks of a gateway, and services that nobody has.

use serde_json::json;
use stackproof_gateway::Outcome;

use crate::world::{ACCOUNT, World, allow};

#[tokio::test]
async fn a_service_assumes_the_roles_that_trust_it() {
    let world = World::new().await;
    world.bucket("calls").await;
    let trust = json!([{
        "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole",
        "Condition": { "StringEquals": { "aws:SourceAccount": ACCOUNT } },
    }]);
    let role = world.role("worker", trust, json!([allow(&["s3:ListBucket"], &["*"])])).await;
    let source = Some(("arn:aws:lambda:eu-west-2:111111111111:function:f", ACCOUNT));
    let session =
        world.gateway.assume_as_service(&role, "lambda.amazonaws.com", "f", source).await.unwrap_err();
    assert_eq!(session.outcome, Outcome::Rejected, "a session's name has two characters at least");
    let session = world.gateway.assume_as_service(&role, "lambda.amazonaws.com", "fn", source).await.unwrap();
    let me = world.set_as(&session, "sts:GetCallerIdentity", json!({})).await;
    assert_eq!(me["Arn"], format!("arn:aws:sts::{ACCOUNT}:assumed-role/worker/fn"));
    for (service, source) in [("ecs-tasks.amazonaws.com", source), ("lambda.amazonaws.com", None)] {
        let refusal = world.gateway.assume_as_service(&role, service, "fn", source).await.unwrap_err();
        assert_eq!(refusal.outcome, Outcome::ImplicitDeny, "{service}");
        let decision = world.gateway.decisions().drain().pop().unwrap();
        assert_eq!((decision.outcome, decision.principal.as_str()), (Outcome::ImplicitDeny, service));
    }
}

#[tokio::test]
async fn a_fork_goes_its_own_way() {
    let world = World::new().await;
    world.bucket("calls").await;
    let alice = world.user("alice", json!([allow(&["s3:*"], &["*"])])).await;
    let fork = world.fork().await;
    let put = json!({ "Bucket": "calls", "Key": "a" });
    assert_eq!(fork.put(&alice, put.clone(), "x").await.0.status, 200);
    assert_eq!(world.call(&alice, "s3:GetObject", put).await.0.status, 404);
    let deny =
        json!([{ "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "arn:aws:s3:::calls" }]);
    fork.policy("calls", deny).await;
    let list = json!({ "Bucket": "calls" });
    assert_eq!(fork.call(&alice, "s3:ListObjectsV2", list.clone()).await.0.status, 403);
    assert_eq!(world.call(&alice, "s3:ListObjectsV2", list).await.0.status, 200);
    let bob = fork.user("bob", json!([allow(&["s3:*"], &["*"])])).await;
    assert_eq!(fork.call(&bob, "s3:ListBuckets", json!({})).await.0.status, 200);
    assert_eq!(world.call(&bob, "s3:ListBuckets", json!({})).await.0.status, 403);
    assert!(
        fork.gateway.decisions().drain().iter().all(|d| world
            .gateway
            .decisions()
            .find(&d.request_id)
            .is_none())
    );
}

#[tokio::test]
async fn what_an_upstream_lacks_is_undetermined() {
    let world = World::new().await;
    let target = ("x-amz-target", "DynamoDB_20120810.GetItem");
    let request = || {
        http::Request::builder().method("POST").uri("/").header("host", "dynamodb.eu-west-2.amazonaws.com")
    };
    let (status, body, decision) = world.raw(request().header(target.0, target.1), "{}").await;
    assert_eq!((status, decision.outcome), (400, Outcome::Unauthenticated));
    assert!(body.contains("MissingAuthenticationTokenException"), "{body}");
    let operator = world.operator();
    let mut call =
        crate::world::call("s3:ListBuckets", json!({}), stackproof_aws::client::Signing::Header(operator));
    call.operation = stackproof_aws::Operation::named("dynamodb", "ListContributorInsights").unwrap();
    let (reply, decision) = world.send(call).await;
    assert_eq!((reply.status, decision.outcome), (501, Outcome::Undetermined));
    assert_eq!(
        (decision.service.as_str(), decision.operation.as_str()),
        ("dynamodb", "ListContributorInsights")
    );
}
