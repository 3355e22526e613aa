//! What a bucket holds, so that "nothing was stored" can be shown.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use stackproof_aws::Members;

use super::World;
use super::session::operation;
use crate::acceptance::error::StepError;

/// A page is followed by at most this many others: what grows without end is an error, not an endless loop.
const MOST_PAGES: usize = 1000;

/// One thing that a bucket holds.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stored {
    Version { key: String, version: String },
    Marker { key: String, version: String },
    Part { key: String, upload: String, number: String },
}

impl World {
    /// Versions, delete markers and parts under that key, or in the whole bucket. A bucket that does not exist holds
    /// nothing.
    pub(crate) async fn stored(
        &mut self,
        bucket: &str,
        key: Option<&str>,
    ) -> Result<BTreeSet<Stored>, String> {
        self.census(bucket, key).await.map_err(|error| error.to_string())
    }

    async fn census(&mut self, bucket: &str, key: Option<&str>) -> Result<BTreeSet<Stored>, StepError> {
        let mut found = BTreeSet::new();
        let under = json!({ "Bucket": bucket, "Prefix": key.unwrap_or_default() });
        for page in self.pages("ListObjectVersions", under.clone(), VERSIONS).await? {
            for entry in entries(&page, "Versions") {
                found.insert(Stored::Version { key: text(entry, "Key"), version: text(entry, "VersionId") });
            }
            for entry in entries(&page, "DeleteMarkers") {
                found.insert(Stored::Marker { key: text(entry, "Key"), version: text(entry, "VersionId") });
            }
        }
        for page in self.pages("ListMultipartUploads", under, UPLOADS).await? {
            for upload in entries(&page, "Uploads") {
                let (key, id) = (text(upload, "Key"), text(upload, "UploadId"));
                let members = json!({ "Bucket": bucket, "Key": key, "UploadId": id });
                for page in self.pages("ListParts", members, PARTS).await? {
                    for part in entries(&page, "Parts") {
                        let number = part.get("PartNumber").map(Value::to_string).unwrap_or_default();
                        found.insert(Stored::Part { key: key.clone(), upload: id.clone(), number });
                    }
                }
            }
        }
        if let Some(key) = key {
            found.retain(|stored| stored.key() == key);
        }
        Ok(found)
    }

    async fn pages(
        &mut self,
        name: &str,
        members: Value,
        next: &[(&str, &str)],
    ) -> Result<Vec<Members>, StepError> {
        let operation = operation("s3", name)?;
        let Value::Object(mut members) = members else { return Ok(Vec::new()) };
        let bucket = members.get("Bucket").and_then(Value::as_str).unwrap_or_default().to_owned();
        let account = self.account_of(&bucket)?;
        let mut pages = Vec::new();
        loop {
            let reply = self.read(&account, operation, members.clone()).await?;
            let page = match reply.result {
                Ok(page) => page,
                Err(error) if matches!(&*error.code, "NoSuchBucket" | "NoSuchUpload") => return Ok(pages),
                Err(error) => return Err(StepError::usage(format!("{name} of `{bucket}` failed: {error}"))),
            };
            let more = page.get("IsTruncated").and_then(Value::as_bool).unwrap_or_default();
            for (given, asked) in next {
                if let Some(marker) = page.get(*given) {
                    members.insert((*asked).to_owned(), marker.clone());
                }
            }
            pages.push(page);
            if !more {
                return Ok(pages);
            }
            if pages.len() > MOST_PAGES {
                return Err(StepError::usage(format!("{name} of `{bucket}` has no end")));
            }
        }
    }

    /// The id of the account that the bucket is in.
    pub(crate) fn account_of(&self, bucket: &str) -> Result<String, StepError> {
        match self.bucket_accounts.get(bucket) {
            Some(account) => Ok(account.clone()),
            None => self.account(None),
        }
    }

    /// How many versions of that object there are.
    pub(crate) async fn versions(&mut self, bucket: &str, key: &str) -> Result<usize, StepError> {
        let stored = self.census(bucket, Some(key)).await?;
        Ok(stored.iter().filter(|it| matches!(it, Stored::Version { .. })).count())
    }
}

const VERSIONS: &[(&str, &str)] =
    &[("NextKeyMarker", "KeyMarker"), ("NextVersionIdMarker", "VersionIdMarker")];
const UPLOADS: &[(&str, &str)] = &[("NextKeyMarker", "KeyMarker"), ("NextUploadIdMarker", "UploadIdMarker")];
const PARTS: &[(&str, &str)] = &[("NextPartNumberMarker", "PartNumberMarker")];

impl Stored {
    fn key(&self) -> &str {
        match self {
            Self::Version { key, .. } | Self::Marker { key, .. } | Self::Part { key, .. } => key,
        }
    }
}

impl std::fmt::Display for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Version { key, version } => write!(f, "version `{version}` of `{key}`"),
            Self::Marker { key, version } => write!(f, "delete marker `{version}` of `{key}`"),
            Self::Part { key, number, .. } => write!(f, "part {number} of an upload of `{key}`"),
        }
    }
}

fn entries<'a>(page: &'a Members, name: &str) -> impl Iterator<Item = &'a Value> {
    page.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn text(entry: &Value, name: &str) -> String {
    entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}
