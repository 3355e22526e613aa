//! Patterns of names: Hive's, in which `*` stands for any text and `|` separates alternatives.

use stackproof_aws::ApiError;

use crate::input::not_implemented;
use crate::wildcard::star;

/// A pattern's alternatives.
pub(crate) struct Pattern(Vec<String>);

impl Pattern {
    /// Reads a pattern. What else regular expressions have is refused by name.
    pub fn read(text: &str) -> Result<Self, ApiError> {
        let plain = text.replace(".*", "*").to_lowercase();
        if plain.chars().any(|c| r"\^$.?+()[]{}".contains(c)) {
            return Err(not_implemented(&format!("glue pattern {text}")));
        }
        Ok(Self(plain.split('|').map(str::to_owned).collect()))
    }

    /// Whether a name is meant.
    pub fn matches(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| star(pattern, name))
    }
}
