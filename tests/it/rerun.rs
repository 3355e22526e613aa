//! Which scenarios a run plays: those that failed before, a shard, a filter, and all of these together.

use crate::project::{Ended, Project};

const FEATURE: &str = r#"Feature: F
  Scenario: It holds
    Given the stack "small"
    When the operator lists "data"
    Then it succeeds

  Scenario Outline: It is <how>
    Given the stack "small"
    When the operator lists "data"
    Then it <what>

    Examples:
      | how      | what      |
      | allowed  | succeeds  |
      | denied   | is denied |
      | denied 2 | is denied |
"#;

fn project() -> Project {
    Project::of(&[
        ("stackproof.toml", "[stacks.small]\npath = \"infra\"\n"),
        ("infra/main.tf", "resource \"aws_s3_bucket\" \"data\" {\n  bucket = \"small-data\"\n}\n"),
        ("features/small/a.feature", FEATURE),
    ])
}

/// The names of the scenarios that were played, in order.
fn played(ended: &Ended) -> Vec<String> {
    let marks = ["  passed  ", "  FAILED  ", "  matched "];
    let name = |line: &str| {
        let rest = marks.iter().find_map(|mark| line.strip_prefix(mark))?;
        let name =
            rest.trim_end().rsplit_once(' ').filter(|(_, time)| time.ends_with('s') && time.contains('.'));
        Some(name.map_or(rest.trim_end(), |(name, _)| name).to_owned())
    };
    ended.stdout.lines().filter_map(name).collect()
}

#[test]
fn only_what_failed_is_played_again_until_nothing_fails() {
    let project = project();
    assert!(project.run(&["test", "--rerun-failed"]).exits(2).stderr.contains("no run is kept"));
    assert_eq!(played(&project.run(&["test"]).exits(1)).len(), 4);
    // Lines move, and what was played stays what failed.
    project.edit("features/small/a.feature", "Feature: F\n", "Feature: F\n  About something.\n\n");
    assert_eq!(
        played(&project.run(&["test", "--rerun-failed"]).exits(1)),
        ["It is denied", "It is denied 2"]
    );
    let first = project.run(&["test", "--rerun-failed", "--jobs", "1", "--fail-fast"]).exits(1);
    assert_eq!(played(&first), ["It is denied"]);
    // The one that was not played has not been mended.
    let both = project.run(&["test", "--rerun-failed", "--dry-run"]).exits(0);
    assert_eq!(played(&both), ["It is denied", "It is denied 2"]);
    let some = project.run(&["test", "--rerun-failed", "--name", "2$"]).exits(1);
    assert_eq!(played(&some), ["It is denied 2"]);
    project.edit("features/small/a.feature", "| denied 2 | is denied |", "| denied 2 | succeeds  |");
    assert_eq!(played(&project.run(&["test", "--rerun-failed"]).exits(0)), ["It is denied 2"]);
    let none = project.run(&["test", "--rerun-failed"]).exits(0);
    assert_eq!((none.stdout.as_str(), none.stderr.as_str()), ("", "nothing failed in the last run\n"));
}

#[test]
fn shards_of_a_feature_are_its_scenarios_each_once() {
    let project = project();
    let dry = project.run(&["test", "--dry-run"]).exits(0);
    assert!(dry.stdout.ends_with("4 scenarios: 4 matched\n"), "{}", dry.stdout);
    let all = played(&dry);
    for total in 1..=4 {
        let shard = |index: usize| {
            let shard = format!("{index}/{total}");
            played(&project.run(&["test", "--dry-run", "--shard", &shard]).exits(0))
        };
        let mut parts: Vec<String> = (1..=total).flat_map(shard).collect();
        parts.sort();
        let mut all = all.clone();
        all.sort();
        assert_eq!(parts, all, "{total} shards");
    }
    // A shard in which nothing is left is no success.
    project.run(&["test", "--dry-run", "--shard", "5/5"]).exits(2);
}

#[test]
fn an_embedded_target_keeps_nothing() {
    let ended = project().run(&["test", "--keep"]).exits(2);
    assert!(ended.stderr.contains("hint: `stackproof up`"), "{}", ended.stderr);
}

#[test]
fn a_failure_that_scenarios_share_is_told_once() {
    let project = project();
    project.edit("infra/main.tf", "small-data", "Not_A_Bucket_Name");
    let report = project.run(&["test"]).exits(4).stdout;
    assert_eq!(report.matches("infra/main.tf:1").count(), 1, "{report}");
    assert_eq!(report.matches("as above, in features/small/a.feature:2 It holds").count(), 3, "{report}");
}
