//! Streams.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::dynamodb::{definition, item, key, parts, put, table, with};

/// All records of a stream from its beginning.
pub fn read(cloud: &Cloud, stream: &str) -> Vec<Value> {
    records(cloud, &iterator(cloud, stream, json!({ "ShardIteratorType": "TRIM_HORIZON" }))).0
}

fn shard(cloud: &Cloud, stream: &str) -> Value {
    let described = cloud.ok("DescribeStream", json!({ "StreamArn": stream }));
    described.members["StreamDescription"]["Shards"][0].clone()
}

fn iterator(cloud: &Cloud, stream: &str, more: Value) -> String {
    let members = json!({ "StreamArn": stream, "ShardId": shard(cloud, stream)["ShardId"] });
    cloud.ok("GetShardIterator", with(members, more)).text("ShardIterator").to_owned()
}

fn records(cloud: &Cloud, iterator: &str) -> (Vec<Value>, Option<String>) {
    let reply = cloud.ok("GetRecords", json!({ "ShardIterator": iterator })).members;
    let next = reply["NextShardIterator"].as_str().map(str::to_owned);
    (reply["Records"].as_array().unwrap().clone(), next)
}

fn watched(view: &str) -> (Cloud, String) {
    let cloud = Cloud::new();
    let stream = json!({ "StreamEnabled": true, "StreamViewType": view });
    let made = cloud.ok("CreateTable", with(definition("orders"), json!({ "StreamSpecification": stream })));
    let stream = made.members["TableDescription"]["LatestStreamArn"].as_str().unwrap().to_owned();
    (cloud, stream)
}

fn change(cloud: &Cloud, enabled: bool) -> Value {
    let mut stream = json!({ "StreamEnabled": enabled });
    if enabled {
        stream["StreamViewType"] = json!("NEW_IMAGE");
    }
    let members = json!({ "TableName": "orders", "StreamSpecification": stream });
    cloud.ok("UpdateTable", members).members["TableDescription"].clone()
}

#[test]
fn changes_are_recorded_as_the_view_says() {
    for (view, images) in [
        ("KEYS_ONLY", (false, false)),
        ("NEW_IMAGE", (true, false)),
        ("OLD_IMAGE", (false, true)),
        ("NEW_AND_OLD_IMAGES", (true, true)),
    ] {
        let (cloud, stream) = watched(view);
        put(&cloud, item("a", 1, json!({ "v": { "N": "1" } })));
        put(&cloud, item("a", 1, json!({ "v": { "N": "2" } })));
        cloud.ok("DeleteItem", json!({ "TableName": "orders", "Key": key("a", 1) }));
        let records = read(&cloud, &stream);
        let names: Vec<_> = records.iter().map(|record| record["eventName"].as_str().unwrap()).collect();
        assert_eq!(names, ["INSERT", "MODIFY", "REMOVE"]);
        let modify = &records[1];
        assert_eq!(
            (&modify["eventSource"], &modify["awsRegion"]),
            (&json!("aws:dynamodb"), &json!("eu-west-2"))
        );
        let change = &modify["dynamodb"];
        assert_eq!((&change["Keys"], &change["StreamViewType"]), (&key("a", 1), &json!(view)));
        assert_eq!(change["ApproximateCreationDateTime"], "2026-01-15T10:00:00Z");
        let seen = |image: &str, v: &str, seen: bool| {
            let wanted = if seen { item("a", 1, json!({ "v": { "N": v } })) } else { Value::Null };
            assert_eq!(change[image], wanted, "{image} of {view}");
        };
        seen("NewImage", "2", images.0);
        seen("OldImage", "1", images.1);
    }
}

#[test]
fn iterators_begin_where_they_are_told() {
    let (cloud, stream) = watched("KEYS_ONLY");
    for at in 1..=3 {
        put(&cloud, key("a", at));
    }
    let all = read(&cloud, &stream);
    let number = |at: usize| all[at]["dynamodb"]["SequenceNumber"].clone();
    let from = |more: Value| records(&cloud, &iterator(&cloud, &stream, more)).0;
    assert_eq!(
        from(json!({ "ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": number(1) })),
        all[1..]
    );
    assert_eq!(
        from(json!({ "ShardIteratorType": "AFTER_SEQUENCE_NUMBER", "SequenceNumber": number(1) })),
        all[2..]
    );
    let latest = iterator(&cloud, &stream, json!({ "ShardIteratorType": "LATEST" }));
    assert!(latest.starts_with(&stream), "{latest}");
    let (none, next) = records(&cloud, &latest);
    assert_eq!(none, Vec::<Value>::new());
    put(&cloud, key("a", 4));
    let (news, next) = records(&cloud, &next.unwrap());
    assert_eq!(news[0]["dynamodb"]["Keys"], key("a", 4));
    assert_eq!(records(&cloud, &next.unwrap()).0, Vec::<Value>::new());
    let start = iterator(&cloud, &stream, json!({ "ShardIteratorType": "TRIM_HORIZON" }));
    let page = cloud.ok("GetRecords", json!({ "ShardIterator": start, "Limit": 2 })).members;
    assert_eq!(page["Records"], json!(all[..2]));
    assert_eq!(records(&cloud, page["NextShardIterator"].as_str().unwrap()).0[0], all[2]);
}

#[test]
fn wrong_iterators_are_refused() {
    let (cloud, stream) = watched("KEYS_ONLY");
    put(&cloud, key("a", 1));
    let id = shard(&cloud, &stream)["ShardId"].clone();
    let members = |more: Value| {
        with(json!({ "StreamArn": stream, "ShardId": id, "ShardIteratorType": "TRIM_HORIZON" }), more)
    };
    for (change, code) in [
        (json!({ "ShardId": "shardId-00000000000000000000-none" }), "ResourceNotFoundException"),
        (json!({ "StreamArn": format!("{stream}0") }), "ResourceNotFoundException"),
        (json!({ "StreamArn": stream.replace("orders", "none") }), "ResourceNotFoundException"),
        (json!({ "ShardIteratorType": "FIRST" }), "ValidationException"),
        (json!({ "ShardIteratorType": "AT_SEQUENCE_NUMBER" }), "ValidationException"),
        (json!({ "SequenceNumber": "1".repeat(21) }), "ValidationException"),
        (json!({ "ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "1" }), "ValidationException"),
        (
            json!({ "ShardIteratorType": "AT_SEQUENCE_NUMBER", "SequenceNumber": "100000000000000000000" }),
            "TrimmedDataAccessException",
        ),
    ] {
        assert_eq!(cloud.refused("GetShardIterator", members(change.clone())).1, code, "{change}");
    }
    let kept = iterator(&cloud, &stream, json!({ "ShardIteratorType": "TRIM_HORIZON" }));
    for wrong in ["x", &kept[..kept.len() - 4], &stream] {
        assert_eq!(
            cloud.refused("GetRecords", json!({ "ShardIterator": wrong })).1,
            "ValidationException",
            "{wrong}"
        );
    }
    assert_eq!(
        cloud.refused("GetRecords", json!({ "ShardIterator": kept, "Limit": 0 })).1,
        "ValidationException"
    );
    cloud.later(15 * 60 + 1);
    assert_eq!(cloud.refused("GetRecords", json!({ "ShardIterator": kept })).1, "ExpiredIteratorException");
}

#[test]
fn records_last_a_day() {
    let (cloud, stream) = watched("KEYS_ONLY");
    put(&cloud, key("a", 1));
    cloud.later(12 * 3600);
    put(&cloud, key("a", 2));
    cloud.later(12 * 3600);
    let left = read(&cloud, &stream);
    assert_eq!(left.len(), 1);
    assert_eq!(left[0]["dynamodb"]["Keys"], key("a", 2));
}

#[test]
fn a_stream_that_was_turned_off_can_be_read_for_a_day() {
    let (cloud, first) = watched("KEYS_ONLY");
    put(&cloud, key("a", 1));
    assert_eq!(shard(&cloud, &first)["SequenceNumberRange"].as_object().unwrap().len(), 1);
    let again = json!({ "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" });
    let error = cloud.err("UpdateTable", json!({ "TableName": "orders", "StreamSpecification": again }));
    let text = "Table already has an enabled stream: TableName: orders";
    assert_eq!(parts(&error), (400, "ValidationException", text));

    let off = change(&cloud, false);
    assert_eq!((&off["StreamSpecification"], &off["LatestStreamArn"]), (&Value::Null, &json!(first)));
    put(&cloud, key("a", 2));
    let nothing = json!({ "TableName": "orders", "StreamSpecification": { "StreamEnabled": false } });
    assert_eq!(cloud.refused("UpdateTable", nothing).1, "ValidationException");
    let second = change(&cloud, true)["LatestStreamArn"].as_str().unwrap().to_owned();
    assert_ne!(second, first);
    put(&cloud, key("a", 3));

    let described =
        cloud.ok("DescribeStream", json!({ "StreamArn": first })).members["StreamDescription"].clone();
    assert_eq!(
        (&described["StreamStatus"], &described["StreamViewType"]),
        (&json!("DISABLED"), &json!("KEYS_ONLY"))
    );
    let start = iterator(&cloud, &first, json!({ "ShardIteratorType": "TRIM_HORIZON" }));
    let (old, next) = records(&cloud, &start);
    let keys = |records: &[Value]| {
        records.iter().map(|record| record["dynamodb"]["Keys"].clone()).collect::<Vec<_>>()
    };
    assert_eq!((keys(&old), next), (vec![key("a", 1)], None));
    assert_eq!(keys(&read(&cloud, &second)), [key("a", 3)]);
    let range = shard(&cloud, &first)["SequenceNumberRange"].clone();
    assert_eq!(range["EndingSequenceNumber"], old[0]["dynamodb"]["SequenceNumber"]);

    let listed = || {
        cloud.ok("ListStreams", json!({ "TableName": "orders" })).members["Streams"].as_array().unwrap().len()
    };
    assert_eq!(listed(), 2);
    cloud.later(24 * 3600);
    assert_eq!(listed(), 1);
    assert_eq!(cloud.refused("DescribeStream", json!({ "StreamArn": first })).1, "ResourceNotFoundException");
}

#[test]
fn streams_are_described_and_listed() {
    let (cloud, stream) = watched("NEW_IMAGE");
    let second = json!({ "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" } });
    cloud.ok("CreateTable", with(definition("events"), second));
    cloud.ok("CreateTable", definition("quiet"));
    let described =
        cloud.ok("DescribeStream", json!({ "StreamArn": stream })).members["StreamDescription"].clone();
    let label = "2026-01-15T10:00:00.000";
    assert_eq!(stream, format!("arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/orders/stream/{label}"));
    let wanted = json!({
        "StreamArn": stream,
        "StreamLabel": label,
        "StreamStatus": "ENABLED",
        "StreamViewType": "NEW_IMAGE",
        "CreationRequestDateTime": "2026-01-15T10:00:00Z",
        "TableName": "orders",
        "KeySchema": table(&cloud, "orders")["KeySchema"],
        "Shards": described["Shards"],
    });
    assert_eq!(described, wanted);
    let first = cloud.ok("ListStreams", json!({ "Limit": 1 })).members;
    assert_eq!(first["Streams"][0]["TableName"], "events");
    let rest = cloud
        .ok("ListStreams", json!({ "ExclusiveStartStreamArn": first["LastEvaluatedStreamArn"] }))
        .members;
    assert_eq!(
        rest,
        json!({ "Streams": [{ "StreamArn": stream, "TableName": "orders", "StreamLabel": label }] })
    );
    assert_eq!(cloud.other_account().ok("ListStreams", json!({})).members, json!({ "Streams": [] }));
    assert_eq!(
        cloud.other_account().ok("DescribeStream", json!({ "StreamArn": stream })).members["StreamDescription"]
            ["StreamLabel"],
        label
    );
}
