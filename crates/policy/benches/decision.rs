//! How long one decision takes: a role session writes an object under five policies, under ten policies of forty statements,
//! and under ever more statements that are about something else.
#![expect(clippy::expect_used, reason = "the benchmark's own policies are valid")]

use stackproof_policy::{Context, Policies, Policy, Principal, Request, evaluate};
use std::hint::black_box;
use std::time::Instant;

const ITERATIONS: usize = 200_000;

fn main() {
    let few = policies();
    measure("five policies", &few, ITERATIONS);
    let mut ten = few.clone();
    // Five more policies of the role with six statements each, beside the ten statements that decide.
    ten.identity.extend((0..5).map(|number| others(number, 6)));
    measure("ten policies, forty statements", &ten, ITERATIONS);
    for statements in [10, 100, 1_000] {
        let mut many = few.clone();
        many.identity.push(others(0, statements));
        measure(&format!("{statements} statements more"), &many, ITERATIONS / 10);
    }
}

fn measure(what: &str, policies: &Policies, iterations: usize) {
    let request = request();
    let mut nanoseconds: Vec<u128> = (0..iterations)
        .map(|_| {
            let start = Instant::now();
            black_box(evaluate(black_box(&request), black_box(policies)));
            start.elapsed().as_nanos()
        })
        .collect();
    nanoseconds.sort_unstable();
    let percentile =
        |percent: usize| nanoseconds.get(iterations * percent / 100).copied().unwrap_or_default();
    println!("{what}: p50 {} ns, p99 {} ns over {iterations} evaluations", percentile(50), percentile(99));
}

/// A policy about other buckets, tables and streams, with conditions as stacks have them.
fn others(number: usize, statements: usize) -> Policy {
    let statements: Vec<String> = (0..statements)
        .map(|at| match at % 3 {
            0 => format!(
                r#"{{"Effect":"Allow","Action":["s3:GetObject","s3:PutObject"],"Resource":"arn:aws:s3:::other-{number}-{at}/*"}}"#
            ),
            1 => format!(
                r#"{{"Effect":"Allow","Action":"dynamodb:*Item","Resource":"arn:aws:dynamodb:*:111122223333:table/t-{number}-{at}","Condition":{{"ForAllValues:StringEquals":{{"dynamodb:LeadingKeys":["${{aws:PrincipalTag/tenant_id}}"]}}}}}}"#
            ),
            _ => format!(
                r#"{{"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::closed-{number}-{at}*","Condition":{{"StringNotLike":{{"aws:PrincipalArn":"arn:aws:iam::*:role/admin-*"}}}}}}"#
            ),
        })
        .collect();
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
    Policy::new(format!("others {number}"), text.parse().expect("a valid policy"))
}

fn request() -> Request {
    let session = "arn:aws:sts::111122223333:assumed-role/migrator/run";
    Request {
        principal: Principal::role_session(session, "arn:aws:iam::111122223333:role/data/migrator")
            .expect("a session of its role"),
        action: "s3:PutObject".to_owned(),
        resource: "arn:aws:s3:::calls-111122223333/acme/calls/2026/01/a.wav".to_owned(),
        resource_account: "111122223333".to_owned(),
        context: Context::from_iter([
            ("aws:PrincipalArn", "arn:aws:iam::111122223333:role/data/migrator"),
            ("aws:PrincipalAccount", "111122223333"),
            ("aws:PrincipalTag/tenant_id", "acme"),
            ("aws:SecureTransport", "true"),
            ("aws:SourceIp", "203.0.113.9"),
            ("aws:CurrentTime", "2026-01-15T10:00:00Z"),
            ("s3:x-amz-server-side-encryption", "aws:kms"),
        ]),
    }
}

fn policies() -> Policies {
    let policy = |name: &str, statements: &str| {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
        Policy::new(name, text.parse().expect("a valid policy"))
    };
    let tenant = r#"
        {"Effect":"Allow","Action":["s3:PutObject","s3:GetObject"],"Resource":"arn:aws:s3:::calls-*/${aws:PrincipalTag/tenant_id}/*"},
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::calls-111122223333","Condition":{"StringLike":{"s3:prefix":"${aws:PrincipalTag/tenant_id}/*"}}},
        {"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":"arn:aws:kms:eu-west-2:111122223333:key/*"}"#;
    let bucket = r#"
        {"Sid":"Tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::calls-111122223333","arn:aws:s3:::calls-111122223333/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},
        {"Sid":"Kms","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::calls-111122223333/*","Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}},
        {"Sid":"Role","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/data/reader"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::calls-111122223333/*"}"#;
    let logs = r#"{"Effect":"Allow","Action":"logs:*","Resource":"*"}"#;
    let guard = r#"
        {"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]}}}"#;
    Policies {
        identity: vec![policy("tenant", tenant), policy("logs", logs)],
        resource: Some(policy("bucket", bucket)),
        boundary: Some(policy(
            "boundary",
            r#"{"Effect":"Allow","Action":["s3:*","kms:*","logs:*"],"Resource":"*"}"#,
        )),
        service_control: Some(vec![vec![policy("guard", guard)]]),
        ..Policies::default()
    }
}
