//! Regular expressions.

mod syntax;

use regex::{Captures, Regex, RegexBuilder};

use super::{Arguments, FunctionError};
use crate::value::{Field, Kind, Text, TextBuilder, Type, Value};

fn compiled(index: usize, pattern: &str) -> Result<Regex, FunctionError> {
    let wrong = |reason: &str| FunctionError::argument(index, format!("not a regular expression: {reason}"));
    let translated = syntax::translated(pattern).map_err(|reason| wrong(&reason))?;
    RegexBuilder::new(&translated).size_limit(4 << 20).build().map_err(|error| {
        let error = error.to_string();
        wrong(error.lines().last().unwrap_or_default().trim_start_matches("error: "))
    })
}

/// What a match stands for: the text itself, a list of unnamed groups, or an object of named ones.
fn captured(pattern: &Regex, captures: &Captures<'_>) -> Result<Value, FunctionError> {
    let group = |index: usize| match captures.get(index) {
        Some(found) => Value::from(found.as_str()),
        None => Value::new(Kind::Null(Type::String)),
    };
    let names: Vec<Option<&str>> = pattern.capture_names().skip(1).collect();
    if names.is_empty() {
        return Ok(group(0));
    }
    let named = names.iter().flatten().count();
    if named == 0 {
        return Ok(Value::tuple((1..=names.len()).map(group)));
    }
    if named < names.len() {
        return Err(FunctionError::argument(0, "named and unnamed groups cannot be mixed"));
    }
    Ok(Value::object(
        names.iter().enumerate().map(|(index, name)| (name.unwrap_or_default(), group(index + 1))),
    ))
}

/// The type of what a match stands for.
fn capture_type(pattern: &Regex) -> Type {
    let names: Vec<Option<&str>> = pattern.capture_names().skip(1).collect();
    let fields: Vec<(String, Field)> =
        (names.iter().flatten()).map(|name| ((*name).to_owned(), Field::required(Type::String))).collect();
    match (names.len(), fields.len()) {
        (0, _) => Type::String,
        (groups, 0) => Type::Tuple(vec![Type::String; groups]),
        _ => Type::Object(fields.into_iter().collect()),
    }
}

pub(super) fn regex(arguments: &Arguments<'_>) -> Result<Value, FunctionError> {
    let pattern = compiled(0, arguments.string(0)?)?;
    match pattern.captures(arguments.string(1)?) {
        Some(captures) => captured(&pattern, &captures),
        None => Err(FunctionError::new("the pattern did not match")),
    }
}

pub(super) fn regexall(arguments: &Arguments<'_>) -> Result<Value, FunctionError> {
    let pattern = compiled(0, arguments.string(0)?)?;
    let matches: Result<Vec<Value>, FunctionError> =
        pattern.captures_iter(arguments.string(1)?).map(|captures| captured(&pattern, &captures)).collect();
    let matches = matches?;
    let element = matches.first().map_or_else(|| capture_type(&pattern), Value::ty);
    Ok(Value::list(element, matches))
}

/// Replaces text, or what a pattern in slashes matches.
pub(super) fn replace(arguments: &Arguments<'_>) -> Result<Value, FunctionError> {
    let (text, search, replacement) = (arguments.string(0)?, arguments.string(1)?, arguments.string(2)?);
    match search.strip_prefix('/').and_then(|rest| rest.strip_suffix('/')) {
        Some(pattern) if search.len() > 1 => {
            let pattern = compiled(1, pattern)?;
            Ok(pattern.replace_all(text, replacement).into_owned().into())
        }
        _ => Ok(replaced(arguments.text(0)?, search, arguments.text(2)?).into()),
    }
}

/// Literal replacement; what is left of the text keeps its places.
fn replaced(text: &Text, search: &str, replacement: &Text) -> Text {
    let mut out = TextBuilder::default();
    let mut rest = 0;
    for (start, _) in text.as_str().match_indices(search) {
        out.push_text(&text.part(rest..start));
        out.push_text(replacement);
        rest = start + search.len();
    }
    out.push_text(&text.part(rest..text.as_str().len()));
    out.finish()
}
