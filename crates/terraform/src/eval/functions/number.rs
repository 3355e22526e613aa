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
    finite(arguments.number(0)?.to_f64().powf(arguments.number(1)?.to_f64()))
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
