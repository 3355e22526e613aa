//! What every policy in play said, for the record of a check.

use stackproof_policy::explain::verdicts;
use stackproof_policy::{Certainty, Decision, Evaluation, Policies, Request, explain};

use super::in_play::InPlay;
use super::{Ask, named_grant};
use crate::record::{Check, Considered, Nearest, SourceMap};

/// Notes in the check what the policies in play said, the statement nearest to an allow where it was one that was
/// missing, and the rules that it rests on without AWS's word.
pub(super) fn note(
    check: &mut Check,
    ask: &Ask,
    in_play: InPlay<'_>,
    request: &Request,
    policies: &Policies,
    evaluation: &Evaluation,
    sources: &SourceMap,
) {
    check.policies = verdicts(request, policies)
        .into_iter()
        .map(|one| Considered {
            layer: one.layer.to_string(),
            policy: named_grant(one.layer, &one.policy),
            says: one.says,
        })
        .collect();
    let uncertain = evaluation.certainty < Certainty::Documented;
    if evaluation.decision != Decision::ImplicitDeny && !uncertain {
        return;
    }
    let explanation = explain(request, policies);
    if let Some(layer) = evaluation.layer.filter(|_| evaluation.decision == Decision::ImplicitDeny) {
        check.nearest = explanation.nearest(layer).and_then(|(policy, statement)| {
            let held = in_play.find(policy.layer, &policy.policy)?;
            Some(Nearest {
                layer: policy.layer.to_string(),
                statement: held.statement(statement.index, statement.sid.clone(), sources),
                lacks: statement.because.clone(),
            })
        });
    }
    check.uncertain = explanation.uncertain;
    if ask.certainty < Certainty::Documented {
        check.uncertain.push(format!(
            "that the service asks for `{}` on `{}`, with these condition keys",
            ask.action, ask.resource
        ));
    }
}
