//! Members of KMS's own.

use stackproof_aws::ApiError;

use crate::input::Input;

pub(super) use crate::constraint::{
    Length, base64, check_one_of, integer, matches, one_of, required, required_blob, text,
};

pub(crate) const KEY_ID: Length = Length(1, 2048);
const GRANT_TOKEN: Length = Length(1, 8192);
const GRANT_TOKENS: Length = Length(0, 10);

/// Takes what names a key.
pub(crate) fn key_id(input: &mut Input, member: &str) -> Result<String, ApiError> {
    required(input, member, KEY_ID)
}

/// Takes grant tokens.
pub(crate) fn grant_tokens(input: &mut Input) -> Result<Vec<String>, ApiError> {
    crate::constraint::texts(input, "GrantTokens", GRANT_TOKENS, GRANT_TOKEN)
}
