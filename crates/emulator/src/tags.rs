//! Tags of resources, whatever the service calls their members.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};

use crate::input::Input;
use crate::text::is_tag_char;

/// How many tags a resource may have.
pub(crate) const MAX_TAGS: usize = 50;

/// Tags by key.
#[derive(Clone, Default, PartialEq, Eq)]
pub(crate) struct Tags(BTreeMap<String, String>);

/// What is wrong with tags.
pub(crate) enum Fault {
    /// A key that is AWS's own.
    Reserved(String),
    /// A key that is empty or too long, or has letters that tags do not have.
    Key(String),
    /// The same of a value.
    Value(String),
    /// The key stands twice.
    Twice(String),
    /// More than fifty.
    TooMany,
}

impl Tags {
    /// Takes a map of tags.
    pub fn read_map(input: &mut Input, member: &str, error: fn(Fault) -> ApiError) -> Result<Self, ApiError> {
        let mut tags = Self::default();
        for (key, value) in input.map(member)? {
            let value = value.as_str().unwrap_or_default().to_owned();
            tags.add(key, value).map_err(error)?;
        }
        tags.within_limit().map_err(error)
    }

    /// Takes a list of tags, whose structures have members of those names. A tag may be without a value.
    pub fn read_list(
        input: &mut Input,
        member: &str,
        [key, value]: [&str; 2],
        error: fn(Fault) -> ApiError,
    ) -> Result<Self, ApiError> {
        let mut tags = Self::default();
        for mut tag in input.structures(member)? {
            let (key, value) = (tag.string(key)?.unwrap_or_default(), tag.string(value)?.unwrap_or_default());
            tag.finish()?;
            tags.add(key, value).map_err(error)?;
        }
        tags.within_limit().map_err(error)
    }

    fn add(&mut self, key: String, value: String) -> Result<(), Fault> {
        if key.to_ascii_lowercase().starts_with("aws:") {
            return Err(Fault::Reserved(key));
        }
        if !(1..=128).contains(&key.chars().count()) || !key.chars().all(is_tag_char) {
            return Err(Fault::Key(key));
        }
        if value.chars().count() > 256 || !value.chars().all(is_tag_char) {
            return Err(Fault::Value(value));
        }
        match self.0.insert(key.clone(), value) {
            None => Ok(()),
            Some(_) => Err(Fault::Twice(key)),
        }
    }

    fn within_limit(self) -> Result<Self, Fault> {
        if self.0.len() > MAX_TAGS { Err(Fault::TooMany) } else { Ok(self) }
    }

    /// These tags and more; a key that is there already takes the new value.
    pub fn with(&self, more: Self) -> Result<Self, Fault> {
        let mut tags = self.clone();
        tags.0.extend(more.0);
        tags.within_limit()
    }

    /// Removes the tags of those keys.
    pub fn remove(&mut self, keys: &[String]) {
        self.0.retain(|key, _| !keys.contains(key));
    }

    /// Removes a tag, if it has that value.
    pub fn remove_pair(&mut self, key: &str, value: &str) {
        self.0.retain(|held, with| held != key || with != value);
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Keys and values, sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// As a map.
    pub fn map(&self) -> Members {
        self.iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect()
    }

    /// As a list of structures that have members of those names.
    pub fn list(&self, [key_name, value_name]: [&str; 2]) -> Vec<Value> {
        self.iter().map(|(key, value)| json!({ key_name: key, value_name: value })).collect()
    }
}
