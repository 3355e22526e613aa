//! One type for several values, as conditionals and collections need it.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::value::convert::convertible;
use crate::value::{Field, Kind, Type, Value, convert};

/// The type that all types convert to; `None` if there is none.
///
/// Collections of one kind give a collection of what their elements have in common, objects with the same names an
/// object, other objects a map, tuples of one length a tuple, others a list. Where kinds are mixed, one of the given
/// types is chosen: the first in the order of preference that all others convert to, though perhaps not every value of
/// them does.
pub(crate) fn unify(types: &[&Type]) -> Option<Type> {
    let is = |kinds: &[fn(&Type) -> bool]| types.iter().all(|ty| kinds.iter().any(|kind| kind(ty)));
    let any = |kind: fn(&Type) -> bool| types.iter().any(|ty| kind(ty));
    let open = any(is_dynamic);
    match () {
        () if any(is_map) && is(&[is_map, is_dynamic]) => collection(types, open, Type::Map),
        () if any(is_map) && is(&[is_map, is_object, is_dynamic]) => {
            to_collection(types, Type::Map).or_else(|| preferred(types))
        }
        () if any(is_list) && is(&[is_list, is_dynamic]) => collection(types, open, Type::List),
        () if any(is_list) && is(&[is_list, is_tuple, is_dynamic]) => {
            collection(types, open, Type::List).or_else(|| preferred(types))
        }
        () if any(is_set) && is(&[is_set, is_dynamic]) => collection(types, open, Type::Set),
        () if any(is_object) && is(&[is_object, is_dynamic]) => objects(types, open),
        () if any(is_tuple) && is(&[is_tuple, is_dynamic]) => tuples(types, open),
        () if any(is_object) && any(is_tuple) => None,
        () => preferred(types),
    }
}

fn is_dynamic(ty: &Type) -> bool {
    *ty == Type::Dynamic
}

fn is_map(ty: &Type) -> bool {
    matches!(ty, Type::Map(_))
}

fn is_list(ty: &Type) -> bool {
    matches!(ty, Type::List(_))
}

fn is_set(ty: &Type) -> bool {
    matches!(ty, Type::Set(_))
}

fn is_object(ty: &Type) -> bool {
    matches!(ty, Type::Object(_))
}

fn is_tuple(ty: &Type) -> bool {
    matches!(ty, Type::Tuple(_))
}

/// The types of what is directly within a type.
fn within(ty: &Type) -> Vec<&Type> {
    match ty {
        Type::List(element) | Type::Set(element) | Type::Map(element) => vec![&**element],
        Type::Tuple(items) => items.iter().collect(),
        Type::Object(fields) => fields.values().map(|field| &field.ty).collect(),
        _ => Vec::new(),
    }
}

/// A collection of what the elements of collections have in common; nobody knows while one of them may be anything.
fn collection(types: &[&Type], open: bool, make: fn(Box<Type>) -> Type) -> Option<Type> {
    if open {
        return Some(Type::Dynamic);
    }
    to_collection(types, make)
}

/// A collection of what everything within the types has in common.
fn to_collection(types: &[&Type], make: fn(Box<Type>) -> Type) -> Option<Type> {
    let elements: Vec<&Type> = types.iter().flat_map(|ty| within(ty)).collect();
    let made = make(Box::new(unify(&elements)?));
    types.iter().all(|ty| convertible(ty, &made)).then_some(made)
}

fn objects(types: &[&Type], open: bool) -> Option<Type> {
    if open {
        return Some(Type::Dynamic);
    }
    let all: Vec<&BTreeMap<String, Field>> = types
        .iter()
        .filter_map(|ty| match ty {
            Type::Object(fields) => Some(fields),
            _ => None,
        })
        .collect();
    let first = all.first()?;
    if !all.iter().all(|fields| fields.keys().eq(first.keys())) {
        return to_collection(types, Type::Map);
    }
    let fields = first.keys().map(|name| {
        let across: Vec<&Type> = all.iter().filter_map(|fields| Some(&fields.get(name)?.ty)).collect();
        Some((name.clone(), Field::required(unify(&across)?)))
    });
    fields.collect::<Option<_>>().map(Type::Object)
}

fn tuples(types: &[&Type], open: bool) -> Option<Type> {
    if open {
        return Some(Type::Dynamic);
    }
    let length = within(types.first()?).len();
    if !types.iter().all(|ty| within(ty).len() == length) {
        return to_collection(types, Type::List);
    }
    let items = (0..length).map(|index| {
        let across: Vec<&Type> = types.iter().filter_map(|ty| within(ty).get(index).copied()).collect();
        unify(&across)
    });
    items.collect::<Option<_>>().map(Type::Tuple)
}

/// The first of the types, in the order of preference, that all others convert to.
fn preferred(types: &[&Type]) -> Option<Type> {
    let mut remaining: Vec<&Type> = types.to_vec();
    if remaining.is_empty() {
        return Some(Type::Dynamic);
    }
    while !remaining.is_empty() {
        let best = remaining
            .iter()
            .position(|ty| remaining.iter().all(|other| preference(other, ty) != Ordering::Less));
        let wanted = remaining.remove(best.unwrap_or(0));
        if types.iter().all(|ty| convertible(ty, wanted)) {
            return Some(wanted.clone());
        }
    }
    None
}

/// `Less` where the left type is preferred: text to other primitives, lists to sets, collections to tuples and objects,
/// anything to what may be anything.
fn preference(left: &Type, right: &Type) -> Ordering {
    let rank = |ty: &Type| match ty {
        Type::String => 0,
        Type::Bool | Type::Number => 1,
        Type::List(_) | Type::Map(_) => 0,
        Type::Set(_) => 1,
        Type::Tuple(_) | Type::Object(_) => 2,
        Type::Dynamic => 3,
    };
    match (left, right) {
        (Type::List(left), Type::List(right))
        | (Type::Set(left), Type::Set(right))
        | (Type::Map(left), Type::Map(right)) => preference(left, right),
        _ => rank(left).cmp(&rank(right)),
    }
}

/// The values converted to one type, with that type; `None` if there is none.
pub(crate) fn unify_values(values: Vec<Value>) -> Option<(Type, Vec<Value>)> {
    let types: Vec<Type> = values.iter().map(Value::ty).collect();
    let ty = unify(&types.iter().collect::<Vec<_>>())?;
    let unknown_type = values.iter().any(|value| matches!(value.kind(), Kind::Unknown(Type::Dynamic)))
        && ty == Type::Dynamic;
    if unknown_type {
        return Some((Type::Dynamic, values));
    }
    // `null` beside collections leaves the type open.
    if ty == Type::Dynamic && types.iter().any(|ty| *ty != Type::Dynamic) {
        return None;
    }
    let values = values.into_iter().map(|value| convert(value, &ty).ok()).collect::<Option<Vec<_>>>()?;
    // A type that leaves something open fits values of different types, which are not of one type for that.
    let mut made = values.iter().filter(|value| !value.is_null()).map(Value::ty);
    let first = made.next();
    let one = ty.is_complete() || made.all(|ty| Some(&ty) == first.as_ref());
    one.then_some((ty, values))
}

/// The same for the entries of a map, of which those that are `null` do not count where they would leave the type open.
pub(crate) fn unify_entries(values: Vec<Value>) -> Option<(Type, Vec<Value>)> {
    let is_open = |value: &&Value| matches!(value.kind(), Kind::Null(Type::Dynamic));
    if !values.iter().any(|value| is_open(&value)) {
        return unify_values(values);
    }
    let types: Vec<Type> = values.iter().filter(|value| !is_open(value)).map(Value::ty).collect();
    let ty = unify(&types.iter().collect::<Vec<_>>())?;
    let values = values.into_iter().map(|value| convert(value, &ty).ok()).collect::<Option<_>>()?;
    Some((ty, values))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_absorbs_other_primitives() {
        assert_eq!(unify(&[&Type::Number, &Type::String]), Some(Type::String));
        assert_eq!(unify(&[&Type::Number, &Type::Bool]), None);
        assert_eq!(unify(&[&Type::Number, &Type::Bool, &Type::String]), Some(Type::String));
        let (ty, values) = unify_values(vec!["a".into(), Value::from(1i64), Value::null()]).unwrap();
        assert_eq!(ty, Type::String);
        assert_eq!(values[1], "1".into());
        assert_eq!(values[2].ty(), Type::String);
    }

    #[test]
    fn of_different_kinds_one_is_chosen() {
        let list = Type::List(Box::new(Type::Number));
        let set = Type::Set(Box::new(Type::String));
        assert_eq!(unify(&[&set, &list]), Some(list));
        let tuple = Type::Tuple(vec![Type::String]);
        assert_eq!(unify(&[&tuple, &set]), Some(set));
    }
}
