//! Load: many clients put, get, list and overwrite through `stackproof up`, and what it answered is held against what
//! it stored.
//!
//! `cargo bench --bench load -- [--clients N] [--seconds N]`; a minute of 64 clients is `just soak`. It fails where an
//! answer is no answer of AWS's, where a refused write was stored, where an accepted one cannot be read, where memory
//! keeps growing, and where `kill -9` and `clean` leave something behind. `-- --large MIB` plays one object of that size
//! instead, and fails where the target takes more than 128 MiB for it. `-- --target NAME` plays on another target of
//! `stackproof.toml`; in front of an upstream of its own the gateway may take 64 MiB for a large object.

mod client;
mod large;
mod target;

use std::sync::Arc;
use std::time::{Duration, Instant};

use client::{Client, Tally};
use target::{Target, Work};

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Growth from the first third of the run to its end that is no longer called steady.
const GROWTH: f64 = 1.5;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    if let mebibytes @ 1.. = argument("--large", 0)? {
        return large::run(usize::try_from(mebibytes)?).await;
    }
    let (clients, seconds) = (argument("--clients", 8)?, argument("--seconds", 5)?);
    let target = Arc::new(Target::start()?);
    let work = Arc::new(Work::new()?);
    println!("{clients} clients for {seconds} s; {} MiB before the first call", target.mebibytes()?);

    let until = Instant::now() + Duration::from_secs(seconds);
    let running: Vec<_> = (0..clients)
        .map(|number| {
            let mut client = Client::new(number, Arc::clone(&target), Arc::clone(&work));
            tokio::spawn(async move {
                client.play(until).await?;
                Ok::<_, Failure>(client)
            })
        })
        .collect();
    let early = after(&target, seconds / 3).await?;
    let late = after(&target, seconds - seconds / 3).await?;

    let mut tally = Tally::default();
    let mut clients = Vec::new();
    for client in running {
        clients.push(client.await??);
    }
    for client in &mut clients {
        client.check().await?;
        tally.add(&client.tally);
    }
    println!("{tally}");
    for client in &mut clients {
        client.clear().await?;
    }
    println!(
        "memory: {early} MiB after a third, {late} MiB at the end, {} MiB once all was deleted, {} MiB at the peak",
        target.mebibytes()?,
        target.peak_mebibytes()?
    );
    if seconds >= 30 && late as f64 > early as f64 * GROWTH {
        return Err(format!("memory grew from {early} to {late} MiB").into());
    }
    killed(&work).await
}

async fn after(target: &Target, seconds: u64) -> Result<u64, Failure> {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
    target.mebibytes()
}

/// Kills a target under load, and looks at what `clean` leaves.
async fn killed(work: &Arc<Work>) -> Result<(), Failure> {
    let target = Arc::new(Target::start()?);
    let until = Instant::now() + Duration::from_secs(60);
    let running: Vec<_> = (0..8)
        .map(|number| {
            let mut client = Client::new(number, Arc::clone(&target), Arc::clone(work));
            tokio::spawn(async move { client.play(until).await })
        })
        .collect();
    tokio::time::sleep(Duration::from_secs(1)).await;
    target.kill()?;
    for client in running {
        if client.await?.is_ok() {
            return Err("a client of a killed target noticed nothing".into());
        }
    }
    let left = target.cleaned()?;
    if !left.is_empty() {
        return Err(format!("`clean` left {left:?}").into());
    }
    println!("killed under load and cleaned: nothing left");
    Ok(())
}

/// The target, where it is not the embedded one.
fn target() -> Option<String> {
    text("--target")
}

fn text(name: &str) -> Option<String> {
    std::env::args().skip_while(|argument| argument != name).nth(1)
}

fn argument(name: &str, default: u64) -> Result<u64, Failure> {
    match text(name) {
        Some(value) => value.parse().map_err(|_| format!("`{name} {value}` is no number").into()),
        None => Ok(default),
    }
}
