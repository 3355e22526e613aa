//! Documents that are about to be stored: what AWS answers to bad ones, also to such as name principals that do not
//! exist (`iam-semantics`, sections 2.6 and 2.7).

mod kms;
mod organizations;
mod service;

pub(crate) use kms::kms;
pub(crate) use service::{Stored, service};

use stackproof_aws::ApiError;
use stackproof_policy::Document;
use stackproof_policy::arn::Arn;
use stackproof_policy::principal::PrincipalEntry;
use stackproof_policy::validate::{PolicyKind, Rejection, validate_bucket_policy, validate_policy};

use crate::authorize::s3::S3Call;
use crate::directory::Directory;
use crate::directory::pins::Ids;
use crate::directory::upstream::text;
use crate::identify::Identified;
use crate::refusal::Unknown;

/// What a bucket is about to store. Answers with the principals that its policy means.
pub(crate) async fn s3(directory: &Directory, s3: &S3Call<'_>) -> Result<Result<Ids, ApiError>, Unknown> {
    if s3.name() != "PutBucketPolicy" {
        return Ok(Ok(Ids::new()));
    }
    let document = s3.text("Policy").unwrap_or_default();
    if let Err(rejection) = validate_bucket_policy(s3.text("Bucket").unwrap_or_default(), document) {
        return Ok(Err(error(rejection)));
    }
    let meant = principals(directory, document).await?;
    Ok(meant.map_err(|Missing(name)| {
        ApiError::new(400, "MalformedPolicy", "Invalid principal in policy").detail("Detail", name)
    }))
}

/// What IAM is about to store. Answers with the principals that a trust policy means.
pub(crate) async fn iam(
    directory: &Directory,
    identified: &Identified,
) -> Result<Result<Ids, ApiError>, Unknown> {
    let (kind, member) = match identified.operation.name.as_str() {
        "CreatePolicy" | "CreatePolicyVersion" => (PolicyKind::Managed, "PolicyDocument"),
        "PutUserPolicy" | "PutRolePolicy" | "PutGroupPolicy" => (PolicyKind::Inline, "PolicyDocument"),
        "CreateRole" => (PolicyKind::Trust, "AssumeRolePolicyDocument"),
        "UpdateAssumeRolePolicy" => (PolicyKind::Trust, "PolicyDocument"),
        _ => return Ok(Ok(Ids::new())),
    };
    let Some(document) = text(&identified.members, member) else { return Ok(Ok(Ids::new())) };
    if let Err(rejection) = validate_policy(kind, document) {
        return Ok(Err(error(rejection)));
    }
    if kind != PolicyKind::Trust {
        return Ok(Ok(Ids::new()));
    }
    let meant = principals(directory, document).await?;
    Ok(meant.map_err(|Missing(name)| {
        let message = format!("Invalid principal in policy: \"AWS\":\"{name}\"");
        ApiError::new(400, "MalformedPolicyDocument", message)
    }))
}

/// A policy that is passed when a session is made.
pub(crate) fn session(document: &str) -> Result<(), ApiError> {
    validate_policy(PolicyKind::Session, document).map_err(error)
}

fn error(rejection: Rejection) -> ApiError {
    let error = ApiError::new(rejection.status, rejection.code, rejection.message);
    match rejection.detail {
        Some(detail) => error.detail("Detail", detail),
        None => error,
    }
}

/// A principal that does not exist.
struct Missing(String);

/// The users and roles that the document names, be it to spare them. Of accounts that are none of ours nothing is known, and their
/// principals pass.
async fn principals(directory: &Directory, document: &str) -> Result<Result<Ids, Missing>, Unknown> {
    let mut ids = Ids::new();
    let Ok(document) = Document::parse(document) else { return Ok(Ok(ids)) };
    let named = document.statements().iter().filter_map(|statement| statement.named_principals());
    for entry in named.flat_map(|element| element.entries()) {
        match entry {
            PrincipalEntry::Arn(arn) => match find(directory, arn).await? {
                Known::Principal(id) => _ = ids.insert(arn.clone(), id),
                Known::Other => {}
                Known::Missing => return Ok(Err(Missing(arn.clone()))),
            },
            PrincipalEntry::UniqueId(id) => return Ok(Err(Missing(id.clone()))),
            _ => {}
        }
    }
    Ok(Ok(ids))
}

/// What is known of an ARN in a policy.
enum Known {
    /// A user or role of that unique id.
    Principal(String),
    /// Nothing speaks against it.
    Other,
    /// There is none.
    Missing,
}

async fn find(directory: &Directory, text: &str) -> Result<Known, Unknown> {
    let Some(arn) = Arn::parse(text) else { return Ok(Known::Missing) };
    if !directory.knows(arn.account) {
        return Ok(Known::Other);
    }
    let (kind, path) = arn.typed_resource();
    let name = path.rsplit('/').next().unwrap_or(path);
    let id = match (arn.service, kind) {
        ("iam", "user") => {
            let operator = directory.operator_user(arn.account).filter(|user| user.arn == text);
            let user = match operator {
                Some(operator) => Some(operator),
                None => directory.user(arn.account, name).await?,
            };
            user.filter(|user| user.arn == text).map(|user| user.id.clone())
        }
        ("iam", "role") => {
            let role = directory.role(arn.account, name).await?;
            role.filter(|role| role.arn == text).map(|role| role.id.clone())
        }
        ("sts", "assumed-role") => {
            let role = path.split('/').next().unwrap_or(path);
            let role = directory.role(arn.account, role).await?;
            return Ok(if role.is_some() { Known::Other } else { Known::Missing });
        }
        _ => return Ok(Known::Other),
    };
    Ok(id.map_or(Known::Missing, Known::Principal))
}
