//! Plays scenarios and tells what became of them.

mod awaited;
pub(crate) mod play;

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Instant;

use futures_util::{FutureExt, StreamExt, stream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;

use super::canary;
use super::event::{Event, FailureKind, GuardedTwice, Reporter, RunHeader, ScenarioReport, Summary, Verdict};
use super::feature::{Feature, Scenario};
use super::pairs::Pairs;
use super::registry::Registry;
use super::stage::{StageFailure, Stages};
use super::world::World;
use crate::exit::Exit;
use play::Played;

/// How scenarios are played.
#[derive(Clone, Debug)]
pub struct RunOptions {
    /// How many scenarios are played at once, as far as the target allows; 0 counts as 1.
    pub jobs: usize,
    /// Whether the first failure ends the run.
    pub fail_fast: bool,
    /// Whether an unpaired denial or an unproved scenario fails the run.
    pub strict: bool,
    /// Whether steps are only matched, and nothing is called.
    pub dry_run: bool,
    /// Whether canaries show first that enforcement is on.
    pub canaries: bool,
    /// What makes `{unique}` differ from run to run: letters, digits and `-`.
    pub run_id: String,
}

/// Plays the scenarios in order and reports what became of them. Once `interrupt` is over, those that have not ended
/// are not run any further, and the report says so; the same where the target is lost. What was provisioned is there
/// until the stages are closed.
///
/// # Errors
/// A report could not be written.
pub async fn run(
    stages: Arc<dyn Stages>,
    scenarios: Vec<Scenario>,
    header: RunHeader,
    options: &RunOptions,
    reporter: &mut dyn Reporter,
    interrupt: impl Future<Output = ()>,
) -> io::Result<Exit> {
    let began = Instant::now();
    let header = RunHeader { scenarios: scenarios.len(), dry_run: options.dry_run, ..header };
    reporter.on(&Event::RunStarted(header))?;
    let mut summary = Summary { strict: options.strict, ..Summary::default() };
    let mut status = if scenarios.is_empty() { Exit::Usage } else { Exit::Passed };
    if options.canaries && !options.dry_run && !scenarios.is_empty() {
        let (reports, decisions) = canary::run(stages.clone()).await;
        if reports.iter().any(|report| report.failed.is_some()) {
            status = Exit::Target;
        }
        reporter.on(&Event::CanaryDone(reports, decisions))?;
    }
    if status == Exit::Passed {
        status = play_all(stages, scenarios, options, reporter, &mut summary, interrupt).await?;
    } else {
        summary.not_run = scenarios.len();
    }
    summary.duration = began.elapsed();
    if summary.strict && (!summary.unpaired.is_empty() || summary.unproved > 0) {
        status = status.max(Exit::Failed);
    }
    reporter.on(&Event::RunFinished(summary))?;
    Ok(status)
}

async fn play_all(
    stages: Arc<dyn Stages>,
    scenarios: Vec<Scenario>,
    options: &RunOptions,
    reporter: &mut dyn Reporter,
    summary: &mut Summary,
    interrupt: impl Future<Output = ()>,
) -> io::Result<Exit> {
    let registry = Arc::new(Registry::new());
    let (target, jobs) = (stages.clone(), options.jobs.clamp(1, stages.at_once().max(1)));
    let total = scenarios.len();
    // All wait in line, so that one that takes long holds up the report and not those behind it.
    let turns = Arc::new(Semaphore::new(jobs));
    let started = scenarios.into_iter().enumerate().map(|(at, scenario)| {
        let (stages, registry, turns) = (stages.clone(), registry.clone(), turns.clone());
        let (dry_run, unique) = (options.dry_run, format!("{}-{at}", options.run_id));
        async move {
            let played = scenario.clone();
            let task = Task(tokio::spawn(async move {
                // It is never closed.
                let _turn = turns.acquire().await;
                if dry_run {
                    play::dry(&registry, scenario)
                } else if let Some(reason) = scenario.tags.iter().find_map(|tag| stages.cannot(tag)) {
                    play::skipped(scenario, reason)
                } else {
                    let world = World::new(stages, unique).under(scenario.combination.clone());
                    play::play(world, &registry, scenario).await
                }
            }));
            task.ended(played).await
        }
    });
    let mut played = stream::iter(started).buffered(total.max(1));
    let mut feature: Option<Arc<Feature>> = None;
    let mut pairs = Pairs::default();
    let mut status = Exit::Passed;
    let mut done = 0;
    let mut interrupt = pin!(interrupt);
    loop {
        let next = tokio::select! {
            biased;
            () = &mut interrupt => {
                status = Exit::Interrupted;
                break;
            }
            next = played.next() => next,
        };
        let Some(Played { report, shown }) = next else { break };
        done += 1;
        if feature.as_ref() != Some(&report.scenario.feature) {
            summary.unpaired.extend(std::mem::take(&mut pairs).unpaired());
            feature = Some(report.scenario.feature.clone());
            reporter.on(&Event::FeatureStarted(report.scenario.feature.clone()))?;
        }
        pairs.add(&report.scenario, shown);
        let ended = count(&report, summary);
        status = status.max(ended);
        reporter.on(&Event::ScenarioFinished(Box::new(report)))?;
        let lost = ended == Exit::Target && target.lost().now_or_never().is_some();
        if lost || options.fail_fast && ended != Exit::Passed {
            break;
        }
    }
    summary.unpaired.extend(pairs.unpaired());
    summary.not_run = total - done;
    Ok(status)
}

fn count(report: &ScenarioReport, summary: &mut Summary) -> Exit {
    match report.verdict() {
        Verdict::Passed => {
            summary.passed += 1;
            summary.guarded_twice.extend(GuardedTwice::of(&report.scenario));
        }
        Verdict::Skipped(_) => summary.skipped += 1,
        Verdict::Unproved(_) => summary.unproved += 1,
        Verdict::Failed(_, failure) => {
            summary.failed += 1;
            return match failure.kind {
                FailureKind::Stage(StageFailure::Configuration) => Exit::Usage,
                FailureKind::Stage(StageFailure::Target) => Exit::Target,
                FailureKind::Stage(StageFailure::Provisioning) => Exit::Provisioning,
                _ => Exit::Failed,
            };
        }
    }
    Exit::Passed
}

/// A scenario that is being played. Dropped, it is played no further.
struct Task(JoinHandle<Played>);

impl Task {
    async fn ended(mut self, scenario: Scenario) -> Played {
        match (&mut self.0).await {
            Ok(played) => played,
            Err(error) => {
                let reason = error.try_into_panic().ok().and_then(|panic| {
                    let text = panic.downcast_ref::<String>().cloned();
                    text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
                });
                play::panicked(scenario, reason)
            }
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests;
