//! Numbers with the precision and the decimal form that Terraform gives them.
//!
//! Terraform keeps numbers as binary floating point with up to 512 bits of mantissa and prints the shortest
//! decimal that reads back as the same number at the number's own precision.

mod decimal;

use std::cmp::Ordering;
use std::fmt;

use num_bigint::{BigInt, BigUint, Sign};

/// Precision of number literals and of numbers read from text, in bits.
pub const LITERAL_PRECISION: u64 = 512;
/// Precision of whole numbers that functions such as `length` return, in bits.
pub const INTEGER_PRECISION: u64 = 64;
const FLOAT_PRECISION: u64 = 53;
/// Largest decimal exponent that is read; beyond it lies only input that means to exhaust memory.
const MAX_DECIMAL_EXPONENT: i64 = 5_000;
const MAX_BINARY_EXPONENT: i64 = 1 << 16;

/// A number: `mantissa` × 2^`exponent`, the mantissa odd or zero; that of an infinite one is 1 or -1.
#[derive(Clone, Debug)]
pub struct Number {
    mantissa: BigInt,
    exponent: i64,
    precision: u64,
    form: Form,
}

/// What a mantissa cannot say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Plain,
    /// Zero below zero: equal to the other, and written otherwise.
    NegativeZero,
    Infinite,
}

impl Number {
    fn of(mantissa: BigInt, exponent: i64, precision: u64) -> Number {
        Number { mantissa, exponent, precision, form: Form::Plain }
    }

    fn infinite(is_negative: bool) -> Number {
        let mantissa = BigInt::from(if is_negative { -1 } else { 1 });
        Number { form: Form::Infinite, ..Number::of(mantissa, 0, LITERAL_PRECISION) }
    }

    fn zero(is_negative: bool, precision: u64) -> Number {
        let form = if is_negative { Form::NegativeZero } else { Form::Plain };
        Number { form, ..Number::of(BigInt::ZERO, 0, precision) }
    }

    /// Reads a decimal number as Terraform reads a literal, or as it converts text: `inf`, and powers of two after a
    /// `p`. `None` if `text` is none or is out of range.
    pub fn parse(text: &str) -> Option<Number> {
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        if matches!(unsigned, "inf" | "Inf") {
            return Some(Number::infinite(negative));
        }
        if let Some((significand, power)) = text.split_once('p') {
            let number = Number::parse(significand).filter(|_| !significand.contains(['e', 'E', 'p']))?;
            let exponent = number.exponent.checked_add(power.parse().ok()?)?;
            return Number { exponent, ..number }.rounded();
        }
        let (significand, exponent) = match unsigned.split_once(['e', 'E']) {
            Some((significand, exponent)) => (significand, exponent.parse::<i64>().ok()?),
            None => (unsigned, 0),
        };
        let (whole, fraction) = significand.split_once('.').unwrap_or((significand, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let digits = format!("{whole}{fraction}");
        if !digits.bytes().all(|digit| digit.is_ascii_digit()) || digits.len() > 10_000 {
            return None;
        }
        let scale = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        if scale.abs() > MAX_DECIMAL_EXPONENT + 10_000 || exponent.abs() > MAX_DECIMAL_EXPONENT {
            return None;
        }
        let magnitude = BigInt::from(BigUint::parse_bytes(digits.as_bytes(), 10)?);
        if magnitude.sign() == Sign::NoSign {
            return Some(Number::zero(negative, LITERAL_PRECISION));
        }
        let mantissa = if negative { -magnitude } else { magnitude };
        let power = BigInt::from(10u8).pow(u32::try_from(scale.unsigned_abs()).ok()?);
        if scale >= 0 {
            Number::of(mantissa * power, 0, LITERAL_PRECISION).rounded()
        } else {
            Number::of(mantissa, 0, LITERAL_PRECISION).divided_by(&Number::of(power, 0, LITERAL_PRECISION))
        }
    }

    /// The number nearest to `value`; `None` for what is not a number.
    pub fn from_f64(value: f64) -> Option<Number> {
        if value.is_infinite() {
            return Some(Number::infinite(value < 0.0));
        }
        if value.is_nan() {
            return None;
        }
        let exact = Number::parse(&format!("{value:e}"))?;
        Number { precision: FLOAT_PRECISION, ..exact }.rounded()
    }

    /// The nearest double; infinite where the number is too large for one.
    pub fn to_f64(&self) -> f64 {
        self.to_string().parse().unwrap_or(f64::NAN)
    }

    /// The number as a whole one, if it is whole and fits.
    pub fn to_i64(&self) -> Option<i64> {
        i64::try_from(self.to_integer()?).ok()
    }

    /// The number as a position or a count, if it is one.
    pub fn to_usize(&self) -> Option<usize> {
        usize::try_from(self.to_integer()?).ok()
    }

    /// The number as a whole one of any size, if it is whole.
    pub fn to_integer(&self) -> Option<BigInt> {
        (self.exponent >= 0 && !self.is_infinite()).then(|| &self.mantissa << self.exponent)
    }

    /// Whether it lies beyond all numbers: nothing can keep it.
    pub fn is_infinite(&self) -> bool {
        self.form == Form::Infinite
    }

    /// The whole part, dropping what follows the point.
    pub fn truncated(&self) -> BigInt {
        match u64::try_from(-self.exponent) {
            Ok(shift) => {
                let magnitude = self.mantissa.magnitude() >> shift;
                BigInt::from_biguint(self.mantissa.sign(), magnitude)
            }
            Err(_) => &self.mantissa << self.exponent,
        }
    }

    /// The largest whole number that is not above this one.
    pub fn floor(&self) -> Number {
        self.with_whole(if self.exponent >= 0 || !self.is_negative() {
            self.truncated()
        } else {
            self.truncated() - 1
        })
    }

    /// The smallest whole number that is not below this one.
    pub fn ceil(&self) -> Number {
        self.with_whole(if self.exponent >= 0 || self.is_negative() {
            self.truncated()
        } else {
            self.truncated() + 1
        })
    }

    fn with_whole(&self, whole: BigInt) -> Number {
        if self.is_infinite() {
            return self.clone();
        }
        Number::of(whole, 0, self.precision).normalized()
    }

    /// The number as a plan keeps it: a fraction that is a double becomes one, and zero has no sign.
    pub(super) fn through_plan(self) -> Number {
        if self.is_zero() {
            return Number { form: Form::Plain, ..self };
        }
        let is_double = self.exponent < 0 && self.exponent > -1000 && self.mantissa.bits() <= FLOAT_PRECISION;
        let precision = if is_double { FLOAT_PRECISION } else { self.precision };
        Number { precision, ..self }
    }

    /// The number without its sign.
    pub fn abs(&self) -> Number {
        if self.has_sign() { self.negated() } else { self.clone() }
    }

    /// The number with the other sign.
    pub fn negated(&self) -> Number {
        if self.is_zero() {
            return Number::zero(!self.has_sign(), self.precision);
        }
        Number { mantissa: -&self.mantissa, ..self.clone() }
    }

    /// Whether a sign is written before it.
    pub(crate) fn has_sign(&self) -> bool {
        self.is_negative() || self.form == Form::NegativeZero
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        self.mantissa.sign() == Sign::Minus
    }

    /// Whether the number is zero.
    pub fn is_zero(&self) -> bool {
        self.mantissa.sign() == Sign::NoSign
    }

    /// The sum; `None` where it is out of range.
    pub fn plus(&self, other: &Number) -> Option<Number> {
        match (self.is_infinite(), other.is_infinite()) {
            (true, true) if self != other => return None,
            (true, _) => return Some(self.clone()),
            (_, true) => return Some(other.clone()),
            _ => {}
        }
        if self.form == Form::NegativeZero && other.form == Form::NegativeZero {
            return Some(self.clone());
        }
        let exponent = self.exponent.min(other.exponent);
        let mantissa =
            (&self.mantissa << (self.exponent - exponent)) + (&other.mantissa << (other.exponent - exponent));
        Number::of(mantissa, exponent, self.precision.max(other.precision)).rounded()
    }

    /// The difference; `None` where it is out of range.
    pub fn minus(&self, other: &Number) -> Option<Number> {
        self.plus(&other.negated())
    }

    /// The product; `None` where it is out of range.
    pub fn times(&self, other: &Number) -> Option<Number> {
        let is_negative = self.has_sign() != other.has_sign();
        if self.is_infinite() || other.is_infinite() {
            return (!self.is_zero() && !other.is_zero()).then(|| Number::infinite(is_negative));
        }
        if self.is_zero() || other.is_zero() {
            return Some(Number::zero(is_negative, self.precision.max(other.precision)));
        }
        let product =
            Number::of(&self.mantissa * &other.mantissa, self.exponent + other.exponent, LITERAL_PRECISION)
                .rounded()?;
        let needed = product.mantissa.bits();
        Some(Number { precision: needed.max(self.precision).max(other.precision), ..product })
    }

    /// The quotient, infinite where `other` is zero; `None` where it is out of range, or of two zeros or infinite ones.
    pub fn divided_by(&self, other: &Number) -> Option<Number> {
        let is_negative = self.has_sign() != other.has_sign();
        match (self, other) {
            _ if self.is_zero() && other.is_zero() || self.is_infinite() && other.is_infinite() => {
                return None;
            }
            _ if self.is_infinite() || other.is_zero() => return Some(Number::infinite(is_negative)),
            _ if self.is_zero() || other.is_infinite() => {
                return Some(Number::zero(is_negative, self.precision.max(other.precision)));
            }
            _ => {}
        }
        let precision = self.precision.max(other.precision);
        let wanted = precision + 2 + other.mantissa.bits();
        let shift = wanted.saturating_sub(self.mantissa.bits());
        let numerator = self.mantissa.magnitude() << shift;
        let quotient = &numerator / other.mantissa.magnitude();
        // A bit below the last one says that the division left a remainder, so that rounding sees it.
        let inexact = &quotient * other.mantissa.magnitude() != numerator;
        let sign = self.mantissa.sign() * other.mantissa.sign();
        let mantissa = BigInt::from_biguint(sign, (quotient << 1u8) | BigUint::from(u8::from(inexact)));
        let exponent = self.exponent - other.exponent - i64::try_from(shift).ok()? - 1;
        Number::of(mantissa, exponent, precision).rounded()
    }

    /// The remainder of the division towards zero, as Terraform's `%` gives it; of a division by zero, the number
    /// itself.
    pub fn modulo(&self, other: &Number) -> Option<Number> {
        // Terraform gives the product for infinite ones.
        if self.is_infinite() || other.is_infinite() {
            return self.times(other);
        }
        if other.is_zero() {
            return Some(self.clone());
        }
        let whole = self.divided_by(other)?.truncated();
        let whole = Number::from(whole);
        self.minus(&other.times(&whole)?)
    }

    fn rounded(self) -> Option<Number> {
        let Number { mut mantissa, mut exponent, precision, form } = self;
        let excess = mantissa.bits().saturating_sub(precision);
        if excess > 0 {
            let sign = mantissa.sign();
            let magnitude = mantissa.magnitude();
            let mut kept = magnitude >> excess;
            let half = magnitude.bit(excess - 1);
            let beyond = magnitude.trailing_zeros().is_some_and(|zeros| zeros < excess - 1);
            if half && (beyond || kept.bit(0)) {
                kept += 1u8;
            }
            mantissa = BigInt::from_biguint(sign, kept);
            exponent += i64::try_from(excess).ok()?;
        }
        let number = Number { mantissa, exponent, precision, form }.normalized();
        (number.exponent.abs() <= MAX_BINARY_EXPONENT).then_some(number)
    }

    fn normalized(self) -> Number {
        match self.mantissa.trailing_zeros() {
            Some(0) => self,
            Some(zeros) => Number {
                exponent: self.exponent.saturating_add(i64::try_from(zeros).unwrap_or(i64::MAX)),
                mantissa: self.mantissa >> zeros,
                ..self
            },
            None => Number { exponent: 0, ..self },
        }
    }
}

impl From<BigInt> for Number {
    fn from(mantissa: BigInt) -> Number {
        let precision = mantissa.bits().max(INTEGER_PRECISION);
        Number::of(mantissa, 0, precision).normalized()
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Number {
        Number::from(BigInt::from(value))
    }
}

impl From<usize> for Number {
    fn from(value: usize) -> Number {
        Number::from(BigInt::from(value))
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Number) -> bool {
        self.mantissa == other.mantissa
            && self.exponent == other.exponent
            && self.is_infinite() == other.is_infinite()
    }
}

impl Eq for Number {}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Number) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Number {
    fn cmp(&self, other: &Number) -> Ordering {
        match (self.is_infinite(), other.is_infinite()) {
            (false, false) => {}
            (true, true) => return self.mantissa.cmp(&other.mantissa),
            (true, false) => return self.mantissa.cmp(&BigInt::ZERO),
            (false, true) => return BigInt::ZERO.cmp(&other.mantissa),
        }
        let exponent = self.exponent.min(other.exponent);
        (&self.mantissa << (self.exponent - exponent)).cmp(&(&other.mantissa << (other.exponent - exponent)))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_infinite() {
            return formatter.write_str(if self.is_negative() { "-Inf" } else { "+Inf" });
        }
        if self.form == Form::NegativeZero {
            return formatter.write_str("-0");
        }
        if let Some(whole) = self.to_integer()
            && whole.bits() <= self.precision
        {
            return write!(formatter, "{whole}");
        }
        if self.is_negative() {
            formatter.write_str("-")?;
        }
        formatter.write_str(&self.shortest_plain())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn prints_the_shortest_decimal() {
        for text in ["0", "1", "-1", "0.1", "1.5", "123456789012345678901234567890", "0.0001", "100"] {
            assert_eq!(number(text).to_string(), text);
        }
        assert_eq!(number("1e3").to_string(), "1000");
        assert_eq!(number("1.50").to_string(), "1.5");
        assert_eq!(Number::from_f64(0.1).unwrap().to_string(), "0.1");
        assert_eq!(Number::from_f64(1e21).unwrap().to_string(), "1000000000000000000000");
    }

    #[test]
    fn divides_with_all_bits() {
        let third = number("1").divided_by(&number("3")).unwrap().to_string();
        assert!(third.starts_with("0.33333333333333333333333333333333"), "{third}");
        assert!(third.len() > 150, "{third}");
        assert_eq!(number("10").divided_by(&number("4")).unwrap().to_string(), "2.5");
        assert_eq!(number("0.1").plus(&number("0.2")).unwrap().to_string(), "0.3");
        assert_eq!(number("-1").divided_by(&number("0")).unwrap().to_string(), "-Inf");
        assert!(number("0").divided_by(&number("0")).is_none());
    }

    #[test]
    fn refuses_what_is_no_number_or_too_large() {
        for text in ["", ".", "e5", "1e999999999", "0x10", "1.2.3", "--1", "1e99999999999999999999"] {
            assert!(Number::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn floors_and_takes_remainders_towards_zero() {
        assert_eq!(number("-1.5").floor(), number("-2"));
        assert_eq!(number("-1.5").ceil(), number("-1"));
        assert_eq!(number("-7").modulo(&number("3")).unwrap(), number("-1"));
    }
}
