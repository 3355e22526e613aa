//! Operators and conditionals.

use hcl_edit::expr::{BinaryOp, BinaryOperator, Conditional, Expression, UnaryOp, UnaryOperator};

use crate::diagnostic::Diagnostic;
use crate::eval::{Scope, evaluate, evaluate_as, span};
use crate::value::{Kind, Number, Type, Value, convert, unify};

/// `-x` and `!x`.
pub(super) fn unary(operation: &UnaryOp, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let ty = match operation.operator.value() {
        UnaryOperator::Neg => Type::Number,
        UnaryOperator::Not => Type::Bool,
    };
    let value = operand(&operation.expr, &ty, scope)?;
    let marks = value.marks();
    let result = match value.kind() {
        Kind::Number(number) => Value::from(number.negated()),
        Kind::Bool(truth) => Value::from(!truth),
        _ => Value::unknown(ty),
    };
    Ok(result.marked(marks))
}

/// Arithmetic, comparison and logic.
pub(super) fn binary(operation: &BinaryOp, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    use BinaryOperator as Op;
    match operation.operator.value() {
        Op::Eq | Op::NotEq => equality(operation, scope),
        Op::And | Op::Or => logic(operation, scope),
        _ => arithmetic(operation, scope),
    }
}

/// An operand of an arithmetic or logical operator: of the type, and not null.
fn operand(expression: &Expression, ty: &Type, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let value = evaluate(expression, scope)?;
    let wrong = |label: String| {
        Diagnostic::new("unsuitable value for an operator", scope.place(span(expression)), label)
    };
    let value = convert(value, ty).map_err(|error| wrong(error.to_string()))?;
    if value.is_null() {
        return Err(wrong("the value is null".to_owned()));
    }
    Ok(value)
}

fn equality(operation: &BinaryOp, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let left = evaluate(&operation.lhs_expr, scope)?;
    let right = evaluate(&operation.rhs_expr, scope)?;
    let marks = left.marks_within() | right.marks_within();
    let negate = matches!(operation.operator.value(), BinaryOperator::NotEq);
    let result = match equal(&left, &right) {
        Some(equal) => Value::from(equal != negate),
        None => Value::unknown(Type::Bool),
    };
    Ok(result.marked(marks))
}

/// Whether two values are equal; `None` where that is not yet known.
pub(super) fn equal(left: &Value, right: &Value) -> Option<bool> {
    match (left.kind(), right.kind()) {
        (Kind::Unknown(_), _) | (_, Kind::Unknown(_)) => None,
        (Kind::Null(_), Kind::Null(_)) => Some(true),
        (Kind::Null(_), _) | (_, Kind::Null(_)) => Some(false),
        _ if left.is_wholly_known() && right.is_wholly_known() => {
            Some(left.ty() == right.ty() && left == right || numbers_equal(left, right))
        }
        _ => None,
    }
}

fn numbers_equal(left: &Value, right: &Value) -> bool {
    matches!((left.as_number(), right.as_number()), (Some(left), Some(right)) if left == right)
}

fn logic(operation: &BinaryOp, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let left = operand(&operation.lhs_expr, &Type::Bool, scope)?;
    let right = operand(&operation.rhs_expr, &Type::Bool, scope)?;
    let marks = left.marks() | right.marks();
    let deciding = matches!(operation.operator.value(), BinaryOperator::Or);
    let result = match (left.as_bool(), right.as_bool()) {
        (Some(left), Some(right)) => Value::from(if deciding { left || right } else { left && right }),
        (Some(known), None) | (None, Some(known)) if known == deciding => Value::from(known),
        _ => Value::unknown(Type::Bool),
    };
    Ok(result.marked(marks))
}

fn arithmetic(operation: &BinaryOp, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    use BinaryOperator as Op;
    let left = operand(&operation.lhs_expr, &Type::Number, scope)?;
    let right = operand(&operation.rhs_expr, &Type::Number, scope)?;
    let marks = left.marks() | right.marks();
    let operator = operation.operator.value();
    let compares = matches!(operator, Op::Less | Op::LessEq | Op::Greater | Op::GreaterEq);
    let (Some(left), Some(right)) = (left.as_number(), right.as_number()) else {
        let ty = if compares { Type::Bool } else { Type::Number };
        return Ok(Value::unknown(ty).marked(marks));
    };
    let result = match operator {
        Op::Less => Some(Value::from(left < right)),
        Op::LessEq => Some(Value::from(left <= right)),
        Op::Greater => Some(Value::from(left > right)),
        Op::GreaterEq => Some(Value::from(left >= right)),
        Op::Plus => left.plus(right).map(Value::from),
        Op::Minus => left.minus(right).map(Value::from),
        Op::Mul => left.times(right).map(Value::from),
        Op::Div => left.divided_by(right).map(Value::from),
        _ => left.modulo(right).map(Value::from),
    };
    result.map(|value| value.marked(marks)).ok_or_else(|| no_number(right, operation, scope))
}

fn no_number(right: &Number, operation: &BinaryOp, scope: &Scope<'_>) -> Diagnostic {
    let place = scope.place(span(operation));
    if right.is_zero() {
        return Diagnostic::new("division by zero", place, "zero divided by zero is no number");
    }
    Diagnostic::new("number out of range", place, "the result is too large, or no number")
}

/// `condition ? yes : no`; both sides get one type.
pub(super) fn conditional(conditional: &Conditional, scope: &Scope<'_>) -> Result<Value, Diagnostic> {
    let condition = evaluate_as(&conditional.cond_expr, &Type::Bool, scope)?;
    let marks = condition.marks();
    // A result that is not chosen may be wrong, as `a[0]` is where `a` has no element: it then has no type either.
    let result = |expression, chosen| match evaluate(expression, scope) {
        Err(_) if condition.as_bool() != Some(chosen) => Ok(Value::unknown(Type::Dynamic)),
        result => result,
    };
    let yes = result(&conditional.true_expr, true)?;
    let no = result(&conditional.false_expr, false)?;
    // What is not chosen leaves its mark, too.
    let marks = marks | yes.marks() | no.marks();
    let place = || scope.place(span(conditional));
    let (left, right) = (yes.ty(), no.ty());
    let untyped = |value: &Value| matches!(value.kind(), Kind::Unknown(Type::Dynamic));
    // `null` takes the other result's type.
    let ty = match (&left, &right) {
        _ if untyped(&yes) || untyped(&no) => Some(Type::Dynamic),
        (Type::Dynamic, other) | (other, Type::Dynamic) => Some(other.clone()),
        _ => unify(&[&left, &right]),
    };
    let ty = ty.ok_or_else(|| {
        Diagnostic::new(
            "inconsistent types of a conditional's results",
            place(),
            "both results must have one type",
        )
        .with_hint(format!("the first is {left}, the second is {right}"))
    })?;
    let chosen = match condition.kind() {
        Kind::Bool(true) => yes,
        Kind::Bool(false) => no,
        Kind::Null(_) => {
            let place = scope.place(span(&conditional.cond_expr));
            return Err(Diagnostic::new("null condition", place, "a condition is true or false"));
        }
        _ => return Ok(Value::unknown(ty).marked(marks)),
    };
    let chosen = if ty == Type::Dynamic { Ok(chosen) } else { convert(chosen, &ty) };
    chosen
        .map(|value| value.marked(marks))
        .map_err(|error| Diagnostic::new(error.to_string(), place(), "this result"))
}
