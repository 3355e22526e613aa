//! The embedded target: the emulator in this process, behind the gateway.

use std::net::SocketAddr;
use std::sync::Arc;

use stackproof_aws::{Clock, Upstream};
use stackproof_emulator::Emulator;
use stackproof_gateway::Gateway;

use super::front::Front;
use super::{Environment, TargetError};
use crate::config::TargetConfig;

/// One state of the embedded target. Forks share what was there when they were made and nothing else.
pub struct Embedded {
    emulator: Emulator,
    front: Front,
}

/// An empty emulator with the organization that the accounts are in.
pub(super) fn emulator(config: &TargetConfig, clock: Clock) -> Emulator {
    let emulator = Emulator::new(clock);
    match &config.seed {
        Some(seed) => seed.sow(emulator),
        None => emulator,
    }
}

impl Embedded {
    /// A fresh state: an operator in each account, nothing else.
    ///
    /// # Errors
    /// A [`TargetError`] where the target's certificate authority could not be made.
    pub fn new(name: &str, config: &TargetConfig) -> Result<Self, TargetError> {
        let clock = Clock::system();
        let emulator = emulator(config, clock.clone());
        let upstream: Arc<dyn Upstream> = Arc::new(emulator.clone());
        let front = Front::new(name, config, clock, upstream, false)?;
        Ok(Self { emulator, front })
    }

    /// A copy of this state; what is written in one is not seen in the other.
    pub fn fork(&self) -> Self {
        let emulator = self.emulator.fork();
        let upstream: Arc<dyn Upstream> = Arc::new(emulator.clone());
        Self { front: self.front.fork(upstream, emulator.clock().clone()), emulator }
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
}
