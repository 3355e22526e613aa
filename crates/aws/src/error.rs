//! AWS's errors, and how each protocol writes them.

use std::borrow::Cow;
use std::fmt;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};
use serde_json::json;

use crate::wire::{self, Body};
use crate::xml::Writer;
use crate::{Protocol, Service};

/// An error as AWS answers it. The codes and texts are those of `iam-semantics`' section 5 and the services' API pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The code that SDKs see.
    pub code: Cow<'static, str>,
    /// The message.
    pub message: String,
    /// Further elements of S3's error document, in order (`BucketName`, `Region`, …).
    pub details: Vec<(&'static str, String)>,
    /// Headers that belong to the error (`x-amz-delete-marker`, `Allow`).
    pub headers: Vec<(HeaderName, String)>,
}

impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code, self.message)
    }
}

impl std::error::Error for ApiError {}

impl ApiError {
    /// An error of this status, code and message.
    pub fn new(status: u16, code: impl Into<Cow<'static, str>>, message: impl Into<String>) -> Self {
        Self { status, code: code.into(), message: message.into(), details: Vec::new(), headers: Vec::new() }
    }

    /// The same with one more element in S3's error document.
    #[must_use]
    pub fn detail(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }

    /// The same with one more header.
    #[must_use]
    pub fn header(mut self, name: HeaderName, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The body ended before the length that was announced.
    pub fn incomplete_body() -> Self {
        Self::new(
            400,
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header.",
        )
    }

    /// Our own fault: what should not happen is answered as the services answer theirs.
    pub fn internal(message: impl Into<String>) -> Self {
        Self::new(500, "InternalError", message)
    }

    /// Writes the error as the service's protocol has it. An answer to HEAD has no body.
    pub fn into_response(self, service: Option<&Service>, request_id: &str, head: bool) -> Response<Body> {
        let protocol = service.and_then(Service::protocol).unwrap_or(Protocol::RestXml);
        let (kind, body) = match protocol {
            Protocol::RestXml => {
                let wrapped = service.is_some_and(|service| service.name == "s3control");
                ("application/xml", self.rest_xml(request_id, wrapped))
            }
            Protocol::Query | Protocol::Ec2 => {
                let namespace = service.map_or("", |service| service.namespace.as_str());
                ("text/xml", self.query(namespace, request_id))
            }
            Protocol::Json10 => ("application/x-amz-json-1.0", self.json("__type")),
            Protocol::Json11 => ("application/x-amz-json-1.1", self.json("__type")),
            Protocol::RestJson => ("application/json", self.json("Type")),
        };
        let body = if head { wire::empty() } else { wire::full(body) };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        if protocol == Protocol::RestJson
            && let Ok(code) = HeaderValue::from_str(&self.code)
        {
            headers.insert("x-amzn-errortype", code);
        }
        for (name, value) in self.headers {
            if let Ok(value) = HeaderValue::from_str(&value) {
                headers.insert(name, value);
            }
        }
        response
    }

    /// S3 writes its errors bare, and S3 Control as the services of the query protocol do.
    fn rest_xml(&self, request_id: &str, wrapped: bool) -> String {
        let mut xml = Writer::document();
        if wrapped {
            xml.open("ErrorResponse", None);
        }
        xml.open("Error", None);
        xml.element("Code", &self.code);
        xml.element("Message", &self.message);
        for (name, value) in &self.details {
            xml.element(name, value);
        }
        if wrapped {
            xml.close("Error");
        }
        xml.element("RequestId", request_id);
        xml.element("HostId", "stackproof");
        xml.close(if wrapped { "ErrorResponse" } else { "Error" });
        xml.finish()
    }

    fn query(&self, namespace: &str, request_id: &str) -> String {
        let mut xml = Writer::document();
        xml.open("ErrorResponse", Some(namespace));
        xml.open("Error", None);
        xml.element("Type", if self.status < 500 { "Sender" } else { "Receiver" });
        xml.element("Code", &self.code);
        xml.element("Message", &self.message);
        xml.close("Error");
        xml.element("RequestId", request_id);
        xml.close("ErrorResponse");
        xml.finish()
    }

    /// An error that the service says nothing about has no message, not an empty one.
    fn json(&self, kind: &str) -> String {
        match self.message.as_str() {
            "" => json!({ kind: self.code }).to_string(),
            message => json!({ kind: self.code, "message": message }).to_string(),
        }
    }
}
