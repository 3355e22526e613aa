//! IAM: each operation on the entity that it names.

use serde_json::{Value, json};
use stackproof_aws::Members;
use stackproof_policy::Context;

use super::Ask;
use super::s3::request_tags;
use crate::call::Call;
use crate::caller::Caller;
use crate::directory::Directory;
use crate::directory::principals::{Tags, tags};
use crate::directory::upstream::{field, text};
use crate::identify::Identified;
use crate::refusal::{Refusal, Unknown};

/// What an operation is about.
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
    let subject = match operation.resources.first() {
        None => None,
        Some(template) => Some(reader.subject(&operation.name, &template.kind).await?),
    };
    let context = reader.context(subject.as_ref());
    let mut asks = Vec::new();
    let resource = subject.as_ref().map_or("*", |subject| subject.arn.as_str());
    let shown = format!(" on resource: {}", subject.as_ref().map_or("*", |subject| &subject.shown));
    let ask = |action: &str, context: Context| Ask {
        shown: shown.clone(),
        ..Ask::new(action, resource, &account, context)
    };
    asks.extend(operation.actions.iter().map(|action| ask(action, context.clone())));
    if let (Some(kind), true) = (operation.name.strip_prefix("Create"), members.contains_key("Tags")) {
        asks.push(ask(&format!("iam:Tag{kind}"), context));
    }
    if operation.name == "AddRoleToInstanceProfile" {
        let role = reader.role(text(members, "RoleName").unwrap_or_default()).await?;
        let mut context = call.context("iam");
        context.insert("iam:PassedToService", "ec2.amazonaws.com");
        asks.push(Ask::new("iam:PassRole", &role.arn, &account, context));
    }
    Ok(asks)
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
        match kind {
            "user" if creates => Ok(self.created("user", name("UserName"))),
            "role" if creates => Ok(self.created("role", name("RoleName"))),
            "group" if creates => Ok(self.created("group", name("GroupName"))),
            "policy" if creates => Ok(self.created("policy", name("PolicyName"))),
            "instance-profile" if creates => {
                Ok(self.created("instance-profile", name("InstanceProfileName")))
            }
            "user" => self.user().await.map_err(Refusal::from),
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

    /// The user that is named, else the caller itself.
    async fn user(&self) -> Result<Subject, Unknown> {
        let own = match self.call.caller {
            Caller::User { user, .. } => Some(user.name.as_str()),
            _ => None,
        };
        let name = text(self.members, "UserName").or(own).unwrap_or_default();
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

    fn context(&self, subject: Option<&Subject>) -> Context {
        let mut context = self.call.context("iam");
        for (key, value) in subject.iter().flat_map(|subject| &subject.tags) {
            context.insert(format!("aws:ResourceTag/{key}"), value);
            context.insert(format!("iam:ResourceTag/{key}"), value);
        }
        let boundary = text(self.members, "PermissionsBoundary");
        if let Some(arn) = boundary.or_else(|| subject?.boundary.as_deref()) {
            context.insert("iam:PermissionsBoundary", arn);
        }
        if let Some(arn) = text(self.members, "PolicyArn") {
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
