//! Hashes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::Md5;
use sha1::Sha1;
use sha2::{Digest, Sha256, Sha512};

use super::{Arguments, FunctionError};
use crate::value::Value;

type Result = std::result::Result<Value, FunctionError>;

pub(super) fn hexadecimal<D: Digest>(bytes: &[u8]) -> Value {
    D::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect::<String>().into()
}

pub(super) fn base64<D: Digest>(bytes: &[u8]) -> Value {
    STANDARD.encode(D::digest(bytes)).into()
}

pub(super) fn md5(arguments: &Arguments<'_>) -> Result {
    Ok(hexadecimal::<Md5>(arguments.string(0)?.as_bytes()))
}

pub(super) fn sha1(arguments: &Arguments<'_>) -> Result {
    Ok(hexadecimal::<Sha1>(arguments.string(0)?.as_bytes()))
}

pub(super) fn sha256(arguments: &Arguments<'_>) -> Result {
    Ok(hexadecimal::<Sha256>(arguments.string(0)?.as_bytes()))
}

pub(super) fn sha512(arguments: &Arguments<'_>) -> Result {
    Ok(hexadecimal::<Sha512>(arguments.string(0)?.as_bytes()))
}

pub(super) fn base64sha256(arguments: &Arguments<'_>) -> Result {
    Ok(base64::<Sha256>(arguments.string(0)?.as_bytes()))
}

pub(super) fn base64sha512(arguments: &Arguments<'_>) -> Result {
    Ok(base64::<Sha512>(arguments.string(0)?.as_bytes()))
}
