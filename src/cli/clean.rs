//! `stackproof clean`.

use std::io::Write;
use std::path::Path;

use clap::Args;
use miette::miette;

use super::{Failure, Shared};
use crate::acceptance::Left;
use crate::config::Config;
use crate::exit::Exit;
use crate::ledger;
use crate::shell::quoted;
use crate::state::State;
use crate::target::stages::remove_left;

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {}

/// Removes, and says what was removed and what could not be, with the command that does.
pub(crate) async fn run(shared: &Shared, _: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(shared.config.as_deref())?;
    let state = State::of(&config);
    let clean = || {
        ledger::clean(&state).map_err(|e| {
            let hint = "run it as the user whose run it was";
            Failure::usage(miette!(help = hint, "`{}` cannot be read: {e}", state.folder().display()))
        })
    };
    let mut cleaned = clean()?;
    let mut left = Vec::new();
    for path in std::mem::take(&mut cleaned.provisioned) {
        match remove_left(&config, &path).await {
            Ok(remaining) if remaining.is_empty() => cleaned.removed.push(path.display().to_string()),
            Ok(remaining) => left.extend(remaining),
            Err(reason) => left.push(provisioned(&path, reason)),
        }
    }
    // The ledgers of what is gone now.
    clean()?;
    let mut lines: Vec<String> = cleaned.removed.iter().map(|what| format!("removed {what}")).collect();
    lines.extend(cleaned.running.iter().map(|what| format!("left {what}: it is running")));
    lines.extend(cleaned.left.iter().map(|left| {
        format!("could not remove {}: {}; remove it with: {}", left.what, left.reason, left.command)
    }));
    lines.extend(left.iter().map(Left::to_string));
    if lines.is_empty() {
        lines.push("nothing was left behind".to_owned());
    }
    // A reader that has seen enough is no error.
    drop(std::io::stdout().write_all((lines.join("\n") + "\n").as_bytes()));
    Ok(if cleaned.left.is_empty() && left.is_empty() { Exit::Passed } else { Exit::Failed })
}

/// What an endpoint has that could not be asked for it.
fn provisioned(path: &Path, reason: String) -> Left {
    let file = path.display().to_string();
    let command =
        format!("stackproof clean once the target answers, or, if it is gone: rm {}", quoted(&file));
    Left { what: format!("what `{file}` names"), reason, command }
}
