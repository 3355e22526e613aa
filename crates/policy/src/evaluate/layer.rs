//! What each kind of policy says about the request, before the kinds are weighed against each other.

use super::StatementRef;
use super::call::Call;
use super::statement::{covers, doubt};
use crate::acl::Acl;
use crate::arn::Arn;
use crate::document::{Effect, Statement};
use crate::grant::KeyGrant;
use crate::policies::{Layer, Policies, Policy};
use crate::principal::{NamedAs, PrincipalKind};
use crate::public::is_public;
use crate::truth::Finding;

/// A statement that covers the request or may cover it; or a policy that may hold such a statement.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Hit<'a> {
    pub(crate) layer: Layer,
    pub(crate) policy: &'a Policy,
    pub(crate) index: usize,
    named: NamedAs,
}

impl<'a> Hit<'a> {
    pub(crate) fn statement(&self) -> Option<&'a Statement> {
        self.policy.statement(self.index)
    }

    pub(crate) fn reference(&self) -> StatementRef {
        StatementRef {
            policy: self.policy.label().to_owned(),
            layer: self.layer,
            index: self.index,
            sid: self.statement().and_then(Statement::sid).map(str::to_owned),
        }
    }

    fn has_effect(&self, effect: Effect) -> bool {
        self.statement().is_some_and(|statement| statement.effect() == effect)
    }
}

/// What the policies of one kind say together.
#[derive(Clone, Debug)]
pub(crate) struct LayerOutcome<'a> {
    pub(crate) layer: Layer,
    /// Whether any of their Deny statements covers the request.
    pub(crate) deny: Finding,
    /// Whether their Allow statements cover it, by the grounds on which they name the caller.
    pub(crate) allow: NamedAs,
    hits: Vec<Hit<'a>>,
}

impl<'a> LayerOutcome<'a> {
    fn of(layer: Layer, policies: impl IntoIterator<Item = &'a Policy>, call: &Call<'_>) -> Self {
        let nobody = NamedAs::directly(Finding::FALSE);
        let mut outcome = Self { layer, deny: Finding::FALSE, allow: nobody, hits: Vec::new() };
        for policy in policies {
            outcome.add(policy, call);
        }
        outcome
    }

    fn add(&mut self, policy: &'a Policy, call: &Call<'_>) {
        let Ok(document) = policy.document() else {
            let named = NamedAs::directly(Finding::UNKNOWN);
            self.deny = self.deny.or(Finding::UNKNOWN);
            self.allow = self.allow.or(named);
            self.hits.push(Hit { layer: self.layer, policy, index: 0, named });
            return;
        };
        for (index, statement) in document.statements().iter().enumerate() {
            let named = covers(statement, self.layer, call);
            match statement.effect() {
                Effect::Deny => self.deny = self.deny.or(named.any()),
                Effect::Allow => self.allow = self.allow.or(named),
            }
            if !named.any().is_false() {
                self.hits.push(Hit { layer: self.layer, policy, index, named });
            }
        }
    }

    /// The Allow statements that cover the request on the chosen ground.
    pub(crate) fn allowing(&self, ground: fn(NamedAs) -> Finding) -> impl Iterator<Item = &Hit<'a>> {
        self.hits.iter().filter(move |hit| hit.has_effect(Effect::Allow) && ground(hit.named).is_true())
    }
}

/// What the access control list of the resource grants.
#[derive(Debug)]
pub(crate) struct AclOutcome<'a> {
    acl: &'a Acl,
    /// The grounds on which each grant covers the request.
    grants: Vec<NamedAs>,
}

impl<'a> AclOutcome<'a> {
    fn of(acl: &'a Acl, call: &Call<'_>, ignore_public: bool) -> Self {
        let grants = acl.covering(&call.request.principal, &call.lower_action, ignore_public).collect();
        Self { acl, grants }
    }

    fn allow(&self) -> NamedAs {
        self.grants.iter().fold(NamedAs::directly(Finding::FALSE), |all, named| all.or(*named))
    }

    /// The grants that cover the request on the chosen ground.
    pub(crate) fn granting(&self, ground: fn(NamedAs) -> Finding) -> impl Iterator<Item = StatementRef> {
        let granting = self.grants.iter().enumerate().filter(move |(_, named)| ground(**named).is_true());
        granting.filter_map(|(index, _)| self.reference(index))
    }

    fn reference(&self, index: usize) -> Option<StatementRef> {
        Some(StatementRef {
            policy: self.acl.name.clone(),
            layer: Layer::AccessControlList,
            index,
            sid: Some(self.acl.grants.get(index)?.to_string()),
        })
    }

    fn doubts(&self) -> impl Iterator<Item = String> {
        let doubtful = self.grants.iter().zip(&self.acl.grants).filter(|(named, _)| named.any().is_unknown());
        doubtful.map(|(_, grant)| {
            format!("whether the {grant} of `{}` names the caller is not known", self.acl.name)
        })
    }
}

/// A grant that covers the request or may cover it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct GrantHit<'a> {
    pub(crate) grant: &'a KeyGrant,
    pub(crate) named: NamedAs,
}

impl GrantHit<'_> {
    pub(crate) fn reference(&self) -> StatementRef {
        let (policy, sid) = (self.grant.grant_id.clone(), self.grant.name.clone());
        StatementRef { policy, layer: Layer::Grant, index: 0, sid }
    }
}

/// What every kind of policy says. A kind that does not apply allows everything and denies nothing.
#[derive(Debug)]
pub(crate) struct Layers<'a> {
    pub(crate) service_control: Option<Vec<LayerOutcome<'a>>>,
    pub(crate) resource_control: Option<LayerOutcome<'a>>,
    pub(crate) vpc_endpoint: Option<LayerOutcome<'a>>,
    pub(crate) resource: LayerOutcome<'a>,
    pub(crate) acl: Option<AclOutcome<'a>>,
    /// The grants of the key that cover the request or may cover it. A grant denies nothing.
    pub(crate) grants: Vec<GrantHit<'a>>,
    pub(crate) boundary: Option<LayerOutcome<'a>>,
    pub(crate) session: Option<LayerOutcome<'a>>,
    pub(crate) identity: LayerOutcome<'a>,
    /// S3's RestrictPublicBuckets turns the caller away.
    pub(crate) public_access_blocked: Finding,
}

impl<'a> Layers<'a> {
    pub(crate) fn new(call: &Call<'_>, policies: &'a Policies) -> Self {
        let mut resource = LayerOutcome::of(call.resource_layer(), &policies.resource, call);
        if call.recovers_bucket_policy() {
            resource.deny = Finding::FALSE;
            resource.hits.retain(|hit| !hit.has_effect(Effect::Deny));
        }
        if policies.resource_policy_only_denies(call.request) {
            resource.allow = NamedAs::directly(Finding::FALSE);
            resource.hits.retain(|hit| !hit.has_effect(Effect::Allow));
        }
        let levels = policies.service_control.as_ref().filter(|_| call.service_control_applies());
        let controls = policies.resource_control.as_ref().filter(|_| call.resource_control_applies());
        let one = |layer, policy: &'a Option<Policy>| {
            policy.as_ref().map(|policy| LayerOutcome::of(layer, [policy], call))
        };
        Self {
            service_control: levels.map(|levels| {
                levels.iter().map(|level| LayerOutcome::of(Layer::ServiceControl, level, call)).collect()
            }),
            resource_control: controls
                .map(|levels| LayerOutcome::of(Layer::ResourceControl, levels.iter().flatten(), call)),
            vpc_endpoint: one(Layer::VpcEndpoint, &policies.vpc_endpoint),
            resource,
            acl: policies.acl.as_ref().map(|acl| AclOutcome::of(acl, call, policies.ignore_public_acls)),
            grants: grants(call, policies),
            boundary: one(Layer::Boundary, &policies.boundary),
            session: policies
                .session
                .as_ref()
                .filter(|passed| !passed.is_empty())
                .map(|passed| LayerOutcome::of(Layer::Session, passed, call)),
            identity: LayerOutcome::of(Layer::Identity, &policies.identity, call),
            public_access_blocked: public_access_blocked(call, policies),
        }
    }

    /// The grounds on which the resource's side allows the request, be it by its policy or by its list.
    pub(crate) fn resource_allow(&self) -> NamedAs {
        let listed = self.acl.as_ref().map(AclOutcome::allow);
        listed.map_or(self.resource.allow, |listed| self.resource.allow.or(listed))
    }

    /// Whether anything denies the request explicitly.
    pub(crate) fn deny(&self) -> Finding {
        Finding::any(self.outcomes().map(|outcome| outcome.deny)).or(self.public_access_blocked)
    }

    /// The first level of service control policies at which nothing allows the request.
    pub(crate) fn level_without_allow(&self) -> Option<usize> {
        self.service_control.as_ref()?.iter().position(|level| !level.allow.any().is_true())
    }

    /// The Deny statements that cover the request.
    pub(crate) fn denying(&self) -> impl Iterator<Item = &Hit<'a>> {
        self.hits().filter(|hit| hit.has_effect(Effect::Deny) && hit.named.any().is_true())
    }

    /// The statements and policies of which nobody can say whether they cover the request.
    pub(crate) fn doubtful(&self) -> impl Iterator<Item = &Hit<'a>> {
        self.hits().filter(|hit| hit.named.any().is_unknown())
    }

    /// Why they cannot be evaluated, each with its place.
    pub(crate) fn doubts(&self, call: &Call<'_>) -> impl Iterator<Item = String> {
        let blocked = self.public_access_blocked.is_unknown();
        let public = blocked.then(|| "whether the bucket policy is public is not known".to_owned());
        self.doubtful()
            .map(|hit| match (hit.policy.document(), hit.statement()) {
                (Ok(_), Some(statement)) => format!(
                    "statement {} of {} `{}`: {}",
                    hit.index,
                    hit.layer,
                    hit.policy.label(),
                    doubt(statement, hit.layer, call)
                ),
                (Err(why), _) => format!("{} `{}` cannot be read: {why}", hit.layer, hit.policy.label()),
                (Ok(_), None) => format!("{} `{}` cannot be read", hit.layer, hit.policy.label()),
            })
            .chain(public)
            .chain(self.acl.iter().flat_map(AclOutcome::doubts))
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// All layers in the order in which AWS's messages name them.
    pub(crate) fn outcomes(&self) -> impl Iterator<Item = &LayerOutcome<'a>> {
        self.service_control
            .iter()
            .flatten()
            .chain(&self.resource_control)
            .chain(&self.vpc_endpoint)
            .chain([&self.resource])
            .chain(&self.boundary)
            .chain(&self.session)
            .chain([&self.identity])
    }

    fn hits(&self) -> impl Iterator<Item = &Hit<'a>> {
        self.outcomes().flat_map(|outcome| &outcome.hits)
    }
}

fn grants<'a>(call: &Call<'_>, policies: &'a Policies) -> Vec<GrantHit<'a>> {
    let (caller, context) = (&call.request.principal, &call.request.context);
    let hit = |grant: &'a KeyGrant| {
        let named = grant.covers(&call.lower_action, caller, context);
        (!named.any().is_false()).then_some(GrantHit { grant, named })
    };
    policies.grants.iter().filter_map(hit).collect()
}

/// With RestrictPublicBuckets a public bucket policy serves only the owner's principals and AWS services (S3
/// documentation, "Blocking public access").
fn public_access_blocked(call: &Call<'_>, policies: &Policies) -> Finding {
    let owner = policies.resource_policy_account.as_ref().unwrap_or(&call.request.resource_account);
    let outsider = call.request.principal.account() != Some(owner)
        && !matches!(call.request.principal.kind(), PrincipalKind::Service { .. });
    let on_s3 = Arn::parse(&call.request.resource).is_some_and(|arn| arn.service == "s3");
    if !policies.restrict_public_buckets || !outsider || !on_s3 {
        return Finding::FALSE;
    }
    match policies.resource.as_ref().map(Policy::document) {
        None => Finding::FALSE,
        Some(Ok(document)) => is_public(document),
        Some(Err(_)) => Finding::UNKNOWN,
    }
}
