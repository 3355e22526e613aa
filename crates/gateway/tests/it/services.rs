//! Services that are authorized by tables: resources, policies of resources, tags, roles, keys.

use serde_json::{Value, json};
use stackproof_aws::Credentials;
use stackproof_aws::client::Signing;
use stackproof_gateway::Outcome;

use crate::world::{
    ACCOUNT, OTHER, REGION, World, account_statement, allow, call, code, document, message, user_arn,
};

/// A file named `b` with one byte.
pub(crate) const ARCHIVE: &str = "UEsDBBQAAAAAAAAAIQD/nmVwAQAAAAEAAAABAAAAYiNQSwECFAMUAAAAAAAAACEA/55lcAEAAAABAAAAAQAAAAAAAAAAAAAAgAEAAAAAYlBLBQYAAAAAAQABAC8AAAAgAAAAAAA=";

fn arn(service: &str, rest: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{ACCOUNT}:{rest}")
}

async fn table(world: &World, name: &str, more: Value) {
    let mut members = json!({
        "TableName": name, "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
    });
    for (name, value) in more.as_object().unwrap() {
        members[name] = value.clone();
    }
    world.set("dynamodb:CreateTable", members).await;
}

fn get(table: &str, more: Value) -> Value {
    let mut members = json!({ "TableName": table, "Key": { "pk": { "S": "a" } } });
    for (name, value) in more.as_object().unwrap() {
        members[name] = value.clone();
    }
    members
}

async fn outcome(world: &World, who: &Credentials, operation: &str, members: Value) -> (Outcome, String) {
    let (reply, decision) = world.call(who, operation, members).await;
    (decision.outcome, code(&reply).to_owned())
}

#[tokio::test]
async fn attributes_and_select_are_shown_as_they_are_asked_for() {
    let world = World::new().await;
    table(&world, "things", json!({})).await;
    let condition = json!({
        "ForAllValues:StringEquals": { "dynamodb:Attributes": ["pk", "name"] },
        "StringEquals": { "dynamodb:Select": "SPECIFIC_ATTRIBUTES" },
    });
    let mut statement = allow(&["dynamodb:GetItem"], &[&arn("dynamodb", "table/things")]);
    statement["Condition"] = condition;
    let alice = world.user("alice", json!([statement])).await;
    for (more, expected) in [
        (
            json!({ "ProjectionExpression": "#n", "ExpressionAttributeNames": { "#n": "name" } }),
            Outcome::Allowed,
        ),
        (json!({ "ProjectionExpression": "name.first" }), Outcome::Allowed),
        (json!({ "ProjectionExpression": "name, ssn" }), Outcome::ImplicitDeny),
        (
            json!({ "ProjectionExpression": "#n", "ExpressionAttributeNames": { "#n": "ssn" } }),
            Outcome::ImplicitDeny,
        ),
        (json!({ "AttributesToGet": ["ssn"] }), Outcome::ImplicitDeny),
        (json!({}), Outcome::ImplicitDeny),
        (json!({ "ProjectionExpression": "#n" }), Outcome::Undetermined),
    ] {
        let (outcome, _) = outcome(&world, &alice, "dynamodb:GetItem", get("things", more.clone())).await;
        assert_eq!(outcome, expected, "{more}");
    }
}

#[tokio::test]
async fn a_key_that_cannot_be_told_is_not_guessed() {
    let world = World::new().await;
    world.set("ecs:CreateCluster", json!({ "clusterName": "c" })).await;
    let mut statement = allow(&["ecs:CreateService"], &["*"]);
    statement["Condition"] = json!({ "StringEquals": { "ecs:task-cpu": "256" } });
    let alice = world.user("alice", json!([statement])).await;
    let members = json!({ "cluster": "c", "serviceName": "s", "taskDefinition": "f" });
    let (reply, decision) = world.call(&alice, "ecs:CreateService", members).await;
    assert_eq!((reply.status, decision.outcome), (501, Outcome::Undetermined));
}

#[tokio::test]
async fn a_policy_of_the_resource_grants_and_denies() {
    let world = World::new().await;
    let nobody = world.user("nobody", json!([])).await;
    let one = world.user("one", json!([allow(&["dynamodb:*", "ecr:*"], &["*"])])).await;
    table(&world, "things", json!({})).await;
    world.set("ecr:CreateRepository", json!({ "repositoryName": "images" })).await;
    let grant = |effect: &str, action: &str, resource: bool| {
        let mut statement =
            json!({ "Effect": effect, "Principal": { "AWS": user_arn("nobody") }, "Action": action });
        if resource {
            statement["Resource"] = json!("*");
        }
        document(json!([statement]))
    };
    let of_table = json!({ "ResourceArn": arn("dynamodb", "table/things"), "Policy": grant("Allow", "dynamodb:GetItem", true) });
    let read = || outcome(&world, &nobody, "dynamodb:GetItem", get("things", json!({})));
    assert_eq!(read().await, (Outcome::ImplicitDeny, "AccessDeniedException".to_owned()));
    world.set("dynamodb:PutResourcePolicy", of_table.clone()).await;
    assert_eq!(read().await.0, Outcome::Allowed);
    world
        .set("dynamodb:DeleteResourcePolicy", json!({ "ResourceArn": arn("dynamodb", "table/things") }))
        .await;
    assert_eq!(read().await.0, Outcome::ImplicitDeny);
    let images = || outcome(&world, &nobody, "ecr:DescribeImages", json!({ "repositoryName": "images" }));
    assert_eq!(images().await.0, Outcome::ImplicitDeny);
    let policy = grant("Allow", "ecr:DescribeImages", false);
    world.set("ecr:SetRepositoryPolicy", json!({ "repositoryName": "images", "policyText": policy })).await;
    assert_eq!(images().await.0, Outcome::Allowed);
    let missing = document(json!([{
        "Effect": "Allow", "Principal": { "AWS": user_arn("nowhere") }, "Action": "dynamodb:*", "Resource": "*",
    }]));
    let (reply, _) = world
        .call(
            &one,
            "dynamodb:PutResourcePolicy",
            json!({ "ResourceArn": arn("dynamodb", "table/things"), "Policy": missing }),
        )
        .await;
    assert_eq!(code(&reply), "ValidationException");
}

#[tokio::test]
async fn another_account_needs_both_sides() {
    let world = World::new().await;
    let made = world.set("secretsmanager:CreateSecret", json!({ "Name": "db", "SecretString": "s" })).await;
    let secret = made["ARN"].as_str().unwrap().to_owned();
    let reads = json!([allow(&["secretsmanager:GetSecretValue"], &["*"])]);
    let bob = world.user_in(OTHER, "bob", reads).await;
    let eve = world.user_in(OTHER, "eve", json!([])).await;
    let read = |who| outcome(&world, who, "secretsmanager:DescribeSecret", json!({ "SecretId": secret }));
    assert_eq!(read(&bob).await.0, Outcome::ImplicitDeny);
    let policy = document(json!([{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{OTHER}:root") },
        "Action": ["secretsmanager:DescribeSecret"], "Resource": "*",
    }]));
    world
        .set("secretsmanager:PutResourcePolicy", json!({ "SecretId": "db", "ResourcePolicy": policy }))
        .await;
    assert_eq!(read(&eve).await.0, Outcome::ImplicitDeny);
    assert_eq!(read(&bob).await.0, Outcome::ImplicitDeny);
    let also =
        world.user_in(OTHER, "also", json!([allow(&["secretsmanager:DescribeSecret"], &[&secret])])).await;
    assert_eq!(read(&also).await.0, Outcome::Allowed);
    // By its name alone it is one of the caller's own account, and there is none.
    let (_, code) =
        outcome(&world, &also, "secretsmanager:DescribeSecret", json!({ "SecretId": "db" })).await;
    assert_eq!(code, "AccessDeniedException");
}

#[tokio::test]
async fn tags_of_requests_and_resources_count() {
    let world = World::new().await;
    let tagged = |key: &str, value: &str| json!([{ "Key": key, "Value": value }]);
    let mut creates = allow(&["dynamodb:CreateTable", "dynamodb:TagResource"], &["*"]);
    creates["Condition"] = json!({ "StringEquals": { "aws:RequestTag/team": "red" } });
    let mut reads = allow(&["dynamodb:DescribeTable"], &["*"]);
    reads["Condition"] = json!({ "StringEquals": { "aws:ResourceTag/team": "red" } });
    let red = world.user("red", json!([creates, reads])).await;
    table(&world, "blue", json!({ "Tags": tagged("team", "blue") })).await;
    let make = |tags: Value| {
        json!({
            "TableName": "red", "BillingMode": "PAY_PER_REQUEST", "Tags": tags,
            "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
        })
    };
    assert_eq!(
        outcome(&world, &red, "dynamodb:CreateTable", make(tagged("team", "blue"))).await.0,
        Outcome::ImplicitDeny
    );
    assert_eq!(
        outcome(&world, &red, "dynamodb:CreateTable", make(tagged("team", "red"))).await.0,
        Outcome::Allowed
    );
    let describe = |name: &str| outcome(&world, &red, "dynamodb:DescribeTable", json!({ "TableName": name }));
    assert_eq!(describe("red").await.0, Outcome::Allowed);
    assert_eq!(describe("blue").await.0, Outcome::ImplicitDeny);
    world
        .set(
            "dynamodb:TagResource",
            json!({ "ResourceArn": arn("dynamodb", "table/blue"), "Tags": tagged("team", "red") }),
        )
        .await;
    assert_eq!(describe("blue").await.0, Outcome::Allowed);
}

#[tokio::test]
async fn tables_streams_and_secrets_are_opened_with_their_key() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let sse = json!({ "SSESpecification": { "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key } });
    table(&world, "things", sse).await;
    world.set("kinesis:CreateStream", json!({ "StreamName": "s", "ShardCount": 1 })).await;
    let encryption = json!({ "StreamName": "s", "EncryptionType": "KMS", "KeyId": key });
    world.set("kinesis:StartStreamEncryption", encryption).await;
    let works = allow(
        &["dynamodb:GetItem", "kinesis:PutRecord", "kinesis:GetShardIterator", "kinesis:GetRecords"],
        &["*"],
    );
    let keyless = world.user("keyless", json!([works])).await;
    let mut through = allow(&["kms:Decrypt", "kms:GenerateDataKey"], &[&key]);
    through["Condition"] = json!({
        "StringEquals": { "kms:ViaService": [format!("dynamodb.{REGION}.amazonaws.com"), format!("kinesis.{REGION}.amazonaws.com")] },
    });
    let mut wrong = allow(&["kms:Decrypt"], &[&key]);
    wrong["Condition"] =
        json!({ "StringEquals": { "kms:EncryptionContext:aws:dynamodb:tableName": "other" } });
    let keyed = world.user("keyed", json!([works, through])).await;
    let elsewhere = world.user("elsewhere", json!([works, wrong])).await;
    let put = json!({ "StreamName": "s", "Data": "ZA==", "PartitionKey": "k" });
    for (who, operation, members, expected) in [
        (&keyless, "dynamodb:GetItem", get("things", json!({})), "AccessDeniedException"),
        (&elsewhere, "dynamodb:GetItem", get("things", json!({})), "AccessDeniedException"),
        (&keyed, "dynamodb:GetItem", get("things", json!({})), "Ok"),
        (&keyless, "kinesis:PutRecord", put.clone(), "KMSAccessDeniedException"),
        (&keyed, "kinesis:PutRecord", put, "Ok"),
    ] {
        let (reply, decision) = world.call(who, operation, members).await;
        assert_eq!(code(&reply), expected, "{operation} {decision:?}");
    }
    let (_, decision) = world.call(&keyless, "dynamodb:GetItem", get("things", json!({}))).await;
    let check = decision.checks.last().unwrap();
    assert_eq!((check.action.as_str(), check.resource.as_str()), ("kms:Decrypt", key.as_str()));
    assert_eq!(check.context["kms:encryptioncontext:aws:dynamodb:tablename"], ["things"]);
    assert_eq!(check.context["kms:viaservice"], [format!("dynamodb.{REGION}.amazonaws.com")]);
}

#[tokio::test]
async fn a_log_group_takes_only_a_key_that_its_service_may_use() {
    let world = World::new().await;
    let closed = world.key(json!([account_statement(ACCOUNT)])).await;
    let admits = json!({
        "Effect": "Allow", "Principal": { "Service": format!("logs.{REGION}.amazonaws.com") },
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:GenerateDataKey*", "kms:Describe*"], "Resource": "*",
        "Condition": { "ArnEquals": { "kms:EncryptionContext:aws:logs:arn": arn("logs", "log-group:/orders") } },
    });
    let open = world.key(json!([account_statement(ACCOUNT), admits])).await;
    let operator = world.operator();
    for (group, key, expected) in [
        ("/orders", &closed, "InvalidParameterException"),
        ("/other", &open, "InvalidParameterException"),
        ("/orders", &open, "Ok"),
    ] {
        let members = json!({ "logGroupName": group, "kmsKeyId": key });
        let (reply, _) = world.call(&operator, "logs:CreateLogGroup", members).await;
        assert_eq!(code(&reply), expected, "{group} {}", message(&reply));
    }
}

#[tokio::test]
async fn whoever_hands_a_role_to_a_service_must_be_allowed_to() {
    let world = World::new().await;
    let trust = |service: &str| json!([{ "Effect": "Allow", "Principal": { "Service": service }, "Action": "sts:AssumeRole" }]);
    let role = world.role("worker", trust("lambda.amazonaws.com"), json!([])).await;
    let creates = allow(&["lambda:CreateFunction"], &["*"]);
    let passes = |to: &str| {
        let mut statement = allow(&["iam:PassRole"], &[&role]);
        statement["Condition"] = json!({ "StringEquals": { "iam:PassedToService": to } });
        statement
    };
    let members = || {
        json!({
            "FunctionName": "f", "Runtime": "provided.al2023", "Handler": "b", "Role": role,
            "Code": { "ZipFile": "UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==" },
        })
    };
    for (name, statements, expected) in [
        ("without", json!([creates]), Outcome::ImplicitDeny),
        ("to-another", json!([creates, passes("ecs-tasks.amazonaws.com")]), Outcome::ImplicitDeny),
        ("with", json!([creates, passes("lambda.amazonaws.com")]), Outcome::Allowed),
    ] {
        let who = world.user(name, statements).await;
        assert_eq!(outcome(&world, &who, "lambda:CreateFunction", members()).await.0, expected, "{name}");
    }
}

#[tokio::test]
async fn an_iterator_leads_to_its_stream_alone() {
    let world = World::new().await;
    for stream in ["a", "b"] {
        world.set("kinesis:CreateStream", json!({ "StreamName": stream, "ShardCount": 1 })).await;
    }
    let reader =
        world.user("reader", json!([allow(&["kinesis:Get*"], &[&arn("kinesis", "stream/a")])])).await;
    let iterator = async |stream: &str| {
        let members =
            json!({ "StreamName": stream, "ShardId": "shardId-000000000000", "ShardIteratorType": "LATEST" });
        world.set("kinesis:GetShardIterator", members).await["ShardIterator"].clone()
    };
    for (stream, expected) in [("a", Outcome::Allowed), ("b", Outcome::ImplicitDeny)] {
        let members = json!({ "ShardIterator": iterator(stream).await });
        assert_eq!(outcome(&world, &reader, "kinesis:GetRecords", members).await.0, expected, "{stream}");
    }
    let made_up = json!({ "ShardIterator": "AAAA" });
    assert_eq!(outcome(&world, &reader, "kinesis:GetRecords", made_up).await.0, Outcome::Undetermined);
}

#[tokio::test]
async fn glue_asks_at_every_level() {
    let world = World::new().await;
    let levels = [arn("glue", "catalog"), arn("glue", "database/shop"), arn("glue", "table/shop/orders")];
    for lacking in 0..=levels.len() {
        let granted: Vec<&str> =
            levels.iter().enumerate().filter(|(at, _)| *at != lacking).map(|(_, arn)| arn.as_str()).collect();
        let who =
            world.user(&format!("without-{lacking}"), json!([allow(&["glue:GetTable"], &granted)])).await;
        // Names are the same in any case.
        let members = json!({ "DatabaseName": "Shop", "Name": "ORDERS" });
        let (_, decision) = world.call(&who, "glue:GetTable", members).await;
        let refused = decision.outcome == Outcome::ImplicitDeny;
        assert_eq!(refused, lacking < levels.len(), "without {lacking}: {:?}", decision.outcome);
    }
}

/// A call in another region than the target's own.
async fn elsewhere(world: &World, who: &Credentials, operation: &str, members: Value) -> (Outcome, String) {
    let mut call = call(operation, members, Signing::Header(who.clone()));
    call.region = "us-east-1".to_owned();
    let (reply, decision) = world.send(call).await;
    (decision.outcome, code(&reply).to_owned())
}

#[tokio::test]
async fn what_decides_is_read_in_the_region_that_is_called() {
    let world = World::new().await;
    let operator = world.operator();
    let (made, _) = elsewhere(&world, &operator, "kms:CreateKey", json!({})).await;
    assert_eq!(made, Outcome::Allowed);
    let mut create = call("kms:ListKeys", json!({}), Signing::Header(operator.clone()));
    create.region = "us-east-1".to_owned();
    let key = world.send(create).await.0.result.unwrap()["Keys"][0]["KeyArn"].clone();
    // A table of the same name in the target's own region has another key attribute, and no key of its own.
    table(
        &world,
        "things",
        json!({
            "AttributeDefinitions": [{ "AttributeName": "sk", "AttributeType": "S" }],
            "KeySchema": [{ "AttributeName": "sk", "KeyType": "HASH" }],
        }),
    )
    .await;
    let there = json!({
        "TableName": "things", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{ "AttributeName": "pk", "AttributeType": "S" }],
        "KeySchema": [{ "AttributeName": "pk", "KeyType": "HASH" }],
        "SSESpecification": { "Enabled": true, "SSEType": "KMS", "KMSMasterKeyId": key },
    });
    assert_eq!(elsewhere(&world, &operator, "dynamodb:CreateTable", there).await.1, "Ok");
    let mut reads = allow(&["dynamodb:GetItem"], &["*"]);
    reads["Condition"] = json!({ "ForAllValues:StringEquals": { "dynamodb:LeadingKeys": ["a"] } });
    let keyless = world.user("keyless", json!([reads])).await;
    let keyed = world.user("keyed", json!([reads, allow(&["kms:Decrypt"], &["*"])])).await;
    let item = |key: &str| json!({ "TableName": "things", "Key": { "pk": { "S": key } } });
    for (who, key, expected) in [
        (&keyed, "a", Outcome::Allowed),
        (&keyed, "b", Outcome::ImplicitDeny),
        (&keyless, "a", Outcome::ImplicitDeny),
    ] {
        assert_eq!(elsewhere(&world, who, "dynamodb:GetItem", item(key)).await.0, expected, "{key}");
    }
}

#[tokio::test]
async fn secrets_in_a_batch_are_opened_with_their_keys_too() {
    let world = World::new().await;
    let key = world.key(json!([account_statement(ACCOUNT)])).await;
    let secret = json!({ "Name": "db", "SecretString": "s", "KmsKeyId": key });
    world.set("secretsmanager:CreateSecret", secret).await;
    let reads = allow(&["secretsmanager:BatchGetSecretValue", "secretsmanager:GetSecretValue"], &["*"]);
    let keyless = world.user("keyless", json!([reads])).await;
    let keyed = world.user("keyed", json!([reads, allow(&["kms:Decrypt"], &[&key])])).await;
    let batch = || json!({ "SecretIdList": ["db"] });
    let read = |who| outcome(&world, who, "secretsmanager:BatchGetSecretValue", batch());
    assert_eq!(read(&keyed).await.0, Outcome::Allowed);
    assert_eq!(read(&keyless).await.0, Outcome::Undetermined);
}

#[tokio::test]
async fn tags_are_those_of_the_group_and_of_the_function() {
    let world = World::new().await;
    let role = world
        .role("worker", json!([{ "Effect": "Allow", "Principal": { "Service": "lambda.amazonaws.com" }, "Action": "sts:AssumeRole" }]), json!([]))
        .await;
    for (group, team) in [("/red", "red"), ("/blue", "blue")] {
        world.set("logs:CreateLogGroup", json!({ "logGroupName": group, "tags": { "team": team } })).await;
    }
    let function = json!({
        "FunctionName": "f", "Runtime": "provided.al2023", "Handler": "b", "Role": role, "Publish": true,
        "Code": { "ZipFile": ARCHIVE }, "Tags": { "team": "blue" },
    });
    world.set("lambda:CreateFunction", function).await;
    let mut guard = allow(&["*"], &["*"]);
    guard["Effect"] = json!("Deny");
    guard["Condition"] = json!({ "StringEquals": { "aws:ResourceTag/team": "blue" } });
    let works = allow(&["logs:DescribeLogStreams", "lambda:GetFunctionConfiguration"], &["*"]);
    let red = world.user("red", json!([works, guard])).await;
    for (operation, members, expected) in [
        ("logs:DescribeLogStreams", json!({ "logGroupName": "/red" }), Outcome::Allowed),
        ("logs:DescribeLogStreams", json!({ "logGroupName": "/blue" }), Outcome::ExplicitDeny),
        ("lambda:GetFunctionConfiguration", json!({ "FunctionName": "f" }), Outcome::ExplicitDeny),
        (
            "lambda:GetFunctionConfiguration",
            json!({ "FunctionName": "f", "Qualifier": "1" }),
            Outcome::ExplicitDeny,
        ),
    ] {
        assert_eq!(
            outcome(&world, &red, operation, members.clone()).await.0,
            expected,
            "{operation} {members}"
        );
    }
}

#[tokio::test]
async fn a_policy_means_whom_it_named_and_nobody_made_again_under_that_name() {
    let world = World::new().await;
    let indexed = json!({
        "AttributeDefinitions": [
            { "AttributeName": "pk", "AttributeType": "S" }, { "AttributeName": "status", "AttributeType": "S" },
        ],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-status", "KeySchema": [{ "AttributeName": "status", "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "ALL" },
        }],
    });
    table(&world, "things", indexed).await;
    let first = world.user("bob", json!([])).await;
    let table = arn("dynamodb", "table/things");
    let grant = document(json!([{
        "Effect": "Allow", "Principal": { "AWS": user_arn("bob") }, "Action": ["dynamodb:GetItem", "dynamodb:Query"],
        "Resource": [table, format!("{table}/index/*")],
    }]));
    world.set("dynamodb:PutResourcePolicy", json!({ "ResourceArn": table, "Policy": grant })).await;
    let query = || {
        json!({
            "TableName": "things", "IndexName": "by-status", "KeyConditionExpression": "#s = :s",
            "ExpressionAttributeNames": { "#s": "status" }, "ExpressionAttributeValues": { ":s": { "S": "open" } },
        })
    };
    let both = async |who: &Credentials| {
        let get = outcome(&world, who, "dynamodb:GetItem", get("things", json!({}))).await.0;
        (get, outcome(&world, who, "dynamodb:Query", query()).await.0)
    };
    assert_eq!(both(&first).await, (Outcome::Allowed, Outcome::Allowed));
    let key = json!({ "UserName": "bob", "AccessKeyId": first.access_key_id });
    world.set("iam:DeleteAccessKey", key).await;
    world.set("iam:DeleteUser", json!({ "UserName": "bob" })).await;
    let second = world.user("bob", json!([])).await;
    assert_eq!(both(&second).await, (Outcome::ImplicitDeny, Outcome::ImplicitDeny));
}
