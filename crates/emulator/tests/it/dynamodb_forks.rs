//! Forks of a database: what one writes, no other sees, whoever goes on first.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::dynamodb::{definition, get, item, key, orders, put, table, with};

fn fork(cloud: &Cloud) -> Cloud {
    Cloud { emulator: cloud.emulator.fork(), ..cloud.clone() }
}

fn value(cloud: &Cloud, id: &str) -> Option<String> {
    get(cloud, id, 1)["v"]["S"].as_str().map(str::to_owned)
}

fn set(cloud: &Cloud, id: &str, v: &str) {
    put(cloud, item(id, 1, json!({ "v": { "S": v } })));
}

#[test]
fn the_original_may_go_on_before_the_fork_is_touched() {
    let cloud = orders();
    set(&cloud, "a", "before");
    let copy = fork(&cloud);
    set(&cloud, "a", "original's");
    set(&cloud, "b", "original's");
    cloud.ok("CreateTable", definition("new"));
    assert_eq!((value(&copy, "a").as_deref(), value(&copy, "b")), (Some("before"), None));
    set(&copy, "a", "copy's");
    assert_eq!(
        (value(&cloud, "a").as_deref(), value(&copy, "a").as_deref()),
        (Some("original's"), Some("copy's"))
    );
    assert_eq!(copy.ok("ListTables", json!({})).members["TableNames"], json!(["orders"]));
}

#[test]
fn the_fork_may_go_first() {
    let cloud = orders();
    set(&cloud, "a", "before");
    let (one, two) = (fork(&cloud), fork(&cloud));
    let deeper = fork(&one);
    set(&one, "a", "one's");
    two.ok("DeleteTable", json!({ "TableName": "orders" }));
    set(&deeper, "b", "deeper's");
    assert_eq!(value(&cloud, "a").as_deref(), Some("before"));
    assert_eq!(value(&one, "a").as_deref(), Some("one's"));
    assert_eq!(
        (value(&deeper, "a").as_deref(), value(&deeper, "b").as_deref()),
        (Some("before"), Some("deeper's"))
    );
    assert_eq!(value(&one, "b"), None);
    assert_eq!(two.ok("ListTables", json!({})).members["TableNames"], json!([]));
}

#[test]
fn everything_about_a_table_is_in_the_fork() {
    let cloud = Cloud::new();
    let more = json!({
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" },
        "SSESpecification": { "Enabled": true },
        "Tags": [{ "Key": "a", "Value": "1" }],
        "ResourcePolicy": "{}",
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-at",
            "KeySchema": [{ "AttributeName": "at", "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "ALL" },
        }],
    });
    cloud.ok("CreateTable", with(definition("orders"), more));
    cloud.ok("UpdateTimeToLive", json!({ "TableName": "orders", "TimeToLiveSpecification": { "Enabled": true, "AttributeName": "ttl" } }));
    let once = json!({ "ClientRequestToken": "token", "TransactItems": [{ "Update": {
        "TableName": "orders",
        "Key": key("a", 1),
        "UpdateExpression": "ADD n :n",
        "ExpressionAttributeValues": { ":n": { "N": "1" } },
    } }] });
    cloud.ok("TransactWriteItems", once.clone());
    let copy = fork(&cloud);
    // Now the copy is one in fact too.
    put(&copy, key("own", 1));
    copy.ok("TransactWriteItems", once);
    let stream = table(&cloud, "orders")["LatestStreamArn"].as_str().unwrap().to_owned();
    assert_eq!(crate::dynamodb_streams::read(&cloud, &stream).len(), 1);
    let records = crate::dynamodb_streams::read(&copy, &stream);
    assert_eq!((records.len(), &records[0]["dynamodb"]["NewImage"]["n"]), (2, &json!({ "N": "1" })));
    assert_eq!(get(&copy, "a", 1)["n"], json!({ "N": "1" }));
    copy.ok("DeleteItem", json!({ "TableName": "orders", "Key": key("own", 1) }));
    assert_eq!(table(&copy, "orders"), table(&cloud, "orders"));
    let arn = table(&copy, "orders")["TableArn"].clone();
    for operation in ["ListTagsOfResource", "GetResourcePolicy"] {
        let members = json!({ "ResourceArn": arn });
        assert_eq!(copy.ok(operation, members.clone()).members, cloud.ok(operation, members).members);
    }
    let query = json!({
        "TableName": "orders",
        "IndexName": "by-at",
        "KeyConditionExpression": "#a = :a",
        "ExpressionAttributeNames": { "#a": "at" },
        "ExpressionAttributeValues": { ":a": { "N": "1" } },
    });
    assert_eq!(copy.ok("Query", query).members["Count"], json!(1));
    let segments = (0..2).map(|segment| {
        let scan = json!({ "TableName": "orders", "Segment": segment, "TotalSegments": 2 });
        copy.ok("Scan", scan).members["Count"].as_i64().unwrap()
    });
    assert_eq!(segments.sum::<i64>(), 1);
    copy.ok("UpdateTable", json!({ "TableName": "orders", "DeletionProtectionEnabled": true }));
    assert_eq!(table(&cloud, "orders")["DeletionProtectionEnabled"], json!(false));
}

#[test]
fn clocks_of_forks_are_their_own() {
    let cloud = orders();
    cloud.ok("UpdateTimeToLive", json!({ "TableName": "orders", "TimeToLiveSpecification": { "Enabled": true, "AttributeName": "ttl" } }));
    put(&cloud, item("a", 1, json!({ "ttl": { "N": "1768471201" } })));
    let copy = fork(&cloud);
    copy.later(2 * 3600);
    assert_eq!(get(&copy, "a", 1), Value::Null);
    assert_ne!(get(&cloud, "a", 1), Value::Null);
}

#[test]
fn statements_that_only_read_and_those_that_write_are_told_apart() {
    let cloud = orders();
    set(&cloud, "a", "before");
    let copy = fork(&cloud);
    let run = |statement: &str| {
        copy.ok("ExecuteStatement", json!({ "Statement": statement })).members["Items"].clone()
    };
    assert_eq!(run("\n select v from orders where id = 'a'"), json!([{ "v": { "S": "before" } }]));
    run("\n update orders set v = 'copy''s' where id = 'a' and \"at\" = 1");
    copy.ok(
        "BatchExecuteStatement",
        json!({ "Statements": [
        { "Statement": "UPDATE orders SET w = 1 WHERE id = 'a' AND \"at\" = 1" },
        { "Statement": "INSERT INTO orders VALUE {'id': 'b', 'at': 1}" },
    ] }),
    );
    assert_eq!(
        (value(&copy, "a").as_deref(), value(&cloud, "a").as_deref()),
        (Some("copy's"), Some("before"))
    );
    assert_eq!((get(&copy, "b", 1), get(&cloud, "b", 1)), (key("b", 1), Value::Null));
}

#[test]
fn many_forks_at_once_stay_apart() {
    let cloud = orders();
    for n in 0..50 {
        set(&cloud, &format!("item-{n}"), "before");
    }
    let forks: Vec<_> = (0..8).map(|_| fork(&cloud)).collect();
    std::thread::scope(|scope| {
        for (n, copy) in forks.iter().enumerate() {
            scope.spawn(move || {
                let own = n.to_string();
                assert_eq!(value(copy, "item-7").as_deref(), Some("before"));
                set(copy, "item-7", &own);
                set(copy, &own, &own);
                assert_eq!(value(copy, "item-7"), Some(own));
            });
        }
        set(&cloud, "item-7", "original's");
    });
    for (n, copy) in forks.iter().enumerate() {
        assert_eq!(value(copy, "item-7"), Some(n.to_string()));
        assert_eq!(copy.ok("Scan", json!({ "TableName": "orders" })).members["Count"], json!(51));
    }
    assert_eq!(value(&cloud, "item-7").as_deref(), Some("original's"));
}
