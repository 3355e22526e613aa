//! Versions of secrets and the labels that stand at them.

use serde_json::{Value, json};

use crate::cloud::Cloud;
use crate::secrets::{cloud, create, on, with};

fn id(n: u32) -> String {
    format!("00000000-0000-0000-0000-{n:012}")
}

fn put(cloud: &Cloud, n: u32, value: &str) -> Value {
    let members = json!({ "ClientRequestToken": id(n), "SecretString": value });
    cloud.ok("PutSecretValue", with("a", members)).members["VersionStages"].clone()
}

fn value(cloud: &Cloud, more: Value) -> String {
    cloud.ok("GetSecretValue", with("a", more)).text("SecretString").to_owned()
}

fn stages(cloud: &Cloud) -> Value {
    cloud.ok("DescribeSecret", on("a")).members["VersionIdsToStages"].clone()
}

#[test]
fn a_new_value_is_current_and_the_old_one_previous() {
    let cloud = cloud();
    cloud.ok("CreateSecret", json!({ "Name": "a" }));
    let none = cloud.err("GetSecretValue", on("a"));
    assert_eq!(
        (none.code.as_ref(), none.message.as_str()),
        (
            "ResourceNotFoundException",
            "Secrets Manager can't find the specified secret value for staging label: AWSCURRENT"
        )
    );
    assert_eq!(put(&cloud, 1, "one"), json!(["AWSCURRENT"]));
    put(&cloud, 2, "two");
    cloud.later(60);
    put(&cloud, 3, "three");
    assert_eq!(stages(&cloud), json!({ id(2): ["AWSPREVIOUS"], id(3): ["AWSCURRENT"] }));
    assert_eq!(value(&cloud, json!({})), "three");
    assert_eq!(value(&cloud, json!({ "VersionStage": "AWSPREVIOUS" })), "two");
    assert_eq!(value(&cloud, json!({ "VersionId": id(1) })), "one");
    assert_eq!(value(&cloud, json!({ "VersionId": id(2), "VersionStage": "AWSPREVIOUS" })), "two");
    for (members, code) in [
        (json!({ "VersionId": id(9) }), "ResourceNotFoundException"),
        (json!({ "VersionStage": "none" }), "ResourceNotFoundException"),
        (json!({ "VersionId": id(1), "VersionStage": "AWSCURRENT" }), "InvalidRequestException"),
        (json!({ "VersionId": "short" }), "ValidationException"),
    ] {
        assert_eq!(cloud.refused("GetSecretValue", with("a", members)).1, code);
    }
    let versions = cloud.ok("ListSecretVersionIds", on("a"));
    assert_eq!(versions.column("Versions", "VersionId"), [id(2), id(3)]);
    assert_eq!(
        versions.members["Versions"][1],
        json!({
            "VersionId": id(3), "VersionStages": ["AWSCURRENT"], "CreatedDate": "2026-01-15T10:01:00Z",
            "LastAccessedDate": "2026-01-15T00:00:00Z", "KmsKeyIds": ["DefaultEncryptionKey"],
        })
    );
    let all =
        cloud.ok("ListSecretVersionIds", with("a", json!({ "IncludeDeprecated": true, "MaxResults": 2 })));
    assert_eq!(all.column("Versions", "VersionId"), [id(1), id(2)]);
    let rest = json!({ "IncludeDeprecated": true, "NextToken": all.text("NextToken") });
    let rest = cloud.ok("ListSecretVersionIds", with("a", rest));
    assert_eq!(rest.column("Versions", "VersionId"), [id(3)]);
}

#[test]
fn bytes_are_kept_as_bytes() {
    let cloud = cloud();
    cloud.ok("CreateSecret", json!({ "Name": "a", "SecretBinary": "AP/+" }));
    let read = cloud.ok("GetSecretValue", on("a"));
    assert_eq!((read.text("SecretBinary"), &read.members["SecretString"]), ("AP/+", &Value::Null));
}

#[test]
fn a_token_stands_for_one_value() {
    let cloud = cloud();
    let members = json!({ "Name": "a", "ClientRequestToken": id(1), "SecretString": "one" });
    let first = cloud.ok("CreateSecret", members.clone()).members;
    assert_eq!(cloud.ok("CreateSecret", members).members, first);
    let other = json!({ "Name": "a", "ClientRequestToken": id(1), "SecretString": "other" });
    assert_eq!(cloud.refused("CreateSecret", other).1, "ResourceExistsException");
    put(&cloud, 2, "two");
    put(&cloud, 3, "three");
    assert_eq!(put(&cloud, 2, "two"), json!(["AWSPREVIOUS"]));
    for operation in ["PutSecretValue", "UpdateSecret"] {
        let members = json!({ "ClientRequestToken": id(2), "SecretString": "other" });
        assert_eq!(cloud.refused(operation, with("a", members)).1, "ResourceExistsException");
    }
    assert_eq!(value(&cloud, json!({})), "three");
    assert_eq!(cloud.refused("PutSecretValue", on("a")).1, "InvalidRequestException");
}

#[test]
fn labels_stand_where_they_are_put() {
    let cloud = cloud();
    create(&cloud, "a");
    let pending =
        json!({ "ClientRequestToken": id(2), "SecretString": "new", "VersionStages": ["AWSPENDING"] });
    cloud.ok("PutSecretValue", with("a", pending));
    let current = cloud.ok("GetSecretValue", on("a")).text("VersionId").to_owned();
    let change = |members: Value| cloud.refused("UpdateSecretVersionStage", with("a", members)).1;
    for members in [
        json!({ "VersionStage": "AWSCURRENT" }),
        json!({ "VersionStage": "AWSCURRENT", "MoveToVersionId": id(2) }),
        json!({ "VersionStage": "AWSCURRENT", "RemoveFromVersionId": current }),
        json!({ "VersionStage": "AWSPENDING", "RemoveFromVersionId": current }),
        json!({ "VersionStage": "AWSCURRENT", "MoveToVersionId": current, "RemoveFromVersionId": id(2) }),
    ] {
        assert_eq!(change(members.clone()), "InvalidParameterException", "{members}");
    }
    let missing = json!({ "VersionStage": "x", "MoveToVersionId": id(9) });
    assert_eq!(change(missing), "ResourceNotFoundException");
    let finish =
        json!({ "VersionStage": "AWSCURRENT", "MoveToVersionId": id(2), "RemoveFromVersionId": current });
    cloud.ok("UpdateSecretVersionStage", with("a", finish));
    assert_eq!(
        stages(&cloud),
        json!({ id(2): ["AWSCURRENT", "AWSPENDING"], current.clone(): ["AWSPREVIOUS"] })
    );
    let clean = json!({ "VersionStage": "AWSPENDING", "RemoveFromVersionId": id(2) });
    cloud.ok("UpdateSecretVersionStage", with("a", clean));
    assert_eq!(stages(&cloud), json!({ id(2): ["AWSCURRENT"], current: ["AWSPREVIOUS"] }));
    let many: Vec<_> = (0..19).map(|n| format!("l{n}")).collect();
    let members = json!({ "SecretString": "x", "VersionStages": many });
    assert_eq!(cloud.refused("PutSecretValue", with("a", members)).1, "LimitExceededException");
}

#[test]
fn a_new_key_encrypts_all_that_is_labelled() {
    let cloud = cloud();
    create(&cloud, "a");
    put(&cloud, 2, "two");
    let kms = cloud.of("kms");
    let key = kms.ok("CreateKey", json!({})).members["KeyMetadata"]["KeyId"].clone();
    cloud.ok("UpdateSecret", with("a", json!({ "KmsKeyId": key, "Description": "with a key" })));
    let described = cloud.ok("DescribeSecret", on("a"));
    assert_eq!((&described.members["KmsKeyId"], described.text("Description")), (&key, "with a key"));
    let versions = cloud.ok("ListSecretVersionIds", on("a"));
    for version in versions.members["Versions"].as_array().unwrap() {
        assert_eq!(version["KmsKeyIds"], json!([key]));
    }
    kms.ok("DisableKey", json!({ "KeyId": key }));
    assert_eq!(cloud.refused("GetSecretValue", on("a")).1, "DecryptionFailure");
    let put = with("a", json!({ "SecretString": "x" }));
    assert_eq!(cloud.refused("PutSecretValue", put).1, "EncryptionFailure");
    kms.ok("EnableKey", json!({ "KeyId": key }));
    assert_eq!(value(&cloud, json!({})), "two");
    cloud.ok(
        "UpdateSecret",
        with("a", json!({ "KmsKeyId": "alias/aws/secretsmanager", "SecretString": "x" })),
    );
    assert_eq!(value(&cloud, json!({})), "x");
}

#[test]
fn values_are_read_in_batches() {
    let cloud = cloud();
    for name in ["a", "b", "c"] {
        create(&cloud, name);
    }
    cloud.ok("DeleteSecret", on("b"));
    let named = cloud.ok("BatchGetSecretValue", json!({ "SecretIdList": ["a", "b", "none"] }));
    assert_eq!(named.column("SecretValues", "Name"), ["a"]);
    assert_eq!(named.column("Errors", "SecretId"), ["b", "none"]);
    assert_eq!(named.column("Errors", "ErrorCode"), ["InvalidRequestException", "ResourceNotFoundException"]);
    let filters = json!([{ "Key": "name", "Values": ["a", "b", "c"] }]);
    let page = cloud.ok("BatchGetSecretValue", json!({ "Filters": filters, "MaxResults": 1 }));
    assert_eq!(page.column("SecretValues", "Name"), ["a"]);
    let rest = json!({ "Filters": filters, "NextToken": page.text("NextToken") });
    assert_eq!(cloud.ok("BatchGetSecretValue", rest).column("SecretValues", "Name"), ["c"]);
    let both = json!({ "Filters": filters, "SecretIdList": ["a"] });
    assert_eq!(cloud.refused("BatchGetSecretValue", both).1, "InvalidParameterException");
}

#[test]
fn old_versions_without_a_label_go_where_there_are_too_many() {
    let cloud = cloud();
    cloud.ok("CreateSecret", json!({ "Name": "a" }));
    for n in 0..100 {
        put(&cloud, n, "x");
    }
    let count = || {
        let all = cloud.ok("ListSecretVersionIds", with("a", json!({ "IncludeDeprecated": true })));
        (all.members["Versions"].as_array().unwrap().len(), all.members["NextToken"].is_string())
    };
    assert_eq!(count(), (100, false));
    put(&cloud, 100, "x");
    assert_eq!(count(), (100, true));
    cloud.later(86_401);
    put(&cloud, 101, "x");
    assert_eq!(count(), (100, false));
    assert_eq!(
        cloud.refused("GetSecretValue", with("a", json!({ "VersionId": id(1) }))).1,
        "ResourceNotFoundException"
    );
}
