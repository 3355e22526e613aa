//! Members with the bounds of KMS's API reference.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stackproof_aws::ApiError;

use super::error;
use crate::input::Input;
use crate::validation;

/// How long a text or a blob may be, both ends included.
#[derive(Clone, Copy)]
pub(crate) struct Length(pub usize, pub usize);

pub(crate) const KEY_ID: Length = Length(1, 2048);
const GRANT_TOKEN: Length = Length(1, 8192);
const MAX_GRANT_TOKENS: usize = 10;

impl Length {
    fn check(self, shown: &str, length: usize, member: &str) -> Result<(), ApiError> {
        let Self(min, max) = self;
        validation::length(length, min, max).map_err(|broken| error::constraint(shown, member, &broken))
    }
}

/// Takes a text.
pub(crate) fn text(input: &mut Input, member: &str, length: Length) -> Result<Option<String>, ApiError> {
    let text = input.string(member)?;
    if let Some(text) = &text {
        length.check(text, text.chars().count(), member)?;
    }
    Ok(text)
}

/// Takes a text that must be given.
pub(crate) fn required(input: &mut Input, member: &str, length: Length) -> Result<String, ApiError> {
    text(input, member, length)?.ok_or_else(|| error::null_member(member))
}

/// Refuses a text with other characters than those; the pattern is the API's own.
pub(crate) fn matches(
    text: &str,
    member: &str,
    pattern: &str,
    allowed: impl Fn(char) -> bool,
) -> Result<(), ApiError> {
    validation::pattern(text.chars().all(allowed), pattern)
        .map_err(|broken| error::constraint(text, member, &broken))
}

/// Takes one of a set of texts.
pub(crate) fn one_of(input: &mut Input, member: &str, values: &[&str]) -> Result<Option<String>, ApiError> {
    let text = input.string(member)?;
    if let Some(text) = &text {
        check_one_of(text, member, values)?;
    }
    Ok(text)
}

/// Refuses a text that is none of a set.
pub(crate) fn check_one_of(text: &str, member: &str, values: &[&str]) -> Result<(), ApiError> {
    validation::one_of(text, values).map_err(|broken| error::constraint(text, member, &broken))
}

/// Takes an integer between two, both included.
pub(crate) fn integer(input: &mut Input, member: &str, min: i64, max: i64) -> Result<Option<i64>, ApiError> {
    let Some(value) = input.integer(member)? else { return Ok(None) };
    validation::range(value, min, max)
        .map_err(|broken| error::constraint(&value.to_string(), member, &broken))?;
    Ok(Some(value))
}

/// Takes bytes.
pub(crate) fn blob(input: &mut Input, member: &str, length: Length) -> Result<Option<Vec<u8>>, ApiError> {
    let Some(text) = input.string(member)? else { return Ok(None) };
    let decoded = STANDARD.decode(&text);
    let bytes = decoded.map_err(|_| ApiError::internal(format!("member `{member}` is no base64")))?;
    let size = bytes.len();
    // Validation texts show the buffer and never what is in it.
    length.check(&format!("java.nio.HeapByteBuffer[pos=0 lim={size} cap={size}]"), size, member)?;
    Ok(Some(bytes))
}

/// Takes bytes that must be given.
pub(crate) fn required_blob(input: &mut Input, member: &str, length: Length) -> Result<Vec<u8>, ApiError> {
    blob(input, member, length)?.ok_or_else(|| error::null_member(member))
}

/// Bytes as answers hold them.
pub(crate) fn base64(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// Takes what names a key.
pub(crate) fn key_id(input: &mut Input, member: &str) -> Result<String, ApiError> {
    required(input, member, KEY_ID)
}

/// Takes grant tokens.
pub(crate) fn grant_tokens(input: &mut Input) -> Result<Vec<String>, ApiError> {
    let tokens = input.strings("GrantTokens")?;
    if tokens.len() > MAX_GRANT_TOKENS {
        let shown = format!("[{}]", tokens.join(", "));
        let bound = format!("Member must have length less than or equal to {MAX_GRANT_TOKENS}");
        return Err(error::constraint(&shown, "GrantTokens", &bound));
    }
    for token in &tokens {
        GRANT_TOKEN.check(token, token.chars().count(), "GrantTokens")?;
    }
    Ok(tokens)
}
