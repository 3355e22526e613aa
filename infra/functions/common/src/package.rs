//! Packages, the notifications that tell of them, as S3 words them, and the tasks that process them.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{Error, Settings, digest};

/// Whom a notification is from that the relay agent sends. S3 says `aws:s3`, other stores their own.
pub const RELAY: &str = "hybrid-relay:agent";

/// What tells of objects.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Notification {
    /// One record an object. S3's own test of a bucket's notifications has none.
    #[serde(rename = "Records", default)]
    pub records: Vec<Record>,
}

/// What tells of one object. Members that only describe the caller are left out.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Record {
    /// Who tells: a store, or [`RELAY`].
    pub event_source: String,
    /// When it happened.
    pub event_time: Timestamp,
    /// What happened, as in `ObjectCreated:Put`.
    pub event_name: String,
    /// To what.
    pub s3: Place,
}

/// Where an object is.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Place {
    /// Its bucket.
    pub bucket: Bucket,
    /// The object.
    pub object: Object,
}

/// A bucket.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct Bucket {
    /// Its name.
    pub name: String,
}

/// An object.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// Its key, encoded as in a form: a space is a plus sign.
    pub key: String,
    /// Its version, where the bucket has versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version_id: Option<String>,
    /// What tells one write of a key from the next.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sequencer: Option<String>,
    /// Its entity tag.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e_tag: Option<String>,
}

/// One upload of a package.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Package {
    /// What tells this upload from all others, the same however often it is told of: 64 hexadecimal digits.
    pub id: String,
    /// The bucket that it is in.
    pub bucket: String,
    /// Its key.
    pub key: String,
    /// Its version, where the bucket has versions.
    pub version_id: Option<String>,
    /// When it was uploaded, to the millisecond.
    pub uploaded_at: Timestamp,
}

/// A package that was found right, and is to be processed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Task {
    /// The package.
    pub package: Package,
    /// The organization that it is of.
    pub organization: String,
    /// Its size in bytes, as it was when it was found right.
    pub size: u64,
}

/// How a task is told to the program that does it.
const BUCKET: &str = "PACKAGE_BUCKET";
const KEY: &str = "PACKAGE_KEY";
const VERSION_ID: &str = "PACKAGE_VERSION_ID";
const ID: &str = "PACKAGE_ID";
const UPLOADED_AT: &str = "PACKAGE_UPLOADED_AT";
const SIZE: &str = "PACKAGE_SIZE";
const ORGANIZATION: &str = "ORGANIZATION_ID";

impl Package {
    /// The package that a record tells of; its key as it is, not as the record has it encoded.
    pub fn new(record: &Record, key: String) -> Self {
        let Place { bucket, object } = &record.s3;
        // A bucket without versions calls each of them `null`, so that the version alone tells nothing apart.
        let write =
            [&object.version_id, &object.sequencer, &object.e_tag].map(|part| part.as_deref().unwrap_or(""));
        let uploaded_at = to_millisecond(record.event_time);
        let id = digest(
            [&bucket.name, &key, &uploaded_at.to_string()].map(String::as_str).into_iter().chain(write),
        );
        Self { id, bucket: bucket.name.clone(), key, version_id: object.version_id.clone(), uploaded_at }
    }
}

impl Task {
    /// The variables that tell a program of this task.
    pub fn variables(&self) -> Vec<(&'static str, String)> {
        let package = &self.package;
        let mut variables = vec![
            (ORGANIZATION, self.organization.clone()),
            (BUCKET, package.bucket.clone()),
            (KEY, package.key.clone()),
            (ID, package.id.clone()),
            (SIZE, self.size.to_string()),
            (UPLOADED_AT, package.uploaded_at.to_string()),
        ];
        variables.extend(package.version_id.clone().map(|id| (VERSION_ID, id)));
        variables
    }

    /// The task that [`Task::variables`] tell of.
    ///
    /// # Errors
    /// If one is missing, or the time or the size is none.
    pub fn of_settings(settings: &Settings) -> Result<Self, Error> {
        Ok(Self {
            organization: settings.required(ORGANIZATION)?,
            size: parsed(settings, SIZE, "a number")?,
            package: Package {
                id: settings.required(ID)?,
                bucket: settings.required(BUCKET)?,
                key: settings.required(KEY)?,
                version_id: settings.optional(VERSION_ID),
                uploaded_at: parsed(settings, UPLOADED_AT, "a time")?,
            },
        })
    }
}

fn parsed<T: std::str::FromStr>(settings: &Settings, name: &str, kind: &str) -> Result<T, Error> {
    let text = settings.required(name)?;
    text.parse().map_err(|_| Error::new(format!("`{name}` is {kind}, not `{text}`")))
}

fn to_millisecond(at: Timestamp) -> Timestamp {
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    const NOTIFICATION: &str = r#"{ "Records": [{
        "eventVersion": "2.1", "eventSource": "aws:s3", "awsRegion": "eu-north-1",
        "eventTime": "2026-03-01T10:20:30.456Z", "eventName": "ObjectCreated:Put",
        "userIdentity": { "principalId": "AWS:A" },
        "s3": { "s3SchemaVersion": "1.0", "configurationId": "validate",
            "bucket": { "name": "ingress", "ownerIdentity": { "principalId": "A" }, "arn": "arn:aws:s3:::ingress" },
            "object": { "key": "org-001/a+b.zip", "size": 3, "eTag": "e", "versionId": "v1", "sequencer": "1" } }
    }] }"#;

    fn record() -> Record {
        serde_json::from_str::<Notification>(NOTIFICATION).unwrap().records.remove(0)
    }

    fn package(change: impl FnOnce(&mut Record)) -> Package {
        let mut record = record();
        change(&mut record);
        Package::new(&record, "org-001/a b.zip".to_owned())
    }

    #[test]
    fn a_notification_is_read_as_s3_words_it() {
        let package = package(|_| ());
        assert_eq!(package.bucket, "ingress");
        assert_eq!(package.version_id.as_deref(), Some("v1"));
        assert_eq!(package.uploaded_at.to_string(), "2026-03-01T10:20:30.456Z");
        let test = r#"{ "Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "ingress" }"#;
        assert!(serde_json::from_str::<Notification>(test).unwrap().records.is_empty());
    }

    #[test]
    fn an_upload_is_itself_whenever_it_is_told_of_and_no_other() {
        let first = package(|_| ());
        assert_eq!(first.id.len(), 64);
        assert_eq!(package(|_| ()).id, first.id);
        for change in [
            (|record| record.s3.bucket.name = "other".to_owned()) as fn(&mut Record),
            |record| record.s3.object.version_id = Some("v2".to_owned()),
            |record| record.s3.object.version_id = None,
            |record| record.s3.object.sequencer = Some("2".to_owned()),
            |record| record.s3.object.e_tag = Some("f".to_owned()),
            |record| record.event_time = "2026-03-01T10:20:30.457Z".parse().unwrap(),
        ] {
            assert_ne!(package(change).id, first.id);
        }
    }

    #[test]
    fn what_the_variables_tell_is_the_same_task() {
        for version in [Some("v1".to_owned()), None] {
            let package = package(|record| record.s3.object.version_id = version);
            let task = Task { package, organization: "org-001".to_owned(), size: 3 };
            let variables: HashMap<_, _> = task.variables().into_iter().collect();
            let settings = Settings::new(move |name| variables.get(name).cloned());
            assert_eq!(Task::of_settings(&settings).unwrap(), task);
        }
    }

    #[test]
    fn a_task_without_its_size_or_its_time_is_none() {
        let told =
            |size| Settings::new(move |name| Some(if name == SIZE { size } else { "soon" }.to_owned()));
        let error = |settings| Task::of_settings(&settings).unwrap_err().to_string();
        assert_eq!(error(told("big")), "`PACKAGE_SIZE` is a number, not `big`");
        assert_eq!(error(told("3")), "`PACKAGE_UPLOADED_AT` is a time, not `soon`");
        assert!(error(Settings::new(|_| None)).starts_with("`ORGANIZATION_ID` is not set"));
    }
}
