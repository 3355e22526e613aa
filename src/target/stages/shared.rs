//! Stages on an upstream that cannot be forked: one scenario at a time plays there, on the one stack that is provisioned,
//! and what it made is removed before the next one. A stack that it changed is removed whole and provisioned anew.

mod contents;
mod host;
mod journal;
mod left;
mod made;
mod sweep;

use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use stackproof_gateway::upstream::Health;
use tokio::sync::{Mutex, OwnedMutexGuard};

use self::contents::{Bucket, NULL, What};
use self::journal::Journal;
use self::made::{Kind, Made};
use super::{GatewayIssuer, Key, Sources, key, unavailable};
use crate::acceptance::{
    Closed, Combination, Lease, Left, Stack, Stage, StageError, StageFailure, Stages, canary,
};
use crate::config::{EndpointConfig, TargetKind};
use crate::ledger::Ledger;
use crate::provision::{Operators, ResourceError};
use crate::state::State;
use crate::target::localstack::{Container, Run};
use crate::target::remote::Remote;
use crate::target::{Environment, TargetError};

pub use host::{Endpoint, Guest, Host};
pub use left::remove_left;

/// Provisions into an upstream that others may use too.
pub struct SharedStages {
    pub(super) sources: Sources,
    /// Knows nothing but the operators.
    remote: Remote,
    journal: Journal,
    host: Host,
    notes: Vec<String>,
    state: Arc<Mutex<Standing>>,
}

/// What stands on the upstream. Whoever plays there holds it.
#[derive(Default)]
struct Standing {
    live: Option<Live>,
    /// What was written last was written through it, so that it knows all there is to be known of that.
    last: Option<Arc<Remote>>,
    /// What could not be provisioned, so that it costs its time once.
    failed: HashMap<Key, StageError>,
    begun: bool,
}

/// A stack as it was provisioned; without a key nothing is.
struct Live {
    key: Option<Key>,
    /// Knows what was issued when it was provisioned.
    remote: Arc<Remote>,
    stack: Stack,
    contents: BTreeMap<String, Bucket>,
}

/// What a scenario left, once it is seen to.
enum Tidied {
    /// The stack stands as it was provisioned.
    Clean,
    /// What was changed cannot be put back.
    Spent,
}

/// Where a run writes down what it makes.
#[derive(Clone, Copy)]
pub struct Books<'a> {
    /// What outlives the process.
    pub ledger: &'a Ledger,
    /// The folder that says more of it.
    pub state: &'a State,
    /// Where a container's log goes.
    pub report_dir: Option<&'a Path>,
}

impl SharedStages {
    /// Has the upstream of the target: a container is started, endpoints are asked what they have. `shared` says that
    /// others write there too.
    ///
    /// # Errors
    /// A [`TargetError`] where it cannot be had.
    pub(super) async fn start(sources: Sources, books: Books<'_>, shared: bool) -> Result<Self, TargetError> {
        let (name, target) = (sources.name.clone(), sources.target.clone());
        match &target.kind {
            TargetKind::LocalStack(config) => {
                let run = Run { ledger: books.ledger, report_dir: books.report_dir };
                let container = Container::start(config, &run).await?;
                let described = container.describe();
                let endpoint = EndpointConfig {
                    enforcement: config.enforcement,
                    timeout: config.timeout,
                    ..EndpointConfig::at(container.endpoint())
                };
                let remote = Remote::new(&name, &target, &endpoint, shared).await?;
                let notes = std::iter::once(described).chain(remote.notes()).collect();
                let host = Host::container(container, remote.health().clone());
                Ok(Self { notes, ..Self::new(sources, &remote, host) })
            }
            TargetKind::Endpoint(endpoint) => {
                let remote = Remote::new(&name, &target, endpoint, true).await?;
                let (ledger, state) = (books.ledger.clone(), books.state.clone());
                let host = Host::endpoint_with(endpoint.clone(), ledger, state);
                Ok(Self { notes: remote.notes(), ..Self::new(sources, &remote, host) })
            }
            TargetKind::Embedded => Err(TargetError::start("the embedded target is copied, not shared")),
        }
    }

    /// What a reader must know of the upstream.
    pub(super) fn notes(&self) -> &[String] {
        &self.notes
    }

    /// Opens the upstream to whoever calls, on that address: all that is made there is removed when the stages are closed.
    ///
    /// # Errors
    /// The address cannot be had, or what is there already cannot be listed.
    pub(super) async fn open(&self, listen: SocketAddr) -> Result<Environment, TargetError> {
        let mut state = self.state.lock().await;
        self.begin().await.map_err(TargetError::start)?;
        state.begun = true;
        let remote = Arc::new(self.remote.fork());
        state.last = Some(Arc::clone(&remote));
        remote.open(Some(listen)).await
    }

    /// Stages for those stacks on that upstream.
    pub fn new(sources: Sources, remote: &Remote, host: Host) -> Self {
        let journal = Journal::default();
        let remote = remote.through(|upstream| journal.before(upstream));
        Self { sources, remote, journal, host, notes: Vec::new(), state: Arc::default() }
    }

    /// The next turn, with that stack as it was provisioned; without a key with none.
    async fn turn(&self, key: Option<Key>) -> Result<Stage, StageError> {
        let blank = key.is_none();
        let mut state = Arc::clone(&self.state).lock_owned().await;
        self.check_health()?;
        let live = match self.ready(&mut state, key).await {
            Err(error) => return Err(self.check_health().err().unwrap_or(error)),
            Ok(live) => live,
        };
        self.journal.begin();
        let remote = match (&self.sources.target.organization, blank) {
            (Some(_), true) => live.remote.fork_in(Some(canary::organization(&self.sources.target.accounts))),
            _ => live.remote.fork(),
        };
        let (remote, stack) = (Arc::new(remote), live.stack.clone());
        state.last = Some(Arc::clone(&remote));
        let environment = remote.open(None).await.map_err(unavailable)?;
        let issuer = Arc::new(GatewayIssuer(Arc::clone(remote.gateway())));
        Ok(Stage { environment, stack, issuer, lease: Some(Lease::holding(state)) })
    }

    async fn ready<'a>(
        &self,
        state: &'a mut OwnedMutexGuard<Standing>,
        key: Option<Key>,
    ) -> Result<&'a Live, StageError> {
        if let Some(error) = key.as_ref().and_then(|key| state.failed.get(key)) {
            return Err(error.clone());
        }
        if !state.begun {
            self.begin().await?;
            state.begun = true;
        }
        let stands = match &state.live {
            Some(live) => {
                matches!(self.tidy(live, &self.remover(state)).await?, Tidied::Clean) && live.key == key
            }
            None => false,
        };
        if !stands {
            state.live = None;
            // What it could not destroy is removed with the rest.
            self.sources.end_programs().await;
            self.clear(&self.remover(state)).await?;
            let remote = Arc::new(self.remote.fork());
            state.last = Some(Arc::clone(&remote));
            let live = self.provision(remote, key.clone()).await;
            if let (Err(error), Some(key)) = (&live, key)
                && self.health().lost().is_none()
            {
                state.failed.insert(key, error.clone());
            }
            state.live = Some(live?);
        }
        state.live.as_ref().ok_or_else(|| target("the stack is gone that was provisioned".to_owned()))
    }

    /// Before anything is made: where it is written down, and what is there already.
    async fn begin(&self) -> Result<(), StageError> {
        self.host.begin(&self.journal, &self.sources.name).map_err(target)?;
        let (_environment, operators) = self.operators(&self.remote.fork_in(None)).await?;
        let names = contents::names(&operators).await.map_err(unlisted)?;
        self.journal.found(names);
        Ok(())
    }

    async fn provision(&self, remote: Arc<Remote>, key: Option<Key>) -> Result<Live, StageError> {
        let stack = match &key {
            Some(key) => {
                let mut environment = remote.open(None).await.map_err(unavailable)?;
                self.sources.provision(&mut environment, key).await?
            }
            None => Stack::default(),
        };
        let (_environment, operators) = self.operators(&remote.fork_in(None)).await?;
        let contents = contents::of_all(&operators).await.map_err(unlisted)?;
        self.journal.settle();
        Ok(Live { key, remote, stack, contents })
    }

    /// What removes: a gateway of its own, so that the one that others are made from hears of nothing that is gone, and
    /// under no control policies, which may deny the operator as anybody else.
    fn remover(&self, state: &Standing) -> Remote {
        state.last.as_deref().unwrap_or(&self.remote).fork_in(None)
    }

    /// Removes what a scenario made.
    async fn tidy(&self, live: &Live, remover: &Remote) -> Result<Tidied, StageError> {
        self.journal.quiet().await;
        let changes = self.journal.changes();
        let there = |bucket: &str, key: &String| {
            let bucket = live.contents.get(bucket);
            bucket.is_none_or(|bucket| bucket.stored.iter().any(|stored| stored.key == *key))
        };
        let altered = changes.altered.iter().any(|(bucket, keys)| keys.iter().any(|key| there(bucket, key)));
        if changes.beyond.is_some() || altered {
            return Ok(Tidied::Spent);
        }
        let made = self.journal.made(true);
        if changes.stored.is_empty() && made.is_empty() {
            return Ok(Tidied::Clean);
        }
        let (_environment, operators) = self.operators(remover).await?;
        for (name, keys) in &changes.stored {
            let Some(bucket) = live.contents.get(name) else { return self.spent(name) };
            let operator = operators.of_account(&bucket.account).map(|it| it.in_region(Some(&bucket.region)));
            let Some(operator) = operator else { return Ok(Tidied::Spent) };
            let now = contents::stored(&operator, name).await.map_err(unlisted)?;
            let replaced = |stored: &contents::Stored| stored.what == What::Version(NULL.to_owned());
            let was = bucket.stored.iter().filter(|stored| keys.contains(&stored.key));
            if was.into_iter().any(|stored| !now.contains(stored) || replaced(stored)) {
                return Ok(Tidied::Spent);
            }
            for stored in now.difference(&bucket.stored).filter(|stored| keys.contains(&stored.key)) {
                sweep::unstore(&operator, name, stored).await.map_err(|error| {
                    target(format!("`{}` in `{name}` could not be removed: {error}", stored.key))
                })?;
            }
        }
        self.remove(&operators, made).await.map(|()| Tidied::Clean)
    }

    /// What was in that bucket could not be listed, so that it goes whole if it is the run's.
    fn spent(&self, bucket: &str) -> Result<Tidied, StageError> {
        let ours = |made: &Made| made.kind == Kind::Bucket && made.name == bucket;
        match self.journal.made(false).iter().any(ours) {
            true => Ok(Tidied::Spent),
            false => Err(target(format!(
                "what was written to `{bucket}` could not be removed: it cannot be listed"
            ))),
        }
    }

    /// Removes all that was made.
    async fn clear(&self, remover: &Remote) -> Result<(), StageError> {
        self.journal.quiet().await;
        let made = self.journal.made(false);
        if made.is_empty() {
            return Ok(());
        }
        let (_environment, operators) = self.operators(remover).await?;
        self.remove(&operators, made).await
    }

    async fn remove(&self, operators: &Operators, made: Vec<Made>) -> Result<(), StageError> {
        let remaining = sweep::remove(operators, &self.journal, made).await;
        let told = remaining.iter().map(|it| format!("{} could not be removed: {}", it.made, it.reason));
        match told.collect::<Vec<_>>() {
            told if told.is_empty() => Ok(()),
            told => Err(target(told.join("\n"))),
        }
    }

    /// The operators, and what they speak with for as long as it is held.
    async fn operators(&self, remote: &Remote) -> Result<(Environment, Operators), StageError> {
        let environment = remote.open(None).await.map_err(unavailable)?;
        let operators = Operators::of(&environment);
        let operators = operators.map_err(|error| StageError::of(StageFailure::Target, &error))?;
        Ok((environment, operators))
    }

    fn health(&self) -> &Health {
        self.remote.health()
    }

    fn check_health(&self) -> Result<(), StageError> {
        self.health().lost().map_or(Ok(()), |reason| Err(StageError::lost(&reason)))
    }

    /// What is still there, with the reason where one is known. What the embedded emulator holds ends with the process.
    fn left(&self, endpoint: &Endpoint, reasons: &[sweep::Remaining], otherwise: &str) -> Vec<Left> {
        let within = |made: &Made| self.remote.filled_in().iter().any(|it| it.service == made.service());
        let all = self.journal.made(false);
        let of_another = |made: &Made| all.iter().any(|other| made.goes_with(other));
        let made = all.iter().filter(|made| !within(made) && !of_another(made));
        made.map(|made| {
            let known = reasons.iter().find(|remaining| remaining.made == *made);
            let reason = known.map_or(otherwise, |remaining| remaining.reason.as_str()).to_owned();
            Left { what: made.to_string(), reason, command: endpoint.command(made) }
        })
        .collect()
    }

    /// Removes all that was made as long as the upstream answers.
    async fn close_endpoint(&self, endpoint: &Endpoint, remover: &Remote) -> Vec<Left> {
        self.journal.quiet().await;
        let made = self.journal.made(false);
        if made.is_empty() {
            return Vec::new();
        }
        let removed = async {
            let (_environment, operators) = self.operators(remover).await?;
            Ok::<_, StageError>(sweep::remove(&operators, &self.journal, made).await)
        };
        tokio::select! {
            biased;
            reason = self.health().until_lost() => self.left(endpoint, &[], &reason),
            removed = removed => match removed {
                Ok(remaining) => self.left(endpoint, &remaining, "it was not reached"),
                Err(error) => self.left(endpoint, &[], &error.message),
            },
        }
    }
}

#[async_trait]
impl Stages for SharedStages {
    async fn stage(
        &self,
        stack: &str,
        combination: &Combination,
        variables: &[(String, String)],
    ) -> Result<Stage, StageError> {
        self.turn(Some(key(stack, combination, variables))).await
    }

    async fn blank(&self) -> Result<Stage, StageError> {
        self.turn(None).await
    }

    fn cannot(&self, tag: &str) -> Option<String> {
        let name = &self.sources.name;
        (tag == "clock").then(|| format!("the clock of the target `{name}` cannot be moved"))
    }

    fn at_once(&self) -> usize {
        1
    }

    async fn lost(&self) -> String {
        self.health().until_lost().await
    }

    async fn close(&self, keep: bool) -> Closed {
        let state = self.state.lock().await;
        let stack = state.live.as_ref().filter(|live| keep && live.key.is_some());
        if let Some(live) = stack {
            let tidied = match self.tidy(live, &self.remover(&state)).await {
                Ok(Tidied::Clean) => None,
                Ok(Tidied::Spent) => Some("the last scenario changed it".to_owned()),
                Err(error) => Some(error.message),
            };
            return self.host.keep(&live.stack, tidied).await;
        }
        let mut left = self.sources.end_programs().await;
        left.extend(match &self.host {
            Host::Container(guest) => guest.stop().await,
            Host::Endpoint(endpoint) => {
                let left = self.close_endpoint(endpoint, &self.remover(&state)).await;
                if left.is_empty() {
                    endpoint.end();
                }
                left
            }
        });
        Closed { left, ..Closed::default() }
    }
}

fn target(message: String) -> StageError {
    StageError { failure: StageFailure::Target, message, hint: None }
}

fn unlisted(error: ResourceError) -> StageError {
    target(format!("what is there cannot be listed: {error}"))
}

#[cfg(test)]
mod tests;
