//! The injected clock.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::{SignedDuration, Timestamp};

/// Two times in one: the wall time that signatures are checked against, and the virtual time that resources live in.
///
/// Moving the clock moves the virtual time alone, or every SDK would be skewed. Clones share their offset.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Timestamp>,
    ahead_ms: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is advanced.
    pub fn fixed(at: Timestamp) -> Self {
        Self { fixed: Some(at), ahead_ms: Arc::default() }
    }

    /// The time that signatures and session expiry are checked against.
    pub fn wall(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now)
    }

    /// The time that resources live in: wall time and what the clock was advanced by.
    pub fn now(&self) -> Timestamp {
        let ahead = SignedDuration::from_millis(self.ahead_ms.load(Ordering::SeqCst));
        self.wall().checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// Moves the virtual time forward.
    pub fn advance(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// A clock at the same virtual time that moves on its own from now on.
    pub fn fork(&self) -> Self {
        let ahead = AtomicI64::new(self.ahead_ms.load(Ordering::SeqCst));
        Self { fixed: self.fixed, ahead_ms: Arc::new(ahead) }
    }
}
