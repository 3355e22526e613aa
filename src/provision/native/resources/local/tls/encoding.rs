//! DER (ITU-T X.690), PEM (RFC 7468) and the fields of SSH (RFC 4251).

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// An element with a tag.
pub(super) fn tagged(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len().to_be_bytes();
    let significant: Vec<u8> = length.into_iter().skip_while(|byte| *byte == 0).collect();
    let mut out = vec![tag];
    match (significant.as_slice(), u8::try_from(content.len())) {
        (_, Ok(short)) if short < 0x80 => out.push(short),
        (bytes, _) => {
            out.push(0x80 | u8::try_from(bytes.len()).unwrap_or(0));
            out.extend(bytes);
        }
    }
    out.extend(content);
    out
}

pub(super) fn sequence(elements: &[Vec<u8>]) -> Vec<u8> {
    tagged(0x30, &elements.concat())
}

/// A number that is not negative, the most significant byte first.
pub(super) fn integer(bytes: &[u8]) -> Vec<u8> {
    let bytes = positive(bytes);
    tagged(0x02, if bytes.is_empty() { &[0] } else { &bytes })
}

/// The bytes of a number that is read as a signed one: no more than it takes, the first bit zero.
fn positive(bytes: &[u8]) -> Vec<u8> {
    let significant: Vec<u8> = bytes.iter().copied().skip_while(|byte| *byte == 0).collect();
    match significant.first() {
        Some(0x80..) => [&[0], significant.as_slice()].concat(),
        _ => significant,
    }
}

pub(super) fn octets(bytes: &[u8]) -> Vec<u8> {
    tagged(0x04, bytes)
}

pub(super) fn oid(encoded: &[u8]) -> Vec<u8> {
    tagged(0x06, encoded)
}

/// Whole bytes as a string of bits.
pub(super) fn bit_string(bytes: &[u8]) -> Vec<u8> {
    tagged(0x03, &[&[0], bytes].concat())
}

/// Text armour in lines of 64 characters.
pub(super) fn pem(kind: &str, der: &[u8]) -> String {
    let encoded = STANDARD.encode(der);
    let mut out = format!("-----BEGIN {kind}-----\n");
    for (index, character) in encoded.chars().enumerate() {
        if index > 0 && index % 64 == 0 {
            out.push('\n');
        }
        out.push(character);
    }
    out.push_str(&format!("\n-----END {kind}-----\n"));
    out
}

/// A field with its length before it.
pub(super) fn ssh(bytes: &[u8]) -> Vec<u8> {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    [&length.to_be_bytes(), bytes].concat()
}

/// A number as a field.
pub(super) fn ssh_number(bytes: &[u8]) -> Vec<u8> {
    ssh(&positive(bytes))
}
