//! The stack's part of `stackproof.toml`.

use std::path::{Path, PathBuf};

use stackproof_terraform::{Diagnostics, Inputs, MissingVariable, Survey, Type, survey};

use crate::provision::provisions;

/// How deep variable files are looked for below the root module.
const DEEPEST: usize = 2;

/// What stands in the file, and what is left for the user to fill in.
#[derive(Debug)]
pub struct Plan {
    /// The text.
    pub text: String,
    /// Variables that nothing gives a value.
    pub missing: Vec<String>,
}

/// Plans the file for the stack of that name, with its root module in `directory`, which the file calls `path`.
///
/// # Errors
/// What cannot be read of the root module.
pub fn plan(name: &str, path: &Path, directory: &Path) -> Result<Plan, Diagnostics> {
    let (file, survey) = with_values(directory)?;
    let mut lines = vec![
        "# What stackproof proves. `stackproof doctor` says what is still missing.".to_owned(),
        String::new(),
        format!("[stacks.{}]", key(name)),
        format!("path = {}  # the root module, used as it is", quoted(&path.display().to_string())),
    ];
    if let Some(file) = file {
        let file = quoted(&file.display().to_string());
        lines
            .push(format!("var-files = [{file}]  # relative to `path`; the first that gives every variable"));
    }
    let unsupported: Vec<String> = survey.types.iter().filter(|kind| !provisions(kind)).cloned().collect();
    if !unsupported.is_empty() {
        lines.push("# Types that are not provisioned here; what rests on them cannot be known.".to_owned());
        lines.push("ignore = [".to_owned());
        lines.extend(unsupported.iter().map(|kind| format!("  {},", quoted(kind))));
        lines.push("]".to_owned());
    }
    lines.push(format!("# features = {}  # this is the default", quoted(&format!("features/{name}"))));
    if !survey.missing.is_empty() {
        lines.push(String::new());
        lines.push("# Nothing gives these variables a value: take away the `#` and fill them in.".to_owned());
        lines.push(format!("# [stacks.{}.vars]", key(name)));
        lines.extend(survey.missing.iter().map(empty));
    }
    let missing = survey.missing.into_iter().map(|variable| variable.name).collect();
    Ok(Plan { text: lines.join("\n") + "\n", missing })
}

/// The module as it is, or with the first of its variable files that gives all that it lacks.
fn with_values(directory: &Path) -> Result<(Option<PathBuf>, Survey), Diagnostics> {
    let bare = survey(directory, &Inputs::default())?;
    if bare.missing.is_empty() {
        return Ok((None, bare));
    }
    let mut files = Vec::new();
    find(directory, directory, DEEPEST, &mut files);
    files.sort();
    for file in files {
        let inputs = Inputs { var_files: vec![file.clone()], ..Inputs::default() };
        if let Ok(survey) = survey(directory, &inputs)
            && survey.missing.is_empty()
        {
            return Ok((Some(file), survey));
        }
    }
    Ok((None, bare))
}

/// Variable files below a folder, as paths from the root module.
fn find(root: &Path, folder: &Path, deeper: usize, found: &mut Vec<PathBuf>) {
    for path in std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path())) {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        if path.is_dir() && deeper > 0 && !name.starts_with('.') {
            find(root, &path, deeper - 1, found);
        } else if name.ends_with(".tfvars") || name.ends_with(".tfvars.json") {
            found.extend(path.strip_prefix(root).map(Path::to_owned));
        }
    }
}

fn empty(variable: &MissingVariable) -> String {
    let value = match variable.ty {
        Type::Number => "0",
        Type::Bool => "false",
        Type::List(_) | Type::Set(_) | Type::Tuple(_) => "[]",
        Type::Map(_) | Type::Object(_) => "{}",
        _ => "\"\"",
    };
    format!("# {} = {value}  # {}", key(&variable.name), variable.ty)
}

/// A bare key where it can be one (TOML 1.0, "Keys").
fn key(name: &str) -> String {
    let bare = |letter: char| letter.is_ascii_alphanumeric() || "_-".contains(letter);
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => quoted(name),
    }
}

fn quoted(text: &str) -> String {
    ::toml::Value::String(text.to_owned()).to_string()
}
