//! One after another, in one run: LocalStack alone, LocalStack behind the gateway, and the embedded target behind it, with
//! the same client and the same calls; and what each target takes from process start to the end of one scenario.
//!
//! Needs Docker and the image. Rounds alternate, so that a machine that slows down slows down for all of them.

use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use bytes::Bytes;
use serde_json::json;
use stackproof::config::{EndpointConfig, LocalStackConfig, TargetConfig, TargetKind};
use stackproof::ledger::Ledger;
use stackproof::state::State;
use stackproof::target::Environment;
use stackproof::target::embedded::Embedded;
use stackproof::target::localstack::{Container, Run};
use stackproof::target::remote::Remote;
use stackproof_aws::client::{Call, Client, Endpoint, Signing, Transport};
use stackproof_aws::{Credentials, Members, Operation, Secret};

type Failure = Box<dyn std::error::Error>;

const ROUNDS: usize = 5;
/// Calls of each size in each round: enough for a second or so on LocalStack.
const LOADS: [(&str, usize, usize); 2] = [("1 KiB", 1 << 10, 200), ("1 MiB", 1 << 20, 60)];
const BUCKET: &str = "bench-data";
const SCENARIO: &str = "features/call-centre-data/objects.feature:10";

/// Somebody to call, and how.
struct Way {
    name: &'static str,
    client: Client,
    credentials: Credentials,
    region: String,
    /// Held for its gateway.
    environment: Option<Environment>,
}

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let config = TargetConfig::embedded();
    let folder = tempfile::tempdir()?;
    let root = stackproof::config::Config { root: folder.path().to_owned(), ..Default::default() };
    let ledger = Ledger::new(&State::of(&root), &format!("{:08x}", std::process::id()));
    let run = Run { ledger: &ledger, report_dir: None };
    let localstack: TargetConfig = toml::from_str("kind = \"localstack\"")?;
    let TargetKind::LocalStack(settings) = &localstack.kind else { return Err("no LocalStack".into()) };
    let container = Container::start(&LocalStackConfig::clone(settings), &run).await?;
    println!("{}", container.describe());
    let endpoint = EndpointConfig::at(container.endpoint());
    let remote = Remote::new("localstack", &localstack, &endpoint, false).await?;
    let embedded = Embedded::new("embedded", &config)?;
    let ways = [
        alone(container.endpoint(), config.main_account(), &config.region)?,
        behind("LocalStack behind the gateway", remote.open(None).await?)?,
        behind("embedded behind the gateway", embedded.open(None).await?)?,
    ];
    for (at, way) in ways.iter().enumerate() {
        let members = json!({ "Bucket": format!("{BUCKET}-{at}"),
            "CreateBucketConfiguration": { "LocationConstraint": way.region } });
        way.call("CreateBucket", members, &Bytes::new()).await?;
    }
    for (label, size, calls) in LOADS {
        let body = Bytes::from(vec![7; size]);
        for (operation, body) in [("PutObject", &body), ("GetObject", &Bytes::new())] {
            let mut times = vec![Vec::with_capacity(ROUNDS); ways.len()];
            for _ in 0..ROUNDS {
                for (at, (way, times)) in ways.iter().zip(&mut times).enumerate() {
                    times.push(way.calls(at, operation, body, calls).await?);
                }
            }
            let rates: Vec<f64> =
                times.iter_mut().map(|times| calls as f64 / median(times).as_secs_f64()).collect();
            let direct = rates.first().copied().unwrap_or_default();
            for (way, rate) in ways.iter().zip(rates) {
                let share = rate / direct * 100.0;
                println!("{operation} of {label}, {:<30} {rate:>7.0} calls/s {share:>5.0} %", way.name);
            }
        }
    }
    if let Some(reads) = ways.get(1).and_then(|way| way.environment.as_ref()).map(reads) {
        println!("reads of LocalStack besides those calls: {reads}");
    }
    drop(ways);
    container.stop().await?;
    starts()
}

/// How often the upstream was asked for what decided the calls.
fn reads(environment: &Environment) -> u32 {
    environment.decisions.drain().iter().map(|decision| decision.reads).sum()
}

/// LocalStack itself, which takes any signature and the account's id for its key.
fn alone(url: &str, account: &str, region: &str) -> Result<Way, Failure> {
    let endpoint = Endpoint { http: url.to_owned(), https: url.to_owned(), ca_pem: String::new() };
    let credentials = Credentials {
        access_key_id: account.to_owned(),
        secret_access_key: Secret::new("bench"),
        session_token: None,
    };
    let (client, region) = (Client::new(endpoint)?, region.to_owned());
    Ok(Way { name: "LocalStack alone", client, credentials, region, environment: None })
}

fn behind(name: &'static str, environment: Environment) -> Result<Way, Failure> {
    let account = environment.accounts.get("main").ok_or("no account")?;
    let credentials = environment.operators.get(account).cloned().ok_or("no operator")?;
    let (client, region) = (environment.client.clone(), environment.region.clone());
    Ok(Way { name, client, credentials, region, environment: Some(environment) })
}

impl Way {
    async fn calls(
        &self,
        at: usize,
        operation: &'static str,
        body: &Bytes,
        calls: usize,
    ) -> Result<Duration, Failure> {
        let members = json!({ "Bucket": format!("{BUCKET}-{at}"), "Key": "k" });
        let began = Instant::now();
        for _ in 0..calls {
            self.call(operation, members.clone(), body).await?;
        }
        Ok(began.elapsed())
    }

    async fn call(
        &self,
        operation: &'static str,
        members: serde_json::Value,
        body: &Bytes,
    ) -> Result<(), Failure> {
        let members: Members = serde_json::from_value(members)?;
        let call = Call {
            operation: Operation::named("s3", operation).ok_or("no such operation")?,
            members,
            body: body.clone(),
            signing: Signing::Header(self.credentials.clone()),
            transport: Transport::Http,
            region: self.region.clone(),
            headers: Vec::new(),
        };
        let reply = self.client.send(call).await?;
        reply.result.map(drop).map_err(|error| format!("{}: {operation}: {error}", self.name).into())
    }
}

/// From process start to the exit after one scenario.
fn starts() -> Result<(), Failure> {
    for (target, runs) in [("embedded", 5), ("localstack", 3)] {
        let mut times = Vec::new();
        for _ in 0..runs {
            let mut command = Command::new(env!("CARGO_BIN_EXE_stackproof"));
            command.args(["test", SCENARIO, "--target", target]).current_dir(env!("CARGO_MANIFEST_DIR"));
            command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            let began = Instant::now();
            let status = command.status()?;
            times.push(began.elapsed());
            if !status.success() {
                return Err(format!("a run on {target} ended with {status}").into());
            }
        }
        println!("one scenario on {target}, from start to exit: median {:.2?}", median(&mut times));
    }
    Ok(())
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort();
    times.get(times.len() / 2).copied().unwrap_or_default()
}
