//! Instants as the Date operators take them: the W3C forms of ISO 8601, or seconds since 1970.

use jiff::civil::{Date, Time};
use jiff::tz::Offset;

/// Nanoseconds since 1970; epoch seconds go beyond what a calendar can name.
pub type Instant = i128;

const NANOSECONDS: i128 = 1_000_000_000;

/// Reads an instant. A missing part is its first moment, a missing zone is UTC. Four digits are a year.
pub fn parse_instant(text: &str) -> Option<Instant> {
    if text.len() != 4
        && let Ok(seconds) = text.parse::<i64>()
    {
        return Some(i128::from(seconds) * NANOSECONDS);
    }
    let (date, clock) = match text.split_once('T') {
        Some((date, clock)) => (date, Some(clock)),
        None => (text, None),
    };
    let mut parts = date.split('-');
    let year = number(parts.next()?, 4)?;
    let month = parts.next();
    let day = parts.next();
    if parts.next().is_some() || clock.is_some() && day.is_none() {
        return None;
    }
    let date = Date::new(year, field(month, 1)?, field(day, 1)?).ok()?;
    let (time, offset) = match clock {
        Some(clock) => parse_clock(clock)?,
        None => (Time::midnight(), Offset::UTC),
    };
    Some(offset.to_timestamp(date.to_datetime(time)).ok()?.as_nanosecond())
}

/// `hh:mm`, `hh:mm:ss` or `hh:mm:ss.f`, then `Z`, `±hh:mm` or nothing.
fn parse_clock(clock: &str) -> Option<(Time, Offset)> {
    let (clock, offset) = if let Some(clock) = clock.strip_suffix(['Z', 'z']) {
        (clock, Offset::UTC)
    } else if let Some((clock, zone)) = clock.split_once('+') {
        (clock, parse_offset(zone, 1)?)
    } else if let Some((clock, zone)) = clock.split_once('-') {
        (clock, parse_offset(zone, -1)?)
    } else {
        (clock, Offset::UTC)
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((_, "")) => return None,
        Some((clock, fraction)) => (clock, fraction),
        None => (clock, ""),
    };
    let mut parts = clock.split(':');
    let (hour, minute, second) = (parts.next()?, parts.next()?, parts.next());
    if parts.next().is_some() || second.is_none() && !fraction.is_empty() {
        return None;
    }
    let time =
        Time::new(field(Some(hour), 0)?, field(Some(minute), 0)?, field(second, 0)?, nanoseconds(fraction)?)
            .ok()?;
    Some((time, offset))
}

fn parse_offset(zone: &str, sign: i32) -> Option<Offset> {
    let (hours, minutes) = zone.split_once(':')?;
    let (hours, minutes) = (i32::from(number(hours, 2)?), i32::from(number(minutes, 2)?));
    if minutes > 59 {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

/// A two-digit field, or `first` when it is missing.
fn field(text: Option<&str>, first: i8) -> Option<i8> {
    match text {
        None => Some(first),
        Some(text) => i8::try_from(number(text, 2)?).ok(),
    }
}

/// The digits after the point; more than nine say nothing that a nanosecond can hold.
fn nanoseconds(fraction: &str) -> Option<i32> {
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{fraction:0<9}").get(..9)?.parse().ok()
}

/// Exactly `width` digits.
fn number(text: &str, width: usize) -> Option<i16> {
    (text.len() == width && text.bytes().all(|byte| byte.is_ascii_digit())).then(|| text.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_notation_of_an_instant_is_the_same() {
        for (text, same) in [
            ("2026", "2026-01-01T00:00:00Z"),
            ("2026-01", "2026-01-01"),
            ("2026-01-15", "2026-01-15T00:00Z"),
            ("2026-01-15T10:00Z", "2026-01-15T10:00:00.000Z"),
            ("2026-01-15T10:00:00+01:00", "2026-01-15T09:00:00Z"),
            ("2026-01-15T10:00:00-01:30", "2026-01-15T11:30:00Z"),
            ("2026-01-15T10:00:00Z", "1768471200"),
            ("1969-12-31T23:59:59Z", "-1"),
            ("2026-01-15T10:00:00.5Z", "2026-01-15T10:00:00.5000000000000Z"),
        ] {
            assert_eq!(parse_instant(text), parse_instant(same), "{text}");
            assert!(parse_instant(text).is_some(), "{text}");
        }
        assert!(parse_instant("2026-01-15T10:00:00.1Z") > parse_instant("2026-01-15T10:00:00Z"));
        assert!(parse_instant("9223372036854775807") > parse_instant("9999-12-31"));
    }

    #[test]
    fn other_text_is_no_instant() {
        for text in [
            "",
            "-",
            "2026-13",
            "2026-02-30",
            "2026-1-5",
            "2026-01-15T",
            "2026-01-15T25:00Z",
            "2026-01T10:00Z",
            "15/01/2026",
            "2026-01-15T10:00:00+1",
            "tomorrow",
            "2026-01-15T10:00.5Z",
            "1.2.3",
        ] {
            assert_eq!(parse_instant(text), None, "{text}");
        }
    }
}
