//! Type constraints of variables.

use std::collections::BTreeMap;
use std::sync::Arc;

use hcl_edit::expr::{Expression, FuncCall, ObjectKey};

use crate::diagnostic::{Diagnostic, did_you_mean};
use crate::eval::{constant, span};
use crate::source::{Place, Source};
use crate::value::{Field, Type, convert};

const NAMES: [&str; 10] =
    ["any", "bool", "list", "map", "number", "object", "optional", "set", "string", "tuple"];

/// The type that an expression in a variable's `type` stands for.
pub(super) fn parse(expression: &Expression, source: &Arc<Source>) -> Result<Type, Diagnostic> {
    let wrong = |label: &str, hint: Option<String>| {
        let place = Place { source: Arc::clone(source), range: span(expression) };
        Diagnostic::new("invalid type constraint", place, label).with_hint_if(hint)
    };
    match expression {
        Expression::Variable(name) => match name.value().as_str() {
            "any" => Ok(Type::Dynamic),
            "bool" => Ok(Type::Bool),
            "number" => Ok(Type::Number),
            "string" => Ok(Type::String),
            "list" => Ok(Type::List(Box::new(Type::Dynamic))),
            "map" => Ok(Type::Map(Box::new(Type::Dynamic))),
            "set" => Ok(Type::Set(Box::new(Type::Dynamic))),
            other => Err(wrong("not a type", did_you_mean(other, NAMES))),
        },
        Expression::String(name) => {
            Err(wrong("a type is written without quotes", Some(format!("write `{}`", name.value()))))
        }
        Expression::FuncCall(call) => constructed(call, source).map_err(|label| match label {
            Failure::Here(label) => wrong(&label, did_you_mean(call.name.name.as_str(), NAMES)),
            Failure::Within(diagnostic) => *diagnostic,
        }),
        Expression::Parenthesis(inner) => parse(inner.inner(), source),
        _ => Err(wrong("a type is expected, such as `string` or `list(string)`", None)),
    }
}

enum Failure {
    Here(String),
    Within(Box<Diagnostic>),
}

impl From<Diagnostic> for Failure {
    fn from(diagnostic: Diagnostic) -> Failure {
        Failure::Within(Box::new(diagnostic))
    }
}

fn constructed(call: &FuncCall, source: &Arc<Source>) -> Result<Type, Failure> {
    let mut arguments = call.args.iter();
    let name = call.name.name.as_str();
    let (Some(only), None) = (arguments.next(), arguments.next()) else {
        return Err(Failure::Here(format!("`{name}` takes one argument")));
    };
    match (name, only) {
        ("list", _) => Ok(Type::List(Box::new(parse(only, source)?))),
        ("set", _) => Ok(Type::Set(Box::new(parse(only, source)?))),
        ("map", _) => Ok(Type::Map(Box::new(parse(only, source)?))),
        ("tuple", Expression::Array(items)) => {
            Ok(Type::Tuple(items.iter().map(|item| parse(item, source)).collect::<Result<_, _>>()?))
        }
        ("object", Expression::Object(fields)) => {
            let mut types = BTreeMap::new();
            for (key, value) in fields {
                types.insert(field_name(key)?, field(value.expr(), source)?);
            }
            Ok(Type::Object(types))
        }
        ("tuple", _) => Err(Failure::Here("`tuple` takes a list of types in brackets".to_owned())),
        ("object", _) => Err(Failure::Here("`object` takes attributes and their types in braces".to_owned())),
        ("optional", _) => Err(Failure::Here("`optional` stands only in an object's attributes".to_owned())),
        _ => Err(Failure::Here("not a type".to_owned())),
    }
}

fn field_name(key: &ObjectKey) -> Result<String, Failure> {
    match key {
        ObjectKey::Ident(name) => Ok(name.value().to_string()),
        ObjectKey::Expression(Expression::Variable(name)) => Ok(name.value().to_string()),
        ObjectKey::Expression(Expression::String(name)) => Ok(name.value().clone()),
        ObjectKey::Expression(_) => Err(Failure::Here("an attribute's name is expected".to_owned())),
    }
}

fn field(expression: &Expression, source: &Arc<Source>) -> Result<Field, Failure> {
    let optional = match expression {
        Expression::FuncCall(call) if call.name.name.as_str() == "optional" => call,
        _ => return Ok(Field::required(parse(expression, source)?)),
    };
    let mut arguments = optional.args.iter();
    let ty = match arguments.next() {
        Some(ty) => parse(ty, source)?,
        None => return Err(Failure::Here("`optional` takes a type and perhaps a default".to_owned())),
    };
    let default = match arguments.next() {
        Some(given) => {
            let value = constant(given, source)?;
            let value = convert(value, &ty).map_err(|error| {
                let place = Place { source: Arc::clone(source), range: span(given) };
                Diagnostic::new(
                    "default of an optional attribute does not fit its type",
                    place,
                    error.to_string(),
                )
            })?;
            Some(Box::new(value))
        }
        None => None,
    };
    Ok(Field { ty, optional: true, default })
}
