//! Reports: each listens to the one stream of [`crate::acceptance::Event`]s.

pub mod console;
pub mod cucumber;
pub mod decisions;
pub mod junit;

pub use console::Console;
pub use cucumber::Cucumber;
pub use decisions::Decisions;
pub use junit::Junit;

use std::time::Duration;

use stackproof_gateway::Outcome;

use crate::acceptance::{Failure, FailureKind};

/// Seconds with three places, as every report writes durations.
fn seconds(duration: Duration) -> String {
    format!("{:.3}s", duration.as_secs_f64())
}

/// The failure in one line.
fn headline(failure: &Failure) -> String {
    let what = match failure.kind {
        FailureKind::Undefined => "undefined step: ",
        FailureKind::Ambiguous => "ambiguous step: ",
        FailureKind::Failed | FailureKind::Undetermined | FailureKind::Stage(_) | FailureKind::Panicked => "",
    };
    match &failure.expected {
        Some(expected) => format!("{what}expected {expected}, but {}", failure.happened),
        None => format!("{what}{}", failure.happened),
    }
}

/// The evidence of a failure: each line's name, and what it says.
fn evidence(failure: &Failure) -> Vec<(&'static str, String)> {
    let Some(decision) = &failure.decision else { return Vec::new() };
    let mut lines = Vec::new();
    let statement = decision.statement.as_ref();
    if let Some(statement) = statement {
        let sid = statement
            .sid
            .as_deref()
            .map_or_else(|| format!("#{}", statement.index), |sid| format!("`{sid}`"));
        let place = statement.place.as_ref();
        let place =
            place.map_or_else(|| "origin unknown".to_owned(), |it| format!("{}:{}", it.file, it.line));
        lines.push(("statement", format!("{sid} of {}, {place}", statement.policy)));
    }
    if let Some(check) = decision.deciding() {
        lines.push(("call", format!("{} on {}", check.action, check.resource)));
    }
    lines.push(("principal", decision.principal.clone()));
    if let Some(layer) = decision.deciding().and_then(|check| check.layer.clone()) {
        lines.push(("layer", layer));
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

/// The word that an enum of decisions is written as in JSON.
fn word(value: &impl serde::Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}

#[cfg(test)]
mod testing;
