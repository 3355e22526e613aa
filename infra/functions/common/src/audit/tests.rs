use super::*;
use crate::testing::MemoryTable;

const STEPS: [Step; 6] = [
    Step::Upload,
    Step::Validation,
    Step::ProcessingStart,
    Step::ProcessingInProgress,
    Step::ProcessingFailed,
    Step::ProcessingComplete,
];

fn package(id: &str) -> Package {
    Package {
        id: id.to_owned(),
        bucket: "ingress".to_owned(),
        key: format!("{id}.zip"),
        version_id: None,
        uploaded_at: "2026-03-01T10:20:30.456Z".parse().unwrap(),
    }
}

fn now(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

/// `package_id` and `event_type` of the events, as the table sorts them.
fn trail(table: &MemoryTable) -> Vec<(String, String)> {
    let member = |item: &Item, name| text_of(item, name).unwrap().to_owned();
    table.items().iter().map(|item| (member(item, "package_id"), member(item, "event_type"))).collect()
}

#[tokio::test]
async fn steps_sort_in_their_order_whenever_they_are_written() {
    let (table, package) = (MemoryTable::default(), package("a"));
    for (second, step) in STEPS.into_iter().rev().enumerate() {
        let event = Event::success("org-001", &package, step);
        record(&table, &event, now(second.try_into().unwrap())).await.unwrap();
    }
    let names: Vec<_> = trail(&table).into_iter().map(|(_, step)| step).collect();
    assert_eq!(names, STEPS.map(Step::name));
}

#[tokio::test]
async fn an_event_has_the_keys_and_members_of_the_trail() {
    let (table, mut package) = (MemoryTable::default(), package("a"));
    package.version_id = Some("v1".to_owned());
    let event = Event {
        size: Some(7),
        details: &[("task_arn", "arn:task")],
        ..Event::failure("org-001", &package, Step::Validation, "it is empty")
    };
    record(&table, &event, now(0)).await.unwrap();
    let item = table.items().remove(0);
    for (name, value) in [
        ("pk", "ORG#org-001"),
        ("sk", "EVENT#2026-03-01T10:20:30.456100000Z#VALIDATION"),
        ("event_type", "VALIDATION"),
        ("status", "FAILURE"),
        ("reason", "it is empty"),
        ("organization_id", "org-001"),
        ("bucket", "ingress"),
        ("file_key", "a.zip"),
        ("version_id", "v1"),
        ("package_id", "a"),
        ("task_arn", "arn:task"),
        ("uploaded_at", "2026-03-01T10:20:30.456Z"),
        ("recorded_at", "2027-01-15T08:00:00.000Z"),
    ] {
        assert_eq!(text_of(&item, name), Some(value), "{name}");
    }
    assert_eq!(item["size"], number(7));
}

#[tokio::test]
async fn an_event_told_twice_is_one_item_and_stays_as_it_was() {
    let (table, package) = (MemoryTable::default(), package("a"));
    let first = Event::failure("org-001", &package, Step::Validation, "it is empty");
    assert_eq!(record(&table, &first, now(0)).await.unwrap(), Status::Failure);
    let items = table.items();
    // Whoever tells it otherwise the second time is told how it stands.
    let second = Event::success("org-001", &package, Step::Validation);
    assert_eq!(record(&table, &second, now(9)).await.unwrap(), Status::Failure);
    assert_eq!(table.items(), items);
}

#[tokio::test]
async fn packages_of_one_millisecond_do_not_hide_each_other() {
    let (table, packages) = (MemoryTable::default(), ["a", "b", "c"].map(package));
    for _ in 0..2 {
        for package in &packages {
            for step in STEPS {
                record(&table, &Event::success("org-001", package, step), now(0)).await.unwrap();
            }
        }
    }
    let trail = trail(&table);
    assert_eq!(trail.len(), packages.len() * STEPS.len());
    for package in &packages {
        let names: Vec<_> =
            trail.iter().filter(|(id, _)| *id == package.id).map(|(_, step)| step.as_str()).collect();
        assert_eq!(names, STEPS.map(Step::name));
    }
}

#[tokio::test]
async fn a_table_that_refuses_is_an_error_and_keeps_nothing() {
    let (table, package) = (MemoryTable::default(), package("a"));
    table.refuse("UPLOAD");
    let event = Event::success("org-001", &package, Step::Upload);
    assert_eq!(record(&table, &event, now(0)).await.unwrap_err().to_string(), "the table is throttled");
    assert!(table.items().is_empty());
}
