//! Text functions.

use unicode_segmentation::UnicodeSegmentation;

use super::{Arguments, FunctionError};
use crate::value::{TextBuilder, Value};

type Result = std::result::Result<Value, FunctionError>;

pub(super) fn chomp(arguments: &Arguments<'_>) -> Result {
    shortened(arguments, |text| text.trim_end_matches(['\r', '\n']))
}

/// A part of the first argument, which keeps its places.
fn shortened(arguments: &Arguments<'_>, cut: impl FnOnce(&str) -> &str) -> Result {
    let text = arguments.text(0)?;
    Ok(text.kept(cut(text.as_str())).into())
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
    if arguments.values.len() < 2 {
        return Err(FunctionError::new("takes at least one list"));
    }
    let mut joined = TextBuilder::default();
    let mut first = true;
    for index in 1..arguments.values.len() {
        for item in arguments.items(index)? {
            let text =
                item.as_text().ok_or_else(|| FunctionError::argument(index, "no element may be null"))?;
            if !std::mem::take(&mut first) {
                joined.push_str(arguments.string(0)?);
            }
            joined.push_text(text);
        }
    }
    Ok(joined.finish().into())
}

/// The other case of a character where that is one character, as Terraform converts case.
fn single(from: char, mut to: impl ExactSizeIterator<Item = char>) -> char {
    if to.len() == 1 { to.next().unwrap_or(from) } else { from }
}

pub(super) fn lower(arguments: &Arguments<'_>) -> Result {
    // The one letter with two small ones, `İ`, becomes the first of them.
    Ok(arguments.string(0)?.chars().filter_map(|from| from.to_lowercase().next()).collect::<String>().into())
}

pub(super) fn upper(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.string(0)?.chars().map(|from| single(from, from.to_uppercase())).collect::<String>().into())
}

pub(super) fn title(arguments: &Arguments<'_>) -> Result {
    let mut starts_word = true;
    let titled: String = arguments
        .string(0)?
        .chars()
        .map(|character| {
            let upper = starts_word && character.is_alphabetic();
            starts_word = !(character.is_alphanumeric() || character == '_');
            if upper { titled(character) } else { character }
        })
        .collect();
    Ok(titled.into())
}

/// The large form of a letter at the beginning of a word: the four letters that are two in one have one of their own.
fn titled(character: char) -> char {
    match character {
        '\u{1c4}'..='\u{1c6}' => '\u{1c5}',
        '\u{1c7}'..='\u{1c9}' => '\u{1c8}',
        '\u{1ca}'..='\u{1cc}' => '\u{1cb}',
        '\u{1f1}'..='\u{1f3}' => '\u{1f2}',
        _ => single(character, character.to_uppercase()),
    }
}

pub(super) fn split(arguments: &Arguments<'_>) -> Result {
    let (separator, text) = (arguments.string(0)?, arguments.string(1)?);
    if separator.is_empty() {
        return Ok(Value::strings(text.chars()));
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
    // Counted from the end, a part of no length is all that is left.
    let length = if offset < 0 && length == 0 { -1 } else { length };
    let text: String = match usize::try_from(length) {
        Ok(length) => taken.take(length).collect(),
        Err(_) => taken.collect(),
    };
    Ok(text.into())
}

pub(super) fn trim(arguments: &Arguments<'_>) -> Result {
    let characters = arguments.string(1)?;
    shortened(arguments, |text| text.trim_matches(|character| characters.contains(character)))
}

pub(super) fn trimprefix(arguments: &Arguments<'_>) -> Result {
    let prefix = arguments.string(1)?;
    shortened(arguments, |text| text.strip_prefix(prefix).unwrap_or(text))
}

pub(super) fn trimsuffix(arguments: &Arguments<'_>) -> Result {
    let suffix = arguments.string(1)?;
    shortened(arguments, |text| text.strip_suffix(suffix).unwrap_or(text))
}

pub(super) fn trimspace(arguments: &Arguments<'_>) -> Result {
    shortened(arguments, str::trim)
}
