//! Pages of lists, whatever the service calls their members.

use crate::text::encode_token;

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
