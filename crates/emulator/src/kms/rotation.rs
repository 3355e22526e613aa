//! Rotation: a key gets new material, and keeps the old to decrypt what that has encrypted.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html>

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use super::identifier::Accepts;
use super::key::{Key, Needs, Origin, State};
use super::lifecycle::days_after;
use super::material::Backing;
use super::member::{self, key_id};
use super::page::Page;
use super::spec::Spec;
use super::{Found, Kms, error};
use crate::Call;
use crate::structure::Structure;

pub(super) const PERIOD_DAYS: i64 = 365;
const MIN_PERIOD_DAYS: i64 = 90;
const MAX_PERIOD_DAYS: i64 = 2560;
/// "Perform on-demand key rotation".
const MAX_ON_DEMAND: usize = 25;

/// Automatic rotation.
#[derive(Clone)]
pub(crate) struct Rotation {
    period_days: i64,
    next: Timestamp,
}

impl Rotation {
    /// One period from now on.
    pub fn from_now(period_days: i64, now: Timestamp) -> Self {
        Self { period_days, next: days_after(now, period_days) }
    }
}

/// Why a key has new material.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cause {
    Automatic,
    OnDemand,
}

impl Cause {
    fn name(self) -> &'static str {
        match self {
            Self::Automatic => "AUTOMATIC",
            Self::OnDemand => "ON_DEMAND",
        }
    }
}

impl Key {
    /// Whether its deletion or rotation is due.
    pub fn is_due(&self, now: Timestamp) -> bool {
        let rotates = self.state() == State::Enabled;
        self.deletion.is_some_and(|at| at <= now)
            || self.rotation.as_ref().is_some_and(|rotation| rotates && rotation.next <= now)
    }

    /// Rotates as often as was due until now. Keys that cannot be used are not rotated.
    pub fn rotate_as_due(&mut self, now: Timestamp) -> Result<(), ApiError> {
        if self.state() != State::Enabled {
            return Ok(());
        }
        while let Some(rotation) = self.rotation.clone().filter(|rotation| rotation.next <= now) {
            self.rotate(rotation.next, Cause::Automatic)?;
            self.rotation = Some(Rotation::from_now(rotation.period_days, rotation.next));
        }
        Ok(())
    }

    /// What was due while the key was disabled is done once, when it is enabled again.
    pub fn catch_up(&mut self, now: Timestamp) -> Result<(), ApiError> {
        match self.rotation.clone().filter(|rotation| rotation.next <= now) {
            None => Ok(()),
            Some(rotation) => {
                self.rotation = Some(Rotation::from_now(rotation.period_days, now));
                self.rotate(now, Cause::Automatic)
            }
        }
    }

    fn rotate(&mut self, now: Timestamp, cause: Cause) -> Result<(), ApiError> {
        self.backings.push(Backing::generate(self.spec, now, Some(cause))?);
        Ok(())
    }

    /// Refuses rotation of keys that never rotate.
    fn check_rotatable(&self) -> Result<(), ApiError> {
        let why = match (self.origin, self.spec) {
            (Origin::AwsKms, Spec::Symmetric) => return Ok(()),
            (Origin::External, _) => "origin is EXTERNAL".to_owned(),
            (_, spec) => format!("key spec is {}", spec.name()),
        };
        Err(error::unsupported(format!("{} {why} which is not valid for this operation.", self.arn())))
    }
}

/// Finds a key whose rotation may be changed.
fn find(kms: &mut Kms, call: &mut Call) -> Result<Found, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    call.input.finish()?;
    let found = kms.find(call, &named, Accepts::Keys)?;
    let key = kms.key(&found)?;
    key.check_rotatable()?;
    key.check_changeable()?;
    key.check(Needs::Enabled)?;
    Ok(found)
}

pub(crate) fn enable(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let period = member::integer(&mut call.input, "RotationPeriodInDays", MIN_PERIOD_DAYS, MAX_PERIOD_DAYS)?;
    let found = find(kms, &mut call)?;
    kms.key_mut(&found)?.rotation = Some(Rotation::from_now(period.unwrap_or(PERIOD_DAYS), call.now));
    Ok(Output::default())
}

pub(crate) fn disable(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let found = find(kms, &mut call)?;
    kms.key_mut(&found)?.rotation = None;
    Ok(Output::default())
}

pub(crate) fn on_demand(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let found = find(kms, &mut call)?;
    let on_demand = |backing: &&Backing| backing.cause == Some(Cause::OnDemand);
    if kms.key(&found)?.backings.iter().filter(on_demand).count() >= MAX_ON_DEMAND {
        return Err(error::limit_exceeded(format!(
            "The on-demand rotations limit has been reached for the given keyId. No more on-demand rotations can be performed for this key: {}",
            kms.key(&found)?.arn()
        )));
    }
    let key = kms.key_mut(&found)?;
    key.rotate(call.now, Cause::OnDemand)?;
    Ok(Structure::new().with("KeyId", key.arn()).output())
}

/// A key that is about to be deleted counts as not rotating, and so do keys that never rotate.
pub(crate) fn status(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    let key = kms.key(&found)?;
    if key.origin == Origin::External {
        key.check_rotatable()?;
    }
    let rotation = key.rotation.as_ref().filter(|_| key.state() != State::PendingDeletion);
    Ok(Structure::new()
        .with("KeyRotationEnabled", rotation.is_some())
        .with("KeyId", key.id.as_str())
        .with_some("RotationPeriodInDays", rotation.map(|rotation| rotation.period_days))
        .with_some("NextRotationDate", rotation.map(|rotation| crate::structure::time(rotation.next)))
        .output())
}

/// The rotations of a key; with `ALL_KEY_MATERIAL` also the material that it began with.
pub(crate) fn list(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    let include =
        member::one_of(&mut call.input, "IncludeKeyMaterial", &["ALL_KEY_MATERIAL", "ROTATIONS_ONLY"])?;
    let all = include.as_deref() == Some("ALL_KEY_MATERIAL");
    let page = Page::read(&mut call.input, 100, 1000)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    let key = kms.key(&found)?;
    key.check_rotatable()?;
    let current = key.backings.len().saturating_sub(1);
    let rows = key.backings.iter().enumerate().filter(|(_, backing)| all || backing.cause.is_some());
    let rows = rows.map(|(index, backing)| {
        let state = if index == current { "CURRENT" } else { "NON_CURRENT" };
        let entry = Structure::new()
            .with("KeyId", key.id.as_str())
            .with("KeyMaterialId", backing.id.as_str())
            .with("KeyMaterialState", state)
            .with_some("RotationDate", backing.cause.map(|_| crate::structure::time(backing.since)))
            .with_some("RotationType", backing.cause.map(Cause::name));
        (format!("{index:06}"), entry.value())
    });
    Ok(page.answer("Rotations", rows).output())
}
