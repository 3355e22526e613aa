//! Scalars between JSON and text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Number, Value, json};

use super::CodecError;
use crate::model::Member;

/// Where a text stands; timestamps differ by it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Header,
    /// In a body, a form, a path or a query.
    Elsewhere,
}

/// The text of a scalar member on the wire.
pub(super) fn to_text(member: &Member, value: &Value, place: Place) -> Result<String, CodecError> {
    let text = match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Number(number) => number.to_string(),
        _ => return Err(wrong(member)),
    };
    if member.kind != "timestamp" {
        return Ok(text);
    }
    let at: Timestamp = text.parse().map_err(|_| wrong(member))?;
    Ok(match (member.format.as_deref(), place) {
        (Some("rfc822"), _) | (None, Place::Header) => http_date(at),
        (Some("unixTimestamp"), _) => at.as_second().to_string(),
        _ => iso(at),
    })
}

/// The value of a scalar member from the wire; none where the text does not parse as its type.
pub(super) fn from_text(member: &Member, text: &str) -> Option<Value> {
    Some(match member.kind.as_str() {
        "boolean" => match text.trim() {
            text if text.eq_ignore_ascii_case("true") => json!(true),
            text if text.eq_ignore_ascii_case("false") => json!(false),
            _ => return None,
        },
        "integer" => json!(text.trim().parse::<i64>().ok()?),
        "number" => Value::Number(Number::from_f64(text.trim().parse().ok()?)?),
        "timestamp" => json!(timestamp(text.trim())?.to_string()),
        "blob" => json!(STANDARD.decode(text.trim()).is_ok().then(|| text.trim())?),
        _ => json!(text),
    })
}

/// ISO 8601, RFC 1123 (HTTP) or epoch seconds.
fn timestamp(text: &str) -> Option<Timestamp> {
    if let Ok(at) = text.parse() {
        return Some(at);
    }
    if let Ok(at) = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text) {
        return Some(at);
    }
    Timestamp::from_second(text.parse().ok()?).ok()
}

/// `Thu, 15 Jan 2026 10:00:00 GMT`
pub(super) fn http_date(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// `2026-01-15T10:00:00.000Z`
fn iso(at: Timestamp) -> String {
    at.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

pub(super) fn wrong(member: &Member) -> CodecError {
    CodecError::Type { member: member.name.clone(), expected: member.kind.clone() }
}
