//! PartiQL as DynamoDB speaks it, as far as what a statement reaches: its table and index, the attributes that it names,
//! and the values that it demands of a key.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html>

use std::collections::BTreeSet;

use serde_json::{Value, json};

/// What a statement does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Select,
    Insert,
    Update,
    Delete,
}

/// One statement.
#[derive(Debug)]
pub(super) struct Statement {
    pub kind: Kind,
    pub table: String,
    pub index: Option<String>,
    /// Every attribute that it names.
    pub attributes: BTreeSet<String>,
    /// Of SELECT: whether all attributes are asked for.
    pub all: bool,
    /// What stands behind WHERE, or of INSERT the item.
    condition: Vec<Token>,
}

/// What a statement demands of an attribute.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// That it is one of these.
    Values(Vec<Operand>),
    /// Nothing.
    Anything,
    /// Something that is not understood.
    Unknown,
}

/// A value in a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Operand {
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
enum Token {
    /// A bare word: a keyword, a function or a name.
    Word(String),
    /// `"name"`
    Name(String),
    Value(Operand),
    Mark(char),
}

/// Words that name no attribute.
const RESERVED: [&str; 31] = [
    "ALL",
    "AND",
    "AS",
    "ASC",
    "BETWEEN",
    "BY",
    "DELETE",
    "DESC",
    "EXISTS",
    "FALSE",
    "FROM",
    "IN",
    "INSERT",
    "INTO",
    "IS",
    "MISSING",
    "MODIFIED",
    "NEW",
    "NOT",
    "NULL",
    "OLD",
    "OR",
    "ORDER",
    "REMOVE",
    "RETURNING",
    "SELECT",
    "SET",
    "TRUE",
    "UPDATE",
    "VALUE",
    "WHERE",
];

/// Reads a statement; none where it is not understood.
pub(super) fn parse(text: &str) -> Option<Statement> {
    let mut tokens = tokens(text)?;
    // EXISTS(SELECT …) checks, in a transaction, what a SELECT reads.
    if is_word(tokens.first()?, "EXISTS")
        && tokens.get(1) == Some(&Token::Mark('('))
        && tokens.last() == Some(&Token::Mark(')'))
    {
        tokens = tokens.get(2..tokens.len().checked_sub(1)?)?.to_vec();
    }
    if tokens.iter().skip(1).any(|token| is_word(token, "SELECT")) {
        return None;
    }
    let at = |word: &str| tokens.iter().position(|token| is_word(token, word));
    let behind = |at: usize| tokens.get(at.saturating_add(1)..).unwrap_or_default();
    let (kind, named) = match tokens.first()? {
        first if is_word(first, "SELECT") => (Kind::Select, behind(at("FROM")?)),
        first if is_word(first, "INSERT") => (Kind::Insert, behind(at("INTO")?)),
        first if is_word(first, "UPDATE") => (Kind::Update, behind(0)),
        first if is_word(first, "DELETE") => (Kind::Delete, behind(at("FROM")?)),
        _ => return None,
    };
    let table = name(named.first()?)?.to_owned();
    let (index, rest) = match named.get(1..)? {
        [Token::Mark('.'), index, rest @ ..] => (Some(name(index)?.to_owned()), rest),
        rest => (None, rest),
    };
    let condition = match kind {
        Kind::Insert => rest.to_vec(),
        _ => at("WHERE").map(behind).unwrap_or_default().to_vec(),
    };
    let begins = match rest.first() {
        None => true,
        Some(token) => ["WHERE", "VALUE", "SET", "REMOVE", "ORDER"].iter().any(|word| is_word(token, word)),
    };
    if !begins {
        // An alias of the table, or what no statement has.
        return None;
    }
    let chosen: &[Token] = match kind {
        Kind::Select => tokens.get(1..at("FROM")?)?,
        _ => &[],
    };
    let mut attributes = named_attributes(chosen);
    attributes.extend(if kind == Kind::Insert { item_attributes(rest) } else { named_attributes(rest) });
    let all = chosen.contains(&Token::Mark('*'));
    Some(Statement { kind, table, index, attributes, all, condition })
}

impl Statement {
    /// What it demands of an attribute, for all rows that it reaches.
    pub fn keys(&self, attribute: &str) -> Where {
        match self.kind {
            Kind::Insert => inserted(&self.condition, attribute),
            _ => demanded(&self.condition, attribute),
        }
    }
}

/// `{'pk': value, …}`: the attribute of the item itself, not of a map inside it.
fn inserted(item: &[Token], attribute: &str) -> Where {
    let mut depth = 0_usize;
    let mut found = Vec::new();
    for (at, token) in item.iter().enumerate() {
        match token {
            Token::Mark('{' | '[' | '(' | '<') => depth = depth.saturating_add(1),
            Token::Mark('}' | ']' | ')' | '>') => depth = depth.saturating_sub(1),
            Token::Value(Operand::Text(text)) if depth == 1 && text == attribute => {
                if let Some([Token::Mark(':'), value]) = item.get(at.saturating_add(1)..at.saturating_add(3))
                {
                    found.push(value);
                }
            }
            _ => {}
        }
    }
    match found.as_slice() {
        [Token::Value(value)] => Where::Values(vec![value.clone()]),
        _ => Where::Unknown,
    }
}

/// Of a conjunction, the part that names the attribute. What is joined by OR demands nothing.
fn demanded(condition: &[Token], attribute: &str) -> Where {
    let mut depth = 0_usize;
    let mut parts: Vec<Vec<&Token>> = vec![Vec::new()];
    let mut between = false;
    for token in condition {
        let is = |word: &str| depth == 0 && is_word(token, word);
        if is("OR") {
            return Where::Anything;
        }
        if is("ORDER") || is("RETURNING") {
            break;
        }
        // The AND of BETWEEN joins its two ends.
        if is("AND") && !std::mem::take(&mut between) {
            parts.push(Vec::new());
            continue;
        }
        between |= is("BETWEEN");
        match token {
            Token::Mark('(' | '[' | '{') => depth = depth.saturating_add(1),
            Token::Mark(')' | ']' | '}') => depth = depth.saturating_sub(1),
            _ => {}
        }
        if let Some(part) = parts.last_mut() {
            part.push(token);
        }
    }
    let mut demands: Vec<Where> = parts.iter().map(|part| demand(part, attribute)).collect();
    demands.retain(|demand| *demand != Where::Anything);
    demands.into_iter().next().unwrap_or(Where::Anything)
}

/// What one part of a conjunction demands of the attribute.
fn demand(part: &[&Token], attribute: &str) -> Where {
    if let [Token::Mark('('), inner @ .., Token::Mark(')')] = part
        && is_closed(inner)
    {
        return demanded(&inner.iter().map(|token| (*token).clone()).collect::<Vec<_>>(), attribute);
    }
    if let Some(values) = equal(part, attribute) {
        return Where::Values(values);
    }
    let is_it = |token: Option<&&Token>| token.is_some_and(|token| name(token) == Some(attribute));
    let equals = |at: usize| part.get(at) == Some(&&Token::Mark('='));
    let last = part.len().saturating_sub(1);
    let begins = is_it(part.first()) && (equals(1) || part.get(1).is_some_and(|token| is_word(token, "IN")));
    // An equation with more than a value on its other side.
    match begins || is_it(part.get(last)) && equals(last.saturating_sub(1)) {
        true => Where::Unknown,
        false => Where::Anything,
    }
}

/// Whether what is opened within is closed within.
fn is_closed(tokens: &[&Token]) -> bool {
    let mut depth = 0_usize;
    for token in tokens {
        match token {
            Token::Mark('(') => depth = depth.saturating_add(1),
            Token::Mark(')') if depth == 0 => return false,
            Token::Mark(')') => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    depth == 0
}

/// `attribute = value`, `value = attribute`, `attribute IN [values]`
fn equal(part: &[&Token], attribute: &str) -> Option<Vec<Operand>> {
    let is_it = |token: &Token| name(token) == Some(attribute);
    match part {
        [named, Token::Mark('='), Token::Value(value)] | [Token::Value(value), Token::Mark('='), named]
            if is_it(named) =>
        {
            Some(vec![value.clone()])
        }
        [named, word, Token::Mark('[' | '('), values @ .., Token::Mark(']' | ')')]
            if is_it(named) && is_word(word, "IN") =>
        {
            let operands = values.iter().filter(|token| ***token != Token::Mark(','));
            operands
                .map(|token| match token {
                    Token::Value(value) => Some(value.clone()),
                    _ => None,
                })
                .collect()
        }
        _ => None,
    }
}

/// First parts of paths.
fn named_attributes(tokens: &[Token]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let is_part = matches!(before, Some(Token::Mark('.')));
        let is_function = tokens.get(at.saturating_add(1)) == Some(&Token::Mark('('))
            && matches!(token, Token::Word(word) if !word.eq_ignore_ascii_case("IN"));
        let reserved = RESERVED.iter().any(|word| is_word(token, word));
        if let Some(name) = name(token).filter(|_| !is_part && !is_function && !reserved) {
            names.insert(name.to_owned());
        }
    }
    names
}

/// Keys of the item that is inserted, but not of maps inside it.
fn item_attributes(tokens: &[Token]) -> BTreeSet<String> {
    let mut depth = 0_usize;
    let mut names = BTreeSet::new();
    for window in tokens.windows(2) {
        let [token, next] = window else { continue };
        match token {
            Token::Mark('{') => depth = depth.saturating_add(1),
            Token::Mark('}') => depth = depth.saturating_sub(1),
            Token::Value(Operand::Text(text)) if depth == 1 && *next == Token::Mark(':') => {
                names.insert(text.clone());
            }
            _ => {}
        }
    }
    names
}

fn name(token: &Token) -> Option<&str> {
    match token {
        Token::Word(name) | Token::Name(name) => Some(name),
        Token::Value(_) | Token::Mark(_) => None,
    }
}

fn is_word(token: &Token, wanted: &str) -> bool {
    matches!(token, Token::Word(word) if word.eq_ignore_ascii_case(wanted))
}

fn tokens(text: &str) -> Option<Vec<Token>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Operand {
        Operand::Text(text.to_owned())
    }

    #[test]
    fn statements_reach_what_they_name() {
        let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<BTreeSet<_>>();
        for (statement, kind, table, index, attributes, keys) in [
            (
                "SELECT * FROM \"t\" WHERE pk = 'a'",
                Kind::Select,
                "t",
                None,
                &["pk"][..],
                Where::Values(vec![text("a")]),
            ),
            (
                "select a, b.c from t.i where 'a' = pk and d > 3",
                Kind::Select,
                "t",
                Some("i"),
                &["a", "b", "d", "pk"],
                Where::Values(vec![text("a")]),
            ),
            (
                "SELECT a FROM \"t\".\"i\" WHERE \"pk\" IN ['a', ?]",
                Kind::Select,
                "t",
                Some("i"),
                &["a", "pk"],
                Where::Values(vec![text("a"), Operand::Parameter(0)]),
            ),
            (
                "SELECT a FROM t WHERE pk='a' OR pk='b'",
                Kind::Select,
                "t",
                None,
                &["a", "pk"],
                Where::Anything,
            ),
            ("SELECT a FROM t WHERE NOT pk = 'a'", Kind::Select, "t", None, &["a", "pk"], Where::Anything),
            (
                "SELECT a FROM t WHERE pk = 'it''s' AND (x = 1 OR y = 2)",
                Kind::Select,
                "t",
                None,
                &["a", "pk", "x", "y"],
                Where::Values(vec![text("it's")]),
            ),
            (
                "SELECT a FROM t WHERE x BETWEEN 1 AND 2 AND pk = 'a';",
                Kind::Select,
                "t",
                None,
                &["a", "pk", "x"],
                Where::Values(vec![text("a")]),
            ),
            (
                "SELECT a FROM t WHERE begins_with(pk, 'a')",
                Kind::Select,
                "t",
                None,
                &["a", "pk"],
                Where::Anything,
            ),
            (
                "INSERT INTO t VALUE {'pk': ?, 'm': {'pk': 'b'}}",
                Kind::Insert,
                "t",
                None,
                &["m", "pk"],
                Where::Values(vec![Operand::Parameter(0)]),
            ),
            (
                "UPDATE t SET a = 'x' REMOVE b WHERE pk = 'a' AND sk = ?",
                Kind::Update,
                "t",
                None,
                &["a", "b", "pk", "sk"],
                Where::Values(vec![text("a")]),
            ),
            (
                "DELETE FROM t WHERE pk = ? RETURNING ALL OLD *",
                Kind::Delete,
                "t",
                None,
                &["pk"],
                Where::Values(vec![Operand::Parameter(0)]),
            ),
            (
                "EXISTS(SELECT * FROM t WHERE pk = 'a')",
                Kind::Select,
                "t",
                None,
                &["pk"],
                Where::Values(vec![text("a")]),
            ),
        ] {
            let read = parse(statement).unwrap_or_else(|| panic!("{statement}"));
            assert_eq!(
                (read.kind, read.table.as_str(), read.index.as_deref()),
                (kind, table, index),
                "{statement}"
            );
            assert_eq!(read.attributes, named(attributes), "{statement}");
            assert_eq!(read.keys("pk"), keys, "{statement}");
        }
    }

    #[test]
    fn what_is_not_understood_is_no_statement() {
        for statement in [
            "",
            "DROP TABLE t",
            "SELECT * FROM t x WHERE x.pk = 'a'",
            "SELECT * FROM t, u",
            "SELECT * FROM t WHERE pk = 'a' -- and more",
            "SELECT * FROM t WHERE pk = 'a'; DELETE FROM t",
            "SELECT * FROM t WHERE pk = 'a",
            "SELECT * FROM t WHERE EXISTS (SELECT * FROM u)",
        ] {
            assert!(parse(statement).is_none(), "{statement}");
        }
    }
}
