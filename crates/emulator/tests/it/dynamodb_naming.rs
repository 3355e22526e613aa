//! Tables that are named by their ARNs.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, OTHER};
use crate::dynamodb::{definition, item, key, orders, parts, put, table};

fn arn(account: &str) -> String {
    format!("arn:aws:dynamodb:eu-west-2:{account}:table/orders")
}

#[test]
fn an_arn_stands_for_a_name_in_every_operation() {
    let cloud = orders();
    let arn = arn(ACCOUNT);
    let on = |more: Value| crate::dynamodb::with(json!({ "TableName": arn }), more);
    assert_eq!(table(&cloud, &arn), table(&cloud, "orders"));
    cloud.ok("PutItem", on(json!({ "Item": item("a", 1, json!({})) })));
    let got =
        cloud.ok("GetItem", on(json!({ "Key": key("a", 1), "ReturnConsumedCapacity": "TOTAL" }))).members;
    assert_eq!(
        got,
        json!({ "Item": key("a", 1), "ConsumedCapacity": { "TableName": arn, "CapacityUnits": 0.5 } })
    );
    assert_eq!(cloud.ok("Scan", on(json!({}))).members["Count"], json!(1));
    let batch =
        json!({ "RequestItems": { &arn: { "Keys": [key("a", 1)] } }, "ReturnConsumedCapacity": "TOTAL" });
    let batch = cloud.ok("BatchGetItem", batch).members;
    assert_eq!(batch["Responses"], json!({ &arn: [key("a", 1)] }));
    assert_eq!(batch["ConsumedCapacity"][0]["TableName"], arn);
    let writes = json!({ &arn: [{ "DeleteRequest": { "Key": key("a", 1) } }] });
    cloud.ok("BatchWriteItem", json!({ "RequestItems": writes }));
    let gets = json!([{ "Get": { "TableName": arn, "Key": key("a", 1) } }]);
    assert_eq!(
        cloud.ok("TransactGetItems", json!({ "TransactItems": gets })).members["Responses"],
        json!([{}])
    );
    let puts = json!([{ "Put": { "TableName": arn, "Item": key("b", 1) } }]);
    cloud.ok("TransactWriteItems", json!({ "TransactItems": puts }));
    cloud.ok(
        "UpdateTimeToLive",
        on(json!({ "TimeToLiveSpecification": { "Enabled": true, "AttributeName": "ttl" } })),
    );
    cloud.ok("DescribeTimeToLive", on(json!({})));
    cloud.ok("DescribeContinuousBackups", on(json!({})));
    cloud.ok("UpdateTable", on(json!({ "DeletionProtectionEnabled": false })));
    cloud.ok("DeleteTable", on(json!({})));
    assert_eq!(cloud.ok("ListTables", json!({})).members["TableNames"], json!([]));
}

#[test]
fn an_arn_of_another_account_is_that_account_s_table() {
    let cloud = orders();
    let other = cloud.other_account();
    put(&cloud, item("a", 1, json!({})));
    let there = json!({ "TableName": arn(ACCOUNT), "Key": key("a", 1) });
    assert_eq!(other.ok("GetItem", there).members["Item"], key("a", 1));
    assert_eq!(table(&other, &arn(ACCOUNT))["TableArn"], arn(ACCOUNT));
    other.ok("CreateTable", definition("orders"));
    let both = json!({ arn(ACCOUNT): { "Keys": [key("a", 1)] }, arn(OTHER): { "Keys": [key("a", 1)] } });
    assert_eq!(cloud.refused("BatchGetItem", json!({ "RequestItems": both })).1, "NotImplemented");
}

#[test]
fn what_is_no_arn_of_a_table_is_refused() {
    let cloud = orders();
    let get = |cloud: &Cloud, named: &str| {
        let error = cloud.err("GetItem", json!({ "TableName": named, "Key": key("a", 1) }));
        (error.status, error.code.into_owned())
    };
    for wrong in [
        "arn:aws:s3:::orders",
        "arn:aws:dynamodb:eu-west-2",
        "arn:aws:dynamodb:eu-west-2:111111111111:table/",
        "arn:aws:dynamodb:eu-west-2:111111111111:table/orders/index/x",
    ] {
        assert_eq!(get(&cloud, wrong), (400, "ValidationException".into()), "{wrong}");
    }
    let elsewhere = arn(ACCOUNT).replace("eu-west-2", "us-east-1");
    assert_eq!(get(&cloud, &elsewhere), (400, "ResourceNotFoundException".into()));
    let twice = json!({ "orders": { "Keys": [key("a", 1)] }, arn(ACCOUNT): { "Keys": [key("a", 2)] } });
    let error = cloud.err("BatchGetItem", json!({ "RequestItems": twice }));
    assert_eq!(parts(&error), (400, "ValidationException", "Table orders is named twice in one request"));
}
