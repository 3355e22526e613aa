//! Shards: their ranges, how they are split and merged, how they are listed.

use serde_json::{Value, json};
use stackproof_emulator::iterator_stream;

use crate::cloud::Cloud;
use crate::kinesis_records::{SHARD, iterator, put};
use crate::kinesis_streams::{cloud, create, on, with};

fn shards(cloud: &Cloud) -> Vec<Value> {
    cloud.ok("DescribeStream", on("a")).members["StreamDescription"]["Shards"].as_array().unwrap().clone()
}

/// The first and last hash key of each open shard, sorted.
fn ranges(cloud: &Cloud) -> Vec<(u128, u128)> {
    let key = |shard: &Value, name: &str| shard["HashKeyRange"][name].as_str().unwrap().parse().unwrap();
    let open = |shard: &&Value| shard["SequenceNumberRange"]["EndingSequenceNumber"].is_null();
    let shards = shards(cloud);
    let open = shards.iter().filter(open);
    let mut ranges: Vec<_> =
        open.map(|shard| (key(shard, "StartingHashKey"), key(shard, "EndingHashKey"))).collect();
    ranges.sort();
    ranges
}

fn listed(cloud: &Cloud, members: Value) -> Vec<u32> {
    let reply = cloud.ok("ListShards", members);
    reply.column("Shards", "ShardId").iter().map(|id| id[8..].parse().unwrap()).collect()
}

fn filtered(cloud: &Cloud, filter: Value) -> Vec<u32> {
    listed(cloud, with("a", json!({ "ShardFilter": filter })))
}

#[test]
fn new_shards_share_the_hash_keys_as_aws_does() {
    for (count, ends) in [
        (1, vec!["340282366920938463463374607431768211455"]),
        (2, vec!["170141183460469231731687303715884105727", "340282366920938463463374607431768211455"]),
        (
            3,
            vec![
                "113427455640312821154458202477256070484",
                "226854911280625642308916404954512140969",
                "340282366920938463463374607431768211455",
            ],
        ),
    ] {
        let cloud = cloud();
        create(&cloud, "a", count);
        let found: Vec<_> = ranges(&cloud).iter().map(|range| range.1.to_string()).collect();
        assert_eq!(found, ends);
        assert_eq!(ranges(&cloud)[0].0, 0);
    }
}

#[test]
fn a_split_shard_is_read_to_its_end_and_leads_to_its_children() {
    let cloud = cloud();
    let arn = create(&cloud, "a", 1);
    put(&cloud, "AQ==");
    let start = iterator(&cloud, SHARD, "TRIM_HORIZON", json!({}));
    let split =
        |key: u128| with("a", json!({ "ShardToSplit": SHARD, "NewStartingHashKey": key.to_string() }));
    for key in [0, 1, u128::MAX] {
        assert_eq!(cloud.refused("SplitShard", split(key)).1, "InvalidArgumentException", "{key}");
    }
    cloud.ok("SplitShard", split(1000));
    assert_eq!(ranges(&cloud), [(0, 999), (1000, u128::MAX)]);
    let all = shards(&cloud);
    assert_eq!((&all[1]["ParentShardId"], &all[2]["ParentShardId"]), (&json!(SHARD), &json!(SHARD)));
    let read = cloud.ok("GetRecords", json!({ "ShardIterator": start }));
    assert_eq!(read.column("Records", "Data"), ["AQ=="]);
    assert_eq!(read.members["NextShardIterator"], Value::Null);
    assert_eq!(
        read.members["ChildShards"][0],
        json!({
            "ShardId": "shardId-000000000001", "ParentShards": [SHARD],
            "HashKeyRange": { "StartingHashKey": "0", "EndingHashKey": "999" },
        })
    );
    assert_eq!(cloud.refused("SplitShard", split(1000)).1, "InvalidArgumentException");
    let missing = with("a", json!({ "ShardToSplit": "shardId-000000000009", "NewStartingHashKey": "5" }));
    assert_eq!(cloud.refused("SplitShard", missing).1, "ResourceNotFoundException");
    put(&cloud, "Ag==");
    let page = cloud.ok("ListShards", json!({ "StreamARN": arn, "MaxResults": 2 }));
    let token = page.text("NextToken");
    assert_eq!(iterator_stream(token), Some(arn));
    assert_eq!(listed(&cloud, json!({ "NextToken": token })), [2]);
    assert_eq!(cloud.refused("GetRecords", json!({ "ShardIterator": token })).1, "InvalidArgumentException");
    assert_eq!(
        cloud.refused("ListShards", with("a", json!({ "NextToken": token }))).1,
        "InvalidArgumentException"
    );
    cloud.later(301);
    assert_eq!(cloud.refused("ListShards", json!({ "NextToken": token })).1, "ExpiredNextTokenException");
}

#[test]
fn shards_that_lie_beside_each_other_are_merged() {
    let cloud = cloud();
    create(&cloud, "a", 3);
    let merge = |one: u32, other: u32| {
        let id = |n: u32| format!("shardId-{n:012}");
        with("a", json!({ "ShardToMerge": id(one), "AdjacentShardToMerge": id(other) }))
    };
    assert_eq!(cloud.refused("MergeShards", merge(0, 2)).1, "InvalidArgumentException");
    cloud.ok("MergeShards", merge(1, 0));
    let merged = &shards(&cloud)[3];
    assert_eq!(merged["ParentShardId"], "shardId-000000000001");
    assert_eq!(merged["AdjacentParentShardId"], SHARD);
    assert_eq!(merged["HashKeyRange"]["StartingHashKey"], "0");
    assert_eq!(ranges(&cloud).len(), 2);
    assert_eq!(cloud.refused("MergeShards", merge(1, 2)).1, "InvalidArgumentException");
}

#[test]
fn a_new_count_spreads_the_hash_keys_evenly() {
    let update = |cloud: &Cloud, count: u32| {
        let members = with("a", json!({ "TargetShardCount": count, "ScalingType": "UNIFORM_SCALING" }));
        cloud.call("UpdateShardCount", members, "")
    };
    let even = |count: u32| {
        let cloud = cloud();
        create(&cloud, "a", count);
        ranges(&cloud)
    };
    let cloud = cloud();
    let arn = create(&cloud, "a", 3);
    put(&cloud, "AQ==");
    let updated = update(&cloud, 5).unwrap();
    assert_eq!(
        updated.members,
        json!({ "StreamName": "a", "StreamARN": arn, "CurrentShardCount": 3, "TargetShardCount": 5 })
    );
    assert_eq!(ranges(&cloud), even(5));
    update(&cloud, 3).unwrap();
    assert_eq!(ranges(&cloud), even(3));
    put(&cloud, "Ag==");
    for count in [1, 7] {
        assert_eq!(update(&cloud, count).unwrap_err().code, "LimitExceededException", "{count}");
    }
    for _ in 0..8 {
        update(&cloud, 3).unwrap();
    }
    assert_eq!(update(&cloud, 4).unwrap_err().code, "LimitExceededException");
    cloud.later(86_400);
    update(&cloud, 4).unwrap();
    assert_eq!(ranges(&cloud), even(4));
}

#[test]
fn lists_of_shards_are_filtered() {
    let cloud = cloud();
    create(&cloud, "a", 1);
    cloud.later(3600);
    cloud.ok("SplitShard", with("a", json!({ "ShardToSplit": SHARD, "NewStartingHashKey": "1000" })));
    cloud.later(3600);
    let at = |time: &str| json!({ "Type": "AT_TIMESTAMP", "Timestamp": time });
    let from = |time: &str| json!({ "Type": "FROM_TIMESTAMP", "Timestamp": time });
    assert_eq!(filtered(&cloud, json!({ "Type": "AT_LATEST" })), [1, 2]);
    assert_eq!(filtered(&cloud, json!({ "Type": "AT_TRIM_HORIZON" })), [0]);
    assert_eq!(filtered(&cloud, json!({ "Type": "FROM_TRIM_HORIZON" })), [0, 1, 2]);
    assert_eq!(filtered(&cloud, json!({ "Type": "AFTER_SHARD_ID", "ShardId": "shardId-000000000001" })), [2]);
    assert_eq!(filtered(&cloud, at("2026-01-15T10:30:00Z")), [0]);
    assert_eq!(filtered(&cloud, at("2026-01-15T11:30:00Z")), [1, 2]);
    assert_eq!(filtered(&cloud, from("2026-01-15T10:30:00Z")), [0, 1, 2]);
    assert_eq!(filtered(&cloud, from("2026-01-15T11:30:00Z")), [1, 2]);
    assert_eq!(listed(&cloud, with("a", json!({ "ExclusiveStartShardId": SHARD }))), [1, 2]);
    for filter in [json!({ "Type": "AFTER_SHARD_ID" }), json!({ "Type": "AT_LATEST", "ShardId": SHARD })] {
        let members = with("a", json!({ "ShardFilter": filter }));
        assert_eq!(cloud.refused("ListShards", members).1, "InvalidArgumentException");
    }
    let other = with("a", json!({ "StreamCreationTimestamp": "2026-01-14T10:00:00Z" }));
    assert_eq!(cloud.refused("ListShards", other).1, "ResourceNotFoundException");
    cloud.later(86_400);
    assert_eq!(listed(&cloud, on("a")), [1, 2]);
}
