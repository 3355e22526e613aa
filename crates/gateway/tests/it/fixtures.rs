//! One recorded request an operation: what SDKs send, and what the gateway asks of it.
//!
//! The requests stand in `tests/fixtures/wire` beside what another reading of AWS's tables expects.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use base64::Engine;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use stackproof_aws::client::{Payload, sign_header};
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{Answer, ApiError, CanonicalRequest, Clock, Output, Service, Upstream, wire};
use stackproof_emulator::Emulator;
use stackproof_gateway::{ConnectionFacts, Decision, Outcome};

use crate::world::{ACCOUNT, REGION, World};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/wire");

/// What the recorded requests name exists as far as authorization asks, and whatever is done to it succeeds.
struct Anything(Emulator);

const TABLES: [(&str, &str); 1] = [("orders", "customer")];

#[async_trait]
impl Upstream for Anything {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        let (service, operation) = (request.operation.service, request.operation.name.as_str());
        let members = &request.members;
        let name = |member: &str| members.get(member).and_then(Value::as_str).unwrap_or_default().to_owned();
        let answer = match (service, operation) {
            ("iam" | "s3" | "s3control", _) => return self.0.call(request).await,
            ("kms", "DescribeKey") => key(&name("KeyId"), &request.account),
            ("kms", "GetKeyPolicy") => json!({ "Policy": policy(&request.account) }),
            ("kms", "ListAliases" | "ListGrants" | "ListResourceTags") => json!({}),
            ("dynamodb", "DescribeTable") => table(&name("TableName")),
            ("secretsmanager", "GetResourcePolicy") | (_, "GetRepositoryPolicy" | "GetPolicy") => json!({}),
            _ => json!({}),
        };
        let Value::Object(members) = answer else { panic!() };
        Ok(Answer::Output(Output::new(members)))
    }

    fn ciphertext_key(&self, region: &str, _: &[u8]) -> CiphertextKey {
        CiphertextKey::Arn(format!("arn:aws:kms:{region}:{ACCOUNT}:key/{KEY}"))
    }
}

const KEY: &str = "1234abcd-12ab-34cd-56ef-1234567890ab";

fn key(named: &str, account: &str) -> Value {
    let id = named.rsplit('/').next().unwrap_or(named);
    let id = if named.contains("alias") { KEY } else { id };
    json!({ "KeyMetadata": {
        "Arn": format!("arn:aws:kms:{REGION}:{account}:key/{id}"), "KeySpec": "SYMMETRIC_DEFAULT",
        "KeyUsage": "ENCRYPT_DECRYPT", "KeyState": "Enabled", "Origin": "AWS_KMS", "MultiRegion": false,
    } })
}

fn policy(account: &str) -> String {
    json!({ "Version": "2012-10-17", "Statement": [{
        "Effect": "Allow", "Principal": { "AWS": format!("arn:aws:iam::{account}:root") },
        "Action": "kms:*", "Resource": "*",
    }] })
    .to_string()
}

fn table(named: &str) -> Value {
    let name = named.rsplit('/').next().unwrap_or(named);
    let partition = TABLES.iter().find(|(table, _)| *table == name).map_or("customer", |(_, key)| key);
    json!({ "Table": {
        "TableName": name,
        "KeySchema": [{ "AttributeName": partition, "KeyType": "HASH" }],
        "GlobalSecondaryIndexes": [{
            "IndexName": "by-status",
            "KeySchema": [{ "AttributeName": "status", "KeyType": "HASH" }],
        }],
    } })
}

async fn world() -> World {
    let clock = Clock::system();
    let emulator = Emulator::new(clock.clone());
    let world = World::before(Arc::new(Anything(emulator)), Default::default()).await;
    for bucket in ["orders", "archive"] {
        world.bucket(bucket).await;
    }
    world
}

/// Sends a recorded request as the operator.
async fn send(world: &World, line: &Value) -> Arc<Decision> {
    let text = |name: &str| line[name].as_str().unwrap_or_default();
    let body = match line.get("body64").and_then(Value::as_str) {
        Some(body) => Bytes::from(base64::engine::general_purpose::STANDARD.decode(body).unwrap()),
        None => Bytes::copy_from_slice(text("body").as_bytes()),
    };
    let mut request = Request::builder().method(text("method")).uri(text("target"));
    let mut has_host = false;
    for (name, value) in line["headers"].as_object().unwrap() {
        has_host |= name == "host";
        request = request.header(name, value.as_str().unwrap());
    }
    if !has_host {
        request = request.header("host", "127.0.0.1:4566");
    }
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    if text("form") != "presigned" {
        let region = line["region"].as_str().unwrap_or(REGION);
        let payload = match parts.headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok()) {
            Some(word) if word.starts_with("UNSIGNED") || word.starts_with("STREAMING") => Payload::Unsigned,
            _ => Payload::Hashed(&body),
        };
        parts.headers.remove("x-amz-content-sha256");
        sign_header(&mut parts, payload, text("signing"), region, &world.operator()).unwrap();
    }
    let connection = ConnectionFacts {
        secure: true,
        tls_version: Some("1.3"),
        peer: std::net::IpAddr::from([127, 0, 0, 1]),
    };
    let response = world.gateway.handle(connection, Request::from_parts(parts, wire::full(body))).await;
    let id = response.headers()["x-amz-request-id"].to_str().unwrap();
    world.gateway.decisions().find(id).unwrap()
}

/// How the decision differs from what is expected.
fn differences(line: &Value, decision: &Decision) -> Vec<String> {
    let mut faults = Vec::new();
    if decision.operation != line["operation"].as_str().unwrap() && decision.outcome != Outcome::Undetermined
    {
        faults.push(format!("it was taken for `{}`", decision.operation));
    }
    let Some(expected) = line["expect"].as_array() else {
        if decision.outcome != Outcome::Undetermined {
            faults.push(format!("it is {:?} and not undetermined", decision.outcome));
        }
        return faults;
    };
    if let Outcome::Undetermined | Outcome::Rejected | Outcome::Unauthenticated = decision.outcome {
        faults.push(format!("{:?}: {:?} {:?}", decision.outcome, decision.error, decision.reason));
    }
    let mut asked: Vec<_> = decision.checks.iter().collect();
    for expected in expected {
        let action = expected["action"].as_str().unwrap();
        let at = asked.iter().position(|check| {
            check.action.eq_ignore_ascii_case(action)
                && expected["resource"].as_str().is_none_or(|resource| resource == check.resource)
                && keys(expected).all(|(key, values)| check.context.get(&key) == Some(&values))
        });
        match at {
            Some(at) => drop(asked.remove(at)),
            None => {
                let near: Vec<_> = asked.iter().filter(|it| it.action.eq_ignore_ascii_case(action)).collect();
                let near: Vec<_> = near
                    .iter()
                    .map(|check| {
                        let lacking: Vec<_> = keys(expected)
                            .filter(|(key, values)| check.context.get(key) != Some(values))
                            .map(|(key, values)| {
                                format!("{key}: {:?}, not {values:?}", check.context.get(&key))
                            })
                            .collect();
                        format!("{} {lacking:?}", check.resource)
                    })
                    .collect();
                faults.push(format!("not asked: {action} on {} (but: {near:?})", expected["resource"]));
            }
        }
    }
    faults.extend(asked.iter().map(|check| format!("asked besides: {} on {}", check.action, check.resource)));
    faults
}

fn keys(expected: &Value) -> impl Iterator<Item = (String, Vec<String>)> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    expected["keys"].as_object().into_iter().flatten().map(move |(key, value)| {
        let values = match value {
            Value::Array(items) => items.iter().map(text).collect(),
            one => vec![text(one)],
        };
        (key.to_lowercase(), values)
    })
}

fn recorded(service: &str) -> Vec<Value> {
    let text = std::fs::read_to_string(format!("{FOLDER}/{service}.jsonl")).unwrap_or_default();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[tokio::test]
async fn every_recorded_request_is_asked_as_it_is_expected() {
    let world = world().await;
    let mut faults = Vec::new();
    for service in Service::all() {
        for line in recorded(service.name) {
            let decision = send(&world, &line).await;
            for fault in differences(&line, &decision) {
                faults.push(format!("{} {} {}: {fault}", service.name, line["operation"], line["form"]));
            }
        }
    }
    assert!(faults.is_empty(), "{} differences:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn every_operation_has_a_recorded_request() {
    for service in Service::all() {
        let names: BTreeSet<String> = recorded(service.name)
            .iter()
            .map(|line| line["operation"].as_str().unwrap().to_owned())
            .collect();
        let missing: Vec<_> = service
            .operations()
            .map(|operation| &operation.name)
            .filter(|name| !names.contains(*name))
            .collect();
        assert!(missing.is_empty(), "{}: {missing:?}", service.name);
    }
}
