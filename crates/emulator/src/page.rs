//! Pages of lists, whatever the service calls their members.

use serde_json::Value;
use stackproof_aws::ApiError;

use crate::input::Input;
use crate::structure::Structure;
use crate::text::{decode_token, encode_token};

/// What a service calls the members of a list's pages, and how many rows it gives.
pub(crate) struct Paging {
    /// The request's member that holds the token.
    pub token: &'static str,
    /// The request's member that says how many rows are wanted.
    pub max: &'static str,
    /// The answer's member that holds the next token.
    pub next: &'static str,
    /// How many rows may be asked for.
    pub most: i64,
    /// How many there are where nothing is asked for.
    pub default: usize,
    /// The error for a number of rows that may not be asked for.
    pub out_of_range: fn(i64, &str) -> ApiError,
    /// The error for a token that was not given out.
    pub unknown_token: fn() -> ApiError,
}

impl Paging {
    /// Takes the members.
    pub fn read(&self, input: &mut Input) -> Result<Page, ApiError> {
        let max = match input.integer(self.max)? {
            None => self.default,
            Some(max) if max < 1 || max > self.most => return Err((self.out_of_range)(max, self.max)),
            Some(max) => usize::try_from(max).unwrap_or(self.default),
        };
        let token = input.string(self.token)?.filter(|token| !token.is_empty());
        let after = token.map(|token| decode_token(&token).ok_or_else(self.unknown_token));
        Ok(Page { after: after.transpose()?, max, next: self.next })
    }
}

/// Which page is asked for.
pub(crate) struct Page {
    after: Option<String>,
    max: usize,
    next: &'static str,
}

impl Page {
    /// The answer of a list: the page's rows, sorted by their keys, under their member.
    pub fn answer(&self, list: &str, rows: impl IntoIterator<Item = (String, Value)>) -> Structure {
        let (page, next) = cut(rows, self.after.as_deref(), self.max);
        Structure::new().with(list, page).with_some(self.next, next)
    }
}

/// The rows behind a place, sorted by their keys, as many as there may be, and the token of the next page.
pub(crate) fn cut<T>(
    rows: impl IntoIterator<Item = (String, T)>,
    after: Option<&str>,
    max: usize,
) -> (Vec<T>, Option<String>) {
    let mut rows: Vec<_> = rows.into_iter().collect();
    rows.sort_by(|(a, _), (b, _)| a.cmp(b));
    let rest = rows.into_iter().skip_while(|(key, _)| after.is_some_and(|after| key.as_str() <= after));
    let mut page = Vec::new();
    let mut last = None;
    for (key, row) in rest {
        if page.len() == max {
            return (page, last);
        }
        last = Some(encode_token(&key));
        page.push(row);
    }
    (page, None)
}
