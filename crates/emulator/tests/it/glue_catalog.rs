//! Glue's data catalog: databases and tables.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, OTHER};
use crate::filled::assert_has;

pub fn glue() -> Cloud {
    Cloud::new().of("glue")
}

/// Every member of a storage descriptor.
pub fn storage() -> Value {
    json!({
        "Columns": [{ "Name": "id", "Type": "string", "Comment": "c", "Parameters": { "a": "b" } }, { "Name": "n" }],
        "Location": "s3://results/calls/", "AdditionalLocations": ["s3://results/more/"],
        "InputFormat": "i", "OutputFormat": "o", "Compressed": true, "NumberOfBuckets": 3,
        "SerdeInfo": { "Name": "s", "SerializationLibrary": "l", "Parameters": { "field.delim": "," } },
        "BucketColumns": ["id"], "SortColumns": [{ "Column": "id", "SortOrder": 1 }], "Parameters": { "k": "v" },
        "SkewedInfo": {
            "SkewedColumnNames": ["n"], "SkewedColumnValues": ["1"], "SkewedColumnValueLocationMaps": { "1": "s3://x" },
        },
        "StoredAsSubDirectories": false,
        "SchemaReference": {
            "SchemaId": { "SchemaName": "s", "RegistryName": "r" }, "SchemaVersionId": "v", "SchemaVersionNumber": 1,
        },
    })
}

fn table_input() -> Value {
    json!({
        "Name": "Calls", "Description": "d", "Owner": "o", "LastAccessTime": "2026-01-01T00:00:00Z",
        "LastAnalyzedTime": "2026-01-02T00:00:00Z", "Retention": 7, "StorageDescriptor": storage(),
        "PartitionKeys": [{ "Name": "tenant", "Type": "string" }, { "Name": "day", "Type": "date" }],
        "ViewOriginalText": "v", "ViewExpandedText": "e", "TableType": "EXTERNAL_TABLE", "Parameters": { "p": "q" },
        "TargetTable": { "CatalogId": OTHER, "DatabaseName": "d", "Name": "t", "Region": "eu-west-1" },
        "FederatedTable": { "Identifier": "i", "DatabaseIdentifier": "d", "ConnectionName": "c", "ConnectionType": "t" },
        "ViewDefinition": { "IsProtected": true, "Definer": "d", "SubObjects": ["a"] },
    })
}

pub fn database(cloud: &Cloud, name: &str) {
    cloud.ok("CreateDatabase", json!({ "DatabaseInput": { "Name": name } }));
}

/// A table `calls` in a database `cci`, with two columns that partition it.
pub fn with_table() -> Cloud {
    let cloud = glue();
    database(&cloud, "cci");
    cloud.ok("CreateTable", json!({ "DatabaseName": "cci", "TableInput": table_input() }));
    cloud
}

pub fn on(more: Value) -> Value {
    let mut members = json!({ "DatabaseName": "cci", "TableName": "calls" });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

fn table(cloud: &Cloud) -> Value {
    cloud.ok("GetTable", json!({ "DatabaseName": "cci", "Name": "calls" })).members["Table"].clone()
}

#[test]
fn every_member_of_a_database_is_kept() {
    let cloud = glue();
    let given = json!({
        "Name": "CCI", "Description": "d", "LocationUri": "s3://results/", "Parameters": { "a": "b" },
        "CreateTableDefaultPermissions": [{
            "Principal": { "DataLakePrincipalIdentifier": "p" }, "Permissions": ["SELECT"],
        }],
        "TargetDatabase": { "CatalogId": OTHER, "DatabaseName": "d", "Region": "eu-west-1" },
        "FederatedDatabase": { "Identifier": "i", "ConnectionName": "c", "ConnectionType": "t" },
    });
    cloud.ok("CreateDatabase", json!({ "DatabaseInput": given, "Tags": { "team": "data" } }));
    let held = cloud.ok("GetDatabase", json!({ "Name": "cCi" })).members["Database"].clone();
    assert_has(&held, &given, &["Name"]);
    assert_eq!((&held["Name"], &held["CatalogId"]), (&json!("cci"), &json!(ACCOUNT)));
    assert_eq!(held["CreateTime"], "2026-01-15T10:00:00Z");
    assert_eq!(cloud.ok("GetDatabases", json!({})).members["DatabaseList"], json!([held]));
    let arn = format!("arn:aws:glue:eu-west-2:{ACCOUNT}:database/cci");
    let tags = |cloud: &Cloud| cloud.ok("GetTags", json!({ "ResourceArn": arn })).members["Tags"].clone();
    assert_eq!(tags(&cloud), json!({ "team": "data" }));
    cloud.ok("TagResource", json!({ "ResourceArn": arn, "TagsToAdd": { "a": "1", "team": "x" } }));
    cloud.ok("UntagResource", json!({ "ResourceArn": arn, "TagsToRemove": ["a"] }));
    assert_eq!(tags(&cloud), json!({ "team": "x" }));
    cloud.later(5);
    cloud.ok(
        "UpdateDatabase",
        json!({ "Name": "cci", "DatabaseInput": { "Name": "cci", "Description": "e" } }),
    );
    let changed = cloud.ok("GetDatabase", json!({ "Name": "cci" })).members["Database"].clone();
    assert_eq!((&changed["Description"], &changed["LocationUri"]), (&json!("e"), &Value::Null));
    assert_eq!(changed["CreateTime"], held["CreateTime"]);
    assert_eq!(tags(&cloud), json!({ "team": "x" }));
}

#[test]
fn every_member_of_a_table_is_kept() {
    let cloud = glue();
    database(&cloud, "cci");
    let indexes = json!([{ "IndexName": "by-day", "Keys": ["day"] }]);
    let given = json!({ "DatabaseName": "CCI", "TableInput": table_input(), "PartitionIndexes": indexes });
    cloud.ok("CreateTable", given);
    let held = table(&cloud);
    assert_has(&held, &table_input(), &["Name"]);
    for (name, value) in [
        ("Name", json!("calls")),
        ("DatabaseName", json!("cci")),
        ("VersionId", json!("0")),
        ("CatalogId", json!(ACCOUNT)),
        ("CreatedBy", json!(format!("arn:aws:iam::{ACCOUNT}:user/people/ada"))),
        ("CreateTime", json!("2026-01-15T10:00:00Z")),
        ("UpdateTime", json!("2026-01-15T10:00:00Z")),
    ] {
        assert_eq!(held[name], value, "{name}");
    }
    let index = json!({
        "IndexName": "by-day", "Keys": [{ "Name": "day", "Type": "date" }], "IndexStatus": "ACTIVE",
    });
    let indexes = |cloud: &Cloud| {
        cloud.ok("GetPartitionIndexes", on(json!({}))).members["PartitionIndexDescriptorList"].clone()
    };
    assert_eq!(indexes(&cloud), json!([index]));
    let second = json!({ "PartitionIndex": { "IndexName": "by-tenant", "Keys": ["tenant"] } });
    cloud.ok("CreatePartitionIndex", on(second.clone()));
    assert_eq!(cloud.refused("CreatePartitionIndex", on(second)).1, "AlreadyExistsException");
    cloud.ok("DeletePartitionIndex", on(json!({ "IndexName": "by-tenant" })));
    assert_eq!(indexes(&cloud), json!([index]));
}

#[test]
fn what_cannot_be_kept_is_refused_by_name() {
    let cloud = glue();
    database(&cloud, "cci");
    let iceberg = json!({ "IcebergInput": { "MetadataOperation": "CREATE" } });
    for (operation, members) in [
        (
            "CreateTable",
            json!({ "DatabaseName": "cci", "TableInput": { "Name": "t" }, "OpenTableFormatInput": iceberg }),
        ),
        ("GetTables", json!({ "DatabaseName": "cci", "Expression": "[a-c]" })),
        ("StartCrawler", json!({ "Name": "c" })),
        ("StartJobRun", json!({ "JobName": "j" })),
        ("GetDatabase", json!({ "Name": "cci", "CatalogId": format!("{ACCOUNT}:s3tablescatalog/b") })),
    ] {
        assert_eq!(cloud.refused(operation, members), (501, "NotImplemented".to_owned()), "{operation}");
    }
}

#[test]
fn tables_are_listed_by_patterns_and_in_pages() {
    let cloud = glue();
    database(&cloud, "cci");
    for name in ["calls", "call_days", "tenants"] {
        let input = json!({ "Name": name, "TableType": "EXTERNAL_TABLE" });
        cloud.ok("CreateTable", json!({ "DatabaseName": "cci", "TableInput": input }));
    }
    let names = |more: Value| {
        let mut members = json!({ "DatabaseName": "cci" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let reply = cloud.ok("GetTables", members);
        let names: Vec<String> = reply.column("TableList", "Name").into_iter().map(str::to_owned).collect();
        (names, reply.members["NextToken"].as_str().map(str::to_owned))
    };
    for (pattern, expected) in [
        ("call*", vec!["call_days", "calls"]),
        ("call.*", vec!["call_days", "calls"]),
        ("*s", vec!["call_days", "calls", "tenants"]),
        ("c*_*s", vec!["call_days"]),
        ("calls|tenants", vec!["calls", "tenants"]),
        ("call", vec![]),
        ("call*lls", vec![]),
    ] {
        assert_eq!(names(json!({ "Expression": pattern })).0, expected, "{pattern}");
    }
    let (first, token) = names(json!({ "MaxResults": 2 }));
    assert_eq!(first, ["call_days", "calls"]);
    assert_eq!(names(json!({ "NextToken": token })), (vec!["tenants".to_owned()], None));
    let brief =
        cloud.ok("GetTables", json!({ "DatabaseName": "cci", "AttributesToGet": ["NAME"], "MaxResults": 1 }));
    assert_eq!(brief.members["TableList"], json!([{ "Name": "call_days" }]));
    let errors =
        cloud.ok("BatchDeleteTable", json!({ "DatabaseName": "cci", "TablesToDelete": ["calls", "x"] }));
    assert_eq!(errors.column("Errors", "TableName"), ["x"]);
    assert_eq!(names(json!({})).0, ["call_days", "tenants"]);
}

#[test]
fn updates_leave_versions() {
    let cloud = with_table();
    cloud.later(60);
    for (description, more) in [("second", json!({})), ("third", json!({ "VersionId": "1" }))] {
        let mut members =
            json!({ "DatabaseName": "cci", "TableInput": { "Name": "calls", "Description": description } });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        cloud.ok("UpdateTable", members);
    }
    let held = table(&cloud);
    assert_eq!((&held["Description"], &held["VersionId"]), (&json!("third"), &json!("2")));
    assert_eq!((&held["Owner"], &held["CreateTime"]), (&Value::Null, &json!("2026-01-15T10:00:00Z")));
    assert_eq!(held["UpdateTime"], "2026-01-15T10:01:00Z");
    let versions = cloud.ok("GetTableVersions", on(json!({})));
    assert_eq!(versions.column("TableVersions", "VersionId"), ["2", "1", "0"]);
    let first = cloud.ok("GetTableVersion", on(json!({ "VersionId": "0" }))).members["TableVersion"].clone();
    assert_has(&first["Table"], &table_input(), &["Name"]);
    let stale = json!({ "DatabaseName": "cci", "TableInput": { "Name": "calls" }, "VersionId": "0" });
    assert_eq!(cloud.refused("UpdateTable", stale).1, "ConcurrentModificationException");
    let silent = json!({ "DatabaseName": "cci", "TableInput": { "Name": "calls" }, "SkipArchive": true });
    cloud.ok("UpdateTable", silent);
    cloud.ok("DeleteTableVersion", on(json!({ "VersionId": "0" })));
    let errors = cloud.ok("BatchDeleteTableVersion", on(json!({ "VersionIds": ["1", "2", "3"] })));
    assert_eq!(errors.column("Errors", "VersionId"), ["2", "3"]);
    let versions = cloud.ok("GetTableVersions", on(json!({})));
    assert_eq!(versions.column("TableVersions", "VersionId"), ["3"]);
}

#[test]
fn a_database_takes_its_tables_along() {
    let cloud = with_table();
    let input = json!({ "FunctionName": "f" });
    cloud.ok("CreateUserDefinedFunction", json!({ "DatabaseName": "cci", "FunctionInput": input }));
    cloud.ok("DeleteDatabase", json!({ "Name": "cci" }));
    database(&cloud, "cci");
    assert_eq!(cloud.ok("GetTables", json!({ "DatabaseName": "cci" })).members["TableList"], json!([]));
    let functions = cloud.ok("GetUserDefinedFunctions", json!({ "Pattern": "*" })).members;
    assert_eq!(functions["UserDefinedFunctions"], json!([]));
}

#[test]
fn wrong_calls_are_told_apart() {
    let cloud = with_table();
    let database = |name: &str| json!({ "DatabaseInput": { "Name": name } });
    let twice = json!([{ "Name": "Id" }, { "Name": "id" }]);
    for (operation, members, code) in [
        ("CreateDatabase", json!({ "DatabaseInput": {} }), "ValidationException"),
        ("CreateDatabase", database(""), "ValidationException"),
        ("CreateDatabase", database("cci"), "AlreadyExistsException"),
        ("GetDatabase", json!({ "Name": "x" }), "EntityNotFoundException"),
        (
            "UpdateDatabase",
            json!({ "Name": "x", "DatabaseInput": { "Name": "x" } }),
            "EntityNotFoundException",
        ),
        ("DeleteDatabase", json!({ "Name": "x" }), "EntityNotFoundException"),
        (
            "CreateTable",
            json!({ "DatabaseName": "x", "TableInput": { "Name": "t" } }),
            "EntityNotFoundException",
        ),
        (
            "CreateTable",
            json!({ "DatabaseName": "cci", "TableInput": { "Name": "calls" } }),
            "AlreadyExistsException",
        ),
        (
            "CreateTable",
            json!({ "DatabaseName": "cci", "TableInput": { "Name": "t", "StorageDescriptor": { "Columns": twice } } }),
            "InvalidInputException",
        ),
        ("GetTable", json!({ "DatabaseName": "cci", "Name": "x" }), "EntityNotFoundException"),
        ("GetTables", json!({ "DatabaseName": "cci", "MaxResults": 101 }), "ValidationException"),
        ("GetTables", json!({ "DatabaseName": "cci", "NextToken": "?" }), "InvalidInputException"),
        (
            "UpdateTable",
            json!({ "DatabaseName": "cci", "TableInput": { "Name": "x" } }),
            "EntityNotFoundException",
        ),
        ("GetTableVersion", on(json!({ "VersionId": "7" })), "EntityNotFoundException"),
        ("DeleteTableVersion", on(json!({ "VersionId": "0" })), "InvalidInputException"),
        ("CreatePartition", on(json!({ "PartitionInput": { "Values": ["a"] } })), "InvalidInputException"),
        ("GetPartition", on(json!({ "PartitionValues": ["a", "b"] })), "EntityNotFoundException"),
        (
            "CreatePartitionIndex",
            on(json!({ "PartitionIndex": { "IndexName": "i", "Keys": ["id"] } })),
            "InvalidInputException",
        ),
        ("GetTags", json!({ "ResourceArn": "arn:aws:s3:::b" }), "InvalidInputException"),
        (
            "GetTags",
            json!({ "ResourceArn": format!("arn:aws:glue:eu-west-2:{ACCOUNT}:database/x") }),
            "EntityNotFoundException",
        ),
    ] {
        assert_eq!(
            cloud.refused(operation, members.clone()),
            (400, code.to_owned()),
            "{operation} {members}"
        );
    }
}

#[test]
fn accounts_regions_and_forks_are_apart() {
    let cloud = with_table();
    let missing = json!({ "Name": "cci" });
    assert_eq!(cloud.other_account().refused("GetDatabase", missing.clone()).1, "EntityNotFoundException");
    assert_eq!(cloud.in_region("eu-west-1").refused("GetDatabase", missing).1, "EntityNotFoundException");
    let shared = json!({ "Name": "cci", "CatalogId": ACCOUNT });
    assert_eq!(cloud.other_account().ok("GetDatabase", shared).members["Database"]["CatalogId"], ACCOUNT);
    let fork = cloud.fork();
    fork.ok("CreatePartition", on(json!({ "PartitionInput": { "Values": ["a", "b"] } })));
    fork.ok("UpdateTable", json!({ "DatabaseName": "cci", "TableInput": { "Name": "calls" } }));
    assert_eq!(table(&cloud)["Description"], "d");
    assert_eq!(cloud.ok("GetPartitions", on(json!({}))).members["Partitions"], json!([]));
    cloud.ok("DeleteTable", json!({ "DatabaseName": "cci", "Name": "calls" }));
    assert_eq!(table(&fork)["VersionId"], "1");
}
