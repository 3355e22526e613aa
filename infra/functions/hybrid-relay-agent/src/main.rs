//! Tells the validation function of packages in a store that notifies nobody.
//!
//! It runs beside the store, lists its bucket every few seconds, and invokes the function once for each object, in the
//! order that they were written in. `--once` has it list once, and end.

mod journal;
mod relay;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use aws_sdk_lambda::primitives::Blob;
use jiff::Timestamp;
use stackproof_functions::package::Notification;
use stackproof_functions::{Error, Settings, aws, log};
use tokio::signal::unix::{SignalKind, signal};

use journal::{Journal, Write};
use relay::{Deliver, Store};

/// A bucket of S3, or of a store that speaks as it does.
struct Bucket {
    client: aws_sdk_s3::Client,
    name: String,
}

impl Store for Bucket {
    fn bucket(&self) -> &str {
        &self.name
    }

    async fn list(&self) -> Result<Vec<Write>, Error> {
        let mut writes = Vec::new();
        let mut pages = self.client.list_objects_v2().bucket(&self.name).into_paginator().send();
        while let Some(page) = pages.next().await {
            let page = page.map_err(|error| Error::call(&format!("list `{}`", self.name), &error))?;
            for object in page.contents() {
                let at = object.last_modified().and_then(|at| at.as_nanos().try_into().ok());
                let at = at.and_then(|at: i64| Timestamp::from_nanosecond(at.into()).ok());
                let (Some(key), Some(at)) = (object.key(), at) else {
                    return Err(Error::new(format!(
                        "`{}` lists an object without its key or its time",
                        self.name
                    )));
                };
                let e_tag = object.e_tag().unwrap_or_default().trim_matches('"').to_owned();
                writes.push(Write { at, key: key.to_owned(), e_tag });
            }
        }
        Ok(writes)
    }
}

/// A function of Lambda.
struct Function {
    client: aws_sdk_lambda::Client,
    name: String,
}

impl Deliver for Function {
    async fn deliver(&self, notification: &Notification) -> Result<(), Error> {
        let payload = serde_json::to_vec(notification)
            .map_err(|error| Error::new(format!("the notification cannot be worded: {error}")))?;
        let invoke = self.client.invoke().function_name(&self.name).payload(Blob::new(payload));
        let answer =
            invoke.send().await.map_err(|error| Error::call(&format!("invoke `{}`", self.name), &error))?;
        match answer.function_error() {
            Some(kind) => Err(Error::new(format!("`{}` failed: {kind}", self.name)).hint("its log says why")),
            None => Ok(()),
        }
    }
}

async fn run(once: bool) -> Result<(), Error> {
    let settings = Settings::of_process();
    let pause = settings.optional("POLL_SECONDS").map_or(Ok(5), |seconds| {
        seconds.parse().map_err(|_| Error::new(format!("`POLL_SECONDS` is a number, not `{seconds}`")))
    })?;
    let mut journal = Journal::open(&PathBuf::from(settings.required("STATE_FILE")?))?;
    let config = aws::config().await;
    let store =
        Bucket { client: aws::storage(&config, &settings)?, name: settings.required("STORAGE_BUCKET")? };
    let function =
        Function { client: aws_sdk_lambda::Client::new(&config), name: settings.required("FUNCTION_NAME")? };
    if once {
        return relay::pass(&store, &function, &mut journal).await.map(drop);
    }
    let signals = |error| Error::new(format!("signals cannot be had: {error}"));
    let mut terminate = signal(SignalKind::terminate()).map_err(signals)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(signals)?;
    loop {
        // A pass that fails is begun again: what was delivered is in the journal.
        if let Err(error) = relay::pass(&store, &function, &mut journal).await {
            log::error("packages wait", &[("error", &error.to_string())]);
        }
        tokio::select! {
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
            () = tokio::time::sleep(Duration::from_secs(pause)) => {}
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let ended = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => run(false).await,
        ["--once"] => run(true).await,
        _ => Err(Error::new("the agent is told what to do by its environment")
            .hint("`--once` is all that it takes")),
    };
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error("the agent ends", &[("error", &error.to_string())]);
            ExitCode::FAILURE
        }
    }
}
