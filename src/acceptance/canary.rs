//! Calls that must be refused, one for each kind of policy, sent before a run: if one of them passes, enforcement is
//! off and no denial means anything.

mod control;
mod setting;

use std::sync::Arc;

use futures_util::FutureExt;
use stackproof_gateway::{Decision, Outcome};

use super::error::StepError;
use super::sentence::Who;
use super::stage::{StageError, Stages};
use super::world::{Recorded, Request, World};

pub(crate) use control::organization;

/// What became of the canary of one kind of policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CanaryReport {
    /// What was shown: `an identity policy's deny`.
    pub kind: &'static str,
    /// Why it was not shown.
    pub failed: Option<String>,
}

/// Two calls of one principal: one that must pass, and one that must be refused.
struct Canary {
    kind: &'static str,
    control: (Who, Request),
    refused: (Who, Request),
    outcome: Outcome,
}

/// What is made before the canaries are sent out.
const SETTING: &str = "the setting of the canaries";

/// Sends all canaries out, and gives what was decided of them. They live in an environment of their own, in which
/// nothing of a stack is.
pub(crate) async fn run(stages: Arc<dyn Stages>) -> (Vec<CanaryReport>, Vec<Decision>) {
    tokio::select! {
        biased;
        reason = stages.lost() => (failed(StageError::lost(&reason).into()), Vec::new()),
        sent = send_all(stages.clone()) => match stages.lost().now_or_never() {
            Some(reason) => (failed(StageError::lost(&reason).into()), sent.1),
            None => sent,
        },
    }
}

fn failed(error: StepError) -> Vec<CanaryReport> {
    vec![CanaryReport { kind: SETTING, failed: Some(error.to_string()) }]
}

async fn send_all(stages: Arc<dyn Stages>) -> (Vec<CanaryReport>, Vec<Decision>) {
    let stage = match stages.blank().await {
        Ok(stage) => stage,
        Err(error) => return (failed(error.into()), Vec::new()),
    };
    let mut world = World::new(stages, "canary".to_owned());
    world.enter(stage);
    let canaries = match setting::prepare(&mut world).await {
        Ok(canaries) => canaries,
        Err(error) => return (failed(error), told(world, &[])),
    };
    let mut reports = Vec::new();
    for (at, canary) in canaries.into_iter().enumerate() {
        world.begin(at + 1);
        reports.push(CanaryReport { kind: canary.kind, failed: send(&mut world, canary).await.err() });
    }
    let decisions = told(world, &reports);
    (reports, decisions)
}

/// The decisions, each with the canary that it was made for.
fn told(world: World, reports: &[CanaryReport]) -> Vec<Decision> {
    let (record, _) = world.end();
    let told = |recorded: Recorded| {
        let report = recorded.step.checked_sub(1).and_then(|at| reports.get(at));
        let scenario = format!("canary: {}", report.map_or(SETTING, |report| report.kind));
        Decision { scenario: Some(scenario), ..Decision::clone(&recorded.decision) }
    };
    record.into_iter().map(told).collect()
}

async fn send(world: &mut World, canary: Canary) -> Result<(), String> {
    let (who, request) = canary.control;
    let name = format!("{}:{}", request.operation.service, request.operation.name);
    let (reply, _) = world.call_as(&who, request).await.map_err(|error| error.to_string())?;
    if let Err(error) = reply.result {
        return Err(format!("{name}, which must be allowed, was answered with {error}"));
    }
    let (who, request) = canary.refused;
    let name = format!("{}:{}", request.operation.service, request.operation.name);
    let (reply, decision) = world.call_as(&who, request).await.map_err(|error| error.to_string())?;
    refused(&name, reply.result.is_err(), decision.as_deref(), canary.outcome)
}

fn refused(name: &str, failed: bool, decision: Option<&Decision>, outcome: Outcome) -> Result<(), String> {
    match decision {
        _ if !failed => Err(format!("{name}, which must be refused, was allowed")),
        None => Err(format!("no decision was recorded for {name}")),
        Some(decision) if decision.outcome != outcome => {
            Err(format!("{name} ended as {:?} instead of {outcome:?}", decision.outcome))
        }
        Some(_) => Ok(()),
    }
}
