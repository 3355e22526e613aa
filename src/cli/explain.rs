//! `stackproof explain`.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;
use miette::miette;
use stackproof_gateway::Decision;

use super::{Failure, Shared};
use crate::acceptance::similarity::nearest;
use crate::config::Config;
use crate::exit::Exit;
use crate::report::explain::Telling;
use crate::state::{DECISIONS, State};

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The request id, or as much of its beginning as no other has
    #[arg(value_name = "REQUEST-ID")]
    request: String,
    /// Where the run's reports are; default: what is kept of the last run
    #[arg(long, value_name = "DIR")]
    report_dir: Option<PathBuf>,
    /// A file that `stackproof up --decisions FILE` wrote
    #[arg(long, value_name = "FILE", conflicts_with = "report_dir")]
    decisions: Option<PathBuf>,
    /// Print the decision as JSON
    #[arg(long)]
    json: bool,
}

/// Finds the decision and tells it.
pub(crate) fn run(shared: &Shared, arguments: &Arguments) -> Result<Exit, Failure> {
    let config = Config::load(shared.config.as_deref())?;
    let file = match (&arguments.decisions, &arguments.report_dir) {
        (Some(file), _) => file.clone(),
        (None, Some(folder)) => folder.join(DECISIONS),
        (None, None) => State::of(&config).last_run().join(DECISIONS),
    };
    let decisions = read(&file)?;
    let decision = find(&decisions, &arguments.request, &file)?;
    let text = match arguments.json {
        true => serde_json::to_string_pretty(decision).map_err(|e| Failure::usage(miette!("{e}")))? + "\n",
        false => {
            let colour = shared.colour(std::io::stdout().is_terminal());
            Telling { root: &config.root, colour }.tell(decision)
        }
    };
    // A reader that has seen enough is no error.
    drop(std::io::stdout().write_all(text.as_bytes()));
    Ok(Exit::Passed)
}

fn read(file: &Path) -> Result<Vec<Decision>, Failure> {
    let shown = file.display();
    let text = std::fs::read_to_string(file).map_err(|e| {
        let hint = "play the features with `stackproof test` first, or name a folder that `--report-dir` was \
                    given for";
        Failure::usage(miette!(help = hint, "there are no decisions in `{shown}`: {e}"))
    })?;
    let decision = |(at, line): (usize, &str)| {
        serde_json::from_str(line).map_err(|e| {
            let hint = "the file is written by this version's `test --report-dir` and `up --decisions`";
            Failure::usage(miette!(help = hint, "{shown}:{}: no decision: {e}", at + 1))
        })
    };
    text.lines().enumerate().map(decision).collect()
}

/// The decision of that request, or the only one whose id begins so.
fn find<'a>(decisions: &'a [Decision], request: &str, file: &Path) -> Result<&'a Decision, Failure> {
    let exact = decisions.iter().find(|decision| decision.request_id == request);
    let mut begun = decisions.iter().filter(|decision| decision.request_id.starts_with(request));
    let first = begun.next().filter(|_| !request.is_empty());
    let several = first.is_some() && begun.next().is_some();
    if let Some(decision) = exact.or(first.filter(|_| !several)) {
        return Ok(decision);
    }
    let like = |ids: &mut dyn Iterator<Item = &'a str>| {
        let ids: Vec<String> = ids.take(3).map(|id| format!("`{id}`")).collect();
        ids.join(", ")
    };
    let ids = || decisions.iter().map(|decision| decision.request_id.as_str());
    if several {
        let like = like(&mut ids().filter(|id| id.starts_with(request)));
        let hint = format!("give more of it: there is {like}");
        return Err(Failure::usage(miette!(help = hint, "several requests begin with `{request}`")));
    }
    let near = nearest(request, ids(), 3);
    let hint = match near.is_empty() {
        true => "the ids of a run stand in its report, as `request`, and in `decisions.jsonl`".to_owned(),
        false => format!("the nearest are {}", like(&mut near.into_iter())),
    };
    let shown = file.display();
    Err(Failure::usage(miette!(help = hint, "no request `{request}` is among the decisions in `{shown}`")))
}
