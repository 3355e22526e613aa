//! Filter patterns: terms, and conditions on members of JSON that must hold together. What else AWS's patterns can say
//! is refused by name.
//!
//! <https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html>

use serde_json::Value;
use stackproof_aws::ApiError;

use crate::input::not_implemented;

/// A pattern that was read.
pub(crate) enum Filter {
    Terms(Terms),
    /// All of these hold.
    Json(Vec<Condition>),
}

/// Texts that a message has or has not.
#[derive(Default)]
pub(crate) struct Terms {
    all: Vec<String>,
    /// One of these, where there are any.
    any: Vec<String>,
    none: Vec<String>,
}

/// `$.member = value`, or `!=`.
pub(crate) struct Condition {
    /// A pointer into the message.
    path: String,
    equal: bool,
    value: Operand,
}

enum Operand {
    Text(String),
    Number(f64),
}

fn unknown(pattern: &str) -> ApiError {
    not_implemented(&format!("filter pattern {pattern}"))
}

impl Filter {
    /// Reads a pattern.
    ///
    /// # Errors
    /// `NotImplemented` for what is neither terms nor equality of members.
    pub fn parse(pattern: &str) -> Result<Self, ApiError> {
        let text = pattern.trim();
        let json = text.strip_prefix('{').and_then(|text| text.strip_suffix('}'));
        let read = match json {
            Some(inside) => conditions(inside).map(Self::Json),
            None => terms(text).map(Self::Terms),
        };
        read.ok_or_else(|| unknown(pattern))
    }

    /// Whether a message fits.
    pub fn matches(&self, message: &str) -> bool {
        match self {
            Self::Terms(terms) => terms.matches(message),
            Self::Json(conditions) => serde_json::from_str(message)
                .is_ok_and(|value: Value| conditions.iter().all(|condition| condition.holds(&value))),
        }
    }
}

impl Terms {
    fn matches(&self, message: &str) -> bool {
        let has = |term: &String| message.contains(term.as_str());
        self.all.iter().all(has)
            && !self.none.iter().any(has)
            && (self.any.is_empty() || self.any.iter().any(has))
    }
}

impl Condition {
    /// What is not there equals nothing and differs from nothing.
    fn holds(&self, message: &Value) -> bool {
        match (message.pointer(&self.path), &self.value) {
            (Some(Value::String(text)), Operand::Text(value)) => (text == value) == self.equal,
            (Some(Value::Number(number)), Operand::Number(value)) => {
                (number.as_f64() == Some(*value)) == self.equal
            }
            (Some(_), _) => !self.equal,
            (None, _) => false,
        }
    }
}

/// A text in double quotes, and what stands behind it.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut letters = text.strip_prefix('"')?.char_indices();
    let mut value = String::new();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Some((value, text.get(at + 2..)?)),
            '\\' => value.push(letters.next()?.1),
            letter => value.push(letter),
        }
    }
    None
}

/// A text up to one of some letters, and what stands behind it; without quotes it has letters, digits and `_` only.
fn word(text: &str) -> Option<(String, &str)> {
    if text.starts_with('"') {
        return quoted(text);
    }
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    let (word, rest) = text.split_at_checked(end)?;
    (!word.is_empty()).then(|| (word.to_owned(), rest))
}

/// `?` before a term makes it one of several, `-` one that must not be there.
fn terms(mut text: &str) -> Option<Terms> {
    let mut terms = Terms::default();
    while !text.is_empty() {
        let (list, rest) = match text.strip_prefix('?') {
            Some(rest) => (&mut terms.any, rest),
            None => match text.strip_prefix('-') {
                Some(rest) => (&mut terms.none, rest),
                None => (&mut terms.all, text),
            },
        };
        let (term, rest) = word(rest)?;
        list.push(term);
        if !rest.is_empty() && !rest.starts_with(char::is_whitespace) {
            return None;
        }
        text = rest.trim_start();
    }
    // What a mix means is for AWS to say.
    let alike = terms.any.is_empty() || (terms.all.is_empty() && terms.none.is_empty());
    alike.then_some(terms)
}

fn conditions(mut text: &str) -> Option<Vec<Condition>> {
    let mut conditions = Vec::new();
    loop {
        let (condition, rest) = condition(text.trim_start())?;
        conditions.push(condition);
        match rest.trim_start() {
            "" => return Some(conditions),
            rest => text = rest.strip_prefix("&&")?,
        }
    }
}

fn condition(text: &str) -> Option<(Condition, &str)> {
    let (path, rest) = selector(text.strip_prefix('$')?)?;
    let rest = rest.trim_start();
    let (equal, rest) = match rest.strip_prefix("!=") {
        Some(rest) => (false, rest),
        None => (true, rest.strip_prefix('=')?),
    };
    let rest = rest.trim_start();
    let (value, rest) = match quoted(rest) {
        Some((value, rest)) => (Operand::Text(value), rest),
        None => {
            let end = rest.find(|c: char| c.is_whitespace() || c == '&').unwrap_or(rest.len());
            let (value, rest) = rest.split_at_checked(end)?;
            match value.parse::<f64>() {
                Ok(number) if number.is_finite() => (Operand::Number(number), rest),
                _ => (Operand::Text(plain(value)?), rest),
            }
        }
    };
    match &value {
        // A star stands for anything.
        Operand::Text(text) if text.contains('*') => None,
        _ => Some((Condition { path, equal, value }, rest)),
    }
}

fn plain(value: &str) -> Option<String> {
    let plain = |c: char| c.is_alphanumeric() || "_-.:/".contains(c);
    (!value.is_empty() && value.chars().all(plain)).then(|| value.to_owned())
}

/// `.a.b[0]` as the pointer `/a/b/0`.
fn selector(mut text: &str) -> Option<(String, &str)> {
    let mut path = String::new();
    loop {
        let (part, rest) = if let Some(rest) = text.strip_prefix('.') {
            let end = rest.find(|c: char| !c.is_alphanumeric() && !"_-".contains(c)).unwrap_or(rest.len());
            rest.split_at_checked(end)?
        } else if let Some(rest) = text.strip_prefix('[') {
            let (index, rest) = rest.split_once(']')?;
            index.parse::<usize>().ok()?;
            (index, rest)
        } else {
            return (!path.is_empty()).then_some((path, text));
        };
        if part.is_empty() {
            return None;
        }
        path.push('/');
        path.push_str(part);
        text = rest;
    }
}

#[cfg(test)]
mod tests {
    use super::Filter;

    #[test]
    fn messages_fit_what_the_pattern_says() {
        let json = r#"{"level":"ERROR","code":404,"user":{"name":"Ada L","ids":[7]},"ok":true}"#;
        for (pattern, message, fits) in [
            ("", "anything", true),
            ("ERROR", "an ERROR here", true),
            ("ERROR", "an error here", false),
            ("ERROR timeout", "timeout: ERROR", true),
            ("ERROR timeout", "ERROR", false),
            ("\"[ERROR] x\"", "an [ERROR] x", true),
            (r#""a \"b\"""#, r#"say a "b""#, true),
            ("?ERROR ?WARN", "WARN", true),
            ("?ERROR ?WARN", "INFO", false),
            ("ERROR -timeout", "ERROR", true),
            ("ERROR -timeout", "ERROR timeout", false),
            ("-\"no such\"", "no such", false),
            (r#"{ $.level = "ERROR" }"#, json, true),
            ("{ $.level = ERROR }", json, true),
            ("{$.level=ERROR}", json, true),
            (r#"{ $.level = "WARN" }"#, json, false),
            ("{ $.level != WARN }", json, true),
            ("{ $.none != WARN }", json, false),
            ("{ $.code = 404 }", json, true),
            (r#"{ $.code = "404" }"#, json, false),
            ("{ $.code != 404 }", json, false),
            (r#"{ $.user.name = "Ada L" && $.user.ids[0] = 7 }"#, json, true),
            (r#"{ $.user.name = "Ada L" && $.user.ids[0] = 8 }"#, json, false),
            ("{ $.level = ERROR }", "no JSON", false),
        ] {
            let filter = Filter::parse(pattern).unwrap_or_else(|error| panic!("{pattern}: {error}"));
            assert_eq!(filter.matches(message), fits, "{pattern} on {message}");
        }
    }

    #[test]
    fn what_else_there_is_is_refused_by_name() {
        for pattern in [
            "[ip, user, code]",
            "%ERR.*%",
            "?ERROR WARN",
            "ERROR:",
            "\"open",
            "{ $.code > 400 }",
            "{ $.a = 1 || $.b = 2 }",
            "{ ($.a = 1) && ($.b = 2) }",
            "{ $.a IS NULL }",
            "{ $.a NOT EXISTS }",
            "{ $.a = \"x*\" }",
            "{ $.a = * }",
            "{ }",
            "{ a = 1 }",
            "{ $.[\"a\"] = 1 }",
        ] {
            let Err(error) = Filter::parse(pattern) else { panic!("{pattern} is taken") };
            assert!(error.status == 501 && error.message.contains(pattern), "{error}");
        }
    }
}
