//! Reports: each listens to the one stream of [`crate::acceptance::Event`]s.

pub mod console;
pub mod cucumber;
pub mod decisions;
pub mod evidence;
mod excerpt;
pub mod explain;
pub mod junit;

pub use console::Console;
pub use cucumber::Cucumber;
pub use decisions::Decisions;
pub use junit::Junit;

use std::time::Duration;

use evidence::evidence;

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
fn evidence_of(failure: &Failure) -> Vec<evidence::Line> {
    failure.decision.as_deref().map(evidence).unwrap_or_default()
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
