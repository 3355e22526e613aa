use std::collections::BTreeMap;
use std::sync::Mutex;

use serde_json::{Value, json};
use stackproof_functions::table::text_of;
use stackproof_functions::testing::MemoryTable;

use super::*;

/// Objects in memory, that refuses those of a sequence number.
#[derive(Default)]
struct MemoryStore {
    objects: Mutex<BTreeMap<String, Vec<u8>>>,
    refused: Mutex<Option<&'static str>>,
}

impl Store for MemoryStore {
    async fn add(&self, key: &str, content: Vec<u8>) -> Result<(), Error> {
        if self.refused.lock().unwrap().is_some_and(|end| key.ends_with(end)) {
            return Err(Error::new("the store is slow"));
        }
        self.objects.lock().unwrap().entry(key.to_owned()).or_insert(content);
        Ok(())
    }
}

fn salt() -> Salt {
    Salt::of_secret("s", r#"{"salt":"Jefe"}"#).ok().unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

/// As Lambda words it.
fn record(partition_key: &str, sequence_number: &str, data: &str) -> Value {
    json!({
        "kinesis": {
            "kinesisSchemaVersion": "1.0", "partitionKey": partition_key, "sequenceNumber": sequence_number,
            "data": data, "approximateArrivalTimestamp": 1_545_084_650.987
        },
        "eventSource": "aws:kinesis", "eventVersion": "1.0",
        "eventID": format!("shardId-000000000006:{sequence_number}"), "eventName": "aws:kinesis:record",
        "invokeIdentityArn": "arn:aws:iam::111111111111:role/ingest", "awsRegion": "eu-west-2",
        "eventSourceARN": "arn:aws:kinesis:eu-west-2:111111111111:stream/dev"
    })
}

fn batch(records: &[Value]) -> Batch {
    serde_json::from_value(json!({ "Records": records })).unwrap()
}

fn three() -> Batch {
    batch(&[record("alice", "1", "aGVsbG8="), record("bob", "2", ""), record("alice", "3", "AP8=")])
}

#[tokio::test]
async fn a_record_is_an_object_and_an_item_that_says_where_it_is() {
    let (table, store) = (MemoryTable::default(), MemoryStore::default());
    let batch = batch(&[record("alice", "49590338", "aGVsbG8=")]);
    assert_eq!(take(&table, &store, &salt(), &batch, now()).await, Taken { count: 1, new: 1, failed: None });
    let subject = salt().hide("alice");
    let key = format!("records/2018/12/17/{subject}/49590338");
    assert_eq!(*store.objects.lock().unwrap(), BTreeMap::from([(key.clone(), b"hello".to_vec())]));
    let item = table.items().remove(0);
    for (name, value) in [
        ("pk", format!("SUBJECT#{subject}").as_str()),
        ("sk", "RECORD#49590338"),
        ("object_key", &key),
        ("sha256", "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"),
        ("shard_id", "shardId-000000000006"),
        ("arrived_at", "2018-12-17T22:10:50.987Z"),
        ("recorded_at", "2027-01-15T08:00:00.000Z"),
    ] {
        assert_eq!(text_of(&item, name), Some(value), "{name}");
    }
    assert_eq!(item["size"], number(5));
}

#[tokio::test]
async fn whose_a_record_is_stands_nowhere() {
    let (table, store) = (MemoryTable::default(), MemoryStore::default());
    take(&table, &store, &salt(), &three(), now()).await;
    let kept = format!("{:?} {:?}", table.items(), store.objects.lock().unwrap());
    assert!(!kept.contains("alice") && !kept.contains("bob"), "{kept}");
}

#[tokio::test]
async fn a_batch_that_comes_again_changes_nothing() {
    let (table, store) = (MemoryTable::default(), MemoryStore::default());
    let batch = three();
    assert_eq!(take(&table, &store, &salt(), &batch, now()).await.new, 3);
    let (items, objects) = (table.items(), store.objects.lock().unwrap().clone());
    let again = take(&table, &store, &salt(), &batch, Timestamp::UNIX_EPOCH).await;
    assert_eq!(again, Taken { count: 3, new: 0, failed: None });
    assert_eq!((table.items(), store.objects.lock().unwrap().clone()), (items, objects));
}

#[tokio::test]
async fn a_batch_ends_at_the_first_record_that_fails_and_goes_on_from_there() {
    let (table, store) = (MemoryTable::default(), MemoryStore::default());
    *store.refused.lock().unwrap() = Some("/2");
    let batch = three();
    let taken = take(&table, &store, &salt(), &batch, now()).await;
    assert_eq!(taken, Taken { count: 1, new: 1, failed: Some(("2", Error::new("the store is slow"))) });
    *store.refused.lock().unwrap() = None;
    assert_eq!(take(&table, &store, &salt(), &batch, now()).await, Taken { count: 3, new: 2, failed: None });
    assert_eq!(table.items().len(), 3);
}

#[tokio::test]
async fn an_object_without_its_item_gets_it_the_next_time() {
    let (table, store) = (MemoryTable::default(), MemoryStore::default());
    table.refuse("RECORD#1");
    let batch = three();
    let taken = take(&table, &store, &salt(), &batch, now()).await;
    assert_eq!(taken.failed, Some(("1", Error::new("the table is throttled"))));
    assert_eq!((table.items().len(), store.objects.lock().unwrap().len()), (0, 1));
    table.refuse("");
    assert_eq!(take(&table, &store, &salt(), &batch, now()).await, Taken { count: 3, new: 3, failed: None });
    assert_eq!((table.items().len(), store.objects.lock().unwrap().len()), (3, 3));
}

#[tokio::test]
async fn a_record_that_cannot_be_read_fails_and_leaves_nothing() {
    let (table, store) = (MemoryTable::default(), MemoryStore::default());
    let mut timeless = record("alice", "7", "");
    timeless["kinesis"]["approximateArrivalTimestamp"] = json!(1e300);
    for (record, reason) in [
        (record("alice", "7", "%%"), "its data is not Base64"),
        (timeless, "the time of its arrival is none"),
    ] {
        let batch = batch(&[record]);
        let taken = take(&table, &store, &salt(), &batch, now()).await;
        assert_eq!(taken.failed, Some(("7", Error::new(reason))));
    }
    assert!(table.items().is_empty() && store.objects.lock().unwrap().is_empty());
}
