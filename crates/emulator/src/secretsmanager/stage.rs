//! Moving staging labels between versions.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_UpdateSecretVersionStage.html>

use stackproof_aws::{ApiError, Output};

use super::secret::Secret;
use super::value::{stage, version_id};
use super::version::CURRENT;
use super::{SecretsManager, error, secret_id};
use crate::Call;
use crate::place::Place;

/// A label that stands somewhere is moved only by who says where it stands.
pub(crate) fn update(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let named = secret_id(input)?;
    let label = stage(input, "VersionStage")?.ok_or_else(|| input.missing("VersionStage"))?;
    let from = version_id(input, "RemoveFromVersionId")?;
    let to = version_id(input, "MoveToVersionId")?;
    input.finish()?;
    let secret = secrets.live(&place, &named)?;
    check(secret, &label, from.as_deref(), to.as_deref())?;
    let name = secret.name.clone();
    let secret = secrets.change(&place, &name)?;
    match to {
        Some(to) => secret.move_label(&label, &to),
        None => {
            secret.labels.remove(&label);
        }
    }
    secret.changed = call.now;
    Ok(secret.identity().output())
}

fn check(secret: &Secret, label: &str, from: Option<&str>, to: Option<&str>) -> Result<(), ApiError> {
    for id in [from, to].into_iter().flatten() {
        secret.versions.get(id).ok_or_else(|| error::no_such_version(&format!("VersionId: {id}")))?;
    }
    let at = secret.labels.get(label).map(String::as_str);
    match (from, to) {
        (None, None) => Err(error::invalid_parameter(
            "You must specify a version in RemoveFromVersionId, in MoveToVersionId, or in both.",
        )),
        (Some(from), _) if at != Some(from) => Err(error::invalid_parameter(format!(
            "The parameter RemoveFromVersionId is not valid. Staging label {label} is not attached to version {from}."
        ))),
        (None, Some(to)) if at.is_some_and(|at| at != to) => Err(error::invalid_parameter(format!(
            "The parameter RemoveFromVersionId can't be empty. Staging label {label} is currently attached to version {}, so you must explicitly reference that version in RemoveFromVersionId.",
            at.unwrap_or_default()
        ))),
        (Some(_), None) if label == CURRENT => Err(error::invalid_parameter(
            "You can only move staging label AWSCURRENT to a different secret version. It can't be completely removed.",
        )),
        _ => Ok(()),
    }
}
