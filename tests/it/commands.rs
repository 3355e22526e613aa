//! Each command does what it says, and ends with the exit code that says how it went.

use serde_json::{Value, json};

use crate::project::Project;
use crate::python;
use crate::target::Up;

/// A stack and a feature as small as they come.
fn small(feature: &str) -> Project {
    Project::of(&[
        ("stackproof.toml", "[stacks.small]\npath = \"infra\"\n"),
        ("infra/main.tf", "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"small-data\"\n}\n"),
        ("features/small/a.feature", feature),
    ])
}

const PASSES: &str = "Feature: F\n  Scenario: S\n    Given the stack \"small\"\n    When the operator lists \"data\"\n    Then it succeeds\n";

#[test]
fn test_ends_with_0_where_all_passes_and_writes_its_reports() {
    let project = small(PASSES);
    let ended = project.run(&["test", "--strict", "--report-dir", "report"]).exits(0);
    // On a pipe there is nothing but what is asked for: no bar, no colour.
    assert_eq!((ended.stderr.as_str(), ended.stdout.contains('\u{1b}')), ("", false));
    assert!(ended.stdout.contains("1 scenario"), "{}", ended.stdout);
    let read = |name: &str| std::fs::read_to_string(project.path("report").join(name)).unwrap();
    assert!(read("junit.xml").contains("<testsuites"));
    let cucumber: Value = serde_json::from_str(&read("cucumber.json")).unwrap();
    assert_eq!(cucumber[0]["elements"][0]["name"], "S");
    let decisions: Vec<Value> =
        read("decisions.jsonl").lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let is_it = |it: &&Value| it["scenario"] == "S" && it["operation"] == "ListObjectsV2";
    let list = decisions.iter().find(is_it).unwrap();
    assert_eq!(
        (&list["outcome"], &list["stack"], &list["scenario"]),
        (&json!("allowed"), &json!("small"), &json!("S"))
    );
    for member in [
        "request_id",
        "time",
        "target",
        "stack",
        "scenario",
        "step",
        "principal",
        "service",
        "operation",
        "outcome",
        "verdict",
        "certainty",
        "statement",
        "checks",
    ] {
        assert!(list.get(member).is_some(), "no `{member}` in {list}");
    }
    for member in ["action", "resource", "outcome", "layer", "statement", "context"] {
        assert!(list["checks"][0].get(member).is_some(), "no `{member}` in {list}");
    }
    for member in ["policy", "index", "sid", "file", "line"] {
        assert!(list["statement"].get(member).is_some(), "no `{member}` in {list}");
    }
}

#[cfg(unix)]
#[test]
fn bars_show_provisioning_and_scenarios_on_a_terminal_and_are_gone_at_the_end() {
    let project = small(PASSES);
    let Some(seen) = python::on_a_terminal(project.command(&["test"]).env("TERM", "xterm")) else { return };
    for bar in ["provisioning [", "playing [", "] 0 of 1", "] 1 of 1"] {
        assert!(seen.contains(bar), "`{bar}` is not in {seen:?}");
    }
    // `NO_COLOR` is set.
    assert!(!seen.contains("\u{1b}[3") && !seen.contains("\u{1b}[1m"), "{seen:?}");
    let last = seen.trim_end().lines().next_back().unwrap();
    assert!(last.starts_with("Summary ") && last.ends_with("1 scenario: 1 passed"), "{seen:?}");
}

#[test]
fn test_ends_with_1_where_a_scenario_fails() {
    let project = small(&PASSES.replace("it succeeds", "it is denied"));
    let ended = project.run(&["test"]).exits(1);
    assert!(ended.stdout.contains("features/small/a.feature:5"), "{}", ended.stdout);
}

#[test]
fn test_ends_with_4_where_the_stack_cannot_be_provisioned() {
    let project = small(PASSES);
    project.edit("infra/main.tf", "small-data", "Not_A_Bucket_Name");
    let ended = project.run(&["test"]).exits(4);
    assert!(ended.stdout.contains("infra/main.tf:1"), "{}", ended.stdout);
}

#[test]
fn test_calls_what_it_does_not_know_undetermined_whatever_was_expected() {
    for expected in ["it is denied", "it succeeds", "it fails with \"NotImplemented\""] {
        let call = "When the operator calls \"dynamodb:ListContributorInsights\"\n    Then ";
        let feature = PASSES
            .replace("When the operator lists \"data\"\n    Then it succeeds", &format!("{call}{expected}"));
        let ended = small(&feature).run(&["test"]).exits(1);
        assert!(ended.stdout.contains("undetermined"), "{}", ended.stdout);
    }
}

#[test]
fn a_denial_without_an_allow_fails_a_strict_run() {
    let feature = PASSES
        .replace("the operator lists \"data\"", "nobody lists \"data\"")
        .replace("it succeeds", "it is denied");
    let project = small(&feature);
    let ended = project.run(&["test"]).exits(0);
    assert!(ended.stdout.contains("1 denial without an allowed call"), "{}", ended.stdout);
    project.run(&["test", "--strict"]).exits(1);
}

#[test]
fn variables_of_the_command_line_win() {
    let project = small(PASSES);
    project.edit("infra/main.tf", "\"small-data\"", "var.name");
    std::fs::write(project.path("infra/variables.tf"), "variable \"name\" {\n  type = string\n}\n").unwrap();
    let ended = project.run(&["test"]).exits(4);
    assert!(ended.stdout.contains("`name`"), "{}", ended.stdout);
    project.run(&["test", "--var", "name=other-data"]).exits(0);
    std::fs::write(project.path("some.values"), "name = \"from-a-file\"\n").unwrap();
    project.run(&["test", "--var-file", "some.values"]).exits(0);
}

#[test]
fn outputs_are_those_of_terraform() {
    let project = Project::of(&[(
        "main.tf",
        "resource \"aws_s3_bucket\" \"b\" {\n  bucket = \"outputs-data\"\n}\noutput \"arn\" {\n  value = aws_s3_bucket.b.arn\n}\n\
         output \"list\" {\n  value     = [1, \"a\"]\n  sensitive = true\n}\n",
    )]);
    let ended = project.run(&["outputs", "."]).exits(0);
    let expected = json!({
        "arn": {"sensitive": false, "type": "string", "value": "arn:aws:s3:::outputs-data"},
        "list": {"sensitive": true, "type": ["tuple", ["number", "string"]], "value": [1, "a"]},
    });
    assert_eq!(serde_json::from_str::<Value>(&ended.stdout).unwrap(), expected);
}

#[test]
fn outputs_and_plan_have_the_accounts_of_the_configuration() {
    let module = "provider \"aws\" {\n  alias = \"other\"\n  assume_role {\n    role_arn = \"arn:aws:iam::222222222222:role/any\"\n  }\n}\n\
        data \"aws_caller_identity\" \"other\" {\n  provider = aws.other\n}\noutput \"id\" {\n  value = data.aws_caller_identity.other.account_id\n}\n";
    let targets = "[targets.embedded]\nkind = \"embedded\"\naccounts = { other = \"222222222222\" }\n";
    let project = Project::of(&[("stackproof.toml", targets), ("infra/main.tf", module)]);
    let ended = project.run(&["outputs", "infra"]).exits(0);
    let outputs: Value = serde_json::from_str(&ended.stdout).unwrap();
    assert_eq!(outputs["id"]["value"], "222222222222");
    project.run(&["plan", "infra"]).exits(0);
    for command in ["outputs", "plan"] {
        for words in [["--config", "nowhere.toml"], ["--target", "nowhere"]] {
            project.run(&[command, "infra", words[0], words[1]]).exits(2);
        }
    }
}

#[test]
fn plan_says_where_statements_are_written() {
    let ended = Project::shipped()
        .run(&["plan", "infra/stacks/call-centre-data", "--var", "environment=dev"])
        .exits(0);
    for text in ["+ aws_s3_bucket.data", "Deny DenyPlainHttp", "storage.tf:"] {
        assert!(ended.stdout.contains(text), "`{text}` is not in:\n{}", ended.stdout);
    }
}

#[test]
fn decide_answers_line_by_line_and_names_a_broken_line() {
    let case = json!({"id": "1", "principal": "arn:aws:iam::111122223333:user/alice", "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k", "resource_account": "111122223333", "context": {}, "identity_policies": []});
    let project = Project::empty();
    let ended = project.run_with_input(&["decide"], &format!("{case}\n\n{case}\n")).exits(0);
    assert_eq!(ended.stdout.lines().count(), 2);
    assert!(ended.stdout.contains("\"decision\":\"implicit_deny\""), "{}", ended.stdout);
    let ended = project.run_with_input(&["decide"], &format!("{case}\n{{\n")).exits(2);
    assert!(ended.stderr.contains("stdin:2"), "{}", ended.stderr);
}

#[test]
fn steps_prints_the_vocabulary() {
    let project = Project::empty();
    let all = project.run(&["steps"]).exits(0).stdout;
    let some = project.run(&["steps", "uploads"]).exits(0).stdout;
    assert!(some.len() < all.len() && some.contains("uploads"));
    for (word, told) in [("wrong secret", "`, with a wrong secret,`"), ("guarded", "`@guarded-twice:A,B`")] {
        assert!(all.contains(told) && project.run(&["steps", word]).exits(0).stdout.contains(told));
    }
    serde_json::from_str::<Vec<Value>>(&project.run(&["steps", "--json"]).exits(0).stdout).unwrap();
    project.run(&["steps", "xyzzy"]).exits(2);
}

#[test]
fn doctor_names_what_is_missing() {
    let project = small(PASSES);
    project.run(&["doctor"]).exits(0);
    project.edit("infra/main.tf", "\"aws_s3_bucket\"", "\"vault_mount\"");
    let ended = project.run(&["doctor"]).exits(2);
    let line = "!! stack small: infra/main.tf:1:10: unknown resource type `vault_mount`; ";
    let remedy = ended.stdout.lines().find_map(|it| it.strip_prefix(line));
    assert!(remedy.is_some_and(|it| it.contains("ignore = [")), "{}", ended.stdout);
    // What is not supported is told once more, all of it at once.
    let all = "!! unsupported in small: vault_mount; paste under [stacks.small]: ignore = [\"vault_mount\"]";
    assert!(ended.stdout.lines().any(|it| it == all), "{}", ended.stdout);
    project.append("stackproof.toml", "ignore = [\"vault_*\"]\n");
    let kept = "resource \"aws_backup_vault\" \"x\" {\n  name = \"x\"\n}\n";
    std::fs::write(project.path("infra/kept.tf"), kept).unwrap();
    let ended = project.run(&["doctor"]).exits(0);
    let line = "-- kept in small: aws_backup_vault: accepted and stored, nothing of them is proved";
    assert!(ended.stdout.lines().any(|it| it == line), "{}", ended.stdout);
    let newer = "resource \"aws_newer_thing\" \"x\" {\n  count = length([])\n}\n";
    std::fs::write(project.path("infra/newer.tf"), newer).unwrap();
    let ended = project.run(&["doctor"]).exits(0);
    let line = "-- unsupported in small: aws_newer_thing: there is no instance of them";
    assert!(ended.stdout.lines().any(|it| it == line), "{}", ended.stdout);
}

#[test]
fn up_says_where_it_is_records_decisions_and_ends_when_it_is_told() {
    let project = Project::calls();
    let up = Up::with(&project, &["--decisions", "made.jsonl"]);
    let coordinates = up.coordinates();
    for key in [
        "endpoint",
        "https_endpoint",
        "ca_file",
        "access_key_id",
        "secret_access_key",
        "account_id",
        "region",
    ] {
        assert!(coordinates[key].is_string(), "{key}");
    }
    assert!(coordinates["stacks"]["call-centre-data"]["bucket_name"]["value"].is_string());
    let made = std::fs::read_to_string(project.path("made.jsonl")).unwrap();
    let secret = coordinates["secret_access_key"].as_str().unwrap();
    assert!(!made.contains(secret), "a secret was recorded");
    #[cfg(unix)]
    {
        up.tell("-TERM");
        assert_eq!(up.wait(), Some(130));
    }
}
