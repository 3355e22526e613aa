//! Which upload makes which job.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use stackproof_functions::table::{number, text, time};
use stackproof_functions::{Error, Insert, Item, Lookup, Settings, digest};

/// What the stack says of itself.
#[derive(Clone, Debug)]
pub struct Stack {
    input_bucket: String,
    results_bucket: String,
    tenant_role: String,
}

impl Stack {
    /// As the environment has it.
    pub fn of_settings(settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            input_bucket: settings.required("INPUT_BUCKET")?,
            results_bucket: settings.required("RESULTS_BUCKET")?,
            tenant_role: settings.required("TENANT_ROLE_ARN")?,
        })
    }
}

/// EventBridge's event of a new object.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Event {
    detail_type: String,
    detail: Detail,
}

#[derive(Clone, Debug, Deserialize)]
struct Detail {
    bucket: Bucket,
    object: Object,
}

#[derive(Clone, Debug, Deserialize)]
struct Bucket {
    name: String,
}

/// Its key is as it is: unlike S3's own notifications, EventBridge encodes nothing.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Object {
    key: String,
    #[serde(default)]
    size: u64,
    version_id: Option<String>,
    sequencer: Option<String>,
}

impl Event {
    /// The key of the object.
    pub fn key(&self) -> &str {
        &self.detail.object.key
    }
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// A job was started.
    Started {
        /// Its key in the tenant's partition.
        job: String,
    },
    /// The upload's job was started when the event came before.
    Already {
        /// Its key in the tenant's partition.
        job: String,
    },
    /// The upload makes no job, and would make none if it was tried again.
    None {
        /// Why not.
        reason: String,
    },
}

/// Starts the job of an upload: `JOB#<digest>` in the tenant's partition, the digest being the upload's, so that one upload
/// has one job however often it is told of.
pub async fn start<T: Insert + Lookup>(
    table: &T,
    stack: &Stack,
    event: &Event,
    now: Timestamp,
) -> Result<Outcome, Error> {
    let Detail { bucket, object } = &event.detail;
    if event.detail_type != "Object Created" || bucket.name != stack.input_bucket {
        return Ok(none(format!("`{}` in `{}` is no upload of a call", event.detail_type, bucket.name)));
    }
    let Some(tenant) = tenant(&object.key) else {
        return Ok(none("the key is not `<tenant>/calls/<call>`".to_owned()));
    };
    let Some(upload) =
        object.version_id.as_deref().filter(|id| *id != "null").or(object.sequencer.as_deref())
    else {
        return Err(Error::new(format!(
            "the event of `{}` has neither a version nor a sequencer",
            object.key
        ))
        .hint("the input bucket has versions"));
    };
    let pk = format!("TENANT#{tenant}");
    if table.lookup(&pk, "CONFIG").await?.is_none() {
        return Ok(none(format!("`{tenant}` is no tenant: the table has no item `CONFIG` of `{pk}`")));
    }
    let job = format!("JOB#{}", digest([bucket.name.as_str(), &object.key, upload]));
    let mut item = Item::from([
        ("pk".to_owned(), text(pk)),
        ("sk".to_owned(), text(&job)),
        ("status".to_owned(), text("STARTED")),
        ("tenant_id".to_owned(), text(tenant)),
        ("input_bucket".to_owned(), text(&bucket.name)),
        ("input_key".to_owned(), text(&object.key)),
        ("input_size".to_owned(), number(object.size)),
        ("results_bucket".to_owned(), text(&stack.results_bucket)),
        ("results_prefix".to_owned(), text(format!("{tenant}/{}/", now.strftime("%Y/%m/%d")))),
        // Whose session the job's next steps run as, with the tenant as its tag.
        ("role_arn".to_owned(), text(&stack.tenant_role)),
        ("created_at".to_owned(), time(now)),
    ]);
    item.extend(object.version_id.as_ref().map(|id| ("input_version_id".to_owned(), text(id))));
    Ok(match table.insert(item).await? {
        None => Outcome::Started { job },
        Some(_) => Outcome::Already { job },
    })
}

fn none(reason: String) -> Outcome {
    Outcome::None { reason }
}

/// The tenant under whose `calls/` a key is. A key that ends with a slash is a folder that a client drew.
fn tenant(key: &str) -> Option<&str> {
    let (tenant, rest) = key.split_once('/')?;
    let call = rest.strip_prefix("calls/")?;
    (!tenant.is_empty() && !call.is_empty() && !call.ends_with('/')).then_some(tenant)
}

#[cfg(test)]
mod tests;
