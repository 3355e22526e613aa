//! Pages of the lists of CloudWatch Logs.

use serde_json::Value;
use stackproof_aws::ApiError;

use super::error;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::page::cut;
use crate::structure::Structure;
use crate::text::decode_token;

const TOKEN: Length = Length(1, 2048);
const MAX: i64 = 50;

/// Which page is asked for.
pub(crate) struct Page {
    after: Option<String>,
    max: usize,
}

/// Takes the place that a page begins behind.
pub(crate) fn read_token(input: &mut Input) -> Result<Option<String>, ApiError> {
    let token = constraint::text(input, "nextToken", TOKEN)?;
    let invalid = || error::invalid_parameter("The specified nextToken is invalid.");
    token.map(|token| decode_token(&token).ok_or_else(invalid)).transpose()
}

impl Page {
    /// Takes the members.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let max = constraint::count(input, "limit", MAX)?.unwrap_or(50);
        Ok(Self { after: read_token(input)?, max })
    }

    /// The answer of a list: the page's rows, sorted by their keys, under their member.
    pub fn answer(&self, list: &str, rows: impl IntoIterator<Item = (String, Value)>) -> Structure {
        let (page, token) = cut(rows, self.after.as_deref(), self.max);
        Structure::new().with(list, page).with_some("nextToken", token)
    }
}
