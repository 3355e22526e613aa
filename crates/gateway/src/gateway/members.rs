//! Accounts that a call has made: what AWS Organizations puts into each, the role by which the management account has it.

use serde_json::{Value, json};
use stackproof_aws::Members;

use super::Gateway;
use super::forward::Failure;
use crate::authorize::service::ServiceCall;
use crate::directory::upstream::{field, text};
use crate::refusal::Unknown;

/// What the role is called where the call does not say it (API reference, `CreateAccount`).
const ROLE: &str = "OrganizationAccountAccessRole";
const ADMINISTRATOR: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

impl Gateway {
    /// Has the account that was made, and makes its role.
    pub(super) async fn note_account(
        &self,
        service: &ServiceCall<'_>,
        answer: &Members,
    ) -> Result<(), Failure> {
        let status = answer.get("CreateAccountStatus");
        let Some(account) = status.and_then(|status| field(status, "AccountId")) else { return Ok(()) };
        self.directory.admit(account);
        let management = service.call.caller.account().unwrap_or_default();
        let name = text(&service.identified.members, "RoleName").unwrap_or(ROLE);
        let made = self.make_role(account, management, name).await;
        made.map_err(|Unknown(reason)| Failure::Undetermined(reason))
    }

    async fn make_role(&self, account: &str, management: &str, name: &str) -> Result<(), Unknown> {
        let trust = json!({
            "Version": "2012-10-17",
            "Statement": [{
                "Effect": "Allow",
                "Principal": { "AWS": format!("arn:aws:iam::{management}:root") },
                "Action": "sts:AssumeRole",
            }],
        });
        let make = |operation: &'static str, members: Value| async move {
            self.directory.ask(account, ("iam", operation), members, &[]).await
        };
        make("CreateRole", json!({ "RoleName": name, "AssumeRolePolicyDocument": trust.to_string() }))
            .await?;
        let policy = json!({
            "RoleName": name, "PolicyName": "AdministratorAccess", "PolicyDocument": ADMINISTRATOR,
        });
        make("PutRolePolicy", policy).await.map(|_| ())
    }
}
