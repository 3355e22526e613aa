//! What Glue's crawlers, jobs and triggers refer to: workflows, classifiers, connections, security configurations.

use serde_json::{Value, json};

use crate::filled::assert_has;
use crate::glue_jobs::{get, glue};

#[test]
fn every_member_of_a_workflow_is_kept() {
    let (cloud, _) = glue();
    let given = json!({
        "Name": "w", "Description": "d", "DefaultRunProperties": { "a": "b" }, "MaxConcurrentRuns": 2,
    });
    cloud.ok("CreateWorkflow", given.clone());
    assert_has(&get(&cloud, "Workflow", "Name", "w"), &given, &[]);
    assert_eq!(cloud.refused("CreateWorkflow", given).1, "AlreadyExistsException");
    cloud.ok("UpdateWorkflow", json!({ "Name": "w", "Description": "e" }));
    assert_eq!(get(&cloud, "Workflow", "Name", "w")["Description"], "e");
    let batch = cloud.ok("BatchGetWorkflows", json!({ "Names": ["w", "x"] })).members;
    assert_eq!(batch["MissingWorkflows"], json!(["x"]));
    cloud.ok("DeleteWorkflow", json!({ "Name": "w" }));
    assert_eq!(cloud.ok("ListWorkflows", json!({})).members["Workflows"], json!([]));
}

#[test]
fn every_member_of_a_classifier_is_kept() {
    let (cloud, _) = glue();
    for (kind, given) in [
        (
            "GrokClassifier",
            json!({ "Name": "g", "Classification": "c", "GrokPattern": "p", "CustomPatterns": "q" }),
        ),
        ("XMLClassifier", json!({ "Name": "x", "Classification": "c", "RowTag": "r" })),
        ("JsonClassifier", json!({ "Name": "j", "JsonPath": "$.a" })),
        (
            "CsvClassifier",
            json!({
                "Name": "v", "Delimiter": ",", "QuoteSymbol": "'", "ContainsHeader": "PRESENT", "Header": ["a"],
                "DisableValueTrimming": true, "AllowSingleColumn": true, "CustomDatatypeConfigured": true,
                "CustomDatatypes": ["INT"], "Serde": "OpenCSVSerDe",
            }),
        ),
    ] {
        cloud.ok("CreateClassifier", json!({ kind: given }));
        let name = given["Name"].as_str().unwrap();
        let held = get(&cloud, "Classifier", "Name", name);
        assert_has(&held[kind], &given, &[]);
        assert_eq!(held[kind]["Version"], 1);
        assert_eq!(cloud.refused("CreateClassifier", json!({ kind: given })).1, "AlreadyExistsException");
    }
    cloud.ok("UpdateClassifier", json!({ "JsonClassifier": { "Name": "j", "JsonPath": "$.b" } }));
    let held = get(&cloud, "Classifier", "Name", "j")["JsonClassifier"].clone();
    assert_eq!((&held["JsonPath"], &held["Version"]), (&json!("$.b"), &json!(2)));
    let other = json!({ "XMLClassifier": { "Name": "j" } });
    assert_eq!(cloud.refused("UpdateClassifier", other).1, "InvalidInputException");
    assert_eq!(cloud.refused("CreateClassifier", json!({})).1, "InvalidInputException");
    cloud.ok("DeleteClassifier", json!({ "Name": "j" }));
    assert_eq!(cloud.ok("GetClassifiers", json!({})).members["Classifiers"].as_array().unwrap().len(), 3);
    assert_eq!(cloud.refused("DeleteClassifier", json!({ "Name": "j" })).1, "EntityNotFoundException");
}

#[test]
fn every_member_of_a_connection_is_kept() {
    let (cloud, _) = glue();
    let given = json!({
        "Name": "n", "Description": "d", "ConnectionType": "JDBC", "MatchCriteria": ["a"],
        "ConnectionProperties": { "USERNAME": "u", "PASSWORD": "p" }, "SparkProperties": { "s": "1" },
        "AthenaProperties": { "t": "1" }, "PythonProperties": { "u": "1" },
        "PhysicalConnectionRequirements": {
            "SubnetId": "subnet-1", "SecurityGroupIdList": ["sg-1"], "AvailabilityZone": "eu-west-2a",
        },
        "AuthenticationConfiguration": {
            "AuthenticationType": "OAUTH2", "SecretArn": "s", "KmsKeyArn": "k",
            "OAuth2Properties": {
                "OAuth2GrantType": "CLIENT_CREDENTIALS", "TokenUrl": "https://t", "TokenUrlParametersMap": { "a": "b" },
                "OAuth2ClientApplication": { "UserManagedClientApplicationClientId": "c" },
            },
        },
    });
    cloud.ok("CreateConnection", json!({ "ConnectionInput": given, "Tags": { "team": "data" } }));
    let held = get(&cloud, "Connection", "Name", "n");
    assert_has(&held, &given, &[]);
    let hidden = cloud.ok("GetConnection", json!({ "Name": "n", "HidePassword": true })).members;
    assert_eq!(hidden["Connection"]["ConnectionProperties"], json!({ "USERNAME": "u" }));
    let list = |filter: Value| {
        cloud.ok("GetConnections", json!({ "Filter": filter })).members["ConnectionList"]
            .as_array()
            .unwrap()
            .len()
    };
    assert_eq!((list(json!({ "ConnectionType": "JDBC" })), list(json!({ "MatchCriteria": ["b"] }))), (1, 0));
    let basic = json!({ "BasicAuthenticationCredentials": { "Username": "u", "Password": "p" } });
    let mut lost = given.clone();
    (lost["Name"], lost["AuthenticationConfiguration"]) = (json!("m"), basic);
    assert_eq!(cloud.refused("CreateConnection", json!({ "ConnectionInput": lost })).1, "NotImplemented");
    let update = json!({ "Name": "n", "ConnectionType": "NETWORK", "ConnectionProperties": {} });
    cloud.ok("UpdateConnection", json!({ "Name": "n", "ConnectionInput": update }));
    let changed = get(&cloud, "Connection", "Name", "n");
    assert_eq!((&changed["Description"], &changed["ConnectionType"]), (&Value::Null, &json!("NETWORK")));
    let gone = cloud.ok("BatchDeleteConnection", json!({ "ConnectionNameList": ["n", "x"] })).members;
    assert_eq!(gone["Succeeded"], json!(["n"]));
    assert_eq!(gone["Errors"]["x"]["ErrorCode"], "EntityNotFoundException");
    assert_eq!(
        cloud.refused("DeleteConnection", json!({ "ConnectionName": "n" })).1,
        "EntityNotFoundException"
    );
}

#[test]
fn every_member_of_a_security_configuration_is_kept() {
    let (cloud, _) = glue();
    let key = "arn:aws:kms:eu-west-2:111111111111:key/k";
    let encryption = json!({
        "S3Encryption": [{ "S3EncryptionMode": "SSE-KMS", "KmsKeyArn": key }],
        "CloudWatchEncryption": { "CloudWatchEncryptionMode": "SSE-KMS", "KmsKeyArn": key },
        "JobBookmarksEncryption": { "JobBookmarksEncryptionMode": "CSE-KMS", "KmsKeyArn": key },
        "DataQualityEncryption": { "DataQualityEncryptionMode": "SSE-KMS", "KmsKeyArn": key },
    });
    let given = json!({ "Name": "s", "EncryptionConfiguration": encryption });
    let made = cloud.ok("CreateSecurityConfiguration", given.clone());
    assert_eq!((made.text("Name"), made.text("CreatedTimestamp")), ("s", "2026-01-15T10:00:00Z"));
    let held = get(&cloud, "SecurityConfiguration", "Name", "s");
    assert_has(&held, &given, &[]);
    let list = cloud.ok("GetSecurityConfigurations", json!({})).members["SecurityConfigurations"].clone();
    assert_eq!(list, json!([held]));
    let keyless = json!({ "CloudWatchEncryption": { "CloudWatchEncryptionMode": "SSE-KMS" } });
    for (members, code) in [
        (given, "AlreadyExistsException"),
        (json!({ "Name": "t", "EncryptionConfiguration": keyless }), "InvalidInputException"),
        (
            json!({ "Name": "t", "EncryptionConfiguration": { "S3Encryption": [{ "S3EncryptionMode": "x" }] } }),
            "ValidationException",
        ),
    ] {
        assert_eq!(cloud.refused("CreateSecurityConfiguration", members.clone()).1, code, "{members}");
    }
    cloud.ok("DeleteSecurityConfiguration", json!({ "Name": "s" }));
    let named = json!({ "Name": "s" });
    assert_eq!(cloud.refused("DeleteSecurityConfiguration", named).1, "EntityNotFoundException");
}
