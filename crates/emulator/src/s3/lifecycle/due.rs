//! What rules do to a key, and when each part of it is due.

use jiff::Timestamp;

use super::days::{days_after, midnight_from};
use super::rule::{Class, Noncurrent, Rule};
use super::{Lifecycle, Smallest};
use crate::s3::multipart::Upload;
use crate::s3::object::Object;
use crate::s3::version::{Version, Versions};

/// The least size of objects that move, unless the rule or the bucket says otherwise.
const SMALLEST_BYTES: u64 = 128 * 1024;

/// Something to be done to a key.
pub(super) struct Due {
    pub at: Timestamp,
    pub act: Act,
}

/// What is done.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Act {
    /// A version goes for good.
    Remove(String),
    /// The current version expires.
    Expire,
    /// A version changes its storage class.
    Move(String, Class),
}

impl Lifecycle {
    /// When the current version of a key expires, and by which rule: of several the first to act.
    pub fn expiration(&self, key: &str, version: &Version) -> Option<(Timestamp, &str)> {
        let object = version.object()?;
        let due = |rule: &'_ Rule| {
            let when = rule.expiration?.when?;
            rule.filter.matches(key, object).then(|| when.of(version.modified))
        };
        self.first(due)
    }

    /// When an upload is aborted, and by which rule.
    pub fn abortion(&self, upload: &Upload) -> Option<(Timestamp, &str)> {
        self.first(|rule| {
            let days = rule.abort?;
            rule.filter.matches_bare(&upload.key).then(|| days_after(upload.initiated, days))
        })
    }

    fn first(&self, due: impl Fn(&Rule) -> Option<Timestamp>) -> Option<(Timestamp, &str)> {
        let acting = self.enabled().filter_map(|rule| Some((due(rule)?, rule.id.as_str())));
        acting.min_by_key(|(at, _)| *at)
    }

    /// Everything that will be done to a key as it stands.
    pub(super) fn dues(&self, key: &str, versions: &Versions) -> Vec<Due> {
        let mut dues = Vec::new();
        let mut successor: Option<&Version> = None;
        for (place, version) in versions.newest_first().enumerate() {
            match successor {
                None => self.of_current(key, version, versions, &mut dues),
                Some(successor) => {
                    self.of_noncurrent(key, version, successor.modified, place - 1, &mut dues);
                }
            }
            successor = Some(version);
        }
        dues
    }

    fn of_current(&self, key: &str, version: &Version, versions: &Versions, dues: &mut Vec<Due>) {
        let Some(object) = version.object() else {
            let alone = versions.newest_first().nth(1).is_none();
            let at = if alone { self.marker_removal(key, version) } else { None };
            dues.extend(at.map(|at| Due { at, act: Act::Remove(version.id.clone()) }));
            return;
        };
        dues.extend(self.expiration(key, version).map(|(at, _)| Due { at, act: Act::Expire }));
        for rule in self.enabled().filter(|rule| rule.filter.matches(key, object)) {
            for step in rule.transitions.iter().filter(|step| self.moves(rule, object, step.class)) {
                let act = Act::Move(version.id.clone(), step.class);
                dues.push(Due { at: step.when.of(version.modified), act });
            }
        }
    }

    /// A delete marker that nothing is left under goes as soon as a rule says so of markers, or once it is as old as a
    /// rule says of objects ("Examples of S3 Lifecycle configurations").
    fn marker_removal(&self, key: &str, marker: &Version) -> Option<Timestamp> {
        let due = |rule: &Rule| {
            let expiration = rule.expiration.filter(|_| rule.filter.matches_bare(key))?;
            let aged = expiration.when.map(|when| when.of(marker.modified));
            if expiration.markers { Some(marker.modified) } else { aged }
        };
        self.first(due).map(|(at, _)| at)
    }

    /// `newer` is the number of noncurrent versions that are newer.
    fn of_noncurrent(
        &self,
        key: &str,
        version: &Version,
        since: Timestamp,
        newer: usize,
        dues: &mut Vec<Due>,
    ) {
        let matches = |rule: &&Rule| match version.object() {
            Some(object) => rule.filter.matches(key, object),
            None => rule.filter.matches_bare(key),
        };
        let acts = |which: &Noncurrent| newer >= which.newer;
        for rule in self.enabled().filter(matches) {
            if let Some(expiration) = rule.noncurrent_expiration.filter(acts)
                && let Some(free) =
                    version.object().map_or(Some(Timestamp::MIN), |it| it.attributes.lock.free_from())
            {
                let at = days_after(since, expiration.days).max(midnight_from(free));
                dues.push(Due { at, act: Act::Remove(version.id.clone()) });
            }
            let Some(object) = version.object() else { continue };
            for (step, class) in rule.noncurrent_transitions.iter().filter(|(step, _)| acts(step)) {
                if self.moves(rule, object, *class) {
                    let act = Act::Move(version.id.clone(), *class);
                    dues.push(Due { at: days_after(since, step.days), act });
                }
            }
        }
    }

    fn moves(&self, rule: &Rule, object: &Object, class: Class) -> bool {
        let any_size = rule.filter.has_sizes() || (self.smallest == Smallest::ByClass && class.is_archive());
        class.takes(&object.attributes.storage_class) && (any_size || object.body.len() >= SMALLEST_BYTES)
    }
}
