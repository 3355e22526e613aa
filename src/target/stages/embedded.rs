//! Stages on the embedded target: each distinct set of variables is provisioned once, and each scenario plays on a fork
//! of what came of it.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio::sync::OnceCell;

use super::{GatewayIssuer, Key, Sources, key, unavailable};
use crate::acceptance::{Closed, Combination, Stack, Stage, StageError, Stages, canary};
use crate::config::TargetConfig;
use crate::target::embedded::Embedded;
use crate::target::{Environment, TargetError};

/// Provisions into the embedded target.
pub struct EmbeddedStages {
    pub(super) sources: Sources,
    /// What came of each; a failure too is kept, so that it costs its time once.
    prepared: Mutex<HashMap<Key, Arc<Preparation>>>,
}

type Preparation = OnceCell<Result<Prepared, StageError>>;

/// A state in which a stack was provisioned, and what is known of the stack.
struct Prepared {
    state: Embedded,
    stack: Stack,
}

impl EmbeddedStages {
    /// Stages for those stacks.
    pub fn new(sources: Sources) -> Self {
        Self { sources, prepared: Mutex::default() }
    }

    /// Opens a target in which nothing is to whoever calls, on that address.
    pub(super) async fn open(&self, listen: SocketAddr) -> Result<Environment, TargetError> {
        let Sources { name, target, .. } = &self.sources;
        Embedded::new(name, target)?.open(Some(listen)).await
    }

    async fn prepare(&self, key: &Key) -> Result<Prepared, StageError> {
        let state = self.blank_state()?;
        let mut environment = state.open(None).await.map_err(unavailable)?;
        let stack = self.sources.provision(&mut environment, key).await?;
        Ok(Prepared { state, stack })
    }

    fn blank_state(&self) -> Result<Embedded, StageError> {
        Embedded::new(&self.sources.name, &self.sources.target).map_err(unavailable)
    }
}

#[async_trait]
impl Stages for EmbeddedStages {
    async fn stage(
        &self,
        stack: &str,
        combination: &Combination,
        variables: &[(String, String)],
    ) -> Result<Stage, StageError> {
        let key = key(stack, combination, variables);
        let cell = {
            let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(prepared.entry(key.clone()).or_default())
        };
        match cell.get_or_init(|| self.prepare(&key)).await {
            Ok(prepared) => open(&prepared.state.fork(), prepared.stack.clone()).await,
            Err(error) => Err(error.clone()),
        }
    }

    async fn close(&self, _keep: bool) -> Closed {
        Closed { left: self.sources.end_programs().await, ..Closed::default() }
    }

    async fn blank(&self) -> Result<Stage, StageError> {
        let target = &self.sources.target;
        let organization = target.organization.as_ref().map(|_| canary::organization(&target.accounts));
        let target = TargetConfig { organization, seed: None, ..target.clone() };
        let state = Embedded::new(&self.sources.name, &target).map_err(unavailable)?;
        open(&state, Stack::default()).await
    }
}

async fn open(state: &Embedded, stack: Stack) -> Result<Stage, StageError> {
    let environment = state.open(None).await.map_err(unavailable)?;
    let issuer = Arc::new(GatewayIssuer(Arc::clone(state.gateway())));
    Ok(Stage { environment, stack, issuer, lease: None })
}
