//! The files of a module.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::load::json;
use crate::schema::Schema;
use crate::source::Source;

/// The files of a module.
pub(super) struct Files {
    pub(super) primary: Vec<Arc<Source>>,
    /// Those that override parts of the others.
    pub(super) overrides: Vec<Arc<Source>>,
}

/// All files of configuration in a directory in the order of their names, as Terraform reads them; those in JSON as HCL.
pub(super) fn read_module(directory: &Path, schema: &Schema) -> Result<Files, Diagnostics> {
    let entries = std::fs::read_dir(directory).map_err(|error| {
        let message = format!("module directory `{}` cannot be read: {error}", directory.display());
        Diagnostic::nowhere(message).with_hint("name a directory that holds `.tf` files")
    })?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_read(name))
        .collect();
    names.sort();
    let mut files = Files { primary: Vec::new(), overrides: Vec::new() };
    let mut wrong = Diagnostics::new();
    for name in names {
        let source = read(&directory.join(&name)).and_then(|source| match name.ends_with(".json") {
            true => json::translated(&source, schema),
            false => Ok(source),
        });
        let kind = if is_override(&name) { &mut files.overrides } else { &mut files.primary };
        kind.extend(wrong.keep(source));
    }
    if files.primary.is_empty() && files.overrides.is_empty() && wrong.is_empty() {
        let message = format!("no `.tf` files in `{}`", directory.display());
        wrong.push(Diagnostic::nowhere(message).with_hint("name a directory that holds `.tf` files"));
    }
    wrong.into_result(files)
}

fn is_read(name: &str) -> bool {
    let hidden = name.starts_with('.') || name.starts_with('#') || name.ends_with('~');
    !hidden && (name.ends_with(".tf") || name.ends_with(".tf.json"))
}

fn is_override(name: &str) -> bool {
    let stem = name.strip_suffix(".json").unwrap_or(name);
    let stem = stem.strip_suffix(".tf").unwrap_or(stem);
    stem == "override" || stem.ends_with("_override")
}

/// One file.
pub(crate) fn read(path: &Path) -> Result<Arc<Source>, Diagnostic> {
    let bytes = std::fs::read(path)
        .map_err(|error| Diagnostic::nowhere(format!("`{}` cannot be read: {error}", path.display())))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Diagnostic::nowhere(format!("`{}` is not text in UTF-8", path.display())))?;
    let text = text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text);
    Ok(Source::new(path.to_owned(), path.display().to_string(), text))
}
