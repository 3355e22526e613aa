//! Numeric functions.

use num_bigint::BigInt;

use super::{Arguments, FunctionError};
use crate::value::{Number, Type, Value, convert};

type Result = std::result::Result<Value, FunctionError>;

fn finite(value: f64) -> Result {
    Number::from_f64(value).map(Value::from).ok_or_else(|| FunctionError::new("the result is not a number"))
}

pub(super) fn abs(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.number(0)?.abs().into())
}

pub(super) fn ceil(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.number(0)?.ceil().into())
}

pub(super) fn floor(arguments: &Arguments<'_>) -> Result {
    Ok(arguments.number(0)?.floor().into())
}

pub(super) fn log(arguments: &Arguments<'_>) -> Result {
    finite(logarithm(arguments.number(0)?.to_f64()) / logarithm(arguments.number(1)?.to_f64()))
}

pub(super) fn pow(arguments: &Arguments<'_>) -> Result {
    finite(power(arguments.number(0)?.to_f64(), arguments.number(1)?.to_f64()))
}

/// Whole powers by squaring with the exponents of two kept apart, as Go's library does: its last digit is not always
/// the one that rounding the exact result would give.
fn power(base: f64, exponent: f64) -> f64 {
    let (mut whole, mut fraction) = (exponent.abs().trunc(), exponent.abs().fract());
    let is_special = exponent.abs() == 0.5 || (fraction != 0.0 && base < 0.0);
    if is_special || whole >= 2f64.powi(63) || !base.is_normal() {
        return base.powf(exponent);
    }
    if fraction > 0.5 {
        (whole, fraction) = (whole + 1.0, fraction - 1.0);
    }
    let (mut square, mut square_exponent) = split(base);
    let (mut result, mut result_exponent) = (1.0, 0i32);
    if fraction != 0.0 {
        result = exponential(fraction * logarithm(base));
    }
    let mut remaining = whole;
    while remaining >= 1.0 {
        // Beyond this it is out of range whatever follows.
        if square_exponent.abs() > 1 << 12 {
            result_exponent = result_exponent.saturating_add(square_exponent);
            break;
        }
        if remaining % 2.0 == 1.0 {
            result *= square;
            result_exponent = result_exponent.saturating_add(square_exponent);
        }
        remaining = (remaining / 2.0).floor();
        square *= square;
        square_exponent = square_exponent.saturating_mul(2);
        if square < 0.5 {
            square += square;
            square_exponent = square_exponent.saturating_sub(1);
        }
    }
    if exponent < 0.0 {
        (result, result_exponent) = (1.0 / result, result_exponent.saturating_neg());
    }
    // In two steps, so that a power of two out of range does not make a result in range infinite.
    let half = result_exponent / 2;
    result * 2f64.powi(half) * 2f64.powi(result_exponent - half)
}

/// The natural logarithm as Go's library computes it: a rational approximation for numbers around one, with what the
/// exponent adds.
fn logarithm(value: f64) -> f64 {
    const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
    const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;
    const ODD: [f64; 4] = [
        6.666_666_666_666_735e-1,
        2.857_142_874_366_239e-1,
        1.818_357_216_161_805e-1,
        1.479_819_860_511_658_6e-1,
    ];
    const EVEN: [f64; 3] = [3.999_999_999_940_942e-1, 2.222_219_843_214_978_4e-1, 1.531_383_769_920_937_3e-1];
    if !value.is_normal() || value < 0.0 {
        return value.ln();
    }
    let (mut fraction, mut exponent) = split(value);
    if fraction < std::f64::consts::FRAC_1_SQRT_2 {
        (fraction, exponent) = (fraction * 2.0, exponent - 1);
    }
    let distance = fraction - 1.0;
    let power = f64::from(exponent);
    let ratio = distance / (2.0 + distance);
    let square = ratio * ratio;
    let fourth = square * square;
    let sum = |terms: &[f64]| terms.iter().rev().fold(0.0, |sum, term| term + fourth * sum);
    let rest = square * sum(&ODD) + fourth * sum(&EVEN);
    let half = 0.5 * distance * distance;
    power * LN_2_HIGH - ((half - (ratio * (half + rest) + power * LN_2_LOW)) - distance)
}

/// The exponential of a small number as Go's library computes it: a series for a sixteenth of what is left of the number
/// beside powers of two, squared four times.
fn exponential(value: f64) -> f64 {
    const LN_2_HIGH: f64 = 0.693_147_180_559_662_956_511_601_805_686_950_683_593_75;
    const LN_2_LOW: f64 = 0.282_352_905_630_315_771_225_884_481_750_134_360_255_254e-12;
    let series = [5040.0, 720.0, 120.0, 24.0, 6.0, 2.0, 1.0].map(|factorial: f64| 1.0 / factorial);
    let exponent = (value * std::f64::consts::LOG2_E).round_ties_even();
    let rest = (-exponent).mul_add(LN_2_LOW, (-exponent).mul_add(LN_2_HIGH, value)) * 0.0625;
    let sum = series.iter().fold(1.0 / 40_320.0, |sum: f64, term| sum.mul_add(rest, *term));
    let grown = (0..4).fold(rest * sum, |grown, _| grown * (grown + 2.0));
    (grown + 1.0) * exponent.exp2()
}

/// A normal number as a fraction of magnitude from a half to one and an exponent of two.
fn split(value: f64) -> (f64, i32) {
    let exponent = i32::try_from((value.to_bits() >> 52) & 0x7ff).unwrap_or(0) - 1022;
    (f64::from_bits((value.to_bits() & !(0x7ff << 52)) | (1022 << 52)), exponent)
}

pub(super) fn max(arguments: &Arguments<'_>) -> Result {
    let numbers = arguments.values.iter().filter_map(Value::as_number);
    numbers
        .reduce(|most, next| if next > most { next } else { most })
        .cloned()
        .map(Value::from)
        .ok_or_else(|| FunctionError::new("takes at least one number"))
}

pub(super) fn min(arguments: &Arguments<'_>) -> Result {
    let numbers = arguments.values.iter().filter_map(Value::as_number);
    numbers.min().cloned().map(Value::from).ok_or_else(|| FunctionError::new("takes at least one number"))
}

pub(super) fn parseint(arguments: &Arguments<'_>) -> Result {
    let text = arguments.string(0)?;
    let base = arguments.whole(1)?;
    let radix = u32::try_from(base).ok().filter(|base| (2..=62).contains(base));
    let radix = radix.ok_or_else(|| FunctionError::argument(1, "the base must lie between 2 and 62"))?;
    let unreadable =
        || FunctionError::argument(0, format!("cannot be read as a whole number of base {base}"));
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if digits.is_empty() || digits.len() > 10_000 {
        return Err(unreadable());
    }
    let mut parsed = BigInt::from(0);
    for digit in digits.chars() {
        let value = digit_value(digit, radix).filter(|value| *value < radix).ok_or_else(unreadable)?;
        parsed = parsed * radix + value;
    }
    Ok(Number::from(if negative { -parsed } else { parsed }).into())
}

/// Digits, small letters, then, for bases above 36, large letters, which otherwise mean the same as small ones.
fn digit_value(digit: char, radix: u32) -> Option<u32> {
    match digit {
        '0'..='9' | 'a'..='z' => digit.to_digit(36),
        'A'..='Z' if radix <= 36 => digit.to_digit(36),
        'A'..='Z' => Some(u32::from(digit) - u32::from('A') + 36),
        _ => None,
    }
}

pub(super) fn signum(arguments: &Arguments<'_>) -> Result {
    arguments.whole(0)?;
    let number = arguments.number(0)?;
    let sign: i64 = match (number.is_zero(), number.is_negative()) {
        (true, _) => 0,
        (_, true) => -1,
        _ => 1,
    };
    Ok(sign.into())
}

pub(super) fn sum(arguments: &Arguments<'_>) -> Result {
    let items = arguments.items(0)?;
    if items.is_empty() {
        return Err(FunctionError::argument(0, "an empty list has no sum"));
    }
    let mut total: Option<Number> = None;
    for item in items {
        let number = convert(item.clone(), &Type::Number)
            .map_err(|error| FunctionError::argument(0, error.to_string()))?;
        let number =
            number.as_number().ok_or_else(|| FunctionError::argument(0, "no element may be null"))?;
        total = match total {
            None => Some(number.clone()),
            Some(total) => Some(total.plus(number).ok_or_else(|| FunctionError::new("number out of range"))?),
        };
    }
    Ok(total.unwrap_or_else(|| 0i64.into()).into())
}
