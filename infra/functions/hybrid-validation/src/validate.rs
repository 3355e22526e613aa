//! What happens to a package that somebody tells of.

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use serde::Serialize;
use stackproof_functions::audit::{Event, Status, Step, record};
use stackproof_functions::package::{Package, RELAY, Record, Task};
use stackproof_functions::{Error, Insert};

use crate::check::{Object, Rules};

/// Where packages are.
pub trait Store: Sync {
    /// What is there under a package's key; `None` is nothing.
    fn look(&self, package: &Package) -> impl Future<Output = Result<Option<Object>, Error>> + Send;
}

/// Where packages are processed.
pub trait Start: Sync {
    /// Starts a task, once however often it is asked for it, and says how the task is called there.
    fn start(&self, task: &Task) -> impl Future<Output = Result<String, Error>> + Send;
}

/// Who tells of packages. Only one of the two may: both would tell of the same package as of two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The store itself.
    Notification,
    /// The relay agent.
    Relay,
}

/// What became of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It is processed.
    Started {
        /// By what.
        task: String,
    },
    /// It is not.
    Refused {
        /// Why not.
        reason: String,
    },
}

impl Source {
    /// The package that a record tells of.
    ///
    /// # Errors
    /// If the record is from the other source, or of something else than an upload.
    pub fn package(self, record: &Record) -> Result<Package, Error> {
        let source = if record.event_source == RELAY { Self::Relay } else { Self::Notification };
        if source != self {
            return Err(Error::new(format!("`{}` is not who tells of packages here", record.event_source))
                .hint("`EVENT_SOURCE` says who does"));
        }
        let name = &record.event_name;
        // S3 leaves out the service in a notification and has it in its configuration; other stores send the latter.
        if !name.strip_prefix("s3:").unwrap_or(name).starts_with("ObjectCreated:") {
            return Err(Error::new(format!("`{name}` is no upload")));
        }
        let key = record.s3.object.key.replace('+', " ");
        let key = percent_decode_str(&key)
            .decode_utf8()
            .map_err(|_| Error::new(format!("the key `{}` is not UTF-8", record.s3.object.key)))?;
        Ok(Package::new(record, key.into_owned()))
    }
}

/// Validates a package and starts its processing, with an event in the trail for each step.
///
/// Told of the same upload again it writes nothing new, holds to the verdict that is in the trail, and asks once more for
/// the task, which may not have been started when it was stopped half-way.
///
/// # Errors
/// If a call fails; then the same is to be tried again.
pub async fn package(
    table: &impl Insert,
    store: &impl Store,
    compute: &impl Start,
    rules: &Rules,
    package: &Package,
    now: impl Fn() -> Timestamp,
) -> Result<Outcome, Error> {
    let object = store.look(package).await?;
    let verdict = rules.judge(&package.key, object.as_ref());
    let organization = verdict.organization.as_str();
    let of = |step| Event { size: verdict.size, ..Event::success(organization, package, step) };

    record(table, &of(Step::Upload), now()).await?;
    let (Some(size), None) = (verdict.size, &verdict.fault) else {
        let reason = verdict.fault.unwrap_or_default();
        let failure = Event::failure(organization, package, Step::Validation, &reason);
        record(table, &Event { size: verdict.size, ..failure }, now()).await?;
        return Ok(Outcome::Refused { reason });
    };
    if record(table, &of(Step::Validation), now()).await? == Status::Failure {
        return Ok(Outcome::Refused { reason: "the trail says that it was refused before".to_owned() });
    }
    let task = Task { package: package.clone(), organization: organization.to_owned(), size };
    let started = match compute.start(&task).await {
        Ok(started) => started,
        Err(error) => {
            let reason = format!("the task was not started: {error}");
            let failure = Event::failure(organization, package, Step::ProcessingFailed, &reason);
            return Err(match record(table, &failure, now()).await {
                Ok(_) => error,
                Err(why) => error.unrecorded(&why),
            });
        }
    };
    record(table, &Event { details: &[("task_arn", &started)], ..of(Step::ProcessingStart) }, now()).await?;
    Ok(Outcome::Started { task: started })
}

#[cfg(test)]
mod tests;
