//! What a version of a secret holds.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stackproof_aws::ApiError;

use super::error;
use crate::constraint::Length;
use crate::input::Input;
use crate::structure::Structure;

const SIZE: Length = Length(1, 65_536);

/// A text, or bytes in base64.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Content {
    Text(String),
    Binary(String),
}

impl Content {
    /// Takes the members, of which at most one may be given.
    pub fn read(input: &mut Input) -> Result<Option<Self>, ApiError> {
        let (text, binary) = (input.string("SecretString")?, input.string("SecretBinary")?);
        let content = match (text, binary) {
            (None, None) => return Ok(None),
            (Some(_), Some(_)) => {
                return Err(error::invalid_parameter(
                    "You can't specify both a binary secret value and a string secret value in the same secret.",
                ));
            }
            (Some(text), None) => Self::Text(text),
            (None, Some(binary)) => Self::Binary(binary),
        };
        match SIZE.broken(content.size()) {
            None => Ok(Some(content)),
            // The text of the error does not show what is secret.
            Some(constraint) => Err(error::validation(format!(
                "1 validation error detected: Value at '{}' failed to satisfy constraint: {constraint}",
                content.member()
            ))),
        }
    }

    fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(text) => STANDARD.decode(text).map_or(0, |bytes| bytes.len()),
        }
    }

    fn member(&self) -> &'static str {
        match self {
            Self::Text(_) => "secretString",
            Self::Binary(_) => "secretBinary",
        }
    }

    /// Adds the member that holds it.
    pub fn add_to(&self, structure: Structure) -> Structure {
        match self {
            Self::Text(text) => structure.with("SecretString", text.as_str()),
            Self::Binary(text) => structure.with("SecretBinary", text.as_str()),
        }
    }
}
