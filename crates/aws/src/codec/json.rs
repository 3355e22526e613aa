//! JSON 1.0 and 1.1: the members by their shapes, the operation in a header.

pub(super) mod shaped;
mod strict;

pub use strict::parse as parse_json;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, Response};
use serde_json::Value;

use self::shaped::Misfit;
use super::structure::Reading;
use super::{CodecError, WireInput, WireRequest, cbor, is_error, unreadable};
use crate::error::QUERY_ERROR;
use crate::model::Member;
use crate::wire::{self, Body};
use crate::{ApiError, Members, Operation, Output, Protocol, Service};

/// The content type of requests and answers alike.
fn content(operation: &Operation) -> HeaderValue {
    HeaderValue::from_static(match operation.protocol {
        Protocol::Json10 => "application/x-amz-json-1.0",
        _ => "application/x-amz-json-1.1",
    })
}

pub(super) fn encode_request(operation: &Operation, members: &Members) -> Result<WireRequest, CodecError> {
    let target = operation.target.as_deref().and_then(|target| HeaderValue::from_str(target).ok());
    let target = target.ok_or(CodecError::NoShapes { service: operation.service })?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, content(operation));
    headers.insert("x-amz-target", target);
    let body = Bytes::from(written(operation, operation.input(), members)?.to_string());
    Ok(WireRequest { method: Method::POST, path: "/".to_owned(), query: Vec::new(), headers, body })
}

/// Members of a service outside the shapes are written as they are.
fn written(operation: &Operation, known: &[Member], members: &Members) -> Result<Value, CodecError> {
    match operation.io {
        None => Ok(Value::Object(members.clone())),
        Some(_) => shaped::write_all(operation, &operation.name, known, members).map(Value::Object),
    }
}

pub(super) fn decode_request(operation: &Operation, input: &WireInput<'_>) -> Result<Members, ApiError> {
    if operation.io.is_none() {
        return Err(super::no_shapes(operation));
    }
    if input.body.is_empty() {
        return Ok(Members::new());
    }
    let given = match cbor::is_cbor(input.headers) {
        true => cbor::object(operation, input.body),
        false => object(input.body, Reading::Strict),
    };
    given
        .and_then(|given| shaped::read_all(operation, operation.input(), given, Reading::Strict))
        .map_err(refuse)
}

/// The refusal of a body that does not fit.
pub(super) fn refuse(misfit: Misfit) -> ApiError {
    ApiError::new(400, "SerializationException", misfit)
}

/// The object that a body is.
pub(super) fn object(body: &[u8], reading: Reading) -> Result<Members, Misfit> {
    let value = match reading {
        Reading::Strict => strict::parse(body),
        Reading::Lenient => serde_json::from_slice(body),
    };
    match value.map_err(|error| error.to_string())? {
        Value::Object(given) => Ok(given),
        _ => Err("Start of structure or map expected.".to_owned()),
    }
}

pub(super) fn encode_response(operation: &Operation, output: Output, request_id: &str) -> Response<Body> {
    let Output { members, headers, body: streamed, .. } = output;
    let body = match (streamed, operation.output()) {
        (Some(streamed), _) => streamed,
        // An operation without output answers nothing at all.
        (None, []) if members.is_empty() => wire::empty(),
        (None, known) => match written(operation, known, &members) {
            Ok(body) => wire::full(body.to_string()),
            Err(error) => {
                let service = Service::named(operation.service);
                return unreadable(error).into_response(service, request_id, false);
            }
        },
    };
    let mut response = Response::new(body);
    *response.headers_mut() = headers;
    response.headers_mut().entry(CONTENT_TYPE).or_insert(content(operation));
    response
}

pub(super) fn decode_response(
    operation: &Operation,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Members, ApiError> {
    if is_error(status) {
        return Err(error(status, headers, body));
    }
    let Some(known) = operation.io.as_ref().map(|_| operation.output()) else {
        return if body.is_empty() {
            Ok(Members::new())
        } else {
            object(body, Reading::Lenient).map_err(unreadable)
        };
    };
    // Streamed events are no document; and what an emulator writes where nothing is to be said says nothing.
    if body.is_empty() || known.is_empty() || known.iter().any(|member| member.streaming) {
        return Ok(Members::new());
    }
    object(body, Reading::Lenient)
        .and_then(|members| shaped::read_all(operation, known, members, Reading::Lenient))
        .map_err(unreadable)
}

/// The error in an answer, of REST/JSON too.
pub(super) fn error(status: u16, headers: &HeaderMap, body: &[u8]) -> ApiError {
    let value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let member = |name: &str| value.get(name).and_then(Value::as_str);
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    // `AWS.SimpleQueueService.NonExistentQueue;Sender`: SDKs go on with the code that they knew.
    let query = header(QUERY_ERROR).and_then(|text| text.split(';').next()).filter(|code| !code.is_empty());
    let code = query.or_else(|| {
        let code = member("__type").or(header("x-amzn-errortype")).or_else(|| member("code"))?;
        // `com.amazon.coral.service#AccessDeniedException`, `AccessDeniedException:http://…`
        code.split(':').next()?.rsplit('#').next()
    });
    let message = member("message").or_else(|| member("Message")).unwrap_or_default();
    ApiError::new(status, code.unwrap_or("UnknownError").to_owned(), message)
}
