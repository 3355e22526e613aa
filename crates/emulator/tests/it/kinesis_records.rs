//! Records: where they go, how they are read, when they expire.

use serde_json::{Value, json};
use stackproof_emulator::iterator_stream;

use crate::cloud::Cloud;
use crate::kinesis_streams::{cloud, create, on, with};

pub const SHARD: &str = "shardId-000000000000";

pub fn put(cloud: &Cloud, data: &str) -> String {
    let put = cloud.ok("PutRecord", with("a", json!({ "Data": data, "PartitionKey": "k" })));
    put.text("SequenceNumber").to_owned()
}

pub fn iterator(cloud: &Cloud, shard: &str, kind: &str, more: Value) -> String {
    let mut members = with("a", json!({ "ShardId": shard, "ShardIteratorType": kind }));
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    cloud.ok("GetShardIterator", members).text("ShardIterator").to_owned()
}

fn read(cloud: &Cloud, kind: &str, more: Value) -> String {
    let iterator = iterator(cloud, SHARD, kind, more);
    let records = cloud.ok("GetRecords", json!({ "ShardIterator": iterator }));
    records.column("Records", "Data").join(" ")
}

#[test]
fn every_member_of_a_record_is_given_back() {
    let cloud = cloud();
    let arn = create(&cloud, "a", 1);
    let put = cloud.ok(
        "PutRecord",
        json!({
            "StreamARN": arn, "Data": "aGVsbG8=", "PartitionKey": "k", "ExplicitHashKey": "7",
            "SequenceNumberForOrdering": "0", "DryRun": false,
        }),
    );
    let sequence = put.text("SequenceNumber");
    assert!(sequence.len() == 56 && sequence.starts_with("49"), "{sequence}");
    assert_eq!(put.members, json!({ "ShardId": SHARD, "SequenceNumber": sequence }));
    let start = iterator(&cloud, SHARD, "TRIM_HORIZON", json!({}));
    assert_eq!(iterator_stream(&start), Some(arn.clone()));
    assert_eq!(iterator_stream("none"), None);
    let read = cloud.ok("GetRecords", json!({ "ShardIterator": start, "StreamARN": arn }));
    assert_eq!(
        read.members["Records"],
        json!([{
            "SequenceNumber": sequence, "ApproximateArrivalTimestamp": "2026-01-15T10:00:00Z",
            "Data": "aGVsbG8=", "PartitionKey": "k",
        }])
    );
    assert_eq!(read.members["MillisBehindLatest"], 0);
    assert_eq!(iterator_stream(read.text("NextShardIterator")), Some(arn));
}

#[test]
fn iterators_begin_where_they_say() {
    let cloud = cloud();
    create(&cloud, "a", 1);
    let one = put(&cloud, "AQ==");
    cloud.later(10);
    let two = put(&cloud, "Ag==");
    assert!(one < two);
    assert_eq!(read(&cloud, "TRIM_HORIZON", json!({})), "AQ== Ag==");
    assert_eq!(read(&cloud, "AT_SEQUENCE_NUMBER", json!({ "StartingSequenceNumber": two })), "Ag==");
    assert_eq!(read(&cloud, "AFTER_SEQUENCE_NUMBER", json!({ "StartingSequenceNumber": one })), "Ag==");
    assert_eq!(read(&cloud, "AFTER_SEQUENCE_NUMBER", json!({ "StartingSequenceNumber": two })), "");
    assert_eq!(read(&cloud, "AT_TIMESTAMP", json!({ "Timestamp": "2026-01-15T10:00:00Z" })), "AQ== Ag==");
    assert_eq!(read(&cloud, "AT_TIMESTAMP", json!({ "Timestamp": "2026-01-15T10:00:01Z" })), "Ag==");
    let latest = iterator(&cloud, SHARD, "LATEST", json!({}));
    put(&cloud, "Aw==");
    let read = cloud.ok("GetRecords", json!({ "ShardIterator": latest }));
    assert_eq!(read.column("Records", "Data"), ["Aw=="]);
    let next = cloud.ok("GetRecords", json!({ "ShardIterator": read.text("NextShardIterator") }));
    assert_eq!(next.members["Records"], json!([]));
    put(&cloud, "BA==");
    let next = cloud.ok("GetRecords", json!({ "ShardIterator": next.text("NextShardIterator") }));
    assert_eq!(next.column("Records", "Data"), ["BA=="]);
}

#[test]
fn pages_tell_how_far_behind_they_are() {
    let cloud = cloud();
    create(&cloud, "a", 1);
    put(&cloud, "AQ==");
    put(&cloud, "Ag==");
    cloud.later(5);
    let start = iterator(&cloud, SHARD, "TRIM_HORIZON", json!({}));
    let first = cloud.ok("GetRecords", json!({ "ShardIterator": start, "Limit": 1 }));
    assert_eq!(first.column("Records", "Data"), ["AQ=="]);
    assert_eq!(first.members["MillisBehindLatest"], 5000);
    let rest = cloud.ok("GetRecords", json!({ "ShardIterator": first.text("NextShardIterator") }));
    assert_eq!(rest.column("Records", "Data"), ["Ag=="]);
    assert_eq!(rest.members["MillisBehindLatest"], 0);
}

#[test]
fn hash_keys_choose_the_shard() {
    let cloud = cloud();
    create(&cloud, "a", 2);
    let half = 1_u128 << 127;
    let placed = |key: &str, hash: Option<String>| {
        let mut members = with("a", json!({ "Data": "AA==", "PartitionKey": key }));
        if let Some(hash) = hash {
            members["ExplicitHashKey"] = json!(hash);
        }
        cloud.ok("PutRecord", members).text("ShardId").to_owned()
    };
    let second = "shardId-000000000001";
    assert_eq!(placed("k", Some("0".to_owned())), SHARD);
    assert_eq!(placed("k", Some((half - 1).to_string())), SHARD);
    assert_eq!(placed("k", Some(half.to_string())), second);
    assert_eq!(placed("k", Some(u128::MAX.to_string())), second);
    // MD5 of `a` begins with 0x0c, that of `b` with 0x92.
    assert_eq!((placed("a", None), placed("b", None)), (SHARD.to_owned(), second.to_owned()));
    let over = with(
        "a",
        json!({ "Data": "AA==", "PartitionKey": "k", "ExplicitHashKey": "340282366920938463463374607431768211456" }),
    );
    assert_eq!(cloud.refused("PutRecord", over).1, "InvalidArgumentException");
}

#[test]
fn many_records_go_in_one_call() {
    let cloud = cloud();
    create(&cloud, "a", 1);
    let records = |count: usize, data: &str| {
        let record = json!({ "Data": data, "PartitionKey": "k" });
        with("a", json!({ "Records": vec![record; count] }))
    };
    let put = cloud.ok("PutRecords", records(500, "AA=="));
    assert_eq!(put.members["FailedRecordCount"], 0);
    let numbers = put.column("Records", "SequenceNumber");
    assert!(numbers.len() == 500 && numbers.is_sorted() && numbers.windows(2).all(|pair| pair[0] < pair[1]));
    assert_eq!(put.column("Records", "ShardId"), [SHARD; 500]);
    for (members, code) in [
        (records(501, "AA=="), "ValidationException"),
        (records(0, "AA=="), "ValidationException"),
        (records(11, &"AAAA".repeat(349_000)), "InvalidArgumentException"),
        (with("a", json!({ "Records": [{ "Data": "AA==" }] })), "ValidationException"),
        (with("a", json!({ "Records": [{ "Data": "AA==", "PartitionKey": "" }] })), "ValidationException"),
        (records(1, &"AAAA".repeat(349_526)), "ValidationException"),
    ] {
        assert_eq!(cloud.refused("PutRecords", members).1, code);
    }
}

#[test]
fn records_expire_when_their_time_has_passed() {
    let cloud = cloud();
    create(&cloud, "a", 1);
    let old = put(&cloud, "AQ==");
    cloud.later(3600);
    put(&cloud, "Ag==");
    let copy = cloud.fork();
    cloud.later(86_400 - 3600 - 1);
    assert_eq!(read(&cloud, "TRIM_HORIZON", json!({})), "AQ== Ag==");
    cloud.later(1);
    assert_eq!(read(&cloud, "TRIM_HORIZON", json!({})), "Ag==");
    assert_eq!(read(&cloud, "AT_SEQUENCE_NUMBER", json!({ "StartingSequenceNumber": old })), "Ag==");
    let longer = with("a", json!({ "RetentionPeriodHours": 48 }));
    cloud.ok("IncreaseStreamRetentionPeriod", longer.clone());
    assert_eq!(read(&cloud, "TRIM_HORIZON", json!({})), "Ag==");
    copy.ok("IncreaseStreamRetentionPeriod", longer);
    copy.later(86_400);
    assert_eq!(read(&copy, "TRIM_HORIZON", json!({})), "AQ== Ag==");
}

#[test]
fn iterators_live_five_minutes() {
    let cloud = cloud();
    create(&cloud, "a", 1);
    let iterator = iterator(&cloud, SHARD, "TRIM_HORIZON", json!({}));
    cloud.later(300);
    cloud.ok("GetRecords", json!({ "ShardIterator": iterator }));
    cloud.later(1);
    assert_eq!(
        cloud.refused("GetRecords", json!({ "ShardIterator": iterator })).1,
        "ExpiredIteratorException"
    );
}

#[test]
fn wrong_reads_are_told_apart() {
    let cloud = cloud();
    create(&cloud, "a", 2);
    create(&cloud, "other", 1);
    let sequence = put(&cloud, "AQ==");
    // MD5 of `k` begins with 0x8c.
    let (own, foreign) = ("shardId-000000000001", SHARD);
    for (shard, kind, more, code) in [
        ("shardId-000000000009", "LATEST", json!({}), "ResourceNotFoundException"),
        (own, "NEWEST", json!({}), "ValidationException"),
        (own, "AT_SEQUENCE_NUMBER", json!({}), "InvalidArgumentException"),
        (own, "LATEST", json!({ "StartingSequenceNumber": sequence }), "InvalidArgumentException"),
        (own, "AT_SEQUENCE_NUMBER", json!({ "StartingSequenceNumber": "1" }), "InvalidArgumentException"),
        (
            foreign,
            "AT_SEQUENCE_NUMBER",
            json!({ "StartingSequenceNumber": sequence }),
            "InvalidArgumentException",
        ),
        (own, "AT_TIMESTAMP", json!({}), "InvalidArgumentException"),
        (own, "AT_TIMESTAMP", json!({ "Timestamp": "2026-01-15T10:00:01Z" }), "InvalidArgumentException"),
    ] {
        let mut members = with("a", json!({ "ShardId": shard, "ShardIteratorType": kind }));
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        assert_eq!(cloud.refused("GetShardIterator", members).1, code, "{kind} {more}");
    }
    let start = iterator(&cloud, own, "TRIM_HORIZON", json!({}));
    let elsewhere =
        json!({ "ShardIterator": start, "StreamARN": "arn:aws:kinesis:eu-west-2:111111111111:stream/other" });
    for (members, code) in [
        (json!({ "ShardIterator": "none" }), "InvalidArgumentException"),
        (json!({ "ShardIterator": start, "Limit": 10_001 }), "ValidationException"),
        (elsewhere, "InvalidArgumentException"),
    ] {
        assert_eq!(cloud.refused("GetRecords", members).1, code);
    }
    let members = json!({ "ShardIterator": start });
    assert_eq!(cloud.other_account().refused("GetRecords", members.clone()).1, "ResourceNotFoundException");
    cloud.ok("DeleteStream", on("a"));
    assert_eq!(cloud.refused("GetRecords", members).1, "ResourceNotFoundException");
}

#[test]
fn an_encrypted_stream_needs_its_key() {
    let cloud = cloud();
    create(&cloud, "a", 1);
    let kms = cloud.of("kms");
    let key = kms.ok("CreateKey", json!({})).members["KeyMetadata"]["Arn"].clone();
    put(&cloud, "AQ==");
    cloud.ok("StartStreamEncryption", with("a", json!({ "EncryptionType": "KMS", "KeyId": key })));
    let record = with("a", json!({ "Data": "Ag==", "PartitionKey": "k" }));
    assert_eq!(cloud.ok("PutRecord", record.clone()).text("EncryptionType"), "KMS");
    let start = json!({ "ShardIterator": iterator(&cloud, SHARD, "TRIM_HORIZON", json!({})) });
    let read = cloud.ok("GetRecords", start.clone());
    assert_eq!(read.members["Records"][0]["EncryptionType"], Value::Null);
    assert_eq!(read.members["Records"][1]["EncryptionType"], "KMS");
    kms.ok("DisableKey", json!({ "KeyId": key }));
    assert_eq!(cloud.refused("PutRecord", record.clone()).1, "KMSDisabledException");
    assert_eq!(cloud.refused("GetRecords", start).1, "KMSDisabledException");
    kms.ok("ScheduleKeyDeletion", json!({ "KeyId": key }));
    assert_eq!(cloud.refused("PutRecord", record.clone()).1, "KMSInvalidStateException");
    cloud.later(30 * 86_400);
    assert_eq!(cloud.refused("PutRecord", record).1, "KMSNotFoundException");
}
