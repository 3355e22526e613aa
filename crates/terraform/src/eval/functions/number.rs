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
    finite(arguments.number(0)?.to_f64().ln() / arguments.number(1)?.to_f64().ln())
}

pub(super) fn pow(arguments: &Arguments<'_>) -> Result {
    finite(power(arguments.number(0)?.to_f64(), arguments.number(1)?.to_f64()))
}

/// Whole powers by squaring with the exponents of two kept apart, as Go's library does: its last digit is not always
/// the one that rounding the exact result would give.
fn power(base: f64, exponent: f64) -> f64 {
    let whole = exponent.abs();
    if exponent.fract() != 0.0 || whole > 4096.0 || !base.is_normal() {
        return base.powf(exponent);
    }
    let (mut square, mut square_exponent) = split(base);
    let (mut result, mut result_exponent) = (1.0, 0i32);
    let mut remaining = whole;
    while remaining >= 1.0 {
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

/// A normal number as a fraction of magnitude from a half to one and an exponent of two.
fn split(value: f64) -> (f64, i32) {
    let exponent = i32::try_from((value.to_bits() >> 52) & 0x7ff).unwrap_or(0) - 1022;
    (f64::from_bits((value.to_bits() & !(0x7ff << 52)) | (1022 << 52)), exponent)
}

pub(super) fn max(arguments: &Arguments<'_>) -> Result {
    let numbers = arguments.values.iter().filter_map(Value::as_number);
    numbers.max().cloned().map(Value::from).ok_or_else(|| FunctionError::new("takes at least one number"))
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
    let mut total = Number::from(0i64);
    for item in items {
        let number = convert(item.clone(), &Type::Number)
            .map_err(|error| FunctionError::argument(0, error.to_string()))?;
        let number =
            number.as_number().ok_or_else(|| FunctionError::argument(0, "no element may be null"))?;
        total = total.plus(number).ok_or_else(|| FunctionError::new("number out of range"))?;
    }
    Ok(total.into())
}
