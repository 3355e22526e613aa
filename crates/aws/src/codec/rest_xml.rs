//! REST/XML: S3.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method, Response, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::scalar::{self, Place};
use super::structure::{self, Reading};
use super::{CodecError, WireInput, WireRequest, is_error, unreadable, xml_error};
use crate::model::{Member, Shape};
use crate::wire::{self, Body};
use crate::xml::{self, Writer};
use crate::{ApiError, Members, Operation, Output, Service};

/// What SigV4 leaves unencoded in a path segment.
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// The same for a greedy label, which keeps its slashes.
const GREEDY: &AsciiSet = &SEGMENT.remove(b'/');

pub(super) fn encode_request(operation: &Operation, members: &Members) -> Result<WireRequest, CodecError> {
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

pub(super) fn decode_request(operation: &Operation, input: &WireInput<'_>) -> Result<Members, ApiError> {
    let mut out = Members::new();
    let payload = operation.input_payload();
    for member in operation.input() {
        let value = match member.location.as_deref() {
            Some("uri") => {
                let label = input.labels.iter().find(|(name, _)| *name == member.wire_name());
                label.map(|(_, text)| Value::String(text.clone()))
            }
            Some("querystring") => from_query(operation, member, input.query)?,
            Some("header") => from_header(operation, member, input.headers)?,
            Some("headers") => from_prefix(member, input.headers)?,
            _ if member.streaming => None,
            _ if payload.is_some_and(|payload| payload.name == member.name) => {
                from_body(operation, member, input)?
            }
            _ => None,
        };
        if let Some(value) = value {
            out.insert(member.name.clone(), value);
        }
    }
    Ok(out)
}

fn invalid(member: &Member, text: &str) -> ApiError {
    let message = format!("The value provided for {} is not valid.", member.wire_name());
    ApiError::new(400, "InvalidArgument", message)
        .detail("ArgumentName", member.wire_name())
        .detail("ArgumentValue", text)
}

fn from_query(
    operation: &Operation,
    member: &Member,
    query: &[(String, String)],
) -> Result<Option<Value>, ApiError> {
    let mut texts = query.iter().filter(|(name, _)| name == member.wire_name()).map(|(_, text)| text);
    if let Some(Shape::List { list }) = operation.shape(&member.kind) {
        let items: Result<Vec<_>, _> =
            texts.map(|text| scalar::from_text(list, text).ok_or_else(|| invalid(member, text))).collect();
        return Ok(Some(items?).filter(|items| !items.is_empty()).map(Value::Array));
    }
    match (texts.next(), texts.next()) {
        (None, _) => Ok(None),
        (Some(text), None) => scalar::from_text(member, text).ok_or_else(|| invalid(member, text)).map(Some),
        (Some(text), Some(_)) => Err(invalid(member, text)),
    }
}

fn from_header(
    operation: &Operation,
    member: &Member,
    headers: &HeaderMap,
) -> Result<Option<Value>, ApiError> {
    let mut values = headers.get_all(member.wire_name()).iter();
    let Some(first) = values.next() else { return Ok(None) };
    let text = header_text(member, first)?;
    if let Some(Shape::List { list }) = operation.shape(&member.kind) {
        let mut items = Vec::new();
        for value in std::iter::once(first).chain(values) {
            for item in header_text(member, value)?.split(',') {
                items.push(scalar::from_text(list, item.trim()).ok_or_else(|| invalid(member, item))?);
            }
        }
        return Ok(Some(Value::Array(items)));
    }
    if values.next().is_some() {
        return Err(invalid(member, text));
    }
    scalar::from_text(member, text).ok_or_else(|| invalid(member, text)).map(Some)
}

fn header_text<'a>(member: &Member, value: &'a HeaderValue) -> Result<&'a str, ApiError> {
    std::str::from_utf8(value.as_bytes()).map_err(|_| invalid(member, ""))
}

fn from_prefix(member: &Member, headers: &HeaderMap) -> Result<Option<Value>, ApiError> {
    let mut entries = Members::new();
    for (name, value) in headers {
        if let Some(key) = name.as_str().strip_prefix(&member.wire_name().to_ascii_lowercase()) {
            let text = header_text(member, value)?.to_owned();
            if entries.insert(key.to_owned(), Value::String(text)).is_some() {
                return Err(invalid(member, key));
            }
        }
    }
    Ok(Some(entries).filter(|entries| !entries.is_empty()).map(Value::Object))
}

fn from_body(
    operation: &Operation,
    member: &Member,
    input: &WireInput<'_>,
) -> Result<Option<Value>, ApiError> {
    let Some(Shape::Structure { members, .. }) = operation.shape(&member.kind) else {
        let text = std::str::from_utf8(input.body).map_err(|_| malformed())?;
        return Ok(Some(Value::String(text.to_owned())));
    };
    if input.body.is_empty() {
        return match operation.required().contains(&member.name) {
            true => Err(ApiError::new(400, "MissingRequestBodyError", "Request Body is empty")),
            false => Ok(None),
        };
    }
    let root = xml::parse(input.body).map_err(|_| malformed())?;
    if root.name != member.wire_name() {
        return Err(malformed());
    }
    let members = structure::read(operation, members, &root, Reading::Strict).map_err(|_| malformed())?;
    Ok(Some(Value::Object(members)))
}

fn malformed() -> ApiError {
    let message = "The XML you provided was not well-formed or did not validate against our published schema";
    ApiError::new(400, "MalformedXML", message)
}

pub(super) fn encode_response(operation: &Operation, output: Output) -> Response<Body> {
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
pub(super) fn root_name(operation: &Operation) -> String {
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

pub(super) fn decode_response(
    operation: &Operation,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Members, ApiError> {
    if is_error(status) {
        return Err(xml_error(status, body));
    }
    let mut out = Members::new();
    let payload = operation.output_payload();
    for member in operation.output() {
        let value = match member.location.as_deref() {
            Some("header") => from_header(operation, member, headers)?,
            Some("headers") => from_prefix(member, headers)?,
            _ => None,
        };
        if let Some(value) = value {
            out.insert(member.name.clone(), value);
        }
    }
    match payload {
        Some(member) if member.streaming => {}
        Some(member) if operation.shape(&member.kind).is_none() => {
            let text = String::from_utf8_lossy(body).into_owned();
            out.insert(member.name.clone(), Value::String(text));
        }
        _ if body.is_empty() => {}
        _ => out.extend(read_document(operation, payload, status, body)?),
    }
    Ok(out)
}

fn read_document(
    operation: &Operation,
    payload: Option<&Member>,
    status: u16,
    body: &[u8],
) -> Result<Members, ApiError> {
    let root = xml::parse(body).map_err(unreadable)?;
    if root.name == "Error" {
        // CopyObject and CompleteMultipartUpload may fail after they have answered 200.
        return Err(xml_error(status, body));
    }
    if operation.name == "GetBucketLocation" {
        let mut out = Members::new();
        out.insert("LocationConstraint".to_owned(), Value::String(root.text));
        return Ok(out);
    }
    let read = |members| {
        structure::read(operation, members, &root, Reading::Lenient)
            .map_err(|_| unreadable("it does not fit"))
    };
    match payload {
        None => read(operation.output()),
        Some(member) => match operation.shape(&member.kind) {
            Some(Shape::Structure { members, .. }) => {
                let mut out = Members::new();
                out.insert(member.name.clone(), Value::Object(read(members)?));
                Ok(out)
            }
            _ => Err(unreadable("its shape is not in the tables")),
        },
    }
}
