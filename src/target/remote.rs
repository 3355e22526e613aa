//! A target whose upstream is not in this process: services at URLs, and the embedded emulator for those that are not
//! there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderName;
use stackproof_aws::{Clock, Credentials, Upstream};
use stackproof_emulator::Emulator;
use stackproof_gateway::Gateway;
use stackproof_gateway::upstream::{Health, Http, Identity, Routed, probe, services};

use super::front::Front;
use super::{Environment, TargetError};
use crate::config::{EndpointConfig, TargetConfig};

/// How long a service may take to show that it is there.
const PROBE: Duration = Duration::from_secs(5);

/// The upstream of one run.
pub struct Remote {
    front: Front,
    upstream: Arc<dyn Upstream>,
    clock: Clock,
    health: Health,
    filled_in: Vec<FilledIn>,
}

/// A service that the upstream lacks, and the embedded emulator holds in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilledIn {
    /// The service.
    pub service: String,
    /// How the upstream showed that it lacks it.
    pub reason: String,
}

impl Remote {
    /// Asks every endpoint what it has, and stands a gateway before them. `shared` says that others write there too.
    ///
    /// # Errors
    /// A [`TargetError`] where an endpoint does not answer at all.
    pub async fn new(
        name: &str,
        config: &TargetConfig,
        endpoints: &EndpointConfig,
        shared: bool,
    ) -> Result<Self, TargetError> {
        let (clock, health) = (Clock::system(), Health::default());
        let embedded: Arc<dyn Upstream> = Arc::new(Emulator::new(clock.clone()));
        let mut routed = Routed::default();
        let mut filled_in = Vec::new();
        for service in services() {
            let mut fill = |reason: String, routed: &mut Routed| {
                filled_in.push(FilledIn { service: service.to_owned(), reason });
                routed.route(service, "the embedded emulator", Arc::clone(&embedded));
            };
            // S3 Control is S3 on another host.
            let named = endpoints.endpoints.get(if service == "s3control" { "s3" } else { service });
            let Some(url) = named.or_else(|| endpoints.endpoints.get("default")) else {
                fill("no endpoint is named for it".to_owned(), &mut routed);
                continue;
            };
            let identity = identity(endpoints)?;
            let connect = |timeout, health| {
                Http::new(name, url, identity.clone(), timeout, health).map_err(TargetError::start)
            };
            // A service that is not there may well be silent; the target is not lost by that.
            let asker = connect(PROBE.min(endpoints.timeout), Health::default())?;
            asker.reach().await.map_err(|reason| TargetError::unreachable(url, reason))?;
            match probe(&asker, service, config.main_account(), &config.region).await {
                Ok(()) => {
                    let upstream: Arc<dyn Upstream> = Arc::new(connect(endpoints.timeout, health.clone())?);
                    routed.route(service, url, upstream);
                }
                Err(reason) => fill(reason, &mut routed),
            }
        }
        let upstream: Arc<dyn Upstream> = Arc::new(routed);
        let front = Front::new(name, config, clock.clone(), Arc::clone(&upstream), shared)?;
        Ok(Self { front, upstream, clock, health, filled_in })
    }

    /// A gateway of its own before the same upstream: what it issues and learns from now on is its own, what is written
    /// through it is everybody's.
    #[must_use]
    pub fn fork(&self) -> Self {
        Self {
            front: self.front.fork(Arc::clone(&self.upstream), self.clock.clone()),
            upstream: Arc::clone(&self.upstream),
            clock: self.clock.clone(),
            health: self.health.clone(),
            filled_in: self.filled_in.clone(),
        }
    }

    /// Opens it to calls, on that address or on a free port of the loopback.
    ///
    /// # Errors
    /// A [`TargetError`] where the address cannot be had.
    pub async fn open(&self, listen: Option<SocketAddr>) -> Result<Environment, TargetError> {
        self.front.open(listen).await
    }

    /// Its gateway, for what no API call does.
    pub fn gateway(&self) -> &Arc<Gateway> {
        self.front.gateway()
    }

    /// Whether the upstream still answers.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// The services that the upstream lacks.
    pub fn filled_in(&self) -> &[FilledIn] {
        &self.filled_in
    }
}

fn identity(endpoints: &EndpointConfig) -> Result<Identity, TargetError> {
    if let Some(credentials) = &endpoints.credentials {
        return Ok(Identity::Fixed(Credentials {
            access_key_id: credentials.access_key_id.clone(),
            secret_access_key: credentials.secret_access_key.clone(),
            session_token: None,
        }));
    }
    let header = endpoints.account_header.as_ref().map(|name| name.parse::<HeaderName>()).transpose();
    Ok(Identity::Account { header: header.map_err(TargetError::start)? })
}
