//! Members to labels, queries, headers and the status.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::super::scalar::{self, Place};
use super::super::{CodecError, WireRequest, structure};
use crate::model::{Member, Shape};
use crate::wire::{self, Body};
use crate::{Members, Operation, Output};

/// What SigV4 leaves unencoded in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same for a greedy label, which keeps its slashes.
const GREEDY: &AsciiSet = &SEGMENT.remove(b'/');

/// The request but for its body.
pub(in crate::codec) fn request(operation: &Operation, members: &Members) -> Result<WireRequest, CodecError> {
    let io = operation.io.as_ref().ok_or(CodecError::NoShapes { service: operation.service })?;
    structure::known(&operation.name, operation.input(), members)?;
    let (path, fixed) = io.uri.split_once('?').unwrap_or((&io.uri, ""));
    let mut request = WireRequest {
        method: io.method.parse().unwrap_or(Method::GET),
        path: path.to_owned(),
        query: fixed.split('&').filter(|pair| !pair.is_empty()).map(pair).collect(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    };
    for member in operation.input() {
        let Some(value) = members.get(&member.name) else {
            if member.location.as_deref() == Some("uri") {
                return Err(missing(operation, member));
            }
            continue;
        };
        match member.location.as_deref() {
            Some("uri") => label(&mut request.path, operation, member, value)?,
            Some("querystring") => query(&mut request.query, operation, member, value)?,
            _ => headers(&mut request.headers, operation, member, value)?,
        }
    }
    Ok(request)
}

fn missing(operation: &Operation, member: &Member) -> CodecError {
    CodecError::Missing { operation: operation.name.clone(), member: member.name.clone() }
}

/// Splits a pair of a query that needs no decoding.
pub(super) fn pair(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (name.to_owned(), value.to_owned())
}

/// An empty label would make it another operation's path.
fn label(path: &mut String, operation: &Operation, member: &Member, value: &Value) -> Result<(), CodecError> {
    let text = scalar::to_text(member, value, Place::Elsewhere)?;
    if text.is_empty() {
        return Err(missing(operation, member));
    }
    let greedy = format!("{{{}+}}", member.wire_name());
    if path.contains(&greedy) {
        *path = path.replace(&greedy, &utf8_percent_encode(&text, GREEDY).to_string());
    } else {
        let plain = format!("{{{}}}", member.wire_name());
        *path = path.replace(&plain, &utf8_percent_encode(&text, SEGMENT).to_string());
    }
    Ok(())
}

fn query(
    query: &mut Vec<(String, String)>,
    operation: &Operation,
    member: &Member,
    value: &Value,
) -> Result<(), CodecError> {
    let mut push = |member: &Member, name: &str, value: &Value| -> Result<(), CodecError> {
        query.push((name.to_owned(), scalar::to_text(member, value, Place::Elsewhere)?));
        Ok(())
    };
    match (operation.shape(&member.kind), value) {
        (Some(Shape::List { list }), Value::Array(items)) => {
            items.iter().try_for_each(|item| push(list, member.wire_name(), item))
        }
        _ => push(member, member.wire_name(), value),
    }
}

/// A member that stands in a header, or in all with a prefix.
fn headers(
    headers: &mut HeaderMap,
    operation: &Operation,
    member: &Member,
    value: &Value,
) -> Result<(), CodecError> {
    match member.location.as_deref() {
        Some("header") => header(headers, operation, member, value),
        Some("headers") => prefixed(headers, member, value),
        _ => Ok(()),
    }
}

fn header(
    headers: &mut HeaderMap,
    operation: &Operation,
    member: &Member,
    value: &Value,
) -> Result<(), CodecError> {
    let text = match (operation.shape(&member.kind), value) {
        (Some(Shape::List { list }), Value::Array(items)) => {
            let texts: Result<Vec<_>, _> =
                items.iter().map(|item| scalar::to_text(list, item, Place::Header)).collect();
            texts?.join(",")
        }
        _ => scalar::to_text(member, value, Place::Header)?,
    };
    set(headers, member, member.wire_name(), &text)
}

fn prefixed(headers: &mut HeaderMap, member: &Member, value: &Value) -> Result<(), CodecError> {
    for (name, value) in value.as_object().ok_or_else(|| scalar::wrong(member))? {
        let text = value.as_str().ok_or_else(|| scalar::wrong(member))?;
        set(headers, member, &format!("{}{name}", member.wire_name()), text)?;
    }
    Ok(())
}

fn set(headers: &mut HeaderMap, member: &Member, name: &str, text: &str) -> Result<(), CodecError> {
    let name: HeaderName = name.parse().map_err(|_| scalar::wrong(member))?;
    let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| scalar::wrong(member))?;
    headers.insert(name, value);
    Ok(())
}

/// The answer, with a document of that content type where it has one and no streamed body.
pub(in crate::codec) fn respond(
    operation: &Operation,
    output: Output,
    document: Option<(&'static str, Bytes)>,
) -> Result<Response<Body>, CodecError> {
    let Output { status, members, headers: mut written, body } = output;
    let mut said = None;
    for member in operation.output() {
        let Some(value) = members.get(&member.name) else { continue };
        match member.location.as_deref() {
            Some("statusCode") => {
                let code = value.as_u64().and_then(|code| u16::try_from(code).ok());
                said = Some(code.ok_or_else(|| scalar::wrong(member))?);
            }
            _ => headers(&mut written, operation, member, value)?,
        }
    }
    let body = match (body, document) {
        (Some(body), _) => body,
        (None, Some((kind, document))) => {
            written.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(kind));
            wire::full(document)
        }
        (None, None) => wire::empty(),
    };
    let mut response = Response::new(body);
    let status = status.or(said).or(operation.io.as_ref().and_then(|io| io.status)).unwrap_or(200);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    *response.headers_mut() = written;
    Ok(response)
}
