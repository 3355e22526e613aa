//! Managed policies on users, groups and roles.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::entity::{Entity, Kind};
use super::page::{Page, truncated};
use super::policy::{Usage, read_usage};
use super::{Account, error, folded, name, quota};
use crate::Call;
use crate::structure::Structure;

pub(crate) fn attach(account: &mut Account, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let name = kind.read_name(&mut call.input)?;
    let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
    call.input.finish()?;
    account.check_attachable(&call.account, &arn, &format!("Policy {arn}"))?;
    let attached = &mut account.entity_mut(kind, &name)?.attached;
    if attached.contains(&arn) {
        return Ok(Output::default());
    }
    if attached.len() >= quota::ATTACHED {
        return Err(error::over_quota(&format!("PoliciesPer{}", kind.title()), quota::ATTACHED));
    }
    attached.push(arn);
    Ok(Output::default())
}

pub(crate) fn detach(account: &mut Account, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let name = kind.read_name(&mut call.input)?;
    let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
    call.input.finish()?;
    let attached = &mut account.entity_mut(kind, &name)?.attached;
    let place = attached.iter().position(|held| *held == arn).ok_or_else(|| error::no_such_policy(&arn))?;
    attached.remove(place);
    Ok(Output::default())
}

pub(crate) fn list(account: &mut Account, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let name = kind.read_name(&mut call.input)?;
    let prefix = name::read_path_prefix(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let mut rows = Vec::new();
    for arn in &account.entity(kind, &name)?.attached {
        let policy = account.policy(&call.account, arn)?;
        if policy.path.starts_with(&prefix) {
            rows.push((arn.clone(), json!({ "PolicyName": policy.name, "PolicyArn": arn })));
        }
    }
    Ok(page.answer("AttachedPolicies", rows).output())
}

pub(crate) fn entities(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
    let filter = call.input.string("EntityFilter")?;
    let prefix = name::read_path_prefix(&mut call.input)?;
    let usage = read_usage(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let kind = match filter.as_deref() {
        None => None,
        Some("User") => Some(Kind::User),
        Some("Group") => Some(Kind::Group),
        Some("Role") => Some(Kind::Role),
        Some(other) => {
            let values = "Member must satisfy enum value set: [User, Role, Group]";
            return Err(error::constraint(other, "EntityFilter", values));
        }
    };
    account.policy(&call.account, &arn)?;
    let rows = account
        .entities()
        .filter(|entity| kind.is_none_or(|kind| entity.kind == kind))
        .filter(|entity| entity.path.starts_with(&prefix) && uses(entity, &arn, usage))
        .map(|entity| (format!("{} {}", entity.kind.title(), folded(&entity.name)), entity));
    let (page, marker) = page.cut(rows);
    let of = |kind: Kind| -> Vec<Value> {
        let entities = page.iter().filter(|entity| entity.kind == kind);
        let title = kind.title();
        entities
            .map(|entity| {
                Structure::new()
                    .with(&format!("{title}Name"), entity.name.as_str())
                    .with(&format!("{title}Id"), entity.id.as_str())
                    .value()
            })
            .collect()
    };
    let answer = Structure::new()
        .with("PolicyGroups", of(Kind::Group))
        .with("PolicyUsers", of(Kind::User))
        .with("PolicyRoles", of(Kind::Role));
    Ok(truncated(answer, marker).output())
}

/// Whether an entity uses a policy in that way, or in any.
pub(crate) fn uses(entity: &Entity, arn: &str, usage: Option<Usage>) -> bool {
    let attached = entity.attached.iter().any(|held| held == arn);
    let bounds = entity.boundary.as_deref() == Some(arn);
    match usage {
        None => attached || bounds,
        Some(Usage::Permissions) => attached,
        Some(Usage::Boundary) => bounds,
    }
}
