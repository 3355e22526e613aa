//! Glob patterns as IAM writes them: `*` is any run of characters, `?` is exactly one.
//!
//! There is no escaping; a backslash is a character. Matching is by character, not by byte, keeps one place to go
//! back to, and so never takes more than `pattern × text` steps.

pub(crate) mod action;
mod resource;

pub use action::ActionPattern;
pub use resource::ResourcePattern;

/// One element of a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// This character, whatever it is.
    Literal(char),
    /// Exactly one character.
    One,
    /// Any run of characters, also none.
    Run,
}

impl Token {
    /// Reads a character of a policy as the pattern element it stands for.
    pub fn from_pattern(character: char) -> Self {
        match character {
            '*' => Self::Run,
            '?' => Self::One,
            other => Self::Literal(other),
        }
    }
}

/// Reads pattern text in which every `*` and `?` is a wildcard.
pub fn tokens(text: &str) -> Vec<Token> {
    text.chars().map(Token::from_pattern).collect()
}

/// True when `pattern` covers the whole of `text`.
pub fn matches(pattern: &[Token], text: &str) -> bool {
    let mut rest = pattern;
    let mut text = text.chars();
    // Where the last `*` stood: the pattern after it and the text it has not swallowed yet.
    let mut resume: Option<(&[Token], std::str::Chars<'_>)> = None;
    loop {
        match rest.split_first() {
            Some((Token::Run, after)) => {
                if after.is_empty() {
                    return true;
                }
                rest = after;
                resume = Some((after, text.clone()));
                continue;
            }
            Some((token, after)) => {
                let mut ahead = text.clone();
                let fits = match (token, ahead.next()) {
                    (_, None) => return false,
                    (Token::Literal(expected), Some(found)) => *expected == found,
                    (_, Some(_)) => true,
                };
                if fits {
                    rest = after;
                    text = ahead;
                    continue;
                }
            }
            None if text.as_str().is_empty() => return true,
            None => {}
        }
        let Some((after, swallowed)) = resume.as_mut() else { return false };
        if swallowed.next().is_none() {
            return false;
        }
        rest = after;
        text = swallowed.clone();
    }
}

/// True when the glob `pattern` covers the whole of `text`, case-sensitively.
pub fn glob(pattern: &str, text: &str) -> bool {
    matches(&tokens(pattern), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_cross_slashes_and_colons_and_match_nothing() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("a*", "a", true),
            ("a*c", "a/b:c", true),
            ("a*c", "a/b:cd", false),
            ("*b*", "abc", true),
            ("?", "é", true),
            ("??", "é", false),
            ("a?c", "ac", false),
            ("a\\*", "a\\b", true),
            ("", "", true),
            ("", "a", false),
            ("*a*b", "aab", true),
            ("*.wav", "x.wav.wav", true),
        ] {
            assert_eq!(glob(pattern, text), expected, "{pattern} against {text}");
        }
    }
}
