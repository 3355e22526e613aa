//! What a request asks for: its service, and the canonical request in the operation's own members.

pub(crate) mod host;
pub(crate) mod json;
pub(crate) mod query;
pub(crate) mod rest_json;
pub(crate) mod s3;
pub(crate) mod s3_control;

use http::HeaderMap;
use http::header::{CONTENT_TYPE, HOST};
use http::request::Parts;
use stackproof_aws::{ApiError, Members, Operation, Service};

use crate::authenticate::claim::Claim;

/// What a request calls, in the members of the operation.
pub(crate) struct Identified {
    pub operation: &'static Operation,
    pub members: Members,
}

/// The service that a request is for: as its host says where that is one of AWS's own, else as its signature says; an
/// unsigned one is for S3 unless it looks like another's.
pub(crate) fn service(parts: &Parts, query: &[(String, String)], claim: Option<&Claim>) -> String {
    if let Some(service) = host::of(parts).and_then(|host| host::service(&host)) {
        return service;
    }
    if let Some(claim) = claim {
        return claim.scope.service.clone();
    }
    match () {
        () if parts.headers.contains_key("x-amz-target") => "dynamodb",
        () if is_form(&parts.headers) && parts.uri.path() == "/" => "sts",
        () if query.iter().any(|(name, _)| name == "Action") && parts.uri.path() == "/" => "sts",
        () => "s3",
    }
    .to_owned()
}

/// The service of the tables that a request is for, of those that are signed under one name: DynamoDB's streams have
/// operations of their own, which only the target tells.
pub(crate) fn within(service: String, parts: &Parts) -> String {
    let target = parts.headers.get("x-amz-target").map(|target| target.as_bytes()).unwrap_or_default();
    match service.as_str() {
        "dynamodb" if target.starts_with(b"DynamoDBStreams_") => "dynamodbstreams".to_owned(),
        _ => service,
    }
}

/// The service whose protocol errors are written in; for a service outside the tables one that speaks alike.
pub(crate) fn protocol_of(service: &str, parts: &Parts) -> Option<&'static Service> {
    Service::named(service).or_else(|| match () {
        () if parts.headers.contains_key("x-amz-target") => Service::named("logs"),
        () if is_form(&parts.headers) => Service::named("sts"),
        () => Service::named("s3"),
    })
}

/// Whether the body is a form, as the query protocol sends it.
pub(crate) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    kind.trim_start().to_ascii_lowercase().starts_with("application/x-www-form-urlencoded")
}

/// Headers that say how a request is to be read, and are members of no operation.
const READ_ONCE: [&str; 8] = [
    "host",
    "content-type",
    "x-amz-content-sha256",
    "x-amz-date",
    "x-amz-decoded-content-length",
    "x-amz-security-token",
    "x-amz-target",
    "x-amz-trailer",
];

/// Refuses a request of which one of these stands twice, or whose host and absolute form disagree.
pub(crate) fn check_headers(parts: &Parts) -> Result<(), ApiError> {
    let ambiguous =
        |what: &str| Err(ApiError::new(400, "InvalidRequest", format!("The request names {what}")));
    if let Some(name) = READ_ONCE.iter().find(|name| parts.headers.get_all(**name).iter().count() > 1) {
        return ambiguous(&format!("more than one {name}"));
    }
    let host = parts.headers.get(HOST).map(|host| host.as_bytes());
    match (host, parts.uri.authority()) {
        (Some(host), Some(authority)) if !host.eq_ignore_ascii_case(authority.as_str().as_bytes()) => {
            ambiguous("more than one host")
        }
        _ => Ok(()),
    }
}
