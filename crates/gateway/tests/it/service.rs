//! Services assuming roles, forks of a gateway, and services that nobody has.

use serde_json::json;
use stackproof_gateway::{Outcome, ServiceSource};

use crate::world::{ACCOUNT, OTHER, World, allow, document};

#[tokio::test]
async fn a_service_assumes_the_roles_that_trust_it() {
    let world = World::new().await;
    world.bucket("calls").await;
    let trust = json!([{
        "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole",
        "Condition": { "StringEquals": { "aws:SourceAccount": ACCOUNT } },
    }]);
    let role = world.role("worker", trust, json!([allow(&["s3:ListBucket"], &["*"])])).await;
    let source = ServiceSource {
        arn: Some("arn:aws:lambda:eu-west-2:111111111111:function:f".into()),
        account: Some(ACCOUNT.into()),
    };
    let assume = |service: &'static str, name: &'static str, source: &ServiceSource| {
        let (gateway, role, source) = (&world.gateway, &role, source.clone());
        async move { gateway.assume_as_service(role, service, name, source).await }
    };
    let session = assume("lambda.amazonaws.com", "f", &source).await.unwrap_err();
    assert_eq!(session.outcome, Outcome::Rejected, "a session's name has two characters at least");
    let session = assume("lambda.amazonaws.com", "fn", &source).await.unwrap();
    let me = world.set_as(&session, "sts:GetCallerIdentity", json!({})).await;
    assert_eq!(me["Arn"], format!("arn:aws:sts::{ACCOUNT}:assumed-role/worker/fn"));
    let none = ServiceSource::default();
    for (service, source) in [("ecs-tasks.amazonaws.com", &source), ("lambda.amazonaws.com", &none)] {
        let refusal = assume(service, "fn", source).await.unwrap_err();
        assert_eq!(refusal.outcome, Outcome::ImplicitDeny, "{service}");
        let decision = world.gateway.decisions().drain().pop().unwrap();
        assert_eq!((decision.outcome, decision.principal.as_str()), (Outcome::ImplicitDeny, service));
    }
}

fn acting_for(account: &str, arn: &str) -> ServiceSource {
    ServiceSource { arn: Some(arn.to_owned()), account: Some(account.to_owned()) }
}

#[tokio::test]
async fn a_service_uses_a_key_for_the_account_that_its_policy_names() {
    let world = World::new().await;
    let policy = json!([
        { "Effect": "Allow", "Principal": { "AWS": ACCOUNT }, "Action": "kms:*", "Resource": "*" },
        {
            "Sid": "Services", "Effect": "Allow", "Principal": { "Service": "transcribe.amazonaws.com" },
            "Action": ["kms:GenerateDataKey", "kms:Encrypt"], "Resource": "*",
            "Condition": { "StringEquals": { "aws:SourceAccount": ACCOUNT } },
        },
    ]);
    let key = world.set("kms:CreateKey", json!({ "Policy": document(policy) })).await;
    let arn = key["KeyMetadata"]["Arn"].as_str().unwrap();
    let ask = |service: &'static str, source: ServiceSource, operation: &'static str| {
        let credentials = world.gateway.act_as_service(service, source).unwrap();
        let world = &world;
        let members = match operation {
            "kms:Encrypt" => json!({ "KeyId": arn, "Plaintext": "aGVsbG8=" }),
            _ => json!({ "KeyId": arn, "KeySpec": "AES_256" }),
        };
        async move { world.call(&credentials, operation, members).await }
    };
    let transcribe = "transcribe.amazonaws.com";
    let job = |account: &str| acting_for(account, &format!("arn:aws:transcribe:eu-west-2:{account}:job/j"));
    for operation in ["kms:Encrypt", "kms:GenerateDataKey"] {
        let (reply, decision) = ask(transcribe, job(ACCOUNT), operation).await;
        assert_eq!((reply.status, decision.outcome), (200, Outcome::Allowed), "{operation}");
        assert_eq!(decision.principal, transcribe);
    }
    let none = ServiceSource::default();
    for (service, source) in
        [(transcribe, job(OTHER)), (transcribe, none), ("sns.amazonaws.com", job(ACCOUNT))]
    {
        let (reply, decision) = ask(service, source, "kms:Encrypt").await;
        assert_eq!((reply.status, decision.outcome), (400, Outcome::ImplicitDeny), "{service}");
    }
}

#[tokio::test]
async fn a_service_sends_to_the_queue_whose_policy_names_its_source() {
    let world = World::new().await;
    let queue = world.set("sqs:CreateQueue", json!({ "QueueName": "events" })).await;
    let url = queue["QueueUrl"].as_str().unwrap();
    let policy = json!([{
        "Effect": "Allow", "Principal": { "Service": "sns.amazonaws.com" }, "Action": "sqs:SendMessage",
        "Resource": format!("arn:aws:sqs:eu-west-2:{ACCOUNT}:events"),
        "Condition": { "ArnEquals": { "aws:SourceArn": format!("arn:aws:sns:eu-west-2:{ACCOUNT}:calls") } },
    }]);
    let attributes = json!({ "Policy": document(policy) });
    world.set("sqs:SetQueueAttributes", json!({ "QueueUrl": url, "Attributes": attributes })).await;
    for (topic, outcome) in [("calls", Outcome::Allowed), ("others", Outcome::ImplicitDeny)] {
        let source = acting_for(ACCOUNT, &format!("arn:aws:sns:eu-west-2:{ACCOUNT}:{topic}"));
        let credentials = world.gateway.act_as_service("sns.amazonaws.com", source).unwrap();
        let members = json!({ "QueueUrl": url, "MessageBody": "x" });
        let (_, decision) = world.call(&credentials, "sqs:SendMessage", members).await;
        assert_eq!(decision.outcome, outcome, "{topic}");
    }
}

#[tokio::test]
async fn from_where_a_service_calls_is_not_known() {
    let world = World::new().await;
    world.bucket("logs").await;
    let statement = |condition: serde_json::Value| {
        json!([{
            "Effect": "Allow", "Principal": { "Service": "logging.s3.amazonaws.com" }, "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::logs/*", "Condition": condition,
        }])
    };
    let source = acting_for(ACCOUNT, "arn:aws:s3:::calls");
    let credentials = world.gateway.act_as_service("logging.s3.amazonaws.com", source).unwrap();
    let put = || world.put(&credentials, json!({ "Bucket": "logs", "Key": "a" }), "x");
    for (condition, outcome) in [
        (json!({ "ArnLike": { "aws:SourceArn": "arn:aws:s3:::calls" } }), Outcome::Allowed),
        (json!({ "Bool": { "aws:SecureTransport": "true" } }), Outcome::Allowed),
        (json!({ "ArnLike": { "aws:SourceArn": "arn:aws:s3:::others" } }), Outcome::ImplicitDeny),
        (json!({ "IpAddress": { "aws:SourceIp": "10.0.0.0/8" } }), Outcome::Undetermined),
    ] {
        world.policy("logs", statement(condition.clone())).await;
        assert_eq!(put().await.1.outcome, outcome, "{condition}");
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
