//! Whom a stored policy meant: bucket and trust policies name users and roles by ARN, and AWS keeps them by unique id.
//! A principal that was deleted and made again under its old name is another, and what the old one was granted or
//! denied is not the new one's (`iam-semantics`, section 1.2).

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use stackproof_policy::KeyGrant;

use super::held::Held;
use super::services::ResourcePolicy;
use super::{Key, bucket, role};
use crate::authorize::Guard;
use crate::caller::Caller;

/// The unique ids of the users and roles that a document names, by their ARNs.
pub(crate) type Ids = BTreeMap<String, String>;

/// What each policy that was stored through the gateway meant, by the resource that it guards.
#[derive(Debug, Default)]
pub(crate) struct Pins(Mutex<HashMap<String, Ids>>);

impl Pins {
    /// Notes whom a bucket's policy means.
    pub fn bucket(&self, name: &str, ids: Ids) {
        self.set(bucket(name), ids);
    }

    /// Notes whom a role's trust policy means.
    pub fn role(&self, account: &str, name: &str, ids: Ids) {
        self.set(role(account, name), ids);
    }

    /// Notes whom the policy of a key, or of a resource of any other service, means.
    pub fn resource(&self, arn: &str, ids: Ids) {
        self.set(arn.to_owned(), ids);
    }

    /// Notes whom a grant means.
    pub fn grant(&self, id: &str, ids: Ids) {
        self.set(grant(id), ids);
    }

    /// Notes whom a further statement of a resource's policy means.
    pub fn statement(&self, arn: &str, ids: Ids) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(arn.to_owned()).or_default().extend(ids);
    }

    fn set(&self, resource: String, ids: Ids) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(resource, ids);
    }

    /// A copy that goes its own way.
    pub fn fork(&self) -> Self {
        Self(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }

    /// The guard as it stands towards this caller: where its policy means an earlier principal of the caller's ARN, or
    /// the caller by an earlier ARN of its own, it shows the unique id of the one that it means.
    pub fn towards(&self, caller: &Caller, guard: &Guard) -> Guard {
        let (arn, id) = match caller {
            Caller::User { user, .. } => (&user.arn, &user.id),
            Caller::Role { role, .. } => (&role.arn, &role.id),
            Caller::Anonymous | Caller::Federated { .. } | Caller::Service { .. } => return guard.clone(),
        };
        let resource = match guard {
            Guard::Bucket(guarded) => bucket(&guarded.name),
            Guard::Trust(guarded) => role(&guarded.account, &guarded.name),
            Guard::Key(guarded) => guarded.arn.clone(),
            Guard::Policy(guarded) => guarded.arn.clone(),
            Guard::None => return guard.clone(),
        };
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // The names under which a document stands to the caller for another than it says, or for the caller itself.
        let other = |resource: &str| {
            let meant = all.get(resource).into_iter().flatten();
            meant.filter(|(named, meant)| (*named == arn) != (*meant == id)).collect::<Vec<_>>()
        };
        let changed = other(&resource);
        let naming =
            |policy: &Held| changed.iter().fold(policy.clone(), |policy, (arn, id)| policy.naming(arn, id));
        let regranted = |granted: &KeyGrant| {
            let meant = other(&grant(&granted.grant_id));
            let renamed = |name: &String| {
                let renamed = meant.iter().find(|(arn, _)| *arn == name);
                renamed.map_or(name, |(_, id)| *id).clone()
            };
            KeyGrant {
                grantee_principal: renamed(&granted.grantee_principal),
                retiring_principal: granted.retiring_principal.as_ref().map(renamed),
                ..granted.clone()
            }
        };
        match guard {
            Guard::Key(key) if !changed.is_empty() || !key.grants.is_empty() => {
                let grants = key.grants.iter().map(regranted).collect();
                Guard::Key(Arc::new(Key { policy: naming(&key.policy), grants, ..Key::clone(key) }))
            }
            Guard::Bucket(bucket) if !changed.is_empty() => {
                let policy = bucket.policy.as_ref().map(naming);
                Guard::Bucket(Arc::new(super::Bucket { policy, ..super::Bucket::clone(bucket) }))
            }
            Guard::Trust(role) if !changed.is_empty() => {
                let trust = naming(&role.trust);
                Guard::Trust(Arc::new(super::Role { trust, ..super::Role::clone(role) }))
            }
            Guard::Policy(guarded) if !changed.is_empty() => {
                let (arn, policy) = (guarded.arn.clone(), naming(&guarded.policy));
                Guard::Policy(Arc::new(ResourcePolicy { arn, policy }))
            }
            _ => guard.clone(),
        }
    }
}

fn grant(id: &str) -> String {
    format!("grant/{id}")
}
