//! Asks the target by playing: what is written was played before.

use std::io;
use std::path::Path;
use std::sync::Arc;

use stackproof_gateway::Outcome;

use crate::acceptance::steps::outcome::denial_sentence;
use crate::acceptance::{
    self, Event, FeatureError, Reporter, RunHeader, RunOptions, Stages, Summary, Verdict,
};

/// How a scenario that ends with `Then it succeeds` went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    Allowed,
    /// By authorization; the sentence that says so.
    Denied(String),
    /// Neither: something before it failed, or it could not be decided.
    Neither,
}

/// What became of scenarios, in their order, and of the run.
#[derive(Default)]
pub(super) struct Answers {
    pub answers: Vec<Answer>,
    pub summary: Summary,
}

impl Reporter for Answers {
    fn on(&mut self, event: &Event) -> io::Result<()> {
        match event {
            Event::ScenarioFinished(report) => self.answers.push(match report.verdict() {
                Verdict::Passed => Answer::Allowed,
                Verdict::Skipped(_) | Verdict::Unproved(_) => Answer::Neither,
                Verdict::Failed(step, failure) => {
                    let is_last = report.steps.last().is_some_and(|last| last.step.line == step.step.line);
                    let decision = failure.decision.as_ref().filter(|it| {
                        is_last && matches!(it.outcome, Outcome::ExplicitDeny | Outcome::ImplicitDeny)
                    });
                    decision.map_or(Answer::Neither, |it| Answer::Denied(denial_sentence(it)))
                }
            }),
            Event::RunFinished(summary) => self.summary = summary.clone(),
            _ => {}
        }
        Ok(())
    }
}

/// Plays the scenarios of a feature's text.
///
/// # Errors
/// The text is no feature, which its own text would have to make it.
pub(super) async fn play(stages: &Arc<dyn Stages>, text: &str, jobs: usize) -> Result<Answers, FeatureError> {
    let scenarios = acceptance::parse(Path::new("first.feature"), text)?;
    let options = RunOptions {
        jobs,
        fail_fast: false,
        strict: true,
        dry_run: false,
        canaries: false,
        run_id: "init".to_owned(),
    };
    let mut answers = Answers::default();
    let never = std::future::pending();
    let ended =
        acceptance::run(Arc::clone(stages), scenarios, RunHeader::default(), &options, &mut answers, never);
    ended.await.map_err(|source| FeatureError::Read { path: "first.feature".into(), source })?;
    Ok(answers)
}

/// A feature of scenarios, each with its name and its steps.
pub(super) fn feature(head: &str, background: &[String], scenarios: &[(String, Vec<String>)]) -> String {
    let mut lines = vec![head.to_owned(), String::new()];
    if !background.is_empty() {
        lines.push("  Background:".to_owned());
        lines.extend(background.iter().map(|line| format!("    {line}")));
        lines.push(String::new());
    }
    for (name, steps) in scenarios {
        lines.push(format!("  Scenario: {name}"));
        lines.extend(steps.iter().map(|line| format!("    {line}")));
        lines.push(String::new());
    }
    lines.join("\n").trim_end().to_owned() + "\n"
}
