//! What an upstream holds, asked without the gateway.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bytes::Bytes;
use http_body_util::BodyExt;
use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use stackproof_aws::{Answer, ApiError, Caller, CanonicalRequest, Members, Operation, Upstream, wire};

/// The name of a version in a bucket without them.
pub const UNVERSIONED: &str = "null";

/// A bucket, a key in it, a version of it.
pub type Place = (String, String, String);

/// One version of an object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// None of a delete marker.
    pub etag: Option<String>,
    pub modified: String,
    pub is_latest: bool,
    pub tags: Option<String>,
}

/// All that is compared.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    pub buckets: BTreeSet<String>,
    pub objects: BTreeMap<Place, Version>,
    pub uploads: BTreeSet<Place>,
    /// What buckets are configured as, where it is asked for.
    pub settings: BTreeMap<(String, &'static str), String>,
}

impl Held {
    /// The version of that name, or the latest of the key.
    pub fn find(&self, bucket: &str, key: &str, version: Option<&str>) -> Option<(&Place, &Version)> {
        let mut all = self.objects.iter().filter(|((b, k, _), _)| b == bucket && k == key);
        match version {
            Some(version) => all.find(|((.., name), _)| name == version),
            None => all.find(|(_, found)| found.is_latest),
        }
    }
}

/// What is asked of a bucket besides its objects.
const SETTINGS: [&str; 9] = [
    "GetBucketPolicy",
    "GetBucketTagging",
    "GetBucketVersioning",
    "GetBucketCors",
    "GetBucketLifecycleConfiguration",
    "GetBucketEncryption",
    "GetBucketNotificationConfiguration",
    "GetBucketOwnershipControls",
    "GetPublicAccessBlock",
];

/// An upstream, seen from behind the gateway.
pub struct Behind {
    pub upstream: Arc<dyn Upstream>,
    pub account: String,
    pub region: String,
    /// Whether calls to it are cheap enough to ask for tags and settings as well, one by one.
    pub is_near: bool,
}

impl Behind {
    async fn call(&self, name: &str, members: Value) -> Result<(&'static Operation, Answer), ApiError> {
        let operation = Operation::named("s3", name).unwrap();
        let caller = Caller { arn: None, account: Some(self.account.clone()), user_id: "behind".to_owned() };
        let request = CanonicalRequest {
            id: "behind".to_owned(),
            operation,
            account: self.account.clone(),
            region: self.region.clone(),
            caller,
            signer: wire::Signer::Account,
            secure: true,
            members: members.as_object().unwrap().clone(),
            body: wire::empty(),
        };
        Ok((operation, self.upstream.call(request).await?))
    }

    async fn ask(&self, name: &str, members: Value) -> Result<Members, ApiError> {
        let (operation, answer) = self.call(name, members).await?;
        answer.members(operation).await
    }

    /// The content of that version.
    pub async fn content(&self, (bucket, key, version): &Place) -> Bytes {
        let mut members = json!({ "Bucket": bucket, "Key": key });
        if let Some(members) = members.as_object_mut().filter(|_| version != UNVERSIONED) {
            members.insert("VersionId".to_owned(), json!(version));
        }
        let body = match self.call("GetObject", members).await.unwrap().1 {
            Answer::Wire(response) => response.into_body(),
            Answer::Output(output) => output.body.unwrap_or_else(wire::empty),
        };
        body.collect().await.unwrap().to_bytes()
    }

    /// All that is in these buckets, and which others there are; with tags and settings where that is wanted.
    pub async fn held(&self, buckets: &[String], thoroughly: bool) -> Held {
        let mut held = Held::default();
        let listed = self.ask("ListBuckets", json!({})).await.unwrap();
        held.buckets.extend(each(&listed, "Buckets").map(|bucket| text(bucket, "Name")));
        for bucket in buckets.iter().filter(|bucket| held.buckets.contains(*bucket)) {
            self.objects(bucket, &mut held.objects).await;
            // LocalStack says here that it encodes keys, and does not.
            let listed = self.ask("ListMultipartUploads", json!({ "Bucket": bucket })).await.unwrap();
            let place = |upload| (bucket.clone(), text(upload, "Key"), text(upload, "UploadId"));
            held.uploads.extend(each(&listed, "Uploads").map(place));
            for name in SETTINGS.into_iter().filter(|_| thoroughly) {
                let told = match self.ask(name, json!({ "Bucket": bucket })).await {
                    Ok(members) => Value::Object(members).to_string(),
                    Err(error) => error.code.into_owned(),
                };
                held.settings.insert((bucket.clone(), name), told);
            }
        }
        if thoroughly {
            for ((bucket, key, version), found) in &mut held.objects {
                let asked = json!({ "Bucket": bucket, "Key": key, "VersionId": version });
                let tags = self.ask("GetObjectTagging", asked).await;
                found.tags = tags.ok().map(|tags| Value::Object(tags).to_string());
            }
        }
        held
    }

    async fn objects(&self, bucket: &str, objects: &mut BTreeMap<Place, Version>) {
        let asked = json!({ "Bucket": bucket, "EncodingType": "url" });
        let listed = self.ask("ListObjectVersions", asked).await.unwrap();
        assert_ne!(listed.get("IsTruncated"), Some(&json!(true)), "too many versions for one page");
        // moto encodes nothing, and does not say that it does.
        let is_encoded = listed.contains_key("EncodingType");
        let key = |entry| match is_encoded {
            true => decoded(&text(entry, "Key")),
            false => text(entry, "Key"),
        };
        for (list, is_marker) in [("Versions", false), ("DeleteMarkers", true)] {
            for entry in each(&listed, list) {
                let place = (bucket.to_owned(), key(entry), text(entry, "VersionId"));
                let version = Version {
                    etag: (!is_marker).then(|| text(entry, "ETag").trim_matches('"').to_owned()),
                    modified: text(entry, "LastModified"),
                    is_latest: entry.get("IsLatest") == Some(&json!(true)),
                    tags: None,
                };
                assert_eq!(objects.insert(place.clone(), version), None, "{place:?} is listed twice");
            }
        }
    }
}

fn each<'a>(members: &'a Members, list: &str) -> impl Iterator<Item = &'a Value> {
    members.get(list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter()
}

fn text(value: &Value, member: &str) -> String {
    match value.get(member) {
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
        None => UNVERSIONED.to_owned(),
    }
}

/// Keys of lists are asked for as URLs encode them, since XML does not have every character.
pub fn decoded(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8().unwrap().into_owned()
}
