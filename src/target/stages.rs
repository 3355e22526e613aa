//! Stacks for scenarios, on the embedded target: each distinct set of variables is provisioned once, and each scenario
//! plays on a fork of what came of it.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use stackproof_aws::Credentials;
use stackproof_gateway::Gateway;
use stackproof_terraform::Diagnostics;
use tokio::sync::OnceCell;

use super::TargetError;
use super::embedded::Embedded;
use crate::acceptance::{IssueError, Issuer, Stack, Stage, StageError, StageFailure, Stages};
use crate::config::{Config, TargetConfig};
use crate::provision;

/// What the command line adds to every stack.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--var K=V`
    pub vars: Vec<(String, String)>,
    /// `--var-file F`, relative to the working directory.
    pub var_files: Vec<PathBuf>,
}

/// Provisions into the embedded target.
pub struct EmbeddedStages {
    config: Config,
    name: String,
    target: TargetConfig,
    overrides: Overrides,
    /// What came of each; a failure too is kept, so that it costs its time once.
    prepared: Mutex<HashMap<Key, Arc<Preparation>>>,
    /// Notes on the configurations that were told already.
    told: Mutex<HashSet<String>>,
}

type Key = (String, Vec<(String, String)>);
type Preparation = OnceCell<Result<Prepared, StageError>>;

/// A state in which a stack was provisioned, and what is known of the stack.
struct Prepared {
    state: Embedded,
    stack: Stack,
}

impl EmbeddedStages {
    /// Stages for the stacks of that configuration, on the target of that name.
    pub fn new(config: Config, name: String, target: TargetConfig, overrides: Overrides) -> Self {
        Self { config, name, target, overrides, prepared: Mutex::default(), told: Mutex::default() }
    }

    async fn prepare(&self, stack: &str, variables: &[(String, String)]) -> Result<Prepared, StageError> {
        let mut request = provision::Request::of(&self.config, stack)
            .map_err(|error| StageError::of(StageFailure::Configuration, &error))?;
        request.inputs.vars.extend(self.overrides.vars.iter().chain(variables).cloned());
        request.inputs.var_files.extend(self.overrides.var_files.iter().cloned());
        request.inputs.check().map_err(|error| StageError::of(StageFailure::Configuration, &error))?;
        let state = Embedded::new(&self.name, &self.target).map_err(unavailable)?;
        let environment = state.open(None).await.map_err(unavailable)?;
        let provisioned =
            provision::apply(&environment, &request).await.map_err(|errors| unprovisioned(&errors))?;
        provisioned.notes().for_each(|note| self.tell(&note.to_string()));
        Ok(Prepared { state, stack: provisioned.stack() })
    }

    /// Says on stderr, once, what is worth knowing of a configuration and no error: a failed `check`, a version that
    /// does not fit.
    fn tell(&self, note: &str) {
        if self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(note.to_owned()) {
            eprintln!("{note}");
        }
    }
}

#[async_trait]
impl Stages for EmbeddedStages {
    async fn stage(&self, stack: &str, variables: &[(String, String)]) -> Result<Stage, StageError> {
        let mut variables = variables.to_vec();
        variables.sort();
        let cell = {
            let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(prepared.entry((stack.to_owned(), variables.clone())).or_default())
        };
        match cell.get_or_init(|| self.prepare(stack, &variables)).await {
            Ok(prepared) => open(&prepared.state.fork(), prepared.stack.clone()).await,
            Err(error) => Err(error.clone()),
        }
    }

    async fn blank(&self) -> Result<Stage, StageError> {
        let state = Embedded::new(&self.name, &self.target).map_err(unavailable)?;
        open(&state, Stack::default()).await
    }
}

async fn open(state: &Embedded, stack: Stack) -> Result<Stage, StageError> {
    let environment = state.open(None).await.map_err(unavailable)?;
    Ok(Stage { environment, stack, issuer: Arc::new(GatewayIssuer(Arc::clone(state.gateway()))) })
}

/// All that is wrong in one error, each with what to do.
fn unprovisioned(errors: &Diagnostics) -> StageError {
    let tell = |error: StageError| match error.hint {
        Some(hint) => format!("{}\nhint: {hint}", error.message),
        None => error.message,
    };
    let texts = errors.iter().map(|error| tell(StageError::of(StageFailure::Provisioning, error)));
    let message = texts.collect::<Vec<_>>().join("\n");
    StageError { failure: StageFailure::Provisioning, message, hint: None }
}

fn unavailable(error: TargetError) -> StageError {
    StageError::of(StageFailure::Target, &error)
}

struct GatewayIssuer(Arc<Gateway>);

#[async_trait]
impl Issuer for GatewayIssuer {
    async fn assume_as_service(&self, role_arn: &str, service: &str) -> Result<Credentials, IssueError> {
        let session = self.0.assume_as_service(role_arn, service, "stackproof", None).await;
        session.map_err(|refusal| IssueError::Refused(refusal.to_string()))
    }

    async fn expire(&self, access_key_id: &str) -> Result<(), IssueError> {
        match self.0.expire_session(access_key_id) {
            true => Ok(()),
            false => Err(IssueError::Refused(format!("there is no session of the key `{access_key_id}`"))),
        }
    }
}
