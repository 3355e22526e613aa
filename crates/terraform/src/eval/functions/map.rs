//! Functions of maps and objects.

use std::collections::BTreeMap;

use super::{Arguments, FunctionError};
use crate::diagnostic::did_you_mean;
use crate::value::{Kind, Marks, Type, Value, convert};

type Result = std::result::Result<Value, FunctionError>;

pub(super) fn keys(arguments: &Arguments<'_>) -> Result {
    let value = arguments.value(0)?;
    let keys = arguments.entries(0)?.keys().map(|key| Value::from(key.as_str()));
    Ok(match value.kind() {
        Kind::Map(..) => Value::list(Type::String, keys.collect()),
        _ => Value::tuple(keys),
    })
}

pub(super) fn values(arguments: &Arguments<'_>) -> Result {
    let values = arguments.entries(0)?.values().cloned();
    Ok(match arguments.value(0)?.kind() {
        Kind::Map(element, _) => Value::list(element.clone(), values.collect()),
        _ => Value::tuple(values),
    })
}

pub(super) fn lookup(arguments: &Arguments<'_>) -> Result {
    let (entries, key) = (arguments.entries(0)?, arguments.string(1)?);
    let default = match (arguments.optional(2), arguments.value(0)?.kind()) {
        (Some(default), Kind::Map(element, _)) => Some(convert(default.clone(), element).map_err(|_| {
            FunctionError::argument(2, "the default must have the type of the map's elements")
        })?),
        (default, _) => default.cloned(),
    };
    if let Some(found) = entries.get(key) {
        return Ok(found.clone());
    }
    default.ok_or_else(|| {
        let hint = did_you_mean(key, entries.keys().map(String::as_str)).unwrap_or_default();
        FunctionError::argument(1, format!("no element `{key}` {hint}").trim().to_owned())
    })
}

/// Maps of one type make a map of that type; anything else makes an object.
pub(super) fn merge(arguments: &Arguments<'_>) -> Result {
    let mut merged = BTreeMap::new();
    let mut types = Vec::new();
    for (index, value) in arguments.values.iter().enumerate() {
        types.push(value.ty());
        if value.is_null() {
            continue;
        }
        let entries = value
            .as_entries()
            .ok_or_else(|| FunctionError::argument(index, "a map or object is required"))?;
        merged.extend(entries.clone());
    }
    let same = types.windows(2).all(|pair| matches!(pair, [left, right] if left == right));
    Ok(match types.into_iter().next() {
        Some(Type::Map(element)) if same => Value::new(Kind::Map(*element, merged)),
        _ => Value::new(Kind::Object(merged)),
    })
}

pub(super) fn transpose(arguments: &Arguments<'_>) -> Result {
    let mut transposed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (key, values) in arguments.entries(0)? {
        let texts =
            values.as_sequence().ok_or_else(|| FunctionError::argument(0, "a map of lists is required"))?;
        for text in texts {
            let text = convert(text.clone(), &Type::String)
                .map_err(|_| FunctionError::argument(0, "lists of strings are required"))?;
            let text = text.as_str().ok_or_else(|| FunctionError::argument(0, "no element may be null"))?;
            transposed.entry(text.to_owned()).or_default().push(key.clone());
        }
    }
    let entries = transposed.into_iter().map(|(key, values)| (key, Value::strings(values))).collect();
    Ok(Value::new(Kind::Map(Type::List(Box::new(Type::String)), entries)))
}

pub(super) fn zipmap(arguments: &Arguments<'_>) -> Result {
    let (keys, values) = (arguments.strings(0)?, arguments.items(1)?);
    if keys.len() != values.len() {
        let reason = format!("there must be as many values as keys ({} and {})", values.len(), keys.len());
        return Err(FunctionError::argument(1, reason));
    }
    let entries = keys.into_iter().map(str::to_owned).zip(values.iter().cloned()).collect();
    let marked = arguments.items(0)?.iter().map(Value::marks).collect::<Marks>();
    let zipped = match arguments.value(1)?.kind() {
        Kind::Set(..) => {
            return Err(FunctionError::argument(
                1,
                "a list or tuple is required: convert a set with `tolist`",
            ));
        }
        Kind::List(element, _) => Value::new(Kind::Map(element.clone(), entries)),
        _ => Value::new(Kind::Object(entries)),
    };
    Ok(zipped.marked(marked))
}
