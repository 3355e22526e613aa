//! Evaluates expressions against a scope.

mod access;
mod collection;
pub(crate) mod functions;
mod moment;
mod operator;
mod reference;
mod references;
mod scope;
mod special;
mod template;

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use hcl_edit::Span;
use hcl_edit::expr::{Expression, ObjectKey};

pub(crate) use self::collection::pairs;
pub(crate) use self::moment::Moment;
pub(crate) use self::reference::{PathKind, Reference};
pub(crate) use self::references::{Found, References, of_body, of_expression};
pub(crate) use self::scope::{Names, Scope};
pub(crate) use self::special::{constant, exists as function_exists, unknown as unknown_function};
use crate::diagnostic::Diagnostic;
use crate::source::Origin;
use crate::value::{Kind, Marks, Number, Segment, Text, Type, Value, convert};

/// The value of an expression.
///
/// # Errors
///
/// The first thing in it that has no value, with its place.
pub(crate) fn evaluate(expression: &Expression, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let scope = &scope.deeper(span(expression))?;
    match expression {
        Expression::Null(_) => Ok(Value::null()),
        Expression::Bool(truth) => Ok(Value::from(*truth.value())),
        Expression::Number(_) => number(expression, scope),
        Expression::String(text) => Ok(literal(text.value(), span(expression), scope)),
        Expression::Array(array) => {
            array.iter().map(|item| evaluate(item, scope)).collect::<Result<_, _>>().map(tuple)
        }
        Expression::Object(_) => object(expression, scope),
        Expression::StringTemplate(template) => template::evaluate_string(template, scope),
        Expression::HeredocTemplate(heredoc) => template::evaluate_heredoc(heredoc, scope),
        Expression::Parenthesis(inner) => evaluate(inner.inner(), scope),
        Expression::Variable(name) => access::variable(name.value(), span(expression), &[], scope),
        Expression::Conditional(conditional) => operator::conditional(conditional, scope),
        Expression::FuncCall(call) => special::call(call, span(expression), scope),
        Expression::Traversal(traversal) => access::traversal(traversal, scope),
        Expression::UnaryOp(operation) => operator::unary(operation, scope),
        Expression::BinaryOp(operation) => operator::binary(operation, scope),
        Expression::ForExpr(each) => collection::for_expression(each, scope),
    }
}

/// The value of an expression, converted to a type.
///
/// # Errors
///
/// As [`evaluate`], or that the value does not fit.
pub(crate) fn evaluate_as(
    expression: &Expression,
    ty: &Type,
    scope: &Scope<'_>,
) -> Result<Value, Diagnostic> {
    let value = evaluate(expression, scope)?;
    let structured = *ty == Type::String && (value.as_entries().is_some() || value.as_sequence().is_some());
    convert(value, ty).map_err(|error| {
        let hint = structured.then(|| "`jsonencode(…)` makes text of it".to_owned());
        Diagnostic::new(format!("wrong type of value: {error}"), scope.place(span(expression)), "this value")
            .with_hint_if(hint)
    })
}

/// The bytes of an expression in its file.
pub(crate) fn span(node: &impl Span) -> Range<usize> {
    node.span().unwrap_or(0..0)
}

fn tuple(items: Vec<Value>) -> Value {
    Value::new(Kind::Tuple(items))
}

/// Numbers are read from their source: the parser's own numbers are doubles.
fn number(expression: &Expression, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let range = span(expression);
    let written = scope.source.slice(&range).replace(char::is_whitespace, "");
    Number::parse(&written).map(Value::from).ok_or_else(|| {
        Diagnostic::new("number out of range", scope.place(range), "cannot be held exactly enough")
    })
}

/// Text that stands in quotes in the source.
fn literal(text: &str, range: Range<usize>, scope: &Scope<'_>) -> Value {
    let inner = (range.start + 1).min(range.end)..range.end.saturating_sub(1).max(range.start);
    let verbatim = scope.source.slice(&inner) == text;
    let origin = Arc::new(Origin::new(scope.source, if verbatim { inner } else { range }, scope.within));
    Value::from(Text::new(text, [Segment { offset: 0, origin, verbatim }]))
}

fn object(expression: &Expression, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let Expression::Object(object) = expression else { return Ok(Value::null()) };
    let mut attributes = BTreeMap::new();
    let mut marks = Marks::NONE;
    let mut unknown = false;
    for (key, value) in object {
        let value = evaluate(value.expr(), scope)?;
        let name = object_key(key, scope)?;
        marks |= name.marks();
        match name.as_str() {
            Some(name) => {
                attributes.insert(name.to_owned(), value);
            }
            None => unknown = true,
        }
    }
    if unknown {
        return Ok(Value::unknown(Type::Dynamic).marked(marks));
    }
    let origin = Origin::new(scope.source, span(expression), scope.within);
    Ok(Value::new(Kind::Object(attributes)).with_origin(Some(Arc::new(origin))).marked(marks))
}

fn object_key(key: &ObjectKey, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let expression = match key {
        ObjectKey::Ident(name) => return Ok(Value::from(name.value().as_str())),
        ObjectKey::Expression(Expression::Variable(name)) => return Ok(Value::from(name.value().as_str())),
        ObjectKey::Expression(Expression::Null(_)) => return Ok(Value::from("null")),
        ObjectKey::Expression(expression) => expression,
    };
    let value = evaluate_as(expression, &Type::String, scope)?;
    if value.is_null() {
        let place = scope.place(span(expression));
        return Err(Diagnostic::new("null value as an object's key", place, "a string is required here"));
    }
    Ok(value)
}
