//! Streams: what is said of them and what can be set.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

pub fn cloud() -> Cloud {
    Cloud::new().of("kinesis")
}

pub fn on(name: &str) -> Value {
    json!({ "StreamName": name })
}

pub fn with(name: &str, more: Value) -> Value {
    let mut members = on(name);
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

pub fn create(cloud: &Cloud, name: &str, shards: u32) -> String {
    cloud.ok("CreateStream", with(name, json!({ "ShardCount": shards })));
    format!("arn:aws:kinesis:{}:{}:stream/{name}", cloud.region, cloud.account)
}

fn summary(cloud: &Cloud, name: &str) -> Value {
    cloud.ok("DescribeStreamSummary", on(name)).members["StreamDescriptionSummary"].clone()
}

#[test]
fn every_member_of_a_new_stream_is_given_back() {
    let cloud = cloud();
    cloud.ok(
        "CreateStream",
        json!({
            "StreamName": "calls", "StreamModeDetails": { "StreamMode": "ON_DEMAND" },
            "Tags": { "team": "data" }, "WarmThroughputMiBps": 100, "MaxRecordSizeInKiB": 2048,
        }),
    );
    let arn = format!("arn:aws:kinesis:eu-west-2:{ACCOUNT}:stream/calls");
    let mut said = json!({
        "StreamName": "calls", "StreamARN": arn, "StreamStatus": "ACTIVE",
        "StreamModeDetails": { "StreamMode": "ON_DEMAND" }, "StreamCreationTimestamp": "2026-01-15T10:00:00Z",
        "RetentionPeriodHours": 24, "EnhancedMonitoring": [{ "ShardLevelMetrics": [] }],
        "EncryptionType": "NONE",
    });
    let mut described = cloud.ok("DescribeStream", on("calls")).members["StreamDescription"].clone();
    assert_eq!(described["Shards"].as_array().unwrap().len(), 4);
    described.as_object_mut().unwrap().remove("Shards");
    let mut expected = said.clone();
    expected["HasMoreShards"] = json!(false);
    assert_eq!(described, expected);
    let summed = said.as_object_mut().unwrap();
    summed.insert("OpenShardCount".to_owned(), json!(4));
    summed.insert("ConsumerCount".to_owned(), json!(0));
    summed.insert("MaxRecordSizeInKiB".to_owned(), json!(2048));
    summed.insert("WarmThroughput".to_owned(), json!({ "TargetMiBps": 100, "CurrentMiBps": 100 }));
    assert_eq!(summary(&cloud, "calls"), said);
    let tags = cloud.ok("ListTagsForStream", json!({ "StreamARN": arn }));
    assert_eq!(tags.members, json!({ "Tags": [{ "Key": "team", "Value": "data" }], "HasMoreTags": false }));
    let limits = cloud.ok("DescribeLimits", json!({})).members;
    assert_eq!((&limits["OnDemandStreamCount"], &limits["OpenShardCount"]), (&json!(1), &json!(0)));
}

#[test]
fn streams_are_listed_in_pages_and_deleted() {
    let cloud = cloud();
    for name in ["c", "a", "b"] {
        create(&cloud, name, 1);
    }
    let page = cloud.ok("ListStreams", json!({ "Limit": 2 }));
    assert_eq!(page.members["StreamNames"], json!(["a", "b"]));
    assert_eq!(page.members["HasMoreStreams"], true);
    assert_eq!(page.column("StreamSummaries", "StreamName"), ["a", "b"]);
    for next in [json!({ "NextToken": page.text("NextToken") }), json!({ "ExclusiveStartStreamName": "b" })] {
        let rest = cloud.ok("ListStreams", next).members;
        assert_eq!((&rest["StreamNames"], &rest["HasMoreStreams"]), (&json!(["c"]), &json!(false)));
    }
    cloud.ok("DeleteStream", on("a"));
    assert_eq!(cloud.refused("DescribeStream", on("a")).1, "ResourceNotFoundException");
    assert_eq!(cloud.ok("ListStreams", json!({})).members["StreamNames"], json!(["b", "c"]));
}

#[test]
fn wrong_calls_are_told_apart() {
    let cloud = cloud();
    let arn = create(&cloud, "a", 2);
    let on_demand = json!({ "StreamMode": "ON_DEMAND" });
    for (operation, members, code) in [
        ("CreateStream", json!({ "ShardCount": 1 }), "ValidationException"),
        ("CreateStream", json!({ "StreamName": "a b", "ShardCount": 1 }), "ValidationException"),
        ("CreateStream", json!({ "StreamName": "b", "ShardCount": 0 }), "ValidationException"),
        ("CreateStream", json!({ "StreamName": "b" }), "ValidationException"),
        (
            "CreateStream",
            json!({ "StreamName": "b", "ShardCount": 1, "StreamModeDetails": on_demand }),
            "ValidationException",
        ),
        ("CreateStream", json!({ "StreamName": "b", "ShardCount": 6001 }), "LimitExceededException"),
        ("CreateStream", json!({ "StreamName": "a", "ShardCount": 1 }), "ResourceInUseException"),
        (
            "CreateStream",
            json!({ "StreamName": "b", "ShardCount": 1, "Tags": { "aws:x": "" } }),
            "InvalidArgumentException",
        ),
        ("DescribeStream", json!({}), "InvalidArgumentException"),
        ("DescribeStream", json!({ "StreamName": "b", "StreamARN": arn }), "InvalidArgumentException"),
        ("DescribeStream", on("b"), "ResourceNotFoundException"),
        ("DescribeStream", json!({ "StreamARN": "arn:aws:s3:::a" }), "InvalidArgumentException"),
        ("IncreaseStreamRetentionPeriod", on("a"), "ValidationException"),
        (
            "IncreaseStreamRetentionPeriod",
            with("a", json!({ "RetentionPeriodHours": 8761 })),
            "InvalidArgumentException",
        ),
        (
            "DecreaseStreamRetentionPeriod",
            with("a", json!({ "RetentionPeriodHours": 23 })),
            "InvalidArgumentException",
        ),
        (
            "DecreaseStreamRetentionPeriod",
            with("a", json!({ "RetentionPeriodHours": 48 })),
            "InvalidArgumentException",
        ),
        (
            "StartStreamEncryption",
            with("a", json!({ "EncryptionType": "NONE", "KeyId": "alias/aws/kinesis" })),
            "InvalidArgumentException",
        ),
        (
            "StartStreamEncryption",
            with("a", json!({ "EncryptionType": "KMS", "KeyId": "alias/none" })),
            "KMSNotFoundException",
        ),
        (
            "EnableEnhancedMonitoring",
            with("a", json!({ "ShardLevelMetrics": ["Speed"] })),
            "ValidationException",
        ),
        ("GetResourcePolicy", json!({ "ResourceARN": arn }), "ResourceNotFoundException"),
        ("PutResourcePolicy", json!({ "ResourceARN": arn, "Policy": "[" }), "InvalidArgumentException"),
    ] {
        assert_eq!(cloud.refused(operation, members.clone()), (400, code.into()), "{operation} {members}");
    }
    for (operation, members, name) in [
        (
            "CreateStream",
            json!({ "StreamName": "b", "ShardCount": 1, "RecordDistributionStrategy": "x" }),
            "RecordDistributionStrategy",
        ),
        ("DescribeStream", with("a", json!({ "StreamId": "x" })), "StreamId"),
        ("ListChannels", json!({}), "ListChannels"),
    ] {
        let error = cloud.err(operation, members);
        assert_eq!((error.status, error.message.contains(name)), (501, true), "{error}");
    }
}

#[test]
fn settings_are_changed_and_read_back() {
    let cloud = cloud();
    let arn = create(&cloud, "a", 1);
    cloud.ok("IncreaseStreamRetentionPeriod", with("a", json!({ "RetentionPeriodHours": 168 })));
    assert_eq!(summary(&cloud, "a")["RetentionPeriodHours"], 168);
    cloud.ok("DecreaseStreamRetentionPeriod", with("a", json!({ "RetentionPeriodHours": 48 })));
    assert_eq!(summary(&cloud, "a")["RetentionPeriodHours"], 48);
    let key = json!({ "EncryptionType": "KMS", "KeyId": "alias/aws/kinesis" });
    cloud.ok("StartStreamEncryption", with("a", key.clone()));
    let said = summary(&cloud, "a");
    assert_eq!((&said["EncryptionType"], &said["KeyId"]), (&json!("KMS"), &json!("alias/aws/kinesis")));
    cloud.ok("StopStreamEncryption", with("a", key));
    let said = summary(&cloud, "a");
    assert_eq!((&said["EncryptionType"], &said["KeyId"]), (&json!("NONE"), &Value::Null));
    let metrics = |operation: &str, names: Value| {
        let reply = cloud.ok(operation, with("a", json!({ "ShardLevelMetrics": names })));
        assert_eq!(reply.text("StreamARN"), arn);
        reply.members["DesiredShardLevelMetrics"].clone()
    };
    let two = json!(["IncomingBytes", "OutgoingBytes"]);
    assert_eq!(metrics("EnableEnhancedMonitoring", two.clone()), two);
    assert_eq!(metrics("DisableEnhancedMonitoring", json!(["IncomingBytes"])), json!(["OutgoingBytes"]));
    assert_eq!(
        summary(&cloud, "a")["EnhancedMonitoring"],
        json!([{ "ShardLevelMetrics": ["OutgoingBytes"] }])
    );
    assert_eq!(metrics("EnableEnhancedMonitoring", json!(["ALL"])).as_array().unwrap().len(), 7);
    assert_eq!(metrics("DisableEnhancedMonitoring", json!(["ALL"])), json!([]));
    cloud.ok("UpdateMaxRecordSize", json!({ "StreamARN": arn, "MaxRecordSizeInKiB": 4096 }));
    assert_eq!(summary(&cloud, "a")["MaxRecordSizeInKiB"], 4096);
    let mode = |mode: &str| json!({ "StreamARN": arn, "StreamModeDetails": { "StreamMode": mode } });
    cloud.ok("UpdateStreamMode", mode("ON_DEMAND"));
    cloud.ok("UpdateStreamMode", mode("PROVISIONED"));
    assert_eq!(cloud.refused("UpdateStreamMode", mode("ON_DEMAND")).1, "LimitExceededException");
    cloud.later(86_400);
    cloud.ok("UpdateStreamMode", mode("ON_DEMAND"));
    assert_eq!(summary(&cloud, "a")["StreamModeDetails"], json!({ "StreamMode": "ON_DEMAND" }));
    let count = with("a", json!({ "TargetShardCount": 2, "ScalingType": "UNIFORM_SCALING" }));
    assert_eq!(cloud.refused("UpdateShardCount", count).1, "ValidationException");
}

#[test]
fn tags_are_those_of_both_ways_to_set_them() {
    let cloud = cloud();
    let arn = create(&cloud, "a", 1);
    cloud.ok("AddTagsToStream", with("a", json!({ "Tags": { "b": "1", "c": "2" } })));
    cloud.ok("TagResource", json!({ "ResourceARN": arn, "Tags": { "a": "3", "b": "4" } }));
    cloud.ok("RemoveTagsFromStream", with("a", json!({ "TagKeys": ["c"] })));
    let tag = |key: &str, value: &str| json!({ "Key": key, "Value": value });
    let listed = cloud.ok("ListTagsForResource", json!({ "ResourceARN": arn }));
    assert_eq!(listed.members["Tags"], json!([tag("a", "3"), tag("b", "4")]));
    let page = cloud.ok("ListTagsForStream", with("a", json!({ "Limit": 1 })));
    assert_eq!(page.members, json!({ "Tags": [tag("a", "3")], "HasMoreTags": true }));
    let rest = cloud.ok("ListTagsForStream", with("a", json!({ "ExclusiveStartTagKey": "a" })));
    assert_eq!(rest.members, json!({ "Tags": [tag("b", "4")], "HasMoreTags": false }));
    cloud.ok("UntagResource", json!({ "ResourceARN": arn, "TagKeys": ["a", "b"] }));
    assert_eq!(cloud.ok("ListTagsForResource", json!({ "ResourceARN": arn })).members["Tags"], json!([]));
}

#[test]
fn consumers_have_tags_and_policies_of_their_own() {
    let cloud = cloud();
    let arn = create(&cloud, "a", 1);
    let named = json!({ "StreamARN": arn, "ConsumerName": "reader" });
    let mut members = named.clone();
    members["Tags"] = json!({ "team": "data" });
    let made = cloud.ok("RegisterStreamConsumer", members).members["Consumer"].clone();
    let consumer = made["ConsumerARN"].as_str().unwrap().to_owned();
    assert_eq!(consumer, format!("{arn}/consumer/reader:1768471200"));
    let mut said = json!({
        "ConsumerName": "reader", "ConsumerARN": consumer, "ConsumerStatus": "ACTIVE",
        "ConsumerCreationTimestamp": "2026-01-15T10:00:00Z",
    });
    assert_eq!(made, said);
    let list = cloud.ok("ListStreamConsumers", json!({ "StreamARN": arn }));
    assert_eq!(list.members, json!({ "Consumers": [said] }));
    said["StreamARN"] = json!(arn);
    for members in [named.clone(), json!({ "ConsumerARN": consumer })] {
        let described = cloud.ok("DescribeStreamConsumer", members);
        assert_eq!(described.members["ConsumerDescription"], said);
    }
    let tags = cloud.ok("ListTagsForResource", json!({ "ResourceARN": consumer }));
    assert_eq!(tags.members["Tags"], json!([{ "Key": "team", "Value": "data" }]));
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    cloud.ok("PutResourcePolicy", json!({ "ResourceARN": consumer, "Policy": policy }));
    assert_eq!(cloud.ok("GetResourcePolicy", json!({ "ResourceARN": consumer })).text("Policy"), policy);
    assert_eq!(
        cloud.refused("GetResourcePolicy", json!({ "ResourceARN": arn })).1,
        "ResourceNotFoundException"
    );
    cloud.ok("PutResourcePolicy", json!({ "ResourceARN": arn, "Policy": policy }));
    cloud.ok("DeleteResourcePolicy", json!({ "ResourceARN": arn }));
    assert_eq!(
        cloud.refused("DeleteResourcePolicy", json!({ "ResourceARN": arn })).1,
        "ResourceNotFoundException"
    );

    assert_eq!(cloud.refused("RegisterStreamConsumer", named.clone()).1, "ResourceInUseException");
    assert_eq!(cloud.refused("DeleteStream", on("a")).1, "ResourceInUseException");
    for n in 0..19 {
        cloud.ok("RegisterStreamConsumer", json!({ "StreamARN": arn, "ConsumerName": format!("c{n}") }));
    }
    let more = json!({ "StreamARN": arn, "ConsumerName": "more" });
    assert_eq!(cloud.refused("RegisterStreamConsumer", more).1, "LimitExceededException");
    cloud.ok("DeregisterStreamConsumer", named.clone());
    assert_eq!(cloud.refused("DescribeStreamConsumer", named).1, "ResourceNotFoundException");
    assert_eq!(summary(&cloud, "a")["ConsumerCount"], 19);
    cloud.ok("DeleteStream", with("a", json!({ "EnforceConsumerDeletion": true })));
}

#[test]
fn accounts_regions_and_forks_are_apart() {
    let cloud = cloud();
    let arn = create(&cloud, "a", 1);
    let copy = cloud.fork();
    create(&copy, "b", 1);
    copy.ok("IncreaseStreamRetentionPeriod", with("a", json!({ "RetentionPeriodHours": 48 })));
    assert_eq!(cloud.refused("DescribeStream", on("b")).1, "ResourceNotFoundException");
    assert_eq!(summary(&cloud, "a")["RetentionPeriodHours"], 24);
    for elsewhere in [cloud.other_account(), cloud.in_region("us-east-1")] {
        for members in [on("a"), json!({ "StreamARN": arn })] {
            assert_eq!(elsewhere.refused("DescribeStream", members).1, "ResourceNotFoundException");
        }
        create(&elsewhere, "a", 1);
        assert_eq!(elsewhere.ok("ListStreams", json!({})).members["StreamNames"], json!(["a"]));
    }
}
