//! The evidence of a decision, in the same words wherever it is told.

use stackproof_gateway::{Decision, Outcome, Statement};

use super::word;

/// A line of evidence: its name, and what it says.
pub type Line = (&'static str, String);

/// Why a call was decided as it was, and by what.
pub fn evidence(decision: &Decision) -> Vec<Line> {
    let mut lines = Vec::new();
    if let Some(statement) = &decision.statement {
        lines.push(("statement", written(statement)));
    }
    let deciding = decision.deciding();
    if let Some(check) = deciding {
        lines.push(("call", format!("{} on {}", check.action, check.resource)));
    }
    lines.push(("principal", decision.principal.clone()));
    if let Some(layer) = deciding.and_then(|check| check.layer.clone()) {
        lines.push(("layer", layer));
    }
    if let Some(nearest) = deciding.and_then(|check| check.nearest.as_ref()) {
        lines.push(("nearest", written(&nearest.statement)));
        lines.extend(nearest.lacks.iter().map(|reason| ("but", reason.clone())));
    }
    if let Some(reason) = &decision.reason {
        lines.push(("reason", reason.clone()));
    }
    // How sure a rule is says nothing where none decided.
    if decision.outcome != Outcome::Undetermined {
        lines.push(("certainty", word(&decision.certainty)));
    }
    lines.push(("request", decision.request_id.clone()));
    lines
}

/// A statement, the policy that it stands in, and where it is written.
pub(super) fn written(statement: &Statement) -> String {
    let sid =
        statement.sid.as_deref().map_or_else(|| format!("#{}", statement.index), |sid| format!("`{sid}`"));
    let place = statement.place.as_ref();
    let place = place.map_or_else(|| "origin unknown".to_owned(), |it| format!("{}:{}", it.file, it.line));
    format!("{sid} of {}, {place}", statement.policy)
}
