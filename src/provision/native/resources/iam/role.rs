//! `aws_iam_role` and its inline policies.

use async_trait::async_trait;
use serde_json::json;

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{CallError, Operator};
use crate::provision::native::resources::{Resource, name, unless_gone};

/// An IAM role.
pub struct Role;
/// An inline policy of a role.
pub struct RolePolicy;

#[async_trait]
impl Resource for Role {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, CallError> {
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

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, CallError> {
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
                "tags": {},
                "tags_all": {},
            })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), CallError> {
        if attributes.flag("/force_detach_policies") {
            strip(operator, attributes).await?;
        }
        let members = json!({ "RoleName": attributes.at("/name") });
        unless_gone(operator.call("iam", "DeleteRole", members).await, &GONE)
    }
}

/// Policies that were given to the role beside the stack would keep it from being deleted.
async fn strip(operator: &Operator, role: &Attributes) -> Result<(), CallError> {
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

#[async_trait]
impl Resource for RolePolicy {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, CallError> {
        let name = name::given_or_made(&arguments, "/name", "/name_prefix");
        let members = json!({
            "RoleName": arguments.at("/role"),
            "PolicyName": name,
            "PolicyDocument": arguments.at("/policy"),
        });
        operator.call("iam", "PutRolePolicy", members).await?;
        let id = format!("{}:{name}", arguments.text("/role").unwrap_or_default());
        Ok(arguments.with(json!({ "id": id, "name": name })))
    }

    async fn complete(&self, _: &Operator, made: Attributes) -> Result<Attributes, CallError> {
        Ok(made.with_defaults(json!({ "name_prefix": "" })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), CallError> {
        let members = json!({ "RoleName": attributes.at("/role"), "PolicyName": attributes.at("/name") });
        unless_gone(operator.call("iam", "DeleteRolePolicy", members).await, &GONE)
    }
}
