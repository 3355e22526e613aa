//! What a scenario is played on: a stack that was provisioned, and an environment of its own to call it in.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use indexmap::IndexMap;
use miette::{Diagnostic, GraphicalReportHandler, GraphicalTheme};
use serde_json::Value;
use stackproof_aws::Credentials;
use stackproof_aws::client::{Call, Client, ClientError, Raw, Recorded, Reply};
use stackproof_gateway::ServiceSource;

use super::matrix::Combination;
use super::unproved::Unproved;
use crate::advice::Unadvised;
use crate::target::Environment;

/// One output of a stack.
#[derive(Clone, PartialEq)]
pub struct OutputValue {
    /// The value.
    pub value: Value,
    /// Whether it must never be printed.
    pub sensitive: bool,
}

impl fmt::Debug for OutputValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.sensitive { f.write_str("[redacted]") } else { self.value.fmt(f) }
    }
}

/// What is known of a stack once it is provisioned. Attributes hold secrets, so that `Debug` shows addresses only.
#[derive(Clone, Default)]
pub struct Stack {
    /// Its name in `stackproof.toml`.
    pub name: String,
    /// Its outputs.
    pub outputs: IndexMap<String, OutputValue>,
    /// The attributes of each resource by address (`module.x.aws_s3_bucket.y["k"]`), those of the fixtures too, by
    /// addresses that begin with [`Stack::FIXTURES`].
    pub resources: IndexMap<String, Value>,
    /// The account ids of resources that are in another account than the stack's, by address.
    pub elsewhere: IndexMap<String, String>,
    /// Words that features may use, from the stack's `names`.
    pub names: IndexMap<String, String>,
    /// What of it was not made, because it rests on what is not provisioned.
    pub unproved: Vec<Unproved>,
    /// The account that it was provisioned in, 12 digits.
    pub account: String,
    /// The region that it was provisioned in.
    pub region: String,
}

impl Stack {
    /// What the addresses of the fixtures' resources begin with.
    pub const FIXTURES: &str = "fixtures.";

    /// The resource of that address: the stack's own, else the fixtures'.
    pub(crate) fn resource(&self, address: &str) -> Option<(&str, &Value)> {
        let found = self.resources.get_key_value(address);
        let found = found.or_else(|| self.resources.get_key_value(&format!("{}{address}", Self::FIXTURES)));
        found.map(|(address, attributes)| (address.as_str(), attributes))
    }

    /// The names on AWS of buckets that are in another account than the stack's, with those accounts' ids.
    pub(crate) fn buckets_elsewhere(&self) -> impl Iterator<Item = (String, String)> {
        self.elsewhere.iter().filter_map(|(address, account)| {
            let attributes = self.resources.get(address).filter(|_| address.contains("aws_s3_bucket."))?;
            Some((attributes.get("bucket")?.as_str()?.to_owned(), account.clone()))
        })
    }
}

impl fmt::Debug for Stack {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stack")
            .field("name", &self.name)
            .field("outputs", &self.outputs)
            .field("resources", &self.resources.keys().collect::<Vec<_>>())
            .field("names", &self.names)
            .field("account", &self.account)
            .field("region", &self.region)
            .finish()
    }
}

/// A stack of a scenario's own.
pub struct Stage {
    /// Where it is called.
    pub environment: Environment,
    /// What is known of it.
    pub stack: Stack,
    /// Gives what no API call gives.
    pub issuer: Arc<dyn Issuer>,
    /// Where only one scenario at a time can be played: the turn of this one.
    pub lease: Option<Lease>,
}

/// A scenario's turn on a target. It is over when this is dropped.
pub struct Lease(#[expect(dead_code, reason = "held for its drop")] Box<dyn Send + Sync>);

impl Lease {
    /// The turn that lasts as long as that is held.
    pub fn holding(held: impl Send + Sync + 'static) -> Self {
        Self(Box::new(held))
    }
}

/// What became of what stages provisioned, at the end of a run.
#[derive(Debug, Default)]
pub struct Closed {
    /// What was left on purpose, and how it is reached and removed: a line each.
    pub kept: Vec<String>,
    /// What could not be removed.
    pub left: Vec<Left>,
}

/// Something that could not be removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Left {
    /// What, as a noun.
    pub what: String,
    /// Why.
    pub reason: String,
    /// The command that removes it.
    pub command: String,
}

impl fmt::Display for Left {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { what, reason, command } = self;
        write!(f, "could not remove {what}: {reason}; remove it with: {command}")
    }
}

/// Provisions stacks and hands out copies of them. Each distinct set of variables is provisioned once.
#[async_trait]
pub trait Stages: Send + Sync {
    /// A copy of that stack, provisioned under those values of its matrix and with these variables beside those of
    /// `stackproof.toml`.
    ///
    /// # Errors
    /// No such stack, or it could not be provisioned.
    async fn stage(
        &self,
        stack: &str,
        combination: &Combination,
        variables: &[(String, String)],
    ) -> Result<Stage, StageError>;

    /// An environment in which nothing was provisioned, for the canaries.
    ///
    /// # Errors
    /// The target could not be had.
    async fn blank(&self) -> Result<Stage, StageError>;

    /// Why scenarios with that tag (without `@`) cannot be played here: `clock` (the clock is moved), `trust` (a trust
    /// policy is proved as it is), `writes` (something is stored), `destructive` (something is deleted for good). A
    /// target that says nothing can do it.
    fn cannot(&self, _tag: &str) -> Option<String> {
        None
    }

    /// How many scenarios can be played at once.
    fn at_once(&self) -> usize {
        usize::MAX
    }

    /// Waits until the target can no longer be had, and says why.
    async fn lost(&self) -> String {
        std::future::pending().await
    }

    /// Removes what was provisioned, or leaves it where it is if that is asked for and the target outlives the run.
    /// Scenarios that are still being played are waited for.
    async fn close(&self, _keep: bool) -> Closed {
        Closed::default()
    }
}

/// Which part failed; each has an exit code of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageFailure {
    /// The configuration names no such stack.
    Configuration,
    /// The target could not be had.
    Target,
    /// Provisioning failed.
    Provisioning,
}

/// Why a stack could not be had.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct StageError {
    /// Which part failed.
    pub failure: StageFailure,
    /// What happened, with the place.
    pub message: String,
    /// What to do.
    pub hint: Option<String>,
}

impl StageError {
    /// The target could be had, and no longer can.
    pub fn lost(reason: &str) -> Self {
        Self { failure: StageFailure::Target, message: format!("the target was lost: {reason}"), hint: None }
    }

    /// That diagnostic as the error of a stage. Where it underlines source text, the message does too.
    pub fn of(failure: StageFailure, error: &dyn Diagnostic) -> Self {
        let mut rendered = String::new();
        let has_places = error.labels().is_some() || error.related().is_some();
        let handler = GraphicalReportHandler::new_themed(GraphicalTheme::unicode_nocolor());
        let message = match has_places && handler.render_report(&mut rendered, &Unadvised(error)).is_ok() {
            true => rendered.trim_end().to_owned(),
            false => error.to_string(),
        };
        Self { failure, message, hint: error.help().map(|help| help.to_string()) }
    }
}

/// Gives credentials that no API call gives.
#[async_trait]
pub trait Issuer: Send + Sync {
    /// A session of that role as a service takes it for that source, if the role's trust policy admits the service.
    ///
    /// # Errors
    /// Refused by the trust policy, or beyond the target.
    async fn assume_as_service(
        &self,
        role_arn: &str,
        service: &str,
        source: &ServiceSource,
    ) -> Result<Credentials, IssueError>;

    /// Credentials whose calls are that service's own, for that source.
    ///
    /// # Errors
    /// Beyond the target.
    async fn act_as_service(&self, service: &str, source: &ServiceSource) -> Result<Credentials, IssueError>;

    /// Ends the session of that access key now.
    ///
    /// # Errors
    /// No such session, or beyond the target.
    async fn expire(&self, access_key_id: &str) -> Result<(), IssueError>;
}

/// Why credentials were not given.
#[derive(Clone, Debug, thiserror::Error)]
pub enum IssueError {
    /// The target said no.
    #[error("{0}")]
    Refused(String),
    /// The target cannot do it: scenarios that need it are skipped with this reason.
    #[error("{0}")]
    Unsupported(String),
}

/// The one way that calls are made.
#[async_trait]
pub(crate) trait Calls: Send + Sync {
    async fn send(&self, call: Call) -> Result<Reply, ClientError>;

    async fn replay(&self, recorded: Recorded) -> Result<Raw, ClientError>;
}

#[async_trait]
impl Calls for Client {
    async fn send(&self, call: Call) -> Result<Reply, ClientError> {
        Self::send(self, call).await
    }

    async fn replay(&self, recorded: Recorded) -> Result<Raw, ClientError> {
        Self::replay(self, recorded).await
    }
}
