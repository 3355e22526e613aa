//! Session tags: <https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html>.

use std::collections::BTreeSet;

use serde_json::Value;

use super::Sts;
use super::limits::{constraint, invalid};
use crate::directory::principals::Tags;
use crate::directory::upstream::field;
use crate::refusal::Refusal;

const MAX_TAGS: usize = 50;
const MAX_KEY: usize = 128;
const MAX_VALUE: usize = 256;

/// The tags of a session that is asked for.
#[derive(Default)]
pub(super) struct Tagging {
    /// As they were passed.
    pub given: Tags,
    /// The keys that were passed as transitive.
    pub transitive_given: Vec<String>,
    /// With those that the calling session hands on.
    pub all: Tags,
    /// Every transitive key, in lower case.
    pub transitive: BTreeSet<String>,
}

impl Sts<'_> {
    /// Reads `Tags` and `TransitiveTagKeys`.
    pub(super) fn tagging(&self) -> Result<Tagging, Refusal> {
        let mut given = Tags::new();
        let mut seen = BTreeSet::new();
        let list = self.members.get("Tags").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if list.len() > MAX_TAGS {
            return Err(constraint(list.len(), "tags", "Member must have length less than or equal to 50"));
        }
        for tag in list {
            let (key, value) =
                (field(tag, "Key").unwrap_or_default(), field(tag, "Value").unwrap_or_default());
            check(key, value)?;
            if !seen.insert(key.to_lowercase()) {
                let message = "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
                return Err(invalid("InvalidParameterValue", message));
            }
            given.insert(key.to_owned(), value.to_owned());
        }
        let keys = self.members.get("TransitiveTagKeys").and_then(Value::as_array);
        let keys = keys.map(Vec::as_slice).unwrap_or_default();
        let transitive_given: Vec<String> =
            keys.iter().filter_map(Value::as_str).map(str::to_owned).collect();
        let mut transitive = BTreeSet::new();
        for key in &transitive_given {
            if !seen.contains(&key.to_lowercase()) {
                let message = "The specified transitive tag key must be included in the requested tags.";
                return Err(invalid("InvalidParameterValue", message));
            }
            transitive.insert(key.to_lowercase());
        }
        let mut all = given.clone();
        if let Some(session) = self.call.caller.session() {
            if session.transitive.iter().any(|key| seen.contains(key)) {
                let message = "One of the specified transitive tag keys can't be set because it conflicts with a \
                               transitive tag key from the calling session.";
                return Err(invalid("InvalidParameterValue", message));
            }
            let handed_on =
                session.tags.iter().filter(|(key, _)| session.transitive.contains(&key.to_lowercase()));
            all.extend(handed_on.map(|(key, value)| (key.clone(), value.clone())));
            transitive.extend(session.transitive.iter().cloned());
        }
        Ok(Tagging { given, transitive_given, all, transitive })
    }
}

fn check(key: &str, value: &str) -> Result<(), Refusal> {
    let what = r"Member must satisfy regular expression pattern: [\p{L}\p{Z}\p{N}_.:/=+\-@]+";
    let allowed = |c: char| {
        c.is_alphabetic()
            || c.is_numeric()
            || (c.is_whitespace() && !c.is_control())
            || "_.:/=+-@".contains(c)
    };
    if key.is_empty() || key.chars().count() > MAX_KEY || !key.chars().all(allowed) {
        return Err(constraint(key, "tags.1.member.key", what));
    }
    if value.chars().count() > MAX_VALUE || !value.chars().all(allowed) {
        return Err(constraint(value, "tags.1.member.value", what));
    }
    Ok(())
}
