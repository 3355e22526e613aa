//! Athena's workgroups, data catalogs, named queries and prepared statements.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

fn athena() -> Cloud {
    Cloud::new().of("athena")
}

fn workgroup(cloud: &Cloud, name: &str) -> Value {
    cloud.ok("GetWorkGroup", json!({ "WorkGroup": name })).members["WorkGroup"].clone()
}

fn configuration() -> Value {
    json!({
        "ResultConfiguration": {
            "OutputLocation": "s3://staging/", "ExpectedBucketOwner": ACCOUNT,
            "EncryptionConfiguration": { "EncryptionOption": "SSE_KMS", "KmsKey": "k" },
            "AclConfiguration": { "S3AclOption": "BUCKET_OWNER_FULL_CONTROL" },
        },
        "ManagedQueryResultsConfiguration": { "Enabled": false, "EncryptionConfiguration": { "KmsKey": "k" } },
        "EnforceWorkGroupConfiguration": false, "PublishCloudWatchMetricsEnabled": true,
        "BytesScannedCutoffPerQuery": 10_000_000, "RequesterPaysEnabled": true, "AdditionalConfiguration": "{}",
        "EngineVersion": { "SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3" },
        "ExecutionRole": format!("arn:aws:iam::{ACCOUNT}:role/r"),
        "MonitoringConfiguration": {
            "CloudWatchLoggingConfiguration": {
                "Enabled": true, "LogGroup": "g", "LogStreamNamePrefix": "p", "LogTypes": { "SPARK_DRIVER": ["STDOUT"] },
            },
            "ManagedLoggingConfiguration": { "Enabled": true, "KmsKey": "k" },
            "S3LoggingConfiguration": { "Enabled": true, "KmsKey": "k", "LogLocation": "s3://logs/" },
        },
        "EngineConfiguration": {
            "CoordinatorDpuSize": 1, "MaxConcurrentDpus": 20, "DefaultExecutorDpuSize": 1,
            "AdditionalConfigs": { "a": "b" }, "SparkProperties": { "c": "d" },
            "Classifications": [{ "Name": "n", "Properties": { "e": "f" } }],
        },
        "CustomerContentEncryptionConfiguration": { "KmsKey": "k" }, "EnableMinimumEncryptionConfiguration": true,
        "IdentityCenterConfiguration": { "EnableIdentityCenter": false, "IdentityCenterInstanceArn": "i" },
        "QueryResultsS3AccessGrantsConfiguration": {
            "EnableS3AccessGrants": false, "CreateUserLevelPrefix": false, "AuthenticationType": "DIRECTORY_IDENTITY",
        },
        "SystemTableStatuses": [{ "TableName": "t", "Enabled": true }],
    })
}

#[test]
fn every_member_of_a_workgroup_is_kept() {
    let cloud = athena();
    let given = json!({
        "Name": "cci", "Description": "d", "Configuration": configuration(), "Tags": [{ "Key": "team", "Value": "data" }],
    });
    cloud.ok("CreateWorkGroup", given);
    let held = workgroup(&cloud, "cci");
    assert_eq!(
        held,
        json!({
            "Name": "cci", "State": "ENABLED", "Description": "d", "Configuration": configuration(),
            "CreationTime": "2026-01-15T10:00:00Z",
        })
    );
    let arn = format!("arn:aws:athena:eu-west-2:{ACCOUNT}:workgroup/cci");
    cloud.ok("TagResource", json!({ "ResourceARN": arn, "Tags": [{ "Key": "a", "Value": "b" }] }));
    cloud.ok("UntagResource", json!({ "ResourceARN": arn, "TagKeys": ["team"] }));
    let tags = cloud.ok("ListTagsForResource", json!({ "ResourceARN": arn, "MaxResults": 75 }));
    assert_eq!(tags.members, json!({ "Tags": [{ "Key": "a", "Value": "b" }] }));
    let list = cloud.ok("ListWorkGroups", json!({}));
    assert_eq!(list.column("WorkGroups", "Name"), ["cci", "primary"]);
    assert_eq!(list.members["WorkGroups"][0]["EngineVersion"], configuration()["EngineVersion"]);
}

#[test]
fn a_workgroup_is_changed_member_by_member() {
    let cloud = athena();
    cloud.ok("CreateWorkGroup", json!({ "Name": "cci", "Configuration": configuration() }));
    let updates = json!({
        "EnforceWorkGroupConfiguration": true, "RemoveBytesScannedCutoffPerQuery": true,
        "RemoveCustomerContentEncryptionConfiguration": true,
        "ResultConfigurationUpdates": {
            "OutputLocation": "s3://other/", "RemoveExpectedBucketOwner": true, "RemoveAclConfiguration": false,
        },
        "ManagedQueryResultsConfigurationUpdates": { "RemoveEncryptionConfiguration": true },
        "EngineVersion": { "SelectedEngineVersion": "Athena engine version 3" },
    });
    cloud.ok(
        "UpdateWorkGroup",
        json!({
            "WorkGroup": "cci", "Description": "d", "State": "DISABLED", "ConfigurationUpdates": updates,
        }),
    );
    let mut expected = configuration();
    expected["EnforceWorkGroupConfiguration"] = json!(true);
    let members = expected.as_object_mut().unwrap();
    members.remove("BytesScannedCutoffPerQuery");
    members.remove("CustomerContentEncryptionConfiguration");
    expected["ResultConfiguration"]["OutputLocation"] = json!("s3://other/");
    expected["ResultConfiguration"].as_object_mut().unwrap().remove("ExpectedBucketOwner");
    expected["ManagedQueryResultsConfiguration"].as_object_mut().unwrap().remove("EncryptionConfiguration");
    expected["EngineVersion"]["SelectedEngineVersion"] = json!("Athena engine version 3");
    let held = workgroup(&cloud, "cci");
    assert_eq!(held["Configuration"], expected);
    assert_eq!((&held["State"], &held["Description"]), (&json!("DISABLED"), &json!("d")));
}

#[test]
fn the_primary_workgroup_is_always_there() {
    let cloud = athena();
    assert_eq!(workgroup(&cloud, "primary")["Configuration"]["EnforceWorkGroupConfiguration"], false);
    cloud.ok("UpdateWorkGroup", json!({ "WorkGroup": "primary", "Description": "d" }));
    assert_eq!(workgroup(&cloud, "primary")["Description"], "d");
    assert_eq!(workgroup(&cloud.other_account(), "primary")["Description"], Value::Null);
    assert_eq!(
        cloud.refused("DeleteWorkGroup", json!({ "WorkGroup": "primary" })).1,
        "InvalidRequestException"
    );
}

#[test]
fn every_member_of_a_data_catalog_is_kept() {
    let cloud = athena();
    let given =
        json!({ "Name": "c", "Type": "LAMBDA", "Description": "d", "Parameters": { "function": "f" } });
    let mut members = given.clone();
    members["Tags"] = json!([{ "Key": "team", "Value": "data" }]);
    let made = cloud.ok("CreateDataCatalog", members).members["DataCatalog"].clone();
    let get = |name: &str| cloud.ok("GetDataCatalog", json!({ "Name": name })).members["DataCatalog"].clone();
    assert_eq!(get("c"), made);
    for (name, value) in given.as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    let arn = format!("arn:aws:athena:eu-west-2:{ACCOUNT}:datacatalog/c");
    let tags = cloud.ok("ListTagsForResource", json!({ "ResourceARN": arn }));
    assert_eq!(tags.members["Tags"], json!([{ "Key": "team", "Value": "data" }]));
    assert_eq!(get("AwsDataCatalog")["Parameters"], json!({ "catalog-id": ACCOUNT }));
    let list = cloud.ok("ListDataCatalogs", json!({}));
    assert_eq!(list.column("DataCatalogsSummary", "CatalogName"), ["AwsDataCatalog", "c"]);
    cloud.ok(
        "UpdateDataCatalog",
        json!({ "Name": "c", "Type": "GLUE", "Parameters": { "catalog-id": ACCOUNT } }),
    );
    assert_eq!((&get("c")["Type"], &get("c")["Description"]), (&json!("GLUE"), &Value::Null));
    cloud.ok("DeleteDataCatalog", json!({ "Name": "c" }));
    assert_eq!(cloud.refused("GetDataCatalog", json!({ "Name": "c" })).1, "InvalidRequestException");
}

#[test]
fn every_member_of_a_named_query_is_kept() {
    let cloud = athena();
    cloud.ok("CreateWorkGroup", json!({ "Name": "cci" }));
    let given = json!({
        "Name": "q", "Description": "d", "Database": "db", "QueryString": "SELECT 1", "WorkGroup": "cci",
        "ClientRequestToken": TOKEN,
    });
    let id = cloud.ok("CreateNamedQuery", given.clone()).text("NamedQueryId").to_owned();
    assert_eq!(cloud.ok("CreateNamedQuery", given.clone()).text("NamedQueryId"), id);
    let mut other = given.clone();
    other["QueryString"] = json!("SELECT 2");
    assert_eq!(cloud.refused("CreateNamedQuery", other).1, "InvalidRequestException");
    let get = || cloud.ok("GetNamedQuery", json!({ "NamedQueryId": id })).members["NamedQuery"].clone();
    let mut expected = given;
    expected.as_object_mut().unwrap().remove("ClientRequestToken");
    expected["NamedQueryId"] = json!(id);
    assert_eq!(get(), expected);
    let ids = |workgroup: Value| cloud.ok("ListNamedQueries", workgroup).members["NamedQueryIds"].clone();
    assert_eq!((ids(json!({ "WorkGroup": "cci" })), ids(json!({}))), (json!([id]), json!([])));
    let batch = cloud.ok("BatchGetNamedQuery", json!({ "NamedQueryIds": [id, "x"] }));
    assert_eq!(batch.column("NamedQueries", "Name"), ["q"]);
    assert_eq!(batch.column("UnprocessedNamedQueryIds", "NamedQueryId"), ["x"]);
    cloud.ok("UpdateNamedQuery", json!({ "NamedQueryId": id, "Name": "r", "QueryString": "SELECT 3" }));
    assert_eq!((&get()["Name"], &get()["Description"]), (&json!("r"), &json!("d")));
    cloud.ok("DeleteNamedQuery", json!({ "NamedQueryId": id }));
    assert_eq!(cloud.refused("GetNamedQuery", json!({ "NamedQueryId": id })).1, "InvalidRequestException");
}

#[test]
fn every_member_of_a_prepared_statement_is_kept() {
    let cloud = athena();
    let named = json!({ "StatementName": "st", "WorkGroup": "primary" });
    let with = |more: Value| {
        let mut members = named.clone();
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let given = with(json!({ "QueryStatement": "SELECT ?", "Description": "d" }));
    cloud.ok("CreatePreparedStatement", given.clone());
    let get = || cloud.ok("GetPreparedStatement", named.clone()).members["PreparedStatement"].clone();
    let expected = json!({
        "StatementName": "st", "WorkGroupName": "primary", "QueryStatement": "SELECT ?", "Description": "d",
        "LastModifiedTime": "2026-01-15T10:00:00Z",
    });
    assert_eq!(get(), expected);
    assert_eq!(cloud.refused("CreatePreparedStatement", given).1, "InvalidRequestException");
    let list = cloud.ok("ListPreparedStatements", json!({ "WorkGroup": "primary" }));
    assert_eq!(list.column("PreparedStatements", "StatementName"), ["st"]);
    let batch = json!({ "WorkGroup": "primary", "PreparedStatementNames": ["st", "xx"] });
    let batch = cloud.ok("BatchGetPreparedStatement", batch);
    assert_eq!(batch.column("PreparedStatements", "StatementName"), ["st"]);
    assert_eq!(batch.column("UnprocessedPreparedStatementNames", "StatementName"), ["xx"]);
    cloud.later(1);
    cloud.ok("UpdatePreparedStatement", with(json!({ "QueryStatement": "SELECT 2" })));
    assert_eq!(get()["LastModifiedTime"], "2026-01-15T10:00:01Z");
    cloud.ok("DeletePreparedStatement", named.clone());
    assert_eq!(cloud.refused("GetPreparedStatement", named).1, "ResourceNotFoundException");
}

#[test]
fn a_workgroup_goes_empty_or_with_all_that_it_has() {
    let cloud = athena();
    cloud.ok("CreateWorkGroup", json!({ "Name": "cci" }));
    let query = json!({ "Name": "q", "Database": "db", "QueryString": "SELECT 1", "WorkGroup": "cci" });
    let id = cloud.ok("CreateNamedQuery", query).text("NamedQueryId").to_owned();
    let fork = cloud.fork();
    assert_eq!(cloud.refused("DeleteWorkGroup", json!({ "WorkGroup": "cci" })).1, "InvalidRequestException");
    cloud.ok("DeleteWorkGroup", json!({ "WorkGroup": "cci", "RecursiveDeleteOption": true }));
    assert_eq!(cloud.refused("GetNamedQuery", json!({ "NamedQueryId": id })).1, "InvalidRequestException");
    fork.ok("GetNamedQuery", json!({ "NamedQueryId": id }));
}

#[test]
fn no_query_runs() {
    let cloud = athena();
    let query = json!({ "QueryString": "SELECT 1" });
    assert_eq!(cloud.refused("StartQueryExecution", query), (501, "NotImplemented".to_owned()));
    for operation in ["GetQueryExecution", "GetQueryResults", "StopQueryExecution"] {
        let error = cloud.err(operation, json!({ "QueryExecutionId": "e" }));
        assert_eq!(
            (error.code.as_ref(), error.message.as_str()),
            ("InvalidRequestException", "QueryExecution e was not found")
        );
    }
    assert_eq!(cloud.ok("ListQueryExecutions", json!({})).members, json!({ "QueryExecutionIds": [] }));
    let batch = cloud.ok("BatchGetQueryExecution", json!({ "QueryExecutionIds": ["e"] }));
    assert_eq!(batch.column("UnprocessedQueryExecutionIds", "QueryExecutionId"), ["e"]);
}

#[test]
fn wrong_calls_are_told_apart() {
    let cloud = athena();
    let with = |configuration: Value| json!({ "Name": "w", "Configuration": configuration });
    let results = |results: Value| with(json!({ "ResultConfiguration": results }));
    let invalid = "InvalidRequestException";
    for (operation, members, code) in [
        ("CreateWorkGroup", json!({}), invalid),
        ("CreateWorkGroup", json!({ "Name": "a b" }), invalid),
        ("CreateWorkGroup", json!({ "Name": "primary" }), invalid),
        ("CreateWorkGroup", with(json!({ "BytesScannedCutoffPerQuery": 1 })), invalid),
        ("CreateWorkGroup", with(json!({ "EngineVersion": { "SelectedEngineVersion": "x" } })), invalid),
        ("CreateWorkGroup", results(json!({ "OutputLocation": "staging" })), invalid),
        (
            "CreateWorkGroup",
            results(json!({ "EncryptionConfiguration": { "EncryptionOption": "SSE_KMS" } })),
            invalid,
        ),
        (
            "CreateWorkGroup",
            results(json!({ "EncryptionConfiguration": { "EncryptionOption": "x" } })),
            invalid,
        ),
        ("GetWorkGroup", json!({ "WorkGroup": "x" }), invalid),
        ("UpdateWorkGroup", json!({ "WorkGroup": "x" }), invalid),
        ("DeleteWorkGroup", json!({ "WorkGroup": "x" }), invalid),
        ("ListWorkGroups", json!({ "MaxResults": 51 }), invalid),
        ("ListWorkGroups", json!({ "NextToken": "?" }), invalid),
        (
            "CreateDataCatalog",
            json!({ "Name": "AwsDataCatalog", "Type": "GLUE", "Parameters": { "catalog-id": ACCOUNT } }),
            invalid,
        ),
        ("CreateDataCatalog", json!({ "Name": "c", "Type": "HIVE" }), invalid),
        ("CreateDataCatalog", json!({ "Name": "c", "Type": "FEDERATED" }), "NotImplemented"),
        (
            "CreateNamedQuery",
            json!({ "Name": "q", "Database": "d", "QueryString": "s", "WorkGroup": "x" }),
            invalid,
        ),
        (
            "CreatePreparedStatement",
            json!({ "StatementName": "1x", "WorkGroup": "primary", "QueryStatement": "s" }),
            invalid,
        ),
        ("ListQueryExecutions", json!({ "WorkGroup": "x" }), invalid),
        ("ListTagsForResource", json!({ "ResourceARN": "x" }), invalid),
        (
            "ListTagsForResource",
            json!({ "ResourceARN": format!("arn:aws:athena:eu-west-2:{ACCOUNT}:workgroup/x") }),
            "ResourceNotFoundException",
        ),
    ] {
        assert_eq!(cloud.refused(operation, members.clone()).1, code, "{operation} {members}");
    }
    assert_eq!(cloud.err("GetWorkGroup", json!({ "WorkGroup": "x" })).message, "WorkGroup is not found.");
}
