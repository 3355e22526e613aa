//! S3 asks the destinations of notifications whether it may tell them.

use serde_json::{Value, json};
use stackproof_aws::client::Reply;

use crate::services::ARCHIVE;
use crate::world::{ACCOUNT, World, account_statement, document};

const BUCKET: &str = "arn:aws:s3:::calls";

async fn tell(world: &World, kind: &str, member: &str, arn: &str) -> Reply {
    let part = json!({ (member): arn, "Events": ["s3:ObjectCreated:*"] });
    let members = json!({ "Bucket": "calls", "NotificationConfiguration": { (kind): [part] } });
    world.call(&world.operator(), "s3:PutBucketNotificationConfiguration", members).await.0
}

fn is_refused(reply: &Reply) -> bool {
    let Err(error) = &reply.result else { return false };
    let message = "Unable to validate the following destination configurations";
    (reply.status, error.code.as_ref(), error.message.as_str()) == (400, "InvalidArgument", message)
}

fn for_bucket(action: &str, resource: &str, bucket: &str) -> Value {
    json!({
        "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" }, "Action": action, "Resource": resource,
        "Condition": { "ArnLike": { "aws:SourceArn": bucket }, "StringEquals": { "aws:SourceAccount": ACCOUNT } },
    })
}

#[tokio::test]
async fn a_function_is_told_that_its_policy_opens_to_the_bucket() {
    let world = World::new().await;
    world.bucket("calls").await;
    let trust = json!([{ "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" }]);
    let role = world.role("f", trust, json!([])).await;
    let function = json!({
        "FunctionName": "f", "Runtime": "provided.al2023", "Handler": "b", "Role": role,
        "Code": { "ZipFile": ARCHIVE },
    });
    let arn = format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:function:f");
    let tell = async || tell(&world, "LambdaFunctionConfigurations", "LambdaFunctionArn", &arn).await;
    assert!(is_refused(&tell().await), "there is none");
    world.set("lambda:CreateFunction", function).await;
    assert!(is_refused(&tell().await));
    let permit = async |id: &str, source: &str| {
        let members = json!({
            "FunctionName": "f", "StatementId": id, "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com",
            "SourceArn": source, "SourceAccount": ACCOUNT,
        });
        world.set("lambda:AddPermission", members).await;
    };
    permit("other", "arn:aws:s3:::other").await;
    assert!(is_refused(&tell().await));
    permit("this", BUCKET).await;
    assert_eq!(tell().await.status, 200);
}

#[tokio::test]
async fn a_queue_is_told_that_its_policy_and_its_key_open_to_the_bucket() {
    let world = World::new().await;
    world.bucket("calls").await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let arn = format!("arn:aws:sqs:eu-west-2:{ACCOUNT}:events");
    let tell = async || tell(&world, "QueueConfigurations", "QueueArn", &arn).await;
    assert!(is_refused(&tell().await), "there is none");
    let queue = world.set("sqs:CreateQueue", json!({ "QueueName": "events" })).await;
    assert!(is_refused(&tell().await));
    let set = async |attributes: Value| {
        world
            .set("sqs:SetQueueAttributes", json!({ "QueueUrl": queue["QueueUrl"], "Attributes": attributes }))
            .await;
    };
    set(json!({ "Policy": document(json!([for_bucket("sqs:SendMessage", &arn, BUCKET)])) })).await;
    assert_eq!(tell().await.status, 200);
    set(json!({ "KmsMasterKeyId": key })).await;
    assert!(is_refused(&tell().await), "its key does not admit S3");
    let opened = json!([account_statement(ACCOUNT), {
        "Effect": "Allow", "Principal": { "Service": "s3.amazonaws.com" },
        "Action": ["kms:GenerateDataKey", "kms:Decrypt"], "Resource": "*",
    }]);
    let policy = json!({ "KeyId": key, "PolicyName": "default", "Policy": document(opened) });
    world.set("kms:PutKeyPolicy", policy).await;
    assert_eq!(tell().await.status, 200);
}

#[tokio::test]
async fn a_topic_is_told_unless_nothing_can_be_known_of_it_or_need_be() {
    let world = World::new().await;
    world.bucket("calls").await;
    let topic = world.set("sns:CreateTopic", json!({ "Name": "events" })).await;
    let arn = topic["TopicArn"].as_str().unwrap().to_owned();
    let told = async |arn: &str| tell(&world, "TopicConfigurations", "TopicArn", arn).await;
    assert!(is_refused(&told(&arn).await));
    let policy = |bucket: &str| {
        let statements = json!([for_bucket("sns:Publish", &arn, bucket)]);
        json!({ "TopicArn": arn, "AttributeName": "Policy", "AttributeValue": document(statements) })
    };
    world.set("sns:SetTopicAttributes", policy("arn:aws:s3:::other")).await;
    assert!(is_refused(&told(&arn).await));
    let skipped = json!({
        "Bucket": "calls", "SkipDestinationValidation": true,
        "NotificationConfiguration": { "TopicConfigurations": [{ "TopicArn": arn, "Events": ["s3:ObjectCreated:*"] }] },
    });
    world.set("s3:PutBucketNotificationConfiguration", skipped).await;
    world.set("sns:SetTopicAttributes", policy(BUCKET)).await;
    assert_eq!(told(&arn).await.status, 200);
    let elsewhere = format!("arn:aws:sns:eu-west-1:{ACCOUNT}:events");
    assert!(is_refused(&told(&elsewhere).await));
    assert!(is_refused(&told("arn:aws:sqs:eu-west-2:111111111111:a").await));
    assert_eq!(
        told("arn:aws:sns:eu-west-2:999999999999:events").await.status,
        200,
        "of an account that nobody has"
    );
}
