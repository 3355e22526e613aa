//! What the tests of DynamoDB share.

use serde_json::{Value, json};
use stackproof_aws::ApiError;

use crate::cloud::{Cloud, Reply};

/// A table `orders` by `id` and `at`, on demand.
pub fn orders() -> Cloud {
    let cloud = Cloud::new();
    cloud.ok("CreateTable", definition("orders"));
    cloud
}

/// The members that make a table by `id` and `at`, on demand.
pub fn definition(name: &str) -> Value {
    json!({
        "TableName": name,
        "KeySchema": [
            { "AttributeName": "id", "KeyType": "HASH" },
            { "AttributeName": "at", "KeyType": "RANGE" },
        ],
        "AttributeDefinitions": [
            { "AttributeName": "id", "AttributeType": "S" },
            { "AttributeName": "at", "AttributeType": "N" },
        ],
        "BillingMode": "PAY_PER_REQUEST",
    })
}

/// `definition` with further members.
pub fn with(members: Value, more: Value) -> Value {
    let (Value::Object(mut members), Value::Object(more)) = (members, more) else { panic!("objects") };
    members.extend(more);
    Value::Object(members)
}

/// The key of an item of `orders`.
pub fn key(id: &str, at: i64) -> Value {
    json!({ "id": { "S": id }, "at": { "N": at.to_string() } })
}

/// An item of `orders` with further attributes.
pub fn item(id: &str, at: i64, more: Value) -> Value {
    with(key(id, at), more)
}

/// Puts an item into `orders`.
pub fn put(cloud: &Cloud, item: Value) -> Reply {
    cloud.ok("PutItem", json!({ "TableName": "orders", "Item": item }))
}

/// Gets an item of `orders`; null where there is none.
pub fn get(cloud: &Cloud, id: &str, at: i64) -> Value {
    cloud.ok("GetItem", json!({ "TableName": "orders", "Key": key(id, at) })).members["Item"].clone()
}

/// A table as it is described.
pub fn table(cloud: &Cloud, name: &str) -> Value {
    cloud.ok("DescribeTable", json!({ "TableName": name })).members["Table"].clone()
}

/// Status, code and text of an error.
pub fn parts(error: &ApiError) -> (u16, &str, &str) {
    (error.status, error.code.as_ref(), error.message.as_str())
}

/// A member of an error that tells of items.
pub fn told(error: &ApiError, name: &str) -> Value {
    let detail = error.details.iter().find(|(known, _)| *known == name);
    serde_json::from_str(&detail.unwrap_or_else(|| panic!("no {name} in {error}")).1).unwrap()
}
