//! Policies that other services are about to store (`iam-semantics`, section 2.7).

use serde_json::Value;
use stackproof_aws::ApiError;
use stackproof_policy::arn::is_account_id;
use stackproof_policy::validate::{PolicyOwner, validate_resource_policy};

use super::organizations::organizations;
use super::{Known, Missing, error, find, principals};
use crate::directory::Directory;
use crate::directory::pins::Ids;
use crate::directory::upstream::text;
use crate::identify::Identified;
use crate::refusal::Unknown;

/// Whom the policy means that a call stores.
pub(crate) enum Stored {
    /// The whole policy of the resource.
    Policy(Ids),
    /// One more statement of it.
    Statement(Ids),
}

/// Operations that store a policy, and the member that holds it.
const STORING: [(&str, &str, &str, PolicyOwner); 9] = [
    ("dynamodb", "CreateTable", "ResourcePolicy", PolicyOwner::Table),
    ("dynamodb", "PutResourcePolicy", "Policy", PolicyOwner::Table),
    ("ecr", "SetRepositoryPolicy", "policyText", PolicyOwner::Repository),
    ("events", "PutPermission", "Policy", PolicyOwner::EventBus),
    ("glue", "PutResourcePolicy", "PolicyInJson", PolicyOwner::Catalog),
    ("kinesis", "PutResourcePolicy", "Policy", PolicyOwner::Stream),
    ("logs", "PutDestinationPolicy", "accessPolicy", PolicyOwner::Logs),
    ("logs", "PutResourcePolicy", "policyDocument", PolicyOwner::Logs),
    ("secretsmanager", "PutResourcePolicy", "ResourcePolicy", PolicyOwner::Secret),
];

/// What a service is about to store for that account. Answers with the principals that its policy means; with nothing for a call that
/// stores none.
pub(crate) async fn service(
    directory: &Directory,
    identified: &Identified,
    account: &str,
) -> Result<Result<Option<Stored>, ApiError>, Unknown> {
    let operation = identified.operation;
    if operation.service == "organizations" {
        return Ok(organizations(directory, identified, account).await?.map(|()| None));
    }
    if ["AddPermission", "AddLayerVersionPermission"].contains(&operation.name.as_str())
        && operation.service == "lambda"
    {
        return function(directory, identified).await;
    }
    let Some((document, owner)) = document(identified) else { return Ok(Ok(None)) };
    if let Err(rejection) = validate_resource_policy(owner, document) {
        return Ok(Err(error(rejection)));
    }
    let meant = principals(directory, document).await?;
    Ok(match meant {
        Ok(meant) => Ok(Some(Stored::Policy(meant))),
        Err(Missing(_)) => Err(error(owner.no_such_principal())),
    })
}

fn document(identified: &Identified) -> Option<(&str, PolicyOwner)> {
    let (service, operation) = (identified.operation.service, identified.operation.name.as_str());
    let members = &identified.members;
    // Attributes of topics and queues are set one by one, or many at once.
    let attribute = || match text(members, "AttributeName") {
        Some("Policy") => text(members, "AttributeValue"),
        Some(_) => None,
        None => members.get("Attributes")?.get("Policy").and_then(Value::as_str),
    };
    match (service, operation) {
        ("sns", "SetTopicAttributes" | "CreateTopic") => Some((attribute()?, PolicyOwner::Topic)),
        // An empty text takes a queue's policy away.
        ("sqs", "SetQueueAttributes" | "CreateQueue") => {
            Some((attribute().filter(|policy| !policy.is_empty())?, PolicyOwner::Queue))
        }
        _ => {
            let (.., member, owner) = STORING.iter().find(|it| (it.0, it.1) == (service, operation))?;
            Some((text(members, member)?, *owner))
        }
    }
}

/// A statement of a function's policy, which names one principal.
async fn function(
    directory: &Directory,
    identified: &Identified,
) -> Result<Result<Option<Stored>, ApiError>, Unknown> {
    let principal = text(&identified.members, "Principal").unwrap_or_default();
    let invalid = || {
        let message = "The provided principal was invalid. Please check the principal and try again.";
        Ok(Err(ApiError::new(400, "InvalidParameterValueException", message)))
    };
    if principal == "*" || is_account_id(principal) || principal.contains(".") && !principal.contains(':') {
        return Ok(Ok(Some(Stored::Statement(Ids::new()))));
    }
    match find(directory, principal).await? {
        Known::Principal(id) => Ok(Ok(Some(Stored::Statement(Ids::from([(principal.to_owned(), id)]))))),
        Known::Other => Ok(Ok(Some(Stored::Statement(Ids::new())))),
        Known::Missing => invalid(),
    }
}
