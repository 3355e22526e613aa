//! JSON 1.0 and 1.1: the members as they are, the operation in a header.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, Response};
use serde_json::Value;

use super::{CodecError, WireRequest, is_error, unreadable};
use crate::wire::{self, Body};
use crate::{ApiError, Members, Operation, Output};

const CONTENT: HeaderValue = HeaderValue::from_static("application/x-amz-json-1.1");

pub(super) fn encode_request(operation: &Operation, members: &Members) -> Result<WireRequest, CodecError> {
    let target = operation.target.as_deref().and_then(|target| HeaderValue::from_str(target).ok());
    let target = target.ok_or(CodecError::NoShapes { service: operation.service })?;
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, CONTENT);
    headers.insert("x-amz-target", target);
    let body = Bytes::from(Value::Object(members.clone()).to_string());
    Ok(WireRequest { method: Method::POST, path: "/".to_owned(), query: Vec::new(), headers, body })
}

pub(super) fn encode_response(output: Output) -> Response<Body> {
    let mut response = Response::new(wire::full(Value::Object(output.members).to_string()));
    *response.headers_mut() = output.headers;
    response.headers_mut().insert(CONTENT_TYPE, CONTENT);
    response
}

pub(super) fn decode_response(status: u16, headers: &HeaderMap, body: &[u8]) -> Result<Members, ApiError> {
    let value =
        if body.is_empty() { Ok(Value::Object(Members::new())) } else { serde_json::from_slice(body) };
    if !is_error(status) {
        return match value.map_err(unreadable)? {
            Value::Object(members) => Ok(members),
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
