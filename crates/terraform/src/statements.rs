//! The statements of a policy document, each with the place where it was written.

use std::sync::Arc;

use crate::source::Origin;
use crate::value::{Value, decode_json};

/// A statement and where it was written.
#[derive(Clone, Debug)]
pub struct PlacedStatement {
    /// The statement.
    pub json: serde_json::Value,
    /// Where it was written, if that is known.
    pub origin: Option<Arc<Origin>>,
}

/// The statements of a policy document, whichever way it was written: with `jsonencode`, as a policy document data
/// source, as a heredoc or read from a file. None for a value that is no policy document in JSON.
pub fn policy_statements(value: &Value) -> Vec<PlacedStatement> {
    let Some(document) = value.as_text().and_then(|text| decode_json(text).ok()) else {
        return Vec::new();
    };
    let statements: Vec<&Value> = match document.get("Statement") {
        Some(statements) => match statements.as_sequence() {
            Some(list) => list.iter().collect(),
            None => vec![statements],
        },
        None => Vec::new(),
    };
    statements
        .into_iter()
        .map(|statement| PlacedStatement { json: statement.to_json(), origin: statement.shared_origin() })
        .collect()
}
