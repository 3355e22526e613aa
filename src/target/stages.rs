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
use crate::acceptance::{Combination, IssueError, Issuer, Stack, Stage, StageError, StageFailure, Stages};
use crate::config::{Config, ConfigError, TargetConfig};
use crate::progress::Progress;
use crate::provision::{self, StackFailure, Wanted};

/// What the command line adds to every stack.
#[derive(Clone, Debug, Default)]
pub struct Overrides {
    /// `--var K=V`
    pub vars: Vec<(String, String)>,
    /// `--var-file F`, relative to the working directory.
    pub var_files: Vec<PathBuf>,
    /// What `${run-id}` stands for.
    pub run_id: String,
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
    progress: Progress,
}

type Key = (String, Combination, Vec<(String, String)>);
type Preparation = OnceCell<Result<Prepared, StageError>>;

/// A state in which a stack was provisioned, and what is known of the stack.
struct Prepared {
    state: Embedded,
    stack: Stack,
}

impl EmbeddedStages {
    /// Stages for the stacks of that configuration, on the target of that name.
    pub fn new(config: Config, name: String, target: TargetConfig, overrides: Overrides) -> Self {
        Self {
            config,
            name,
            target,
            overrides,
            prepared: Mutex::default(),
            told: Mutex::default(),
            progress: Progress::default(),
        }
    }

    /// Shows there how far provisioning is.
    #[must_use]
    pub fn shown_on(self, progress: Progress) -> Self {
        Self { progress, ..self }
    }

    async fn prepare(&self, (name, combination, variables): &Key) -> Result<Prepared, StageError> {
        let wanted = Wanted {
            name: name.clone(),
            combination: self.combination(name, combination, variables).map_err(misconfigured)?,
            vars: self.overrides.vars.iter().chain(variables).cloned().collect(),
            var_files: self.overrides.var_files.clone(),
        };
        let facts = provision::Facts {
            accounts: self.target.accounts.clone(),
            run_id: self.overrides.run_id.clone(),
        };
        let requests = provision::in_order(&self.config, &facts, &[wanted]).map_err(misconfigured)?;
        let state = Embedded::new(&self.name, &self.target).map_err(unavailable)?;
        let mut environment = state.open(None).await.map_err(unavailable)?;
        environment.progress = self.progress.clone();
        let provisioned = provision::apply_all(&environment, &requests).await.map_err(failed)?;
        provisioned.iter().flat_map(|stack| stack.notes()).for_each(|note| self.tell(&note));
        let stack = provisioned.last().map(|stack| stack.stack()).unwrap_or_default();
        Ok(Prepared { state, stack })
    }

    /// The values of the stack's matrix: a scenario's own variables win over those that it is played under.
    fn combination(
        &self,
        name: &str,
        played: &Combination,
        variables: &[(String, String)],
    ) -> Result<Combination, ConfigError> {
        let matrix = self.config.stack(name)?.matrix.keys();
        let value = |variable: &String| {
            variables.iter().rev().chain(played).find(|(name, _)| name == variable).cloned()
        };
        Ok(matrix.filter_map(value).collect())
    }

    /// Says on stderr, once, what is worth knowing of a configuration and no error: a failed `check`, a version that
    /// does not fit.
    fn tell(&self, note: &str) {
        if self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(note.to_owned()) {
            self.progress.aside(|| eprintln!("{note}"));
        }
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
        let mut variables = variables.to_vec();
        variables.sort();
        let key = (stack.to_owned(), combination.clone(), variables);
        let cell = {
            let mut prepared = self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(prepared.entry(key.clone()).or_default())
        };
        match cell.get_or_init(|| self.prepare(&key)).await {
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

fn misconfigured(error: ConfigError) -> StageError {
    StageError::of(StageFailure::Configuration, &error)
}

fn failed(failure: StackFailure) -> StageError {
    match failure {
        StackFailure::Configuration(error) => misconfigured(error),
        StackFailure::Given(errors) => all_of(StageFailure::Configuration, &errors),
        StackFailure::Provisioning(errors) => all_of(StageFailure::Provisioning, &errors),
    }
}

/// All that is wrong in one error, each with what to do.
fn all_of(failure: StageFailure, errors: &Diagnostics) -> StageError {
    let tell = |error: StageError| match error.hint {
        Some(hint) => format!("{}\nhint: {hint}", error.message),
        None => error.message,
    };
    let texts = errors.iter().map(|error| tell(StageError::of(failure, error)));
    let message = texts.collect::<Vec<_>>().join("\n");
    StageError { failure, message, hint: None }
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
