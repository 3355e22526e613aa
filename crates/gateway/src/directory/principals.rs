//! Users and roles as IAM has them: names, ids, tags, policies, boundaries.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use stackproof_aws::Members;

use super::held::Held;
use super::upstream::{Asker, field, text};
use crate::refusal::Unknown;

/// Tags by their keys as they were given.
pub(crate) type Tags = BTreeMap<String, String>;

/// An IAM user.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub account: String,
    pub name: String,
    pub arn: String,
    pub id: String,
    pub tags: Tags,
    /// Its own policies and those of its groups.
    pub policies: Vec<Held>,
    pub boundary: Option<Held>,
    /// Its access keys, and whether each is active.
    pub keys: BTreeMap<String, bool>,
}

/// An IAM role.
#[derive(Clone, Debug)]
pub(crate) struct Role {
    pub account: String,
    pub name: String,
    pub arn: String,
    pub id: String,
    pub tags: Tags,
    pub policies: Vec<Held>,
    pub boundary: Option<Held>,
    pub trust: Held,
    /// In seconds.
    pub max_session: i64,
}

const GONE: &[&str] = &["NoSuchEntity"];

impl Asker {
    /// Reads a user; `None` where there is none of that name.
    pub(super) async fn user(&self, account: &str, name: &str) -> Result<Option<User>, Unknown> {
        let members = json!({ "UserName": name });
        let Some(found) = self.ask(account, ("iam", "GetUser"), members, GONE).await? else {
            return Ok(None);
        };
        let user = found.get("User").cloned().unwrap_or_default();
        let name = field(&user, "UserName").unwrap_or(name).to_owned();
        let mut policies = self.policies_of(account, Entity { kind: "User", name: &name }).await?;
        for group in self.groups(account, &name).await? {
            policies.extend(self.policies_of(account, Entity { kind: "Group", name: &group }).await?);
        }
        let key = named("UserName", &name);
        let keys = self.list(account, ("iam", "ListAccessKeys"), key, "AccessKeyMetadata", GONE).await?;
        let keys = keys.unwrap_or_default().into_iter().filter_map(|key| {
            Some((field(&key, "AccessKeyId")?.to_owned(), field(&key, "Status") == Some("Active")))
        });
        Ok(Some(User {
            account: account.to_owned(),
            arn: required(&user, "Arn")?,
            id: required(&user, "UserId")?,
            tags: tags(&user),
            policies,
            boundary: self.boundary(account, &user).await,
            keys: keys.collect(),
            name,
        }))
    }

    /// Reads a role; `None` where there is none of that name.
    pub(super) async fn role(&self, account: &str, name: &str) -> Result<Option<Role>, Unknown> {
        let members = json!({ "RoleName": name });
        let Some(found) = self.ask(account, ("iam", "GetRole"), members, GONE).await? else {
            return Ok(None);
        };
        let role = found.get("Role").cloned().unwrap_or_default();
        let name = field(&role, "RoleName").unwrap_or(name).to_owned();
        let policies = self.policies_of(account, Entity { kind: "Role", name: &name }).await?;
        let trust = required(&role, "AssumeRolePolicyDocument")?;
        Ok(Some(Role {
            account: account.to_owned(),
            arn: required(&role, "Arn")?,
            id: required(&role, "RoleId")?,
            tags: tags(&role),
            policies,
            boundary: self.boundary(account, &role).await,
            trust: Held::new(format!("trust policy of role {name}"), None, &trust),
            max_session: role.get("MaxSessionDuration").and_then(Value::as_i64).unwrap_or(3600),
            name,
        }))
    }

    /// The names of a user's groups. An upstream that cannot list memberships cannot hold any.
    async fn groups(&self, account: &str, user: &str) -> Result<Vec<String>, Unknown> {
        let absent = &["NoSuchEntity", "NotImplemented"];
        let members = named("UserName", user);
        let groups = self.list(account, ("iam", "ListGroupsForUser"), members, "Groups", absent).await?;
        let names = groups.unwrap_or_default().into_iter();
        let mut names: Vec<_> =
            names.filter_map(|group| field(&group, "GroupName").map(str::to_owned)).collect();
        names.sort_unstable();
        Ok(names)
    }

    /// Inline and attached policies of a user, group or role.
    async fn policies_of(&self, account: &str, entity: Entity<'_>) -> Result<Vec<Held>, Unknown> {
        let Entity { kind, name } = entity;
        let (label, kind_text) = (format!("{kind}Name"), kind.to_lowercase());
        let of = || named(&label, name);
        let call = format!("List{kind}Policies");
        let inline = self.list(account, ("iam", &call), of(), "PolicyNames", GONE).await?;
        let mut policies = Vec::new();
        // Of several statements that allow a call the first is named: which one must not depend on the upstream.
        let inline = inline.unwrap_or_default();
        let mut names: Vec<_> = inline.iter().filter_map(Value::as_str).collect();
        names.sort_unstable();
        for policy in names {
            let mut members = of();
            members.insert("PolicyName".to_owned(), json!(policy));
            let call = format!("Get{kind}Policy");
            let label = format!("inline policy {policy} of {kind_text} {name}");
            match self.ask(account, ("iam", &call), Value::Object(members), GONE).await {
                Ok(Some(found)) => {
                    let document = text(&found, "PolicyDocument").unwrap_or_default();
                    policies.push(Held::new(label, None, document));
                }
                Ok(None) => {}
                Err(Unknown(why)) => policies.push(Held::unreadable(label, None, &why)),
            }
        }
        let call = format!("ListAttached{kind}Policies");
        let attached = self.list(account, ("iam", &call), of(), "AttachedPolicies", GONE).await?;
        let attached = attached.unwrap_or_default();
        let mut arns: Vec<_> = attached.iter().filter_map(|policy| field(policy, "PolicyArn")).collect();
        arns.sort_unstable();
        for arn in arns {
            policies.push(self.managed(account, arn).await);
        }
        Ok(policies)
    }

    /// A managed policy in its default version.
    pub(super) async fn managed(&self, account: &str, arn: &str) -> Held {
        let name = arn.rsplit('/').next().unwrap_or(arn).to_owned();
        match self.managed_document(account, arn).await {
            Ok(document) => Held::new(name, Some(arn), &document),
            Err(Unknown(why)) => Held::unreadable(name, Some(arn), &why),
        }
    }

    async fn managed_document(&self, account: &str, arn: &str) -> Result<String, Unknown> {
        let lacking = |what: &str| Unknown(format!("the policy `{arn}` has no {what}"));
        let found = self.ask(account, ("iam", "GetPolicy"), json!({ "PolicyArn": arn }), &[]).await?;
        let policy = found.as_ref().and_then(|found| found.get("Policy"));
        let version = policy.and_then(|policy| field(policy, "DefaultVersionId"));
        let version = version.ok_or_else(|| lacking("default version"))?;
        let members = json!({ "PolicyArn": arn, "VersionId": version });
        let found = self.ask(account, ("iam", "GetPolicyVersion"), members, &[]).await?;
        let version = found.as_ref().and_then(|found| found.get("PolicyVersion"));
        let document = version.and_then(|version| field(version, "Document"));
        document.map(str::to_owned).ok_or_else(|| lacking("document"))
    }

    async fn boundary(&self, account: &str, entity: &Value) -> Option<Held> {
        let arn = field(entity.get("PermissionsBoundary")?, "PermissionsBoundaryArn")?;
        Some(self.managed(account, arn).await)
    }
}

struct Entity<'a> {
    kind: &'a str,
    name: &'a str,
}

fn named(member: &str, name: &str) -> Members {
    Members::from_iter([(member.to_owned(), json!(name))])
}

fn required(value: &Value, name: &str) -> Result<String, Unknown> {
    let found = field(value, name).map(str::to_owned);
    found.ok_or_else(|| Unknown(format!("the upstream's answer lacks `{name}`")))
}

/// The tags of an entity, or of a call.
pub(crate) fn tags(value: &Value) -> Tags {
    value.get("Tags").map(tags_in).unwrap_or_default()
}

/// Tags as services write them: a list of pairs under several names, or a map.
pub(crate) fn tags_in(value: &Value) -> Tags {
    let any =
        |tag: &Value, names: [&str; 4]| names.iter().find_map(|name| field(tag, name)).map(str::to_owned);
    match value {
        Value::Array(list) => list
            .iter()
            .filter_map(|tag| {
                let value = any(tag, ["Value", "value", "TagValue", "tagValue"]).unwrap_or_default();
                Some((any(tag, ["Key", "key", "TagKey", "tagKey"])?, value))
            })
            .collect(),
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| (key.clone(), value.as_str().unwrap_or_default().to_owned()))
            .collect(),
        _ => Tags::new(),
    }
}
