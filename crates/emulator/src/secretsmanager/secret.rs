//! Secrets and what is said of them.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DescribeSecret.html>

use std::collections::BTreeMap;

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use super::content::Content;
use super::rotation::Rotation;
use super::version::{CURRENT, Version, check_key};
use super::{SecretsManager, error, secret_id, tag};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::kms::Kms;
use crate::place::Place;
use crate::random;
use crate::structure::{Structure, moment};
use crate::tags::Tags;

const NAME: Length = Length(1, 512);
const DESCRIPTION: Length = Length(0, 2048);
const KMS_KEY_ID: Length = Length(0, 2048);
const TOKEN: Length = Length(32, 64);
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// A secret.
#[derive(Clone)]
pub(crate) struct Secret {
    pub name: String,
    pub arn: String,
    pub description: Option<String>,
    /// As it was given; none where AWS's own key encrypts it.
    pub kms_key: Option<String>,
    pub tags: Tags,
    /// The resource policy, as it was sent.
    pub policy: Option<String>,
    pub rotation: Option<Rotation>,
    /// By id.
    pub versions: BTreeMap<String, Version>,
    /// The version that each label stands at.
    pub labels: BTreeMap<String, String>,
    pub created: Timestamp,
    pub changed: Timestamp,
    /// On which day it was last read.
    pub accessed: Option<Timestamp>,
    /// When it will be gone.
    pub deletion: Option<Timestamp>,
}

impl Secret {
    /// The members that answers of most operations begin with.
    pub fn identity(&self) -> Structure {
        Structure::new().with("ARN", self.arn.as_str()).with("Name", self.name.as_str())
    }

    /// What `DescribeSecret` and the entries of `ListSecrets` have in common.
    pub fn description(&self) -> Structure {
        let structure = self
            .identity()
            .with_some("Description", self.description.as_deref())
            .with_some("KmsKeyId", self.kms_key.as_deref())
            .with_moment("CreatedDate", self.created)
            .with_moment("LastChangedDate", self.changed)
            .with_some("LastAccessedDate", self.accessed.map(moment))
            .with_some("DeletedDate", self.deletion.map(moment))
            .with_some("Tags", (!self.tags.is_empty()).then(|| self.tags.list()));
        match &self.rotation {
            Some(rotation) => rotation.add_to(structure),
            None => structure,
        }
    }
}

/// Takes the token that becomes the version's id; SDKs make one themselves.
pub(crate) fn read_token(input: &mut Input) -> Result<String, ApiError> {
    match constraint::text(input, "ClientRequestToken", TOKEN)? {
        Some(token) => Ok(token),
        None => random::uuid(),
    }
}

fn read_name(input: &mut Input) -> Result<String, ApiError> {
    let name = constraint::required(input, "Name", NAME)?;
    match name.chars().all(|c| c.is_ascii_alphanumeric() || "/_+=.@-!".contains(c)) {
        true => Ok(name),
        false => Err(error::validation(
            "Invalid name. Must be a valid name containing alphanumeric characters, or any of the following: -/_+=.@!",
        )),
    }
}

/// Takes a key's name; an empty one stands for AWS's own key.
fn read_key(input: &mut Input) -> Result<Option<Option<String>>, ApiError> {
    let key = constraint::text(input, "KmsKeyId", KMS_KEY_ID)?;
    Ok(key.map(|key| Some(key).filter(|key| !key.is_empty())))
}

pub(crate) fn create(
    secrets: &mut SecretsManager,
    kms: &mut Kms,
    mut call: Call,
) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let name = read_name(input)?;
    let token = read_token(input)?;
    let description = constraint::text(input, "Description", DESCRIPTION)?;
    let kms_key = read_key(input)?.flatten();
    let content = Content::read(input)?;
    let tags = tag::read(input)?;
    // Replicas are not made, so that there is none to overwrite.
    input.only("ForceOverwriteReplicaSecret", false)?;
    input.finish()?;
    if let Ok(held) = secrets.find(&place, &name) {
        return repeat(held, &token, content.as_ref());
    }
    check_key(kms, &place, kms_key.as_deref(), call.now, error::encryption_failure)?;
    let suffix = random::picks(ALPHANUMERIC, 6)?;
    let mut secret = Secret {
        arn: place.arn("secretsmanager", &format!("secret:{name}-{suffix}")),
        name: name.clone(),
        description,
        kms_key,
        tags,
        policy: None,
        rotation: None,
        versions: BTreeMap::new(),
        labels: BTreeMap::new(),
        created: call.now,
        changed: call.now,
        accessed: None,
        deletion: None,
    };
    let version = content.is_some().then(|| token.clone());
    if let Some(content) = content {
        secret.add_version(token, content, vec![CURRENT.to_owned()], call.now)?;
    }
    let answer = secret.identity().with_some("VersionId", version);
    secrets.stores.get_mut(&place).secrets.insert(name, secret);
    Ok(answer.output())
}

/// A name that is taken: the same call once more is answered as before.
fn repeat(held: &Secret, token: &str, content: Option<&Content>) -> Result<Output, ApiError> {
    if held.deletion.is_some() {
        return Err(error::invalid_request(
            "You can't create this secret because a secret with this name is already scheduled for deletion.",
        ));
    }
    match content {
        Some(content) if held.versions.contains_key(token) && held.repeats(token, content)? => {
            Ok(held.identity().with("VersionId", token).output())
        }
        _ => Err(error::exists(&held.name)),
    }
}

pub(crate) fn describe(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let named = secret_id(&mut call.input)?;
    call.input.finish()?;
    let secret = secrets.find(&Place::of(&call), &named)?;
    Ok(secret.description().with_some("VersionIdsToStages", secret.versions_to_stages()).output())
}

/// A new key encrypts all versions that a label stands at.
pub(crate) fn update(
    secrets: &mut SecretsManager,
    kms: &mut Kms,
    mut call: Call,
) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let named = secret_id(input)?;
    let token = read_token(input)?;
    let description = constraint::text(input, "Description", DESCRIPTION)?;
    let new_key = read_key(input)?;
    let content = Content::read(input)?;
    input.finish()?;
    let mut secret = secrets.live(&place, &named)?.clone();
    let repeated = match &content {
        Some(content) => secret.repeats(&token, content)?,
        None => false,
    };
    if new_key.is_some() || content.is_some() {
        let key = new_key.as_ref().unwrap_or(&secret.kms_key).as_deref();
        check_key(kms, &place, key, call.now, error::encryption_failure)?;
    }
    if let Some(description) = description {
        secret.description = Some(description);
    }
    if let Some(key) = new_key {
        let staged: Vec<String> = secret.labels.values().cloned().collect();
        for (_, version) in secret.versions.iter_mut().filter(|(id, _)| staged.contains(id)) {
            version.kms_key.clone_from(&key);
        }
        secret.kms_key = key;
    }
    let version = content.is_some().then(|| token.clone());
    if let Some(content) = content.filter(|_| !repeated) {
        secret.add_version(token, content, vec![CURRENT.to_owned()], call.now)?;
    }
    secret.changed = call.now;
    let answer = secret.identity().with_some("VersionId", version);
    secrets.stores.get_mut(&place).secrets.insert(secret.name.clone(), secret);
    Ok(answer.output())
}
