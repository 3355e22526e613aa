//! Processes one package, and says in the audit trail what came of it.
//!
//! It is run as a container, by ECS or by a local runtime, and told of its package by the environment. It ends with 0 when
//! the package was processed, and with 1 otherwise.

mod process;

use std::process::ExitCode;

use jiff::Timestamp;
use stackproof_functions::package::{Package, Task};
use stackproof_functions::table::DynamoTable;
use stackproof_functions::{Error, Settings, aws, log};
use tokio::signal::unix::{SignalKind, signal};

use process::{Content, Store};

/// S3, or a store that speaks as it does.
struct ObjectStore(aws_sdk_s3::Client);

impl Store for ObjectStore {
    type Content = Body;

    async fn open(&self, package: &Package) -> Result<Body, Error> {
        let Package { bucket, key, version_id, .. } = package;
        let get = self.0.get_object().bucket(bucket).key(key).set_version_id(version_id.clone());
        let answer = get.send().await;
        let answer = answer.map_err(|error| Error::call(&format!("read `{key}` in `{bucket}`"), &error))?;
        Ok(Body(answer.body))
    }
}

/// The content of an object, as it comes.
struct Body(aws_sdk_s3::primitives::ByteStream);

impl Content for Body {
    async fn next(&mut self) -> Result<Option<Vec<u8>>, Error> {
        let part = self
            .0
            .try_next()
            .await
            .map_err(|error| Error::new(format!("the content breaks off: {error}")))?;
        Ok(part.map(|part| part.to_vec()))
    }
}

async fn run() -> Result<(), Error> {
    let settings = Settings::of_process();
    let task = Task::of_settings(&settings)?;
    let config = aws::config().await;
    let table = DynamoTable::new(aws_sdk_dynamodb::Client::new(&config), settings.required("AUDIT_TABLE")?);
    let store = ObjectStore(aws::storage(&config, &settings)?);
    // A container that is stopped has half a minute to say so.
    let mut stop =
        signal(SignalKind::terminate()).map_err(|error| Error::new(format!("signals: {error}")))?;
    let stopped = async move {
        stop.recv().await;
    };
    let digest = process::run(&table, &store, &task, stopped, Timestamp::now).await?;
    log::info("the package was processed", &[("key", &task.package.key), ("sha256", &digest)]);
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            log::error("the package was not processed", &[("error", &error.to_string())]);
            ExitCode::FAILURE
        }
    }
}
