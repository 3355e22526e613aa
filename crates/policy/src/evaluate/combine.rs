//! Is the request granted, given what every kind of policy says?
//!
//! IAM documentation, "Policy evaluation logic" and "Cross-account policy evaluation logic"; KMS, "Key policies"; "How to
//! use trust policies with IAM roles". Denies are not weighed here: they win before anything is granted.

use super::StatementRef;
use super::call::{Call, Relation, ResourceKind};
use super::layer::{GrantHit, Hit, LayerOutcome, Layers};
use crate::policies::Layer;
use crate::principal::{NamedAs, PrincipalKind};
use crate::truth::Finding;

/// The ways in which a request may be granted.
pub(super) struct Grant<'l, 'a> {
    layers: &'l Layers<'a>,
    resource_layer: Layer,
    relation: Relation,
    /// The resource's owner leaves the matter to the identity policies of the caller's account.
    delegated: Finding,
    service_control: Finding,
    vpc_endpoint: Finding,
    boundary: Finding,
    session: Finding,
    /// By which grounds the grants of a key name the caller.
    grants: NamedAs,
    /// What the caller's account has given the caller, before boundary and session policy.
    identity: Finding,
}

impl<'l, 'a> Grant<'l, 'a> {
    pub(super) fn new(call: &Call<'_>, layers: &'l Layers<'a>) -> Self {
        let allows = |outcome: &Option<LayerOutcome<'_>>| match outcome {
            Some(outcome) => outcome.allow.any(),
            None => Finding::TRUE,
        };
        let named = layers.resource_allow();
        let delegated = match (call.relation, call.resource_kind) {
            (Relation::SameAccount, ResourceKind::Other | ResourceKind::Repository) => Finding::TRUE,
            // A role has to be granted to itself explicitly; whether a grant to its account is one is not said.
            (Relation::SameAccount, ResourceKind::Role) if call.is_own_role() => {
                named.account.and(Finding::UNKNOWN)
            }
            // The key's account may retire its grants, it is said, and not by which policies.
            (Relation::SameAccount, ResourceKind::Key) if call.lower_action == "kms:retiregrant" => {
                named.account.or(Finding::UNKNOWN)
            }
            (Relation::SameAccount, ResourceKind::Key | ResourceKind::Role) => named.account,
            (Relation::CrossAccount, _) => named.any(),
            (Relation::Accountless, _) => Finding::FALSE,
        };
        let levels = layers.service_control.iter().flatten();
        Self {
            layers,
            resource_layer: call.resource_layer(),
            relation: call.relation,
            delegated,
            service_control: Finding::all(levels.map(|level| level.allow.any())),
            vpc_endpoint: allows(&layers.vpc_endpoint),
            boundary: allows(&layers.boundary),
            session: match (&layers.session, call.request.principal.kind()) {
                // A federated user has what its session policy and its maker's policies share; none passed, nothing.
                (None, PrincipalKind::FederatedUser { .. }) => Finding::FALSE,
                (passed, _) => allows(passed),
            },
            grants: layers.grants.iter().fold(NamedAs::NOBODY, |named, hit| named.or(hit.named)),
            // The root user holds every right of its account.
            identity: if call.is_root() { Finding::TRUE } else { layers.identity.allow.any() },
        }
    }

    /// Whether the request is granted.
    pub(super) fn finding(&self) -> Finding {
        let granted = self.by_resource().or(self.by_identity()).or(self.by_grant());
        self.service_control.and(self.vpc_endpoint).and(granted)
    }

    /// By the resource's policy alone, which only a caller of the same account, or of none, can have. A grant to the
    /// caller itself is beyond its boundary and session policy; a grant to its role is not.
    fn by_resource(&self) -> Finding {
        let named = self.layers.resource_allow();
        match self.relation {
            Relation::SameAccount => named.direct.or(named.role.and(self.limits())),
            Relation::CrossAccount => Finding::FALSE,
            Relation::Accountless => named.direct,
        }
    }

    fn by_identity(&self) -> Finding {
        self.delegated.and(self.identity).and(self.limits())
    }

    /// By a grant. That it goes beyond boundary and session policy, that one to an account is worth something without the
    /// account's own policies, and that one to another account is, stands on no page.
    fn by_grant(&self) -> Finding {
        let or_unsaid = |finding: Finding| finding.or(Finding::UNKNOWN);
        let (limits, identity) = (or_unsaid(self.limits()), or_unsaid(self.identity));
        let own = self.grants.direct.or(self.grants.role);
        match self.relation {
            Relation::SameAccount => own.or(self.grants.account.and(identity)).and(limits),
            Relation::CrossAccount => self.grants.any().and(identity).and(limits),
            Relation::Accountless => self.grants.direct,
        }
    }

    /// Why grants may allow the request, where nobody can say whether they do.
    pub(super) fn doubts(&self) -> Vec<String> {
        if !self.by_grant().is_unknown() {
            return Vec::new();
        }
        let doubt =
            |hit: &GrantHit<'_>| format!("whether grant `{}` allows it is not known", hit.grant.grant_id);
        self.layers.grants.iter().map(doubt).collect()
    }

    fn limits(&self) -> Finding {
        self.boundary.and(self.session)
    }

    /// The kind of policy that grants an allowed request; none for what the root user has by itself.
    pub(super) fn granting_layer(&self) -> Option<Layer> {
        self.statements().first().map(|statement| statement.layer)
    }

    /// The Allow statements and grants that grant an allowed request, the deciding one first.
    pub(super) fn statements(&self) -> Vec<StatementRef> {
        if !self.by_resource().or(self.by_identity()).is_true() {
            let covering = self.layers.grants.iter().filter(|hit| hit.named.any().is_true());
            return covering.map(GrantHit::reference).collect();
        }
        let alone = self.by_resource().is_true();
        let ground: fn(NamedAs) -> Finding = match self.relation {
            _ if !alone => NamedAs::any,
            Relation::SameAccount => |named| named.direct.or(named.role),
            Relation::CrossAccount | Relation::Accountless => |named| named.direct,
        };
        let identity = (!alone).then(|| self.layers.identity.allowing(NamedAs::any)).into_iter().flatten();
        let policies = identity.chain(self.layers.resource.allowing(ground)).map(Hit::reference);
        // An account needs no grant of its own.
        let listed = self.layers.acl.iter().filter(|_| alone || self.relation != Relation::SameAccount);
        policies.chain(listed.flat_map(|acl| acl.granting(ground))).collect()
    }

    /// The kind of policy that a message on an implicit denial blames. AWS does not document the order.
    pub(super) fn blamed_layer(&self) -> Layer {
        let missing = |finding: Finding| !finding.is_true();
        let nothing_grants = missing(self.identity) && missing(self.layers.resource_allow().role);
        if missing(self.service_control) {
            Layer::ServiceControl
        } else if missing(self.vpc_endpoint) {
            Layer::VpcEndpoint
        } else if missing(self.delegated) && missing(self.layers.resource_allow().role) {
            self.resource_layer
        } else if self.relation == Relation::SameAccount && nothing_grants {
            Layer::Identity
        } else if missing(self.boundary) {
            Layer::Boundary
        } else if missing(self.session) {
            Layer::Session
        } else {
            Layer::Identity
        }
    }
}
