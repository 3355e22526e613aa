//! The form that requests of the query protocol and of EC2's are.
//!
//! Both flatten members into names with dots. EC2 has a rule of its own for each name, numbers the items of lists without
//! a name between, and refuses parameters that it does not know, which the others pass over.

use std::borrow::Cow;
use std::collections::BTreeMap;

use bytes::Bytes;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, Method};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use super::scalar::{self, Place};
use super::{CodecError, WireInput, WireRequest, structure};
use crate::model::{Member, Shape};
use crate::{ApiError, Members, Operation, Protocol, Service};

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
            flatten(&mut form, operation, member, name_of(operation, member).into_owned(), value)?;
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

fn is_ec2(operation: &Operation) -> bool {
    operation.protocol == Protocol::Ec2
}

fn name_of<'a>(operation: &Operation, member: &'a Member) -> Cow<'a, str> {
    match (member.query.as_deref(), member.wire_name()) {
        (Some(name), _) => Cow::Borrowed(name),
        (None, name) if is_ec2(operation) => {
            let mut letters = name.chars();
            let first = letters.next().map(|first| first.to_ascii_uppercase());
            Cow::Owned(first.into_iter().chain(letters).collect())
        }
        (None, name) => Cow::Borrowed(name),
    }
}

/// The part of the name between a list and its items' numbers, where there is one.
fn between<'a>(operation: &Operation, member: &Member, list: &'a Member) -> Option<&'a str> {
    (!member.flattened && !is_ec2(operation)).then(|| list.wire.as_deref().unwrap_or("member"))
}

/// The names of a map's keys and values.
fn of_entries(map: &(Member, Member)) -> (&str, &str) {
    (map.0.wire.as_deref().unwrap_or("key"), map.1.wire.as_deref().unwrap_or("value"))
}

fn flatten(
    form: &mut Vec<(String, String)>,
    operation: &Operation,
    member: &Member,
    prefix: String,
    value: &Value,
) -> Result<(), CodecError> {
    match operation.shape(&member.kind) {
        None => form.push((prefix, scalar::to_text(member, value, Place::Elsewhere)?)),
        Some(Shape::Structure { members, .. }) => {
            let object = value.as_object().ok_or_else(|| scalar::wrong(member))?;
            structure::known(&member.kind, members, object)?;
            for child in members {
                if let Some(value) = object.get(&child.name) {
                    let name = format!("{prefix}.{}", name_of(operation, child));
                    flatten(form, operation, child, name, value)?;
                }
            }
        }
        Some(Shape::List { list }) => {
            let items = value.as_array().ok_or_else(|| scalar::wrong(member))?;
            for (index, item) in items.iter().enumerate() {
                let place = match between(operation, member, list) {
                    None => format!("{prefix}.{}", index + 1),
                    Some(name) => format!("{prefix}.{name}.{}", index + 1),
                };
                flatten(form, operation, list, place, item)?;
            }
        }
        Some(Shape::Map { map }) => {
            let entries = value.as_object().ok_or_else(|| scalar::wrong(member))?;
            let (key_name, value_name) = of_entries(map);
            for (index, (key, value)) in entries.iter().enumerate() {
                let place = format!("{prefix}.entry.{}", index + 1);
                form.push((format!("{place}.{key_name}"), key.clone()));
                flatten(form, operation, &map.1, format!("{place}.{value_name}"), value)?;
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

/// How deep names may nest; the deepest of AWS's has eight parts.
const MAX_PARTS: usize = 16;

pub(super) fn decode_request(operation: &Operation, input: &WireInput<'_>) -> Result<Members, ApiError> {
    if operation.io.is_none() {
        return Err(super::no_shapes(operation));
    }
    let mut root = Tree::default();
    for (name, text) in input.query {
        if name.split('.').count() > MAX_PARTS {
            return Err(malformed(operation, name));
        }
        let mut tree = &mut root;
        for part in name.split('.') {
            tree = tree.branches.entry(part.to_owned()).or_default();
        }
        if tree.text.replace(text.clone()).is_some() {
            return Err(malformed(operation, name));
        }
    }
    for name in ["Action", "Version"] {
        root.branches.remove(name);
    }
    structured(operation, operation.input(), &root)
}

fn malformed(operation: &Operation, name: &str) -> ApiError {
    let code = if is_ec2(operation) { "InvalidParameterValue" } else { "MalformedInput" };
    ApiError::new(400, code, format!("The parameter {name} is given twice, or does not fit."))
}

fn structured(operation: &Operation, known: &[Member], tree: &Tree) -> Result<Members, ApiError> {
    let mut left: BTreeMap<&str, &Tree> =
        tree.branches.iter().map(|(name, tree)| (name.as_str(), tree)).collect();
    let mut out = Members::new();
    for member in known {
        if let Some(tree) = left.remove(&*name_of(operation, member)) {
            out.insert(member.name.clone(), read(operation, member, tree)?);
        }
    }
    match left.keys().next().filter(|_| is_ec2(operation)) {
        Some(name) => {
            let message = format!("The parameter {name} is not recognized");
            Err(ApiError::new(400, "UnknownParameter", message))
        }
        None => Ok(out),
    }
}

fn read(operation: &Operation, member: &Member, tree: &Tree) -> Result<Value, ApiError> {
    let misfit = || malformed(operation, &name_of(operation, member));
    let Some(shape) = operation.shape(&member.kind) else {
        let text = tree.text.as_deref().filter(|_| tree.branches.is_empty()).ok_or_else(misfit)?;
        return scalar::from_text(member, text).ok_or_else(misfit);
    };
    // `Tags=` with nothing behind it is how an empty list is sent; no other text stands where members do.
    let empty = !matches!(shape, Shape::Structure { .. }) && tree.branches.is_empty();
    if tree.text.as_ref().is_some_and(|text| !(empty && text.is_empty())) {
        return Err(misfit());
    }
    match shape {
        Shape::Structure { members, .. } => structured(operation, members, tree).map(Value::Object),
        Shape::List { list } => {
            let numbered = match between(operation, member, list) {
                None => Some(tree),
                Some(name) => only(tree, name).ok_or_else(misfit)?,
            };
            let Some(numbered) = numbered else { return Ok(Value::Array(Vec::new())) };
            let items = in_order(numbered).ok_or_else(misfit)?;
            let items: Result<Vec<_>, _> = items.map(|item| read(operation, list, item)).collect();
            items.map(Value::Array)
        }
        Shape::Map { map } => {
            let numbered = only(tree, "entry").ok_or_else(misfit)?;
            let Some(numbered) = numbered else { return Ok(Value::Object(Members::new())) };
            let (key_name, value_name) = of_entries(map);
            let mut out = Members::new();
            for entry in in_order(numbered).ok_or_else(misfit)? {
                let key =
                    entry.branches.get(key_name).and_then(|tree| tree.text.clone()).ok_or_else(misfit)?;
                let value = entry.branches.get(value_name).ok_or_else(misfit)?;
                if out.insert(key, read(operation, &map.1, value)?).is_some() {
                    return Err(misfit());
                }
            }
            Ok(Value::Object(out))
        }
    }
}

/// The branch of that name, if there is any; none where there are others, which would make an empty list of what is
/// misspelt.
fn only<'a>(tree: &'a Tree, name: &str) -> Option<Option<&'a Tree>> {
    let branch = tree.branches.get(name);
    (tree.branches.len() == usize::from(branch.is_some())).then_some(branch)
}

/// Branches named by numbers, in their order; none where one is no number.
fn in_order(tree: &Tree) -> Option<impl Iterator<Item = &Tree>> {
    let numbered: Option<BTreeMap<u32, &Tree>> =
        tree.branches.iter().map(|(name, tree)| Some((name.parse().ok()?, tree))).collect();
    let numbered = numbered.filter(|map| map.len() == tree.branches.len())?;
    Some(numbered.into_values())
}
