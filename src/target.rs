//! Targets: what a stack is provisioned into and proved on.

mod beside;
pub mod embedded;
mod front;
pub mod localstack;
pub mod remote;
pub mod stages;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use miette::Diagnostic;
use stackproof_aws::client::Client;
use stackproof_aws::{Clock, Credentials};
use stackproof_gateway::{DecisionLog, Server, SourceMap};

use crate::config::Provisioner;
use crate::progress::Progress;
use crate::provision::Standing;

/// A live copy of a target that calls can be made on. On the embedded target each scenario has its own.
pub struct Environment {
    /// Speaks with the gateway.
    pub client: Client,
    /// The region that calls are made in unless a step says otherwise.
    pub region: String,
    /// The accounts by name (`main`, `source`), 12 digits each.
    pub accounts: BTreeMap<String, String>,
    /// Whether the accounts are in an organization, with control policies over them.
    pub organized: bool,
    /// The operator's credentials by account id.
    pub operators: BTreeMap<String, Credentials>,
    /// What was decided of each call.
    pub decisions: DecisionLog,
    /// Where statements are written.
    pub sources: SourceMap,
    /// The target's clock.
    pub clock: Clock,
    /// What applies root modules.
    pub provisioner: Provisioner,
    /// What was applied by a program of its own, and is to be destroyed by it.
    pub standing: Standing,
    /// Where it is shown how far provisioning is.
    pub progress: Progress,
    /// What listens; it stops when the last clone is dropped.
    pub server: Arc<Server>,
}

/// A target that could not be had.
#[derive(Debug, thiserror::Error, Diagnostic)]
pub enum TargetError {
    /// The address is taken, or not of this machine.
    #[error("cannot listen on `{address}`: {reason}")]
    #[diagnostic(help("choose a free port with `--listen 127.0.0.1:0`, or stop what listens there"))]
    Listen {
        /// The address.
        address: SocketAddr,
        /// What the system says.
        reason: String,
    },
    /// Nothing answers where the upstream should be.
    #[error("nothing answers at `{url}`: {reason}")]
    #[diagnostic(help("start what listens there, or correct the URL of the target in stackproof.toml"))]
    Unreachable {
        /// The URL.
        url: String,
        /// What happened.
        reason: String,
    },
    /// A container could not be had, or was lost.
    #[error(transparent)]
    #[diagnostic(transparent)]
    Container(#[from] localstack::ContainerError),
    /// It could not be started.
    #[error("the target could not be started: {reason}")]
    Start {
        /// Why.
        reason: String,
    },
}

impl TargetError {
    fn listen(address: SocketAddr, error: &std::io::Error) -> Self {
        Self::Listen { address, reason: error.to_string() }
    }

    fn unreachable(url: &str, reason: String) -> Self {
        Self::Unreachable { url: url.to_owned(), reason }
    }

    fn start(error: impl std::fmt::Display) -> Self {
        Self::Start { reason: error.to_string() }
    }
}
