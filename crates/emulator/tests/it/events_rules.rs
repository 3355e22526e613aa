//! Rules, their targets, and patterns that are tried out.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::events_buses::{bus_arn, cloud};

const PATTERN: &str = r#"{"source": ["app"]}"#;
const LAMBDA: &str = "arn:aws:lambda:eu-west-2:111111111111:function:f";

fn rule(cloud: &Cloud, name: &str) {
    cloud.ok("PutRule", json!({ "Name": name, "EventPattern": PATTERN }));
}

fn targets(cloud: &Cloud, targets: Value) -> Result<(), String> {
    let put = cloud.call("PutTargets", json!({ "Rule": "r", "Targets": targets }), "");
    put.map(|reply| assert_eq!(reply.members["FailedEntryCount"], 0)).map_err(|error| error.to_string())
}

#[test]
fn every_member_of_a_rule_is_given_back() {
    let cloud = cloud();
    cloud.ok("CreateEventBus", json!({ "Name": "orders" }));
    let settings = json!({
        "Name": "r", "EventPattern": PATTERN, "State": "DISABLED", "Description": "all",
        "RoleArn": "arn:aws:iam::111111111111:role/r", "EventBusName": "orders",
    });
    let tags = json!([{ "Key": "team", "Value": "data" }]);
    let mut members = settings.clone();
    members["Tags"] = tags.clone();
    let arn = format!("arn:aws:events:eu-west-2:{ACCOUNT}:rule/orders/r");
    assert_eq!(cloud.ok("PutRule", members).members, json!({ "RuleArn": arn }));
    let mut said = settings;
    said["Arn"] = json!(arn);
    let listed = cloud.ok("ListRules", json!({ "EventBusName": bus_arn("orders") }));
    assert_eq!(listed.members, json!({ "Rules": [said] }));
    said["CreatedBy"] = json!(ACCOUNT);
    let on_bus = json!({ "Name": "r", "EventBusName": "orders" });
    assert_eq!(cloud.ok("DescribeRule", on_bus.clone()).members, said);
    assert_eq!(cloud.ok("ListTagsForResource", json!({ "ResourceARN": arn })).members["Tags"], tags);
    cloud.ok("EnableRule", on_bus.clone());
    assert_eq!(cloud.ok("DescribeRule", on_bus.clone()).text("State"), "ENABLED");
    cloud.ok("DisableRule", on_bus.clone());
    assert_eq!(cloud.ok("DescribeRule", on_bus).text("State"), "DISABLED");
    assert_eq!(cloud.ok("ListRules", json!({})).members["Rules"], json!([]));
    assert_eq!(cloud.refused("DeleteEventBus", json!({ "Name": "orders" })).1, "ValidationException");

    let plain = json!({ "Name": "s", "ScheduleExpression": "rate(5 minutes)" });
    cloud.ok("PutRule", plain);
    assert_eq!(
        cloud.ok("DescribeRule", json!({ "Name": "s" })).members,
        json!({
            "Name": "s", "Arn": format!("arn:aws:events:eu-west-2:{ACCOUNT}:rule/s"), "State": "ENABLED",
            "ScheduleExpression": "rate(5 minutes)", "EventBusName": "default", "CreatedBy": ACCOUNT,
        })
    );
}

#[test]
fn a_rule_that_is_put_again_keeps_its_tags_and_targets_alone() {
    let cloud = cloud();
    let tag = |value: &str| json!([{ "Key": "t", "Value": value }]);
    cloud.ok(
        "PutRule",
        json!({ "Name": "r", "EventPattern": PATTERN, "Description": "one", "Tags": tag("1") }),
    );
    targets(&cloud, json!([{ "Id": "1", "Arn": LAMBDA }])).unwrap();
    cloud.ok("PutRule", json!({ "Name": "r", "ScheduleExpression": "rate(1 day)", "Tags": tag("2") }));
    let described = cloud.ok("DescribeRule", json!({ "Name": "r" })).members;
    assert_eq!((&described["Description"], &described["EventPattern"]), (&Value::Null, &Value::Null));
    let arn = described["Arn"].clone();
    assert_eq!(cloud.ok("ListTagsForResource", json!({ "ResourceARN": arn })).members["Tags"], tag("1"));
    assert_eq!(cloud.ok("ListTargetsByRule", json!({ "Rule": "r" })).column("Targets", "Id"), ["1"]);
    cloud.ok("TagResource", json!({ "ResourceARN": arn, "Tags": [{ "Key": "u", "Value": "" }] }));
    cloud.ok("UntagResource", json!({ "ResourceARN": arn, "TagKeys": ["t"] }));
    let tags = cloud.ok("ListTagsForResource", json!({ "ResourceARN": arn }));
    assert_eq!(tags.members["Tags"], json!([{ "Key": "u", "Value": "" }]));
}

#[test]
fn wrong_rules_are_told_apart() {
    let cloud = cloud();
    cloud.ok("CreateEventBus", json!({ "Name": "orders" }));
    rule(&cloud, "r");
    let schedule = "rate(5 minutes)";
    for (operation, members, code) in [
        ("PutRule", json!({ "Name": "x" }), "ValidationException"),
        ("PutRule", json!({ "Name": "a b", "EventPattern": PATTERN }), "ValidationException"),
        ("PutRule", json!({ "Name": "x".repeat(65), "EventPattern": PATTERN }), "ValidationException"),
        ("PutRule", json!({ "Name": "x", "EventPattern": "{}" }), "InvalidEventPatternException"),
        ("PutRule", json!({ "Name": "x", "EventPattern": PATTERN, "State": "ON" }), "ValidationException"),
        ("PutRule", json!({ "Name": "x", "ScheduleExpression": "rate(1 minutes)" }), "ValidationException"),
        (
            "PutRule",
            json!({ "Name": "x", "ScheduleExpression": schedule, "EventBusName": "orders" }),
            "ValidationException",
        ),
        (
            "PutRule",
            json!({ "Name": "x", "EventPattern": PATTERN, "EventBusName": "none" }),
            "ResourceNotFoundException",
        ),
        ("DescribeRule", json!({ "Name": "x" }), "ResourceNotFoundException"),
        ("DescribeRule", json!({ "Name": "r", "EventBusName": "orders" }), "ResourceNotFoundException"),
        ("EnableRule", json!({ "Name": "x" }), "ResourceNotFoundException"),
        (
            "PutTargets",
            json!({ "Rule": "x", "Targets": [{ "Id": "1", "Arn": LAMBDA }] }),
            "ResourceNotFoundException",
        ),
        ("PutTargets", json!({ "Rule": "r", "Targets": [] }), "ValidationException"),
        ("RemoveTargets", json!({ "Rule": "x", "Ids": ["1"] }), "ResourceNotFoundException"),
        ("ListTargetsByRule", json!({ "Rule": "x" }), "ResourceNotFoundException"),
        ("ListRules", json!({ "EventBusName": "none" }), "ResourceNotFoundException"),
    ] {
        assert_eq!(cloud.refused(operation, members.clone()), (400, code.into()), "{operation} {members}");
    }
    let error = cloud.err("PutRule", json!({ "Name": "x", "EventPattern": r#"{"source":"app"}"# }));
    assert_eq!(error.message, "Event pattern is not valid. Reason: \"source\" must be an object or an array");
}

#[test]
fn a_rule_with_targets_stays_until_they_are_gone() {
    let cloud = cloud();
    rule(&cloud, "r");
    targets(&cloud, json!([{ "Id": "1", "Arn": LAMBDA }, { "Id": "2", "Arn": LAMBDA }])).unwrap();
    let copy = cloud.fork();
    assert_eq!(cloud.refused("DeleteRule", json!({ "Name": "r" })).1, "ValidationException");
    cloud.ok("RemoveTargets", json!({ "Rule": "r", "Ids": ["1", "2", "3"] }));
    cloud.ok("DeleteRule", json!({ "Name": "r" }));
    cloud.ok("DeleteRule", json!({ "Name": "r" }));
    assert_eq!(cloud.ok("ListRules", json!({})).members["Rules"], json!([]));
    assert_eq!(copy.ok("ListTargetsByRule", json!({ "Rule": "r" })).column("Targets", "Id"), ["1", "2"]);
}

#[test]
fn every_member_of_a_target_is_given_back() {
    let cloud = cloud();
    rule(&cloud, "r");
    let all = json!([
        {
            "Id": "ecs", "Arn": "arn:aws:ecs:eu-west-2:111111111111:cluster/c",
            "RoleArn": "arn:aws:iam::111111111111:role/r",
            "InputTransformer": { "InputPathsMap": { "b": "$.detail.bucket" }, "InputTemplate": "{\"b\": <b>}" },
            "EcsParameters": {
                "TaskDefinitionArn": "arn:aws:ecs:eu-west-2:111111111111:task-definition/t:1", "TaskCount": 2,
                "LaunchType": "FARGATE", "PlatformVersion": "LATEST", "Group": "g",
                "NetworkConfiguration": { "awsvpcConfiguration": {
                    "Subnets": ["subnet-1"], "SecurityGroups": ["sg-1"], "AssignPublicIp": "DISABLED",
                }},
                "CapacityProviderStrategy": [{ "capacityProvider": "FARGATE", "weight": 1, "base": 0 }],
                "EnableECSManagedTags": true, "EnableExecuteCommand": false,
                "PlacementConstraints": [{ "type": "memberOf", "expression": "x" }],
                "PlacementStrategy": [{ "type": "spread", "field": "instanceId" }],
                "PropagateTags": "TASK_DEFINITION", "ReferenceId": "ref", "Tags": [{ "Key": "a", "Value": "b" }],
            },
            "DeadLetterConfig": { "Arn": "arn:aws:sqs:eu-west-2:111111111111:dead" },
            "RetryPolicy": { "MaximumRetryAttempts": 3, "MaximumEventAgeInSeconds": 3600 },
        },
        {
            "Id": "kinesis", "Arn": "arn:aws:kinesis:eu-west-2:111111111111:stream/s", "InputPath": "$.detail",
            "RoleArn": "arn:aws:iam::111111111111:role/r",
            "KinesisParameters": { "PartitionKeyPath": "$.id" },
            "RunCommandParameters": { "RunCommandTargets": [{ "Key": "tag:a", "Values": ["b"] }] },
            "BatchParameters": {
                "JobDefinition": "d", "JobName": "n", "ArrayProperties": { "Size": 2 },
                "RetryStrategy": { "Attempts": 3 },
            },
            "SqsParameters": { "MessageGroupId": "g" },
            "HttpParameters": {
                "PathParameterValues": ["a"], "HeaderParameters": { "h": "v" }, "QueryStringParameters": { "q": "v" },
            },
            "RedshiftDataParameters": {
                "SecretManagerArn": "arn:aws:secretsmanager:eu-west-2:111111111111:secret:x", "Database": "db",
                "DbUser": "u", "Sql": "select 1", "StatementName": "s", "WithEvent": true, "Sqls": ["select 2"],
            },
            "SageMakerPipelineParameters": { "PipelineParameterList": [{ "Name": "n", "Value": "v" }] },
            "AppSyncParameters": { "GraphQLOperation": "mutation" },
        },
        { "Id": "lambda", "Arn": LAMBDA, "Input": "{\"a\":1}" },
    ]);
    targets(&cloud, all.clone()).unwrap();
    assert_eq!(cloud.ok("ListTargetsByRule", json!({ "Rule": "r" })).members, json!({ "Targets": all }));
    let page = cloud.ok("ListTargetsByRule", json!({ "Rule": "r", "Limit": 2 }));
    let rest = json!({ "Rule": "r", "NextToken": page.text("NextToken") });
    assert_eq!(cloud.ok("ListTargetsByRule", rest).column("Targets", "Id"), ["lambda"]);
    rule(&cloud, "q");
    cloud.ok("PutTargets", json!({ "Rule": "q", "Targets": [{ "Id": "1", "Arn": LAMBDA }] }));
    let names = cloud.ok("ListRuleNamesByTarget", json!({ "TargetArn": LAMBDA }));
    assert_eq!(names.members, json!({ "RuleNames": ["q", "r"] }));
    targets(&cloud, json!([{ "Id": "lambda", "Arn": format!("{LAMBDA}2") }])).unwrap();
    let names = cloud.ok("ListRuleNamesByTarget", json!({ "TargetArn": LAMBDA }));
    assert_eq!(names.members, json!({ "RuleNames": ["q"] }));
}

#[test]
fn wrong_targets_are_refused_all_together() {
    let cloud = cloud();
    rule(&cloud, "r");
    let ecs = "arn:aws:ecs:eu-west-2:111111111111:cluster/c";
    for (more, told) in [
        (json!({ "Arn": null }), "targets.2.member.arn"),
        (json!({ "Id": "a b" }), "targets.id"),
        (json!({ "Arn": "function" }), "not in correct format"),
        (json!({ "Input": "{}", "InputPath": "$" }), "Only one of"),
        (json!({ "Input": "{" }), "JSON syntax error"),
        (json!({ "Arn": ecs }), "RoleArn is required"),
        (json!({ "Arn": ecs, "RoleArn": "arn:aws:iam::1:role/r" }), "EcsParameters is required"),
        (json!({ "EcsParameters": { "TaskCount": 1 } }), "targets.2.member.ecsParameters.taskDefinitionArn"),
        (
            json!({ "RetryPolicy": { "MaximumRetryAttempts": 186 } }),
            "targets.retryPolicy.maximumRetryAttempts",
        ),
        (json!({ "RetryPolicy": { "MaximumEventAgeInSeconds": 59 } }), "greater than or equal to 60"),
        (json!({ "InputTransformer": { "InputTemplate": "" } }), "targets.inputTransformer.inputTemplate"),
        (
            json!({ "EcsParameters": { "TaskDefinitionArn": "t", "LaunchType": "MAGIC" } }),
            "[EC2, FARGATE, EXTERNAL]",
        ),
    ] {
        let mut bad = json!({ "Id": "2", "Arn": LAMBDA });
        bad.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let error = targets(&cloud, json!([{ "Id": "1", "Arn": LAMBDA }, bad])).unwrap_err();
        assert!(error.starts_with("ValidationException") && error.contains(told), "{more}: {error}");
    }
    let many: Vec<_> = (0..6).map(|n| json!({ "Id": n.to_string(), "Arn": LAMBDA })).collect();
    assert!(targets(&cloud, json!(many)).unwrap_err().starts_with("LimitExceededException"));
    assert_eq!(cloud.ok("ListTargetsByRule", json!({ "Rule": "r" })).members["Targets"], json!([]));
}

#[test]
fn patterns_are_tried_out() {
    let cloud = cloud();
    let event = json!({
        "id": "1", "account": ACCOUNT, "source": "app", "time": "2026-01-15T10:00:00Z", "region": "eu-west-2",
        "resources": [], "detail-type": "made", "detail": { "size": 5 },
    });
    let test = |pattern: &str, event: &Value| {
        cloud.call("TestEventPattern", json!({ "EventPattern": pattern, "Event": event.to_string() }), "")
    };
    let result = |pattern: &str| test(pattern, &event).unwrap().members["Result"].clone();
    assert_eq!(result(r#"{"detail":{"size":[{"numeric":[">",4]}]}}"#), true);
    assert_eq!(result(r#"{"source":[{"prefix":"web"}]}"#), false);
    assert_eq!(test("[]", &event).unwrap_err().code, "InvalidEventPatternException");
    for event in [json!([]), json!({ "source": "app" })] {
        assert_eq!(test(PATTERN, &event).unwrap_err().code, "ValidationException");
    }
}
