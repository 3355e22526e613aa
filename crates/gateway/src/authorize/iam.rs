//! IAM: each operation on the entity that it names.

mod subject;

use serde_json::Value;
use stackproof_aws::{ApiError, Members, reference};
use stackproof_policy::arn::{Arn, is_account_id};
use stackproof_policy::{Certainty, Context};

use super::s3::request_tags;
use super::{Ask, insert_tags};
use crate::call::Call;
use crate::directory::Directory;
use crate::directory::principals::{Role, Tags, tags};
use crate::directory::upstream::text;
use crate::identify::Identified;
use crate::refusal::Refusal;

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

/// Operations that are asked by our reading: on an id that is not there yet; and with actions of AWS Organizations, for
/// which there are no rules.
const UNSETTLED: [&str; 2] = ["CreateDelegationRequest", "GenerateOrganizationsAccessReport"];
/// Keys that show a member.
const SHOWN: [(&str, &str); 5] = [
    ("iam:AWSServiceName", "AWSServiceName"),
    ("iam:NotificationChannel", "NotificationChannel"),
    ("iam:OrganizationsPolicyId", "OrganizationsPolicyId"),
    ("iam:ServiceSpecificCredentialAgeDays", "CredentialAgeDays"),
    ("iam:ServiceSpecificCredentialServiceName", "ServiceName"),
];
/// Keys that are set otherwise.
const KNOWN: [&str; 5] = [
    "iam:AssociatedResourceArn",
    "iam:PassedToService",
    "iam:PermissionsBoundary",
    "iam:PolicyARN",
    "iam:ResourceTag/${TagKey}",
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
    let account = call.caller.home().to_owned();
    let reader = Reader { call, directory, members, account: &account };
    if operation.unconfirmed {
        return Err(Refusal::undetermined(format!("what `iam:{}` needs", operation.name)));
    }
    let subject = match operation.resources.as_slice() {
        [] => Subject { arn: "*".to_owned(), shown: "*".to_owned(), ..Subject::default() },
        [template] => reader.subject(&operation.name, &template.kind).await?,
        templates => reader.any_of(&operation.name, templates).await?,
    };
    let ask = |action: &str, subject: &Subject| {
        let owner = Arn::parse(&subject.arn).map(|arn| arn.account).filter(|owner| is_account_id(owner));
        let owner = owner.unwrap_or(&account);
        let shown = format!(" on resource: {}", subject.shown);
        Ask { shown, ..Ask::new(action, &subject.arn, owner, reader.context(action, subject)) }
    };
    let mut asks: Vec<Ask> = operation.actions.iter().map(|action| ask(action, &subject)).collect();
    if UNSETTLED.contains(&operation.name.as_str()) {
        asks.iter_mut().for_each(|ask| ask.certainty = Certainty::Reading);
    }
    if let (Some(kind), true) = (tagged(&operation.name), members.contains_key("Tags")) {
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

/// What an operation makes that may have tags from the start.
fn tagged(operation: &str) -> Option<&str> {
    match operation {
        "CreateVirtualMFADevice" => Some("MFADevice"),
        "UploadServerCertificate" => Some("ServerCertificate"),
        operation => operation.strip_prefix("Create"),
    }
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

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

struct Reader<'a> {
    call: &'a Call<'a>,
    directory: &'a Directory,
    members: &'a Members,
    account: &'a str,
}

impl Reader<'_> {
    fn context(&self, action: &str, subject: &Subject) -> Context {
        let mut context = self.call.context("iam");
        insert_tags(&mut context, "aws:ResourceTag/", &subject.tags);
        if [":user/", ":role/"].iter().any(|kind| subject.arn.contains(kind)) {
            insert_tags(&mut context, "iam:ResourceTag/", &subject.tags);
        }
        let listed = reference::condition_keys(action).unwrap_or_default();
        for key in listed.iter().filter(|key| key.starts_with("iam:")) {
            match SHOWN.iter().find(|(shown, _)| shown == key) {
                Some((_, member)) => {
                    if let Some(value) = self.members.get(*member).and_then(scalar) {
                        context.insert(key, value);
                    }
                }
                None if KNOWN.contains(key) => {}
                None => context.insert_unknown(key),
            }
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
