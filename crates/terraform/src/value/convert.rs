//! Conversion of values to a type, as a variable's constraint or a function's parameter asks for it.

use std::collections::BTreeMap;

use thiserror::Error;

use crate::diagnostic::did_you_mean;
use crate::value::unify::{self, unify};
use crate::value::{Field, Kind, Number, Text, Type, Value};

/// Why a value does not fit a type.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{}{reason}", if path.is_empty() { String::new() } else { format!("`{path}`: ") })]
pub struct ConversionError {
    /// Where in the value, such as `rules[2].port`; empty for the value itself.
    pub path: String,
    /// What was expected there.
    pub reason: String,
}

impl ConversionError {
    fn new(reason: impl Into<String>) -> ConversionError {
        ConversionError { path: String::new(), reason: reason.into() }
    }

    fn under(mut self, step: &str) -> ConversionError {
        let dot = if self.path.is_empty() || self.path.starts_with('[') { "" } else { "." };
        self.path = format!("{step}{dot}{}", self.path);
        self
    }
}

/// The value as one of type `ty`.
///
/// # Errors
///
/// Where Terraform has no conversion, for the first part that does not fit.
pub(crate) fn convert(value: Value, ty: &Type) -> Result<Value, ConversionError> {
    let marks = value.marks();
    let origin = value.shared_origin();
    let converted = convert_kind(value, ty)?;
    let origin = converted.shared_origin().or(origin);
    Ok(converted.with_origin(origin).marked(marks))
}

fn convert_kind(value: Value, ty: &Type) -> Result<Value, ConversionError> {
    if matches!(ty, Type::Dynamic) {
        return Ok(value);
    }
    match value.kind() {
        Kind::Null(from) | Kind::Unknown(from) if !convertible(from, ty) => {
            return Err(mismatch(&value, ty));
        }
        Kind::Null(_) => return Ok(Value::new(Kind::Null(ty.concrete()))),
        Kind::Unknown(_) => return Ok(Value::unknown(ty.concrete())),
        _ => {}
    }
    match ty {
        Type::Dynamic => Ok(value),
        Type::String => to_string(value),
        Type::Number => to_number(value),
        Type::Bool => to_bool(value),
        Type::List(element) => {
            let (element, items) = to_items(value, ty, element)?;
            Ok(Value::list(element, items))
        }
        Type::Set(element) => {
            let (element, items) = to_items(value, ty, element)?;
            Ok(Value::set(element, items))
        }
        Type::Map(element) => to_map(value, ty, element),
        Type::Tuple(items) => to_tuple(value, ty, items),
        Type::Object(fields) => to_object(value, ty, fields),
    }
}

/// Whether a value of type `from` that is not yet known may turn out to fit `to`.
pub(super) fn convertible(from: &Type, to: &Type) -> bool {
    match (from, to) {
        (Type::Dynamic, _) | (_, Type::Dynamic) => true,
        (Type::Bool | Type::Number | Type::String, Type::String) => true,
        (Type::String | Type::Number, Type::Number) | (Type::String | Type::Bool, Type::Bool) => true,
        (Type::List(from) | Type::Set(from), Type::List(to) | Type::Set(to)) => convertible(from, to),
        (Type::Tuple(items), Type::List(to) | Type::Set(to)) if **to == Type::Dynamic => {
            let items: Vec<&Type> = items.iter().collect();
            let open = |ty: &&Type| **ty == Type::Dynamic;
            unify(&items).is_some_and(|ty| ty != Type::Dynamic || items.iter().all(open))
        }
        (Type::Tuple(items), Type::List(to) | Type::Set(to)) => {
            items.iter().all(|from| convertible(from, to))
        }
        (Type::Map(from), Type::Map(to)) => convertible(from, to),
        (Type::Object(fields), Type::Map(to)) if **to == Type::Dynamic => {
            unify(&fields.values().map(|field| &field.ty).collect::<Vec<_>>()).is_some()
        }
        (Type::Object(fields), Type::Map(to)) => fields.values().all(|field| convertible(&field.ty, to)),
        (Type::Map(from), Type::Object(fields)) => fields.values().all(|field| convertible(from, &field.ty)),
        (Type::Tuple(from), Type::Tuple(to)) => {
            from.len() == to.len() && from.iter().zip(to).all(|(from, to)| convertible(from, to))
        }
        (Type::Object(from), Type::Object(to)) => to.iter().all(|(name, field)| match from.get(name) {
            Some(given) => convertible(&given.ty, &field.ty),
            None => field.optional,
        }),
        _ => false,
    }
}

fn mismatch(value: &Value, ty: &Type) -> ConversionError {
    let given = match value.kind() {
        Kind::Object(_) | Kind::Tuple(_) => value.ty().friendly_name(),
        _ => value.ty().to_string(),
    };
    ConversionError::new(format!("{} required, but this is {given}", ty.friendly_name()))
}

fn to_string(value: Value) -> Result<Value, ConversionError> {
    let text = match value.kind() {
        Kind::String(_) => return Ok(value),
        Kind::Bool(truth) => truth.to_string(),
        Kind::Number(number) => number.to_string(),
        _ => return Err(mismatch(&value, &Type::String)),
    };
    Ok(Value::from(Text::computed(text, value.shared_origin())))
}

fn to_number(value: Value) -> Result<Value, ConversionError> {
    match value.kind() {
        Kind::Number(_) => Ok(value),
        Kind::String(text) => Number::parse(text.as_str())
            .map(Value::from)
            .ok_or_else(|| ConversionError::new("a number is required")),
        _ => Err(mismatch(&value, &Type::Number)),
    }
}

fn to_bool(value: Value) -> Result<Value, ConversionError> {
    match value.kind() {
        Kind::Bool(_) => Ok(value),
        Kind::String(text) => match text.as_str() {
            "true" | "1" => Ok(Value::from(true)),
            "false" | "0" => Ok(Value::from(false)),
            _ => Err(ConversionError::new("a bool is required")),
        },
        _ => Err(mismatch(&value, &Type::Bool)),
    }
}

fn to_items(value: Value, ty: &Type, element: &Type) -> Result<(Type, Vec<Value>), ConversionError> {
    let same = match value.kind() {
        Kind::List(own, _) | Kind::Set(own, _) => Some(own.clone()),
        Kind::Tuple(_) => None,
        _ => return Err(mismatch(&value, ty)),
    };
    let items = match value.into_kind() {
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => items,
        _ => Vec::new(),
    };
    let mut converted = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        converted.push(convert(item, element).map_err(|error| error.under(&format!("[{index}]")))?);
    }
    match (element, same) {
        (Type::Dynamic, Some(own)) => Ok((own, converted)),
        (Type::Dynamic, None) => {
            let (element, items) = unify::unify_values(converted)
                .ok_or_else(|| ConversionError::new("all elements must have the same type"))?;
            Ok((element, items))
        }
        _ => settle(element, converted),
    }
}

/// The element type that a constraint with `any` in it turns out to have, with all elements of that type.
fn settle(element: &Type, items: Vec<Value>) -> Result<(Type, Vec<Value>), ConversionError> {
    let concrete = element.concrete();
    if concrete.is_complete() || items.is_empty() {
        return Ok((concrete, items));
    }
    unify::unify_values(items).ok_or_else(|| ConversionError::new("all elements must have the same type"))
}

fn to_map(value: Value, ty: &Type, element: &Type) -> Result<Value, ConversionError> {
    let own = match value.kind() {
        Kind::Map(own, _) => Some(own.clone()),
        Kind::Object(_) => None,
        _ => return Err(mismatch(&value, ty)),
    };
    let (Kind::Map(_, entries) | Kind::Object(entries)) = value.into_kind() else {
        return Ok(Value::null());
    };
    let mut keys = Vec::with_capacity(entries.len());
    let mut values = Vec::with_capacity(entries.len());
    for (key, item) in entries {
        values.push(convert(item, element).map_err(|error| error.under(&format!("[\"{key}\"]")))?);
        keys.push(key);
    }
    let (element, values) = match (element, own) {
        (Type::Dynamic, Some(own)) => (own, values),
        (Type::Dynamic, None) => unify::unify_entries(values)
            .ok_or_else(|| ConversionError::new("all elements must have the same type"))?,
        _ => settle(element, values)?,
    };
    Ok(Value::new(Kind::Map(element, keys.into_iter().zip(values).collect())))
}

fn to_tuple(value: Value, ty: &Type, types: &[Type]) -> Result<Value, ConversionError> {
    let items = match value.kind() {
        Kind::Tuple(items) | Kind::List(_, items) => items.clone(),
        _ => return Err(mismatch(&value, ty)),
    };
    if items.len() != types.len() {
        return Err(ConversionError::new(format!(
            "tuple of {} elements required, but this has {}",
            types.len(),
            items.len()
        )));
    }
    let items: Result<Vec<Value>, ConversionError> = items
        .into_iter()
        .zip(types)
        .enumerate()
        .map(|(index, (item, ty))| convert(item, ty).map_err(|error| error.under(&format!("[{index}]"))))
        .collect();
    Ok(Value::tuple(items?))
}

fn to_object(value: Value, ty: &Type, fields: &BTreeMap<String, Field>) -> Result<Value, ConversionError> {
    let mut given = match value.kind() {
        Kind::Object(entries) | Kind::Map(_, entries) => entries.clone(),
        _ => return Err(mismatch(&value, ty)),
    };
    let mut missing = Vec::new();
    let mut attributes = BTreeMap::new();
    for (name, field) in fields {
        let value = match given.remove(name) {
            Some(value) => value,
            None if field.optional => Value::null(),
            None => {
                missing.push(name.as_str());
                continue;
            }
        };
        let value = match &field.default {
            Some(default) if value.is_null() => (**default).clone(),
            _ => convert(value, &field.ty).map_err(|error| error.under(name))?,
        };
        attributes.insert(name.clone(), value);
    }
    if let Some(first) = missing.first() {
        let listed: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
        let verb = if missing.len() == 1 { "attribute {} is required" } else { "attributes {} are required" };
        let reason = verb.replace("{}", &listed.join(", "));
        let hint = did_you_mean(first, given.keys().map(String::as_str)).map_or(String::new(), |_| {
            format!(" (given are {})", given.keys().cloned().collect::<Vec<_>>().join(", "))
        });
        return Err(ConversionError::new(format!("{reason}{hint}")));
    }
    Ok(Value::new(Kind::Object(attributes)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn object(fields: &[(&str, Type, bool)]) -> Type {
        Type::Object(
            fields
                .iter()
                .map(|(name, ty, optional)| {
                    ((*name).to_owned(), Field { ty: ty.clone(), optional: *optional, default: None })
                })
                .collect(),
        )
    }

    #[test]
    fn converts_between_primitives() {
        assert_eq!(convert("12".into(), &Type::Number).unwrap(), Value::from(12i64));
        assert_eq!(convert(true.into(), &Type::String).unwrap(), "true".into());
        assert_eq!(convert("true".into(), &Type::Bool).unwrap(), true.into());
        assert!(convert("yes".into(), &Type::Bool).is_err());
        assert!(convert(Value::from(1i64), &Type::Bool).is_err());
    }

    #[test]
    fn names_the_part_that_does_not_fit() {
        let ty = Type::List(Box::new(object(&[("port", Type::Number, false)])));
        let value = Value::tuple([Value::object([("port", "x".into())])]);
        let error = convert(value, &ty).unwrap_err();
        assert_eq!(error.to_string(), "`[0].port`: a number is required");
    }

    #[test]
    fn drops_surplus_attributes_and_fills_optional_ones() {
        let ty = object(&[("a", Type::String, false), ("b", Type::Number, true)]);
        let value = Value::object([("a", Value::from(1i64)), ("c", true.into())]);
        let converted = convert(value, &ty).unwrap();
        assert_eq!(converted.get("a"), Some(&"1".into()));
        assert!(converted.get("b").unwrap().is_null());
        assert!(converted.get("c").is_none());
    }
}
