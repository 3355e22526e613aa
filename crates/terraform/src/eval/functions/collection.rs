//! Functions of lists, sets and tuples.

use unicode_segmentation::UnicodeSegmentation;

use super::{Arguments, FunctionError};
use crate::eval::operator::equal;
use crate::value::{Kind, Marks, Number, Type, Value, convert, unify, unify_values};

type Result = std::result::Result<Value, FunctionError>;

/// An argument as a list: its elements have one type.
fn list(arguments: &Arguments<'_>, index: usize) -> std::result::Result<(Type, Vec<Value>), FunctionError> {
    let ty = Type::List(Box::new(Type::Dynamic));
    let list = convert(arguments.value(index)?.clone(), &ty)
        .map_err(|error| FunctionError::argument(index, error.to_string()))?;
    match list.into_kind() {
        Kind::List(element, items) => Ok((element, items)),
        _ => Err(FunctionError::argument(index, "a list is required")),
    }
}

/// A set has no order to count by.
fn ordered(arguments: &Arguments<'_>, index: usize) -> std::result::Result<(), FunctionError> {
    match arguments.value(index)?.kind() {
        Kind::List(..) | Kind::Tuple(_) => Ok(()),
        _ => {
            let reason = "a list or tuple is required: convert a set with `tolist`";
            Err(FunctionError::argument(index, reason))
        }
    }
}

/// `items`, as the same kind of collection as `like`.
fn alike(like: &Value, items: Vec<Value>) -> Value {
    match like.kind() {
        Kind::List(element, _) | Kind::Set(element, _) => Value::list(element.clone(), items),
        _ => Value::tuple(items),
    }
}

fn truths(arguments: &Arguments<'_>) -> std::result::Result<Vec<Option<bool>>, FunctionError> {
    arguments
        .items(0)?
        .iter()
        .map(|item| {
            let converted = convert(item.clone(), &Type::Bool);
            converted
                .map(|value| value.as_bool())
                .map_err(|error| FunctionError::argument(0, error.to_string()))
        })
        .collect()
}

pub(super) fn alltrue(arguments: &Arguments<'_>) -> Result {
    Ok(truths(arguments)?.into_iter().all(|truth| truth == Some(true)).into())
}

pub(super) fn anytrue(arguments: &Arguments<'_>) -> Result {
    Ok(truths(arguments)?.into_iter().any(|truth| truth == Some(true)).into())
}

pub(super) fn chunklist(arguments: &Arguments<'_>) -> Result {
    let (element, items) = list(arguments, 0)?;
    let size = match arguments.size(1)? {
        0 => items.len().max(1),
        size => size,
    };
    let chunks = items.chunks(size).map(|chunk| Value::list(element.clone(), chunk.to_vec())).collect();
    Ok(Value::list(Type::List(Box::new(element)), chunks))
}

pub(super) fn coalesce(arguments: &Arguments<'_>) -> Result {
    let types: Vec<Type> = arguments.values.iter().map(Value::ty).collect();
    let ty = unify(&types.iter().collect::<Vec<_>>())
        .ok_or_else(|| FunctionError::new("all arguments must have the same type"))?;
    for value in &arguments.values {
        let value = convert(value.clone(), &ty).map_err(|error| FunctionError::new(error.to_string()))?;
        if value.is_unknown() {
            return Ok(Value::unknown(ty));
        }
        if !value.is_null() && value.as_str() != Some("") {
            return Ok(value);
        }
    }
    Err(FunctionError::new("every argument is null or empty"))
}

pub(super) fn coalescelist(arguments: &Arguments<'_>) -> Result {
    (0..arguments.values.len()).try_for_each(|index| ordered(arguments, index))?;
    let found =
        arguments.values.iter().find(|value| value.as_sequence().is_some_and(|items| !items.is_empty()));
    found.cloned().ok_or_else(|| FunctionError::new("every list is empty"))
}

pub(super) fn compact(arguments: &Arguments<'_>) -> Result {
    let texts = arguments.items(0)?.iter().filter_map(Value::as_str).filter(|text| !text.is_empty());
    Ok(Value::strings(texts))
}

pub(super) fn concat(arguments: &Arguments<'_>) -> Result {
    let mut items = Vec::new();
    if arguments.values.is_empty() {
        return Err(FunctionError::new("takes at least one list"));
    }
    for index in 0..arguments.values.len() {
        ordered(arguments, index)?;
        items.extend_from_slice(arguments.items(index)?);
    }
    let all_lists = arguments.values.iter().all(|value| matches!(value.kind(), Kind::List(..)));
    if all_lists && let Some((element, items)) = unify_values(items.clone()) {
        let element = match arguments.values.first().map(Value::ty) {
            Some(Type::List(own)) if items.is_empty() => *own,
            _ => element,
        };
        return Ok(Value::list(element, items));
    }
    Ok(Value::tuple(items))
}

pub(super) fn contains(arguments: &Arguments<'_>) -> Result {
    let wanted = arguments.value(1)?;
    let found = arguments.items(0)?.iter().any(|item| equal(item, wanted) == Some(true));
    Ok(found.into())
}

pub(super) fn distinct(arguments: &Arguments<'_>) -> Result {
    let (element, items) = list(arguments, 0)?;
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.iter().any(|earlier| equal(earlier, &item) == Some(true)) {
            kept.push(item);
        }
    }
    Ok(Value::list(element, kept))
}

pub(super) fn element(arguments: &Arguments<'_>) -> Result {
    ordered(arguments, 0)?;
    let items = arguments.items(0)?;
    let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
    if length == 0 {
        return Err(FunctionError::argument(0, "an empty list has no elements"));
    }
    let position = arguments.whole(1)?;
    if position < 0 {
        return Err(FunctionError::argument(1, "the index must not be negative"));
    }
    let position = position % length;
    let item = usize::try_from(position).ok().and_then(|position| items.get(position));
    item.cloned().ok_or_else(|| FunctionError::argument(1, "no such element"))
}

pub(super) fn flatten(arguments: &Arguments<'_>) -> Result {
    /// Whether all is known that decides how many elements there are; `marked` gathers the sequences' marks.
    fn spread(value: &Value, out: &mut Vec<Value>, marked: &mut Marks) -> bool {
        match value.as_sequence() {
            Some(items) => {
                *marked |= value.marks();
                items.iter().all(|item| spread(item, out, marked))
            }
            None => {
                out.push(value.clone());
                !value.is_unknown() || value.ty() != Type::Dynamic
            }
        }
    }
    let (mut items, mut marked) = (Vec::new(), Marks::NONE);
    let known = spread(arguments.value(0)?, &mut items, &mut marked);
    let flat = if known { Value::tuple(items) } else { Value::unknown(Type::Dynamic) };
    Ok(flat.marked(marked))
}

pub(super) fn index(arguments: &Arguments<'_>) -> Result {
    ordered(arguments, 0)?;
    let wanted = arguments.value(1)?;
    let position = arguments.items(0)?.iter().position(|item| equal(item, wanted) == Some(true));
    position.map(Value::from).ok_or_else(|| FunctionError::new("no such element"))
}

pub(super) fn length(arguments: &Arguments<'_>) -> Result {
    let value = arguments.value(0)?;
    match value.kind() {
        Kind::String(text) => Ok(text.as_str().graphemes(true).count().into()),
        Kind::Set(_, items) if items.iter().any(|item| !item.is_wholly_known()) => {
            Ok(Value::unknown(Type::Number))
        }
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => Ok(items.len().into()),
        Kind::Map(_, entries) | Kind::Object(entries) => Ok(entries.len().into()),
        _ => Err(FunctionError::argument(0, "a collection or a string is required")),
    }
}

pub(super) fn matchkeys(arguments: &Arguments<'_>) -> Result {
    let (element, values) = list(arguments, 0)?;
    let keys = arguments.items(1)?;
    if values.len() != keys.len() {
        return Err(FunctionError::argument(1, "there must be as many keys as values"));
    }
    let searched: Vec<Value> = keys.iter().chain(arguments.items(2)?).cloned().collect();
    let (_, searched) =
        unify_values(searched).ok_or_else(|| FunctionError::argument(2, "keys of one type are required"))?;
    let (keys, wanted) = searched.split_at_checked(keys.len()).unwrap_or_default();
    let kept =
        values.iter().zip(keys).filter(|(_, key)| wanted.iter().any(|want| equal(want, key) == Some(true)));
    let kept = kept.map(|(value, _)| value.clone()).collect();
    Ok(Value::list(element, kept))
}

pub(super) fn one(arguments: &Arguments<'_>) -> Result {
    match arguments.items(0)? {
        [] => Ok(Value::null()),
        [only] => Ok(only.clone()),
        _ => Err(FunctionError::argument(0, "no more than one element is expected")),
    }
}

pub(super) fn range(arguments: &Arguments<'_>) -> Result {
    let zero = Number::from(0i64);
    let one = Number::from(1i64);
    let numbers: Vec<&Number> = arguments.values.iter().filter_map(Value::as_number).collect();
    let (start, limit, step) = match numbers.as_slice() {
        [limit] => (&zero, *limit, if limit.is_negative() { one.negated() } else { one }),
        [start, limit] => (*start, *limit, if limit < start { one.negated() } else { one }),
        [start, limit, step] => (*start, *limit, (*step).clone()),
        _ => return Err(FunctionError::new("takes one to three numbers")),
    };
    if step.is_zero() {
        return Err(FunctionError::argument(2, "the step must not be zero"));
    }
    if step.is_negative() && limit > start || !step.is_negative() && limit < start {
        return Err(FunctionError::argument(2, "the step leads away from the end"));
    }
    let mut numbers = Vec::new();
    let mut current = start.clone();
    while if step.is_negative() { current > *limit } else { current < *limit } {
        if numbers.len() >= 1024 {
            return Err(FunctionError::new("more than 1024 values were generated"));
        }
        let next = current.plus(&step).ok_or_else(|| FunctionError::new("number out of range"))?;
        numbers.push(Value::from(std::mem::replace(&mut current, next)));
    }
    Ok(Value::list(Type::Number, numbers))
}

pub(super) fn reverse(arguments: &Arguments<'_>) -> Result {
    let items: Vec<Value> = arguments.items(0)?.iter().rev().cloned().collect();
    Ok(alike(arguments.value(0)?, items))
}

pub(super) fn slice(arguments: &Arguments<'_>) -> Result {
    let items = arguments.items(0)?;
    let (start, end) = (arguments.size(1)?, arguments.size(2)?);
    if matches!(arguments.value(0)?.kind(), Kind::Set(..)) {
        return Err(FunctionError::argument(0, "a set has no order: convert it with `tolist`"));
    }
    let slice = items.get(start..end).ok_or_else(|| {
        FunctionError::argument(2, format!("the end must lie between the start and {}", items.len()))
    })?;
    Ok(alike(arguments.value(0)?, slice.to_vec()))
}

pub(super) fn sort(arguments: &Arguments<'_>) -> Result {
    let mut texts = arguments.strings(0)?;
    texts.sort_unstable();
    Ok(Value::strings(texts))
}
