//! Aliases, and the four ways to name a key.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud};

fn create(cloud: &Cloud, members: Value) -> String {
    cloud.ok("CreateKey", members).members["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
}

fn alias(name: &str, target: &str) -> Value {
    json!({ "AliasName": name, "TargetKeyId": target })
}

#[test]
fn a_key_has_four_names() {
    let cloud = Cloud::new();
    let arn = create(&cloud, json!({}));
    cloud.ok("CreateAlias", alias("alias/app/records", &arn));
    let id = arn.rsplit('/').next().unwrap();
    let alias_arn = format!("arn:aws:kms:eu-west-2:{ACCOUNT}:alias/app/records");
    for named in [id, arn.as_str(), "alias/app/records", alias_arn.as_str()] {
        assert_eq!(cloud.ok("DescribeKey", json!({ "KeyId": named })).members["KeyMetadata"]["Arn"], arn);
    }
    for (named, code, text) in [
        ("nothing", "NotFoundException", "Invalid keyId 'nothing'".to_owned()),
        ("mrk-nothing", "NotFoundException", "Invalid keyId 'mrk-nothing'".to_owned()),
        (
            "alias/none",
            "NotFoundException",
            format!("Alias arn:aws:kms:eu-west-2:{ACCOUNT}:alias/none is not found."),
        ),
        (
            "00000000-0000-0000-0000-000000000000",
            "NotFoundException",
            format!(
                "Key 'arn:aws:kms:eu-west-2:{ACCOUNT}:key/00000000-0000-0000-0000-000000000000' does not exist"
            ),
        ),
        ("arn:aws:s3:::bucket", "InvalidArnException", "Invalid arn arn:aws:s3:::bucket".to_owned()),
        ("arn:aws:kms", "InvalidArnException", "Invalid arn arn:aws:kms".to_owned()),
        ("arn:aws:kms:us-east-1:111111111111:key/x", "NotFoundException", "Invalid arn us-east-1".to_owned()),
    ] {
        let error = cloud.err("DescribeKey", json!({ "KeyId": named }));
        assert_eq!((error.status, error.code.as_ref(), error.message), (400, code, text));
    }
}

#[test]
fn operations_that_manage_a_key_take_no_alias() {
    let cloud = Cloud::new();
    let arn = create(&cloud, json!({}));
    cloud.ok("CreateAlias", alias("alias/a", &arn));
    let alias_arn = format!("arn:aws:kms:eu-west-2:{ACCOUNT}:alias/a");
    for (operation, more) in [
        ("GetKeyPolicy", json!({})),
        ("PutKeyPolicy", json!({ "Policy": "{}" })),
        ("EnableKey", json!({})),
        ("DisableKey", json!({})),
        ("ScheduleKeyDeletion", json!({})),
        ("ListGrants", json!({})),
        ("ListResourceTags", json!({})),
        ("GetKeyRotationStatus", json!({})),
        (
            "CreateGrant",
            json!({ "Operations": ["Decrypt"], "GranteePrincipal": "arn:aws:iam::111111111111:root" }),
        ),
    ] {
        let call = |named: &str| {
            let mut members = more.clone();
            members["KeyId"] = json!(named);
            cloud.refused(operation, members).1
        };
        assert_eq!(call("alias/a"), "NotFoundException", "{operation}");
        assert_eq!(call(&alias_arn), "InvalidArnException", "{operation}");
    }
}

#[test]
fn aliases_are_listed_moved_and_deleted() {
    let cloud = Cloud::new();
    let (one, two) = (create(&cloud, json!({})), create(&cloud, json!({})));
    cloud.ok("CreateAlias", alias("alias/a", &one));
    cloud.ok("CreateAlias", alias("alias/b", &one));
    cloud.ok("CreateAlias", alias("alias/c", &two));
    let listed = |key: Value| {
        let reply = cloud.ok("ListAliases", key);
        reply.column("Aliases", "AliasName").join(" ")
    };
    assert_eq!(listed(json!({})), "alias/a alias/b alias/c");
    assert_eq!(listed(json!({ "KeyId": one })), "alias/a alias/b");
    cloud.later(60);
    cloud.ok("UpdateAlias", alias("alias/b", &two));
    let entry = cloud.ok("ListAliases", json!({ "KeyId": two })).members["Aliases"][0].clone();
    assert_eq!(
        entry,
        json!({
            "AliasName": "alias/b", "AliasArn": format!("arn:aws:kms:eu-west-2:{ACCOUNT}:alias/b"),
            "TargetKeyId": two.rsplit('/').next().unwrap(),
            "CreationDate": "2026-01-15T10:00:00Z", "LastUpdatedDate": "2026-01-15T10:01:00Z",
        })
    );
    cloud.ok("DeleteAlias", json!({ "AliasName": "alias/b" }));
    assert_eq!(listed(json!({ "KeyId": two })), "alias/c");
    let gone = cloud.err("DeleteAlias", json!({ "AliasName": "alias/b" }));
    assert_eq!(gone.message, format!("Alias arn:aws:kms:eu-west-2:{ACCOUNT}:alias/b is not found."));
    let signing = create(&cloud, json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" }));
    assert_eq!(cloud.refused("UpdateAlias", alias("alias/a", &signing)).1, "ValidationException");
}

#[test]
fn names_of_aliases_are_checked() {
    let cloud = Cloud::new();
    let arn = create(&cloud, json!({}));
    cloud.ok("CreateAlias", alias("alias/a", &arn));
    for (name, target, code) in [
        ("x", arn.as_str(), "ValidationException"),
        ("alias/", &arn, "ValidationException"),
        ("alias/ä", &arn, "ValidationException"),
        ("alias/a:b", &arn, "ValidationException"),
        ("alias/aws/x", &arn, "NotAuthorizedException"),
        ("alias/a", &arn, "AlreadyExistsException"),
        ("alias/b", "alias/a", "ValidationException"),
        ("alias/b", "none", "NotFoundException"),
    ] {
        assert_eq!(cloud.refused("CreateAlias", alias(name, target)), (400, code.into()), "{name} {target}");
    }
    assert_eq!(cloud.refused("CreateAlias", json!({ "AliasName": "alias/b" })).1, "ValidationException");
    cloud.ok("ScheduleKeyDeletion", json!({ "KeyId": arn }));
    assert_eq!(cloud.refused("CreateAlias", alias("alias/b", &arn)).1, "KMSInvalidStateException");
    let other = create(&cloud.other_account(), json!({}));
    assert_eq!(cloud.refused("CreateAlias", alias("alias/b", &other)).1, "NotFoundException");
}
