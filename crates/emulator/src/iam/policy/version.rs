//! Versions of managed policies.

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use super::Policy;
use crate::Call;
use crate::iam::page::Page;
use crate::iam::{Account, error, name, quota};
use crate::structure::Structure;
use crate::text::encode_document;

const MAX_VERSIONS: usize = 5;

/// One version.
#[derive(Clone)]
pub(crate) struct Version {
    pub number: u32,
    /// As it was sent.
    pub document: String,
    pub created: Timestamp,
}

impl Version {
    fn summary(&self, policy: &Policy) -> Structure {
        Structure::new()
            .with("VersionId", format!("v{}", self.number))
            .with("IsDefaultVersion", self.number == policy.default)
            .with_time("CreateDate", self.created)
    }
}

impl Policy {
    fn version(&self, arn: &str, id: &str) -> Result<&Version, ApiError> {
        let version = self.versions.iter().find(|version| format!("v{}", version.number) == id);
        version.ok_or_else(|| {
            error::not_found(format!("Policy {arn} version {id} does not exist or is not attachable."))
        })
    }
}

pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
    let document = call.input.required("PolicyDocument")?;
    let set_default = call.input.boolean("SetAsDefault")?.unwrap_or_default();
    call.input.finish()?;
    quota::check_managed(&document)?;
    let policy = account.policy_mut(&call.account, &arn)?;
    if policy.versions.len() >= MAX_VERSIONS {
        return Err(error::limit_exceeded(
            "A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.",
        ));
    }
    policy.made += 1;
    let version = Version { number: policy.made, document, created: call.now };
    if set_default {
        policy.default = version.number;
    }
    policy.updated = call.now;
    let answer = Structure::new().with("PolicyVersion", version.summary(policy).value());
    policy.versions.push(version);
    Ok(answer.output())
}

pub(crate) fn get(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
    let id = call.input.required("VersionId")?;
    call.input.finish()?;
    let policy = account.policy(&call.account, &arn)?;
    let version = policy.version(&arn, &id)?;
    let answer = version.summary(policy).with("Document", encode_document(&version.document));
    Ok(Structure::new().with("PolicyVersion", answer.value()).output())
}

pub(crate) fn list(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let policy = account.policy(&call.account, &arn)?;
    // Newest first.
    let key = |version: &Version| format!("{:010}", u32::MAX - version.number);
    let rows = policy.versions.iter().map(|version| (key(version), version.summary(policy).value()));
    Ok(page.answer("Versions", rows).output())
}

pub(crate) fn set_default(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
    let id = call.input.required("VersionId")?;
    call.input.finish()?;
    let policy = account.policy_mut(&call.account, &arn)?;
    policy.default = policy.version(&arn, &id)?.number;
    policy.updated = call.now;
    Ok(Output::default())
}

pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
    let id = call.input.required("VersionId")?;
    call.input.finish()?;
    let policy = account.policy_mut(&call.account, &arn)?;
    let number = policy.version(&arn, &id)?.number;
    if number == policy.default {
        return Err(error::delete_conflict("Cannot delete the default version of a policy."));
    }
    policy.versions.retain(|version| version.number != number);
    Ok(Output::default())
}
