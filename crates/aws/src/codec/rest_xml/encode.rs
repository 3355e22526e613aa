//! Members to S3's requests and answers.

use bytes::Bytes;
use http::Response;
use serde_json::Value;

use super::super::scalar::{self, Place};
use super::super::{CodecError, WireRequest, rest, structure, unreadable};
use crate::model::Member;
use crate::wire::Body;
use crate::xml::Writer;
use crate::{Members, Operation, Output, Service};

pub(in crate::codec) fn encode_request(
    operation: &Operation,
    members: &Members,
) -> Result<WireRequest, CodecError> {
    let mut request = rest::request(operation, members)?;
    let document = match operation.input_payload() {
        None => document(operation, operation.input(), &request_root(operation), members)?,
        Some(member) => body(operation, member, members)?,
    };
    request.body = document.unwrap_or_default();
    Ok(request)
}

/// The root of a request whose members stand in the body one by one: the structure's own name.
pub(super) fn request_root(operation: &Operation) -> String {
    operation.io.as_ref().and_then(|io| io.input.clone()).unwrap_or_default()
}

/// The payload member, where it is given, as the whole body: a document, or a text as it is.
fn body(operation: &Operation, member: &Member, members: &Members) -> Result<Option<Bytes>, CodecError> {
    let Some(value) = members.get(&member.name) else { return Ok(None) };
    if operation.shape(&member.kind).is_none() {
        return scalar::to_text(member, value, Place::Elsewhere).map(|text| Some(Bytes::from(text)));
    }
    let mut xml = Writer::fragment();
    structure::write(&mut xml, operation, member, member.wire_name(), Some(namespace(operation)), value)?;
    Ok(Some(Bytes::from(xml.finish())))
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
    let document = match operation.output_payload() {
        None => document(operation, operation.output(), &root_name(operation), &output.members)?,
        Some(member) => body(operation, member, &output.members)?,
    };
    rest::respond(operation, output, document.map(|document| ("application/xml", document)))
}

/// The members that stand in the body, in a document of their own; none where none does.
fn document(
    operation: &Operation,
    known: &[Member],
    root: &str,
    members: &Members,
) -> Result<Option<Bytes>, CodecError> {
    let in_body: Vec<_> = known.iter().filter(|member| member.location.is_none()).collect();
    if in_body.is_empty() {
        return Ok(None);
    }
    let mut xml = Writer::document();
    xml.open(root, Some(namespace(operation)));
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
    xml.close(root);
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
