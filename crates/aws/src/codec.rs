//! Members to the wire and back, for each protocol, by the shapes.
//!
//! Four directions: a client encodes requests and decodes answers, the gateway decodes requests and encodes answers.
//! REST/XML: <https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html>; query:
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>; EC2's:
//! <https://smithy.io/2.0/aws/protocols/aws-ec2-query-protocol.html>; JSON:
//! <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>; REST/JSON:
//! <https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html>.

mod cbor;
mod ec2;
mod form;
mod json;
mod query;
mod rest;
mod rest_json;
mod rest_xml;
mod scalar;
mod structure;

use bytes::Bytes;
use http::{HeaderMap, Method, Response};

use crate::xml::{self, Element};
use crate::{ApiError, Body, Members, Operation, Output, Protocol};

pub use cbor::{in_cbor, is_cbor};
pub use json::parse_json;
pub use rest::{Route, route};

/// A request as it goes over the wire, before it is signed. Streamed payloads are sent beside it.
#[derive(Clone, Debug)]
pub struct WireRequest {
    /// The HTTP method.
    pub method: Method,
    /// The path, percent-encoded; path style for S3.
    pub path: String,
    /// Query members, decoded, in order.
    pub query: Vec<(String, String)>,
    /// Headers of the operation.
    pub headers: HeaderMap,
    /// The body, but for a streamed payload.
    pub body: Bytes,
}

/// A request as it came over the wire.
pub struct WireInput<'a> {
    /// Labels of the path, decoded: `Bucket`, `Key`.
    pub labels: &'a [(&'a str, String)],
    /// Query members, decoded.
    pub query: &'a [(String, String)],
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body, but for a streamed payload.
    pub body: &'a [u8],
}

/// Members that do not fit the operation.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum CodecError {
    /// The tables have no shapes for the service, so that nothing but JSON can be written.
    #[error("the members of `{service}` are not in the tables")]
    NoShapes {
        /// The service.
        service: &'static str,
    },
    /// No member of that name.
    #[error("`{operation}` has no member `{member}`")]
    UnknownMember {
        /// The operation or structure.
        operation: String,
        /// The name as given.
        member: String,
    },
    /// A required member is missing.
    #[error("`{operation}` needs the member `{member}`")]
    Missing {
        /// The operation or structure.
        operation: String,
        /// The member.
        member: String,
    },
    /// A value of the wrong type.
    #[error("`{member}` takes a {expected}")]
    Type {
        /// The member.
        member: String,
        /// What it takes.
        expected: String,
    },
}

/// Writes a request.
///
/// # Errors
/// A [`CodecError`] for members that the operation does not have, or that do not fit it.
pub fn encode_request(operation: &Operation, members: &Members) -> Result<WireRequest, CodecError> {
    match operation.protocol {
        Protocol::RestXml => rest_xml::encode_request(operation, members),
        Protocol::Query | Protocol::Ec2 => form::encode_request(operation, members),
        Protocol::Json10 | Protocol::Json11 => json::encode_request(operation, members),
        Protocol::RestJson => rest_json::encode_request(operation, members),
    }
}

/// Reads a request: members of the operation only; anything else on the wire is left behind.
///
/// # Errors
/// AWS's own error for a repeated scalar (`InvalidArgument`), a body that does not fit (`MalformedXML`,
/// `SerializationException`), a value that does not parse; `NotImplemented` for protocols whose shapes are not in the tables.
pub fn decode_request(operation: &Operation, input: &WireInput<'_>) -> Result<Members, ApiError> {
    match operation.protocol {
        Protocol::RestXml => rest_xml::decode_request(operation, input),
        Protocol::Query | Protocol::Ec2 => form::decode_request(operation, input),
        Protocol::Json10 | Protocol::Json11 => json::decode_request(operation, input),
        Protocol::RestJson => rest_json::decode_request(operation, input),
    }
}

/// Writes an answer.
pub fn encode_response(operation: &Operation, output: Output, request_id: &str) -> Response<Body> {
    match operation.protocol {
        Protocol::RestXml => rest_xml::encode_response(operation, output),
        Protocol::Query => query::encode_response(operation, output, request_id),
        Protocol::Ec2 => ec2::encode_response(operation, output, request_id),
        Protocol::Json10 | Protocol::Json11 => json::encode_response(operation, output, request_id),
        Protocol::RestJson => rest_json::encode_response(operation, output, request_id),
    }
}

/// Reads an answer: its members, or the service's error.
///
/// # Errors
/// The service's own error for a status of 300 and above (but 304), `InternalError` for what cannot be read.
pub fn decode_response(
    operation: &Operation,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Members, ApiError> {
    match operation.protocol {
        Protocol::RestXml => rest_xml::decode_response(operation, status, headers, body),
        Protocol::Query => query::decode_response(operation, status, body),
        Protocol::Ec2 => ec2::decode_response(operation, status, body),
        Protocol::Json10 | Protocol::Json11 => json::decode_response(operation, status, headers, body),
        Protocol::RestJson => rest_json::decode_response(operation, status, headers, body),
    }
}

/// The error of an XML answer to a request of which the operation is not known; none where the status is no error's.
pub fn decode_error(status: u16, body: &[u8]) -> Option<ApiError> {
    is_error(status).then(|| xml_error(status, body))
}

/// The name of the XML document that a REST operation is answered in; none in other protocols, whose answers have no
/// name of their own.
pub fn document_name(operation: &Operation) -> Option<String> {
    (operation.protocol == Protocol::RestXml).then(|| rest_xml::root_name(operation))
}

fn no_shapes(operation: &Operation) -> ApiError {
    let message = format!("the members of {} are not in the tables", operation.service);
    ApiError::new(501, "NotImplemented", message)
}

/// Whether an answer of that status is an error; what has not changed since is none.
pub fn is_error(status: u16) -> bool {
    status >= 300 && status != 304
}

/// The error in an XML answer, wrapped (`ErrorResponse`) or bare; an answer to HEAD has only its status.
fn xml_error(status: u16, body: &[u8]) -> ApiError {
    let root = xml::parse(body).unwrap_or_default();
    let error = root.child("Error").or_else(|| root.child("Errors")?.child("Error")).unwrap_or(&root);
    let text = |name| error.child(name).map(|element: &Element| element.text.clone());
    let code = text("Code").unwrap_or_else(|| bare_code(status).to_owned());
    ApiError::new(status, code, text("Message").unwrap_or_default())
}

fn bare_code(status: u16) -> &'static str {
    match status {
        400 => "BadRequest",
        403 => "Forbidden",
        404 => "NotFound",
        405 => "MethodNotAllowed",
        412 => "PreconditionFailed",
        416 => "InvalidRange",
        _ => "UnknownError",
    }
}

fn unreadable(what: impl std::fmt::Display) -> ApiError {
    ApiError::internal(format!("the answer could not be read: {what}"))
}

#[cfg(test)]
mod tests;
