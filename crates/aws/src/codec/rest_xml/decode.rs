//! S3's requests and answers to members.

use http::HeaderMap;
use serde_json::Value;

use super::super::rest::{self, Misfit};
use super::super::structure::{self, Reading};
use super::super::{WireInput, is_error, unreadable, xml_error};
use super::request_root;
use crate::model::{Member, Shape};
use crate::xml;
use crate::{ApiError, Members, Operation};

pub(in crate::codec) fn decode_request(
    operation: &Operation,
    input: &WireInput<'_>,
) -> Result<Members, ApiError> {
    let mut out = rest::read_request(operation, input).map_err(|misfit| invalid(&misfit))?;
    match operation.input_payload() {
        Some(member) if member.streaming => {}
        Some(member) => {
            if let Some(value) = from_body(operation, member, input)? {
                out.insert(member.name.clone(), value);
            }
        }
        None if operation.input().iter().all(|member| member.location.is_some()) => {}
        None => out.extend(document(operation, operation.input(), &request_root(operation), input.body)?),
    }
    Ok(out)
}

fn invalid(misfit: &Misfit) -> ApiError {
    let name = misfit.member.wire_name();
    ApiError::new(400, "InvalidArgument", format!("The value provided for {name} is not valid."))
        .detail("ArgumentName", name)
        .detail("ArgumentValue", &misfit.text)
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
    let members = document(operation, members, member.wire_name(), input.body)?;
    Ok(Some(Value::Object(members)))
}

/// The members of a document with that root.
fn document(operation: &Operation, known: &[Member], root: &str, body: &[u8]) -> Result<Members, ApiError> {
    let element = xml::parse(body).ok().filter(|element| element.name == root).ok_or_else(malformed)?;
    structure::read(operation, known, &element, Reading::Strict).map_err(|_| malformed())
}

fn malformed() -> ApiError {
    let message = "The XML you provided was not well-formed or did not validate against our published schema";
    ApiError::new(400, "MalformedXML", message)
}

pub(in crate::codec) fn decode_response(
    operation: &Operation,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Members, ApiError> {
    if is_error(status) {
        return Err(xml_error(status, body));
    }
    let mut out = rest::read_headers(operation, headers).map_err(|misfit| invalid(&misfit))?;
    let payload = operation.output_payload();
    match payload {
        Some(member) if member.streaming => {}
        Some(member) if operation.shape(&member.kind).is_none() => {
            let text = String::from_utf8_lossy(body).into_owned();
            out.insert(member.name.clone(), Value::String(text));
        }
        _ if body.is_empty() => {}
        // An answer that has no document: what an emulator writes there all the same says nothing.
        None if operation.output().iter().all(|member| member.location.is_some()) => {}
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
