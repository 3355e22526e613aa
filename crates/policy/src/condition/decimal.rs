//! Decimal numbers of any size, compared exactly.

use std::cmp::Ordering;

/// A number as text gives it: `0.DIGITS × 10^exponent`, digits without leading or trailing zeros; zero has none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    /// Reads an integer or decimal with an optional minus sign; the exponent form of JSON numbers is understood.
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (mantissa, shift) = match unsigned.split_once(['e', 'E']) {
            Some((mantissa, shift)) => (mantissa, i64::from(shift.parse::<i32>().ok()?)),
            None => (unsigned, 0),
        };
        let (whole, fraction) = match mantissa.split_once('.') {
            Some((_, "")) => return None,
            Some(parts) => parts,
            None => (mantissa, ""),
        };
        if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let leading = i64::try_from(all.len() - significant.len()).ok()?;
        let digits = significant.trim_end_matches('0');
        if digits.is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        let exponent = i64::try_from(whole.len()).ok()?.checked_sub(leading)?.checked_add(shift)?;
        Some(Self { negative, digits: digits.to_owned(), exponent })
    }

    fn magnitude(&self, other: &Self) -> Ordering {
        // No digits is zero, which is below every other magnitude whatever its exponent.
        (!self.digits.is_empty())
            .cmp(&!other.digits.is_empty())
            .then(self.exponent.cmp(&other.exponent))
            .then_with(|| self.digits.cmp(&other.digits))
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.negative, other.negative) {
            (false, false) => self.magnitude(other),
            (true, true) => other.magnitude(self),
            (true, false) => Ordering::Less,
            (false, true) => Ordering::Greater,
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_compare_exactly() {
        let ascending = [
            "-10.5",
            "-10",
            "-0.1",
            "0",
            "0.0000001",
            "0.1",
            "0.10000000000000000001",
            "9",
            "10",
            "1e2",
            "9007199254740993",
        ];
        for (left, one) in ascending.iter().enumerate() {
            for (right, other) in ascending.iter().enumerate() {
                let (a, b) = (Decimal::parse(one).unwrap(), Decimal::parse(other).unwrap());
                assert_eq!(a.cmp(&b), left.cmp(&right), "{one} to {other}");
            }
        }
        for (one, other) in [("10", "10.0"), ("010", "10"), ("-0", "0"), ("1.5e1", "15")] {
            assert_eq!(Decimal::parse(one), Decimal::parse(other), "{one} and {other}");
        }
    }

    #[test]
    fn other_text_is_no_number() {
        for text in ["", "-", "1.", ".5", "+1", "1,5", "0x1", "1 ", "abc", "1e", "1e99999999999", "--1"] {
            assert_eq!(Decimal::parse(text), None, "{text}");
        }
    }
}
