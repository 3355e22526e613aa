//! S3's condition keys, read off the members that will be executed (`iam-semantics`, sections 6.1 to 6.3).

use serde_json::Value;
use stackproof_aws::Members;
use stackproof_policy::Context;

use super::S3Call;
use crate::authorize::insert_tags;
use crate::directory::buckets::Bucket;
use crate::directory::principals::{Tags, tags};
use crate::directory::upstream::field;
use crate::uri;

const ACL: [(&str, &str); 6] = [
    ("ACL", "s3:x-amz-acl"),
    ("GrantFullControl", "s3:x-amz-grant-full-control"),
    ("GrantRead", "s3:x-amz-grant-read"),
    ("GrantReadACP", "s3:x-amz-grant-read-acp"),
    ("GrantWrite", "s3:x-amz-grant-write"),
    ("GrantWriteACP", "s3:x-amz-grant-write-acp"),
];
const WRITE: [(&str, &str); 9] = [
    ("ServerSideEncryption", "s3:x-amz-server-side-encryption"),
    ("SSECustomerAlgorithm", "s3:x-amz-server-side-encryption-customer-algorithm"),
    ("StorageClass", "s3:x-amz-storage-class"),
    ("WebsiteRedirectLocation", "s3:x-amz-website-redirect-location"),
    ("MetadataDirective", "s3:x-amz-metadata-directive"),
    ("AnnotationDirective", "s3:x-amz-object-annotation-directive"),
    ("IfMatch", "s3:if-match"),
    ("IfNoneMatch", "s3:if-none-match"),
    ("ObjectLockMode", "s3:object-lock-mode"),
];
const LOCK: [(&str, &str); 2] = [
    ("ObjectLockRetainUntilDate", "s3:object-lock-retain-until-date"),
    ("ObjectLockLegalHoldStatus", "s3:object-lock-legal-hold"),
];
const LIST: [(&str, &str); 2] = [("Prefix", "s3:prefix"), ("Delimiter", "s3:delimiter")];
/// The keys of `s3:ListBucket`.
pub(crate) const LISTING: [&str; 3] = ["s3:prefix", "s3:delimiter", "s3:max-keys"];
const CREATE: [(&str, &str); 2] =
    [("ObjectOwnership", "s3:x-amz-object-ownership"), ("BucketNamespace", "s3:x-amz-bucket-namespace")];

impl S3Call<'_> {
    /// The condition keys of the call's own action.
    pub(super) fn context(&self) -> Context {
        let mut context = match &self.bucket {
            Some(bucket) => self.context_of(bucket),
            None => self.call.s3_context(),
        };
        let mut keys = |table: &[(&str, &str)]| {
            for (member, key) in table {
                if let Some(value) = scalar(self.identified.members.get(*member)) {
                    context.insert(key, value);
                }
            }
        };
        keys(&[("VersionId", "s3:versionid")]);
        match self.name() {
            "PutObject" | "CopyObject" | "CreateMultipartUpload" => {
                keys(&ACL);
                keys(&WRITE);
                keys(&LOCK);
                self.written(&mut context);
            }
            "CompleteMultipartUpload" => {
                keys(&[("IfMatch", "s3:if-match"), ("IfNoneMatch", "s3:if-none-match")]);
                self.initiated(&mut context);
                context.insert("s3:ObjectCreationOperation", "true");
            }
            "UploadPart" | "UploadPartCopy" => {
                self.initiated(&mut context);
                context.insert("s3:ObjectCreationOperation", "false");
                self.copied(&mut context);
            }
            // These have the keys in the tables, and nothing to set them from.
            "HeadBucket" => LISTING.iter().for_each(|key| context.presume_absent(key)),
            "ListObjects" | "ListObjectsV2" | "ListObjectVersions" => {
                keys(&LIST);
                for (_, key) in LIST.iter().filter(|(member, _)| self.text(member).is_none()) {
                    context.presume_absent(key);
                }
                match scalar(self.identified.members.get("MaxKeys")) {
                    Some(max) => context.insert("s3:max-keys", max),
                    // Seems to be there always, with a value that no page states.
                    None => context.insert_unknown("s3:max-keys"),
                }
            }
            "CreateBucket" => {
                keys(&ACL);
                keys(&CREATE);
                self.created(&mut context);
            }
            "PutBucketAcl" | "PutObjectAcl" => keys(&ACL),
            "DeleteObject" => keys(&[("IfMatch", "s3:if-match")]),
            "DeleteObjectAnnotation" | "PutObjectAnnotation" => {
                keys(&[("ObjectIfMatch", "s3:x-amz-object-if-match")]);
            }
            "ListObjectAnnotations" => {
                keys(&[
                    ("AnnotationPrefix", "s3:annotation-prefix"),
                    ("MaxAnnotationResults", "s3:max-annotation-results"),
                ]);
                if !self.has_any(&["MaxAnnotationResults"]) {
                    context.insert_unknown("s3:max-annotation-results");
                }
            }
            // What it is of a report that is no more stands on no page.
            "DeleteBucketInventoryConfiguration" => {
                context.insert_unknown("s3:InventoryAccessibleOptionalFields");
            }
            "PutBucketInventoryConfiguration" => self.reported(&mut context),
            "PutBucketReplication" | "DeleteBucketReplication" => {
                context.insert_unknown("s3:isReplicationPauseRequest");
            }
            "PutObjectRetention" => self.retained(&mut context),
            "PutObjectLegalHold" => {
                let status = self.identified.members.get("LegalHold").and_then(|hold| field(hold, "Status"));
                if let Some(status) = status {
                    context.insert("s3:object-lock-legal-hold", status);
                }
            }
            "PutObjectTagging" => {
                let tagging = self.identified.members.get("Tagging");
                let set = tagging.and_then(|tagging| tagging.get("TagSet"));
                object_tags(&mut context, tags(&serde_json::json!({ "Tags": set })));
            }
            _ => {}
        }
        context
    }

    /// The condition keys of every request to that bucket.
    pub(super) fn context_of(&self, bucket: &Bucket) -> Context {
        let mut context = self.call.s3_context();
        context.insert("s3:ResourceAccount", &bucket.owner);
        if self.call.claim.is_none() {
            context.insert("aws:RequestedRegion", &bucket.region);
        }
        context
    }

    fn written(&self, context: &mut Context) {
        self.copied(context);
        self.key_arn(context, self.text("SSEKMSKeyId"));
        let creates = if self.name() == "CreateMultipartUpload" { "false" } else { "true" };
        context.insert("s3:ObjectCreationOperation", creates);
        if self.identified.members.contains_key("ObjectLockRetainUntilDate") {
            remaining_days(context, self.text("ObjectLockRetainUntilDate"), self.call.now);
        }
        if let Some(tagging) = self.text("Tagging") {
            match uri::decode_query(tagging) {
                Some(tags) => object_tags(context, tags.into_iter().collect()),
                None => context.insert_unknown("s3:RequestObjectTagKeys"),
            }
        }
    }

    fn copied(&self, context: &mut Context) {
        if let Some(source) = self.text("CopySource") {
            let source = source.strip_prefix('/').unwrap_or(source);
            let source = source.split("?versionId=").next().unwrap_or(source);
            context.insert("s3:x-amz-copy-source", uri::decode_path(source).unwrap_or_default());
        }
    }

    /// Parts have the encryption that their upload was initiated with (section 6.2).
    fn initiated(&self, context: &mut Context) {
        match self.text("UploadId").and_then(|id| self.directory.uploads.find(id)) {
            Some(upload) => {
                if let Some(algorithm) = &upload.asked.algorithm {
                    context.insert("s3:x-amz-server-side-encryption", algorithm);
                }
                self.key_arn(context, upload.asked.key.as_deref());
            }
            None => {
                context.insert_unknown("s3:x-amz-server-side-encryption");
                context.insert_unknown("s3:x-amz-server-side-encryption-aws-kms-key-id");
            }
        }
    }

    /// The key is compared as its ARN; an id is one of the requester's account. What an alias stands for is not known.
    fn key_arn(&self, context: &mut Context, key: Option<&str>) {
        let name = "s3:x-amz-server-side-encryption-aws-kms-key-id";
        let Some(key) = key else { return };
        match (key.starts_with("arn:"), key.contains("alias/"), &self.bucket) {
            (_, true, _) | (false, _, None) => context.insert_unknown(name),
            (true, false, _) => context.insert(name, key),
            (false, false, Some(bucket)) => {
                let account = self.call.caller.home();
                context.insert(name, format!("arn:aws:kms:{}:{account}:key/{key}", bucket.region));
            }
        }
    }

    fn created(&self, context: &mut Context) {
        let configuration = self.identified.members.get("CreateBucketConfiguration");
        match configuration.and_then(|configuration| field(configuration, "LocationConstraint")) {
            Some(region) => context.insert("s3:locationconstraint", region),
            // Unconfirmed for us-east-1, the one region that needs no constraint.
            None => context.insert_unknown("s3:locationconstraint"),
        }
        let tags = bucket_tags(&self.identified.members);
        if !tags.is_empty() {
            request_tags(context, &tags);
        }
    }

    /// The fields that a report is to have besides those that every one has ("Control S3 Inventory report configuration
    /// creation").
    fn reported(&self, context: &mut Context) {
        let configuration = self.identified.members.get("InventoryConfiguration");
        let fields = configuration.and_then(|it| it.get("OptionalFields")).and_then(Value::as_array);
        if let Some(fields) = fields {
            let fields = fields.iter().filter_map(Value::as_str);
            context.insert_many("s3:InventoryAccessibleOptionalFields", fields);
        }
    }

    fn retained(&self, context: &mut Context) {
        let retention = self.identified.members.get("Retention");
        if let Some(mode) = retention.and_then(|retention| field(retention, "Mode")) {
            context.insert("s3:object-lock-mode", mode);
        }
        if let Some(until) = retention.and_then(|retention| field(retention, "RetainUntilDate")) {
            context.insert("s3:object-lock-retain-until-date", until);
            remaining_days(context, Some(until), self.call.now);
        }
    }
}

/// The tags in the body of `CreateBucket`.
pub(super) fn bucket_tags(members: &Members) -> Tags {
    members.get("CreateBucketConfiguration").map(tags).unwrap_or_default()
}

/// `aws:RequestTag/K` and `aws:TagKeys`.
pub(crate) fn request_tags(context: &mut Context, tags: &Tags) {
    insert_tags(context, "aws:RequestTag/", tags);
    context.insert_many("aws:TagKeys", tags.keys());
}

fn object_tags(context: &mut Context, tags: Tags) {
    insert_tags(context, "s3:RequestObjectTag/", &tags);
    context.insert_many("s3:RequestObjectTagKeys", tags.into_keys());
}

fn remaining_days(context: &mut Context, until: Option<&str>, now: jiff::Timestamp) {
    let key = "s3:object-lock-remaining-retention-days";
    match until.and_then(|until| until.parse::<jiff::Timestamp>().ok()) {
        Some(until) => {
            let hours = until.duration_since(now).as_hours();
            context.insert(key, hours.div_euclid(24).to_string());
        }
        None => context.insert_unknown(key),
    }
}

fn scalar(value: Option<&Value>) -> Option<String> {
    match value? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}
