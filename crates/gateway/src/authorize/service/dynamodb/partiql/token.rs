//! The words and marks of a statement.

use serde_json::{Value, json};

/// A value in a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Operand {
    Text(String),
    Number(String),
    /// `?`, the parameter of that position.
    Parameter(usize),
}

impl Operand {
    /// The value as an attribute has it.
    pub fn resolve(&self, parameters: &[Value]) -> Option<Value> {
        match self {
            Self::Text(text) => Some(json!({ "S": text })),
            Self::Number(number) => Some(json!({ "N": number })),
            Self::Parameter(at) => parameters.get(*at).cloned(),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A bare word: a keyword, a function or a name.
    Word(String),
    /// `"name"`
    Name(String),
    Value(Operand),
    Mark(char),
}

/// What it names, quoted or bare.
pub(super) fn name(token: &Token) -> Option<&str> {
    match token {
        Token::Word(name) | Token::Name(name) => Some(name),
        Token::Value(_) | Token::Mark(_) => None,
    }
}

/// Whether it is that word, in any case.
pub(super) fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted))
}

/// Splits a statement; none where something stands in it that no statement has.
pub(super) fn tokens(text: &str) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let mut parameters = 0_usize;
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_letter = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
        match first {
            '\'' | '"' => {
                let (quoted, behind) = quoted(rest, first)?;
                tokens.push(if first == '"' {
                    Token::Name(quoted)
                } else {
                    Token::Value(Operand::Text(quoted))
                });
                rest = behind;
            }
            '?' => {
                tokens.push(Token::Value(Operand::Parameter(parameters)));
                parameters = parameters.checked_add(1)?;
                rest = rest.get(1..)?;
            }
            c if c.is_ascii_digit() => {
                let end = rest.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == 'e' || c == 'E'));
                let (number, behind) = rest.split_at_checked(end.unwrap_or(rest.len()))?;
                tokens.push(Token::Value(Operand::Number(number.to_owned())));
                rest = behind;
            }
            c if is_letter(c) => {
                let (word, behind) =
                    rest.split_at_checked(rest.find(|c| !is_letter(c)).unwrap_or(rest.len()))?;
                tokens.push(Token::Word(word.to_owned()));
                rest = behind;
            }
            '(' | ')' | '[' | ']' | '{' | '}' | ',' | '.' | '=' | '<' | '>' | '!' | '+' | '-' | '*' | ':'
            | ';' | '|' => {
                // A statement ends with its semicolon; a sign in front of a number makes another value of it.
                let last = first == ';' && rest.trim_end().len() == 1;
                if first == ';' && !last || first == '-' && rest.starts_with("--") {
                    return None;
                }
                if !last {
                    tokens.push(Token::Mark(first));
                }
                rest = rest.get(1..)?;
            }
            _ => return None,
        }
        rest = rest.trim_start();
    }
    Some(tokens)
}

/// What stands between two marks, of which a doubled one stands for itself.
fn quoted(text: &str, mark: char) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut rest = text.get(1..)?;
    loop {
        let end = rest.find(mark)?;
        out.push_str(rest.get(..end)?);
        rest = rest.get(end.saturating_add(1)..)?;
        match rest.strip_prefix(mark) {
            Some(behind) => {
                out.push(mark);
                rest = behind;
            }
            None => return Some((out, rest)),
        }
    }
}
