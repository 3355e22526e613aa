//! PartiQL as DynamoDB speaks it, as far as what a statement reaches: its table and index, the attributes that it names,
//! and the values that it demands of a key.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ql-reference.html>

mod demand;
mod token;

use std::collections::BTreeSet;

use demand::{demanded, inserted};
use token::{Token, is_word, name, tokens};

pub(super) use demand::Where;
pub(super) use token::Operand;

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
