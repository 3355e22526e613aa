//! Glue's partitions and functions, and the settings and the policy of a catalog.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};
use crate::filled::assert_has;
use crate::glue_catalog::{database, glue, on, storage, with_table};

#[test]
fn every_member_of_a_partition_is_kept() {
    let cloud = with_table();
    let given = json!({
        "Values": ["a", "2026-01-01"], "LastAccessTime": "2026-01-01T00:00:00Z", "StorageDescriptor": storage(),
        "Parameters": { "p": "q" }, "LastAnalyzedTime": "2026-01-02T00:00:00Z",
    });
    cloud.ok("CreatePartition", on(json!({ "PartitionInput": given })));
    let values = json!({ "PartitionValues": ["a", "2026-01-01"] });
    let held = cloud.ok("GetPartition", on(values.clone())).members["Partition"].clone();
    assert_has(&held, &given, &[]);
    assert_eq!((&held["DatabaseName"], &held["TableName"]), (&json!("cci"), &json!("calls")));
    assert_eq!(held["CreationTime"], "2026-01-15T10:00:00Z");
    let bare =
        cloud.ok("GetPartitions", on(json!({ "ExcludeColumnSchema": true }))).members["Partitions"].clone();
    assert_eq!(bare[0]["StorageDescriptor"]["Columns"], Value::Null);
    assert_eq!(bare[0]["StorageDescriptor"]["Location"], storage()["Location"]);
    let moved = json!({
        "PartitionValueList": ["a", "2026-01-01"], "PartitionInput": { "Values": ["b", "2026-01-01"] },
    });
    cloud.ok("UpdatePartition", on(moved));
    assert_eq!(cloud.refused("GetPartition", on(values)).1, "EntityNotFoundException");
    let moved = json!({ "PartitionValues": ["b", "2026-01-01"] });
    let held = cloud.ok("GetPartition", on(moved.clone())).members["Partition"].clone();
    assert_eq!((&held["Parameters"], &held["CatalogId"]), (&Value::Null, &json!(ACCOUNT)));
    cloud.ok("DeletePartition", on(moved.clone()));
    assert_eq!(cloud.refused("DeletePartition", on(moved)).1, "EntityNotFoundException");
}

#[test]
fn many_partitions_at_once() {
    let cloud = with_table();
    let inputs: Vec<Value> = ["a", "b", "a", "c"].iter().map(|v| json!({ "Values": [v, "1"] })).collect();
    let reply = cloud.ok("BatchCreatePartition", on(json!({ "PartitionInputList": inputs })));
    assert_eq!(reply.members["Errors"][0]["PartitionValues"], json!(["a", "1"]));
    assert_eq!(reply.members["Errors"][0]["ErrorDetail"]["ErrorCode"], "AlreadyExistsException");
    let wanted = json!({ "PartitionsToGet": [{ "Values": ["a", "1"] }, { "Values": ["x", "1"] }] });
    let found = cloud.ok("BatchGetPartition", on(wanted)).members;
    assert_eq!((found["Partitions"].as_array().unwrap().len(), &found["UnprocessedKeys"]), (1, &json!([])));
    let entry =
        |v: &str| json!({ "PartitionValueList": [v, "1"], "PartitionInput": { "Parameters": { "x": "y" } } });
    let reply = cloud.ok("BatchUpdatePartition", on(json!({ "Entries": [entry("a"), entry("x")] })));
    assert_eq!(reply.members["Errors"][0]["PartitionValueList"], json!(["x", "1"]));
    let page = cloud.ok("GetPartitions", on(json!({ "MaxResults": 2 })));
    assert_eq!(page.members["Partitions"][0]["Parameters"], json!({ "x": "y" }));
    let rest = cloud.ok("GetPartitions", on(json!({ "NextToken": page.text("NextToken") }))).members;
    assert_eq!(rest["Partitions"][0]["Values"], json!(["c", "1"]));
    let segments = [0, 1].map(|number| {
        let segment = json!({ "Segment": { "SegmentNumber": number, "TotalSegments": 2 } });
        cloud.ok("GetPartitions", on(segment)).members["Partitions"].as_array().unwrap().len()
    });
    assert_eq!(segments, [2, 1]);
    let gone = json!({ "PartitionsToDelete": [{ "Values": ["a", "1"] }, { "Values": ["x", "1"] }] });
    let reply = cloud.ok("BatchDeletePartition", on(gone)).members;
    assert_eq!(reply["Errors"].as_array().unwrap().len(), 1);
    assert_eq!(cloud.ok("GetPartitions", on(json!({}))).members["Partitions"].as_array().unwrap().len(), 2);
}

#[test]
fn every_member_of_a_function_is_kept() {
    let cloud = glue();
    database(&cloud, "cci");
    let given = json!({
        "FunctionName": "F", "ClassName": "c", "OwnerName": "o", "FunctionType": "STORED_PROCEDURE",
        "OwnerType": "USER", "ArtifactLocation": "s3://x", "GovernanceMode": "IAM_ONLY",
        "ResourceUris": [{ "ResourceType": "JAR", "Uri": "s3://results/f.jar" }],
    });
    cloud.ok("CreateUserDefinedFunction", json!({ "DatabaseName": "cci", "FunctionInput": given }));
    let named = json!({ "DatabaseName": "cci", "FunctionName": "f" });
    let held = cloud.ok("GetUserDefinedFunction", named.clone()).members["UserDefinedFunction"].clone();
    assert_has(&held, &given, &["FunctionName"]);
    assert_eq!((&held["FunctionName"], &held["DatabaseName"]), (&json!("f"), &json!("cci")));
    let list = |pattern: &str, kind: Option<&str>| {
        let members = json!({ "Pattern": pattern, "FunctionType": kind });
        cloud.ok("GetUserDefinedFunctions", members).members["UserDefinedFunctions"].as_array().unwrap().len()
    };
    assert_eq!((list("*", None), list("g*", None), list("f", Some("REGULAR_FUNCTION"))), (1, 0, 0));
    let renamed =
        json!({ "DatabaseName": "cci", "FunctionName": "f", "FunctionInput": { "FunctionName": "g" } });
    cloud.ok("UpdateUserDefinedFunction", renamed);
    assert_eq!(cloud.refused("GetUserDefinedFunction", named).1, "EntityNotFoundException");
    let named = json!({ "DatabaseName": "cci", "FunctionName": "g" });
    assert_eq!(
        cloud.ok("GetUserDefinedFunction", named.clone()).members["UserDefinedFunction"]["ClassName"],
        Value::Null
    );
    cloud.ok("DeleteUserDefinedFunction", named.clone());
    assert_eq!(cloud.refused("DeleteUserDefinedFunction", named).1, "EntityNotFoundException");
}

#[test]
fn the_settings_of_a_catalog() {
    let cloud = glue();
    let settings = |cloud: &Cloud| {
        cloud.ok("GetDataCatalogEncryptionSettings", json!({})).members["DataCatalogEncryptionSettings"]
            .clone()
    };
    let off = json!({
        "EncryptionAtRest": { "CatalogEncryptionMode": "DISABLED" },
        "ConnectionPasswordEncryption": { "ReturnConnectionPasswordEncrypted": false },
    });
    assert_eq!(settings(&cloud), off);
    let given = json!({
        "EncryptionAtRest": {
            "CatalogEncryptionMode": "SSE-KMS", "SseAwsKmsKeyId": "k",
            "CatalogEncryptionServiceRole": format!("arn:aws:iam::{ACCOUNT}:role/r"),
        },
        "ConnectionPasswordEncryption": { "ReturnConnectionPasswordEncrypted": true, "AwsKmsKeyId": "k" },
    });
    cloud.ok("PutDataCatalogEncryptionSettings", json!({ "DataCatalogEncryptionSettings": given }));
    assert_eq!(settings(&cloud), given);
    assert_eq!(settings(&cloud.other_account()), off);
}

#[test]
fn the_policy_of_a_catalog() {
    let cloud = glue();
    let arn = format!("arn:aws:glue:eu-west-2:{ACCOUNT}:catalog");
    assert_eq!(cloud.refused("GetResourcePolicy", json!({})).1, "EntityNotFoundException");
    let policy = r#"{"Version":"2012-10-17","Statement":[ ]}"#;
    let must = json!({ "PolicyInJson": policy, "PolicyExistsCondition": "MUST_EXIST" });
    assert_eq!(cloud.refused("PutResourcePolicy", must).1, "EntityNotFoundException");
    let put = json!({
        "PolicyInJson": policy, "ResourceArn": arn, "PolicyExistsCondition": "NOT_EXIST", "EnableHybrid": "TRUE",
    });
    let hash = cloud.ok("PutResourcePolicy", put.clone()).text("PolicyHash").to_owned();
    assert_eq!(cloud.refused("PutResourcePolicy", put).1, "ConditionCheckFailureException");
    cloud.later(1);
    let held = cloud.ok("GetResourcePolicy", json!({ "ResourceArn": arn }));
    assert_eq!((held.text("PolicyInJson"), held.text("PolicyHash")), (policy, hash.as_str()));
    assert_eq!(held.text("CreateTime"), "2026-01-15T10:00:00Z");
    let list = cloud.ok("GetResourcePolicies", json!({})).members["GetResourcePoliciesResponseList"].clone();
    assert_eq!(list, json!([held.members]));
    let other = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let stale = json!({ "PolicyInJson": other, "PolicyHashCondition": "x" });
    assert_eq!(cloud.refused("PutResourcePolicy", stale).1, "ConditionCheckFailureException");
    let next = cloud.ok("PutResourcePolicy", json!({ "PolicyInJson": other, "PolicyHashCondition": hash }));
    assert_ne!(next.text("PolicyHash"), hash);
    let stale = json!({ "PolicyHashCondition": hash });
    assert_eq!(cloud.refused("DeleteResourcePolicy", stale).1, "ConditionCheckFailureException");
    cloud.ok("DeleteResourcePolicy", json!({}));
    assert_eq!(cloud.refused("DeleteResourcePolicy", json!({})).1, "EntityNotFoundException");
    assert_eq!(
        cloud.refused("PutResourcePolicy", json!({ "PolicyInJson": "{}" })).1,
        "InvalidInputException"
    );
}
