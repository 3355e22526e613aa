//! Members to S3's requests and answers.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::super::scalar::{self, Place};
use super::super::{CodecError, WireRequest, structure, unreadable};
use crate::model::{Member, Shape};
use crate::wire::{self, Body};
use crate::xml::Writer;
use crate::{Members, Operation, Output, Service};

/// What SigV4 leaves unencoded in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same for a greedy label, which keeps its slashes.
const GREEDY: &AsciiSet = &SEGMENT.remove(b'/');

pub(in crate::codec) fn encode_request(
    operation: &Operation,
    members: &Members,
) -> Result<WireRequest, CodecError> {
    let io = operation.io.as_ref().ok_or(CodecError::NoShapes { service: operation.service })?;
    structure::known(&operation.name, operation.input(), members)?;
    let (path, fixed) = io.uri.split_once('?').unwrap_or((&io.uri, ""));
    let mut request = WireRequest {
        method: io.method.parse().unwrap_or(Method::GET),
        path: path.to_owned(),
        query: fixed.split('&').filter(|pair| !pair.is_empty()).map(pair).collect(),
        headers: HeaderMap::new(),
        body: Bytes::new(),
    };
    let payload = operation.input_payload();
    for member in operation.input() {
        let Some(value) = members.get(&member.name) else {
            if member.location.as_deref() == Some("uri") {
                let (operation, member) = (operation.name.clone(), member.name.clone());
                return Err(CodecError::Missing { operation, member });
            }
            continue;
        };
        match member.location.as_deref() {
            Some("uri") => label(&mut request.path, member, value)?,
            Some("querystring") => query(&mut request.query, operation, member, value)?,
            Some("header") => header(&mut request.headers, operation, member, value)?,
            Some("headers") => prefixed(&mut request.headers, member, value)?,
            _ if payload.is_some_and(|payload| payload.name == member.name) => {
                request.body = body(operation, member, value)?;
            }
            _ => return Err(scalar::wrong(member)),
        }
    }
    Ok(request)
}

fn pair(text: &str) -> (String, String) {
    let (name, value) = text.split_once('=').unwrap_or((text, ""));
    (name.to_owned(), value.to_owned())
}

fn label(path: &mut String, member: &Member, value: &Value) -> Result<(), CodecError> {
    let text = scalar::to_text(member, value, Place::Header)?;
    let greedy = format!("{{{}+}}", member.wire_name());
    if path.contains(&greedy) {
        *path = path.replace(&greedy, &utf8_percent_encode(&text, GREEDY).to_string());
    } else {
        let plain = format!("{{{}}}", member.wire_name());
        *path = path.replace(&plain, &utf8_percent_encode(&text, SEGMENT).to_string());
    }
    Ok(())
}

fn query(
    query: &mut Vec<(String, String)>,
    operation: &Operation,
    member: &Member,
    value: &Value,
) -> Result<(), CodecError> {
    let mut push = |member: &Member, name: &str, value: &Value| -> Result<(), CodecError> {
        query.push((name.to_owned(), scalar::to_text(member, value, Place::Header)?));
        Ok(())
    };
    match (operation.shape(&member.kind), value) {
        (Some(Shape::List { list }), Value::Array(items)) => {
            items.iter().try_for_each(|item| push(list, member.wire_name(), item))
        }
        _ => push(member, member.wire_name(), value),
    }
}

fn header(
    headers: &mut HeaderMap,
    operation: &Operation,
    member: &Member,
    value: &Value,
) -> Result<(), CodecError> {
    let text = match (operation.shape(&member.kind), value) {
        (Some(Shape::List { list }), Value::Array(items)) => {
            let texts: Result<Vec<_>, _> =
                items.iter().map(|item| scalar::to_text(list, item, Place::Header)).collect();
            texts?.join(",")
        }
        _ => scalar::to_text(member, value, Place::Header)?,
    };
    set(headers, member, member.wire_name(), &text)
}

fn prefixed(headers: &mut HeaderMap, member: &Member, value: &Value) -> Result<(), CodecError> {
    for (name, value) in value.as_object().ok_or_else(|| scalar::wrong(member))? {
        let text = value.as_str().ok_or_else(|| scalar::wrong(member))?;
        set(headers, member, &format!("{}{name}", member.wire_name()), text)?;
    }
    Ok(())
}

fn set(headers: &mut HeaderMap, member: &Member, name: &str, text: &str) -> Result<(), CodecError> {
    let name: HeaderName = name.parse().map_err(|_| scalar::wrong(member))?;
    let value = HeaderValue::from_bytes(text.as_bytes()).map_err(|_| scalar::wrong(member))?;
    headers.insert(name, value);
    Ok(())
}

/// The payload member as the whole body: a document, or a text as it is.
fn body(operation: &Operation, member: &Member, value: &Value) -> Result<Bytes, CodecError> {
    if operation.shape(&member.kind).is_none() {
        return scalar::to_text(member, value, Place::Body).map(Bytes::from);
    }
    let mut xml = Writer::fragment();
    structure::write(&mut xml, operation, member, member.wire_name(), Some(namespace(operation)), value)?;
    Ok(Bytes::from(xml.finish()))
}

fn namespace(operation: &Operation) -> &'static str {
    Service::named(operation.service).map_or("", |service| service.namespace.as_str())
}

pub(in crate::codec) fn encode_response(operation: &Operation, output: Output) -> Response<Body> {
    match write_response(operation, output) {
        Ok(response) => response,
        Err(error) => {
            let service = Service::named(operation.service);
            unreadable(error).into_response(service, "", operation.method == "HEAD")
        }
    }
}

fn write_response(operation: &Operation, output: Output) -> Result<Response<Body>, CodecError> {
    structure::known(&operation.name, operation.output(), &output.members)?;
    let mut headers = output.headers;
    let mut document = None;
    let payload = operation.output_payload();
    for member in operation.output() {
        let Some(value) = output.members.get(&member.name) else { continue };
        match member.location.as_deref() {
            Some("header") => header(&mut headers, operation, member, value)?,
            Some("headers") => prefixed(&mut headers, member, value)?,
            Some(_) => {}
            None if payload.is_some_and(|payload| payload.name == member.name) => {
                document = Some(body(operation, member, value)?);
            }
            None => {}
        }
    }
    if payload.is_none() {
        document = root_document(operation, &output.members)?;
    }
    let body = match (output.body, document) {
        (Some(body), _) => body,
        (None, Some(document)) => {
            headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static("application/xml"));
            wire::full(document)
        }
        (None, None) => wire::empty(),
    };
    let mut response = Response::new(body);
    let status = output.status.or(operation.io.as_ref().and_then(|io| io.status)).unwrap_or(200);
    *response.status_mut() = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    *response.headers_mut() = headers;
    Ok(response)
}

/// The members that stand in the body, in a document of their own; none where the output has none.
fn root_document(operation: &Operation, members: &Members) -> Result<Option<Bytes>, CodecError> {
    let in_body: Vec<_> = operation.output().iter().filter(|member| member.location.is_none()).collect();
    if in_body.is_empty() {
        return Ok(None);
    }
    let root = root_name(operation);
    let mut xml = Writer::document();
    xml.open(&root, Some(namespace(operation)));
    if operation.name == "GetBucketLocation" {
        // The one document whose root is its only member.
        xml.text(members.get("LocationConstraint").and_then(Value::as_str).unwrap_or_default());
    } else {
        for member in in_body {
            if let Some(value) = members.get(&member.name) {
                structure::write(&mut xml, operation, member, member.wire_name(), None, value)?;
            }
        }
    }
    xml.close(&root);
    Ok(Some(Bytes::from(xml.finish())))
}

/// The root element's name as S3 writes it; the models do not have it, since SDKs do not look.
pub(in crate::codec) fn root_name(operation: &Operation) -> String {
    let name = match operation.name.as_str() {
        "ListBuckets" => "ListAllMyBucketsResult",
        "ListObjects" | "ListObjectsV2" => "ListBucketResult",
        "ListObjectVersions" => "ListVersionsResult",
        "CreateMultipartUpload" => "InitiateMultipartUploadResult",
        "DeleteObjects" => "DeleteResult",
        "GetBucketLocation" => "LocationConstraint",
        "GetBucketVersioning" => "VersioningConfiguration",
        "GetBucketTagging" | "GetObjectTagging" => "Tagging",
        "GetBucketAcl" | "GetObjectAcl" => "AccessControlPolicy",
        "GetBucketLifecycleConfiguration" => "LifecycleConfiguration",
        "GetBucketCors" => "CORSConfiguration",
        "GetBucketNotificationConfiguration" => "NotificationConfiguration",
        "GetBucketLogging" => "BucketLoggingStatus",
        "GetBucketWebsite" => "WebsiteConfiguration",
        "GetBucketRequestPayment" => "RequestPaymentConfiguration",
        "GetBucketAccelerateConfiguration" => "AccelerateConfiguration",
        "GetObjectAttributes" => "GetObjectAttributesResponse",
        other => return format!("{other}Result"),
    };
    name.to_owned()
}
