//! Items: written, conditioned, read, searched.

use serde_json::{Value, json};

use crate::dynamodb::{get, item, key, orders, parts, put, told, with};

fn on(more: Value) -> Value {
    with(json!({ "TableName": "orders" }), more)
}

#[test]
fn every_type_of_attribute_is_kept() {
    let cloud = orders();
    let whole = item(
        "a",
        1,
        json!({
            "text": { "S": "é \" \\ \u{1F600}" },
            "empty": { "S": "" },
            "number": { "N": "123456789012345678901234567890.12345678" },
            "small": { "N": "0.1" },
            "raw": { "B": "AAECgP8=" },
            "yes": { "BOOL": true },
            "nothing": { "NULL": true },
            "texts": { "SS": ["a", "b"] },
            "numbers": { "NS": ["1", "2.5"] },
            "raws": { "BS": ["AA==", "/w=="] },
            "list": { "L": [{ "S": "x" }, { "L": [] }, { "M": {} }] },
            "map": { "M": { "deep": { "M": { "n": { "N": "-1" } } } } },
        }),
    );
    put(&cloud, whole.clone());
    assert_eq!(get(&cloud, "a", 1), whole);
    cloud.ok(
        "UpdateItem",
        on(json!({
            "Key": key("a", 1),
            "UpdateExpression": "SET small = small + :n",
            "ExpressionAttributeValues": { ":n": { "N": "0.2" } },
        })),
    );
    assert_eq!(get(&cloud, "a", 1)["small"], json!({ "N": "0.3" }));
}

#[test]
fn wrong_items_are_refused() {
    let cloud = orders();
    for wrong in [
        json!({ "id": { "S": "a" } }),
        json!({ "id": { "S": "a" }, "at": { "S": "1" } }),
        json!({ "id": { "S": "" }, "at": { "N": "1" } }),
        item("a", 1, json!({ "n": { "N": "one" } })),
        item("a", 1, json!({ "n": { "N": "1e200" } })),
        item("a", 1, json!({ "s": { "SS": [] } })),
        item("a", 1, json!({ "s": { "SS": ["a", "a"] } })),
        item("a", 1, json!({ "two": { "S": "a", "N": "1" } })),
        item("a", 1, json!({ "none": {} })),
        item("a", 1, json!({ "big": { "S": "x".repeat(410_000) } })),
    ] {
        let text = wrong.to_string();
        let text: String = text.chars().take(80).collect();
        assert_eq!(
            cloud.refused("PutItem", on(json!({ "Item": wrong }))),
            (400, "ValidationException".into()),
            "{text}"
        );
    }
    let half = json!({ "Key": { "id": { "S": "a" } } });
    for operation in ["GetItem", "DeleteItem", "UpdateItem"] {
        let error = cloud.err(operation, on(half.clone()));
        let text = "The provided key element does not match the schema";
        assert_eq!(parts(&error), (400, "ValidationException", text), "{operation}");
    }
    let missing = json!({ "TableName": "nothing", "Key": key("a", 1) });
    let error = cloud.err("GetItem", missing);
    assert_eq!(parts(&error), (400, "ResourceNotFoundException", "Requested resource not found"));
    assert_eq!(cloud.refused("PutItem", on(json!({}))).1, "ValidationException");
    assert_eq!(cloud.ok("Scan", on(json!({}))).members["Count"], json!(0));
}

#[test]
fn a_condition_that_fails_tells_of_the_item_on_request() {
    let cloud = orders();
    let old = item("a", 1, json!({ "amount": { "N": "5" } }));
    put(&cloud, old.clone());
    let again = json!({ "Item": key("a", 1), "ConditionExpression": "attribute_not_exists(id)" });
    let error = cloud.err("PutItem", on(again.clone()));
    assert_eq!(parts(&error), (400, "ConditionalCheckFailedException", "The conditional request failed"));
    assert_eq!(error.details, []);
    for (operation, members) in [
        ("PutItem", again),
        (
            "UpdateItem",
            json!({ "Key": key("a", 1), "UpdateExpression": "REMOVE amount", "ConditionExpression": "attribute_not_exists(id)" }),
        ),
        ("DeleteItem", json!({ "Key": key("a", 1), "ConditionExpression": "attribute_not_exists(id)" })),
    ] {
        let members = with(on(members), json!({ "ReturnValuesOnConditionCheckFailure": "ALL_OLD" }));
        assert_eq!(told(&cloud.err(operation, members), "Item"), old, "{operation}");
    }
    let legacy = json!({ "Key": key("a", 1), "Expected": { "amount": { "Value": { "N": "6" } } } });
    assert_eq!(cloud.refused("DeleteItem", on(legacy)).1, "ConditionalCheckFailedException");
    assert_eq!(get(&cloud, "a", 1), old);
}

#[test]
fn updates_give_back_what_is_asked_for() {
    let cloud = orders();
    put(
        &cloud,
        item(
            "a",
            1,
            json!({ "amount": { "N": "5" }, "tags": { "SS": ["x"] }, "prices": { "L": [{ "N": "1" }] } }),
        ),
    );
    let change = json!({
        "Key": key("a", 1),
        "UpdateExpression": "SET #t = #t + :n, prices[0] = :n, made = if_not_exists(made, :n) ADD tags :more",
        "ExpressionAttributeNames": { "#t": "amount" },
        "ExpressionAttributeValues": { ":n": { "N": "2" }, ":more": { "SS": ["y"] } },
        "ReturnValues": "UPDATED_NEW",
        "ReturnConsumedCapacity": "TOTAL",
    });
    let changed = cloud.ok("UpdateItem", on(change)).members;
    let wanted = json!({
        "amount": { "N": "7" },
        "prices": { "L": [{ "N": "2" }] },
        "made": { "N": "2" },
        "tags": { "SS": ["x", "y"] },
    });
    assert_eq!(changed["Attributes"], wanted);
    assert_eq!(changed["ConsumedCapacity"], json!({ "TableName": "orders", "CapacityUnits": 1.0 }));
    let gone = cloud.ok("DeleteItem", on(json!({ "Key": key("a", 1), "ReturnValues": "ALL_OLD" })));
    assert_eq!(gone.members["Attributes"], item("a", 1, wanted));
    assert_eq!(get(&cloud, "a", 1), Value::Null);
}

#[test]
fn expressions_are_checked() {
    let cloud = orders();
    put(&cloud, item("a", 1, json!({})));
    let one = json!({ ":n": { "N": "1" } });
    for (expression, values) in [
        ("SET name = :n", json!(one)),
        ("SET x = :missing", json!(one)),
        ("SET x = :n", json!({ ":n": { "N": "1" }, ":unused": { "N": "1" } })),
        ("SET x = :n, x.y = :n", json!(one)),
        ("SET id = :n", json!(one)),
        ("SET x[0 = :n", json!(one)),
        ("SET x.y = :n", json!(one)),
    ] {
        let members = json!({ "Key": key("a", 1), "UpdateExpression": expression, "ExpressionAttributeValues": values });
        assert_eq!(cloud.refused("UpdateItem", on(members)).1, "ValidationException", "{expression}");
    }
    let filter = json!({
        "KeyConditionExpression": "id = :n",
        "FilterExpression": "id = :n",
        "ExpressionAttributeValues": { ":n": { "S": "a" } },
    });
    assert_eq!(cloud.refused("Query", on(filter)).1, "ValidationException");
}

#[test]
fn queries_and_scans_go_by_pages() {
    let cloud = orders();
    for at in 1..=5 {
        put(
            &cloud,
            item(
                "a",
                at,
                json!({ "amount": { "N": (at * 10).to_string() }, "m": { "M": { "l": { "L": [{ "S": "deep" }] } } } }),
            ),
        );
    }
    put(&cloud, item("b", 1, json!({})));
    let query = |more: Value| {
        let query = json!({ "KeyConditionExpression": "id = :id", "ExpressionAttributeValues": { ":id": { "S": "a" } } });
        cloud.ok("Query", on(with(query, more))).members
    };
    let first = query(json!({ "Limit": 2, "ScanIndexForward": false }));
    assert_eq!(first["LastEvaluatedKey"], key("a", 4));
    let rest = query(json!({ "ScanIndexForward": false, "ExclusiveStartKey": first["LastEvaluatedKey"] }));
    assert_eq!((&rest["Count"], &rest["LastEvaluatedKey"]), (&json!(3), &Value::Null));
    let between = query(json!({
        "KeyConditionExpression": "id = :id AND #at BETWEEN :low AND :high",
        "FilterExpression": "amount > :t",
        "ExpressionAttributeNames": { "#at": "at" },
        "ExpressionAttributeValues": { ":id": { "S": "a" }, ":low": { "N": "2" }, ":high": { "N": "4" }, ":t": { "N": "20" } },
        "ProjectionExpression": "m.l[0], amount",
    }));
    assert_eq!((&between["Count"], &between["ScannedCount"]), (&json!(2), &json!(3)));
    assert_eq!(
        between["Items"][0],
        json!({ "amount": { "N": "30" }, "m": { "M": { "l": { "L": [{ "S": "deep" }] } } } })
    );
    assert_eq!(query(json!({ "Select": "COUNT" })), json!({ "Count": 5, "ScannedCount": 5 }));
    let segments = (0..3).map(|segment| {
        let scan = cloud.ok("Scan", on(json!({ "Segment": segment, "TotalSegments": 3 })));
        scan.members["Count"].as_i64().unwrap()
    });
    assert_eq!(segments.sum::<i64>(), 6);
}

#[test]
fn batches_are_written_and_read() {
    let cloud = orders();
    let request = |at: i64| json!({ "PutRequest": { "Item": item("a", at, json!({})) } });
    let full: Vec<Value> = (0..26).map(request).collect();
    let written = cloud.ok("BatchWriteItem", json!({ "RequestItems": { "orders": &full[..25] } }));
    assert_eq!(written.members, json!({ "UnprocessedItems": {} }));
    for wrong in [json!(full), json!([request(1), request(1)]), json!([])] {
        assert_eq!(
            cloud.refused("BatchWriteItem", json!({ "RequestItems": { "orders": wrong } })).1,
            "ValidationException"
        );
    }
    let read = cloud
        .ok("BatchGetItem", json!({ "RequestItems": { "orders": { "Keys": [key("a", 3), key("a", 99)] } } }));
    assert_eq!(read.members, json!({ "Responses": { "orders": [key("a", 3)] }, "UnprocessedKeys": {} }));
    let error = cloud.err("BatchGetItem", json!({ "RequestItems": { "none": { "Keys": [key("a", 3)] } } }));
    assert_eq!(error.code, "ResourceNotFoundException");
}
