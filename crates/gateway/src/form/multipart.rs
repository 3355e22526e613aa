//! `multipart/form-data` (RFC 7578): fields first, then one file, which streams. What follows it is not looked at.

use std::ops::RangeInclusive;

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use http_body_util::BodyExt;
use memchr::memmem;
use stackproof_aws::{ApiError, Body};

use crate::authenticate::payload::Filter;

/// The most that may precede the file ("HTTP request size" of POST Object).
const MAX_BEFORE_FILE: usize = 20 << 10;
/// RFC 2046, 5.1.1.
const MAX_BOUNDARY: usize = 70;

/// The file, whose content is still to come.
pub(super) struct File {
    /// What the client calls it, without its folders.
    pub name: String,
    pub body: Body,
    pub content: Content,
}

/// What divides the parts of a request's body, where it is a form.
///
/// # Errors
/// `MalformedPOSTRequest` where a form does not say.
pub(crate) fn boundary(headers: &HeaderMap) -> Result<Option<Vec<u8>>, ApiError> {
    let Some(value) = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()) else {
        return Ok(None);
    };
    let (kind, parameters) = value.split_once(';').unwrap_or((value, ""));
    if !kind.trim().eq_ignore_ascii_case("multipart/form-data") {
        return Ok(None);
    }
    let mut boundaries = parameters
        .split(';')
        .filter_map(|parameter| parameter.trim().split_once('='))
        .filter(|(name, _)| name.eq_ignore_ascii_case("boundary"))
        .map(|(_, value)| value.trim_matches('"'));
    match (boundaries.next(), boundaries.next()) {
        (Some(boundary), None) if (1..=MAX_BOUNDARY).contains(&boundary.len()) => {
            Ok(Some(boundary.as_bytes().to_vec()))
        }
        _ => Err(malformed()),
    }
}

/// Reads the fields up to the file.
///
/// # Errors
/// S3's own for what is no form, is too large before its file, or has none.
pub(super) async fn read(body: Body, boundary: &[u8]) -> Result<(Vec<(String, String)>, File), ApiError> {
    let delimiter = [b"\r\n--", boundary].concat();
    // The first delimiter has no line before it.
    let mut reader = Reader { body, buffer: BytesMut::from("\r\n"), left: MAX_BEFORE_FILE };
    if !reader.until(&delimiter).await?.is_empty() {
        return Err(malformed());
    }
    let mut fields = Vec::new();
    while reader.goes_on().await? {
        let head = reader.until(b"\r\n\r\n").await?;
        let (name, file) = disposition(&head).ok_or_else(malformed)?;
        if name.eq_ignore_ascii_case("file") {
            let name = file.unwrap_or_default();
            let name = name.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
            let Reader { body, buffer, .. } = reader;
            return Ok((fields, File { name, body, content: Content { delimiter, buffer, ended: false } }));
        }
        let value = reader.until(&delimiter).await?;
        let value = std::str::from_utf8(&value).map_err(|_| malformed())?;
        fields.push((name, value.to_owned()));
    }
    let message = "POST requires exactly one file upload per request.";
    Err(ApiError::new(400, "IncorrectNumberOfFilesInPostRequest", message))
}

/// What was read of a body and not yet taken.
struct Reader {
    body: Body,
    buffer: BytesMut,
    /// How much may still come before the file.
    left: usize,
}

impl Reader {
    async fn more(&mut self) -> Result<(), ApiError> {
        loop {
            let frame = self.body.frame().await.ok_or_else(malformed)??;
            if let Ok(data) = frame.into_data() {
                self.buffer.extend_from_slice(&data);
                return Ok(());
            }
        }
    }

    /// Takes what stands before a text, and the text.
    async fn until(&mut self, text: &[u8]) -> Result<BytesMut, ApiError> {
        loop {
            let found = memmem::find(&self.buffer, text);
            if found.unwrap_or(self.buffer.len()) > self.left {
                let message = "Your POST request fields preceding the upload file were too large.";
                return Err(ApiError::new(400, "MaxPostPreDataLengthExceededError", message)
                    .detail("MaxPostPreDataLengthBytes", MAX_BEFORE_FILE.to_string()));
            }
            if let Some(at) = found {
                let taken = self.buffer.split_to(at);
                self.buffer.advance(text.len());
                self.left = self.left.saturating_sub(at.saturating_add(text.len()));
                return Ok(taken);
            }
            self.more().await?;
        }
    }

    /// Behind a delimiter: whether a part follows it, or the form ends.
    async fn goes_on(&mut self) -> Result<bool, ApiError> {
        while self.buffer.len() < 2 {
            self.more().await?;
        }
        let next = self.buffer.split_to(2);
        match &*next {
            b"\r\n" => Ok(true),
            b"--" => Ok(false),
            _ => Err(malformed()),
        }
    }
}

/// The names of a part and of its file, off its one `Content-Disposition`.
fn disposition(head: &[u8]) -> Option<(String, Option<String>)> {
    let head = std::str::from_utf8(head).ok()?;
    let mut found = None;
    for line in head.split("\r\n") {
        let (name, value) = line.split_once(':')?;
        if name.trim().eq_ignore_ascii_case("content-disposition") && found.replace(value).is_some() {
            return None;
        }
    }
    let (kind, mut rest) = found?.split_once(';')?;
    if !kind.trim().eq_ignore_ascii_case("form-data") {
        return None;
    }
    let (mut name, mut file) = (None, None);
    while !rest.trim().is_empty() {
        let (parameter, behind) = rest.split_once('=')?;
        let (value, behind) = parameter_value(behind)?;
        rest = behind;
        let twice = match parameter.trim().to_ascii_lowercase().as_str() {
            "name" => name.replace(value).is_some(),
            "filename" => file.replace(value).is_some(),
            _ => false,
        };
        if twice {
            return None;
        }
    }
    Some((name?, file))
}

/// The value of a parameter, in quotes or not, and what follows its semicolon. Of what clients escape only the quote
/// is: a backslash before anything else is one of a Windows path.
fn parameter_value(text: &str) -> Option<(String, &str)> {
    let Some(quoted) = text.trim_start().strip_prefix('"') else {
        let (value, rest) = text.split_once(';').unwrap_or((text, ""));
        return Some((value.trim().to_owned(), rest));
    };
    let mut escaped = false;
    let end = quoted.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\';
        ends
    })?;
    let (value, rest) = (quoted.get(..end)?, quoted.get(end.saturating_add(1)..)?.trim_start());
    let rest = if rest.is_empty() { rest } else { rest.strip_prefix(';')? };
    Some((value.replace("\\\"", "\""), rest))
}

/// Takes the file's content off what follows it.
pub(super) struct Content {
    delimiter: Vec<u8>,
    buffer: BytesMut,
    ended: bool,
}

impl Filter for Content {
    fn feed(&mut self, data: Bytes) {
        if !self.ended {
            self.buffer.extend_from_slice(&data);
        }
    }

    fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        if self.ended {
            return Ok(None);
        }
        let ready = match memmem::find(&self.buffer, &self.delimiter) {
            Some(at) => {
                self.ended = true;
                at
            }
            // The delimiter may have begun.
            None => self.buffer.len().saturating_sub(self.delimiter.len().saturating_sub(1)),
        };
        Ok(Some(self.buffer.split_to(ready).freeze()).filter(|data| !data.is_empty()))
    }

    fn finish(&mut self) -> Result<(), ApiError> {
        if self.ended { Ok(()) } else { Err(malformed()) }
    }
}

/// Refuses content that is shorter or longer than it may be.
pub(super) struct Bounded {
    lengths: RangeInclusive<u64>,
    length: u64,
    passing: Option<Bytes>,
}

impl Bounded {
    /// A filter that lets pass what has one of these lengths, in bytes.
    pub fn new(lengths: RangeInclusive<u64>) -> Self {
        Self { lengths, length: 0, passing: None }
    }
}

impl Filter for Bounded {
    fn feed(&mut self, data: Bytes) {
        self.length = self.length.saturating_add(data.len() as u64);
        self.passing = Some(data);
    }

    fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        if self.length > *self.lengths.end() {
            let message = "Your proposed upload exceeds the maximum allowed size";
            return Err(ApiError::new(400, "EntityTooLarge", message)
                .detail("ProposedSize", self.length.to_string())
                .detail("MaxSizeAllowed", self.lengths.end().to_string()));
        }
        Ok(self.passing.take())
    }

    fn finish(&mut self) -> Result<(), ApiError> {
        if self.length >= *self.lengths.start() {
            return Ok(());
        }
        let message = "Your proposed upload is smaller than the minimum allowed size";
        Err(ApiError::new(400, "EntityTooSmall", message)
            .detail("ProposedSize", self.length.to_string())
            .detail("MinSizeAllowed", self.lengths.start().to_string()))
    }
}

fn malformed() -> ApiError {
    let message = "The body of your POST request is not well-formed multipart/form-data.";
    ApiError::new(400, "MalformedPOSTRequest", message)
}

#[cfg(test)]
mod tests;
