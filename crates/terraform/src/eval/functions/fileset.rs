//! `fileset`.

use std::path::Path;

use regex::Regex;

use super::{Arguments, FunctionError};
use crate::value::{Type, Value};

/// Most directories below one another that are looked into.
const MAX_DEPTH: usize = 64;

/// The files below a directory whose paths fit a pattern.
pub(super) fn fileset(arguments: &Arguments<'_>) -> Result<Value, FunctionError> {
    let directory = arguments.names.directory().join(arguments.string(0)?);
    let pattern = compiled(arguments.string(1)?)
        .ok_or_else(|| FunctionError::argument(1, "not a pattern of file names"))?;
    let mut files = Vec::new();
    walk(&directory, "", MAX_DEPTH, &mut |path| {
        if pattern.is_match(path) {
            files.push(Value::from(path));
        }
    });
    Ok(Value::set(Type::String, files))
}

fn walk(directory: &Path, prefix: &str, depth: usize, found: &mut dyn FnMut(&str)) {
    let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
    for entry in entries {
        let Ok(name) = entry.file_name().into_string() else { continue };
        let path = format!("{prefix}{name}");
        // Links to files count as files; links to directories are not followed, so that none leads in circles.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            if depth > 0 {
                walk(&entry.path(), &format!("{path}/"), depth - 1, found);
            }
        } else if entry.path().is_file() {
            found(&path);
        }
    }
}

/// A pattern with `*`, `**`, `?`, `[…]` and `{…,…}` as a regular expression for whole paths.
fn compiled(pattern: &str) -> Option<Regex> {
    let mut out = String::from("^");
    let mut characters = pattern.chars().peekable();
    let mut braces = 0usize;
    while let Some(character) = characters.next() {
        match character {
            '*' if characters.next_if_eq(&'*').is_some() => {
                out.push_str(if characters.next_if_eq(&'/').is_some() { "(?:[^/]+/)*" } else { ".*" });
            }
            '*' => out.push_str("[^/]*"),
            '?' => out.push_str("[^/]"),
            '[' => {
                out.push('[');
                if characters.next_if(|next| matches!(next, '!' | '^')).is_some() {
                    out.push('^');
                }
                for inner in characters.by_ref() {
                    out.push(inner);
                    if inner == ']' {
                        break;
                    }
                }
            }
            '{' => {
                braces += 1;
                out.push_str("(?:");
            }
            '}' if braces > 0 => {
                braces -= 1;
                out.push(')');
            }
            ',' if braces > 0 => out.push('|'),
            '\\' => out.push_str(&regex::escape(&characters.next()?.to_string())),
            other => out.push_str(&regex::escape(&other.to_string())),
        }
    }
    Regex::new(&format!("{out}$")).ok()
}

#[cfg(test)]
mod tests {
    use super::compiled;

    #[test]
    fn patterns_fit_whole_paths() {
        let fits = |pattern: &str, path: &str| compiled(pattern).unwrap().is_match(path);
        assert!(fits("*.tf", "main.tf") && !fits("*.tf", "a/main.tf"));
        assert!(fits("**/*.tf", "main.tf") && fits("**/*.tf", "a/b/main.tf"));
        assert!(fits("{a,b}/?.txt", "b/x.txt") && !fits("{a,b}/?.txt", "c/x.txt"));
        assert!(fits("[!a]*", "b.c") && !fits("[!a]*", "a.c"));
        assert!(compiled("{a").is_none());
    }
}
