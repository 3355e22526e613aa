//! `time_*`: moments that are kept, and waiting that nothing here needs.

use jiff::civil::{Date, DateTime};
use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::Computed;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::ResourceError;

/// `time_static`.
pub struct Static;
/// `time_offset`.
pub struct Shifted;
/// `time_rotating`.
pub struct Rotating;
/// `time_sleep`: what is made is there at once, so that nobody waits.
pub struct Sleep;

impl Computed for Static {
    fn computed(&self, arguments: &Attributes) -> Result<Value, ResourceError> {
        let moment = given(arguments, "/rfc3339")?;
        Ok(merged(json!({ "id": written(moment), "rfc3339": written(moment) }), parts(moment)))
    }
}

impl Computed for Shifted {
    fn computed(&self, arguments: &Attributes) -> Result<Value, ResourceError> {
        let base = given(arguments, "/base_rfc3339")?;
        let moment = shifted(base, arguments, "offset")?.ok_or_else(|| {
            ResourceError::Impossible("one of the `offset_*` arguments must be given".to_owned())
        })?;
        let own = json!({ "id": written(base), "base_rfc3339": written(base), "rfc3339": written(moment) });
        Ok(merged(own, parts(moment)))
    }
}

impl Computed for Rotating {
    fn computed(&self, arguments: &Attributes) -> Result<Value, ResourceError> {
        let base = given(arguments, "/rfc3339")?;
        let rotation = match (shifted(base, arguments, "rotation")?, arguments.text("/rotation_rfc3339")) {
            (Some(rotation), _) => rotation,
            (None, Some(_)) => given(arguments, "/rotation_rfc3339")?,
            (None, None) => {
                let reason = "one of the `rotation_*` arguments must be given";
                return Err(ResourceError::Impossible(reason.to_owned()));
            }
        };
        let own =
            json!({ "id": written(base), "rfc3339": written(base), "rotation_rfc3339": written(rotation) });
        Ok(merged(own, parts(base)))
    }
}

impl Computed for Sleep {
    fn computed(&self, _: &Attributes) -> Result<Value, ResourceError> {
        Ok(json!({ "id": written(now()) }))
    }
}

/// The present, in whole seconds.
fn now() -> DateTime {
    let seconds = Timestamp::now().as_second();
    Offset::UTC.to_datetime(Timestamp::from_second(seconds).unwrap_or(Timestamp::UNIX_EPOCH))
}

/// The moment that an argument gives, else the present.
fn given(arguments: &Attributes, name: &str) -> Result<DateTime, ResourceError> {
    let Some(text) = arguments.text(name) else { return Ok(now()) };
    let moment: Timestamp = text.parse().map_err(|_| ResourceError::Unreadable {
        argument: name.trim_start_matches('/').to_owned(),
        reason: format!("`{text}` is no time such as 2025-01-31T12:00:00Z"),
    })?;
    Ok(Offset::UTC.to_datetime(moment))
}

fn written(moment: DateTime) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn parts(moment: DateTime) -> Value {
    let unix = Offset::UTC.to_timestamp(moment).map_or(0, Timestamp::as_second);
    json!({
        "year": moment.year(),
        "month": moment.month(),
        "day": moment.day(),
        "hour": moment.hour(),
        "minute": moment.minute(),
        "second": moment.second(),
        "unix": unix,
    })
}

fn merged(own: Value, parts: Value) -> Value {
    let attributes = [own, parts].into_iter().filter_map(|value| match value {
        Value::Object(attributes) => Some(attributes),
        _ => None,
    });
    Value::Object(attributes.flatten().collect())
}

/// The moment moved by what `PREFIX_days` and its like say, one after another; `None` where none of them says anything.
fn shifted(base: DateTime, arguments: &Attributes, prefix: &str) -> Result<Option<DateTime>, ResourceError> {
    type Move = fn(DateTime, i64) -> Option<DateTime>;
    let units: [(&str, Move); 6] = [
        ("days", |at, count| at.checked_add(SignedDuration::from_hours(count.checked_mul(24)?)).ok()),
        ("hours", |at, count| at.checked_add(SignedDuration::from_hours(count)).ok()),
        ("minutes", |at, count| at.checked_add(SignedDuration::from_mins(count)).ok()),
        ("months", months_later),
        ("seconds", |at, count| at.checked_add(SignedDuration::from_secs(count)).ok()),
        ("years", |at, count| months_later(at, count.checked_mul(12)?)),
    ];
    let mut moment = base;
    let mut moves = false;
    for (unit, later) in units {
        let Some(count) = arguments.at(&format!("/{prefix}_{unit}")).as_i64() else { continue };
        moves = true;
        moment = later(moment, count).ok_or_else(|| {
            ResourceError::Impossible(format!("`{prefix}_{unit}` leads out of the calendar"))
        })?;
    }
    Ok(moves.then_some(moment))
}

/// Months later; a day that the month does not have runs over into the next one.
fn months_later(at: DateTime, count: i64) -> Option<DateTime> {
    let months = i64::from(at.year()) * 12 + i64::from(at.month()) - 1;
    let months = months.checked_add(count)?;
    let year = i16::try_from(months.div_euclid(12)).ok()?;
    let month = i8::try_from(months.rem_euclid(12) + 1).ok()?;
    let first = Date::new(year, month, 1).ok()?.to_datetime(at.time());
    first.checked_add(SignedDuration::from_hours(24 * (i64::from(at.day()) - 1))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn computed(kind: &dyn Computed, arguments: Value) -> Value {
        kind.computed(&Attributes::from(arguments)).unwrap()
    }

    #[test]
    fn offsets_run_over_as_the_provider_has_it() {
        let shifted =
            computed(&Shifted, json!({ "base_rfc3339": "2024-01-31T10:00:00Z", "offset_months": 1 }));
        assert_eq!(shifted["rfc3339"], "2024-03-02T10:00:00Z");
        assert_eq!((&shifted["day"], &shifted["id"]), (&json!(2), &json!("2024-01-31T10:00:00Z")));
        let back = computed(
            &Shifted,
            json!({ "base_rfc3339": "2024-03-01T00:00:00+01:00", "offset_years": -1, "offset_days": 1 }),
        );
        assert_eq!(back["rfc3339"], "2023-03-01T23:00:00Z");
    }

    #[test]
    fn times_are_taken_apart() {
        let fixed = computed(&Static, json!({ "rfc3339": "2020-02-12T06:36:13Z" }));
        assert_eq!(
            (&fixed["unix"], &fixed["hour"], &fixed["year"]),
            (&json!(1_581_489_373), &json!(6), &json!(2020))
        );
        let rotating = computed(&Rotating, json!({ "rfc3339": "2020-02-12T06:36:13Z", "rotation_days": 30 }));
        assert_eq!(rotating["rotation_rfc3339"], "2020-03-13T06:36:13Z");
        assert!(Rotating.computed(&Attributes::from(json!({}))).is_err());
    }
}
