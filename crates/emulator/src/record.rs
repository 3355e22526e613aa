//! What a control plane keeps of a resource: its members as they are shown, and its tags.

use serde_json::Value;
use stackproof_aws::Members;

use crate::tags::Tags;

/// A resource that is what it was given.
#[derive(Clone, Default)]
pub(crate) struct Record {
    pub members: Members,
    pub tags: Tags,
}

impl Record {
    /// A member's text; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.members.get(name).and_then(Value::as_str).unwrap_or_default()
    }

    /// A member's number; zero where there is none.
    pub fn number(&self, name: &str) -> i64 {
        self.members.get(name).and_then(Value::as_i64).unwrap_or_default()
    }

    /// Sets a member, in place of what it was.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        self.members.insert(name.to_owned(), value.into());
    }
}
