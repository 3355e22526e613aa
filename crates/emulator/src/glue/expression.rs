//! Patterns of names: Hive's, in which `*` stands for any text and `|` separates alternatives.

use stackproof_aws::ApiError;

use crate::input::not_implemented;

/// A pattern's alternatives, each cut at its wildcards.
pub(crate) struct Pattern(Vec<Vec<String>>);

impl Pattern {
    /// Reads a pattern. What else regular expressions have is refused by name.
    pub fn read(text: &str) -> Result<Self, ApiError> {
        let plain = text.replace(".*", "*");
        if plain.chars().any(|c| r"\^$.?+()[]{}".contains(c)) {
            return Err(not_implemented(&format!("glue pattern {text}")));
        }
        let alternatives =
            plain.split('|').map(|one| one.to_lowercase().split('*').map(str::to_owned).collect());
        Ok(Self(alternatives.collect()))
    }

    /// Whether a name is meant.
    pub fn matches(&self, name: &str) -> bool {
        self.0.iter().any(|pieces| matches(pieces, name))
    }
}

fn matches(pieces: &[String], name: &str) -> bool {
    let (Some((first, rest)), Some(last)) = (pieces.split_first(), pieces.last()) else { return false };
    let Some((_, middle)) = rest.split_last() else { return name == first };
    let Some(mut left) = name.strip_prefix(first.as_str()) else { return false };
    for piece in middle {
        let Some((_, behind)) = left.split_once(piece.as_str()) else { return false };
        left = behind;
    }
    left.ends_with(last.as_str())
}
