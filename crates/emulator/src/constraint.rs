//! Members with the bounds of the services' API references.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stackproof_aws::ApiError;

use crate::input::Input;
use crate::validation;

/// How long a text, a blob or a list may be, both ends included.
#[derive(Clone, Copy)]
pub(crate) struct Length(pub usize, pub usize);

impl Length {
    /// Refuses what is shorter or longer; the value as the error shows it.
    pub fn check(self, input: &Input, shown: &str, length: usize, member: &str) -> Result<(), ApiError> {
        let Self(min, max) = self;
        validation::length(length, min, max).map_err(|constraint| input.breaks(shown, member, &constraint))
    }

    /// The constraint that a length breaks.
    pub fn broken(self, length: usize) -> Option<String> {
        validation::length(length, self.0, self.1).err()
    }
}

/// Takes a text.
pub(crate) fn text(input: &mut Input, member: &str, length: Length) -> Result<Option<String>, ApiError> {
    let text = input.string(member)?;
    if let Some(text) = &text {
        length.check(input, text, text.chars().count(), member)?;
    }
    Ok(text)
}

/// Takes a text that must be given.
pub(crate) fn required(input: &mut Input, member: &str, length: Length) -> Result<String, ApiError> {
    text(input, member, length)?.ok_or_else(|| input.missing(member))
}

/// Takes a list of texts of so many, each so long; empty where it is absent.
pub(crate) fn texts(
    input: &mut Input,
    member: &str,
    count: Length,
    each: Length,
) -> Result<Vec<String>, ApiError> {
    if !input.has(member) {
        return Ok(Vec::new());
    }
    let texts = input.strings(member)?;
    count.check(input, &format!("[{}]", texts.join(", ")), texts.len(), member)?;
    for text in &texts {
        each.check(input, text, text.chars().count(), member)?;
    }
    Ok(texts)
}

/// Refuses a text with other characters than those; the pattern is the API's own.
pub(crate) fn matches(
    input: &Input,
    text: &str,
    member: &str,
    pattern: &str,
    allowed: impl Fn(char) -> bool,
) -> Result<(), ApiError> {
    validation::pattern(text.chars().all(allowed), pattern)
        .map_err(|constraint| input.breaks(text, member, &constraint))
}

/// Takes one of a set of texts.
pub(crate) fn one_of(input: &mut Input, member: &str, values: &[&str]) -> Result<Option<String>, ApiError> {
    let text = input.string(member)?;
    if let Some(text) = &text {
        check_one_of(input, text, member, values)?;
    }
    Ok(text)
}

/// Refuses a text that is none of a set.
pub(crate) fn check_one_of(input: &Input, text: &str, member: &str, values: &[&str]) -> Result<(), ApiError> {
    validation::one_of(text, values).map_err(|constraint| input.breaks(text, member, &constraint))
}

/// Takes an integer between two, both included.
pub(crate) fn integer(input: &mut Input, member: &str, min: i64, max: i64) -> Result<Option<i64>, ApiError> {
    let Some(value) = input.integer(member)? else { return Ok(None) };
    let broken = |constraint: String| input.breaks(&value.to_string(), member, &constraint);
    validation::range(value, min, max).map_err(broken)?;
    Ok(Some(value))
}

/// Takes a count between one and a bound: how many rows there may be on a page.
pub(crate) fn count(input: &mut Input, member: &str, max: i64) -> Result<Option<usize>, ApiError> {
    Ok(integer(input, member, 1, max)?.and_then(|count| usize::try_from(count).ok()))
}

/// Takes bytes.
pub(crate) fn blob(input: &mut Input, member: &str, length: Length) -> Result<Option<Vec<u8>>, ApiError> {
    let Some(text) = input.string(member)? else { return Ok(None) };
    let decoded = STANDARD.decode(&text);
    let bytes = decoded.map_err(|_| ApiError::internal(format!("member `{member}` is no base64")))?;
    let size = bytes.len();
    // Validation texts show the buffer and never what is in it.
    length.check(input, &format!("java.nio.HeapByteBuffer[pos=0 lim={size} cap={size}]"), size, member)?;
    Ok(Some(bytes))
}

/// Takes bytes that must be given.
pub(crate) fn required_blob(input: &mut Input, member: &str, length: Length) -> Result<Vec<u8>, ApiError> {
    blob(input, member, length)?.ok_or_else(|| input.missing(member))
}

/// Bytes as answers hold them.
pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}
