use crate::acceptance::Combination;
use std::future::{pending, ready};
use std::path::Path;

use async_trait::async_trait;

use super::*;
use crate::acceptance::feature::parse;
use crate::acceptance::stage::{Stage, StageError};

/// Stages that cannot be had: scenarios that take none are still played.
struct NoStages;

#[async_trait]
impl Stages for NoStages {
    async fn stage(&self, stack: &str, _: &Combination, _: &[(String, String)]) -> Result<Stage, StageError> {
        if stack == "panic" {
            panic!("a bug");
        }
        Err(StageError {
            failure: StageFailure::Provisioning,
            message: format!("`{stack}` could not be provisioned"),
            hint: None,
        })
    }

    async fn blank(&self) -> Result<Stage, StageError> {
        Err(StageError { failure: StageFailure::Target, message: "no target".into(), hint: None })
    }

    fn cannot(&self, tag: &str) -> Option<String> {
        (tag == "clock").then(|| "the clock stands still here".to_owned())
    }
}

/// Notes events in a word each.
#[derive(Default)]
struct Notes(Vec<String>);

impl Reporter for Notes {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        self.0.push(match event {
            Event::RunStarted(header) => format!("run of {}", header.scenarios),
            Event::CanaryDone(reports, _) => {
                let failed: Vec<_> = reports.iter().filter_map(|report| report.failed.clone()).collect();
                format!("canaries {}", failed.join(", "))
            }
            Event::FeatureStarted(feature) => format!("feature {}", feature.name),
            Event::ScenarioFinished(report) => match report.verdict() {
                Verdict::Passed => format!("{} passed", report.scenario.name),
                Verdict::Skipped(reason) => format!("{} skipped: {reason}", report.scenario.name),
                Verdict::Unproved(reason) => format!("{} unproved: {reason}", report.scenario.name),
                Verdict::Failed(step, failure) => {
                    format!("{} failed at {}: {}", report.scenario.name, step.step.line, failure.happened)
                }
            },
            Event::RunFinished(it) => {
                format!("{} passed, {} failed, {} not run", it.passed, it.failed, it.not_run)
            }
        });
        Ok(())
    }
}

fn options() -> RunOptions {
    RunOptions {
        jobs: 4,
        fail_fast: false,
        strict: false,
        dry_run: false,
        canaries: false,
        run_id: "r".into(),
    }
}

async fn played(source: &str, options: &RunOptions) -> (Exit, String) {
    let scenarios =
        if source.is_empty() { Vec::new() } else { parse(Path::new("a.feature"), source).unwrap() };
    let mut notes = Notes::default();
    let status = run(Arc::new(NoStages), scenarios, RunHeader::default(), options, &mut notes, pending())
        .await
        .unwrap();
    (status, notes.0.join("\n"))
}

const TWO: &str = r#"Feature: F
  Scenario: One
    Given the stack "a"
    Then it succeeds

  Scenario: Two
    When it dances
"#;

#[tokio::test]
async fn scenarios_are_reported_in_order_and_the_worst_ending_wins() {
    let (status, notes) = played(TWO, &options()).await;
    assert_eq!(status, Exit::Provisioning);
    insta::assert_snapshot!(notes, @"
    run of 2
    feature F
    One failed at 3: `a` could not be provisioned
    Two failed at 7: no sentence says `it dances`
    0 passed, 2 failed, 0 not run
    ");
}

#[tokio::test]
async fn the_first_failure_may_end_the_run() {
    let (_, notes) = played(TWO, &RunOptions { fail_fast: true, ..options() }).await;
    assert!(notes.ends_with("0 passed, 1 failed, 1 not run"), "{notes}");
}

#[tokio::test]
async fn a_dry_run_matches_steps_and_takes_no_stack() {
    let (status, notes) = played(TWO, &RunOptions { dry_run: true, ..options() }).await;
    assert_eq!(status, Exit::Failed);
    assert!(notes.contains("One passed"), "{notes}");
    assert!(notes.contains("no sentence says `it dances`"), "{notes}");
}

#[tokio::test]
async fn a_panic_fails_its_scenario_alone() {
    let source = "Feature: F\n  Scenario: One\n    Given the stack \"panic\"\n  Scenario: Two\n    Given the stack \"a\"\n";
    let (_, notes) = played(source, &options()).await;
    assert!(notes.contains("One failed at 3: stackproof panicked: a bug"), "{notes}");
    assert!(notes.contains("Two failed at 5: `a` could not be provisioned"), "{notes}");
}

#[tokio::test]
async fn what_the_target_cannot_do_by_its_tag_is_skipped_with_the_reason() {
    let source = "@clock\nFeature: F\n  Scenario: One\n    Given the stack \"panic\"\n";
    let (status, notes) = played(source, &options()).await;
    assert_eq!(status, Exit::Passed);
    assert!(notes.contains("One skipped: the clock stands still here"), "{notes}");
    let dry = RunOptions { dry_run: true, ..options() };
    assert!(played(source, &dry).await.1.contains("One passed"));
}

#[tokio::test]
async fn no_scenario_is_no_success() {
    assert_eq!(played("", &options()).await.0, Exit::Usage);
}

#[tokio::test]
async fn canaries_that_cannot_be_sent_end_the_run() {
    let (status, notes) = played(TWO, &RunOptions { canaries: true, ..options() }).await;
    assert_eq!(status, Exit::Target);
    insta::assert_snapshot!(notes, @"
    run of 2
    canaries no target
    0 passed, 0 failed, 2 not run
    ");
}

/// Every feature of the project, matched against the language.
#[tokio::test]
async fn features_of_the_project_are_understood() {
    let features = Path::new(env!("CARGO_MANIFEST_DIR")).join("features");
    let selection = crate::acceptance::Selection {
        paths: vec![crate::acceptance::Place { path: features, line: None }],
        ..Default::default()
    };
    let scenarios = selection.load().unwrap();
    assert!(scenarios.len() >= 15);
    let mut notes = Notes::default();
    let options = RunOptions { dry_run: true, ..options() };
    let status = run(Arc::new(NoStages), scenarios, RunHeader::default(), &options, &mut notes, pending())
        .await
        .unwrap();
    assert_eq!(status, Exit::Passed, "{}", notes.0.join("\n"));
}

#[tokio::test]
async fn an_interrupted_run_reports_what_is_left() {
    let scenarios = parse(Path::new("a.feature"), "Feature: F\n  Scenario: S\n    Given a\n").unwrap();
    let mut notes = Notes::default();
    let options = RunOptions { canaries: false, ..options() };
    let status = run(Arc::new(NoStages), scenarios, RunHeader::default(), &options, &mut notes, ready(()))
        .await
        .unwrap();
    assert_eq!(status, Exit::Interrupted);
    assert_eq!(notes.0.last().map(String::as_str), Some("0 passed, 0 failed, 1 not run"));
}
