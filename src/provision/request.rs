//! What to provision.

use std::path::{Path, PathBuf};

use stackproof_terraform::{Number, Value, VarValue};

use crate::config::{Config, ConfigError};

/// One root module, and where the values of its variables come from.
#[derive(Clone, Debug)]
pub struct Request {
    /// The stack's name in `stackproof.toml`, or the folder's.
    pub stack: String,
    /// The root module's folder.
    pub directory: PathBuf,
    /// Words for the features, from the stack's `names`.
    pub names: Vec<(String, String)>,
    /// Where values come from.
    pub inputs: Inputs,
}

/// Values of a root module's variables, and what is left out of it.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// As on the command line; the last of a name wins, and all of them over `values`.
    pub vars: Vec<(String, String)>,
    /// Variable files, relative to the working directory; later ones win.
    pub var_files: Vec<PathBuf>,
    /// As in `stackproof.toml`; they win over files.
    values: Vec<(String, VarValue)>,
    /// Resource types and addresses that are left out; `*` matches any run of characters.
    pub ignore: Vec<String>,
}

impl Request {
    /// The stack of that name, as `stackproof.toml` describes it.
    ///
    /// # Errors
    /// A [`ConfigError`] where there is no such stack, its folder or a variable file is not there, or a variable of the
    /// environment that it asks for is not set.
    pub fn of(config: &Config, name: &str) -> Result<Self, ConfigError> {
        let stack = config.stack(name)?;
        let directory = config.module(stack);
        let value =
            |(variable, value): (&String, &toml::Value)| Ok((variable.clone(), variable_value(name, value)?));
        let inputs = Inputs {
            vars: Vec::new(),
            var_files: stack.var_files.iter().map(|file| directory.join(file)).collect(),
            values: stack.vars.iter().map(value).collect::<Result<_, _>>()?,
            ignore: stack.ignore.clone(),
        };
        folder(&format!("the root module of the stack `{name}`"), &directory)?;
        inputs.check()?;
        let names = stack.names.iter().map(|(word, address)| (word.clone(), address.clone())).collect();
        Ok(Self { stack: name.to_owned(), directory, names, inputs })
    }

    /// The root module in a folder that no stack of `stackproof.toml` has to name.
    ///
    /// # Errors
    /// A [`ConfigError`] where the folder or a variable file is not there.
    pub fn of_directory(
        directory: &Path,
        vars: Vec<(String, String)>,
        var_files: Vec<PathBuf>,
    ) -> Result<Self, ConfigError> {
        let stack =
            directory.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let inputs = Inputs { vars, var_files, ..Inputs::default() };
        folder("the root module", directory)?;
        inputs.check()?;
        Ok(Self { stack, directory: directory.to_owned(), names: Vec::new(), inputs })
    }
}

impl Inputs {
    /// Whether every variable file is there, so that a misspelt name is not taken for a failure of provisioning.
    ///
    /// # Errors
    /// The first that cannot be opened.
    pub fn check(&self) -> Result<(), ConfigError> {
        let missing = |file: &PathBuf| {
            let error = std::fs::File::open(file).err()?;
            let advice = "name a `.tfvars` file; in stackproof.toml, relative to the stack's `path`";
            Some(ConfigError::missing("the variable file", file, &error, advice))
        };
        self.var_files.iter().find_map(missing).map_or(Ok(()), Err)
    }

    /// The same for the evaluator, with the environment's `TF_VAR_` variables.
    pub(super) fn of_module(&self) -> stackproof_terraform::Inputs {
        let typed = self.vars.iter().map(|(name, text)| (name.clone(), VarValue::Text(text.clone())));
        // The evaluator starts relative paths from the module; here they start from the working directory.
        let absolute = |file: &PathBuf| std::path::absolute(file).unwrap_or_else(|_| file.clone());
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .filter(|(name, _)| name.starts_with("TF_VAR_"));
        stackproof_terraform::Inputs {
            vars: self.values.iter().cloned().chain(typed).collect(),
            var_files: self.var_files.iter().map(absolute).collect(),
            env: environment.collect(),
            ignore: self.ignore.clone(),
        }
    }
}

fn folder(what: &str, path: &Path) -> Result<(), ConfigError> {
    let advice = "name a folder that holds `.tf` files";
    std::fs::read_dir(path).map_err(|error| ConfigError::missing(what, path, &error, advice))?;
    Ok(())
}

/// A value of the configuration; text is what `-var` would take, `${env:NAME}` in it filled in.
fn variable_value(stack: &str, value: &toml::Value) -> Result<VarValue, ConfigError> {
    match value {
        toml::Value::String(text) => Ok(VarValue::Text(with_environment(stack, text)?)),
        other => Ok(VarValue::Value(literal(stack, other)?)),
    }
}

fn literal(stack: &str, value: &toml::Value) -> Result<Value, ConfigError> {
    Ok(match value {
        toml::Value::String(text) => Value::from(with_environment(stack, text)?),
        toml::Value::Integer(number) => Value::from(*number),
        toml::Value::Float(number) => Number::from_f64(*number).map_or_else(Value::null, Value::from),
        toml::Value::Boolean(truth) => Value::from(*truth),
        toml::Value::Datetime(time) => Value::from(time.to_string()),
        toml::Value::Array(items) => {
            Value::tuple(items.iter().map(|item| literal(stack, item)).collect::<Result<Vec<_>, _>>()?)
        }
        toml::Value::Table(entries) => {
            let entry = |(name, value): (&String, &toml::Value)| Ok((name.clone(), literal(stack, value)?));
            Value::object(entries.iter().map(entry).collect::<Result<Vec<_>, ConfigError>>()?)
        }
    })
}

fn with_environment(stack: &str, text: &str) -> Result<String, ConfigError> {
    let mut filled = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${env:") {
        let Some((variable, tail)) = after.split_once('}') else { break };
        let missing = |_| ConfigError::Environment { stack: stack.to_owned(), variable: variable.to_owned() };
        filled.push_str(before);
        filled.push_str(&std::env::var(variable).map_err(missing)?);
        rest = tail;
    }
    filled.push_str(rest);
    Ok(filled)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_environment_fills_texts_at_any_depth() {
        let home = std::env::var("PATH").unwrap();
        let table: toml::Value = toml::from_str("a = [\"x${env:PATH}y\", 1]").unwrap();
        let value = literal("calls", &table).unwrap();
        let items = value.get("a").and_then(Value::as_sequence).unwrap();
        assert_eq!(items.first().and_then(Value::as_str), Some(format!("x{home}y").as_str()));
        let error = with_environment("calls", "${env:STACKPROOF_UNSET_VARIABLE}").unwrap_err();
        assert_eq!(
            error.to_string(),
            "the stack `calls` needs the environment variable `STACKPROOF_UNSET_VARIABLE`"
        );
    }
}
