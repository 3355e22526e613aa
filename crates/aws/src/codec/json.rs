//! JSON 1.0 and 1.1: the members by their shapes, the operation in a header.

mod shaped;
mod strict;

pub use strict::parse as parse_json;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, Response};
use serde_json::Value;

use super::structure::Reading;
use super::{CodecError, WireInput, WireRequest, is_error, unreadable};
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
    let refuse = |message: String| ApiError::new(400, "SerializationException", message);
    match strict::parse(input.body).map_err(|error| refuse(error.to_string()))? {
        Value::Object(given) => {
            shaped::read_all(operation, operation.input(), given, Reading::Strict).map_err(refuse)
        }
        _ => Err(refuse("Start of structure or map expected.".to_owned())),
    }
}

pub(super) fn encode_response(operation: &Operation, output: Output, request_id: &str) -> Response<Body> {
    let body = match (operation.output(), output.members) {
        // An operation without output answers nothing at all.
        ([], members) if members.is_empty() => String::new(),
        (known, members) => match written(operation, known, &members) {
            Ok(body) => body.to_string(),
            Err(error) => {
                let service = Service::named(operation.service);
                return unreadable(error).into_response(service, request_id, false);
            }
        },
    };
    let mut response = Response::new(wire::full(body));
    *response.headers_mut() = output.headers;
    response.headers_mut().insert(CONTENT_TYPE, content(operation));
    response
}

pub(super) fn decode_response(
    operation: &Operation,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Members, ApiError> {
    let value =
        if body.is_empty() { Ok(Value::Object(Members::new())) } else { serde_json::from_slice(body) };
    if !is_error(status) {
        if operation.io.is_some() && operation.output().is_empty() {
            // What an emulator writes where nothing is to be said says nothing.
            return Ok(Members::new());
        }
        return match (value.map_err(unreadable)?, &operation.io) {
            (Value::Object(members), None) => Ok(members),
            (Value::Object(members), Some(_)) => {
                shaped::read_all(operation, operation.output(), members, Reading::Lenient).map_err(unreadable)
            }
            _ => Err(unreadable("it is no object")),
        };
    }
    let value = value.unwrap_or_default();
    let member = |name: &str| value.get(name).and_then(Value::as_str);
    let header = headers.get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let code = member("__type").or(header).or_else(|| member("code")).unwrap_or("UnknownError");
    // `com.amazon.coral.service#AccessDeniedException`, `AccessDeniedException:http://…`
    let code = code.rsplit('#').next().unwrap_or(code).split(':').next().unwrap_or(code);
    let message = member("message").or_else(|| member("Message")).unwrap_or_default();
    Err(ApiError::new(status, code.to_owned(), message))
}
