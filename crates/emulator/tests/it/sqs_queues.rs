//! SQS's queues: attributes, policies, tags.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, OTHER};

pub fn sqs() -> Cloud {
    Cloud::new().of("sqs")
}

pub fn url(name: &str) -> String {
    format!("https://sqs.eu-west-2.amazonaws.com/{ACCOUNT}/{name}")
}

pub fn arn(name: &str) -> String {
    format!("arn:aws:sqs:eu-west-2:{ACCOUNT}:{name}")
}

/// The queue's URL, and more members.
pub fn on(name: &str, more: Value) -> Value {
    let mut members = json!({ "QueueUrl": url(name) });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

pub fn create(cloud: &Cloud, name: &str, attributes: Value) {
    let made = cloud.ok("CreateQueue", json!({ "QueueName": name, "Attributes": attributes }));
    assert_eq!(made.text("QueueUrl"), url(name));
}

pub fn attributes(cloud: &Cloud, name: &str) -> Value {
    cloud.ok("GetQueueAttributes", on(name, json!({ "AttributeNames": ["All"] }))).members["Attributes"]
        .clone()
}

const POLICY: &str = r#"{"Version":"2012-10-17", "Statement":[]}"#;

#[test]
fn every_attribute_is_kept() {
    let cloud = sqs();
    create(&cloud, "dead", json!({}));
    let redrive = format!(r#"{{"deadLetterTargetArn":"{}","maxReceiveCount":4}}"#, arn("dead"));
    let allow = format!(r#"{{"redrivePermission":"byQueue","sourceQueueArns":["{}"]}}"#, arn("x"));
    let given = json!({
        "DelaySeconds": "5", "MaximumMessageSize": "2048", "MessageRetentionPeriod": "86400",
        "ReceiveMessageWaitTimeSeconds": "10", "VisibilityTimeout": "60", "Policy": POLICY, "RedrivePolicy": redrive,
        "RedriveAllowPolicy": allow, "KmsMasterKeyId": "alias/aws/sqs", "KmsDataKeyReusePeriodSeconds": "600",
    });
    cloud.ok("CreateQueue", json!({ "QueueName": "q", "Attributes": given, "tags": { "team": "data" } }));
    let mut expected = given;
    for (name, value) in [
        ("QueueArn", arn("q").as_str()),
        ("CreatedTimestamp", "1768471200"),
        ("LastModifiedTimestamp", "1768471200"),
        ("ApproximateNumberOfMessages", "0"),
        ("ApproximateNumberOfMessagesNotVisible", "0"),
        ("ApproximateNumberOfMessagesDelayed", "0"),
        ("SqsManagedSseEnabled", "false"),
    ] {
        expected[name] = json!(value);
    }
    assert_eq!(attributes(&cloud, "q"), expected);
    assert_eq!(cloud.ok("ListQueueTags", on("q", json!({}))).members["Tags"], json!({ "team": "data" }));
    let some = cloud.ok("GetQueueAttributes", on("q", json!({ "AttributeNames": ["Policy", "QueueArn"] })));
    assert_eq!(some.members["Attributes"], json!({ "Policy": POLICY, "QueueArn": arn("q") }));
    assert_eq!(cloud.ok("GetQueueAttributes", on("q", json!({}))).members, json!({}));
    let sources = cloud.ok("ListDeadLetterSourceQueues", on("dead", json!({})));
    assert_eq!(sources.members, json!({ "queueUrls": [url("q")] }));
}

#[test]
fn every_attribute_of_a_fifo_queue_is_kept() {
    let cloud = sqs();
    create(&cloud, "plain.fifo", json!({ "FifoQueue": "true" }));
    let held = attributes(&cloud, "plain.fifo");
    assert_eq!(
        (&held["FifoQueue"], &held["ContentBasedDeduplication"], &held["DeduplicationScope"]),
        (&json!("true"), &json!("false"), &json!("queue"))
    );
    assert_eq!((&held["VisibilityTimeout"], &held["MaximumMessageSize"]), (&json!("30"), &json!("1048576")));
    let given = json!({
        "FifoQueue": "true", "ContentBasedDeduplication": "true", "DeduplicationScope": "messageGroup",
        "FifoThroughputLimit": "perMessageGroupId",
    });
    create(&cloud, "q.fifo", given.clone());
    let held = attributes(&cloud, "q.fifo");
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&held[name], value, "{name}");
    }
}

#[test]
fn attributes_are_changed_and_taken_away() {
    let cloud = sqs();
    create(&cloud, "q", json!({ "KmsMasterKeyId": "alias/aws/sqs", "Policy": POLICY }));
    assert_eq!(attributes(&cloud, "q")["KmsDataKeyReusePeriodSeconds"], "300");
    let set =
        |attributes: Value| cloud.ok("SetQueueAttributes", on("q", json!({ "Attributes": attributes })));
    cloud.later(3);
    set(json!({ "VisibilityTimeout": "90", "Policy": "" }));
    let held = attributes(&cloud, "q");
    assert_eq!((&held["VisibilityTimeout"], &held["Policy"]), (&json!("90"), &Value::Null));
    assert_eq!(held["LastModifiedTimestamp"], "1768471203");
    set(json!({ "SqsManagedSseEnabled": "true" }));
    let held = attributes(&cloud, "q");
    assert_eq!((&held["KmsMasterKeyId"], &held["SqsManagedSseEnabled"]), (&Value::Null, &json!("true")));
    set(json!({ "SqsManagedSseEnabled": "false" }));
    assert_eq!(attributes(&cloud, "q")["SqsManagedSseEnabled"], "false");
    set(json!({ "KmsMasterKeyId": "k" }));
    assert_eq!(attributes(&cloud, "q")["KmsMasterKeyId"], "k");
}

#[test]
fn queues_are_made_once_and_listed() {
    let cloud = sqs();
    for name in ["b", "a-1", "a-2"] {
        create(&cloud, name, json!({ "VisibilityTimeout": "40" }));
    }
    create(&cloud, "b", json!({}));
    create(&cloud, "b", json!({ "VisibilityTimeout": "40", "DelaySeconds": "0" }));
    let other = json!({ "QueueName": "b", "Attributes": { "VisibilityTimeout": "41" } });
    assert_eq!(cloud.refused("CreateQueue", other).1, "QueueNameExists");
    let urls = |members: Value| cloud.ok("ListQueues", members).members;
    assert_eq!(urls(json!({})), json!({ "QueueUrls": [url("a-1"), url("a-2"), url("b")] }));
    assert_eq!(urls(json!({ "QueueNamePrefix": "x" })), json!({}));
    let page = urls(json!({ "QueueNamePrefix": "a-", "MaxResults": 1 }));
    assert_eq!(page["QueueUrls"], json!([url("a-1")]));
    let next = json!({ "QueueNamePrefix": "a-", "MaxResults": 1, "NextToken": page["NextToken"] });
    assert_eq!(urls(next), json!({ "QueueUrls": [url("a-2")] }));
    assert_eq!(cloud.ok("GetQueueUrl", json!({ "QueueName": "b" })).text("QueueUrl"), url("b"));
    let owned = json!({ "QueueName": "b", "QueueOwnerAWSAccountId": ACCOUNT });
    assert_eq!(cloud.other_account().ok("GetQueueUrl", owned).text("QueueUrl"), url("b"));
    cloud.ok("DeleteQueue", on("b", json!({})));
    assert_eq!(
        cloud.refused("GetQueueUrl", json!({ "QueueName": "b" })),
        (400, "QueueDoesNotExist".to_owned())
    );
    assert_eq!(cloud.refused("DeleteQueue", on("b", json!({}))).1, "QueueDoesNotExist");
}

#[test]
fn permissions_become_statements() {
    let cloud = sqs();
    create(&cloud, "q", json!({}));
    let add = |label: &str, accounts: Value, actions: Value| {
        on("q", json!({ "Label": label, "AWSAccountIds": accounts, "Actions": actions }))
    };
    cloud.ok("AddPermission", add("one", json!([OTHER]), json!(["SendMessage"])));
    let policy = |cloud: &Cloud| attributes(cloud, "q")["Policy"].as_str().map(str::to_owned);
    let expected = format!(
        r#"{{"Version":"2008-10-17","Id":"{0}/SQSDefaultPolicy","Statement":[{{"Sid":"one","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{OTHER}:root"}},"Action":"SQS:SendMessage","Resource":"{0}"}}]}}"#,
        arn("q")
    );
    assert_eq!(policy(&cloud), Some(expected));
    cloud.ok("AddPermission", add("two", json!([ACCOUNT, OTHER]), json!(["ReceiveMessage", "*"])));
    let document: Value = serde_json::from_str(&policy(&cloud).unwrap()).unwrap();
    let second = &document["Statement"][1];
    assert_eq!(second["Action"], json!(["SQS:ReceiveMessage", "SQS:*"]));
    assert_eq!(
        second["Principal"]["AWS"],
        json!([format!("arn:aws:iam::{ACCOUNT}:root"), format!("arn:aws:iam::{OTHER}:root")])
    );
    for (members, code) in [
        (add("one", json!([OTHER]), json!(["SendMessage"])), "InvalidParameterValue"),
        (add("a b", json!([OTHER]), json!(["SendMessage"])), "InvalidParameterValue"),
        (add("three", json!(["x"]), json!(["SendMessage"])), "InvalidParameterValue"),
        (add("three", json!([OTHER]), json!(["DeleteQueue"])), "InvalidParameterValue"),
        (add("three", json!([OTHER]), json!([])), "MissingParameter"),
        (add("three", json!([OTHER]), json!(["*", "*", "*", "*", "*", "*", "*", "*"])), "OverLimit"),
    ] {
        assert_eq!(cloud.refused("AddPermission", members.clone()).1, code, "{members}");
    }
    let fork = cloud.fork();
    for label in ["one", "two"] {
        cloud.ok("RemovePermission", on("q", json!({ "Label": label })));
    }
    assert_eq!(policy(&cloud), None);
    assert!(policy(&fork).unwrap().contains("two"));
    assert_eq!(
        cloud.refused("RemovePermission", on("q", json!({ "Label": "one" }))).1,
        "InvalidParameterValue"
    );
}

#[test]
fn tags_are_changed() {
    let cloud = sqs();
    create(&cloud, "q", json!({}));
    assert_eq!(cloud.ok("ListQueueTags", on("q", json!({}))).members, json!({}));
    cloud.ok("TagQueue", on("q", json!({ "Tags": { "a": "1", "b": "2" } })));
    cloud.ok("UntagQueue", on("q", json!({ "TagKeys": ["a"] })));
    assert_eq!(cloud.ok("ListQueueTags", on("q", json!({}))).members["Tags"], json!({ "b": "2" }));
    assert_eq!(
        cloud.refused("TagQueue", on("q", json!({ "Tags": { "aws:x": "" } }))).1,
        "InvalidParameterValue"
    );
}

#[test]
fn dead_letter_queues_are_checked() {
    let cloud = sqs();
    create(&cloud, "dead", json!({}));
    create(&cloud, "dead.fifo", json!({ "FifoQueue": "true" }));
    create(&cloud, "shut", json!({ "RedriveAllowPolicy": r#"{"redrivePermission":"denyAll"}"# }));
    create(&cloud, "q", json!({}));
    let redrive = |target: String, count: &str| {
        let policy = format!(r#"{{"deadLetterTargetArn":"{target}","maxReceiveCount":{count}}}"#);
        on("q", json!({ "Attributes": { "RedrivePolicy": policy } }))
    };
    for members in [
        redrive(arn("x"), "3"),
        redrive(arn("dead.fifo"), "3"),
        redrive(arn("shut"), "3"),
        redrive(arn("dead").replace(ACCOUNT, OTHER), "3"),
        redrive(arn("dead").replace("eu-west-2", "eu-west-1"), "3"),
        redrive(arn("dead"), "0"),
        redrive(arn("dead"), "1001"),
        on("q", json!({ "Attributes": { "RedrivePolicy": r#"{"maxReceiveCount":3}"# } })),
    ] {
        assert_eq!(
            cloud.refused("SetQueueAttributes", members.clone()).1,
            "InvalidParameterValue",
            "{members}"
        );
    }
    cloud.ok("SetQueueAttributes", redrive(arn("dead"), r#""3""#));
    let policy: Value =
        serde_json::from_str(attributes(&cloud, "q")["RedrivePolicy"].as_str().unwrap()).unwrap();
    assert_eq!(policy, json!({ "deadLetterTargetArn": arn("dead"), "maxReceiveCount": 3 }));
}

#[test]
fn wrong_calls_are_told_apart() {
    let cloud = sqs();
    create(&cloud, "q", json!({}));
    let new = |name: &str, attributes: Value| json!({ "QueueName": name, "Attributes": attributes });
    let set = |attributes: Value| on("q", json!({ "Attributes": attributes }));
    for (operation, members, code) in [
        ("CreateQueue", json!({}), "MissingParameter"),
        ("CreateQueue", new("a b", json!({})), "InvalidParameterValue"),
        ("CreateQueue", new("q.fifo", json!({})), "InvalidParameterValue"),
        ("CreateQueue", new("x", json!({ "FifoQueue": "true" })), "InvalidParameterValue"),
        ("CreateQueue", new("x", json!({ "FifoQueue": "false" })), "InvalidAttributeName"),
        ("CreateQueue", new("x", json!({ "ContentBasedDeduplication": "true" })), "InvalidAttributeName"),
        ("CreateQueue", new("x", json!({ "Nothing": "1" })), "InvalidAttributeName"),
        ("CreateQueue", new("x", json!({ "VisibilityTimeout": "43201" })), "InvalidAttributeValue"),
        ("CreateQueue", new("x", json!({ "DelaySeconds": "x" })), "InvalidAttributeValue"),
        ("CreateQueue", new("x", json!({ "Policy": "x" })), "InvalidAttributeValue"),
        (
            "CreateQueue",
            new("x", json!({ "KmsMasterKeyId": "k", "SqsManagedSseEnabled": "true" })),
            "InvalidParameterValue",
        ),
        (
            "CreateQueue",
            new("x.fifo", json!({ "FifoQueue": "true", "FifoThroughputLimit": "perMessageGroupId" })),
            "InvalidAttributeValue",
        ),
        ("SetQueueAttributes", set(json!({ "FifoQueue": "true" })), "InvalidAttributeName"),
        ("SetQueueAttributes", on("x", json!({ "Attributes": {} })), "QueueDoesNotExist"),
        ("GetQueueAttributes", on("q", json!({ "AttributeNames": ["Nothing"] })), "InvalidAttributeName"),
        ("GetQueueAttributes", json!({ "QueueUrl": "q" }), "InvalidAddress"),
        ("GetQueueAttributes", on("x", json!({ "AttributeNames": ["All"] })), "QueueDoesNotExist"),
        ("ListQueues", json!({ "MaxResults": 1001 }), "InvalidParameterValue"),
        ("ListQueues", json!({ "NextToken": "?" }), "InvalidParameterValue"),
        ("StartMessageMoveTask", json!({ "SourceArn": arn("q") }), "NotImplemented"),
    ] {
        assert_eq!(cloud.refused(operation, members.clone()).1, code, "{operation} {members}");
    }
    let error = cloud.err("GetQueueUrl", json!({}));
    assert_eq!(error.message, "The request must contain the parameter QueueName.");
    for elsewhere in [cloud.other_account(), cloud.in_region("eu-west-1")] {
        assert_eq!(elsewhere.refused("GetQueueUrl", json!({ "QueueName": "q" })).1, "QueueDoesNotExist");
    }
}
