//! Schedule expressions.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-scheduled-rule-pattern.html>

/// What one field of a `cron` expression may hold.
struct Field {
    min: u32,
    max: u32,
    /// Names of the values from the first on.
    names: &'static [&'static str],
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Plain,
    DayOfMonth,
    DayOfWeek,
}

const MONTHS: &[&str] = &["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const DAYS: &[&str] = &["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

const FIELDS: [Field; 6] = [
    Field { min: 0, max: 59, names: &[], kind: Kind::Plain },
    Field { min: 0, max: 23, names: &[], kind: Kind::Plain },
    Field { min: 1, max: 31, names: &[], kind: Kind::DayOfMonth },
    Field { min: 1, max: 12, names: MONTHS, kind: Kind::Plain },
    Field { min: 1, max: 7, names: DAYS, kind: Kind::DayOfWeek },
    Field { min: 1970, max: 2199, names: &[], kind: Kind::Plain },
];

impl Field {
    fn value(&self, text: &str) -> Option<u32> {
        let named = self.names.iter().zip(self.min..).find(|(name, _)| name.eq_ignore_ascii_case(text));
        let value = named.map(|(_, value)| value).or_else(|| text.parse().ok())?;
        (self.min..=self.max).contains(&value).then_some(value)
    }

    fn takes(&self, text: &str) -> bool {
        match (text, self.kind) {
            ("*", _) => true,
            ("?", kind) => kind != Kind::Plain,
            _ => text.split(',').all(|item| self.takes_item(item)),
        }
    }

    fn takes_item(&self, item: &str) -> bool {
        if let Some((base, step)) = item.split_once('/') {
            let step = step.parse::<u32>().is_ok_and(|step| step > 0);
            return step && (base == "*" || self.takes_range(base));
        }
        match self.kind {
            Kind::DayOfMonth if item == "L" => true,
            Kind::DayOfMonth => match item.strip_suffix('W') {
                Some(day) => day == "L" || self.value(day).is_some(),
                None => self.takes_range(item),
            },
            Kind::DayOfWeek if item == "L" => true,
            Kind::DayOfWeek => match (item.strip_suffix('L'), item.split_once('#')) {
                (Some(day), _) => self.value(day).is_some(),
                (None, Some((day, week))) => {
                    self.value(day).is_some() && week.parse::<u32>().is_ok_and(|week| (1..=5).contains(&week))
                }
                (None, None) => self.takes_range(item),
            },
            Kind::Plain => self.takes_range(item),
        }
    }

    fn takes_range(&self, text: &str) -> bool {
        match text.split_once('-') {
            Some((first, last)) => self.value(first).is_some() && self.value(last).is_some(),
            None => self.value(text).is_some(),
        }
    }
}

/// Whether a text is a schedule: `rate(5 minutes)` or `cron(0 12 * * ? *)`.
pub(crate) fn is_schedule(expression: &str) -> bool {
    let inside = |kind: &str| expression.strip_prefix(kind)?.strip_prefix('(')?.strip_suffix(')');
    match (inside("rate"), inside("cron")) {
        (Some(rate), _) => is_rate(rate),
        (_, Some(cron)) => is_cron(cron),
        _ => false,
    }
}

/// The unit of one is singular.
fn is_rate(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let [count, unit] = words.as_slice() else { return false };
    match count.parse::<u32>() {
        Ok(0) | Err(_) => false,
        Ok(1) => ["minute", "hour", "day"].contains(unit),
        Ok(_) => ["minutes", "hours", "days"].contains(unit),
    }
}

/// One of the two fields of days is a question mark.
fn is_cron(text: &str) -> bool {
    let fields: Vec<&str> = text.split_whitespace().collect();
    let [_, _, day, _, weekday, _] = fields.as_slice() else { return false };
    (*day == "?") != (*weekday == "?") && FIELDS.iter().zip(&fields).all(|(field, text)| field.takes(text))
}

#[cfg(test)]
mod tests {
    use super::is_schedule;

    #[test]
    fn schedules_are_told_from_other_texts() {
        for text in [
            "rate(1 minute)",
            "rate(5 minutes)",
            "rate(12 hours)",
            "cron(0 12 * * ? *)",
            "cron(5,35 14 * * ? *)",
            "cron(15 10 ? * 6L 2019-2022)",
            "cron(0 18 ? * MON-FRI *)",
            "cron(0/15 * * * ? *)",
            "cron(0 8 1 * ? *)",
            "cron(0 9 ? * 2#1 *)",
            "cron(0 9 3W JAN,jul ? *)",
            "cron(0 9 L * ? *)",
        ] {
            assert!(is_schedule(text), "{text}");
        }
        for text in [
            "",
            "rate(0 minutes)",
            "rate(1 minutes)",
            "rate(5 minute)",
            "rate(5 weeks)",
            "rate(5)",
            "cron(0 12 * * * *)",
            "cron(0 12 ? * ? *)",
            "cron(0 12 * * ?)",
            "cron(60 12 * * ? *)",
            "cron(0 24 * * ? *)",
            "cron(0 12 * 13 ? *)",
            "cron(0 12 ? * 8 *)",
            "cron(0/0 12 * * ? *)",
            "cron(? 12 * * ? *)",
            "cron(0 12 * * ? 1969)",
            "every day",
        ] {
            assert!(!is_schedule(text), "{text}");
        }
    }
}
