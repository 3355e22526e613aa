//! Round trips through the gateway to the embedded S3, over loopback, with the project's own client and bodies of
//! 1 KiB, and the same calls on the emulator without a gateway and a connection before it; what passes with one and with
//! sixteen clients at once; and what a scenario's fork of the target costs.

use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::BodyExt;
use serde_json::json;
use stackproof::config::TargetConfig;
use stackproof::target::Environment;
use stackproof::target::embedded::Embedded;
use stackproof_aws::client::{Call, Reply, Signing, Transport};
use stackproof_aws::wire::{self, Signer};
use stackproof_aws::{Answer, Caller, CanonicalRequest, Clock, Members, Operation, Upstream};
use stackproof_emulator::Emulator;

const ROUNDS: usize = 2_000;
/// What each throughput is measured over: enough calls of each size to last a second or so.
const LOADS: [(&str, usize, usize); 2] = [("1 KiB", 1 << 10, 8_000), ("1 MiB", 1 << 20, 640)];
const BUCKET: &str = "bench-data";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    tokio::runtime::Runtime::new()?.block_on(async {
        let target = Embedded::new("embedded", &TargetConfig::embedded())?;
        let environment = target.open(None).await?;
        let bucket = json!({ "Bucket": BUCKET,
            "CreateBucketConfiguration": { "LocationConstraint": environment.region } });
        send(&environment, "CreateBucket", &bucket, Bytes::new(), Transport::Https).await?;
        let key = json!({ "Bucket": BUCKET, "Key": "k" });
        let body = Bytes::from(vec![7; 1024]);
        for (label, transport) in [("http", Transport::Http), ("https", Transport::Https)] {
            for (operation, body) in
                [("PutObject", &body), ("GetObject", &Bytes::new()), ("HeadBucket", &Bytes::new())]
            {
                let members =
                    if operation == "HeadBucket" { json!({ "Bucket": BUCKET }) } else { key.clone() };
                let mut times = Vec::with_capacity(ROUNDS);
                for _ in 0..ROUNDS {
                    let began = Instant::now();
                    send(&environment, operation, &members, body.clone(), transport).await?;
                    times.push(began.elapsed());
                }
                environment.decisions.drain();
                report(&format!("{operation} over {label}"), times);
            }
        }
        direct(&bucket, &key, &body).await?;
        for clients in [1, 16] {
            for (label, size, calls) in LOADS {
                let body = Bytes::from(vec![7; size]);
                for (operation, body) in [("PutObject", body), ("GetObject", Bytes::new())] {
                    let seconds = throughput(&environment, operation, &body, clients, calls).await?;
                    let (rate, mebibytes) =
                        (calls as f64 / seconds, (calls * size) as f64 / f64::from(1 << 20));
                    println!(
                        "{operation} of {label}, {clients:>2} clients {rate:>7.0} calls/s {:>6.0} MiB/s",
                        mebibytes / seconds
                    );
                }
            }
        }
        forks(&target).await
    })
}

/// The same calls on an emulator that nothing stands before, each read to its end.
async fn direct(
    bucket: &serde_json::Value,
    key: &serde_json::Value,
    body: &Bytes,
) -> Result<(), Box<dyn std::error::Error>> {
    let emulator = Emulator::new(Clock::system());
    execute(&emulator, "CreateBucket", bucket, Bytes::new()).await?;
    for (operation, body) in [("PutObject", body), ("GetObject", &Bytes::new())] {
        let mut times = Vec::with_capacity(ROUNDS);
        for _ in 0..ROUNDS {
            let began = Instant::now();
            execute(&emulator, operation, key, body.clone()).await?;
            times.push(began.elapsed());
        }
        report(&format!("{operation} directly"), times);
    }
    Ok(())
}

async fn execute(
    emulator: &Emulator,
    operation: &str,
    members: &serde_json::Value,
    body: Bytes,
) -> Result<(), Box<dyn std::error::Error>> {
    let account = "111111111111".to_owned();
    let request = CanonicalRequest {
        id: "bench".to_owned(),
        operation: Operation::named("s3", operation).ok_or("no such operation")?,
        region: "eu-west-2".to_owned(),
        caller: Caller { arn: None, account: Some(account.clone()), user_id: account.clone() },
        account,
        signer: Signer::Account,
        secure: true,
        members: members.as_object().cloned().unwrap_or_default(),
        body: wire::full(body),
    };
    if let Answer::Output(output) = emulator.call(request).await?
        && let Some(body) = output.body
    {
        BodyExt::collect(body).await?;
    }
    Ok(())
}

/// Seconds for that many calls over HTTPS, by clients that call one after another, each on a key of its own.
async fn throughput(
    environment: &Environment,
    operation: &'static str,
    body: &Bytes,
    clients: usize,
    calls: usize,
) -> Result<f64, Box<dyn std::error::Error>> {
    let began = Instant::now();
    let clients = (0..clients).map(|client| async move {
        let members = json!({ "Bucket": BUCKET, "Key": format!("throughput/{client}") });
        for _ in 0..calls / clients {
            send(environment, operation, &members, body.clone(), Transport::Https).await?;
            environment.decisions.drain();
        }
        Ok::<_, Box<dyn std::error::Error>>(())
    });
    futures_util::future::try_join_all(clients).await?;
    Ok(began.elapsed().as_secs_f64())
}

/// A call as the operator, which must succeed.
async fn send(
    environment: &Environment,
    operation: &str,
    members: &serde_json::Value,
    body: Bytes,
    transport: Transport,
) -> Result<Reply, Box<dyn std::error::Error>> {
    let account = environment.accounts.get("main").ok_or("no main account")?;
    let operator = environment.operators.get(account).ok_or("no operator")?.clone();
    let members: Members = members.as_object().cloned().unwrap_or_default();
    let call = Call {
        operation: Operation::named("s3", operation).ok_or("no such operation")?,
        members,
        body,
        signing: Signing::Header(operator),
        transport,
        region: environment.region.clone(),
        headers: Vec::new(),
    };
    let reply = environment.client.send(call).await?;
    match reply.result {
        Ok(_) => Ok(reply),
        Err(error) => Err(error.into()),
    }
}

/// What a scenario pays for a state of its own: the copy alone, and with the port that it listens on.
async fn forks(target: &Embedded) -> Result<(), Box<dyn std::error::Error>> {
    let (mut copied, mut opened) = (Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS));
    for _ in 0..ROUNDS {
        let began = Instant::now();
        let fork = target.fork();
        copied.push(began.elapsed());
        let environment = fork.open(None).await?;
        opened.push(began.elapsed());
        drop(environment);
    }
    report("fork", copied);
    report("fork and opening", opened);
    Ok(())
}

fn report(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| times.get(times.len() * part / 100).copied().unwrap_or_default();
    println!("{what:<22} p50 {:>8.1?}  p99 {:>8.1?}", at(50), at(99));
}
