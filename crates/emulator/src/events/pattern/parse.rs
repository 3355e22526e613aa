//! Event patterns, read from JSON. What is no pattern is told with AWS's reasons.

use std::net::IpAddr;

use serde_json::{Map, Value};

use super::matcher::{Comparison, MAX_NUMBER, Matcher, Piece, Text};
use super::{Field, Fields};

const OR: &str = "$or";
/// Keys of matchers: an alternative of `$or` that has one of them is no object of fields.
const KEYWORDS: [&str; 8] =
    ["exists", "numeric", "prefix", "suffix", "anything-but", "cidr", "equals-ignore-case", "wildcard"];

pub(super) fn pattern(text: &str) -> Result<Fields, String> {
    match serde_json::from_str(text) {
        Ok(Value::Object(object)) => fields(&object),
        Ok(_) => Err("Filter is not an object".to_owned()),
        Err(error) => Err(error.to_string()),
    }
}

fn fields(object: &Map<String, Value>) -> Result<Fields, String> {
    if object.is_empty() {
        return Err("Empty objects are not allowed".to_owned());
    }
    let mut read = Fields::default();
    for (name, value) in object {
        match value {
            Value::Array(items) if name == OR && is_or(items) => {
                let objects = items.iter().filter_map(Value::as_object);
                read.alternatives = objects.map(fields).collect::<Result<_, _>>()?;
            }
            Value::Array(items) if items.is_empty() => {
                return Err("Empty arrays are not allowed".to_owned());
            }
            Value::Array(items) => {
                let matchers = items.iter().map(matcher).collect::<Result<_, _>>()?;
                read.fields.push((name.clone(), Field::Leaf(matchers)));
            }
            Value::Object(inner) => read.fields.push((name.clone(), Field::Nested(fields(inner)?))),
            _ => return Err(format!("\"{name}\" must be an object or an array")),
        }
    }
    Ok(read)
}

/// Two or more objects of fields; anything else is a field that is called so.
fn is_or(items: &[Value]) -> bool {
    let of_fields = |item: &Value| {
        item.as_object().is_some_and(|object| !object.keys().any(|key| KEYWORDS.contains(&key.as_str())))
    };
    items.len() >= 2 && items.iter().all(of_fields)
}

fn matcher(value: &Value) -> Result<Matcher, String> {
    match value {
        Value::Object(object) => {
            let (kind, operand) = only(object)?;
            match kind {
                "exists" => {
                    let wanted = operand.as_bool();
                    wanted
                        .map(Matcher::Exists)
                        .ok_or("exists match pattern must be either true or false.".to_owned())
                }
                "numeric" => numeric(operand),
                "cidr" => cidr(operand),
                "anything-but" => anything_but(operand),
                "prefix" => affix(kind, operand).map(Matcher::Prefix),
                "suffix" => affix(kind, operand).map(Matcher::Suffix),
                "equals-ignore-case" => {
                    text(kind, operand).map(|text| Matcher::EqualsIgnoreCase(text.to_owned()))
                }
                "wildcard" => wildcard(text(kind, operand)?),
                other => Err(format!("Unrecognized match type {other}")),
            }
        }
        Value::Array(_) => Err("Match value must be String, number, true, false, or null".to_owned()),
        scalar => Ok(Matcher::Exact(scalar.clone())),
    }
}

/// The one member of a matcher.
fn only(object: &Map<String, Value>) -> Result<(&str, &Value), String> {
    let mut members = object.iter();
    match (members.next(), members.next()) {
        (Some((kind, operand)), None) => Ok((kind, operand)),
        (None, _) => Err("Empty objects are not allowed".to_owned()),
        (Some(_), Some(_)) => Err("Only one key allowed in match expression".to_owned()),
    }
}

fn text<'a>(kind: &str, operand: &'a Value) -> Result<&'a str, String> {
    operand.as_str().ok_or_else(|| format!("{kind} match pattern must be a string"))
}

/// A text, or `{"equals-ignore-case": text}`.
fn affix(kind: &str, operand: &Value) -> Result<Text, String> {
    match operand {
        Value::Object(object) => match only(object)? {
            ("equals-ignore-case", operand) => Ok(Text::IgnoreCase(text(kind, operand)?.to_owned())),
            (other, _) => Err(format!("Unsupported {kind} match expression {other}")),
        },
        operand => Ok(Text::Exact(text(kind, operand)?.to_owned())),
    }
}

/// A backslash takes a star or a backslash as it is.
fn wildcard(text: &str) -> Result<Matcher, String> {
    let mut pieces = Vec::new();
    let mut letters = text.chars();
    while let Some(letter) = letters.next() {
        let piece = match letter {
            '*' => Piece::Any,
            '\\' => match letters.next() {
                Some(escaped @ ('*' | '\\')) => Piece::Char(escaped),
                _ => return Err("Invalid escape character in wildcard pattern".to_owned()),
            },
            letter => Piece::Char(letter),
        };
        if piece == Piece::Any && pieces.last() == Some(&Piece::Any) {
            return Err("Consecutive wildcard characters are not allowed".to_owned());
        }
        pieces.push(piece);
    }
    Ok(Matcher::Wildcard(pieces))
}

/// One comparison, or two that bound a range.
fn numeric(operand: &Value) -> Result<Matcher, String> {
    let items = operand.as_array().ok_or("Value of numeric must be an array.")?;
    let mut comparisons = Vec::new();
    for pair in items.chunks(2) {
        let comparison = match pair.first().and_then(Value::as_str) {
            Some("=") => Comparison::Equal,
            Some("<") => Comparison::Less,
            Some("<=") => Comparison::LessOrEqual,
            Some(">") => Comparison::Greater,
            Some(">=") => Comparison::GreaterOrEqual,
            Some(other) => return Err(format!("Unrecognized numeric range operator: {other}")),
            None => return Err("Invalid member in numeric match: expected an operator".to_owned()),
        };
        let bound = pair.get(1).and_then(Value::as_f64).ok_or("Value of numeric range must be a number")?;
        if bound.abs() > MAX_NUMBER {
            return Err(format!("Value must be between -{MAX_NUMBER} and {MAX_NUMBER}, inclusive"));
        }
        comparisons.push((comparison, bound));
    }
    use Comparison::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual};
    match comparisons.as_slice() {
        [_] => {}
        [(Greater | GreaterOrEqual, bottom), (Less | LessOrEqual, top)] if bottom < top => {}
        [(Greater | GreaterOrEqual, _), (Less | LessOrEqual, _)] => {
            return Err("Bottom must be less than top".to_owned());
        }
        [(Equal | Less | LessOrEqual, _), _] => {
            return Err("Too many elements in numeric expression".to_owned());
        }
        [] => return Err("Empty arrays are not allowed".to_owned()),
        _ => return Err("Bad numeric range operator".to_owned()),
    }
    Ok(Matcher::Numeric(comparisons))
}

fn cidr(operand: &Value) -> Result<Matcher, String> {
    let text = text("cidr", operand)?;
    let malformed = || format!("Malformed CIDR, one '/' required: {text}");
    let (address, bits) = text.split_once('/').ok_or_else(malformed)?;
    let address: IpAddr = address.parse().map_err(|_| format!("Nonstandard IP address: {address}"))?;
    let most = if address.is_ipv4() { 32 } else { 128 };
    match bits.parse::<u8>() {
        Ok(bits) if bits <= most => Ok(Matcher::Cidr(address, bits)),
        _ => Err(format!("Malformed CIDR, mask bits must be an integer between 0 and {most}: {text}")),
    }
}

/// A value, a list of values of one type, or another matcher of one or more texts.
fn anything_but(operand: &Value) -> Result<Matcher, String> {
    let but = match operand {
        Value::String(_) | Value::Number(_) => vec![Matcher::Exact(operand.clone())],
        Value::Array(items) => values(items)?,
        Value::Object(object) => {
            let (kind, operand) = only(object)?;
            let items = match operand {
                Value::Array(items) if items.is_empty() => {
                    return Err("Empty arrays are not allowed".to_owned());
                }
                Value::Array(items) => items.as_slice(),
                one => std::slice::from_ref(one),
            };
            items.iter().map(|item| refused_text(kind, item)).collect::<Result<_, _>>()?
        }
        _ => return Err("Value of anything-but must be an array or single string/number value.".to_owned()),
    };
    Ok(Matcher::AnythingBut(but))
}

fn values(items: &[Value]) -> Result<Vec<Matcher>, String> {
    let (texts, numbers) = (items.iter().all(Value::is_string), items.iter().all(Value::is_number));
    match items {
        [] => Err("Empty arrays are not allowed".to_owned()),
        _ if texts || numbers => Ok(items.iter().cloned().map(Matcher::Exact).collect()),
        _ => Err(
            "Inside anything-but list, either all values are number or string, mixed type is not supported"
                .to_owned(),
        ),
    }
}

fn refused_text(kind: &str, item: &Value) -> Result<Matcher, String> {
    if item.as_str() == Some("") {
        return Err("Null prefix/suffix not allowed".to_owned());
    }
    match kind {
        "prefix" => affix(kind, item).map(Matcher::Prefix),
        "suffix" => affix(kind, item).map(Matcher::Suffix),
        "equals-ignore-case" => text(kind, item).map(|text| Matcher::EqualsIgnoreCase(text.to_owned())),
        "wildcard" => wildcard(text(kind, item)?),
        other => Err(format!("Unsupported anything-but pattern: {other}")),
    }
}
