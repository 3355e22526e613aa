//! Members to the wire and back, for each protocol, by the shapes.
//!
//! Four directions: a client encodes requests and decodes answers, the gateway decodes requests and encodes answers.
//! REST/XML: <https://smithy.io/2.0/aws/protocols/aws-restxml-protocol.html>; query:
//! <https://smithy.io/2.0/aws/protocols/aws-query-protocol.html>; JSON: <https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html>.

use bytes::Bytes;
use http::{HeaderMap, Method, Response};

use crate::{ApiError, Body, Members, Operation, Output};

/// A request as it goes over the wire, before it is signed. Streamed payloads are sent beside it.
#[derive(Debug)]
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
    let _ = (operation, members);
    unreachable!()
}

/// Reads a request: members of the operation only; anything else on the wire is left behind.
///
/// # Errors
/// AWS's own error for a repeated scalar (`InvalidArgument`), a body that does not fit (`MalformedXML`,
/// `MalformedQueryString`), a value that does not parse.
pub fn decode_request(operation: &Operation, input: &WireInput<'_>) -> Result<Members, ApiError> {
    let _ = (operation, input);
    unreachable!()
}

/// Writes an answer.
pub fn encode_response(operation: &Operation, output: Output, request_id: &str) -> Response<Body> {
    let _ = (operation, output, request_id);
    unreachable!()
}

/// Reads an answer: its members, or the service's error.
///
/// # Errors
/// The service's own error for a status of 300 and above (but 304), `InternalFailure` for what cannot be read.
pub fn decode_response(
    operation: &Operation,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Members, ApiError> {
    let _ = (operation, status, headers, body);
    unreachable!()
}
