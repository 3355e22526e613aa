//! The request context: what the caller of the engine knows about one request.

use crate::truth::Certainty;
use std::collections::{BTreeMap, BTreeSet};

/// Condition keys with their values. Key names ignore case, values do not.
///
/// A key that was never inserted is absent from the request, which is knowledge: operators have rules for it. A key
/// inserted with [`Context::insert_unknown`] may or may not be there; whatever rests on it is undetermined. Between the
/// two stands a key that is absent by our reading of the documentation, which [`Context::presume_absent`] declares.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    values: BTreeMap<String, ContextValue>,
    unknown: BTreeSet<String>,
    presumed_absent: BTreeSet<String>,
}

/// The values of one context key, and whether AWS defines the key as multivalued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ContextValue {
    /// A single-valued key.
    Single(String),
    /// A multivalued key; it may hold one value or none.
    Multi(Vec<String>),
}

impl ContextValue {
    /// All values of the key.
    pub fn as_slice(&self) -> &[String] {
        match self {
            Self::Single(value) => std::slice::from_ref(value),
            Self::Multi(values) => values,
        }
    }
}

/// What the context says of one key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup<'a> {
    /// The request has the key.
    Present(&'a ContextValue),
    /// The request lacks the key; the certainty is that of the rule by which it does.
    Absent(Certainty),
    /// Nobody can say.
    Unknown,
}

impl Context {
    /// An empty context.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets a single-valued key, replacing what it held.
    pub fn insert(&mut self, key: impl AsRef<str>, value: impl Into<String>) {
        self.put(key.as_ref(), ContextValue::Single(value.into()));
    }

    /// Sets a multivalued key, replacing what it held.
    pub fn insert_many<V: Into<String>>(
        &mut self,
        key: impl AsRef<str>,
        values: impl IntoIterator<Item = V>,
    ) {
        self.put(key.as_ref(), ContextValue::Multi(values.into_iter().map(Into::into).collect()));
    }

    /// Declares that neither the presence nor the value of a key is known. A name that ends in `/` or `:` stands for every
    /// key below it that is not set: `s3:ExistingObjectTag/`, `kms:EncryptionContext:`.
    pub fn insert_unknown(&mut self, key: impl AsRef<str>) {
        let key = key.as_ref().to_lowercase();
        self.values.remove(&key);
        self.unknown.insert(key);
    }

    /// Declares that a key is absent by a rule that AWS's documentation does not state.
    pub fn presume_absent(&mut self, key: impl AsRef<str>) {
        let key = key.as_ref().to_lowercase();
        self.values.remove(&key);
        self.unknown.remove(&key);
        self.presumed_absent.insert(key);
    }

    /// Declares that a key is absent, by a rule that AWS documents.
    pub fn set_absent(&mut self, key: impl AsRef<str>) {
        let key = key.as_ref().to_lowercase();
        self.values.remove(&key);
        self.unknown.remove(&key);
        self.presumed_absent.remove(&key);
    }

    /// The values of a key, or `None` when it is absent or unknown.
    pub fn get(&self, key: &str) -> Option<&[String]> {
        self.values.get(&key.to_lowercase()).map(ContextValue::as_slice)
    }

    /// Every known key in lower case with its values, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &ContextValue)> {
        self.values.iter().map(|(key, value)| (key.as_str(), value))
    }

    /// Looks up a key whose name is already in lower case.
    pub(crate) fn lookup(&self, lower_key: &str) -> Lookup<'_> {
        match self.values.get(lower_key) {
            Some(value) => Lookup::Present(value),
            None if self.is_unknown(lower_key) => Lookup::Unknown,
            None if self.presumed_absent.contains(lower_key) => Lookup::Absent(Certainty::Reading),
            None => Lookup::Absent(Certainty::Documented),
        }
    }

    fn is_unknown(&self, lower_key: &str) -> bool {
        let family = lower_key.split_inclusive('/').next().unwrap_or_default();
        let below = |name: &String| name.ends_with(':') && lower_key.starts_with(name);
        self.unknown.contains(lower_key) || self.unknown.contains(family) || self.unknown.iter().any(below)
    }

    fn put(&mut self, key: &str, value: ContextValue) {
        let key = key.to_lowercase();
        self.unknown.remove(&key);
        self.presumed_absent.remove(&key);
        self.values.insert(key, value);
    }
}

impl<K: AsRef<str>, V: Into<String>> FromIterator<(K, V)> for Context {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(pairs: I) -> Self {
        let mut context = Self::new();
        for (key, value) in pairs {
            context.insert(key, value);
        }
        context
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_keys_and_families_give_way_to_what_is_set() {
        let mut context = Context::from_iter([("s3:ExistingObjectTag/Team", "red")]);
        context.insert_unknown("s3:ExistingObjectTag/");
        context.insert_unknown("aws:SourceVpce");
        assert!(matches!(context.lookup("s3:existingobjecttag/team"), Lookup::Present(_)));
        assert_eq!(context.lookup("s3:existingobjecttag/other"), Lookup::Unknown);
        assert_eq!(context.lookup("aws:sourcevpce"), Lookup::Unknown);
        assert_eq!(context.lookup("aws:sourcevpc"), Lookup::Absent(Certainty::Documented));
        context.presume_absent("s3:Prefix");
        assert_eq!(context.lookup("s3:prefix"), Lookup::Absent(Certainty::Reading));
        context.insert_unknown("kms:EncryptionContext:");
        context.insert("kms:EncryptionContext:aws:s3:arn", "arn:aws:s3:::b/k");
        assert_eq!(context.lookup("kms:encryptioncontext:team"), Lookup::Unknown);
        assert!(matches!(context.lookup("kms:encryptioncontext:aws:s3:arn"), Lookup::Present(_)));
        context.insert("s3:prefix", "home/");
        assert!(matches!(context.lookup("s3:prefix"), Lookup::Present(_)));
        context.insert("AWS:SourceVpce", "vpce-1");
        assert_eq!(context.get("aws:sourcevpce"), Some(["vpce-1".to_owned()].as_slice()));
    }
}
