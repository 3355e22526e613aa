//! Members between JSON on the wire and JSON as members are held: the same but for timestamps, which are seconds
//! since 1970 on the wire.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::super::scalar::{self, Place};
use super::super::structure::Reading;
use super::super::{CodecError, Operation, structure};
use crate::Members;
use crate::model::{Member, Shape};

/// What does not fit its shape, told as the services tell it.
pub(in crate::codec) type Misfit = String;

/// Those members that stand in the body, as they go over the wire.
pub(in crate::codec) fn write_all(
    operation: &Operation,
    of: &str,
    members: &[Member],
    given: &Members,
) -> Result<Members, CodecError> {
    structure::known(of, members, given)?;
    let mut out = Members::new();
    for member in members.iter().filter(|member| member.location.is_none()) {
        if let Some(value) = given.get(&member.name) {
            out.insert(member.wire_name().to_owned(), write(operation, member, value)?);
        }
    }
    Ok(out)
}

/// A member as it goes over the wire; streams of events do not.
pub(in crate::codec) fn write(
    operation: &Operation,
    member: &Member,
    value: &Value,
) -> Result<Value, CodecError> {
    let wrong = || scalar::wrong(member);
    if member.streaming {
        return Err(wrong());
    }
    Ok(match operation.shape(&member.kind) {
        None if member.kind == "timestamp" && member.format.is_some() => {
            Value::String(scalar::to_text(member, value, Place::Elsewhere)?)
        }
        None if member.kind == "timestamp" => {
            let at = value.as_str().and_then(|text| text.parse().ok()).ok_or_else(wrong)?;
            to_epoch(at)
        }
        None if fits(&member.kind, value) => value.clone(),
        None => return Err(wrong()),
        Some(Shape::Structure { members, .. }) => {
            let object = value.as_object().ok_or_else(wrong)?;
            Value::Object(write_all(operation, &member.kind, members, object)?)
        }
        Some(Shape::List { list }) => {
            let items = value.as_array().ok_or_else(wrong)?;
            let items: Result<Vec<_>, _> = items.iter().map(|item| write(operation, list, item)).collect();
            Value::Array(items?)
        }
        Some(Shape::Map { map }) => {
            let entries = value.as_object().ok_or_else(wrong)?;
            let mut out = Map::new();
            for (key, value) in entries {
                out.insert(key.clone(), write(operation, &map.1, value)?);
            }
            Value::Object(out)
        }
    })
}

/// Members as they came over the wire; `null` is the same as nothing.
pub(in crate::codec) fn read_all(
    operation: &Operation,
    members: &[Member],
    given: Members,
    reading: Reading,
) -> Result<Members, Misfit> {
    let mut out = Members::new();
    for (name, value) in given.into_iter().filter(|(_, value)| !value.is_null()) {
        match members.iter().find(|member| member.location.is_none() && member.wire_name() == name) {
            Some(member) => {
                out.insert(member.name.clone(), read(operation, member, value, reading)?);
            }
            None if reading == Reading::Strict => return Err(format!("Unexpected field: {name}")),
            None => {}
        }
    }
    Ok(out)
}

/// A member as it came over the wire.
pub(in crate::codec) fn read(
    operation: &Operation,
    member: &Member,
    value: Value,
    reading: Reading,
) -> Result<Value, Misfit> {
    match (operation.shape(&member.kind), value) {
        (None, Value::String(text)) if member.kind == "timestamp" && member.format.is_some() => {
            scalar::from_text(member, &text).ok_or_else(|| cannot_convert(&Value::String(text), "Date"))
        }
        (None, value) if member.kind == "timestamp" => from_epoch(&value, reading)
            .map(|at| json!(at.to_string()))
            .ok_or_else(|| cannot_convert(&value, "Date")),
        (None, value) if fits(&member.kind, &value) => Ok(value),
        (None, value) => Err(cannot_convert(&value, &member.kind)),
        (Some(Shape::Structure { members, .. }), Value::Object(given)) => {
            read_all(operation, members, given, reading).map(Value::Object)
        }
        (Some(Shape::List { list }), Value::Array(items)) => {
            let items: Result<Vec<_>, _> =
                items.into_iter().map(|item| read(operation, list, item, reading)).collect();
            items.map(Value::Array)
        }
        (Some(Shape::Map { map }), Value::Object(given)) => {
            let mut out = Map::new();
            for (key, value) in given {
                out.insert(key, read(operation, &map.1, value, reading)?);
            }
            Ok(Value::Object(out))
        }
        (Some(_), Value::Object(_)) => Err("Start of structure or map found where not expected.".to_owned()),
        (Some(_), Value::Array(_)) => Err("Start of list found where not expected".to_owned()),
        (Some(_), value) => Err(format!("Expected list or structure, found {}", token(&value))),
    }
}

/// Whether a scalar is of its type; blobs are base64 in members as on the wire.
fn fits(kind: &str, value: &Value) -> bool {
    match (kind, value) {
        ("string", Value::String(_)) | ("boolean", Value::Bool(_)) | ("number", Value::Number(_)) => true,
        ("integer", Value::Number(number)) => number.is_i64(),
        ("blob", Value::String(text)) => STANDARD.decode(text).is_ok(),
        ("document", _) => true,
        _ => false,
    }
}

fn cannot_convert(value: &Value, kind: &str) -> Misfit {
    let mut letters = kind.chars();
    let kind: String =
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
    format!("{} cannot be converted to {kind}", token(value))
}

fn token(value: &Value) -> &'static str {
    match value {
        Value::Null => "NULL",
        Value::Bool(true) => "TRUE_VALUE",
        Value::Bool(false) => "FALSE_VALUE",
        Value::Number(_) => "NUMBER_VALUE",
        Value::String(_) => "STRING_VALUE",
        Value::Array(_) => "START_ARRAY",
        Value::Object(_) => "START_OBJECT",
    }
}

/// Whole seconds as an integer, else with milliseconds.
pub(in crate::codec) fn to_epoch(at: Timestamp) -> Value {
    match at.as_millisecond() {
        ms if ms % 1000 == 0 => json!(ms / 1000),
        // Exact for any date: 2^53 milliseconds are 285,000 years.
        ms => json!(ms as f64 / 1000.0),
    }
}

/// Another emulator's answer may hold a text.
pub(in crate::codec) fn from_epoch(value: &Value, reading: Reading) -> Option<Timestamp> {
    match value {
        Value::Number(number) => match number.as_i64() {
            Some(seconds) => Timestamp::from_second(seconds).ok(),
            None => Timestamp::from_millisecond((number.as_f64()? * 1000.0).round() as i64).ok(),
        },
        Value::String(text) if reading == Reading::Lenient => text.parse().ok(),
        _ => None,
    }
}
