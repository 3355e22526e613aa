//! What a service's API reference says of members beyond their types, as tables: how long, how large, which of a set.

use serde_json::Value;
use stackproof_aws::ApiError;

use crate::input::Input;
use crate::validation;

/// What a member's value must be.
pub(crate) enum Bound {
    /// A number between two, both included.
    Range(i64, i64),
    /// A text, or a list, of a length between two, both included.
    Length(usize, usize),
    /// One of these texts.
    OneOf(&'static [&'static str]),
    /// A text that matches; beside it the API's own pattern.
    Pattern(fn(&str) -> bool, &'static str),
}

/// A member, by its path from the request (`A.B`; lists are passed through), and what it must be.
pub(crate) struct Rule(pub &'static str, pub Bound);

/// Holds a request against a service's rules.
pub(crate) fn check(input: &Input, rules: &[Rule]) -> Result<(), ApiError> {
    for Rule(path, bound) in rules {
        let mut names = path.split('.');
        if let Some(value) = names.next().and_then(|first| input.given().get(first)) {
            let rest: Vec<&str> = names.collect();
            let found = bound.broken(value, &rest);
            found
                .map_or(Ok(()), |(value, constraint)| Err(input.breaks(&shown(value), path, &constraint)))?;
        }
    }
    Ok(())
}

impl Bound {
    /// The first value behind a path that breaks the bound, and the constraint as errors tell it.
    fn broken<'a>(&self, value: &'a Value, path: &[&str]) -> Option<(&'a Value, String)> {
        match (value, path.split_first()) {
            (Value::Object(members), Some((first, rest))) => self.broken(members.get(*first)?, rest),
            (Value::Array(items), Some(_)) => items.iter().find_map(|item| self.broken(item, path)),
            // Only a length is a list's own; every other bound is its items'.
            (Value::Array(items), None) if !matches!(self, Self::Length(..)) => {
                items.iter().find_map(|item| self.broken(item, path))
            }
            (value, None) => Some((value, self.check(value).err()?)),
            _ => None,
        }
    }

    fn check(&self, value: &Value) -> Result<(), String> {
        match (self, value) {
            (Self::Range(min, max), Value::Number(number)) => {
                validation::range(number.as_i64().unwrap_or(i64::MAX), *min, *max)
            }
            (Self::Length(min, max), Value::String(text)) => {
                validation::length(text.chars().count(), *min, *max)
            }
            (Self::Length(min, max), Value::Array(items)) => validation::length(items.len(), *min, *max),
            (Self::OneOf(values), Value::String(text)) => validation::one_of(text, values),
            (Self::Pattern(matches, pattern), Value::String(text)) => {
                validation::pattern(matches(text), pattern)
            }
            _ => Ok(()),
        }
    }
}

/// A value as validation texts show it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
