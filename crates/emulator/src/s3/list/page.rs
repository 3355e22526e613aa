//! One page of a list: prefixes, delimiters and markers work alike for objects, versions and uploads.

use stackproof_aws::ApiError;

use crate::input::Input;
use crate::s3::error;
use crate::text::encode_key;

/// How many entries a page has at most.
const MAX: i64 = 1000;

/// What every list is asked with.
pub(crate) struct Query {
    pub prefix: String,
    pub delimiter: Option<String>,
    pub max: usize,
    /// `EncodingType=url`: keys come URL-encoded, so that XML can hold them all.
    pub encoded: bool,
}

/// Where a page begins: after a key, or after one entry of it.
pub(crate) struct After {
    pub key: String,
    /// The entry's place within its key; none means after all of them.
    pub place: Option<u64>,
}

/// One thing that a list holds.
pub(crate) struct Row<'a, T> {
    pub key: &'a str,
    /// Rises within a key in the order of the list.
    pub place: u64,
    pub item: T,
}

/// One page.
pub(crate) struct Page<'a, T> {
    pub rows: Vec<Row<'a, T>>,
    pub prefixes: Vec<String>,
    /// Where the next one begins, where there is one.
    pub next: Option<After>,
}

impl Query {
    /// Takes the members; `max` is what the list calls its limit.
    pub fn read(input: &mut Input, max: &str) -> Result<Self, ApiError> {
        let encoded = match input.string("EncodingType")?.as_deref() {
            None => false,
            Some("url") => true,
            Some(other) => {
                let message = "Invalid Encoding Method specified in Request";
                return Err(error::invalid_argument(message, "encoding-type", other));
            }
        };
        let given = input.integer(max)?.unwrap_or(MAX);
        let limit = usize::try_from(given.min(MAX)).ok().filter(|_| given <= i64::from(i32::MAX));
        let limit = limit.ok_or_else(|| {
            let message = format!("Argument {max} must be an integer between 0 and 2147483647");
            error::invalid_argument(message, max, given.to_string())
        })?;
        Ok(Self {
            prefix: input.string("Prefix")?.unwrap_or_default(),
            delimiter: input.string("Delimiter")?.filter(|delimiter| !delimiter.is_empty()),
            max: limit,
            encoded,
        })
    }

    /// A key or a part of one, as the answer holds it.
    pub fn shown(&self, key: &str) -> String {
        if self.encoded { encode_key(key) } else { key.to_owned() }
    }

    /// The common prefix that a key is rolled up into.
    fn group<'a>(&self, key: &'a str) -> Option<&'a str> {
        let rest = key.strip_prefix(self.prefix.as_str())?;
        let delimiter = self.delimiter.as_deref()?;
        let end = self.prefix.len() + rest.find(delimiter)? + delimiter.len();
        key.get(..end)
    }

    /// The page of rows, sorted by key and place, that begins after a marker. Each common prefix counts as one entry.
    pub fn page<'a, T>(&self, rows: impl Iterator<Item = Row<'a, T>>, after: Option<After>) -> Page<'a, T> {
        let mut page = Page { rows: Vec::new(), prefixes: Vec::new(), next: None };
        let mut last: Option<After> = None;
        let mut count = 0;
        for row in rows.filter(|row| row.key.starts_with(&self.prefix)) {
            let group = self.group(row.key);
            if after.as_ref().is_some_and(|after| after.covers(&row, group))
                || (group.is_some() && group == page.prefixes.last().map(String::as_str))
            {
                continue;
            }
            if count == self.max {
                page.next = last;
                break;
            }
            count += 1;
            match group {
                Some(group) => {
                    last = Some(After { key: group.to_owned(), place: None });
                    page.prefixes.push(group.to_owned());
                }
                None => {
                    last = Some(After { key: row.key.to_owned(), place: Some(row.place) });
                    page.rows.push(row);
                }
            }
        }
        page
    }
}

impl After {
    /// Whether a row comes no later than this. A marker that is a common prefix, or lies in one, covers all that is
    /// rolled up into it.
    fn covers<T>(&self, row: &Row<'_, T>, group: Option<&str>) -> bool {
        if group.is_some_and(|group| self.key.starts_with(group)) {
            return true;
        }
        match row.key.cmp(self.key.as_str()) {
            std::cmp::Ordering::Less => true,
            std::cmp::Ordering::Equal => self.place.is_none_or(|place| row.place <= place),
            std::cmp::Ordering::Greater => false,
        }
    }
}
