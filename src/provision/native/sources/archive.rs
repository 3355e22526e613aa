//! `archive_file`: what is deployed, as one file.
//!
//! The archive holds what the provider's does, in the order of the names and under the same time, but is not compressed:
//! its hashes are the same in every run, and not those of the provider.

use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};
use stackproof_terraform::{Links, files_below, path_pattern};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};

/// Contents and modes of files by the names that they have in the archive.
type Files = BTreeMap<String, (Vec<u8>, u32)>;

/// Writes the archive to its `output_path`, and says what it is.
///
/// # Errors
/// [`ResourceError::Unreadable`] where a file cannot be read or the archive not be written.
pub fn file(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    if arguments.text("/type") != Some("zip") {
        return Err(ResourceError::Unsupported("type"));
    }
    let mode = arguments.text("/output_file_mode").and_then(|mode| u32::from_str_radix(mode, 8).ok());
    let archive = archived(files(operator, arguments)?, mode)
        .map_err(|error| unreadable("output_path", format!("the archive cannot be made: {error}")))?;
    let named = arguments.text("/output_path").unwrap_or_default();
    let path = operator.directory.join(named);
    written(&path, &archive).map_err(|error| {
        unreadable("output_path", format!("`{}` cannot be written: {error}", path.display()))
    })?;
    let sha1 = hex::encode(Sha1::digest(&archive));
    Ok(json!({
        "id": sha1,
        "output_base64sha256": STANDARD.encode(Sha256::digest(&archive)),
        "output_base64sha512": STANDARD.encode(Sha512::digest(&archive)),
        "output_md5": hex::encode(Md5::digest(&archive)),
        "output_sha": sha1,
        "output_sha256": hex::encode(Sha256::digest(&archive)),
        "output_sha512": hex::encode(Sha512::digest(&archive)),
        "output_size": archive.len(),
    }))
}

fn unreadable(argument: &str, reason: String) -> ResourceError {
    ResourceError::Unreadable { argument: argument.to_owned(), reason }
}

fn files(operator: &Operator, arguments: &Attributes) -> Result<Files, ResourceError> {
    let mut files = Files::new();
    if let Some(file) = arguments.text("/source_file") {
        let path = operator.directory.join(file);
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        files.insert(name, read("source_file", &path)?);
    } else if let Some(directory) = arguments.text("/source_dir") {
        let root = operator.directory.join(directory);
        let excluded: Vec<&str> = arguments.list("/excludes").iter().filter_map(Value::as_str).collect();
        let links = match arguments.flag("/exclude_symlink_directories") {
            true => Links::PassedOver,
            false => Links::Followed,
        };
        for name in files_below(&root, links) {
            if !excluded.iter().any(|pattern| excludes(pattern, &name)) {
                let file = read("source_dir", &root.join(&name))?;
                files.insert(name, file);
            }
        }
    } else if let Some(name) = arguments.text("/source_content_filename") {
        let content = arguments.text("/source_content").unwrap_or_default();
        files.insert(name.to_owned(), (content.into(), 0o644));
    }
    for source in arguments.list("/source") {
        let text = |name: &str| source.get(name).and_then(Value::as_str).unwrap_or_default();
        files.insert(text("filename").to_owned(), (text("content").into(), 0o644));
    }
    match files.is_empty() {
        true => Err(unreadable("source_dir", "there is nothing to archive".to_owned())),
        false => Ok(files),
    }
}

/// Whether a pattern of `excludes` names the file, or a folder that it is in.
fn excludes(pattern: &str, name: &str) -> bool {
    let of_folder =
        name.strip_prefix(pattern.trim_end_matches('/')).is_some_and(|rest| rest.starts_with('/'));
    name == pattern || of_folder || path_pattern(pattern).is_some_and(|pattern| pattern.is_match(name))
}

fn read(argument: &str, path: &Path) -> Result<(Vec<u8>, u32), ResourceError> {
    let failed =
        |error: std::io::Error| unreadable(argument, format!("`{}` cannot be read: {error}", path.display()));
    let bytes = std::fs::read(path).map_err(failed)?;
    Ok((bytes, mode(&std::fs::metadata(path).map_err(failed)?)))
}

#[cfg(unix)]
fn mode(file: &std::fs::Metadata) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    file.permissions().mode() & 0o777
}

#[cfg(not(unix))]
fn mode(_: &std::fs::Metadata) -> u32 {
    0o644
}

fn archived(files: Files, mode: Option<u32>) -> std::io::Result<Vec<u8>> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, (content, own)) in files {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .unix_permissions(mode.unwrap_or(own));
        archive.start_file(name, options).map_err(std::io::Error::other)?;
        archive.write_all(&content)?;
    }
    Ok(archive.finish().map_err(std::io::Error::other)?.into_inner())
}

/// Whoever reads the file sees an archive that is whole, be it another's of the same content.
fn written(path: &Path, archive: &[u8]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(archive)?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_files_are_the_same_archive_with_their_modes() {
        let files = || {
            Files::from([
                ("a/b".to_owned(), (b"x".to_vec(), 0o755)),
                ("c".to_owned(), (b"y".to_vec(), 0o644)),
            ])
        };
        let archive = archived(files(), None).unwrap();
        assert_eq!(archive, archived(files(), None).unwrap());
        let mut read = zip::ZipArchive::new(Cursor::new(&archive)).unwrap();
        let names: Vec<String> = read.file_names().map(|name| name.unwrap().into_owned()).collect();
        assert_eq!(names, ["a/b", "c"]);
        assert_eq!(read.by_name("a/b").unwrap().unix_mode().map(|mode| mode & 0o777), Some(0o755));
        let all = archived(files(), Some(0o600)).unwrap();
        let mut read = zip::ZipArchive::new(Cursor::new(&all)).unwrap();
        assert_eq!(read.by_name("c").unwrap().unix_mode().map(|mode| mode & 0o777), Some(0o600));
    }

    #[test]
    fn what_is_excluded_is_named_by_itself_its_folder_or_a_pattern() {
        assert!(excludes("a/b.txt", "a/b.txt") && excludes("a", "a/b.txt") && excludes("a/*.txt", "a/b.txt"));
        assert!(excludes("**/*.txt", "a/b/c.txt") && excludes("**", "a/b"));
        assert!(!excludes("*.txt", "a/b.txt") && !excludes("b", "a/b.txt") && !excludes("a/b", "a/b.txt"));
    }
}
