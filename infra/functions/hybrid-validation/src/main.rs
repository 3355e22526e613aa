//! Checks packages that are uploaded, and starts the processing of those that are right.
//!
//! A bucket's notification, or the relay agent where the store notifies nobody, invokes it. It is run by Lambda.

mod check;
mod compute;
mod validate;

use std::process::ExitCode;

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_functions::package::{Notification, Package};
use stackproof_functions::runtime::{Handler, serve};
use stackproof_functions::table::DynamoTable;
use stackproof_functions::{Error, Settings, aws, log};

use check::{Object, Rules};
use compute::Compute;
use validate::{Outcome, Source, Store};

struct Validation {
    source: Source,
    rules: Rules,
    table: DynamoTable,
    store: ObjectStore,
    compute: Compute,
}

impl Validation {
    async fn prepare() -> Result<Self, Error> {
        let settings = Settings::of_process();
        let config = aws::config().await;
        Ok(Self {
            source: settings.choice(
                "EVENT_SOURCE",
                &[("notification", Source::Notification), ("relay", Source::Relay)],
            )?,
            rules: Rules::new(settings.list("ALLOWED_ORGANIZATION_IDS")?),
            table: DynamoTable::new(
                aws_sdk_dynamodb::Client::new(&config),
                settings.required("AUDIT_TABLE")?,
            ),
            store: ObjectStore(aws::storage(&config, &settings)?),
            compute: Compute::of_settings(&settings, &config)?,
        })
    }
}

impl Handler for Validation {
    type Event = Notification;

    async fn handle(&self, notification: Notification) -> Result<Value, Error> {
        let mut failed = None;
        let mut outcomes = Vec::new();
        // One package that fails keeps none of the others waiting; all of them may come again.
        for record in &notification.records {
            let key = &record.s3.object.key;
            let validated = match self.source.package(record) {
                Ok(package) => {
                    let (store, compute) = (&self.store, &self.compute);
                    validate::package(&self.table, store, compute, &self.rules, &package, Timestamp::now)
                        .await
                }
                Err(error) => Err(error),
            };
            match validated {
                Ok(outcome) => {
                    match &outcome {
                        Outcome::Started { task } => {
                            log::info("processing was started", &[("key", key), ("task", task)]);
                        }
                        Outcome::Refused { reason } => {
                            log::warn("the package was refused", &[("key", key), ("reason", reason)]);
                        }
                    }
                    outcomes.push(outcome);
                }
                Err(error) => {
                    log::error(
                        "the package was not validated",
                        &[("key", key), ("error", &error.to_string())],
                    );
                    failed = Some(error);
                }
            }
        }
        failed.map_or_else(|| Ok(json!({ "packages": outcomes })), Err)
    }
}

/// S3, or a store that speaks as it does.
struct ObjectStore(aws_sdk_s3::Client);

impl Store for ObjectStore {
    async fn look(&self, package: &Package) -> Result<Option<Object>, Error> {
        let Package { bucket, key, version_id, .. } = package;
        let head = self.0.head_object().bucket(bucket).key(key).set_version_id(version_id.clone());
        let head = match head.send().await {
            Ok(head) => head,
            Err(error) if error.raw_response().is_some_and(|answer| answer.status().as_u16() == 404) => {
                return Ok(None);
            }
            Err(error) => return Err(Error::call(&format!("look at `{key}` in `{bucket}`"), &error)),
        };
        let tags = self.0.get_object_tagging().bucket(bucket).key(key).set_version_id(version_id.clone());
        let tags = tags
            .send()
            .await
            .map_err(|error| Error::call(&format!("read the tags of `{key}` in `{bucket}`"), &error))?;
        let tag = tags.tag_set().iter().find(|tag| tag.key() == check::ORGANIZATION);
        Ok(Some(Object {
            size: head.content_length().and_then(|size| u64::try_from(size).ok()).unwrap_or_default(),
            tag: tag.map(|tag| tag.value().to_owned()),
            metadata: head.metadata().and_then(|metadata| metadata.get(check::ORGANIZATION)).cloned(),
        }))
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    serve(Validation::prepare()).await
}
