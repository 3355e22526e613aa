//! Three-valued logic with a memory of how sure each answer is.
//!
//! A value that the engine cannot know (an unreadable policy, an operator it has no rule for, a key the caller of
//! the engine could not supply) is [`Truth::Unknown`] and spreads only as far as it matters: `false AND unknown` is
//! false. The [`Certainty`] of an answer is that of the weakest rule it rests on.

use serde::{Deserialize, Serialize};

/// How sure a rule is; ordered from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// Our reading where AWS's documentation is silent or contradicts itself.
    Reading,
    /// Measured against AWS by others, not documented.
    Measured,
    /// Stated by AWS's documentation.
    Documented,
}

/// True, false, or not to be known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Truth {
    /// Holds.
    True,
    /// Does not hold.
    False,
    /// Cannot be known.
    Unknown,
}

/// A truth together with the certainty of the rules that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The answer.
    pub truth: Truth,
    /// The weakest rule that the answer rests on.
    pub certainty: Certainty,
}

impl Finding {
    /// True by documented rules.
    pub const TRUE: Self = Self { truth: Truth::True, certainty: Certainty::Documented };
    /// False by documented rules.
    pub const FALSE: Self = Self { truth: Truth::False, certainty: Certainty::Documented };
    /// Not to be known.
    pub const UNKNOWN: Self = Self { truth: Truth::Unknown, certainty: Certainty::Documented };

    /// A documented answer.
    pub const fn of(value: bool) -> Self {
        if value { Self::TRUE } else { Self::FALSE }
    }

    /// An answer that is our reading of the documentation.
    pub const fn reading(value: bool) -> Self {
        Self { truth: Self::of(value).truth, certainty: Certainty::Reading }
    }

    /// The answer where AWS's documentation admits two readings: theirs if they agree, unknown otherwise.
    pub fn disputed(one: bool, other: bool) -> Self {
        if one == other { Self::of(one) } else { Self::UNKNOWN }
    }

    /// The same answer, no surer than `certainty`.
    pub fn at_most(self, certainty: Certainty) -> Self {
        Self { certainty: self.certainty.min(certainty), ..self }
    }

    /// True when the answer is known to be true.
    pub fn is_true(self) -> bool {
        self.truth == Truth::True
    }

    /// True when the answer is known to be false.
    pub fn is_false(self) -> bool {
        self.truth == Truth::False
    }

    /// True when the answer cannot be known.
    pub fn is_unknown(self) -> bool {
        self.truth == Truth::Unknown
    }

    /// Both hold. One false operand decides alone, so of two false ones the surer speaks.
    pub fn and(self, other: Self) -> Self {
        match (self.truth, other.truth) {
            (Truth::False, Truth::False) => {
                Self { certainty: self.certainty.max(other.certainty), ..Self::FALSE }
            }
            (Truth::False, _) => self,
            (_, Truth::False) => other,
            (Truth::True, Truth::True) => {
                Self { certainty: self.certainty.min(other.certainty), ..Self::TRUE }
            }
            _ => Self { certainty: self.certainty.min(other.certainty), ..Self::UNKNOWN },
        }
    }

    /// At least one holds.
    pub fn or(self, other: Self) -> Self {
        !((!self).and(!other))
    }

    /// All of them hold; true for none. Stops at the first documented false.
    pub fn all(findings: impl IntoIterator<Item = Self>) -> Self {
        let mut result = Self::TRUE;
        for finding in findings {
            result = result.and(finding);
            if result == Self::FALSE {
                break;
            }
        }
        result
    }

    /// At least one of them holds; false for none. Stops at the first documented true.
    pub fn any(findings: impl IntoIterator<Item = Self>) -> Self {
        !Self::all(findings.into_iter().map(|finding| !finding))
    }
}

impl std::ops::Not for Finding {
    type Output = Self;

    fn not(self) -> Self {
        let truth = match self.truth {
            Truth::True => Truth::False,
            Truth::False => Truth::True,
            Truth::Unknown => Truth::Unknown,
        };
        Self { truth, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_false_operand_decides_and_the_surer_of_two_speaks() {
        assert_eq!(Finding::FALSE.and(Finding::UNKNOWN), Finding::FALSE);
        assert_eq!(Finding::reading(false).and(Finding::FALSE), Finding::FALSE);
        assert_eq!(Finding::reading(false).and(Finding::TRUE), Finding::reading(false));
        assert_eq!(Finding::TRUE.or(Finding::UNKNOWN), Finding::TRUE);
        assert!(Finding::FALSE.or(Finding::UNKNOWN).is_unknown());
    }

    #[test]
    fn a_conjunction_is_as_sure_as_its_weakest_operand() {
        assert_eq!(Finding::all([Finding::TRUE, Finding::reading(true)]), Finding::reading(true));
        assert_eq!(Finding::any([Finding::reading(true), Finding::TRUE]), Finding::TRUE);
        assert_eq!(Finding::all([]), Finding::TRUE);
        assert_eq!(Finding::any([]), Finding::FALSE);
    }
}
