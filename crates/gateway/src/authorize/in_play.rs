//! Which policies have a say.

use stackproof_policy::{Layer, Policies, Policy};

use super::{Ask, Guard};
use crate::caller::Caller;
use crate::directory::buckets::PublicAccessBlock;
use crate::directory::held::Held;
use crate::organization::{self, ControlPolicy, Organization};

/// The policies that have a say in what a caller asks for, but for lists.
#[derive(Clone, Copy)]
pub(crate) struct InPlay<'a> {
    caller: &'a Caller,
    guard: &'a Guard,
    /// Level by level, over the caller's account.
    service_control: Option<&'a [Vec<ControlPolicy>]>,
    /// Level by level, over the resource's account.
    resource_control: Option<&'a [Vec<ControlPolicy>]>,
    /// Whether the resource lies in the account's and belongs to another's, so that nobody says whose policies bind it.
    contested: bool,
}

impl<'a> InPlay<'a> {
    /// Those that have a say in that ask.
    pub fn of(organization: Option<&'a Organization>, caller: &'a Caller, ask: &'a Ask) -> Self {
        // AWS keeps aliases that begin so for itself, and no resource control policy touches the keys it manages.
        let managed = |guard: &Guard| match guard {
            Guard::Key(key) => key.aliases.iter().any(|alias| alias.starts_with("alias/aws/")),
            _ => false,
        };
        Self {
            caller,
            guard: &ask.guard,
            service_control: organization
                .zip(caller.account())
                .and_then(|(organization, account)| organization.service_control(account)),
            resource_control: organization
                .filter(|_| !managed(&ask.guard))
                .and_then(|organization| organization.resource_control(&ask.account)),
            contested: false,
        }
    }

    /// The same with another guard.
    pub fn behind(self, guard: &'a Guard) -> Self {
        Self { guard, ..self }
    }

    /// The same where the resource belongs to that account.
    pub fn owned_by(self, organization: Option<&Organization>, owner: &str, ask: &Ask) -> Self {
        let bound = |account: &str| organization.is_some_and(|it| it.resource_control(account).is_some());
        Self { contested: owner != ask.account && (bound(owner) || bound(&ask.account)), ..self }
    }

    /// For the engine.
    pub fn policies(&self) -> Policies {
        let engine = |held: &Held| held.policy.clone();
        let block = match self.guard {
            Guard::Bucket(bucket) => bucket.effective_block(),
            _ => PublicAccessBlock::default(),
        };
        let mut resource_control = self.resource_control.map(organization::for_engine);
        if self.contested {
            let why = "whether those of the bucket's account bind it, or those of its own, is not documented";
            let policy =
                Policy::unreadable("resource control policies over an object of another account", why);
            resource_control.get_or_insert_default().push(vec![policy]);
        }
        Policies {
            identity: self.caller.policies().iter().map(engine).collect(),
            resource: guarding(self.guard).map(engine),
            grants: match self.guard {
                Guard::Key(key) => key.grants.clone(),
                _ => Vec::new(),
            },
            boundary: self.caller.boundary().map(engine),
            session: self.caller.session_policies().map(|policies| policies.iter().map(engine).collect()),
            service_control: self.service_control.map(organization::for_engine),
            resource_control,
            restrict_public_buckets: block.restrict_public_buckets,
            ignore_public_acls: block.ignore_public_acls,
            ..Policies::default()
        }
    }

    /// Whether any of them names that condition key, given in lower case.
    pub fn mention(&self, key: &str) -> bool {
        let session = self.caller.session_policies().unwrap_or_default();
        let own = self.caller.policies().iter().chain(session).chain(self.caller.boundary());
        let control = [self.service_control, self.resource_control].into_iter().flatten();
        own.chain(guarding(self.guard))
            .chain(control.flat_map(organization::held))
            .any(|policy| policy.mentions(key))
    }

    /// That of a layer and name.
    pub fn find(&self, layer: Layer, label: &str) -> Option<&'a Held> {
        let Self { caller, guard, service_control, resource_control, .. } = *self;
        let of_layer: Box<dyn Iterator<Item = &Held>> = match layer {
            Layer::Identity => Box::new(caller.policies().iter()),
            Layer::Session => Box::new(caller.session_policies().unwrap_or_default().iter()),
            Layer::Boundary => Box::new(caller.boundary().into_iter()),
            Layer::Resource | Layer::Trust => Box::new(guarding(guard).into_iter()),
            Layer::ServiceControl => Box::new(service_control.into_iter().flat_map(organization::held)),
            Layer::ResourceControl => Box::new(resource_control.into_iter().flat_map(organization::held)),
            Layer::AccessControlList | Layer::Grant | Layer::VpcEndpoint => Box::new(std::iter::empty()),
        };
        let mut of_layer = of_layer;
        of_layer.find(|held| held.policy.label() == label)
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
