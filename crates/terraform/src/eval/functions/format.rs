//! `format` and `formatlist`.

use super::{Arguments, FunctionError};
use crate::value::{Kind, Number, Type, Value, convert, encode_json};

type Result<T = Value> = std::result::Result<T, FunctionError>;

/// Widest field that a format may ask for.
const MAX_WIDTH: usize = 4096;

pub(super) fn format(arguments: &Arguments<'_>) -> Result {
    let rest: Vec<&Value> = arguments.values.iter().skip(1).collect();
    Ok(formatted(arguments.string(0)?, &rest)?.into())
}

pub(super) fn formatlist(arguments: &Arguments<'_>) -> Result {
    let rest: Vec<&Value> = arguments.values.iter().skip(1).collect();
    let mut length = None;
    for (index, value) in rest.iter().enumerate() {
        let Some(items) = value.as_sequence() else { continue };
        match length {
            None => length = Some(items.len()),
            Some(length) if length != items.len() => {
                return Err(FunctionError::argument(index + 1, "all lists must have the same length"));
            }
            Some(_) => {}
        }
    }
    let rows = length.unwrap_or(1);
    let mut texts = Vec::with_capacity(rows);
    for row in 0..rows {
        let picked: Vec<&Value> = rest
            .iter()
            .map(|value| value.as_sequence().and_then(|items| items.get(row)).unwrap_or(value))
            .collect();
        texts.push(formatted(arguments.string(0)?, &picked)?);
    }
    Ok(Value::strings(texts))
}

/// One `%` directive.
#[derive(Default)]
struct Verb {
    plus: bool,
    minus: bool,
    zero: bool,
    space: bool,
    sharp: bool,
    width: Option<usize>,
    precision: Option<usize>,
    argument: Option<usize>,
}

fn formatted(format: &str, values: &[&Value]) -> Result<String> {
    let mut out = String::new();
    let mut characters = format.chars().peekable();
    let mut next = 0;
    let mut explicit = false;
    while let Some(character) = characters.next() {
        if character != '%' {
            out.push(character);
            continue;
        }
        let mut verb = Verb::default();
        let letter = verb.read(&mut characters)?;
        if letter == '%' {
            out.push('%');
            continue;
        }
        explicit |= verb.argument.is_some();
        let index = verb.argument.unwrap_or(next);
        next = index + 1;
        let value = values.get(index).ok_or_else(|| {
            FunctionError::argument(
                0,
                format!("not enough arguments for `%{letter}`: there are {}", values.len()),
            )
        })?;
        let text = verb.write(letter, value).map_err(|reason| FunctionError::argument(index + 1, reason))?;
        out.push_str(&if letter == 't' { text } else { verb.padded(text) });
    }
    if next < values.len() && !explicit {
        let reason = format!("more arguments than the format takes, which are {next}");
        return Err(FunctionError::argument(next + 1, reason));
    }
    Ok(out)
}

impl Verb {
    fn read(&mut self, characters: &mut std::iter::Peekable<std::str::Chars<'_>>) -> Result<char> {
        let number = |characters: &mut std::iter::Peekable<std::str::Chars<'_>>| {
            let mut digits = String::new();
            while let Some(digit) = characters.next_if(char::is_ascii_digit) {
                digits.push(digit);
            }
            digits.parse::<usize>().ok()
        };
        loop {
            match characters.peek() {
                Some('+') => self.plus = true,
                Some('-') => self.minus = true,
                Some('0') => self.zero = true,
                Some(' ') => self.space = true,
                Some('#') => self.sharp = true,
                Some('1'..='9') => {
                    self.width = number(characters);
                    continue;
                }
                Some('.') => {
                    characters.next();
                    self.precision = Some(number(characters).unwrap_or(0));
                    continue;
                }
                Some('[') => {
                    characters.next();
                    self.argument = number(characters).and_then(|position| position.checked_sub(1));
                    if characters.next() != Some(']') || self.argument.is_none() {
                        return Err(FunctionError::argument(
                            0,
                            "an argument's number from 1 and `]` are expected",
                        ));
                    }
                    continue;
                }
                _ => break,
            }
            characters.next();
        }
        if self.width.unwrap_or(0) > MAX_WIDTH || self.precision.unwrap_or(0) > MAX_WIDTH {
            return Err(FunctionError::argument(0, "the width is too large"));
        }
        characters.next().ok_or_else(|| FunctionError::argument(0, "`%` at the end stands for nothing"))
    }

    fn write(&self, letter: char, value: &Value) -> std::result::Result<String, String> {
        match letter {
            'v' => Ok(self.cut(natural(value, self.sharp)?)),
            's' => Ok(self.cut(text(value)?)),
            'q' => {
                let quoted = encode_json(&Value::from(self.cut(text(value)?)));
                Ok(quoted.as_str().to_owned())
            }
            't' => match convert(value.clone(), &Type::Bool).map_err(|error| error.to_string())?.as_bool() {
                Some(truth) => Ok(truth.to_string()),
                None => Err("must not be null".to_owned()),
            },
            'd' | 'b' | 'o' | 'x' | 'X' => self.whole(letter, value),
            'f' | 'e' | 'E' | 'g' | 'G' => self.float(letter, value),
            other => Err(format!("`%{other}` is no format")),
        }
    }

    fn cut(&self, text: String) -> String {
        match self.precision {
            Some(precision) => text.chars().take(precision).collect(),
            None => text,
        }
    }

    fn signed(&self, negative: bool, digits: String) -> String {
        match (negative, self.plus, self.space) {
            (true, _, _) => format!("-{digits}"),
            (false, true, _) => format!("+{digits}"),
            (false, false, true) => format!(" {digits}"),
            _ => digits,
        }
    }

    fn whole(&self, letter: char, value: &Value) -> std::result::Result<String, String> {
        let number = number(value)?;
        let whole = number.to_integer().ok_or("a whole number is required")?;
        let (prefix, radix) = match letter {
            'b' => ("0b", 2),
            'o' => ("0", 8),
            'x' => ("0x", 16),
            'X' => ("0X", 16),
            _ => ("", 10),
        };
        let digits = whole.magnitude().to_str_radix(radix);
        let digits = if letter == 'X' { digits.to_uppercase() } else { digits };
        let digits = if self.sharp { format!("{prefix}{digits}") } else { digits };
        Ok(self.signed(whole.sign() == num_bigint::Sign::Minus, digits))
    }

    fn float(&self, letter: char, value: &Value) -> std::result::Result<String, String> {
        let number = number(value)?;
        if number.is_infinite() {
            return Ok(self.padded(number.to_string()));
        }
        let magnitude = number.abs();
        let digits = match letter {
            'f' => magnitude.fixed(self.precision.unwrap_or(6)),
            'e' | 'E' => magnitude.exponential(self.precision.unwrap_or(6)),
            _ => magnitude.general(self.precision),
        };
        let digits = if letter.is_uppercase() { digits.to_uppercase() } else { digits };
        Ok(self.signed(number.has_sign(), digits))
    }

    fn padded(&self, text: String) -> String {
        let missing = self.width.unwrap_or(0).saturating_sub(text.chars().count());
        if missing == 0 {
            return text;
        }
        if self.minus {
            return format!("{text}{}", " ".repeat(missing));
        }
        if !self.zero {
            return format!("{}{text}", " ".repeat(missing));
        }
        match text.strip_prefix(['-', '+', ' ']) {
            Some(digits) => {
                let sign = text.strip_suffix(digits).unwrap_or_default();
                format!("{sign}{}{digits}", "0".repeat(missing))
            }
            None => format!("{}{text}", "0".repeat(missing)),
        }
    }
}

fn number(value: &Value) -> std::result::Result<Number, String> {
    let converted = convert(value.clone(), &Type::Number).map_err(|error| error.to_string())?;
    converted.as_number().cloned().ok_or_else(|| "must not be null".to_owned())
}

fn text(value: &Value) -> std::result::Result<String, String> {
    let converted = convert(value.clone(), &Type::String).map_err(|error| error.to_string())?;
    converted.as_str().map(str::to_owned).ok_or_else(|| "must not be null".to_owned())
}

/// `%v`: text and numbers as they are, everything else as JSON.
fn natural(value: &Value, sharp: bool) -> std::result::Result<String, String> {
    Ok(match value.kind() {
        Kind::String(text) if !sharp => text.as_str().to_owned(),
        Kind::Number(number) if number.is_infinite() => number.to_string(),
        Kind::Number(number) if number.has_sign() => format!("-{}", number.abs().general(None)),
        Kind::Number(number) => number.general(None),
        _ if value.is_infinite_within() => return Err("JSON has no infinite numbers".to_owned()),
        _ => encode_json(value).as_str().to_owned(),
    })
}
