//! `within 30 seconds`, which may stand before a fact.

use std::fmt;
use std::time::Duration;

const WORD: &str = "within ";

/// How long a fact is awaited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Within {
    pub(crate) limit: Duration,
    /// The time as written: `30 seconds`.
    text: String,
}

/// What stands behind `within` is no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`within` takes so many seconds or minutes, not `{given}`")]
pub struct NoWithin {
    /// The words in the place of the time.
    given: String,
}

impl Within {
    /// The `within …` that a step begins with, and the rest of the step.
    ///
    /// # Errors
    /// It begins with `within`, and what follows is no time, or none at all.
    pub(crate) fn before(step: &str) -> Result<(Option<Self>, &str), NoWithin> {
        let Some(behind) = step.strip_prefix(WORD) else { return Ok((None, step)) };
        let mut words = behind.splitn(3, ' ');
        let (count, unit) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let text = format!("{count} {unit}").trim_end().to_owned();
        match (limit(count, unit), words.next()) {
            (Some(limit), Some(rest)) => Ok((Some(Self { limit, text }), rest)),
            _ => Err(NoWithin { given: text }),
        }
    }
}

fn limit(count: &str, unit: &str) -> Option<Duration> {
    let count: u64 = count.parse().ok().filter(|count| *count > 0)?;
    let scale = match unit {
        "second" | "seconds" => 1,
        "minute" | "minutes" => 60,
        _ => return None,
    };
    count.checked_mul(scale).map(Duration::from_secs)
}

impl fmt::Display for Within {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_a_number_of_seconds_or_minutes() {
        for (step, seconds) in [
            ("within 30 seconds it is", Some(30)),
            ("within 1 second it is", Some(1)),
            ("within 2 minutes it is", Some(120)),
            ("within 1 minute it is", Some(60)),
            ("within 0 seconds it is", None),
            ("within -1 seconds it is", None),
            ("within 2 hours it is", None),
            ("within a minute it is", None),
            ("within 18446744073709551615 minutes it is", None),
            ("within 30 seconds", None),
            ("within 30", None),
            ("within ", None),
        ] {
            let found = Within::before(step).ok();
            let found = found.and_then(|(within, rest)| Some((within?.limit, rest)));
            assert_eq!(found, seconds.map(|seconds| (Duration::from_secs(seconds), "it is")), "{step}");
        }
        assert_eq!(Within::before("it is"), Ok((None, "it is")));
    }
}
