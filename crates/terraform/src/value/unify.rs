//! One type for several values, as conditionals and collections need it.

use std::collections::BTreeMap;

use crate::value::{Field, Kind, Type, Value, convert};

/// The type that both types convert to without loss; `None` if there is none.
pub(crate) fn unify(left: &Type, right: &Type) -> Option<Type> {
    match (left, right) {
        _ if left == right => Some(left.clone()),
        (Type::Dynamic, other) | (other, Type::Dynamic) => Some(other.clone()),
        (Type::String, Type::Number | Type::Bool) | (Type::Number | Type::Bool, Type::String) => {
            Some(Type::String)
        }
        (Type::List(left), Type::List(right)) => Some(Type::List(Box::new(unify(left, right)?))),
        (Type::Set(left), Type::Set(right)) => Some(Type::Set(Box::new(unify(left, right)?))),
        (Type::List(left), Type::Set(right)) | (Type::Set(left), Type::List(right)) => {
            Some(Type::List(Box::new(unify(left, right)?)))
        }
        (Type::Map(left), Type::Map(right)) => Some(Type::Map(Box::new(unify(left, right)?))),
        (Type::Tuple(items), Type::List(element)) | (Type::List(element), Type::Tuple(items)) => {
            Some(Type::List(Box::new(unify_all(items.iter().chain([&**element]))?)))
        }
        (Type::Tuple(items), Type::Set(element)) | (Type::Set(element), Type::Tuple(items)) => {
            Some(Type::Set(Box::new(unify_all(items.iter().chain([&**element]))?)))
        }
        (Type::Object(fields), Type::Map(element)) | (Type::Map(element), Type::Object(fields)) => {
            let types = fields.values().map(|field| &field.ty).chain([&**element]);
            Some(Type::Map(Box::new(unify_all(types)?)))
        }
        (Type::Tuple(left), Type::Tuple(right)) if left.len() == right.len() => left
            .iter()
            .zip(right)
            .map(|(left, right)| unify(left, right))
            .collect::<Option<_>>()
            .map(Type::Tuple),
        (Type::Tuple(left), Type::Tuple(right)) => {
            Some(Type::List(Box::new(unify_all(left.iter().chain(right))?)))
        }
        (Type::Object(left), Type::Object(right)) if left.keys().eq(right.keys()) => {
            unify_fields(left, right)
        }
        (Type::Object(left), Type::Object(right)) => {
            let types = left.values().chain(right.values()).map(|field| &field.ty);
            Some(Type::Map(Box::new(unify_all(types)?)))
        }
        _ => None,
    }
}

fn unify_fields(left: &BTreeMap<String, Field>, right: &BTreeMap<String, Field>) -> Option<Type> {
    left.iter()
        .zip(right.values())
        .map(|((name, left), right)| Some((name.clone(), Field::required(unify(&left.ty, &right.ty)?))))
        .collect::<Option<_>>()
        .map(Type::Object)
}

fn unify_all<'t>(mut types: impl Iterator<Item = &'t Type>) -> Option<Type> {
    types.try_fold(Type::Dynamic, |sofar, ty| unify(&sofar, ty))
}

/// The values converted to one type, with that type; `None` if there is none.
pub(crate) fn unify_values(values: Vec<Value>) -> Option<(Type, Vec<Value>)> {
    let types: Vec<Type> = values.iter().map(Value::ty).collect();
    let ty = unify_all(types.iter())?;
    let unknown_type = values.iter().any(|value| matches!(value.kind(), Kind::Unknown(Type::Dynamic)))
        && ty == Type::Dynamic;
    if unknown_type {
        return Some((Type::Dynamic, values));
    }
    let values = values.into_iter().map(|value| convert(value, &ty).ok()).collect::<Option<_>>()?;
    Some((ty, values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_absorbs_other_primitives() {
        assert_eq!(unify(&Type::Number, &Type::String), Some(Type::String));
        assert_eq!(unify(&Type::Number, &Type::Bool), None);
        let (ty, values) = unify_values(vec!["a".into(), Value::from(1i64), Value::null()]).unwrap();
        assert_eq!(ty, Type::String);
        assert_eq!(values[1], "1".into());
        assert_eq!(values[2].ty(), Type::String);
    }
}
