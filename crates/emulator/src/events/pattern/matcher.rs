//! What a single value of an event is held against.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html>

use std::net::IpAddr;

use serde_json::Value;

/// Numbers that patterns can compare.
pub(super) const MAX_NUMBER: f64 = 5.0e9;

/// One of a leaf's alternatives.
pub(super) enum Matcher {
    Exact(Value),
    Prefix(Text),
    Suffix(Text),
    EqualsIgnoreCase(String),
    Wildcard(Vec<Piece>),
    /// All comparisons hold.
    Numeric(Vec<(Comparison, f64)>),
    Exists(bool),
    Cidr(IpAddr, u8),
    /// None of these.
    AnythingBut(Vec<Matcher>),
}

/// A text that is compared with or without its case.
pub(super) enum Text {
    Exact(String),
    IgnoreCase(String),
}

/// A piece of a wildcard pattern.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    Char(char),
    Any,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Matcher {
    /// Whether one of a field's values is met; there are none where the field is absent.
    pub fn matches_any(&self, values: &[&Value]) -> bool {
        match self {
            Self::Exists(wanted) => values.is_empty() != *wanted,
            _ => values.iter().any(|value| self.matches(value)),
        }
    }

    fn matches(&self, value: &Value) -> bool {
        match (self, value) {
            (Self::Exact(wanted), value) => wanted == value,
            (Self::AnythingBut(but), value) => !but.iter().any(|matcher| matcher.matches(value)),
            (Self::Exists(wanted), _) => *wanted,
            (Self::Numeric(comparisons), Value::Number(number)) => {
                number.as_f64().filter(|number| number.abs() <= MAX_NUMBER).is_some_and(|number| {
                    comparisons.iter().all(|(comparison, bound)| comparison.holds(number, *bound))
                })
            }
            (Self::Prefix(Text::Exact(prefix)), Value::String(text)) => text.starts_with(prefix),
            (Self::Prefix(Text::IgnoreCase(prefix)), Value::String(text)) => {
                text.to_lowercase().starts_with(&prefix.to_lowercase())
            }
            (Self::Suffix(Text::Exact(suffix)), Value::String(text)) => text.ends_with(suffix),
            (Self::Suffix(Text::IgnoreCase(suffix)), Value::String(text)) => {
                text.to_lowercase().ends_with(&suffix.to_lowercase())
            }
            (Self::EqualsIgnoreCase(wanted), Value::String(text)) => {
                text.to_lowercase() == wanted.to_lowercase()
            }
            (Self::Wildcard(pieces), Value::String(text)) => {
                let text: Vec<char> = text.chars().collect();
                match_wildcard(pieces, &text)
            }
            (Self::Cidr(network, bits), Value::String(text)) => {
                text.parse().is_ok_and(|address| is_inside(address, *network, *bits))
            }
            _ => false,
        }
    }
}

impl Comparison {
    fn holds(self, number: f64, bound: f64) -> bool {
        match self {
            Self::Equal => number == bound,
            Self::Less => number < bound,
            Self::LessOrEqual => number <= bound,
            Self::Greater => number > bound,
            Self::GreaterOrEqual => number >= bound,
        }
    }
}

/// Goes back to the last wildcard only: an earlier one could take no more than that one can.
fn match_wildcard(pieces: &[Piece], text: &[char]) -> bool {
    let (mut at, mut from) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    while from < text.len() {
        match (pieces.get(at), text.get(from)) {
            (Some(Piece::Any), _) => {
                retry = Some((at + 1, from));
                at += 1;
            }
            (Some(Piece::Char(wanted)), Some(found)) if wanted == found => {
                at += 1;
                from += 1;
            }
            _ => match retry {
                Some((after, start)) => {
                    retry = Some((after, start + 1));
                    (at, from) = (after, start + 1);
                }
                None => return false,
            },
        }
    }
    pieces.iter().skip(at).all(|piece| *piece == Piece::Any)
}

/// Whether an address has a network's first bits.
fn is_inside(address: IpAddr, network: IpAddr, bits: u8) -> bool {
    match (address, network) {
        (IpAddr::V4(address), IpAddr::V4(network)) => {
            let differ = address.to_bits() ^ network.to_bits();
            differ.leading_zeros() >= u32::from(bits)
        }
        (IpAddr::V6(address), IpAddr::V6(network)) => {
            let differ = address.to_bits() ^ network.to_bits();
            differ.leading_zeros() >= u32::from(bits)
        }
        _ => false,
    }
}
