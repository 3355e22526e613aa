//! Conditional requests.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-requests.html>; precedence by RFC 9110, 13.2.2.

use jiff::Timestamp;
use stackproof_aws::ApiError;

use super::bucket::Bucket;
use super::error;
use super::multipart::Upload;
use super::object::Object;
use super::version::Version;
use crate::input::{Input, not_implemented};

/// The conditions of a read, or of a copy's source.
pub(crate) struct ReadConditions {
    matches: Option<String>,
    none_match: Option<String>,
    modified_since: Option<Timestamp>,
    unmodified_since: Option<Timestamp>,
}

/// What the conditions of a read come to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Holds,
    /// The reader has it already; the condition says so.
    NotModified(&'static str),
    /// The named condition failed.
    Failed(&'static str),
}

impl ReadConditions {
    /// Takes the members; `prefix` is `CopySource` for the source's.
    pub fn read(input: &mut Input, prefix: &str) -> Result<Self, ApiError> {
        Ok(Self {
            matches: input.string(&format!("{prefix}IfMatch"))?,
            none_match: input.string(&format!("{prefix}IfNoneMatch"))?,
            modified_since: input.time(&format!("{prefix}IfModifiedSince"))?,
            unmodified_since: input.time(&format!("{prefix}IfUnmodifiedSince"))?,
        })
    }

    /// Compares them with a version. A time counts only where no ETag of its kind is given; one that is still to come
    /// says nothing of what was modified since.
    pub fn check(&self, version: &Version, object: &Object, now: Timestamp) -> Outcome {
        let modified = version.modified.as_second();
        let since = self.modified_since.filter(|since| *since <= now);
        match (&self.matches, self.unmodified_since) {
            (Some(tags), _) if !lists(tags, &object.etag) => return Outcome::Failed("If-Match"),
            (None, Some(since)) if modified > since.as_second() => {
                return Outcome::Failed("If-Unmodified-Since");
            }
            _ => {}
        }
        match (&self.none_match, since) {
            (Some(tags), _) if lists(tags, &object.etag) => Outcome::NotModified("If-None-Match"),
            (None, Some(since)) if modified <= since.as_second() => Outcome::NotModified("If-Modified-Since"),
            _ => Outcome::Holds,
        }
    }

    /// Compares them with the source of a copy, where both outcomes but one are failures.
    pub fn check_source(&self, version: &Version, object: &Object, now: Timestamp) -> Result<(), ApiError> {
        match self.check(version, object, now) {
            Outcome::Holds => Ok(()),
            Outcome::NotModified(condition) | Outcome::Failed(condition) => {
                Err(error::precondition_failed(&format!("x-amz-copy-source-{condition}")))
            }
        }
    }
}

/// Whether a header's list names the ETag; `*` names any.
fn lists(header: &str, etag: &str) -> bool {
    header
        .split(',')
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag).trim_matches('"') == etag)
}

/// The conditions of a write.
pub(crate) struct WriteConditions {
    matches: Option<String>,
    only_if_absent: bool,
}

impl WriteConditions {
    /// Takes the members. Only a delete may ask for any object at all with `*`.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let matches = input.string("IfMatch")?;
        match (&matches, input.has("IfNoneMatch")) {
            (Some(_), true) => return Err(not_implemented("If-Match beside If-None-Match on a write")),
            (Some(tag), false) if tag == "*" && input.operation() != "DeleteObject" => {
                return Err(not_implemented("If-Match with `*` on a write"));
            }
            _ => {}
        }
        let only_if_absent = match input.string("IfNoneMatch")?.as_deref() {
            None => false,
            Some("*") => true,
            Some(_) => return Err(not_implemented("If-None-Match with an ETag on a write")),
        };
        Ok(Self { matches, only_if_absent })
    }

    /// The one condition of an entry of DeleteObjects.
    pub fn matching(etag: Option<String>) -> Self {
        Self { matches: etag, only_if_absent: false }
    }

    /// Compares them with what the key holds now.
    pub fn check(&self, bucket: &Bucket, key: &str) -> Result<(), ApiError> {
        let object = bucket.current(key).and_then(Version::object);
        match (&self.matches, object) {
            (Some(_), None) => return Err(error::no_such_key(key)),
            (Some(tags), Some(object)) if !lists(tags, &object.etag) => {
                return Err(error::precondition_failed("If-Match"));
            }
            _ => {}
        }
        if self.only_if_absent && object.is_some() {
            return Err(error::precondition_failed("If-None-Match"));
        }
        Ok(())
    }

    /// Refuses to complete an upload on a condition that holds now, but under which the key was written or deleted
    /// since the upload began ("How to prevent object overwrites with conditional writes").
    pub fn check_meanwhile(&self, bucket: &Bucket, upload: &Upload) -> Result<(), ApiError> {
        let rewritten = bucket.current(&upload.key).is_some_and(|current| current.sequence > upload.sequence);
        if self.matches.is_some() && rewritten {
            return Err(error::conditional_conflict("If-Match", &upload.key));
        }
        if self.only_if_absent && upload.overtaken_by_deletion {
            return Err(error::conditional_conflict("If-None-Match", &upload.key));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn etags_are_compared_in_all_their_forms() {
        for header in ["abc", "\"abc\"", "W/\"abc\"", "*", "\"x\", \"abc\""] {
            assert!(lists(header, "abc"), "{header}");
        }
        for header in ["\"abcd\"", "", "\"x\", \"y\""] {
            assert!(!lists(header, "abc"), "{header}");
        }
    }
}
