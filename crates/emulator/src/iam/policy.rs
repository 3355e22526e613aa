//! Managed policies: the account's own, and those that AWS keeps in every account.

mod aws_managed;
pub(crate) mod version;

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use super::attachment::uses;
use super::entity::unique_id;
use super::page::Page;
use super::tag::Tags;
use super::{Account, error, folded, name, quota};
use crate::Call;
use crate::input::{Input, not_implemented};
use crate::structure::Structure;
use version::Version;

/// A managed policy.
#[derive(Clone)]
pub(crate) struct Policy {
    pub name: String,
    pub path: String,
    pub tags: Tags,
    id: String,
    description: Option<String>,
    created: Timestamp,
    updated: Timestamp,
    /// Oldest first.
    versions: Vec<Version>,
    /// The number of the version in force.
    default: u32,
    /// How many there have ever been: numbers are not given again.
    made: u32,
}

/// What a policy is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Usage {
    Permissions,
    Boundary,
}

/// Takes the filter on usage.
pub(crate) fn read_usage(input: &mut Input) -> Result<Option<Usage>, ApiError> {
    match input.string("PolicyUsageFilter")?.as_deref() {
        None => Ok(None),
        Some("PermissionsPolicy") => Ok(Some(Usage::Permissions)),
        Some("PermissionsBoundary") => Ok(Some(Usage::Boundary)),
        Some(other) => {
            let values = "Member must satisfy enum value set: [PermissionsPolicy, PermissionsBoundary]";
            Err(error::constraint(other, "PolicyUsageFilter", values))
        }
    }
}

impl Policy {
    /// The ARN under an account, or under `aws`.
    fn arn(&self, owner: &str) -> String {
        format!("arn:aws:iam::{owner}:policy{}{}", self.path, self.name)
    }

    fn summary(&self, account: &Account, owner: &str) -> Structure {
        let arn = self.arn(owner);
        let count = |usage| account.entities().filter(|entity| uses(entity, &arn, Some(usage))).count();
        Structure::new()
            .with("PolicyName", self.name.as_str())
            .with("PolicyId", self.id.as_str())
            .with("Path", self.path.as_str())
            .with("DefaultVersionId", format!("v{}", self.default))
            .with("AttachmentCount", count(Usage::Permissions))
            .with("PermissionsBoundaryUsageCount", count(Usage::Boundary))
            .with("IsAttachable", true)
            .with_time("CreateDate", self.created)
            .with_time("UpdateDate", self.updated)
            .with("Arn", arn)
    }

    fn detail(&self, account: &Account, owner: &str) -> Structure {
        self.summary(account, owner)
            .with_some("Description", self.description.as_deref())
            .with("Tags", self.tags.value())
    }
}

/// The owner that an ARN names: an account, or `aws`.
fn owner_of(arn: &str) -> &str {
    arn.split(':').nth(4).unwrap_or_default()
}

impl Account {
    /// The policy of that ARN, the account's own or AWS's.
    ///
    /// # Errors
    /// `NoSuchEntity`; `NotImplemented` for a policy of AWS that is not held here, since AWS may well have it.
    pub(crate) fn policy(&self, account: &str, arn: &str) -> Result<&Policy, ApiError> {
        match owner_of(arn) {
            "aws" => {
                let found = aws_managed::all().iter().find(|policy| policy.arn("aws") == arn);
                found.ok_or_else(|| not_implemented(arn))
            }
            owner if owner == account => {
                let name = arn.rsplit('/').next().unwrap_or_default();
                let own = self.policies.get(&folded(name)).filter(|policy| policy.arn(account) == arn);
                own.ok_or_else(|| error::no_such_policy(arn))
            }
            _ => Err(error::no_such_policy(arn)),
        }
    }

    /// Whether the policy can be attached; `named` is what the error calls it.
    pub(crate) fn check_attachable(&self, account: &str, arn: &str, named: &str) -> Result<(), ApiError> {
        match self.policy(account, arn) {
            Ok(_) => Ok(()),
            Err(error) if error.status == 404 => {
                Err(error::not_found(format!("{named} does not exist or is not attachable.")))
            }
            Err(error) => Err(error),
        }
    }

    /// The account's own policy of that ARN.
    pub(crate) fn policy_mut(&mut self, account: &str, arn: &str) -> Result<&mut Policy, ApiError> {
        self.policy(account, arn)?;
        let name = arn.rsplit('/').next().unwrap_or_default();
        let own = self.policies.get_mut(&folded(name)).filter(|policy| policy.arn(account) == arn);
        // Nobody can change what AWS manages, which is no matter of permissions here.
        own.ok_or_else(|| error::invalid_input(format!("ARN {arn} is not valid.")))
    }
}

pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let name = name::read(input, "PolicyName", 128)?;
    let path = name::read_path(input, "Path")?;
    let document = input.required("PolicyDocument")?;
    let description = input.string("Description")?;
    let tags = Tags::read(input)?;
    input.finish()?;
    quota::check_managed(&document)?;
    if account.policies.contains_key(&folded(&name)) {
        let message = format!("A policy called {name} already exists. Duplicate names are not allowed.");
        return Err(error::exists(message));
    }
    let policy = Policy {
        name,
        path,
        tags,
        id: unique_id("ANPA")?,
        description,
        created: call.now,
        updated: call.now,
        versions: vec![Version { number: 1, document, created: call.now }],
        default: 1,
        made: 1,
    };
    let answer = Structure::new().with("Policy", policy.detail(account, &call.account).value());
    account.policies.insert(folded(&policy.name), policy);
    Ok(answer.output())
}

pub(crate) fn get(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
    call.input.finish()?;
    let policy = account.policy(&call.account, &arn)?;
    Ok(Structure::new().with("Policy", policy.detail(account, owner_of(&arn)).value()).output())
}

pub(crate) fn list(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let scope = call.input.string("Scope")?;
    let only_attached = call.input.boolean("OnlyAttached")?.unwrap_or_default();
    let prefix = name::read_path_prefix(&mut call.input)?;
    let usage = read_usage(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let (own, aws) = match scope.as_deref() {
        None | Some("All") => (true, true),
        Some("Local") => (true, false),
        Some("AWS") => (false, true),
        Some(other) => {
            let values = "Member must satisfy enum value set: [All, AWS, Local]";
            return Err(error::constraint(other, "Scope", values));
        }
    };
    let own = account.policies.values().filter(|_| own).map(|policy| (policy, call.account.as_str()));
    let aws = aws_managed::all().iter().filter(|_| aws).map(|policy| (policy, "aws"));
    let used = |arn: &str, usage| account.entities().any(|entity| uses(entity, arn, usage));
    let rows = own.chain(aws).filter(|(policy, owner)| {
        let arn = policy.arn(owner);
        policy.path.starts_with(&prefix)
            && (!only_attached || used(&arn, Some(Usage::Permissions)))
            && (usage.is_none() || used(&arn, usage))
    });
    let rows = rows.map(|(policy, owner)| (policy.arn(owner), policy.summary(account, owner).value()));
    Ok(page.answer("Policies", rows).output())
}

pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
    call.input.finish()?;
    let policy = account.policy_mut(&call.account, &arn)?;
    let (key, versions) = (folded(&policy.name), policy.versions.len());
    if account.entities().any(|entity| uses(entity, &arn, None)) {
        return Err(error::delete_conflict("Cannot delete a policy attached to entities."));
    }
    if versions > 1 {
        return Err(error::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.",
        ));
    }
    account.policies.remove(&key);
    Ok(Output::default())
}
