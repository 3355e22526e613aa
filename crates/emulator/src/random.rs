//! Identifiers and secrets.

use stackproof_aws::ApiError;

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

/// A UUID, version 4.
pub(crate) fn uuid() -> Result<String, ApiError> {
    let hex = |count| letters(b"0123456789abcdef", count);
    let variant = letters(b"89ab", 1)?;
    Ok(format!("{}-{}-4{}-{variant}{}-{}", hex(8)?, hex(4)?, hex(3)?, hex(3)?, hex(12)?))
}
