//! SNS's topics and messages.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, OTHER};

fn sns() -> Cloud {
    Cloud::new().of("sns")
}

pub fn arn(name: &str) -> String {
    format!("arn:aws:sns:eu-west-2:{ACCOUNT}:{name}")
}

/// The topic's ARN, and more members.
pub fn on(name: &str, more: Value) -> Value {
    let mut members = json!({ "TopicArn": arn(name) });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

pub fn create(cloud: &Cloud, name: &str, attributes: Value) {
    let made = cloud.ok("CreateTopic", json!({ "Name": name, "Attributes": attributes }));
    assert_eq!(made.text("TopicArn"), arn(name));
}

pub fn attributes(cloud: &Cloud, name: &str) -> Value {
    cloud.ok("GetTopicAttributes", on(name, json!({}))).members["Attributes"].clone()
}

/// With a topic `t`.
pub fn topic() -> Cloud {
    let cloud = sns();
    create(&cloud, "t", json!({}));
    cloud
}

const POLICY: &str = r#"{"Version":"2012-10-17", "Statement":[]}"#;

#[test]
fn every_attribute_of_a_topic_is_kept() {
    let cloud = sns();
    let mut given = json!({
        "DeliveryPolicy": r#"{"http":{"disableSubscriptionOverrides":true}}"#, "DisplayName": "d", "KmsMasterKeyId": "k",
        "MaximumMessageSize": "2048", "Policy": POLICY, "SignatureVersion": "2", "TracingConfig": "Active",
        "ContentBasedDeduplication": "true", "FifoThroughputScope": "MessageGroup", "FifoTopic": "true",
        "ArchivePolicy": r#"{"MessageRetentionPeriod":"30"}"#,
    });
    for protocol in ["HTTP", "Firehose", "Lambda", "Application", "SQS"] {
        given[format!("{protocol}SuccessFeedbackRoleArn")] = json!("r");
        given[format!("{protocol}SuccessFeedbackSampleRate")] = json!("50");
        given[format!("{protocol}FailureFeedbackRoleArn")] = json!("s");
    }
    let members = json!({
        "Name": "t.fifo", "Attributes": given, "Tags": [{ "Key": "team", "Value": "data" }],
    });
    cloud.ok("CreateTopic", members);
    let held = attributes(&cloud, "t.fifo");
    let mut expected = given;
    for (name, value) in [
        ("TopicArn", arn("t.fifo").as_str()),
        ("Owner", ACCOUNT),
        ("SubscriptionsConfirmed", "0"),
        ("SubscriptionsPending", "0"),
        ("SubscriptionsDeleted", "0"),
    ] {
        expected[name] = json!(value);
    }
    let effective: Value = serde_json::from_str(held["EffectiveDeliveryPolicy"].as_str().unwrap()).unwrap();
    assert_eq!(effective["http"]["disableSubscriptionOverrides"], true);
    assert_eq!(effective["http"]["defaultHealthyRetryPolicy"]["numRetries"], 3);
    expected["EffectiveDeliveryPolicy"] = held["EffectiveDeliveryPolicy"].clone();
    assert_eq!(held, expected);
    let tags = cloud.ok("ListTagsForResource", json!({ "ResourceArn": arn("t.fifo") }));
    assert_eq!(tags.members["Tags"], json!([{ "Key": "team", "Value": "data" }]));
}

#[test]
fn a_topic_begins_with_its_owners_policy() {
    let cloud = topic();
    let actions = "GetTopicAttributes SetTopicAttributes AddPermission RemovePermission DeleteTopic Subscribe \
                   ListSubscriptionsByTopic Publish";
    let actions: Vec<String> = actions.split(' ').map(|action| format!(r#""SNS:{action}""#)).collect();
    let expected = format!(
        r#"{{"Version":"2008-10-17","Id":"__default_policy_ID","Statement":[{{"Sid":"__default_statement_ID","Effect":"Allow","Principal":{{"AWS":"*"}},"Action":[{}],"Resource":"{}","Condition":{{"StringEquals":{{"AWS:SourceOwner":"{ACCOUNT}"}}}}}}]}}"#,
        actions.join(","),
        arn("t")
    );
    assert_eq!(attributes(&cloud, "t")["Policy"], expected);
    assert_eq!(attributes(&cloud, "t")["DisplayName"], "");
}

#[test]
fn attributes_are_changed_one_by_one() {
    let cloud = topic();
    let set = |name: &str, value: &str| on("t", json!({ "AttributeName": name, "AttributeValue": value }));
    for (name, value) in [("DisplayName", "d"), ("KmsMasterKeyId", "alias/aws/sns"), ("Policy", POLICY)] {
        cloud.ok("SetTopicAttributes", set(name, value));
        assert_eq!(attributes(&cloud, "t")[name], value);
    }
    let fork = cloud.fork();
    cloud.ok("SetTopicAttributes", set("KmsMasterKeyId", ""));
    assert_eq!(attributes(&cloud, "t")["KmsMasterKeyId"], Value::Null);
    assert_eq!(attributes(&fork, "t")["KmsMasterKeyId"], "alias/aws/sns");
    for (name, value) in [
        ("Policy", ""),
        ("Policy", "{}"),
        ("FifoTopic", "true"),
        ("ContentBasedDeduplication", "true"),
        ("Nothing", "x"),
        ("SignatureVersion", "3"),
        ("DisplayName", "x".repeat(101).as_str()),
        ("SQSSuccessFeedbackSampleRate", "101"),
        ("DeliveryPolicy", "x"),
    ] {
        let refused = cloud.refused("SetTopicAttributes", set(name, value));
        assert_eq!(refused, (400, "InvalidParameter".to_owned()), "{name} {value}");
    }
}

#[test]
fn topics_are_made_once_listed_and_deleted() {
    let cloud = sns();
    for name in ["b", "a"] {
        create(&cloud, name, json!({ "DisplayName": "d" }));
    }
    create(&cloud, "a", json!({}));
    create(&cloud, "a", json!({ "DisplayName": "d" }));
    for members in [
        json!({ "Name": "a", "Attributes": { "DisplayName": "e" } }),
        json!({ "Name": "a", "Tags": [{ "Key": "x", "Value": "y" }] }),
        json!({ "Name": "a b" }),
        json!({ "Name": "a.fifo" }),
        json!({ "Name": "a", "Attributes": { "FifoTopic": "true" } }),
        json!({ "Name": "c", "Attributes": { "Nothing": "x" } }),
    ] {
        assert_eq!(cloud.refused("CreateTopic", members.clone()).1, "InvalidParameter", "{members}");
    }
    let list = |cloud: &Cloud| cloud.ok("ListTopics", json!({})).members["Topics"].clone();
    assert_eq!(list(&cloud), json!([{ "TopicArn": arn("a") }, { "TopicArn": arn("b") }]));
    assert_eq!(list(&cloud.other_account()), json!([]));
    for _ in 0..2 {
        cloud.ok("DeleteTopic", on("a", json!({})));
    }
    assert_eq!(list(&cloud), json!([{ "TopicArn": arn("b") }]));
    for n in 0..101 {
        create(&cloud, &format!("n{n:03}"), json!({}));
    }
    let page = cloud.ok("ListTopics", json!({}));
    let next = cloud.ok("ListTopics", json!({ "NextToken": page.text("NextToken") }));
    assert_eq!(next.column("Topics", "TopicArn"), [arn("n099"), arn("n100")]);
}

#[test]
fn messages_are_checked_and_taken() {
    let cloud = topic();
    create(&cloud, "t.fifo", json!({ "FifoTopic": "true" }));
    create(&cloud, "small", json!({ "MaximumMessageSize": "1024" }));
    let whole = json!({
        "Message": r#"{"default":"a","sqs":"b"}"#, "Subject": "s", "MessageStructure": "json", "MessageGroupId": "g",
        "MessageAttributes": {
            "a": { "DataType": "String", "StringValue": "x" },
            "b": { "DataType": "String.Array", "StringValue": "[1]" },
            "c": { "DataType": "Number", "StringValue": "1.5" },
            "d": { "DataType": "Binary", "BinaryValue": "Ynl0ZXM=" },
        },
    });
    let first = cloud.ok("Publish", on("t", whole)).text("MessageId").to_owned();
    assert_eq!(first.len(), 36);
    let second = cloud.ok("Publish", json!({ "TargetArn": arn("t"), "Message": "m" }));
    assert_ne!(second.text("MessageId"), first);
    let fifo = |id: &str| {
        on("t.fifo", json!({ "Message": "m", "MessageGroupId": "g", "MessageDeduplicationId": id }))
    };
    let numbers = ["1", "2"].map(|id| cloud.ok("Publish", fifo(id)).text("SequenceNumber").to_owned());
    assert!(numbers.is_sorted() && numbers[0] != numbers[1] && numbers[0].len() == 20, "{numbers:?}");
    let attribute = |value: Value| on("t", json!({ "Message": "m", "MessageAttributes": { "a": value } }));
    for (members, status, code) in [
        (on("x", json!({ "Message": "m" })), 404, "NotFound"),
        (json!({ "TopicArn": "x", "Message": "m" }), 400, "InvalidParameter"),
        (json!({ "Message": "m" }), 400, "InvalidParameter"),
        (json!({ "PhoneNumber": "+44", "Message": "m" }), 501, "NotImplemented"),
        (on("t", json!({ "Message": "" })), 400, "InvalidParameter"),
        (on("t", json!({ "Message": "x".repeat(262_145) })), 400, "InvalidParameter"),
        (on("small", json!({ "Message": "x".repeat(1025) })), 400, "InvalidParameter"),
        (on("t", json!({ "Message": "m", "Subject": "a\nb" })), 400, "InvalidParameter"),
        (on("t", json!({ "Message": "m", "Subject": "x".repeat(101) })), 400, "InvalidParameter"),
        (on("t", json!({ "Message": "m", "MessageStructure": "xml" })), 400, "InvalidParameter"),
        (on("t", json!({ "Message": "m", "MessageStructure": "json" })), 400, "InvalidParameter"),
        (on("t", json!({ "Message": "{}", "MessageStructure": "json" })), 400, "InvalidParameter"),
        (on("t", json!({ "Message": "m", "MessageDeduplicationId": "x" })), 400, "InvalidParameter"),
        (on("t.fifo", json!({ "Message": "m" })), 400, "InvalidParameter"),
        (on("t.fifo", json!({ "Message": "m", "MessageGroupId": "g" })), 400, "InvalidParameter"),
        (attribute(json!({ "DataType": "Text", "StringValue": "x" })), 400, "ParameterValueInvalid"),
        (attribute(json!({ "DataType": "String" })), 400, "ParameterValueInvalid"),
        (attribute(json!({ "DataType": "Number", "StringValue": "x" })), 400, "ParameterValueInvalid"),
        (attribute(json!({ "DataType": "String.Array", "StringValue": "x" })), 400, "ParameterValueInvalid"),
    ] {
        assert_eq!(cloud.refused("Publish", members.clone()), (status, code.to_owned()), "{members}");
    }
}

#[test]
fn batches_tell_of_each_entry() {
    let cloud = topic();
    let batch = |entries: Value| on("t", json!({ "PublishBatchRequestEntries": entries }));
    let entries = json!([{ "Id": "1", "Message": "a" }, { "Id": "2", "Message": "b", "Subject": "\n" }]);
    let reply = cloud.ok("PublishBatch", batch(entries));
    assert_eq!(reply.column("Successful", "Id"), ["1"]);
    assert_eq!(
        (reply.column("Failed", "Id"), reply.column("Failed", "Code")),
        (vec!["2"], vec!["InvalidParameter"])
    );
    let eleven: Vec<Value> = (0..11).map(|id| json!({ "Id": id.to_string(), "Message": "x" })).collect();
    let large = "x".repeat(200_000);
    for (entries, code) in [
        (json!([]), "EmptyBatchRequest"),
        (json!(eleven), "TooManyEntriesInBatchRequest"),
        (json!([{ "Id": "1", "Message": "a" }, { "Id": "1", "Message": "b" }]), "BatchEntryIdsNotDistinct"),
        (json!([{ "Id": "a b", "Message": "a" }]), "InvalidBatchEntryId"),
        (json!([{ "Id": "1", "Message": large }, { "Id": "2", "Message": large }]), "BatchRequestTooLong"),
    ] {
        assert_eq!(cloud.refused("PublishBatch", batch(entries)).1, code);
    }
}

#[test]
fn a_key_that_cannot_be_used_stops_the_topic() {
    let cloud = sns();
    let key = cloud.of("kms").ok("CreateKey", json!({})).members["KeyMetadata"]["KeyId"].clone();
    create(&cloud, "t", json!({ "KmsMasterKeyId": key }));
    cloud.ok("Publish", on("t", json!({ "Message": "m" })));
    cloud.of("kms").ok("DisableKey", json!({ "KeyId": key }));
    assert_eq!(cloud.refused("Publish", on("t", json!({ "Message": "m" }))).1, "KMSDisabled");
    create(&cloud, "lost", json!({ "KmsMasterKeyId": "alias/none" }));
    assert_eq!(cloud.refused("Publish", on("lost", json!({ "Message": "m" }))).1, "KMSNotFound");
}

#[test]
fn permissions_become_statements() {
    let cloud = topic();
    let add = |label: &str, actions: Value| {
        on("t", json!({ "Label": label, "AWSAccountId": [OTHER], "ActionName": actions }))
    };
    let statements = |cloud: &Cloud| {
        let policy: Value = serde_json::from_str(attributes(cloud, "t")["Policy"].as_str().unwrap()).unwrap();
        policy["Statement"].as_array().unwrap().clone()
    };
    cloud.ok("AddPermission", add("one", json!(["Publish"])));
    assert_eq!(
        statements(&cloud)[1],
        json!({
            "Sid": "one", "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{OTHER}:root") },
            "Action": "SNS:Publish", "Resource": arn("t"),
        })
    );
    for members in [
        add("one", json!(["Publish"])),
        add("two", json!(["CreateTopic"])),
        add("two", json!([])),
        on("t", json!({ "Label": "two", "AWSAccountId": ["x"], "ActionName": ["Publish"] })),
    ] {
        assert_eq!(cloud.refused("AddPermission", members.clone()).1, "InvalidParameter", "{members}");
    }
    for _ in 0..2 {
        cloud.ok("RemovePermission", on("t", json!({ "Label": "one" })));
        assert_eq!(statements(&cloud).len(), 1);
    }
}

#[test]
fn tags_are_changed() {
    let cloud = topic();
    let named = json!({ "ResourceArn": arn("t") });
    let with = |more: Value| {
        let mut members = named.clone();
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    cloud.ok(
        "TagResource",
        with(json!({ "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }] })),
    );
    cloud.ok("UntagResource", with(json!({ "TagKeys": ["a"] })));
    let tags = cloud.ok("ListTagsForResource", named.clone());
    assert_eq!(tags.members["Tags"], json!([{ "Key": "b", "Value": "2" }]));
    let twice = json!({ "Tags": [{ "Key": "a", "Value": "1" }, { "Key": "a", "Value": "2" }] });
    assert_eq!(cloud.refused("TagResource", with(twice)).1, "InvalidParameter");
    let many: Vec<Value> = (0..50).map(|n| json!({ "Key": n.to_string(), "Value": "" })).collect();
    assert_eq!(cloud.refused("TagResource", with(json!({ "Tags": many }))).1, "TagLimitExceeded");
    let missing = json!({ "ResourceArn": arn("x") });
    assert_eq!(cloud.refused("ListTagsForResource", missing), (404, "ResourceNotFound".to_owned()));
}

#[test]
fn what_is_not_there_is_told_by_name() {
    let cloud = topic();
    let platform = json!({ "Name": "p", "Platform": "GCM", "Attributes": {} });
    for (operation, members, code) in [
        ("CreatePlatformApplication", platform, "NotImplemented"),
        ("GetSMSAttributes", json!({}), "NotImplemented"),
        ("CreateTopic", json!({ "Name": "x", "DataProtectionPolicy": "{}" }), "NotImplemented"),
        ("GetTopicAttributes", on("x", json!({})), "NotFound"),
        ("GetTopicAttributes", json!({ "TopicArn": "x" }), "InvalidParameter"),
        ("GetTopicAttributes", json!({}), "ValidationError"),
        ("GetSubscriptionAttributes", json!({ "SubscriptionArn": format!("{}:x", arn("t")) }), "NotFound"),
        ("ListSubscriptionsByTopic", on("x", json!({})), "NotFound"),
        ("ListTopics", json!({ "NextToken": "?" }), "InvalidParameter"),
    ] {
        assert_eq!(cloud.refused(operation, members.clone()).1, code, "{operation} {members}");
    }
    assert_eq!(cloud.in_region("eu-west-1").ok("ListTopics", json!({})).members["Topics"], json!([]));
}
