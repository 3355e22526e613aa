//! Versions of a secret and the staging labels that stand at them.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/userguide/whats-in-a-secret.html>

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use stackproof_aws::ApiError;

use super::content::Content;
use super::error;
use super::secret::Secret;
use crate::kms::Kms;
use crate::place::Place;
use crate::structure::Structure;

pub(crate) const CURRENT: &str = "AWSCURRENT";
pub(crate) const PREVIOUS: &str = "AWSPREVIOUS";
/// "Secrets Manager quotas".
const MAX_LABELS: usize = 20;
const MAX_VERSIONS: usize = 100;
/// Versions without a label are kept that long at least.
const KEPT: SignedDuration = SignedDuration::from_hours(24);
const DEFAULT_KEY: &str = "DefaultEncryptionKey";

/// One value that a secret has or had.
#[derive(Clone)]
pub(crate) struct Version {
    pub content: Content,
    pub created: Timestamp,
    /// On which day it was last read.
    pub accessed: Option<Timestamp>,
    /// The key that it is encrypted with, as the secret named it.
    pub kms_key: Option<String>,
    /// How many versions there were before it.
    pub number: u64,
}

/// Refuses a key that cannot be used now.
pub(crate) fn check_key(
    kms: &mut Kms,
    place: &Place,
    key: Option<&str>,
    now: Timestamp,
    failure: fn() -> ApiError,
) -> Result<(), ApiError> {
    let Some(key) = key else { return Ok(()) };
    kms.check_usable("secretsmanager", place, key, now).map_err(|error| match error.status {
        // What the embedded KMS does not have is told by its own name.
        501 => error,
        _ => failure(),
    })
}

impl Secret {
    /// The labels that stand at a version.
    pub fn stages(&self, id: &str) -> Vec<&str> {
        self.labels.iter().filter(|(_, at)| *at == id).map(|(label, _)| label.as_str()).collect()
    }

    /// `VersionIdsToStages`: versions without a label are not in it.
    pub fn versions_to_stages(&self) -> Option<Value> {
        let staged = self.versions.keys().map(|id| (id.clone(), self.stages(id)));
        let staged: serde_json::Map<String, Value> =
            staged.filter(|(_, stages)| !stages.is_empty()).map(|(id, stages)| (id, stages.into())).collect();
        (!staged.is_empty()).then_some(Value::Object(staged))
    }

    /// Whether a token stands for that value already.
    ///
    /// # Errors
    /// `ResourceExistsException` where it stands for another.
    pub fn repeats(&self, token: &str, content: &Content) -> Result<bool, ApiError> {
        match self.versions.get(token) {
            None => Ok(false),
            Some(version) if version.content == *content => Ok(true),
            Some(_) => Err(error::token_in_use(token, &self.arn)),
        }
    }

    /// Adds a version and moves the labels to it. The first has `AWSCURRENT` in any case.
    pub fn add_version(
        &mut self,
        id: String,
        content: Content,
        mut stages: Vec<String>,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        if self.versions.is_empty() && !stages.iter().any(|stage| stage == CURRENT) {
            stages.push(CURRENT.to_owned());
        }
        let new = stages.iter().filter(|stage| !self.labels.contains_key(*stage)).count();
        if self.labels.len() + new > MAX_LABELS {
            return Err(error::limit_exceeded("You've exceeded the quota of staging labels of a secret."));
        }
        let number = self.versions.values().map(|version| version.number + 1).max().unwrap_or_default();
        let version =
            Version { content, created: now, accessed: None, kms_key: self.kms_key.clone(), number };
        self.versions.insert(id.clone(), version);
        for stage in stages {
            self.move_label(&stage, &id);
        }
        self.changed = now;
        self.forget_deprecated(now);
        Ok(())
    }

    /// Moves a label; where it is `AWSCURRENT`, `AWSPREVIOUS` goes to the version that it leaves.
    pub fn move_label(&mut self, label: &str, id: &str) {
        let left = self.labels.insert(label.to_owned(), id.to_owned());
        if let Some(left) = left
            && label == CURRENT
            && left != id
        {
            self.labels.insert(PREVIOUS.to_owned(), left);
        }
    }

    /// The oldest versions without a label go where there are too many.
    fn forget_deprecated(&mut self, now: Timestamp) {
        let surplus = self.versions.len().saturating_sub(MAX_VERSIONS);
        let mut old: Vec<(u64, String)> = self
            .versions
            .iter()
            .filter(|(id, version)| self.stages(id).is_empty() && now.duration_since(version.created) > KEPT)
            .map(|(id, version)| (version.number, id.clone()))
            .collect();
        old.sort();
        for (_, id) in old.into_iter().take(surplus) {
            self.versions.remove(&id);
        }
    }

    /// The entry of `ListSecretVersionIds`.
    pub fn version_entry(&self, id: &str, version: &Version) -> Structure {
        let stages = self.stages(id);
        Structure::new()
            .with("VersionId", id)
            .with_some("VersionStages", (!stages.is_empty()).then_some(stages))
            .with_some("LastAccessedDate", version.accessed.map(crate::structure::moment))
            .with_moment("CreatedDate", version.created)
            .with("KmsKeyIds", vec![version.kms_key.as_deref().unwrap_or(DEFAULT_KEY)])
    }
}
