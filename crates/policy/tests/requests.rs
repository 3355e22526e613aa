//! Requests that contradict themselves, and rules that the documentation leaves open: neither an allow nor a denial.
#![expect(clippy::unwrap_used, reason = "a failure should stop the test")]

use serde_json::{Value, json};
use stackproof_policy::decide::decide_line;

/// The decision on a case of a user of account 111122223333 who may do everything, with these fields put over it.
fn decided(fields: &Value) -> String {
    let everything = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    let mut case = json!({
        "id": "case", "principal": "arn:aws:iam::111122223333:user/alice", "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k", "resource_account": "111122223333",
        "identity_policies": [{ "Version": "2012-10-17", "Statement": everything }],
    });
    case.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    let line = decide_line(&case.to_string(), false).unwrap();
    let decided: Value = serde_json::from_str(&line).unwrap();
    decided.get("decision").unwrap().as_str().unwrap().to_owned()
}

#[test]
fn what_is_no_action_is_not_decided() {
    assert_eq!(decided(&json!({})), "allowed");
    for action in
        ["", "s3", "s3:", ":GetObject", "s3:*", "s3:Get?bject", "*", "s3:Get:Object", "s3 :GetObject"]
    {
        assert_eq!(decided(&json!({ "action": action })), "undetermined", "{action}");
        assert_eq!(
            decided(&json!({ "action": action, "principal": "anonymous" })),
            "undetermined",
            "{action}"
        );
    }
    assert_eq!(decided(&json!({ "action": "S3:getobject" })), "allowed");
    assert_eq!(decided(&json!({ "action": "s3-object-lambda:GetObject" })), "allowed");
}

#[test]
fn an_arn_says_whose_the_resource_is() {
    let queue = |owner: &str| format!("arn:aws:sqs:eu-west-2:{owner}:q");
    for (resource, account, expected) in [
        (queue("111122223333"), "111122223333", "allowed"),
        (queue("444455556666"), "111122223333", "undetermined"),
        (queue("111122223333"), "444455556666", "undetermined"),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess".to_owned(), "111122223333", "allowed"),
        ("arn:aws:ec2:eu-west-2::image/ami-1".to_owned(), "111122223333", "allowed"),
    ] {
        let fields =
            json!({ "action": "sqs:SendMessage", "resource": resource, "resource_account": account });
        assert_eq!(decided(&fields), expected, "{resource} of {account}");
    }
}

/// Since 2023 a role has to be granted to itself explicitly; whether a grant to its whole account is one is not said.
#[test]
fn a_role_that_assumes_itself_through_its_account_is_not_decided() {
    let (role, session) =
        ("arn:aws:iam::111122223333:role/app", "arn:aws:sts::111122223333:assumed-role/app/s");
    for (trusted, target, expected) in [
        ("111122223333", role, "undetermined"),
        (role, role, "allowed"),
        (session, role, "allowed"),
        ("111122223333", "arn:aws:iam::111122223333:role/other", "allowed"),
    ] {
        let statement =
            json!({ "Effect": "Allow", "Principal": { "AWS": trusted }, "Action": "sts:AssumeRole" });
        let fields = json!({
            "principal": session, "action": "sts:AssumeRole", "resource": target,
            "resource_policy": { "Version": "2012-10-17", "Statement": statement },
        });
        assert_eq!(decided(&fields), expected, "{trusted} for {target}");
    }
}

#[test]
fn what_takes_for_ever_to_compare_is_not_decided() {
    let resource = format!("arn:aws:s3:::b/{}", "a".repeat(100_000));
    for pattern in
        [format!("arn:aws:s3:*:{}", "*a".repeat(50_000)), format!("arn:aws:s3:::b/*{}b", "a".repeat(50_000))]
    {
        let statement = json!({ "Effect": "Allow", "Action": "*", "Resource": pattern });
        let policy = json!({ "Version": "2012-10-17", "Statement": statement });
        let fields = json!({ "resource": resource, "identity_policies": [policy] });
        assert_eq!(decided(&fields), "undetermined");
    }
}
