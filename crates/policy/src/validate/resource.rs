//! The answers of the other services that keep resource policies.

use super::Rejection;
use crate::document::Document;
use crate::principal::PrincipalEntry;

/// What a resource policy is handed to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyOwner {
    /// A KMS key.
    Key,
    /// An SNS topic.
    Topic,
    /// An SQS queue.
    Queue,
    /// A secret of Secrets Manager.
    Secret,
    /// An ECR repository.
    Repository,
    /// A DynamoDB table or stream.
    Table,
    /// A Kinesis stream or one of its consumers.
    Stream,
    /// An event bus of EventBridge.
    EventBus,
    /// The data catalog of Glue.
    Catalog,
    /// A destination or the log groups of CloudWatch Logs.
    Logs,
}

impl PolicyOwner {
    /// The answer to a policy that names a principal which does not exist.
    pub fn no_such_principal(self) -> Rejection {
        let (code, _, message) = self.answers();
        Rejection::new(code, message)
    }

    /// The code, and the messages for a document that cannot be read and for an invalid principal.
    fn answers(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Key => (
                "MalformedPolicyDocumentException",
                "Policy contains a statement with one or more invalid elements.",
                "Policy contains a statement with one or more invalid principals.",
            ),
            Self::Topic => (
                "InvalidParameter",
                "Invalid parameter: Policy Error: null",
                "Invalid parameter: Policy Error: PrincipalNotFound",
            ),
            Self::Queue => (
                "InvalidAttributeValue",
                "Invalid value for the parameter Policy.",
                "Invalid value for the parameter Policy.",
            ),
            Self::Secret => (
                "MalformedPolicyDocumentException",
                "This resource policy contains a syntax error.",
                "This resource policy contains an unsupported principal.",
            ),
            Self::Repository => (
                "InvalidParameterException",
                "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Invalid repository policy provided'",
                "Invalid parameter at 'PolicyText' failed to satisfy constraint: 'Principal not found'",
            ),
            Self::Table => (
                "ValidationException",
                "The resource policy is not valid.",
                "The resource policy contains an invalid principal.",
            ),
            Self::Stream => (
                "InvalidArgumentException",
                "The resource policy is not valid.",
                "The resource policy contains an invalid principal.",
            ),
            Self::EventBus => (
                "ValidationException",
                "The policy is not valid.",
                "The policy contains an invalid principal.",
            ),
            Self::Catalog => (
                "InvalidInputException",
                "The resource policy is not valid.",
                "The resource policy contains an invalid principal.",
            ),
            Self::Logs => (
                "InvalidParameterException",
                "The policy document is not valid.",
                "The policy document contains an invalid principal.",
            ),
        }
    }
}

/// Checks a resource policy's grammar and the form of its principals, whose existence is for the caller to find out.
/// Bucket policies have [`super::validate_bucket_policy`].
///
/// # Errors
/// The service's answer to the first fault.
pub fn validate_resource_policy(owner: PolicyOwner, text: &str) -> Result<(), Rejection> {
    let (code, unreadable, invalid_principal) = owner.answers();
    let document = Document::parse(text).map_err(|_| Rejection::new(code, unreadable))?;
    let valid = document.statements().iter().all(|statement| {
        statement.condition().tests().iter().all(|test| test.operator().is_some())
            && statement.principal().is_some()
    });
    if !valid {
        return Err(Rejection::new(code, unreadable));
    }
    let named = document.statements().iter().filter_map(|statement| statement.principal_element());
    if named.flat_map(|element| element.entries()).any(|entry| matches!(entry, PrincipalEntry::Invalid(..))) {
        return Err(Rejection::new(code, invalid_principal));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_service_has_its_own_words() {
        let policy = |principal: &str| {
            format!(
                r#"{{"Statement":{{"Effect":"Allow","Principal":{principal},"Action":"*","Resource":"*"}}}}"#
            )
        };
        use PolicyOwner::{Catalog, EventBus, Key, Logs, Queue, Repository, Secret, Stream, Table, Topic};
        for owner in [Key, Topic, Queue, Secret, Repository, Table, Stream, EventBus, Catalog, Logs] {
            let (code, unreadable, invalid) = owner.answers();
            assert_eq!(validate_resource_policy(owner, &policy(r#"{"AWS":"*"}"#)), Ok(()));
            let rejection = validate_resource_policy(owner, &policy(r#"{"AWS":"nobody"}"#)).unwrap_err();
            assert_eq!((rejection.code, rejection.message.as_str()), (code, invalid));
            for text in ["{}", "x", &policy(r#""*","Condition":{"Arnlike":{"a:b":"c"}}"#)] {
                assert_eq!(validate_resource_policy(owner, text).unwrap_err().message, unreadable);
            }
        }
    }
}
