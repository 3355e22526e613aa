//! The functions of Terraform's own provider: values as text of its language and back.

use hcl_edit::structure::Structure;

use super::{Arguments, FunctionError};
use crate::eval::{constant, span};
use crate::load::parse_body;
use crate::source::Source;
use crate::value::{Kind, Value};

type Result = std::result::Result<Value, FunctionError>;

pub(super) fn encode_expr(arguments: &Arguments<'_>) -> Result {
    let mut out = String::new();
    write(arguments.value(0)?, 0, &mut out);
    Ok(out.into())
}

pub(super) fn encode_tfvars(arguments: &Arguments<'_>) -> Result {
    let mut assignments = Vec::new();
    for (name, value) in arguments.entries(0)? {
        if !is_name(name) {
            return Err(FunctionError::argument(0, format!("`{name}` cannot be the name of a variable")));
        }
        assignments.push((name.clone(), value));
    }
    let mut out = String::new();
    for line in aligned(&assignments, 0) {
        out.push_str(&line);
        out.push('\n');
    }
    Ok(out.into())
}

pub(super) fn decode_tfvars(arguments: &Arguments<'_>) -> Result {
    let text = arguments.string(0)?.to_owned();
    let source = Source::new("tfvars".into(), "argument of `decode_tfvars`".to_owned(), text);
    let wrong = |reason: String| FunctionError::argument(0, reason);
    let body =
        parse_body(&source).map_err(|error| wrong(format!("not a file of variables: {}", error.label())))?;
    let mut values = Vec::new();
    for structure in &body {
        match structure {
            Structure::Attribute(attribute) => {
                let value = constant(&attribute.value, &source).map_err(|error| {
                    wrong(format!("line {}: {error}", line(&source, span(&attribute.value).start)))
                })?;
                values.push((attribute.key.to_string(), value));
            }
            Structure::Block(block) => {
                let line = line(&source, span(&block.ident).start);
                return Err(wrong(format!("line {line}: a block stands in a file of variables")));
            }
        }
    }
    Ok(Value::object(values))
}

fn line(source: &Source, offset: usize) -> usize {
    source.position(offset).0
}

/// Whether a key stands without quotes.
fn is_name(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|first| first.is_alphabetic() || first == '_')
        && characters.all(|c| c.is_alphanumeric() || c == '_' || c == '-')
}

/// Appends a value whose line is indented so far.
fn write(value: &Value, indent: usize, out: &mut String) {
    match value.kind() {
        Kind::Null(_) | Kind::Unknown(_) => out.push_str("null"),
        Kind::Bool(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Kind::Number(number) => out.push_str(&number.to_string()),
        Kind::String(text) => out.push_str(&quoted(text.as_str())),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index > 0 { ", " } else { "" });
                write(item, indent, out);
            }
            out.push(']');
        }
        Kind::Map(_, entries) | Kind::Object(entries) if entries.is_empty() => out.push_str("{}"),
        Kind::Map(_, entries) | Kind::Object(entries) => {
            let key = |name: &String| if is_name(name) { name.clone() } else { quoted(name) };
            let assignments: Vec<(String, &Value)> =
                entries.iter().map(|(name, value)| (key(name), value)).collect();
            out.push_str("{\n");
            for line in aligned(&assignments, indent + 2) {
                out.push_str(&line);
                out.push('\n');
            }
            out.push_str(&format!("{}}}", " ".repeat(indent)));
        }
    }
}

/// Assignments, a line or more each; the equals signs of lines next to each other stand below one another.
fn aligned(assignments: &[(String, &Value)], indent: usize) -> Vec<String> {
    let written: Vec<(&str, String)> = assignments
        .iter()
        .map(|(name, value)| {
            let mut text = String::new();
            write(value, indent, &mut text);
            (name.as_str(), text)
        })
        .collect();
    let mut lines = Vec::new();
    for group in written.chunk_by(|(_, left), (_, right)| !left.contains('\n') && !right.contains('\n')) {
        let width = group.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
        let padded = |name: &str| " ".repeat(width - name.chars().count());
        lines.extend(
            group.iter().map(|(name, text)| format!("{}{name}{} = {text}", " ".repeat(indent), padded(name))),
        );
    }
    lines
}

fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '"' | '\\' => out.extend(['\\', character]),
            '$' | '%' if characters.peek() == Some(&'{') => out.extend([character, character]),
            other if other.is_control() => out.push_str(&format!("\\u{:04x}", u32::from(other))),
            other => out.push(other),
        }
    }
    out.push('"');
    out
}
