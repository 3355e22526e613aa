//! Type conversion and marks.

use super::{Arguments, FunctionError};
use crate::value::{Marks, Type, Value, convert};

type Result = std::result::Result<Value, FunctionError>;

fn to(arguments: &Arguments<'_>, ty: &Type) -> Result {
    convert(arguments.value(0)?.clone(), ty).map_err(|error| FunctionError::argument(0, error.to_string()))
}

pub(super) fn tobool(arguments: &Arguments<'_>) -> Result {
    to(arguments, &Type::Bool)
}

pub(super) fn tonumber(arguments: &Arguments<'_>) -> Result {
    to(arguments, &Type::Number)
}

pub(super) fn tostring(arguments: &Arguments<'_>) -> Result {
    to(arguments, &Type::String)
}

pub(super) fn tolist(arguments: &Arguments<'_>) -> Result {
    to(arguments, &Type::List(Box::new(Type::Dynamic)))
}

pub(super) fn toset(arguments: &Arguments<'_>) -> Result {
    to(arguments, &Type::Set(Box::new(Type::Dynamic)))
}

pub(super) fn tomap(arguments: &Arguments<'_>) -> Result {
    to(arguments, &Type::Map(Box::new(Type::Dynamic)))
}

pub(super) fn sensitive(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.value(0)?.clone().marked(Marks::SENSITIVE))
}

pub(super) fn nonsensitive(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.value(0)?.clone().nonsensitive())
}

pub(super) fn ephemeralasnull(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.value(0)?.clone().ephemeral_as_null())
}

pub(super) fn issensitive(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.value(0)?.is_sensitive().into())
}
