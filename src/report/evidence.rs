//! The evidence of a decision, in the same words wherever it is told.

use stackproof_gateway::{Check, Decision, Origin, Outcome, Statement};

use super::word;

/// A line of evidence: its name, and what it says.
pub type Line = (&'static str, String);

/// Why a call was decided as it was, by what, and who made it.
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
    lines.extend(sessions(decision));
    lines.extend(deciding.into_iter().flat_map(|check| facts(check, decision.origin.as_ref())));
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
        let rules = decision.checks.iter().flat_map(|check| &check.uncertain);
        lines.extend(rules.map(|rule| ("rests on", rule.clone())));
    }
    lines.push(("request", decision.request_id.clone()));
    lines
}

/// How the caller's session came to be, and the session before that.
fn sessions(decision: &Decision) -> impl Iterator<Item = Line> {
    std::iter::successors(decision.origin.as_ref(), |origin| origin.from.as_deref()).map(|origin| {
        let how = match origin.operation.as_str() {
            "AssumeRole" => "assumed".to_owned(),
            operation => format!("made with {operation}"),
        };
        let mut line = format!("{}, {how} by {} in request {}", origin.of, origin.by, origin.request_id);
        if let Some(id) = &origin.external_id {
            line.push_str(&format!(", with the external id {id}"));
        }
        ("session of", line)
    })
}

/// What is known of the caller besides its name: its tags, its source identity, what limits it.
fn facts(check: &Check, origin: Option<&Origin>) -> Vec<Line> {
    let mut lines = Vec::new();
    let transitive = |tag: &str| origin.is_some_and(|origin| origin.transitive.iter().any(|it| it == tag));
    let tags: Vec<String> = check
        .context
        .iter()
        .filter_map(|(key, values)| Some((key.strip_prefix("aws:principaltag/")?, values)))
        .map(|(tag, values)| {
            let mark = if transitive(tag) { " (transitive)" } else { "" };
            format!("{tag}={}{mark}", values.join(","))
        })
        .collect();
    if !tags.is_empty() {
        lines.push(("tags", tags.join(", ")));
    }
    if let Some(identity) = check.context.get("aws:sourceidentity").and_then(|values| values.first()) {
        lines.push(("identity", identity.clone()));
    }
    let limits =
        check.policies.iter().filter(|it| it.layer == "session policy" || it.layer == "permissions boundary");
    lines.extend(limits.map(|it| ("limited by", format!("{} {}", it.layer, it.policy))));
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
