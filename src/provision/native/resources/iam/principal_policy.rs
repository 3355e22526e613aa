//! Inline policies and attachments of managed policies, which users, groups and roles have alike.

use async_trait::async_trait;
use serde_json::{Value, json};

use super::GONE;
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, name, unless_gone};

/// Who has the policy, in the words of the provider and of IAM.
pub struct Holder {
    argument: &'static str,
    member: &'static str,
    put: &'static str,
    delete: &'static str,
    pub(super) attach: &'static str,
    pub(super) detach: &'static str,
}

/// A user.
pub const USER: Holder = Holder {
    argument: "/user",
    member: "UserName",
    put: "PutUserPolicy",
    delete: "DeleteUserPolicy",
    attach: "AttachUserPolicy",
    detach: "DetachUserPolicy",
};

/// A group.
pub const GROUP: Holder = Holder {
    argument: "/group",
    member: "GroupName",
    put: "PutGroupPolicy",
    delete: "DeleteGroupPolicy",
    attach: "AttachGroupPolicy",
    detach: "DetachGroupPolicy",
};

/// A role.
pub const ROLE: Holder = Holder {
    argument: "/role",
    member: "RoleName",
    put: "PutRolePolicy",
    delete: "DeleteRolePolicy",
    attach: "AttachRolePolicy",
    detach: "DetachRolePolicy",
};

impl Holder {
    fn members<const N: usize>(&self, attributes: &Attributes, more: [(&str, &Value); N]) -> Value {
        let holder = [(self.member, attributes.at(self.argument))];
        Value::Object(
            holder.into_iter().chain(more).map(|(name, value)| (name.to_owned(), value.clone())).collect(),
        )
    }

    /// What says that the holder of that name has a managed policy.
    pub(super) fn attachment(&self, name: &Value, policy_arn: &Value) -> Value {
        json!({ self.member: name, "PolicyArn": policy_arn })
    }

    fn id(&self, attributes: &Attributes, separator: &str, policy: &str) -> String {
        format!("{}{separator}{policy}", attributes.text(self.argument).unwrap_or_default())
    }
}

/// `aws_iam_user_policy` and its like.
pub struct Inline(pub Holder);
/// `aws_iam_user_policy_attachment` and its like.
pub struct Attachment(pub Holder);

#[async_trait]
impl Resource for Inline {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let name = name::given_or_made(&arguments, "/name", "/name_prefix");
        let policy = [("PolicyName", &json!(name)), ("PolicyDocument", arguments.at("/policy"))];
        operator.call("iam", self.0.put, self.0.members(&arguments, policy)).await?;
        let id = self.0.id(&arguments, ":", &name);
        Ok(arguments.with(json!({ "id": id, "name": name })))
    }

    async fn complete(&self, _: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        Ok(made.with_defaults(json!({ "name_prefix": "" })))
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let members = self.0.members(attributes, [("PolicyName", attributes.at("/name"))]);
        unless_gone(operator.call("iam", self.0.delete, members).await, &GONE)
    }
}

#[async_trait]
impl Resource for Attachment {
    async fn create(&self, operator: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let members = self.0.members(&arguments, [("PolicyArn", arguments.at("/policy_arn"))]);
        operator.call("iam", self.0.attach, members).await?;
        let id = self.0.id(&arguments, "/", arguments.text("/policy_arn").unwrap_or_default());
        Ok(arguments.with(json!({ "id": id })))
    }

    async fn complete(&self, _: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        Ok(made)
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        let members = self.0.members(attributes, [("PolicyArn", attributes.at("/policy_arn"))]);
        unless_gone(operator.call("iam", self.0.detach, members).await, &GONE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn holders_are_named_in_iam_s_words() {
        let arguments = Attributes::from(json!({ "role": "migrator", "name": "read", "policy": "{}" }));
        assert_eq!(
            ROLE.members(&arguments, [("PolicyName", arguments.at("/name"))]),
            json!({ "RoleName": "migrator", "PolicyName": "read" })
        );
        assert_eq!(ROLE.id(&arguments, ":", "read"), "migrator:read");
    }
}
