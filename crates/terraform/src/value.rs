//! Values of Terraform's language.
//!
//! A value knows whether it is sensitive and, for text and objects, where it was written: [`Text`] keeps the
//! places its characters came from, objects keep the place of their braces.

mod convert;
mod json;
mod marks;
mod number;
mod order;
mod text;
mod types;
mod unify;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

pub use self::convert::ConversionError;
pub(crate) use self::convert::convert;
pub(crate) use self::json::{
    Content as JsonContent, Key as JsonKey, Node as JsonNode, decode as decode_json, encode as encode_json,
    parse as parse_json, quoted,
};
pub(crate) use self::marks::Marks;
pub use self::number::Number;
pub(crate) use self::text::TextBuilder;
pub use self::text::{Segment, Text};
pub use self::types::{Field, Type};
pub(crate) use self::unify::{unify, unify_values};

use crate::source::Origin;

/// Levels of nesting beyond which a value is refused: such a value only comes from input that means to exhaust
/// the stack.
pub(crate) const MAX_DEPTH: usize = 200;

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub enum Kind {
    /// No value, of a type.
    Null(Type),
    /// Not known before something is created or read: "(known after apply)".
    Unknown(Type),
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// Text.
    String(Text),
    /// Values of one type, in order.
    List(Type, Vec<Value>),
    /// Different values of one type, kept in Terraform's order.
    Set(Type, Vec<Value>),
    /// Values of one type by key.
    Map(Type, BTreeMap<String, Value>),
    /// Values of any types, in order.
    Tuple(Vec<Value>),
    /// Values of any types by attribute name.
    Object(BTreeMap<String, Value>),
}

/// A value, with what is known about it beside its content.
#[derive(Clone)]
pub struct Value {
    kind: Kind,
    marks: Marks,
    origin: Option<Arc<Origin>>,
}

/// A sensitive value does not show.
impl fmt::Debug for Value {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_sensitive() {
            return formatter.write_str("(sensitive value)");
        }
        self.kind.fmt(formatter)
    }
}

/// Values are equal when their content is; sensitivity and origin do not count.
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        self.kind == other.kind
    }
}

impl Value {
    /// A value of this content, neither sensitive nor of known origin.
    pub fn new(kind: Kind) -> Value {
        Value { kind, marks: Marks::NONE, origin: None }
    }

    /// `null` of no particular type.
    pub fn null() -> Value {
        Value::new(Kind::Null(Type::Dynamic))
    }

    /// A value of `ty` that is not yet known.
    pub fn unknown(ty: Type) -> Value {
        Value::new(Kind::Unknown(ty))
    }

    /// An object of these attributes.
    pub fn object<K: Into<String>>(attributes: impl IntoIterator<Item = (K, Value)>) -> Value {
        Value::new(Kind::Object(attributes.into_iter().map(|(name, value)| (name.into(), value)).collect()))
    }

    /// A tuple of these values.
    pub fn tuple(values: impl IntoIterator<Item = Value>) -> Value {
        Value::new(Kind::Tuple(values.into_iter().collect()))
    }

    /// A list of text.
    pub fn strings<S: Into<String>>(texts: impl IntoIterator<Item = S>) -> Value {
        let items = texts.into_iter().map(|text| Value::from(text.into())).collect();
        Value::new(Kind::List(Type::String, items))
    }

    /// A list of values that all have the type `element`.
    pub(crate) fn list(element: Type, items: Vec<Value>) -> Value {
        Value::new(Kind::List(element, items))
    }

    /// A set of values that all have the type `element`: sorted, each once.
    pub(crate) fn set(element: Type, mut items: Vec<Value>) -> Value {
        let marks = items.iter().map(Value::marks_within).collect();
        items.sort_by(Value::set_order);
        items.dedup();
        Value::new(Kind::Set(element, items)).marked(marks)
    }

    /// What the value is.
    pub fn kind(&self) -> &Kind {
        &self.kind
    }

    /// What the value is, owned.
    pub fn into_kind(self) -> Kind {
        self.kind
    }

    /// Marks the value as sensitive where `sensitive` holds; a mark is never taken away.
    #[must_use]
    pub fn sensitive_if(self, sensitive: bool) -> Value {
        self.marked(Marks::SENSITIVE.when(sensitive))
    }

    /// The value with these marks beside its own.
    #[must_use]
    pub(crate) fn marked(mut self, marks: Marks) -> Value {
        self.marks |= marks;
        self
    }

    /// The marks of the value itself.
    pub(crate) fn marks(&self) -> Marks {
        self.marks
    }

    /// The marks of the value and of all within it.
    pub(crate) fn marks_within(&self) -> Marks {
        self.marks | self.children().map(Value::marks_within).collect()
    }

    /// The value with `change` applied to it and all within it, from the inside out.
    fn map(mut self, change: &dyn Fn(Value) -> Value) -> Value {
        let replace = |item: &mut Value| *item = std::mem::replace(item, Value::null()).map(change);
        match &mut self.kind {
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
                items.iter_mut().for_each(replace)
            }
            Kind::Map(_, entries) | Kind::Object(entries) => entries.values_mut().for_each(replace),
            _ => {}
        }
        change(self)
    }

    /// The value as one that is no secret; what is within it keeps its marks.
    pub(crate) fn nonsensitive(self) -> Value {
        Value { marks: Marks { sensitive: false, ..self.marks }, ..self }
    }

    /// The value with `null` for all that is ephemeral in it.
    pub(crate) fn ephemeral_as_null(self) -> Value {
        self.map(&|value| match value.marks.ephemeral {
            true => Value::new(Kind::Null(value.ty())).sensitive_if(value.is_sensitive()),
            false => value,
        })
    }

    /// The value as it is after Terraform has written it to a plan and read it back: fractions that are doubles come
    /// back as doubles, which shows in how many digits they print.
    pub(crate) fn through_plan(self) -> Value {
        self.map(&|value| match value.kind {
            Kind::Number(number) => Value { kind: Kind::Number(number.through_plan()), ..value },
            _ => value,
        })
    }

    /// Whether the value itself is marked as sensitive.
    pub fn is_sensitive(&self) -> bool {
        self.marks.sensitive
    }

    /// Whether the value or anything in it is marked as sensitive.
    pub fn is_sensitive_within(&self) -> bool {
        self.marks_within().sensitive
    }

    /// Whether the value or anything in it must not be kept beyond the run.
    pub fn is_ephemeral_within(&self) -> bool {
        self.marks_within().ephemeral
    }

    /// Where the value was written, for objects; for text see [`Text::origin_at`].
    pub fn origin(&self) -> Option<&Origin> {
        match &self.kind {
            Kind::String(text) => text.origin(),
            _ => self.origin.as_deref(),
        }
    }

    /// The value, written at `origin`.
    #[must_use]
    pub fn with_origin(mut self, origin: Option<Arc<Origin>>) -> Value {
        self.origin = origin;
        self
    }

    pub(crate) fn shared_origin(&self) -> Option<Arc<Origin>> {
        self.origin.clone()
    }

    /// Whether the value is `null`.
    pub fn is_null(&self) -> bool {
        matches!(self.kind, Kind::Null(_))
    }

    /// Whether the value itself is not yet known.
    pub fn is_unknown(&self) -> bool {
        matches!(self.kind, Kind::Unknown(_))
    }

    /// Whether the value and all within it are known.
    pub fn is_wholly_known(&self) -> bool {
        !self.is_unknown() && self.children().all(Value::is_wholly_known)
    }

    /// Whether there is an infinite number in it, which neither a state nor a plan can keep.
    pub(crate) fn is_infinite_within(&self) -> bool {
        self.as_number().is_some_and(Number::is_infinite) || self.children().any(Value::is_infinite_within)
    }

    /// The text, if it is text.
    pub fn as_str(&self) -> Option<&str> {
        self.as_text().map(Text::as_str)
    }

    /// The text with its places, if it is text.
    pub fn as_text(&self) -> Option<&Text> {
        match &self.kind {
            Kind::String(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn as_bool(&self) -> Option<bool> {
        match self.kind {
            Kind::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The number, if it is one.
    pub fn as_number(&self) -> Option<&Number> {
        match &self.kind {
            Kind::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The elements of a list, set or tuple.
    pub fn as_sequence(&self) -> Option<&[Value]> {
        match &self.kind {
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => Some(items),
            _ => None,
        }
    }

    /// The entries of a map or object.
    pub fn as_entries(&self) -> Option<&BTreeMap<String, Value>> {
        match &self.kind {
            Kind::Map(_, entries) | Kind::Object(entries) => Some(entries),
            _ => None,
        }
    }

    /// The entry of a map or object.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.as_entries()?.get(name)
    }

    /// The values directly within this one.
    pub(crate) fn children(&self) -> Box<dyn Iterator<Item = &Value> + '_> {
        match &self.kind {
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => Box::new(items.iter()),
            Kind::Map(_, entries) | Kind::Object(entries) => Box::new(entries.values()),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// Whether values nest deeper than `levels`.
    pub(crate) fn is_deeper_than(&self, levels: usize) -> bool {
        match levels.checked_sub(1) {
            Some(below) => self.children().any(|child| child.is_deeper_than(below)),
            None => true,
        }
    }

    /// The type of the value.
    pub fn ty(&self) -> Type {
        match &self.kind {
            Kind::Null(ty) | Kind::Unknown(ty) => ty.clone(),
            Kind::Bool(_) => Type::Bool,
            Kind::Number(_) => Type::Number,
            Kind::String(_) => Type::String,
            Kind::List(element, _) => Type::List(Box::new(element.clone())),
            Kind::Set(element, _) => Type::Set(Box::new(element.clone())),
            Kind::Map(element, _) => Type::Map(Box::new(element.clone())),
            Kind::Tuple(items) => Type::Tuple(items.iter().map(Value::ty).collect()),
            Kind::Object(entries) => Type::Object(
                entries.iter().map(|(name, value)| (name.clone(), Field::required(value.ty()))).collect(),
            ),
        }
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Value {
        Value::new(Kind::Bool(value))
    }
}

impl From<Number> for Value {
    fn from(value: Number) -> Value {
        Value::new(Kind::Number(value))
    }
}

impl From<i64> for Value {
    fn from(value: i64) -> Value {
        Value::from(Number::from(value))
    }
}

impl From<usize> for Value {
    fn from(value: usize) -> Value {
        Value::from(Number::from(value))
    }
}

impl From<Text> for Value {
    fn from(value: Text) -> Value {
        Value::new(Kind::String(value))
    }
}

impl From<String> for Value {
    fn from(value: String) -> Value {
        Value::from(Text::from(value))
    }
}

impl From<&str> for Value {
    fn from(value: &str) -> Value {
        Value::from(value.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_are_sorted_and_each_value_stands_once() {
        let set = Value::set(Type::String, vec!["b".into(), "a".into(), "b".into()]);
        assert_eq!(set.as_sequence().unwrap(), ["a".into(), "b".into()]);
    }

    #[test]
    fn a_sensitive_value_does_not_show() {
        let value = Value::object([("secret", Value::from("hush").sensitive_if(true))]);
        assert!(!format!("{value:?}").contains("hush"));
    }

    #[test]
    fn depth_is_measured_without_walking_all() {
        let mut value = Value::null();
        for _ in 0..10 {
            value = Value::tuple([value]);
        }
        assert!(value.is_deeper_than(10));
        assert!(!value.is_deeper_than(11));
    }
}
