//! Text functions.

use unicode_segmentation::UnicodeSegmentation;

use super::{Arguments, FunctionError};
use crate::value::{Kind, Value};

type Result = std::result::Result<Value, FunctionError>;

pub(super) fn chomp(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.string(0)?.trim_end_matches(['\r', '\n']).into())
}

pub(super) fn endswith(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.string(0)?.ends_with(arguments.string(1)?).into())
}

pub(super) fn startswith(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.string(0)?.starts_with(arguments.string(1)?).into())
}

pub(super) fn strcontains(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.string(0)?.contains(arguments.string(1)?).into())
}

pub(super) fn indent(arguments: &Arguments<'_>) -> Result {
    let spaces = arguments.size(0)?;
    if spaces > 10_000 {
        return Err(FunctionError::argument(0, "at most 10000 spaces are given"));
    }
    Ok(arguments.string(1)?.replace('\n', &format!("\n{}", " ".repeat(spaces))).into())
}

pub(super) fn join(arguments: &Arguments<'_>) -> Result {
    let mut parts = Vec::new();
    for index in 1..arguments.values.len() {
        parts.extend(arguments.strings(index)?);
    }
    Ok(parts.join(arguments.string(0)?).into())
}

/// The other case of a character where that is one character, as Terraform converts case.
fn single(from: char, mut to: impl ExactSizeIterator<Item = char>) -> char {
    if to.len() == 1 { to.next().unwrap_or(from) } else { from }
}

pub(super) fn lower(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.string(0)?.chars().map(|from| single(from, from.to_lowercase())).collect::<String>().into())
}

pub(super) fn upper(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.string(0)?.chars().map(|from| single(from, from.to_uppercase())).collect::<String>().into())
}

pub(super) fn title(arguments: &Arguments<'_>) -> Result {
    let mut starts_word = true;
    let titled: String = arguments
        .string(0)?
        .chars()
        .flat_map(|character| {
            let upper = starts_word && character.is_alphabetic();
            starts_word = !(character.is_alphanumeric() || character == '_');
            if upper { character.to_uppercase().collect::<Vec<_>>() } else { vec![character] }
        })
        .collect();
    Ok(titled.into())
}

pub(super) fn split(arguments: &Arguments<'_>) -> Result {
    let (separator, text) = (arguments.string(0)?, arguments.string(1)?);
    if separator.is_empty() {
        return Ok(Value::strings(text.graphemes(true)));
    }
    Ok(Value::strings(text.split(separator)))
}

pub(super) fn strrev(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.string(0)?.graphemes(true).rev().collect::<String>().into())
}

pub(super) fn substr(arguments: &Arguments<'_>) -> Result {
    let characters: Vec<&str> = arguments.string(0)?.graphemes(true).collect();
    let (offset, length) = (arguments.whole(1)?, arguments.whole(2)?);
    let total = i64::try_from(characters.len()).unwrap_or(i64::MAX);
    let start = if offset < 0 { total.saturating_add(offset).max(0) } else { offset };
    let start = usize::try_from(start).unwrap_or(usize::MAX);
    let taken = characters.into_iter().skip(start);
    let text: String = match usize::try_from(length) {
        Ok(length) => taken.take(length).collect(),
        Err(_) => taken.collect(),
    };
    Ok(text.into())
}

pub(super) fn trim(arguments: &Arguments<'_>) -> Result {
    let cut = arguments.string(1)?;
    Ok(arguments.string(0)?.trim_matches(|character| cut.contains(character)).into())
}

pub(super) fn trimprefix(arguments: &Arguments<'_>) -> Result {
    let text = arguments.string(0)?;
    Ok(text.strip_prefix(arguments.string(1)?).unwrap_or(text).into())
}

pub(super) fn trimsuffix(arguments: &Arguments<'_>) -> Result {
    let text = arguments.string(0)?;
    Ok(text.strip_suffix(arguments.string(1)?).unwrap_or(text).into())
}

pub(super) fn trimspace(arguments: &Arguments<'_>) -> Result {
    match arguments.value(0)?.kind() {
        Kind::String(text) => Ok(text.as_str().trim().into()),
        _ => Err(FunctionError::argument(0, "a string is required")),
    }
}
