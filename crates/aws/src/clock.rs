//! The injected clock.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

/// Two times in one: the wall time that signatures are checked against, and the virtual time that resources live in.
///
/// Moving the clock moves the virtual time alone, or every SDK would be skewed. Clones share their virtual time.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    fixed: Option<Timestamp>,
    hands: Arc<Mutex<Hands>>,
}

/// Where the virtual time is.
#[derive(Clone, Copy, Debug)]
enum Hands {
    /// So far from wall time, and moving with it.
    Ahead(SignedDuration),
    /// Standing still.
    At(Timestamp),
}

impl Default for Hands {
    fn default() -> Self {
        Self::Ahead(SignedDuration::ZERO)
    }
}

impl Clock {
    /// The machine's own clock.
    pub fn system() -> Self {
        Self::default()
    }

    /// A clock that stands still until it is advanced.
    pub fn fixed(at: Timestamp) -> Self {
        Self { fixed: Some(at), hands: Arc::default() }
    }

    /// The time that signatures and session expiry are checked against.
    pub fn wall(&self) -> Timestamp {
        self.fixed.unwrap_or_else(Timestamp::now)
    }

    /// The time that resources live in: wall time and what the clock was advanced by, or where it was stopped.
    pub fn now(&self) -> Timestamp {
        match self.hands() {
            Hands::Ahead(by) => self.wall().checked_add(by).unwrap_or(Timestamp::MAX),
            Hands::At(at) => at,
        }
    }

    /// Moves the virtual time forward. One that stands goes on standing, so much later.
    pub fn advance(&self, by: SignedDuration) {
        self.turn(|hands| match hands {
            Hands::Ahead(ahead) => Hands::Ahead(ahead.saturating_add(by)),
            Hands::At(at) => Hands::At(at.checked_add(by).unwrap_or(Timestamp::MAX)),
        });
    }

    /// Stops the virtual time there, in the past or in the future.
    pub fn stand(&self, at: Timestamp) {
        self.turn(|_| Hands::At(at));
    }

    /// A clock at the same virtual time that moves on its own from now on.
    pub fn fork(&self) -> Self {
        Self { fixed: self.fixed, hands: Arc::new(Mutex::new(self.hands())) }
    }

    fn hands(&self) -> Hands {
        *self.hands.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self, to: impl FnOnce(Hands) -> Hands) {
        let mut hands = self.hands.lock().unwrap_or_else(PoisonError::into_inner);
        *hands = to(*hands);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wall_time_stays_while_virtual_time_is_moved() {
        let wall: Timestamp = "2026-01-15T10:30:00Z".parse().unwrap();
        let clock = Clock::fixed(wall);
        let (shared, fork) = (clock.clone(), clock.fork());
        clock.advance(SignedDuration::from_hours(24));
        assert_eq!(shared.now(), "2026-01-16T10:30:00Z".parse().unwrap());
        let past: Timestamp = "1999-12-31T00:00:00Z".parse().unwrap();
        clock.stand(past);
        assert_eq!(shared.now(), past);
        clock.advance(SignedDuration::from_secs(1));
        assert_eq!(shared.now(), "1999-12-31T00:00:01Z".parse().unwrap());
        assert_eq!((clock.wall(), fork.now()), (wall, wall));
    }

    #[test]
    fn a_clock_that_stands_does_not_move_with_the_machine_s() {
        let clock = Clock::system();
        let at: Timestamp = "2026-01-15T10:30:00Z".parse().unwrap();
        clock.stand(at);
        assert_eq!((clock.now(), clock.now(), clock.fork().now()), (at, at, at));
    }
}
