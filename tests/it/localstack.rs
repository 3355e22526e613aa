//! LocalStack behind the gateway: the same features and clients, the same answers as on the embedded target.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::Value;

use crate::localstack_container::{call, containers, docker, docker_says};
use crate::project::Project;
use crate::target::Up;
use crate::{aws_cli, boto3, python};

/// What became of a scenario, and of each call of its principals: who called what, how it ended, by which statement.
#[derive(Debug, Default, PartialEq)]
struct Told {
    /// One where no other scenario has its name.
    verdicts: Vec<&'static str>,
    calls: Vec<Call>,
}

#[derive(Debug, PartialEq)]
struct Call {
    principal: String,
    operation: String,
    outcome: String,
    statement: Value,
    status: Value,
    error: Option<Value>,
}

/// Plays every feature on that target, and gives what was told of each scenario by its name.
fn told(project: &Project, target: &str) -> BTreeMap<String, Told> {
    let report = format!("report-{target}");
    project.run(&["test", "--strict", "--target", target, "--report-dir", &report]).exits(0);
    // Words of the scenario's own, access keys, and ids of keys and grants are others in each run.
    let unique = Regex::new(
        r"\b(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}|[0-9a-f]{8}-\d+|[AL][KS]IA[0-9A-Z]+)\b",
    )
    .unwrap();
    let read = |file: &str| {
        let text = std::fs::read_to_string(project.path(&report).join(file)).unwrap();
        unique.replace_all(&text, "unique").into_owned()
    };
    let mut told: BTreeMap<String, Told> = BTreeMap::new();
    let cucumber: Value = serde_json::from_str(&read("cucumber.json")).unwrap();
    for feature in cucumber.as_array().unwrap() {
        for scenario in feature.get("elements").unwrap().as_array().unwrap() {
            let steps = scenario.get("steps").unwrap().as_array().unwrap();
            let passed =
                steps.iter().all(|step| step.pointer("/result/status").is_some_and(|it| it == "passed"));
            let verdict = if passed { "passed" } else { "skipped" };
            let name = scenario.get("name").unwrap().as_str().unwrap().to_owned();
            told.entry(name).or_default().verdicts.push(verdict);
        }
    }
    for line in read("decisions.jsonl").lines() {
        let decision: Value = serde_json::from_str(line).unwrap();
        let value = |key: &str| decision.get(key).cloned().unwrap_or_default();
        let text = |key: &str| value(key).as_str().unwrap_or_default().to_owned();
        // The operator reads facts, each target's own.
        let fact = text("principal").ends_with("user/stackproof/operator");
        let Some(known) = told.get_mut(&text("scenario")).filter(|_| !fact) else { continue };
        known.calls.push(Call {
            principal: text("principal"),
            operation: format!("{}:{}", text("service"), text("operation")),
            outcome: text("outcome"),
            statement: value("statement"),
            status: value("status"),
            // An answer to HEAD is its status alone.
            error: Some(value("error")).filter(|_| !text("operation").starts_with("Head")),
        });
    }
    told
}

#[test]
fn every_scenario_is_decided_on_localstack_as_on_the_embedded_target() {
    let Some(_turn) = docker("the comparison with the embedded target") else { return };
    compare(&Project::calls(), 45);
}

/// Most services of these are held beside LocalStack, under its keys and with its roles.
#[test]
fn so_are_those_of_stacks_with_services_beside_localstack() {
    let Some(_turn) = docker("the comparison of further stacks") else { return };
    let project = Project::shipped();
    let environments = r#"matrix = { environment = ["dev", "staging", "prod"] }"#;
    project.edit("stackproof.toml", environments, r#"matrix = { environment = ["dev"] }"#);
    let path = project.path("stackproof.toml");
    let text = std::fs::read_to_string(&path).unwrap();
    let (begin, end) =
        (text.find("[stacks.call-centre-data]").unwrap(), text.find("[targets.embedded]").unwrap());
    std::fs::write(&path, text[..begin].to_owned() + &text[end..]).unwrap();
    compare(&project, 150);
}

/// Plays every feature on both targets: each of the scenarios, `least` by their names, is decided alike.
fn compare(project: &Project, least: usize) {
    let (embedded, localstack) = (told(project, "embedded"), told(project, "localstack"));
    assert!(embedded.len() >= least, "{} scenarios", embedded.len());
    assert_eq!(embedded.keys().collect::<Vec<_>>(), localstack.keys().collect::<Vec<_>>());
    let calls: usize = embedded.values().map(|told| told.calls.len()).sum();
    assert!(calls > embedded.len(), "{calls} calls");
    let differs = |scenario: &&String| {
        let (told, there) = (embedded.get(*scenario), localstack.get(*scenario));
        // What moves the clock is said to be skipped; `--strict` would fail on anything else.
        told != there && !there.is_some_and(|told| told.verdicts.contains(&"skipped"))
    };
    let differing: Vec<_> = embedded.keys().filter(differs).collect();
    let first = differing.first().map(|scenario| (embedded.get(*scenario), localstack.get(*scenario)));
    assert!(differing.is_empty(), "{differing:#?}, the first of them: {first:#?}");
}

#[test]
fn clients_see_before_localstack_what_aws_would_show() {
    let Some(_turn) = docker("boto3 and the AWS CLI before LocalStack") else { return };
    let project = Project::calls();
    project.migrating();
    for (script, expected) in [
        ("boto3_calls.py", boto3::EXPECTED.to_owned() + &boto3::ways()),
        ("aws_cli_calls.py", aws_cli::EXPECTED.to_owned()),
    ] {
        let up = Up::with(&project, &["--target", "localstack"]);
        python::plays(script, &up, &expected);
        // As Ctrl-C would: the container goes with it.
        up.tell("-TERM");
        assert_eq!(up.wait(), Some(130));
    }
    assert_eq!(project.run(&["clean"]).exits(0).stdout, "nothing was left behind\n");
}

#[test]
fn localstack_alone_refuses_nobody_and_the_gateway_before_it_does() {
    let Some(_turn) = docker("LocalStack alone and behind the gateway") else { return };
    let project = Project::calls();
    let up = Up::with(&project, &["--target", "localstack"]);
    let coordinates = up.coordinates();
    let text = |pointer: &str| coordinates.pointer(pointer).and_then(Value::as_str).unwrap().to_owned();
    let path = format!("/{}", text("/stacks/call-centre-data/bucket_name/value"));
    let ledger = std::fs::read_dir(project.path(".stackproof/ledger")).unwrap().next().unwrap().unwrap();
    let [container] =
        <[String; 1]>::try_from(containers(ledger.path().file_stem().unwrap().to_str().unwrap())).unwrap();
    let ports = docker_says(&["port", &container, "4566"]).unwrap();
    let port = ports.lines().next().unwrap().rsplit(':').next().unwrap().to_owned();
    // A signature of nobody's: the bucket's policy alone would refuse it, since it comes in plain.
    assert_eq!(call(&format!("http://127.0.0.1:{port}"), "GET", &path), 200);
    assert_eq!(call(&text("/endpoint"), "GET", &path), 403);
    up.tell("-TERM");
    assert_eq!(up.wait(), Some(130));
}
