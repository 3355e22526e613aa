//! Values of the root module's variables, from wherever they are given.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hcl_edit::expr::Expression;
use hcl_edit::structure::Structure;

use crate::diagnostic::{Diagnostic, Diagnostics, did_you_mean};
use crate::eval::{constant, span};
use crate::load::module::{Module, Variable};
use crate::load::{files, parse_body, syntax_error};
use crate::source::{Place, Source};
use crate::value::{Text, Type, Value, convert, decode_json};

/// A value given for a variable.
#[derive(Clone, Debug, PartialEq)]
pub enum VarValue {
    /// As it is typed after `-var NAME=`: taken as text for a variable of primitive type, read as an expression
    /// for one of another type, `any` among them.
    Text(String),
    /// The same from a file that says itself what is text: it is text for a variable of type `any`, too.
    Word(String),
    /// Already a value, as from a configuration file.
    Value(Value),
}

/// What is given to a root module.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// As `-var` gives them; the last one of a name wins, and all of them over files.
    pub vars: Vec<(String, VarValue)>,
    /// As `-var-file` gives them, relative to the module's directory; later ones win over earlier ones.
    pub var_files: Vec<PathBuf>,
    /// The environment's `TF_VAR_` variables, by their full names; everything else wins over them.
    pub env: BTreeMap<String, String>,
    /// Resource types and addresses that are not provisioned, `*` standing for any text; what refers to them
    /// is unknown.
    pub ignore: Vec<String>,
    /// What `terraform.workspace` is; `default` where nothing is said.
    pub workspace: Option<String>,
    /// Attributes of resources and data sources by the addresses of their blocks or instances: they are neither made nor
    /// read. Those of types that are not known need them.
    pub given: BTreeMap<String, Value>,
    /// The stack's name in `stackproof.toml`, for lines to paste.
    pub stack: Option<String>,
    /// What stands before the addresses of `given` there.
    pub prefix: String,
}

/// A value given for a variable, and the place where, if it is in a file.
struct Given {
    value: VarValue,
    place: Option<Place>,
}

/// The values of all variables of the root module, converted and marked; those that nothing gives have their
/// default.
pub(crate) fn assigned_variables(
    module: &Module,
    directory: &Path,
    inputs: &Inputs,
    notes: &mut Vec<Diagnostic>,
) -> Result<BTreeMap<String, Value>, Diagnostics> {
    let mut wrong = Diagnostics::new();
    let mut given: BTreeMap<String, Given> = BTreeMap::new();
    for (name, text) in &inputs.env {
        if let Some(name) = name.strip_prefix("TF_VAR_")
            && module.variables.contains_key(name)
        {
            given.insert(name.to_owned(), Given { value: VarValue::Text(text.clone()), place: None });
        }
    }
    let named: Vec<&str> = module.variables.keys().map(String::as_str).collect();
    for path in var_files(directory, inputs) {
        let Some(values) = wrong.keep_all(read_file(&path)) else { continue };
        for (name, value, place) in values {
            if named.contains(&name.as_str()) {
                given.insert(name, Given { value: VarValue::Value(value), place: Some(place) });
            } else {
                let message = format!("value for undeclared variable `{name}`");
                let hint = did_you_mean(&name, named.iter().copied());
                notes.push(Diagnostic::new(message, place, "not used").with_hint_if(hint));
            }
        }
    }
    for (name, value) in &inputs.vars {
        if !named.contains(&name.as_str()) {
            let hint = did_you_mean(name, named.iter().copied())
                .unwrap_or_else(|| format!("declare it with a `variable \"{name}\"` block"));
            wrong
                .push(Diagnostic::nowhere(format!("value for undeclared variable `{name}`")).with_hint(hint));
            continue;
        }
        given.insert(name.clone(), Given { value: value.clone(), place: None });
    }
    let mut values = BTreeMap::new();
    for (name, variable) in &module.variables {
        if let Some(value) = wrong.keep(assign(name, variable, given.remove(name))) {
            values.insert(name.clone(), value);
        }
    }
    wrong.into_result(values)
}

/// The files that hold values, in the order of their precedence.
fn var_files(directory: &Path, inputs: &Inputs) -> Vec<PathBuf> {
    let mut automatic: Vec<PathBuf> = std::fs::read_dir(directory)
        .into_iter()
        .flatten()
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| name.ends_with(".auto.tfvars") || name.ends_with(".auto.tfvars.json"))
        .map(|name| directory.join(name))
        .collect();
    automatic.sort();
    let fixed = ["terraform.tfvars", "terraform.tfvars.json"].map(|name| directory.join(name));
    let standing = fixed.into_iter().filter(|path| path.is_file()).chain(automatic);
    standing.chain(inputs.var_files.iter().map(|path| directory.join(path))).collect()
}

fn read_file(path: &Path) -> Result<Vec<(String, Value, Place)>, Diagnostics> {
    let source = files::read(path)?;
    if path.extension().is_some_and(|extension| extension == "json") {
        return Ok(read_json(&source)?);
    }
    let body = parse_body(&source)?;
    let mut wrong = Diagnostics::new();
    let mut values = Vec::new();
    for structure in &body {
        match structure {
            Structure::Attribute(attribute) => {
                let place = Place { source: Arc::clone(&source), range: span(&attribute.key) };
                let value = wrong.keep(constant(&attribute.value, &source));
                values.extend(value.map(|value| (attribute.key.to_string(), value, place)));
            }
            Structure::Block(block) => {
                let place = Place { source: Arc::clone(&source), range: span(&block.ident) };
                wrong.push(Diagnostic::new(
                    "block in a file of variables",
                    place,
                    "only `name = value` is expected",
                ));
            }
        }
    }
    wrong.into_result(values)
}

fn read_json(source: &Arc<Source>) -> Result<Vec<(String, Value, Place)>, Diagnostic> {
    let place = |offset: usize| Place { source: Arc::clone(source), range: offset..offset };
    let value = decode_json(&Text::from(source.text().to_owned()))
        .map_err(|error| Diagnostic::new("invalid JSON", place(error.offset), error.to_string()))?;
    let entries = value
        .as_entries()
        .ok_or_else(|| Diagnostic::new("invalid file of variables", place(0), "an object is expected"))?;
    Ok(entries.iter().map(|(name, value)| (name.clone(), value.clone(), place(0))).collect())
}

/// The value of a variable from what was given, or its default.
fn assign(name: &str, variable: &Variable, given: Option<Given>) -> Result<Value, Diagnostic> {
    let Some(Given { value, place }) = given else {
        return default(name, variable);
    };
    let place = place.unwrap_or_else(|| variable.place.clone());
    let value = match value {
        VarValue::Value(value) => value,
        VarValue::Text(text) | VarValue::Word(text)
            if matches!(variable.ty, Type::String | Type::Number | Type::Bool) || !variable.is_typed =>
        {
            Value::from(text)
        }
        VarValue::Word(text) if variable.ty == Type::Dynamic => Value::from(text),
        VarValue::Text(text) | VarValue::Word(text) => from_text(name, text)?,
    };
    fitted(name, variable, value, &place)
}

/// The value that a variable has when nothing is given for it.
pub(crate) fn default(name: &str, variable: &Variable) -> Result<Value, Diagnostic> {
    variable.default.clone().map(|value| value.marked(variable.marks)).ok_or_else(|| {
        Diagnostic::new(format!("no value for variable `{name}`"), variable.place.clone(), "has no default")
            .with_hint(format!("give one in a var-file, with `vars`, or as `TF_VAR_{name}`"))
    })
}

/// A value given for a variable, converted to its type.
pub(crate) fn fitted(
    name: &str,
    variable: &Variable,
    value: Value,
    place: &Place,
) -> Result<Value, Diagnostic> {
    let converted = convert(value, &variable.ty).map_err(|error| {
        Diagnostic::new(
            format!("value for variable `{name}` does not fit its type"),
            place.clone(),
            error.to_string(),
        )
        .with_hint(format!("its type is {}", variable.ty))
        .with_place(variable.place.clone(), "declared here")
    })?;
    if converted.is_null() && !variable.nullable {
        return match &variable.default {
            Some(default) => Ok(default.clone().marked(variable.marks)),
            None => Err(Diagnostic::new(
                format!("null value for variable `{name}`"),
                place.clone(),
                "must not be null",
            )),
        };
    }
    Ok(converted.marked(variable.marks))
}

fn from_text(name: &str, text: String) -> Result<Value, Diagnostic> {
    let source = Source::new(PathBuf::from(format!("var.{name}")), format!("value of var.{name}"), text);
    let parsed: Expression = source.text().parse().map_err(|error| syntax_error(&source, &error))?;
    constant(&parsed, &source)
}
