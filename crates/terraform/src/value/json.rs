//! JSON as Terraform writes and reads it, keeping the places of objects.

use std::ops::Range;

use thiserror::Error;

use crate::value::{Kind, MAX_DEPTH, Number, Text, TextBuilder, Type, Value};

/// Why text is not JSON.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{expected} at byte {offset}")]
pub(crate) struct JsonError {
    /// Bytes from the text's beginning.
    pub(crate) offset: usize,
    expected: String,
}

/// The value as `jsonencode` writes it: sorted keys, no spaces, `<`, `>` and `&` escaped. Objects of known
/// origin keep it. A value that is not wholly known has no text; it counts as `null` here, so ask before.
pub(crate) fn encode(value: &Value) -> Text {
    let mut out = TextBuilder::default();
    write(value, &mut out);
    out.finish()
}

fn write(value: &Value, out: &mut TextBuilder) {
    match value.kind() {
        Kind::Null(_) | Kind::Unknown(_) => out.push_str("null"),
        Kind::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&number.to_string()),
        Kind::String(text) => out.push_str(&quoted(text.as_str())),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            out.push_str("[");
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                write(item, out);
            }
            out.push_str("]");
        }
        Kind::Map(_, entries) | Kind::Object(entries) => {
            out.mark(value.shared_origin(), false);
            out.push_str("{");
            for (index, (key, item)) in entries.iter().enumerate() {
                out.push_str(if index > 0 { "," } else { "" });
                out.push_str(&quoted(key));
                out.push_str(":");
                write(item, out);
            }
            out.push_str("}");
        }
    }
}

/// Text in quotes with the escapes of Go's encoder, which Terraform uses.
pub(crate) fn quoted(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' | '\0'..='\u{1f}' => {
                out.push_str(&format!("\\u{:04x}", u32::from(character)));
            }
            other => out.push(other),
        }
    }
    out.push('"');
    out
}

/// The value that JSON text stands for; objects keep the place where they were written, if the text knows it. Of members
/// with one name the last one counts.
///
/// # Errors
///
/// If the text is not JSON or nests too deep.
pub(crate) fn decode(text: &Text) -> Result<Value, JsonError> {
    Ok(parse(text.as_str())?.into_value(text))
}

/// JSON with the bytes that each part stands in.
pub(crate) struct Node {
    pub(crate) range: Range<usize>,
    pub(crate) content: Content,
}

/// What a part of JSON is.
pub(crate) enum Content {
    Null,
    Bool(bool),
    Number(Number),
    String(String),
    Array(Vec<Node>),
    /// Members in order, each with its name.
    Object(Vec<(Key, Node)>),
}

/// The name of a member.
pub(crate) struct Key {
    pub(crate) range: Range<usize>,
    pub(crate) name: String,
}

/// JSON as it is written.
///
/// # Errors
///
/// As [`decode`].
pub(crate) fn parse(text: &str) -> Result<Node, JsonError> {
    let mut reader = Reader { text, offset: 0 };
    let node = reader.value(0)?;
    reader.space();
    match reader.peek() {
        None => Ok(node),
        Some(_) => Err(reader.error("end of text expected")),
    }
}

impl Node {
    /// The value that it stands for; the places are those of `text`, which it was read from.
    pub(crate) fn into_value(self, text: &Text) -> Value {
        let origin = text.origin_at(self.range.start);
        match self.content {
            Content::Null => Value::null(),
            Content::Bool(truth) => truth.into(),
            Content::Number(number) => number.into(),
            Content::String(string) => Value::from(Text::computed(string, origin)),
            Content::Array(items) => Value::tuple(items.into_iter().map(|item| item.into_value(text))),
            Content::Object(members) => {
                let members = members.into_iter().map(|(key, member)| (key.name, member.into_value(text)));
                Value::new(Kind::Object(members.collect())).with_origin(origin)
            }
        }
    }
}

struct Reader<'t> {
    text: &'t str,
    offset: usize,
}

impl Reader<'_> {
    fn error(&self, expected: impl Into<String>) -> JsonError {
        JsonError { offset: self.offset, expected: expected.into() }
    }

    fn rest(&self) -> &str {
        self.text.get(self.offset..).unwrap_or_default()
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self) -> Option<char> {
        let character = self.peek()?;
        self.offset += character.len_utf8();
        Some(character)
    }

    fn space(&mut self) {
        let rest = self.rest();
        self.offset += rest.len() - rest.trim_start_matches([' ', '\t', '\n', '\r']).len();
    }

    fn expect(&mut self, character: char) -> Result<(), JsonError> {
        self.space();
        if self.peek() == Some(character) {
            self.take();
            return Ok(());
        }
        Err(self.error(format!("`{character}` expected")))
    }

    fn value(&mut self, depth: usize) -> Result<Node, JsonError> {
        if depth >= MAX_DEPTH {
            return Err(self.error("fewer levels of nesting expected"));
        }
        self.space();
        let start = self.offset;
        let content = match self.peek() {
            Some('{') => self.object(depth),
            Some('[') => self.array(depth),
            Some('"') => self.string().map(Content::String),
            Some('-' | '0'..='9') => self.number().map(Content::Number),
            _ => self.word(),
        }?;
        Ok(Node { range: start..self.offset, content })
    }

    fn word(&mut self) -> Result<Content, JsonError> {
        let words = [("null", Content::Null), ("true", Content::Bool(true)), ("false", Content::Bool(false))];
        for (word, value) in words {
            if self.rest().starts_with(word) {
                self.offset += word.len();
                return Ok(value);
            }
        }
        Err(self.error("a JSON value expected"))
    }

    fn object(&mut self, depth: usize) -> Result<Content, JsonError> {
        self.expect('{')?;
        let mut members = Vec::new();
        self.space();
        if self.peek() == Some('}') {
            self.take();
        } else {
            loop {
                self.space();
                let start = self.offset;
                let name = self.string()?;
                let key = Key { range: start..self.offset, name };
                self.expect(':')?;
                members.push((key, self.value(depth + 1)?));
                if self.ends('}')? {
                    break;
                }
            }
        }
        Ok(Content::Object(members))
    }

    fn array(&mut self, depth: usize) -> Result<Content, JsonError> {
        self.expect('[')?;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(']') {
            self.take();
        } else {
            loop {
                items.push(self.value(depth + 1)?);
                if self.ends(']')? {
                    break;
                }
            }
        }
        Ok(Content::Array(items))
    }

    fn ends(&mut self, close: char) -> Result<bool, JsonError> {
        self.space();
        match self.peek() {
            Some(',') => {
                self.take();
                Ok(false)
            }
            Some(character) if character == close => {
                self.take();
                Ok(true)
            }
            _ => Err(self.error(format!("`,` or `{close}` expected"))),
        }
    }

    fn number(&mut self) -> Result<Number, JsonError> {
        let rest = self.rest();
        let end =
            rest.find(|c: char| !matches!(c, '0'..='9' | '-' | '+' | '.' | 'e' | 'E')).unwrap_or(rest.len());
        let literal = rest.get(..end).unwrap_or_default();
        let digits = literal.strip_prefix('-').unwrap_or(literal);
        let leading_zero =
            digits.starts_with('0') && digits.chars().nth(1).is_some_and(|c| c.is_ascii_digit());
        let bare_point = digits.starts_with('.')
            || digits
                .split_once('.')
                .is_some_and(|(_, after)| !after.starts_with(|c: char| c.is_ascii_digit()));
        let number = if leading_zero || bare_point { None } else { Number::parse(literal) };
        let number = number.ok_or_else(|| self.error("a number expected"))?;
        self.offset += end;
        Ok(number)
    }

    fn string(&mut self) -> Result<String, JsonError> {
        if self.peek() != Some('"') {
            return Err(self.error("a string expected"));
        }
        self.take();
        let mut out = String::new();
        loop {
            match self.take() {
                Some('"') => return Ok(out),
                Some('\\') => out.push(self.escape()?),
                Some(character) if character < ' ' => return Err(self.error("no control character expected")),
                Some(character) => out.push(character),
                None => return Err(self.error("`\"` expected")),
            }
        }
    }

    fn escape(&mut self) -> Result<char, JsonError> {
        match self.take() {
            Some(character @ ('"' | '\\' | '/')) => Ok(character),
            Some('n') => Ok('\n'),
            Some('r') => Ok('\r'),
            Some('t') => Ok('\t'),
            Some('b') => Ok('\u{8}'),
            Some('f') => Ok('\u{c}'),
            Some('u') => self.unicode(),
            _ => Err(self.error("an escape expected")),
        }
    }

    fn unicode(&mut self) -> Result<char, JsonError> {
        let high = self.hex()?;
        if !(0xd800..0xdc00).contains(&high) {
            return Ok(char::from_u32(high).unwrap_or(char::REPLACEMENT_CHARACTER));
        }
        let before = self.offset;
        if self.take() == Some('\\') && self.take() == Some('u') {
            let low = self.hex()?;
            if (0xdc00..0xe000).contains(&low) {
                let code = 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00);
                return Ok(char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        self.offset = before;
        Ok(char::REPLACEMENT_CHARACTER)
    }

    fn hex(&mut self) -> Result<u32, JsonError> {
        let digits = self.rest().get(..4).unwrap_or_default();
        let valid = digits.len() == 4 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let code = if valid { u32::from_str_radix(digits, 16).ok() } else { None };
        let code = code.ok_or_else(|| self.error("four hexadecimal digits expected"))?;
        self.offset += 4;
        Ok(code)
    }
}

impl Value {
    /// The value as JSON; numbers beyond double precision lose digits, unknown values become `null`.
    pub fn to_json(&self) -> serde_json::Value {
        match &self.kind {
            Kind::Null(_) | Kind::Unknown(_) => serde_json::Value::Null,
            Kind::Bool(truth) => (*truth).into(),
            Kind::Number(number) => match number.to_i64() {
                Some(whole) => whole.into(),
                None => {
                    serde_json::Number::from_f64(number.to_f64()).map_or(serde_json::Value::Null, Into::into)
                }
            },
            Kind::String(text) => text.as_str().into(),
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
                items.iter().map(Value::to_json).collect::<Vec<_>>().into()
            }
            Kind::Map(_, entries) | Kind::Object(entries) => {
                let entries = entries.iter().map(|(key, value)| (key.clone(), value.to_json()));
                serde_json::Value::Object(entries.collect())
            }
        }
    }

    /// The value that JSON stands for: arrays as tuples, objects as objects.
    pub fn from_json(json: &serde_json::Value) -> Value {
        match json {
            serde_json::Value::Null => Value::null(),
            serde_json::Value::Bool(truth) => (*truth).into(),
            serde_json::Value::Number(number) => {
                Number::parse(&number.to_string()).map_or(Value::new(Kind::Null(Type::Number)), Value::from)
            }
            serde_json::Value::String(text) => text.as_str().into(),
            serde_json::Value::Array(items) => Value::tuple(items.iter().map(Value::from_json)),
            serde_json::Value::Object(entries) => {
                Value::object(entries.iter().map(|(key, value)| (key.clone(), Value::from_json(value))))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_as_go_does() {
        let value =
            Value::object([("b", "<a & b>".into()), ("a", Value::tuple([true.into(), Value::null()]))]);
        assert_eq!(encode(&value).as_str(), r#"{"a":[true,null],"b":"\u003ca \u0026 b\u003e"}"#);
    }

    #[test]
    fn reads_what_it_wrote_and_refuses_the_rest() {
        let text = Text::from(r#" {"a": [1, -2.5e1, "\u00e9\ud83d\ude00\n"], "b": {}} "#.to_owned());
        let value = decode(&text).unwrap();
        assert_eq!(encode(&value).as_str(), "{\"a\":[1,-25,\"é😀\\n\"],\"b\":{}}");
        for bad in ["", "{", "[1,]", "{\"a\":}", "01", "nul", "\"\\x\"", "1 2", "\"\u{1}\""] {
            assert!(decode(&Text::from(bad.to_owned())).is_err(), "{bad}");
        }
        let deep = "[".repeat(100_000);
        assert!(decode(&Text::from(deep)).is_err());
    }
}
