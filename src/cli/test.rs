//! `stackproof test`, the main job.

use std::fs::File;
use std::io::{BufWriter, IsTerminal, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use clap::Args;
use futures_util::FutureExt;
use miette::miette;

use super::{Failure, Shared, run_id, variable};
use crate::acceptance::{
    self, Place, Reporter, RunHeader, RunOptions, Scenario, Selection, SelectionError, Shard,
};
use crate::config::{Config, StackConfig, TargetConfig, Transport};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::ledger::Ledger;
use crate::progress::{Progress, Watched};
use crate::report::{Console, Cucumber, Decisions, Junit};
use crate::shell;
use crate::state::{DECISIONS, Failed, LastRun, State};
use crate::target::stages::{Books, EmbeddedStages, Overrides, Sources, Started};

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Features: files, folders, or `FILE:LINE`; default: those of the stacks
    #[arg(value_name = "PATH")]
    paths: Vec<String>,
    /// A stack whose features are run; default: all of the configuration
    #[arg(long = "stack", value_name = "NAME")]
    stacks: Vec<String>,
    /// Only scenarios with these tags: `@writes and not @clock`
    #[arg(long, value_name = "EXPR")]
    tags: Option<String>,
    /// Only scenarios whose name matches
    #[arg(long, value_name = "REGEX")]
    name: Option<String>,
    /// Only part I of N of the scenarios
    #[arg(long, value_name = "I/N")]
    shard: Option<String>,
    /// How many scenarios are played at once; default: twice the processors. One where the target cannot be copied
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,
    /// Write `junit.xml`, `cucumber.json` and `decisions.jsonl` into this folder
    #[arg(long, value_name = "DIR")]
    report_dir: Option<PathBuf>,
    /// End with the first failure
    #[arg(long)]
    fail_fast: bool,
    /// Fail on a denial that stands beside no allowed call of the same principal, and on what is unproved
    #[arg(long)]
    strict: bool,
    /// Only scenarios that failed in the last run; further filters leave out more
    #[arg(long)]
    rerun_failed: bool,
    /// Leave what was provisioned where it is, on targets that outlive the run
    #[arg(long)]
    keep: bool,
    /// Match every step, call nothing
    #[arg(long)]
    dry_run: bool,
    /// A variable for every stack; wins over files and the configuration
    #[arg(long = "var", value_name = "K=V", value_parser = variable)]
    vars: Vec<(String, String)>,
    /// A variable file for every stack
    #[arg(long = "var-file", value_name = "F")]
    var_files: Vec<PathBuf>,
    /// Whether a selection of nothing is fine, as it is for `cargo test FILTER`
    #[arg(long, hide = true)]
    allow_none: bool,
}

/// Plays the features and reports.
pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Exit, Failure> {
    let mut interrupt = Interrupt::listen();
    let config = Config::load(shared.config.as_deref())?;
    let (name, target) = config.target(shared.target.as_deref())?;
    let root = config.root.clone();
    if arguments.keep && !target.outlives_the_run() {
        let hint = "`stackproof up` keeps the stacks until Ctrl-C";
        return Err(Failure::usage(miette!(
            help = hint,
            "`--keep` can keep nothing: the target `{name}` ends with the run"
        )));
    }
    let state = State::of(&config);
    let failed = arguments.rerun_failed.then(|| failed_before(&state)).transpose()?;
    if failed.as_ref().is_some_and(Failed::is_empty) {
        drop(writeln!(std::io::stderr(), "nothing failed in the last run"));
        return Ok(Exit::Passed);
    }
    let scenarios = select(&config, &arguments, failed)?;
    if scenarios.is_empty() {
        return Ok(Exit::Passed);
    }
    let mut header = header(&name, &target);
    let options = RunOptions {
        jobs: arguments.jobs.map_or_else(jobs, usize::from),
        fail_fast: arguments.fail_fast,
        strict: arguments.strict,
        dry_run: arguments.dry_run,
        canaries: true,
        run_id: run_id()?,
    };
    let ledger = Ledger::new(&state, &options.run_id);
    let overrides = Overrides {
        vars: arguments.vars.clone(),
        var_files: arguments.var_files.clone(),
        run_id: options.run_id.clone(),
    };
    let progress = Progress::on_stderr(std::io::stderr().is_terminal());
    let sources = Sources::new(config, name.clone(), target.clone(), overrides).shown_on(progress.clone());
    let stages = match options.dry_run {
        // What is only matched is played nowhere.
        true => Started::Embedded(Box::new(EmbeddedStages::new(sources))),
        false => {
            let report_dir = arguments.report_dir.as_deref();
            let books = Books { ledger: &ledger, state: &state, report_dir };
            tokio::select! {
                started = Started::of(sources, books, false) => started.map_err(Failure::target)?,
                () = interrupt.requested() => return Ok(Exit::Interrupted),
            }
        }
    };
    header.notes.extend_from_slice(stages.notes());
    let stages = stages.stages();
    let colour = shared.colour(std::io::stdout().is_terminal());
    let mut kept = Kept::of(shared, &arguments);
    let mut reporters: Vec<Box<dyn Reporter>> = Vec::new();
    if let Some(folder) = &arguments.report_dir {
        reporters.extend(files(folder)?);
    }
    // A dry run decides nothing and shows nothing mended.
    if !options.dry_run {
        match LastRun::begin(&state, &ledger, &scenarios) {
            Ok(last_run) => reporters.push(Box::new(last_run)),
            Err(error) => kept.not_in(&state, &error),
        }
    }
    // What the console tells the reader to do must be possible by then.
    let console = Console::new(std::io::stdout(), colour).explained_by(kept.command()).rooted_in(root);
    reporters.push(Box::new(console));
    let mut reporters = Watched::new(reporters, progress);
    let requested = interrupt.requested();
    let ended = acceptance::run(stages.clone(), scenarios, header, &options, &mut reporters, requested).await;
    let lost = stages.lost().now_or_never();
    super::close(stages.as_ref(), arguments.keep, &mut interrupt).await;
    let mut exit = ended.map_err(|e| {
        let hint = "free some space, or name another folder with `--report-dir`";
        Failure::usage(miette!(help = hint, "the report cannot be written: {e}"))
    })?;
    if let Some(reason) = lost {
        exit = exit.max(Failure::target(miette!("the target `{name}` was lost: {reason}")).report());
    }
    if exit == Exit::Interrupted {
        drop(writeln!(std::io::stderr(), "interrupted: the report has what had ended"));
    }
    Ok(exit)
}

fn select(config: &Config, arguments: &Arguments, failed: Option<Failed>) -> Result<Vec<Scenario>, Failure> {
    let wrong = |error: SelectionError| Failure::usage(miette!(help = error.advice(), "{error}"));
    let mut paths: Vec<Place> = arguments.paths.iter().map(|path| Place::from(path.as_str())).collect();
    if paths.is_empty() || !arguments.stacks.is_empty() {
        let named = arguments.stacks.iter().map(|name| Ok((name, config.stack(name)?)));
        let stacks: Result<Vec<_>, Failure> = match arguments.stacks.is_empty() {
            true => Ok(config.stacks.iter().collect()),
            false => named.collect(),
        };
        for (name, stack) in stacks? {
            paths.push(Place { path: config.features(name, stack), line: None });
        }
    }
    if paths.is_empty() {
        let hint = "name a stack in stackproof.toml: [stacks.NAME] and path = \"folder of the root module\"";
        return Err(Failure::usage(miette!(help = hint, "there is nothing to test: no stack and no PATH")));
    }
    let selection = Selection {
        paths,
        tags: arguments.tags.as_deref().map(acceptance::tags).transpose().map_err(wrong)?,
        name: arguments.name.as_deref().map(acceptance::name).transpose().map_err(wrong)?,
        shard: arguments.shard.as_deref().map(str::parse::<Shard>).transpose().map_err(wrong)?,
    };
    let scenarios = selection.load().map_err(wrong)?;
    let none = || vec![acceptance::Combination::new()];
    let combinations = |stack: &str| config.stacks.get(stack).map_or_else(none, StackConfig::combinations);
    let mut scenarios = acceptance::spread(scenarios, combinations);
    if let Some(failed) = failed {
        failed.retain(&mut scenarios);
    }
    if scenarios.is_empty() && !arguments.allow_none {
        return Err(wrong(SelectionError::Nothing));
    }
    Ok(scenarios)
}

/// Twice the processors: a scenario waits for the target about as long as it computes.
fn jobs() -> usize {
    std::thread::available_parallelism().map_or(1, |processors| processors.get().saturating_mul(2))
}

/// The scenarios that the last run left failed.
fn failed_before(state: &State) -> Result<Failed, Failure> {
    let hint = "play the features once without `--rerun-failed`";
    match Failed::load(&state.last_run()) {
        Ok(Some(failed)) => Ok(failed),
        Ok(None) => {
            let folder = state.last_run();
            Err(Failure::usage(miette!(help = hint, "no run is kept in `{}`", folder.display())))
        }
        Err(e) => {
            let folder = state.last_run();
            Err(Failure::usage(miette!(
                help = hint,
                "the last run in `{}` cannot be read: {e}",
                folder.display()
            )))
        }
    }
}

/// Where the run's decisions will be, for the command that explains one of them.
struct Kept<'a> {
    config: Option<&'a Path>,
    report_dir: Option<&'a Path>,
    in_state: bool,
}

impl<'a> Kept<'a> {
    fn of(shared: &'a Shared, arguments: &'a Arguments) -> Self {
        let (config, report_dir) = (shared.config.as_deref(), arguments.report_dir.as_deref());
        Self { config, report_dir, in_state: !arguments.dry_run }
    }

    fn not_in(&mut self, state: &State, error: &std::io::Error) {
        self.in_state = false;
        let folder = state.folder().display();
        drop(writeln!(
            std::io::stderr(),
            "note: `{folder}` cannot be written: {error}: `--rerun-failed` will not know this run"
        ));
    }

    /// The words before the request id.
    fn command(&self) -> Option<String> {
        let (option, path) = match (self.in_state, self.report_dir, self.config) {
            (true, _, None) => return Some("stackproof explain".to_owned()),
            (true, _, Some(config)) => ("--config", config),
            (false, Some(folder), _) => ("--report-dir", folder),
            (false, None, _) => return None,
        };
        Some(format!("stackproof explain {option} {}", shell::quoted(&path.display().to_string())))
    }
}

fn header(name: &str, target: &TargetConfig) -> RunHeader {
    let transport = match target.transport {
        Some(Transport::AssumeTls) => "HTTP counts as HTTPS (`assume-tls`)",
        None => "HTTPS unless a step says otherwise",
    };
    RunHeader {
        target: name.to_owned(),
        transport: transport.to_owned(),
        region: target.region.clone(),
        ..RunHeader::default()
    }
}

fn files(folder: &Path) -> Result<Vec<Box<dyn Reporter>>, Failure> {
    let cannot = |e: std::io::Error| {
        let hint = "name a folder that may be written";
        Failure::usage(miette!(help = hint, "`{}` cannot be written: {e}", folder.display()))
    };
    std::fs::create_dir_all(folder).map_err(cannot)?;
    let create = |name: &str| File::create(folder.join(name)).map(BufWriter::new).map_err(cannot);
    Ok(vec![
        Box::new(Junit::new(create("junit.xml")?)),
        Box::new(Cucumber::new(create("cucumber.json")?)),
        Box::new(Decisions::new(create(DECISIONS)?)),
    ])
}
