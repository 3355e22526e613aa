//! Labels of versions: each stands at one version of a parameter at most.
//!
//! <https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-labels.html>

use stackproof_aws::{ApiError, Output};

use super::name::Named;
use super::{Ssm, error};
use crate::Call;
use crate::constraint::{self, Length};
use crate::place::Place;
use crate::structure::Structure;

const LABELS: Length = Length(1, 10);
const LABEL: Length = Length(1, 100);
const MAX_LABELS: usize = 10;

/// Whether a label may stand at a version at all.
fn is_valid(label: &str) -> bool {
    let lower = label.to_ascii_lowercase();
    label.chars().all(|c| c.is_ascii_alphanumeric() || "_.-".contains(c))
        && !label.starts_with(|c: char| c.is_ascii_digit())
        && !["aws", "ssm"].iter().any(|reserved| lower.starts_with(reserved))
}

/// Takes the parameter's key, the version's number, and the labels.
fn read(call: &mut Call, place: &Place) -> Result<(String, Option<u64>, Vec<String>), ApiError> {
    let key = Named::whole(&mut call.input, "Name", place)?;
    let number = call.input.integer("ParameterVersion")?.map(|number| u64::try_from(number).unwrap_or(0));
    let labels = constraint::texts(&mut call.input, "Labels", LABELS, LABEL)?;
    call.input.finish()?;
    Ok((key, number, labels))
}

/// A label that stands at another version moves; one that may not be is told of, and no error.
pub(crate) fn add(ssm: &mut Ssm, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let (key, number, labels) = read(&mut call, &place)?;
    let parameter = ssm.change(&place, &key)?;
    let at = parameter.position(number)?;
    let (valid, invalid): (Vec<_>, Vec<_>) = labels.into_iter().partition(|label| is_valid(label));
    let mut versions = parameter.versions.clone();
    versions.iter_mut().for_each(|version| version.labels.retain(|label| !valid.contains(label)));
    let version = versions.get_mut(at).ok_or_else(error::no_such_parameter)?;
    version.labels.extend(valid);
    if version.labels.len() > MAX_LABELS {
        return Err(error::too_many_labels());
    }
    let number = version.number;
    parameter.versions = versions;
    Ok(Structure::new().with("InvalidLabels", invalid).with("ParameterVersion", number).output())
}

/// A label that does not stand at the version is told of, and no error.
pub(crate) fn remove(ssm: &mut Ssm, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let (key, number, labels) = read(&mut call, &place)?;
    let parameter = ssm.change(&place, &key)?;
    let at = parameter.position(number)?;
    let version = parameter.versions.get_mut(at).ok_or_else(error::no_such_parameter)?;
    let (removed, invalid): (Vec<_>, Vec<_>) =
        labels.into_iter().partition(|label| version.labels.remove(label));
    Ok(Structure::new().with("RemovedLabels", removed).with("InvalidLabels", invalid).output())
}
