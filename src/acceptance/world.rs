//! The state of one scenario.

mod call;
mod census;
mod recorded;
mod sending;
mod session;
mod wall;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use stackproof_aws::{ApiError, Clock, Credentials};
use stackproof_gateway::{Decision, DecisionLog, Server};

use super::error::StepError;
use super::matrix::Combination;
use super::names::{NameError, Names};
use super::pairs::Shown;
use super::sentence::Who;
use super::stage::{Calls, Issuer, Lease, Stage, Stages};
pub(crate) use call::{Acted, Case, CaseEnd, Over, Request, Upload};
pub(crate) use census::Stored;
pub(crate) use recorded::Head;
pub(crate) use session::operation;
pub(crate) use wall::{Machine, Wall};

/// The state of one scenario: its stack, its names, and what its last call came to.
///
/// `Debug` shows no secret, no object's content and no attribute of a resource.
pub struct World {
    stages: Arc<dyn Stages>,
    scene: Option<Scene>,
    pub(crate) names: Names,
    sessions: HashMap<String, Credentials>,
    /// Accounts of buckets that are not in the main one.
    pub(crate) bucket_accounts: HashMap<String, String>,
    pub(crate) uploads: Vec<Upload>,
    /// What texts were last encrypted to, base64.
    pub(crate) sealed: HashMap<String, String>,
    cases: Vec<(usize, Case)>,
    last: Option<Acted>,
    record: Vec<Recorded>,
    shown: Shown,
    evidence: Option<Arc<Decision>>,
    step: usize,
    /// The clock that facts are awaited by.
    pub(crate) wall: Arc<dyn Wall>,
    /// The values of its stack's matrix that it is played under.
    combination: Combination,
}

/// Where calls are made.
pub(crate) struct Scene {
    pub(crate) calls: Arc<dyn Calls>,
    pub(crate) region: String,
    /// Account ids by name; the one that stacks are provisioned in is `main`.
    pub(crate) accounts: BTreeMap<String, String>,
    /// Whether they are in an organization, with control policies over them.
    pub(crate) organized: bool,
    pub(crate) operators: BTreeMap<String, Credentials>,
    pub(crate) decisions: DecisionLog,
    pub(crate) issuer: Arc<dyn Issuer>,
    /// The clock that resources live by.
    pub(crate) clock: Clock,
    /// What listens, kept alive as long as the scenario is.
    #[expect(dead_code, reason = "held for its drop")]
    pub(crate) server: Option<Arc<Server>>,
    /// Given back when the scenario is over, after what listens has stopped.
    #[expect(dead_code, reason = "held for its drop")]
    pub(crate) lease: Option<Lease>,
}

/// A decision and the step it was made in.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The decision.
    pub decision: Arc<Decision>,
    /// The step's position in the scenario, from 0.
    pub step: usize,
}

impl fmt::Debug for World {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("World")
            .field("names", &self.names)
            .field("sessions", &self.sessions.keys().collect::<Vec<_>>())
            .field("last", &self.last.as_ref().and_then(|last| Some(&last.operation?.name)))
            .finish_non_exhaustive()
    }
}

impl World {
    /// A scenario that has not begun. `{unique}` will be that word.
    pub fn new(stages: Arc<dyn Stages>, unique: String) -> Self {
        Self {
            stages,
            scene: None,
            names: Names::new(unique),
            sessions: HashMap::new(),
            bucket_accounts: HashMap::new(),
            uploads: Vec::new(),
            sealed: HashMap::new(),
            cases: Vec::new(),
            last: None,
            record: Vec::new(),
            shown: Shown::default(),
            evidence: None,
            step: 0,
            wall: Arc::new(Machine),
            combination: Combination::new(),
        }
    }

    /// The same under those values of its stack's matrix.
    #[must_use]
    pub fn under(self, combination: Combination) -> Self {
        Self { combination, ..self }
    }

    /// Takes a copy of that stack.
    pub(crate) async fn take_stage(
        &mut self,
        stack: &str,
        variables: &[(String, String)],
    ) -> Result<(), StepError> {
        // Where scenarios take turns, whoever waits for the next one must not hold one.
        self.take_decisions();
        self.scene = None;
        let stage = self.stages.clone().stage(stack, &self.combination, variables).await?;
        self.enter(stage);
        Ok(())
    }

    /// Plays on that stage from now on.
    pub fn enter(&mut self, stage: Stage) {
        let Stage { environment, stack, issuer, lease } = stage;
        // The clients of a stack are configured for the region that it lives in.
        let home = Some(stack.region.clone()).filter(|region| !region.is_empty());
        self.bucket_accounts.extend(stack.buckets_elsewhere());
        self.names.stack = Some(stack);
        self.sessions.clear();
        self.scene = Some(Scene {
            calls: Arc::new(environment.client),
            region: home.unwrap_or(environment.region),
            accounts: environment.accounts,
            organized: environment.organized,
            operators: environment.operators,
            decisions: environment.decisions,
            issuer,
            clock: environment.clock,
            server: Some(environment.server),
            lease,
        });
    }

    /// Plays on that scene from now on.
    #[cfg(test)]
    pub(crate) fn set_scene(&mut self, scene: Scene, stack: super::stage::Stack) {
        self.names.stack = Some(stack);
        self.scene = Some(scene);
    }

    /// Waits until the target can no longer be had, and says why.
    pub(crate) fn lost(&self) -> impl Future<Output = String> + use<> {
        let stages = self.stages.clone();
        async move { stages.lost().await }
    }

    /// Whether the target can do what scenarios with that tag need; else the scenario is skipped.
    ///
    /// # Errors
    /// The reason.
    pub(crate) fn needs(&self, tag: &str) -> Result<(), StepError> {
        self.stages.cannot(tag).map_or(Ok(()), |reason| Err(StepError::Skip { reason }))
    }

    pub(crate) fn scene(&self) -> Result<&Scene, StepError> {
        self.scene.as_ref().ok_or(StepError::Name(NameError::NoStack))
    }

    /// The id of the account of that name; of the main one without a name.
    pub(crate) fn account(&self, name: Option<&str>) -> Result<String, StepError> {
        let accounts = &self.scene()?.accounts;
        let name = name.unwrap_or("main");
        accounts.get(name).cloned().ok_or_else(|| {
            let known: Vec<_> = accounts.keys().map(|name| format!("`{name}`")).collect();
            StepError::usage(format!("no account is named `{name}`"))
                .hint(format!("there is {}", known.join(", ")))
        })
    }

    /// Makes a call as that principal. It becomes the last call, which a later step judges.
    ///
    /// # Errors
    /// The principal could not be opened, the target did not answer, or the call is undetermined.
    pub(crate) async fn act(&mut self, who: &Who, request: Request) -> Result<(), StepError> {
        let text = |member: &str| request.members.get(member).and_then(|it| it.as_str()).map(str::to_owned);
        let before = match (text("Bucket"), request.operation) {
            (Some(bucket), operation) if operation.service == "s3" && call::is_write(operation) => {
                Some(self.stored(&bucket, text("Key").as_deref()).await)
            }
            _ => None,
        };
        self.make_last(who, request, before).await
    }

    /// Makes one more call of an act that began with [`World::act`]: what was stored before stays what it was.
    ///
    /// # Errors
    /// As [`World::act`].
    pub(crate) async fn act_on(&mut self, who: &Who, request: Request) -> Result<(), StepError> {
        let before = self.last.as_mut().and_then(|last| last.before.take());
        self.make_last(who, request, before).await
    }

    async fn make_last(
        &mut self,
        who: &Who,
        request: Request,
        before: Option<Result<BTreeSet<Stored>, String>>,
    ) -> Result<(), StepError> {
        let text = |member: &str| request.members.get(member).and_then(|it| it.as_str()).map(str::to_owned);
        let (operation, bucket, key) = (request.operation, text("Bucket"), text("Key"));
        let (reply, decision) = self.call_as(who, request).await?;
        let operation = Some(operation);
        let acted = Acted { operation, bucket, key, reply, decision, before, step: self.step, judged: false };
        self.last = Some(acted);
        Ok(())
    }

    /// The last call.
    ///
    /// # Errors
    /// There was none.
    pub(crate) fn last(&self) -> Result<&Acted, StepError> {
        self.last.as_ref().ok_or_else(|| {
            StepError::usage("no call was made yet")
                .hint("begin with a `When` sentence; see `stackproof steps`")
        })
    }

    /// The last call, from now on judged by a step.
    ///
    /// # Errors
    /// There was none.
    pub(crate) fn judge(&mut self) -> Result<&Acted, StepError> {
        if let Some(last) = &mut self.last {
            last.judged = true;
            self.evidence.clone_from(&last.decision);
        }
        self.last()
    }

    /// The last call gave that content.
    pub(crate) fn gave(&mut self, content: Bytes) {
        if let Some(last) = &mut self.last {
            last.reply.body = content;
        }
    }

    /// Notes what became of one case of the current step.
    pub(crate) fn note_case(&mut self, case: Case) {
        self.cases.push((self.step, case));
    }

    /// Every case that was noted, with its step's position.
    pub(crate) fn take_cases(&mut self) -> Vec<(usize, Case)> {
        std::mem::take(&mut self.cases)
    }

    /// Notes that a step held because that call was denied.
    pub(crate) fn note_denied(&mut self, decision: &Decision) {
        self.shown.note_denied(decision, self.step);
    }

    /// What was stored before the last call, where it might store something.
    ///
    /// # Errors
    /// The last call stores nothing by nature, or what was stored could not be read.
    pub(crate) fn stored_before(&self) -> Result<BTreeSet<Stored>, StepError> {
        match &self.last()?.before {
            Some(Ok(stored)) => Ok(stored.clone()),
            Some(Err(reason)) => {
                Err(StepError::usage(format!("what was stored before could not be read: {reason}")))
            }
            None => Err(StepError::usage("the last call is no write to a bucket")),
        }
    }

    /// The step that made the last call, and why it does not pass: the call failed and no step said so.
    pub(crate) fn unjudged_failure(&mut self) -> Option<(usize, StepError)> {
        let last = self.last.as_ref().filter(|last| !last.judged)?;
        let error = last.reply.result.as_ref().err()?;
        let failure = StepError::mismatch("the call to succeed, as no step says otherwise", answered(error));
        let step = last.step;
        self.evidence.clone_from(&last.decision);
        self.last = None;
        Some((step, failure))
    }

    /// What decided the call that the current step is about.
    pub(crate) fn evidence(&self) -> Option<Arc<Decision>> {
        self.evidence.clone()
    }

    /// Begins the step at that position.
    pub(crate) fn begin(&mut self, step: usize) {
        self.step = step;
        self.evidence = None;
    }

    /// Ends the scenario: every decision that was made in it, and what its own calls showed.
    pub(crate) fn end(mut self) -> (Vec<Recorded>, Shown) {
        self.take_decisions();
        (self.record, self.shown)
    }
}

/// What an error says, as a clause.
pub(crate) fn answered(error: &ApiError) -> String {
    format!("it was answered with {}: {}", error.code, error.message)
}
