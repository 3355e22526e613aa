//! Writes policy documents, each statement with its place.

use std::sync::Arc;

use crate::source::Origin;
use crate::value::{Kind, Text, TextBuilder, Value, quoted};

/// JSON whose objects keep the order of their members and their place.
#[derive(Clone)]
pub(super) enum Json {
    Text(String),
    /// A number, a truth value or null, as it is written.
    Literal(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>, Option<Arc<Origin>>),
}

impl Json {
    pub(super) fn from_value(value: &Value) -> Json {
        match value.kind() {
            Kind::String(text) => Json::Text(text.as_str().to_owned()),
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
                Json::List(items.iter().map(Json::from_value).collect())
            }
            Kind::Map(_, entries) | Kind::Object(entries) => Json::Object(
                entries.iter().map(|(key, value)| (key.clone(), Json::from_value(value))).collect(),
                value.shared_origin(),
            ),
            Kind::Bool(truth) => Json::Literal(truth.to_string()),
            Kind::Number(number) => Json::Literal(number.to_string()),
            Kind::Null(_) | Kind::Unknown(_) => Json::Literal("null".to_owned()),
        }
    }

    /// Whether the provider leaves a member with this value out.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Json::Text(text) => text.is_empty(),
            Json::Literal(literal) => literal == "null",
            Json::List(_) => false,
            Json::Object(members, _) => members.is_empty(),
        }
    }

    /// On several lines, two spaces a level.
    pub(super) fn indented(&self) -> Text {
        let mut out = TextBuilder::default();
        self.write(&mut out, Some(0));
        out.finish()
    }

    /// On one line without spaces.
    pub(super) fn minified(&self) -> Text {
        let mut out = TextBuilder::default();
        self.write(&mut out, None);
        out.finish()
    }

    fn write(&self, out: &mut TextBuilder, indent: Option<usize>) {
        let inner = indent.map(|level| level + 1);
        match self {
            Json::Text(text) => out.push_str(&quoted(text)),
            Json::Literal(literal) => out.push_str(literal),
            Json::List(items) if items.is_empty() => out.push_str("[]"),
            Json::List(items) => {
                out.push_str("[");
                for (index, item) in items.iter().enumerate() {
                    separate(out, index, inner);
                    item.write(out, inner);
                }
                newline(out, indent);
                out.push_str("]");
            }
            Json::Object(members, origin) => {
                out.mark(origin.clone(), false);
                out.push_str("{");
                for (index, (name, value)) in members.iter().enumerate() {
                    separate(out, index, inner);
                    out.push_str(&quoted(name));
                    out.push_str(if indent.is_some() { ": " } else { ":" });
                    value.write(out, inner);
                }
                if !members.is_empty() {
                    newline(out, indent);
                }
                out.push_str("}");
            }
        }
    }
}

fn separate(out: &mut TextBuilder, index: usize, indent: Option<usize>) {
    out.push_str(if index > 0 { "," } else { "" });
    newline(out, indent);
}

fn newline(out: &mut TextBuilder, indent: Option<usize>) {
    if let Some(level) = indent {
        out.push_str("\n");
        out.push_str(&"  ".repeat(level));
    }
}
