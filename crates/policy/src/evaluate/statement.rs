//! Does one statement cover the request?

use super::call::{Call, ResourceKind};
use crate::document::{Clause, Effect, Statement};
use crate::policies::Layer;
use crate::principal::{NamedAs, PrincipalEntry};
use crate::truth::{Certainty, Finding};

/// An element of a statement, as far as it takes part in matching.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Element {
    Principal,
    Action,
    Resource,
    Condition,
}

/// Whether a statement covers the request, and on which grounds its principal is named. In the layers without a
/// Principal element every covered request is covered directly.
pub(crate) fn covers(statement: &Statement, layer: Layer, call: &Call<'_>) -> NamedAs {
    // The cheapest element that fails ends the work; a finding that is no documented false is weighed with the rest.
    let action = action(statement, call);
    if action == Finding::FALSE {
        return NamedAs::directly(action);
    }
    let named = named(statement, layer, call);
    let place = action.and(resource(statement, layer, call));
    if place == Finding::FALSE || named.any() == Finding::FALSE {
        return NamedAs::directly(Finding::FALSE);
    }
    let rest = place.and(statement.condition().finding(&call.request.context));
    match fault(statement, layer, call) {
        Some(_) => NamedAs::directly(Finding::UNKNOWN.and(rest)),
        None => named.and(rest),
    }
}

/// What each element says on its own, for explanations.
pub(crate) fn elements(statement: &Statement, layer: Layer, call: &Call<'_>) -> [(Element, Finding); 4] {
    [
        (Element::Principal, named(statement, layer, call).any()),
        (Element::Action, action(statement, call)),
        (Element::Resource, resource(statement, layer, call)),
        (Element::Condition, statement.condition().finding(&call.request.context)),
    ]
}

/// Why AWS would not have stored the statement in a policy of this kind, so that nobody can say what it does there.
pub(crate) fn fault(statement: &Statement, layer: Layer, call: &Call<'_>) -> Option<&'static str> {
    let has_resource = statement.resource().is_some();
    match layer {
        Layer::Identity | Layer::Boundary | Layer::Session | Layer::ServiceControl => {
            if statement.principal().is_some() {
                return Some("a policy of this kind has no `Principal`");
            }
            (!has_resource).then_some("it has no `Resource`")
        }
        // Grants have no statements.
        Layer::Grant => None,
        Layer::Trust if has_resource => Some("a trust policy has no `Resource`"),
        // Lists have grants and no statements.
        Layer::AccessControlList => None,
        Layer::Trust | Layer::Resource | Layer::ResourceControl | Layer::VpcEndpoint => {
            match statement.principal() {
                None => Some("it has no `Principal`"),
                Some(Clause::Not(_)) if statement.effect() == Effect::Allow => {
                    Some("`NotPrincipal` goes with `Deny` only")
                }
                Some(Clause::Not(_)) if layer != Layer::Resource => {
                    Some("a policy of this kind has no `NotPrincipal`")
                }
                Some(_) => {
                    let needs_resource = layer != Layer::Trust
                        && !matches!(call.resource_kind, ResourceKind::Key | ResourceKind::Repository);
                    (needs_resource && !has_resource).then_some("it has no `Resource`")
                }
            }
        }
    }
}

fn named(statement: &Statement, layer: Layer, call: &Call<'_>) -> NamedAs {
    if matches!(layer, Layer::Identity | Layer::Boundary | Layer::Session | Layer::ServiceControl) {
        return NamedAs::directly(Finding::TRUE);
    }
    let (caller, context) = (&call.request.principal, &call.request.context);
    match statement.principal() {
        Some(Clause::Is(element)) => element.names(caller, context),
        Some(Clause::Not(element)) => {
            NamedAs::directly(element.leaves_out(caller, call.has_boundary, context))
        }
        // A fault; the other elements say whether it matters.
        None => NamedAs::directly(Finding::TRUE),
    }
}

fn action(statement: &Statement, call: &Call<'_>) -> Finding {
    match statement.action() {
        Clause::Is(patterns) => {
            Finding::any(patterns.iter().map(|pattern| pattern.finding(&call.lower_action)))
        }
        Clause::Not(patterns) => {
            !Finding::any(patterns.iter().map(|pattern| pattern.finding(&call.lower_action)))
        }
    }
}

fn resource(statement: &Statement, layer: Layer, call: &Call<'_>) -> Finding {
    let (resource, context) = (call.request.resource.as_str(), &call.request.context);
    match statement.resource() {
        Some(Clause::Is(patterns)) => {
            Finding::any(patterns.iter().map(|pattern| pattern.finding(resource, context)))
        }
        Some(Clause::Not(patterns)) => {
            let excepted = Finding::any(patterns.iter().map(|pattern| pattern.finding(resource, context)));
            // That a pattern without a value excepts nothing here is our reading.
            if patterns.iter().any(|pattern| pattern.lacks_value(context)) {
                return (!excepted).at_most(Certainty::Reading);
            }
            !excepted
        }
        // KMS stores a statement without Resource and gives it no effect.
        None if layer == Layer::Resource && call.resource_kind == ResourceKind::Key => Finding::FALSE,
        None => Finding::TRUE,
    }
}

/// The element that keeps a statement from being evaluated, in words.
pub(super) fn doubt(statement: &Statement, layer: Layer, call: &Call<'_>) -> String {
    if let Some(fault) = fault(statement, layer, call) {
        return fault.to_owned();
    }
    let unknown = elements(statement, layer, call).into_iter().find(|(_, finding)| finding.is_unknown());
    match unknown.map(|(element, _)| element) {
        Some(Element::Principal) => principal_doubt(statement),
        Some(Element::Action) => "its `Action` is not one that AWS stores".to_owned(),
        Some(Element::Resource) => "its `Resource` cannot be compared with the request's".to_owned(),
        Some(Element::Condition) | None => condition_doubt(statement, call),
    }
}

fn principal_doubt(statement: &Statement) -> String {
    let invalid = statement.principal_element().and_then(|element| {
        element.entries().iter().find_map(|entry| match entry {
            PrincipalEntry::Invalid(name, _) => Some(name),
            PrincipalEntry::CanonicalUser(id) => Some(id),
            _ => None,
        })
    });
    match invalid {
        Some(name) => format!("whom the principal `{name}` names is not known"),
        None => "whom its `Principal` names is not known".to_owned(),
    }
}

fn condition_doubt(statement: &Statement, call: &Call<'_>) -> String {
    let test =
        statement.condition().tests().iter().find(|test| test.finding(&call.request.context).is_unknown());
    match test {
        Some(test) if test.operator().is_none() => {
            format!("condition operator `{}` is not known", test.operator_text())
        }
        Some(test) => format!("condition `{}` of `{}` cannot be evaluated", test.operator_text(), test.key()),
        None => "it cannot be evaluated".to_owned(),
    }
}
