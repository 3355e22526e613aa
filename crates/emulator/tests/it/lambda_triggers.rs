//! What may call a function, and what does.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::lambda_functions::{minimal, with_function};

fn arn() -> String {
    format!("arn:aws:lambda:eu-west-2:{ACCOUNT}:function:f")
}

fn permission(sid: &str, action: &str, principal: &str, more: &Value) -> Value {
    let mut members =
        json!({ "FunctionName": "f", "StatementId": sid, "Action": action, "Principal": principal });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

#[test]
fn statements_are_aws_own() {
    let cloud = with_function("f");
    let (invoke, url) = ("lambda:InvokeFunction", "lambda:InvokeFunctionUrl");
    let cases = [
        (
            permission(
                "s3",
                invoke,
                "s3.amazonaws.com",
                &json!({ "SourceArn": "arn:aws:s3:::logs", "SourceAccount": ACCOUNT }),
            ),
            format!(
                r#"{{"Sid":"s3","Effect":"Allow","Principal":{{"Service":"s3.amazonaws.com"}},"Action":"lambda:InvokeFunction","Resource":"{}","Condition":{{"StringEquals":{{"AWS:SourceAccount":"{ACCOUNT}"}},"ArnLike":{{"AWS:SourceArn":"arn:aws:s3:::logs"}}}}}}"#,
                arn()
            ),
        ),
        (
            permission("account", invoke, "222222222222", &json!({})),
            format!(
                r#"{{"Sid":"account","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::222222222222:root"}},"Action":"lambda:InvokeFunction","Resource":"{}"}}"#,
                arn()
            ),
        ),
        (
            permission(
                "org",
                "lambda:*",
                "*",
                &json!({ "PrincipalOrgID": "o-1234567890", "InvokedViaFunctionUrl": true }),
            ),
            format!(
                r#"{{"Sid":"org","Effect":"Allow","Principal":"*","Action":"lambda:*","Resource":"{}","Condition":{{"StringEquals":{{"aws:PrincipalOrgID":"o-1234567890"}},"Bool":{{"lambda:InvokedViaFunctionUrl":"true"}}}}}}"#,
                arn()
            ),
        ),
        (
            permission(
                "url",
                url,
                "arn:aws:iam::222222222222:role/r",
                &json!({ "FunctionUrlAuthType": "AWS_IAM" }),
            ),
            format!(
                r#"{{"Sid":"url","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::222222222222:role/r"}},"Action":"lambda:InvokeFunctionUrl","Resource":"{}","Condition":{{"StringEquals":{{"lambda:FunctionUrlAuthType":"AWS_IAM"}}}}}}"#,
                arn()
            ),
        ),
        (
            permission("skill", invoke, "alexa-appkit.amazon.com", &json!({ "EventSourceToken": "amzn1.x" })),
            format!(
                r#"{{"Sid":"skill","Effect":"Allow","Principal":{{"Service":"alexa-appkit.amazon.com"}},"Action":"lambda:InvokeFunction","Resource":"{}","Condition":{{"StringEquals":{{"lambda:EventSourceToken":"amzn1.x"}}}}}}"#,
                arn()
            ),
        ),
    ];
    for (members, statement) in &cases {
        assert_eq!(cloud.ok("AddPermission", members.clone()).text("Statement"), statement);
    }
    let policy = cloud.ok("GetPolicy", json!({ "FunctionName": "f" }));
    let statements: Vec<&str> = cases.iter().map(|(_, statement)| statement.as_str()).collect();
    assert_eq!(
        policy.text("Policy"),
        format!(r#"{{"Version":"2012-10-17","Id":"default","Statement":[{}]}}"#, statements.join(","))
    );
}

#[test]
fn permissions_are_of_a_qualifier() {
    let cloud = with_function("f");
    cloud.ok("PublishVersion", json!({ "FunctionName": "f" }));
    cloud.ok("CreateAlias", json!({ "FunctionName": "f", "Name": "live", "FunctionVersion": "1" }));
    for qualifier in ["1", "live"] {
        let more = json!({ "Qualifier": qualifier });
        let added = cloud
            .ok("AddPermission", permission("s", "lambda:InvokeFunction", "events.amazonaws.com", &more));
        let statement: Value = serde_json::from_str(added.text("Statement")).unwrap();
        assert_eq!(statement["Resource"], format!("{}:{qualifier}", arn()));
        cloud.ok("GetPolicy", json!({ "FunctionName": "f", "Qualifier": qualifier }));
    }
    assert_eq!(cloud.refused("GetPolicy", json!({ "FunctionName": "f" })).1, "ResourceNotFoundException");
    let refused = |sid: &str, action: &str, principal: &str, more: Value| {
        cloud.refused("AddPermission", permission(sid, action, principal, &more))
    };
    let (invoke, events) = ("lambda:InvokeFunction", "events.amazonaws.com");
    let invalid = (400, "InvalidParameterValueException".to_owned());
    assert_eq!(
        refused("s", invoke, events, json!({ "Qualifier": "1" })),
        (409, "ResourceConflictException".into())
    );
    assert_eq!(refused("s", invoke, events, json!({ "Qualifier": "$LATEST" })), invalid);
    assert_eq!(refused("s", invoke, events, json!({ "Qualifier": "9" })).0, 404);
    assert_eq!(refused("s", invoke, "nobody", json!({})), invalid);
    assert_eq!(refused("s", invoke, events, json!({ "FunctionUrlAuthType": "NONE" })), invalid);
    assert_eq!(refused("s s", invoke, events, json!({})).1, "ValidationException");
    assert_eq!(refused("s", "s3:GetObject", events, json!({})).1, "ValidationException");
    assert_eq!(refused("s", invoke, events, json!({ "RevisionId": "old" })).0, 412);
    let remove = |sid: &str| json!({ "FunctionName": "f", "Qualifier": "1", "StatementId": sid });
    assert_eq!(cloud.refused("RemovePermission", remove("none")).0, 404);
    cloud.ok("RemovePermission", remove("s"));
    assert_eq!(cloud.refused("GetPolicy", json!({ "FunctionName": "f", "Qualifier": "1" })).0, 404);
    let long = "r".repeat(2000);
    for n in 0..20 {
        let members = permission(
            &format!("s{n}"),
            invoke,
            events,
            &json!({ "SourceArn": format!("arn:aws:events:::{long}") }),
        );
        if let Err(error) = cloud.call("AddPermission", members, "") {
            assert_eq!((error.code.as_ref(), n), ("PolicyLengthExceededException", 9));
            return;
        }
    }
    panic!("a policy grew without end");
}

fn mapping(source: &str, more: Value) -> Value {
    let mut members = json!({ "FunctionName": "f", "EventSourceArn": source });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

const QUEUE: &str = "arn:aws:sqs:eu-west-2:111111111111:queue";
const STREAM: &str = "arn:aws:kinesis:eu-west-2:111111111111:stream/calls";

#[test]
fn every_member_of_a_mapping_is_kept() {
    let cloud = with_function("f");
    let shared = json!({
        "FilterCriteria": { "Filters": [{ "Pattern": "{\"a\":[1]}" }] }, "MaximumBatchingWindowInSeconds": 5,
        "FunctionResponseTypes": ["ReportBatchItemFailures"], "KMSKeyArn": "arn:aws:kms:eu-west-2:111111111111:key/k",
        "MetricsConfig": { "Metrics": ["EventCount"] }, "ProvisionedPollerConfig": { "MinimumPollers": 1, "MaximumPollers": 2 },
        "LoggingConfig": { "SystemLogLevel": "INFO" },
    });
    let destination = json!({ "OnFailure": { "Destination": "arn:aws:sqs:eu-west-2:111111111111:dead" } });
    let kafka = "arn:aws:kafka:eu-west-2:111111111111:cluster/c/1";
    for (source, own) in [
        (QUEUE, json!({ "BatchSize": 20, "ScalingConfig": { "MaximumConcurrency": 3 } })),
        (
            STREAM,
            json!({
                "BatchSize": 50, "ParallelizationFactor": 2, "StartingPosition": "AT_TIMESTAMP",
                "StartingPositionTimestamp": "2026-01-01T00:00:00Z", "DestinationConfig": destination,
                "MaximumRecordAgeInSeconds": 60, "BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 3,
                "TumblingWindowInSeconds": 30,
            }),
        ),
        (
            kafka,
            json!({
                "Topics": ["t"], "StartingPosition": "LATEST",
                "AmazonManagedKafkaEventSourceConfig": { "ConsumerGroupId": "g" },
                "SourceAccessConfigurations": [{ "Type": "BASIC_AUTH", "URI": "arn:aws:secretsmanager:x" }],
            }),
        ),
        (
            "arn:aws:rds:eu-west-2:111111111111:cluster:docs",
            json!({ "DocumentDBEventSourceConfig": { "DatabaseName": "d" }, "StartingPosition": "LATEST" }),
        ),
        ("arn:aws:mq:eu-west-2:111111111111:broker:b", json!({ "Queues": ["q"] })),
    ] {
        let mut members = mapping(source, shared.clone());
        members.as_object_mut().unwrap().extend(own.as_object().unwrap().clone());
        members["Tags"] = json!({ "team": "data" });
        let made = cloud.ok("CreateEventSourceMapping", members.clone()).members;
        assert_eq!(made["State"], "Creating");
        let got = cloud.ok("GetEventSourceMapping", json!({ "UUID": made["UUID"] })).members;
        assert_eq!(
            (got["State"].as_str(), got["FunctionArn"].as_str()),
            (Some("Enabled"), Some(arn().as_str()))
        );
        for (name, value) in members.as_object().unwrap() {
            if !["FunctionName", "Tags"].contains(&name.as_str()) {
                assert_eq!(&got[name], value, "{name} of {source}");
            }
        }
        let tags = cloud.ok("ListTags", json!({ "Resource": got["EventSourceMappingArn"] }));
        assert_eq!(tags.members, json!({ "Tags": { "team": "data" } }));
    }
    let own = json!({
        "FunctionName": "f", "SelfManagedEventSource": { "Endpoints": { "KAFKA_BOOTSTRAP_SERVERS": ["k:9092"] } },
        "Topics": ["t"], "SelfManagedKafkaEventSourceConfig": { "ConsumerGroupId": "g" },
    });
    let made = cloud.ok("CreateEventSourceMapping", own.clone()).members;
    assert_eq!(made["SelfManagedEventSource"], own["SelfManagedEventSource"]);
    assert_eq!(made["SelfManagedKafkaEventSourceConfig"], own["SelfManagedKafkaEventSourceConfig"]);
    assert_eq!(
        cloud.ok("ListEventSourceMappings", json!({ "FunctionName": "f" })).members["EventSourceMappings"]
            .as_array()
            .unwrap()
            .len(),
        6
    );
}

#[test]
fn mappings_live() {
    let cloud = with_function("f");
    let made = cloud.ok("CreateEventSourceMapping", mapping(QUEUE, json!({ "Enabled": false }))).members;
    assert_eq!(made["BatchSize"], 10);
    let id = json!({ "UUID": made["UUID"] });
    assert_eq!(cloud.ok("GetEventSourceMapping", id.clone()).members["State"], "Disabled");
    let update = json!({ "UUID": made["UUID"], "Enabled": true, "BatchSize": 5 });
    assert_eq!(cloud.ok("UpdateEventSourceMapping", update).members["State"], "Updating");
    let read = cloud.ok("GetEventSourceMapping", id.clone()).members;
    assert_eq!((read["State"].as_str(), &read["BatchSize"]), (Some("Enabled"), &json!(5)));
    let listed = cloud.ok("ListEventSourceMappings", json!({ "EventSourceArn": QUEUE }));
    assert_eq!(listed.members["EventSourceMappings"], json!([read]));
    let twice = cloud.refused("CreateEventSourceMapping", mapping(QUEUE, json!({})));
    assert_eq!(twice, (409, "ResourceConflictException".into()));
    for (source, more) in [
        (STREAM, json!({})),
        (STREAM, json!({ "StartingPosition": "AT_TIMESTAMP" })),
        (STREAM, json!({ "StartingPosition": "LATEST", "ScalingConfig": { "MaximumConcurrency": 2 } })),
        ("arn:aws:sqs:eu-west-2:111111111111:b", json!({ "StartingPosition": "LATEST" })),
        ("arn:aws:sqs:eu-west-2:111111111111:b", json!({ "BatchSize": 11 })),
        (
            "arn:aws:sqs:eu-west-2:111111111111:b.fifo",
            json!({ "BatchSize": 11, "MaximumBatchingWindowInSeconds": 1 }),
        ),
        ("arn:aws:sqs:eu-west-2:111111111111:b", json!({ "ParallelizationFactor": 2 })),
        (
            "arn:aws:sqs:eu-west-2:111111111111:b",
            json!({ "FilterCriteria": { "Filters": [{ "Pattern": "no" }] } }),
        ),
    ] {
        let code = cloud.refused("CreateEventSourceMapping", mapping(source, more.clone())).1;
        assert_eq!(code, "InvalidParameterValueException", "{source} {more}");
    }
    let mut unknown = mapping(QUEUE, json!({}));
    unknown["FunctionName"] = json!("g");
    assert_eq!(cloud.refused("CreateEventSourceMapping", unknown).0, 404);
    assert_eq!(
        cloud.refused("CreateEventSourceMapping", mapping("queue", json!({}))).1,
        "ValidationException"
    );
    assert_eq!(cloud.ok("DeleteEventSourceMapping", id.clone()).members["State"], "Deleting");
    assert_eq!(cloud.refused("GetEventSourceMapping", id), (404, "ResourceNotFoundException".into()));
}

#[test]
fn functions_have_addresses() {
    let cloud = with_function("f");
    let given = json!({
        "FunctionName": "f", "AuthType": "AWS_IAM", "InvokeMode": "RESPONSE_STREAM",
        "Cors": { "AllowCredentials": true, "AllowHeaders": ["a"], "AllowMethods": ["GET"], "AllowOrigins": ["https://x"],
            "ExposeHeaders": ["b"], "MaxAge": 60 },
    });
    let made = cloud.ok("CreateFunctionUrlConfig", given.clone()).members;
    for name in ["AuthType", "InvokeMode", "Cors"] {
        assert_eq!(made[name], given[name], "{name}");
    }
    let url = made["FunctionUrl"].as_str().unwrap();
    assert!(url.starts_with("https://") && url.ends_with(".lambda-url.eu-west-2.on.aws/"), "{url}");
    assert_eq!(cloud.refused("CreateFunctionUrlConfig", given), (409, "ResourceConflictException".into()));
    cloud.later(1);
    let update = json!({ "FunctionName": "f", "AuthType": "NONE" });
    cloud.ok("UpdateFunctionUrlConfig", update);
    let read = cloud.ok("GetFunctionUrlConfig", json!({ "FunctionName": "f" })).members;
    assert_eq!((&read["AuthType"], &read["Cors"]), (&json!("NONE"), &made["Cors"]));
    assert_eq!(read["LastModifiedTime"], "2026-01-15T10:00:01.000000000Z");
    let listed = cloud.ok("ListFunctionUrlConfigs", json!({ "FunctionName": "f" })).members;
    assert_eq!(listed["FunctionUrlConfigs"], json!([read]));
    let version = json!({ "FunctionName": "f", "Qualifier": "1", "AuthType": "NONE" });
    assert_eq!(cloud.refused("CreateFunctionUrlConfig", version).1, "ValidationException");
    cloud.ok("DeleteFunctionUrlConfig", json!({ "FunctionName": "f" }));
    assert_eq!(cloud.refused("GetFunctionUrlConfig", json!({ "FunctionName": "f" })).0, 404);
}

#[test]
fn two_accounts_do_not_share_mappings() {
    let cloud = with_function("f");
    cloud.ok("CreateEventSourceMapping", mapping(QUEUE, json!({})));
    let other: Cloud = cloud.other_account();
    other.ok("CreateFunction", minimal(&other, "f"));
    assert_eq!(other.ok("ListEventSourceMappings", json!({})).members, json!({ "EventSourceMappings": [] }));
}
