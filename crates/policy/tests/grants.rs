//! Grants of KMS keys, beside the policies of the key and of the caller.
#![expect(clippy::unwrap_used, reason = "a failure should stop the test")]

use serde_json::{Value, json};
use stackproof_policy::decide::{Case, decide_line};
use stackproof_policy::explain;

const ACCOUNT: &str = "111122223333";
const USER: &str = "arn:aws:iam::111122223333:user/alice";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/s";
const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const FOREIGN: &str = "arn:aws:iam::444455556666:user/bob";

fn policy(statement: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

fn allow(action: &str) -> Value {
    policy(json!({"Effect": "Allow", "Action": action, "Resource": "*"}))
}

fn grant(grantee: &str, operations: &[&str]) -> Value {
    json!({"GrantId": "g1", "Name": "app", "GranteePrincipal": grantee, "Operations": operations})
}

fn constrained(kind: &str, pairs: Value) -> Value {
    let mut grant = grant(USER, &["Decrypt", "CreateGrant", "DescribeKey"]);
    grant.as_object_mut().unwrap().insert("Constraints".to_owned(), json!({kind: pairs}));
    grant
}

/// A case on a key whose policy names nobody that calls here.
fn case(principal: &str, action: &str, fields: Value) -> String {
    let mut case = json!({
        "id": "case", "principal": principal, "action": action, "resource_account": ACCOUNT,
        "resource": format!("arn:aws:kms:eu-west-2:{ACCOUNT}:key/1"),
        "resource_policy": policy(json!({
            "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:user/admin"},
            "Action": "kms:*", "Resource": "*",
        })),
    });
    for (name, value) in fields.as_object().unwrap() {
        case.as_object_mut().unwrap().insert(name.clone(), value.clone());
    }
    case.to_string()
}

fn check(principal: &str, action: &str, fields: Value, expected: &str) -> Value {
    let line = case(principal, action, fields);
    let decided: Value = serde_json::from_str(&decide_line(&line, false).unwrap()).unwrap();
    assert_eq!(decided.get("decision").unwrap(), expected, "{line}: {decided}");
    decided
}

#[test]
fn a_grant_allows_its_grantee_its_operations_and_nothing_else() {
    let decided = check(USER, "kms:Decrypt", json!({"grants": [grant(USER, &["Decrypt"])]}), "allowed");
    assert_eq!(decided.get("layer").unwrap(), "grant");
    assert_eq!(decided.get("statements").unwrap(), &json!([{"policy": "g1", "index": 0, "sid": "app"}]));
    check(USER, "kms:Encrypt", json!({"grants": [grant(USER, &["Decrypt"])]}), "implicit_deny");
    check(USER, "kms:Decrypt", json!({"grants": [grant(ROLE, &["Decrypt"])]}), "implicit_deny");
    check(SESSION, "kms:Decrypt", json!({"grants": [grant(ROLE, &["Decrypt"])]}), "allowed");
    check(SESSION, "kms:Decrypt", json!({"grants": [grant(SESSION, &["Decrypt"])]}), "allowed");
    let by_service = json!([grant("logs.amazonaws.com", &["Decrypt"])]);
    check("logs.amazonaws.com", "kms:Decrypt", json!({"grants": by_service}), "allowed");
    check(USER, "s3:GetObject", json!({"grants": [grant(USER, &["GetObject"])]}), "implicit_deny");
}

#[test]
fn an_explicit_deny_beats_a_grant() {
    let deny = policy(json!({"Effect": "Deny", "Action": "kms:Decrypt", "Resource": "*"}));
    let fields = json!({"grants": [grant(USER, &["Decrypt"])], "identity_policies": [deny]});
    check(USER, "kms:Decrypt", fields, "explicit_deny");
}

#[test]
fn what_no_page_says_of_grants_is_undetermined() {
    let own = json!([grant(USER, &["Decrypt"])]);
    check(USER, "kms:Decrypt", json!({"grants": own, "permissions_boundary": allow("kms:*")}), "allowed");
    let decided = check(
        USER,
        "kms:Decrypt",
        json!({"grants": own, "permissions_boundary": allow("s3:*")}),
        "undetermined",
    );
    assert_eq!(decided.get("reason").unwrap(), "whether grant `g1` allows it is not known");
    let account = json!([grant("arn:aws:iam::111122223333:root", &["Decrypt"])]);
    check(USER, "kms:Decrypt", json!({"grants": account}), "undetermined");
    check(USER, "kms:Decrypt", json!({"grants": account, "identity_policies": [allow("kms:*")]}), "allowed");
    let foreign = json!([grant(FOREIGN, &["Decrypt"])]);
    check(FOREIGN, "kms:Decrypt", json!({"grants": foreign}), "undetermined");
    check(
        FOREIGN,
        "kms:Decrypt",
        json!({"grants": foreign, "identity_policies": [allow("kms:*")]}),
        "allowed",
    );
}

#[test]
fn constraints_compare_the_encryption_context() {
    let subset = constrained("EncryptionContextSubset", json!({"Team": "red"}));
    let equals = constrained("EncryptionContextEquals", json!({"Team": "red"}));
    let exact = json!({"kms:EncryptionContext:team": "red", "kms:EncryptionContextKeys": ["team"]});
    let more = json!({
        "kms:EncryptionContext:Team": "red", "kms:EncryptionContext:user": "bob",
        "kms:EncryptionContextKeys": ["Team", "user"],
    });
    let other = json!({"kms:EncryptionContext:Team": "Red", "kms:EncryptionContextKeys": ["Team"]});
    for (grant, context, expected) in [
        (&subset, &exact, "allowed"),
        (&subset, &more, "allowed"),
        (&subset, &other, "implicit_deny"),
        (&subset, &json!({}), "implicit_deny"),
        (&equals, &exact, "allowed"),
        (&equals, &more, "implicit_deny"),
        (&equals, &other, "implicit_deny"),
        (&equals, &json!({}), "implicit_deny"),
    ] {
        check(USER, "kms:Decrypt", json!({"grants": [grant], "context": context}), expected);
    }
    // An operation without a context is not narrowed by one.
    check(USER, "kms:DescribeKey", json!({"grants": [equals]}), "allowed");
    let by_source = constrained("SourceArn", json!("arn:aws:s3:::b"));
    check(USER, "kms:Decrypt", json!({"grants": [by_source]}), "implicit_deny");
}

#[test]
fn a_grantee_passes_on_no_more_than_it_has() {
    let plain = grant(USER, &["Decrypt", "CreateGrant"]);
    let subset = constrained("EncryptionContextSubset", json!({"team": "red"}));
    let equals = constrained("EncryptionContextEquals", json!({"team": "red"}));
    let asked = |operations: &[&str], kind: Option<&str>| {
        let mut context = json!({"kms:GrantOperations": operations});
        if let (Some(kind), Some(context)) = (kind, context.as_object_mut()) {
            context.insert("kms:GrantConstraintType".to_owned(), json!(kind));
            context.insert("kms:EncryptionContext:team".to_owned(), json!("red"));
            context.insert("kms:EncryptionContextKeys".to_owned(), json!(["team"]));
        }
        context
    };
    for (grant, context, expected) in [
        (&plain, asked(&["Decrypt"], None), "allowed"),
        (&plain, asked(&["Decrypt", "Encrypt"], None), "implicit_deny"),
        (&subset, asked(&["Decrypt"], None), "implicit_deny"),
        (&subset, asked(&["Decrypt"], Some("EncryptionContextSubset")), "allowed"),
        (&subset, asked(&["Decrypt"], Some("EncryptionContextEquals")), "allowed"),
        (&equals, asked(&["Decrypt"], Some("EncryptionContextSubset")), "implicit_deny"),
        (&equals, asked(&["Decrypt"], Some("EncryptionContextEquals")), "allowed"),
    ] {
        check(USER, "kms:CreateGrant", json!({"grants": [grant], "context": context}), expected);
    }
}

#[test]
fn a_grant_is_retired_by_whom_it_says() {
    let mut retired = grant(ROLE, &["Decrypt"]);
    retired.as_object_mut().unwrap().insert("RetiringPrincipal".to_owned(), json!(USER));
    check(USER, "kms:RetireGrant", json!({"grants": [retired]}), "allowed");
    check(USER, "kms:Decrypt", json!({"grants": [retired]}), "implicit_deny");
    check(SESSION, "kms:RetireGrant", json!({"grants": [retired]}), "implicit_deny");
    check(SESSION, "kms:RetireGrant", json!({"grants": [grant(ROLE, &["RetireGrant"])]}), "allowed");
    // The key's account may, by what is not said.
    check(USER, "kms:RetireGrant", json!({"identity_policies": [allow("kms:RetireGrant")]}), "undetermined");
    check(USER, "kms:RetireGrant", json!({}), "implicit_deny");
}

#[test]
fn an_explanation_names_the_grants() {
    let grants = json!({"grants": [grant(USER, &["Decrypt"]), {
        "GrantId": "g2", "Name": "", "GranteePrincipal": ROLE, "Operations": ["Decrypt"],
    }]});
    let case = Case::parse(&case(USER, "kms:Decrypt", grants)).unwrap();
    let text = explain(&case.request().unwrap(), &case.policies()).to_string();
    assert!(text.contains("decided by statement 0 `app` of grant `g1`"), "{text}");
    assert!(
        text.contains("\ngrant `g1` covers the request\ngrant `g2` does not cover the request"),
        "{text}"
    );
}
