//! `${env:NAME}` and its like in the values of `stackproof.toml`.

use std::collections::BTreeMap;

use stackproof_terraform::{Number, Value, VarValue};

use crate::acceptance::Combination;
use crate::config::{ConfigError, choices};

/// What placeholders stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Placeholders<'a> {
    /// The stack that they stand in.
    pub(super) stack: &'a str,
    /// The target's account ids by name.
    pub(super) accounts: &'a BTreeMap<String, String>,
    /// What no other run has.
    pub(super) run_id: &'a str,
    /// The matrix's values.
    pub(super) combination: &'a Combination,
}

impl Placeholders<'_> {
    /// A value as the evaluator takes it; text is what `-var` would take, but for `any`.
    ///
    /// # Errors
    /// As [`Placeholders::fill`].
    pub(super) fn variable(&self, value: &toml::Value) -> Result<VarValue, ConfigError> {
        match value {
            toml::Value::String(text) => Ok(VarValue::Word(self.fill(text)?)),
            other => Ok(VarValue::Value(self.literal(other)?)),
        }
    }

    /// A table as an object.
    ///
    /// # Errors
    /// As [`Placeholders::fill`].
    pub(super) fn object(&self, entries: &toml::Table) -> Result<Value, ConfigError> {
        let entry = |(name, value): (&String, &toml::Value)| Ok((name.clone(), self.literal(value)?));
        Ok(Value::object(entries.iter().map(entry).collect::<Result<Vec<_>, ConfigError>>()?))
    }

    fn literal(&self, value: &toml::Value) -> Result<Value, ConfigError> {
        Ok(match value {
            toml::Value::String(text) => Value::from(self.fill(text)?),
            toml::Value::Integer(number) => Value::from(*number),
            toml::Value::Float(number) => Number::from_f64(*number).map_or_else(Value::null, Value::from),
            toml::Value::Boolean(truth) => Value::from(*truth),
            toml::Value::Datetime(time) => Value::from(time.to_string()),
            toml::Value::Array(items) => {
                Value::tuple(items.iter().map(|item| self.literal(item)).collect::<Result<Vec<_>, _>>()?)
            }
            toml::Value::Table(entries) => self.object(entries)?,
        })
    }

    /// The text with its placeholders filled in. What is none of ours, such as a policy variable, stays.
    ///
    /// # Errors
    /// A variable that is not set, an account that the target does not have, a variable that the matrix does not have.
    pub(super) fn fill(&self, text: &str) -> Result<String, ConfigError> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            filled.push_str(before);
            match after.split_once('}') {
                Some((written, tail)) => match self.value(written)? {
                    Some(value) => {
                        filled.push_str(&value);
                        rest = tail;
                    }
                    None => {
                        filled.push_str("${");
                        rest = after;
                    }
                },
                None => {
                    filled.push_str("${");
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn value(&self, written: &str) -> Result<Option<String>, ConfigError> {
        let stack = || self.stack.to_owned();
        let (kind, name) = written.split_once(':').unwrap_or((written, ""));
        match kind {
            "env" => {
                let missing = |_| ConfigError::Environment {
                    owner: format!("the stack `{}`", self.stack),
                    variable: name.to_owned(),
                    advice: "set it, or give the variable with `--var`",
                };
                std::env::var(name).map_err(missing).map(Some)
            }
            "account" => self.accounts.get(name).cloned().map(Some).ok_or_else(|| {
                let known = choices(self.accounts.keys(), "name it under `accounts` of the target");
                ConfigError::Placeholder {
                    stack: stack(),
                    written: written.to_owned(),
                    what: "account",
                    known,
                }
            }),
            "matrix" => {
                let found = self.combination.iter().find(|(variable, _)| variable == name);
                found.map(|(_, value)| Some(value.clone())).ok_or_else(|| {
                    let known =
                        choices(self.combination.iter().map(|(name, _)| name), "the stack has no `matrix`");
                    let what = "variable in the matrix";
                    ConfigError::Placeholder { stack: stack(), written: written.to_owned(), what, known }
                })
            }
            "run-id" if name.is_empty() => Ok(Some(self.run_id.to_owned())),
            _ => Ok(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(text: &str) -> Result<String, String> {
        let accounts = BTreeMap::from([("source".to_owned(), "222222222222".to_owned())]);
        let combination = vec![("environment".to_owned(), "dev".to_owned())];
        let placeholders =
            Placeholders { stack: "calls", accounts: &accounts, run_id: "0a", combination: &combination };
        placeholders.fill(text).map_err(|error| error.to_string())
    }

    #[test]
    fn placeholders_are_filled_and_policy_variables_stay() {
        let path = std::env::var("PATH").unwrap();
        assert_eq!(filled("x${env:PATH}y").unwrap(), format!("x{path}y"));
        assert_eq!(filled("arn:aws:iam::${account:source}:root").unwrap(), "arn:aws:iam::222222222222:root");
        assert_eq!(filled("${matrix:environment}-${run-id}.tfvars").unwrap(), "dev-0a.tfvars");
        assert_eq!(filled("${aws:username} ${open").unwrap(), "${aws:username} ${open");
    }

    #[test]
    fn what_they_name_must_be_there() {
        let cases = [
            (
                "${env:STACKPROOF_UNSET_VARIABLE}",
                "the stack `calls` needs the environment variable `STACKPROOF_UNSET_VARIABLE`",
            ),
            (
                "${account:other}",
                "the stack `calls` refers to `${account:other}`, but there is no account of that name",
            ),
            (
                "${matrix:region}",
                "the stack `calls` refers to `${matrix:region}`, but there is no variable in the matrix of that name",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(filled(text).unwrap_err(), expected);
        }
    }

    #[test]
    fn they_are_filled_at_any_depth() {
        let accounts = BTreeMap::from([("source".to_owned(), "222222222222".to_owned())]);
        let none = Combination::new();
        let placeholders =
            Placeholders { stack: "calls", accounts: &accounts, run_id: "0a", combination: &none };
        let table: toml::Value = toml::from_str("a = [\"x${account:source}y\", 1]").unwrap();
        let value = placeholders.literal(&table).unwrap();
        let items = value.get("a").and_then(Value::as_sequence).unwrap();
        assert_eq!(items.first().and_then(Value::as_str), Some("x222222222222y"));
    }
}
