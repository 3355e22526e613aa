//! What IAM's operations are about: the entities that they name.

use serde_json::{Value, json};
use stackproof_aws::{Members, ResourceTemplate, names};
use stackproof_policy::arn::Arn;

use super::{Reader, Subject};
use crate::caller::Caller;
use crate::directory::keys::Holder;
use crate::directory::principals::{Tags, tags};
use crate::directory::upstream::{field, text};
use crate::refusal::{Refusal, Unknown};

impl Reader<'_> {
    /// The entity of that kind which the operation names.
    pub(super) async fn subject(&self, operation: &str, kind: &str) -> Result<Subject, Refusal> {
        let creates = operation == format!("Create{}", pascal(kind));
        let name = |member: &str| text(self.members, member).unwrap_or_default();
        if operation == "GetAccessKeyLastUsed" {
            return self.user(Some(&self.holder(name("AccessKeyId")).await?)).await.map_err(Refusal::from);
        }
        match kind {
            _ if operation == "CreateServiceLinkedRole" => self.service_linked(),
            _ if operation == "GetServiceLinkedRoleDeletionStatus" => self.deleting(),
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
            kind => self.other(operation, kind).await,
        }
    }

    /// What an operation is about whose subject may be of several types: it is named by its ARN.
    pub(super) async fn any_of(
        &self,
        operation: &str,
        templates: &[ResourceTemplate],
    ) -> Result<Subject, Refusal> {
        let unknown = || Refusal::undetermined(format!("which resource `iam:{operation}` is authorized on"));
        let arn = ["Arn", "PolicySourceArn", "SerialNumber"].iter().find_map(|it| text(self.members, it));
        let arn = arn.ok_or_else(unknown)?;
        let parsed = Arn::parse(arn).filter(|arn| arn.service == "iam").ok_or_else(unknown)?;
        let (kind, path) = parsed.resource.split_once('/').ok_or_else(unknown)?;
        if !templates.iter().any(|template| template.kind == kind) {
            return Err(unknown());
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        let found = match kind {
            "user" => self.user(Some(name)).await?,
            "role" => self.role(name).await?,
            "policy" => self.policy(arn).await?,
            _ => self.plain(arn.to_owned(), arn.to_owned()),
        };
        // One that is not there, or is under another path, is asked as it is named.
        Ok(if found.arn == arn { found } else { self.plain(arn.to_owned(), arn.to_owned()) })
    }

    /// What is no user, role, group, policy or profile.
    async fn other(&self, operation: &str, kind: &str) -> Result<Subject, Refusal> {
        let given = |member: &str| text(self.members, member).map(str::to_owned);
        let of = |name: String| format!("arn:aws:iam::{}:{kind}/{name}", self.account);
        let arn = match (operation, kind) {
            ("UploadServerCertificate", _) => {
                return Ok(self.created(kind, &given("ServerCertificateName").unwrap_or_default()));
            }
            ("CreateVirtualMFADevice", _) => {
                return Ok(self.created(kind, &given("VirtualMFADeviceName").unwrap_or_default()));
            }
            (_, "server-certificate") => {
                let name = given("ServerCertificateName").unwrap_or_default();
                return self.server_certificate(&name).await.map_err(Refusal::from);
            }
            ("CreateOpenIDConnectProvider", _) => given("Url").map(|url| {
                of(url.split_once("://").map_or(url.as_str(), |(_, provider)| provider).to_owned())
            }),
            ("CreateSAMLProvider", _) => given("Name").map(of),
            ("CreateDelegationRequest", _) => Some(of("*".to_owned())),
            ("GetHumanReadableSummary", _) => given("EntityArn"),
            (_, "oidc-provider") => {
                return self.provider("GetOpenIDConnectProvider", "OpenIDConnectProviderArn").await;
            }
            (_, "saml-provider") => return self.provider("GetSAMLProvider", "SAMLProviderArn").await,
            (_, "mfa") => given("SerialNumber"),
            (_, "delegation-request") => given("DelegationRequestId").map(of),
            (_, "access-report") => given("EntityPath").map(of),
            (_, "role-template") => given("TemplateArn"),
            _ => None,
        };
        let arn = arn.filter(|arn| Arn::parse(arn).is_some_and(|arn| arn.resource.starts_with(kind)));
        arn.map(|arn| self.plain(arn.clone(), arn))
            .ok_or_else(|| Refusal::undetermined(format!("which {kind} `iam:{operation}` is authorized on")))
    }

    /// A role that a service is to have for itself. The service names it.
    fn service_linked(&self) -> Result<Subject, Refusal> {
        let service = text(self.members, "AWSServiceName").unwrap_or_default();
        let Some(name) = names::service_linked_role(service) else {
            return Err(Refusal::undetermined(format!("what `{service}` calls its role")));
        };
        let suffix = text(self.members, "CustomSuffix").map(|suffix| format!("_{suffix}"));
        let name = format!("aws-service-role/{service}/{name}{}", suffix.unwrap_or_default());
        let arn = format!("arn:aws:iam::{}:role/{name}", self.account);
        Ok(self.plain(arn.clone(), arn))
    }

    /// The role that is being deleted, which the task is named after.
    fn deleting(&self) -> Result<Subject, Refusal> {
        let task = text(self.members, "DeletionTaskId").unwrap_or_default();
        let role = task.strip_prefix("task/").and_then(|task| task.rsplit_once('/')).map(|(role, _)| role);
        let role = role.ok_or_else(|| Refusal::undetermined("which role the deletion is of"))?;
        let arn = format!("arn:aws:iam::{}:role/{role}", self.account);
        Ok(self.plain(arn.clone(), arn))
    }

    async fn server_certificate(&self, name: &str) -> Result<Subject, Unknown> {
        let members = json!({ "ServerCertificateName": name });
        let found = Value::Object(self.ask("GetServerCertificate", members).await?.unwrap_or_default());
        let arn = found.pointer("/ServerCertificate/ServerCertificateMetadata/Arn").and_then(Value::as_str);
        Ok(self.named("server-certificate", name, arn.map(str::to_owned)))
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
    async fn holder(&self, access_key_id: &str) -> Result<String, Unknown> {
        let unknown = || Unknown(format!("whose the access key `{access_key_id}` is"));
        match self.directory.keys.find(access_key_id).map(|key| key.holder) {
            Some(Holder::User { account, name, .. }) if account == self.account => Ok(name),
            Some(_) => Err(unknown()),
            // One that was made behind the gateway's back.
            None => {
                let members = json!({ "AccessKeyId": access_key_id });
                let found = self.ask("GetAccessKeyLastUsed", members).await?;
                let name = found.as_ref().and_then(|found| text(found, "UserName")).map(str::to_owned);
                name.ok_or_else(unknown)
            }
        }
    }

    /// A user, group or certificate under the name and path that it is about to have: whoever renames one needs both (API
    /// reference, `UpdateUser`, `UpdateGroup`, `UpdateServerCertificate`).
    pub(super) fn renamed(&self, operation: &str, subject: &Subject) -> Option<Subject> {
        let (kind, new_name) = match operation {
            "UpdateUser" => ("user", "NewUserName"),
            "UpdateGroup" => ("group", "NewGroupName"),
            "UpdateServerCertificate" => ("server-certificate", "NewServerCertificateName"),
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

    pub(super) async fn role(&self, name: &str) -> Result<Subject, Unknown> {
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
        let tags = profile.map(tags).unwrap_or_default();
        Ok(Subject { tags, ..self.named("instance-profile", name, arn) })
    }

    /// The identity provider that the call names by its ARN.
    async fn provider(&self, read: &str, member: &str) -> Result<Subject, Refusal> {
        let arn = text(self.members, member).filter(|arn| Arn::parse(arn).is_some());
        let arn = arn.ok_or_else(|| Refusal::undetermined(format!("which provider `{member}` means")))?;
        let found = self.ask(read, json!({ member: arn })).await?.unwrap_or_default();
        let tags = tags(&Value::Object(found));
        Ok(Subject { tags, ..self.plain(arn.to_owned(), arn.to_owned()) })
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
