//! The versions of a key, and the rules by which they follow each other.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/versioning-workflows.html>

use std::sync::Arc;

use crc_fast::CrcAlgorithm;
use jiff::Timestamp;
use stackproof_aws::ApiError;

use super::bucket::Bucket;
use super::config::Versioning;
use super::error;
use super::object::Object;
use crate::random;

/// The id of the version that a bucket without versioning, or with suspended versioning, keeps of a key.
pub(crate) const NULL: &str = "null";

/// Letters of an id: random ones, the sequence number, and a check by which made-up ids are told from ours.
const RANDOM_LETTERS: usize = 18;
const SEQUENCE_LETTERS: usize = 11;
const CHECK_LETTERS: usize = 3;

/// One version of a key.
#[derive(Clone)]
pub(crate) struct Version {
    pub id: String,
    /// Its place in the order of all versions of the bucket.
    pub sequence: u64,
    pub modified: Timestamp,
    pub content: Content,
}

/// What a version is.
#[derive(Clone)]
pub(crate) enum Content {
    /// An object.
    Object(Arc<Object>),
    /// A delete marker, and the account that made it.
    Marker(String),
}

impl Version {
    /// The object, where it is one.
    pub fn object(&self) -> Option<&Object> {
        match &self.content {
            Content::Object(object) => Some(object),
            Content::Marker(_) => None,
        }
    }
}

/// The versions of one key, oldest first; never empty.
#[derive(Clone, Default)]
pub(crate) struct Versions(Vec<Version>);

impl Versions {
    /// The version that is meant where no id is given.
    pub fn current(&self) -> Option<&Version> {
        self.0.last()
    }

    /// All versions, as lists give them.
    pub fn newest_first(&self) -> impl Iterator<Item = &Version> {
        self.0.iter().rev()
    }

    fn find(&self, id: &str) -> Option<&Version> {
        self.0.iter().find(|version| version.id == id)
    }
}

/// An id that no other version or upload has: opaque to clients, but holding its place in the order, so that a list
/// can go on after a version that has been deleted meanwhile.
pub(crate) fn new_id(sequence: u64) -> Result<String, ApiError> {
    let mut id = random::letters(random::URL_SAFE, RANDOM_LETTERS)?;
    id.push_str(&letters(sequence, SEQUENCE_LETTERS));
    id.push_str(&check_letters(&id));
    Ok(id)
}

/// The place in the order that an id holds, or none where it is no id of ours.
pub(crate) fn sequence_of(id: &str) -> Option<u64> {
    let (body, check) = id.split_at_checked(RANDOM_LETTERS + SEQUENCE_LETTERS)?;
    if check_letters(body) != check {
        return None;
    }
    let digit =
        |byte: u8| random::URL_SAFE.iter().zip(0..).find(|(letter, _)| **letter == byte).map(|(_, v)| v);
    let digits: Vec<u64> = body.bytes().map(digit).collect::<Option<_>>()?;
    Some(digits.into_iter().skip(RANDOM_LETTERS).fold(0, |sequence, digit| (sequence << 6) | digit))
}

fn check_letters(body: &str) -> String {
    letters(crc_fast::checksum(CrcAlgorithm::Crc32IsoHdlc, body.as_bytes()), CHECK_LETTERS)
}

/// The last digits of a number to the base of 64, the most significant first.
fn letters(number: u64, count: usize) -> String {
    let digit = |place: usize| {
        let digit = (number >> (6 * place)) & 63;
        random::URL_SAFE.iter().zip(0..).find(|(_, value)| *value == digit)
    };
    (0..count).rev().filter_map(digit).map(|(letter, _)| char::from(*letter)).collect()
}

/// Refuses an id that was never given out: `InvalidArgument`, where a mere unknown one is `NoSuchVersion`.
pub(crate) fn check_id(id: &str) -> Result<(), ApiError> {
    let message = match id {
        "" => "Version id cannot be the empty string",
        NULL => return Ok(()),
        _ if sequence_of(id).is_some() => return Ok(()),
        _ => "Invalid version id specified",
    };
    Err(error::invalid_argument(message, "versionId", id))
}

impl Bucket {
    /// The current version of a key, whatever it is.
    pub fn current(&self, key: &str) -> Option<&Version> {
        self.keys.get(key)?.current()
    }

    /// The version that is meant, and its object.
    ///
    /// # Errors
    /// `NoSuchKey`, `NoSuchVersion`, `MethodNotAllowed` for a delete marker by its id, `InvalidArgument` for what is no id.
    pub fn locate(&self, key: &str, id: Option<&str>) -> Result<(&Version, &Object), ApiError> {
        let version = match id {
            None => self.current(key).ok_or_else(|| error::no_such_key(key))?,
            Some(id) => {
                check_id(id)?;
                let version = self.keys.get(key).and_then(|versions| versions.find(id));
                version.ok_or_else(|| error::no_such_version(key, id))?
            }
        };
        match (version.object(), id) {
            (Some(object), _) => Ok((version, object)),
            (None, None) => Err(error::deleted(key, version)),
            (None, Some(_)) => Err(error::marker_not_allowed(version)),
        }
    }

    /// Refuses a key that a delete marker covers now, where no version is named: tags and access control lists cannot
    /// be of a marker ("Managing delete markers").
    ///
    /// # Errors
    /// `MethodNotAllowed`.
    pub fn check_uncovered(&self, key: &str, id: Option<&str>) -> Result<(), ApiError> {
        match self.current(key).filter(|current| id.is_none() && current.object().is_none()) {
            Some(marker) => Err(error::marker_not_allowed(marker)),
            None => Ok(()),
        }
    }

    /// The object that is meant, to be changed in place, and its version's id as answers show it.
    ///
    /// # Errors
    /// Those of [`Bucket::locate`].
    pub fn locate_mut(
        &mut self,
        key: &str,
        id: Option<&str>,
    ) -> Result<(Option<String>, &mut Object), ApiError> {
        let (version, _) = self.locate(key, id)?;
        let (sequence, shown) = (version.sequence, self.shown_id(version));
        let versions = self.keys.get_mut(key).map(Arc::make_mut);
        let version = versions.and_then(|versions| versions.0.iter_mut().find(|v| v.sequence == sequence));
        match version.map(|version| &mut version.content) {
            Some(Content::Object(object)) => Ok((shown, Arc::make_mut(object))),
            _ => Err(error::no_such_key(key)),
        }
    }

    /// The id as answers show it: buckets that never had versioning show none.
    pub fn shown_id(&self, version: &Version) -> Option<String> {
        (self.versioning != Versioning::Off).then(|| version.id.clone())
    }

    /// Makes content the current version of a key and gives the id that answers to puts show: of a `null` version only a
    /// marker's, though reads show both.
    pub fn add(&mut self, key: &str, content: Content, now: Timestamp) -> Result<Option<String>, ApiError> {
        let sequence = self.next_sequence();
        let id = match self.versioning {
            Versioning::Enabled => new_id(sequence)?,
            Versioning::Off | Versioning::Suspended => NULL.to_owned(),
        };
        if matches!(content, Content::Marker(_)) {
            self.note_deletion(key);
        }
        let versions = Arc::make_mut(self.keys.entry(key.to_owned()).or_default());
        versions.0.retain(|version| version.id != id);
        let shown = match (self.versioning, &content) {
            (Versioning::Enabled, _) | (Versioning::Suspended, Content::Marker(_)) => Some(id.clone()),
            (Versioning::Suspended, Content::Object(_)) | (Versioning::Off, _) => None,
        };
        let version = Version { id, sequence, modified: now, content };
        versions.0.push(version);
        Ok(shown)
    }

    /// Removes one version for good; the one before it is current again.
    pub fn remove(&mut self, key: &str, id: &str) -> Option<Version> {
        let versions = Arc::make_mut(self.keys.get_mut(key)?);
        let place = versions.0.iter().position(|version| version.id == id)?;
        let removed = versions.0.remove(place);
        let was_current = place == versions.0.len();
        if versions.0.is_empty() {
            self.keys.remove(key);
        }
        if was_current && removed.object().is_some() {
            self.note_deletion(key);
        }
        Some(removed)
    }

    /// Tells the uploads under way to a key that it was deleted meanwhile.
    fn note_deletion(&mut self, key: &str) {
        for upload in self.uploads.values_mut().filter(|upload| upload.key == key) {
            Arc::make_mut(upload).overtaken_by_deletion = true;
        }
    }

    /// The next place in the order of versions and uploads.
    pub fn next_sequence(&mut self) -> u64 {
        self.sequence += 1;
        self.sequence
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_opaque_and_keep_their_place() {
        for sequence in [0, 1, 63, 64, u64::MAX >> 1] {
            let id = new_id(sequence).unwrap();
            assert_eq!(id.len(), 32);
            assert_eq!(sequence_of(&id), Some(sequence));
            assert_ne!(id, new_id(sequence).unwrap());
        }
        let (ours, other) = (new_id(7).unwrap(), new_id(8).unwrap());
        let spliced = format!("{}{}", &ours[..20], &other[20..]);
        for id in ["x", "../etc", &"é".repeat(16), "", &"A".repeat(32), &spliced, &ours[..29]] {
            assert_eq!(sequence_of(id), None);
        }
    }
}
