//! REST/JSON: Lambda, QuickSight. Members in the path, the query and the headers; the others in a body of JSON, unless
//! one of them is the whole body.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Response};
use serde_json::Value;

use super::json::{self, shaped};
use super::rest::{self, Misfit};
use super::structure::{self, Reading};
use super::{CodecError, WireInput, WireRequest, is_error, scalar, unreadable};
use crate::model::Member;
use crate::wire::Body;
use crate::{ApiError, Members, Operation, Output, Service};

const JSON: &str = "application/json";
const BYTES: &str = "application/octet-stream";

pub(super) fn encode_request(operation: &Operation, members: &Members) -> Result<WireRequest, CodecError> {
    let mut request = rest::request(operation, members)?;
    for member in operation.input().iter().filter(|member| member.location.as_deref() == Some("uri")) {
        // Whoever stands behind would resolve these away.
        if members.get(&member.name).and_then(Value::as_str).is_some_and(|text| matches!(text, "." | "..")) {
            return Err(scalar::wrong(member));
        }
    }
    if let Some((kind, body)) = write(operation, operation.input(), operation.input_payload(), members)? {
        request.headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        request.body = body;
    }
    Ok(request)
}

/// The body and what it is; none where nothing stands in it.
fn write(
    operation: &Operation,
    known: &[Member],
    payload: Option<&Member>,
    members: &Members,
) -> Result<Option<(&'static str, Bytes)>, CodecError> {
    let Some(member) = payload else {
        let fields = shaped::write_all(operation, &operation.name, known, members)?;
        let none = known.iter().all(|member| member.location.is_some());
        return Ok((!none).then(|| (JSON, Bytes::from(Value::Object(fields).to_string()))));
    };
    let Some(value) = members.get(&member.name) else { return Ok(None) };
    Ok(Some(match member.kind.as_str() {
        "blob" => {
            let bytes = value.as_str().and_then(|text| STANDARD.decode(text).ok());
            (BYTES, Bytes::from(bytes.ok_or_else(|| scalar::wrong(member))?))
        }
        _ => (JSON, Bytes::from(shaped::write(operation, member, value)?.to_string())),
    }))
}

pub(super) fn decode_request(operation: &Operation, input: &WireInput<'_>) -> Result<Members, ApiError> {
    if operation.io.is_none() {
        return Err(super::no_shapes(operation));
    }
    let mut out = rest::read_request(operation, input).map_err(|Misfit { member, text }| {
        let message = format!("The value `{text}` provided for {} is not valid.", member.wire_name());
        ApiError::new(400, "InvalidParameterValueException", message)
    })?;
    let known = operation.input();
    let body = read(operation, known, operation.input_payload(), input.body, Reading::Strict);
    out.extend(body.map_err(json::refuse)?);
    Ok(out)
}

/// The members in a body.
fn read(
    operation: &Operation,
    known: &[Member],
    payload: Option<&Member>,
    body: &[u8],
    reading: Reading,
) -> Result<Members, shaped::Misfit> {
    if body.is_empty() || payload.is_some_and(|member| member.streaming) {
        return Ok(Members::new());
    }
    let Some(member) = payload else {
        return shaped::read_all(operation, known, json::object(body, reading)?, reading);
    };
    let value = match member.kind.as_str() {
        "blob" => Value::String(STANDARD.encode(body)),
        _ => shaped::read(operation, member, Value::Object(json::object(body, reading)?), reading)?,
    };
    Ok(Members::from_iter([(member.name.clone(), value)]))
}

pub(super) fn encode_response(operation: &Operation, output: Output, request_id: &str) -> Response<Body> {
    respond(operation, output).unwrap_or_else(|error| {
        unreadable(error).into_response(Service::named(operation.service), request_id, false)
    })
}

fn respond(operation: &Operation, output: Output) -> Result<Response<Body>, CodecError> {
    structure::known(&operation.name, operation.output(), &output.members)?;
    let document = write(operation, operation.output(), operation.output_payload(), &output.members)?;
    // What a function returns is JSON, whatever the model says.
    rest::respond(operation, output, document.map(|(_, document)| (JSON, document)))
}

pub(super) fn decode_response(
    operation: &Operation,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Members, ApiError> {
    if is_error(status) {
        return Err(json::error(status, headers, body));
    }
    let wrong = |misfit: Misfit| unreadable(format!("its {} does not fit", misfit.member.wire_name()));
    let mut out = rest::read_headers(operation, headers).map_err(wrong)?;
    let known = operation.output();
    if let Some(member) = known.iter().find(|member| member.location.as_deref() == Some("statusCode")) {
        out.insert(member.name.clone(), status.into());
    }
    let payload = operation.output_payload();
    if payload.is_some() || known.iter().any(|member| member.location.is_none()) {
        // An answer that has no document: what an emulator writes there all the same says nothing.
        out.extend(read(operation, known, payload, body, Reading::Lenient).map_err(unreadable)?);
    }
    Ok(out)
}
