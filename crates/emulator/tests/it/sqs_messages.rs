//! SQS's messages: sent, hidden, deleted, given up, and in order.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::sqs_queues::{arn, attributes, create, on, sqs};

fn send(cloud: &Cloud, name: &str, more: Value) -> Value {
    let mut members = on(name, json!({ "MessageBody": "hello" }));
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    cloud.ok("SendMessage", members).members
}

fn receive(cloud: &Cloud, name: &str, more: Value) -> Vec<Value> {
    let reply = cloud.ok("ReceiveMessage", on(name, more));
    reply.members["Messages"].as_array().cloned().unwrap_or_default()
}

fn bodies(messages: &[Value]) -> Vec<&str> {
    messages.iter().map(|message| message["Body"].as_str().unwrap()).collect()
}

fn all(cloud: &Cloud, name: &str) -> Vec<Value> {
    receive(cloud, name, json!({ "MaxNumberOfMessages": 10 }))
}

fn counts(cloud: &Cloud, name: &str) -> [String; 3] {
    let held = attributes(cloud, name);
    ["", "NotVisible", "Delayed"]
        .map(|kind| held[format!("ApproximateNumberOfMessages{kind}")].as_str().unwrap().to_owned())
}

/// With a queue `q`.
fn queue() -> Cloud {
    let cloud = sqs();
    create(&cloud, "q", json!({}));
    cloud
}

#[test]
fn every_member_of_a_message_is_kept() {
    let cloud = queue();
    let given = json!({
        "tenant": { "StringValue": "a", "DataType": "String" },
        "n": { "StringValue": "1", "DataType": "Number.int" },
        "blob": { "BinaryValue": "Ynl0ZXM=", "DataType": "Binary" },
    });
    let trace = json!({ "AWSTraceHeader": { "StringValue": "Root=1", "DataType": "String" } });
    let sent = send(
        &cloud,
        "q",
        json!({
            "MessageAttributes": given, "MessageSystemAttributes": trace, "MessageGroupId": "g", "DelaySeconds": 0,
        }),
    );
    // As a client computes them.
    assert_eq!(sent["MD5OfMessageBody"], "5d41402abc4b2a76b9719d911017c592");
    assert_eq!(sent["MD5OfMessageAttributes"], "7e53c5d3e2216d448eb81ee326d0eb06");
    assert_eq!(sent["MD5OfMessageSystemAttributes"], "d6619b3d47b81d3fc72c0db005a70eda");
    cloud.later(1);
    let asked = json!({ "MessageAttributeNames": ["All"], "MessageSystemAttributeNames": ["All"] });
    let message = receive(&cloud, "q", asked)[0].clone();
    assert_eq!(message["MessageId"], sent["MessageId"]);
    assert_eq!((&message["Body"], &message["MD5OfBody"]), (&json!("hello"), &sent["MD5OfMessageBody"]));
    assert_eq!(message["MessageAttributes"], given);
    assert_eq!(message["MD5OfMessageAttributes"], sent["MD5OfMessageAttributes"]);
    let expected = json!({
        "SenderId": "AIDAADA", "SentTimestamp": "1768471200000", "ApproximateReceiveCount": "1",
        "ApproximateFirstReceiveTimestamp": "1768471201000", "AWSTraceHeader": "Root=1", "MessageGroupId": "g",
    });
    assert_eq!(message["Attributes"], expected);
    cloud.later(30);
    let plain = receive(&cloud, "q", json!({}))[0].clone();
    assert_eq!((&plain["Attributes"], &plain["MessageAttributes"]), (&Value::Null, &Value::Null));
    cloud.later(30);
    let asked =
        json!({ "MessageAttributeNames": ["n.*", "x"], "AttributeNames": ["ApproximateReceiveCount"] });
    let some = receive(&cloud, "q", asked)[0].clone();
    assert_eq!(some["MessageAttributes"], json!({ "n": given["n"] }));
    assert_eq!(some["MD5OfMessageAttributes"], "750ab39764677e6976a138b26d56e5e8");
    assert_eq!(some["Attributes"], json!({ "ApproximateReceiveCount": "3" }));
}

#[test]
fn a_received_message_is_hidden_until_it_is_deleted() {
    let cloud = queue();
    send(&cloud, "q", json!({}));
    assert_eq!(counts(&cloud, "q"), ["1", "0", "0"]);
    let first = all(&cloud, "q")[0]["ReceiptHandle"].clone();
    assert_eq!(counts(&cloud, "q"), ["0", "1", "0"]);
    assert!(all(&cloud, "q").is_empty());
    cloud.later(29);
    assert!(all(&cloud, "q").is_empty());
    cloud.later(1);
    let fork = cloud.fork();
    let second = all(&cloud, "q")[0]["ReceiptHandle"].clone();
    assert_ne!(first, second);
    cloud.ok("DeleteMessage", on("q", json!({ "ReceiptHandle": first })));
    assert_eq!(counts(&cloud, "q"), ["0", "1", "0"]);
    for _ in 0..2 {
        cloud.ok("DeleteMessage", on("q", json!({ "ReceiptHandle": second })));
        assert_eq!(counts(&cloud, "q"), ["0", "0", "0"]);
    }
    assert_eq!(all(&fork, "q").len(), 1);
    for handle in ["x", "eCB5IHo"] {
        let members = on("q", json!({ "ReceiptHandle": handle }));
        assert_eq!(cloud.refused("DeleteMessage", members).1, "ReceiptHandleIsInvalid");
    }
    create(&cloud, "other", json!({}));
    let foreign = on("other", json!({ "ReceiptHandle": second }));
    assert_eq!(cloud.refused("DeleteMessage", foreign).1, "ReceiptHandleIsInvalid");
}

#[test]
fn how_long_a_message_is_hidden_is_changed() {
    let cloud = queue();
    send(&cloud, "q", json!({}));
    let handle = receive(&cloud, "q", json!({ "VisibilityTimeout": 100 }))[0]["ReceiptHandle"].clone();
    let change = |seconds: i64| on("q", json!({ "ReceiptHandle": handle, "VisibilityTimeout": seconds }));
    cloud.later(50);
    assert!(all(&cloud, "q").is_empty());
    cloud.ok("ChangeMessageVisibility", change(10));
    cloud.later(9);
    assert!(all(&cloud, "q").is_empty());
    cloud.ok("ChangeMessageVisibility", change(0));
    assert_eq!(cloud.refused("ChangeMessageVisibility", change(5)).1, "MessageNotInflight");
    let handle = all(&cloud, "q")[0]["ReceiptHandle"].clone();
    assert_eq!(cloud.refused("ChangeMessageVisibility", change(5)).1, "InvalidParameterValue");
    for seconds in [43_201, -1, 43_199] {
        let members = on("q", json!({ "ReceiptHandle": handle, "VisibilityTimeout": seconds }));
        assert_eq!(cloud.refused("ChangeMessageVisibility", members).1, "InvalidParameterValue", "{seconds}");
    }
}

#[test]
fn messages_are_delayed_and_expire() {
    let cloud = queue();
    create(&cloud, "slow", json!({ "DelaySeconds": "20", "MessageRetentionPeriod": "60" }));
    send(&cloud, "q", json!({ "DelaySeconds": 10 }));
    send(&cloud, "slow", json!({}));
    send(&cloud, "slow", json!({ "DelaySeconds": 0, "MessageBody": "now" }));
    assert_eq!(counts(&cloud, "q"), ["0", "0", "1"]);
    assert_eq!(bodies(&receive(&cloud, "slow", json!({ "VisibilityTimeout": 0 }))), ["now"]);
    cloud.later(10);
    assert_eq!(all(&cloud, "q").len(), 1);
    cloud.later(10);
    assert_eq!(counts(&cloud, "slow"), ["2", "0", "0"]);
    cloud.later(40);
    assert_eq!(counts(&cloud, "slow"), ["0", "0", "0"]);
    assert!(all(&cloud, "slow").is_empty());
}

#[test]
fn a_message_is_given_up_after_too_many_receives() {
    let cloud = sqs();
    create(&cloud, "dead", json!({}));
    let policy = format!(r#"{{"deadLetterTargetArn":"{}","maxReceiveCount":2}}"#, arn("dead"));
    create(&cloud, "q", json!({ "RedrivePolicy": policy, "VisibilityTimeout": "0" }));
    send(&cloud, "q", json!({}));
    for _ in 0..2 {
        assert_eq!(all(&cloud, "q").len(), 1);
        assert!(all(&cloud, "dead").is_empty());
    }
    assert!(all(&cloud, "q").is_empty());
    let asked = json!({ "AttributeNames": ["DeadLetterQueueSourceArn", "ApproximateReceiveCount"] });
    let dead = receive(&cloud, "dead", asked)[0].clone();
    assert_eq!(dead["Body"], "hello");
    let expected = json!({ "DeadLetterQueueSourceArn": arn("q"), "ApproximateReceiveCount": "3" });
    assert_eq!(dead["Attributes"], expected);
    cloud.ok("DeleteQueue", on("dead", json!({})));
    send(&cloud, "q", json!({}));
    for _ in 0..4 {
        assert_eq!(all(&cloud, "q").len(), 1);
    }
}

#[test]
fn groups_are_received_in_order() {
    let cloud = sqs();
    create(&cloud, "q.fifo", json!({ "FifoQueue": "true", "ContentBasedDeduplication": "true" }));
    let mut numbers = Vec::new();
    for (group, body) in [("a", "a1"), ("b", "b1"), ("a", "a2"), ("a", "a3")] {
        let sent = send(&cloud, "q.fifo", json!({ "MessageGroupId": group, "MessageBody": body }));
        numbers.push(sent["SequenceNumber"].as_str().unwrap().to_owned());
    }
    assert!(numbers.is_sorted() && numbers.iter().all(|number| number.len() == 20), "{numbers:?}");
    let first = receive(&cloud, "q.fifo", json!({ "AttributeNames": ["All"] }));
    assert_eq!(bodies(&first), ["a1"]);
    assert_eq!(first[0]["Attributes"]["SequenceNumber"], numbers[0]);
    // The rest of the group waits.
    assert_eq!(bodies(&all(&cloud, "q.fifo")), ["b1"]);
    cloud.ok("DeleteMessage", on("q.fifo", json!({ "ReceiptHandle": first[0]["ReceiptHandle"] })));
    let rest = all(&cloud, "q.fifo");
    assert_eq!(bodies(&rest), ["a2", "a3"]);
    cloud.later(30);
    let late = on("q.fifo", json!({ "ReceiptHandle": rest[0]["ReceiptHandle"] }));
    assert_eq!(cloud.refused("DeleteMessage", late).1, "InvalidParameterValue");
    assert_eq!(bodies(&all(&cloud, "q.fifo")), ["b1", "a2", "a3"]);
}

#[test]
fn a_fifo_queue_takes_a_message_once() {
    let cloud = sqs();
    create(&cloud, "q.fifo", json!({ "FifoQueue": "true" }));
    let members = |id: &str, body: &str, group: &str| json!({ "MessageGroupId": group, "MessageDeduplicationId": id, "MessageBody": body });
    let first = send(&cloud, "q.fifo", members("1", "a", "g"));
    cloud.later(299);
    let again = send(&cloud, "q.fifo", members("1", "b", "h"));
    assert_eq!(
        (&again["MessageId"], &again["SequenceNumber"]),
        (&first["MessageId"], &first["SequenceNumber"])
    );
    cloud.later(1);
    let later = send(&cloud, "q.fifo", members("1", "c", "g"));
    assert_ne!(later["MessageId"], first["MessageId"]);
    assert_eq!(bodies(&all(&cloud, "q.fifo")), ["a", "c"]);
    let scoped = json!({ "FifoQueue": "true", "DeduplicationScope": "messageGroup" });
    create(&cloud, "s.fifo", scoped);
    for group in ["g", "h", "g"] {
        send(&cloud, "s.fifo", members("1", group, group));
    }
    assert_eq!(bodies(&all(&cloud, "s.fifo")), ["g", "h"]);
}

#[test]
fn batches_tell_of_each_entry() {
    let cloud = queue();
    let batch = |entries: Value| on("q", json!({ "Entries": entries }));
    let entries = json!([
        { "Id": "1", "MessageBody": "a" },
        { "Id": "2", "MessageBody": "b", "DelaySeconds": 901 },
        { "Id": "3", "MessageBody": "c", "MessageAttributes": { "n": { "StringValue": "1", "DataType": "Number.int" } } },
    ]);
    let sent = cloud.ok("SendMessageBatch", batch(entries));
    assert_eq!(sent.column("Successful", "Id"), ["1", "3"]);
    assert_eq!(sent.members["Successful"][1]["MD5OfMessageAttributes"], "750ab39764677e6976a138b26d56e5e8");
    let failed = &sent.members["Failed"][0];
    assert_eq!(
        (&failed["Id"], &failed["Code"], &failed["SenderFault"]),
        (&json!("2"), &json!("InvalidParameterValue"), &json!(true))
    );
    let received = all(&cloud, "q");
    assert_eq!(bodies(&received), ["a", "c"]);
    let handles = |more: Value| {
        let entry = |(id, message): (usize, &Value)| {
            let mut entry = json!({ "Id": id.to_string(), "ReceiptHandle": message["ReceiptHandle"] });
            entry.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            entry
        };
        received.iter().enumerate().map(entry).collect::<Value>()
    };
    let changed =
        cloud.ok("ChangeMessageVisibilityBatch", batch(handles(json!({ "VisibilityTimeout": 60 }))));
    assert_eq!(changed.column("Successful", "Id"), ["0", "1"]);
    cloud.later(59);
    assert!(all(&cloud, "q").is_empty());
    let mut some = handles(json!({}));
    some[1]["ReceiptHandle"] = json!("x");
    let deleted = cloud.ok("DeleteMessageBatch", batch(some));
    assert_eq!(
        (deleted.column("Successful", "Id"), deleted.column("Failed", "Code")),
        (vec!["0"], vec!["ReceiptHandleIsInvalid"])
    );
    let eleven: Vec<Value> = (0..11).map(|id| json!({ "Id": id.to_string(), "MessageBody": "x" })).collect();
    let large = "x".repeat(600_000);
    for (entries, code) in [
        (json!([]), "EmptyBatchRequest"),
        (json!(eleven), "TooManyEntriesInBatchRequest"),
        (
            json!([{ "Id": "1", "MessageBody": "a" }, { "Id": "1", "MessageBody": "b" }]),
            "BatchEntryIdsNotDistinct",
        ),
        (json!([{ "Id": "a b", "MessageBody": "a" }]), "InvalidBatchEntryId"),
        (
            json!([{ "Id": "1", "MessageBody": large }, { "Id": "2", "MessageBody": large }]),
            "BatchRequestTooLong",
        ),
        (json!([{ "MessageBody": "a" }]), "MissingParameter"),
    ] {
        assert_eq!(cloud.refused("SendMessageBatch", batch(entries)).1, code);
    }
}

#[test]
fn a_queue_is_emptied_once_a_minute() {
    let cloud = queue();
    send(&cloud, "q", json!({}));
    cloud.ok("PurgeQueue", on("q", json!({})));
    assert_eq!(counts(&cloud, "q"), ["0", "0", "0"]);
    cloud.later(59);
    assert_eq!(cloud.refused("PurgeQueue", on("q", json!({}))).1, "PurgeQueueInProgress");
    cloud.later(1);
    cloud.ok("PurgeQueue", on("q", json!({})));
}

#[test]
fn a_key_that_cannot_be_used_stops_the_queue() {
    let cloud = sqs();
    let key = cloud.of("kms").ok("CreateKey", json!({})).members["KeyMetadata"]["KeyId"].clone();
    create(&cloud, "q", json!({ "KmsMasterKeyId": key }));
    send(&cloud, "q", json!({}));
    cloud.of("kms").ok("DisableKey", json!({ "KeyId": key }));
    let message = on("q", json!({ "MessageBody": "x" }));
    assert_eq!(cloud.refused("SendMessage", message).1, "KmsDisabled");
    assert_eq!(cloud.refused("ReceiveMessage", on("q", json!({}))).1, "KmsDisabled");
    create(&cloud, "lost", json!({ "KmsMasterKeyId": "alias/none" }));
    assert_eq!(cloud.refused("SendMessage", on("lost", json!({ "MessageBody": "x" }))).1, "KmsNotFound");
    create(&cloud, "own", json!({ "KmsMasterKeyId": "alias/aws/sqs" }));
    send(&cloud, "own", json!({}));
}

#[test]
fn wrong_messages_are_told_apart() {
    let cloud = queue();
    create(&cloud, "q.fifo", json!({ "FifoQueue": "true" }));
    create(&cloud, "small", json!({ "MaximumMessageSize": "1024" }));
    let with = |attribute: Value| json!({ "MessageAttributes": { "a": attribute } });
    let named =
        |name: &str| json!({ "MessageAttributes": { name: { "StringValue": "x", "DataType": "String" } } });
    let many: Value =
        (0..11).map(|n| (format!("a{n}"), json!({ "StringValue": "x", "DataType": "String" }))).collect();
    let invalid = "InvalidParameterValue";
    for (queue, more, code) in [
        ("q", json!({ "MessageBody": "" }), "MissingParameter"),
        ("q", json!({ "MessageBody": "\u{1}" }), "InvalidMessageContents"),
        ("small", json!({ "MessageBody": "x".repeat(1025) }), invalid),
        ("q", json!({ "DelaySeconds": 901 }), invalid),
        ("q", json!({ "MessageDeduplicationId": "x" }), invalid),
        ("q", json!({ "MessageAttributes": many }), invalid),
        ("q", with(json!({ "StringValue": "x", "DataType": "Text" })), invalid),
        ("q", with(json!({ "StringValue": "", "DataType": "String" })), invalid),
        ("q", with(json!({ "StringValue": "x", "DataType": "Binary" })), invalid),
        ("q", with(json!({ "StringValue": "x", "DataType": "Number" })), invalid),
        ("q", with(json!({ "StringListValues": ["x"], "DataType": "String" })), "UnsupportedOperation"),
        ("q", named("AWS.x"), invalid),
        ("q", named("a b"), invalid),
        (
            "q",
            json!({ "MessageSystemAttributes": { "x": { "StringValue": "x", "DataType": "String" } } }),
            invalid,
        ),
        ("q.fifo", json!({}), "MissingParameter"),
        ("q.fifo", json!({ "MessageGroupId": "g" }), invalid),
        (
            "q.fifo",
            json!({ "MessageGroupId": "g", "MessageDeduplicationId": "d", "DelaySeconds": 1 }),
            invalid,
        ),
        ("q.fifo", json!({ "MessageGroupId": "g h", "MessageDeduplicationId": "d" }), invalid),
        ("x", json!({}), "QueueDoesNotExist"),
    ] {
        let mut members = on(queue, json!({ "MessageBody": "hello" }));
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(cloud.refused("SendMessage", members).1, code, "{queue} {more}");
    }
    for more in [
        json!({ "MaxNumberOfMessages": 11 }),
        json!({ "VisibilityTimeout": 43_201 }),
        json!({ "WaitTimeSeconds": 21 }),
    ] {
        assert_eq!(cloud.refused("ReceiveMessage", on("q", more)).1, invalid);
    }
    let attempt = on("q.fifo", json!({ "ReceiveRequestAttemptId": "x" }));
    assert_eq!(cloud.refused("ReceiveMessage", attempt).1, "NotImplemented");
}
