//! CBOR, as SDKs for Java speak it with Kinesis: the members of JSON 1.1 with bytes and times of their own.
//!
//! RFC 8949, of which those SDKs write: integers, floats, texts, bytes, lists and maps (their lengths told or not), and
//! tag 1 for times, which hold *milliseconds* here. What else there is, is refused.

mod read;
mod shaped;
#[cfg(test)]
pub(super) mod tests;
mod write;

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Response};
use http_body_util::BodyExt;
use serde_json::Value;

use super::unreadable;
use crate::wire::{self, Body};
use crate::{ApiError, Members, Operation};

const CONTENT: &str = "application/x-amz-cbor-1.1";

/// One item.
#[derive(Clone, Debug, PartialEq)]
enum Item {
    /// What JSON has too: null, a boolean, a number, a text.
    Plain(Value),
    /// Bytes.
    Bytes(Vec<u8>),
    /// Milliseconds since 1970.
    Time(i64),
    /// Items.
    List(Vec<Item>),
    /// Items by their names.
    Map(BTreeMap<String, Item>),
}

/// Whether a request's body is CBOR, so that its answer is to be, too.
pub fn is_cbor(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(CONTENT)
}

/// The members in a request's body, as JSON has them.
pub(super) fn object(operation: &Operation, body: &[u8]) -> Result<Members, String> {
    match read::item(body)? {
        Item::Map(entries) => shaped::to_json(operation, operation.input(), entries),
        _ => Err("Start of structure or map expected.".to_owned()),
    }
}

/// An answer of JSON, an error too, in CBOR; any other is left as it is.
pub async fn in_cbor(operation: Option<&Operation>, response: Response<Body>) -> Response<Body> {
    let kind = response.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if !kind.starts_with("application/x-amz-json") {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let known = operation.filter(|_| !super::is_error(parts.status.as_u16()));
    let written = match body.collect().await {
        Ok(body) => translated(known, &body.to_bytes()),
        Err(error) => Err(ApiError::from(error)),
    };
    let bytes = written.unwrap_or_else(|error| {
        parts.status = http::StatusCode::INTERNAL_SERVER_ERROR;
        let text = |text: &str| Item::Plain(Value::from(text));
        let members =
            [("__type".to_owned(), text(&error.code)), ("message".to_owned(), text(&error.message))];
        write::item(&Item::Map(members.into()))
    });
    parts.headers.remove(CONTENT_LENGTH);
    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT));
    Response::from_parts(parts, wire::full(bytes))
}

fn translated(operation: Option<&Operation>, body: &Bytes) -> Result<Vec<u8>, ApiError> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let value = serde_json::from_slice(body).map_err(unreadable)?;
    Ok(write::item(&shaped::from_json(operation, value)))
}
