//! Targets: what a stack is provisioned into and proved on.

use std::collections::BTreeMap;

use stackproof_aws::client::Client;
use stackproof_aws::{Clock, Credentials};
use stackproof_gateway::{DecisionLog, SourceMap};

/// A live copy of a target that calls can be made on. On the embedded target each scenario has its own.
pub struct Environment {
    /// Speaks with the gateway.
    pub client: Client,
    /// The region that calls are made in unless a step says otherwise.
    pub region: String,
    /// The accounts by name (`main`, `source`), 12 digits each.
    pub accounts: BTreeMap<String, String>,
    /// The operator's credentials by account id.
    pub operators: BTreeMap<String, Credentials>,
    /// What was decided of each call.
    pub decisions: DecisionLog,
    /// Where statements are written.
    pub sources: SourceMap,
    /// The target's clock.
    pub clock: Clock,
}
