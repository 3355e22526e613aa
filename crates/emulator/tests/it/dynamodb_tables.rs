//! Tables: every member that makes one, read back.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, OTHER};
use crate::dynamodb::{definition, parts, table, with};

fn everything() -> Value {
    json!({
        "TableName": "whole",
        "KeySchema": [
            { "AttributeName": "id", "KeyType": "HASH" },
            { "AttributeName": "at", "KeyType": "RANGE" },
        ],
        "AttributeDefinitions": [
            { "AttributeName": "id", "AttributeType": "S" },
            { "AttributeName": "at", "AttributeType": "N" },
            { "AttributeName": "raw", "AttributeType": "B" },
        ],
        "LocalSecondaryIndexes": [{
            "IndexName": "by-raw",
            "KeySchema": [
                { "AttributeName": "id", "KeyType": "HASH" },
                { "AttributeName": "raw", "KeyType": "RANGE" },
            ],
            "Projection": { "ProjectionType": "KEYS_ONLY" },
        }],
        "GlobalSecondaryIndexes": [{
            "IndexName": "at-first",
            "KeySchema": [{ "AttributeName": "at", "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "INCLUDE", "NonKeyAttributes": ["total", "state"] },
            "ProvisionedThroughput": { "ReadCapacityUnits": 3, "WriteCapacityUnits": 4 },
            "WarmThroughput": { "ReadUnitsPerSecond": 30, "WriteUnitsPerSecond": 40 },
        }],
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": 6 },
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "OLD_IMAGE" },
        "SSESpecification": { "Enabled": true, "SSEType": "KMS" },
        "Tags": [{ "Key": "team", "Value": "records" }],
        "TableClass": "STANDARD_INFREQUENT_ACCESS",
        "DeletionProtectionEnabled": true,
        "WarmThroughput": { "ReadUnitsPerSecond": 50, "WriteUnitsPerSecond": 60 },
        "ResourcePolicy": r#"{ "Version": "2012-10-17", "Statement": [] }"#,
    })
}

#[test]
fn every_member_is_described() {
    let cloud = Cloud::new();
    let made = cloud.ok("CreateTable", everything()).members["TableDescription"].clone();
    assert_eq!(made["TableStatus"], "CREATING");
    let mut described = table(&cloud, "whole");
    let id = described.as_object_mut().unwrap().remove("TableId").unwrap();
    assert_eq!(made["TableId"], id);
    let arn = format!("arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/whole");
    let label = "2026-01-15T10:00:00.000";
    let key = described["SSEDescription"]["KMSMasterKeyArn"].clone();
    let wanted = json!({
        "TableName": "whole",
        "TableStatus": "ACTIVE",
        "TableArn": arn,
        "CreationDateTime": "2026-01-15T10:00:00Z",
        "ItemCount": 0,
        "TableSizeBytes": 0,
        "KeySchema": everything()["KeySchema"],
        "AttributeDefinitions": everything()["AttributeDefinitions"],
        "ProvisionedThroughput": { "ReadCapacityUnits": 5, "WriteCapacityUnits": 6, "NumberOfDecreasesToday": 0 },
        "WarmThroughput": { "ReadUnitsPerSecond": 50, "WriteUnitsPerSecond": 60, "Status": "ACTIVE" },
        "LocalSecondaryIndexes": [{
            "IndexName": "by-raw",
            "IndexArn": format!("{arn}/index/by-raw"),
            "KeySchema": everything()["LocalSecondaryIndexes"][0]["KeySchema"],
            "Projection": { "ProjectionType": "KEYS_ONLY" },
            "ItemCount": 0,
            "IndexSizeBytes": 0,
        }],
        "GlobalSecondaryIndexes": [{
            "IndexName": "at-first",
            "IndexArn": format!("{arn}/index/at-first"),
            "IndexStatus": "ACTIVE",
            "KeySchema": [{ "AttributeName": "at", "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "INCLUDE", "NonKeyAttributes": ["total", "state"] },
            "ProvisionedThroughput": { "ReadCapacityUnits": 3, "WriteCapacityUnits": 4, "NumberOfDecreasesToday": 0 },
            "WarmThroughput": { "ReadUnitsPerSecond": 30, "WriteUnitsPerSecond": 40, "Status": "ACTIVE" },
            "ItemCount": 0,
            "IndexSizeBytes": 0,
        }],
        "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "OLD_IMAGE" },
        "LatestStreamArn": format!("{arn}/stream/{label}"),
        "LatestStreamLabel": label,
        "SSEDescription": { "Status": "ENABLED", "SSEType": "KMS", "KMSMasterKeyArn": key },
        "TableClassSummary": { "TableClass": "STANDARD_INFREQUENT_ACCESS" },
        "DeletionProtectionEnabled": true,
    });
    assert_eq!(described, wanted);
    let tags = cloud.ok("ListTagsOfResource", json!({ "ResourceArn": arn }));
    assert_eq!(tags.members, json!({ "Tags": [{ "Key": "team", "Value": "records" }] }));
    let policy = cloud.ok("GetResourcePolicy", json!({ "ResourceArn": arn }));
    assert_eq!(policy.text("Policy"), everything()["ResourcePolicy"]);
}

#[test]
fn a_table_on_demand_has_limits_of_its_own() {
    let cloud = Cloud::new();
    let limits = json!({ "MaxReadRequestUnits": 7, "MaxWriteRequestUnits": 8 });
    let index = json!([{
        "IndexName": "at-first",
        "KeySchema": [{ "AttributeName": "at", "KeyType": "HASH" }],
        "Projection": { "ProjectionType": "ALL" },
        "OnDemandThroughput": { "MaxReadRequestUnits": 9 },
    }]);
    let more = json!({ "OnDemandThroughput": limits, "GlobalSecondaryIndexes": index });
    cloud.ok("CreateTable", with(definition("orders"), more));
    let described = table(&cloud, "orders");
    assert_eq!(described["OnDemandThroughput"], limits);
    assert_eq!(
        described["GlobalSecondaryIndexes"][0]["OnDemandThroughput"],
        json!({ "MaxReadRequestUnits": 9 })
    );
    let since = json!({ "BillingMode": "PAY_PER_REQUEST", "LastUpdateToPayPerRequestDateTime": "2026-01-15T10:00:00Z" });
    assert_eq!(described["BillingModeSummary"], since);
    let nothing = json!({ "ReadCapacityUnits": 0, "WriteCapacityUnits": 0, "NumberOfDecreasesToday": 0 });
    assert_eq!(described["ProvisionedThroughput"], nothing);
    let warm = json!({ "ReadUnitsPerSecond": 12000, "WriteUnitsPerSecond": 4000, "Status": "ACTIVE" });
    assert_eq!(described["WarmThroughput"], warm);
    assert_eq!(described["GlobalSecondaryIndexes"][0]["WarmThroughput"], warm);
    assert_eq!(described["DeletionProtectionEnabled"], json!(false));
    for absent in ["SSEDescription", "StreamSpecification", "LatestStreamArn", "TableClassSummary"] {
        assert_eq!(described[absent], Value::Null, "{absent}");
    }
}

#[test]
fn tables_that_cannot_be_are_refused() {
    let cloud = Cloud::new();
    cloud.ok("CreateTable", definition("orders"));
    let units = json!({ "ReadCapacityUnits": 1, "WriteCapacityUnits": 1 });
    let index = |more: Value| {
        let index = json!({
            "IndexName": "at-first",
            "KeySchema": [{ "AttributeName": "at", "KeyType": "HASH" }],
            "Projection": { "ProjectionType": "ALL" },
        });
        json!({ "GlobalSecondaryIndexes": [with(index, more)] })
    };
    for (change, code) in [
        (json!({ "TableName": "orders" }), "ResourceInUseException"),
        (json!({ "TableName": "x" }), "ValidationException"),
        (json!({ "TableName": "a b c" }), "ValidationException"),
        (json!({ "KeySchema": [{ "AttributeName": "other", "KeyType": "HASH" }] }), "ValidationException"),
        (json!({ "BillingMode": "FREE" }), "ValidationException"),
        (json!({ "BillingMode": "PROVISIONED" }), "ValidationException"),
        (json!({ "ProvisionedThroughput": units }), "ValidationException"),
        (json!({ "TableClass": "GLACIER" }), "ValidationException"),
        (json!({ "StreamSpecification": { "StreamEnabled": true } }), "ValidationException"),
        (
            json!({ "StreamSpecification": { "StreamEnabled": true, "StreamViewType": "ALL" } }),
            "ValidationException",
        ),
        (json!({ "WarmThroughput": { "ReadUnitsPerSecond": 1 } }), "ValidationException"),
        (json!({ "ResourcePolicy": "[]" }), "ValidationException"),
        (json!({ "OnDemandThroughput": { "MaxReadRequestUnits": 0 } }), "ValidationException"),
        (index(json!({ "ProvisionedThroughput": units })), "ValidationException"),
        (index(json!({ "OnDemandThroughput": { "MaxReadRequestUnits": 0 } })), "ValidationException"),
        (
            with(index(json!({})), json!({ "BillingMode": "PROVISIONED", "ProvisionedThroughput": units })),
            "ValidationException",
        ),
        (json!({ "GlobalTableSettingsReplicationMode": "ENABLED" }), "NotImplemented"),
    ] {
        let members = with(with(definition("another"), json!({})), change.clone());
        assert_eq!(cloud.refused("CreateTable", members).1, code, "{change}");
    }
    assert_eq!(cloud.ok("ListTables", json!({})).members["TableNames"], json!(["orders"]));
}

#[test]
fn tables_are_listed_in_pages_and_deleted() {
    let cloud = Cloud::new();
    for name in ["b-table", "a-table", "c-table"] {
        cloud.ok("CreateTable", definition(name));
    }
    let first = cloud.ok("ListTables", json!({ "Limit": 2 })).members;
    assert_eq!(first, json!({ "TableNames": ["a-table", "b-table"], "LastEvaluatedTableName": "b-table" }));
    let rest = cloud.ok("ListTables", json!({ "ExclusiveStartTableName": "b-table" })).members;
    assert_eq!(rest, json!({ "TableNames": ["c-table"] }));
    assert_eq!(cloud.refused("ListTables", json!({ "Limit": 101 })).1, "ValidationException");

    let gone = cloud.ok("DeleteTable", json!({ "TableName": "b-table" }));
    assert_eq!(gone.members["TableDescription"]["TableStatus"], "DELETING");
    let error = cloud.err("DescribeTable", json!({ "TableName": "b-table" }));
    let text = "Requested resource not found: Table: b-table not found";
    assert_eq!(parts(&error), (400, "ResourceNotFoundException", text));
    for operation in ["DeleteTable", "UpdateTable", "DescribeTimeToLive"] {
        let members = json!({ "TableName": "b-table" });
        let members = if operation == "UpdateTable" {
            with(members, json!({ "DeletionProtectionEnabled": true }))
        } else {
            members
        };
        assert_eq!(cloud.refused(operation, members).1, "ResourceNotFoundException", "{operation}");
    }
    assert_eq!(cloud.refused("DescribeTable", json!({})).1, "ValidationException");
}

#[test]
fn a_protected_table_stays() {
    let cloud = Cloud::new();
    cloud.ok("CreateTable", with(definition("orders"), json!({ "DeletionProtectionEnabled": true })));
    assert_eq!(cloud.refused("DeleteTable", json!({ "TableName": "orders" })).1, "ValidationException");
    cloud.ok("UpdateTable", json!({ "TableName": "orders", "DeletionProtectionEnabled": false }));
    cloud.ok("DeleteTable", json!({ "TableName": "orders" }));
}

#[test]
fn a_name_that_was_used_before_brings_nothing_back() {
    let cloud = Cloud::new();
    let stream = json!({ "StreamEnabled": true, "StreamViewType": "KEYS_ONLY" });
    let more = json!({ "Tags": [{ "Key": "a", "Value": "1" }], "ResourcePolicy": "{}", "StreamSpecification": stream });
    let first = cloud.ok("CreateTable", with(definition("orders"), more)).members["TableDescription"].clone();
    crate::dynamodb::put(&cloud, crate::dynamodb::item("a", 1, json!({})));
    cloud.ok("UpdateContinuousBackups", json!({ "TableName": "orders", "PointInTimeRecoverySpecification": { "PointInTimeRecoveryEnabled": true } }));
    cloud.ok("DeleteTable", json!({ "TableName": "orders" }));
    let again = cloud.ok("CreateTable", with(definition("orders"), json!({ "StreamSpecification": stream })));
    assert_ne!(again.members["TableDescription"]["TableId"], first["TableId"]);
    let arn = again.members["TableDescription"]["TableArn"].clone();
    assert_eq!(cloud.ok("ListTagsOfResource", json!({ "ResourceArn": arn })).members["Tags"], json!([]));
    assert_eq!(
        cloud.refused("GetResourcePolicy", json!({ "ResourceArn": arn })).1,
        "PolicyNotFoundException"
    );
    assert_eq!(crate::dynamodb::get(&cloud, "a", 1), Value::Null);
    let recovery = cloud.ok("DescribeContinuousBackups", json!({ "TableName": "orders" })).members;
    let status = &recovery["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"];
    assert_eq!(status, "DISABLED");
    let stream = again.members["TableDescription"]["LatestStreamArn"].as_str().unwrap();
    assert_eq!(crate::dynamodb_streams::read(&cloud, stream).len(), 0);
}

#[test]
fn accounts_and_regions_are_apart() {
    let cloud = Cloud::new();
    cloud.ok("CreateTable", definition("orders"));
    let there = [cloud.other_account(), cloud.in_region("us-east-1")];
    for other in &there {
        assert_eq!(other.ok("ListTables", json!({})).members, json!({ "TableNames": [] }));
        other.ok("CreateTable", definition("orders"));
    }
    let arn = |cloud: &Cloud| table(cloud, "orders")["TableArn"].as_str().unwrap().to_owned();
    assert_eq!(arn(&cloud), format!("arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/orders"));
    assert_eq!(arn(&there[0]), format!("arn:aws:dynamodb:eu-west-2:{OTHER}:table/orders"));
    assert_eq!(arn(&there[1]), format!("arn:aws:dynamodb:us-east-1:{ACCOUNT}:table/orders"));
    crate::dynamodb::put(&cloud, crate::dynamodb::item("a", 1, json!({})));
    assert_eq!(crate::dynamodb::get(&there[0], "a", 1), Value::Null);
    assert_eq!(crate::dynamodb::get(&there[1], "a", 1), Value::Null);
}

#[test]
fn recovery_is_kept() {
    let cloud = Cloud::new();
    cloud.ok("CreateTable", definition("orders"));
    let described = || {
        cloud.ok("DescribeContinuousBackups", json!({ "TableName": "orders" })).members["ContinuousBackupsDescription"].clone()
    };
    let off = json!({ "ContinuousBackupsStatus": "ENABLED", "PointInTimeRecoveryDescription": { "PointInTimeRecoveryStatus": "DISABLED" } });
    assert_eq!(described(), off);
    let update = |given: Value| json!({ "TableName": "orders", "PointInTimeRecoverySpecification": given });
    cloud.ok(
        "UpdateContinuousBackups",
        update(json!({ "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 2 })),
    );
    cloud.later(3 * 86400);
    let on = json!({
        "PointInTimeRecoveryStatus": "ENABLED",
        "RecoveryPeriodInDays": 2,
        "EarliestRestorableDateTime": "2026-01-16T10:00:00Z",
        "LatestRestorableDateTime": "2026-01-18T09:55:00Z",
    });
    assert_eq!(described()["PointInTimeRecoveryDescription"], on);
    for given in [
        json!({}),
        json!({ "PointInTimeRecoveryEnabled": true, "RecoveryPeriodInDays": 36 }),
        json!({ "PointInTimeRecoveryEnabled": false, "RecoveryPeriodInDays": 2 }),
    ] {
        assert_eq!(cloud.refused("UpdateContinuousBackups", update(given)).1, "ValidationException");
    }
    cloud.ok("UpdateContinuousBackups", update(json!({ "PointInTimeRecoveryEnabled": false })));
    assert_eq!(described(), off);
    let error = cloud.err("DescribeContinuousBackups", json!({ "TableName": "none" }));
    assert_eq!(parts(&error), (400, "TableNotFoundException", "Table not found: none"));
}

#[test]
fn what_is_not_kept_is_refused_by_name() {
    let cloud = Cloud::new();
    cloud.ok("CreateTable", definition("orders"));
    for operation in [
        "UpdateContributorInsights",
        "EnableKinesisStreamingDestination",
        "CreateBackup",
        "RestoreTableToPointInTime",
        "CreateGlobalTable",
        "ExportTableToPointInTime",
        "ImportTable",
    ] {
        let error = cloud.err(operation, json!({}));
        assert_eq!((error.status, error.code.as_ref()), (501, "NotImplemented"));
        assert!(error.message.contains(operation), "{error}");
    }
    let members =
        json!({ "TableName": "orders", "ReplicaUpdates": [{ "Create": { "RegionName": "us-east-1" } }] });
    let error = cloud.err("UpdateTable", members);
    assert_eq!(error.message, "the embedded upstream does not have `UpdateTable.ReplicaUpdates`");
}

#[test]
fn an_account_has_limits_and_an_endpoint() {
    let cloud = Cloud::new();
    assert_eq!(cloud.ok("DescribeLimits", json!({})).members["TableMaxReadCapacityUnits"], json!(40_000));
    let endpoint = json!({ "Address": "dynamodb.eu-west-2.amazonaws.com", "CachePeriodInMinutes": 1440 });
    assert_eq!(cloud.ok("DescribeEndpoints", json!({})).members["Endpoints"], json!([endpoint]));
}

#[test]
fn vector_indexes_come_with_their_table_alone() {
    let cloud = Cloud::new();
    let index = json!({
        "IndexName": "near",
        "VectorAttribute": { "AttributeName": "v" },
        "Dimensions": 2,
        "DistanceFunction": "COSINE",
        "Projection": { "ProjectionType": "ALL" },
    });
    cloud.ok("CreateTable", with(definition("orders"), json!({ "VectorIndexes": [index] })));
    let described = table(&cloud, "orders")["VectorIndexes"][0].clone();
    let arn = format!("arn:aws:dynamodb:eu-west-2:{ACCOUNT}:table/orders/index/near");
    for (member, wanted) in [("IndexArn", json!(arn)), ("IndexStatus", json!("ACTIVE"))] {
        assert_eq!(described[member], wanted);
    }
    for (member, wanted) in index.as_object().unwrap() {
        assert_eq!(described[member], *wanted);
    }
    let update =
        json!({ "TableName": "orders", "VectorIndexUpdates": [{ "Delete": { "IndexName": "near" } }] });
    assert_eq!(cloud.refused("UpdateTable", update).1, "NotImplemented");
}
