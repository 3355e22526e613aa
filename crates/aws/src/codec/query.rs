//! The query protocol: IAM and STS.

use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method, Response};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::scalar::{self, Place};
use super::structure::{self, Reading};
use super::{CodecError, WireInput, WireRequest, is_error, unreadable, xml_error};
use crate::model::{Member, Shape};
use crate::wire::{self, Body};
use crate::xml::{self, Writer};
use crate::{ApiError, Members, Operation, Output, Service};

const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn encode_request(operation: &Operation, members: &Members) -> Result<WireRequest, CodecError> {
    let service = Service::named(operation.service);
    let Some(service) = service.filter(|_| operation.io.is_some()) else {
        return Err(CodecError::NoShapes { service: operation.service });
    };
    structure::known(&operation.name, operation.input(), members)?;
    let mut form =
        vec![("Action".to_owned(), operation.name.clone()), ("Version".to_owned(), service.version.clone())];
    for member in operation.input() {
        if let Some(value) = members.get(&member.name) {
            flatten(&mut form, operation, member, name_of(member).to_owned(), value)?;
        }
    }
    let encode = |text: &str| utf8_percent_encode(text, FORM).to_string();
    let pairs: Vec<_> =
        form.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let mut headers = HeaderMap::new();
    let kind = HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8");
    headers.insert(CONTENT_TYPE, kind);
    let body = Bytes::from(pairs.join("&"));
    Ok(WireRequest { method: Method::POST, path: "/".to_owned(), query: Vec::new(), headers, body })
}

fn name_of(member: &Member) -> &str {
    member.query.as_deref().unwrap_or_else(|| member.wire_name())
}

fn flatten(
    form: &mut Vec<(String, String)>,
    operation: &Operation,
    member: &Member,
    prefix: String,
    value: &Value,
) -> Result<(), CodecError> {
    match operation.shape(&member.kind) {
        None => form.push((prefix, scalar::to_text(member, value, Place::Body)?)),
        Some(Shape::Structure { members, .. }) => {
            let object = value.as_object().ok_or_else(|| scalar::wrong(member))?;
            structure::known(&member.kind, members, object)?;
            for child in members {
                if let Some(value) = object.get(&child.name) {
                    flatten(form, operation, child, format!("{prefix}.{}", name_of(child)), value)?;
                }
            }
        }
        Some(Shape::List { list }) => {
            let items = value.as_array().ok_or_else(|| scalar::wrong(member))?;
            for (index, item) in items.iter().enumerate() {
                let place = match member.flattened {
                    true => format!("{prefix}.{}", index + 1),
                    false => format!("{prefix}.{}.{}", list.wire.as_deref().unwrap_or("member"), index + 1),
                };
                flatten(form, operation, list, place, item)?;
            }
        }
        Some(Shape::Map { map }) => {
            let entries = value.as_object().ok_or_else(|| scalar::wrong(member))?;
            for (index, (key, value)) in entries.iter().enumerate() {
                let place = format!("{prefix}.entry.{}", index + 1);
                form.push((format!("{place}.key"), key.clone()));
                flatten(form, operation, &map.1, format!("{place}.value"), value)?;
            }
        }
    }
    Ok(())
}

/// The form as a tree of its dotted names.
#[derive(Default)]
struct Tree {
    text: Option<String>,
    branches: BTreeMap<String, Tree>,
}

/// How deep names may nest; IAM's deepest has six parts.
const MAX_PARTS: usize = 16;

pub(super) fn decode_request(operation: &Operation, input: &WireInput<'_>) -> Result<Members, ApiError> {
    if operation.io.is_none() {
        return Err(super::no_shapes(operation));
    }
    let mut root = Tree::default();
    for (name, text) in input.query {
        if name.split('.').count() > MAX_PARTS {
            return Err(malformed(name));
        }
        let mut tree = &mut root;
        for part in name.split('.') {
            tree = tree.branches.entry(part.to_owned()).or_default();
        }
        if tree.text.replace(text.clone()).is_some() {
            return Err(malformed(name));
        }
    }
    let mut out = Members::new();
    for member in operation.input() {
        if let Some(tree) = root.branches.get(name_of(member)) {
            out.insert(member.name.clone(), read(operation, member, tree)?);
        }
    }
    Ok(out)
}

fn malformed(name: &str) -> ApiError {
    ApiError::new(400, "MalformedInput", format!("The parameter {name} is given twice, or does not fit."))
}

fn read(operation: &Operation, member: &Member, tree: &Tree) -> Result<Value, ApiError> {
    let misfit = || malformed(name_of(member));
    match operation.shape(&member.kind) {
        None => {
            let text = tree.text.as_deref().filter(|_| tree.branches.is_empty()).ok_or_else(misfit)?;
            scalar::from_text(member, text).ok_or_else(misfit)
        }
        Some(Shape::Structure { members, .. }) => {
            let mut out = Members::new();
            for child in members {
                if let Some(tree) = tree.branches.get(name_of(child)) {
                    out.insert(child.name.clone(), read(operation, child, tree)?);
                }
            }
            Ok(Value::Object(out))
        }
        Some(Shape::List { list }) => {
            let name = list.wire.as_deref().unwrap_or("member");
            let numbered = if member.flattened { Some(tree) } else { tree.branches.get(name) };
            // `Tags=` with nothing behind it is how an empty list is sent.
            let Some(numbered) = numbered else { return Ok(Value::Array(Vec::new())) };
            let items = in_order(numbered).ok_or_else(misfit)?;
            let items: Result<Vec<_>, _> = items.map(|item| read(operation, list, item)).collect();
            items.map(Value::Array)
        }
        Some(Shape::Map { map }) => {
            let Some(numbered) = tree.branches.get("entry") else { return Ok(Value::Object(Members::new())) };
            let mut out = Members::new();
            for entry in in_order(numbered).ok_or_else(misfit)? {
                let key = entry.branches.get("key").and_then(|tree| tree.text.clone()).ok_or_else(misfit)?;
                let value = entry.branches.get("value").ok_or_else(misfit)?;
                out.insert(key, read(operation, &map.1, value)?);
            }
            Ok(Value::Object(out))
        }
    }
}

/// Branches named by numbers, in their order; none where one is no number.
fn in_order(tree: &Tree) -> Option<impl Iterator<Item = &Tree>> {
    let numbered: Option<BTreeMap<u32, &Tree>> =
        tree.branches.iter().map(|(name, tree)| Some((name.parse().ok()?, tree))).collect();
    let numbered = numbered.filter(|map| map.len() == tree.branches.len())?;
    Some(numbered.into_values())
}

pub(super) fn encode_response(operation: &Operation, output: Output, request_id: &str) -> Response<Body> {
    let namespace = Service::named(operation.service).map_or("", |service| service.namespace.as_str());
    let mut xml = Writer::document();
    let root = format!("{}Response", operation.name);
    xml.open(&root, Some(namespace));
    if let Err(error) = write_result(&mut xml, operation, &output.members) {
        return unreadable(error).into_response(Service::named(operation.service), request_id, false);
    }
    xml.open("ResponseMetadata", None);
    xml.element("RequestId", request_id);
    xml.close("ResponseMetadata");
    xml.close(&root);
    let mut response = Response::new(wire::full(xml.finish()));
    *response.headers_mut() = output.headers;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/xml"));
    response
}

fn write_result(xml: &mut Writer, operation: &Operation, members: &Members) -> Result<(), CodecError> {
    structure::known(&operation.name, operation.output(), members)?;
    let Some(wrapper) = operation.io.as_ref().and_then(|io| io.wrapper.as_deref()) else { return Ok(()) };
    xml.open(wrapper, None);
    for member in operation.output() {
        if let Some(value) = members.get(&member.name) {
            structure::write(xml, operation, member, member.wire_name(), None, value)?;
        }
    }
    xml.close(wrapper);
    Ok(())
}

pub(super) fn decode_response(operation: &Operation, status: u16, body: &[u8]) -> Result<Members, ApiError> {
    if is_error(status) {
        return Err(xml_error(status, body));
    }
    let root = xml::parse(body).map_err(unreadable)?;
    let wrapper = operation.io.as_ref().and_then(|io| io.wrapper.as_deref());
    match wrapper.and_then(|name| root.child(name)) {
        None => Ok(Members::new()),
        Some(result) => structure::read(operation, operation.output(), result, Reading::Lenient)
            .map_err(|_| unreadable("it does not fit")),
    }
}
