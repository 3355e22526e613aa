//! `local_file` and `local_sensitive_file`: files beside the root module, written when the stack is made and removed with
//! it.

use std::io::Write;
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use serde_json::{Value, json};
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::Resource;

/// `local_file` and `local_sensitive_file`.
pub struct File;

#[async_trait]
impl Resource for File {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let content = content(operator, &arguments)?;
        let path = path(operator, &arguments);
        written(&path, &content, &arguments).map_err(|error| {
            unreadable("filename", format!("`{}` cannot be written: {error}", path.display()))
        })?;
        let hashes = hashes(&content);
        Ok(arguments.with(hashes))
    }

    async fn complete(&self, _: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        Ok(made)
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        match std::fs::remove_file(path(operator, attributes)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(unreadable("filename", error.to_string()))
            }
            _ => Ok(()),
        }
    }
}

/// What the data sources of the same names say of a file that is there.
///
/// # Errors
/// A file that cannot be read.
pub fn read(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let path = path(operator, arguments);
    let content = std::fs::read(&path)
        .map_err(|error| unreadable("filename", format!("`{}` cannot be read: {error}", path.display())))?;
    let mut read = hashes(&content);
    if let Some(read) = read.as_object_mut() {
        read.insert("content".to_owned(), String::from_utf8_lossy(&content).into());
        read.insert("content_base64".to_owned(), STANDARD.encode(&content).into());
    }
    Ok(read)
}

fn unreadable(argument: &str, reason: String) -> ResourceError {
    ResourceError::Unreadable { argument: argument.to_owned(), reason }
}

fn path(operator: &Operator, arguments: &Attributes) -> PathBuf {
    operator.directory.join(arguments.text("/filename").unwrap_or_default())
}

/// The content, given in one of four ways; a file without any is empty.
fn content(operator: &Operator, arguments: &Attributes) -> Result<Vec<u8>, ResourceError> {
    if let Some(encoded) = arguments.text("/content_base64") {
        return STANDARD.decode(encoded).map_err(|error| unreadable("content_base64", error.to_string()));
    }
    if let Some(source) = arguments.text("/source") {
        let path = operator.directory.join(source);
        return std::fs::read(&path)
            .map_err(|error| unreadable("source", format!("`{}` cannot be read: {error}", path.display())));
    }
    let text = arguments.text("/content").or_else(|| arguments.text("/sensitive_content"));
    Ok(text.unwrap_or_default().as_bytes().to_vec())
}

/// What follows from the content; the identifier is its SHA-1.
fn hashes(content: &[u8]) -> Value {
    let sha1 = hex::encode(Sha1::digest(content));
    json!({
        "id": sha1,
        "content_base64sha256": STANDARD.encode(Sha256::digest(content)),
        "content_base64sha512": STANDARD.encode(Sha512::digest(content)),
        "content_md5": hex::encode(Md5::digest(content)),
        "content_sha1": sha1,
        "content_sha256": hex::encode(Sha256::digest(content)),
        "content_sha512": hex::encode(Sha512::digest(content)),
    })
}

fn written(path: &Path, content: &[u8], arguments: &Attributes) -> std::io::Result<()> {
    let permission = |name: &str| arguments.text(name).and_then(|mode| u32::from_str_radix(mode, 8).ok());
    let folder = path.parent().unwrap_or(Path::new("."));
    if !folder.exists() {
        std::fs::create_dir_all(folder)?;
        permit(folder, permission("/directory_permission"))?;
    }
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(content)?;
    permit(file.path(), permission("/file_permission"))?;
    file.persist(path).map(drop).map_err(|error| error.error)
}

#[cfg(unix)]
fn permit(path: &Path, mode: Option<u32>) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    mode.map_or(Ok(()), |mode| std::fs::set_permissions(path, PermissionsExt::from_mode(mode)))
}

#[cfg(not(unix))]
fn permit(_: &Path, _: Option<u32>) -> std::io::Result<()> {
    Ok(())
}
