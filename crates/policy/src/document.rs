//! Policy documents: the grammar of the IAM JSON policy language.
//!
//! [`Document::parse`] is the reader for evaluation: it takes every document that some AWS service stores and refuses
//! whatever it does not understand, because a document read in part would be enforced in part. What IAM or S3 answer
//! to a bad document when it is handed to them is the business of [`crate::validate`].

mod json;
mod statement;

pub use json::{JsonError, parse_json};
pub(crate) use statement::{Clause, STATEMENT_ELEMENTS};
pub use statement::{Effect, Statement};

use crate::condition::ConditionError;
use serde_json::Value;
use std::str::FromStr;

/// The version of the policy language. Variables exist only in the newer one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `2008-10-17`, also meant when the element is missing.
    V2008,
    /// `2012-10-17`.
    V2012,
}

/// A policy document that was understood in full.
#[derive(Clone, Debug, PartialEq)]
pub struct Document {
    version: Version,
    id: Option<String>,
    statements: Vec<Statement>,
}

/// Why a document cannot be read; names the statement and the element.
#[derive(Debug, thiserror::Error)]
pub enum DocumentError {
    /// The text is no JSON, or names one member twice.
    #[error(transparent)]
    Json(#[from] JsonError),
    /// The document is not a JSON object.
    #[error("a policy document must be a JSON object")]
    NotAnObject,
    /// An element that the grammar does not have at the top level.
    #[error("unknown policy element `{0}`")]
    UnknownElement(String),
    /// An element that the policy cannot do without.
    #[error("the policy has no `{0}`")]
    Missing(&'static str),
    /// A top-level element of the wrong kind or value.
    #[error("the policy's `{0}` is not valid")]
    Invalid(&'static str),
    /// A fault in one statement.
    #[error("statement {index}: {source}")]
    Statement {
        /// Its position in the document, from 0.
        index: usize,
        /// What is wrong with it.
        source: StatementError,
    },
}

/// What is wrong with one statement.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// The statement is not a JSON object.
    #[error("a statement must be a JSON object")]
    NotAnObject,
    /// An element that the grammar does not have.
    #[error("unknown element `{0}`")]
    UnknownElement(String),
    /// An element that the statement cannot do without.
    #[error("no `{0}`")]
    Missing(&'static str),
    /// An element of the wrong kind or value.
    #[error("`{0}` is not valid")]
    Invalid(&'static str),
    /// An element together with its negation.
    #[error("`{0}` and `{1}` exclude each other")]
    Both(&'static str, &'static str),
    /// A fault in the Condition.
    #[error(transparent)]
    Condition(#[from] ConditionError),
}

impl Document {
    /// Reads a document.
    ///
    /// # Errors
    /// When the text is no JSON, repeats a member, or does not follow the grammar.
    pub fn parse(text: &str) -> Result<Self, DocumentError> {
        Self::from_value(&parse_json(text)?)
    }

    /// Reads a document that is JSON already. Repeated members can no longer be seen in it, so text from outside
    /// belongs in [`Document::parse`].
    ///
    /// # Errors
    /// When the value does not follow the grammar.
    pub fn from_value(value: &Value) -> Result<Self, DocumentError> {
        let members = value.as_object().ok_or(DocumentError::NotAnObject)?;
        if let Some(unknown) =
            members.keys().find(|key| !["Version", "Id", "Statement"].contains(&key.as_str()))
        {
            return Err(DocumentError::UnknownElement(unknown.clone()));
        }
        let version = match members.get("Version").map(|version| version.as_str()) {
            None | Some(Some("2008-10-17")) => Version::V2008,
            Some(Some("2012-10-17")) => Version::V2012,
            Some(_) => return Err(DocumentError::Invalid("Version")),
        };
        let id = match members.get("Id") {
            None => None,
            Some(id) => Some(id.as_str().ok_or(DocumentError::Invalid("Id"))?.to_owned()),
        };
        let listed = members.get("Statement").ok_or(DocumentError::Missing("Statement"))?;
        let listed = match listed {
            Value::Array(items) if items.is_empty() => return Err(DocumentError::Invalid("Statement")),
            Value::Array(items) => items.as_slice(),
            one => std::slice::from_ref(one),
        };
        let statements = listed
            .iter()
            .enumerate()
            .map(|(index, statement)| {
                Statement::from_value(statement, version)
                    .map_err(|source| DocumentError::Statement { index, source })
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { version, id, statements })
    }

    /// The version of the policy language that the document is written in.
    pub fn version(&self) -> Version {
        self.version
    }

    /// The `Id` element.
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The statements in the order of the document; at least one.
    pub fn statements(&self) -> &[Statement] {
        &self.statements
    }
}

impl FromStr for Document {
    type Err = DocumentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

/// A string, or a list of strings that is not empty.
pub(crate) fn strings(value: &Value) -> Option<Vec<&str>> {
    match value {
        Value::String(one) => Some(vec![one]),
        Value::Array(items) if !items.is_empty() => items.iter().map(Value::as_str).collect(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_name_their_place() {
        for (text, message) in [
            ("[]", "a policy document must be a JSON object"),
            (r#"{"Statment":[]}"#, "unknown policy element `Statment`"),
            (r#"{"Version":"2012-10-17"}"#, "the policy has no `Statement`"),
            (r#"{"Version":"2020-01-01","Statement":[]}"#, "the policy's `Version` is not valid"),
            (r#"{"Version":null,"Statement":[]}"#, "the policy's `Version` is not valid"),
            (r#"{"Statement":[]}"#, "the policy's `Statement` is not valid"),
            (r#"{"Statement":[7]}"#, "statement 0: a statement must be a JSON object"),
            (r#"{"Statement":{"Action":"*","Resource":"*"}}"#, "statement 0: no `Effect`"),
            (r#"{"Statement":{"Effect":"allow","Action":"*"}}"#, "statement 0: `Effect` is not valid"),
            (r#"{"Statement":{"Effect":"Allow","Resource":"*"}}"#, "statement 0: no `Action`"),
            (r#"{"Statement":{"Effect":"Allow","Action":[]}}"#, "statement 0: `Action` is not valid"),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","NotAction":"*"}}"#,
                "statement 0: `Action` and `NotAction` exclude each other",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","Codition":{}}}"#,
                "statement 0: unknown element `Codition`",
            ),
            (r#"{"Statement":{"Effect":"Allow","Action":"*","Sid":1}}"#, "statement 0: `Sid` is not valid"),
            (
                r#"{"Statement":{"Effect":"Allow","Action":"*","Principal":"x"}}"#,
                "statement 0: `Principal` is not valid",
            ),
            (
                r#"{"Statement":{"Effect":"Allow","Effect":"Deny","Action":"*"}}"#,
                "member `Effect` appears twice at line 1 column 39",
            ),
            (
                r#"{"Statement":{"Effect":"Deny","Action":"*","Condition":{"Bool":{"a:b":null}}}}"#,
                "statement 0: condition `Bool` of `a:b` has a value that is no string, number or boolean",
            ),
        ] {
            assert_eq!(Document::parse(text).unwrap_err().to_string(), message, "{text}");
        }
    }

    #[test]
    fn a_single_statement_and_single_values_are_lists_of_one() {
        let document = Document::parse(
            r#"{"Version":"2012-10-17","Id":"p","Statement":{"Sid":"One","Effect":"Allow","Action":"s3:*","Resource":"*"}}"#,
        )
        .unwrap();
        assert_eq!((document.version(), document.id()), (Version::V2012, Some("p")));
        assert_eq!(document.statements()[0].sid(), Some("One"));
        assert_eq!(document.statements()[0].effect(), Effect::Allow);
    }
}
