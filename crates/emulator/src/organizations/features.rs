//! The organization itself, and the types of policies that are enabled in its root.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::organization::Organization;
use super::page::PAGING;
use super::policy::{FULL_ACCESS, RESOURCE_FULL_ACCESS};
use super::{PolicyType, error};
use crate::Call;
use crate::structure::Structure;

pub(crate) fn describe(organization: &Organization, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    Ok(Structure::new().with("Organization", organization.shown()).output())
}

fn root(organization: &Organization) -> Value {
    let types = organization.enabled.iter().map(|kind| json!({ "Type": kind.name(), "Status": "ENABLED" }));
    Structure::new()
        .with("Id", organization.root.as_str())
        .with("Arn", organization.arn("root", &format!("/{}", organization.root)))
        .with("Name", "Root")
        .with("PolicyTypes", types.collect::<Value>())
        .value()
}

pub(crate) fn roots(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    Ok(page.answer("Roots", [(organization.root.clone(), root(organization))]).output())
}

/// Takes the root and the type.
fn read(organization: &Organization, call: &mut Call) -> Result<PolicyType, ApiError> {
    let named = call.input.required("RootId")?;
    let kind = PolicyType::read(&mut call.input, "PolicyType")?;
    call.input.finish()?;
    if named == organization.root { Ok(kind) } else { Err(error::no_such_root()) }
}

pub(crate) fn enable(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let kind = read(organization, &mut call)?;
    if !organization.has_all_features() {
        return Err(error::type_not_available());
    }
    if !organization.enabled.insert(kind) {
        return Err(error::type_enabled());
    }
    let nodes: Vec<String> = organization.nodes().map(str::to_owned).collect();
    if let Some(policy) = full_access(kind).and_then(|id| organization.policies.get_mut(id)) {
        policy.targets.extend(nodes);
    }
    Ok(Structure::new().with("Root", root(organization)).output())
}

pub(crate) fn disable(organization: &mut Organization, mut call: Call) -> Result<Output, ApiError> {
    let kind = read(organization, &mut call)?;
    if !organization.enabled.remove(&kind) {
        return Err(error::type_not_enabled());
    }
    // They are detached from all that they were attached to (API reference, `DisablePolicyType`).
    for policy in organization.policies.values_mut().filter(|policy| policy.kind == kind) {
        policy.targets.clear();
    }
    Ok(Structure::new().with("Root", root(organization)).output())
}

/// The policy of AWS that is attached to everything where its type is enabled.
fn full_access(kind: PolicyType) -> Option<&'static str> {
    match kind {
        PolicyType::ServiceControl => Some(FULL_ACCESS),
        PolicyType::ResourceControl => Some(RESOURCE_FULL_ACCESS),
        PolicyType::Other(_) => None,
    }
}

impl Organization {
    /// Attaches to a new unit or account what AWS attaches to every one.
    pub fn attach_full_access(&mut self, node: &str) {
        for kind in &self.enabled {
            if let Some(policy) = full_access(*kind).and_then(|id| self.policies.get_mut(id)) {
                policy.targets.insert(node.to_owned());
            }
        }
    }
}
