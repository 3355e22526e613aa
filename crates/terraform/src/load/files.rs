//! The files of a module.

use std::path::Path;
use std::sync::Arc;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::Source;

/// All `.tf` files of a directory in the order of their names, as Terraform reads them.
pub(super) fn read_module(directory: &Path) -> Result<Vec<Arc<Source>>, Diagnostics> {
    let entries = std::fs::read_dir(directory).map_err(|error| {
        let message = format!("module directory `{}` cannot be read: {error}", directory.display());
        Diagnostic::nowhere(message).with_hint("name a directory that holds `.tf` files")
    })?;
    let mut names: Vec<String> = entries
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .filter(|name| is_read(name))
        .collect();
    names.sort();
    let mut sources = Vec::new();
    let mut wrong = Diagnostics::new();
    for name in names {
        let path = directory.join(&name);
        if let Some(reason) = refused(&name) {
            let message = format!("`{}` is not read", path.display());
            wrong.push(Diagnostic::nowhere(message).with_hint(reason));
            continue;
        }
        wrong.keep(read(&path)).into_iter().for_each(|source| sources.push(source));
    }
    if sources.is_empty() && wrong.is_empty() {
        let message = format!("no `.tf` files in `{}`", directory.display());
        wrong.push(Diagnostic::nowhere(message).with_hint("name a directory that holds `.tf` files"));
    }
    wrong.into_result(sources)
}

fn is_read(name: &str) -> bool {
    let hidden = name.starts_with('.') || name.starts_with('#') || name.ends_with('~');
    !hidden && (name.ends_with(".tf") || name.ends_with(".tf.json"))
}

/// Why a file that Terraform would read is refused: it would be wrong to leave it out silently.
fn refused(name: &str) -> Option<&'static str> {
    if name.ends_with(".tf.json") {
        return Some("write it in HCL: configuration in JSON is not supported yet");
    }
    let stem = name.strip_suffix(".tf").unwrap_or(name);
    (stem == "override" || stem.ends_with("_override"))
        .then_some("merge it into the file that it overrides: override files are not supported yet")
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
