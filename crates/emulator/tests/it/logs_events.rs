//! Log streams and their events: what is taken, how it is read and searched, when it expires.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, Reply};
use crate::logs_groups::{cloud, on, with};

const NOW: i64 = 1_768_471_200_000;

fn stream(cloud: &Cloud, name: &str) {
    cloud.ok("CreateLogStream", with("a", json!({ "logStreamName": name })));
}

fn with_streams() -> Cloud {
    let cloud = cloud();
    cloud.ok("CreateLogGroup", on("a"));
    stream(&cloud, "s");
    stream(&cloud, "t");
    cloud
}

fn batch(stream: &str, events: &[(i64, &str)]) -> Value {
    let events: Vec<_> =
        events.iter().map(|(at, message)| json!({ "timestamp": at, "message": message })).collect();
    with("a", json!({ "logStreamName": stream, "logEvents": events }))
}

fn put(cloud: &Cloud, stream: &str, events: &[(i64, &str)]) -> Reply {
    cloud.ok("PutLogEvents", batch(stream, events))
}

fn get(cloud: &Cloud, more: Value) -> Reply {
    let mut members = with("a", json!({ "logStreamName": "s" }));
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    cloud.ok("GetLogEvents", members)
}

fn found(cloud: &Cloud, more: Value) -> String {
    cloud.ok("FilterLogEvents", with("a", more)).column("events", "message").join(" ")
}

#[test]
fn every_member_of_an_event_is_given_back() {
    let cloud = with_streams();
    cloud.later(5);
    let mut members = batch("s", &[(NOW, "one"), (NOW + 1, "two")]);
    members["sequenceToken"] = json!("any");
    let done = cloud.ok("PutLogEvents", members);
    assert_eq!((done.text("nextSequenceToken").len(), done.members.as_object().unwrap().len()), (56, 1));
    let event =
        |at: i64, message: &str| json!({ "timestamp": at, "message": message, "ingestionTime": NOW + 5000 });
    let read = get(&cloud, json!({ "unmask": true }));
    assert_eq!(read.members["events"], json!([event(NOW, "one"), event(NOW + 1, "two")]));
    let mut listed = event(NOW, "one");
    let search = cloud.ok("FilterLogEvents", with("a", json!({ "limit": 1, "interleaved": true })));
    listed["logStreamName"] = json!("s");
    listed["eventId"] = search.members["events"][0]["eventId"].clone();
    assert_eq!(listed["eventId"].as_str().unwrap().len(), 56);
    assert_eq!(search.members["events"], json!([listed]));
    let streams = cloud.ok("DescribeLogStreams", json!({ "logGroupIdentifier": "a" }));
    assert_eq!(
        streams.members["logStreams"][0],
        json!({
            "logStreamName": "s", "creationTime": NOW, "firstEventTimestamp": NOW,
            "lastEventTimestamp": NOW + 1, "lastIngestionTime": NOW + 5000, "storedBytes": 0,
            "uploadSequenceToken": done.text("nextSequenceToken"),
            "arn": format!("arn:aws:logs:eu-west-2:{ACCOUNT}:log-group:a:log-stream:s"),
        })
    );
    let groups = cloud.ok("DescribeLogGroups", json!({}));
    assert_eq!(groups.members["logGroups"][0]["storedBytes"], 6 + 2 * 26);
}

#[test]
fn streams_are_ordered_and_deleted() {
    let cloud = with_streams();
    stream(&cloud, "u");
    put(&cloud, "t", &[(NOW, "x")]);
    put(&cloud, "s", &[(NOW + 1, "x")]);
    let names = |more: Value| {
        cloud.ok("DescribeLogStreams", with("a", more)).column("logStreams", "logStreamName").join(" ")
    };
    assert_eq!(names(json!({})), "s t u");
    assert_eq!(names(json!({ "descending": true })), "u t s");
    assert_eq!(names(json!({ "orderBy": "LastEventTime", "descending": true })), "s t u");
    assert_eq!(names(json!({ "logStreamNamePrefix": "t" })), "t");
    let page = cloud.ok("DescribeLogStreams", with("a", json!({ "limit": 2, "descending": true })));
    assert_eq!(names(json!({ "descending": true, "nextToken": page.text("nextToken") })), "s");
    cloud.ok("DeleteLogStream", with("a", json!({ "logStreamName": "t" })));
    assert_eq!(names(json!({})), "s u");
    let again = with("a", json!({ "logStreamName": "s" }));
    assert_eq!(cloud.refused("CreateLogStream", again).1, "ResourceAlreadyExistsException");
}

#[test]
fn events_out_of_their_time_are_told_of() {
    let cloud = with_streams();
    let (day, hour) = (86_400_000, 3_600_000);
    cloud.ok("PutRetentionPolicy", with("a", json!({ "retentionInDays": 3 })));
    let late = put(&cloud, "s", &[(NOW, "now"), (NOW + 2 * hour, "soon"), (NOW + 2 * hour + 1, "late")]);
    assert_eq!(late.members["rejectedLogEventsInfo"], json!({ "tooNewLogEventStartIndex": 2 }));
    let expired = put(&cloud, "t", &[(NOW - 3 * day - 1, "expired"), (NOW - 3 * day, "kept")]);
    assert_eq!(expired.members["rejectedLogEventsInfo"], json!({ "expiredLogEventEndIndex": 1 }));
    cloud.ok("DeleteRetentionPolicy", on("a"));
    let old =
        put(&cloud, "t", &[(NOW - 14 * day - 2, "x"), (NOW - 14 * day - 1, "x"), (NOW - 14 * day, "old")]);
    assert_eq!(old.members["rejectedLogEventsInfo"], json!({ "tooOldLogEventEndIndex": 2 }));
    assert_eq!(found(&cloud, json!({})), "old kept now soon");
    for (events, told) in [
        (vec![], "logEvents"),
        (vec![(NOW, "")], "message"),
        (vec![(-1, "x")], "timestamp"),
        (vec![(NOW, "x"), (NOW - 1, "x")], "chronological"),
        (vec![(NOW - day - 1, "x"), (NOW, "x")], "24 hours"),
    ] {
        let error = cloud.err("PutLogEvents", batch("s", &events));
        assert_eq!(
            (error.code.as_ref(), error.message.contains(told)),
            ("InvalidParameterException", true),
            "{error}"
        );
    }
    let large = "x".repeat(1_048_576 - 25);
    let error = cloud.err("PutLogEvents", batch("s", &[(NOW, large.as_str())]));
    assert_eq!(error.message, "Upload too large: 1048577 bytes exceeds limit of 1048576");
    assert_eq!(cloud.refused("PutLogEvents", batch("none", &[(NOW, "x")])).1, "ResourceNotFoundException");
    let mut entity = batch("s", &[(NOW, "x")]);
    entity["entity"] = json!({ "keyAttributes": { "Type": "Service" } });
    assert_eq!(cloud.refused("PutLogEvents", entity), (501, "NotImplemented".into()));
}

#[test]
fn pages_lead_forward_and_back() {
    let cloud = with_streams();
    let events: Vec<_> =
        [(1, "1"), (2, "2"), (3, "3"), (4, "4"), (5, "5")].map(|(n, m)| (NOW + n, m)).to_vec();
    put(&cloud, "s", &events);
    let texts = |reply: &Reply| reply.column("events", "message").join("");
    let tail = get(&cloud, json!({ "limit": 2 }));
    assert_eq!(texts(&tail), "45");
    let before = get(&cloud, json!({ "limit": 2, "nextToken": tail.text("nextBackwardToken") }));
    assert_eq!(texts(&before), "23");
    let first = get(&cloud, json!({ "limit": 2, "nextToken": before.text("nextBackwardToken") }));
    assert_eq!(texts(&first), "1");
    let none = get(&cloud, json!({ "nextToken": first.text("nextBackwardToken") }));
    assert_eq!(
        (texts(&none), none.text("nextBackwardToken")),
        (String::new(), first.text("nextBackwardToken"))
    );
    let again = get(&cloud, json!({ "nextToken": none.text("nextForwardToken"), "limit": 3 }));
    assert_eq!(texts(&again), "123");
    let head = get(&cloud, json!({ "limit": 3, "startFromHead": true }));
    assert_eq!(texts(&head), "123");
    let rest = get(&cloud, json!({ "nextToken": head.text("nextForwardToken") }));
    assert_eq!(texts(&rest), "45");
    let end = get(&cloud, json!({ "nextToken": rest.text("nextForwardToken") }));
    assert_eq!((texts(&end), end.text("nextForwardToken")), (String::new(), rest.text("nextForwardToken")));
    put(&cloud, "s", &[(NOW + 6, "6")]);
    assert_eq!(texts(&get(&cloud, json!({ "nextToken": end.text("nextForwardToken") }))), "6");
    let between = json!({ "startTime": NOW + 2, "endTime": NOW + 4 });
    assert_eq!(texts(&get(&cloud, between.clone())), "23");
    assert_eq!(found(&cloud, between), "2 3 4");
    let bad = with("a", json!({ "logStreamName": "s", "nextToken": "x" }));
    assert_eq!(cloud.refused("GetLogEvents", bad).1, "InvalidParameterException");
}

#[test]
fn events_are_searched_across_streams() {
    let cloud = with_streams();
    put(&cloud, "s", &[(NOW, "a:ERROR"), (NOW + 2, r#"{"code":404}"#)]);
    put(&cloud, "t", &[(NOW + 1, "b:ERROR"), (NOW + 3, r#"{"code":200}"#)]);
    assert_eq!(found(&cloud, json!({ "filterPattern": "ERROR" })), "a:ERROR b:ERROR");
    assert_eq!(found(&cloud, json!({ "filterPattern": "{ $.code = 404 }" })), r#"{"code":404}"#);
    assert_eq!(found(&cloud, json!({ "filterPattern": "ERROR", "logStreamNames": ["t"] })), "b:ERROR");
    assert_eq!(found(&cloud, json!({ "filterPattern": "ERROR", "logStreamNamePrefix": "s" })), "a:ERROR");
    let page = cloud.ok("FilterLogEvents", with("a", json!({ "filterPattern": "ERROR", "limit": 1 })));
    assert_eq!(page.column("events", "message"), ["a:ERROR"]);
    let next = json!({ "filterPattern": "ERROR", "limit": 1, "nextToken": page.text("nextToken") });
    let rest = cloud.ok("FilterLogEvents", with("a", next));
    assert_eq!(
        (rest.column("events", "message"), &rest.members["nextToken"]),
        (vec!["b:ERROR"], &Value::Null)
    );
    for (more, refused) in [
        (json!({ "filterPattern": "[a, b]" }), (501, "NotImplemented")),
        (json!({ "startFromHead": true }), (501, "NotImplemented")),
        (json!({ "logStreamNames": ["none"] }), (400, "ResourceNotFoundException")),
        (json!({ "logStreamNames": ["s"], "logStreamNamePrefix": "s" }), (400, "InvalidParameterException")),
    ] {
        assert_eq!(cloud.refused("FilterLogEvents", with("a", more)), (refused.0, refused.1.into()));
    }
}

#[test]
fn events_expire_when_their_time_has_passed() {
    let cloud = with_streams();
    cloud.ok("PutRetentionPolicy", with("a", json!({ "retentionInDays": 1 })));
    put(&cloud, "s", &[(NOW, "old"), (NOW + 1000, "new")]);
    let copy = cloud.fork();
    cloud.later(86_400);
    assert_eq!(found(&cloud, json!({})), "old new");
    cloud.later(1);
    assert_eq!(found(&cloud, json!({})), "new");
    assert_eq!(get(&cloud, json!({})).column("events", "message"), ["new"]);
    cloud.ok("PutRetentionPolicy", with("a", json!({ "retentionInDays": 7 })));
    assert_eq!(found(&cloud, json!({})), "new");
    copy.ok("DeleteRetentionPolicy", on("a"));
    copy.later(30 * 86_400);
    assert_eq!(found(&copy, json!({})), "old new");
}
