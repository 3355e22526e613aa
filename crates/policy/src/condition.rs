//! The Condition element: operators over context keys.
//!
//! IAM documentation, "IAM JSON policy elements: Condition operators" and "Conditions with multiple context keys or
//! values": operators and keys are joined by AND, the values of one key by OR, those of a negated operator by NOR.

mod date;
mod decimal;
mod operand;
mod operator;

pub(crate) use date::parse_instant;
pub use operator::{Comparison, Operator, Order, Quantifier};

use crate::context::{Context, ContextValue, Lookup};
use crate::truth::Finding;
use operand::Operand;
use serde_json::Value;

/// A condition block. An empty one always holds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Condition {
    tests: Vec<Test>,
}

/// One operator applied to one key.
#[derive(Clone, Debug, PartialEq)]
pub struct Test {
    written: String,
    /// `None`: an operator that the engine has no rule for.
    operator: Option<Operator>,
    key: String,
    lower_key: String,
    values: Vec<String>,
    operands: Vec<Operand>,
}

/// Why a condition block cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ConditionError {
    /// The block is no object.
    #[error("`Condition` is not valid")]
    NotAnObject,
    /// The body of an operator is no object.
    #[error("condition `{0}` must hold context keys with their values")]
    Body(String),
    /// A value that no operator can take.
    #[error("condition `{operator}` of `{key}` has a value that is no string, number or boolean")]
    Value {
        /// The operator as written.
        operator: String,
        /// The key as written.
        key: String,
    },
}

impl Condition {
    /// Reads a condition block; `variables` is set by policy version 2012-10-17. Operators are known by their exact
    /// case. An unknown one is kept, and unknown is then what it answers; with an empty body it says nothing, as IAM
    /// has it.
    pub(crate) fn from_value(value: &Value, variables: bool) -> Result<Self, ConditionError> {
        let mut tests = Vec::new();
        for (written, body) in value.as_object().ok_or(ConditionError::NotAnObject)? {
            let operator = Operator::parse(written);
            for (key, values) in body.as_object().ok_or_else(|| ConditionError::Body(written.clone()))? {
                let values = scalars(values)
                    .ok_or_else(|| ConditionError::Value { operator: written.clone(), key: key.clone() })?;
                let operands = match &operator {
                    Some(operator) => values
                        .iter()
                        .map(|value| Operand::new(operator.comparison, value, variables))
                        .collect(),
                    None => Vec::new(),
                };
                tests.push(Test {
                    written: written.clone(),
                    operator,
                    key: key.clone(),
                    lower_key: key.to_lowercase(),
                    values,
                    operands,
                });
            }
        }
        Ok(Self { tests })
    }

    /// The single tests; all of them must hold.
    pub fn tests(&self) -> &[Test] {
        &self.tests
    }

    /// Whether the whole block holds.
    pub fn finding(&self, context: &Context) -> Finding {
        Finding::all(self.tests.iter().map(|test| test.finding(context)))
    }
}

impl Test {
    /// The operator as the policy writes it.
    pub fn operator_text(&self) -> &str {
        &self.written
    }

    /// The operator, or `None` when the engine has no rule for it.
    pub fn operator(&self) -> Option<Operator> {
        self.operator
    }

    /// The condition key as the policy writes it.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The policy's values; numbers and booleans as text.
    pub fn values(&self) -> &[String] {
        &self.values
    }

    /// Whether the test holds for a request.
    pub fn finding(&self, context: &Context) -> Finding {
        let Some(operator) = self.operator else { return Finding::UNKNOWN };
        match context.lookup(&self.lower_key) {
            Lookup::Unknown => Finding::UNKNOWN,
            Lookup::Absent(certainty) => self.compared(operator, None, context).at_most(certainty),
            Lookup::Present(value) => self.compared(operator, Some(value), context),
        }
    }

    fn compared(&self, operator: Operator, held: Option<&ContextValue>, context: &Context) -> Finding {
        if operator.is_null() {
            return self.null(held);
        }
        let Some(held) = held.filter(|value| !value.as_slice().is_empty()) else {
            return missing(operator);
        };
        let values = held.as_slice();
        match operator.quantifier {
            // AWS calls a set of nothing but empty strings a null data set, and ForAllValues true of it.
            Some(Quantifier::ForAllValues) if values.iter().all(String::is_empty) => Finding::TRUE,
            Some(Quantifier::ForAllValues) => Finding::all(self.each(operator, values, context)),
            Some(Quantifier::ForAnyValue) => Finding::any(self.each(operator, values, context)),
            None => match (held, values) {
                (ContextValue::Single(_), [value]) | (ContextValue::Multi(_), [value]) => {
                    self.one(operator, value, context)
                }
                // A plain operator on several values is left open by AWS: "never" and "any of them" are both read.
                _ => {
                    let any = if operator.negated {
                        Finding::all(self.each(operator, values, context))
                    } else {
                        Finding::any(self.each(operator, values, context))
                    };
                    if any.is_false() { any } else { Finding::UNKNOWN }
                }
            },
        }
    }

    fn each<'a>(
        &'a self,
        operator: Operator,
        values: &'a [String],
        context: &'a Context,
    ) -> impl Iterator<Item = Finding> + 'a {
        values.iter().map(move |value| self.one(operator, value, context))
    }

    /// The operator applied to one value of the request.
    fn one(&self, operator: Operator, value: &str, context: &Context) -> Finding {
        if !operand::comparable(operator.comparison, value) {
            return Finding::reading(false);
        }
        let equal = Finding::any(self.operands.iter().map(|operand| operand.finding(value, context)));
        if operator.negated { !equal } else { equal }
    }

    fn null(&self, held: Option<&ContextValue>) -> Finding {
        let absent = match held {
            None => Finding::TRUE,
            Some(value) if value.as_slice().is_empty() => Finding::reading(true),
            // Whether an empty string counts as null is not stated; the simulator says it does not.
            Some(ContextValue::Single(value)) if value.is_empty() => Finding::reading(false),
            Some(_) => Finding::FALSE,
        };
        Finding::any(self.values.iter().map(|wanted| {
            if wanted.eq_ignore_ascii_case("true") {
                absent
            } else if wanted.eq_ignore_ascii_case("false") {
                !absent
            } else {
                Finding::reading(false)
            }
        }))
    }
}

/// What an operator answers when the request lacks the key.
fn missing(operator: Operator) -> Finding {
    match (operator.quantifier, operator.if_exists) {
        (Some(Quantifier::ForAllValues), _) | (None, true) => Finding::TRUE,
        (Some(Quantifier::ForAnyValue), false) => Finding::FALSE,
        // The pages on IfExists and on ForAnyValue contradict each other here.
        (Some(Quantifier::ForAnyValue), true) => Finding::UNKNOWN,
        (None, false) => Finding::of(operator.negated),
    }
}

/// A scalar or a list of scalars, as text.
fn scalars(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::Array(items) => items.iter().map(scalar).collect(),
        one => Some(vec![scalar(one)?]),
    }
}

/// The text of a string, number or boolean.
pub(crate) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

#[cfg(test)]
mod tests;
