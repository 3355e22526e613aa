//! Reading and writing what a secret holds.

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use super::content::Content;
use super::secret::{Secret, read_token};
use super::version::{CURRENT, Version, check_key};
use super::{SecretsManager, error, secret_id};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::kms::Kms;
use crate::place::Place;
use crate::structure::Structure;

const VERSION_ID: Length = Length(32, 64);
const STAGE: Length = Length(1, 256);
const STAGES: Length = Length(1, 20);

/// The midnight before a time: dates of access have no more than the day.
fn day(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second() - at.as_second().rem_euclid(86_400)).unwrap_or(at)
}

/// Takes a version's id.
pub(crate) fn version_id(input: &mut Input, member: &str) -> Result<Option<String>, ApiError> {
    constraint::text(input, member, VERSION_ID)
}

/// Takes a staging label.
pub(crate) fn stage(input: &mut Input, member: &str) -> Result<Option<String>, ApiError> {
    constraint::text(input, member, STAGE)
}

impl Secret {
    /// The version of that id or at that label; the current one where neither is given.
    fn version(&self, id: Option<&str>, label: Option<&str>) -> Result<(&str, &Version), ApiError> {
        let at = label.or(if id.is_none() { Some(CURRENT) } else { None });
        let staged = match at {
            None => None,
            Some(label) => {
                let missing = || error::no_such_version(&format!("staging label: {label}"));
                Some(self.labels.get(label).ok_or_else(missing)?.as_str())
            }
        };
        let wanted = match (id, staged) {
            (Some(id), Some(staged)) if id != staged => {
                self.versions.get(id).ok_or_else(|| error::no_such_version(&format!("VersionId: {id}")))?;
                return Err(error::invalid_request(
                    "You provided a VersionStage that is not associated to the provided VersionId.",
                ));
            }
            (Some(id), _) => id,
            (None, staged) => staged.unwrap_or_default(),
        };
        let (id, version) = self
            .versions
            .get_key_value(wanted)
            .ok_or_else(|| error::no_such_version(&format!("VersionId: {wanted}")))?;
        Ok((id, version))
    }
}

impl SecretsManager {
    /// Reads a value; it is remembered that it was.
    pub fn read(
        &mut self,
        kms: &mut Kms,
        place: &Place,
        named: &str,
        (id, label): (Option<&str>, Option<&str>),
        now: Timestamp,
    ) -> Result<Structure, ApiError> {
        let secret = self.live(place, named)?;
        let (id, version) = secret.version(id, label)?;
        check_key(kms, place, version.kms_key.as_deref(), now, error::decryption_failure)?;
        let answer = version
            .content
            .add_to(secret.identity())
            .with("VersionId", id)
            .with("VersionStages", secret.stages(id))
            .with_moment("CreatedDate", version.created);
        let today = Some(day(now));
        if secret.accessed != today || version.accessed != today {
            let (name, id) = (secret.name.clone(), id.to_owned());
            let secret = self.change(place, &name)?;
            secret.accessed = today;
            if let Some(version) = secret.versions.get_mut(&id) {
                version.accessed = today;
            }
        }
        Ok(answer)
    }
}

pub(crate) fn get(secrets: &mut SecretsManager, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = secret_id(&mut call.input)?;
    let id = version_id(&mut call.input, "VersionId")?;
    let label = stage(&mut call.input, "VersionStage")?;
    call.input.finish()?;
    let version = (id.as_deref(), label.as_deref());
    Ok(secrets.read(kms, &place, &named, version, call.now)?.output())
}

pub(crate) fn put(secrets: &mut SecretsManager, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let named = secret_id(input)?;
    let token = read_token(input)?;
    let content = Content::read(input)?
        .ok_or_else(|| error::invalid_request("You must provide either SecretString or SecretBinary."))?;
    let mut stages = constraint::texts(input, "VersionStages", STAGES, STAGE)?;
    if stages.is_empty() {
        stages.push(CURRENT.to_owned());
    }
    input.finish()?;
    let secret = secrets.live(&place, &named)?;
    let name = secret.name.clone();
    if !secret.repeats(&token, &content)? {
        let key = secret.kms_key.clone();
        check_key(kms, &place, key.as_deref(), call.now, error::encryption_failure)?;
        secrets.change(&place, &name)?.add_version(token.clone(), content, stages, call.now)?;
    }
    let secret = secrets.find(&place, &name)?;
    let stages = secret.stages(&token);
    Ok(secret.identity().with("VersionId", token.as_str()).with("VersionStages", stages).output())
}
