//! YAML, as Terraform's own library reads and writes it.

mod decode;
mod encode;
mod flow;

use super::{Arguments, FunctionError};
use crate::value::Value;

type Result = std::result::Result<Value, FunctionError>;

pub(super) fn yamlencode(arguments: &Arguments<'_>) -> Result {
    Ok(encode::document(arguments.value(0)?).into())
}

pub(super) fn yamldecode(arguments: &Arguments<'_>) -> Result {
    let text = arguments.string(0)?;
    decode::document(text)
        .or_else(|reason| decode::document(&flow::indented(text)).map_err(|_| reason))
        .map_err(|reason| FunctionError::argument(0, format!("not YAML that can be read: {reason}")))
}
