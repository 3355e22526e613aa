//! The gateway before an upstream, and how it is opened to calls: the same for every target but real AWS.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use stackproof_aws::client::{Client, Endpoint};
use stackproof_aws::{Clock, Upstream};
use stackproof_gateway::{Authority, Gateway, Organization, Settings};
use tokio::net::TcpListener;

use super::{Environment, TargetError};
use crate::config::{Provisioner, TargetConfig, Transport};
use crate::progress::Progress;
use crate::provision::Standing;

/// A gateway that can be opened to calls.
pub struct Front {
    gateway: Arc<Gateway>,
    authority: Arc<Authority>,
    clock: Clock,
    region: String,
    accounts: BTreeMap<String, String>,
    provisioner: Provisioner,
}

impl Front {
    /// A gateway before that upstream, with an operator in each account. `shared` says that others write to the
    /// upstream too.
    ///
    /// # Errors
    /// A [`TargetError`] where the target's certificate authority could not be made.
    pub fn new(
        name: &str,
        config: &TargetConfig,
        clock: Clock,
        upstream: Arc<dyn Upstream>,
        shared: bool,
    ) -> Result<Self, TargetError> {
        let settings = Settings {
            target: name.to_owned(),
            accounts: config.accounts.values().cloned().collect(),
            region: config.region.clone(),
            assume_tls: config.transport == Some(Transport::AssumeTls),
            clock: clock.clone(),
            enforcement: config.enforcement(),
            shared_upstream: shared,
            organization: config.organization.clone(),
        };
        Ok(Self {
            gateway: Gateway::new(settings, upstream),
            authority: Arc::new(Authority::new().map_err(TargetError::start)?),
            clock,
            region: config.region.clone(),
            accounts: config.accounts.clone(),
            provisioner: config.provisioner.clone(),
        })
    }

    /// A gateway that knows what this one knows, before a copy of its upstream, or before the same once more.
    #[must_use]
    pub fn fork(&self, upstream: Arc<dyn Upstream>, clock: Clock) -> Self {
        self.with_gateway(self.gateway.fork(upstream, clock.clone()), clock)
    }

    /// The same with its accounts in another organization, or in none.
    #[must_use]
    pub fn fork_in(
        &self,
        organization: Option<Arc<Organization>>,
        upstream: Arc<dyn Upstream>,
        clock: Clock,
    ) -> Self {
        self.with_gateway(self.gateway.fork_in(organization, upstream, clock.clone()), clock)
    }

    fn with_gateway(&self, gateway: Arc<Gateway>, clock: Clock) -> Self {
        Self {
            gateway,
            authority: Arc::clone(&self.authority),
            clock,
            region: self.region.clone(),
            accounts: self.accounts.clone(),
            provisioner: self.provisioner.clone(),
        }
    }

    /// Opens it to calls, on that address or on a free port of the loopback.
    ///
    /// # Errors
    /// A [`TargetError`] where the address cannot be had.
    pub async fn open(&self, listen: Option<SocketAddr>) -> Result<Environment, TargetError> {
        let address = listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let listener = TcpListener::bind(address).await.map_err(|e| TargetError::listen(address, &e))?;
        let address = listener.local_addr().map_err(|e| TargetError::listen(address, &e))?;
        let endpoint = Endpoint {
            http: format!("http://{address}"),
            https: format!("https://{address}"),
            ca_pem: self.authority.ca_pem().to_owned(),
        };
        let operators =
            self.accounts.values().filter_map(|id| Some((id.clone(), self.gateway.operator(id)?)));
        Ok(Environment {
            client: Client::new(endpoint).map_err(TargetError::start)?,
            region: self.region.clone(),
            accounts: self.accounts.clone(),
            organized: self.gateway.organization().is_some(),
            operators: operators.collect(),
            decisions: self.gateway.decisions(),
            sources: self.gateway.sources(),
            clock: self.clock.clone(),
            provisioner: self.provisioner.clone(),
            standing: Standing::default(),
            progress: Progress::default(),
            server: Arc::new(self.gateway.serve(listener, Arc::clone(&self.authority))),
        })
    }

    /// The gateway, for what no API call does.
    pub fn gateway(&self) -> &Arc<Gateway> {
        &self.gateway
    }
}
