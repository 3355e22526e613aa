//! IAM: each operation on the entity that it names.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};
use stackproof_policy::Context;
use stackproof_policy::arn::{Arn, is_account_id};

use super::s3::request_tags;
use super::{Ask, insert_tags};
use crate::call::Call;
use crate::caller::Caller;
use crate::directory::Directory;
use crate::directory::keys::Holder;
use crate::directory::principals::{Role, Tags, tags};
use crate::directory::upstream::{field, text};
use crate::identify::Identified;
use crate::refusal::{Refusal, Unknown};

/// Actions that have the key `iam:PermissionsBoundary` (service authorization reference).
const WITH_BOUNDARY: [&str; 19] = [
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:CreateRole",
    "iam:CreateUser",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DeleteUserPermissionsBoundary",
    "iam:DeleteUserPolicy",
    "iam:DetachRolePolicy",
    "iam:DetachUserPolicy",
    "iam:GetRole",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:PutUserPermissionsBoundary",
    "iam:PutUserPolicy",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
];
/// Actions that have the key `iam:PolicyARN`.
const WITH_POLICY: [&str; 6] = [
    "iam:AttachGroupPolicy",
    "iam:AttachRolePolicy",
    "iam:AttachUserPolicy",
    "iam:DetachGroupPolicy",
    "iam:DetachRolePolicy",
    "iam:DetachUserPolicy",
];

/// What an operation is about.
#[derive(Default)]
struct Subject {
    arn: String,
    /// As errors name it: `user bob`, or an ARN.
    shown: String,
    tags: Tags,
    boundary: Option<String>,
}

/// What an operation of IAM needs.
pub(crate) async fn asks(
    call: &Call<'_>,
    directory: &Directory,
    identified: &Identified,
) -> Result<Vec<Ask>, Refusal> {
    let (operation, members) = (identified.operation, &identified.members);
    let account = call.caller.account().unwrap_or_default().to_owned();
    let reader = Reader { call, directory, members, account: &account };
    let subject = match operation.resources.as_slice() {
        [] => Subject { arn: "*".to_owned(), shown: "*".to_owned(), ..Subject::default() },
        [template] => reader.subject(&operation.name, &template.kind).await?,
        _ => {
            let reason = format!("which resource `iam:{}` is authorized on", operation.name);
            return Err(Refusal::undetermined(reason));
        }
    };
    let ask = |action: &str, subject: &Subject| {
        let owner = Arn::parse(&subject.arn).map(|arn| arn.account).filter(|owner| is_account_id(owner));
        let owner = owner.unwrap_or(&account);
        let shown = format!(" on resource: {}", subject.shown);
        Ask { shown, ..Ask::new(action, &subject.arn, owner, reader.context(action, subject)) }
    };
    let mut asks: Vec<Ask> = operation.actions.iter().map(|action| ask(action, &subject)).collect();
    if let (Some(kind), true) = (operation.name.strip_prefix("Create"), members.contains_key("Tags")) {
        asks.push(ask(&format!("iam:Tag{kind}"), &subject));
    }
    if let Some(renamed) = reader.renamed(&operation.name, &subject) {
        asks.extend(operation.actions.iter().map(|action| ask(action, &renamed)));
    }
    if operation.name == "AddRoleToInstanceProfile" {
        let name = text(members, "RoleName").unwrap_or_default();
        let arn = reader.role(name).await?.arn;
        asks.push(pass_role(call, directory, &arn, "ec2.amazonaws.com").await?);
    }
    Ok(asks)
}

/// Handing a role to a service, which is done within an account only (IAM user guide, "Grant a user permissions to pass
/// a role to an AWS service").
pub(crate) async fn pass_role(
    call: &Call<'_>,
    directory: &Directory,
    role: &str,
    service: &str,
) -> Result<Ask, Refusal> {
    let invalid = || Refusal::rejected(ApiError::new(400, "InvalidRequest", format!("{role} is no role")));
    let arn = Arn::parse(role).filter(|arn| arn.service == "iam").ok_or_else(invalid)?;
    let name = arn.resource.strip_prefix("role/").and_then(|path| path.rsplit('/').next());
    let mut context = call.context("iam");
    context.insert("iam:PassedToService", service);
    // What the role is passed for is set by some services only.
    context.insert_unknown("iam:AssociatedResourceArn");
    if let Some(role) = directory.role(arn.account, name.ok_or_else(invalid)?).await? {
        resource_tags(&mut context, &role);
    }
    Ok(Ask::new("iam:PassRole", role, arn.account, context))
}

/// The tags of a role that is asked for.
pub(crate) fn resource_tags(context: &mut Context, role: &Role) {
    insert_tags(context, "aws:ResourceTag/", &role.tags);
    insert_tags(context, "iam:ResourceTag/", &role.tags);
}

struct Reader<'a> {
    call: &'a Call<'a>,
    directory: &'a Directory,
    members: &'a Members,
    account: &'a str,
}

impl Reader<'_> {
    /// The entity of that kind which the operation names.
    async fn subject(&self, operation: &str, kind: &str) -> Result<Subject, Refusal> {
        let creates = operation == format!("Create{}", pascal(kind));
        let name = |member: &str| text(self.members, member).unwrap_or_default();
        if operation == "GetAccessKeyLastUsed" {
            return self.user(Some(&self.holder(name("AccessKeyId"))?)).await.map_err(Refusal::from);
        }
        match kind {
            "user" if creates => Ok(self.created("user", name("UserName"))),
            "role" if creates => Ok(self.created("role", name("RoleName"))),
            "group" if creates => Ok(self.created("group", name("GroupName"))),
            "policy" if creates => Ok(self.created("policy", name("PolicyName"))),
            "instance-profile" if creates => {
                Ok(self.created("instance-profile", name("InstanceProfileName")))
            }
            "user" => self.user(text(self.members, "UserName")).await.map_err(Refusal::from),
            "role" => self.role(name("RoleName")).await.map_err(Refusal::from),
            "group" => self.group(name("GroupName")).await.map_err(Refusal::from),
            "policy" => self.policy(name("PolicyArn")).await.map_err(Refusal::from),
            "instance-profile" => {
                self.instance_profile(name("InstanceProfileName")).await.map_err(Refusal::from)
            }
            _ => Err(Refusal::undetermined(format!("which {kind} `iam:{operation}` is authorized on"))),
        }
    }

    fn plain(&self, arn: String, shown: String) -> Subject {
        Subject { arn, shown, tags: Tags::new(), boundary: None }
    }

    /// An entity that is to be made: its path comes with the call.
    fn created(&self, kind: &str, name: &str) -> Subject {
        let path = text(self.members, "Path").unwrap_or("/");
        let arn = format!("arn:aws:iam::{}:{kind}{path}{name}", self.account);
        self.plain(arn.clone(), arn)
    }

    fn named(&self, kind: &str, name: &str, arn: Option<String>) -> Subject {
        let arn = arn.unwrap_or_else(|| format!("arn:aws:iam::{}:{kind}/{name}", self.account));
        self.plain(arn, format!("{kind} {name}"))
    }

    /// The user that a key belongs to.
    fn holder(&self, access_key_id: &str) -> Result<String, Unknown> {
        match self.directory.keys.find(access_key_id).map(|key| key.holder) {
            Some(Holder::User { account, name, .. }) if account == self.account => Ok(name),
            _ => Err(Unknown(format!("whose the access key `{access_key_id}` is"))),
        }
    }

    /// A user or group under the name and path that it is about to have: whoever renames one needs both (API reference,
    /// `UpdateUser`, `UpdateGroup`).
    fn renamed(&self, operation: &str, subject: &Subject) -> Option<Subject> {
        let (kind, new_name) = match operation {
            "UpdateUser" => ("user", "NewUserName"),
            "UpdateGroup" => ("group", "NewGroupName"),
            _ => return None,
        };
        let path = subject.arn.split_once(&format!(":{kind}"))?.1;
        let (path, name) = path.split_at(path.rfind('/')?.saturating_add(1));
        let path = text(self.members, "NewPath").unwrap_or(path);
        let name = text(self.members, new_name).unwrap_or(name);
        let arn = format!("arn:aws:iam::{}:{kind}{path}{name}", self.account);
        (arn != subject.arn).then(|| self.plain(arn.clone(), arn))
    }

    /// The user that is named, else the caller itself.
    async fn user(&self, named: Option<&str>) -> Result<Subject, Unknown> {
        let own = match self.call.caller {
            Caller::User { user, .. } => Some(user.name.as_str()),
            _ => None,
        };
        let name = named.or(own).unwrap_or_default();
        if let Caller::User { user, .. } = self.call.caller
            && user.name == name
        {
            let boundary = user.boundary.as_ref().and_then(|policy| policy.policy.arn.clone());
            let (arn, shown) = (user.arn.clone(), format!("user {name}"));
            return Ok(Subject { arn, shown, tags: user.tags.clone(), boundary });
        }
        Ok(match self.directory.user(self.account, name).await? {
            Some(user) => {
                let boundary = user.boundary.as_ref().and_then(|policy| policy.policy.arn.clone());
                let tags = user.tags.clone();
                Subject { tags, boundary, ..self.named("user", name, Some(user.arn.clone())) }
            }
            None => self.named("user", name, None),
        })
    }

    async fn role(&self, name: &str) -> Result<Subject, Unknown> {
        Ok(match self.directory.role(self.account, name).await? {
            Some(role) => {
                let boundary = role.boundary.as_ref().and_then(|policy| policy.policy.arn.clone());
                let tags = role.tags.clone();
                Subject { tags, boundary, ..self.named("role", name, Some(role.arn.clone())) }
            }
            None => self.named("role", name, None),
        })
    }

    async fn group(&self, name: &str) -> Result<Subject, Unknown> {
        let found = self.ask("GetGroup", json!({ "GroupName": name })).await?;
        let group = found.as_ref().and_then(|found| found.get("Group"));
        Ok(self.named("group", name, group.and_then(|group| field(group, "Arn")).map(str::to_owned)))
    }

    async fn instance_profile(&self, name: &str) -> Result<Subject, Unknown> {
        let found = self.ask("GetInstanceProfile", json!({ "InstanceProfileName": name })).await?;
        let profile = found.as_ref().and_then(|found| found.get("InstanceProfile"));
        let arn = profile.and_then(|profile| field(profile, "Arn")).map(str::to_owned);
        Ok(self.named("instance-profile", name, arn))
    }

    async fn policy(&self, arn: &str) -> Result<Subject, Unknown> {
        let found = self.ask("GetPolicy", json!({ "PolicyArn": arn })).await?;
        let tags = found.as_ref().and_then(|found| found.get("Policy")).map(tags).unwrap_or_default();
        Ok(Subject { tags, ..self.plain(arn.to_owned(), format!("policy {arn}")) })
    }

    async fn ask(&self, operation: &str, members: Value) -> Result<Option<Members>, Unknown> {
        let absent = &["NoSuchEntity", "InvalidInput", "ValidationError"];
        self.directory.ask(self.account, ("iam", operation), members, absent).await
    }

    fn context(&self, action: &str, subject: &Subject) -> Context {
        let mut context = self.call.context("iam");
        insert_tags(&mut context, "aws:ResourceTag/", &subject.tags);
        if [":user/", ":role/"].iter().any(|kind| subject.arn.contains(kind)) {
            insert_tags(&mut context, "iam:ResourceTag/", &subject.tags);
        }
        let boundary = text(self.members, "PermissionsBoundary").or(subject.boundary.as_deref());
        if let Some(arn) = boundary.filter(|_| WITH_BOUNDARY.contains(&action)) {
            context.insert("iam:PermissionsBoundary", arn);
        }
        if let Some(arn) = text(self.members, "PolicyArn").filter(|_| WITH_POLICY.contains(&action)) {
            context.insert("iam:PolicyARN", arn);
        }
        let given = tags(&Value::Object(self.members.clone()));
        if !given.is_empty() {
            request_tags(&mut context, &given);
        }
        if let Some(Value::Array(keys)) = self.members.get("TagKeys") {
            context.insert_many("aws:TagKeys", keys.iter().filter_map(Value::as_str));
        }
        context
    }
}

/// `instance-profile` → `InstanceProfile`
fn pascal(kind: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_uppercase().chain(letters).collect::<String>())
            .unwrap_or_default()
    };
    kind.split('-').map(capital).collect()
}
