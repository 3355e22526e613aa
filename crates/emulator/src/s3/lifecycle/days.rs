//! Midnights: when lifecycle rules act.

use jiff::Timestamp;

const SECONDS: i64 = 24 * 60 * 60;

/// The first midnight UTC after an instant; one at midnight has the next day's.
pub(crate) fn midnight_after(at: Timestamp) -> Timestamp {
    from_days(at.as_second().div_euclid(SECONDS).saturating_add(1))
}

/// The first midnight UTC that is not before an instant.
pub(super) fn midnight_from(at: Timestamp) -> Timestamp {
    if is_midnight(at) { at } else { midnight_after(at) }
}

/// When something is that many days old, as S3 counts: rounded up to the next midnight UTC.
pub(super) fn days_after(at: Timestamp, days: i64) -> Timestamp {
    from_days(at.as_second().div_euclid(SECONDS).saturating_add(days).saturating_add(1))
}

/// Whether an instant is a midnight UTC.
pub(super) fn is_midnight(at: Timestamp) -> bool {
    at.as_second().rem_euclid(SECONDS) == 0 && at.subsec_nanosecond() == 0
}

fn from_days(days: i64) -> Timestamp {
    Timestamp::from_second(days.saturating_mul(SECONDS)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_rounded_up_to_the_next_midnight() {
        for (made, days, acts) in [
            ("2026-01-15T10:30:00Z", 1, "2026-01-17T00:00:00Z"),
            ("2026-01-15T10:30:00Z", 0, "2026-01-16T00:00:00Z"),
            ("2026-01-15T00:00:00Z", 1, "2026-01-17T00:00:00Z"),
            ("2026-01-15T00:00:00.001Z", 1, "2026-01-17T00:00:00Z"),
            ("2026-01-15T23:59:59.999Z", 1, "2026-01-17T00:00:00Z"),
            ("2026-02-28T12:00:00Z", 2, "2026-03-03T00:00:00Z"),
            ("2024-02-28T12:00:00Z", 1, "2024-03-01T00:00:00Z"),
            ("1969-12-31T12:00:00Z", 1, "1970-01-02T00:00:00Z"),
        ] {
            assert_eq!(days_after(at(made), days), at(acts), "{made} and {days} days");
        }
    }

    #[test]
    fn a_midnight_s_next_is_a_day_later() {
        assert_eq!(midnight_after(at("2026-01-15T00:00:00Z")), at("2026-01-16T00:00:00Z"));
        assert_eq!(midnight_from(at("2026-01-15T00:00:00Z")), at("2026-01-15T00:00:00Z"));
        assert_eq!(midnight_from(at("2026-01-15T00:00:00.5Z")), at("2026-01-16T00:00:00Z"));
        assert!(!is_midnight(at("2026-01-15T00:00:01Z")));
    }
}
