//! Tables, changed.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::dynamodb::{definition, item, orders, parts, put, table, with};

fn update(cloud: &Cloud, more: Value) -> Value {
    let members = with(json!({ "TableName": "orders" }), more);
    let changed = cloud.ok("UpdateTable", members).members["TableDescription"].clone();
    assert_eq!(changed["TableStatus"], "UPDATING");
    let described = table(cloud, "orders");
    assert_eq!(with(changed, json!({ "TableStatus": "ACTIVE" })), described);
    described
}

fn refused(cloud: &Cloud, more: Value) -> String {
    cloud.refused("UpdateTable", with(json!({ "TableName": "orders" }), more)).1
}

fn index(more: Value) -> Value {
    let index = json!({
        "IndexName": "by-at",
        "KeySchema": [{ "AttributeName": "at", "KeyType": "HASH" }],
        "Projection": { "ProjectionType": "ALL" },
    });
    with(index, more)
}

#[test]
fn billing_goes_both_ways() {
    let cloud = orders();
    let units = json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 6 });
    cloud.later(60);
    let provisioned = update(&cloud, json!({ "BillingMode": "PROVISIONED", "ProvisionedThroughput": units }));
    assert_eq!(
        provisioned["BillingModeSummary"],
        json!({ "BillingMode": "PROVISIONED", "LastUpdateToPayPerRequestDateTime": "2026-01-15T10:00:00Z" })
    );
    let wanted = json!({ "ReadCapacityUnits": 5, "WriteCapacityUnits": 6, "NumberOfDecreasesToday": 0, "LastIncreaseDateTime": "2026-01-15T10:01:00Z" });
    assert_eq!(provisioned["ProvisionedThroughput"], wanted);
    assert_eq!(refused(&cloud, json!({ "ProvisionedThroughput": units })), "ValidationException");
    cloud.later(60);
    let less = update(
        &cloud,
        json!({ "ProvisionedThroughput": { "ReadCapacityUnits": 4, "WriteCapacityUnits": 6 } }),
    );
    let wanted = json!({
        "ReadCapacityUnits": 4,
        "WriteCapacityUnits": 6,
        "NumberOfDecreasesToday": 1,
        "LastIncreaseDateTime": "2026-01-15T10:01:00Z",
        "LastDecreaseDateTime": "2026-01-15T10:02:00Z",
    });
    assert_eq!(less["ProvisionedThroughput"], wanted);
    cloud.later(86400);
    assert_eq!(table(&cloud, "orders")["ProvisionedThroughput"]["NumberOfDecreasesToday"], json!(0));
    let on_demand = update(&cloud, json!({ "BillingMode": "PAY_PER_REQUEST" }));
    assert_eq!(on_demand["BillingModeSummary"]["LastUpdateToPayPerRequestDateTime"], "2026-01-16T10:02:00Z");
    assert_eq!(on_demand["ProvisionedThroughput"]["ReadCapacityUnits"], json!(0));
    assert_eq!(refused(&cloud, json!({ "BillingMode": "PROVISIONED" })), "ValidationException");
}

#[test]
fn limits_on_demand_are_set_and_lifted() {
    let cloud = orders();
    let set = update(
        &cloud,
        json!({ "OnDemandThroughput": { "MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20 } }),
    );
    assert_eq!(set["OnDemandThroughput"], json!({ "MaxReadRequestUnits": 10, "MaxWriteRequestUnits": 20 }));
    let lifted = update(&cloud, json!({ "OnDemandThroughput": { "MaxReadRequestUnits": -1 } }));
    assert_eq!(lifted["OnDemandThroughput"], json!({ "MaxWriteRequestUnits": 20 }));
}

#[test]
fn indexes_come_change_and_go() {
    let cloud = Cloud::new();
    let units = json!({ "ReadCapacityUnits": 2, "WriteCapacityUnits": 2 });
    cloud.ok(
        "CreateTable",
        with(definition("orders"), json!({ "BillingMode": "PROVISIONED", "ProvisionedThroughput": units })),
    );
    put(&cloud, item("a", 1, json!({})));
    let change = |change: Value| json!({ "GlobalSecondaryIndexUpdates": [change] });
    assert_eq!(refused(&cloud, change(json!({ "Create": index(json!({})) }))), "ValidationException");
    let attributes = json!({ "AttributeDefinitions": [{ "AttributeName": "at", "AttributeType": "N" }] });
    let new = change(json!({ "Create": index(json!({ "ProvisionedThroughput": units })) }));
    let created = update(&cloud, with(new.clone(), attributes.clone()));
    assert_eq!(created["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["WriteCapacityUnits"], json!(2));
    assert_eq!(created["GlobalSecondaryIndexes"][0]["ItemCount"], json!(1));
    assert_eq!(refused(&cloud, with(new, attributes)), "ValidationException");

    let more = json!({ "IndexName": "by-at", "ProvisionedThroughput": { "ReadCapacityUnits": 3, "WriteCapacityUnits": 1 } });
    let changed = update(&cloud, change(json!({ "Update": more })));
    let wanted = json!({
        "ReadCapacityUnits": 3,
        "WriteCapacityUnits": 1,
        "NumberOfDecreasesToday": 1,
        "LastIncreaseDateTime": "2026-01-15T10:00:00Z",
        "LastDecreaseDateTime": "2026-01-15T10:00:00Z",
    });
    assert_eq!(changed["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"], wanted);
    for wrong in [
        json!({ "Update": more }),
        json!({ "Update": { "IndexName": "none", "ProvisionedThroughput": units } }),
        json!({ "Update": { "IndexName": "by-at", "ProvisionedThroughput": { "ReadCapacityUnits": 0, "WriteCapacityUnits": 1 } } }),
        json!({ "Update": { "IndexName": "by-at", "OnDemandThroughput": { "MaxReadRequestUnits": 1 } } }),
        json!({ "Update": { "IndexName": "by-at", "WarmThroughput": { "ReadUnitsPerSecond": 1 } } }),
    ] {
        assert_eq!(refused(&cloud, change(wrong.clone())), "ValidationException", "{wrong}");
    }
    let queried = json!({
        "TableName": "orders",
        "IndexName": "by-at",
        "KeyConditionExpression": "#a = :a",
        "ExpressionAttributeNames": { "#a": "at" },
        "ExpressionAttributeValues": { ":a": { "N": "1" } },
    });
    assert_eq!(cloud.ok("Query", queried.clone()).members["Count"], json!(1));
    let gone = update(&cloud, change(json!({ "Delete": { "IndexName": "by-at" } })));
    assert_eq!(gone["GlobalSecondaryIndexes"], Value::Null);
    assert_eq!(cloud.refused("Query", queried).1, "ValidationException");
    assert_eq!(
        refused(&cloud, change(json!({ "Delete": { "IndexName": "by-at" } }))),
        "ResourceNotFoundException"
    );
}

#[test]
fn indexes_follow_the_table_s_billing() {
    let cloud = Cloud::new();
    let indexes = json!([index(json!({ "OnDemandThroughput": { "MaxReadRequestUnits": 9 } }))]);
    cloud.ok("CreateTable", with(definition("orders"), json!({ "GlobalSecondaryIndexes": indexes })));
    let units = json!({ "ReadCapacityUnits": 2, "WriteCapacityUnits": 2 });
    let to_provisioned = json!({ "BillingMode": "PROVISIONED", "ProvisionedThroughput": units });
    assert_eq!(refused(&cloud, to_provisioned.clone()), "ValidationException");
    let of_index = json!({ "GlobalSecondaryIndexUpdates": [{ "Update": { "IndexName": "by-at", "ProvisionedThroughput": units } }] });
    let provisioned = update(&cloud, with(to_provisioned, of_index));
    assert_eq!(
        provisioned["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"],
        json!(2)
    );
    assert_eq!(provisioned["GlobalSecondaryIndexes"][0]["OnDemandThroughput"], Value::Null);
    let on_demand = update(&cloud, json!({ "BillingMode": "PAY_PER_REQUEST" }));
    assert_eq!(
        on_demand["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"]["ReadCapacityUnits"],
        json!(0)
    );
}

#[test]
fn class_protection_and_warmth_are_changed() {
    let cloud = orders();
    cloud.later(60);
    let class = update(&cloud, json!({ "TableClass": "STANDARD_INFREQUENT_ACCESS" }));
    assert_eq!(
        class["TableClassSummary"],
        json!({ "TableClass": "STANDARD_INFREQUENT_ACCESS", "LastUpdateDateTime": "2026-01-15T10:01:00Z" })
    );
    assert_eq!(
        update(&cloud, json!({ "DeletionProtectionEnabled": true }))["DeletionProtectionEnabled"],
        json!(true)
    );
    let warm = update(&cloud, json!({ "WarmThroughput": { "WriteUnitsPerSecond": 5000 } }));
    assert_eq!(
        warm["WarmThroughput"],
        json!({ "ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 5000, "Status": "ACTIVE" })
    );
    let error = cloud.err(
        "UpdateTable",
        json!({ "TableName": "orders", "WarmThroughput": { "WriteUnitsPerSecond": 4500 } }),
    );
    let text = "One or more parameter values were invalid: Requested WriteUnitsPerSecond for WarmThroughput for table is lower than the current WarmThroughput, decreasing WarmThroughput is not supported";
    assert_eq!(parts(&error), (400, "ValidationException", text));
    assert_eq!(refused(&cloud, json!({})), "ValidationException");
}

#[test]
fn a_change_that_is_refused_changes_nothing() {
    let cloud = orders();
    let before = table(&cloud, "orders");
    let stream = json!({ "StreamEnabled": true, "StreamViewType": "NEW_IMAGE" });
    assert_eq!(
        refused(&cloud, json!({ "StreamSpecification": stream, "TableClass": "NONE" })),
        "ValidationException"
    );
    let wrong =
        json!({ "SSESpecification": { "Enabled": true }, "WarmThroughput": { "ReadUnitsPerSecond": 1 } });
    assert_eq!(refused(&cloud, wrong), "ValidationException");
    assert_eq!(table(&cloud, "orders"), before);
}
