//! Writes YAML in block style: text in double quotes, text of several lines as it is, all else plain.

use crate::value::{Kind, Value};

/// Where a line is folded at its next space.
const WIDTH: usize = 80;
/// The longest key that stands on one line with its value, in bytes with the quotes.
const SIMPLE_KEY: usize = 128;

/// One document.
pub(super) fn document(value: &Value) -> String {
    let mut writer = Writer::default();
    writer.node(value, None);
    writer.end_line();
    // A plain scalar could go on, so its end is marked.
    if matches!(value.kind(), Kind::Bool(_) | Kind::Number(_) | Kind::Null(_) | Kind::Unknown(_)) {
        writer.out.push_str("...\n");
    }
    writer.out
}

#[derive(Default)]
struct Writer {
    out: String,
    column: usize,
}

impl Writer {
    fn push(&mut self, character: char) {
        self.column = if character == '\n' { 0 } else { self.column + 1 };
        self.out.push(character);
    }

    fn push_str(&mut self, text: &str) {
        text.chars().for_each(|character| self.push(character));
    }

    fn end_line(&mut self) {
        if self.column > 0 {
            self.push('\n');
        }
    }

    fn indent(&mut self, indent: usize) {
        self.end_line();
        self.push_str(&" ".repeat(indent));
    }

    /// A value within a block that is indented so far; `None` at the top.
    fn node(&mut self, value: &Value, block: Option<usize>) {
        let inner = block.map_or(0, |indent| indent + 2);
        match value.kind() {
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => self.sequence(items, inner),
            Kind::Map(_, entries) | Kind::Object(entries) if entries.is_empty() => self.push_str("{}"),
            Kind::Map(_, entries) | Kind::Object(entries) => {
                for (index, (key, value)) in entries.iter().enumerate() {
                    // The first entry of a mapping in a sequence stands behind the dash.
                    if index > 0 || self.column != inner {
                        self.indent(inner);
                    }
                    self.entry(key, value, inner);
                }
            }
            Kind::String(text) => self.text(text.as_str(), block, true),
            Kind::Bool(truth) => self.push_str(if *truth { "true" } else { "false" }),
            Kind::Number(number) => self.push_str(&number.to_string()),
            Kind::Null(_) | Kind::Unknown(_) => self.push_str("null"),
        }
    }

    fn sequence(&mut self, items: &[Value], indent: usize) {
        if items.is_empty() {
            self.push_str("[]");
        }
        for (index, item) in items.iter().enumerate() {
            if index > 0 || self.column != indent {
                self.indent(indent);
            }
            self.push_str("- ");
            self.node(item, Some(indent));
        }
    }

    fn entry(&mut self, key: &str, value: &Value, indent: usize) {
        let simple = key.len() + 2 <= SIMPLE_KEY && !key.contains('\n');
        if !simple {
            self.push_str("? ");
        }
        self.text(key, Some(indent), !simple);
        if !simple {
            self.indent(indent);
        }
        self.push(':');
        match value.kind() {
            // A sequence stands no deeper than its key.
            Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) if !items.is_empty() => {
                self.end_line();
                self.sequence(items, indent);
            }
            Kind::Map(_, entries) | Kind::Object(entries) if !entries.is_empty() => {
                self.node(value, Some(indent));
            }
            _ => {
                self.push(' ');
                self.node(value, Some(indent));
            }
        }
    }

    fn text(&mut self, text: &str, block: Option<usize>, folds: bool) {
        let indent = block.unwrap_or(0) + 2;
        if text.contains('\n') && folds && stands_as_it_is(text) {
            self.literal(text, indent);
        } else {
            self.quoted(text, indent, folds);
        }
    }

    fn literal(&mut self, text: &str, indent: usize) {
        self.push('|');
        if text.starts_with([' ', '\n']) {
            self.push('2');
        }
        match text.strip_suffix('\n') {
            None => self.push('-'),
            Some(before) if before.is_empty() || before.ends_with('\n') => self.push('+'),
            Some(_) => {}
        }
        self.push('\n');
        for line in text.split_inclusive('\n') {
            if line != "\n" {
                self.push_str(&" ".repeat(indent));
            }
            self.push_str(line);
        }
    }

    fn quoted(&mut self, text: &str, indent: usize, folds: bool) {
        self.push('"');
        let mut after_space = false;
        let mut characters = text.chars().enumerate().peekable();
        while let Some((index, character)) = characters.next() {
            let next = characters.peek().map(|(_, next)| *next);
            if character == ' ' && folds && !after_space && self.column > WIDTH && index > 0 && next.is_some()
            {
                self.indent(indent);
                if next == Some(' ') {
                    self.push('\\');
                }
            } else if is_plain(character) && !matches!(character, '"' | '\\') {
                self.push(character);
            } else {
                self.push_str(&escape(character));
            }
            after_space = character == ' ';
        }
        self.push('"');
    }
}

/// Whether text of several lines can be written without escapes.
fn stands_as_it_is(text: &str) -> bool {
    text.chars().all(|character| character == '\n' || is_plain(character))
        && !text.contains(" \n")
        && !text.ends_with(' ')
}

/// What the library that Terraform uses takes for printable on a line.
fn is_plain(character: char) -> bool {
    matches!(character, ' '..='~' | '\u{a0}'..='\u{fffd}')
        && !matches!(character, '\u{2028}' | '\u{2029}' | '\u{feff}')
}

fn escape(character: char) -> String {
    let short = match character {
        '\0' => '0',
        '\u{7}' => 'a',
        '\u{8}' => 'b',
        '\t' => 't',
        '\n' => 'n',
        '\u{b}' => 'v',
        '\u{c}' => 'f',
        '\r' => 'r',
        '\u{1b}' => 'e',
        '"' | '\\' => character,
        '\u{85}' => 'N',
        '\u{2028}' => 'L',
        '\u{2029}' => 'P',
        other => {
            return match u32::from(other) {
                code @ 0..=0xff => format!("\\x{code:02X}"),
                code @ 0..=0xffff => format!("\\u{code:04X}"),
                code => format!("\\U{code:08X}"),
            };
        }
    };
    format!("\\{short}")
}
