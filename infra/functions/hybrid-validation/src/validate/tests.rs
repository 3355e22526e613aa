use std::sync::Mutex;

use serde_json::json;
use stackproof_functions::Item;
use stackproof_functions::table::text_of;
use stackproof_functions::testing::MemoryTable;

use super::*;

/// A store with one object, or none, or that does not answer.
struct Shelf(Result<Option<Object>, Error>);

impl Store for Shelf {
    async fn look(&self, _: &Package) -> Result<Option<Object>, Error> {
        self.0.clone()
    }
}

/// Starts a task a package, as ECS does with a client token.
#[derive(Default)]
struct Cluster {
    tasks: Mutex<Vec<Task>>,
    full: Mutex<bool>,
}

impl Start for Cluster {
    async fn start(&self, task: &Task) -> Result<String, Error> {
        if *self.full.lock().unwrap() {
            return Err(Error::new("ECS started no task: RESOURCE:MEMORY"));
        }
        let mut tasks = self.tasks.lock().unwrap();
        if !tasks.contains(task) {
            tasks.push(task.clone());
        }
        Ok("arn:task".to_owned())
    }
}

#[derive(Default)]
struct Relay {
    table: MemoryTable,
    cluster: Cluster,
}

impl Relay {
    async fn told(&self, shelf: &Shelf) -> Result<Outcome, Error> {
        let told =
            Source::Notification.package(&told("aws:s3", "ObjectCreated:Put", "org-001/a+%C3%B6%2B.zip"))?;
        self.told_of(shelf, &told).await
    }

    async fn told_of(&self, shelf: &Shelf, told: &Package) -> Result<Outcome, Error> {
        let rules = Rules::new(vec!["org-001".to_owned(), "org-002".to_owned()]);
        package(&self.table, shelf, &self.cluster, &rules, told, || Timestamp::UNIX_EPOCH).await
    }

    /// `<pk> <event_type> <status>` of the trail.
    fn trail(&self) -> Vec<String> {
        let line =
            |item: &Item| ["pk", "event_type", "status"].map(|name| text_of(item, name).unwrap().to_owned());
        self.table.items().iter().map(|item| line(item).join(" ")).collect()
    }

    fn tasks(&self) -> usize {
        self.cluster.tasks.lock().unwrap().len()
    }
}

fn told(source: &str, name: &str, key: &str) -> Record {
    serde_json::from_value(json!({
        "eventSource": source, "eventName": name, "eventTime": "2026-03-01T10:20:30.456Z",
        "s3": { "bucket": { "name": "ingress" }, "object": { "key": key, "versionId": "v1", "sequencer": "1" } }
    }))
    .unwrap()
}

fn of(tag: Option<&str>, size: u64) -> Shelf {
    Shelf(Ok(Some(Object { size, tag: tag.map(str::to_owned), metadata: None })))
}

const RIGHT: [&str; 3] =
    ["ORG#org-001 UPLOAD SUCCESS", "ORG#org-001 VALIDATION SUCCESS", "ORG#org-001 PROCESSING_START SUCCESS"];

#[tokio::test]
async fn a_right_package_is_started_and_each_step_is_in_the_trail() {
    let relay = Relay::default();
    let outcome = relay.told(&of(Some("org-001"), 7)).await.unwrap();
    assert_eq!(outcome, Outcome::Started { task: "arn:task".to_owned() });
    assert_eq!(relay.trail(), RIGHT);
    let items = relay.table.items();
    assert_eq!(text_of(&items[2], "task_arn"), Some("arn:task"));
    assert!(items.iter().all(|item| text_of(item, "file_key") == Some("org-001/a ö+.zip")));
    let task = relay.cluster.tasks.lock().unwrap()[0].clone();
    assert_eq!((task.organization.as_str(), task.size), ("org-001", 7));
    assert_eq!(task.package.version_id.as_deref(), Some("v1"));
}

#[tokio::test]
async fn a_package_told_of_twice_is_one_event_a_step_and_one_task() {
    let relay = Relay::default();
    for _ in 0..2 {
        relay.told(&of(Some("org-001"), 7)).await.unwrap();
    }
    assert_eq!(relay.trail(), RIGHT);
    assert_eq!(relay.tasks(), 1);
}

#[tokio::test]
async fn a_wrong_package_ends_as_a_failed_validation_and_starts_nothing() {
    for (shelf, organization) in [
        (of(None, 7), "UNKNOWN"),
        (of(Some("a/b"), 7), "UNKNOWN"),
        (of(Some("org-999"), 7), "org-999"),
        (of(Some("org-001"), 0), "org-001"),
        (of(Some("org-001"), (1 << 30) + 1), "org-001"),
        (Shelf(Ok(None)), "UNKNOWN"),
    ] {
        let relay = Relay::default();
        for _ in 0..2 {
            let outcome = relay.told(&shelf).await.unwrap();
            assert!(matches!(outcome, Outcome::Refused { .. }), "{outcome:?}");
        }
        let expected =
            ["UPLOAD SUCCESS", "VALIDATION FAILURE"].map(|step| format!("ORG#{organization} {step}"));
        assert_eq!(relay.trail(), expected);
        assert!(text_of(&relay.table.items()[1], "reason").is_some());
        assert_eq!(relay.tasks(), 0);
    }
}

#[tokio::test]
async fn another_extension_ends_as_a_failed_validation() {
    let relay = Relay::default();
    let told = Source::Notification.package(&told("aws:s3", "ObjectCreated:Put", "org-001/a.exe")).unwrap();
    relay.told_of(&of(Some("org-001"), 7), &told).await.unwrap();
    assert_eq!(relay.trail(), ["ORG#org-001 UPLOAD SUCCESS", "ORG#org-001 VALIDATION FAILURE"]);
    assert_eq!(relay.tasks(), 0);
}

#[tokio::test]
async fn a_refused_package_stays_refused_whatever_its_tag_says_later() {
    let relay = Relay::default();
    relay.told(&of(Some("org-001"), 0)).await.unwrap();
    let outcome = relay.told(&of(Some("org-001"), 7)).await.unwrap();
    assert_eq!(outcome, Outcome::Refused { reason: "the trail says that it was refused before".to_owned() });
    assert_eq!(relay.tasks(), 0);
}

#[tokio::test]
async fn a_store_that_does_not_answer_leaves_nothing_and_is_asked_again() {
    let relay = Relay::default();
    let down = Shelf(Err(Error::new("cannot look at `a.zip`: SlowDown")));
    assert_eq!(relay.told(&down).await.unwrap_err().to_string(), "cannot look at `a.zip`: SlowDown");
    assert!(relay.trail().is_empty());
    relay.told(&of(Some("org-001"), 7)).await.unwrap();
    assert_eq!(relay.trail(), RIGHT);
}

#[tokio::test]
async fn a_trail_that_refuses_an_event_stops_what_would_follow_it() {
    for (refused, tasks) in [("UPLOAD", 0), ("VALIDATION", 0), ("PROCESSING_START", 1)] {
        let relay = Relay::default();
        relay.table.refuse(refused);
        relay.told(&of(Some("org-001"), 7)).await.unwrap_err();
        assert_eq!(relay.tasks(), tasks, "{refused}");
        relay.table.refuse("");
        relay.told(&of(Some("org-001"), 7)).await.unwrap();
        assert_eq!((relay.trail(), relay.tasks()), (RIGHT.map(str::to_owned).to_vec(), 1), "{refused}");
    }
}

#[tokio::test]
async fn a_task_that_is_not_started_is_a_failed_processing_and_is_tried_again() {
    let relay = Relay::default();
    *relay.cluster.full.lock().unwrap() = true;
    for _ in 0..2 {
        let error = relay.told(&of(Some("org-001"), 7)).await.unwrap_err();
        assert_eq!(error.to_string(), "ECS started no task: RESOURCE:MEMORY");
    }
    assert_eq!(relay.trail(), [RIGHT[0], RIGHT[1], "ORG#org-001 PROCESSING_FAILED FAILURE"]);
    let reason = "the task was not started: ECS started no task: RESOURCE:MEMORY";
    assert_eq!(text_of(&relay.table.items()[2], "reason"), Some(reason));
    *relay.cluster.full.lock().unwrap() = false;
    relay.told(&of(Some("org-001"), 7)).await.unwrap();
    assert_eq!(relay.tasks(), 1);
    assert!(relay.trail().contains(&RIGHT[2].to_owned()));
}

#[tokio::test]
async fn a_task_that_is_not_started_is_told_even_when_the_trail_refuses() {
    let relay = Relay::default();
    *relay.cluster.full.lock().unwrap() = true;
    relay.table.refuse("PROCESSING_FAILED");
    let error = relay.told(&of(Some("org-001"), 7)).await.unwrap_err().to_string();
    let reason = "ECS started no task: RESOURCE:MEMORY";
    assert_eq!(error, format!("{reason}; nor could this be written down: the table is throttled"));
}

#[test]
fn only_the_source_that_is_switched_on_is_heard() {
    let heard =
        |source: Source, told_by| source.package(&told(told_by, "ObjectCreated:Put", "a.zip")).is_ok();
    assert!(heard(Source::Notification, "aws:s3") && heard(Source::Notification, "minio:s3"));
    assert!(heard(Source::Relay, RELAY));
    assert!(!heard(Source::Notification, RELAY) && !heard(Source::Relay, "aws:s3"));
}

#[test]
fn only_uploads_are_heard_and_their_keys_are_decoded() {
    let package = |name, key| Source::Notification.package(&told("aws:s3", name, key));
    for name in ["ObjectCreated:CompleteMultipartUpload", "s3:ObjectCreated:Copy"] {
        assert_eq!(package(name, "a+b%2Bc.zip").unwrap().key, "a b+c.zip");
    }
    for name in ["ObjectRemoved:Delete", "s3:ObjectTagging:Put", "ObjectCreated", ""] {
        assert_eq!(package(name, "a.zip").unwrap_err().to_string(), format!("`{name}` is no upload"));
    }
    assert_eq!(package("ObjectCreated:Put", "%FF").unwrap_err().to_string(), "the key `%FF` is not UTF-8");
}
