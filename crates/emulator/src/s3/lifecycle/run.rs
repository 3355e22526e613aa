//! The rules carried out: at each midnight UTC that the clock has passed, in the order of time and of keys.
//!
//! S3 gives itself a day or so. Here what is due is done exactly at its midnight, as if each call came just behind
//! everything that the clock had passed; what became due since the last midnight (a rule was added, an object tagged)
//! is done at the next.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use stackproof_aws::ApiError;

use super::days::midnight_after;
use super::due::{Act, Due};
use super::rule::Class;
use crate::s3::S3;
use crate::s3::bucket::Bucket;
use crate::s3::config::Versioning;
use crate::s3::version::{Content, NULL};

impl S3 {
    /// Does what rules want done until `now`. Between two midnights this costs one comparison.
    pub fn settle(&mut self, now: Timestamp) -> Result<(), ApiError> {
        let settled = self.settled.replace(now);
        let Some(first) = settled.map(midnight_after).filter(|first| *first <= now) else { return Ok(()) };
        for bucket in self.buckets.values_mut() {
            let mut at = first;
            while let Some(due) = bucket.next_due() {
                at = at.max(due);
                if at > now {
                    break;
                }
                Arc::make_mut(bucket).act(at)?;
            }
        }
        Ok(())
    }
}

impl Bucket {
    /// When the rules act on the bucket next, as it stands.
    fn next_due(&self) -> Option<Timestamp> {
        let lifecycle = self.lifecycle.as_ref()?;
        let of_keys = self
            .keys
            .iter()
            .filter_map(|(key, versions)| lifecycle.dues(key, versions).iter().map(|due| due.at).min());
        let of_uploads =
            self.uploads.values().filter_map(|upload| lifecycle.abortion(upload)).map(|(at, _)| at);
        of_keys.chain(of_uploads).min()
    }

    fn act(&mut self, at: Timestamp) -> Result<(), ApiError> {
        let Some(lifecycle) = self.lifecycle.clone() else { return Ok(()) };
        let due = |due: &Due| due.at <= at;
        let work: Vec<(String, Vec<Due>)> = self
            .keys
            .iter()
            .map(|(key, versions)| (key, lifecycle.dues(key, versions)))
            .map(|(key, dues)| (key.clone(), dues.into_iter().filter(due).collect()))
            .collect();
        for (key, dues) in work {
            self.act_on(&key, &dues, at)?;
        }
        self.uploads.retain(|_, upload| lifecycle.abortion(upload).is_none_or(|(due, _)| due > at));
        Ok(())
    }

    /// Removal goes before expiration, and expiration before a move; of several moves the one to the cheapest class
    /// ("Conflicting lifecycle configuration actions").
    fn act_on(&mut self, key: &str, dues: &[Due], at: Timestamp) -> Result<(), ApiError> {
        let (mut moves, mut expires) = (BTreeMap::<&str, Class>::new(), false);
        for due in dues {
            match &due.act {
                Act::Remove(id) => _ = self.remove(key, id),
                Act::Expire => expires = true,
                Act::Move(id, class) => {
                    let slot = moves.entry(id).or_insert(*class);
                    *slot = (*slot).max(*class);
                }
            }
        }
        if expires {
            if let Some(current) = self.current(key) {
                moves.remove(current.id.clone().as_str());
            }
            self.expire(key, at)?;
        }
        for (id, class) in moves {
            // A version that was removed above moves nowhere.
            if let Ok((_, object)) = self.locate_mut(key, Some(id)) {
                class.name().clone_into(&mut object.attributes.storage_class);
            }
        }
        Ok(())
    }

    /// Gone for good where no versions are kept; else covered by a delete marker of the owner's.
    fn expire(&mut self, key: &str, at: Timestamp) -> Result<(), ApiError> {
        match self.versioning {
            Versioning::Off => _ = self.remove(key, NULL),
            Versioning::Enabled | Versioning::Suspended => {
                let marker = Content::Marker(self.owner.clone());
                self.add(key, marker, at)?;
            }
        }
        Ok(())
    }
}
