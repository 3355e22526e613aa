//! What to provision.

use std::path::{Path, PathBuf};

use stackproof_terraform::{Diagnostic, Diagnostics, Value, VarValue, variables};

use crate::config::ConfigError;

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
    /// Where what exists already is read from; `terraform.tfstate` beside the root module where absent.
    pub state: Option<PathBuf>,
}

/// Values of a root module's variables, and what is left out of it.
#[derive(Clone, Debug, Default)]
pub struct Inputs {
    /// As on the command line; the last of a name wins, and all of them over `values`.
    pub vars: Vec<(String, String)>,
    /// Variable files, relative to the working directory; later ones win.
    pub var_files: Vec<PathBuf>,
    /// As in `stackproof.toml`; they win over files.
    pub(super) values: Vec<(String, VarValue)>,
    /// Resource types and addresses that are left out; `*` matches any run of characters.
    pub ignore: Vec<String>,
    /// What `terraform.workspace` is, where something is said.
    pub(super) workspace: Option<String>,
    /// Attributes of what is neither made nor read, by address.
    pub(super) given: Vec<(String, Value)>,
    /// What stands before those addresses in `stackproof.toml`.
    pub(super) prefix: &'static str,
}

impl Request {
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
        Ok(Self { stack, directory: directory.to_owned(), names: Vec::new(), inputs, state: None })
    }

    /// What the evaluator is given.
    pub(super) fn of_module(&self) -> stackproof_terraform::Inputs {
        stackproof_terraform::Inputs { stack: Some(self.stack.clone()), ..self.inputs.of_module() }
    }

    /// Whether the module declares the variables of the command line, and with types that they fit.
    ///
    /// # Errors
    /// Those that it does not. What is wrong without them as well is told when the module is applied.
    pub fn check_given(&self) -> Result<(), Diagnostics> {
        if self.inputs.vars.is_empty() {
            return Ok(());
        }
        let wrong =
            |inputs: &Inputs| variables(&self.directory, &inputs.of_module()).err().unwrap_or_default();
        let without = wrong(&Inputs { vars: Vec::new(), ..self.inputs.clone() });
        let is_told = |it: &Diagnostic| without.iter().any(|other| other.message() == it.message());
        let mut own = Diagnostics::new();
        own.extend(wrong(&self.inputs).into_iter().filter(|it| !is_told(it)));
        own.into_result(())
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

    /// What `terraform.workspace` is, where the configuration or the environment says it.
    pub(super) fn workspace_name(&self) -> Option<String> {
        let of_environment = || std::env::var("TF_WORKSPACE").ok().filter(|name| !name.is_empty());
        self.workspace.clone().or_else(of_environment)
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
            given: self.given.iter().cloned().collect(),
            stack: None,
            prefix: self.prefix.to_owned(),
            workspace: self.workspace_name(),
        }
    }
}

/// Whether the folder can be read.
///
/// # Errors
/// A [`ConfigError`] that says what it would be.
pub(super) fn folder(what: &str, path: &Path) -> Result<(), ConfigError> {
    let advice = "name a folder that holds `.tf` files";
    std::fs::read_dir(path).map_err(|error| ConfigError::missing(what, path, &error, advice))?;
    Ok(())
}
