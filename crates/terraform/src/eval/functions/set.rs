//! Set algebra.

use super::{Arguments, FunctionError};
use crate::value::{Kind, Type, Value, unify_values};

type Result = std::result::Result<Value, FunctionError>;

/// The arguments as sets of one element type.
fn sets(arguments: &Arguments<'_>) -> std::result::Result<(Type, Vec<Vec<Value>>), FunctionError> {
    let mut all = Vec::new();
    let mut lengths = Vec::new();
    for index in 0..arguments.values.len() {
        let items = arguments.items(index)?;
        all.extend_from_slice(items);
        lengths.push(items.len());
    }
    let (element, all) =
        unify_values(all).ok_or_else(|| FunctionError::new("all elements must have the same type"))?;
    let mut items = all.into_iter();
    let sets = lengths.into_iter().map(|length| items.by_ref().take(length).collect()).collect();
    Ok((element, sets))
}

pub(super) fn union(arguments: &Arguments<'_>) -> Result {
    let (element, sets) = sets(arguments)?;
    Ok(Value::set(element, sets.into_iter().flatten().collect()))
}

pub(super) fn intersection(arguments: &Arguments<'_>) -> Result {
    let (element, sets) = sets(arguments)?;
    let (first, others) = sets.split_first().ok_or_else(|| FunctionError::new("takes at least one set"))?;
    let kept = first.iter().filter(|item| others.iter().all(|other| other.contains(item))).cloned().collect();
    Ok(Value::set(element, kept))
}

pub(super) fn subtract(arguments: &Arguments<'_>) -> Result {
    let (element, sets) = sets(arguments)?;
    let (first, others) = sets.split_first().ok_or_else(|| FunctionError::new("takes two sets"))?;
    let kept =
        first.iter().filter(|item| !others.iter().any(|other| other.contains(item))).cloned().collect();
    Ok(Value::set(element, kept))
}

pub(super) fn product(arguments: &Arguments<'_>) -> Result {
    const MOST: usize = 100_000;
    if arguments.values.len() < 2 {
        return Err(FunctionError::new("takes at least two sets"));
    }
    let mut rows: Vec<Vec<Value>> = vec![Vec::new()];
    let mut types = Vec::new();
    for index in 0..arguments.values.len() {
        let (element, items) = match arguments.value(index)?.kind() {
            Kind::List(element, items) | Kind::Set(element, items) => (element.clone(), items.clone()),
            _ => unify_values(arguments.items(index)?.to_vec())
                .ok_or_else(|| FunctionError::argument(index, "all elements must have the same type"))?,
        };
        if rows.len().saturating_mul(items.len()) > MOST {
            return Err(FunctionError::new(format!("more than {MOST} combinations")));
        }
        types.push(element);
        rows = rows
            .into_iter()
            .flat_map(|row| {
                items.iter().map(move |item| [row.as_slice(), std::slice::from_ref(item)].concat())
            })
            .collect();
    }
    let rows: Vec<Value> = rows.into_iter().map(Value::tuple).collect();
    let any_set = arguments.values.iter().any(|value| matches!(value.kind(), Kind::Set(..)));
    let element = Type::Tuple(types);
    Ok(if any_set { Value::set(element, rows) } else { Value::list(element, rows) })
}
