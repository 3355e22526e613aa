//! Identifiers and secrets.

use stackproof_aws::ApiError;

use crate::text::dashed;

/// The letters of IAM's unique ids and access key ids.
pub(crate) const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// The letters of secrets.
pub(crate) const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The letters of S3's version and upload ids.
pub(crate) const URL_SAFE: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._";

/// Random bytes.
pub(crate) fn bytes(count: usize) -> Result<Vec<u8>, ApiError> {
    let mut bytes = vec![0; count];
    getrandom::fill(&mut bytes).map_err(|error| ApiError::internal(format!("no randomness: {error}")))?;
    Ok(bytes)
}

/// Random letters, each as likely: the alphabets' sizes divide 256.
pub(crate) fn letters(alphabet: &[u8], count: usize) -> Result<String, ApiError> {
    let letter = |byte: u8| alphabet.iter().cycle().nth(usize::from(byte)).copied().map(char::from);
    Ok(bytes(count)?.into_iter().filter_map(letter).collect())
}

/// Random letters of any alphabet, each as likely: bytes that would favour its first letters are not used.
pub(crate) fn picks(alphabet: &[u8], count: usize) -> Result<String, ApiError> {
    let size = alphabet.len().clamp(1, 256);
    let fair = 256 - 256 % size;
    let mut text = String::new();
    while text.len() < count {
        let rolls = bytes(count)?.into_iter().map(usize::from).filter(|roll| *roll < fair);
        let letters = rolls.filter_map(|roll| alphabet.get(roll % size).copied().map(char::from));
        text.extend(letters.take(count - text.len()));
    }
    Ok(text)
}

/// A random identifier in five groups of hexadecimal digits.
pub(crate) fn uuid() -> Result<String, ApiError> {
    Ok(dashed(&hex::encode(bytes(16)?)))
}
