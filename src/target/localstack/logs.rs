//! What a container says.

use std::fs::File;
use std::io::Write;

use futures_util::StreamExt;
use testcontainers::bollard::query_parameters::LogsOptions;
use tokio::task::JoinHandle;

use super::Engine;

/// The file in the folder of reports.
pub(super) const FILE: &str = "localstack.log";

/// Writes down all that it says from that second on, until it is gone.
pub(super) fn capture(engine: &Engine, name: &str, since: i64, mut file: File) -> JoinHandle<()> {
    let since = i32::try_from(since).unwrap_or_default();
    let options = LogsOptions { follow: true, stdout: true, stderr: true, since, ..LogsOptions::default() };
    let mut said = Box::pin(engine.docker.logs(name, Some(options)));
    tokio::spawn(async move {
        while let Some(Ok(line)) = said.next().await {
            // A full disk is no reason to end a run.
            if file.write_all(&line.into_bytes()).is_err() {
                return;
            }
        }
    })
}

/// The last that it said, in one line.
pub(super) async fn last(engine: &Engine, name: &str) -> String {
    let options = LogsOptions { stdout: true, stderr: true, tail: "3".to_owned(), ..LogsOptions::default() };
    let said: Vec<_> = engine.docker.logs(name, Some(options)).collect().await;
    let lines = said.into_iter().flatten().map(|line| line.to_string().trim().to_owned());
    let lines: Vec<_> = lines.filter(|line| !line.is_empty()).collect();
    match lines.is_empty() {
        true => "it said nothing".to_owned(),
        false => lines.join(" / "),
    }
}
