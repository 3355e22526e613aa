//! What the README shows is what a user sees.

use regex::Regex;

use crate::project::Project;

const README: &str = include_str!("../../README.md");

#[test]
fn the_failing_report_is_a_real_one() {
    let project = Project::shipped();
    let values = r#"values   = ["aws:kms", "aws:kms:dsse"]"#;
    project.edit("infra/stacks/call-centre-data/storage.tf", values, r#"values   = ["none"]"#);
    let ended = project.run(&["test", "--name", "A put that asks for aws:kms is denied"]).exits(1);
    shows(&blocks(README, "text")[0], &ended.stdout);
}

#[test]
fn the_ten_minutes_go_as_they_are_told() {
    let section = README.split("\n## ").find(|section| section.starts_with("Your own Terraform")).unwrap();
    let (hcl, gherkin, text) = (blocks(section, "hcl"), blocks(section, "gherkin"), blocks(section, "text"));
    let project = Project::of(&[("infra/main.tf", &hcl[0])]);
    project.run(&["init", "infra"]).exits(0);
    shows(&text[0], &project.run(&["test", "--strict"]).exits(0).stdout);

    project.append("features/infra/first.feature", &gherkin[0]);
    shows(&text[1], &project.run(&["test", "--strict"]).exits(1).stdout);

    project.append("infra/main.tf", &hcl[1]);
    project.run(&["test", "--strict", "--rerun-failed"]).exits(0);
    project.run(&["test", "--strict"]).exits(0);
}

/// The fenced blocks of that language, in order.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    text.split(&fence).skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

/// Request ids and durations are another run's.
#[track_caller]
fn shows(shown: &str, seen: &str) {
    let id = Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let duration = Regex::new(r"(?m) \d+\.\d+s$").unwrap();
    let plain = |text: &str| duration.replace_all(&id.replace_all(text, "ID"), "").into_owned();
    let (shown, seen) = (plain(shown), plain(seen));
    assert!(seen.contains(&shown), "the README shows\n{shown}\nbut a user sees\n{seen}");
}
