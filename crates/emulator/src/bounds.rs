//! What a service's API reference says of members beyond their types, as tables: which must be given, how long, how
//! large, which of a set.

use serde_json::Value;
use stackproof_aws::model::{Member, Shape};
use stackproof_aws::{ApiError, Members, Service};

use crate::input::Input;
use crate::validation::{self, camel};

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

/// The errors of a service: for a value that breaks a constraint (value, member, constraint), and for one that is missing.
pub(crate) struct Errors {
    pub broken: fn(&str, &str, &str) -> ApiError,
    pub missing: fn(&str) -> ApiError,
}

impl Errors {
    /// Holds a request against its shape's required members and a service's rules.
    pub fn check(&self, input: &Input, rules: &[Rule]) -> Result<(), ApiError> {
        let operation = input.table();
        let members = input.given();
        for name in operation.required() {
            // A call without a body has members that the path does not name, and these never stand in a path.
            if !members.contains_key(name) {
                return Err((self.missing)(name));
            }
        }
        if let Some(service) = Service::named(operation.service) {
            self.check_required(service, operation.input(), members, "")?;
        }
        for Rule(path, bound) in rules {
            let mut names = path.split('.');
            if let Some(value) = names.next().and_then(|first| members.get(first)) {
                let rest: Vec<&str> = names.collect();
                self.walk(value, &rest, bound, path)?;
            }
        }
        Ok(())
    }

    /// Looks for missing members of the structures inside.
    fn check_required(
        &self,
        service: &Service,
        known: &[Member],
        given: &Members,
        place: &str,
    ) -> Result<(), ApiError> {
        for member in known {
            if let Some(value) = given.get(&member.name) {
                let place = joined(place, &member.name);
                self.check_inside(service, &member.kind, value, &place)?;
            }
        }
        Ok(())
    }

    fn check_inside(
        &self,
        service: &Service,
        kind: &str,
        value: &Value,
        place: &str,
    ) -> Result<(), ApiError> {
        match (service.shape(kind), value) {
            (Some(Shape::Structure { members, required, .. }), Value::Object(given)) => {
                if let Some(name) = required.iter().find(|name| given.get(*name).is_none_or(Value::is_null)) {
                    return Err((self.missing)(&joined(place, name)));
                }
                self.check_required(service, members, given, place)
            }
            (Some(Shape::List { list }), Value::Array(items)) => {
                items.iter().zip(1..).try_for_each(|(item, n)| {
                    self.check_inside(service, &list.kind, item, &format!("{place}.{n}.member"))
                })
            }
            (Some(Shape::Map { map }), Value::Object(entries)) => {
                entries.iter().try_for_each(|(key, item)| {
                    self.check_inside(service, &map.1.kind, item, &format!("{place}.{key}.member"))
                })
            }
            _ => Ok(()),
        }
    }

    fn walk(&self, value: &Value, path: &[&str], bound: &Bound, place: &str) -> Result<(), ApiError> {
        match (value, path.split_first()) {
            (Value::Object(members), Some((first, rest))) => {
                members.get(*first).map_or(Ok(()), |value| self.walk(value, rest, bound, place))
            }
            (Value::Array(items), Some(_)) => {
                items.iter().try_for_each(|item| self.walk(item, path, bound, place))
            }
            // Only a length is a list's own; every other bound is its items'.
            (Value::Array(items), None) if !matches!(bound, Bound::Length(..)) => {
                items.iter().try_for_each(|item| self.walk(item, path, bound, place))
            }
            (value, None) => {
                let broken = |broken: String| (self.broken)(&shown(value), &dotted(place), &broken);
                bound.check(value).map_err(broken)
            }
            _ => Ok(()),
        }
    }
}

impl Bound {
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

fn joined(place: &str, name: &str) -> String {
    if place.is_empty() { name.to_owned() } else { format!("{place}.{}", camel(name)) }
}

fn dotted(path: &str) -> String {
    path.split('.').map(camel).collect::<Vec<_>>().join(".")
}

/// A value as validation texts show it.
fn shown(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => format!("[{}]", items.iter().map(shown).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
