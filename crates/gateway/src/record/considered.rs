//! What each policy in play had to say of a check, and which statement came nearest to allowing it.

use serde::{Deserialize, Serialize};
pub use stackproof_policy::explain::Says;

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
