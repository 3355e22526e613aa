//! One row for every message, and rows for the order in which the checks are made.

use super::*;

/// A managed policy with one statement of the given members.
fn policy(members: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{{members}}}]}}"#)
}

fn message(kind: PolicyKind, text: &str) -> String {
    match validate_policy(kind, text) {
        Ok(()) => String::new(),
        Err(rejection) => {
            assert_eq!((rejection.code, rejection.status), ("MalformedPolicyDocument", 400), "{text}");
            rejection.message
        }
    }
}

const VERSION: &str = "Policy document must be version 2012-10-17 or greater.";
const LEGACY: &str = "The policy failed legacy parsing";
const VENDOR: &str = "Resource vendor must be fully qualified and cannot contain regexes.";
const PREFACE: &str = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
const NO_RESOURCES: &str = "Policy statement must contain resources.";
const NO_ACTIONS: &str = "Policy statement must contain actions.";
const IAM_PATH: &str = "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, access-report/.";

#[test]
fn documents() {
    for (text, expected) in [
        ("", SYNTAX),
        ("[]", SYNTAX),
        ("{}", SYNTAX),
        (r#"{"Version":"2012-10-17"}"#, SYNTAX),
        (r#"{"Version":"2012-10-17","Statement":[]}"#, SYNTAX),
        (r#"{"Version":"2012-10-17","Statement":["a"]}"#, SYNTAX),
        (r#"{"Version":"2016-01-01","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#, SYNTAX),
        (
            r#"{"Version":"2012-10-17","Id":7,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
            SYNTAX,
        ),
        (
            r#"{"Version":"2012-10-17","Extra":1,"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
            SYNTAX,
        ),
        (r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#, VERSION),
        (r#"{"Version":"2008-10-17","Statement":{"Effect":"allow","Action":"*","Resource":"*"}}"#, VERSION),
        (r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#, ""),
    ] {
        assert_eq!(message(PolicyKind::Managed, text), expected, "{text}");
        assert_eq!(message(PolicyKind::Boundary, text), expected, "{text}");
    }
    let old = r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    assert_eq!(message(PolicyKind::Inline, old), "");
    assert_eq!(message(PolicyKind::Session, old), "");
}

#[test]
fn statements() {
    for (members, expected) in [
        (r#""Effect":"Allow","Action":"*","Resource":"*","Codition":{}"#, SYNTAX),
        (r#""Effect":"Allow","Action":"*","NotAction":"*","Resource":"*""#, SYNTAX),
        (r#""Effect":"Allow","Action":"*","Resource":"*","NotResource":"*""#, SYNTAX),
        (r#""Effect":"Allow","Effect":"Allow","Action":"*","Resource":"*""#, SYNTAX),
        (r#""Action":"*","Resource":"*""#, SYNTAX),
        (r#""Effect":"Maybe","Action":"*","Resource":"*""#, SYNTAX),
        (r#""Effect":"Allow","Action":7,"Resource":"*""#, SYNTAX),
        (r#""Effect":"Allow","Action":["*",7],"Resource":"*""#, SYNTAX),
        (r#""Effect":"Allow","Action":"*","Resource":{}"#, SYNTAX),
        (r#""Sid":7,"Effect":"Allow","Action":"*","Resource":"*""#, SYNTAX),
        (r#""Effect":"Allow","Action":"*","Resource":"*","Condition":[]"#, SYNTAX),
        (r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringSame":{"a:b":"c"}}"#, SYNTAX),
        (r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"a:b":null}}"#, SYNTAX),
        (r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringSame":{}}"#, ""),
        (r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericEquals":{"a:b":7}}"#, ""),
        (r#""Effect":"allow","Action":"*","Resource":"*""#, LEGACY),
        (r#""Effect":"Allow","Action":"*","Resource":"arn:aws::b""#, LEGACY),
        (r#""Effect":"Allow","Action":"*","Resource":"arn:aws:s3::b""#, LEGACY),
        (
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"soon"}}"#,
            LEGACY,
        ),
        (
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"-1"}}"#,
            LEGACY,
        ),
        (
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"9223372036854775807"}}"#,
            "",
        ),
        (
            r#""Effect":"Allow","Action":"*","Resource":"*","Condition":{"DateLessThan":{"aws:CurrentTime":"9223372036854775808"}}"#,
            LEGACY,
        ),
        (r#""Effect":"Allow","Resource":"*""#, NO_ACTIONS),
        (r#""Effect":"Allow","Action":[],"Resource":"*""#, NO_ACTIONS),
        (r#""Effect":"Allow","Action":[],"Resource":"bucket""#, NO_ACTIONS),
        (r#""Effect":"Allow","Action":"*""#, NO_RESOURCES),
        (r#""Effect":"Allow","Action":"*","Resource":[]"#, NO_RESOURCES),
        (r#""Effect":"Allow","Action":"s3","Resource":[]"#, PREFACE),
        (
            r#""Effect":"Allow","Action":"*","Resource":"*","Principal":"*""#,
            "Policy document should not specify a principal.",
        ),
    ] {
        assert_eq!(message(PolicyKind::Managed, &policy(members)), expected, "{members}");
    }
}

#[test]
fn statement_ids_are_unique_and_alphanumeric() {
    let two = |one: &str, other: &str| {
        format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Sid":"{one}","Effect":"Allow","Action":"*","Resource":"*"}},{{"Sid":"{other}","Effect":"Allow","Action":[],"Resource":"*"}}]}}"#
        )
    };
    assert_eq!(
        message(PolicyKind::Managed, &two("A", "A")),
        "Statement IDs (SID) in a single policy must be unique."
    );
    assert_eq!(message(PolicyKind::Managed, &two("", "")), NO_ACTIONS);
    assert!(
        message(PolicyKind::Managed, &two("A", "b c"))
            .starts_with("Statement IDs (SID) must be alpha-numeric.")
    );
}

#[test]
fn resources() {
    for (resource, expected) in [
        ("*", ""),
        ("bucket", "Resource bucket must be in ARN format or \"*\"."),
        ("arn:x:a:b:c:d", "Partition \"x\" is not valid for resource \"arn:x:a:b:c:d\"."),
        ("arn:x", "Partition \"x\" is not valid for resource \"arn:x:*:*:*:*\"."),
        ("arn:x:s3", "Partition \"x\" is not valid for resource \"arn:x:s3:*:*:*\"."),
        ("arn:*:s3:::b", ""),
        ("arn:aws-cn:s3:::b", ""),
        ("arn:aws", VENDOR),
        ("arn:aws:*:::b", VENDOR),
        (
            "arn:aws:iam:eu-west-2:111122223333:user/a",
            "IAM resource arn:aws:iam:eu-west-2:111122223333:user/a cannot contain region information.",
        ),
        ("arn:aws:s3:eu-west-2::b", "Resource arn:aws:s3:eu-west-2::b can not contain region information."),
        ("arn:aws:s3:eu-west-2:111122223333:accesspoint/p", ""),
        ("arn:aws:s3:eu-west-2:111122223333:job/7", ""),
        ("arn:aws:iam::111122223333:usr/a", IAM_PATH),
        ("arn:aws:iam::111122223333:root", IAM_PATH),
        ("arn:aws:iam::111122223333:*", ""),
        ("arn:aws:iam::111122223333:role/p/*", ""),
        ("arn:aws:dynamodb:*:*:table/t", ""),
    ] {
        let members = format!(r#""Effect":"Allow","Action":"*","Resource":["*","{resource}"]"#);
        assert_eq!(message(PolicyKind::Managed, &policy(&members)), expected, "{resource}");
    }
}

#[test]
fn actions() {
    for (action, expected) in [
        ("*", ""),
        ("*:*", ""),
        ("s3:Nonsense", ""),
        ("s3", PREFACE),
        ("s3:Get:Object", "Actions/Condition can contain only one colon."),
        ("s*:GetObject", "Vendor s* is not valid"),
        ("my vendor:x", "Vendor my vendor is not valid"),
    ] {
        let members = format!(r#""Effect":"Allow","Action":"{action}","Resource":"*""#);
        assert_eq!(message(PolicyKind::Inline, &policy(&members)), expected, "{action}");
    }
}

#[test]
fn trust_policies() {
    let only_sts = "Trust Policy statement actions can only be sts:AssumeRole, sts:AssumeRoleWithSAML,  and sts:AssumeRoleWithWebIdentity";
    let anyone = r#""Principal":{"AWS":"*"}"#;
    for (members, expected) in [
        (format!(r#""Effect":"Allow","Action":"sts:AssumeRole",{anyone}"#), ""),
        (format!(r#""Effect":"Allow","Action":["sts:AssumeRole","sts:TagSession"],{anyone}"#), ""),
        (format!(r#""Effect":"Allow","Action":"s3:GetObject",{anyone}"#), only_sts),
        (format!(r#""Effect":"Allow","Action":"s3:GetObject","Resource":"*",{anyone}"#), only_sts),
        (format!(r#""Effect":"Allow","Action":"sts:AssumeRole","Resource":"*",{anyone}"#), "Has prohibited field Resource."),
        (r#""Effect":"Allow","Action":"sts:AssumeRole""#.to_owned(), "Missing required field Principal"),
        (
            r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":"*""#.to_owned(),
            "AssumeRolepolicy contained an invalid principal: \"STAR\":\"*\".",
        ),
        (
            r#""Effect":"Deny","Action":"sts:AssumeRole","NotPrincipal":{"AWS":"*"}"#.to_owned(),
            "Has prohibited field NotPrincipal.",
        ),
        (
            r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{"AWS":"arn:aws:iam::111122223333:role/*"}"#.to_owned(),
            "Invalid principal in policy: \"AWS\":\"arn:aws:iam::111122223333:role/*\"",
        ),
        (
            r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda"}"#.to_owned(),
            "Invalid principal in policy: \"SERVICE\":\"lambda\"",
        ),
        (r#""Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"lambda.amazonaws.com"}"#.to_owned(), ""),
        (
            r#""Effect":"Allow","Action":"sts:AssumeRoleWithWebIdentity","Principal":{"Federated":"accounts.google.com"}"#.to_owned(),
            "",
        ),
    ] {
        assert_eq!(message(PolicyKind::Trust, &policy(&members)), expected, "{members}");
    }
    let old =
        policy(&format!(r#""Effect":"Allow","Action":"sts:AssumeRole",{anyone}"#)).replace("2012", "2008");
    assert_eq!(message(PolicyKind::Trust, &old), "");
}

#[test]
fn a_managed_policy_has_6144_characters_without_white_space() {
    let sized = |length: usize| {
        let text = policy(r#""Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::""#);
        let missing = length - policy_size(&text);
        text.replace(":::", &format!(":::{}", "b".repeat(missing))).replace("[{", "[ \n {")
    };
    assert_eq!(validate_policy(PolicyKind::Managed, &sized(6144)), Ok(()));
    let rejection = validate_policy(PolicyKind::Managed, &sized(6145)).unwrap_err();
    assert_eq!((rejection.code, rejection.status), ("LimitExceeded", 409));
    assert_eq!(rejection.message, "Cannot exceed quota for PolicySize: 6144");
}

#[test]
fn characters_beyond_latin_1_are_refused() {
    let text = policy("\"Effect\":\"Allow\",\"Action\":\"*\",\"Resource\":\"arn:aws:s3:::b/\u{2713}\"");
    let rejection = validate_policy(PolicyKind::Managed, &text).unwrap_err();
    assert_eq!((rejection.code, rejection.status), ("ValidationError", 400));
    assert_eq!(validate_policy(PolicyKind::Managed, &text.replace('\u{2713}', "\u{e9}")), Ok(()));
}
