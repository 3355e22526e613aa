//! Encodings.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use super::{Arguments, FunctionError};
use crate::value::{Field, Type, Value, decode_json, encode_json};

type Result = std::result::Result<Value, FunctionError>;

pub(super) fn base64encode(arguments: &Arguments<'_>) -> Result {
    Ok(STANDARD.encode(arguments.string(0)?).into())
}

pub(super) fn base64decode(arguments: &Arguments<'_>) -> Result {
    let bytes = STANDARD
        .decode(arguments.string(0)?)
        .map_err(|error| FunctionError::argument(0, format!("not base64: {error}")))?;
    let text = String::from_utf8(bytes)
        .map_err(|_| FunctionError::argument(0, "what it stands for is not text in UTF-8"))?;
    Ok(text.into())
}

/// A Unicode encoding of text.
enum Encoding {
    Utf8,
    Utf16(fn([u8; 2]) -> u16, fn(u16) -> [u8; 2]),
}

/// The encoding of that name; those that are not of Unicode are not known.
fn encoding(arguments: &Arguments<'_>) -> std::result::Result<Encoding, FunctionError> {
    match arguments.string(1)?.to_ascii_uppercase().as_str() {
        "UTF-8" => Ok(Encoding::Utf8),
        "UTF-16LE" => Ok(Encoding::Utf16(u16::from_le_bytes, u16::to_le_bytes)),
        "UTF-16BE" => Ok(Encoding::Utf16(u16::from_be_bytes, u16::to_be_bytes)),
        _ => Err(FunctionError::argument(1, "`UTF-8`, `UTF-16LE` and `UTF-16BE` are supported")),
    }
}

pub(super) fn textencodebase64(arguments: &Arguments<'_>) -> Result {
    let text = arguments.string(0)?;
    let bytes = match encoding(arguments)? {
        Encoding::Utf8 => text.as_bytes().to_vec(),
        Encoding::Utf16(_, write) => text.encode_utf16().flat_map(write).collect(),
    };
    Ok(STANDARD.encode(bytes).into())
}

pub(super) fn textdecodebase64(arguments: &Arguments<'_>) -> Result {
    let bytes = STANDARD
        .decode(arguments.string(0)?)
        .map_err(|error| FunctionError::argument(0, format!("not base64: {error}")))?;
    let text = match encoding(arguments)? {
        Encoding::Utf8 => String::from_utf8(bytes).ok(),
        Encoding::Utf16(read, _) => {
            let (units, rest) = bytes.as_chunks::<2>();
            let units: Vec<u16> = units.iter().copied().map(read).collect();
            String::from_utf16(&units).ok().filter(|_| rest.is_empty())
        }
    };
    text.map(Value::from)
        .ok_or_else(|| FunctionError::argument(0, "what it stands for is not text in this encoding"))
}

pub(super) fn jsonencode(arguments: &Arguments<'_>) -> Result {
    Ok(Value::from(encode_json(arguments.value(0)?)))
}

pub(super) fn jsondecode(arguments: &Arguments<'_>) -> Result {
    decode_json(arguments.text(0)?).map_err(|error| FunctionError::argument(0, format!("not JSON: {error}")))
}

/// Percent-encodes as a query string does: a space becomes `+`.
pub(super) fn urlencode(arguments: &Arguments<'_>) -> Result {
    let mut out = String::new();
    for byte in arguments.string(0)?.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    Ok(out.into())
}

pub(super) fn csvdecode(arguments: &Arguments<'_>) -> Result {
    let mut records = csv_records(arguments.string(0)?)?.into_iter();
    let Some(header) = records.next() else {
        return Err(FunctionError::argument(0, "a line of column names is required"));
    };
    let names: std::collections::BTreeSet<&String> = header.iter().collect();
    if names.len() < header.len() {
        return Err(FunctionError::argument(0, "two columns have the same name"));
    }
    let mut rows = Vec::new();
    for record in records {
        if record.len() != header.len() {
            return Err(FunctionError::argument(
                0,
                "every line must have as many fields as there are columns",
            ));
        }
        rows.push(Value::object(header.iter().cloned().zip(record.into_iter().map(Value::from))));
    }
    let fields = header.into_iter().map(|name| (name, Field::required(Type::String))).collect();
    Ok(Value::list(Type::Object(fields), rows))
}

fn csv_records(text: &str) -> std::result::Result<Vec<Vec<String>>, FunctionError> {
    let mut records = Vec::new();
    let mut record = Vec::new();
    let mut field = String::new();
    let mut quoted = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if field.is_empty() => quoted = true,
            '"' => {
                let reason =
                    "a quote stands within a field that is not quoted: quote the field, double the quote";
                return Err(FunctionError::argument(0, reason));
            }
            ',' if !quoted => record.push(std::mem::take(&mut field)),
            '\r' if characters.peek() == Some(&'\n') => {}
            '\n' if !quoted => {
                if !(record.is_empty() && field.is_empty()) {
                    record.push(std::mem::take(&mut field));
                    records.push(std::mem::take(&mut record));
                }
            }
            other => field.push(other),
        }
    }
    if quoted {
        return Err(FunctionError::argument(0, "a quoted field does not end"));
    }
    if !(record.is_empty() && field.is_empty()) {
        record.push(field);
        records.push(record);
    }
    Ok(records)
}
