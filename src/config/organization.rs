//! `[organization]`: the accounts of local targets as members of an organization, under its service and resource control
//! policies.

mod membership;
mod policy;
mod seed;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use stackproof_gateway::{ControlPolicy, Enforcement, Member, Organization};
use stackproof_policy::validate::ControlPolicyKind;
use toml::Spanned;

use super::{Config, ConfigError, TargetConfig};
use membership::Membership;
use policy::Reader;
pub use seed::Seed;

/// The table as it stands in the file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct OrganizationConfig {
    /// `o-…`. Without it the condition keys that hold it are not known.
    id: Option<Spanned<String>>,
    /// `r-…`. The paths of accounts are known where this and the ids of the units are.
    root_id: Option<Spanned<String>>,
    /// The account that no control policy binds, by its name or id.
    management_account: Option<Spanned<String>>,
    /// Accounts that are not members.
    outside: Vec<Spanned<String>>,
    /// Files with the policies attached to the root.
    service_control_policies: Vec<Spanned<PathBuf>>,
    /// Files with the policies attached to the root.
    resource_control_policies: Vec<Spanned<PathBuf>>,
    /// Whether FullAWSAccess is attached to the root.
    full_aws_access: Option<Spanned<bool>>,
    /// The organizational units by their paths: `workloads`, `workloads/prod`.
    units: BTreeMap<Spanned<String>, UnitConfig>,
    /// What is attached to accounts themselves, by their names or ids.
    accounts: BTreeMap<Spanned<String>, AccountConfig>,
}

/// An organizational unit.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct UnitConfig {
    /// `ou-…`
    id: Option<Spanned<String>>,
    /// The accounts directly in it.
    accounts: Vec<Spanned<String>>,
    service_control_policies: Vec<Spanned<PathBuf>>,
    resource_control_policies: Vec<Spanned<PathBuf>>,
    full_aws_access: Option<Spanned<bool>>,
}

/// What is attached to an account itself.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct AccountConfig {
    service_control_policies: Vec<Spanned<PathBuf>>,
    resource_control_policies: Vec<Spanned<PathBuf>>,
    full_aws_access: Option<Spanned<bool>>,
}

/// The policies attached to the root, a unit or an account.
struct Node<'a> {
    /// `the root`, `the unit workloads`, `the account source`.
    name: String,
    /// Its id, where it is known.
    id: Option<String>,
    service: &'a [Spanned<PathBuf>],
    resource: &'a [Spanned<PathBuf>],
    full_access: Option<&'a Spanned<bool>>,
}

impl Node<'_> {
    /// What an account has to which the file attaches nothing.
    fn bare(name: String, id: String) -> Self {
        Self { name, id: Some(id), service: &[], resource: &[], full_access: None }
    }
}

/// The organization as the gateway decides by it, and as the embedded emulator has it.
type Told = (Arc<Organization>, Arc<Seed>);

/// The policies of one node: those over callers, and those over resources.
type Attached = (Vec<ControlPolicy>, Vec<ControlPolicy>);

impl Config {
    /// The organization as the accounts of that target are in it, where the file has one, and what the embedded emulator
    /// is told of it.
    ///
    /// # Errors
    /// A [`ConfigError`] for what AWS Organizations would not have, and for names and files that are not there.
    pub(super) fn organization_of(
        &self,
        name: &str,
        target: &TargetConfig,
    ) -> Result<Option<Told>, ConfigError> {
        let Some(organization) = &self.organization else { return Ok(None) };
        if target.enforcement() == Enforcement::Native {
            return Err(ConfigError::Undirected { target: name.to_owned() });
        }
        let places = Places { file: &self.file, text: &self.text };
        organization.check_ids(places)?;
        let membership = Membership::of(organization, self, target, places)?;
        let mut reader = Reader::new(&self.root, places);
        let root = organization.attached(&mut reader)?;
        let mut units = BTreeMap::new();
        for (path, unit) in &organization.units {
            let id = organization.unit_id(path.as_ref());
            units.insert(path.as_ref().as_str(), unit.attached(path.as_ref(), id, &mut reader)?);
        }
        let mut members = BTreeMap::new();
        for (account, place) in &membership.members {
            let own = match place.attached {
                Some(attached) => attached.node(&place.name, account),
                None => Node::bare(format!("the account {}", place.name), account.clone()),
            };
            let above = place.unit.map(|unit| unit.as_ref().as_str()).into_iter().flat_map(lineage);
            let mut levels = vec![root.clone()];
            levels.extend(above.filter_map(|unit| units.get(unit).cloned()));
            levels.push(reader.read(&own)?);
            let (service_control, resource_control) = levels.into_iter().unzip();
            let path = organization.path(place.unit.map(|unit| unit.as_ref().as_str()));
            members.insert(account.clone(), Member { path, service_control, resource_control });
        }
        let seed = organization.seed(&membership, reader.attachments);
        let organization = Organization {
            id: organization.id.as_ref().map(|id| id.as_ref().clone()),
            management_account: membership.management,
            members,
            outside: membership.outside,
            closed: BTreeSet::new(),
        };
        Ok(Some((Arc::new(organization), Arc::new(seed))))
    }
}

impl OrganizationConfig {
    fn attached(&self, reader: &mut Reader<'_>) -> Result<Attached, ConfigError> {
        reader.read(&Node {
            name: "the root".to_owned(),
            id: self.root_id.as_ref().map(|id| id.as_ref().clone()),
            service: &self.service_control_policies,
            resource: &self.resource_control_policies,
            full_access: self.full_aws_access.as_ref(),
        })
    }

    /// The path of an account in that unit, or right below the root, with the ids of all that is above it.
    fn path(&self, unit: Option<&str>) -> Option<String> {
        fn id(id: &Option<Spanned<String>>) -> Option<&str> {
            id.as_ref().map(|id| id.as_ref().as_str())
        }
        let of_unit = |path: &str| id(&self.units.get(path)?.id);
        let units = unit.into_iter().flat_map(lineage).map(of_unit);
        let ids: Option<Vec<&str>> = [id(&self.id), id(&self.root_id)].into_iter().chain(units).collect();
        ids.map(|ids| ids.join("/") + "/")
    }

    /// The forms are those of the Organizations API reference.
    fn check_ids(&self, places: Places<'_>) -> Result<(), ConfigError> {
        let of_units = self.units.values().map(|unit| (&unit.id, "ou", "ou-ab12-11111111"));
        let ids = [(&self.id, "o", "o-exampleorgid"), (&self.root_id, "r", "r-ab12")];
        for (id, kind, example) in ids.into_iter().chain(of_units) {
            if let Some(id) = id.as_ref().filter(|id| !is_id(kind, id.as_ref())) {
                let reason = format!("`{}` is no id that AWS Organizations gives", id.as_ref());
                return Err(places.wrong(id.span(), reason, format!("such an id is `{example}`")));
            }
        }
        Ok(())
    }
}

fn is_id(kind: &str, id: &str) -> bool {
    let word = |text: &str, least: usize| {
        let lower = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        (least..=32).contains(&text.len()) && text.bytes().all(lower)
    };
    let Some(rest) = id.strip_prefix(kind).and_then(|rest| rest.strip_prefix('-')) else { return false };
    match kind {
        "o" => word(rest, 10),
        "r" => word(rest, 4),
        _ => rest.split_once('-').is_some_and(|(root, unit)| word(root, 4) && word(unit, 8)),
    }
}

impl UnitConfig {
    fn attached(
        &self,
        path: &str,
        id: Option<String>,
        reader: &mut Reader<'_>,
    ) -> Result<Attached, ConfigError> {
        reader.read(&Node {
            name: format!("the unit {path}"),
            id,
            service: &self.service_control_policies,
            resource: &self.resource_control_policies,
            full_access: self.full_aws_access.as_ref(),
        })
    }
}

impl AccountConfig {
    fn node(&self, name: &str, id: &str) -> Node<'_> {
        Node {
            name: format!("the account {name}"),
            id: Some(id.to_owned()),
            service: &self.service_control_policies,
            resource: &self.resource_control_policies,
            full_access: self.full_aws_access.as_ref(),
        }
    }
}

/// `workloads`, then `workloads/prod`.
fn lineage(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at).chain([path.len()]);
    ends.filter_map(|end| path.get(..end))
}

/// The file that places are in.
#[derive(Clone, Copy)]
struct Places<'a> {
    file: &'a Path,
    text: &'a str,
}

impl Places<'_> {
    fn wrong(
        self,
        place: std::ops::Range<usize>,
        reason: impl Into<String>,
        advice: impl Into<String>,
    ) -> ConfigError {
        ConfigError::organization(self.file, self.text.to_owned(), place, reason.into(), advice.into())
    }
}

/// What a policy of that kind is called.
fn called(kind: ControlPolicyKind) -> &'static str {
    match kind {
        ControlPolicyKind::Service => "service control policy",
        ControlPolicyKind::Resource => "resource control policy",
    }
}

#[cfg(test)]
mod tests;
