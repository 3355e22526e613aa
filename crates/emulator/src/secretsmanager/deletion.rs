//! Deleting secrets, at once or after a window in which they can be restored.

use jiff::{SignedDuration, Timestamp};
use stackproof_aws::{ApiError, Output};

use super::{SecretsManager, error, secret_id};
use crate::Call;
use crate::place::Place;
use crate::structure::Structure;

const WINDOW_DAYS: i64 = 30;
const MIN_WINDOW_DAYS: i64 = 7;

impl SecretsManager {
    /// Secrets whose window has passed are gone.
    pub fn settle(&mut self, place: &Place, now: Timestamp) {
        let due = |deletion: Option<Timestamp>| deletion.is_some_and(|at| at <= now);
        let store = self.stores.get(place);
        if store.is_some_and(|store| store.secrets.values().any(|secret| due(secret.deletion))) {
            self.stores.get_mut(place).secrets.retain(|_, secret| !due(secret.deletion));
        }
    }
}

pub(crate) fn delete(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = secret_id(&mut call.input)?;
    let window = call.input.integer("RecoveryWindowInDays")?;
    let force = call.input.boolean("ForceDeleteWithoutRecovery")?.unwrap_or_default();
    call.input.finish()?;
    match window {
        Some(_) if force => {
            return Err(error::invalid_parameter(
                "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
            ));
        }
        Some(days) if !(MIN_WINDOW_DAYS..=WINDOW_DAYS).contains(&days) => {
            return Err(error::invalid_parameter(
                "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
            ));
        }
        _ => {}
    }
    if force {
        return remove(secrets, &place, &named, call.now);
    }
    let secret = secrets.find(&place, &named)?;
    if secret.deletion.is_some() {
        return Err(error::invalid_request(
            "You can't perform this operation on the secret because it was already scheduled for deletion.",
        ));
    }
    let name = secret.name.clone();
    let hours = window.unwrap_or(WINDOW_DAYS) * 24;
    let at = call.now.checked_add(SignedDuration::from_hours(hours)).unwrap_or(Timestamp::MAX);
    let secret = secrets.change(&place, &name)?;
    secret.deletion = Some(at);
    Ok(secret.identity().with_moment("DeletionDate", at).output())
}

/// Without a window the secret need not even be there.
fn remove(
    secrets: &mut SecretsManager,
    place: &Place,
    named: &str,
    now: Timestamp,
) -> Result<Output, ApiError> {
    let identity = match secrets.find(place, named) {
        Ok(secret) => {
            let (name, identity) = (secret.name.clone(), secret.identity());
            secrets.stores.get_mut(place).secrets.remove(&name);
            identity
        }
        Err(_) if named.starts_with("arn:") => Structure::new().with("ARN", named),
        Err(_) => {
            let arn = place.arn("secretsmanager", &format!("secret:{named}"));
            Structure::new().with("ARN", arn).with("Name", named)
        }
    };
    Ok(identity.with_moment("DeletionDate", now).output())
}

pub(crate) fn restore(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = secret_id(&mut call.input)?;
    call.input.finish()?;
    let name = secrets.find(&place, &named)?.name.clone();
    let secret = secrets.change(&place, &name)?;
    secret.deletion = None;
    Ok(secret.identity().output())
}
