//! The embedded target: the emulator in this process, behind the gateway.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use stackproof_aws::client::{Client, Endpoint};
use stackproof_aws::{Clock, Upstream};
use stackproof_emulator::Emulator;
use stackproof_gateway::{Authority, Gateway, Settings};
use tokio::net::TcpListener;

use super::{Environment, TargetError};
use crate::config::{TargetConfig, Transport};
use crate::progress::Progress;

/// One state of the embedded target. Forks share what was there when they were made and nothing else.
pub struct Embedded {
    emulator: Emulator,
    gateway: Arc<Gateway>,
    authority: Arc<Authority>,
    clock: Clock,
    region: String,
    accounts: BTreeMap<String, String>,
}

impl Embedded {
    /// A fresh state: an operator in each account, nothing else.
    ///
    /// # Errors
    /// A [`TargetError`] where the target's certificate authority could not be made.
    pub fn new(name: &str, config: &TargetConfig) -> Result<Self, TargetError> {
        let TargetConfig { region, accounts, transport, .. } = config.clone();
        let clock = Clock::system();
        let emulator = Emulator::new(clock.clone());
        let settings = Settings {
            target: name.to_owned(),
            accounts: accounts.values().cloned().collect(),
            region: region.clone(),
            assume_tls: transport == Some(Transport::AssumeTls),
            clock: clock.clone(),
            shared_upstream: false,
        };
        let upstream: Arc<dyn Upstream> = Arc::new(emulator.clone());
        let gateway = Gateway::new(settings, upstream);
        let authority = Arc::new(Authority::new().map_err(TargetError::start)?);
        Ok(Self { emulator, gateway, authority, clock, region, accounts })
    }

    /// A copy of this state; what is written in one is not seen in the other.
    pub fn fork(&self) -> Self {
        let emulator = self.emulator.fork();
        let clock = emulator.clock().clone();
        let upstream: Arc<dyn Upstream> = Arc::new(emulator.clone());
        Self {
            gateway: self.gateway.fork(upstream, clock.clone()),
            emulator,
            authority: Arc::clone(&self.authority),
            clock,
            region: self.region.clone(),
            accounts: self.accounts.clone(),
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
            operators: operators.collect(),
            decisions: self.gateway.decisions(),
            sources: self.gateway.sources(),
            clock: self.clock.clone(),
            progress: Progress::default(),
            server: Arc::new(self.gateway.serve(listener, Arc::clone(&self.authority))),
        })
    }

    /// Its gateway, for what no API call does.
    pub fn gateway(&self) -> &Arc<Gateway> {
        &self.gateway
    }
}
