//! Items to bytes, every length told.

use serde_json::Value;

use super::Item;

/// The bytes of an item.
pub(super) fn item(item: &Item) -> Vec<u8> {
    let mut out = Vec::new();
    append(&mut out, item);
    out
}

fn append(out: &mut Vec<u8>, item: &Item) {
    match item {
        Item::Plain(value) => plain(out, value),
        Item::Bytes(bytes) => string(out, 2, bytes),
        Item::Time(ms) => {
            head(out, 6, 1);
            integer(out, *ms);
        }
        Item::List(items) => {
            head(out, 4, items.len() as u64);
            for item in items {
                append(out, item);
            }
        }
        Item::Map(entries) => {
            head(out, 5, entries.len() as u64);
            for (name, item) in entries {
                string(out, 3, name.as_bytes());
                append(out, item);
            }
        }
    }
}

fn plain(out: &mut Vec<u8>, value: &Value) {
    match value {
        Value::Bool(flag) => out.push(if *flag { 0xf5 } else { 0xf4 }),
        Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
            (Some(number), ..) => head(out, 0, number),
            (None, Some(number), _) => integer(out, number),
            (None, None, number) => {
                out.push(0xfb);
                out.extend_from_slice(&number.unwrap_or_default().to_be_bytes());
            }
        },
        Value::String(text) => string(out, 3, text.as_bytes()),
        // Lists and maps are items of their own.
        Value::Null | Value::Array(_) | Value::Object(_) => out.push(0xf6),
    }
}

fn integer(out: &mut Vec<u8>, number: i64) {
    match u64::try_from(number) {
        Ok(number) => head(out, 0, number),
        // -1 - n, and two's complement has that as its inverse.
        Err(_) => head(out, 1, !number as u64),
    }
}

fn string(out: &mut Vec<u8>, major: u8, bytes: &[u8]) {
    head(out, major, bytes.len() as u64);
    out.extend_from_slice(bytes);
}

/// The shortest head, as RFC 8949 prefers it.
fn head(out: &mut Vec<u8>, major: u8, argument: u64) {
    let bytes = argument.to_be_bytes();
    let (form, from) = match argument {
        0..24 => (argument as u8, bytes.len()),
        24..0x100 => (24, 7),
        0x100..0x1_0000 => (25, 6),
        0x1_0000..0x1_0000_0000 => (26, 4),
        _ => (27, 0),
    };
    out.push(major << 5 | form);
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
}
