//! How long one decision takes: a role session writes an object under five policies, under a realistic set of ten policies with
//! forty statements, and under sets that grow from ten statements to a thousand.
#![expect(clippy::expect_used, reason = "the benchmark's own policies are valid")]

use stackproof_policy::{Context, Decision, Policies, Policy, Principal, Request, evaluate};
use std::hint::black_box;
use std::time::Instant;

/// A set is measured in short runs of which the calmest counts: a busy machine only adds to the figures.
const RUNS: usize = 20;
const EVALUATIONS: usize = 10_000;

fn main() {
    let request = request();
    measure("5 policies", &request, &policies(), EVALUATIONS);
    let realistic = realistic();
    assert_eq!((count(&realistic).0, count(&realistic).1), (10, 40));
    measure("10 policies, 40 statements", &request, &realistic, EVALUATIONS);
    for statements in [10, 100, 1000] {
        measure(
            &format!("{statements} statements"),
            &request,
            &many(statements),
            EVALUATIONS * 10 / statements,
        );
    }
}

/// Prints the median and the 99th percentile of the calmest run.
fn measure(what: &str, request: &Request, policies: &Policies, evaluations: usize) {
    assert_eq!(evaluate(request, policies).decision, Decision::Allowed, "{what}");
    let run = |_| {
        let mut nanoseconds: Vec<u128> = (0..evaluations)
            .map(|_| {
                let start = Instant::now();
                black_box(evaluate(black_box(request), black_box(policies)));
                start.elapsed().as_nanos()
            })
            .collect();
        nanoseconds.sort_unstable();
        let percentile =
            |percent: usize| nanoseconds.get(evaluations * percent / 100).copied().unwrap_or_default();
        (percentile(50), percentile(99))
    };
    let runs: Vec<(u128, u128)> = (0..RUNS).map(run).collect();
    let median = runs.iter().map(|(median, _)| *median).min().unwrap_or_default();
    let worst = runs.iter().map(|(_, worst)| *worst).min().unwrap_or_default();
    println!("{what}: p50 {median} ns, p99 {worst} ns, the best of {RUNS} runs of {evaluations} evaluations");
}

/// How many policies there are, and how many statements in them.
fn count(policies: &Policies) -> (usize, usize) {
    let single = [&policies.resource, &policies.boundary, &policies.vpc_endpoint].into_iter().flatten();
    let levels =
        [&policies.service_control, &policies.resource_control].into_iter().flatten().flatten().flatten();
    let all = policies.identity.iter().chain(single).chain(policies.session.iter().flatten()).chain(levels);
    all.fold((0, 0), |(count, statements), policy| {
        let read = policy.document().expect("a valid policy");
        (count + 1, statements + read.statements().len())
    })
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
            ("aws:RequestedRegion", "eu-west-2"),
            ("aws:PrincipalOrgID", "o-example"),
            ("aws:PrincipalIsAWSService", "false"),
            ("aws:ViaAWSService", "false"),
            ("s3:TlsVersion", "1.3"),
            ("s3:x-amz-server-side-encryption", "aws:kms"),
        ]),
    }
}

fn policy(name: &str, statements: &str) -> Policy {
    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statements}]}}"#);
    Policy::new(name, text.parse().expect("a valid policy"))
}

fn policies() -> Policies {
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

/// What a role of a data platform lives under: two managed policies and one of its own, a bucket policy, a boundary, a session
/// policy, control policies of root and unit, one of the resource's side, and a VPC endpoint's.
fn realistic() -> Policies {
    let tenant = r#"
        {"Effect":"Allow","Action":["s3:PutObject","s3:GetObject","s3:DeleteObject"],"Resource":"arn:aws:s3:::calls-*/${aws:PrincipalTag/tenant_id}/*","Condition":{"Bool":{"aws:SecureTransport":"true"}}},
        {"Effect":"Allow","Action":"s3:ListBucket","Resource":"arn:aws:s3:::calls-111122223333","Condition":{"StringLike":{"s3:prefix":"${aws:PrincipalTag/tenant_id}/*"}}},
        {"Effect":"Allow","Action":["kms:Decrypt","kms:GenerateDataKey"],"Resource":"arn:aws:kms:eu-west-2:111122223333:key/*","Condition":{"StringEquals":{"kms:EncryptionContext:tenant_id":"${aws:PrincipalTag/tenant_id}"}}},
        {"Effect":"Allow","Action":["dynamodb:GetItem","dynamodb:PutItem","dynamodb:Query"],"Resource":"arn:aws:dynamodb:eu-west-2:111122223333:table/calls","Condition":{"ForAllValues:StringEquals":{"dynamodb:LeadingKeys":"${aws:PrincipalTag/tenant_id}"}}},
        {"Effect":"Allow","Action":"secretsmanager:GetSecretValue","Resource":"arn:aws:secretsmanager:eu-west-2:111122223333:secret:calls/*"},
        {"Effect":"Deny","Action":"s3:DeleteObjectVersion","Resource":"*"}"#;
    let lambda = r#"
        {"Effect":"Allow","Action":["logs:CreateLogGroup","logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"},
        {"Effect":"Allow","Action":["ec2:CreateNetworkInterface","ec2:DescribeNetworkInterfaces","ec2:DeleteNetworkInterface"],"Resource":"*"},
        {"Effect":"Allow","Action":["xray:PutTraceSegments","xray:PutTelemetryRecords"],"Resource":"*"}"#;
    let stream = r#"
        {"Effect":"Allow","Action":["kinesis:PutRecord","kinesis:PutRecords"],"Resource":"arn:aws:kinesis:eu-west-2:111122223333:stream/calls-*"},
        {"Effect":"Allow","Action":"events:PutEvents","Resource":"arn:aws:events:eu-west-2:111122223333:event-bus/calls"},
        {"Effect":"Allow","Action":"lambda:InvokeFunction","Resource":"arn:aws:lambda:eu-west-2:111122223333:function:calls-*"},
        {"Effect":"Allow","Action":["glue:GetTable","glue:GetPartitions"],"Resource":"arn:aws:glue:eu-west-2:111122223333:*"},
        {"Effect":"Allow","Action":["athena:StartQueryExecution","athena:GetQueryResults"],"Resource":"arn:aws:athena:eu-west-2:111122223333:workgroup/calls"}"#;
    let bucket = r#"
        {"Sid":"Tls","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::calls-111122223333","arn:aws:s3:::calls-111122223333/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}},
        {"Sid":"Version","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::calls-111122223333/*","Condition":{"NumericLessThan":{"s3:TlsVersion":"1.2"}}},
        {"Sid":"Kms","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::calls-111122223333/*","Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"aws:kms"}}},
        {"Sid":"Own","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::calls-111122223333/*","Condition":{"StringNotEquals":{"aws:PrincipalAccount":["111122223333","444455556666"]}}},
        {"Sid":"Reader","Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/data/reader"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::calls-111122223333/*"},
        {"Sid":"Logs","Effect":"Allow","Principal":{"Service":"logging.s3.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::calls-111122223333/logs/*","Condition":{"StringEquals":{"aws:SourceAccount":"111122223333"}}}"#;
    let boundary = r#"
        {"Effect":"Allow","Action":["s3:*","kms:*","logs:*","dynamodb:*"],"Resource":"*"},
        {"Effect":"Allow","Action":["kinesis:*","events:*","lambda:*","glue:*","athena:*","secretsmanager:Get*"],"Resource":"*"},
        {"Effect":"Deny","Action":["iam:*","organizations:*"],"Resource":"*"},
        {"Effect":"Deny","Action":"s3:PutBucket*","Resource":"*"}"#;
    let session = r#"
        {"Effect":"Allow","Action":["s3:GetObject","s3:PutObject","s3:ListBucket"],"Resource":["arn:aws:s3:::calls-*","arn:aws:s3:::calls-*/acme/*"]},
        {"Effect":"Allow","Action":"kms:*","Resource":"*"},
        {"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"DateGreaterThan":{"aws:CurrentTime":"2026-12-31T00:00:00Z"}}}"#;
    let unit = r#"
        {"Effect":"Allow","Action":"*","Resource":"*"},
        {"Effect":"Deny","NotAction":["iam:*","sts:*","organizations:*","support:*"],"Resource":"*","Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-west-2","eu-west-1"]},"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/admin/*"}}},
        {"Effect":"Deny","Action":["cloudtrail:StopLogging","cloudtrail:DeleteTrail"],"Resource":"*"},
        {"Effect":"Deny","Action":["guardduty:*","config:Delete*"],"Resource":"*"},
        {"Effect":"Deny","Action":"*","Resource":"*","Condition":{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]},"Bool":{"aws:ViaAWSService":"false"}}},
        {"Effect":"Deny","Action":["s3:PutAccountPublicAccessBlock","s3:PutBucketPublicAccessBlock"],"Resource":"*"}"#;
    let perimeter = r#"
        {"Effect":"Deny","Principal":"*","Action":["s3:*","kms:*","sqs:*","secretsmanager:*","sts:*"],"Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-example"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}},
        {"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"BoolIfExists":{"aws:SecureTransport":"false"}}},
        {"Effect":"Deny","Principal":"*","Action":"sts:AssumeRoleWithWebIdentity","Resource":"*","Condition":{"StringNotEqualsIfExists":{"token.actions.githubusercontent.com:aud":"sts.amazonaws.com"}}}"#;
    let endpoint = r#"
        {"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalAccount":"111122223333"}}},
        {"Effect":"Deny","Principal":"*","Action":"s3:*","NotResource":["arn:aws:s3:::calls-*","arn:aws:s3:::calls-*/*"]},
        {"Effect":"Deny","Principal":"*","Action":"*","Resource":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-example"}}}"#;
    let all = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
    Policies {
        identity: vec![policy("tenant", tenant), policy("lambda", lambda), policy("stream", stream)],
        resource: Some(policy("bucket", bucket)),
        boundary: Some(policy("boundary", boundary)),
        session: Some(vec![policy("session", session)]),
        service_control: Some(vec![vec![policy("root", all)], vec![policy("unit", unit)]]),
        resource_control: Some(vec![vec![policy("perimeter", perimeter)]]),
        vpc_endpoint: Some(policy("endpoint", endpoint)),
        ..Policies::default()
    }
}

/// So many statements in policies of ten, all of which ask for everything about the request before they differ from it; the
/// last one allows.
fn many(statements: usize) -> Policies {
    let nearly = |number: usize| {
        format!(
            r#"{{"Effect":"Allow","Action":["s3:PutObject","s3:Get*"],"Resource":"arn:aws:s3:::calls-*/${{aws:PrincipalTag/tenant_id}}/*","Condition":{{"StringEquals":{{"aws:PrincipalAccount":"{number:012}"}}}}}}"#
        )
    };
    let mut all: Vec<String> = (1..statements).map(nearly).collect();
    all.push(r#"{"Effect":"Allow","Action":"s3:PutObject","Resource":"*"}"#.to_owned());
    let identity = all.chunks(10).map(|ten| policy("ten", &ten.join(",")));
    Policies { identity: identity.collect(), ..Policies::default() }
}
