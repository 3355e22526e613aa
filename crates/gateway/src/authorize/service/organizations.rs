//! What calls to AWS Organizations are about: their ids say of which type it is, and the organization the rest of its ARN.

use serde_json::{Value, json};
use stackproof_policy::Context;

use super::ServiceCall;
use crate::directory::upstream::field;
use crate::refusal::{Refusal, Unknown};
use crate::rules::Resource;

const SERVICE: &str = "organizations";
const POLICY_TYPE: &str = "organizations:PolicyType";

impl ServiceCall<'_> {
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
            let id = self.resource_policy(management).await?;
            let id = id.as_deref().unwrap_or("rp-*");
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

    /// The id of the organization's own policy, where it has one.
    async fn resource_policy(&self, management: &str) -> Result<Option<String>, Unknown> {
        let absent = &["ResourcePolicyNotFoundException"];
        let call = (SERVICE, "DescribeResourcePolicy");
        let found = self.directory.ask(management, call, json!({}), absent).await?;
        let found = Value::Object(found.unwrap_or_default());
        let id = found.pointer("/ResourcePolicy/ResourcePolicySummary/Id");
        Ok(id.and_then(Value::as_str).map(str::to_owned))
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
