//! A stored policy as the directory holds it: readable or not, with the hashes by which its statements are found.

use std::sync::Arc;

use percent_encoding::percent_decode_str;
use serde_json::Value;
use stackproof_policy::{Policy, statement_hash};

use crate::record::{Place, SourceMap, Statement};

/// One stored policy.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    /// For the engine.
    pub policy: Policy,
    /// The hash of each statement, in order.
    hashes: Vec<String>,
    /// Where each statement is written, of policies that are read from files of their own.
    places: Vec<Option<Place>>,
    text: Arc<str>,
    /// What it says in lower case, without JSON's escapes: shows whether a condition key is mentioned at all.
    lower: Arc<str>,
}

impl Held {
    /// Takes in a document as an upstream gives it: IAM's are percent-encoded on the wire, and may be so here.
    pub fn new(name: impl Into<String>, arn: Option<&str>, document: &str) -> Self {
        let text = if document.trim_start().starts_with('{') {
            document.to_owned()
        } else {
            percent_decode_str(document).decode_utf8_lossy().into_owned()
        };
        let policy = labelled(Policy::parse(name, &text), arn);
        let document: Value = serde_json::from_str(&text).unwrap_or_default();
        let lower = document.to_string().to_lowercase().into();
        Self { policy, hashes: hashes(&document), places: Vec::new(), lower, text: text.into() }
    }

    /// A policy that exists and could not be had.
    pub fn unreadable(name: impl Into<String>, arn: Option<&str>, why: &str) -> Self {
        let policy = labelled(Policy::unreadable(name, why), arn);
        let (text, lower) = (Arc::default(), Arc::default());
        Self { policy, hashes: Vec::new(), places: Vec::new(), text, lower }
    }

    /// The same policy, whose statements are known to be written there.
    pub fn written_at(self, places: Vec<Option<Place>>) -> Self {
        Self { places, ..self }
    }

    /// Where each statement is written, as far as it was told.
    pub fn places(&self) -> &[Option<Place>] {
        &self.places
    }

    /// Whether that is its text.
    pub fn says(&self, document: &str) -> bool {
        *self.text == *document
    }

    /// The same policy with a unique id where it names the principal of that ARN. Its statements are still found
    /// where they are written.
    pub fn naming(&self, arn: &str, id: &str) -> Self {
        let Ok(mut document) = serde_json::from_str::<Value>(&self.text) else { return self.clone() };
        let statements = match document.get_mut("Statement") {
            Some(Value::Array(statements)) => statements.as_mut_slice(),
            Some(statement) => std::slice::from_mut(statement),
            None => &mut [],
        };
        for statement in statements {
            for element in ["Principal", "NotPrincipal"] {
                match statement.get_mut(element).and_then(|principal| principal.get_mut("AWS")) {
                    Some(Value::Array(names)) => names.iter_mut().for_each(|name| replace(name, arn, id)),
                    Some(name) => replace(name, arn, id),
                    None => {}
                }
            }
        }
        let text = document.to_string();
        let policy = labelled(Policy::parse(self.policy.name.clone(), &text), self.policy.arn.as_deref());
        Self { policy, text: text.into(), ..self.clone() }
    }

    /// Whether the document names that condition key, given in lower case. One that cannot be read may.
    pub fn mentions(&self, key: &str) -> bool {
        self.policy.document().is_err() || self.lower.contains(key)
    }

    /// The record of one of its statements.
    pub fn statement(&self, index: usize, sid: Option<String>, sources: &SourceMap) -> Statement {
        let noted = || self.hashes.get(index).and_then(|hash| sources.place(hash, self.policy.label()));
        let place = self.places.get(index).cloned().flatten().or_else(noted);
        Statement { policy: self.policy.label().to_owned(), index, sid, place }
    }
}

fn labelled(policy: Policy, arn: Option<&str>) -> Policy {
    match arn {
        Some(arn) => policy.with_arn(arn),
        None => policy,
    }
}

fn replace(name: &mut Value, arn: &str, id: &str) {
    if name.as_str() == Some(arn) {
        *name = Value::String(id.to_owned());
    }
}

fn hashes(document: &Value) -> Vec<String> {
    match document.get("Statement") {
        Some(Value::Array(statements)) => statements.iter().map(statement_hash).collect(),
        Some(statement) => vec![statement_hash(statement)],
        None => Vec::new(),
    }
}
