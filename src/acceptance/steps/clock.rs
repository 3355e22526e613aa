//! The clock that resources live by.

use jiff::{SignedDuration, Timestamp};

use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::sentence::{Attachment, Keyword, Sentence};
use crate::acceptance::world::World;

const UNITS: [(&str, i64); 4] = [("second", 1), ("minute", 60), ("hour", 60 * 60), ("day", 24 * 60 * 60)];

pub(super) const SENTENCES: &[Sentence] = &[
    Sentence {
        keyword: Keyword::When,
        pattern: "{time:words} (pass|passes)",
        example: "7 days pass",
        docs: "Moves the scenario's clock: so many seconds, minutes, hours or days. Resources live by it (lifecycle \
               rules, retention, `aws:CurrentTime`); signatures and sessions keep the machine's time. Tag the scenario \
               `@clock`: only the embedded target has a clock that can be moved.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(pass(world, given)),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "the clock stands at {time:text}",
        example: r#"the clock stands at "2026-01-15T10:30:00Z""#,
        docs: "Stops the scenario's clock there, in the past or in the future, until it is moved again. What there is \
               already was made at the machine's time.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(stand(world, given)),
    },
];

async fn pass(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let text = given.get("time");
    let span = span(text).ok_or_else(|| {
        StepError::usage(format!("`{text}` is no length of time"))
            .hint("write it as `30 seconds`, `90 minutes`, `8 hours` or `7 days`")
    })?;
    world.needs("clock")?;
    world.scene()?.clock.advance(span);
    Ok(())
}

async fn stand(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let text = given.get("time");
    let at: Timestamp = text.parse().map_err(|_| {
        StepError::usage(format!("`{text}` is no point in time"))
            .hint("write it as `2026-01-15T10:30:00Z`, with its offset from UTC")
    })?;
    world.needs("clock")?;
    world.scene()?.clock.stand(at);
    Ok(())
}

/// `7 days`, `1 hour`.
fn span(text: &str) -> Option<SignedDuration> {
    let (count, unit) = text.split_once(' ')?;
    let count: i64 = count.parse().ok().filter(|count| *count >= 0)?;
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let (_, seconds) = UNITS.iter().find(|(name, _)| *name == unit)?;
    Some(SignedDuration::from_secs(count.checked_mul(*seconds)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_of_time_are_a_number_and_a_unit() {
        for (text, seconds) in [
            ("1 second", Some(1)),
            ("30 seconds", Some(30)),
            ("90 minutes", Some(5400)),
            ("1 hour", Some(3600)),
            ("7 days", Some(604_800)),
            ("0 days", Some(0)),
            ("-1 days", None),
            ("a day", None),
            ("7", None),
            ("2 weeks", None),
            ("9223372036854775807 days", None),
        ] {
            assert_eq!(span(text), seconds.map(SignedDuration::from_secs), "{text}");
        }
    }
}
