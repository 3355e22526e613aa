//! One small client for every service: encodes by the tables, signs with `aws-sigv4`, speaks HTTP/1.1.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use crate::{ApiError, Credentials, Members, Operation};

/// Where a target listens. Both URLs usually name the same port.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `http://127.0.0.1:4566`
    pub http: String,
    /// `https://127.0.0.1:4566`
    pub https: String,
    /// The certificate authority to trust, PEM.
    pub ca_pem: String,
}

/// How a call travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// Over TLS.
    #[default]
    Https,
    /// In plain.
    Http,
}

/// How a call is signed.
#[derive(Clone, Debug)]
pub enum Signing {
    /// In the `Authorization` header.
    Header(Credentials),
    /// In the query, valid that long.
    Presigned(Credentials, Duration),
    /// Not at all.
    Anonymous,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub operation: &'static Operation,
    /// Its input, but for a streamed payload.
    pub members: Members,
    /// The streamed payload, where the operation has one.
    pub body: Bytes,
    /// How it is signed.
    pub signing: Signing,
    /// How it travels.
    pub transport: Transport,
    /// The region that it is signed for.
    pub region: String,
    /// Further headers, sent and signed as they are.
    pub headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// `x-amz-request-id`, by which the gateway's decision is found.
    pub request_id: String,
    /// The output's members, or the service's error.
    pub result: Result<Members, ApiError>,
    /// The streamed payload, where the operation gives one.
    pub body: Bytes,
}
