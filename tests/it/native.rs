//! An upstream that enforces: its verdict counts, and stackproof says by which statement. A target of our own stands for
//! AWS here, since the free emulators enforce nothing.

use serde_json::Value;

use crate::project::Project;
use crate::target::Up;

/// A project whose target decides itself: that one, which knows its operator as the account.
fn project(upstream: &Up) -> Project {
    let coordinates = upstream.coordinates();
    let text = |key: &str| coordinates.get(key).and_then(Value::as_str).unwrap().to_owned();
    let project = Project::shipped();
    let target = format!(
        "[targets.native]\nkind = \"endpoint\"\nendpoint = \"{}\"\nenforcement = \"native\"\n\
         credentials = {{ access-key-id = \"{}\", secret-access-key = \"{}\" }}\n",
        text("https_endpoint"),
        text("access_key_id"),
        text("secret_access_key")
    );
    let fixtures = "fixtures = \"features/call-centre-data/fixtures\"\n";
    let file = std::fs::read_to_string(project.path("stackproof.toml")).unwrap();
    // One account: the other one's data is not part of what is played here.
    let (before, _) = file.split_once("vars = {").unwrap();
    std::fs::write(project.path("stackproof.toml"), before.replace(fixtures, "") + &target).unwrap();
    project
}

#[test]
fn a_target_that_enforces_decides_and_every_denial_has_its_statement() {
    let nothing = Project::of(&[("stackproof.toml", "")]);
    let upstream = Up::start(&nothing);
    let project = project(&upstream);
    let ca_file = upstream.coordinates().get("ca_file").and_then(Value::as_str).unwrap().to_owned();
    let mut test = project.command(&["test", "features/call-centre-data/limits.feature", "--strict"]);
    test.args(["--target", "native", "--report-dir", "report"]).env("SSL_CERT_FILE", ca_file);
    let output = test.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{said}");
    let decisions = std::fs::read_to_string(project.path("report/decisions.jsonl")).unwrap();
    let decisions: Vec<Value> = decisions.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let is = |decision: &&Value, key: &str, value: &str| decision.get(key).is_some_and(|it| it == value);
    let attributed: Vec<_> = decisions.iter().filter(|it| is(it, "verdict", "attributed")).collect();
    assert!(attributed.len() > 100, "{} of {}", attributed.len(), decisions.len());
    let denied = |outcome: &str| attributed.iter().filter(|it| is(it, "outcome", outcome)).count();
    assert!(denied("implicit_deny") > 20 && denied("explicit_deny") > 0);
    let named = attributed.iter().filter(|it| is(it, "outcome", "explicit_deny"));
    assert!(named.clone().all(|it| it.pointer("/statement/policy").is_some()));
}
