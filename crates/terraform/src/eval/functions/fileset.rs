//! `fileset`.

use super::{Arguments, FunctionError};
use crate::paths::{Links, files_below, path_pattern};
use crate::value::{Type, Value};

/// The files below a directory whose paths fit a pattern.
pub(super) fn fileset(arguments: &Arguments<'_>) -> Result<Value, FunctionError> {
    let directory = arguments.names.directory().join(arguments.string(0)?);
    let pattern = path_pattern(arguments.string(1)?)
        .ok_or_else(|| FunctionError::argument(1, "not a pattern of file names"))?;
    let files = files_below(&directory, Links::PassedOver);
    let fitting = files.iter().filter(|path| pattern.is_match(path));
    Ok(Value::set(Type::String, fitting.map(|path| Value::from(path.as_str())).collect()))
}
