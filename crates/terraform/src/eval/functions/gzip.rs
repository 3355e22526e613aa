//! `base64gzip`, byte for byte as Terraform gives it: what the standard library that Terraform is built with makes of the
//! text at its default level. Any reader of gzip reads it; whoever compares it with what Terraform made finds no change.

mod huffman;
mod matches;
mod writer;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Arguments, FunctionError};
use crate::value::Value;

pub(super) fn base64gzip(arguments: &Arguments<'_>) -> Result<Value, FunctionError> {
    let bytes = arguments.string(0)?.as_bytes();
    // No name, no time, an operating system that is not known (RFC 1952, section 2.3).
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
    out.extend(writer::deflated(bytes));
    out.extend(crc32(bytes).to_le_bytes());
    let length = u32::try_from(bytes.len() & 0xffff_ffff).unwrap_or(u32::MAX);
    out.extend(length.to_le_bytes());
    Ok(STANDARD.encode(out).into())
}

/// The checksum of RFC 1952, section 8.
fn crc32(bytes: &[u8]) -> u32 {
    let step = |crc: u32, byte: &u8| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg()))
    };
    !bytes.iter().fold(u32::MAX, step)
}
