//! S3: which actions on which resources an operation needs (`iam-semantics`, section 6).

mod context;
pub(crate) use context::{LISTING, request_tags};
pub(crate) mod copy;
mod destinations;
pub(crate) mod encryption;
pub(crate) mod existence;
mod key;
mod lock;
pub(crate) mod settings;
mod withheld;

use std::iter;
use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};
use stackproof_policy::Context;

use super::iam::pass_role;
use super::{Answered, Ask, Guard, Object};
use crate::call::Call;
use crate::directory::Directory;
use crate::directory::buckets::Bucket;
use crate::directory::upstream::{field, text};
use crate::identify::Identified;
use crate::identify::s3::check_key;
use crate::refusal::Refusal;

/// Actions that have a twin for a version: `s3:GetObject` and `s3:GetObjectVersion`.
const VERSIONED: [&str; 13] = [
    "s3:GetObject",
    "s3:GetObjectAcl",
    "s3:GetObjectAnnotation",
    "s3:GetObjectAttributes",
    "s3:GetObjectTagging",
    "s3:GetObjectTorrent",
    "s3:DeleteObject",
    "s3:DeleteObjectAnnotation",
    "s3:DeleteObjectTagging",
    "s3:ListObjectAnnotations",
    "s3:PutObjectAcl",
    "s3:PutObjectAnnotation",
    "s3:PutObjectTagging",
];

/// Actions that know `s3:ExistingObjectTag`; putting and deleting do not.
const WITH_EXISTING_TAGS: [&str; 12] = [
    "s3:DeleteObjectAnnotation",
    "s3:GetObjectAnnotation",
    "s3:ListObjectAnnotations",
    "s3:PutObjectAnnotation",
    "s3:GetObject",
    "s3:GetObjectAcl",
    "s3:GetObjectAttributes",
    "s3:GetObjectTagging",
    "s3:PutObjectAcl",
    "s3:PutObjectTagging",
    "s3:DeleteObjectTagging",
    "s3:UpdateObjectEncryption",
];

/// Operations that need actions of other services, which are not derived.
const UNDERIVED: [&str; 3] =
    ["CreateBucketMetadataConfiguration", "CreateBucketMetadataTableConfiguration", "UpdateObjectEncryption"];
const INITIATOR: &str = "whether who initiated an upload may list and abort it without a policy that says so";
/// The most entries that `DeleteObjects` takes.
const MAX_ENTRIES: usize = 1000;

/// A call to S3 with its bucket found.
pub(crate) struct S3Call<'a> {
    pub call: &'a Call<'a>,
    pub directory: &'a Directory,
    pub identified: &'a Identified,
    /// The bucket that is addressed; none for calls without one, and for `CreateBucket`.
    pub bucket: Option<Arc<Bucket>>,
}

impl S3Call<'_> {
    /// A text member of the call.
    pub fn text(&self, member: &str) -> Option<&str> {
        text(&self.identified.members, member)
    }

    fn flag(&self, member: &str) -> bool {
        self.identified.members.get(member).and_then(Value::as_bool).unwrap_or_default()
    }

    fn has_any(&self, members: &[&str]) -> bool {
        members.iter().any(|member| self.identified.members.contains_key(*member))
    }

    /// The operation's name.
    pub fn name(&self) -> &str {
        &self.identified.operation.name
    }

    /// The action that the operation is known by.
    pub fn action(&self) -> &str {
        let actions = &self.identified.operation.actions;
        actions.first().and_then(|action| action.split(';').next()).unwrap_or_default()
    }

    /// Whether the call makes or removes objects, which is a matter of the bucket and its owner; every other one on a
    /// key is a matter of an object that exists.
    fn is_of_the_bucket(&self) -> bool {
        let calls = [
            "AbortMultipartUpload",
            "CompleteMultipartUpload",
            "CopyObject",
            "CreateMultipartUpload",
            "DeleteObject",
            "ListParts",
            "PutObject",
            "UploadPart",
            "UploadPartCopy",
        ];
        calls.contains(&self.name())
    }

    /// Whether the call lists or aborts an upload of the caller's own: S3's pages say both that this needs an action and
    /// that the initiator may by default.
    fn is_initiators(&self) -> bool {
        let upload = self.text("UploadId").and_then(|id| self.directory.uploads.find(id));
        matches!(self.name(), "AbortMultipartUpload" | "ListParts")
            && upload.is_some_and(|upload| upload.initiator == self.call.caller.user_id())
    }

    /// What the operation needs, but for `DeleteObjects`, which is asked key by key.
    pub async fn asks(&self) -> Result<Vec<Ask>, Refusal> {
        if UNDERIVED.contains(&self.name()) {
            let reason = format!("what `s3:{}` needs besides its own action", self.name());
            return Err(Refusal::undetermined(reason));
        }
        let context = self.context();
        let own = self.ask(self.action(), &context);
        let lift = self.lift().await?;
        let doubt = self.is_initiators().then_some(INITIATOR);
        let mut asks = vec![Ask { doubt, certainty: lift.certainty(), ..own }];
        for action in self.further_actions().into_iter().chain(lift.action()) {
            asks.push(self.ask(action, &context));
        }
        if self.name() == "PutBucketReplication" {
            asks.push(self.pass_role().await?);
        }
        if self.text("CopySource").is_some() {
            asks.extend(self.copy_asks(&context).await?);
        }
        Ok(asks)
    }

    /// One ask about the bucket or object that the call addresses.
    pub fn ask(&self, action: &str, context: &Context) -> Ask {
        let account = self.call.caller.home();
        match (&self.bucket, self.text("Bucket"), self.text("Key")) {
            (Some(bucket), _, Some(key)) => {
                let version = self.text("VersionId").map(str::to_owned);
                let object = Object { bucket: Arc::clone(bucket), key: key.to_owned(), version };
                let ask = object_ask(action, object, context);
                Ask { of_bucket: self.is_of_the_bucket(), ..ask }
            }
            (Some(bucket), ..) => bucket_ask(action, bucket, context),
            (None, Some(name), _) => {
                let resource = format!("arn:aws:s3:::{name}");
                let shown = quoted(&resource);
                Ask { shown, ..Ask::new(action, &resource, account, context.clone()) }
            }
            (None, None, _) => Ask::new(action, "*", account, context.clone()),
        }
    }

    /// Actions that the operation needs besides its own, by what it carries (section 6.2).
    fn further_actions(&self) -> Vec<&'static str> {
        let acl = self.has_any(&[
            "ACL",
            "GrantFullControl",
            "GrantRead",
            "GrantReadACP",
            "GrantWrite",
            "GrantWriteACP",
        ]);
        let mut further = Vec::new();
        match self.name() {
            "PutObject" | "CopyObject" | "CreateMultipartUpload" => {
                if acl {
                    further.push("s3:PutObjectAcl");
                }
                if self.has_any(&["Tagging"]) {
                    further.push("s3:PutObjectTagging");
                }
                if self.has_any(&["ObjectLockMode", "ObjectLockRetainUntilDate"]) {
                    further.push("s3:PutObjectRetention");
                }
                if self.has_any(&["ObjectLockLegalHoldStatus"]) {
                    further.push("s3:PutObjectLegalHold");
                }
            }
            "CreateBucket" => {
                if acl && self.text("ACL") != Some("private") {
                    further.push("s3:PutBucketAcl");
                }
                if self.flag("ObjectLockEnabledForBucket") {
                    further.extend(["s3:PutBucketObjectLockConfiguration", "s3:PutBucketVersioning"]);
                }
                if self.has_any(&["ObjectOwnership"]) {
                    further.push("s3:PutBucketOwnershipControls");
                }
                if !context::bucket_tags(&self.identified.members).is_empty() {
                    further.push("s3:TagResource");
                }
            }
            "GetObjectAttributes" => further.push("s3:GetObject"),
            _ => {}
        }
        further
    }

    async fn pass_role(&self) -> Result<Ask, Refusal> {
        let configuration = self.identified.members.get("ReplicationConfiguration");
        let role = configuration.and_then(|configuration| field(configuration, "Role"));
        let role = role.ok_or_else(|| Refusal::rejected(malformed()))?;
        pass_role(self.call, self.directory, role, "s3.amazonaws.com").await
    }

    /// The entries of `DeleteObjects`, each with what it needs.
    pub async fn deletions(&self) -> Result<Vec<(Value, Vec<Ask>)>, Refusal> {
        let bucket = self.bucket.as_ref().ok_or_else(|| Refusal::undetermined("the bucket is not known"))?;
        let delete = self.identified.members.get("Delete").and_then(|delete| delete.get("Objects"));
        let entries = delete.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if entries.len() > MAX_ENTRIES {
            return Err(Refusal::rejected(malformed()));
        }
        let lift = self.lift().await?;
        let entry = |entry: &Value| {
            let key = field(entry, "Key").ok_or_else(|| Refusal::rejected(malformed()))?.to_owned();
            check_key(&key)?;
            let version = field(entry, "VersionId").map(str::to_owned);
            let mut context = self.context_of(bucket);
            if let Some(version) = &version {
                context.insert("s3:versionid", version);
            }
            if let Some(etag) = field(entry, "ETag") {
                context.insert("s3:if-match", etag);
            }
            let object = Object { bucket: Arc::clone(bucket), key, version };
            let certainty = lift.certainty();
            let ask =
                |action| Ask { of_bucket: true, certainty, ..object_ask(action, object.clone(), &context) };
            Ok((entry.clone(), iter::once("s3:DeleteObject").chain(lift.action()).map(ask).collect()))
        };
        entries.iter().map(entry).collect()
    }
}

/// An ask about an object, under the version's own action where a version is named.
pub(crate) fn object_ask(action: &str, object: Object, context: &Context) -> Ask {
    let resource = format!("arn:aws:s3:::{}/{}", object.bucket.name, object.key);
    let versioned = object.version.is_some() && VERSIONED.contains(&action);
    let asked = if versioned { action.replacen("Object", "ObjectVersion", 1) } else { action.to_owned() };
    let plain = Ask::new(&asked, &resource, &object.bucket.owner, context.clone());
    Ask {
        guard: Guard::Bucket(Arc::clone(&object.bucket)),
        shown: quoted(&resource),
        object: Some(object),
        knows_tags: WITH_EXISTING_TAGS.contains(&action),
        ..plain
    }
}

/// An ask about a bucket.
fn bucket_ask(action: &str, bucket: &Arc<Bucket>, context: &Context) -> Ask {
    let resource = format!("arn:aws:s3:::{}", bucket.name);
    Ask {
        guard: Guard::Bucket(Arc::clone(bucket)),
        shown: quoted(&resource),
        ..Ask::new(action, &resource, &bucket.owner, context.clone())
    }
}

/// S3's errors put the resource in quotes.
fn quoted(resource: &str) -> String {
    format!(" on resource: \"{resource}\"")
}

/// The answer to a delete of several keys where none of them was allowed, or what is added to the upstream's.
pub(crate) fn deletion_error(entry: &Value, error: &ApiError) -> Value {
    let mut out = json!({ "Key": entry.get("Key"), "Code": error.code, "Message": error.message });
    if let (Some(version), Some(out)) = (entry.get("VersionId"), out.as_object_mut()) {
        out.insert("VersionId".to_owned(), version.clone());
    }
    out
}

fn malformed() -> ApiError {
    let message = "The XML you provided was not well-formed or did not validate against our published schema";
    ApiError::new(400, "MalformedXML", message)
}

/// The members of a list of entries to delete.
pub(crate) fn with_entries(members: &Members, entries: Vec<Value>) -> Members {
    let mut members = members.clone();
    if let Some(delete) = members.get_mut("Delete").and_then(Value::as_object_mut) {
        delete.insert("Objects".to_owned(), Value::Array(entries));
    }
    members
}
