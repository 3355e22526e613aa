//! The table of options under a sentence.

use std::cmp::Reverse;

use super::similarity::likeness;

/// A word that stands in the first column of a table of options.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OptionWord {
    /// The word; a last word in capitals stands for one of the author's own (`header NAME`).
    pub word: &'static str,
    /// A value as a feature has it.
    pub example: &'static str,
    /// What it does.
    pub docs: &'static str,
}

impl OptionWord {
    /// A word, an example of its value, and what it does.
    pub const fn new(word: &'static str, example: &'static str, docs: &'static str) -> Self {
        Self { word, example, docs }
    }

    /// Whether this word is meant by what a table has.
    pub fn fits(&self, given: &str) -> bool {
        match self.word.split_once(' ') {
            Some((first, last)) if last.chars().all(char::is_uppercase) => {
                given.split_once(' ').is_some_and(|(head, tail)| head == first && !tail.is_empty())
            }
            _ => given == self.word,
        }
    }
}

/// A table that does not fit its sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OptionError {
    /// No option of that name.
    #[error("this sentence has no option `{word}`")]
    Unknown {
        /// The word as given.
        word: String,
        /// The words that there are, the likest first.
        known: Vec<&'static str>,
    },
    /// A value that the option does not take.
    #[error("`{word}` takes {expected}, not `{value}`")]
    Value {
        /// The option.
        word: String,
        /// What it takes.
        expected: &'static str,
        /// The value as given.
        value: String,
    },
    /// The option stands twice.
    #[error("`{0}` stands twice")]
    Twice(String),
    /// Two options that cannot go together, or one that needs another.
    #[error("{0}")]
    Together(&'static str),
    /// A table of another width.
    #[error("the table under this sentence has two columns, not {0}")]
    Columns(usize),
    /// Nothing of the kind stands under this sentence.
    #[error("this sentence takes no {0}")]
    Superfluous(&'static str),
    /// What must stand under this sentence is missing.
    #[error("{0} is missing under this sentence")]
    Missing(&'static str),
    /// The docstring is not JSON.
    #[error("the text under this sentence is not JSON: {0}")]
    Json(String),
}

impl OptionError {
    /// What to do about it.
    pub fn advice(&self) -> Option<String> {
        Some(match self {
            Self::Unknown { known, .. } => {
                let known: Vec<_> = known.iter().map(|word| format!("`{word}`")).collect();
                format!("the options are {}", known.join(", "))
            }
            Self::Superfluous("table") => "take the table away, or see `stackproof steps`".to_owned(),
            Self::Superfluous(_) => "write options as a table: | option | value |".to_owned(),
            Self::Columns(_) => "write a row as | option | value |".to_owned(),
            Self::Missing(_) => "`stackproof steps` shows what stands under it".to_owned(),
            _ => return None,
        })
    }
}

/// The rows of a table of options, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options(pub(crate) Vec<(String, String)>);

impl Options {
    /// The one value of that option.
    ///
    /// # Errors
    /// The option stands twice.
    pub fn one(&self, word: &str) -> Result<Option<&str>, OptionError> {
        let mut values = self.all(word);
        let first = values.next();
        match values.next() {
            Some(_) => Err(OptionError::Twice(word.to_owned())),
            None => Ok(first),
        }
    }

    /// Every value of that option.
    pub fn all<'a>(&'a self, word: &str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(name, _)| name == word).map(|(_, value)| value.as_str())
    }

    /// Every pair `key=value` of that option.
    ///
    /// # Errors
    /// A value without `=`.
    pub fn pairs(&self, word: &str) -> Result<Vec<(&str, &str)>, OptionError> {
        self.all(word)
            .map(|value| value.split_once('=').ok_or_else(|| bad(word, "`key=value`", value)))
            .collect()
    }

    /// The number of bytes of that option: `12 MiB`, `5 KiB`, `17 bytes`, `0`.
    ///
    /// # Errors
    /// What is no size, or stands twice.
    pub fn bytes(&self, word: &str) -> Result<Option<usize>, OptionError> {
        let Some(value) = self.one(word)? else { return Ok(None) };
        bytes(value).map(Some).ok_or_else(|| bad(word, "a size such as `12 MiB`", value))
    }

    /// The number of seconds of that option: `8 hours`, `15 minutes`, `900 seconds`.
    ///
    /// # Errors
    /// What is no duration, or stands twice.
    pub fn seconds(&self, word: &str) -> Result<Option<u64>, OptionError> {
        let Some(value) = self.one(word)? else { return Ok(None) };
        seconds(value).map(Some).ok_or_else(|| bad(word, "a duration such as `8 hours`", value))
    }

    /// Whether every word is one of these.
    pub(crate) fn check(&self, known: &[&[OptionWord]]) -> Result<(), OptionError> {
        let stranger = self.0.iter().find(|(word, _)| !known.iter().copied().flatten().any(|k| k.fits(word)));
        let Some((word, _)) = stranger else { return Ok(()) };
        let mut known: Vec<_> = known.iter().copied().flatten().map(|known| known.word).collect();
        known.sort_by_key(|known| Reverse(likeness(word, known)));
        Err(OptionError::Unknown { word: word.clone(), known })
    }
}

/// A value that the option does not take.
pub(crate) fn bad(word: &str, expected: &'static str, value: &str) -> OptionError {
    OptionError::Value { word: word.to_owned(), expected, value: value.to_owned() }
}

pub(crate) fn bytes(text: &str) -> Option<usize> {
    let (number, unit) = text.trim().split_once(' ').unwrap_or((text.trim(), "bytes"));
    let scale = match unit {
        "byte" | "bytes" => 1,
        "KiB" => 1024,
        "MiB" => 1024 * 1024,
        "GiB" => 1024 * 1024 * 1024,
        _ => return None,
    };
    number.parse::<usize>().ok()?.checked_mul(scale)
}

fn seconds(text: &str) -> Option<u64> {
    let (number, unit) = text.trim().split_once(' ')?;
    let scale = match unit.trim_end_matches('s') {
        "second" => 1,
        "minute" => 60,
        "hour" => 3600,
        "day" => 86_400,
        _ => return None,
    };
    number.parse::<u64>().ok()?.checked_mul(scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[OptionWord] =
        &[OptionWord::new("tag", "a=b", ""), OptionWord::new("header NAME", "x", "")];

    fn options(rows: &[(&str, &str)]) -> Options {
        Options(rows.iter().map(|(word, value)| ((*word).into(), (*value).into())).collect())
    }

    #[test]
    fn an_unknown_word_is_told_with_the_known_ones() {
        assert_eq!(options(&[("tag", "a=b"), ("header x-a", "1")]).check(&[KNOWN]), Ok(()));
        let error = options(&[("tags", "a=b")]).check(&[KNOWN]).unwrap_err();
        assert_eq!(error.to_string(), "this sentence has no option `tags`");
        assert_eq!(error.advice().as_deref(), Some("the options are `tag`, `header NAME`"));
        assert!(options(&[("header", "1")]).check(&[KNOWN]).is_err());
    }

    #[test]
    fn values_have_units() {
        let options = options(&[("size", "12 MiB"), ("duration", "8 hours"), ("tag", "a=b"), ("tag", "c")]);
        assert_eq!(options.bytes("size"), Ok(Some(12 * 1024 * 1024)));
        assert_eq!(options.seconds("duration"), Ok(Some(28_800)));
        assert_eq!(options.pairs("tag").unwrap_err().to_string(), "`tag` takes `key=value`, not `c`");
        assert_eq!(options.one("tag").unwrap_err().to_string(), "`tag` stands twice");
        assert!(options.bytes("duration").is_err() && options.seconds("size").is_err());
    }
}
