//! The engine against an independent simulator's decisions, and against hand-made cases with AWS's documented answers.
#![expect(clippy::unwrap_used, reason = "test data is trusted and a failure should stop the test")]

use serde_json::{Map, Value, json};
use stackproof_policy::decide::{Case, decide_line};
use stackproof_policy::{Decision, evaluate};
use std::path::Path;

/// Cases in which the simulator contradicts AWS's documentation: id, our decision, the page.
const DOCUMENTATION_WINS: &[(&str, &str, &str)] = &[];

fn data(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)).unwrap()
}

#[test]
fn the_simulator_agrees_except_where_documentation_wins() {
    let mut disagreements = Vec::new();
    let mut count = 0;
    for line in data("iam-decisions.jsonl").lines() {
        count += 1;
        let case: Value = serde_json::from_str(line).unwrap();
        let decided: Value = serde_json::from_str(&decide_line(line, false).unwrap()).unwrap();
        let (id, decision) = (case["id"].as_str().unwrap(), &decided["decision"]);
        let expected = match DOCUMENTATION_WINS.iter().find(|(listed, ..)| *listed == id) {
            Some((_, ours, page)) => {
                assert_ne!(
                    case["expected"], *ours,
                    "{id} agrees with the simulator and is listed under {page}"
                );
                ours
            }
            None => case["expected"].as_str().unwrap(),
        };
        if decision != expected {
            disagreements.push(format!("{id}: expected {expected}, decided {decided}"));
        }
    }
    assert!(disagreements.is_empty(), "{} of {count}:\n{}", disagreements.len(), disagreements.join("\n"));
    assert_eq!(count, 1500);
}

#[test]
fn documented_cases_have_their_documented_answer() {
    let cases: Vec<Value> = serde_json::from_str(&data("cases.json")).unwrap();
    let mut wrong = Vec::new();
    for case in &cases {
        let line = as_case(case).to_string();
        let parsed = Case::parse(&line).unwrap();
        let evaluation = evaluate(&parsed.request().unwrap(), &parsed.policies());
        let expected = match case["expect"].as_str().unwrap() {
            "Allowed" => Decision::Allowed,
            "ExplicitlyDenied" => Decision::ExplicitDeny,
            _ => Decision::ImplicitDeny,
        };
        if evaluation.decision != expected {
            wrong.push(format!("{}: expected {expected:?}, decided {evaluation:?}", case["name"]));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(cases.len(), 47);
}

/// The hand-made cases have other names for the fields, and empty lists for what is absent.
fn as_case(case: &Value) -> Value {
    let request = &case["request"];
    let mut fields = Map::new();
    let mut put = |name: &str, value: &Value| {
        if !value.is_null() && *value != json!([]) {
            fields.insert(name.to_owned(), value.clone());
        }
    };
    put("id", &case["name"]);
    for (name, from) in [
        ("principal", "principal"),
        ("action", "action"),
        ("resource", "resource"),
        ("resource_account", "resourceAccount"),
        ("context", "context"),
    ] {
        put(name, &request[from]);
    }
    for (name, from) in [
        ("identity_policies", "identityPolicies"),
        ("resource_policy", "resourcePolicy"),
        ("permissions_boundary", "permissionsBoundary"),
        ("service_control_policies", "serviceControlPolicies"),
        ("resource_control_policies", "resourceControlPolicies"),
        ("restrict_public_buckets", "blockPublicAccess"),
    ] {
        put(name, &case[from]);
    }
    if !case["sessionPolicy"].is_null() {
        put("session_policies", &json!([case["sessionPolicy"]]));
    }
    Value::Object(fields)
}
