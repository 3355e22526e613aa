//! `stackproof up`.

use std::fs::{File, OpenOptions};
use std::io::{IsTerminal, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use miette::miette;
use serde_json::{Value, json};
use stackproof_gateway::DecisionLog;

use super::{Failure, Shared};
use crate::acceptance::Stages;
use crate::config::{Config, EndpointConfig, TargetKind};
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::ledger::{Ledger, RunFile};
use crate::progress::Progress;
use crate::provision::{self, StackRequest};
use crate::shell::quoted;
use crate::state::State;
use crate::target::Environment;
use crate::target::stages::{Books, Overrides, Sources, Started};

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A stack to provision; default: all of the configuration
    #[arg(long = "stack", value_name = "NAME")]
    stacks: Vec<String>,
    /// Where to listen, for HTTP and HTTPS alike
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4566")]
    listen: SocketAddr,
    /// An emulator to stand before, in place of the target's own upstream: `http://127.0.0.1:4566`
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// Write the `export` lines into this file too, for as long as the target is there
    #[arg(long, value_name = "F")]
    env_file: Option<PathBuf>,
    /// Append every decision to this file as it is made
    #[arg(long, value_name = "FILE")]
    decisions: Option<PathBuf>,
    /// Print the coordinates as one JSON line instead of `export` lines
    #[arg(long)]
    json: bool,
}

/// Starts the target, provisions, prints where it is, and waits.
pub(crate) async fn run(shared: &Shared, arguments: Arguments) -> Result<Exit, Failure> {
    let mut interrupt = Interrupt::listen();
    let config = Config::load(shared.config.as_deref())?;
    let (name, mut target) = config.target(shared.target.as_deref())?;
    if let Some(url) = &arguments.upstream {
        target.kind = TargetKind::Endpoint(EndpointConfig::at(url.as_str()));
        target = target.filled(&name)?;
    }
    let stacks = match arguments.stacks.is_empty() {
        true => config.stacks.keys().cloned().collect(),
        false => arguments.stacks.clone(),
    };
    let requests = super::requests(&config, &target, &stacks)?;
    let sink = arguments.decisions.as_deref().map(open).transpose()?;
    arguments.env_file.as_deref().map_or(Ok(()), writable)?;
    let state = State::of(&config);
    let ledger = Ledger::new(&state, &super::run_id()?);

    let sources = Sources::new(config, name, target, Overrides::default());
    let books = Books { ledger: &ledger, state: &state, report_dir: None };
    let started = tokio::select! {
        started = Started::of(sources, books, true) => started.map_err(Failure::target)?,
        () = interrupt.requested() => return Ok(Exit::Interrupted),
    };
    let environment = started.open(arguments.listen).await.map_err(Failure::target)?;
    started.notes().iter().for_each(|note| eprintln!("{note}"));
    let stages = started.stages();
    let standing = Standing { environment, requests, ledger, sink };
    let ended = stand(standing, &arguments, stages.as_ref(), &mut interrupt).await;
    super::close(stages.as_ref(), false, &mut interrupt).await;
    ended
}

/// A target that is open, and what is to be made on it.
struct Standing {
    environment: Environment,
    requests: Vec<StackRequest>,
    ledger: Ledger,
    sink: Option<(PathBuf, File)>,
}

/// Provisions, says where the target is, and waits for its end.
async fn stand(
    standing: Standing,
    arguments: &Arguments,
    stages: &dyn Stages,
    interrupt: &mut Interrupt,
) -> Result<Exit, Failure> {
    let Standing { mut environment, requests, ledger, sink } = standing;
    environment.progress = Progress::on_stderr(std::io::stderr().is_terminal());
    let mut outputs = serde_json::Map::new();
    let provisioned = tokio::select! {
        result = provision::apply_all(&environment, &requests) => result?,
        reason = stages.lost() => return Err(lost(&reason)),
        () = interrupt.requested() => return Ok(Exit::Interrupted),
    };
    for stack in &provisioned {
        stack.notes().for_each(|note| eprintln!("{note}"));
        outputs.insert(stack.label().to_owned(), stack.outputs_json());
    }
    let authority = authority(&environment, &ledger)?;
    let coordinates = Coordinates::of(&environment, authority.path(), Value::Object(outputs));
    let env_file = arguments.env_file.as_deref();
    let env_file = env_file.map(|path| coordinates.write(path, &ledger)).transpose()?;
    let text = if arguments.json { format!("{}\n", coordinates.0) } else { coordinates.exports() };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| Failure::target(miette!("stdout: {e}")))?;
    drop(out);
    eprintln!("ready on {}; stop with Ctrl-C", environment.client.endpoint().http);

    let ended = tokio::select! {
        result = follow(environment.decisions.clone(), sink) => result,
        reason = stages.lost() => Err(lost(&reason)),
        () = interrupt.requested() => Ok(Exit::Interrupted),
    };
    drop((authority, env_file));
    ended
}

fn lost(reason: &str) -> Failure {
    Failure::target(miette!("the target was lost: {reason}"))
}

/// Whether a file can be written there, before anything is started for it.
fn writable(path: &Path) -> Result<(), Failure> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let read = std::fs::read_dir(folder);
    if path.is_dir() {
        return Err(unwritable(path, &std::io::ErrorKind::IsADirectory.into()));
    }
    read.map(|_| ()).map_err(|error| unwritable(path, &error))
}

fn unwritable(path: &Path, error: &std::io::Error) -> Failure {
    let hint = "name a file in a folder that exists and may be written";
    Failure::usage(miette!(help = hint, "`{}` cannot be written: {error}", path.display()))
}

fn open(path: &Path) -> Result<(PathBuf, File), Failure> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    Ok((path.to_owned(), file.map_err(|error| unwritable(path, &error))?))
}

/// Takes every decision out of the log, so that memory stays steady, and writes it where one asked for it.
async fn follow(decisions: DecisionLog, mut sink: Option<(PathBuf, File)>) -> Result<Exit, Failure> {
    loop {
        decisions.changed().await;
        for decision in decisions.drain() {
            if let Some((path, file)) = &mut sink {
                let line = json!(*decision);
                writeln!(file, "{line}")
                    .map_err(|e| Failure::target(miette!("`{}`: {e}", path.display())))?;
            }
        }
    }
}

/// The certificate authority in a file, which other programs can be pointed at; it goes with the process.
fn authority(environment: &Environment, ledger: &Ledger) -> Result<RunFile, Failure> {
    let path = std::env::temp_dir().join(format!("stackproof-ca-{}.pem", ledger.run()));
    let written = RunFile::write(ledger, &path, &environment.client.endpoint().ca_pem);
    written.map_err(|error| Failure::target(miette!("the certificate authority cannot be written: {error}")))
}

/// Where the target is and how it is spoken to.
struct Coordinates(Value);

impl Coordinates {
    fn of(environment: &Environment, ca_file: &Path, stacks: Value) -> Self {
        let account = environment.accounts.get("main").cloned().unwrap_or_default();
        let operator = environment.operators.get(&account);
        let endpoint = environment.client.endpoint();
        Self(json!({
            "endpoint": endpoint.http,
            "https_endpoint": endpoint.https,
            "ca_file": ca_file.display().to_string(),
            "access_key_id": operator.map(|keys| keys.access_key_id.clone()),
            // The one place where the operator's secret is meant to be seen: whoever starts the target uses it.
            "secret_access_key": operator.map(|keys| keys.secret_access_key.expose().to_owned()),
            "account_id": account,
            "region": environment.region,
            "stacks": stacks,
        }))
    }

    /// Writes the lines into a file that says whose it is, so that nothing but this run's is ever removed.
    fn write(&self, path: &Path, ledger: &Ledger) -> Result<RunFile, Failure> {
        let text = format!("# stackproof up, run {}\n{}", ledger.run(), self.exports());
        RunFile::write(ledger, path, &text).map_err(|error| unwritable(path, &error))
    }

    /// Lines that a POSIX shell can source.
    fn exports(&self) -> String {
        let variables = [
            ("AWS_ENDPOINT_URL", "https_endpoint"),
            ("AWS_ACCESS_KEY_ID", "access_key_id"),
            ("AWS_SECRET_ACCESS_KEY", "secret_access_key"),
            ("AWS_REGION", "region"),
            // What the AWS CLI and boto3 read in place of the former.
            ("AWS_DEFAULT_REGION", "region"),
            ("AWS_CA_BUNDLE", "ca_file"),
            ("SSL_CERT_FILE", "ca_file"),
            ("NODE_EXTRA_CA_CERTS", "ca_file"),
        ];
        let text = |key: &str| self.0.get(key).and_then(Value::as_str).unwrap_or_default();
        let line = |(variable, key): &(&str, &str)| format!("export {variable}={}\n", quoted(text(key)));
        variables.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clients_find_the_target_by_their_own_variables() {
        let coordinates =
            Coordinates(json!({ "https_endpoint": "https://127.0.0.1:1", "region": "eu-west-2",
            "access_key_id": "AKIA", "secret_access_key": "s", "ca_file": "/tmp/ca.pem" }));
        let exports = coordinates.exports();
        assert!(
            exports
                .starts_with("export AWS_ENDPOINT_URL=https://127.0.0.1:1\nexport AWS_ACCESS_KEY_ID=AKIA\n")
        );
        for line in ["export AWS_DEFAULT_REGION=eu-west-2", "export AWS_CA_BUNDLE=/tmp/ca.pem"] {
            assert!(exports.lines().any(|it| it == line), "{line} is not in\n{exports}");
        }
    }
}
