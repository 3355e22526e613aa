//! Event patterns: which events a rule is for.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-patterns.html>

mod matcher;
mod parse;
#[cfg(test)]
mod tests;

use serde_json::{Map, Value};

use matcher::Matcher;

/// A pattern that was read.
pub(crate) struct Pattern(Fields);

/// What the fields of an object must be, all of them.
#[derive(Default)]
struct Fields {
    fields: Vec<(String, Field)>,
    /// `$or`: one of these must be met too, where there are any.
    alternatives: Vec<Fields>,
}

enum Field {
    Nested(Fields),
    /// One of the field's values must be met by one of these.
    Leaf(Vec<Matcher>),
}

impl Pattern {
    /// Reads a pattern.
    ///
    /// # Errors
    /// Why it is none.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse::pattern(text).map(Self)
    }

    /// Whether an event is one of those that it describes.
    pub fn matches(&self, event: &Map<String, Value>) -> bool {
        self.0.match_object(event)
    }
}

impl Fields {
    fn match_object(&self, object: &Map<String, Value>) -> bool {
        let fields = self.fields.iter().all(|(name, field)| field.matches(object.get(name)));
        let any = || self.alternatives.iter().any(|fields| fields.match_object(object));
        fields && (self.alternatives.is_empty() || any())
    }

    /// Where there is a list of objects, one of them must meet all of the fields.
    fn match_value(&self, value: Option<&Value>) -> bool {
        match value {
            Some(Value::Object(object)) => self.match_object(object),
            Some(Value::Array(items)) if !items.is_empty() => {
                items.iter().any(|item| self.match_value(Some(item)))
            }
            // Nothing is there, which is what `exists` may ask for.
            _ => self.match_object(&Map::new()),
        }
    }
}

impl Field {
    fn matches(&self, value: Option<&Value>) -> bool {
        match self {
            Self::Nested(fields) => fields.match_value(value),
            Self::Leaf(matchers) => {
                let mut values = Vec::new();
                if let Some(value) = value {
                    flatten(value, &mut values);
                }
                matchers.iter().any(|matcher| matcher.matches_any(&values))
            }
        }
    }
}

/// The scalars of a value: objects are no leaves.
fn flatten<'a>(value: &'a Value, into: &mut Vec<&'a Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| flatten(item, into)),
        Value::Object(_) => {}
        scalar => into.push(scalar),
    }
}
