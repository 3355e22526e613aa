//! `{name}` inside texts.

use serde_json::Value;

use super::{Alias, Found, NameError, Names, Wanted, attribute};
use crate::acceptance::principals::Principal;

impl Names {
    /// The text with every `{name}` replaced by what the name means: a saved value, `{unique}`, the name on AWS of a
    /// bucket, user or role, an output, an attribute (`{aws_iam_role.x.arn}`). Policy variables (`${…}`) stay.
    ///
    /// # Errors
    /// A name that means nothing, or something sensitive.
    pub(crate) fn fill(&self, text: &str) -> Result<String, NameError> {
        let mut filled = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            filled.push_str(before);
            match after.split_once('}') {
                Some((name, tail)) if is_name(name) && !before.ends_with('$') => {
                    filled.push_str(&self.value(name)?);
                    rest = tail;
                }
                _ => {
                    filled.push('{');
                    rest = after;
                }
            }
        }
        filled.push_str(rest);
        Ok(filled)
    }

    /// The same for every text inside a JSON value.
    ///
    /// # Errors
    /// As [`Names::fill`].
    pub(crate) fn fill_json(&self, value: &Value) -> Result<Value, NameError> {
        Ok(match value {
            Value::String(text) => Value::String(self.fill(text)?),
            Value::Array(items) => {
                Value::Array(items.iter().map(|item| self.fill_json(item)).collect::<Result<_, _>>()?)
            }
            Value::Object(members) => Value::Object(
                members
                    .iter()
                    .map(|(name, value)| Ok((self.fill(name)?, self.fill_json(value)?)))
                    .collect::<Result<_, NameError>>()?,
            ),
            other => other.clone(),
        })
    }

    fn value(&self, name: &str) -> Result<String, NameError> {
        if let Some(value) = self.saved.get(name) {
            return Ok(value.clone());
        }
        if name == "unique" {
            return Ok(self.unique.clone());
        }
        if let Some((address, path)) = self.attribute_path(name) {
            return self.attribute_at(name, address, path);
        }
        match self.resolve(name, Wanted::Anything)? {
            Found::Alias(Alias::Bucket(name) | Alias::Key(name)) => Ok(name.clone()),
            Found::Alias(Alias::Principal(principal)) => name_of(principal)
                .ok_or_else(|| NameError::Kind { name: name.to_owned(), wanted: "user or role" }),
            Found::Output(Value::String(text)) => Ok(text.clone()),
            Found::Output(value) => Ok(value.to_string()),
            Found::Resource(address, attributes) => ["bucket", "name", "id"]
                .iter()
                .find_map(|key| attribute(address, attributes, key).ok())
                .ok_or_else(|| NameError::Attribute {
                    address: address.to_owned(),
                    attribute: "id".to_owned(),
                }),
        }
    }

    /// `aws_iam_role.x.arn`: the longest beginning that is a resource's address, and what follows it.
    fn attribute_path<'a>(&'a self, name: &'a str) -> Option<(&'a str, &'a str)> {
        let stack = self.stack.as_ref()?;
        let splits = name.rmatch_indices('.').filter_map(|(at, _)| name.split_at_checked(at));
        splits
            .map(|(address, path)| (address, path.trim_start_matches('.')))
            .find_map(|(address, path)| Some((stack.resource(address)?.0, path)))
    }

    fn attribute_at(&self, name: &str, address: &str, path: &str) -> Result<String, NameError> {
        // Terraform marks these attributes sensitive in the provider's schema.
        if matches!(path, "secret" | "ses_smtp_password_v4" | "encrypted_secret") {
            return Err(NameError::Sensitive(name.to_owned()));
        }
        let missing = || NameError::Attribute { address: address.to_owned(), attribute: path.to_owned() };
        let pointer = format!("/{}", path.replace('.', "/"));
        let value = self.stack()?.resources.get(address).and_then(|attributes| attributes.pointer(&pointer));
        match value.ok_or_else(missing)? {
            Value::String(text) => Ok(text.clone()),
            Value::Null => Err(missing()),
            other => Ok(other.to_string()),
        }
    }
}

/// JSON and policies are full of braces; only what could be a name is one.
fn is_name(text: &str) -> bool {
    text.starts_with(|letter: char| letter.is_alphabetic()) && !text.contains(['{', ':', ',', '\n'])
}

fn name_of(principal: &Principal) -> Option<String> {
    match principal {
        Principal::User { name, .. } => Some(name.clone()),
        Principal::Role { arn, .. } | Principal::ServiceRole { arn, .. } => {
            arn.rsplit('/').next().map(str::to_owned)
        }
        Principal::Narrowed { .. } | Principal::Service { .. } => None,
    }
}
