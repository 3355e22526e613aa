//! The machine's own time, which passes whatever a scenario's clock shows.

use std::time::{Duration, Instant};

use async_trait::async_trait;

/// A clock to wait by.
#[async_trait]
pub(crate) trait Wall: Send + Sync {
    /// The time now.
    fn now(&self) -> Instant;

    /// Returns when that much time has passed.
    async fn pause(&self, time: Duration);
}

/// The clock of the machine.
pub(crate) struct Machine;

#[async_trait]
impl Wall for Machine {
    fn now(&self) -> Instant {
        Instant::now()
    }

    async fn pause(&self, time: Duration) {
        tokio::time::sleep(time).await;
    }
}
