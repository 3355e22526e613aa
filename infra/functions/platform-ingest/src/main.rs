//! Takes records of the stream into the table and the bucket.
//!
//! Lambda reads the stream, invokes it with a batch of one shard, and is told which record the next batch begins with.

mod ingest;
mod record;
mod salt;

use std::process::ExitCode;

use aws_sdk_s3::primitives::ByteStream;
use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_functions::runtime::{Handler, serve};
use stackproof_functions::table::DynamoTable;
use stackproof_functions::{Error, Settings, aws, log};
use tokio::sync::OnceCell;

use ingest::Store;
use record::Batch;
use salt::Salt;

struct Ingest {
    table: DynamoTable,
    bucket: Bucket,
    secrets: aws_sdk_secretsmanager::Client,
    secret: String,
    /// Read once by a process, at the first batch. One that could not be read is asked for again.
    salt: OnceCell<Salt>,
}

impl Ingest {
    async fn prepare() -> Result<Self, Error> {
        let settings = Settings::of_process();
        let config = aws::config().await;
        Ok(Self {
            table: DynamoTable::new(aws_sdk_dynamodb::Client::new(&config), settings.required("TABLE_NAME")?),
            bucket: Bucket {
                client: aws::storage(&config, &settings)?,
                name: settings.required("BUCKET_NAME")?,
            },
            secrets: aws_sdk_secretsmanager::Client::new(&config),
            secret: settings.required("SECRET_ARN")?,
            salt: OnceCell::new(),
        })
    }

    async fn read_salt(&self) -> Result<Salt, Error> {
        let get = self.secrets.get_secret_value().secret_id(&self.secret);
        let answer =
            get.send().await.map_err(|error| Error::call(&format!("read `{}`", self.secret), &error))?;
        Salt::of_secret(&self.secret, answer.secret_string().unwrap_or_default())
    }
}

impl Handler for Ingest {
    type Event = Batch;

    async fn handle(&self, batch: Batch) -> Result<Value, Error> {
        let salt = self.salt.get_or_try_init(|| self.read_salt()).await?;
        let taken = ingest::take(&self.table, &self.bucket, salt, &batch, Timestamp::now()).await;
        log::info(
            "records were taken",
            &[("count", &taken.count.to_string()), ("new", &taken.new.to_string())],
        );
        let failures = match taken.failed {
            Some((sequence_number, error)) => {
                log::error(
                    "a record was not taken",
                    &[("sequence_number", sequence_number), ("error", &error.to_string())],
                );
                vec![json!({ "itemIdentifier": sequence_number })]
            }
            None => Vec::new(),
        };
        Ok(json!({ "batchItemFailures": failures }))
    }
}

/// A bucket of S3.
struct Bucket {
    client: aws_sdk_s3::Client,
    name: String,
}

impl Store for Bucket {
    async fn add(&self, key: &str, content: Vec<u8>) -> Result<(), Error> {
        let put = self.client.put_object().bucket(&self.name).key(key).if_none_match("*");
        match put.body(ByteStream::from(content)).send().await {
            Ok(_) => Ok(()),
            // The object is there: it was added when the batch came before.
            Err(error) if error.raw_response().is_some_and(|answer| answer.status().as_u16() == 412) => {
                Ok(())
            }
            Err(error) => Err(Error::call(&format!("put `{key}` into `{}`", self.name), &error)),
        }
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    serve(Ingest::prepare()).await
}
