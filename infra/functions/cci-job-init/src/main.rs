//! Starts one job for each call that a tenant uploads.
//!
//! EventBridge invokes it with what S3 says of new objects in the input bucket. It is run by Lambda.

mod job;

use std::process::ExitCode;

use aws_sdk_dynamodb::Client;
use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_functions::runtime::{Handler, serve};
use stackproof_functions::table::DynamoTable;
use stackproof_functions::{Error, Settings, aws, log};

use job::{Event, Outcome, Stack};

struct JobInit {
    stack: Stack,
    table: DynamoTable,
}

impl Handler for JobInit {
    type Event = Event;

    async fn handle(&self, event: Event) -> Result<Value, Error> {
        let key = event.key();
        let outcome = job::start(&self.table, &self.stack, &event, Timestamp::now()).await?;
        match &outcome {
            Outcome::Started { job } => log::info("a job was started", &[("key", key), ("job", job)]),
            Outcome::Already { job } => {
                log::info("its job was started before", &[("key", key), ("job", job)])
            }
            Outcome::None { reason } => log::warn("no job was started", &[("key", key), ("reason", reason)]),
        }
        Ok(json!(outcome))
    }
}

async fn prepare() -> Result<JobInit, Error> {
    let settings = Settings::of_process();
    let stack = Stack::of_settings(&settings)?;
    let client = Client::new(&aws::config().await);
    Ok(JobInit { stack, table: DynamoTable::new(client, settings.required("CONFIG_TABLE")?) })
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    serve(prepare()).await
}
