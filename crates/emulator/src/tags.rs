//! Tags of the services whose keys differ by case.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackproof_aws::ApiError;

use crate::constraint::{self, Length};
use crate::input::Input;
use crate::text::is_tag_char;

const KEY: Length = Length(1, 128);
const VALUE: Length = Length(0, 256);
const PATTERN: &str = r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$";

/// How many tags a resource may have.
pub(crate) const MAX_TAGS: usize = 50;

/// Tags by key.
#[derive(Clone, Default)]
pub(crate) struct Tags(BTreeMap<String, String>);

/// Tags that are not as the service has them: what is said of them is its own.
pub(crate) enum Misuse {
    /// A key that is AWS's own.
    Reserved,
    /// A key that is given twice.
    Duplicate,
}

impl Tags {
    /// Takes a list of keys and values.
    pub fn read_list(
        input: &mut Input,
        member: &str,
        refuse: impl Fn(Misuse) -> ApiError,
    ) -> Result<Self, ApiError> {
        Self::read_pairs(input, member, ["Key", "Value"], refuse)
    }

    /// Takes a list of structures that have keys and values under those names.
    pub fn read_pairs(
        input: &mut Input,
        member: &str,
        [key, value]: [&str; 2],
        refuse: impl Fn(Misuse) -> ApiError,
    ) -> Result<Self, ApiError> {
        let mut tags = BTreeMap::new();
        for mut tag in input.structures(member)? {
            let key = constraint::required(&mut tag, key, KEY)?;
            let value = constraint::text(&mut tag, value, VALUE)?.unwrap_or_default();
            tag.finish()?;
            check(&tag, &key, &value, &refuse)?;
            if tags.insert(key, value).is_some() {
                return Err(refuse(Misuse::Duplicate));
            }
        }
        Ok(Self(tags))
    }

    /// Takes a map of keys to values.
    pub fn read_map(
        input: &mut Input,
        member: &str,
        refuse: impl Fn(Misuse) -> ApiError,
    ) -> Result<Self, ApiError> {
        let mut tags = BTreeMap::new();
        for (key, value) in input.map(member)? {
            let value = value.as_str().unwrap_or_default().to_owned();
            KEY.check(input, &key, key.chars().count(), member)?;
            VALUE.check(input, &value, value.chars().count(), member)?;
            check(input, &key, &value, &refuse)?;
            tags.insert(key, value);
        }
        Ok(Self(tags))
    }

    /// Tags that AWS gives itself.
    pub fn managed<const N: usize>(pairs: [(&str, &str); N]) -> Self {
        Self(pairs.map(|(key, value)| (key.to_owned(), value.to_owned())).into())
    }

    /// With more tags, which replace those of the same key.
    #[must_use]
    pub fn with(mut self, more: Self) -> Self {
        self.0.extend(more.0);
        self
    }

    /// The same, refused where it is more than a resource may have.
    pub fn within_limit(self, refuse: impl FnOnce() -> ApiError) -> Result<Self, ApiError> {
        if self.0.len() > MAX_TAGS { Err(refuse()) } else { Ok(self) }
    }

    /// Takes tags away.
    pub fn remove(&mut self, keys: &[String]) {
        self.0.retain(|key, _| !keys.contains(key));
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each key and its value, sorted.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// As a list of keys and values.
    pub fn list(&self) -> Value {
        self.pairs(["Key", "Value"])
    }

    /// As a list of structures that have keys and values under those names.
    pub fn pairs(&self, [key_name, value_name]: [&str; 2]) -> Value {
        self.iter().map(|(key, value)| json!({ key_name: key, value_name: value })).collect()
    }

    /// As a map.
    pub fn map(&self) -> Value {
        self.iter().map(|(key, value)| (key.to_owned(), Value::from(value))).collect()
    }
}

impl FromIterator<(String, String)> for Tags {
    fn from_iter<T: IntoIterator<Item = (String, String)>>(pairs: T) -> Self {
        Self(pairs.into_iter().collect())
    }
}

fn check(input: &Input, key: &str, value: &str, refuse: impl Fn(Misuse) -> ApiError) -> Result<(), ApiError> {
    constraint::matches(input, key, "Key", PATTERN, is_tag_char)?;
    constraint::matches(input, value, "Value", PATTERN, is_tag_char)?;
    match key.to_ascii_lowercase().starts_with("aws:") {
        true => Err(refuse(Misuse::Reserved)),
        false => Ok(()),
    }
}
