//! `aws_iam_group`, and who is in it.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, name, unless_gone};

/// An IAM group.
pub struct Group;
/// `aws_iam_group_membership`: a group and its users.
pub struct Members;
/// `aws_iam_user_group_membership`: a user and its groups.
pub struct Groups;

#[async_trait]
impl Resource for Group {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let members = json!({ "GroupName": arguments.at("/name"), "Path": arguments.text("/path") });
        operator.call("iam", "CreateGroup", members).await?;
        let id = arguments.at("/name").clone();
        Ok(arguments.with(json!({ "id": id })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        let read = operator.call("iam", "GetGroup", json!({ "GroupName": made.at("/name") })).await?;
        Ok(made.with(json!({
            "arn": read.text("/Group/Arn")?,
            "path": read.at("/Group/Path"),
            "unique_id": read.text("/Group/GroupId")?,
        })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let members = json!({ "GroupName": attributes.at("/name") });
        unless_gone(operator.call("iam", "DeleteGroup", members).await, &GONE)
    }
}

#[async_trait]
impl Resource for Members {
    async fn create(&self, _: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let id = arguments.at("/name").clone();
        Ok(arguments.with(json!({ "id": id })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        for user in made.list("/users") {
            add(operator, made.at("/group"), user).await?;
        }
        Ok(made)
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        for user in attributes.list("/users") {
            remove(operator, attributes.at("/group"), user).await?;
        }
        Ok(())
    }
}

#[async_trait]
impl Resource for Groups {
    async fn create(&self, _: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let id = name::given_or_made(&arguments, "/id", "/id_prefix");
        Ok(arguments.with(json!({ "id": id })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        for group in made.list("/groups") {
            add(operator, group, made.at("/user")).await?;
        }
        Ok(made)
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        for group in attributes.list("/groups") {
            remove(operator, group, attributes.at("/user")).await?;
        }
        Ok(())
    }
}

async fn add(operator: &Operator, group: &Value, user: &Value) -> Result<(), ResourceError> {
    let members = json!({ "GroupName": group, "UserName": user });
    operator.call("iam", "AddUserToGroup", members).await.map(|_| ())
}

async fn remove(operator: &Operator, group: &Value, user: &Value) -> Result<(), ResourceError> {
    let members = json!({ "GroupName": group, "UserName": user });
    unless_gone(operator.call("iam", "RemoveUserFromGroup", members).await, &GONE)
}
