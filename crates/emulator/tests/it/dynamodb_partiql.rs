//! Statements of PartiQL.

use serde_json::{Value, json};

use crate::cloud::ACCOUNT;
use crate::dynamodb::{get, item, key, orders, put};

#[test]
fn statements_write_and_read() {
    let cloud = orders();
    let run = |statement: &str, parameters: Value| {
        cloud.ok("ExecuteStatement", json!({ "Statement": statement, "Parameters": parameters })).members["Items"].clone()
    };
    run("INSERT INTO orders VALUE {'id': ?, 'at': 1, 'amount': 5}", json!([{ "S": "it's" }]));
    run("UPDATE orders SET amount = amount + ? WHERE id = 'it''s' AND \"at\" = 1", json!([{ "N": "2" }]));
    let found = run("SELECT amount FROM \"orders\" WHERE id = ? AND \"at\" = 1", json!([{ "S": "it's" }]));
    assert_eq!(found, json!([{ "amount": { "N": "7" } }]));
    run("DELETE FROM orders WHERE id = ? AND \"at\" = 1", json!([{ "S": "it's" }]));
    assert_eq!(get(&cloud, "it's", 1), Value::Null);
}

#[test]
fn wrong_statements_are_refused() {
    let cloud = orders();
    put(&cloud, item("a", 1, json!({})));
    for (statement, code) in [
        ("INSERT INTO orders VALUE {'id': 'a', 'at': 1}", "DuplicateItemException"),
        ("SELECT * FROM none", "ResourceNotFoundException"),
        ("SELEC", "ValidationException"),
        ("UPDATE orders SET x = 1 WHERE id = 'a'", "ValidationException"),
        ("UPDATE orders SET x = 1 WHERE id = 'none' AND \"at\" = 1", "ConditionalCheckFailedException"),
    ] {
        assert_eq!(
            cloud.refused("ExecuteStatement", json!({ "Statement": statement })).1,
            code,
            "{statement}"
        );
    }
}

#[test]
fn a_statement_names_its_table_by_arn() {
    let cloud = orders();
    put(&cloud, item("a", 1, json!({})));
    let arn = format!("arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/orders");
    let statement = format!("SELECT id FROM \"{arn}\" WHERE id = 'a'");
    let found = cloud.ok("ExecuteStatement", json!({ "Statement": statement }));
    assert_eq!(found.members["Items"], json!([{ "id": { "S": "a" } }]));
    let from_there = cloud.other_account().ok("ExecuteStatement", json!({ "Statement": statement }));
    assert_eq!(from_there.members["Items"], found.members["Items"]);
}

#[test]
fn batches_and_transactions_of_statements() {
    let cloud = orders();
    put(&cloud, key("old", 1));
    let statements = json!([
        { "Statement": "INSERT INTO orders VALUE {'id': 'a', 'at': 1}" },
        { "Statement": "INSERT INTO orders VALUE {'id': 'old', 'at': 1}" },
        { "Statement": "INSERT INTO none VALUE {'id': 'a', 'at': 1}" },
    ]);
    let batch = cloud.ok("BatchExecuteStatement", json!({ "Statements": statements })).members;
    let code = |at: usize| batch["Responses"][at]["Error"]["Code"].as_str();
    assert_eq!((code(0), code(1), code(2)), (None, Some("DuplicateItem"), Some("ResourceNotFound")));
    let transaction = |id: &str| {
        json!({ "TransactStatements": [
            { "Statement": format!("INSERT INTO orders VALUE {{'id': '{id}', 'at': 2}}") },
            { "Statement": "DELETE FROM orders WHERE id = 'a' AND \"at\" = 1" },
        ], "ClientRequestToken": "token" })
    };
    cloud.ok("ExecuteTransaction", transaction("b"));
    cloud.ok("ExecuteTransaction", transaction("b"));
    assert_eq!((get(&cloud, "b", 2), get(&cloud, "a", 1)), (key("b", 2), Value::Null));
    assert_eq!(
        cloud.refused("ExecuteTransaction", transaction("c")).1,
        "IdempotentParameterMismatchException"
    );
}
