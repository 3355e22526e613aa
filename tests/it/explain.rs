//! `stackproof explain` tells the decision that a failure names, by the very command that it names.

use regex::Regex;
use serde_json::Value;

use crate::project::Project;

/// A project whose accessor may only list, and a role that its session policy narrows.
fn project() -> Project {
    Project::of(&[
        ("stackproof.toml", "[stacks.small]\npath = \"infra\"\n"),
        ("infra/main.tf", include_str!("../data/explain/main.tf")),
        ("features/small/a.feature", include_str!("../data/explain/a.feature")),
    ])
}

/// What a shell would make of the last command that a report hints at.
fn hinted(report: &str) -> Vec<String> {
    let hint = report.lines().filter_map(|line| line.trim().strip_prefix("hint: stackproof ")).next_back();
    assert!(hint.is_some(), "no hint in\n{report}");
    hint.into_iter().flat_map(|words| words.split(' ')).map(str::to_owned).collect()
}

/// What the last command tells that a report hints at.
pub fn explained(project: &Project, report: &str) -> String {
    let words = hinted(report);
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    project.run(&words).exits(0).stdout
}

fn redacted(text: &str) -> String {
    let id = Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let time = Regex::new(r"\d{4}-\d\d-\d\dT[0-9:.]+Z").unwrap();
    let epoch = Regex::new(r"(aws:epochtime = )\d+").unwrap();
    let unique = Regex::new(r"(AIDA|AROA)[A-Z0-9]{16,17}").unwrap();
    let duration = Regex::new(r"\d+\.\d{3}s").unwrap();
    let text = id.replace_all(text, "[request id]");
    let text = duration.replace_all(&text, "[duration]");
    let text = time.replace_all(&text, "[time]");
    let text = epoch.replace_all(&text, "$1[time]");
    unique.replace_all(&text, "[unique id]").lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn a_denial_names_the_nearest_statement_and_what_it_lacks() {
    let project = project();
    let report = project.run(&["test", "--name", "reads nothing else"]).exits(1).stdout;
    insta::assert_snapshot!(redacted(&explained(&project, &report)));
    insta::assert_snapshot!("under_a_failed_step", redacted(&report));
}

#[test]
fn a_session_is_told_with_its_role_its_tags_and_its_limits() {
    let project = project();
    let report = project.run(&["test", "--name", "narrow"]).exits(1).stdout;
    let told = redacted(&explained(&project, &report));
    for line in [
        "session of arn:aws:iam::111111111111:role/app, assumed by arn:aws:iam::111111111111:user/accessor in request",
        "with the external id partner-1",
        "tags       team=data, tenant=acme (transitive)",
        "identity   accessor",
        "limited by session policy",
        "  session policy          says nothing",
        "  identity-based policy   allows it            inline policy all of role app",
    ] {
        assert!(told.contains(line), "`{line}` is not in\n{told}");
    }
}

#[test]
fn edited_files_other_folders_and_unknown_ids_are_said_to_be_so() {
    let project = project();
    let report =
        project.run(&["test", "--name", "reads nothing else", "--report-dir", "kept"]).exits(1).stdout;
    let words = hinted(&report);
    let id = words.last().unwrap();
    project.run(&["test", "--name", "accessor lists"]).exits(0);
    let missed = project.run(&["explain", id]).exits(2);
    assert!(missed.stderr.contains(&format!("no request `{id}`")), "{}", missed.stderr);
    project.edit("infra/main.tf", "# The accessor", "# The other accessor");
    let told = project.run(&["explain", &id[..30], "--report-dir", "kept"]).exits(0).stdout;
    assert!(told.contains("`infra/main.tf` has changed since"), "{told}");
    let json = project.run(&["explain", id, "--report-dir", "kept", "--json"]).exits(0).stdout;
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["checks"][0]["nearest"]["statement"]["sid"], "List");
    let several = project.run(&["explain", "", "--report-dir", "kept"]).exits(2);
    assert!(several.stderr.contains("hint: "), "{}", several.stderr);
}

#[test]
fn canaries_are_among_the_decisions() {
    let project = project();
    project.run(&["test", "--name", "accessor lists"]).exits(0);
    let made = std::fs::read_to_string(project.path(".stackproof/last-run/decisions.jsonl")).unwrap();
    let decisions: Vec<Value> = made.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let canary = decisions.iter().find(|it| it["scenario"] == "canary: permissions boundary");
    assert!(canary.is_some_and(|it| it["outcome"] == "allowed"), "{made}");
}
