//! AWS's errors, and how each protocol writes them.

use std::borrow::Cow;
use std::fmt;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{Response, StatusCode};

use crate::wire::{self, Body, Members};
use crate::xml::Writer;
use crate::{Protocol, Service};

/// The header of services of JSON that spoke the query protocol before.
pub(crate) const QUERY_ERROR: &str = "x-amzn-query-error";

/// An error as AWS answers it. The codes and texts are those of `iam-semantics`' section 5 and the services' API pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiError {
    /// The HTTP status.
    pub status: u16,
    /// The code that SDKs see; for SQS that of the query protocol, or that of its model.
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
            Protocol::Query => {
                let namespace = service.map_or("", |service| service.namespace.as_str());
                ("text/xml", self.query(namespace, request_id))
            }
            Protocol::Ec2 => ("text/xml;charset=UTF-8", self.ec2(request_id)),
            Protocol::Json10 => ("application/x-amz-json-1.0", self.json(service)),
            Protocol::Json11 => ("application/x-amz-json-1.1", self.json(service)),
            Protocol::RestJson => ("application/json", self.rest_json(service, request_id)),
        };
        let body = if head { wire::empty() } else { wire::full(body) };
        let mut response = Response::new(body);
        *response.status_mut() =
            StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
        let told = match protocol {
            Protocol::RestJson => Some(("x-amzn-errortype", self.code.to_string())),
            _ => service.and_then(|service| self.query_code(service)).map(|code| (QUERY_ERROR, code)),
        };
        if let Some((name, value)) = told
            && let Ok(value) = HeaderValue::from_str(&value)
        {
            headers.insert(name, value);
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

    fn ec2(&self, request_id: &str) -> String {
        let mut xml = Writer::document();
        xml.open("Response", None);
        xml.open("Errors", None);
        xml.open("Error", None);
        xml.element("Code", &self.code);
        xml.element("Message", &self.message);
        xml.close("Error");
        xml.close("Errors");
        xml.element("RequestID", request_id);
        xml.close("Response");
        xml.finish()
    }

    /// The code by the service's model, where the error bears the one of its query protocol.
    fn model_code<'a>(&'a self, service: &'a Service) -> &'a str {
        let known = service.query_codes.iter().find(|(_, query)| **query == self.code);
        known.map_or(self.code.as_ref(), |(model, _)| model)
    }

    /// What a service that spoke the query protocol before tells of it: `AccessDenied;Sender`.
    fn query_code(&self, service: &Service) -> Option<String> {
        if service.query_codes.is_empty() {
            return None;
        }
        let code =
            service.query_codes.get(self.model_code(service)).map_or(self.code.as_ref(), String::as_str);
        Some(format!("{code};{}", if self.status < 500 { "Sender" } else { "Receiver" }))
    }

    /// An error that the service says nothing about has no message, not an empty one.
    fn json(&self, service: Option<&Service>) -> String {
        let code = service.map_or(self.code.as_ref(), |service| self.model_code(service));
        let mut body = Members::from_iter([("__type".to_owned(), code.into())]);
        if !self.message.is_empty() {
            body.insert("message".to_owned(), self.message.as_str().into());
        }
        // Further members are structures (`CancellationReasons`, `Item`), and held as JSON.
        for (name, text) in &self.details {
            body.insert(
                (*name).to_owned(),
                serde_json::from_str(text).unwrap_or_else(|_| text.as_str().into()),
            );
        }
        serde_json::Value::Object(body).to_string()
    }

    /// The error's own members, as its model names them; what stands before the service has a `Message` alone.
    fn rest_json(&self, service: Option<&Service>, request_id: &str) -> String {
        let bare = ["Message".to_owned()];
        let known = service.and_then(|service| service.errors.get(self.code.as_ref()));
        let mut body = Members::new();
        for name in known.map_or(&bare[..], Vec::as_slice) {
            let text = match name.as_str() {
                "Type" if self.status < 500 => "User",
                "Type" => "Service",
                "Message" | "message" => &self.message,
                "RequestId" => request_id,
                _ => "",
            };
            if !text.is_empty() {
                body.insert(name.clone(), text.into());
            }
        }
        serde_json::Value::Object(body).to_string()
    }
}
