//! Attributes, indexes and splats.

use std::ops::Range;

use hcl_edit::expr::{Expression, Traversal, TraversalOperator};

use crate::diagnostic::{Diagnostic, choices, did_you_mean};
use crate::eval::references::Operators;
use crate::eval::{Reference, Scope, evaluate, span};
use crate::value::{Kind, Number, Type, Value, convert, unify_values};

/// The value of a traversal such as `aws_s3_bucket.logs["a"].arn`.
pub(super) fn traversal(traversal: &Traversal, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let operators = traversal.operators_slice();
    match &traversal.expr {
        Expression::Variable(name) => variable(name.value(), span(traversal), &operators, scope),
        other => {
            let value = evaluate(other, scope)?;
            follow(value, &operators, span(traversal), scope)
        }
    }
}

/// The value of a name and what follows it.
pub(super) fn variable(
    name: &str,
    range: Range<usize>,
    operators: &[TraversalOperator],
    scope: &Scope<'_>,
) -> Result<Value, Diagnostic> {
    if let Some(value) = scope.bound(name) {
        return follow(value.clone(), operators, range, scope);
    }
    let place = scope.place(range.clone());
    if scope.is_template_file() {
        let hint = did_you_mean(name, scope.bound_names())
            .unwrap_or_else(|| "a template sees only the variables that are passed to it".to_owned());
        return Err(Diagnostic::new(
            format!("unknown template variable `{name}`"),
            place,
            "not passed to the template",
        )
        .with_hint(hint));
    }
    let (reference, used) = Reference::parse(name, operators).map_err(|expected| {
        Diagnostic::new(format!("invalid reference `{name}`"), place.clone(), expected)
    })?;
    let value = scope.names().value(&reference, &place)?;
    follow(value, operators.get(used..).unwrap_or_default(), range, scope)
}

/// Applies operators one after another; a splat takes those that belong to it.
fn follow(
    value: Value,
    operators: &[TraversalOperator],
    range: Range<usize>,
    scope: &Scope<'_>,
) -> Result<Value, Diagnostic> {
    let Some((operator, rest)) = operators.split_first() else { return Ok(value) };
    let (value, rest) = match operator {
        TraversalOperator::GetAttr(name) => {
            (attribute(&value, name.value(), name_range(operator, &range), scope)?, rest)
        }
        TraversalOperator::LegacyIndex(position) => {
            let key =
                Value::from(Number::parse(&position.value().to_string()).unwrap_or_else(|| 0i64.into()));
            (index(&value, &key, range.clone(), scope)?, rest)
        }
        TraversalOperator::Index(key) => {
            let key_value = evaluate(key, scope)?;
            (index(&value, &key_value, span(key), scope)?, rest)
        }
        TraversalOperator::FullSplat(_) => (splat(value, rest, range.clone(), scope)?, [].as_slice()),
        TraversalOperator::AttrSplat(_) => {
            let taken = rest
                .iter()
                .take_while(|next| {
                    matches!(next, TraversalOperator::GetAttr(_) | TraversalOperator::LegacyIndex(_))
                })
                .count();
            let (own, after) = rest.split_at_checked(taken).unwrap_or((rest, &[]));
            (splat(value, own, range.clone(), scope)?, after)
        }
    };
    let scope = &scope.deeper(range.clone())?;
    follow(value, rest, range, scope)
}

fn name_range(operator: &TraversalOperator, whole: &Range<usize>) -> Range<usize> {
    match operator {
        TraversalOperator::GetAttr(name) => hcl_edit::Span::span(name).unwrap_or_else(|| whole.clone()),
        _ => whole.clone(),
    }
}

fn splat(
    value: Value,
    operators: &[TraversalOperator],
    range: Range<usize>,
    scope: &Scope<'_>,
) -> Result<Value, Diagnostic> {
    let marks = value.marks();
    let is_list = matches!(value.kind(), Kind::List(..) | Kind::Set(..));
    let items = match value.kind() {
        Kind::Unknown(_) => return Ok(Value::unknown(Type::Dynamic).marked(marks)),
        Kind::Null(Type::List(_) | Type::Set(_) | Type::Tuple(_)) => {
            let place = scope.place(range);
            return Err(Diagnostic::new("splat of a null value", place, "the collection is null"));
        }
        Kind::Null(_) => Vec::new(),
        Kind::List(_, items) | Kind::Set(_, items) | Kind::Tuple(items) => items.clone(),
        _ => vec![value],
    };
    let items: Result<Vec<Value>, Diagnostic> =
        items.into_iter().map(|item| follow(item, operators, range.clone(), scope)).collect();
    let items = items?;
    let result = if is_list { unified(items) } else { Value::tuple(items) };
    Ok(result.marked(marks))
}

fn unified(items: Vec<Value>) -> Value {
    match unify_values(items.clone()) {
        Some((element, items)) => Value::list(element, items),
        None => Value::tuple(items),
    }
}

/// An attribute of an object or map.
pub(super) fn attribute(
    value: &Value,
    name: &str,
    range: Range<usize>,
    scope: &Scope<'_>,
) -> Result<Value, Diagnostic> {
    let place = || scope.place(range.clone());
    let marks = value.marks();
    match value.kind() {
        Kind::Object(entries) | Kind::Map(_, entries) => match entries.get(name) {
            Some(found) => Ok(found.clone().marked(marks)),
            None => {
                let what = if matches!(value.kind(), Kind::Map(..)) {
                    "map has no element"
                } else {
                    "object has no attribute"
                };
                let hint = match marks.sensitive {
                    true => "the value is sensitive, so its names are not shown".to_owned(),
                    false => choices(name, entries.keys().map(String::as_str), "it has none"),
                };
                Err(Diagnostic::new(format!("this {what} `{name}`"), place(), "unknown name").with_hint(hint))
            }
        },
        Kind::Unknown(ty) => {
            unknown_attribute(ty, name).map(|ty| Value::unknown(ty).marked(marks)).ok_or_else(|| {
                Diagnostic::new(format!("this value has no attribute `{name}`"), place(), "unknown name")
            })
        }
        Kind::Null(_) => {
            Err(Diagnostic::new(format!("attribute `{name}` of a null value"), place(), "the value is null"))
        }
        Kind::List(..) | Kind::Set(..) | Kind::Tuple(_) => {
            let hint = format!("take one element, as in `[0].{name}`, or all of them, as in `[*].{name}`");
            let message = format!("attribute `{name}` of a {}", value.ty().friendly_name());
            Err(Diagnostic::new(message, place(), "elements have attributes, the collection has none")
                .with_hint(hint))
        }
        _ => {
            let message = format!("attribute `{name}` of a {}", value.ty().friendly_name());
            Err(Diagnostic::new(message, place(), "only objects and maps have attributes"))
        }
    }
}

fn unknown_attribute(ty: &Type, name: &str) -> Option<Type> {
    match ty {
        Type::Dynamic => Some(Type::Dynamic),
        Type::Map(element) => Some((**element).clone()),
        Type::Object(fields) => fields.get(name).map(|field| field.ty.clone()),
        _ => None,
    }
}

/// An element of a list, tuple, map or object.
pub(super) fn index(
    value: &Value,
    key: &Value,
    range: Range<usize>,
    scope: &Scope<'_>,
) -> Result<Value, Diagnostic> {
    let place = || scope.place(range.clone());
    let marks = value.marks() | key.marks();
    if key.is_null() {
        return Err(Diagnostic::new("null value as an index", place(), "the index is null"));
    }
    match value.kind() {
        Kind::Unknown(ty) => Ok(Value::unknown(element_type(ty)).marked(marks)),
        Kind::Null(_) => Err(Diagnostic::new("index into a null value", place(), "the value is null")),
        _ if key.is_unknown() => Ok(Value::unknown(element_type(&value.ty())).marked(marks)),
        Kind::List(_, items) | Kind::Tuple(items) => {
            let wrong = |label: String| Diagnostic::new("invalid index", place(), label);
            let number = convert(key.clone(), &Type::Number)
                .map_err(|_| wrong("a number is required to index a list".to_owned()))?;
            let position = number.as_number().and_then(Number::to_usize);
            position
                .and_then(|position| items.get(position))
                .map(|item| item.clone().marked(marks))
                .ok_or_else(|| wrong(format!("no such element: the collection has {}", items.len())))
        }
        Kind::Map(..) | Kind::Object(_) => {
            let name = convert(key.clone(), &Type::String).map_err(|_| {
                Diagnostic::new("invalid index", place(), "a string is required to index a map")
            })?;
            attribute(value, name.as_str().unwrap_or_default(), range.clone(), scope)
                .map(|value| value.marked(marks))
        }
        Kind::Set(..) => {
            Err(Diagnostic::new("invalid index", place(), "elements of a set have neither index nor key")
                .with_hint("convert it with `tolist(…)`, or take the only element with `one(…)`"))
        }
        _ => Err(Diagnostic::new(
            "invalid index",
            place(),
            format!("a {} has no elements", value.ty().friendly_name()),
        )),
    }
}

fn element_type(ty: &Type) -> Type {
    match ty {
        Type::List(element) | Type::Map(element) => (**element).clone(),
        _ => Type::Dynamic,
    }
}
