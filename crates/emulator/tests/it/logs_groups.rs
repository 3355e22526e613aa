//! Log groups: what is said of them, their tags, policies and filters.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

pub fn cloud() -> Cloud {
    Cloud::new().of("logs")
}

pub fn on(group: &str) -> Value {
    json!({ "logGroupName": group })
}

pub fn with(group: &str, more: Value) -> Value {
    let mut members = on(group);
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn arn(group: &str) -> String {
    format!("arn:aws:logs:eu-west-2:{ACCOUNT}:log-group:{group}")
}

fn described(cloud: &Cloud, group: &str) -> Value {
    let groups = cloud.ok("DescribeLogGroups", json!({ "logGroupNamePrefix": group }));
    groups.members["logGroups"][0].clone()
}

fn names(cloud: &Cloud, members: Value) -> String {
    cloud.ok("DescribeLogGroups", members).column("logGroups", "logGroupName").join(" ")
}

#[test]
fn every_member_of_a_new_group_is_given_back() {
    let cloud = cloud();
    let key = cloud.of("kms").ok("CreateKey", json!({})).members["KeyMetadata"]["Arn"].clone();
    let tags = json!({ "team": "data", "stage": "" });
    cloud.ok(
        "CreateLogGroup",
        json!({
            "logGroupName": "/app/a", "kmsKeyId": key, "tags": tags, "logGroupClass": "INFREQUENT_ACCESS",
            "deletionProtectionEnabled": true,
        }),
    );
    cloud.ok("PutRetentionPolicy", with("/app/a", json!({ "retentionInDays": 14 })));
    let mut said = json!({
        "logGroupName": "/app/a", "creationTime": 1_768_471_200_000_i64, "retentionInDays": 14,
        "metricFilterCount": 0, "arn": format!("{}:*", arn("/app/a")), "storedBytes": 0, "kmsKeyId": key,
        "logGroupClass": "INFREQUENT_ACCESS", "logGroupArn": arn("/app/a"), "deletionProtectionEnabled": true,
    });
    assert_eq!(described(&cloud, "/app/a"), said);
    for named in [arn("/app/a"), format!("{}:*", arn("/app/a"))] {
        assert_eq!(cloud.ok("ListTagsForResource", json!({ "resourceArn": named })).members["tags"], tags);
    }
    assert_eq!(cloud.ok("ListTagsLogGroup", on("/app/a")).members["tags"], tags);
    cloud.ok("DeleteRetentionPolicy", on("/app/a"));
    cloud.ok("DisassociateKmsKey", json!({ "resourceIdentifier": arn("/app/a") }));
    let members = said.as_object_mut().unwrap();
    members.remove("retentionInDays");
    members.remove("kmsKeyId");
    assert_eq!(described(&cloud, "/app/a"), said);
    cloud.ok("AssociateKmsKey", with("/app/a", json!({ "kmsKeyId": key })));
    assert_eq!(described(&cloud, "/app/a")["kmsKeyId"], key);
    let protected = cloud.err("DeleteLogGroup", on("/app/a"));
    assert_eq!((protected.status, protected.code.as_ref()), (400, "ValidationException"));
    let off = json!({ "logGroupIdentifier": "/app/a", "deletionProtectionEnabled": false });
    cloud.ok("PutLogGroupDeletionProtection", off);
    cloud.ok("DeleteLogGroup", on("/app/a"));
    assert_eq!(names(&cloud, json!({})), "");
}

#[test]
fn groups_are_listed_by_what_they_are_called() {
    let cloud = cloud();
    for name in ["/app/b", "/app/a", "/web/a"] {
        cloud.ok("CreateLogGroup", on(name));
    }
    assert_eq!(names(&cloud, json!({})), "/app/a /app/b /web/a");
    assert_eq!(names(&cloud, json!({ "logGroupNamePrefix": "/app" })), "/app/a /app/b");
    assert_eq!(names(&cloud, json!({ "logGroupNamePattern": "/a" })), "/app/a /app/b /web/a");
    assert_eq!(names(&cloud, json!({ "logGroupNamePattern": "b/" })), "/web/a");
    assert_eq!(names(&cloud, json!({ "logGroupIdentifiers": ["/web/a", arn("/app/b")] })), "/app/b /web/a");
    assert_eq!(names(&cloud, json!({ "logGroupClass": "INFREQUENT_ACCESS" })), "");
    let page = cloud.ok("DescribeLogGroups", json!({ "limit": 2 }));
    assert_eq!(page.column("logGroups", "logGroupName"), ["/app/a", "/app/b"]);
    assert_eq!(names(&cloud, json!({ "nextToken": page.text("nextToken") })), "/web/a");
}

#[test]
fn accounts_regions_and_forks_are_apart() {
    let cloud = cloud();
    cloud.ok("CreateLogGroup", on("a"));
    let copy = cloud.fork();
    copy.ok("CreateLogGroup", on("b"));
    copy.ok("PutRetentionPolicy", with("a", json!({ "retentionInDays": 1 })));
    assert_eq!(names(&cloud, json!({})), "a");
    assert_eq!(described(&cloud, "a")["retentionInDays"], Value::Null);
    let named = json!({ "resourceArn": arn("a") });
    for elsewhere in [cloud.other_account(), cloud.in_region("us-east-1")] {
        assert_eq!(elsewhere.refused("ListTagsForResource", named.clone()).1, "ResourceNotFoundException");
        assert_eq!(elsewhere.refused("DeleteLogGroup", on("a")).1, "ResourceNotFoundException");
        elsewhere.ok("CreateLogGroup", on("a"));
        assert_eq!(names(&elsewhere, json!({})), "a");
    }
}

#[test]
fn wrong_calls_are_told_apart() {
    let cloud = cloud();
    cloud.ok("CreateLogGroup", on("a"));
    let invalid = "InvalidParameterException";
    for (operation, members, code) in [
        ("CreateLogGroup", json!({}), invalid),
        ("CreateLogGroup", on("a b"), invalid),
        ("CreateLogGroup", on(&"x".repeat(513)), invalid),
        ("CreateLogGroup", on("aws/x"), invalid),
        ("CreateLogGroup", on("a"), "ResourceAlreadyExistsException"),
        ("CreateLogGroup", with("b", json!({ "logGroupClass": "CHEAP" })), invalid),
        ("CreateLogGroup", with("b", json!({ "tags": { "aws:x": "" } })), invalid),
        ("CreateLogGroup", with("b", json!({ "kmsKeyId": "alias/a" })), invalid),
        (
            "CreateLogGroup",
            with(
                "b",
                json!({ "kmsKeyId": "arn:aws:kms:eu-west-2:111111111111:key/00000000-0000-0000-0000-000000000000" }),
            ),
            invalid,
        ),
        ("PutRetentionPolicy", with("a", json!({ "retentionInDays": 31 })), invalid),
        ("PutRetentionPolicy", on("a"), invalid),
        ("PutRetentionPolicy", with("b", json!({ "retentionInDays": 30 })), "ResourceNotFoundException"),
        ("DeleteLogGroup", on("b"), "ResourceNotFoundException"),
        ("CreateLogStream", with("b", json!({ "logStreamName": "s" })), "ResourceNotFoundException"),
        ("CreateLogStream", with("a", json!({ "logStreamName": "s:t" })), invalid),
        ("DeleteLogStream", with("a", json!({ "logStreamName": "s" })), "ResourceNotFoundException"),
        ("DescribeLogStreams", json!({}), invalid),
        ("DescribeLogStreams", with("a", json!({ "logGroupIdentifier": "a" })), invalid),
        (
            "DescribeLogStreams",
            with("a", json!({ "orderBy": "LastEventTime", "logStreamNamePrefix": "s" })),
            invalid,
        ),
        ("DescribeLogGroups", json!({ "limit": 51 }), invalid),
        ("DescribeLogGroups", json!({ "nextToken": "!" }), invalid),
        ("DescribeLogGroups", json!({ "logGroupNamePrefix": "a", "logGroupNamePattern": "a" }), invalid),
        ("ListTagsForResource", json!({ "resourceArn": "a" }), invalid),
        ("ListTagsForResource", json!({ "resourceArn": arn("b") }), "ResourceNotFoundException"),
        ("AssociateKmsKey", on("a"), invalid),
        ("PutResourcePolicy", json!({ "policyName": "p", "policyDocument": "{}" }), invalid),
        ("DeleteResourcePolicy", json!({ "policyName": "p" }), "ResourceNotFoundException"),
        ("DeleteMetricFilter", with("a", json!({ "filterName": "f" })), "ResourceNotFoundException"),
        ("DeleteSubscriptionFilter", with("a", json!({ "filterName": "f" })), "ResourceNotFoundException"),
    ] {
        assert_eq!(cloud.refused(operation, members.clone()), (400, code.into()), "{operation} {members}");
    }
    let retention = cloud.err("PutRetentionPolicy", with("a", json!({ "retentionInDays": 31 })));
    let start = "1 validation error detected: Value '31' at 'retentionInDays' failed to satisfy constraint: Member must satisfy enum value set: [1, 3, 5, 7,";
    assert!(retention.message.starts_with(start), "{retention}");
    for (operation, members, name) in [
        ("DescribeLogGroups", json!({ "includeLinkedAccounts": true }), "includeLinkedAccounts"),
        ("DescribeLogGroups", json!({ "accountIdentifiers": [ACCOUNT] }), "accountIdentifiers"),
        ("ListLogGroups", json!({}), "ListLogGroups"),
        (
            "PutResourcePolicy",
            json!({ "policyName": "p", "policyDocument": "{}", "resourceArn": arn("a") }),
            "resourceArn",
        ),
    ] {
        let error = cloud.err(operation, members);
        assert_eq!((error.status, error.message.contains(name)), (501, true), "{error}");
    }
}

#[test]
fn tags_are_those_of_both_ways_to_set_them() {
    let cloud = cloud();
    cloud.ok("CreateLogGroup", on("a"));
    cloud.ok("TagLogGroup", with("a", json!({ "tags": { "x": "1", "y": "2" } })));
    cloud.ok("TagResource", json!({ "resourceArn": arn("a"), "tags": { "y": "3", "z": "4" } }));
    cloud.ok("UntagLogGroup", with("a", json!({ "tags": ["x"] })));
    cloud.ok("UntagResource", json!({ "resourceArn": arn("a"), "tagKeys": ["z", "none"] }));
    assert_eq!(cloud.ok("ListTagsLogGroup", on("a")).members["tags"], json!({ "y": "3" }));
    let many: serde_json::Map<_, _> = (0..50).map(|n| (format!("k{n}"), json!(""))).collect();
    let refused = cloud.refused("TagResource", json!({ "resourceArn": arn("a"), "tags": many }));
    assert_eq!(refused.1, "TooManyTagsException");
}

#[test]
fn policies_are_kept_as_they_are_sent() {
    let cloud = cloud();
    let document = r#"{"Version":"2012-10-17", "Statement":[]}"#;
    let put = |name: &str| json!({ "policyName": name, "policyDocument": document });
    let made = cloud.ok("PutResourcePolicy", put("b"));
    let said = json!({
        "policyName": "b", "policyDocument": document, "lastUpdatedTime": 1_768_471_200_000_i64,
        "policyScope": "ACCOUNT",
    });
    assert_eq!(made.members, json!({ "resourcePolicy": said }));
    cloud.ok("PutResourcePolicy", put("a"));
    let listed = cloud.ok("DescribeResourcePolicies", json!({}));
    assert_eq!(listed.column("resourcePolicies", "policyName"), ["a", "b"]);
    assert_eq!(listed.members["resourcePolicies"][1], said);
    let none = cloud.ok("DescribeResourcePolicies", json!({ "policyScope": "RESOURCE" }));
    assert_eq!(none.members, json!({ "resourcePolicies": [] }));
    cloud.ok("DeleteResourcePolicy", json!({ "policyName": "a" }));
    for n in 0..9 {
        cloud.ok("PutResourcePolicy", put(&format!("p{n}")));
    }
    assert_eq!(cloud.refused("PutResourcePolicy", put("more")).1, "LimitExceededException");
    cloud.ok("PutResourcePolicy", put("b"));
}

#[test]
fn subscription_filters_are_kept() {
    let cloud = cloud();
    cloud.ok("CreateLogGroup", on("a"));
    let all = json!({
        "filterName": "f", "logGroupName": "a", "filterPattern": "[ip, code = 4*]",
        "destinationArn": "arn:aws:kinesis:eu-west-2:111111111111:stream/s",
        "roleArn": "arn:aws:iam::111111111111:role/r", "distribution": "Random",
        "applyOnTransformedLogs": true, "fieldSelectionCriteria": "@aws.region = \"eu-west-2\"",
        "emitSystemFields": ["@aws.account"],
    });
    cloud.ok("PutSubscriptionFilter", all.clone());
    let mut said = all.clone();
    said["creationTime"] = json!(1_768_471_200_000_i64);
    assert_eq!(
        cloud.ok("DescribeSubscriptionFilters", on("a")).members,
        json!({ "subscriptionFilters": [said] })
    );
    let lambda = |name: &str| {
        let destination = "arn:aws:lambda:eu-west-2:111111111111:function:f";
        with("a", json!({ "filterName": name, "filterPattern": "", "destinationArn": destination }))
    };
    cloud.later(60);
    cloud.ok("PutSubscriptionFilter", lambda("g"));
    assert_eq!(cloud.refused("PutSubscriptionFilter", lambda("h")).1, "LimitExceededException");
    cloud.ok("PutSubscriptionFilter", lambda("f"));
    let listed = cloud.ok("DescribeSubscriptionFilters", with("a", json!({ "filterNamePrefix": "f" })));
    assert_eq!(
        listed.members["subscriptionFilters"],
        json!([{
            "filterName": "f", "logGroupName": "a", "filterPattern": "", "distribution": "ByLogStream",
            "destinationArn": "arn:aws:lambda:eu-west-2:111111111111:function:f",
            "applyOnTransformedLogs": false, "creationTime": 1_768_471_200_000_i64,
        }])
    );
    let mut without_role = all;
    without_role.as_object_mut().unwrap().remove("roleArn");
    assert_eq!(cloud.refused("PutSubscriptionFilter", without_role).1, "InvalidParameterException");
    cloud.ok("DeleteSubscriptionFilter", with("a", json!({ "filterName": "f" })));
    let rest = cloud.ok("DescribeSubscriptionFilters", on("a"));
    assert_eq!(rest.column("subscriptionFilters", "filterName"), ["g"]);
}

#[test]
fn metric_filters_are_kept() {
    let cloud = cloud();
    for group in ["a", "b", "rare"] {
        let class = if group == "rare" { "INFREQUENT_ACCESS" } else { "STANDARD" };
        cloud.ok("CreateLogGroup", with(group, json!({ "logGroupClass": class })));
    }
    let all = json!({
        "filterName": "f", "logGroupName": "a", "filterPattern": "ERROR",
        "metricTransformations": [{
            "metricName": "errors", "metricNamespace": "app", "metricValue": "1", "defaultValue": 0.5,
            "unit": "Count",
        }],
        "applyOnTransformedLogs": false, "fieldSelectionCriteria": "@aws.region = \"eu-west-2\"",
        "emitSystemFieldDimensions": ["@aws.account"],
    });
    cloud.ok("PutMetricFilter", all.clone());
    let metric = |name: &str| {
        json!([{ "metricName": name, "metricNamespace": "app", "metricValue": "$.size",
            "dimensions": { "level": "$.level" } }])
    };
    let other = |group: &str| json!({ "logGroupName": group, "filterName": "g", "filterPattern": "", "metricTransformations": metric("n") });
    cloud.ok("PutMetricFilter", other("b"));
    let mut said = all.clone();
    said["creationTime"] = json!(1_768_471_200_000_i64);
    assert_eq!(cloud.ok("DescribeMetricFilters", on("a")).members, json!({ "metricFilters": [said] }));
    let names = |members: Value| {
        cloud.ok("DescribeMetricFilters", members).column("metricFilters", "filterName").join(" ")
    };
    assert_eq!(names(json!({})), "f g");
    assert_eq!(names(json!({ "filterNamePrefix": "g" })), "g");
    assert_eq!(names(json!({ "metricName": "errors", "metricNamespace": "app" })), "f");
    assert_eq!(names(json!({ "metricName": "errors", "metricNamespace": "web" })), "");
    assert_eq!(described(&cloud, "a")["metricFilterCount"], 1);
    assert_eq!(
        cloud.refused("DescribeMetricFilters", json!({ "metricName": "x" })).1,
        "InvalidParameterException"
    );
    assert_eq!(cloud.refused("PutMetricFilter", other("rare")).1, "InvalidOperationException");
    for transformations in [
        json!([]),
        json!([{ "metricName": "a", "metricNamespace": "b" }]),
        json!([{ "metricName": "a:b", "metricNamespace": "b", "metricValue": "1" }]),
        json!([{ "metricName": "a", "metricNamespace": "b", "metricValue": "1", "defaultValue": 0,
            "dimensions": { "d": "$.d" } }]),
    ] {
        let mut members = other("a");
        members["metricTransformations"] = transformations;
        assert_eq!(cloud.refused("PutMetricFilter", members).1, "InvalidParameterException");
    }
    cloud.ok("DeleteMetricFilter", with("a", json!({ "filterName": "f" })));
    assert_eq!(names(json!({})), "g");
}
