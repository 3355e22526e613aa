//! One value of a policy's condition, made ready for comparison.

use super::date::{Instant, parse_instant};
use super::decimal::Decimal;
use super::operator::{Comparison, Order};
use crate::context::Context;
use crate::pattern::{Token, matches};
use crate::truth::{Certainty, Finding};
use crate::variables::{Expansion, Template};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ipnet::IpNet;
use std::net::IpAddr;

/// A policy value in the form its operator compares.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand {
    Text(Template),
    IgnoreCase(Template),
    Arn(Template),
    Bool(Template),
    Numeric(Order, Decimal),
    Date(Order, Instant),
    Binary {
        base64: String,
        bytes: Vec<u8>,
    },
    Network(IpNet),
    /// `Null` looks at the key alone.
    Presence,
    /// Text that its operator cannot read: what it would match cannot be known.
    Unreadable,
}

impl Operand {
    /// Reads a policy value. Variables are replaced in strings, ARNs and (our reading of two pages that contradict
    /// each other) booleans; anywhere else they are text, which is then unreadable.
    pub(super) fn new(comparison: Comparison, text: &str, variables: bool) -> Self {
        let read = match comparison {
            Comparison::String => Some(Self::Text(Template::literal(text, variables))),
            Comparison::StringIgnoreCase => Some(Self::IgnoreCase(Template::literal(text, variables))),
            Comparison::StringLike => Some(Self::Text(Template::pattern(text, variables))),
            Comparison::Arn => Some(Self::Arn(Template::pattern(text, variables))),
            Comparison::Bool => Some(Self::Bool(Template::literal(text, variables))),
            Comparison::Numeric(order) => Decimal::parse(text).map(|number| Self::Numeric(order, number)),
            Comparison::Date(order) => parse_instant(text).map(|instant| Self::Date(order, instant)),
            Comparison::Binary => {
                STANDARD.decode(text).ok().map(|bytes| Self::Binary { base64: text.to_owned(), bytes })
            }
            Comparison::IpAddress => network(text).map(Self::Network),
            Comparison::Null => Some(Self::Presence),
        };
        read.unwrap_or(Self::Unreadable)
    }

    /// Whether a value of the request that is [`comparable`] matches this policy value.
    pub(super) fn finding(&self, value: &str, context: &Context) -> Finding {
        match self {
            Self::Text(template) => {
                expanded(template, context, |pattern| Finding::of(matches(pattern, value)))
            }
            Self::IgnoreCase(template) => {
                expanded(template, context, |text| Finding::of(same_but_for_case(text, value)))
            }
            Self::Arn(template) => expanded(template, context, |pattern| arn_like(pattern, value)),
            Self::Bool(template) => {
                let certainty =
                    if template.keys().next().is_some() { Certainty::Reading } else { Certainty::Documented };
                expanded(template, context, |text| {
                    let truth_value =
                        value.eq_ignore_ascii_case("true") || value.eq_ignore_ascii_case("false");
                    Finding::of(truth_value && same_but_for_case(text, value))
                })
                .at_most(certainty)
            }
            Self::Numeric(order, number) => {
                Finding::of(Decimal::parse(value).is_some_and(|value| order.admits(value.cmp(number))))
            }
            Self::Date(order, instant) => {
                Finding::of(parse_instant(value).is_some_and(|value| order.admits(value.cmp(instant))))
            }
            Self::Binary { base64, bytes } => Finding::of(base64 == value || bytes == value.as_bytes()),
            Self::Network(network) => {
                Finding::of(value.parse::<IpAddr>().is_ok_and(|address| network.contains(&address)))
            }
            Self::Presence => Finding::FALSE,
            Self::Unreadable => Finding::UNKNOWN,
        }
    }
}

/// Whether a value of the request is of the operator's kind. If not, the operator is false, negated or not: what the
/// simulator does; AWS's documentation is silent.
pub(super) fn comparable(comparison: Comparison, value: &str) -> bool {
    match comparison {
        Comparison::Numeric(_) => Decimal::parse(value).is_some(),
        Comparison::Date(_) => parse_instant(value).is_some(),
        Comparison::IpAddress => value.parse::<IpAddr>().is_ok(),
        Comparison::Arn => value.starts_with("arn:") && value.splitn(6, ':').count() == 6,
        Comparison::String
        | Comparison::StringIgnoreCase
        | Comparison::StringLike
        | Comparison::Bool
        | Comparison::Binary
        | Comparison::Null => true,
    }
}

/// Compares with the template's text in this request; a variable without a value matches nothing.
fn expanded(template: &Template, context: &Context, compare: impl Fn(&[Token]) -> Finding) -> Finding {
    if let Some(constant) = template.constant() {
        return compare(constant);
    }
    match template.expand(context) {
        Expansion::Pattern(tokens, certainty) => compare(&tokens).at_most(certainty),
        Expansion::NoValue(certainty) => Finding::FALSE.at_most(certainty),
        Expansion::Unknown => Finding::UNKNOWN,
    }
}

fn same_but_for_case(text: &[Token], value: &str) -> bool {
    let lower = text.iter().flat_map(|token| match token {
        Token::Literal(character) => character.to_lowercase(),
        Token::One => '?'.to_lowercase(),
        Token::Run => '*'.to_lowercase(),
    });
    lower.eq(value.chars().flat_map(char::to_lowercase))
}

/// `ArnLike`, which `ArnEquals` is too: six segments, each a glob of its own.
fn arn_like(pattern: &[Token], value: &str) -> Finding {
    let patterns: Vec<&[Token]> = pattern.splitn(6, |token| *token == Token::Literal(':')).collect();
    if patterns.len() < 6 {
        // AWS's examples always have six segments; what fewer mean is not said.
        return Finding::disputed(false, matches(pattern, value));
    }
    Finding::of(patterns.iter().zip(value.splitn(6, ':')).all(|(pattern, segment)| matches(pattern, segment)))
}

/// A CIDR block, or one address as the block of itself. Host bits are ignored.
fn network(text: &str) -> Option<IpNet> {
    match text.parse::<IpNet>() {
        Ok(network) => Some(network),
        Err(_) => text.parse::<IpAddr>().ok().map(IpNet::from),
    }
}
