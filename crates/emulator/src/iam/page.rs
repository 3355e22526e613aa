//! Pages of lists.

use serde_json::Value;
use stackproof_aws::ApiError;

use super::error;
use crate::input::Input;
use crate::page::cut;
use crate::structure::Structure;
use crate::text::decode_token;

const DEFAULT: i64 = 100;
const MAX: i64 = 1000;

/// Which page is asked for.
pub(crate) struct Page {
    after: Option<String>,
    max: usize,
}

impl Page {
    /// Takes the members.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let max = input.integer("MaxItems")?.unwrap_or(DEFAULT);
        let limit = usize::try_from(max).ok().filter(|_| (1..=MAX).contains(&max)).ok_or_else(|| {
            let bound = if max < 1 { "greater than or equal to 1" } else { "less than or equal to 1000" };
            error::constraint(&max.to_string(), "MaxItems", &format!("Member must have value {bound}"))
        })?;
        let after = input.string("Marker")?.map(|marker| {
            decode_token(&marker).ok_or_else(|| error::validation(format!("Invalid Marker: {marker}")))
        });
        Ok(Self { after: after.transpose()?, max: limit })
    }

    /// The rows of the page, sorted by their keys, and the marker of the next one.
    pub fn cut<T>(&self, rows: impl IntoIterator<Item = (String, T)>) -> (Vec<T>, Option<String>) {
        cut(rows, self.after.as_deref(), self.max)
    }

    /// The answer of a list: the page's rows under their member.
    pub fn answer(&self, member: &str, rows: impl IntoIterator<Item = (String, Value)>) -> Structure {
        let (page, marker) = self.cut(rows);
        truncated(Structure::new().with(member, page), marker)
    }
}

/// Says whether there is more.
pub(crate) fn truncated(answer: Structure, marker: Option<String>) -> Structure {
    answer.with("IsTruncated", marker.is_some()).with_some("Marker", marker)
}
