//! The names of the condition operators.

/// How one value of the request is compared with one value of the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// Same text.
    String,
    /// Same text but for case.
    StringIgnoreCase,
    /// Glob over the whole text.
    StringLike,
    /// Numbers, exactly.
    Numeric(Order),
    /// Instants.
    Date(Order),
    /// `true` or `false` in any case.
    Bool,
    /// Bytes, base64 in the policy.
    Binary,
    /// Addresses and blocks of them.
    IpAddress,
    /// Glob segment by segment.
    Arn,
    /// Presence of the key.
    Null,
}

/// The order in which the request's value must stand to the policy's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Order {
    /// The same.
    Equals,
    /// Before, or smaller.
    LessThan,
    /// Not after, or not greater.
    LessThanEquals,
    /// After, or greater.
    GreaterThan,
    /// Not before, or not smaller.
    GreaterThanEquals,
}

impl Order {
    /// Whether `ordering`, that of the request's value to the policy's, is this order.
    pub fn admits(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Self::Equals => ordering.is_eq(),
            Self::LessThan => ordering.is_lt(),
            Self::LessThanEquals => ordering.is_le(),
            Self::GreaterThan => ordering.is_gt(),
            Self::GreaterThanEquals => ordering.is_ge(),
        }
    }
}

/// The prefix that lets an operator take the set of a multivalued key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantifier {
    /// Every value of the request must satisfy the operator; true of no value at all.
    ForAllValues,
    /// At least one must; false of no value at all.
    ForAnyValue,
}

/// A condition operator with its prefix and suffix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Operator {
    /// The set prefix.
    pub quantifier: Option<Quantifier>,
    /// How values are compared.
    pub comparison: Comparison,
    /// A `Not` operator: true when no policy value matches.
    pub negated: bool,
    /// The suffix that makes an absent key match.
    pub if_exists: bool,
}

impl Operator {
    /// Reads an operator's name, in its exact case; `None` when AWS has no such operator.
    pub fn parse(name: &str) -> Option<Self> {
        let (quantifier, rest) = if let Some(rest) = name.strip_prefix("ForAllValues:") {
            (Some(Quantifier::ForAllValues), rest)
        } else if let Some(rest) = name.strip_prefix("ForAnyValue:") {
            (Some(Quantifier::ForAnyValue), rest)
        } else {
            (None, name)
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, true),
            None => (rest, false),
        };
        let (comparison, negated) = comparison(base)?;
        let plain = quantifier.is_none() && !if_exists;
        (comparison != Comparison::Null || plain).then_some(Self {
            quantifier,
            comparison,
            negated,
            if_exists,
        })
    }

    /// True for `Null`, which asks for the key and not for its value.
    pub fn is_null(&self) -> bool {
        self.comparison == Comparison::Null
    }
}

fn comparison(base: &str) -> Option<(Comparison, bool)> {
    Some(match base {
        "StringEquals" => (Comparison::String, false),
        "StringNotEquals" => (Comparison::String, true),
        "StringEqualsIgnoreCase" => (Comparison::StringIgnoreCase, false),
        "StringNotEqualsIgnoreCase" => (Comparison::StringIgnoreCase, true),
        "StringLike" => (Comparison::StringLike, false),
        "StringNotLike" => (Comparison::StringLike, true),
        "NumericEquals" => (Comparison::Numeric(Order::Equals), false),
        "NumericNotEquals" => (Comparison::Numeric(Order::Equals), true),
        "NumericLessThan" => (Comparison::Numeric(Order::LessThan), false),
        "NumericLessThanEquals" => (Comparison::Numeric(Order::LessThanEquals), false),
        "NumericGreaterThan" => (Comparison::Numeric(Order::GreaterThan), false),
        "NumericGreaterThanEquals" => (Comparison::Numeric(Order::GreaterThanEquals), false),
        "DateEquals" => (Comparison::Date(Order::Equals), false),
        "DateNotEquals" => (Comparison::Date(Order::Equals), true),
        "DateLessThan" => (Comparison::Date(Order::LessThan), false),
        "DateLessThanEquals" => (Comparison::Date(Order::LessThanEquals), false),
        "DateGreaterThan" => (Comparison::Date(Order::GreaterThan), false),
        "DateGreaterThanEquals" => (Comparison::Date(Order::GreaterThanEquals), false),
        "Bool" => (Comparison::Bool, false),
        "BinaryEquals" => (Comparison::Binary, false),
        "IpAddress" => (Comparison::IpAddress, false),
        "NotIpAddress" => (Comparison::IpAddress, true),
        "ArnEquals" | "ArnLike" => (Comparison::Arn, false),
        "ArnNotEquals" | "ArnNotLike" => (Comparison::Arn, true),
        "Null" => (Comparison::Null, false),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_exact() {
        for name in ["StringEquals", "ForAllValues:StringNotLikeIfExists", "ForAnyValue:IpAddress", "Null"] {
            assert!(Operator::parse(name).is_some(), "{name}");
        }
        for name in [
            "Arnlike",
            "NullIfExists",
            "ForAnyValue:Null",
            "BinaryNotEquals",
            "forallvalues:StringEquals",
            "StringLikeIgnoreCase",
            "",
        ] {
            assert_eq!(Operator::parse(name), None, "{name}");
        }
    }
}
