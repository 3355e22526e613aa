//! `aws_iam_user`.

use async_trait::async_trait;
use serde_json::json;

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, unless_gone};

/// An IAM user.
pub struct User;

#[async_trait]
impl Resource for User {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let members = json!({
            "UserName": arguments.at("/name"),
            "Path": arguments.text("/path"),
            "PermissionsBoundary": arguments.text("/permissions_boundary"),
            "Tags": arguments.tag_set(),
        });
        operator.call("iam", "CreateUser", members).await?;
        let id = arguments.at("/name").clone();
        Ok(arguments.with(json!({ "id": id })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let read = operator.call("iam", "GetUser", json!({ "UserName": made.at("/name") })).await?;
        Ok(made
            .with(json!({
                "arn": read.text("/User/Arn")?,
                "path": read.at("/User/Path"),
                "unique_id": read.text("/User/UserId")?,
            }))
            .with_defaults(json!({
                "force_destroy": false, "permissions_boundary": "",
            })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        if attributes.flag("/force_destroy") {
            delete_keys(operator, attributes).await?;
        }
        let members = json!({ "UserName": attributes.at("/name") });
        unless_gone(operator.call("iam", "DeleteUser", members).await, &GONE)
    }
}

/// Keys that were made beside the stack would keep the user from being deleted.
async fn delete_keys(operator: &Operator, user: &Attributes) -> Result<(), ResourceError> {
    let listed = match operator.call("iam", "ListAccessKeys", json!({ "UserName": user.at("/name") })).await {
        Err(error) if error.is("NoSuchEntity") => return Ok(()),
        listed => listed?,
    };
    for key in listed.list("/AccessKeyMetadata") {
        let members = json!({ "UserName": user.at("/name"), "AccessKeyId": key.get("AccessKeyId") });
        operator.call("iam", "DeleteAccessKey", members).await?;
    }
    Ok(())
}
