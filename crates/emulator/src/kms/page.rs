//! Pages of KMS's lists.

use serde_json::Value;
use stackproof_aws::ApiError;

use super::error;
use super::member::{self, Length};
use crate::input::Input;
use crate::page::cut;
use crate::structure::Structure;
use crate::text::decode_token;

const MARKER: Length = Length(1, 1024);

/// Which page is asked for.
pub(crate) struct Page {
    after: Option<String>,
    max: usize,
}

impl Page {
    /// Takes the members; how many entries there are by default and at most is on each API page.
    pub fn read(input: &mut Input, default: usize, max: i64) -> Result<Self, ApiError> {
        let limit = member::integer(input, "Limit", 1, max)?.and_then(|limit| usize::try_from(limit).ok());
        let marker = member::text(input, "Marker", MARKER)?;
        let after = marker.map(|marker| decode_token(&marker).ok_or_else(error::invalid_marker));
        Ok(Self { after: after.transpose()?, max: limit.unwrap_or(default) })
    }

    /// The answer of a list: the page's rows, sorted by their keys, under their member.
    pub fn answer(&self, list: &str, rows: impl IntoIterator<Item = (String, Value)>) -> Structure {
        let (page, marker) = cut(rows, self.after.as_deref(), self.max);
        Structure::new().with(list, page).with("Truncated", marker.is_some()).with_some("NextMarker", marker)
    }
}
