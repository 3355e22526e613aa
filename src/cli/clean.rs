//! `stackproof clean`.

use std::io::Write;

use clap::Args;
use miette::miette;

use super::{Failure, Shared};
use crate::config::Config;
use crate::exit::Exit;
use crate::ledger;
use crate::state::State;

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Removes, and says what was removed and what could not be, with the command that does.
pub(crate) fn run(shared: &Shared, _: &Arguments) -> Result<Exit, Failure> {
    let state = State::of(&Config::load(shared.config.as_deref())?);
    let cleaned = ledger::clean(&state).map_err(|e| {
        let hint = "run it as the user whose run it was";
        Failure::usage(miette!(help = hint, "`{}` cannot be read: {e}", state.folder().display()))
    })?;
    let mut lines: Vec<String> = cleaned.removed.iter().map(|what| format!("removed {what}")).collect();
    lines.extend(cleaned.running.iter().map(|what| format!("left {what}: it is running")));
    lines.extend(cleaned.left.iter().map(|left| {
        format!("could not remove {}: {}; remove it with: {}", left.what, left.reason, left.command)
    }));
    if lines.is_empty() {
        lines.push("nothing was left behind".to_owned());
    }
    // A reader that has seen enough is no error.
    drop(std::io::stdout().write_all((lines.join("\n") + "\n").as_bytes()));
    Ok(if cleaned.left.is_empty() { Exit::Passed } else { Exit::Failed })
}
