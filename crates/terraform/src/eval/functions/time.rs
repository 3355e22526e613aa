//! Dates and times.

use jiff::fmt::temporal::{DateTimeParser, Pieces};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp, Zoned};

use super::{Arguments, FunctionError};
use crate::value::{Type, Value};

type Result = std::result::Result<Value, FunctionError>;

pub(super) fn now(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.names.moment().map_or(Value::unknown(Type::String), |moment| moment.timestamp().into()))
}

/// A timestamp of RFC 3339 with its own offset.
fn timestamp(arguments: &Arguments<'_>, index: usize) -> std::result::Result<Zoned, FunctionError> {
    let text = arguments.string(index)?;
    let wrong = || FunctionError::argument(index, "a timestamp such as 2025-01-31T12:00:00Z is required");
    let instant: Timestamp = DateTimeParser::new().parse_timestamp(text).map_err(|_| wrong())?;
    let pieces = Pieces::parse(text).map_err(|_| wrong())?;
    let offset = pieces.to_numeric_offset().unwrap_or(Offset::UTC);
    // A leap second is none of Go's.
    if !text.contains('T') || text.get(17..19) == Some("60") {
        return Err(wrong());
    }
    Ok(instant.to_zoned(offset.to_time_zone()))
}

/// As Terraform writes timestamps: `Z` for UTC, whole seconds.
fn written(moment: &Zoned) -> String {
    let zone =
        if moment.offset() == Offset::UTC { "Z".to_owned() } else { moment.strftime("%:z").to_string() };
    format!("{}{zone}", moment.strftime("%Y-%m-%dT%H:%M:%S"))
}

pub(super) fn timecmp(arguments: &Arguments<'_>) -> Result {
    let (left, right) = (timestamp(arguments, 0)?.timestamp(), timestamp(arguments, 1)?.timestamp());
    let order: i64 = match left.cmp(&right) {
        std::cmp::Ordering::Less => -1,
        std::cmp::Ordering::Equal => 0,
        std::cmp::Ordering::Greater => 1,
    };
    Ok(order.into())
}

pub(super) fn timeadd(arguments: &Arguments<'_>) -> Result {
    let added = duration(arguments.string(1)?)
        .ok_or_else(|| FunctionError::argument(1, "a duration such as 1h30m is required"))?;
    let moment = timestamp(arguments, 0)?
        .checked_add(added)
        .map_err(|_| FunctionError::new("the result is out of range"))?;
    Ok(written(&moment).into())
}

/// A duration as Go writes it: `-1h30m0.5s`.
fn duration(text: &str) -> Option<SignedDuration> {
    let (negative, mut rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if rest == "0" {
        return Some(SignedDuration::ZERO);
    }
    if rest.is_empty() {
        return None;
    }
    let mut total = SignedDuration::ZERO;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !(c.is_ascii_digit() || c == '.'))?;
        let (amount, after) = rest.split_at_checked(digits)?;
        let end = after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(end)?;
        let seconds = match unit {
            "h" => 3600.0,
            "m" => 60.0,
            "s" => 1.0,
            "ms" => 1e-3,
            "us" | "µs" | "μs" => 1e-6,
            "ns" => 1e-9,
            _ => return None,
        };
        let amount: f64 = amount.parse().ok()?;
        total = total.checked_add(SignedDuration::try_from_secs_f64(amount * seconds).ok()?)?;
        rest = next;
    }
    if negative { total.checked_neg() } else { Some(total) }
}

pub(super) fn formatdate(arguments: &Arguments<'_>) -> Result {
    let moment = timestamp(arguments, 1)?;
    let format = arguments.string(0)?;
    let mut out = String::new();
    let mut rest = format;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            if let Some(after) = rest.strip_prefix("''") {
                out.push('\'');
                rest = after;
                continue;
            }
            let (quoted, after) =
                quoted(rest).ok_or_else(|| FunctionError::argument(0, "a quote does not end"))?;
            out.push_str(&quoted);
            rest = after;
            continue;
        }
        let run = rest.len() - rest.trim_start_matches(first).len();
        let (verb, after) = rest.split_at_checked(run).unwrap_or((rest, ""));
        if first.is_ascii_alphabetic() {
            out.push_str(&formatted(verb, &moment).ok_or_else(|| {
                FunctionError::argument(
                    0,
                    format!("`{verb}` is no part of a date; quote literal letters with '"),
                )
            })?);
        } else {
            out.push_str(verb);
        }
        rest = after;
    }
    Ok(out.into())
}

/// Literal text in single quotes at the beginning of `text`, a doubled quote standing for one.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut out = String::new();
    let mut rest = text.strip_prefix('\'')?;
    loop {
        let (before, after) = rest.split_once('\'')?;
        out.push_str(before);
        match after.strip_prefix('\'') {
            Some(next) => {
                out.push('\'');
                rest = next;
            }
            None => return Some((out, after)),
        }
    }
}

fn formatted(verb: &str, moment: &Zoned) -> Option<String> {
    let pattern = match verb {
        "YYYY" => "%Y",
        "YY" => "%y",
        "MMMM" => "%B",
        "MMM" => "%b",
        "MM" => "%m",
        "M" => return Some(moment.month().to_string()),
        "DD" => "%d",
        "D" => return Some(moment.day().to_string()),
        "EEEE" => "%A",
        "EEE" => "%a",
        "hh" => "%H",
        "h" => return Some(moment.hour().to_string()),
        "HH" => "%I",
        "H" => return Some(((moment.hour() + 11) % 12 + 1).to_string()),
        "AA" => "%p",
        "aa" => return Some(moment.strftime("%p").to_string().to_lowercase()),
        "mm" => "%M",
        "m" => return Some(moment.minute().to_string()),
        "ss" => "%S",
        "s" => return Some(moment.second().to_string()),
        "ZZZZZ" => "%:z",
        "ZZZZ" => "%z",
        "ZZZ" if moment.offset() == Offset::UTC => return Some("UTC".to_owned()),
        "ZZZ" => "%z",
        "Z" if moment.offset() == Offset::UTC => return Some("Z".to_owned()),
        "Z" => "%:z",
        _ => return None,
    };
    Some(moment.strftime(pattern).to_string())
}
