//! Who has the upstream, and so what has to be removed from it.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use stackproof_gateway::upstream::Health;
use tokio::sync::RwLock;
use tokio::task::JoinHandle;

use super::journal::Journal;
use super::left::command;
use super::made::Made;
use crate::acceptance::{Closed, Left, Stack};
use crate::config::EndpointConfig;
use crate::ledger::{Ledger, Thing, Written};
use crate::state::State;
use crate::target::TargetError;
use crate::target::localstack::Container;

/// Who has the upstream.
pub enum Host {
    /// Others: what the run made there is removed.
    Endpoint(Box<Endpoint>),
    /// The run: a container that ends with all that is in it.
    Container(Guest),
}

/// A container of the run's own, watched as long as the run goes on.
pub struct Guest {
    container: Arc<RwLock<Option<Container>>>,
    watch: JoinHandle<()>,
}

/// An upstream of others.
pub struct Endpoint {
    config: EndpointConfig,
    /// Where it is written down what is made, so that `stackproof clean` finds it after a run that was killed.
    ledger: Option<(Ledger, State)>,
    record: Mutex<Option<(PathBuf, Written)>>,
}

impl Host {
    /// The upstream at those URLs.
    pub fn endpoint(config: EndpointConfig) -> Self {
        Self::Endpoint(Box::new(Endpoint { config, ledger: None, record: Mutex::default() }))
    }

    /// The same, with all that is made written down there.
    pub fn endpoint_with(config: EndpointConfig, ledger: Ledger, state: State) -> Self {
        Self::Endpoint(Box::new(Endpoint { config, ledger: Some((ledger, state)), record: Mutex::default() }))
    }

    /// That container, whose end is the end of the upstream.
    pub fn container(container: Container, health: Health) -> Self {
        let container = Arc::new(RwLock::new(Some(container)));
        let watched = Arc::clone(&container);
        let watch = tokio::spawn(async move {
            if let Some(container) = &*watched.read().await {
                health.lose(container.lost().await.to_string());
            }
        });
        Self::Container(Guest { container, watch })
    }

    /// Before anything is made on that target.
    pub(super) fn begin(&self, journal: &Journal, target: &str) -> Result<(), String> {
        let Self::Endpoint(endpoint) = self else { return Ok(()) };
        endpoint.begin(journal, target).map_err(|error| {
            format!("nothing is provisioned, since it cannot be written down what is to be removed: {error}")
        })
    }

    /// Leaves what is there. `unclean` says why it is not as it was provisioned.
    pub(super) async fn keep(&self, stack: &Stack, unclean: Option<String>) -> Closed {
        let mut closed = Closed::default();
        match self {
            Self::Endpoint(endpoint) => closed.kept.push(endpoint.keep(stack)),
            Self::Container(guest) => match guest.keep().await {
                Ok(kept) => closed.kept.extend(kept),
                Err(left) => closed.left.push(left),
            },
        }
        closed.kept.extend(unclean.map(|reason| format!("it is not as it was provisioned: {reason}")));
        closed
    }
}

impl Guest {
    /// Ends it.
    pub(super) async fn stop(&self) -> Vec<Left> {
        match self.take().await {
            Some(container) => container.stop().await.err().map(remaining).into_iter().collect(),
            None => Vec::new(),
        }
    }

    async fn keep(&self) -> Result<Option<String>, Left> {
        match self.take().await {
            Some(container) => container.keep().await.map(Some).map_err(remaining),
            None => Ok(None),
        }
    }

    async fn take(&self) -> Option<Container> {
        self.watch.abort();
        self.container.write().await.take()
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        // The watch would hold the container.
        self.watch.abort();
    }
}

fn remaining(error: TargetError) -> Left {
    let (what, command) = ("the container".to_owned(), "stackproof clean".to_owned());
    Left { what, reason: error.to_string(), command }
}

impl Endpoint {
    fn begin(&self, journal: &Journal, target: &str) -> std::io::Result<()> {
        let Some((ledger, state)) = &self.ledger else { return Ok(()) };
        let folder = state.folder().join("provisioned");
        let path = folder.join(format!("{}.jsonl", ledger.run()));
        let written = ledger.write_down(Thing::Provisioned(path.clone()))?;
        state.make(&folder)?;
        journal.keep_in(&path, target)?;
        *self.record.lock().unwrap_or_else(PoisonError::into_inner) = Some((path, written));
        Ok(())
    }

    /// The command that removes it there.
    pub(super) fn command(&self, made: &Made) -> String {
        match &self.ledger {
            Some(_) => "stackproof clean".to_owned(),
            None => command(&self.config, made),
        }
    }

    /// Nothing is left of what was written down.
    pub(super) fn end(&self) {
        if let Some((path, written)) = self.record() {
            drop(std::fs::remove_file(path));
            drop(written);
        }
    }

    fn keep(&self, stack: &Stack) -> String {
        let remove = match &self.ledger {
            Some(_) => "remove it with: stackproof clean",
            None => "nothing removes it but you",
        };
        let urls: Vec<_> = self.config.endpoints.values().map(String::as_str).collect();
        let (name, account) = (&stack.name, &stack.account);
        format!("the stack `{name}` is kept at {} in the account {account}; {remove}", urls.join(", "))
    }

    /// Taken, since it ends once.
    fn record(&self) -> Option<(PathBuf, Written)> {
        self.record.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Drop for Endpoint {
    /// What has not ended is left for `stackproof clean`.
    fn drop(&mut self) {
        if let Some((_, written)) = self.record() {
            written.leave();
        }
    }
}
