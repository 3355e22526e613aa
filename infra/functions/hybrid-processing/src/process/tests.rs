use std::collections::VecDeque;
use std::future::{pending, ready};

use stackproof_functions::Item;
use stackproof_functions::table::text_of;
use stackproof_functions::testing::MemoryTable;

use super::*;

/// A package in parts, which may break off, or not be there.
#[derive(Clone)]
struct Shelf(Result<VecDeque<Result<&'static [u8], Error>>, Error>);

impl Store for Shelf {
    type Content = VecDeque<Result<&'static [u8], Error>>;

    async fn open(&self, _: &Package) -> Result<Self::Content, Error> {
        self.0.clone()
    }
}

impl Content for VecDeque<Result<&'static [u8], Error>> {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        self.pop_front().transpose().map(|part| part.map(<[u8]>::to_vec))
    }
}

fn shelf(parts: &[&'static [u8]]) -> Shelf {
    Shelf(Ok(parts.iter().map(|part| Ok(*part)).collect()))
}

fn task() -> Task {
    Task {
        package: Package {
            id: "0123".to_owned(),
            bucket: "ingress".to_owned(),
            key: "org-001/a.zip".to_owned(),
            version_id: Some("v1".to_owned()),
            uploaded_at: "2026-03-01T10:20:30.456Z".parse().unwrap(),
        },
        organization: "org-001".to_owned(),
        size: 5,
    }
}

async fn processed(table: &MemoryTable, shelf: &Shelf) -> Result<String, Error> {
    run(table, shelf, &task(), pending(), || Timestamp::UNIX_EPOCH).await
}

/// `<event_type> <status>` of the trail.
fn trail(table: &MemoryTable) -> Vec<String> {
    let line =
        |item: &Item| ["event_type", "status"].map(|name| text_of(item, name).unwrap().to_owned()).join(" ");
    table.items().iter().map(line).collect()
}

const DONE: [&str; 2] = ["PROCESSING_IN_PROGRESS SUCCESS", "PROCESSING_COMPLETE SUCCESS"];
const FAILED: [&str; 2] = ["PROCESSING_IN_PROGRESS SUCCESS", "PROCESSING_FAILED FAILURE"];

#[tokio::test]
async fn a_package_is_read_whole_and_its_digest_is_in_the_trail() {
    let table = MemoryTable::default();
    let digest = processed(&table, &shelf(&[b"he", b"", b"llo"])).await.unwrap();
    assert_eq!(digest, "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert_eq!(trail(&table), DONE);
    let items = table.items();
    assert_eq!(text_of(&items[1], "sha256"), Some(digest.as_str()));
    for item in items {
        assert_eq!(text_of(&item, "pk"), Some("ORG#org-001"));
        assert_eq!(text_of(&item, "package_id"), Some("0123"));
    }
}

#[tokio::test]
async fn a_task_that_is_run_again_writes_nothing_new() {
    let table = MemoryTable::default();
    processed(&table, &shelf(&[b"hello"])).await.unwrap();
    let items = table.items();
    processed(&table, &shelf(&[b"hello"])).await.unwrap();
    assert_eq!(table.items(), items);
}

#[tokio::test]
async fn what_is_not_what_was_validated_fails_with_its_reason() {
    let broken =
        Shelf(Ok(VecDeque::from([Ok(&b"he"[..]), Err(Error::new("the content breaks off: reset"))])));
    for (shelf, reason) in [
        (shelf(&[b"hell"]), "the object has 4 bytes, not the 5 that were validated"),
        (shelf(&[b"hello", b"!"]), "the object has 6 bytes, not the 5 that were validated"),
        (shelf(&[]), "the object has 0 bytes, not the 5 that were validated"),
        (broken, "the content breaks off: reset"),
        (Shelf(Err(Error::new("cannot read `a.zip`: NoSuchKey"))), "cannot read `a.zip`: NoSuchKey"),
    ] {
        let table = MemoryTable::default();
        assert_eq!(processed(&table, &shelf).await.unwrap_err().to_string(), reason);
        assert_eq!(trail(&table), FAILED);
        assert_eq!(text_of(&table.items()[1], "reason"), Some(reason));
    }
}

#[tokio::test]
async fn a_task_that_fails_and_then_does_not_ends_as_complete() {
    let table = MemoryTable::default();
    processed(&table, &shelf(&[b"hell"])).await.unwrap_err();
    processed(&table, &shelf(&[b"hello"])).await.unwrap();
    assert_eq!(trail(&table), [FAILED[0], FAILED[1], DONE[1]]);
}

#[tokio::test]
async fn a_task_that_is_stopped_says_so() {
    let table = MemoryTable::default();
    let error =
        run(&table, &shelf(&[b"hello"]), &task(), ready(()), || Timestamp::UNIX_EPOCH).await.unwrap_err();
    assert_eq!(error.to_string(), "the task was stopped");
    assert_eq!(trail(&table), [FAILED[1]]);
}

#[tokio::test]
async fn a_trail_that_cannot_be_written_fails_the_task() {
    for refused in ["PROCESSING_IN_PROGRESS", "PROCESSING_COMPLETE"] {
        let table = MemoryTable::default();
        table.refuse(refused);
        let error = processed(&table, &shelf(&[b"hello"])).await.unwrap_err();
        assert_eq!(error.to_string(), "the table is throttled", "{refused}");
        table.refuse("");
        processed(&table, &shelf(&[b"hello"])).await.unwrap();
        assert!(trail(&table).contains(&DONE[1].to_owned()), "{refused}");
    }
}

#[tokio::test]
async fn a_failure_that_cannot_be_written_down_is_told_with_its_reason() {
    let table = MemoryTable::default();
    table.refuse("PROCESSING_FAILED");
    let error = processed(&table, &Shelf(Err(Error::new("NoSuchKey")))).await.unwrap_err().to_string();
    assert_eq!(error, "NoSuchKey; nor could this be written down: the table is throttled");
}
