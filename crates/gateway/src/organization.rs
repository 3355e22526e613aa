//! The organization that accounts are members of, and the control policies over them (AWS Organizations user guide,
//! "Service control policies" and "Resource control policies"; `iam-semantics`, sections 1.3 and 4.4).
//!
//! What was not said of it is not known: condition keys of an id that nobody gave are undetermined, and so are those of
//! an account of which nothing is said.

use std::collections::{BTreeMap, BTreeSet};

use stackproof_policy::{Context, Policy};

use crate::caller::Caller;
use crate::directory::held::Held;
use crate::record::Place;

/// What AWS attaches to the root, every unit and every account until it is detached.
const FULL_ACCESS: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// An organization.
#[derive(Clone, Debug, Default)]
pub struct Organization {
    /// `o-…`, where it is known.
    pub id: Option<String>,
    /// The account that no control policy binds.
    pub management_account: Option<String>,
    /// Its accounts by id, the management account among them.
    pub members: BTreeMap<String, Member>,
    /// Accounts that are known to be outside of it.
    pub outside: BTreeSet<String>,
    /// Accounts of it that were closed.
    pub closed: BTreeSet<String>,
}

/// An account of the organization.
#[derive(Clone, Debug, Default)]
pub struct Member {
    /// `o-…/r-…/ou-…/` with the ids of the root and the units above it, where all of them are known.
    pub path: Option<String>,
    /// The service control policies of each level, from the root to the account itself.
    pub service_control: Vec<Vec<ControlPolicy>>,
    /// The resource control policies of each level; that RCPFullAWSAccess is among them is implied.
    pub resource_control: Vec<Vec<ControlPolicy>>,
}

/// A service or resource control policy as it is attached somewhere.
#[derive(Clone, Debug)]
pub struct ControlPolicy(Held);

impl ControlPolicy {
    /// A policy under the name that decisions give it, and where each of its statements is written, as far as that is
    /// known.
    pub fn new(name: impl Into<String>, document: &str, places: Vec<Option<Place>>) -> Self {
        Self(Held::new(name, None, document).written_at(places))
    }

    /// FullAWSAccess, under the name that decisions give it.
    pub fn full_access(name: impl Into<String>) -> Self {
        Self::new(name, FULL_ACCESS, Vec::new())
    }
}

impl Organization {
    /// Whether all of it is known: the ids of itself and of everything above its accounts, and who manages it.
    pub fn is_whole(&self) -> bool {
        self.id.is_some()
            && self.management_account.is_some()
            && self.members.values().all(|member| member.path.is_some())
    }

    /// Where the statements of the policy of that name and text are written, if it is one of these.
    pub(crate) fn places(&self, name: &str, document: &str) -> Vec<Option<Place>> {
        let levels =
            self.members.values().flat_map(|it| it.service_control.iter().chain(&it.resource_control));
        let found = levels.flatten().find(|ControlPolicy(held)| {
            let attached =
                held.policy.label().strip_prefix(name).is_some_and(|rest| rest.starts_with(" of "));
            attached && held.says(document)
        });
        found.map(|ControlPolicy(held)| held.places().to_vec()).unwrap_or_default()
    }

    /// The policies over what callers of that account do.
    pub(crate) fn service_control(&self, account: &str) -> Option<&[Vec<ControlPolicy>]> {
        self.bound(account)
            .map(|member| member.service_control.as_slice())
            .filter(|levels| !levels.is_empty())
    }

    /// The policies over the resources of that account.
    pub(crate) fn resource_control(&self, account: &str) -> Option<&[Vec<ControlPolicy>]> {
        self.bound(account).map(|member| member.resource_control.as_slice())
    }

    fn bound(&self, account: &str) -> Option<&Member> {
        self.members.get(account).filter(|_| self.management_account.as_deref() != Some(account))
    }

    /// Whether both accounts are members.
    pub(crate) fn holds(&self, one: &str, other: &str) -> bool {
        self.members.contains_key(one) && self.members.contains_key(other)
    }

    /// The condition keys that say whose organization caller, resource and source are of. `owner` is the account that
    /// owns the resource, where that is known.
    pub(crate) fn describe(&self, context: &mut Context, caller: &Caller, owner: Option<&str>) {
        if let Some(account) = caller.account() {
            self.set(context, "aws:Principal", Some(account));
        }
        self.set(context, "aws:Resource", owner);
        if let Caller::Service { source, .. } = caller
            && let Some(account) = &source.account
        {
            self.set(context, "aws:Source", Some(account));
        }
    }

    fn set(&self, context: &mut Context, whose: &str, account: Option<&str>) {
        let (id, paths) = (format!("{whose}OrgID"), format!("{whose}OrgPaths"));
        let member = match account {
            // They are absent.
            Some(account) if self.outside.contains(account) => return,
            account => account.and_then(|account| self.members.get(account)),
        };
        match (member, &self.id) {
            (Some(_), Some(known)) => context.insert(id, known),
            _ => context.insert_unknown(id),
        }
        match member.and_then(|member| member.path.as_ref()) {
            Some(path) => context.insert_many(paths, [path]),
            None => context.insert_unknown(paths),
        }
    }
}

/// The policies as they are held.
pub(crate) fn held(levels: &[Vec<ControlPolicy>]) -> impl Iterator<Item = &Held> {
    levels.iter().flatten().map(|ControlPolicy(held)| held)
}

/// The policies for the engine, level by level.
pub(crate) fn for_engine(levels: &[Vec<ControlPolicy>]) -> Vec<Vec<Policy>> {
    let level =
        |level: &Vec<ControlPolicy>| level.iter().map(|ControlPolicy(held)| held.policy.clone()).collect();
    levels.iter().map(level).collect()
}
