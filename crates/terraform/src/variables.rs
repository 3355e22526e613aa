//! The variables of a root module, without anything else of it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use crate::diagnostic::Diagnostics;
use crate::load::{self, Inputs};
use crate::value::Value;

/// The values that the variables of the root module in `directory` have: what is given, else defaults.
///
/// # Errors
///
/// What cannot be read of the module, and values that are missing or do not fit.
pub fn variables(directory: &Path, inputs: &Inputs) -> Result<BTreeMap<String, Value>, Diagnostics> {
    let (mut notes, mut wrong) = (Vec::new(), Diagnostics::new());
    let root = load::root(directory, &mut notes, &mut wrong);
    match root {
        Some(root) if wrong.is_empty() => load::assigned_variables(&root, directory, inputs, &mut notes),
        _ => Err(wrong),
    }
}

/// The names of the variables that the root module in `directory` declares.
///
/// # Errors
///
/// What cannot be read of it.
pub fn variable_names(directory: &Path) -> Result<BTreeSet<String>, Diagnostics> {
    let mut wrong = Diagnostics::new();
    match load::root(directory, &mut Vec::new(), &mut wrong) {
        Some(root) if wrong.is_empty() => Ok(root.variables.keys().cloned().collect()),
        _ => Err(wrong),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::VarValue;

    #[test]
    fn variables_have_what_is_given_or_their_defaults() {
        let folder = tempfile::tempdir().unwrap();
        let module =
            "variable \"a\" {}\nvariable \"b\" {\n  default = 1\n}\nresource \"no_such_type\" \"x\" {}\n";
        std::fs::write(folder.path().join("main.tf"), module).unwrap();
        let mut inputs = Inputs::default();
        let wrong = variables(folder.path(), &inputs).unwrap_err();
        assert_eq!(wrong.iter().next().unwrap().message(), "no value for variable `a`");
        inputs.vars.push(("a".to_owned(), VarValue::Text("x".to_owned())));
        let values = variables(folder.path(), &inputs).unwrap();
        assert_eq!(values["a"], Value::from("x"));
        assert_eq!(values["b"], Value::from(1_i64));
        let names: Vec<_> = variable_names(folder.path()).unwrap().into_iter().collect();
        assert_eq!(names, ["a", "b"]);
    }
}
