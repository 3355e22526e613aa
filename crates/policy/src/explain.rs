//! A decision in full: every layer, every statement, and what kept it from covering the request.

mod display;
mod sentence;
mod trace;
mod uncertain;

pub use trace::{GrantTrace, PolicyTrace, PolicyVerdict, Says, StatementTrace, verdicts};
pub use uncertain::uncertain;

use crate::evaluate::{Call, Element, Evaluation, Layers, evaluate};
use crate::grant::KeyGrant;
use crate::policies::{Layer, Policies, Policy, Request};
use crate::truth::{Certainty, Truth};

/// A decision with the trace that leads to it. Displayed, it is a text of several lines.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The decision.
    pub evaluation: Evaluation,
    /// Every policy in play, in the order in which AWS's messages name their kinds.
    pub policies: Vec<PolicyTrace>,
    /// The grants of a key, and whether each covers the request.
    pub grants: Vec<GrantTrace>,
    /// What is likely to be a mistake in a policy, such as a Deny that a missing value switches off.
    pub warnings: Vec<String>,
    /// The rules that the decision rests on and AWS does not document, as far as they can be told; a clause each.
    pub uncertain: Vec<String>,
    /// The first level of service control policies at which nothing allows the request.
    lacking_level: Option<usize>,
    subject: String,
}

impl Explanation {
    /// Of the statements that would allow the request if they covered it, in policies of that kind, the one that lacks
    /// least. One that covers neither the action nor the resource has nothing to do with the request. Of service control
    /// policies those count that stand at the first level at which none allows it.
    pub fn nearest(&self, layer: Layer) -> Option<(&PolicyTrace, &StatementTrace)> {
        let at_fault = |policy: &&PolicyTrace| policy.level.is_none() || policy.level == self.lacking_level;
        let of_layer = self.policies.iter().filter(|policy| policy.layer == layer && policy.exempt.is_none());
        let statements =
            of_layer.filter(at_fault).flat_map(|policy| policy.statements.iter().map(move |it| (policy, it)));
        let unrelated = [Element::Action, Element::Resource];
        statements
            .filter(|(_, it)| it.effect == "Allow" && it.covers == Truth::False)
            .filter(|(_, it)| !unrelated.iter().all(|element| it.lacks.contains(element)))
            .min_by_key(|(_, it)| (it.lacks.len(), it.lacks.contains(&Element::Action), it.because.len()))
    }
}

/// Explains the decision on a request.
pub fn explain(request: &Request, policies: &Policies) -> Explanation {
    let call = Call::new(request, policies.boundary.is_some());
    let evaluation = evaluate(request, policies);
    let mut traces = Vec::new();
    let mut warnings = Vec::new();
    for one in in_play(&call, policies) {
        traces.push(trace::trace(one, &call, policies, &mut warnings));
    }
    traces.extend(
        policies.acl.as_ref().map(|acl| trace::grants_trace(acl, &call, policies.ignore_public_acls)),
    );
    let covers = |grant: &KeyGrant| {
        let named = grant.covers(&call.lower_action, &request.principal, &request.context);
        GrantTrace { grant: grant.grant_id.clone(), covers: named.any().truth }
    };
    Explanation {
        policies: traces,
        grants: policies.grants.iter().map(covers).collect(),
        warnings,
        uncertain: match evaluation.certainty {
            Certainty::Documented => Vec::new(),
            Certainty::Measured | Certainty::Reading => uncertain(request, policies),
        },
        lacking_level: Layers::new(&call, policies).level_without_allow(),
        subject: format!("{} {} on {}", request.principal.arn(), request.action, request.resource),
        evaluation,
    }
}

/// A policy in play.
#[derive(Clone, Copy)]
struct InPlay<'a> {
    layer: Layer,
    /// For service and resource control policies, the level that the policy is attached at.
    level: Option<usize>,
    policy: &'a Policy,
}

/// Every policy in play but lists and grants, in the order in which AWS's messages name their kinds.
fn in_play<'a>(call: &Call<'_>, policies: &'a Policies) -> impl Iterator<Item = InPlay<'a>> {
    let of = |layer: Layer| move |policy: &'a Policy| InPlay { layer, level: None, policy };
    let levels = |layer: Layer, levels: &'a Option<Vec<Vec<Policy>>>| {
        levels.iter().flatten().enumerate().flat_map(move |(level, attached)| {
            attached.iter().map(move |policy| InPlay { layer, level: Some(level), policy })
        })
    };
    levels(Layer::ServiceControl, &policies.service_control)
        .chain(levels(Layer::ResourceControl, &policies.resource_control))
        .chain(policies.vpc_endpoint.iter().map(of(Layer::VpcEndpoint)))
        .chain(policies.resource.iter().map(of(call.resource_layer())))
        .chain(policies.boundary.iter().map(of(Layer::Boundary)))
        .chain(policies.session.iter().flatten().map(of(Layer::Session)))
        .chain(policies.identity.iter().map(of(Layer::Identity)))
}

/// Why policies of that kind have no say in this call, if they have none.
fn exempt(layer: Layer, call: &Call<'_>) -> Option<&'static str> {
    match layer {
        Layer::ServiceControl if !call.service_control_applies() => {
            Some("service control policies do not bind this caller")
        }
        Layer::ResourceControl if !call.resource_control_applies() => {
            Some("resource control policies do not bind this call")
        }
        Layer::Resource if call.recovers_bucket_policy() => {
            Some("its denials do not bind the root user of the bucket's owner in this call")
        }
        _ if call.beyond_policies().is_some() => Some("no policy is asked for this call"),
        _ => None,
    }
}
