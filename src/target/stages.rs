//! Stacks for scenarios: what each set of variables makes of a stack, on targets that can be forked and on those that
//! cannot.

mod embedded;
mod shared;

use std::collections::HashSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use stackproof_aws::Credentials;
use stackproof_gateway::{Gateway, ServiceSource};
use stackproof_terraform::Diagnostics;

use super::{Environment, TargetError};
use crate::acceptance::{Combination, IssueError, Issuer, Left, Stack, StageError, StageFailure, Stages};
use crate::config::{Config, ConfigError, TargetConfig, TargetKind};
use crate::progress::Progress;
use crate::provision::{self, StackFailure, Standing, Undestroyed, Wanted};

pub use embedded::EmbeddedStages;
pub use shared::{Books, Endpoint, Guest, Host, SharedStages, remove_left};

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

/// What stacks are provisioned from.
pub struct Sources {
    config: Config,
    /// The target's name.
    name: String,
    target: TargetConfig,
    overrides: Overrides,
    /// Notes on the configurations that were told already.
    told: Mutex<HashSet<String>>,
    progress: Progress,
    /// What programs of their own applied.
    standing: Standing,
}

/// The stages of a target that was started.
pub enum Started {
    /// Of one that can be copied.
    Embedded(Box<EmbeddedStages>),
    /// Of one that cannot.
    Shared(Box<SharedStages>),
}

impl Started {
    /// Has the target of these sources. `shared` says that others write there while it is up.
    ///
    /// # Errors
    /// A [`TargetError`] where it cannot be had.
    pub async fn of(sources: Sources, books: Books<'_>, shared: bool) -> Result<Self, TargetError> {
        match sources.target.kind {
            TargetKind::Embedded => Ok(Self::Embedded(Box::new(EmbeddedStages::new(sources)))),
            _ => {
                SharedStages::start(sources, books, shared).await.map(|stages| Self::Shared(Box::new(stages)))
            }
        }
    }

    /// Opens it to whoever calls, on that address.
    ///
    /// # Errors
    /// A [`TargetError`] where the address cannot be had, or what is there already cannot be listed.
    pub async fn open(&self, listen: SocketAddr) -> Result<Environment, TargetError> {
        let (mut environment, sources) = match self {
            Self::Embedded(stages) => (stages.open(listen).await?, &stages.sources),
            Self::Shared(stages) => (stages.open(listen).await?, &stages.sources),
        };
        environment.standing = sources.standing.clone();
        Ok(environment)
    }

    /// What a reader must know of it.
    pub fn notes(&self) -> &[String] {
        match self {
            Self::Embedded(_) => &[],
            Self::Shared(stages) => stages.notes(),
        }
    }

    /// The stages.
    pub fn stages(self) -> Arc<dyn Stages> {
        match self {
            Self::Embedded(stages) => Arc::new(*stages),
            Self::Shared(stages) => Arc::new(*stages),
        }
    }
}

/// A stack, the values of its matrix that it is under, and the variables beside them.
type Key = (String, Combination, Vec<(String, String)>);

impl Sources {
    /// The stacks of that configuration, for the target of that name.
    pub fn new(config: Config, name: String, target: TargetConfig, overrides: Overrides) -> Self {
        let (told, progress, standing) = Default::default();
        Self { config, name, target, overrides, told, progress, standing }
    }

    /// Shows there how far provisioning is.
    #[must_use]
    pub fn shown_on(self, progress: Progress) -> Self {
        Self { progress, ..self }
    }

    /// Provisions a stack, after those that it needs.
    async fn provision(
        &self,
        environment: &mut Environment,
        (name, combination, variables): &Key,
    ) -> Result<Stack, StageError> {
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
        environment.progress = self.progress.clone();
        environment.standing = self.standing.clone();
        let provisioned = provision::apply_all(environment, &requests).await.map_err(failed)?;
        provisioned.iter().flat_map(|stack| stack.notes()).for_each(|note| self.tell(&note));
        Ok(provisioned.last().map(|stack| stack.stack()).unwrap_or_default())
    }

    /// Has what programs of their own applied destroyed by them, and says of each that could not what is wrong.
    async fn end_programs(&self) -> Vec<Left> {
        let left = |it: Undestroyed| Left {
            what: format!("all of the stack `{}`", it.stack),
            reason: it.wrong.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "),
            command: it.command,
        };
        self.standing.destroy_all().await.into_iter().map(left).collect()
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

fn key(stack: &str, combination: &Combination, variables: &[(String, String)]) -> Key {
    let mut variables = variables.to_vec();
    variables.sort();
    (stack.to_owned(), combination.clone(), variables)
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
    async fn assume_as_service(
        &self,
        role_arn: &str,
        service: &str,
        source: &ServiceSource,
    ) -> Result<Credentials, IssueError> {
        let session = self.0.assume_as_service(role_arn, service, "stackproof", source.clone()).await;
        session.map_err(|refusal| IssueError::Refused(refusal.to_string()))
    }

    async fn act_as_service(&self, service: &str, source: &ServiceSource) -> Result<Credentials, IssueError> {
        let credentials = self.0.act_as_service(service, source.clone());
        credentials.map_err(|refusal| IssueError::Unsupported(refusal.to_string()))
    }

    async fn expire(&self, access_key_id: &str) -> Result<(), IssueError> {
        match self.0.expire_session(access_key_id) {
            true => Ok(()),
            false => Err(IssueError::Refused(format!("there is no session of the key `{access_key_id}`"))),
        }
    }
}
