//! The root, units and accounts as places where policies are attached, and what is above and below them.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::error;
use super::organization::Organization;
use super::page::PAGING;
use crate::Call;
use crate::constraint;

const ACCOUNT: &str = "ACCOUNT";
const UNIT: &str = "ORGANIZATIONAL_UNIT";

/// A place in the organization.
pub(super) struct Node<'a> {
    pub name: &'a str,
    /// `ROOT`, `ORGANIZATIONAL_UNIT` or `ACCOUNT`.
    pub kind: &'static str,
    pub arn: String,
}

impl Organization {
    /// The ids of the root, all units and all accounts.
    pub fn nodes(&self) -> impl Iterator<Item = &str> {
        let below = self.units.keys().chain(self.accounts.keys());
        std::iter::once(&self.root).chain(below).map(String::as_str)
    }

    /// Whether accounts and units can be in it.
    pub fn is_parent(&self, id: &str) -> bool {
        id == self.root || self.units.contains_key(id)
    }

    pub(super) fn node(&self, id: &str) -> Option<Node<'_>> {
        let arn = |kind: &str| self.arn(kind, &format!("/{id}"));
        if id == self.root {
            return Some(Node { name: "Root", kind: "ROOT", arn: arn("root") });
        }
        if let Some(unit) = self.units.get(id) {
            return Some(Node { name: &unit.name, kind: UNIT, arn: arn("ou") });
        }
        let account = self.accounts.get(id)?;
        Some(Node { name: &account.name, kind: ACCOUNT, arn: arn("account") })
    }

    /// What a unit or an account is in.
    pub fn parent(&self, id: &str) -> Option<&str> {
        let unit = self.units.get(id).map(|unit| unit.parent.as_str());
        unit.or_else(|| Some(self.accounts.get(id)?.parent.as_str()))
    }

    /// `o-…/r-…/ou-…/` with everything that it is in, and itself.
    pub fn path(&self, id: &str) -> String {
        let mut ids = vec![id];
        while let Some(parent) = ids.last().and_then(|id| self.parent(id)) {
            ids.push(parent);
        }
        ids.push(&self.id);
        ids.reverse();
        ids.join("/") + "/"
    }

    /// How many units it is in, or is: none for the root.
    pub fn depth(&self, id: &str) -> usize {
        std::iter::successors(Some(id), |id| self.parent(id))
            .filter(|id| self.units.contains_key(*id))
            .count()
    }
}

pub(crate) fn parents(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let child = call.input.required("ChildId")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let parent = organization.parent(&child).ok_or_else(error::no_such_child)?;
    let kind = if parent == organization.root { "ROOT" } else { UNIT };
    Ok(page.answer("Parents", [(parent.to_owned(), json!({ "Id": parent, "Type": kind }))]).output())
}

pub(crate) fn children(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let parent = call.input.required("ParentId")?;
    let kind = constraint::one_of(&mut call.input, "ChildType", &[ACCOUNT, UNIT])?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    if !organization.is_parent(&parent) {
        return Err(error::no_such_parent());
    }
    let ids: Vec<&String> = match kind.as_deref() {
        Some(UNIT) => organization.units.keys().collect(),
        _ => organization.accounts.keys().collect(),
    };
    let of_parent = ids.into_iter().filter(|id| organization.parent(id) == Some(&parent));
    let row = |id: &String| -> (String, Value) { (id.clone(), json!({ "Id": id, "Type": kind })) };
    Ok(page.answer("Children", of_parent.map(row)).output())
}
