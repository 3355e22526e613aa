//! Patterns of the Action and NotAction elements.

use super::{Token, matches, tokens};
use crate::truth::Finding;

/// `vendor:Name` with wildcards in the name, `*`, or `*:*`; compared without regard to case.
///
/// IAM documentation, "IAM JSON policy elements: Action".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionPattern {
    text: String,
    tokens: Vec<Token>,
    acceptable: bool,
}

impl ActionPattern {
    /// Reads an item of an Action list.
    pub fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            tokens: tokens(&text.to_ascii_lowercase()),
            acceptable: text == "*" || fault(text).is_none(),
        }
    }

    /// The item as the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// Whether the pattern covers `lower_action`, an action in lower case. An item that IAM would not have stored
    /// (no vendor, a wildcard inside the vendor) is unknown wherever it looks as if it covered the action.
    pub fn finding(&self, lower_action: &str) -> Finding {
        let covered = matches(&self.tokens, lower_action);
        if covered && !self.acceptable { Finding::UNKNOWN } else { Finding::of(covered) }
    }
}

/// Why IAM refuses an action other than `*`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionFault<'a> {
    /// No colon.
    NoVendor,
    /// More than one colon.
    SecondColon,
    /// A vendor that is neither `*` nor made of letters, digits, dots and hyphens.
    Vendor(&'a str),
}

/// The first fault of an action, in the order in which IAM looks for them.
pub fn fault(action: &str) -> Option<ActionFault<'_>> {
    let Some((vendor, name)) = action.split_once(':') else { return Some(ActionFault::NoVendor) };
    if name.contains(':') {
        return Some(ActionFault::SecondColon);
    }
    let valid = vendor == "*"
        || !vendor.is_empty() && vendor.bytes().all(|b| b.is_ascii_alphanumeric() || b".-".contains(&b));
    (!valid).then_some(ActionFault::Vendor(vendor))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::truth::Truth;

    #[test]
    fn case_is_ignored_and_wildcards_stay_in_the_name() {
        for (pattern, expected) in [
            ("*", Truth::True),
            ("*:*", Truth::True),
            ("S3:getobj*", Truth::True),
            ("s3:GetObjec?", Truth::True),
            ("s3:Put*", Truth::False),
            ("s*:GetObject", Truth::Unknown),
            ("s3*", Truth::Unknown),
            ("ec2*", Truth::False),
        ] {
            assert_eq!(ActionPattern::new(pattern).finding("s3:getobject").truth, expected, "{pattern}");
        }
    }
}
