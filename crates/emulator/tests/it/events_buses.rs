//! Event buses, their policies, and the events that are put on them.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, OTHER};

pub fn cloud() -> Cloud {
    Cloud::new().of("events")
}

pub fn bus_arn(name: &str) -> String {
    format!("arn:aws:events:eu-west-2:{ACCOUNT}:event-bus/{name}")
}

fn policy(cloud: &Cloud, bus: &str) -> Value {
    match cloud.ok("DescribeEventBus", json!({ "Name": bus })).members.get("Policy") {
        Some(text) => serde_json::from_str(text.as_str().unwrap()).unwrap(),
        None => Value::Null,
    }
}

#[test]
fn every_member_of_a_new_bus_is_given_back() {
    let cloud = cloud();
    let settings = json!({
        "Description": "orders", "KmsKeyIdentifier": "alias/events",
        "DeadLetterConfig": { "Arn": "arn:aws:sqs:eu-west-2:111111111111:dead" },
        "LogConfig": { "IncludeDetail": "FULL", "Level": "INFO" },
    });
    let with = |more: Value| {
        let mut members = settings.clone();
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let tags = json!([{ "Key": "team", "Value": "data" }]);
    let arn = bus_arn("orders");
    let made = cloud.ok("CreateEventBus", with(json!({ "Name": "orders", "Tags": tags })));
    assert_eq!(made.members, with(json!({ "EventBusArn": arn })));
    let said = with(json!({
        "Name": "orders", "Arn": arn, "CreationTime": "2026-01-15T10:00:00Z",
        "LastModifiedTime": "2026-01-15T10:00:00Z",
    }));
    for named in ["orders", arn.as_str()] {
        assert_eq!(cloud.ok("DescribeEventBus", json!({ "Name": named })).members, said);
    }
    assert_eq!(cloud.ok("ListTagsForResource", json!({ "ResourceARN": arn })).members["Tags"], tags);
    cloud.later(60);
    let update = json!({ "Name": "orders", "Description": "more", "KmsKeyIdentifier": "" });
    cloud.ok("UpdateEventBus", update);
    let now = cloud.ok("DescribeEventBus", json!({ "Name": "orders" })).members;
    assert_eq!((&now["Description"], &now["KmsKeyIdentifier"]), (&json!("more"), &Value::Null));
    assert_eq!(
        (&now["LogConfig"], &now["LastModifiedTime"]),
        (&said["LogConfig"], &json!("2026-01-15T10:01:00Z"))
    );
}

#[test]
fn the_default_bus_is_always_there() {
    let cloud = cloud();
    let default = json!({ "Name": "default", "Arn": bus_arn("default") });
    assert_eq!(cloud.ok("DescribeEventBus", json!({})).members, default);
    assert_eq!(cloud.ok("ListEventBuses", json!({})).members["EventBuses"], json!([default]));
    assert_eq!(cloud.refused("DeleteEventBus", json!({ "Name": "default" })).1, "ValidationException");
    let again = json!({ "Name": "default" });
    assert_eq!(cloud.refused("CreateEventBus", again).1, "ResourceAlreadyExistsException");
}

#[test]
fn buses_are_listed_in_pages_and_deleted() {
    let cloud = cloud();
    for name in ["app-b", "app-a", "web"] {
        cloud.ok("CreateEventBus", json!({ "Name": name }));
    }
    let page = cloud.ok("ListEventBuses", json!({ "Limit": 2 }));
    assert_eq!(page.column("EventBuses", "Name"), ["app-a", "app-b"]);
    let rest = cloud.ok("ListEventBuses", json!({ "NextToken": page.text("NextToken") }));
    assert_eq!(rest.column("EventBuses", "Name"), ["default", "web"]);
    let app = cloud.ok("ListEventBuses", json!({ "NamePrefix": "app" }));
    assert_eq!(app.column("EventBuses", "Name"), ["app-a", "app-b"]);
    cloud.ok("DeleteEventBus", json!({ "Name": "web" }));
    cloud.ok("DeleteEventBus", json!({ "Name": "web" }));
    assert_eq!(cloud.refused("DescribeEventBus", json!({ "Name": "web" })).1, "ResourceNotFoundException");
}

#[test]
fn accounts_regions_and_forks_are_apart() {
    let cloud = cloud();
    cloud.ok("CreateEventBus", json!({ "Name": "a" }));
    let copy = cloud.fork();
    copy.ok("CreateEventBus", json!({ "Name": "b" }));
    copy.ok("DeleteEventBus", json!({ "Name": "a" }));
    cloud.ok("DescribeEventBus", json!({ "Name": "a" }));
    assert_eq!(cloud.refused("DescribeEventBus", json!({ "Name": "b" })).1, "ResourceNotFoundException");
    for elsewhere in [cloud.other_account(), cloud.in_region("us-east-1")] {
        for named in ["a", &bus_arn("a")] {
            let members = json!({ "Name": named });
            assert_eq!(elsewhere.refused("DescribeEventBus", members).1, "ResourceNotFoundException");
        }
        elsewhere.ok("CreateEventBus", json!({ "Name": "a" }));
    }
}

#[test]
fn wrong_calls_are_told_apart() {
    let cloud = cloud();
    cloud.ok("CreateEventBus", json!({ "Name": "a" }));
    for (operation, members, code) in [
        ("CreateEventBus", json!({}), "ValidationException"),
        ("CreateEventBus", json!({ "Name": "a b" }), "ValidationException"),
        ("CreateEventBus", json!({ "Name": "a/b" }), "ValidationException"),
        ("CreateEventBus", json!({ "Name": "a" }), "ResourceAlreadyExistsException"),
        ("CreateEventBus", json!({ "Name": "b", "LogConfig": { "Level": "ALL" } }), "ValidationException"),
        ("CreateEventBus", json!({ "Name": "b", "Tags": [{ "Key": "x" }] }), "ValidationException"),
        ("UpdateEventBus", json!({ "Name": "b" }), "ResourceNotFoundException"),
        ("ListEventBuses", json!({ "NextToken": "!" }), "ValidationException"),
        ("ListEventBuses", json!({ "Limit": 101 }), "ValidationException"),
        (
            "PutPermission",
            json!({ "EventBusName": "b", "Policy": r#"{"Statement":[]}"# }),
            "ResourceNotFoundException",
        ),
        ("PutPermission", json!({ "Policy": "{}" }), "ValidationException"),
        (
            "PutPermission",
            json!({ "Policy": r#"{"Statement":[]}"#, "StatementId": "x" }),
            "ValidationException",
        ),
        ("PutPermission", json!({ "StatementId": "x", "Principal": "*" }), "ValidationException"),
        (
            "PutPermission",
            json!({ "StatementId": "x", "Principal": "role", "Action": "events:PutEvents" }),
            "ValidationException",
        ),
        (
            "PutPermission",
            json!({ "StatementId": "x", "Principal": "*", "Action": "events:PutRule" }),
            "ValidationException",
        ),
        ("RemovePermission", json!({ "StatementId": "x" }), "ResourceNotFoundException"),
        ("RemovePermission", json!({}), "ValidationException"),
        ("ListTagsForResource", json!({ "ResourceARN": "arn:aws:s3:::x" }), "ValidationException"),
        ("ListTagsForResource", json!({ "ResourceARN": bus_arn("b") }), "ResourceNotFoundException"),
    ] {
        assert_eq!(cloud.refused(operation, members.clone()), (400, code.into()), "{operation} {members}");
    }
    for (operation, members, name) in [
        ("CreateEventBus", json!({ "Name": "b", "EventSourceName": "aws.partner/x" }), "EventSourceName"),
        ("CreateArchive", json!({ "ArchiveName": "b", "EventSourceArn": "x" }), "CreateArchive"),
        ("ListConnections", json!({}), "ListConnections"),
        ("ListApiDestinations", json!({}), "ListApiDestinations"),
    ] {
        let error = cloud.err(operation, members);
        assert_eq!((error.status, error.message.contains(name)), (501, true), "{error}");
    }
}

#[test]
fn a_policy_is_put_whole_or_a_statement_at_a_time() {
    let cloud = cloud();
    let whole = r#"{ "Version":"2012-10-17", "Statement":[{"Sid":"a","Effect":"Allow","Principal":"*","Action":"events:*","Resource":"*"}] }"#;
    cloud.ok("PutPermission", json!({ "Policy": whole }));
    assert_eq!(cloud.ok("DescribeEventBus", json!({})).text("Policy"), whole);
    cloud.ok(
        "PutPermission",
        json!({
            "EventBusName": "default", "Action": "events:PutEvents", "Principal": "*", "StatementId": "org",
            "Condition": { "Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1234567890" },
        }),
    );
    let one = |principal: &str| json!({ "Action": "events:PutEvents", "Principal": principal, "StatementId": "one" });
    cloud.ok("PutPermission", one(OTHER));
    let statements = policy(&cloud, "default")["Statement"].clone();
    assert_eq!(statements[0]["Sid"], "a");
    assert_eq!(
        statements[1],
        json!({
            "Sid": "org", "Effect": "Allow", "Principal": "*", "Action": "events:PutEvents",
            "Resource": bus_arn("default"),
            "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-1234567890" } },
        })
    );
    assert_eq!(statements[2]["Principal"], json!({ "AWS": format!("arn:aws:iam::{OTHER}:root") }));
    cloud.ok("PutPermission", one("*"));
    assert_eq!(policy(&cloud, "default")["Statement"][2]["Principal"], "*");
    assert_eq!(policy(&cloud, "default")["Statement"].as_array().unwrap().len(), 3);
    cloud.ok("RemovePermission", json!({ "StatementId": "org" }));
    assert_eq!(
        cloud.refused("RemovePermission", json!({ "StatementId": "org" })).1,
        "ResourceNotFoundException"
    );
    cloud.ok("RemovePermission", json!({ "StatementId": "a" }));
    cloud.ok("RemovePermission", json!({ "StatementId": "one" }));
    assert_eq!(policy(&cloud, "default"), Value::Null);
    cloud.ok("PutPermission", one("*"));
    cloud.ok("RemovePermission", json!({ "RemoveAllPermissions": true }));
    assert_eq!(policy(&cloud, "default"), Value::Null);
    let long = format!(r#"{{"Statement":[],"Id":"{}"}}"#, "x".repeat(10_240));
    assert_eq!(cloud.refused("PutPermission", json!({ "Policy": long })).1, "PolicyLengthExceededException");
}

#[test]
fn each_event_is_taken_or_refused_by_itself() {
    let cloud = cloud();
    cloud.ok("CreateEventBus", json!({ "Name": "orders" }));
    let entry = |more: Value| {
        let mut entry = json!({ "Source": "app", "DetailType": "made", "Detail": "{\"a\":1}" });
        entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        entry
    };
    let good = [
        entry(json!({})),
        entry(json!({
            "Time": "2026-01-15T10:00:00Z", "Resources": ["arn:aws:s3:::b"], "EventBusName": bus_arn("orders"),
            "TraceHeader": "Root=1-2-3",
        })),
    ];
    let put = cloud.ok("PutEvents", json!({ "Entries": good }));
    assert_eq!(put.members["FailedEntryCount"], 0);
    let ids = put.column("Entries", "EventId");
    assert!(ids.len() == 2 && ids[0] != ids[1] && ids[0].len() == 36, "{ids:?}");
    let bad = [
        (entry(json!({ "Source": null })), "InvalidArgument"),
        (entry(json!({ "DetailType": "" })), "InvalidArgument"),
        (entry(json!({ "Detail": null })), "InvalidArgument"),
        (entry(json!({ "Detail": "{" })), "MalformedDetail"),
        (entry(json!({ "Detail": "[1]" })), "MalformedDetail"),
        (entry(json!({ "Source": "aws.s3" })), "NotAuthorizedForSourceException"),
        (entry(json!({ "EventBusName": "none" })), "ResourceNotFoundException"),
    ];
    let mut entries: Vec<_> = bad.iter().map(|(entry, _)| entry.clone()).collect();
    entries.push(entry(json!({})));
    let put = cloud.ok("PutEvents", json!({ "Entries": entries }));
    assert_eq!(put.members["FailedEntryCount"], 7);
    for (result, (entry, code)) in put.members["Entries"].as_array().unwrap().iter().zip(&bad) {
        assert_eq!((&result["ErrorCode"], &result["EventId"]), (&json!(code), &Value::Null), "{entry}");
    }
    assert!(put.members["Entries"][7]["EventId"].is_string());
    for entries in [
        json!([]),
        json!(vec![entry(json!({})); 11]),
        json!([entry(json!({ "Detail": format!("{{\"a\":\"{}\"}}", "x".repeat(1_048_576)) }))]),
    ] {
        assert_eq!(cloud.refused("PutEvents", json!({ "Entries": entries })).1, "ValidationException");
    }
    let endpoint = cloud.err("PutEvents", json!({ "Entries": [entry(json!({}))], "EndpointId": "x.y" }));
    assert!(endpoint.status == 501 && endpoint.message.contains("EndpointId"), "{endpoint}");
    let other = cloud.other_account();
    let across =
        other.ok("PutEvents", json!({ "Entries": [entry(json!({ "EventBusName": bus_arn("orders") }))] }));
    assert_eq!(across.members["FailedEntryCount"], 0);
}
