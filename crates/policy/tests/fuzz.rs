//! What other people write is read or refused, whatever it is; and what is read is what is printed. `just fuzz` runs
//! these for longer.
#![expect(clippy::unwrap_used, reason = "a failure should stop the test")]

use serde_json::{Map, Value, json};
use stackproof_policy::arn::Arn;
use stackproof_policy::decide::{Case, decide_line};
use stackproof_policy::document::parse_json;
use stackproof_policy::pattern::{ActionPattern, ResourcePattern, glob};
use stackproof_policy::validate::{PolicyKind, validate_bucket_policy, validate_policy};
use stackproof_policy::{
    Context, Decision, Document, Policies, Policy, Principal, Request, evaluate, statement_hash,
};
use std::borrow::Cow;
use std::path::Path;

const WORDS: &[&str] = &[
    "\"Version\":\"2012-10-17\"",
    "\"Version\":\"2008-10-17\"",
    "\"Id\":",
    "\"Sid\":",
    "\"Statement\":",
    "\"Effect\":",
    "Allow",
    "Deny",
    "\"Action\":",
    "\"NotAction\":",
    "\"Resource\":",
    "\"NotResource\":",
    "\"Principal\":",
    "\"NotPrincipal\":",
    "\"Condition\":",
    "\"AWS\":",
    "\"Service\":",
    "\"Federated\":",
    "\"CanonicalUser\":",
    "ForAllValues:",
    "ForAnyValue:",
    "IfExists",
    "StringEquals",
    "StringNotLike",
    "StringEqualsIgnoreCase",
    "NumericLessThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnLike",
    "ArnNotEquals",
    "Null",
    "s3:GetObject",
    "s3:*",
    "*",
    "?",
    "*:*",
    "arn:aws:s3:::b/k",
    "arn:aws:iam::111122223333:user/a",
    "arn:aws:iam::111122223333:root",
    "111122223333",
    "arn:aws:sts::111122223333:assumed-role/app/s",
    "AROAEXAMPLE",
    "lambda.amazonaws.com",
    "anonymous",
    "${aws:username}",
    "${aws:username, 'x'}",
    "${*}",
    "${?}",
    "${$}",
    "${",
    "}",
    "aws:PrincipalTag/team",
    "aws:SourceIp",
    "aws:CurrentTime",
    "aws:TagKeys",
    "203.0.113.0/24",
    "2001:db8::/32",
    "2026-01-15T10:00:00Z",
    "1",
    "true",
    "null",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "/",
];

fn cases(every: usize) -> Vec<Value> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/iam-decisions.jsonl");
    let text = std::fs::read_to_string(path).unwrap();
    text.lines().step_by(every).map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Every policy of a case.
fn policies_of(case: &Value, found: &mut Vec<Vec<u8>>) {
    match case {
        Value::Object(members) if members.contains_key("Statement") => {
            found.push(case.to_string().into_bytes())
        }
        Value::Object(members) => members.values().for_each(|value| policies_of(value, found)),
        Value::Array(items) => items.iter().for_each(|value| policies_of(value, found)),
        _ => {}
    }
}

/// A document as its parts say that it is.
fn printed(document: &Document) -> String {
    let mut members = Map::new();
    let version = match document.version() {
        stackproof_policy::document::Version::V2008 => "2008-10-17",
        stackproof_policy::document::Version::V2012 => "2012-10-17",
    };
    members.insert("Version".to_owned(), json!(version));
    if let Some(id) = document.id() {
        members.insert("Id".to_owned(), json!(id));
    }
    let statements: Vec<_> = document.statements().iter().map(|statement| statement.json().clone()).collect();
    members.insert("Statement".to_owned(), json!(statements));
    Value::Object(members).to_string()
}

fn requests() -> Vec<Request> {
    let mut context = Context::from_iter([
        ("aws:username", "a"),
        ("aws:SourceIp", "203.0.113.9"),
        ("aws:CurrentTime", "2026-01-15T10:00:00Z"),
        ("aws:PrincipalTag/team", "*"),
    ]);
    context.insert_many("aws:TagKeys", ["team", ""]);
    context.insert_unknown("s3:ExistingObjectTag/");
    let principals = [
        "arn:aws:iam::111122223333:user/a",
        "arn:aws:sts::111122223333:assumed-role/app/s",
        "arn:aws:iam::444455556666:root",
        "lambda.amazonaws.com",
        "anonymous",
    ];
    let request = |principal: &str| Request {
        principal: Principal::parse(principal).unwrap(),
        action: "s3:GetObject".to_owned(),
        resource: "arn:aws:s3:::b/k".to_owned(),
        resource_account: "111122223333".to_owned(),
        context: context.clone(),
    };
    principals.map(request).into()
}

/// The decisions that a document comes to in each place that it can have.
fn decisions(document: &Document, requests: &[Request]) -> Vec<Decision> {
    let policy = Policy::new("p", document.clone());
    let everything = Policy::parse("q", r#"{"Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#);
    let places = [
        Policies { identity: vec![policy.clone()], ..Policies::default() },
        Policies { resource: Some(policy.clone()), ..Policies::default() },
        Policies { identity: vec![everything], boundary: Some(policy), ..Policies::default() },
    ];
    places.iter().flat_map(|place| requests.iter().map(|request| evaluate(request, place).decision)).collect()
}

#[test]
fn policy_documents() {
    let mut seeds = Vec::new();
    cases(31).iter().for_each(|case| policies_of(case, &mut seeds));
    let requests = requests();
    stackproof_fuzz::run("policy_documents", &seeds, WORDS, |input| {
        let text = String::from_utf8_lossy(input);
        let found = [PolicyKind::Managed, PolicyKind::Inline, PolicyKind::Trust]
            .map(|kind| format!("{:?}", validate_policy(kind, &text)));
        let bucket = format!("{:?}", validate_bucket_policy("b", &text));
        let read = match Document::parse(&text) {
            Err(error) => return format!("{error} {found:?} {bucket}"),
            Ok(document) => document,
        };
        let again = Document::parse(&printed(&read)).unwrap();
        assert_eq!(again.statements(), read.statements());
        assert_eq!((again.id(), again.version()), (read.id(), read.version()));
        for (statement, same) in read.statements().iter().zip(again.statements()) {
            assert_eq!(statement_hash(statement.json()), statement_hash(same.json()));
        }
        let decided = decisions(&read, &requests);
        assert_eq!(decided, decisions(&again, &requests));
        format!("{decided:?} {found:?} {bucket}")
    });
}

#[test]
fn cases_of_decide() {
    let seeds: Vec<_> = cases(29).iter().map(|case| case.to_string().into_bytes()).collect();
    stackproof_fuzz::run("cases_of_decide", &seeds, WORDS, |input| {
        let line = String::from_utf8_lossy(input);
        let plain = match decide_line(&line, false) {
            Err(error) => return error.to_string(),
            Ok(decided) => decided,
        };
        assert!(!plain.contains('\n'), "one line gives one line");
        let mut explained = parse_json(&decide_line(&line, true).unwrap()).unwrap();
        let explanation = explained.as_object_mut().unwrap().remove("explain");
        let plain = parse_json(&plain).unwrap();
        assert_eq!(plain, explained, "an explanation changes no decision");
        let case = Case::parse(&line).unwrap();
        assert_eq!(case.request().is_ok(), explanation.is_some(), "what was decided by rules is explained");
        if let Ok(request) = case.request() {
            let decided = evaluate(&request, &case.policies());
            assert_eq!(json!(decided.decision), plain["decision"]);
        }
        format!("{} {} {} {}", plain["decision"], plain["layer"], plain["certainty"], plain["reason"])
            .replace('"', "")
    });
}

#[test]
fn arns_and_patterns() {
    let seeds: Vec<Vec<u8>> = [
        "arn:aws:s3:::b/k\narn:aws:s3:::b/*",
        "arn:aws:iam::111122223333:user/path/a\narn:aws:iam::*:user/${aws:username}",
        "arn:aws:sts::111122223333:assumed-role/app/s\narn:aws:sts::111122223333:assumed-role/*/?",
        "arn:aws:sts::111122223333:federated-user/f\n*",
        "arn:aws-cn:iam::111122223333:root\narn:aws*:iam:*",
        "lambda.amazonaws.com\nlambda.*",
        "anonymous\nanonymous",
        "arn:aws:lambda:eu-west-2:111122223333:function:f:prod\narn:aws:lambda:*:*:function:f:*",
        "s3:GetObject\ns3:Get*",
        "arn:aws:dynamodb:eu-west-2:111122223333:table/t\narn:aws:dynamodb:*${*}:table/t",
    ]
    .map(|seed| seed.as_bytes().to_vec())
    .into();
    let context = Context::from_iter([("aws:username", "a")]);
    stackproof_fuzz::run("arns_and_patterns", &seeds, WORDS, |input| {
        let text = String::from_utf8_lossy(input);
        let (name, pattern) = text.split_once('\n').unwrap_or((&text, "*"));
        let arn = Arn::parse(name);
        if let Some(Arn { partition, service, region, account, resource }) = arn {
            assert_eq!(format!("arn:{partition}:{service}:{region}:{account}:{resource}"), name);
        }
        let principal = Principal::parse(name);
        if let Ok(principal) = &principal {
            assert_eq!(principal.arn(), name);
            assert_eq!(Principal::parse(principal.arn()).as_ref(), Ok(principal));
        }
        let action = ActionPattern::new(pattern).finding(&name.to_ascii_lowercase());
        let whole = glob(&pattern.to_ascii_lowercase(), &name.to_ascii_lowercase());
        assert!(action.is_unknown() || action.is_true() == whole, "actions are globs");
        let plain = ResourcePattern::new(pattern, false).finding(name, &context);
        assert!(!plain.is_true() || glob(pattern, name), "no segment covers more than the whole");
        let variable = ResourcePattern::new(pattern, true).finding(name, &context);
        if !pattern.contains("${") {
            assert_eq!(plain, variable);
        }
        let kind = principal.map(|principal| format!("{:?}", std::mem::discriminant(principal.kind())));
        let wild: Cow<'_, str> = pattern.chars().filter(|c| "*?$:".contains(*c)).take(8).collect();
        format!("{} {kind:?} {action:?} {plain:?} {variable:?} {wild}", arn.is_some())
    });
}
