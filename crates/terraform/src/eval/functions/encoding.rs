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
    let bytes = decoded(arguments)?;
    let text = String::from_utf8(bytes)
        .map_err(|_| FunctionError::argument(0, "what it stands for is not text in UTF-8"))?;
    Ok(text.into())
}

/// The bytes that base64 stands for; ends of lines in it do not count.
fn decoded(arguments: &Arguments<'_>) -> std::result::Result<Vec<u8>, FunctionError> {
    STANDARD
        .decode(arguments.string(0)?.replace(['\r', '\n'], ""))
        .map_err(|error| FunctionError::argument(0, format!("not base64: {error}")))
}

/// An encoding of text.
enum Encoding {
    Utf16(fn([u8; 2]) -> u16, fn(u16) -> [u8; 2]),
    /// The first characters of Unicode, a byte each, up to the last one.
    Latin(u8),
    Other(&'static encoding_rs::Encoding),
}

/// The encoding of that name, one of those that IANA has registered.
fn encoding(arguments: &Arguments<'_>) -> std::result::Result<Encoding, FunctionError> {
    let name = arguments.string(1)?.to_ascii_uppercase();
    match name.as_str() {
        "UTF-16LE" => Ok(Encoding::Utf16(u16::from_le_bytes, u16::to_le_bytes)),
        "UTF-16BE" | "UTF-16" => Ok(Encoding::Utf16(u16::from_be_bytes, u16::to_be_bytes)),
        "US-ASCII" | "ASCII" => Ok(Encoding::Latin(0x7f)),
        "ISO-8859-1" | "ISO_8859-1" | "LATIN1" | "L1" => Ok(Encoding::Latin(0xff)),
        "UTF8" => Err(unknown_encoding()),
        _ => encoding_rs::Encoding::for_label(name.as_bytes())
            .map(Encoding::Other)
            .ok_or_else(unknown_encoding),
    }
}

fn unknown_encoding() -> FunctionError {
    let reason = "a registered name is expected, such as `UTF-8`, `UTF-16LE` or `ISO-8859-1`";
    FunctionError::argument(1, reason)
}

pub(super) fn textencodebase64(arguments: &Arguments<'_>) -> Result {
    let text = arguments.string(0)?;
    let bytes = match encoding(arguments)? {
        Encoding::Utf16(_, write) => {
            // Where the name says nothing of the order, a mark at the beginning does.
            let mark = arguments.string(1)?.eq_ignore_ascii_case("UTF-16").then_some(0xfeff);
            Some(mark.into_iter().chain(text.encode_utf16()).flat_map(write).collect())
        }
        Encoding::Latin(last) => {
            let bytes = text.chars().map(|c| u8::try_from(u32::from(c)).ok().filter(|byte| *byte <= last));
            bytes.collect()
        }
        Encoding::Other(encoding) => {
            let (bytes, _, unmappable) = encoding.encode(text);
            (!unmappable).then(|| bytes.into_owned())
        }
    };
    let bytes = bytes
        .ok_or_else(|| FunctionError::argument(0, "it holds characters that this encoding does not have"))?;
    Ok(STANDARD.encode(bytes).into())
}

pub(super) fn textdecodebase64(arguments: &Arguments<'_>) -> Result {
    let bytes = decoded(arguments)?;
    let text = match encoding(arguments)? {
        Encoding::Utf16(read, _) => {
            let (units, rest) = bytes.as_chunks::<2>();
            let units: Vec<u16> = units.iter().copied().map(read).collect();
            String::from_utf16(&units).ok().filter(|_| rest.is_empty())
        }
        Encoding::Latin(last) => {
            bytes.iter().all(|byte| *byte <= last).then(|| bytes.iter().copied().map(char::from).collect())
        }
        Encoding::Other(encoding) => encoding
            .decode_without_bom_handling_and_without_replacement(&bytes)
            .map(std::borrow::Cow::into_owned),
    };
    text.map(Value::from)
        .ok_or_else(|| FunctionError::argument(0, "what it stands for is not text in this encoding"))
}

pub(super) fn jsonencode(arguments: &Arguments<'_>) -> Result {
    let value = arguments.value(0)?;
    if value.is_infinite_within() {
        return Err(FunctionError::argument(0, "JSON has no infinite numbers"));
    }
    Ok(Value::from(encode_json(value)))
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
    let mut closed = false;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                field.push('"');
            }
            '"' if quoted => {
                quoted = false;
                closed = true;
            }
            // Only the end of the field can follow its closing quote.
            ',' | '\r' | '\n' if closed => {
                closed = false;
                if character == '\n' {
                    record.push(std::mem::take(&mut field));
                    records.push(std::mem::take(&mut record));
                } else if character == ',' {
                    record.push(std::mem::take(&mut field));
                }
            }
            _ if closed => {
                return Err(FunctionError::argument(0, "more stands after the end of a quoted field"));
            }
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
    if closed || !(record.is_empty() && field.is_empty()) {
        record.push(field);
        records.push(record);
    }
    Ok(records)
}
