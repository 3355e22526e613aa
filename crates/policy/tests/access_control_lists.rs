//! Access control lists of S3 beside policies.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "test data is trusted and a failure should stop the test"
)]

use serde_json::{Value, json};
use stackproof_policy::decide::decide_line;

const OWNER: &str = "111122223333";
const OTHER: &str = "444455556666";
const OWNERS_USER: &str = "arn:aws:iam::111122223333:user/alice";
const OTHERS_USER: &str = "arn:aws:iam::444455556666:user/bob";

fn allow_all() -> Value {
    json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "s3:*", "Resource": "*" } })
}

fn acl(of: &str, grants: &[(Value, &str)]) -> Value {
    let grants: Vec<Value> = grants
        .iter()
        .map(|(grantee, permission)| json!({ "grantee": grantee, "permission": permission }))
        .collect();
    json!({ "name": format!("acl of {of}"), "of": of, "grants": grants })
}

fn account(id: &str) -> Value {
    json!({ "Account": id })
}

/// Decides a request of `principal` for `action`; `more` are further fields of the case.
fn decide(principal: &str, action: &str, more: Value) -> Value {
    let mut case = json!({
        "id": "case", "principal": principal, "action": action, "resource": "arn:aws:s3:::calls/a",
        "resource_account": OWNER,
    });
    case.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    serde_json::from_str(&decide_line(&case.to_string(), true).unwrap()).unwrap()
}

fn decision(principal: &str, action: &str, more: Value) -> String {
    decide(principal, action, more)["decision"].as_str().unwrap().to_owned()
}

#[test]
fn permissions_stand_for_the_documented_actions() {
    let permissions = ["READ", "WRITE", "READ_ACP", "WRITE_ACP"];
    for (of, actions) in [
        (
            "bucket",
            [
                &["s3:ListBucket", "s3:ListBucketVersions", "s3:ListBucketMultipartUploads"][..],
                &["s3:PutObject", "s3:DeleteObject"],
                &["s3:GetBucketAcl"],
                &["s3:PutBucketAcl"],
            ],
        ),
        (
            "object",
            [
                &["s3:GetObject", "s3:GetObjectVersion"][..],
                &[],
                &["s3:GetObjectAcl", "s3:GetObjectVersionAcl"],
                &["s3:PutObjectAcl", "s3:PutObjectVersionAcl"],
            ],
        ),
    ] {
        for (permission, granted) in permissions.iter().zip(actions) {
            for action in actions.iter().copied().flatten() {
                for (permission, expected) in
                    [(*permission, granted.contains(action)), ("FULL_CONTROL", true)]
                {
                    let list = acl(of, &[(json!("AllUsers"), permission)]);
                    let decided = decision("anonymous", action, json!({ "access_control_list": list }));
                    let expected = if expected { "allowed" } else { "implicit_deny" };
                    assert_eq!(decided, expected, "{permission} on {of}: {action}");
                }
            }
        }
        let list = acl(of, &[(json!("AllUsers"), "FULL_CONTROL")]);
        for action in
            ["s3:DeleteBucket", "s3:PutBucketPolicy", "s3:GetObjectTagging", "s3:DeleteObjectVersion"]
        {
            let decided = decision("anonymous", action, json!({ "access_control_list": list }));
            assert_eq!(decided, "implicit_deny", "{action} by a list of a {of}");
        }
    }
}

#[test]
fn a_grant_names_accounts_and_groups() {
    let session = "arn:aws:sts::444455556666:assumed-role/app/s";
    for (grantee, who, expected) in [
        (account(OTHER), OTHERS_USER, "allowed"),
        (account(OTHER), session, "allowed"),
        (account(OWNER), OTHERS_USER, "implicit_deny"),
        (account(OTHER), "anonymous", "implicit_deny"),
        (json!({ "Stranger": "ab" }), OTHERS_USER, "implicit_deny"),
        (json!("Anonymous"), "anonymous", "allowed"),
        (json!("Anonymous"), OTHERS_USER, "implicit_deny"),
        (json!("AllUsers"), "anonymous", "allowed"),
        (json!("AllUsers"), OTHERS_USER, "allowed"),
        (json!("AuthenticatedUsers"), "anonymous", "implicit_deny"),
        (json!("AuthenticatedUsers"), OTHERS_USER, "allowed"),
        (json!("AuthenticatedUsers"), "s3.amazonaws.com", "undetermined"),
        (json!("LogDelivery"), "logging.s3.amazonaws.com", "allowed"),
        (json!("LogDelivery"), "s3.amazonaws.com", "implicit_deny"),
        (json!("LogDelivery"), OTHERS_USER, "implicit_deny"),
    ] {
        let list = acl("object", &[(grantee.clone(), "READ")]);
        let more = json!({ "identity_policies": [allow_all()], "access_control_list": list });
        assert_eq!(decision(who, "s3:GetObject", more), expected, "{grantee} {who}");
    }
}

#[test]
fn another_account_needs_its_own_policy_beside_the_grant() {
    for grantee in [account(OTHER), json!("AllUsers"), json!("AuthenticatedUsers")] {
        let list = acl("object", &[(grantee.clone(), "READ")]);
        let alone = json!({ "access_control_list": list });
        assert_eq!(decision(OTHERS_USER, "s3:GetObject", alone), "implicit_deny", "{grantee}");
    }
    // The owner's own people have what everybody has, but a grant to the owner is no grant to its people.
    let everybody = json!({ "access_control_list": acl("object", &[(json!("AllUsers"), "READ")]) });
    assert_eq!(decision(OWNERS_USER, "s3:GetObject", everybody), "allowed");
    let owner = json!({ "access_control_list": acl("object", &[(account(OWNER), "FULL_CONTROL")]) });
    assert_eq!(decision(OWNERS_USER, "s3:GetObject", owner), "implicit_deny");
}

#[test]
fn the_grant_is_the_evidence_and_a_deny_wins() {
    let list = acl("object", &[(account(OWNER), "FULL_CONTROL"), (json!("AllUsers"), "READ")]);
    let decided = decide("anonymous", "s3:GetObject", json!({ "access_control_list": list }));
    assert_eq!(
        (&decided["layer"], &decided["certainty"]),
        (&json!("access_control_list"), &json!("documented"))
    );
    assert_eq!(
        decided["statements"],
        json!([{ "policy": "acl of object", "index": 1, "sid": "grant READ to AllUsers" }])
    );
    let explanation = decided["explain"].as_str().unwrap();
    for line in [
        "decided by statement 1 `grant READ to AllUsers` of access control list `acl of object`",
        "statement 0 `grant FULL_CONTROL to account 111122223333` (Allow) does not cover the request",
        "`anonymous` is not account 111122223333",
    ] {
        assert!(explanation.contains(line), "{line} is not in {explanation}");
    }
    let deny = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Deny", "Principal": "*", "Action": "s3:GetObject", "Resource": "*",
    } });
    let more = json!({ "access_control_list": list, "resource_policy": deny });
    assert_eq!(decision("anonymous", "s3:GetObject", more), "explicit_deny");
}

#[test]
fn ignored_public_grants_grant_nothing() {
    for grantee in [json!("AllUsers"), json!("AuthenticatedUsers")] {
        let list = acl("object", &[(grantee.clone(), "READ"), (account(OTHER), "READ_ACP")]);
        let with = |ignored: bool| {
            let list = list.clone();
            json!({ "identity_policies": [allow_all()], "access_control_list": list, "ignore_public_acls": ignored })
        };
        assert_eq!(decision(OTHERS_USER, "s3:GetObject", with(false)), "allowed", "{grantee}");
        let ignored = decide(OTHERS_USER, "s3:GetObject", with(true));
        assert_eq!(ignored["decision"], "implicit_deny", "{grantee}");
        assert!(ignored["explain"].as_str().unwrap().contains("IgnorePublicAcls ignores it"));
        let beside = decide(OTHERS_USER, "s3:GetObjectAcl", with(true));
        assert_eq!((&beside["decision"], &beside["certainty"]), (&json!("allowed"), &json!("reading")));
    }
}

#[test]
fn over_an_object_of_another_account_the_bucket_policy_denies_only() {
    let statement = |effect: &str| {
        json!({ "Version": "2012-10-17", "Statement": {
            "Effect": effect, "Principal": { "AWS": "*" }, "Action": "s3:GetObject", "Resource": "*",
        } })
    };
    let foreign = |effect: &str, grants: &[(Value, &str)]| {
        json!({
            "resource_account": OTHER, "resource_policy_account": OWNER, "identity_policies": [allow_all()],
            "resource_policy": statement(effect), "access_control_list": acl("object", grants),
        })
    };
    let own = [(account(OTHER), "FULL_CONTROL")];
    let shared = [(account(OTHER), "FULL_CONTROL"), (account(OWNER), "READ")];
    for (who, effect, grants, expected) in [
        (OWNERS_USER, "Allow", &own[..], "implicit_deny"),
        (OWNERS_USER, "Allow", &shared[..], "allowed"),
        (OWNERS_USER, "Deny", &shared[..], "explicit_deny"),
        (OTHERS_USER, "Allow", &own[..], "allowed"),
        (OTHERS_USER, "Deny", &own[..], "explicit_deny"),
        ("anonymous", "Allow", &shared[..], "implicit_deny"),
    ] {
        let decided = decision(who, "s3:GetObject", foreign(effect, grants));
        assert_eq!(decided, expected, "{who} {effect} {grants:?}");
    }
    let decided = decide(OWNERS_USER, "s3:GetObject", foreign("Allow", &own));
    let explanation = decided["explain"].as_str().unwrap();
    for line in [
        "resource-based policy `resource_policy` says nothing\n  statement 0 (Allow) does not cover the request",
        "the policy can only deny what another account owns",
    ] {
        assert!(explanation.contains(line), "{explanation}");
    }
}

/// A public policy shuts out whoever is foreign to the bucket, be the object that it asks for its own.
#[test]
fn restricted_buckets_are_the_bucket_owner_s() {
    let public = json!({ "Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*",
    } });
    for (who, expected) in [(OTHERS_USER, "explicit_deny"), (OWNERS_USER, "allowed")] {
        let more = json!({
            "resource_account": OTHER, "resource_policy_account": OWNER, "identity_policies": [allow_all()],
            "resource_policy": public, "restrict_public_buckets": true,
            "access_control_list": acl("object", &[(account(OWNER), "READ")]),
        });
        assert_eq!(decision(who, "s3:GetObject", more), expected, "{who}");
    }
}
