//! Keys: what is said of them, their states, their policies, their tags.

use serde_json::{Value, json};
use stackproof_emulator::managed_key_arn;

use crate::cloud::{ACCOUNT, Cloud, Reply};

fn create(cloud: &Cloud, members: Value) -> String {
    cloud.ok("CreateKey", members).members["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
}

fn describe(cloud: &Cloud, key: &str) -> Value {
    cloud.ok("DescribeKey", json!({ "KeyId": key })).members["KeyMetadata"].clone()
}

fn on(key: &str) -> Value {
    json!({ "KeyId": key })
}

fn with(key: &str, more: Value) -> Value {
    let mut members = on(key);
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

#[test]
fn every_member_of_a_new_key_is_given_back() {
    let cloud = Cloud::new();
    let policy = r#"{"Version":"2012-10-17","Statement":[]}"#;
    let arn = create(
        &cloud,
        json!({
            "Description": "records", "Policy": policy, "KeySpec": "SYMMETRIC_DEFAULT",
            "KeyUsage": "ENCRYPT_DECRYPT", "Origin": "AWS_KMS", "MultiRegion": false,
            "BypassPolicyLockoutSafetyCheck": true, "Tags": [{ "TagKey": "team", "TagValue": "audio" }],
        }),
    );
    let mut metadata = describe(&cloud, &arn);
    let material = metadata.as_object_mut().unwrap().remove("CurrentKeyMaterialId").unwrap();
    assert_eq!(material.as_str().unwrap().len(), 64);
    let id = arn.rsplit('/').next().unwrap();
    assert_eq!(arn, format!("arn:aws:kms:eu-west-2:{ACCOUNT}:key/{id}"));
    assert_eq!(
        metadata,
        json!({
            "AWSAccountId": ACCOUNT, "KeyId": id, "Arn": arn, "CreationDate": "2026-01-15T10:00:00Z",
            "Enabled": true, "Description": "records", "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled",
            "Origin": "AWS_KMS", "KeyManager": "CUSTOMER", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
            "KeySpec": "SYMMETRIC_DEFAULT", "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "MultiRegion": false,
        })
    );
    let read = cloud.ok("GetKeyPolicy", on(&arn));
    assert_eq!((read.text("Policy"), read.text("PolicyName")), (policy, "default"));
    let tags = cloud.ok("ListResourceTags", on(&arn));
    assert_eq!(tags.members["Tags"], json!([{ "TagKey": "team", "TagValue": "audio" }]));
    let keys = cloud.ok("ListKeys", json!({}));
    assert_eq!(keys.members["Keys"], json!([{ "KeyId": id, "KeyArn": arn }]));
}

#[test]
fn a_key_without_a_policy_is_its_accounts() {
    let cloud = Cloud::new();
    let arn = create(&cloud, json!({}));
    let policy: Value = serde_json::from_str(cloud.ok("GetKeyPolicy", on(&arn)).text("Policy")).unwrap();
    assert_eq!(policy["Id"], "key-default-1");
    assert_eq!(
        policy["Statement"],
        json!([{
            "Sid": "Enable IAM User Permissions", "Effect": "Allow",
            "Principal": { "AWS": format!("arn:aws:iam::{ACCOUNT}:root") }, "Action": "kms:*", "Resource": "*",
        }])
    );
    let names = cloud.ok("ListKeyPolicies", on(&arn));
    assert_eq!(names.members["PolicyNames"], json!(["default"]));
    let new = r#"{"Statement":{"Effect":"Deny"}}"#;
    cloud.ok("PutKeyPolicy", with(&arn, json!({ "PolicyName": "default", "Policy": new })));
    assert_eq!(cloud.ok("GetKeyPolicy", on(&arn)).text("Policy"), new);
    for (members, code) in [
        (json!({ "Policy": "none" }), "MalformedPolicyDocumentException"),
        (json!({ "Policy": "" }), "ValidationException"),
        (json!({}), "ValidationException"),
        (json!({ "Policy": new, "PolicyName": "other" }), "NotFoundException"),
        (json!({ "Policy": format!("{{\"a\":\"{}\"}}", "x".repeat(32_768)) }), "LimitExceededException"),
    ] {
        assert_eq!(
            cloud.refused("PutKeyPolicy", with(&arn, members.clone())),
            (400, code.into()),
            "{members}"
        );
    }
    assert_eq!(cloud.refused("CreateKey", json!({ "Policy": "[]" })).1, "MalformedPolicyDocumentException");
}

#[test]
fn what_cannot_be_made_is_refused_by_name() {
    let cloud = Cloud::new();
    for (members, name) in [
        (json!({ "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY" }), "RSA_2048"),
        (json!({ "KeySpec": "HMAC_224", "KeyUsage": "GENERATE_VERIFY_MAC" }), "HMAC_224"),
        (json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT" }), "KEY_AGREEMENT"),
        (json!({ "Origin": "AWS_CLOUDHSM" }), "AWS_CLOUDHSM"),
        (json!({ "MultiRegion": true }), "MultiRegion"),
        (json!({ "CustomKeyStoreId": "cks-1" }), "CustomKeyStoreId"),
    ] {
        let error = cloud.err("CreateKey", members);
        assert_eq!((error.status, error.message.contains(name)), (501, true), "{error}");
    }
    for members in [
        json!({ "KeySpec": "AES" }),
        json!({ "KeySpec": "ECC_NIST_P256" }),
        json!({ "KeyUsage": "SIGN_VERIFY" }),
        json!({ "KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT" }),
        json!({ "Description": "x".repeat(8193) }),
    ] {
        assert_eq!(
            cloud.refused("CreateKey", members.clone()),
            (400, "ValidationException".into()),
            "{members}"
        );
    }
    let error = cloud.err("CreateKey", json!({ "KeySpec": "HMAC_256" }));
    let text = "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.";
    assert_eq!(error.message, text);
}

/// "Key states of AWS KMS keys": what each operation answers in each state.
#[test]
fn states_allow_what_the_table_says() {
    const OK: &str = "ok";
    const DISABLED: &str = "DisabledException";
    const STATE: &str = "KMSInvalidStateException";
    const UNSUPPORTED: &str = "UnsupportedOperationException";
    let grantee = format!("arn:aws:iam::{ACCOUNT}:role/r");
    let table = [
        ("CancelKeyDeletion", json!({}), [STATE, STATE, OK, STATE]),
        (
            "CreateGrant",
            json!({ "GranteePrincipal": grantee, "Operations": ["Decrypt"] }),
            [OK, DISABLED, STATE, STATE],
        ),
        ("DescribeKey", json!({}), [OK; 4]),
        ("DisableKey", json!({}), [OK, OK, STATE, STATE]),
        ("DisableKeyRotation", json!({}), [OK, DISABLED, STATE, UNSUPPORTED]),
        ("EnableKey", json!({}), [OK, OK, STATE, STATE]),
        ("EnableKeyRotation", json!({}), [OK, DISABLED, STATE, UNSUPPORTED]),
        ("Encrypt", json!({ "Plaintext": "AA==" }), [OK, DISABLED, STATE, STATE]),
        ("GenerateDataKey", json!({ "KeySpec": "AES_256" }), [OK, DISABLED, STATE, STATE]),
        ("GenerateDataKeyPair", json!({ "KeyPairSpec": "ECC_NIST_P256" }), [OK, DISABLED, STATE, STATE]),
        ("GetKeyPolicy", json!({}), [OK; 4]),
        ("GetKeyRotationStatus", json!({}), [OK, OK, OK, UNSUPPORTED]),
        ("ListAliases", json!({}), [OK; 4]),
        ("ListGrants", json!({}), [OK; 4]),
        ("ListKeyPolicies", json!({}), [OK; 4]),
        ("ListResourceTags", json!({}), [OK; 4]),
        ("PutKeyPolicy", json!({ "Policy": "{}" }), [OK; 4]),
        ("ScheduleKeyDeletion", json!({}), [OK, OK, STATE, OK]),
        ("TagResource", json!({ "Tags": [{ "TagKey": "a", "TagValue": "b" }] }), [OK, OK, STATE, OK]),
        ("UntagResource", json!({ "TagKeys": ["a"] }), [OK, OK, STATE, OK]),
        ("UpdateKeyDescription", json!({ "Description": "d" }), [OK, OK, STATE, OK]),
    ];
    for (operation, members, expected) in table {
        for (state, expected) in
            ["Enabled", "Disabled", "PendingDeletion", "PendingImport"].iter().zip(expected)
        {
            let cloud = Cloud::new();
            let origin = if *state == "PendingImport" { "EXTERNAL" } else { "AWS_KMS" };
            let arn = create(&cloud, json!({ "Origin": origin }));
            match *state {
                "Disabled" => drop(cloud.ok("DisableKey", on(&arn))),
                "PendingDeletion" => drop(cloud.ok("ScheduleKeyDeletion", on(&arn))),
                _ => {}
            }
            assert_eq!(describe(&cloud, &arn)["KeyState"], **state);
            let answer = cloud.call(operation, with(&arn, members.clone()), "");
            let got = answer.as_ref().map_or_else(|error| error.code.to_string(), |_: &Reply| OK.to_owned());
            assert_eq!(got, expected, "{operation} in {state}: {answer:?}");
        }
    }
}

#[test]
fn the_texts_of_states_name_the_key() {
    let cloud = Cloud::new();
    let arn = create(&cloud, json!({}));
    let encrypt = || cloud.err("Encrypt", with(&arn, json!({ "Plaintext": "AA==" }))).message;
    cloud.ok("DisableKey", on(&arn));
    assert_eq!(encrypt(), format!("{arn} is disabled."));
    let scheduled = cloud.ok("ScheduleKeyDeletion", with(&arn, json!({ "PendingWindowInDays": 7 })));
    assert_eq!(
        scheduled.members,
        json!({
            "KeyId": arn, "DeletionDate": "2026-01-22T10:00:00Z", "KeyState": "PendingDeletion", "PendingWindowInDays": 7,
        })
    );
    assert_eq!(encrypt(), format!("{arn} is pending deletion."));
    assert_eq!(cloud.ok("CancelKeyDeletion", on(&arn)).text("KeyId"), arn);
    assert_eq!(encrypt(), format!("{arn} is disabled."), "a key comes back disabled");
    assert_eq!(cloud.err("CancelKeyDeletion", on(&arn)).message, format!("{arn} is not pending deletion."));
    for days in [6, 31] {
        let members = with(&arn, json!({ "PendingWindowInDays": days }));
        assert_eq!(cloud.refused("ScheduleKeyDeletion", members).1, "ValidationException");
    }
}

#[test]
fn deletion_comes_with_time() {
    let cloud = Cloud::new();
    let arn = create(&cloud, json!({}));
    cloud.ok("CreateAlias", json!({ "AliasName": "alias/a", "TargetKeyId": arn }));
    let blob =
        cloud.ok("Encrypt", with(&arn, json!({ "Plaintext": "AA==" }))).text("CiphertextBlob").to_owned();
    cloud.ok("ScheduleKeyDeletion", with(&arn, json!({ "PendingWindowInDays": 7 })));
    cloud.later(7 * 86_400 - 1);
    assert_eq!(describe(&cloud, &arn)["KeyState"], "PendingDeletion");
    cloud.later(1);
    let error = cloud.err("DescribeKey", on(&arn));
    assert_eq!(
        (error.code.as_ref(), error.message),
        ("NotFoundException", format!("Key '{arn}' does not exist"))
    );
    assert_eq!(cloud.refused("DescribeKey", on("alias/a")).1, "NotFoundException");
    assert_eq!(cloud.refused("Decrypt", json!({ "CiphertextBlob": blob })).1, "InvalidCiphertextException");
    assert_eq!(cloud.ok("ListKeys", json!({})).members["Keys"], json!([]));
}

#[test]
fn rotation_comes_with_time() {
    let cloud = Cloud::new();
    let arn = create(&cloud, json!({}));
    let off = cloud.ok("GetKeyRotationStatus", on(&arn)).members;
    assert_eq!(off, json!({ "KeyRotationEnabled": false, "KeyId": arn.rsplit('/').next().unwrap() }));
    let signing = create(&cloud, json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" }));
    assert_eq!(cloud.ok("GetKeyRotationStatus", on(&signing)).members["KeyRotationEnabled"], false);
    assert_eq!(cloud.refused("EnableKeyRotation", on(&signing)).1, "UnsupportedOperationException");
    cloud.ok("EnableKeyRotation", with(&arn, json!({ "RotationPeriodInDays": 90 })));
    let status = cloud.ok("GetKeyRotationStatus", on(&arn));
    assert_eq!(status.members["KeyRotationEnabled"], true);
    assert_eq!(status.members["RotationPeriodInDays"], 90);
    assert_eq!(status.text("NextRotationDate"), "2026-04-15T10:00:00Z");
    cloud.later(181 * 86_400);
    assert_eq!(cloud.ok("RotateKeyOnDemand", on(arn.rsplit('/').next().unwrap())).text("KeyId"), arn);
    let rotations = cloud.ok("ListKeyRotations", on(&arn));
    let dates = [
        ("2026-04-15T10:00:00Z", "AUTOMATIC"),
        ("2026-07-14T10:00:00Z", "AUTOMATIC"),
        ("2026-07-15T10:00:00Z", "ON_DEMAND"),
    ];
    assert_eq!(rotations.column("Rotations", "RotationDate"), dates.map(|(date, _)| date));
    assert_eq!(rotations.column("Rotations", "RotationType"), dates.map(|(_, kind)| kind));
    let all = cloud.ok("ListKeyRotations", with(&arn, json!({ "IncludeKeyMaterial": "ALL_KEY_MATERIAL" })));
    assert_eq!(
        all.column("Rotations", "KeyMaterialState"),
        ["NON_CURRENT", "NON_CURRENT", "NON_CURRENT", "CURRENT"]
    );
    cloud.ok("DisableKeyRotation", on(&arn));
    cloud.later(365 * 86_400);
    assert_eq!(cloud.ok("ListKeyRotations", on(&arn)).column("Rotations", "KeyId").len(), 3);
    assert_eq!(
        cloud.refused("EnableKeyRotation", with(&arn, json!({ "RotationPeriodInDays": 89 }))).1,
        "ValidationException"
    );
}

#[test]
fn disabled_keys_rotate_when_they_are_enabled_again() {
    let cloud = Cloud::new();
    let arn = create(&cloud, json!({}));
    cloud.ok("EnableKeyRotation", on(&arn));
    cloud.ok("DisableKey", on(&arn));
    cloud.later(3 * 365 * 86_400);
    let rotations = || cloud.ok("ListKeyRotations", on(&arn)).column("Rotations", "KeyId").len();
    assert_eq!(rotations(), 0);
    cloud.ok("EnableKey", on(&arn));
    assert_eq!(rotations(), 1);
}

#[test]
fn the_key_of_a_service_is_there_when_it_is_looked_for() {
    let cloud = Cloud::new();
    assert_eq!(cloud.ok("ListKeys", json!({})).members["Keys"], json!([]));
    let arn = managed_key_arn(ACCOUNT, "eu-west-2");
    for named in ["alias/aws/s3", arn.as_str(), "arn:aws:kms:eu-west-2:111111111111:alias/aws/s3"] {
        let cloud = Cloud::new();
        let metadata = describe(&cloud, named);
        assert_eq!((&metadata["Arn"], &metadata["KeyManager"]), (&json!(arn), &json!("AWS")));
        assert_eq!(cloud.ok("ListAliases", on(&arn)).column("Aliases", "AliasName"), ["alias/aws/s3"]);
    }
    let policy: Value = serde_json::from_str(cloud.ok("GetKeyPolicy", on(&arn)).text("Policy")).unwrap();
    assert_eq!(
        policy["Statement"][0]["Condition"],
        json!({ "StringEquals": { "kms:CallerAccount": ACCOUNT, "kms:ViaService": "s3.eu-west-2.amazonaws.com" } })
    );
    for (operation, more) in [
        ("PutKeyPolicy", json!({ "Policy": "{}" })),
        ("DisableKey", json!({})),
        ("EnableKey", json!({})),
        ("ScheduleKeyDeletion", json!({})),
        ("EnableKeyRotation", json!({})),
        ("TagResource", json!({ "Tags": [] })),
        ("UpdateKeyDescription", json!({ "Description": "x" })),
    ] {
        assert_eq!(
            cloud.refused(operation, with(&arn, more)).1,
            "UnsupportedOperationException",
            "{operation}"
        );
    }
    assert_eq!(cloud.ok("GetKeyRotationStatus", on(&arn)).members["KeyRotationEnabled"], true);
    assert_eq!(cloud.refused("DescribeKey", on("alias/aws/rds")).0, 501);
}

#[test]
fn tags_are_added_and_removed() {
    let cloud = Cloud::new();
    let arn = create(&cloud, json!({}));
    let tags = |list: Value| with(&arn, json!({ "Tags": list }));
    cloud.ok(
        "TagResource",
        tags(json!([{ "TagKey": "a", "TagValue": "1" }, { "TagKey": "A", "TagValue": "" }])),
    );
    cloud.ok("TagResource", tags(json!([{ "TagKey": "a", "TagValue": "2" }])));
    let read = || cloud.ok("ListResourceTags", on(&arn)).members["Tags"].clone();
    assert_eq!(read(), json!([{ "TagKey": "A", "TagValue": "" }, { "TagKey": "a", "TagValue": "2" }]));
    cloud.ok("UntagResource", with(&arn, json!({ "TagKeys": ["A", "none"] })));
    assert_eq!(read(), json!([{ "TagKey": "a", "TagValue": "2" }]));
    let many: Vec<_> = (0..50).map(|n| json!({ "TagKey": n.to_string(), "TagValue": "" })).collect();
    assert_eq!(cloud.refused("TagResource", tags(json!(many))).1, "TagException");
    let one = json!({ "TagKey": "x", "TagValue": "" });
    assert_eq!(cloud.refused("TagResource", tags(json!([one, one]))).1, "TagException");
    let reserved = json!([{ "TagKey": "aws:x", "TagValue": "" }]);
    assert_eq!(cloud.refused("TagResource", tags(reserved)).1, "TagException");
    assert_eq!(cloud.refused("TagResource", on(&arn)).1, "ValidationException");
}

#[test]
fn lists_come_in_pages() {
    let cloud = Cloud::new();
    let mut made: Vec<_> = (0..5).map(|_| create(&cloud, json!({}))).collect();
    made.sort();
    let (mut seen, mut marker) = (Vec::new(), Value::Null);
    for size in [2, 2, 1] {
        let page = cloud.ok("ListKeys", json!({ "Limit": 2, "Marker": marker }));
        let arns: Vec<_> = page.column("Keys", "KeyArn").into_iter().map(str::to_owned).collect();
        assert_eq!(arns.len(), size);
        seen.extend(arns);
        assert_eq!(page.members["Truncated"], size == 2);
        marker = page.members["NextMarker"].clone();
    }
    assert_eq!(seen, made);
    assert_eq!(cloud.refused("ListKeys", json!({ "Marker": "*" })).1, "InvalidMarkerException");
    assert_eq!(cloud.refused("ListKeys", json!({ "Limit": 1001 })).1, "ValidationException");
}

#[test]
fn forks_share_keys_and_go_their_own_way() {
    let cloud = Cloud::new();
    let arn = create(&cloud, json!({}));
    let blob =
        cloud.ok("Encrypt", with(&arn, json!({ "Plaintext": "AA==" }))).text("CiphertextBlob").to_owned();
    let copy = Cloud { emulator: cloud.emulator.fork(), ..cloud.clone() };
    assert_eq!(copy.ok("Decrypt", json!({ "CiphertextBlob": blob })).text("Plaintext"), "AA==");
    copy.ok("DisableKey", on(&arn));
    copy.ok("RotateKeyOnDemand", on(&create(&copy, json!({}))));
    assert_eq!(describe(&cloud, &arn)["KeyState"], "Enabled");
    assert_eq!(cloud.ok("ListKeys", json!({})).column("Keys", "KeyArn"), [arn]);
}
