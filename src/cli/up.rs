//! `stackproof up`.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use clap::Args;
use miette::miette;
use serde_json::{Value, json};
use stackproof_gateway::DecisionLog;

use super::{Failure, Shared};
use crate::config::Config;
use crate::exit::Exit;
use crate::interrupt::Interrupt;
use crate::provision;
use crate::target::Environment;
use crate::target::embedded::Embedded;

/// What the command takes.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// A stack to provision; default: all of the configuration
    #[arg(long = "stack", value_name = "NAME")]
    stacks: Vec<String>,
    /// Where to listen, for HTTP and HTTPS alike
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:4566")]
    listen: SocketAddr,
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
    let (name, target) = config.target(shared.target.as_deref())?;
    let stacks = match arguments.stacks.is_empty() {
        true => config.stacks.keys().cloned().collect(),
        false => arguments.stacks,
    };
    let requests = super::requests(&config, &target, &stacks)?;
    let sink = arguments.decisions.as_deref().map(open).transpose()?;

    let embedded = Embedded::new(&name, &target).map_err(Failure::target)?;
    let environment = embedded.open(Some(arguments.listen)).await.map_err(Failure::target)?;
    let mut outputs = serde_json::Map::new();
    let provisioned = tokio::select! {
        result = provision::apply_all(&environment, &requests) => result?,
        () = interrupt.requested() => return Ok(Exit::Interrupted),
    };
    for stack in &provisioned {
        stack.notes().for_each(|note| eprintln!("{note}"));
        outputs.insert(stack.label().to_owned(), stack.outputs_json());
    }
    let authority = authority(&environment)?;
    let coordinates = Coordinates::of(&environment, authority.path(), Value::Object(outputs));
    let text = if arguments.json { format!("{}\n", coordinates.0) } else { coordinates.exports() };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|e| Failure::target(miette!("stdout: {e}")))?;
    drop(out);
    eprintln!("ready on {}; stop with Ctrl-C", environment.client.endpoint().http);

    tokio::select! {
        result = follow(environment.decisions.clone(), sink) => result,
        () = interrupt.requested() => Ok(Exit::Interrupted),
    }
}

fn open(path: &Path) -> Result<(PathBuf, File), Failure> {
    let file = OpenOptions::new().create(true).append(true).open(path);
    let file = file.map_err(|e| {
        let hint = "name a file in a folder that exists and may be written";
        Failure::usage(miette!(help = hint, "`{}` cannot be written: {e}", path.display()))
    })?;
    Ok((path.to_owned(), file))
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
fn authority(environment: &Environment) -> Result<tempfile::NamedTempFile, Failure> {
    let write = || {
        let mut file = tempfile::Builder::new().prefix("stackproof-ca-").suffix(".pem").tempfile()?;
        file.write_all(environment.client.endpoint().ca_pem.as_bytes())?;
        Ok(file)
    };
    write().map_err(|e: std::io::Error| {
        Failure::target(miette!("the certificate authority cannot be written: {e}"))
    })
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
        variables.iter().map(|(variable, key)| format!("export {variable}={}\n", text(key))).collect()
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
