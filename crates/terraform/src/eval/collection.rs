//! `for` expressions.

use std::collections::BTreeMap;

use hcl_edit::expr::{Expression, ForExpr};

use crate::diagnostic::Diagnostic;
use crate::eval::{Scope, evaluate, evaluate_as, span};
use crate::value::{Kind, Marks, Type, Value};

/// Keys and values in the order in which a `for` goes over them.
pub(crate) type Pairs = Vec<(Value, Value)>;

/// Keys and values of what a `for` goes over; `None` where it cannot be gone over.
pub(crate) fn pairs(value: &Value) -> Option<Pairs> {
    let marks = value.marks();
    let marked = |key: Value, item: &Value| (key.marked(marks), item.clone().marked(marks));
    match value.kind() {
        Kind::List(_, items) | Kind::Tuple(items) => {
            Some(items.iter().enumerate().map(|(index, item)| marked(index.into(), item)).collect())
        }
        Kind::Set(_, items) => Some(items.iter().map(|item| marked(item.clone(), item)).collect()),
        Kind::Map(_, entries) | Kind::Object(entries) => {
            Some(entries.iter().map(|(key, item)| marked(key.as_str().into(), item)).collect())
        }
        _ => None,
    }
}

/// Keys and values of a collection expression, `None` while it is unknown; and whether it is sensitive.
pub(super) fn iterate(
    collection: &Expression,
    scope: &Scope<'_>,
) -> Result<(Option<Pairs>, Marks), Diagnostic> {
    let value = evaluate(collection, scope)?;
    if value.is_unknown() {
        return Ok((None, value.marks()));
    }
    match pairs(&value) {
        Some(pairs) => Ok((Some(pairs), value.marks())),
        None => {
            let label = if value.is_null() {
                "the value is null".to_owned()
            } else {
                format!("this is a {}", value.ty().friendly_name())
            };
            Err(Diagnostic::new("cannot iterate over this value", scope.place(span(collection)), label)
                .with_hint("a list, set, map, tuple or object is required"))
        }
    }
}

/// A `for` expression that makes a tuple or an object.
pub(super) fn for_expression(each: &ForExpr, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let (pairs, marks) = iterate(&each.intro.collection_expr, scope)?;
    let Some(pairs) = pairs else {
        return Ok(Value::unknown(Type::Dynamic).marked(marks));
    };
    let mut made = Made { object: each.key_expr.is_some(), grouping: each.grouping, ..Made::default() };
    for (key, value) in pairs {
        let outer;
        let scope = match &each.intro.key_var {
            Some(name) => {
                outer = scope.with(name.value(), key);
                &outer
            }
            None => scope,
        };
        made.add(each, &scope.with(each.intro.value_var.value(), value))?;
    }
    Ok(made.finish().marked(marks))
}

#[derive(Default)]
struct Made {
    object: bool,
    grouping: bool,
    items: Vec<Value>,
    entries: BTreeMap<String, Value>,
    groups: BTreeMap<String, Vec<Value>>,
    unknown: bool,
    marks: Marks,
}

impl Made {
    fn add(&mut self, each: &ForExpr, scope: &Scope<'_>) -> Result<(), Diagnostic> {
        if let Some(condition) = &each.cond {
            let kept = evaluate_as(&condition.expr, &Type::Bool, scope)?;
            self.marks |= kept.marks();
            match kept.kind() {
                Kind::Bool(true) => {}
                Kind::Bool(false) => return Ok(()),
                Kind::Null(_) => {
                    let place = scope.place(span(&condition.expr));
                    return Err(Diagnostic::new("null condition", place, "a condition is true or false"));
                }
                _ => {
                    self.unknown = true;
                    return Ok(());
                }
            }
        }
        let Some(key) = &each.key_expr else {
            self.items.push(evaluate(&each.value_expr, scope)?);
            return Ok(());
        };
        let name = evaluate_as(key, &Type::String, scope)?;
        let value = evaluate(&each.value_expr, scope)?;
        self.marks |= name.marks();
        let place = || scope.place(span(key));
        match name.kind() {
            Kind::String(name) if self.grouping => {
                self.groups.entry(name.as_str().to_owned()).or_default().push(value);
            }
            Kind::String(name) => {
                if self.entries.insert(name.as_str().to_owned(), value).is_some() {
                    let message = format!("two items have the key `{}`", name.as_str());
                    return Err(Diagnostic::new(message, place(), "keys must differ")
                        .with_hint("`...` after the value expression groups values by key"));
                }
            }
            Kind::Null(_) => {
                return Err(Diagnostic::new("null value as a key", place(), "a string is required"));
            }
            _ => self.unknown = true,
        }
        Ok(())
    }

    fn finish(self) -> Value {
        let value = if self.unknown {
            Value::unknown(Type::Dynamic)
        } else if !self.object {
            Value::tuple(self.items)
        } else if self.grouping {
            Value::object(self.groups.into_iter().map(|(key, items)| (key, Value::tuple(items))))
        } else {
            Value::new(Kind::Object(self.entries))
        };
        value.marked(self.marks)
    }
}
