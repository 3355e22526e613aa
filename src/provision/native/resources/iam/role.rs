//! `aws_iam_role`.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, name, unless_gone};

/// An IAM role.
pub struct Role;

#[async_trait]
impl Resource for Role {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let name = name::given_or_made(&arguments, "/name", "/name_prefix");
        let members = json!({
            "RoleName": name,
            "Path": arguments.text("/path"),
            "AssumeRolePolicyDocument": arguments.at("/assume_role_policy"),
            "Description": arguments.text("/description"),
            "MaxSessionDuration": arguments.at("/max_session_duration"),
            "PermissionsBoundary": arguments.text("/permissions_boundary"),
            "Tags": arguments.tag_set(),
        });
        operator.call("iam", "CreateRole", members).await?;
        Ok(arguments.with(json!({ "id": name, "name": name })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        for inline in made.list("/inline_policy") {
            // An empty block says that there are none.
            if inline.get("policy").is_none_or(Value::is_null) {
                continue;
            }
            let members = json!({
                "RoleName": made.at("/name"),
                "PolicyName": inline.get("name"),
                "PolicyDocument": inline.get("policy"),
            });
            operator.call("iam", "PutRolePolicy", members).await?;
        }
        for arn in made.list("/managed_policy_arns") {
            let members = json!({ "RoleName": made.at("/name"), "PolicyArn": arn });
            operator.call("iam", "AttachRolePolicy", members).await?;
        }
        let read = operator.call("iam", "GetRole", json!({ "RoleName": made.at("/name") })).await?;
        Ok(made
            .with(json!({
                "arn": read.text("/Role/Arn")?,
                "create_date": read.text("/Role/CreateDate")?,
                "max_session_duration": read.at("/Role/MaxSessionDuration"),
                "path": read.at("/Role/Path"),
                "unique_id": read.text("/Role/RoleId")?,
            }))
            .with_defaults(json!({
                "description": "",
                "force_detach_policies": false,
                "inline_policy": [],
                "managed_policy_arns": [],
                "name_prefix": "",
                "permissions_boundary": "",
            })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let exclusive =
            ["/inline_policy", "/managed_policy_arns"].iter().any(|list| !attributes.list(list).is_empty());
        if exclusive || attributes.flag("/force_detach_policies") {
            strip(operator, attributes).await?;
        }
        let members = json!({ "RoleName": attributes.at("/name") });
        unless_gone(operator.call("iam", "DeleteRole", members).await, &GONE)
    }
}

/// A role that still has policies cannot be deleted.
async fn strip(operator: &Operator, role: &Attributes) -> Result<(), ResourceError> {
    let role = role.at("/name");
    let attached = match operator.call("iam", "ListAttachedRolePolicies", json!({ "RoleName": role })).await {
        Err(error) if error.is("NoSuchEntity") => return Ok(()),
        attached => attached?,
    };
    for policy in attached.list("/AttachedPolicies") {
        let members = json!({ "RoleName": role, "PolicyArn": policy.get("PolicyArn") });
        operator.call("iam", "DetachRolePolicy", members).await?;
    }
    let inline = operator.call("iam", "ListRolePolicies", json!({ "RoleName": role })).await?;
    for policy in inline.list("/PolicyNames") {
        operator.call("iam", "DeleteRolePolicy", json!({ "RoleName": role, "PolicyName": policy })).await?;
    }
    Ok(())
}
