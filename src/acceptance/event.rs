//! What a run tells its reports: one stream of events, in the order of features and lines.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use stackproof_gateway::Decision;

use super::canary::CanaryReport;
use super::feature::{Feature, Scenario, Step};
use super::stage::StageFailure;

/// Something that happened in a run.
#[derive(Debug)]
pub enum Event {
    /// The run begins.
    RunStarted(RunHeader),
    /// The canaries were sent out, and this was decided of them.
    CanaryDone(Vec<CanaryReport>, Vec<Decision>),
    /// The scenarios of a feature follow.
    FeatureStarted(Arc<Feature>),
    /// A scenario is over.
    ScenarioFinished(Box<ScenarioReport>),
    /// The run is over.
    RunFinished(Summary),
}

/// What a run is about.
#[derive(Clone, Debug, Default)]
pub struct RunHeader {
    /// The target's name.
    pub target: String,
    /// How calls travel: `HTTPS`, `assume-tls`.
    pub transport: String,
    /// The region.
    pub region: String,
    /// What else a reader must know of the target.
    pub notes: Vec<String>,
    /// How many scenarios were selected.
    pub scenarios: usize,
    /// Whether steps are only matched.
    pub dry_run: bool,
}

/// What became of a scenario.
#[derive(Debug)]
pub struct ScenarioReport {
    /// The scenario.
    pub scenario: Scenario,
    /// The stack that it took.
    pub stack: Option<String>,
    /// What became of each step.
    pub steps: Vec<StepReport>,
    /// How long it took.
    pub duration: Duration,
    /// Every decision of the gateway that was made in it, with stack, scenario and step.
    pub decisions: Vec<Decision>,
}

/// The keyword of a case of a step, which is reported behind the step. Gherkin has none of that name.
pub(crate) const CASE: &str = "Case";

/// What became of a step.
#[derive(Debug)]
pub struct StepReport {
    /// The step.
    pub step: Step,
    /// How it ended.
    pub status: StepStatus,
    /// How long it took.
    pub duration: Duration,
}

/// How a step ended.
#[derive(Clone, Debug)]
pub enum StepStatus {
    /// It holds.
    Passed,
    /// It does not hold.
    Failed(Box<Failure>),
    /// The target cannot do it; the scenario is skipped for this reason.
    Skipped(String),
    /// It might come out otherwise if all of the stack were there; nothing after it is run.
    Unproved(String),
    /// A step before it failed or skipped the scenario.
    NotRun,
}

/// Why a step does not hold.
#[derive(Clone, Debug)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// What the step says, where something else happened.
    pub expected: Option<String>,
    /// What happened.
    pub happened: String,
    /// What to do.
    pub hint: Option<String>,
    /// What decided the call that the step is about.
    pub decision: Option<Arc<Decision>>,
}

/// What kind of failure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailureKind {
    /// The step does not hold.
    Failed,
    /// A call could not be decided.
    Undetermined,
    /// No sentence fits the step.
    Undefined,
    /// Several sentences fit the step.
    Ambiguous,
    /// The stack or the target could not be had.
    Stage(StageFailure),
    /// Our own fault.
    Panicked,
}

/// How a scenario ended.
#[derive(Clone, Copy, Debug)]
pub enum Verdict<'a> {
    /// Every step holds.
    Passed,
    /// A step does not hold.
    Failed(&'a StepReport, &'a Failure),
    /// It was skipped for this reason.
    Skipped(&'a str),
    /// It proves nothing, for this reason.
    Unproved(&'a str),
}

impl ScenarioReport {
    /// How it ended.
    pub fn verdict(&self) -> Verdict<'_> {
        let mut other = None;
        for step in &self.steps {
            match &step.status {
                StepStatus::Failed(failure) => return Verdict::Failed(step, failure),
                // A case that shows nothing skips no more than itself.
                StepStatus::Skipped(_) if step.step.keyword == CASE => {}
                StepStatus::Skipped(reason) if other.is_none() => other = Some(Verdict::Skipped(reason)),
                StepStatus::Unproved(reason) if other.is_none() => other = Some(Verdict::Unproved(reason)),
                _ => {}
            }
        }
        other.unwrap_or(Verdict::Passed)
    }
}

/// A denied step without an allowed call beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unpaired {
    /// The feature.
    pub path: PathBuf,
    /// The step's line.
    pub line: usize,
    /// The scenario's name.
    pub scenario: String,
    /// The caller's ARN, or `anonymous`.
    pub principal: String,
    /// The service.
    pub service: String,
}

/// An attack that several guards stop, so that its scenario does not notice when one of them goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuardedTwice {
    /// The feature.
    pub path: PathBuf,
    /// The scenario's line.
    pub line: usize,
    /// The scenario's name.
    pub scenario: String,
    /// The guards, as its tag `@guarded-twice:A,B` names them.
    pub guards: Vec<String>,
}

impl GuardedTwice {
    /// What that scenario declares, if it declares any.
    pub(crate) fn of(scenario: &Scenario) -> Option<Self> {
        let guards = scenario.tags.iter().find_map(|tag| tag.strip_prefix("guarded-twice:"))?;
        Some(Self {
            path: scenario.feature.path.clone(),
            line: scenario.line,
            scenario: scenario.name.clone(),
            guards: guards.split(',').map(str::to_owned).collect(),
        })
    }
}

/// How a run ended.
#[derive(Clone, Debug, Default)]
pub struct Summary {
    /// Scenarios that passed.
    pub passed: usize,
    /// Scenarios that failed.
    pub failed: usize,
    /// Scenarios that were skipped for a declared reason.
    pub skipped: usize,
    /// Scenarios that rest on what is not provisioned.
    pub unproved: usize,
    /// Scenarios that were selected and not begun.
    pub not_run: usize,
    /// Denied steps without an allowed call beside them.
    pub unpaired: Vec<Unpaired>,
    /// Attacks of the scenarios that passed which several guards stop.
    pub guarded_twice: Vec<GuardedTwice>,
    /// Whether an unpaired denial or an unproved scenario fails the run.
    pub strict: bool,
    /// How long the run took.
    pub duration: Duration,
}

/// Something that listens to a run.
pub trait Reporter {
    /// Takes an event.
    ///
    /// # Errors
    /// What is reported could not be written.
    fn on(&mut self, event: &Event) -> std::io::Result<()>;
}

impl Reporter for Vec<Box<dyn Reporter + '_>> {
    fn on(&mut self, event: &Event) -> std::io::Result<()> {
        self.iter_mut().try_for_each(|reporter| reporter.on(event))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::acceptance::testing::scenario;

    #[test]
    fn a_tag_names_the_guards_that_stop_one_attack() {
        let mut it = scenario();
        assert_eq!(GuardedTwice::of(&it), None);
        it.tags.push("guarded-twice:DenyKms,blocked_encryption_types".into());
        let found = GuardedTwice::of(&it).unwrap();
        assert_eq!(
            (found.line, found.guards),
            (4, vec!["DenyKms".into(), "blocked_encryption_types".into()])
        );
    }
}
