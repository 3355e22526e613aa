//! S3's requests and answers to members.

use http::HeaderMap;
use http::header::HeaderValue;
use serde_json::Value;

use super::super::scalar;
use super::super::structure::{self, Reading};
use super::super::{WireInput, is_error, unreadable, xml_error};
use crate::model::{Member, Shape};
use crate::xml;
use crate::{ApiError, Members, Operation};

/// Conditions that count as not sent where they are no date (RFC 9110, 13.1.3 and 13.1.4).
const IGNORED_IF_NO_DATE: [&str; 2] = ["If-Modified-Since", "If-Unmodified-Since"];

pub(in crate::codec) fn decode_request(
    operation: &Operation,
    input: &WireInput<'_>,
) -> Result<Members, ApiError> {
    let mut out = Members::new();
    let payload = operation.input_payload();
    for member in operation.input() {
        let value = match member.location.as_deref() {
            Some("uri") => {
                let label = input.labels.iter().find(|(name, _)| *name == member.wire_name());
                label.map(|(_, text)| Value::String(text.clone()))
            }
            Some("querystring") => from_query(operation, member, input.query)?,
            Some("header") => from_header(operation, member, input.headers)?,
            Some("headers") => from_prefix(member, input.headers)?,
            _ if member.streaming => None,
            _ if payload.is_some_and(|payload| payload.name == member.name) => {
                from_body(operation, member, input)?
            }
            _ => None,
        };
        if let Some(value) = value {
            out.insert(member.name.clone(), value);
        }
    }
    Ok(out)
}

fn invalid(member: &Member, text: &str) -> ApiError {
    let message = format!("The value provided for {} is not valid.", member.wire_name());
    ApiError::new(400, "InvalidArgument", message)
        .detail("ArgumentName", member.wire_name())
        .detail("ArgumentValue", text)
}

fn from_query(
    operation: &Operation,
    member: &Member,
    query: &[(String, String)],
) -> Result<Option<Value>, ApiError> {
    let mut texts = query.iter().filter(|(name, _)| name == member.wire_name()).map(|(_, text)| text);
    if let Some(Shape::List { list }) = operation.shape(&member.kind) {
        let items: Result<Vec<_>, _> =
            texts.map(|text| scalar::from_text(list, text).ok_or_else(|| invalid(member, text))).collect();
        return Ok(Some(items?).filter(|items| !items.is_empty()).map(Value::Array));
    }
    match (texts.next(), texts.next()) {
        (None, _) => Ok(None),
        (Some(text), None) => scalar::from_text(member, text).ok_or_else(|| invalid(member, text)).map(Some),
        (Some(text), Some(_)) => Err(invalid(member, text)),
    }
}

fn from_header(
    operation: &Operation,
    member: &Member,
    headers: &HeaderMap,
) -> Result<Option<Value>, ApiError> {
    let mut values = headers.get_all(member.wire_name()).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let text = header_text(member, first)?;
    if let Some(Shape::List { list }) = operation.shape(&member.kind) {
        let mut items = Vec::new();
        for value in std::iter::once(first).chain(values) {
            for item in header_text(member, value)?.split(',') {
                items.push(scalar::from_text(list, item.trim()).ok_or_else(|| invalid(member, item))?);
            }
        }
        return Ok(Some(Value::Array(items)));
    }
    if values.next().is_some() {
        return Err(invalid(member, text));
    }
    match scalar::from_text(member, text) {
        None if IGNORED_IF_NO_DATE.contains(&member.wire_name()) => Ok(None),
        value => value.ok_or_else(|| invalid(member, text)).map(Some),
    }
}

fn header_text<'a>(member: &Member, value: &'a HeaderValue) -> Result<&'a str, ApiError> {
    std::str::from_utf8(value.as_bytes()).map_err(|_| invalid(member, ""))
}

fn from_prefix(member: &Member, headers: &HeaderMap) -> Result<Option<Value>, ApiError> {
    let mut entries = Members::new();
    for (name, value) in headers {
        if let Some(key) = name.as_str().strip_prefix(&member.wire_name().to_ascii_lowercase()) {
            let text = header_text(member, value)?.to_owned();
            if entries.insert(key.to_owned(), Value::String(text)).is_some() {
                return Err(invalid(member, key));
            }
        }
    }
    Ok(Some(entries).filter(|entries| !entries.is_empty()).map(Value::Object))
}

fn from_body(
    operation: &Operation,
    member: &Member,
    input: &WireInput<'_>,
) -> Result<Option<Value>, ApiError> {
    let Some(Shape::Structure { members, .. }) = operation.shape(&member.kind) else {
        let text = std::str::from_utf8(input.body).map_err(|_| malformed())?;
        return Ok(Some(Value::String(text.to_owned())));
    };
    if input.body.is_empty() {
        return match operation.required().contains(&member.name) {
            true => Err(ApiError::new(400, "MissingRequestBodyError", "Request Body is empty")),
            false => Ok(None),
        };
    }
    let root = xml::parse(input.body).map_err(|_| malformed())?;
    if root.name != member.wire_name() {
        return Err(malformed());
    }
    let members = structure::read(operation, members, &root, Reading::Strict).map_err(|_| malformed())?;
    Ok(Some(Value::Object(members)))
}

fn malformed() -> ApiError {
    let message = "The XML you provided was not well-formed or did not validate against our published schema";
    ApiError::new(400, "MalformedXML", message)
}

pub(in crate::codec) fn decode_response(
    operation: &Operation,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Members, ApiError> {
    if is_error(status) {
        return Err(xml_error(status, body));
    }
    let mut out = Members::new();
    let payload = operation.output_payload();
    for member in operation.output() {
        let value = match member.location.as_deref() {
            Some("header") => from_header(operation, member, headers)?,
            Some("headers") => from_prefix(member, headers)?,
            _ => None,
        };
        if let Some(value) = value {
            out.insert(member.name.clone(), value);
        }
    }
    match payload {
        Some(member) if member.streaming => {}
        Some(member) if operation.shape(&member.kind).is_none() => {
            let text = String::from_utf8_lossy(body).into_owned();
            out.insert(member.name.clone(), Value::String(text));
        }
        _ if body.is_empty() => {}
        // An answer that has no document: what an emulator writes there all the same says nothing.
        None if operation.output().iter().all(|member| member.location.is_some()) => {}
        _ => out.extend(read_document(operation, payload, status, body)?),
    }
    Ok(out)
}

fn read_document(
    operation: &Operation,
    payload: Option<&Member>,
    status: u16,
    body: &[u8],
) -> Result<Members, ApiError> {
    let root = xml::parse(body).map_err(unreadable)?;
    if root.name == "Error" {
        // CopyObject and CompleteMultipartUpload may fail after they have answered 200.
        return Err(xml_error(status, body));
    }
    if operation.name == "GetBucketLocation" {
        let mut out = Members::new();
        out.insert("LocationConstraint".to_owned(), Value::String(root.text));
        return Ok(out);
    }
    let read = |members| {
        structure::read(operation, members, &root, Reading::Lenient)
            .map_err(|_| unreadable("it does not fit"))
    };
    match payload {
        None => read(operation.output()),
        Some(member) => match operation.shape(&member.kind) {
            Some(Shape::Structure { members, .. }) => {
                let mut out = Members::new();
                out.insert(member.name.clone(), Value::Object(read(members)?));
                Ok(out)
            }
            _ => Err(unreadable("its shape is not in the tables")),
        },
    }
}
