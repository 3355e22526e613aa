//! Plays one scenario.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use stackproof_gateway::Decision;

use super::awaited;
use crate::acceptance::error::StepError;
use crate::acceptance::event::{CASE, Failure, FailureKind, ScenarioReport, StepReport, StepStatus};
use crate::acceptance::feature::{Scenario, Step};
use crate::acceptance::names::NameError;
use crate::acceptance::pairs::Shown;
use crate::acceptance::registry::{MatchError, Registry};
use crate::acceptance::sentence::{Attachment, Keyword};
use crate::acceptance::stage::StageError;
use crate::acceptance::world::{CaseEnd, Recorded, World};

/// What became of a scenario, and what its own calls showed.
pub(crate) struct Played {
    pub(crate) report: ScenarioReport,
    pub(crate) shown: Shown,
}

/// Plays a scenario to its end or to the first step that does not hold.
pub(crate) async fn play(mut world: World, registry: &Registry, scenario: Scenario) -> Played {
    let began = Instant::now();
    let mut reports: Vec<StepReport> = scenario.steps.iter().map(not_run).collect();
    for (at, step) in scenario.steps.iter().enumerate() {
        let started = Instant::now();
        world.begin(at);
        let lost = world.lost();
        let result = tokio::select! {
            biased;
            _ = lost => Ok(()),
            result = play_step(&mut world, registry, step) => result,
        };
        let ended = match result {
            // Whatever a step came to on a target that is no longer there, it says nothing of the stack.
            _ if let Some(reason) = world.lost().now_or_never() => {
                failed(StageError::lost(&reason).into(), None)
            }
            Ok(()) => StepStatus::Passed,
            Err(Stop::Earlier(earlier, error)) => {
                set(&mut reports, earlier, failed(error, world.evidence()), None);
                break;
            }
            Err(Stop::Match(error)) => unmatched(error),
            Err(Stop::Step(error)) => failed(error, world.evidence()),
        };
        let stops = !matches!(ended, StepStatus::Passed);
        set(&mut reports, at, ended, Some(started.elapsed()));
        if stops {
            break;
        }
    }
    let all_passed = reports.iter().all(|report| matches!(report.status, StepStatus::Passed));
    if all_passed && let Some((at, error)) = world.unjudged_failure() {
        set(&mut reports, at, failed(error, world.evidence()), None);
    }
    tell_cases(&mut reports, &mut world);
    let stack = world.names.stack.as_ref().map(|stack| stack.name.clone());
    let (record, shown) = world.end();
    let decisions = record.into_iter().map(|recorded| told(recorded, &scenario, stack.as_deref())).collect();
    let report = ScenarioReport { stack, steps: reports, duration: began.elapsed(), decisions, scenario };
    Played { report, shown }
}

/// Reports each case of a step behind it, as a step of its own.
fn tell_cases(reports: &mut Vec<StepReport>, world: &mut World) {
    // From the last on, so that positions stay right.
    for (at, case) in world.take_cases().into_iter().rev() {
        let Some(step) = reports.get(at).map(|report| report.step.clone()) else { continue };
        let step = Step { keyword: CASE.to_owned(), text: case.text, table: None, docstring: None, ..step };
        let status = match case.end {
            CaseEnd::Held => StepStatus::Passed,
            CaseEnd::Skipped(reason) => StepStatus::Skipped(reason),
            CaseEnd::Failed(error, decision) => failed(error, decision),
        };
        reports.insert(at + 1, StepReport { step, status, duration: Duration::ZERO });
    }
}

enum Stop {
    /// A call of that step failed, and no step said so before the next one.
    Earlier(usize, StepError),
    Match(MatchError),
    Step(StepError),
}

async fn play_step(world: &mut World, registry: &Registry, step: &Step) -> Result<(), Stop> {
    let matched = registry.find(step, |name| world.names.knows(name)).map_err(Stop::Match)?;
    if matches!(matched.sentence.keyword, Keyword::Given | Keyword::When)
        && let Some((at, error)) = world.unjudged_failure()
    {
        return Err(Stop::Earlier(at, error));
    }
    let fill = |text: &str| world.names.fill(text);
    let mut arguments = matched.arguments;
    let each =
        matches!(matched.sentence.attachment, Attachment::Each(_)).then(|| arguments.table.take()).flatten();
    let mut arguments = arguments.map(fill).map_err(|error| Stop::Step(error.into()))?;
    arguments.table = arguments.table.or(each);
    let handler = matched.sentence.handler;
    let held = match &matched.within {
        Some(within) => awaited::hold(world, handler, &arguments, within).await,
        None => handler(world, &arguments).await,
    };
    held.map_err(Stop::Step)
}

fn set(reports: &mut [StepReport], at: usize, status: StepStatus, duration: Option<Duration>) {
    if let Some(report) = reports.get_mut(at) {
        report.status = status;
        report.duration = duration.unwrap_or(report.duration);
    }
}

fn not_run(step: &Step) -> StepReport {
    StepReport { step: step.clone(), status: StepStatus::NotRun, duration: Duration::ZERO }
}

fn failed(error: StepError, decision: Option<Arc<Decision>>) -> StepStatus {
    let hint = error.advice();
    let kind = match (&error, error.stage_failure()) {
        (_, Some(part)) => FailureKind::Stage(part),
        (StepError::Undetermined { .. }, _) => FailureKind::Undetermined,
        _ => FailureKind::Failed,
    };
    match error {
        StepError::Skip { reason } => StepStatus::Skipped(reason),
        StepError::Unproved { reason } | StepError::Name(NameError::Unproved { reason }) => {
            StepStatus::Unproved(reason)
        }
        StepError::Mismatch { expected, happened } => {
            StepStatus::Failed(Box::new(Failure { kind, expected: Some(expected), happened, hint, decision }))
        }
        error => {
            let happened = error.to_string();
            StepStatus::Failed(Box::new(Failure { kind, expected: None, happened, hint, decision }))
        }
    }
}

fn unmatched(error: MatchError) -> StepStatus {
    let kind = match error {
        MatchError::Undefined { .. } => FailureKind::Undefined,
        MatchError::Ambiguous { .. } => FailureKind::Ambiguous,
        MatchError::NotAwaited { .. } | MatchError::Within(_) | MatchError::Attachment(_) => {
            FailureKind::Failed
        }
    };
    let (happened, hint) = (error.to_string(), error.advice());
    StepStatus::Failed(Box::new(Failure { kind, expected: None, happened, hint, decision: None }))
}

/// The decision with stack, scenario and step.
fn told(recorded: Recorded, scenario: &Scenario, stack: Option<&str>) -> Decision {
    let mut decision = Decision::clone(&recorded.decision);
    decision.stack = stack.map(str::to_owned);
    decision.scenario = Some(scenario.name.clone());
    decision.step = scenario.steps.get(recorded.step).map(|step| format!("{} {}", step.keyword, step.text));
    decision
}

/// Matches every step and calls nothing.
pub(crate) fn dry(registry: &Registry, scenario: Scenario) -> Played {
    let mut known = HashSet::new();
    let steps = scenario.steps.iter().map(|step| {
        let mut report = not_run(step);
        match registry.find(step, |name| known.contains(name)) {
            Ok(matched) => known.extend(Registry::declared(&matched).map(str::to_owned)),
            Err(error) => report.status = unmatched(error),
        }
        report
    });
    let steps = steps.collect();
    let report =
        ScenarioReport { steps, stack: None, duration: Duration::ZERO, decisions: Vec::new(), scenario };
    Played { report, shown: Shown::default() }
}

/// A scenario that needs what the target cannot do.
pub(crate) fn skipped(scenario: Scenario, reason: String) -> Played {
    not_played(scenario, StepStatus::Skipped(reason))
}

/// A scenario whose step panicked.
pub(crate) fn panicked(scenario: Scenario, reason: Option<String>) -> Played {
    let failure = Failure {
        kind: FailureKind::Panicked,
        expected: None,
        happened: format!("stackproof panicked: {}", reason.unwrap_or_else(|| "no reason given".to_owned())),
        hint: Some("this is a defect of stackproof; please report it".to_owned()),
        decision: None,
    };
    not_played(scenario, StepStatus::Failed(Box::new(failure)))
}

/// A scenario of which no step was run, and why.
fn not_played(scenario: Scenario, first: StepStatus) -> Played {
    let mut steps: Vec<StepReport> = scenario.steps.iter().map(not_run).collect();
    set(&mut steps, 0, first, None);
    let report =
        ScenarioReport { steps, stack: None, duration: Duration::ZERO, decisions: Vec::new(), scenario };
    Played { report, shown: Shown::default() }
}
