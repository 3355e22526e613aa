//! Service and resource control policies: what AWS Organizations takes ("SCP syntax", "RCP syntax", "Quotas for AWS
//! Organizations"). The messages are our own; they say what is wrong and in which statement.

use crate::document::{Clause, Document, DocumentError, Effect, Statement, Version};
use crate::principal::PrincipalEntry;

/// A kind of control policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ControlPolicyKind {
    /// Service control policies.
    Service,
    /// Resource control policies.
    Resource,
}

impl ControlPolicyKind {
    /// The most characters that such a policy may have; white space counts.
    pub fn max_size(self) -> usize {
        match self {
            // Doubled in May 2026, as was the number of policies.
            Self::Service => 10_240,
            Self::Resource => 5120,
        }
    }

    /// So many may be attached to the organization's root, a unit or an account.
    pub fn max_attached(self) -> usize {
        match self {
            Self::Service => 10,
            Self::Resource => 5,
        }
    }
}

/// Why AWS Organizations would not take a control policy.
#[derive(Debug, thiserror::Error)]
pub enum ControlPolicyFault {
    /// The document does not follow the grammar.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// It is too long.
    #[error("the policy has {size} characters, and {max} are the most")]
    Size {
        /// Its characters, white space among them.
        size: usize,
        /// The most there may be.
        max: usize,
    },
    /// The version of the policy language is not said, or is the old one.
    #[error("a control policy must have the `Version` 2012-10-17")]
    Version,
    /// A statement says what a policy of this kind cannot say.
    #[error("statement {index}: {what}")]
    Statement {
        /// Its position in the document, from 0.
        index: usize,
        /// What is wrong with it.
        what: &'static str,
    },
}

impl ControlPolicyFault {
    /// The position of the statement that is at fault, from 0, where it is one.
    pub fn statement(&self) -> Option<usize> {
        match self {
            Self::Statement { index, .. } | Self::Document(DocumentError::Statement { index, .. }) => {
                Some(*index)
            }
            Self::Document(_) | Self::Size { .. } | Self::Version => None,
        }
    }

    /// Line and column, from 1, of what is no JSON.
    pub fn json_position(&self) -> Option<(usize, usize)> {
        match self {
            Self::Document(DocumentError::Json(error)) => Some(error.position()),
            _ => None,
        }
    }
}

/// Checks a control policy.
///
/// # Errors
/// The first fault for which AWS Organizations would not take it.
pub fn validate_control_policy(kind: ControlPolicyKind, text: &str) -> Result<(), ControlPolicyFault> {
    let document = Document::parse(text)?;
    let (size, max) = (text.chars().count(), kind.max_size());
    if size > max {
        return Err(ControlPolicyFault::Size { size, max });
    }
    if document.version() != Version::V2012 {
        return Err(ControlPolicyFault::Version);
    }
    let fault = document.statements().iter().enumerate().find_map(|(index, statement)| {
        let what = match kind {
            ControlPolicyKind::Service => service_fault(statement),
            ControlPolicyKind::Resource => resource_fault(statement),
        };
        what.or_else(|| common_fault(statement)).map(|what| ControlPolicyFault::Statement { index, what })
    });
    fault.map_or(Ok(()), Err)
}

fn common_fault(statement: &Statement) -> Option<&'static str> {
    if statement.resource().is_none() {
        return Some("it has no `Resource`");
    }
    let unknown = statement.condition().tests().iter().any(|test| test.operator().is_none());
    unknown.then_some("its `Condition` has an operator that AWS does not have")
}

fn service_fault(statement: &Statement) -> Option<&'static str> {
    statement.principal().is_some().then_some(
        "a service control policy has no `Principal`: it binds whoever is below where it is attached",
    )
}

fn resource_fault(statement: &Statement) -> Option<&'static str> {
    if statement.effect() == Effect::Allow {
        return Some(
            "a resource control policy can only deny: what allows is RCPFullAWSAccess, which is always there",
        );
    }
    match statement.principal() {
        None => return Some("a resource control policy needs the `Principal` \"*\""),
        Some(Clause::Not(_)) => return Some("a resource control policy has no `NotPrincipal`"),
        Some(Clause::Is(element)) => {
            let everyone =
                |entry: &PrincipalEntry| matches!(entry, PrincipalEntry::Everyone | PrincipalEntry::AnyAws);
            if !element.entries().iter().all(everyone) {
                return Some(
                    "the `Principal` of a resource control policy is \"*\"; a condition says whom it is about",
                );
            }
        }
    }
    match statement.action() {
        Clause::Not(_) => Some("a resource control policy has no `NotAction`"),
        Clause::Is(patterns) if patterns.iter().any(|pattern| pattern.as_str() == "*") => {
            Some("the `Action` of a resource control policy names services: `s3:*`, not `*`")
        }
        Clause::Is(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(kind: ControlPolicyKind, statement: &str) -> Option<String> {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        validate_control_policy(kind, &text).err().map(|fault| fault.to_string())
    }

    #[test]
    fn a_service_control_policy_names_nobody() {
        let fault = |statement: &str| fault(ControlPolicyKind::Service, statement);
        assert_eq!(fault(r#"{"Effect":"Allow","NotAction":"iam:*","NotResource":"*"}"#), None);
        let region = r#"{"StringNotEquals":{"aws:RequestedRegion":["eu-west-2"]}}"#;
        assert_eq!(
            fault(&format!(r#"{{"Effect":"Deny","Action":"*","Resource":"*","Condition":{region}}}"#)),
            None
        );
        for (statement, message) in [
            (r#"{"Effect":"Deny","Action":"*","Resource":"*","Principal":"*"}"#, "has no `Principal`"),
            (r#"{"Effect":"Deny","Action":"*"}"#, "statement 0: it has no `Resource`"),
            (r#"{"Effect":"Deny","Resource":"*"}"#, "statement 0: no `Action`"),
            (
                r#"{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"StringMatches":{"a:b":"c"}}}"#,
                "an operator that AWS does not have",
            ),
        ] {
            assert!(fault(statement).unwrap().contains(message), "{statement}");
        }
    }

    #[test]
    fn a_resource_control_policy_denies_everybody_something() {
        let fault = |statement: &str| fault(ControlPolicyKind::Resource, statement);
        for principal in [r#""*""#, r#"{"AWS":"*"}"#] {
            let statement =
                format!(r#"{{"Effect":"Deny","Principal":{principal},"Action":["s3:*"],"NotResource":"*"}}"#);
            assert_eq!(fault(&statement), None);
        }
        for (statement, message) in [
            (r#"{"Effect":"Allow","Principal":"*","Action":"s3:*","Resource":"*"}"#, "can only deny"),
            (r#"{"Effect":"Deny","Action":"s3:*","Resource":"*"}"#, "needs the `Principal`"),
            (
                r#"{"Effect":"Deny","NotPrincipal":{"AWS":"*"},"Action":"s3:*","Resource":"*"}"#,
                "`NotPrincipal`",
            ),
            (
                r#"{"Effect":"Deny","Principal":{"AWS":"111122223333"},"Action":"s3:*","Resource":"*"}"#,
                "is \"*\"",
            ),
            (r#"{"Effect":"Deny","Principal":"*","NotAction":"s3:*","Resource":"*"}"#, "`NotAction`"),
            (r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#, "names services"),
            (r#"{"Effect":"Deny","Principal":"*","Action":"s3:*"}"#, "no `Resource`"),
        ] {
            assert!(fault(statement).unwrap().contains(message), "{statement}");
        }
    }

    #[test]
    fn size_version_and_grammar_count() {
        let check = |text: &str| validate_control_policy(ControlPolicyKind::Resource, text).unwrap_err();
        let body = r#""Statement":{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"}}"#;
        let long = format!(r#"{{"Version":"2012-10-17",{body}{}"#, " ".repeat(5120));
        assert_eq!(
            check(&long).to_string(),
            format!("the policy has {} characters, and 5120 are the most", long.len())
        );
        assert!(matches!(check(&format!("{{{body}")), ControlPolicyFault::Version));
        assert_eq!(check("{\n  \"Version\": \n}").json_position(), Some((3, 1)));
        let second = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*"},{}]}"#;
        assert_eq!(check(second).statement(), Some(1));
    }
}
