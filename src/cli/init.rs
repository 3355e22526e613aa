//! `stackproof init`.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use miette::miette;

use super::{Failure, Shared, run_id};
use crate::acceptance::{Combination, StageError, StageFailure, Stages};
use crate::config::{Config, FILE_NAME};
use crate::exit::Exit;
use crate::init;
use crate::interrupt::Interrupt;
use crate::target::stages::{EmbeddedStages, Overrides, Sources};

/// The feature's name in its folder.
const FIRST: &str = "first.feature";

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A root module
    #[arg(value_name = "DIR")]
    directory: PathBuf,
    /// Write over what is there
    #[arg(long)]
    force: bool,
}

/// Writes the configuration, then the feature, and says what to do next.
pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Exit, Failure> {
    let mut interrupt = Interrupt::listen();
    let file = shared.config.clone().unwrap_or_else(|| PathBuf::from(FILE_NAME));
    if let Err(error) = std::fs::read_dir(&arguments.directory) {
        let shown = arguments.directory.display();
        let hint = "name a folder that holds `.tf` files";
        return Err(Failure::usage(miette!(
            help = hint,
            "the root module `{shown}` cannot be read: {error}"
        )));
    }
    let (name, missing) = match named_in(&file, &arguments)? {
        // What was filled in since the first time stands.
        Some(name) => (name, Vec::new()),
        None => configure(&file, &arguments)?,
    };
    let config = Config::load(Some(&file))?;
    let feature = config.features(&name, config.stack(&name)?).join(FIRST);
    if !missing.is_empty() {
        let again = format!("stackproof init {}", crate::shell::quoted(&shown(&arguments.directory)));
        let hint = format!("fill them in at the end of `{}`, then run `{again}` again", file.display());
        let names: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
        return Err(Failure::usage(miette!(help = hint, "nothing gives a value for {}", names.join(", "))));
    }
    if feature.exists() && !arguments.force {
        return Err(exists(&feature));
    }
    tokio::select! {
        written = write_feature(shared, config, &name, &feature) => written,
        () = interrupt.requested() => Ok(Exit::Interrupted),
    }
}

/// The stack of the file that is this root module, if the file is there and is to be kept.
fn named_in(file: &Path, arguments: &Arguments) -> Result<Option<String>, Failure> {
    if !file.exists() || arguments.force {
        return Ok(None);
    }
    let config = Config::load(Some(file))?;
    let wanted = std::fs::canonicalize(&arguments.directory).ok();
    let is_it = |path: PathBuf| wanted.is_some() && std::fs::canonicalize(path).ok() == wanted;
    let found = config.stacks.iter().find(|(_, stack)| is_it(config.module(stack)));
    found.map(|(name, _)| Some(name.clone())).ok_or_else(|| exists(file))
}

fn exists(file: &Path) -> Failure {
    let hint = "`--force` writes over it";
    Failure::usage(miette!(help = hint, "`{}` exists already", file.display()))
}

/// Writes the configuration, and gives the stack's name and the variables that it lacks.
fn configure(file: &Path, arguments: &Arguments) -> Result<(String, Vec<String>), Failure> {
    let directory = &arguments.directory;
    let whole = std::fs::canonicalize(directory).unwrap_or_else(|_| directory.clone());
    let name =
        whole.file_name().map_or_else(|| "stack".to_owned(), |name| name.to_string_lossy().into_owned());
    let beside = file.parent().is_none_or(|folder| folder.as_os_str().is_empty());
    let path = if beside { PathBuf::from(shown(directory)) } else { whole };
    let plan = init::plan(&name, &path, directory).map_err(Failure::provisioning)?;
    write(file, &plan.text)?;
    say(&format!("wrote {}", file.display()));
    Ok((name, plan.missing))
}

/// The path as it was given, without what does not lead anywhere.
fn shown(path: &Path) -> String {
    let plain: PathBuf = path.components().filter(|part| *part != std::path::Component::CurDir).collect();
    if plain.as_os_str().is_empty() { ".".to_owned() } else { plain.display().to_string() }
}

async fn write_feature(shared: &Shared, config: Config, name: &str, file: &Path) -> Result<Exit, Failure> {
    let (target_name, target) = config.target(shared.target.as_deref())?;
    let overrides = Overrides { run_id: run_id()?, ..Overrides::default() };
    let combination = config.stack(name)?.combinations().into_iter().next().unwrap_or_else(Combination::new);
    let stages: Arc<dyn Stages> =
        Arc::new(EmbeddedStages::new(Sources::new(config, target_name, target, overrides)));
    let stage = stages.stage(name, &combination, &[]).await.map_err(unprovisioned)?;
    let jobs = std::thread::available_parallelism().map_or(1, usize::from);
    let draft = init::draft(stages, &stage.stack, jobs).await;
    let draft = draft.map_err(|error| Failure::usage(miette!(help = error.advice(), "{error}")))?;
    if draft.scenarios == 0 {
        draft.left_out.iter().for_each(|line| say(&format!("not shown: {line}")));
        say("no feature was written: nobody was found who may do anything in a bucket of the stack");
        say("next: write one; `stackproof steps` has the sentences");
        return Ok(Exit::Passed);
    }
    write(file, &draft.text)?;
    let scenarios =
        if draft.scenarios == 1 { "1 scenario".to_owned() } else { format!("{} scenarios", draft.scenarios) };
    say(&format!("wrote {} ({scenarios})", file.display()));
    say("next: stackproof test --strict");
    Ok(Exit::Passed)
}

fn unprovisioned(error: StageError) -> Failure {
    let StageError { failure, message, hint } = error;
    let hint = hint.unwrap_or_else(|| {
        "mend it, or leave it out with `ignore`, and run `stackproof init` again".to_owned()
    });
    let report = miette!(help = hint, "{message}");
    match failure {
        StageFailure::Configuration => Failure::usage(report),
        StageFailure::Target => Failure::target(report),
        StageFailure::Provisioning => Failure::unprovisioned(report),
    }
}

fn write(file: &Path, text: &str) -> Result<(), Failure> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
    let made = folder.map_or(Ok(()), std::fs::create_dir_all);
    made.and_then(|()| std::fs::write(file, text)).map_err(|error| {
        let hint = "run it in a folder that may be written";
        Failure::usage(miette!(help = hint, "`{}` cannot be written: {error}", file.display()))
    })
}

fn say(line: &str) {
    // A reader that has seen enough is no error.
    drop(writeln!(std::io::stdout(), "{line}"));
}
