//! Values of calls and attributes, written in the data of the types.
//!
//! A text that is `$a.b.0.c` is the attribute of that path, of its own type; `$a|b` the first of several that is set.
//! Before the path may stand what is made of it: `json:` the document that the text is, `file:` the
//! bytes of the file that it names, `tags:` a map as a list of pairs, `list:` the parts between the commas of a text, `enabled:` a truth as `ENABLED` or `DISABLED`, `exact:` itself,
//! be it empty. `${a.b}` within a text is its text, `@{/A/B}` that of the call's answer.
//!
//! Lists and tables are gone through; `{ when = "a", is = …, else = … }` is one of two, `{ each = "list", as = … }` a list
//! with an element for each, which is `$each` in it, that of an outer one `$outer`; `{ concat = [ … ] }` several lists as one;
//! `{ shape = "Target", … }` a structure of the call with what the arguments say of it. Where an attribute is unset there
//! is no value at all.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};

use super::shape::Calls;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Answer, Operator, ResourceError};
use crate::provision::native::regions;

/// What templates may name.
#[derive(Clone)]
pub struct Scope<'a> {
    calls: Calls<'a>,
    attributes: &'a Attributes,
    operator: &'a Operator,
    each: Value,
    outer: Value,
    answer: Option<&'a Answer>,
}

impl<'a> Scope<'a> {
    /// Templates of these attributes; `@account` and `@region` are the operator's, `@website` is what websites of S3 are
    /// under there.
    pub fn new(calls: Calls<'a>, attributes: &'a Attributes, operator: &'a Operator) -> Self {
        Self { calls, attributes, operator, each: Value::Null, outer: Value::Null, answer: None }
    }

    /// With the element that is `each`.
    pub fn with_each(self, each: Value) -> Self {
        Self { outer: self.each, each, ..self }
    }

    /// With an answer.
    pub fn with_answer<'b>(&self, answer: &'b Answer) -> Scope<'b>
    where
        'a: 'b,
    {
        Scope {
            calls: self.calls,
            attributes: self.attributes,
            operator: self.operator,
            each: self.each.clone(),
            outer: self.outer.clone(),
            answer: Some(answer),
        }
    }

    /// Whether a condition holds: `a.b` is set and neither false, zero nor empty, `!a.b` is not, `a.b=x` has that text,
    /// `a.b!=x` another; `a in b` is one of a list; `a & b` both, `a|b` either.
    pub fn holds(&self, condition: &str) -> bool {
        if let Some((one, other)) = condition.split_once(" & ") {
            return self.holds(one) && self.holds(other);
        }
        if let Some((path, list)) = condition.split_once(" in ") {
            return self.elements(list).contains(&self.at(path));
        }
        if let Some((path, text)) = condition.split_once("!=") {
            return !is_blank(&self.at(path)) && text_of(&self.at(path)).as_deref() != Some(text);
        }
        if let Some((path, text)) = condition.split_once('=') {
            return text_of(&self.at(path)).as_deref() == Some(text);
        }
        match condition.strip_prefix('!') {
            Some(path) => !is_set(&self.at(path)),
            None => condition.split('|').any(|path| is_set(&self.at(path))),
        }
    }

    /// The elements of a list or set; the pairs of a map as `key` and `value`; none where it is unset.
    pub fn elements(&self, path: &str) -> Vec<Value> {
        match self.at(path) {
            Value::Array(elements) => elements,
            Value::Object(entries) => {
                entries.into_iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The value of a template; null where it names what is unset.
    ///
    /// # Errors
    /// [`ResourceError::Unreadable`] where a file or a document cannot be read.
    pub fn value(&self, template: &Value) -> Result<Value, ResourceError> {
        match template {
            Value::String(text) => self.text(text),
            Value::Array(elements) => self.list(elements),
            Value::Object(members) => self.table(members),
            other => Ok(other.clone()),
        }
    }

    /// Elements that name what is unset are left out; a list of nothing else is unset itself.
    fn list(&self, templates: &[Value]) -> Result<Value, ResourceError> {
        let values = templates.iter().map(|template| self.value(template)).collect::<Result<Vec<_>, _>>()?;
        let elements: Vec<Value> = values.into_iter().filter(|value| !value.is_null()).collect();
        let unset = elements.is_empty() && !templates.is_empty();
        Ok(if unset { Value::Null } else { Value::Array(elements) })
    }

    fn table(&self, members: &Map<String, Value>) -> Result<Value, ResourceError> {
        let text = |name: &str| members.get(name).and_then(Value::as_str);
        if let (Some(condition), Some(value)) = (text("when"), members.get("is")) {
            return match self.holds(condition) {
                true => self.value(value),
                false => members.get("else").map_or(Ok(Value::Null), |value| self.value(value)),
            };
        }
        if let (Some(list), Some(template)) = (text("each"), members.get("as")) {
            let elements =
                self.elements(list).into_iter().map(|each| self.clone().with_each(each).value(template));
            let elements = elements.collect::<Result<Vec<Value>, _>>()?;
            return Ok(if elements.is_empty() { Value::Null } else { Value::Array(elements) });
        }
        if let Some(Value::Array(lists)) = members.get("concat") {
            let lists = lists.iter().map(|list| self.value(list)).collect::<Result<Vec<_>, _>>()?;
            let elements = lists.into_iter().filter_map(|list| match list {
                Value::Array(elements) => Some(elements),
                _ => None,
            });
            let elements: Vec<Value> = elements.flatten().collect();
            return Ok(if elements.is_empty() { Value::Null } else { Value::Array(elements) });
        }
        let mut values = match text("shape") {
            Some(shape) => self.calls.structure(shape, self.attributes),
            None => Map::new(),
        };
        for (name, member) in members.iter().filter(|(name, _)| *name != "shape") {
            let value = self.value(member)?;
            if !value.is_null() {
                values.insert(self.interpolated(name).unwrap_or_default(), value);
            }
        }
        Ok(if values.is_empty() && !members.is_empty() { Value::Null } else { Value::Object(values) })
    }

    fn text(&self, text: &str) -> Result<Value, ResourceError> {
        match text.strip_prefix('$').filter(|rest| !rest.starts_with('{')) {
            Some(reference) => self.referred(reference),
            None => Ok(self.interpolated(text).map_or(Value::Null, Value::String)),
        }
    }

    fn referred(&self, reference: &str) -> Result<Value, ResourceError> {
        let (form, paths) = reference.split_once(':').unwrap_or(("", reference));
        let paths = paths.split('|').filter_map(|path| self.interpolated(path));
        let mut values = paths.map(|path| (self.at(&path), path)).filter(|(value, _)| !value.is_null());
        let set = if form == "exact" { values.next() } else { values.find(|(value, _)| !is_blank(value)) };
        let Some((value, argument)) = set else { return Ok(Value::Null) };
        let unreadable = |reason: String| ResourceError::Unreadable { argument, reason };
        Ok(match (form, &value) {
            ("json", Value::String(text)) => {
                serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?
            }
            ("file", Value::String(text)) => {
                let read = std::fs::read(self.operator.directory.join(text));
                let bytes = read.map_err(|error| unreadable(format!("`{text}` cannot be read: {error}")))?;
                Value::String(STANDARD.encode(bytes))
            }
            ("tags", Value::Object(tags)) if tags.is_empty() => Value::Null,
            ("tags", Value::Object(tags)) => {
                tags.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
            }
            ("list", Value::String(text)) => text.split(',').map(str::to_owned).collect(),
            ("enabled", Value::Bool(truth)) => json!(if *truth { "ENABLED" } else { "DISABLED" }),
            _ => value,
        })
    }

    /// A text with what stands in its braces; none where one of them is unset.
    fn interpolated(&self, text: &str) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(start) = rest.find("${").into_iter().chain(rest.find("@{")).min() {
            let (before, after) = (rest.get(..start)?, rest.get(start + 2..)?);
            let (path, remains) = braced(after)?;
            out.push_str(before);
            let value = match rest.get(start..)?.starts_with('@') {
                true => self.answer?.at(path).clone(),
                false => self
                    .interpolated(path)?
                    .split('|')
                    .map(|path| self.at(path))
                    .find(|value| !is_blank(value))
                    .unwrap_or_default(),
            };
            out.push_str(&text_of(&value)?);
            rest = remains;
        }
        Some(out + rest)
    }

    fn at(&self, path: &str) -> Value {
        let own = |text: &str| Value::String(text.to_owned());
        match path {
            "@account" => return own(&self.operator.account),
            "@region" => return own(&self.operator.region),
            "@website" => return own(&regions::website_domain(&self.operator.region)),
            "each" => return self.each.clone(),
            "outer" => return self.outer.clone(),
            _ => {}
        }
        match path.split_once('.') {
            Some(("each", path)) => within(&self.each, path),
            Some(("outer", path)) => within(&self.outer, path),
            _ => within(self.attributes.as_json(), path),
        }
    }
}

/// What stands before the brace that closes, and what after it; braces may stand within.
fn braced(text: &str) -> Option<(&str, &str)> {
    let mut open = 0_usize;
    for (index, letter) in text.char_indices() {
        match letter {
            '{' => open += 1,
            '}' if open == 0 => return Some((text.get(..index)?, text.get(index + 1..)?)),
            '}' => open -= 1,
            _ => {}
        }
    }
    None
}

/// The value at a path; a text on the way is a document.
fn within(value: &Value, path: &str) -> Value {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let document = value.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
    let value = document.as_ref().unwrap_or(value);
    let found = match value {
        Value::Object(members) => members.get(first),
        Value::Array(elements) => first.parse::<usize>().ok().and_then(|index| elements.get(index)),
        _ => None,
    };
    match (found, rest) {
        (Some(found), Some(rest)) => within(found, rest),
        (found, _) => found.cloned().unwrap_or_default(),
    }
}

/// The provider does not tell empty from unset.
pub fn is_blank(value: &Value) -> bool {
    value.is_null() || value.as_str() == Some("")
}

fn is_set(value: &Value) -> bool {
    let empty =
        value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(|it| it.is_empty());
    !is_blank(value) && !empty && value.as_bool() != Some(false) && value.as_i64() != Some(0)
}

fn text_of(value: &Value) -> Option<String> {
    match value {
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(truth) => Some(truth.to_string()),
        _ => None,
    }
}
