//! What each policy in play had to say of a check, and which statement came nearest to allowing it.

use serde::{Deserialize, Serialize};

use super::Statement;

/// One policy in play.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Considered {
    /// Its kind in AWS's words (`identity-based policy`).
    pub layer: String,
    /// Its ARN or name.
    pub policy: String,
    /// What it says.
    pub says: Says,
}

/// What a policy says of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// A statement allows it, and none denies it.
    Allows,
    /// A statement denies it.
    Denies,
    /// No statement covers it.
    Nothing,
    /// A statement, or the whole policy, cannot be evaluated.
    Unknown,
    /// It has no say in this call.
    Exempt,
}

/// The statement that came nearest to allowing what none allows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Nearest {
    /// Its policy's kind in AWS's words.
    pub layer: String,
    /// The statement.
    pub statement: Statement,
    /// What keeps it from allowing the call: a sentence an element.
    pub lacks: Vec<String>,
}
