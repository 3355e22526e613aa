use serde_json::json;
use stackproof_functions::table::text_of;
use stackproof_functions::testing::MemoryTable;

use super::*;

fn stack() -> Stack {
    Stack::of_settings(&Settings::new(|name| match name {
        "INPUT_BUCKET" => Some("input".to_owned()),
        "RESULTS_BUCKET" => Some("results".to_owned()),
        "TENANT_ROLE_ARN" => Some("arn:aws:iam::111111111111:role/tenant".to_owned()),
        _ => None,
    }))
    .unwrap()
}

/// As EventBridge words it.
fn event(key: &str, version: &str) -> Event {
    serde_json::from_value(json!({
        "version": "0", "id": "17793124", "detail-type": "Object Created", "source": "aws.s3",
        "account": "111111111111", "time": "2026-03-01T10:20:30Z", "region": "eu-central-1",
        "resources": ["arn:aws:s3:::input"],
        "detail": {
            "version": "0", "bucket": { "name": "input" },
            "object": { "key": key, "size": 5, "etag": "b1", "version-id": version, "sequencer": "0061" },
            "request-id": "N4N7", "requester": "111111111111", "reason": "PutObject"
        }
    }))
    .unwrap()
}

fn tenants() -> MemoryTable {
    MemoryTable::with(["acme", "globex"].map(|tenant| {
        Item::from([("pk".to_owned(), text(format!("TENANT#{tenant}"))), ("sk".to_owned(), text("CONFIG"))])
    }))
}

fn jobs(table: &MemoryTable) -> Vec<Item> {
    table.items().into_iter().filter(|item| text_of(item, "sk").unwrap().starts_with("JOB#")).collect()
}

async fn started(table: &MemoryTable, event: &Event) -> Result<Outcome, Error> {
    start(table, &stack(), event, "2026-03-01T23:00:00Z".parse().unwrap()).await
}

fn job(outcome: Outcome) -> (bool, String) {
    match outcome {
        Outcome::Started { job } => (true, job),
        Outcome::Already { job } => (false, job),
        Outcome::None { reason } => panic!("{reason}"),
    }
}

#[tokio::test]
async fn a_call_starts_a_job_of_its_tenant() {
    let table = tenants();
    let outcome = started(&table, &event("acme/calls/2026/a b+c.wav", "v1")).await.unwrap();
    let answer = json!(outcome);
    let (is_new, job) = job(outcome);
    assert!(is_new);
    assert_eq!(answer, json!({ "started": { "job": job } }));
    let jobs = jobs(&table);
    assert_eq!(jobs.len(), 1);
    for (name, value) in [
        ("pk", "TENANT#acme"),
        ("sk", &job),
        ("status", "STARTED"),
        ("input_key", "acme/calls/2026/a b+c.wav"),
        ("input_version_id", "v1"),
        ("results_prefix", "acme/2026/03/01/"),
        ("role_arn", "arn:aws:iam::111111111111:role/tenant"),
        ("created_at", "2026-03-01T23:00:00.000Z"),
    ] {
        assert_eq!(text_of(&jobs[0], name), Some(value), "{name}");
    }
}

#[tokio::test]
async fn an_upload_told_of_twice_starts_one_job_and_a_second_upload_another() {
    let table = tenants();
    let event_of = |version| event("acme/calls/a.wav", version);
    let (_, first) = job(started(&table, &event_of("v1")).await.unwrap());
    let items = table.items();
    assert_eq!(job(started(&table, &event_of("v1")).await.unwrap()), (false, first));
    assert_eq!(table.items(), items);
    assert!(job(started(&table, &event_of("v2")).await.unwrap()).0);
    assert_eq!(jobs(&table).len(), 2);
}

#[tokio::test]
async fn other_keys_start_none() {
    let table = tenants();
    for key in [
        "acme/notes/a.wav",
        "acme/calls/",
        "acme/calls/folder/",
        "acme/calls",
        "acme/old/calls/a.wav",
        "acme/Calls/a.wav",
        "acme//calls/a.wav",
        "/calls/a.wav",
        "calls/a.wav",
        "",
    ] {
        let outcome = started(&table, &event(key, "v1")).await.unwrap();
        assert!(matches!(outcome, Outcome::None { .. }), "{key}: {outcome:?}");
    }
    assert!(jobs(&table).is_empty());
}

#[tokio::test]
async fn who_has_no_config_is_no_tenant() {
    let table = tenants();
    let Outcome::None { reason } = started(&table, &event("initech/calls/a.wav", "v1")).await.unwrap() else {
        panic!("a job was started");
    };
    assert_eq!(reason, "`initech` is no tenant: the table has no item `CONFIG` of `TENANT#initech`");
    assert!(jobs(&table).is_empty());
}

#[tokio::test]
async fn another_bucket_or_another_event_starts_none() {
    let table = tenants();
    let mut elsewhere = event("acme/calls/a.wav", "v1");
    elsewhere.detail.bucket.name = "results".to_owned();
    let mut deleted = event("acme/calls/a.wav", "v1");
    deleted.detail_type = "Object Deleted".to_owned();
    for event in [elsewhere, deleted] {
        assert!(matches!(started(&table, &event).await.unwrap(), Outcome::None { .. }));
    }
    assert!(jobs(&table).is_empty());
}

#[tokio::test]
async fn without_versions_the_sequencer_tells_uploads_apart() {
    let table = tenants();
    let mut event = event("acme/calls/a.wav", "null");
    assert!(job(started(&table, &event).await.unwrap()).0);
    assert!(!job(started(&table, &event).await.unwrap()).0);
    // A sequencer tells writes of one key apart, and not one key from another.
    event.detail.object.key = "acme/calls/b.wav".to_owned();
    assert!(job(started(&table, &event).await.unwrap()).0);
    event.detail.object.sequencer = None;
    let error = started(&table, &event).await.unwrap_err().to_string();
    assert!(error.contains("neither a version nor a sequencer"), "{error}");
}

#[tokio::test]
async fn what_the_table_refuses_is_tried_again() {
    let table = tenants();
    table.refuse("JOB#");
    let event = event("acme/calls/a.wav", "v1");
    assert_eq!(started(&table, &event).await.unwrap_err().to_string(), "the table is throttled");
    table.refuse("");
    assert!(matches!(started(&table, &event).await.unwrap(), Outcome::Started { .. }));
}

#[test]
fn a_stack_without_its_buckets_is_none() {
    let error = Stack::of_settings(&Settings::new(|_| None)).unwrap_err().to_string();
    assert!(error.starts_with("`INPUT_BUCKET` is not set"), "{error}");
}
