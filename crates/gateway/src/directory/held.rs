//! A stored policy as the directory holds it: readable or not, with the hashes by which its statements are found.

use percent_encoding::percent_decode_str;
use serde_json::Value;
use stackproof_policy::{Policy, statement_hash};

use crate::record::{SourceMap, Statement};

/// One stored policy.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// For the engine.
    pub policy: Policy,
    /// The hash of each statement, in order.
    hashes: Vec<String>,
    /// The document in lower case: says whether a condition key is mentioned at all.
    lower: String,
}

impl Held {
    /// Takes in a document as an upstream gives it: IAM's are percent-encoded on the wire, and may be so here.
    pub fn new(name: impl Into<String>, arn: Option<&str>, document: &str) -> Self {
        let text = if document.trim_start().starts_with('{') {
            document.to_owned()
        } else {
            percent_decode_str(document).decode_utf8_lossy().into_owned()
        };
        let policy = Policy::parse(name, &text);
        let policy = match arn {
            Some(arn) => policy.with_arn(arn),
            None => policy,
        };
        let hashes = serde_json::from_str(&text).map(|document| hashes(&document)).unwrap_or_default();
        Self { policy, hashes, lower: text.to_lowercase() }
    }

    /// A policy that exists and could not be had.
    pub fn unreadable(name: impl Into<String>, arn: Option<&str>, why: &str) -> Self {
        let policy = Policy::unreadable(name, why);
        let policy = match arn {
            Some(arn) => policy.with_arn(arn),
            None => policy,
        };
        Self { policy, hashes: Vec::new(), lower: String::new() }
    }

    /// Whether the document names that condition key, given in lower case. One that cannot be read may.
    pub fn mentions(&self, key: &str) -> bool {
        self.policy.document().is_err() || self.lower.contains(key)
    }

    /// The record of one of its statements.
    pub fn statement(&self, index: usize, sid: Option<String>, sources: &SourceMap) -> Statement {
        let place = self.hashes.get(index).and_then(|hash| sources.place(hash));
        Statement { policy: self.policy.label().to_owned(), index, sid, place }
    }
}

fn hashes(document: &Value) -> Vec<String> {
    match document.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().map(statement_hash).collect(),
        Some(statement) => vec![statement_hash(statement)],
        None => Vec::new(),
    }
}
