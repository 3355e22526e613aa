//! Files, relative to the root module's directory.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Sha256, Sha512};

use super::{Arguments, FunctionError, hash};
use crate::source::{Origin, Source};
use crate::value::{Segment, Text, Value};

type Result = std::result::Result<Value, FunctionError>;

/// Largest file that is read into a value.
const MAX_SIZE: u64 = 64 << 20;

fn resolved(directory: &Path, name: &str) -> PathBuf {
    directory.join(name)
}

fn bytes(arguments: &Arguments<'_>) -> std::result::Result<Vec<u8>, FunctionError> {
    read_bytes(arguments.names.directory(), arguments.string(0)?)
        .map_err(|reason| FunctionError::argument(0, reason))
}

fn read_bytes(directory: &Path, name: &str) -> std::result::Result<Vec<u8>, String> {
    let path = resolved(directory, name);
    let unreadable = |error: std::io::Error| format!("`{}` cannot be read: {error}", path.display());
    if std::fs::metadata(&path).map_err(unreadable)?.len() > MAX_SIZE {
        return Err(format!("`{}` is larger than 64 MiB", path.display()));
    }
    std::fs::read(&path).map_err(unreadable)
}

/// A text file as a source of its own.
pub(in crate::eval) fn read(directory: &Path, name: &str) -> std::result::Result<Arc<Source>, String> {
    let text = String::from_utf8(read_bytes(directory, name)?)
        .map_err(|_| format!("`{name}` is not text in UTF-8: use `filebase64`"))?;
    let path = resolved(directory, name);
    let shown = path.display().to_string();
    Ok(Source::new(path, shown, text))
}

pub(super) fn file(arguments: &Arguments<'_>) -> Result {
    let source = read(arguments.names.directory(), arguments.string(0)?)
        .map_err(|reason| FunctionError::argument(0, reason))?;
    let origin = Origin::new(&source, 0..source.text().len(), &Arc::from(""));
    let segment = Segment { offset: 0, origin: Arc::new(origin), verbatim: true };
    Ok(Value::from(Text::new(source.text(), [segment])))
}

pub(super) fn fileexists(arguments: &Arguments<'_>) -> Result {
    let path = resolved(arguments.names.directory(), arguments.string(0)?);
    if path.is_dir() {
        return Err(FunctionError::argument(0, format!("`{}` is a directory, not a file", path.display())));
    }
    Ok(path.is_file().into())
}

pub(super) fn filebase64(arguments: &Arguments<'_>) -> Result {
    Ok(STANDARD.encode(bytes(arguments)?).into())
}

pub(super) fn filebase64sha256(arguments: &Arguments<'_>) -> Result {
    Ok(hash::base64::<Sha256>(&bytes(arguments)?))
}

pub(super) fn filebase64sha512(arguments: &Arguments<'_>) -> Result {
    Ok(hash::base64::<Sha512>(&bytes(arguments)?))
}

pub(super) fn filemd5(arguments: &Arguments<'_>) -> Result {
    Ok(hash::hexadecimal::<Md5>(&bytes(arguments)?))
}

pub(super) fn filesha1(arguments: &Arguments<'_>) -> Result {
    Ok(hash::hexadecimal::<Sha1>(&bytes(arguments)?))
}

pub(super) fn filesha256(arguments: &Arguments<'_>) -> Result {
    Ok(hash::hexadecimal::<Sha256>(&bytes(arguments)?))
}

pub(super) fn filesha512(arguments: &Arguments<'_>) -> Result {
    Ok(hash::hexadecimal::<Sha512>(&bytes(arguments)?))
}

pub(super) fn abspath(arguments: &Arguments<'_>) -> Result {
    let path = std::path::absolute(resolved(arguments.names.directory(), arguments.string(0)?))
        .map_err(|error| FunctionError::argument(0, error.to_string()))?;
    Ok(cleaned(&path.display().to_string()).into())
}

pub(super) fn basename(arguments: &Arguments<'_>) -> Result {
    let trimmed = arguments.string(0)?.trim_end_matches('/');
    let base = trimmed.rsplit('/').next().unwrap_or_default();
    let empty = if arguments.string(0)?.is_empty() { "." } else { "/" };
    Ok(if base.is_empty() { empty } else { base }.into())
}

pub(super) fn dirname(arguments: &Arguments<'_>) -> Result {
    let directory = match arguments.string(0)?.rsplit_once('/') {
        Some((directory, _)) => cleaned(&format!("{directory}/")),
        None => ".".to_owned(),
    };
    Ok(directory.into())
}

/// The shortest path of the same meaning: no empty parts, no `.`, no `..` after a name.
fn cleaned(path: &str) -> String {
    let rooted = path.starts_with('/');
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/').filter(|part| !part.is_empty() && *part != ".") {
        match (part, parts.last()) {
            ("..", Some(last)) if *last != ".." => {
                parts.pop();
            }
            ("..", None) if rooted => {}
            _ => parts.push(part),
        }
    }
    match (rooted, parts.is_empty()) {
        (true, _) => format!("/{}", parts.join("/")),
        (false, true) => ".".to_owned(),
        (false, false) => parts.join("/"),
    }
}

pub(super) fn pathexpand(arguments: &Arguments<'_>) -> Result {
    let path = arguments.string(0)?;
    if path.starts_with('~') && !(path == "~" || path.starts_with("~/")) {
        return Err(FunctionError::argument(0, "the home directory of another user is not known"));
    }
    let home = std::env::home_dir().map(|home| home.display().to_string());
    Ok(match (path.strip_prefix('~'), home) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
            format!("{home}{rest}").into()
        }
        _ => path.into(),
    })
}
