//! Members of answers.

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{Members, Output};

/// Collects the members of an answer or of a structure in it; what is absent is left out.
#[derive(Default)]
pub(crate) struct Structure(Members);

impl Structure {
    /// No members yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a member.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// Adds a member where there is a value.
    #[must_use]
    pub fn with_some(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    /// Adds a time, in whole seconds as both services give it.
    #[must_use]
    pub fn with_time(self, name: &str, at: Timestamp) -> Self {
        self.with(name, time(at))
    }

    /// Leaves a member out after all.
    #[must_use]
    pub fn without(mut self, name: &str) -> Self {
        self.0.remove(name);
        self
    }

    /// Adds a time, to the millisecond as most services give it.
    #[must_use]
    pub fn with_moment(self, name: &str, at: Timestamp) -> Self {
        self.with(name, moment(at))
    }

    /// Adds members that were collected elsewhere.
    #[must_use]
    pub fn with_all(mut self, members: Members) -> Self {
        self.0.extend(members);
        self
    }

    /// The members.
    pub fn members(self) -> Members {
        self.0
    }

    /// The members as a structure inside another.
    pub fn value(self) -> Value {
        Value::Object(self.0)
    }

    /// The answer itself.
    pub fn output(self) -> Output {
        Output::new(self.0)
    }
}

/// A time as members hold it: RFC 3339, whole seconds.
pub(crate) fn time(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

/// A time as members hold it, with its milliseconds.
pub(crate) fn moment(at: Timestamp) -> String {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at).to_string()
}
