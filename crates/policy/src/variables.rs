//! Policy variables: `${key}`, `${key, 'default'}`, `${*}`, `${?}`, `${$}`.
//!
//! IAM documentation, "IAM policy elements: Variables and tags". Values are inserted literally: a `*` in a tag is a
//! star, never a wildcard.

use crate::context::{Context, ContextValue, Lookup};
use crate::pattern::Token;
use crate::truth::Certainty;

/// Policy text cut into pattern elements and variables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Tokens(Vec<Token>),
    Variable {
        lower_key: String,
        default: Option<String>,
    },
    /// `${…}` that is no variable: the text never matches.
    Malformed,
}

/// What a template stands for in one request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expansion {
    /// A pattern without variables left, and how sure its making was.
    Pattern(Vec<Token>, Certainty),
    /// A variable has no value: the text matches nothing.
    NoValue(Certainty),
    /// A variable rests on a key that is not known.
    Unknown,
}

impl Template {
    /// Text in which `*` and `?` are wildcards and `${…}` are variables if `variables` is set.
    pub fn pattern(text: &str, variables: bool) -> Self {
        Self::parse(text, variables, Token::from_pattern)
    }

    /// Text in which `*` and `?` are themselves, as in the Equals operators.
    pub fn literal(text: &str, variables: bool) -> Self {
        Self::parse(text, variables, Token::Literal)
    }

    /// The pattern itself when there is no variable in it.
    pub fn constant(&self) -> Option<&[Token]> {
        match self.parts.as_slice() {
            [] => Some(&[]),
            [Part::Tokens(tokens)] => Some(tokens),
            _ => None,
        }
    }

    /// The keys of the variables, in lower case.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.parts.iter().filter_map(|part| match part {
            Part::Variable { lower_key, .. } => Some(lower_key.as_str()),
            Part::Tokens(_) | Part::Malformed => None,
        })
    }

    /// Puts the request's values in place of the variables. Only single-valued keys have a value.
    pub fn expand(&self, context: &Context) -> Expansion {
        let mut pattern = Vec::new();
        let mut certainty = Certainty::Documented;
        for part in &self.parts {
            let (key, default) = match part {
                Part::Tokens(tokens) => {
                    pattern.extend_from_slice(tokens);
                    continue;
                }
                Part::Malformed => return Expansion::NoValue(Certainty::Reading),
                Part::Variable { lower_key, default } => (lower_key, default),
            };
            let value = match context.lookup(key) {
                Lookup::Unknown => return Expansion::Unknown,
                Lookup::Present(ContextValue::Multi(_)) => return Expansion::NoValue(Certainty::Documented),
                Lookup::Present(ContextValue::Single(value)) if !value.is_empty() => Some(value),
                // That an empty value counts as none is the simulator's word alone.
                Lookup::Present(ContextValue::Single(_)) => {
                    certainty = Certainty::Reading;
                    default.as_ref()
                }
                Lookup::Absent(rule) => {
                    certainty = certainty.min(rule);
                    default.as_ref()
                }
            };
            match value {
                Some(value) => pattern.extend(value.chars().map(Token::Literal)),
                None => return Expansion::NoValue(certainty),
            }
        }
        Expansion::Pattern(pattern, certainty)
    }

    fn parse(text: &str, variables: bool, read: fn(char) -> Token) -> Self {
        let mut parts = Vec::new();
        let mut plain = Vec::new();
        let mut rest = text;
        while variables && let Some((before, after)) = rest.split_once("${") {
            plain.extend(before.chars().map(read));
            let Some((inside, following)) = after.split_once('}') else {
                parts.push(Part::Malformed);
                rest = "";
                break;
            };
            rest = following;
            match inside {
                "*" => plain.push(Token::Literal('*')),
                "?" => plain.push(Token::Literal('?')),
                "$" => plain.push(Token::Literal('$')),
                _ => {
                    if !plain.is_empty() {
                        parts.push(Part::Tokens(std::mem::take(&mut plain)));
                    }
                    parts.push(variable(inside).unwrap_or(Part::Malformed));
                }
            }
        }
        plain.extend(rest.chars().map(read));
        if !plain.is_empty() {
            parts.push(Part::Tokens(plain));
        }
        Self { parts }
    }
}

/// Reads the inside of `${…}`: a key with its vendor, then perhaps a comma, a space and a default in single quotes.
fn variable(inside: &str) -> Option<Part> {
    let (key, default) = match inside.split_once(", ") {
        Some((key, quoted)) => (key, Some(quoted.strip_prefix('\'')?.strip_suffix('\'')?.to_owned())),
        None => (inside, None),
    };
    let written = key.contains(':') && !key.contains(['$', '{', ',', '\'', '*', '?']);
    written.then(|| Part::Variable { lower_key: key.to_lowercase(), default })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::matches;

    fn covers(template: &str, text: &str) -> bool {
        let mut context = Context::from_iter([
            ("aws:username", "alice"),
            ("aws:PrincipalTag/team", "*"),
            ("aws:PrincipalTag/empty", ""),
        ]);
        context.insert_many("aws:TagKeys", ["a"]);
        match Template::pattern(template, true).expand(&context) {
            Expansion::Pattern(pattern, _) => matches(&pattern, text),
            Expansion::NoValue(_) | Expansion::Unknown => false,
        }
    }

    #[test]
    fn variables_are_replaced_literally() {
        for (template, text, expected) in [
            ("home/${aws:username}/*", "home/alice/x", true),
            ("home/${AWS:UserName}/*", "home/alice/x", true),
            ("team/${aws:PrincipalTag/team}/k", "team/x/k", false),
            ("team/${aws:PrincipalTag/team}/k", "team/*/k", true),
            ("${aws:PrincipalTag/none, 'shared'}/x", "shared/x", true),
            ("${aws:PrincipalTag/none,'shared'}/x", "shared/x", false),
            ("${aws:PrincipalTag/none}", "", false),
            ("${aws:PrincipalTag/empty}", "", false),
            ("${aws:TagKeys}", "a", false),
            ("a${*}b${?}c${$}", "a*b?c$", true),
            ("a${*}b", "axb", false),
            ("${aws:user${aws:username}}", "alice", false),
            ("${nothing}", "${nothing}", false),
            ("a${aws:username", "a${aws:username", false),
        ] {
            assert_eq!(covers(template, text), expected, "{template} against {text}");
        }
    }

    #[test]
    fn without_variables_the_text_is_literal() {
        let template = Template::pattern("b/${aws:username}/*", false);
        assert!(matches(template.constant().unwrap(), "b/${aws:username}/x"));
    }
}
