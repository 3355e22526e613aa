//! One recorded request an operation: what SDKs send, and what the gateway asks of it.
//!
//! The requests stand in `tests/fixtures/wire` beside what another reading of AWS's tables expects.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use base64::Engine;
use bytes::Bytes;
use http::Request;
use serde_json::Value;
use stackproof_aws::client::{Payload, sign_header, sign_query};
use stackproof_aws::{Operation, Service, wire};
use stackproof_gateway::{Check, ConnectionFacts, Decision, Outcome};

use crate::world::{REGION, World};

/// Operations that give out what stands for their resources.
const ISSUING: [&str; 2] = ["GetShardIterator", "StartQuery"];
/// How long a presigned request is good for.
const VALID: Duration = Duration::from_mins(15);
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/wire");

mod anything;
mod templates;

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
    let region = line["region"].as_str().unwrap_or(REGION);
    let (mut parts, ()) = request.body(()).unwrap().into_parts();
    parts.headers.entry("content-length").or_insert(body.len().into());
    if text("form") == "presigned" {
        sign_query(&mut parts, text("signing"), region, &world.operator(), VALID).unwrap();
    } else if line["signing"].is_string() {
        let payload = match parts.headers.get("x-amz-content-sha256").and_then(|value| value.to_str().ok()) {
            Some(word) if word.starts_with("UNSIGNED") => Payload::Unsigned,
            Some(word) if word.starts_with("STREAMING") => Payload::Trailed,
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
    let operation = line["operation"].as_str().unwrap();
    // No request tells an older name from the one of today.
    let operation = line["alike"].as_str().unwrap_or(operation);
    if decision.operation != operation && decision.outcome != Outcome::Undetermined {
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
                && keys(expected).all(|(key, values)| has(check, &key, &values))
        });
        match at {
            Some(at) => drop(asked.remove(at)),
            None => {
                let near: Vec<_> = asked.iter().filter(|it| it.action.eq_ignore_ascii_case(action)).collect();
                let near: Vec<_> = near
                    .iter()
                    .map(|check| {
                        let lacking: Vec<_> = keys(expected)
                            .filter(|(key, values)| !has(check, key, values))
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

/// Whether a check has a key with these values, in whatever order.
fn has(check: &Check, key: &str, values: &[String]) -> bool {
    let set = |values: &[String]| values.iter().cloned().collect::<BTreeSet<_>>();
    check.context.get(key).is_some_and(|held| set(held) == set(values))
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

/// Every recorded request, with the service that it is of and the decision on it.
async fn decided() -> Vec<(String, Value, Arc<Decision>)> {
    let world = anything::world().await;
    let mut all = Vec::new();
    for recording in Service::all().map(|service| service.name).chain(["cli"]) {
        let lines = recorded(recording);
        // What is given out for resources that others are then asked on.
        for line in lines.iter().filter(|line| ISSUING.iter().any(|name| line["operation"] == *name)) {
            send(&world, line).await;
        }
        for line in lines {
            let decision = send(&world, &line).await;
            let service = line["service"].as_str().unwrap_or(recording).to_owned();
            all.push((service, line, decision));
        }
    }
    all
}

#[tokio::test]
async fn every_recorded_request_is_asked_as_it_is_expected() {
    let mut faults = Vec::new();
    for (service, line, decision) in decided().await {
        for fault in differences(&line, &decision) {
            let client = line["client"].as_str().unwrap_or_default();
            faults.push(format!("{client} {service} {} {}: {fault}", line["operation"], line["form"]));
        }
    }
    assert!(faults.is_empty(), "{} differences:\n{}", faults.len(), faults.join("\n"));
}

#[tokio::test]
async fn every_operation_is_asked_on_resources_of_its_own() {
    let templates = templates::Templates::read();
    let mut faults = Vec::new();
    for (service, _, decision) in decided().await {
        let operation = Operation::named(&service, &decision.operation);
        // Those of other services, and what comes besides, are not in the operation's row.
        let own = operation.map(|operation| operation.actions.as_slice()).unwrap_or_default();
        for check in decision.checks.iter().filter(|check| own.contains(&check.action)) {
            if !templates.fits((&service, &decision.operation), &check.action, &check.resource) {
                faults.push(format!(
                    "{service} {}: {} on {}",
                    decision.operation, check.action, check.resource
                ));
            }
        }
    }
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "{} fit no template:\n{}", faults.len(), faults.join("\n"));
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
