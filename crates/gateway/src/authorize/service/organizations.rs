//! What calls to AWS Organizations are about: their ids say of which type it is, and the organization the rest of its ARN.

use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_policy::Context;

use super::ServiceCall;
use crate::directory::held::Held;
use crate::directory::is_read;
use crate::directory::services::ResourcePolicy;
use crate::directory::upstream::field;
use crate::refusal::{Refusal, Unknown};
use crate::rules::Resource;

const SERVICE: &str = "organizations";
/// What any member may call.
const OF_MEMBERS: [&str; 3] = ["DescribeEffectivePolicy", "DescribeOrganization", "LeaveOrganization"];
const POLICY_TYPE: &str = "organizations:PolicyType";

/// How a caller stands to what it asks for, as far as it is an organization that decides.
pub(super) enum Standing {
    /// As any account to what is its own, or what all members may ask for.
    Own,
    /// It may do what that policy lets it.
    Delegated { management: String, policy: Arc<ResourcePolicy> },
    /// The service refuses it, whatever its own policies say.
    Refused,
}

/// What administrators of services may do, which reads alone (API reference, "can be called only from the organization's
/// management account or by a member account that is a delegated administrator").
fn administrator(account: &str) -> ResourcePolicy {
    let statement = json!({
        "Effect": "Allow",
        "Principal": { "AWS": account },
        "Action": ["organizations:Describe*", "organizations:List*"],
        "Resource": "*",
    });
    let document = json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string();
    let policy = Held::new("what delegated administrators may do", None, &document);
    ResourcePolicy { arn: String::new(), policy }
}

impl ServiceCall<'_> {
    /// Whether it is a call to AWS Organizations.
    pub fn is_about_organization(&self) -> bool {
        self.operation().service == SERVICE
    }

    /// The resource of that id, and everything (`*`) where there is none: the service says so itself.
    pub(super) async fn of_organization(&self, kind: &str, named: &str) -> Result<Resource, Refusal> {
        let everything = || Resource::new("", "*");
        let last = named.rsplit('/').next().unwrap_or(named);
        // The templates of all but accounts begin ids with what they begin with anyway.
        let id = match kind {
            "account" => last,
            _ => last.split_once('-').map_or(last, |(_, id)| id),
        };
        let Some(organization) = self.organization().await? else { return Ok(everything()) };
        let text = |name: &str| field(&organization, name).unwrap_or_default();
        let (management, of) = (text("MasterAccountId"), text("Id"));
        if kind == "resourcepolicy" {
            let policy = self.resource_policy(management).await?.unwrap_or_default();
            let id = policy.pointer("/ResourcePolicySummary/Id").and_then(Value::as_str).unwrap_or("rp-*");
            let arn = format!("arn:aws:organizations::{management}:resourcepolicy/{of}/{id}");
            return Ok(Resource::new("resourcepolicy", arn));
        }
        let (kind, path) = match id.split_once('-').map_or("", |(begin, _)| begin) {
            "p" => {
                let Some(policy) = self.policy(id).await? else { return Ok(everything()) };
                let arn = field(&policy, "Arn").unwrap_or("*");
                let of_aws = policy.get("AwsManaged") == Some(&Value::Bool(true));
                return Ok(Resource::new(if of_aws { "awspolicy" } else { "policy" }, arn));
            }
            "ou" => ("organizationalunit", "ou"),
            "r" => ("root", "root"),
            "rp" => ("resourcepolicy", "resourcepolicy"),
            _ => ("account", "account"),
        };
        Ok(Resource::new(kind, format!("arn:aws:organizations::{management}:{path}/{of}/{id}")))
    }

    /// The type of the policy that the call names, if it names one.
    pub(super) async fn policy_type(&self, context: &mut Context) -> Result<(), Refusal> {
        let tagged = self.text("ResourceId").filter(|id| id.starts_with("p-"));
        let Some(id) = self.text("PolicyId").or(tagged) else {
            context.set_absent(POLICY_TYPE);
            return Ok(());
        };
        if let Some(kind) = self.policy(id).await?.as_ref().and_then(|policy| field(policy, "Type")) {
            context.insert(POLICY_TYPE, kind);
        }
        Ok(())
    }

    /// How the caller stands to the organization, where the call is about one.
    pub(super) async fn standing(&self) -> Result<Standing, Refusal> {
        if !self.is_about_organization() {
            return Ok(Standing::Own);
        }
        let Some(organization) = self.organization().await? else { return Ok(Standing::Own) };
        let management = field(&organization, "MasterAccountId").unwrap_or_default();
        let (account, operation) =
            (self.call.caller.account().unwrap_or_default(), self.operation().name.as_str());
        if account == management || OF_MEMBERS.contains(&operation) {
            return Ok(Standing::Own);
        }
        let members = json!({ "AccountId": account });
        let absent = &["AccountNotRegisteredException", "AccountNotFoundException"];
        let call = (SERVICE, "ListDelegatedServicesForAccount");
        let administers = self.directory.ask(management, call, members, absent).await?.is_some();
        let policy = match self.resource_policy(management).await? {
            _ if administers && is_read(self.operation()) => administrator(account),
            Some(policy) => {
                let text = |at: &str| policy.pointer(at).and_then(Value::as_str).unwrap_or_default();
                let held = Held::new("resource policy of the organization", None, text("/Content"));
                ResourcePolicy { arn: text("/ResourcePolicySummary/Arn").to_owned(), policy: held }
            }
            None => return Ok(Standing::Refused),
        };
        Ok(Standing::Delegated { management: management.to_owned(), policy: Arc::new(policy) })
    }

    /// The organization's own policy, where it has one.
    async fn resource_policy(&self, management: &str) -> Result<Option<Value>, Unknown> {
        let absent = &["ResourcePolicyNotFoundException"];
        let call = (SERVICE, "DescribeResourcePolicy");
        let found = self.directory.ask(management, call, json!({}), absent).await?;
        Ok(found.and_then(|mut found| found.remove("ResourcePolicy")))
    }

    async fn organization(&self) -> Result<Option<Value>, Unknown> {
        let account = self.call.caller.account().unwrap_or_default();
        let absent = &["AWSOrganizationsNotInUseException"];
        let found = self.directory.ask(account, (SERVICE, "DescribeOrganization"), json!({}), absent).await?;
        Ok(found.and_then(|mut found| found.remove("Organization")))
    }

    /// What the management account sees of a policy.
    async fn policy(&self, id: &str) -> Result<Option<Value>, Unknown> {
        let Some(organization) = self.organization().await? else { return Ok(None) };
        let management = field(&organization, "MasterAccountId").unwrap_or_default();
        let (members, absent) = (json!({ "PolicyId": id }), &["PolicyNotFoundException"]);
        let found = self.directory.ask(management, (SERVICE, "DescribePolicy"), members, absent).await?;
        Ok(found.and_then(|found| Value::Object(found).pointer("/Policy/PolicySummary").cloned()))
    }
}
