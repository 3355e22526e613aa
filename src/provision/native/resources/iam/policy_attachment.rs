//! `aws_iam_policy_attachment`: one managed policy, and all that have it.

use async_trait::async_trait;
use serde_json::json;

use super::GONE;
use super::principal_policy::{GROUP, Holder, ROLE, USER};
use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::{Resource, unless_gone};

/// A managed policy on users, groups and roles.
pub struct PolicyAttachment;

const HOLDERS: [(&str, &Holder); 3] = [("/users", &USER), ("/groups", &GROUP), ("/roles", &ROLE)];

#[async_trait]
impl Resource for PolicyAttachment {
    async fn create(&self, _: &Operator, arguments: Attributes) -> Result<Attributes, ResourceError> {
        let id = arguments.at("/name").clone();
        Ok(arguments.with(json!({ "id": id })))
    }

    async fn complete(&self, operator: &Operator, made: Attributes) -> Result<Attributes, ResourceError> {
        for (list, holder) in HOLDERS {
            for name in made.list(list) {
                let members = holder.attachment(name, made.at("/policy_arn"));
                operator.call("iam", holder.attach, members).await?;
            }
        }
        Ok(made)
    }

    async fn destroy(&self, operator: &Operator, attributes: &Attributes) -> Result<(), ResourceError> {
        for (list, holder) in HOLDERS {
            for name in attributes.list(list) {
                let members = holder.attachment(name, attributes.at("/policy_arn"));
                unless_gone(operator.call("iam", holder.detach, members).await, &GONE)?;
            }
        }
        Ok(())
    }
}
