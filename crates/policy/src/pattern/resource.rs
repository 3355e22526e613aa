//! Patterns of the Resource and NotResource elements.

use super::{Token, matches};
use crate::context::Context;
use crate::truth::{Certainty, Finding};
use crate::variables::{Expansion, Template};

/// An ARN with wildcards, or `*`; case-sensitive.
///
/// IAM documentation, "IAM JSON policy elements: Resource". A wildcard stays inside its segment, except that the sixth
/// segment takes everything to the end; and a `*` that ends a segment may run over the colons that follow (the
/// page's text of 2026, not confirmed by measurement). Variables are values only after the fifth colon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePattern {
    text: String,
    /// The segments before the sixth, or all of them if there are fewer than six.
    head: Vec<Vec<Token>>,
    tail: Option<Template>,
    fault: Option<Fault>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// The vendor holds a wildcard: IAM would not have stored the pattern.
    Vendor,
    /// A variable stands before the fifth colon: it matches nothing.
    EarlyVariable,
}

const SEGMENTS_BEFORE_RESOURCE: usize = 5;
/// The most characters of a pattern times characters of a resource that are compared. AWS's ARNs have 2,048 characters
/// and its policies 32 KiB; whoever comes with more gets no answer rather than a late one.
const MAX_STEPS: usize = 1 << 26;

impl ResourcePattern {
    /// Reads an item of a Resource list; `variables` is set by policy version 2012-10-17.
    pub fn new(text: &str, variables: bool) -> Self {
        let mut segments: Vec<&str> = text.splitn(SEGMENTS_BEFORE_RESOURCE + 1, ':').collect();
        let tail = if segments.len() > SEGMENTS_BEFORE_RESOURCE { segments.pop() } else { None };
        let fault = if text != "*" && segments.get(2).is_none_or(|vendor| vendor.contains(['*', '?'])) {
            Some(Fault::Vendor)
        } else if variables && segments.iter().any(|segment| segment.contains("${")) {
            Some(Fault::EarlyVariable)
        } else {
            None
        };
        Self {
            text: text.to_owned(),
            head: segments.into_iter().map(super::tokens).collect(),
            tail: tail.map(|tail| Template::pattern(tail, variables)),
            fault,
        }
    }

    /// The item as the policy writes it.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The keys of its variables, in lower case.
    pub fn variable_keys(&self) -> impl Iterator<Item = &str> {
        self.tail.iter().flat_map(Template::keys)
    }

    /// True when a variable in it has no value in this request, so that it matches nothing.
    pub fn lacks_value(&self, context: &Context) -> bool {
        matches!(self.tail.as_ref().map(|tail| tail.expand(context)), Some(Expansion::NoValue(_)))
    }

    /// Whether the pattern covers `resource`, an ARN or the word `*` of calls that have no resource.
    pub fn finding(&self, resource: &str, context: &Context) -> Finding {
        if self.text == "*" {
            return Finding::TRUE;
        }
        if self.text.len().saturating_mul(resource.len()) > MAX_STEPS {
            return Finding::UNKNOWN;
        }
        let covered = self.covered(resource, context);
        match self.fault {
            Some(Fault::Vendor) if !covered.is_false() => Finding::UNKNOWN,
            Some(Fault::EarlyVariable) => Finding::reading(false),
            _ => covered,
        }
    }

    fn covered(&self, resource: &str, context: &Context) -> Finding {
        let expanded;
        let (tail, certainty) = match &self.tail {
            None => (None, Certainty::Documented),
            Some(template) => match template.constant() {
                Some(tokens) => (Some(tokens), Certainty::Documented),
                None => match template.expand(context) {
                    Expansion::Pattern(tokens, certainty) => {
                        expanded = tokens;
                        (Some(expanded.as_slice()), certainty)
                    }
                    Expansion::NoValue(certainty) => return Finding::FALSE.at_most(certainty),
                    Expansion::Unknown => return Finding::UNKNOWN,
                },
            },
        };
        if tail.is_some_and(|tail| self.covers_by_segment(tail, resource)) {
            return Finding::TRUE.at_most(certainty);
        }
        let runs_over = self.head.iter().any(|segment| segment.last() == Some(&Token::Run));
        if runs_over && self.covers_running_over(tail, resource) {
            return Finding::reading(true);
        }
        Finding::FALSE.at_most(certainty)
    }

    /// Every segment covered by its own pattern.
    fn covers_by_segment(&self, tail: &[Token], resource: &str) -> bool {
        let mut segments = resource.splitn(SEGMENTS_BEFORE_RESOURCE + 1, ':');
        self.head.iter().all(|pattern| segments.next().is_some_and(|segment| matches(pattern, segment)))
            && segments.next().is_some_and(|segment| matches(tail, segment))
    }

    /// The whole text covered when a `*` at the end of a segment may run over colons. The positions in the pattern
    /// that are reachable after each character are followed together, so no choice is ever taken back.
    fn covers_running_over(&self, tail: Option<&[Token]>, resource: &str) -> bool {
        let pattern = self.flatten(tail);
        let mut reachable = vec![false; pattern.len() + 1];
        if let Some(start) = reachable.first_mut() {
            *start = true;
        }
        skip_runs(&pattern, &mut reachable);
        for character in resource.chars() {
            let mut next = vec![false; pattern.len() + 1];
            for (position, (token, crosses)) in pattern.iter().enumerate() {
                if !reachable.get(position).is_some_and(|reached| *reached) {
                    continue;
                }
                let (fits, step) = match token {
                    Token::Literal(expected) => (*expected == character, 1),
                    Token::One => (*crosses || character != ':', 1),
                    Token::Run => (*crosses || character != ':', 0),
                };
                if fits && let Some(slot) = next.get_mut(position + step) {
                    *slot = true;
                }
            }
            skip_runs(&pattern, &mut next);
            reachable = next;
        }
        reachable.last().is_some_and(|reached| *reached)
    }

    /// The pattern as one run of tokens, each with whether it may cover a colon.
    fn flatten(&self, tail: Option<&[Token]>) -> Vec<(Token, bool)> {
        let mut flat = Vec::new();
        for (index, segment) in self.head.iter().enumerate() {
            if index > 0 {
                flat.push((Token::Literal(':'), false));
            }
            let last = segment.len().saturating_sub(1);
            flat.extend(
                segment.iter().enumerate().map(|(at, token)| (*token, *token == Token::Run && at == last)),
            );
        }
        if let Some(tail) = tail {
            flat.push((Token::Literal(':'), false));
            flat.extend(tail.iter().map(|token| (*token, true)));
        }
        flat
    }
}

/// A run may be empty: a reachable `*` makes the position after it reachable.
fn skip_runs(pattern: &[(Token, bool)], reachable: &mut [bool]) {
    for (position, (token, _)) in pattern.iter().enumerate() {
        if *token == Token::Run
            && reachable.get(position).is_some_and(|reached| *reached)
            && let Some(slot) = reachable.get_mut(position + 1)
        {
            *slot = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn segments_bound_wildcards_but_for_the_last() {
        let table = "arn:aws:dynamodb:us-east-1:111122223333:table/t";
        let cases = [
            ("*", table, Finding::TRUE),
            ("arn:aws:dynamodb:us-east-1:111122223333:table/*", table, Finding::TRUE),
            ("arn:aws:dynamodb:*:*:table/t", table, Finding::TRUE),
            ("arn:aws:dynamodb:us-*-1:111122223333:table/t", table, Finding::TRUE),
            ("arn:aws:dynamodb:us*33:table/t", table, Finding::FALSE),
            ("arn:aws:dynamodb:*:table/t", table, Finding::reading(true)),
            ("arn:aws:dynamodb:*", table, Finding::reading(true)),
            ("arn:aws:dyn*", table, Finding::UNKNOWN),
            ("arn:aws:*:*:*:*", table, Finding::UNKNOWN),
            ("arn:aws:sq*:*:*:*", table, Finding::FALSE),
            ("arn:aws:s3:::b*", "arn:aws:s3:::bad/secret:x", Finding::TRUE),
            ("arn:aws:s3:::b/*", "arn:aws:s3:::b", Finding::FALSE),
            ("arn:aws:s3:::b/home/*", "arn:aws:s3:::b/Home/x", Finding::FALSE),
            ("arn:aws:s3:::*", "*", Finding::FALSE),
        ];
        for (pattern, resource, expected) in cases {
            let finding = ResourcePattern::new(pattern, true).finding(resource, &Context::new());
            assert_eq!(finding, expected, "{pattern} against {resource}");
        }
    }

    #[test]
    fn a_variable_belongs_after_the_fifth_colon() {
        let context = Context::from_iter([("aws:PrincipalAccount", "111122223333")]);
        let early = ResourcePattern::new("arn:aws:iam::${aws:PrincipalAccount}:role/x", true);
        assert!(early.finding("arn:aws:iam::111122223333:role/x", &context).is_false());
        let late = ResourcePattern::new("arn:aws:s3:::b-${aws:PrincipalAccount}/*", true);
        assert!(late.finding("arn:aws:s3:::b-111122223333/k", &context).is_true());
    }
}
