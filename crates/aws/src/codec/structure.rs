//! Structures, lists and maps between JSON and XML, by their shapes.

use serde_json::{Map, Value};

use super::scalar::{self, Place};
use super::{CodecError, Operation};
use crate::Members;
use crate::model::{Member, Shape};
use crate::xml::{Element, Writer};

/// How to take what the shapes do not know.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    /// A client's request: nothing unknown, nothing twice.
    Strict,
    /// Another emulator's answer: unknown elements are left out.
    Lenient,
}

/// A document that does not fit its shape.
pub(super) struct Misfit;

/// Writes a member, in an element of its wire name or of the name given.
pub(super) fn write(
    xml: &mut Writer,
    operation: &Operation,
    member: &Member,
    name: &str,
    namespace: Option<&str>,
    value: &Value,
) -> Result<(), CodecError> {
    match operation.shape(&member.kind) {
        None => {
            xml.open(name, namespace);
            xml.text(&scalar::to_text(member, value, Place::Elsewhere)?);
            xml.close(name);
        }
        Some(Shape::Structure { members, .. }) => {
            let object = value.as_object().ok_or_else(|| scalar::wrong(member))?;
            known(&member.kind, members, object)?;
            match attributes(member, members, object, namespace)? {
                attributes if attributes.is_empty() => xml.open(name, namespace),
                attributes => xml.open_with(name, &attributes),
            }
            for child in members.iter().filter(|child| !child.attribute) {
                if let Some(value) = object.get(&child.name) {
                    write(xml, operation, child, child.wire_name(), None, value)?;
                }
            }
            xml.close(name);
        }
        Some(Shape::List { list }) => {
            let items = value.as_array().ok_or_else(|| scalar::wrong(member))?;
            if member.flattened {
                for item in items {
                    write(xml, operation, list, name, None, item)?;
                }
            } else {
                xml.open(name, namespace);
                for item in items {
                    write(xml, operation, list, list.wire.as_deref().unwrap_or("member"), None, item)?;
                }
                xml.close(name);
            }
        }
        Some(Shape::Map { map }) => {
            let entries = value.as_object().ok_or_else(|| scalar::wrong(member))?;
            xml.open(name, namespace);
            for (key, value) in entries {
                xml.open("entry", None);
                xml.element(map.0.wire.as_deref().unwrap_or("key"), key);
                write(xml, operation, &map.1, map.1.wire.as_deref().unwrap_or("value"), None, value)?;
                xml.close("entry");
            }
            xml.close(name);
        }
    }
    Ok(())
}

/// Attributes of a structure's element: those of its members that are one, and the namespaces they need.
fn attributes(
    member: &Member,
    members: &[Member],
    object: &Map<String, Value>,
    namespace: Option<&str>,
) -> Result<Vec<(String, String)>, CodecError> {
    let mut attributes = Vec::new();
    for child in members.iter().filter(|child| child.attribute) {
        if let Some(value) = object.get(&child.name) {
            if let Some((prefix, uri)) = &member.prefix {
                attributes.push((format!("xmlns:{prefix}"), uri.clone()));
            }
            attributes.push((child.wire_name().to_owned(), scalar::to_text(child, value, Place::Elsewhere)?));
        }
    }
    if let Some(uri) = namespace.filter(|_| !attributes.is_empty()) {
        attributes.insert(0, ("xmlns".to_owned(), uri.to_owned()));
    }
    Ok(attributes)
}

/// Every member given is one of the structure's.
pub(super) fn known(of: &str, members: &[Member], given: &Members) -> Result<(), CodecError> {
    match given.keys().find(|name| !members.iter().any(|member| &member.name == *name)) {
        Some(name) => Err(CodecError::UnknownMember { operation: of.to_owned(), member: name.clone() }),
        None => Ok(()),
    }
}

/// Reads a structure's element.
pub(super) fn read(
    operation: &Operation,
    members: &[Member],
    element: &Element,
    reading: Reading,
) -> Result<Members, Misfit> {
    let mut out = Members::new();
    for child in &element.children {
        let here = |member: &&Member| member.location.is_none() && !member.attribute;
        match members.iter().filter(here).find(|member| member.wire_name() == child.name) {
            Some(member) => read_member(operation, member, child, &mut out, reading)?,
            None if reading == Reading::Strict => return Err(Misfit),
            None => {}
        }
    }
    for member in members.iter().filter(|member| member.attribute) {
        let local = member.wire_name().rsplit(':').next().unwrap_or_default();
        if let Some((_, text)) = element.attributes.iter().find(|(name, _)| name == local) {
            out.insert(member.name.clone(), Value::String(text.clone()));
        }
    }
    Ok(out)
}

fn read_member(
    operation: &Operation,
    member: &Member,
    element: &Element,
    out: &mut Members,
    reading: Reading,
) -> Result<(), Misfit> {
    if let (true, Some(Shape::List { list })) = (member.flattened, operation.shape(&member.kind)) {
        let item = read_value(operation, list, element, reading)?;
        let items = out.entry(member.name.clone()).or_insert_with(|| Value::Array(Vec::new()));
        items.as_array_mut().ok_or(Misfit)?.push(item);
        return Ok(());
    }
    let value = read_value(operation, member, element, reading)?;
    match out.insert(member.name.clone(), value) {
        Some(_) if reading == Reading::Strict => Err(Misfit),
        _ => Ok(()),
    }
}

fn read_value(
    operation: &Operation,
    member: &Member,
    element: &Element,
    reading: Reading,
) -> Result<Value, Misfit> {
    match operation.shape(&member.kind) {
        None if reading == Reading::Strict && !element.children.is_empty() => Err(Misfit),
        None => scalar::from_text(member, &element.text).ok_or(Misfit),
        Some(Shape::Structure { members, .. }) => {
            read(operation, members, element, reading).map(Value::Object)
        }
        Some(Shape::List { list }) => {
            let name = list.wire.as_deref().unwrap_or("member");
            let mut items = Vec::new();
            for child in &element.children {
                if child.name == name {
                    items.push(read_value(operation, list, child, reading)?);
                } else if reading == Reading::Strict {
                    return Err(Misfit);
                }
            }
            Ok(Value::Array(items))
        }
        Some(Shape::Map { map }) => {
            let mut entries = Map::new();
            for entry in &element.children {
                let key = entry.child(map.0.wire.as_deref().unwrap_or("key")).ok_or(Misfit)?;
                let value = entry.child(map.1.wire.as_deref().unwrap_or("value")).ok_or(Misfit)?;
                entries.insert(key.text.clone(), read_value(operation, &map.1, value, reading)?);
            }
            Ok(Value::Object(entries))
        }
    }
}
