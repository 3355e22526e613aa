//! What every policy in play said, for the record of a check.

use stackproof_policy::explain::PolicyTrace;
use stackproof_policy::{Decision, Evaluation, Explanation, Layer, Policies, Request, Truth, explain};

use super::Guard;
use super::in_play::held_in;
use crate::caller::Caller;
use crate::record::{Considered, Nearest, Says, SourceMap};

/// What the policies in play said, and the statement nearest to an allow where it was one that was missing.
pub(super) fn trace(
    caller: &Caller,
    guard: &Guard,
    request: &Request,
    policies: &Policies,
    evaluation: &Evaluation,
    sources: &SourceMap,
) -> (Vec<Considered>, Option<Nearest>) {
    if evaluation.decision == Decision::Allowed {
        return (of_allowed(caller, guard, evaluation), None);
    }
    let explanation = explain(request, policies);
    let nearest = (evaluation.decision == Decision::ImplicitDeny)
        .then(|| nearest(caller, guard, &explanation, evaluation.layer, sources))
        .flatten();
    (explanation.policies.iter().map(considered).collect(), nearest)
}

/// Where a call is allowed, no statement denies it, and those that allow it are known: nothing is evaluated again.
fn of_allowed(caller: &Caller, guard: &Guard, evaluation: &Evaluation) -> Vec<Considered> {
    let guarding = if matches!(guard, Guard::Trust(_)) { Layer::Trust } else { Layer::Resource };
    let layers = [guarding, Layer::Boundary, Layer::Session, Layer::Identity];
    let in_play =
        layers.into_iter().flat_map(|layer| held_in(caller, guard, layer).map(move |it| (layer, it)));
    let mut considered: Vec<Considered> = in_play
        .map(|(layer, held)| Considered {
            layer: layer.to_string(),
            policy: held.policy.label().to_owned(),
            says: Says::Nothing,
        })
        .collect();
    for found in &evaluation.statements {
        let (layer, policy) = (found.layer.to_string(), found.policy.clone());
        match considered.iter_mut().find(|it| it.layer == layer && it.policy == policy) {
            Some(it) => it.says = Says::Allows,
            // An access control list is no policy that is held, and may allow all the same.
            None => considered.push(Considered { layer, policy, says: Says::Allows }),
        }
    }
    considered
}

fn considered(trace: &PolicyTrace) -> Considered {
    let any = |effect: Option<&str>, covers: Truth| trace.statements.iter().any(|it| is(it, effect, covers));
    let says = match () {
        () if trace.exempt.is_some() => Says::Exempt,
        () if any(Some("Deny"), Truth::True) => Says::Denies,
        () if trace.unreadable.is_some() || any(None, Truth::Unknown) => Says::Unknown,
        () if any(Some("Allow"), Truth::True) => Says::Allows,
        () => Says::Nothing,
    };
    Considered { layer: trace.layer.to_string(), policy: trace.policy.clone(), says }
}

fn is(trace: &stackproof_policy::explain::StatementTrace, effect: Option<&str>, covers: Truth) -> bool {
    effect.is_none_or(|effect| trace.effect == effect) && trace.covers == covers
}

fn nearest(
    caller: &Caller,
    guard: &Guard,
    explanation: &Explanation,
    layer: Option<Layer>,
    sources: &SourceMap,
) -> Option<Nearest> {
    let (policy, statement) = explanation.nearest(layer?)?;
    let held = held_in(caller, guard, policy.layer).find(|held| held.policy.label() == policy.policy)?;
    Some(Nearest {
        layer: policy.layer.to_string(),
        statement: held.statement(statement.index, statement.sid.clone(), sources),
        lacks: statement.because.clone(),
    })
}
