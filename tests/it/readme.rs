//! What the README shows is what a user sees.

use regex::Regex;

use crate::project::Project;

#[test]
fn the_failing_report_is_a_real_one() {
    let readme = include_str!("../../README.md");
    let shown = readme.split("```text\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let project = Project::shipped();
    let values = r#"values   = ["aws:kms", "aws:kms:dsse"]"#;
    project.edit("infra/stacks/call-centre-data/storage.tf", values, r#"values   = ["none"]"#);
    let ended = project.run(&["test", "--name", "A put that asks for aws:kms is denied"]).exits(1);
    let id = Regex::new("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}").unwrap();
    let (shown, seen) = (id.replace_all(shown, "ID"), id.replace_all(&ended.stdout, "ID"));
    assert!(seen.contains(shown.as_ref()), "the README shows\n{shown}\nbut a user sees\n{seen}");
}
