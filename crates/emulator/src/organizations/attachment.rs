//! What policies are attached to.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::organization::Organization;
use super::page::PAGING;
use super::policy::{Policy, RESOURCE_FULL_ACCESS};
use super::{PolicyType, error};
use crate::Call;
use crate::input::not_implemented;
use crate::structure::Structure;

impl Policy {
    /// Whether it refuses calls in a way that nobody here decides: tag policies do where they are enforced.
    pub fn is_undecided(&self) -> bool {
        match self.kind.name() {
            "DECLARATIVE_POLICY_EC2" | "S3_POLICY" => true,
            "TAG_POLICY" => self.content.contains("enforced_for"),
            _ => false,
        }
    }

    /// Refuses to attach one that nobody here decides by.
    pub fn check_decided(&self) -> Result<(), ApiError> {
        match self.is_undecided() {
            true => Err(not_implemented(&format!(
                "what an attached policy of the type {} refuses",
                self.kind.name()
            ))),
            false => Ok(()),
        }
    }
}

impl Organization {
    /// The policies of a type that are attached there.
    fn attached(&self, target: &str, kind: PolicyType) -> impl Iterator<Item = (&String, &Policy)> {
        self.policies.iter().filter(move |(_, policy)| policy.kind == kind && policy.targets.contains(target))
    }

    /// Detaches everything from what is no more.
    pub fn detach_all(&mut self, target: &str) {
        for policy in self.policies.values_mut() {
            policy.targets.remove(target);
        }
    }

    fn check_target(&self, target: &str) -> Result<(), ApiError> {
        self.node(target).map(|_| ()).ok_or_else(error::no_such_target)
    }
}

/// Takes the policy and the target.
fn read(organization: &Organization, call: &mut Call) -> Result<(String, String, PolicyType), ApiError> {
    let id = call.input.required("PolicyId")?;
    let target = call.input.required("TargetId")?;
    call.input.finish()?;
    let kind = organization.policy(&id)?.kind;
    organization.check_target(&target)?;
    if organization.enabled.contains(&kind) { Ok((id, target, kind)) } else { Err(error::type_not_enabled()) }
}

pub(crate) fn attach(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let (id, target, kind) = read(organization, &mut call)?;
    organization.policy(&id)?.check_decided()?;
    if organization.policy(&id)?.targets.contains(&target) {
        return Err(error::duplicate_attachment());
    }
    let counted = organization.attached(&target, kind).filter(|(id, _)| id.as_str() != RESOURCE_FULL_ACCESS);
    if counted.count() >= kind.most_attached() {
        return Err(error::constraint(
            "MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You have attached the maximum number of policies to the specified target.",
        ));
    }
    organization.policies.get_mut(&id).ok_or_else(error::no_such_policy)?.targets.insert(target);
    Ok(Output::default())
}

pub(crate) fn detach(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let (id, target, kind) = read(organization, &mut call)?;
    if !organization.policy(&id)?.targets.contains(&target) {
        return Err(error::not_attached());
    }
    let is_last = kind == PolicyType::ServiceControl && organization.attached(&target, kind).count() == 1;
    if is_last || id == RESOURCE_FULL_ACCESS {
        return Err(error::constraint(
            "MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED",
            "You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.",
        ));
    }
    organization.policies.get_mut(&id).ok_or_else(error::no_such_policy)?.targets.remove(&target);
    Ok(Output::default())
}

pub(crate) fn of_target(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let target = call.input.required("TargetId")?;
    let kind = PolicyType::read(&mut call.input, "Filter")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    organization.check_target(&target)?;
    let attached = organization.attached(&target, kind);
    let rows = attached.map(|(id, policy)| (id.clone(), organization.summary(id, policy)));
    Ok(page.answer("Policies", rows).output())
}

pub(crate) fn of_policy(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("PolicyId")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let row = |target: &String| -> Option<(String, Value)> {
        let node = organization.node(target)?;
        let shown = Structure::new()
            .with("TargetId", target.as_str())
            .with("Arn", node.arn)
            .with("Name", node.name)
            .with("Type", node.kind);
        Some((target.clone(), shown.value()))
    };
    Ok(page.answer("Targets", organization.policy(&id)?.targets.iter().filter_map(row)).output())
}
