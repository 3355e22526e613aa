//! `aws_iam_policy`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, name, unless_gone};

/// A customer managed policy.
pub struct Policy;

#[async_trait]
impl Resource for Policy {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let name = name::given_or_made(&arguments, "/name", "/name_prefix");
        let members = json!({
            "PolicyName": name,
            "Path": arguments.text("/path"),
            "PolicyDocument": arguments.at("/policy"),
            "Description": arguments.text("/description"),
            "Tags": arguments.tag_set(),
        });
        let made = operator.call("iam", "CreatePolicy", members).await?;
        let arn = made.text("/Policy/Arn")?;
        Ok(arguments.with(json!({ "id": arn, "arn": arn, "name": name })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let read = operator.call("iam", "GetPolicy", json!({ "PolicyArn": made.at("/arn") })).await?;
        Ok(made
            .with(json!({
                "path": read.at("/Policy/Path"),
                "policy_id": read.text("/Policy/PolicyId")?,
                "attachment_count": read.at("/Policy/AttachmentCount").as_i64().unwrap_or(0),
            }))
            .with_defaults(json!({ "description": "", "name_prefix": "" })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let policy = json!({ "PolicyArn": attributes.at("/arn") });
        let versions = match operator.call("iam", "ListPolicyVersions", policy.clone()).await {
            Err(error) if error.is("NoSuchEntity") => return Ok(()),
            versions => versions?,
        };
        let others = versions
            .list("/Versions")
            .iter()
            .filter(|version| version.get("IsDefaultVersion") != Some(&json!(true)));
        for version in others {
            let members: Value =
                json!({ "PolicyArn": attributes.at("/arn"), "VersionId": version.get("VersionId") });
            operator.call("iam", "DeletePolicyVersion", members).await?;
        }
        unless_gone(operator.call("iam", "DeletePolicy", policy).await, &GONE)
    }
}
