//! `stackproof decide`.

use std::io::{BufRead, BufWriter, Write};

use clap::Args;
use stackproof_policy::decide;

use super::Failure;
use crate::exit::Exit;

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Say of every layer and statement why it matched or did not
    #[arg(long)]
    explain: bool,
}

/// Decides line by line, so that it can stand in a pipe.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let mut out = BufWriter::new(std::io::stdout().lock());
    for (number, line) in std::io::stdin().lock().lines().enumerate() {
        let line = line.map_err(|e| Failure::usage(miette::miette!("stdin:{}: {e}", number + 1)))?;
        if line.trim().is_empty() {
            continue;
        }
        let decision = decide::decide_line(&line, arguments.explain).map_err(|error| {
            let report = miette::miette!(
                help = "one JSON object a line: id, principal, action, resource, resource_account, context, identity_policies …",
                "stdin:{}: {error}",
                number + 1
            );
            Failure::usage(report)
        })?;
        if writeln!(out, "{decision}").is_err() {
            // Whoever read has gone; there is nobody left to tell.
            return Ok(Exit::Passed);
        }
    }
    let _ = out.flush();
    Ok(Exit::Passed)
}
