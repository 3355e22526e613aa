//! Explanations: the nearest statement, the levels of control policies, rules that are not documented.
#![expect(clippy::unwrap_used, reason = "a failure should stop the test")]

use serde_json::{Value, json};
use stackproof_policy::decide::Case;
use stackproof_policy::explain::{Says, verdicts};
use stackproof_policy::{Explanation, Layer, explain};

const USER: &str = "arn:aws:iam::111122223333:user/alice";

fn case(fields: Value) -> Case {
    let mut case = json!({
        "id": "case", "principal": USER, "action": "s3:ListBucket", "resource": "arn:aws:s3:::b",
        "resource_account": "111122223333", "context": {},
    });
    for (name, value) in fields.as_object().unwrap() {
        case.as_object_mut().unwrap().insert(name.clone(), value.clone());
    }
    Case::parse(&case.to_string()).unwrap()
}

fn explained(fields: Value) -> Explanation {
    let case = case(fields);
    explain(&case.request().unwrap(), &case.policies())
}

fn policy(statement: Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": [statement]})
}

fn allow(action: Value) -> Value {
    policy(json!({"Effect": "Allow", "Action": action, "Resource": "*"}))
}

/// What the nearest statement of that layer lacks.
fn lacks(explanation: &Explanation, layer: Layer) -> Vec<String> {
    explanation.nearest(layer).map(|(_, statement)| statement.because.clone()).unwrap_or_default()
}

#[test]
fn the_nearest_statement_says_what_the_request_has_and_what_it_wants() {
    let listing = |condition: Value| {
        policy(
            json!({"Effect": "Allow", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::b", "Condition": condition}),
        )
    };
    let cases = [
        (
            listing(json!({"StringEquals": {"s3:prefix": "acme/*"}})),
            json!({"s3:prefix": "globex/"}),
            "condition StringEquals s3:prefix: request has \"globex/\", statement wants \"acme/*\"",
        ),
        (
            listing(json!({"StringEquals": {"s3:prefix": ["acme/", "acme/in/"]}})),
            json!({}),
            "condition StringEquals s3:prefix: request does not have the key, statement wants \"acme/\", \"acme/in/\"",
        ),
        (
            allow(json!(["s3:Get*", "s3:PutObject", "kms:*", "s3:ListBucketVersions", "sqs:*"])),
            json!({}),
            "Action: request has \"s3:ListBucket\", statement wants \"s3:ListBucketVersions\", \"s3:Get*\", \
             \"s3:PutObject\" or 2 more",
        ),
        (
            policy(json!({"Effect": "Allow", "NotAction": ["s3:*", "iam:*"], "Resource": "*"})),
            json!({}),
            "NotAction: request has \"s3:ListBucket\", statement leaves out \"s3:*\", \"iam:*\"",
        ),
        (
            policy(
                json!({"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::${aws:PrincipalTag/tenant}"}),
            ),
            json!({"aws:PrincipalTag/tenant": "acme"}),
            "Resource: request has \"arn:aws:s3:::b\", statement wants \"arn:aws:s3:::${aws:PrincipalTag/tenant}\"; \
             `${aws:principaltag/tenant}` is \"acme\"",
        ),
    ];
    for (policy, context, sentence) in cases {
        let explanation = explained(json!({"identity_policies": [policy], "context": context}));
        assert_eq!(lacks(&explanation, Layer::Identity), [sentence]);
        assert!(explanation.to_string().contains(&format!("\n    but {sentence}\n")), "{explanation}");
    }
    let trust = policy(
        json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:role/app"}, "Action": "sts:AssumeRole"}),
    );
    let explanation = explained(json!({
        "action": "sts:AssumeRole", "resource": "arn:aws:iam::111122223333:role/r", "resource_policy": trust,
    }));
    assert_eq!(
        lacks(&explanation, Layer::Trust),
        [format!(
            "Principal: request has \"{USER}\", statement wants \"arn:aws:iam::111122223333:role/app\""
        )]
    );
}

#[test]
fn the_nearest_service_control_policy_stands_at_the_level_that_allows_nothing() {
    let levels = json!([
        [allow(json!("*")), allow(json!("s3:ListBuckets"))],
        [policy(
            json!({"Effect": "Allow", "Action": "s3:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "true"}}})
        )],
        [allow(json!("*"))],
    ]);
    let explanation = explained(json!({
        "identity_policies": [allow(json!("*"))], "service_control_policies": levels,
        "context": {"aws:SecureTransport": "false"},
    }));
    assert_eq!(explanation.evaluation.layer, Some(Layer::ServiceControl));
    let (policy, statement) = explanation.nearest(Layer::ServiceControl).unwrap();
    assert_eq!((policy.policy.as_str(), policy.level), ("service_control_policies[1][0]", Some(1)));
    assert_eq!(
        statement.because,
        ["condition Bool aws:SecureTransport: request has \"false\", statement wants \"true\""]
    );
}

#[test]
fn every_policy_has_its_verdict_whatever_the_decision() {
    let deny = policy(json!({"Effect": "Deny", "Action": "s3:GetObject", "Resource": "*"}));
    let unknown = policy(
        json!({"Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"Arnlike": {"aws:PrincipalArn": "x"}}}),
    );
    let fields = |action: &str| {
        json!({
            "action": action,
            "identity_policies": [allow(json!("*")), deny, unknown, 7],
            "permissions_boundary": allow(json!(["s3:*", "sts:*"])),
            "session_policies": [allow(json!("s3:ListBucket")), allow(json!("sqs:*"))],
            "service_control_policies": [[allow(json!("*"))]],
        })
    };
    for (action, expected) in
        [("s3:ListBucket", "AAANA?N?"), ("s3:GetObject", "AANNAD??"), ("sts:GetCallerIdentity", "--------")]
    {
        let case = case(fields(action));
        let (request, policies) = (case.request().unwrap(), case.policies());
        let sign = |says: Says| match says {
            Says::Allows => 'A',
            Says::Denies => 'D',
            Says::Nothing => 'N',
            Says::Unknown => '?',
            Says::Exempt => '-',
        };
        let quick: Vec<_> =
            verdicts(&request, &policies).into_iter().map(|it| (it.policy, it.says)).collect();
        let traced: Vec<_> =
            explain(&request, &policies).policies.iter().map(|it| (it.policy.clone(), it.says())).collect();
        assert_eq!(quick, traced, "{action}");
        let mut signs: Vec<char> = quick.iter().map(|(_, says)| sign(*says)).collect();
        let mut expected: Vec<char> = expected.chars().collect();
        // The order of the layers is that of AWS's messages; here only what is said counts.
        signs.sort_unstable();
        expected.sort_unstable();
        assert_eq!(signs, expected, "{action}");
    }
}

#[test]
fn a_rule_that_is_not_documented_is_named() {
    let conditional = policy(
        json!({"Sid": "Old", "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"NumericNotEquals": {"s3:max-keys": "5"}}}),
    );
    let explanation =
        explained(json!({"identity_policies": [conditional], "context": {"s3:max-keys": "many"}}));
    let rule = "that condition NumericNotEquals s3:max-keys does not hold for \"many\" (`Old` of identity_policies[0])";
    assert_eq!(explanation.uncertain, [rule]);
    let text = explanation.to_string();
    assert!(
        text.contains(&format!("\n  rests on our reading, and not on AWS's documentation\n    {rule}")),
        "{text}"
    );
    let table = "arn:aws:dynamodb:eu-west-2:111122223333:table/t";
    let runs_over =
        policy(json!({"Effect": "Allow", "Action": "*", "Resource": "arn:aws:dynamodb:*:table/t"}));
    let explanation = explained(json!({
        "action": "dynamodb:GetItem", "resource": table, "identity_policies": [runs_over],
    }));
    let rule = format!(
        "that the Resource \"arn:aws:dynamodb:*:table/t\" covers \"{table}\" (#0 of identity_policies[0])"
    );
    assert_eq!(explanation.uncertain, [rule]);
    assert!(explained(json!({"identity_policies": [allow(json!("*"))]})).uncertain.is_empty());
}
