//! The command line: parse, dispatch, exit code. One file a command.
//!
//! Data goes to stdout, everything else to stderr.

mod clean;
mod decide;
mod doctor;
mod explain;
mod failure;
mod init;
mod outputs;
mod plan;
mod steps;
mod test;
mod up;

use std::ffi::OsString;
use std::io::{IsTerminal, Write};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::acceptance::{Left, Stages};
use crate::config::{Config, TargetConfig};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::provision::{self, Facts, StackRequest, Wanted};

pub(crate) use failure::Failure;

/// Proves what an AWS stack allows and denies, before it ships
#[derive(Debug, Parser)]
#[command(name = "stackproof", version, max_term_width = 110)]
struct Arguments {
    #[command(flatten)]
    shared: Shared,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Clone, Debug, Args)]
pub(crate) struct Shared {
    /// The configuration; default: `stackproof.toml`, looked for upwards from the working directory
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The target; default: the file's `default-target`, else `embedded`
    #[arg(long, global = true, value_name = "NAME")]
    pub target: Option<String>,
    /// Colours on stderr and in the report
    #[arg(long, global = true, value_enum, default_value_t = Color::Auto, value_name = "WHEN")]
    color: Color,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    Auto,
    Always,
    Never,
}

impl Shared {
    /// Whether to colour what goes to a stream: as asked, else on a terminal without `NO_COLOR`.
    pub(crate) fn colour(&self, terminal: bool) -> bool {
        match self.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => terminal && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty()),
        }
    }
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Write a first `stackproof.toml` and a first feature for the root module in DIR, out of what its policies decide
    Init(init::Arguments),
    /// Provision the stacks, run their features, take everything down
    Test(test::Arguments),
    /// The target with its gateway and the stacks, until Ctrl-C
    Up(up::Arguments),
    /// Apply the root module in DIR to a fresh embedded target and print its outputs as `terraform output -json` does
    Outputs(outputs::Arguments),
    /// What would be made of the root module in DIR, policy statements with their places
    Plan(plan::Arguments),
    /// One decision in full: who called, what each policy said, and where the deciding statement is written
    Explain(explain::Arguments),
    /// Decide policy cases: one JSON object a line on stdin, one decision a line on stdout
    Decide(decide::Arguments),
    /// The sentences that features may use
    Steps(steps::Arguments),
    /// Remove what an interrupted run left behind
    Clean(clean::Arguments),
    /// What this machine has and what the stacks and targets need, with the remedy
    Doctor(doctor::Arguments),
}

/// Runs a command line; its first word is the program's name.
pub fn run(words: impl IntoIterator<Item = OsString>) -> Exit {
    let arguments = match Arguments::try_parse_from(words) {
        Ok(arguments) => arguments,
        Err(error) => {
            // Help and version are no errors; clap prints them to stdout and the rest to stderr.
            let exit = if error.use_stderr() { Exit::Usage } else { Exit::Passed };
            return if error.print().is_ok() { exit } else { Exit::Usage };
        }
    };
    let Arguments { shared, command } = arguments;
    failure::install(shared.colour(std::io::stderr().is_terminal()));
    let result = match command {
        Command::Init(arguments) => block_on(init::run(&shared, arguments)),
        Command::Test(arguments) => block_on(test::run(&shared, arguments)),
        Command::Up(arguments) => block_on(up::run(&shared, arguments)),
        Command::Outputs(arguments) => block_on(outputs::run(&shared, arguments)),
        Command::Plan(arguments) => block_on(plan::run(&shared, arguments)),
        Command::Explain(arguments) => explain::run(&shared, &arguments),
        Command::Decide(arguments) => decide::run(&arguments),
        Command::Steps(arguments) => steps::run(&arguments),
        Command::Clean(arguments) => block_on(clean::run(&shared, &arguments)),
        Command::Doctor(arguments) => doctor::run(&shared, &arguments),
    };
    result.unwrap_or_else(|failure| failure.report())
}

/// Eight hexadecimal digits that no other run has.
fn run_id() -> Result<String, Failure> {
    let number =
        getrandom::u32().map_err(|e| Failure::target(miette::miette!("no randomness can be had: {e}")))?;
    Ok(format!("{number:08x}"))
}

/// These stacks under every combination of their matrices, after those that they need.
fn requests(config: &Config, target: &TargetConfig, names: &[String]) -> Result<Vec<StackRequest>, Failure> {
    let facts = Facts { accounts: target.accounts.clone(), run_id: run_id()? };
    let mut wanted = Vec::new();
    for name in names {
        let combinations = config.stack(name)?.combinations().into_iter();
        wanted.extend(combinations.map(|combination| Wanted {
            name: name.clone(),
            combination,
            ..Wanted::default()
        }));
    }
    Ok(provision::in_order(config, &facts, &wanted)?)
}

/// Reads `K=V`.
fn variable(text: &str) -> Result<(String, String), String> {
    let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
    pair.map(|(name, value)| (name.to_owned(), value.to_owned()))
        .ok_or_else(|| format!("`{text}` is not of the form K=V"))
}

fn block_on(command: impl Future<Output = Result<Exit, Failure>>) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime
        .map_err(|e| Failure::target(miette::miette!("the runtime could not be started: {e}")))?
        .block_on(command)
}

/// Removes what was provisioned, or leaves it, and says what is still there. Whoever interrupts that too does not wait
/// for it.
async fn close(stages: &dyn Stages, keep: bool, interrupt: &mut Interrupt) {
    let lines = tokio::select! {
        closed = stages.close(keep) => {
            let left = closed.left.iter().map(Left::to_string);
            closed.kept.into_iter().chain(left).collect()
        }
        () = interrupt.requested() => {
            vec!["interrupted: not all that was provisioned is removed; remove it with: stackproof clean".to_owned()]
        }
    };
    lines.iter().for_each(|line| drop(writeln!(std::io::stderr(), "{line}")));
}
