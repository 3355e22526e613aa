//! Enabling, disabling and deleting keys, and what becomes of them as time passes.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html>

use jiff::{SignedDuration, Timestamp};
use stackproof_aws::{ApiError, Output};

use super::identifier::Accepts;
use super::key::{Needs, State};
use super::member::{self, key_id};
use super::{Kms, Store, error};
use crate::Call;
use crate::structure::Structure;

const WINDOW_DAYS: i64 = 30;
const MIN_WINDOW_DAYS: i64 = 7;

/// That many days later.
pub(super) fn days_after(at: Timestamp, days: i64) -> Timestamp {
    at.checked_add(SignedDuration::from_hours(days.saturating_mul(24))).unwrap_or(Timestamp::MAX)
}

impl Kms {
    /// Carries out what has come due: deletions and rotations.
    pub fn settle(&mut self, now: Timestamp) -> Result<(), ApiError> {
        for store in self.stores.values_mut() {
            if store.keys.values().any(|key| key.is_due(now)) {
                std::sync::Arc::make_mut(store).settle(now)?;
            }
        }
        Ok(())
    }
}

impl Store {
    fn settle(&mut self, now: Timestamp) -> Result<(), ApiError> {
        self.keys.retain(|_, key| key.deletion.is_none_or(|at| at > now));
        self.aliases.retain(|_, alias| self.keys.contains_key(&alias.target));
        for key in self.keys.values_mut() {
            key.rotate_as_due(now)?;
        }
        Ok(())
    }
}

pub(crate) fn enable(kms: &mut Kms, call: Call) -> Result<Output, ApiError> {
    set_enabled(kms, call, true)
}

pub(crate) fn disable(kms: &mut Kms, call: Call) -> Result<Output, ApiError> {
    set_enabled(kms, call, false)
}

fn set_enabled(kms: &mut Kms, mut call: Call, enabled: bool) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    let key = kms.key(&found)?;
    key.check_changeable()?;
    key.check(Needs::Material)?;
    let key = kms.key_mut(&found)?;
    if enabled && !key.enabled {
        key.catch_up(call.now)?;
    }
    key.enabled = enabled;
    Ok(Output::default())
}

pub(crate) fn schedule_deletion(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    let window = member::integer(&mut call.input, "PendingWindowInDays", MIN_WINDOW_DAYS, WINDOW_DAYS)?;
    let window = window.unwrap_or(WINDOW_DAYS);
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    let key = kms.key(&found)?;
    key.check_changeable()?;
    key.check(Needs::NotPendingDeletion)?;
    let key = kms.key_mut(&found)?;
    let at = days_after(call.now, window);
    key.deletion = Some(at);
    Ok(Structure::new()
        .with("KeyId", key.arn())
        .with_time("DeletionDate", at)
        .with("KeyState", key.state().name())
        .with("PendingWindowInDays", window)
        .output())
}

/// The key comes back disabled.
pub(crate) fn cancel_deletion(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    let key = kms.key(&found)?;
    if key.state() != State::PendingDeletion {
        return Err(error::invalid_state(&key.arn(), "is not pending deletion"));
    }
    let key = kms.key_mut(&found)?;
    key.deletion = None;
    key.enabled = false;
    Ok(Structure::new().with("KeyId", key.arn()).output())
}
