//! Items that expire.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::dynamodb::{definition, get, item, key, orders, parts, put, with};

const HOUR: i64 = 3600;

fn turn(enabled: bool) -> Value {
    json!({ "TableName": "orders", "TimeToLiveSpecification": { "Enabled": enabled, "AttributeName": "gone-at" } })
}

fn expiring(cloud: &Cloud, id: &str, in_seconds: i64) {
    let at = cloud.emulator.clock().now().as_second() + in_seconds;
    put(cloud, item(id, 1, json!({ "gone-at": { "N": at.to_string() } })));
}

#[test]
fn expired_items_are_removed_once_an_hour() {
    let cloud = orders();
    cloud.ok("UpdateTimeToLive", turn(true));
    expiring(&cloud, "soon", 60);
    expiring(&cloud, "later", 3 * HOUR);
    put(&cloud, key("never", 1));
    put(&cloud, item("text", 1, json!({ "gone-at": { "S": "1" } })));
    cloud.later(HOUR - 1);
    assert_ne!(get(&cloud, "soon", 1), Value::Null);
    cloud.later(1);
    assert_eq!(get(&cloud, "soon", 1), Value::Null);
    for there in ["later", "never", "text"] {
        assert_ne!(get(&cloud, there, 1), Value::Null, "{there}");
    }
    cloud.later(48 * HOUR);
    assert_eq!(cloud.ok("Scan", json!({ "TableName": "orders" })).members["Count"], json!(2));
}

#[test]
fn the_stream_tells_who_removed_an_item() {
    let cloud = Cloud::new();
    let stream = json!({ "StreamEnabled": true, "StreamViewType": "OLD_IMAGE" });
    let made = cloud.ok("CreateTable", with(definition("orders"), json!({ "StreamSpecification": stream })));
    let stream = made.members["TableDescription"]["LatestStreamArn"].as_str().unwrap().to_owned();
    cloud.ok("UpdateTimeToLive", turn(true));
    expiring(&cloud, "a", 60);
    cloud.later(2 * HOUR);
    let records = crate::dynamodb_streams::read(&cloud, &stream);
    assert_eq!(records.len(), 2);
    assert_eq!((&records[0]["eventName"], &records[0]["userIdentity"]), (&json!("INSERT"), &Value::Null));
    let service = json!({ "PrincipalId": "dynamodb.amazonaws.com", "Type": "Service" });
    assert_eq!((&records[1]["eventName"], &records[1]["userIdentity"]), (&json!("REMOVE"), &service));
    assert_eq!(records[1]["dynamodb"]["ApproximateCreationDateTime"], "2026-01-15T12:00:00Z");
}

#[test]
fn a_change_is_made_once_and_not_at_once_again() {
    let cloud = orders();
    let refused = |enabled: bool| cloud.err("UpdateTimeToLive", turn(enabled));
    assert_eq!(parts(&refused(false)), (400, "ValidationException", "TimeToLive is already disabled"));
    let kept = cloud.ok("UpdateTimeToLive", turn(true)).members;
    assert_eq!(kept["TimeToLiveSpecification"], turn(true)["TimeToLiveSpecification"]);
    let again = "Time to live has been modified multiple times within a fixed interval";
    assert_eq!(parts(&refused(false)), (400, "ValidationException", again));
    cloud.later(HOUR);
    assert_eq!(parts(&refused(true)), (400, "ValidationException", "TimeToLive is already enabled"));
    let described = || {
        cloud.ok("DescribeTimeToLive", json!({ "TableName": "orders" })).members["TimeToLiveDescription"]
            .clone()
    };
    assert_eq!(described(), json!({ "TimeToLiveStatus": "ENABLED", "AttributeName": "gone-at" }));
    cloud.ok("UpdateTimeToLive", turn(false));
    assert_eq!(described(), json!({ "TimeToLiveStatus": "DISABLED" }));
    expiring(&cloud, "a", 60);
    cloud.later(48 * HOUR);
    assert_ne!(get(&cloud, "a", 1), Value::Null);
    assert_eq!(cloud.refused("UpdateTimeToLive", json!({ "TableName": "orders" })).1, "ValidationException");
}
