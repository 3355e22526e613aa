//! Policies of the organization. What they say is checked by whoever authorizes.

use std::collections::BTreeSet;

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::organization::{ALPHABET, Organization};
use super::page::PAGING;
use super::{PolicyType, error, tag};
use crate::Call;
use crate::constraint::{self, Length};
use crate::random;
use crate::structure::Structure;
use crate::tags::Tags;

/// AWS's policy that allows everything.
pub(crate) const FULL_ACCESS: &str = "p-FullAWSAccess";
/// The one over resources, which is never detached.
pub(crate) const RESOURCE_FULL_ACCESS: &str = "p-RCPFullAWSAccess";
const NAME: Length = Length(1, 128);
const DESCRIPTION: Length = Length(0, 512);
const CONTENT: Length = Length(1, usize::MAX);

/// A policy.
#[derive(Clone)]
pub(crate) struct Policy {
    pub name: String,
    pub description: String,
    pub kind: PolicyType,
    pub content: String,
    /// The ids of what it is attached to.
    pub targets: BTreeSet<String>,
    /// None for those of AWS.
    pub tags: Option<Tags>,
}

impl Policy {
    /// AWS's own of that type.
    pub fn full_access(kind: PolicyType) -> Self {
        let (name, description, principal) = match kind {
            PolicyType::ResourceControl => {
                ("RCPFullAWSAccess", "Allows access to every resource", r#""Principal": "*","#)
            }
            _ => ("FullAWSAccess", "Allows access to every operation", ""),
        };
        Self {
            name: name.to_owned(),
            description: description.to_owned(),
            kind,
            content: format!(
                r#"{{"Version": "2012-10-17", "Statement": [{{"Effect": "Allow", {principal}"Action": "*", "Resource": "*"}}]}}"#
            ),
            targets: BTreeSet::new(),
            tags: None,
        }
    }

    /// Whether AWS manages it.
    pub fn is_aws(&self) -> bool {
        self.tags.is_none()
    }
}

impl Organization {
    /// The policy of that id.
    pub fn policy(&self, id: &str) -> Result<&Policy, ApiError> {
        self.policies.get(id).ok_or_else(error::no_such_policy)
    }

    /// To be written to.
    fn change_policy(&mut self, id: &str) -> Result<&mut Policy, ApiError> {
        let policy = self.policies.get_mut(id).ok_or_else(error::no_such_policy)?;
        if policy.is_aws() { Err(error::immutable_policy()) } else { Ok(policy) }
    }

    fn check_policy_name(&self, kind: PolicyType, name: &str, own: Option<&str>) -> Result<(), ApiError> {
        let is_taken = |(id, policy): (&String, &Policy)| {
            Some(id.as_str()) != own && policy.kind == kind && policy.name == name
        };
        if self.policies.iter().any(is_taken) { Err(error::duplicate_policy()) } else { Ok(()) }
    }

    /// As lists show it.
    pub fn summary(&self, id: &str, policy: &Policy) -> Value {
        let kind = policy.kind.name().to_lowercase();
        let arn = match policy.is_aws() {
            true => format!("arn:aws:organizations::aws:policy/{kind}/{id}"),
            false => self.arn("policy", &format!("/{kind}/{id}")),
        };
        Structure::new()
            .with("Id", id)
            .with("Arn", arn)
            .with("Name", policy.name.as_str())
            .with("Description", policy.description.as_str())
            .with("Type", policy.kind.name())
            .with("AwsManaged", policy.is_aws())
            .value()
    }
}

fn answer(organization: &Organization, id: &str) -> Result<Output, ApiError> {
    let policy = organization.policy(id)?;
    let shown = Structure::new()
        .with("PolicySummary", organization.summary(id, policy))
        .with("Content", policy.content.as_str());
    Ok(Structure::new().with("Policy", shown.value()).output())
}

pub(crate) fn create(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let content = constraint::required(&mut call.input, "Content", CONTENT)?;
    let description = constraint::text(&mut call.input, "Description", DESCRIPTION)?.unwrap_or_default();
    let name = constraint::required(&mut call.input, "Name", NAME)?;
    let kind = PolicyType::read(&mut call.input, "Type")?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    if !organization.has_all_features() {
        return Err(error::type_not_available());
    }
    organization.check_policy_name(kind, &name, None)?;
    let id = format!("p-{}", random::picks(ALPHABET, 8)?);
    let policy = Policy { name, description, kind, content, targets: BTreeSet::new(), tags: Some(tags) };
    organization.policies.insert(id.clone(), policy);
    answer(organization, &id)
}

pub(crate) fn describe(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("PolicyId")?;
    call.input.finish()?;
    answer(organization, &id)
}

pub(crate) fn update(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("PolicyId")?;
    let name = constraint::text(&mut call.input, "Name", NAME)?;
    let description = constraint::text(&mut call.input, "Description", DESCRIPTION)?;
    let content = constraint::text(&mut call.input, "Content", CONTENT)?;
    call.input.finish()?;
    let kind = organization.policy(&id)?.kind;
    if let Some(name) = &name {
        organization.check_policy_name(kind, name, Some(&id))?;
    }
    let held = organization.change_policy(&id)?;
    let policy = Policy {
        name: name.unwrap_or_else(|| held.name.clone()),
        description: description.unwrap_or_else(|| held.description.clone()),
        content: content.unwrap_or_else(|| held.content.clone()),
        ..held.clone()
    };
    if !policy.targets.is_empty() {
        policy.check_decided()?;
    }
    *held = policy;
    answer(organization, &id)
}

pub(crate) fn delete(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("PolicyId")?;
    call.input.finish()?;
    if !organization.change_policy(&id)?.targets.is_empty() {
        return Err(error::policy_in_use());
    }
    organization.policies.remove(&id);
    Ok(Output::default())
}

pub(crate) fn list(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let kind = PolicyType::read(&mut call.input, "Filter")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let policies = organization.policies.iter().filter(|(_, policy)| policy.kind == kind);
    let rows = policies.map(|(id, policy)| (id.clone(), organization.summary(id, policy)));
    Ok(page.answer("Policies", rows).output())
}
