//! The audit trail: what happened to an organization's packages.
//!
//! Who writes it can neither read nor change it, and is told of an upload more than once. So the key of an event follows
//! from what it is of and not from when it is written: the time of the upload, moved by the step's place in the order. The
//! same event gives the same key again, an upload's events sort as its steps follow each other, and when each was written
//! is in `recorded_at`.

use jiff::{SignedDuration, Timestamp};

use crate::package::Package;
use crate::table::{number, text, text_of, time};
use crate::{Error, Insert, Item};

/// How far apart a package's steps stand.
const STEP: SignedDuration = SignedDuration::from_micros(100);
/// How many packages of one organization may be uploaded in one millisecond, each a nanosecond apart.
const SLOTS: i64 = 1000;

/// What happens to a package, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// It was uploaded.
    Upload,
    /// It was checked.
    Validation,
    /// Its processing was started.
    ProcessingStart,
    /// It is being processed.
    ProcessingInProgress,
    /// Processing failed; it may be tried again.
    ProcessingFailed,
    /// Processing is done.
    ProcessingComplete,
}

impl Step {
    /// Its name in the trail.
    pub fn name(self) -> &'static str {
        match self {
            Self::Upload => "UPLOAD",
            Self::Validation => "VALIDATION",
            Self::ProcessingStart => "PROCESSING_START",
            Self::ProcessingInProgress => "PROCESSING_IN_PROGRESS",
            Self::ProcessingFailed => "PROCESSING_FAILED",
            Self::ProcessingComplete => "PROCESSING_COMPLETE",
        }
    }
}

/// How a step went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// As it should.
    Success,
    /// Not so; the event's `reason` says why.
    Failure,
}

impl Status {
    fn name(self) -> &'static str {
        match self {
            Self::Success => "SUCCESS",
            Self::Failure => "FAILURE",
        }
    }
}

/// What is written about a step.
#[derive(Clone, Debug)]
pub struct Event<'a> {
    /// The organization that the package is of, or whose it says it is.
    pub organization: &'a str,
    /// The package.
    pub package: &'a Package,
    /// The step.
    pub step: Step,
    /// How it went.
    pub status: Status,
    /// Why it failed.
    pub reason: Option<&'a str>,
    /// The package's size in bytes, where it is known.
    pub size: Option<u64>,
    /// What else there is to say, by name.
    pub details: &'a [(&'static str, &'a str)],
}

impl<'a> Event<'a> {
    /// A step that went as it should.
    pub fn success(organization: &'a str, package: &'a Package, step: Step) -> Self {
        Self { organization, package, step, status: Status::Success, reason: None, size: None, details: &[] }
    }

    /// A step that failed for a reason.
    pub fn failure(organization: &'a str, package: &'a Package, step: Step, reason: &'a str) -> Self {
        Self { status: Status::Failure, reason: Some(reason), ..Self::success(organization, package, step) }
    }

    fn item(&self, slot: i64, now: Timestamp) -> Item {
        let package = self.package;
        let after = STEP * self.step as i32 + SignedDuration::from_nanos(slot);
        let at = package.uploaded_at.checked_add(after).unwrap_or(package.uploaded_at);
        let name = self.step.name();
        let mut item = Item::from([
            ("pk".to_owned(), text(format!("ORG#{}", self.organization))),
            ("sk".to_owned(), text(format!("EVENT#{}#{name}", at.strftime("%Y-%m-%dT%H:%M:%S%.9fZ")))),
            ("event_type".to_owned(), text(name)),
            ("status".to_owned(), text(self.status.name())),
            ("organization_id".to_owned(), text(self.organization)),
            ("bucket".to_owned(), text(&package.bucket)),
            ("file_key".to_owned(), text(&package.key)),
            ("package_id".to_owned(), text(&package.id)),
            ("uploaded_at".to_owned(), time(package.uploaded_at)),
            ("recorded_at".to_owned(), time(now)),
        ]);
        let texts = [("version_id", package.version_id.as_deref()), ("reason", self.reason)];
        let details = self.details.iter().map(|(name, value)| (*name, Some(*value)));
        for (name, value) in texts.into_iter().chain(details) {
            item.extend(value.map(|value| (name.to_owned(), text(value))));
        }
        item.extend(self.size.map(|size| ("size".to_owned(), number(size))));
        item
    }
}

/// Writes an event, once however often it is called, and says how the step stands in the trail: as it was first written.
///
/// # Errors
/// If the table cannot be written, or the millisecond is full.
pub async fn record(table: &impl Insert, event: &Event<'_>, now: Timestamp) -> Result<Status, Error> {
    for slot in 0..SLOTS {
        let Some(standing) = table.insert(event.item(slot, now)).await? else {
            return Ok(event.status);
        };
        // Another package of the same millisecond has this key: the next one is free, or is ours.
        if text_of(&standing, "package_id") == Some(&event.package.id) {
            let failed = text_of(&standing, "status") == Some(Status::Failure.name());
            return Ok(if failed { Status::Failure } else { Status::Success });
        }
    }
    Err(Error::new(format!(
        "`{}` of `{}` finds no free key: {SLOTS} packages were uploaded in its millisecond",
        event.step.name(),
        event.package.key
    )))
}

#[cfg(test)]
mod tests;
