//! DynamoDB's expressions, as far as the attributes that they name.
//!
//! <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.html>

use std::collections::BTreeSet;

use serde_json::Value;

use super::key_text;

/// Names that expressions abbreviate (`#n`), and values that they leave open (`:v`).
#[derive(Clone, Copy, Default)]
pub(super) struct Substitutes<'a> {
    pub names: Option<&'a Value>,
    pub values: Option<&'a Value>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A name or a path's first part.
    Name(&'a str),
    /// `:v`
    Value(&'a str),
    Mark(char),
}

const KEYWORDS: [&str; 9] = ["AND", "OR", "NOT", "BETWEEN", "IN", "SET", "REMOVE", "ADD", "DELETE"];

/// Splits an expression; none where something stands in it that no expression has.
fn tokens(text: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let is_word = |c: char| c.is_alphanumeric() || c == '_';
        match first {
            '#' | ':' => {
                let end = rest
                    .char_indices()
                    .skip(1)
                    .find(|(_, c)| !is_word(*c) && *c != '-')
                    .map_or(rest.len(), |(at, _)| at);
                let (word, behind) = rest.split_at_checked(end)?;
                tokens.push(if first == '#' { Token::Name(word) } else { Token::Value(word) });
                rest = behind;
            }
            first if is_word(first) => {
                let end = rest.find(|c: char| !is_word(c) && c != '-').unwrap_or(rest.len());
                let (word, behind) = rest.split_at_checked(end)?;
                tokens.push(Token::Name(word));
                rest = behind;
            }
            '(' | ')' | ',' | '=' | '<' | '>' | '.' | '[' | ']' | '+' | '-' => {
                tokens.push(Token::Mark(first));
                rest = rest.get(first.len_utf8()..)?;
            }
            _ => return None,
        }
        rest = rest.trim_start();
    }
    Some(tokens)
}

impl Substitutes<'_> {
    /// The attribute behind a name.
    fn name(&self, word: &str) -> Option<String> {
        match word.starts_with('#') {
            true => self.names?.get(word)?.as_str().map(str::to_owned),
            false => Some(word.to_owned()),
        }
    }

    /// The first parts of all paths in an expression; none where it cannot be read.
    pub fn attributes(&self, text: &str) -> Option<BTreeSet<String>> {
        let tokens = tokens(text)?;
        let mut names = BTreeSet::new();
        for (at, token) in tokens.iter().enumerate() {
            let Token::Name(word) = token else { continue };
            let before = at.checked_sub(1).and_then(|before| tokens.get(before));
            let is_part = matches!(before, Some(Token::Mark('.' | '[')));
            let is_function = tokens.get(at.saturating_add(1)) == Some(&Token::Mark('('))
                && !KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
            let is_keyword = KEYWORDS.iter().any(|keyword| word.eq_ignore_ascii_case(keyword));
            if !is_part && !is_function && !is_keyword {
                names.insert(self.name(word)?);
            }
        }
        Some(names)
    }

    /// The value that a key condition demands of the partition key: of `pk = :v`, which it has exactly once.
    pub fn partition(&self, text: &str, partition: &str) -> Option<String> {
        let tokens = tokens(text)?;
        if tokens.iter().any(|token| matches!(token, Token::Name(word) if word.eq_ignore_ascii_case("OR") || word.eq_ignore_ascii_case("NOT"))) {
            return None;
        }
        let mut found = Vec::new();
        for window in tokens.windows(3) {
            let (name, value) = match window {
                [Token::Name(name), Token::Mark('='), Token::Value(value)]
                | [Token::Value(value), Token::Mark('='), Token::Name(name)] => (name, value),
                _ => continue,
            };
            if self.name(name).as_deref() == Some(partition) {
                found.push(key_text(self.values?.get(*value)?)?);
            }
        }
        match found.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_attributes_of_expressions_are_the_first_parts_of_their_paths() {
        let names = json!({"#n": "name", "#d": "a.b"});
        let substitutes = Substitutes { names: Some(&names), values: None };
        for (text, expected) in [
            ("a, b.c, d[0].e, #n.x", &["a", "b", "d", "name"][..]),
            ("attribute_exists(a.b) AND NOT (size(c) > :v) and begins_with(#d, :p)", &["a", "a.b", "c"]),
            (
                "SET a = if_not_exists(b, :z) + :v, c = list_append(d, :l) REMOVE e[1] ADD f :n DELETE g :s",
                &["a", "b", "c", "d", "e", "f", "g"],
            ),
            ("a BETWEEN :x AND :y or b IN (:p, :q)", &["a", "b"]),
        ] {
            let expected: BTreeSet<String> = expected.iter().map(|name| (*name).to_owned()).collect();
            assert_eq!(substitutes.attributes(text), Some(expected), "{text}");
        }
        for text in ["a = 'x'", "#other", "a; b"] {
            assert_eq!(substitutes.attributes(text), None, "{text}");
        }
    }

    #[test]
    fn a_key_condition_names_one_partition() {
        let (names, values) =
            (json!({"#p": "pk"}), json!({":v": {"S": "TENANT#a"}, ":n": {"N": "01"}, ":x": {"SS": []}}));
        let substitutes = Substitutes { names: Some(&names), values: Some(&values) };
        for (text, expected) in [
            ("pk = :v", Some("TENANT#a")),
            ("#p=:v AND begins_with(sk, :s)", Some("TENANT#a")),
            (":n = pk", Some("1")),
            ("(pk = :v) and (sk > :s)", Some("TENANT#a")),
            ("sk = :v", None),
            ("pk = :v AND pk = :n", None),
            ("pk = :v OR pk = :n", None),
            ("pk = :x", None),
            ("pk = :unknown", None),
            ("pk > :v", None),
        ] {
            assert_eq!(substitutes.partition(text, "pk").as_deref(), expected, "{text}");
        }
    }
}
