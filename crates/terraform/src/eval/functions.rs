//! The functions of Terraform's language: one table of names, parameters and implementations.

mod arn;
mod collection;
mod convert_to;
mod crypto;
mod encoding;
mod file;
mod fileset;
mod format;
mod gzip;
mod hash;
mod hcl;
mod map;
mod network;
mod number;
mod pattern;
mod set;
mod table;
mod text;
mod time;
mod uuid;
mod yaml;

use std::collections::BTreeMap;

pub(super) use self::file::read;
use crate::diagnostic::{Diagnostic, counted};
use crate::eval::Names;
use crate::source::Place;
use crate::value::{Kind, Marks, Number, Text, Type, Value, convert};

/// What a parameter takes. Arguments are converted to it before the function runs; null is refused except by
/// `Any`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Takes {
    String,
    Number,
    Strings,
    /// A list, set or tuple, as it is.
    Sequence,
    /// A map or object, as it is.
    Entries,
    /// Anything but null.
    Value,
    /// Anything.
    Any,
    /// Anything that has a type: of a plain `null` nothing is known.
    Typed,
}

/// How a function treats arguments that are not known or are sensitive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Treats {
    /// It needs all there is: anything unknown makes the result unknown, anything sensitive makes it sensitive.
    Whole,
    /// It moves values about: only an argument that is itself unknown or sensitive matters, and what lies within
    /// keeps its marks.
    Structure,
    /// It looks itself at what is unknown; any sensitive argument makes the result sensitive.
    Marks,
    /// It looks itself at what is unknown and sensitive.
    Itself,
}

type Run = fn(&Arguments<'_>) -> Result<Value, FunctionError>;

/// One function.
pub(crate) struct Function {
    name: &'static str,
    parameters: &'static [Takes],
    /// What further arguments are, if there may be any.
    rest: Option<Takes>,
    /// How many of the parameters may be left out.
    optional: usize,
    returns: fn() -> Type,
    treats: Treats,
    run: Run,
}

/// An argument and where it is written.
pub(crate) struct Argument {
    pub(crate) value: Value,
    pub(crate) place: Place,
}

/// Why a function has no value for its arguments.
#[derive(Debug)]
pub(crate) struct FunctionError {
    argument: Option<usize>,
    reason: String,
}

impl FunctionError {
    pub(super) fn new(reason: impl Into<String>) -> FunctionError {
        FunctionError { argument: None, reason: reason.into() }
    }

    pub(super) fn argument(index: usize, reason: impl Into<String>) -> FunctionError {
        FunctionError { argument: Some(index), reason: reason.into() }
    }

    /// The error with its place: the argument's, or the call's.
    pub(super) fn at(self, name: &str, arguments: &[Argument], call: Place) -> Diagnostic {
        match self.argument.and_then(|index| arguments.get(index)) {
            Some(argument) => {
                Diagnostic::new(format!("invalid argument of `{name}`"), argument.place.clone(), self.reason)
            }
            None => Diagnostic::new(format!("`{name}` has no value"), call, self.reason),
        }
    }
}

/// The function of that name.
pub(super) fn find(name: &str) -> Option<&'static Function> {
    let index = table::FUNCTIONS.binary_search_by(|function| function.name.cmp(name)).ok()?;
    table::FUNCTIONS.get(index)
}

/// The names of all functions.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    table::FUNCTIONS.iter().map(|function| function.name)
}

/// The arguments of one call, converted.
struct Arguments<'a> {
    values: Vec<Value>,
    names: &'a dyn Names,
}

/// Calls a function.
pub(super) fn call(
    function: &Function,
    given: &[Argument],
    names: &dyn Names,
) -> Result<Value, FunctionError> {
    let least = function.parameters.len() - function.optional;
    let too_many = function.rest.is_none() && given.len() > function.parameters.len();
    if given.len() < least || too_many {
        let bound = if function.rest.is_some() || function.optional > 0 { "at least " } else { "" };
        return Err(FunctionError::new(format!(
            "takes {bound}{}, not {}",
            counted(least, "argument"),
            given.len()
        )));
    }
    let mut values = Vec::with_capacity(given.len());
    for (index, argument) in given.iter().enumerate() {
        let takes = function.parameters.get(index).copied().or(function.rest).unwrap_or(Takes::Any);
        let converted = fitted(argument.value.clone(), takes);
        values.push(converted.map_err(|reason| FunctionError::argument(index, reason))?);
    }
    let unknown = match function.treats {
        Treats::Whole => !values.iter().all(Value::is_wholly_known),
        Treats::Structure => values.iter().any(Value::is_unknown),
        Treats::Marks | Treats::Itself => false,
    };
    let marks = match function.treats {
        Treats::Whole => values.iter().map(Value::marks_within).collect(),
        Treats::Structure | Treats::Marks => values.iter().map(Value::marks).collect(),
        Treats::Itself => Marks::NONE,
    };
    if unknown {
        // What has no type yet may make the result something else.
        let open = values.iter().any(|value| matches!(value.kind(), Kind::Unknown(Type::Dynamic)));
        let ty =
            if open && function.rest == Some(Takes::Typed) { Type::Dynamic } else { (function.returns)() };
        return Ok(Value::unknown(ty).marked(marks));
    }
    let result = (function.run)(&Arguments { values, names })?;
    Ok(placed(result, given).marked(marks))
}

fn fitted(value: Value, takes: Takes) -> Result<Value, String> {
    match (value.kind(), takes) {
        (Kind::Null(Type::Dynamic), Takes::Typed) => {
            return Ok(Value::unknown(Type::Dynamic).marked(value.marks()));
        }
        (Kind::Null(_), Takes::Any | Takes::Typed) => {}
        (Kind::Null(_), _) => return Err("must not be null".to_owned()),
        _ => {}
    }
    let ty = match takes {
        Takes::String => Type::String,
        Takes::Number => Type::Number,
        Takes::Strings => Type::List(Box::new(Type::String)),
        Takes::Sequence if value.as_sequence().is_some() || value.is_unknown() => Type::Dynamic,
        Takes::Sequence => return Err("a list, set or tuple is required".to_owned()),
        Takes::Entries if value.as_entries().is_some() || value.is_unknown() => Type::Dynamic,
        Takes::Entries => return Err("a map or object is required".to_owned()),
        Takes::Value | Takes::Any | Takes::Typed => Type::Dynamic,
    };
    convert(value, &ty).map_err(|error| error.to_string())
}

/// Text that a function made stands where its longest contribution was written, an object where the argument with
/// most attributes was.
fn placed(result: Value, given: &[Argument]) -> Value {
    match result.kind() {
        Kind::String(text) if text.segments().is_empty() => {
            let values = given
                .iter()
                .flat_map(|argument| std::iter::once(&argument.value).chain(argument.value.children()));
            let longest = values.filter_map(Value::as_text).filter(|text| text.origin().is_some());
            let longest = longest.max_by_key(|text| text.as_str().len()).and_then(Text::shared_origin);
            let marks = result.marks();
            Value::from(Text::computed(text.as_str(), longest)).marked(marks)
        }
        Kind::Object(_) | Kind::Map(..) if result.origin().is_none() => {
            let objects = given.iter().filter_map(|argument| {
                Some((argument.value.as_entries()?.len(), argument.value.shared_origin()?))
            });
            // Of equals the first counts.
            let largest = objects.rev().max_by_key(|(entries, _)| *entries).map(|(_, origin)| origin);
            result.with_origin(largest)
        }
        _ => result,
    }
}

impl Arguments<'_> {
    fn value(&self, index: usize) -> Result<&Value, FunctionError> {
        self.values.get(index).ok_or_else(|| FunctionError::new("too few arguments"))
    }

    fn optional(&self, index: usize) -> Option<&Value> {
        self.values.get(index)
    }

    fn text(&self, index: usize) -> Result<&Text, FunctionError> {
        self.value(index)?.as_text().ok_or_else(|| FunctionError::argument(index, "a string is required"))
    }

    fn string(&self, index: usize) -> Result<&str, FunctionError> {
        self.text(index).map(Text::as_str)
    }

    fn number(&self, index: usize) -> Result<&Number, FunctionError> {
        self.value(index)?.as_number().ok_or_else(|| FunctionError::argument(index, "a number is required"))
    }

    fn whole(&self, index: usize) -> Result<i64, FunctionError> {
        self.number(index)?
            .to_i64()
            .ok_or_else(|| FunctionError::argument(index, "a whole number is required"))
    }

    fn size(&self, index: usize) -> Result<usize, FunctionError> {
        self.number(index)?
            .to_usize()
            .ok_or_else(|| FunctionError::argument(index, "a whole number that is not negative is required"))
    }

    fn items(&self, index: usize) -> Result<&[Value], FunctionError> {
        self.value(index)?.as_sequence().ok_or_else(|| FunctionError::argument(index, "a list is required"))
    }

    fn entries(&self, index: usize) -> Result<&BTreeMap<String, Value>, FunctionError> {
        self.value(index)?.as_entries().ok_or_else(|| FunctionError::argument(index, "a map is required"))
    }

    /// The texts of a list of strings; null among them is refused.
    fn strings(&self, index: usize) -> Result<Vec<&str>, FunctionError> {
        self.items(index)?
            .iter()
            .map(|item| item.as_str().ok_or_else(|| FunctionError::argument(index, "no element may be null")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_names_are_found() {
        assert!(table::FUNCTIONS.is_sorted_by_key(|function| function.name));
    }
}
