//! What is in buckets: what is there before a scenario and what is there after it.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::provision::{Operator, Operators, ResourceError};

/// Something in a bucket.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Stored {
    pub key: String,
    pub what: What,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum What {
    /// A version or a delete marker, by its id.
    Version(String),
    /// A multipart upload, by its id.
    Upload(String),
}

/// A bucket that could be listed.
pub(super) struct Bucket {
    /// The account that has it.
    pub account: String,
    /// Its region.
    pub region: String,
    pub stored: BTreeSet<Stored>,
}

/// The version id of an object that has none: what is written under its key takes its place.
pub(super) const NULL: &str = "null";

/// A list without end is an error, not an endless loop.
const MOST_PAGES: usize = 10_000;

/// The names of all buckets.
///
/// # Errors
/// The call that failed.
pub(super) async fn names(operators: &Operators) -> Result<BTreeSet<String>, ResourceError> {
    Ok(buckets(operators).await?.into_iter().map(|(name, _)| name).collect())
}

/// What is in all buckets. One that the operator may not list is left out.
///
/// # Errors
/// The buckets themselves cannot be listed.
pub(super) async fn of_all(operators: &Operators) -> Result<BTreeMap<String, Bucket>, ResourceError> {
    let mut all = BTreeMap::new();
    for (name, operator) in buckets(operators).await? {
        if let Ok(stored) = stored(&operator, &name).await {
            let Operator { account, region, .. } = operator;
            all.insert(name, Bucket { account, region, stored });
        }
    }
    Ok(all)
}

async fn buckets(operators: &Operators) -> Result<Vec<(String, Operator)>, ResourceError> {
    let mut all = Vec::new();
    for operator in operators.all() {
        let mut token = Value::Null;
        loop {
            let page = operator.call("s3", "ListBuckets", json!({ "ContinuationToken": token })).await?;
            for bucket in page.list("/Buckets") {
                let text = |member: &str| bucket.get(member).and_then(Value::as_str);
                let Some(name) = text("Name") else { continue };
                // Emulators leave the region out; asking for the head of the bucket says it.
                let region = match text("BucketRegion") {
                    Some(region) => Some(region.to_owned()),
                    None => {
                        let head = operator.call("s3", "HeadBucket", json!({ "Bucket": name })).await;
                        head.ok().and_then(|head| head.at("/BucketRegion").as_str().map(str::to_owned))
                    }
                };
                all.push((name.to_owned(), operator.in_region(region.as_deref())));
            }
            match page.at("/ContinuationToken") {
                Value::String(next) if token != next.as_str() => token = json!(next),
                _ => break,
            }
        }
    }
    Ok(all)
}

/// What is in a bucket.
///
/// # Errors
/// The call that failed.
pub(super) async fn stored(operator: &Operator, bucket: &str) -> Result<BTreeSet<Stored>, ResourceError> {
    let mut found = BTreeSet::new();
    let mut add = |list: &[Value], id: &str, what: fn(String) -> What| {
        for entry in list {
            let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_owned);
            if let Some((key, id)) = text("Key").zip(text(id)) {
                found.insert(Stored { key, what: what(id) });
            }
        }
    };
    let versions = [("NextKeyMarker", "KeyMarker"), ("NextVersionIdMarker", "VersionIdMarker")];
    for page in pages(operator, "ListObjectVersions", bucket, versions).await? {
        add(page.list("/Versions"), "VersionId", What::Version);
        add(page.list("/DeleteMarkers"), "VersionId", What::Version);
    }
    let uploads = [("NextKeyMarker", "KeyMarker"), ("NextUploadIdMarker", "UploadIdMarker")];
    for page in pages(operator, "ListMultipartUploads", bucket, uploads).await? {
        add(page.list("/Uploads"), "UploadId", What::Upload);
    }
    Ok(found)
}

async fn pages(
    operator: &Operator,
    operation: &str,
    bucket: &str,
    markers: [(&str, &str); 2],
) -> Result<Vec<crate::provision::Answer>, ResourceError> {
    let mut members = json!({ "Bucket": bucket });
    let mut pages = Vec::new();
    loop {
        let page = operator.call("s3", operation, members.clone()).await?;
        let more = page.at("/IsTruncated").as_bool().unwrap_or_default();
        if let Some(members) = members.as_object_mut() {
            for (given, asked) in markers {
                members.insert(asked.to_owned(), page.at(&format!("/{given}")).clone());
            }
        }
        pages.push(page);
        if !more {
            return Ok(pages);
        }
        if pages.len() >= MOST_PAGES {
            return Err(ResourceError::Impossible(format!("{operation} of `{bucket}` has no end")));
        }
    }
}
