//! Transactions, and the tokens that make them happen once.

use serde_json::{Value, json};

use crate::dynamodb::{get, item, key, orders, parts, put, told};

fn add(id: &str, by: i64) -> Value {
    json!({ "Update": {
        "TableName": "orders",
        "Key": key(id, 1),
        "UpdateExpression": "ADD amount :n",
        "ExpressionAttributeValues": { ":n": { "N": by.to_string() } },
    } })
}

#[test]
fn all_is_written_or_nothing() {
    let cloud = orders();
    put(&cloud, item("a", 1, json!({ "amount": { "N": "5" } })));
    let check = json!({ "ConditionCheck": {
        "TableName": "orders",
        "Key": key("a", 1),
        "ConditionExpression": "amount > :n",
        "ExpressionAttributeValues": { ":n": { "N": "9" } },
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    } });
    let new = json!({ "Put": { "TableName": "orders", "Item": key("b", 1) } });
    let error = cloud.err("TransactWriteItems", json!({ "TransactItems": [new, check] }));
    let text = "Transaction cancelled, please refer cancellation reasons for specific reasons [None, ConditionalCheckFailed]";
    assert_eq!(parts(&error), (400, "TransactionCanceledException", text));
    let reasons = json!([
        { "Code": "None" },
        { "Code": "ConditionalCheckFailed", "Message": "The conditional request failed", "Item": item("a", 1, json!({ "amount": { "N": "5" } })) },
    ]);
    assert_eq!(told(&error, "CancellationReasons"), reasons);
    assert_eq!(get(&cloud, "b", 1), Value::Null);
    cloud.ok("TransactWriteItems", json!({ "TransactItems": [new, add("a", 1)] }));
    let gets = json!([{ "Get": { "TableName": "orders", "Key": key("a", 1) } }, { "Get": { "TableName": "orders", "Key": key("c", 1) } }]);
    let read = cloud.ok("TransactGetItems", json!({ "TransactItems": gets })).members;
    assert_eq!(read["Responses"], json!([{ "Item": item("a", 1, json!({ "amount": { "N": "6" } })) }, {}]));
    let twice = json!({ "TransactItems": [add("a", 1), add("a", 1)] });
    assert_eq!(cloud.refused("TransactWriteItems", twice).1, "ValidationException");
}

#[test]
fn a_token_makes_a_transaction_happen_once() {
    let cloud = orders();
    let with_token = |by: i64| json!({ "TransactItems": [add("a", by)], "ClientRequestToken": "token" });
    cloud.ok("TransactWriteItems", with_token(1));
    cloud.later(599);
    cloud.ok("TransactWriteItems", with_token(1));
    assert_eq!(get(&cloud, "a", 1)["amount"], json!({ "N": "1" }));
    assert_eq!(cloud.refused("TransactWriteItems", with_token(2)).1, "IdempotentParameterMismatchException");
    let mut capacity = with_token(1);
    capacity["ReturnConsumedCapacity"] = json!("TOTAL");
    assert_eq!(cloud.refused("TransactWriteItems", capacity).1, "NotImplemented");
    cloud.later(1);
    cloud.ok("TransactWriteItems", with_token(2));
    assert_eq!(get(&cloud, "a", 1)["amount"], json!({ "N": "3" }));
    let long = json!({ "TransactItems": [add("a", 1)], "ClientRequestToken": "x".repeat(37) });
    assert_eq!(cloud.refused("TransactWriteItems", long).1, "ValidationException");
}

#[test]
fn a_transaction_that_failed_can_be_tried_again() {
    let cloud = orders();
    let members = json!({
        "ClientRequestToken": "token",
        "TransactItems": [
            { "ConditionCheck": { "TableName": "orders", "Key": key("a", 1), "ConditionExpression": "attribute_exists(id)" } },
            add("b", 1),
        ],
    });
    assert_eq!(cloud.refused("TransactWriteItems", members.clone()).1, "TransactionCanceledException");
    put(&cloud, key("a", 1));
    cloud.ok("TransactWriteItems", members);
    assert_eq!(get(&cloud, "b", 1)["amount"], json!({ "N": "1" }));
}

#[test]
fn an_update_in_a_transaction_does_not_change_a_key() {
    let cloud = orders();
    put(&cloud, key("a", 1));
    let update = |expression: &str, names: Value| {
        let mut update = json!({
            "TableName": "orders", "Key": key("a", 1), "UpdateExpression": expression,
            "ExpressionAttributeValues": { ":v": { "S": "b" } },
        });
        if !names.is_null() {
            update["ExpressionAttributeNames"] = names;
        }
        json!({ "TransactItems": [add("b", 1), { "Update": update }] })
    };
    for members in [
        update("SET id = :v", Value::Null),
        update("set #x = :v", json!({ "#x": "id" })),
        update("SET note = :v REMOVE id", Value::Null),
    ] {
        let error = cloud.err("TransactWriteItems", members);
        assert_eq!(parts(&error).1, "TransactionCanceledException");
        let message = "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key";
        let reasons = json!([{ "Code": "None" }, { "Code": "ValidationError", "Message": message }]);
        assert_eq!(told(&error, "CancellationReasons"), reasons);
    }
    assert_eq!(get(&cloud, "b", 1), Value::Null);
    cloud.ok("TransactWriteItems", update("SET note = :v", Value::Null));
}
