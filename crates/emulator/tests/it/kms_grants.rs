//! Grants, as they are kept and given back.

use serde_json::{Value, json};

use crate::cloud::{ACCOUNT, Cloud, OTHER};

fn key(cloud: &Cloud) -> String {
    cloud.ok("CreateKey", json!({})).members["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
}

fn role(name: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:role/{name}")
}

fn grant(key: &str, more: Value) -> Value {
    let mut members = json!({ "KeyId": key, "GranteePrincipal": role("reader"), "Operations": ["Decrypt"] });
    members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    members
}

#[test]
fn every_member_of_a_grant_is_given_back() {
    let cloud = Cloud::new();
    let arn = key(&cloud);
    let constraints = json!({ "EncryptionContextSubset": { "aws:s3:arn": "arn:aws:s3:::b" } });
    let made = cloud.other_account().ok(
        "CreateGrant",
        grant(
            &arn,
            json!({
                "Name": "reads", "RetiringPrincipal": role("admin"), "Operations": ["Encrypt", "Decrypt"],
                "Constraints": constraints,
            }),
        ),
    );
    let listed = cloud.ok("ListGrants", json!({ "KeyId": arn }));
    assert_eq!(
        listed.members["Grants"],
        json!([{
            "KeyId": arn, "GrantId": made.text("GrantId"), "Name": "reads",
            "CreationDate": "2026-01-15T10:00:00Z", "GranteePrincipal": role("reader"),
            "RetiringPrincipal": role("admin"), "IssuingAccount": format!("arn:aws:iam::{OTHER}:root"),
            "Operations": ["Decrypt", "Encrypt"], "Constraints": constraints,
        }])
    );
    let service = json!({
        "KeyId": arn, "GranteeServicePrincipal": "logs.eu-west-2.amazonaws.com", "Operations": ["Decrypt"],
        "RetiringServicePrincipal": "logs.eu-west-2.amazonaws.com",
        "Constraints": { "SourceArn": "arn:aws:logs:eu-west-2:111111111111:log-group:x" },
    });
    cloud.ok("CreateGrant", service.clone());
    let query = json!({ "KeyId": arn, "GranteeServicePrincipal": "logs.eu-west-2.amazonaws.com" });
    assert_eq!(cloud.ok("ListGrants", query).members["Grants"][0]["Constraints"], service["Constraints"]);
    let mut open = service;
    open.as_object_mut().unwrap().remove("Constraints");
    assert_eq!(cloud.refused("CreateGrant", open).1, "ValidationException");
}

#[test]
fn the_same_request_under_the_same_name_is_the_same_grant() {
    let cloud = Cloud::new();
    let arn = key(&cloud);
    let create = |more: Value| cloud.ok("CreateGrant", grant(&arn, more));
    let (first, again) = (create(json!({ "Name": "a" })), create(json!({ "Name": "a" })));
    assert_eq!(first.text("GrantId"), again.text("GrantId"));
    assert_ne!(first.text("GrantToken"), again.text("GrantToken"));
    for more in
        [json!({ "Name": "b" }), json!({ "Name": "a", "Operations": ["Encrypt"] }), json!({}), json!({})]
    {
        assert_ne!(create(more).text("GrantId"), first.text("GrantId"));
    }
    assert_eq!(cloud.ok("ListGrants", json!({ "KeyId": arn })).column("Grants", "GrantId").len(), 5);
}

#[test]
fn grants_are_retired_and_revoked() {
    let cloud = Cloud::new();
    let arn = key(&cloud);
    let create = || cloud.ok("CreateGrant", grant(&arn, json!({ "RetiringPrincipal": role("admin") })));
    let [by_token, by_id, revoked] = [create(), create(), create()];
    let retirable = || {
        let reply = cloud.ok("ListRetirableGrants", json!({ "RetiringPrincipal": role("admin") }));
        reply.column("Grants", "GrantId").len()
    };
    assert_eq!(retirable(), 3);
    cloud.ok("RetireGrant", json!({ "GrantToken": by_token.text("GrantToken") }));
    cloud.ok("RetireGrant", json!({ "KeyId": arn, "GrantId": by_id.text("GrantId") }));
    cloud.ok("RevokeGrant", json!({ "KeyId": arn, "GrantId": revoked.text("GrantId") }));
    assert_eq!(retirable(), 0);
    for (operation, members) in [
        ("RetireGrant", json!({ "GrantToken": by_token.text("GrantToken") })),
        ("RevokeGrant", json!({ "KeyId": arn, "GrantId": revoked.text("GrantId") })),
    ] {
        assert_eq!(cloud.refused(operation, members).1, "NotFoundException");
    }
    assert_eq!(cloud.refused("RetireGrant", json!({ "KeyId": arn })).1, "ValidationException");
}

#[test]
fn tokens_are_those_that_were_given_out() {
    let cloud = Cloud::new();
    let arn = key(&cloud);
    let token = cloud.ok("CreateGrant", grant(&arn, json!({}))).text("GrantToken").to_owned();
    let encrypt = |token: &str| json!({ "KeyId": arn, "Plaintext": "AA==", "GrantTokens": [token] });
    cloud.ok("Encrypt", encrypt(&token));
    assert_eq!(cloud.refused("Encrypt", encrypt("none")).1, "InvalidGrantTokenException");
    let many = json!({ "KeyId": arn, "Plaintext": "AA==", "GrantTokens": vec![token; 11] });
    assert_eq!(cloud.refused("Encrypt", many).1, "ValidationException");
}

#[test]
fn members_of_grants_are_checked() {
    let cloud = Cloud::new();
    let arn = key(&cloud);
    let pairs: serde_json::Map<_, _> = (0..9).map(|n| (n.to_string(), json!("x"))).collect();
    for (more, code) in [
        (json!({ "GranteePrincipal": null }), "ValidationException"),
        (json!({ "GranteePrincipal": "arn:aws:iam::111111111111:group/g" }), "InvalidArnException"),
        (json!({ "GranteePrincipal": "reader" }), "InvalidArnException"),
        (json!({ "RetiringPrincipal": "arn:aws:s3:::b" }), "InvalidArnException"),
        (json!({ "Operations": null }), "ValidationException"),
        (json!({ "Operations": [] }), "ValidationException"),
        (json!({ "Operations": ["ReEncrypt"] }), "ValidationException"),
        (json!({ "Name": "a b" }), "ValidationException"),
        (
            json!({ "Constraints": { "EncryptionContextEquals": {}, "EncryptionContextSubset": {} } }),
            "ValidationException",
        ),
        (json!({ "Constraints": { "EncryptionContextEquals": pairs } }), "ValidationException"),
        (
            json!({ "Constraints": { "EncryptionContextEquals": { "a": "x".repeat(384) } } }),
            "ValidationException",
        ),
    ] {
        assert_eq!(cloud.refused("CreateGrant", grant(&arn, more.clone())), (400, code.into()), "{more}");
    }
}

#[test]
fn a_grant_allows_what_its_key_can_do() {
    let cloud = Cloud::new();
    let make = |members: Value| {
        cloud.ok("CreateKey", members).members["KeyMetadata"]["Arn"].as_str().unwrap().to_owned()
    };
    let symmetric = make(json!({}));
    let signing = make(json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" }));
    let hmac = make(json!({ "KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC" }));
    for (key, can, cannot) in [
        (&symmetric, "GenerateDataKeyPair", "Sign"),
        (&signing, "GetPublicKey", "GenerateDataKey"),
        (&hmac, "VerifyMac", "Verify"),
    ] {
        cloud.ok("CreateGrant", grant(key, json!({ "Operations": [can, "DescribeKey", "CreateGrant"] })));
        let refused =
            cloud.refused("CreateGrant", grant(key, json!({ "Operations": ["DescribeKey", cannot] })));
        assert_eq!(refused, (400, "ValidationException".into()), "{cannot}");
    }
}
