//! Items between CBOR and the JSON of the wire, by the shapes: bytes are base64 there, and times are seconds.

use std::collections::BTreeMap;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::Value;

use super::super::json::shaped::{from_epoch, to_epoch};
use super::super::structure::Reading;
use super::Item;
use crate::model::{Member, Shape};
use crate::{Members, Operation};

/// A request's members. Names that no shape knows stay, for the reader of JSON to refuse.
pub(super) fn to_json(
    operation: &Operation,
    known: &[Member],
    entries: BTreeMap<String, Item>,
) -> Result<Members, String> {
    let entry = |(name, item): (String, Item)| {
        let value = lowered(operation, named(known, &name), item)?;
        Ok((name, value))
    };
    entries.into_iter().map(entry).collect()
}

fn named<'a>(known: &'a [Member], name: &str) -> Option<&'a Member> {
    known.iter().find(|member| member.wire_name() == name)
}

fn lowered(operation: &Operation, member: Option<&Member>, item: Item) -> Result<Value, String> {
    let kind = member.map_or("", |member| member.kind.as_str());
    Ok(match (item, kind) {
        (Item::Bytes(bytes), "blob") => Value::String(STANDARD.encode(bytes)),
        (Item::Time(ms), "timestamp") => {
            let at = Timestamp::from_millisecond(ms).map_err(|_| "a time is out of range".to_owned())?;
            to_epoch(at)
        }
        (Item::Plain(value), "blob" | "timestamp") if !value.is_null() => {
            return Err(format!("Expected a {kind} in CBOR's own form"));
        }
        (Item::Bytes(_), _) => return Err("Bytes found where not expected".to_owned()),
        (Item::Time(_), _) => return Err("A time found where not expected".to_owned()),
        (Item::Plain(value), _) => value,
        (Item::List(items), kind) => {
            let list = match operation.shape(kind) {
                Some(Shape::List { list }) => Some(&**list),
                _ => None,
            };
            let items: Result<Vec<_>, _> =
                items.into_iter().map(|item| lowered(operation, list, item)).collect();
            Value::Array(items?)
        }
        (Item::Map(entries), kind) => Value::Object(match operation.shape(kind) {
            Some(Shape::Structure { members, .. }) => to_json(operation, members, entries)?,
            Some(Shape::Map { map }) => {
                let value = |(name, item)| Ok((name, lowered(operation, Some(&map.1), item)?));
                entries.into_iter().map(value).collect::<Result<_, String>>()?
            }
            _ => to_json(operation, &[], entries)?,
        }),
    })
}

/// An answer's members, by the operation's shapes where it is given.
pub(super) fn from_json(operation: Option<&Operation>, value: Value) -> Item {
    match (operation, value) {
        (Some(operation), Value::Object(members)) => structured(operation, operation.output(), members),
        (_, value) => bare(value),
    }
}

/// Members by their shapes.
pub(super) fn structured(operation: &Operation, known: &[Member], members: Members) -> Item {
    let entry = |(name, value): (String, Value)| {
        let item = match named(known, &name) {
            Some(member) => raised(operation, member, value),
            None => bare(value),
        };
        (name, item)
    };
    Item::Map(members.into_iter().map(entry).collect())
}

fn raised(operation: &Operation, member: &Member, value: Value) -> Item {
    match (operation.shape(&member.kind), value) {
        (None, Value::String(text)) if member.kind == "blob" => match STANDARD.decode(&text) {
            Ok(bytes) => Item::Bytes(bytes),
            Err(_) => Item::Plain(Value::String(text)),
        },
        (None, value) if member.kind == "timestamp" => match from_epoch(&value, Reading::Lenient) {
            Some(at) => Item::Time(at.as_millisecond()),
            None => Item::Plain(value),
        },
        (Some(Shape::Structure { members: known, .. }), Value::Object(members)) => {
            structured(operation, known, members)
        }
        (Some(Shape::List { list }), Value::Array(items)) => {
            Item::List(items.into_iter().map(|item| raised(operation, list, item)).collect())
        }
        (Some(Shape::Map { map }), Value::Object(entries)) => {
            let entry = |(name, value)| (name, raised(operation, &map.1, value));
            Item::Map(entries.into_iter().map(entry).collect())
        }
        (_, value) => bare(value),
    }
}

/// What no shape says anything of.
fn bare(value: Value) -> Item {
    match value {
        Value::Array(items) => Item::List(items.into_iter().map(bare).collect()),
        Value::Object(entries) => {
            Item::Map(entries.into_iter().map(|(name, value)| (name, bare(value))).collect())
        }
        value => Item::Plain(value),
    }
}
