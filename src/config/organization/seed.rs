//! The organization as the embedded emulator has it, so that stacks can read it, attach to it and change it.

use std::collections::{BTreeMap, BTreeSet};

use stackproof_emulator::{AccountSeed, Emulator, OrganizationSeed, PolicySeed, UnitSeed};

use super::{OrganizationConfig, lineage};
use crate::config::organization::membership::Membership;

/// What the embedded emulator is told of the organization.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seed {
    /// All of it.
    Whole(OrganizationSeed),
    /// That there is one, of which this is not known.
    Lacking(&'static str),
}

impl Seed {
    /// The emulator with the organization.
    pub fn sow(&self, emulator: Emulator) -> Emulator {
        match self {
            Self::Whole(seed) => emulator.organized(seed.clone()),
            Self::Lacking(what) => emulator.organized_somehow(what),
        }
    }
}

/// What policies are attached to, as files are read.
#[derive(Default)]
pub(super) struct Attachments {
    policies: Vec<PolicySeed>,
    without_full_access: BTreeSet<String>,
}

impl Attachments {
    /// Notes that a policy is attached to the root, unit or account of that id.
    pub fn attach(&mut self, policy: PolicySeed, target: &str) {
        let same = |held: &&mut PolicySeed| held.kind == policy.kind && held.name == policy.name;
        match self.policies.iter_mut().find(same) {
            Some(held) => _ = held.targets.insert(target.to_owned()),
            None => {
                let targets = BTreeSet::from([target.to_owned()]);
                self.policies.push(PolicySeed { targets, ..policy });
            }
        }
    }

    /// Notes that FullAWSAccess is not attached to it.
    pub fn without_full_access(&mut self, target: &str) {
        self.without_full_access.insert(target.to_owned());
    }
}

impl OrganizationConfig {
    /// What the emulator is told: all, or what is lacking. Units of no id are left out, which no account is in then.
    pub(super) fn seed(&self, membership: &Membership<'_>, attachments: Attachments) -> Seed {
        let units: BTreeMap<&str, String> = self
            .units
            .keys()
            .filter_map(|path| Some((path.as_ref().as_str(), self.unit_id(path.as_ref())?)))
            .collect();
        let Some(id) = &self.id else {
            return Seed::Lacking("which organization it is: `id` of `[organization]` says it");
        };
        let Some(root) = &self.root_id else {
            return Seed::Lacking("which root the organization has: `root-id` of `[organization]` says it");
        };
        let Some(management) = &membership.management else {
            return Seed::Lacking(
                "which account manages the organization: `management-account` of `[organization]` says it",
            );
        };
        let root = root.as_ref();
        let parent = |unit: Option<&str>| match unit {
            Some(path) => units.get(path).cloned(),
            None => Some(root.clone()),
        };
        let above = |path: &str| parent(path.rsplit_once('/').map(|(above, _)| above));
        let named = units.iter().filter_map(|(path, id)| {
            let name = path.rsplit('/').next().unwrap_or(path).to_owned();
            Some(UnitSeed { id: id.clone(), name, parent: above(path)? })
        });
        let accounts = membership.members.iter().map(|(id, place)| {
            let parent = parent(place.unit.map(|unit| unit.as_ref().as_str()))?;
            Some(AccountSeed { id: id.clone(), name: place.name.clone(), parent })
        });
        let Some(accounts) = accounts.collect() else {
            return Seed::Lacking(
                "which unit an account is in: `id` of each of `[organization.units]` says it",
            );
        };
        Seed::Whole(OrganizationSeed {
            id: id.as_ref().clone(),
            root_id: root.clone(),
            management_account: management.clone(),
            units: named.collect(),
            accounts,
            policies: attachments.policies,
            without_full_access: attachments.without_full_access,
        })
    }

    /// The id of a unit, where those of all above it are known too.
    pub(super) fn unit_id(&self, path: &str) -> Option<String> {
        let ids: Option<Vec<&String>> =
            lineage(path).map(|above| Some(self.units.get(above)?.id.as_ref()?.as_ref())).collect();
        ids?.last().map(|id| (*id).clone())
    }
}
