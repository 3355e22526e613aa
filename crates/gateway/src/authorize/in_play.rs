//! Which policies have a say.

use stackproof_policy::{Layer, Policies};

use super::Guard;
use crate::caller::Caller;
use crate::directory::buckets::PublicAccessBlock;
use crate::directory::held::Held;

/// The policies that have a say in what the caller asks for, but for lists.
pub(super) fn policies(caller: &Caller, guard: &Guard) -> Policies {
    let engine = |held: &Held| held.policy.clone();
    let block = match guard {
        Guard::Bucket(bucket) => bucket.effective_block(),
        _ => PublicAccessBlock::default(),
    };
    Policies {
        identity: caller.policies().iter().map(engine).collect(),
        resource: guarding(guard).map(engine),
        grants: match guard {
            Guard::Key(key) => key.grants.clone(),
            _ => Vec::new(),
        },
        boundary: caller.boundary().map(engine),
        session: caller.session_policies().map(|policies| policies.iter().map(engine).collect()),
        restrict_public_buckets: block.restrict_public_buckets,
        ignore_public_acls: block.ignore_public_acls,
        ..Policies::default()
    }
}

fn guarding(guard: &Guard) -> Option<&Held> {
    match guard {
        Guard::None => None,
        Guard::Bucket(bucket) => bucket.policy.as_ref(),
        Guard::Trust(role) => Some(&role.trust),
        Guard::Key(key) => Some(&key.policy),
        Guard::Policy(guarded) => Some(&guarded.policy),
    }
}

/// Every policy in play.
pub(super) fn held<'a>(caller: &'a Caller, guard: &'a Guard) -> impl Iterator<Item = &'a Held> {
    let session = caller.session_policies().unwrap_or_default();
    caller.policies().iter().chain(session).chain(caller.boundary()).chain(guarding(guard))
}

/// The policies of one layer.
pub(super) fn held_in<'a>(
    caller: &'a Caller,
    guard: &'a Guard,
    layer: Layer,
) -> Box<dyn Iterator<Item = &'a Held> + 'a> {
    match layer {
        Layer::Identity => Box::new(caller.policies().iter()),
        Layer::Session => Box::new(caller.session_policies().unwrap_or_default().iter()),
        Layer::Boundary => Box::new(caller.boundary().into_iter()),
        Layer::Resource | Layer::Trust => Box::new(guarding(guard).into_iter()),
        Layer::AccessControlList
        | Layer::Grant
        | Layer::ResourceControl
        | Layer::ServiceControl
        | Layer::VpcEndpoint => Box::new(std::iter::empty()),
    }
}
