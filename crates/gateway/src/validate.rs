//! Documents that are about to be stored: what AWS answers to bad ones, also to such as name principals that do not
//! exist (`iam-semantics`, sections 2.6 and 2.7).

use stackproof_aws::ApiError;
use stackproof_policy::Document;
use stackproof_policy::arn::Arn;
use stackproof_policy::principal::PrincipalEntry;
use stackproof_policy::validate::{PolicyKind, Rejection, validate_bucket_policy, validate_policy};

use crate::authorize::s3::S3Call;
use crate::directory::Directory;
use crate::directory::upstream::text;
use crate::identify::Identified;
use crate::refusal::Unknown;

/// What a bucket is about to store.
pub(crate) async fn s3(directory: &Directory, s3: &S3Call<'_>) -> Result<Result<(), ApiError>, Unknown> {
    if s3.name() != "PutBucketPolicy" {
        return Ok(Ok(()));
    }
    let document = s3.text("Policy").unwrap_or_default();
    if let Err(rejection) = validate_bucket_policy(s3.text("Bucket").unwrap_or_default(), document) {
        return Ok(Err(error(rejection)));
    }
    Ok(match missing_principal(directory, document).await? {
        Some(arn) => {
            Err(ApiError::new(400, "MalformedPolicy", "Invalid principal in policy").detail("Detail", arn))
        }
        None => Ok(()),
    })
}

/// What IAM is about to store.
pub(crate) async fn iam(
    directory: &Directory,
    identified: &Identified,
) -> Result<Result<(), ApiError>, Unknown> {
    let (kind, member) = match identified.operation.name.as_str() {
        "CreatePolicy" | "CreatePolicyVersion" => (PolicyKind::Managed, "PolicyDocument"),
        "PutUserPolicy" | "PutRolePolicy" | "PutGroupPolicy" => (PolicyKind::Inline, "PolicyDocument"),
        "CreateRole" => (PolicyKind::Trust, "AssumeRolePolicyDocument"),
        "UpdateAssumeRolePolicy" => (PolicyKind::Trust, "PolicyDocument"),
        _ => return Ok(Ok(())),
    };
    let Some(document) = text(&identified.members, member) else { return Ok(Ok(())) };
    if let Err(rejection) = validate_policy(kind, document) {
        return Ok(Err(error(rejection)));
    }
    let missing = match kind {
        PolicyKind::Trust => missing_principal(directory, document).await?,
        _ => None,
    };
    Ok(match missing {
        Some(arn) => {
            let message = format!("Invalid principal in policy: \"AWS\":\"{arn}\"");
            Err(ApiError::new(400, "MalformedPolicyDocument", message))
        }
        None => Ok(()),
    })
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

/// The first user or role that the document names and that does not exist. Of accounts that are none of ours nothing
/// is known, and their principals pass.
async fn missing_principal(directory: &Directory, document: &str) -> Result<Option<String>, Unknown> {
    let Ok(document) = Document::parse(document) else { return Ok(None) };
    let named = document.statements().iter().filter_map(|statement| statement.principal_element());
    for entry in named.flat_map(|element| element.entries()) {
        match entry {
            PrincipalEntry::Arn(arn) if !exists(directory, arn).await? => return Ok(Some(arn.clone())),
            PrincipalEntry::UniqueId(id) => return Ok(Some(id.clone())),
            _ => {}
        }
    }
    Ok(None)
}

async fn exists(directory: &Directory, text: &str) -> Result<bool, Unknown> {
    let Some(arn) = Arn::parse(text) else { return Ok(false) };
    if !directory.accounts().iter().any(|account| account == arn.account) {
        return Ok(true);
    }
    let (kind, path) = arn.typed_resource();
    let name = path.rsplit('/').next().unwrap_or(path);
    Ok(match (arn.service, kind) {
        ("iam", "user") => {
            let operator = directory.operator_user(arn.account).is_some_and(|user| user.arn == text);
            let user = directory.user(arn.account, name).await?;
            operator || user.is_some_and(|user| user.arn == text)
        }
        ("iam", "role") => directory.role(arn.account, name).await?.is_some_and(|role| role.arn == text),
        ("sts", "assumed-role") => {
            let role = path.split('/').next().unwrap_or(path);
            directory.role(arn.account, role).await?.is_some()
        }
        _ => true,
    })
}
