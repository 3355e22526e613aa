//! How long one decision takes: a role session writes an object under five policies.
#![expect(clippy::expect_used, reason = "the benchmark's own policies are valid")]

use stackproof_policy::{Context, Policies, Policy, Principal, Request, evaluate};
use std::hint::black_box;
use std::time::Instant;

const ITERATIONS: usize = 200_000;

fn main() {
    let (request, policies) = (request(), policies());
    let mut nanoseconds: Vec<u128> = (0..ITERATIONS)
        .map(|_| {
            let start = Instant::now();
            black_box(evaluate(black_box(&request), black_box(&policies)));
            start.elapsed().as_nanos()
        })
        .collect();
    nanoseconds.sort_unstable();
    let percentile =
        |percent: usize| nanoseconds.get(ITERATIONS * percent / 100).copied().unwrap_or_default();
    println!("decision: p50 {} ns, p99 {} ns over {ITERATIONS} evaluations", percentile(50), percentile(99));
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
