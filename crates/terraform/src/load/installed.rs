//! Modules that `terraform init` has installed: which directory each call's module is in.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::diagnostic::Diagnostic;

/// Where the list of them stands in a root module's directory.
const MANIFEST: &str = ".terraform/modules/modules.json";

#[derive(Deserialize)]
struct Manifest {
    #[serde(rename = "Modules", default)]
    modules: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Dir")]
    directory: String,
}

/// The directories of installed modules by the calls that lead to them: `a.b` for `module.a.module.b`.
#[derive(Debug, Default)]
pub(super) struct Installed(HashMap<String, PathBuf>);

impl Installed {
    /// What is installed for the root module in `root`; nothing where Terraform was never initialized.
    ///
    /// # Errors
    ///
    /// A list that cannot be read.
    pub(super) fn read(root: &Path) -> Result<Installed, Diagnostic> {
        let path = root.join(MANIFEST);
        let text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Installed::default()),
            Err(error) => {
                return Err(Diagnostic::nowhere(format!("`{}` cannot be read: {error}", path.display())));
            }
        };
        let manifest: Manifest = serde_json::from_str(&text).map_err(|error| {
            Diagnostic::nowhere(format!("`{}` cannot be read: {error}", path.display()))
                .with_hint("let `terraform init` write it anew")
        })?;
        let directory = |entry: Entry| (entry.key, root.join(entry.directory));
        Ok(Installed(manifest.modules.into_iter().map(directory).collect()))
    }

    /// The directory of the module that these calls lead to.
    pub(super) fn directory(&self, path: &[String]) -> Option<&Path> {
        self.0.get(&path.join(".")).map(PathBuf::as_path)
    }
}
