//! Objects of a bucket.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::json;
use stackproof_aws::Members;

use super::call::bucket_of;
use super::upload::{
    self, OBJECT, TRANSPORT, customer_key, object, put_customer_key, put_options, put_tags, travelling,
};
use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::options::{OptionError, OptionWord, Options, bad};
use crate::acceptance::sentence::{Attachment, Keyword, Sample, Sentence};
use crate::acceptance::world::{Request, World, operation};

const VERSION: &[OptionWord] = &[OptionWord::new("version", "{first version}", "`VersionId`")];
const READ: &[OptionWord] = &[
    OptionWord::new("range", "bytes=0-9", "`Range`"),
    OptionWord::new("customer key", "generated", "the key that the object was uploaded with"),
    OptionWord::new("if match", "{etag}", "`IfMatch`"),
    OptionWord::new("if none match", "{etag}", "`IfNoneMatch`"),
];
const LIST: &[OptionWord] =
    &[OptionWord::new("delimiter", "/", "`Delimiter`"), OptionWord::new("most keys", "10", "`MaxKeys`")];
const COPY: &[OptionWord] = &[
    OptionWord::new("version", "{first version}", "the version that is copied"),
    OptionWord::new("tag", "team=data", "tags in place of the source's; may stand several times"),
    OptionWord::new("encryption", "aws:kms", "`ServerSideEncryption`"),
    OptionWord::new("encryption key", "alias/x", "`SSEKMSKeyId`"),
    OptionWord::new("acl", "bucket-owner-full-control", "`ACL`"),
    OptionWord::new("storage class", "STANDARD_IA", "`StorageClass`"),
];

pub(super) const SENTENCES: &[Sentence] = &[
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} uploads {key:text} to [the bucket ]{bucket:name}[ with]",
        example: r#"the accessor uploads "calls/a.wav" to "calls""#,
        docs: "Stores an object: one put, or several parts where a part size is given.",
        attachment: Attachment::Options(&[OBJECT, TRANSPORT]),
        handler: |world, given| Box::pin(uploads(world, given)),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} downloads {key:text} from [the bucket ]{bucket:name}[ with]",
        example: r#"the accessor downloads "calls/a.wav" from "calls""#,
        docs: "Reads an object with its content.",
        attachment: Attachment::Options(&[VERSION, READ, TRANSPORT]),
        handler: |world, given| Box::pin(reads(world, given, "GetObject")),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} reads the head of {key:text} in [the bucket ]{bucket:name}[ with]",
        example: r#"the accessor reads the head of "calls/a.wav" in "calls""#,
        docs: "Reads what is said of an object, without its content.",
        attachment: Attachment::Options(&[VERSION, READ, TRANSPORT]),
        handler: |world, given| Box::pin(reads(world, given, "HeadObject")),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} reads the tags of {key:text} in [the bucket ]{bucket:name}[ with]",
        example: r#"the accessor reads the tags of "calls/a.wav" in "calls""#,
        docs: "Reads an object's tags.",
        attachment: Attachment::Options(&[VERSION, TRANSPORT]),
        handler: |world, given| Box::pin(reads(world, given, "GetObjectTagging")),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} lists [the bucket ]{bucket:name}[ under {prefix:text}][ with]",
        example: r#""tenant acme" lists "results" under "acme/""#,
        docs: "Lists objects, all or those under a prefix.",
        attachment: Attachment::Options(&[LIST, TRANSPORT]),
        handler: |world, given| Box::pin(lists(world, given, "ListObjectsV2")),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} lists the versions of [the bucket ]{bucket:name}[ under {prefix:text}][ with]",
        example: r#"the accessor lists the versions of "calls""#,
        docs: "Lists versions and delete markers.",
        attachment: Attachment::Options(&[LIST, TRANSPORT]),
        handler: |world, given| Box::pin(lists(world, given, "ListObjectVersions")),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} lists the uploads of [the bucket ]{bucket:name}[ under {prefix:text}][ with]",
        example: r#"the accessor lists the uploads of "calls""#,
        docs: "Lists multipart uploads in progress.",
        attachment: Attachment::Options(&[LIST, TRANSPORT]),
        handler: |world, given| Box::pin(lists(world, given, "ListMultipartUploads")),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} deletes {key:text} from [the bucket ]{bucket:name}[ with]",
        example: r#"the accessor deletes "calls/a.wav" from "calls""#,
        docs: "Deletes an object, or one version of it.",
        attachment: Attachment::Options(&[VERSION, TRANSPORT]),
        handler: |world, given| Box::pin(reads(world, given, "DeleteObject")),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} copies {key:text} (in|from) [the bucket ]{bucket:name} to {target:text} in [the bucket ]{destination:name}[ with]",
        example: r#"the migrator copies "archive/1.wav" in "source" to "calls/1.wav" in "calls""#,
        docs: "Copies an object.",
        attachment: Attachment::Options(&[COPY, TRANSPORT]),
        handler: |world, given| Box::pin(copies(world, given)),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} restores {key:text} in [the bucket ]{bucket:name} from version {version:text}",
        example: r#"the accessor restores "calls/a.wav" in "calls" from version "{first version}""#,
        docs: "Copies an earlier version of an object over the object.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(restores(world, given)),
    },
    Sentence {
        keyword: Keyword::When,
        pattern: "{who} tags {key:text} in [the bucket ]{bucket:name} with",
        example: r#"the accessor tags "calls/a.wav" in "calls" with"#,
        docs: "Replaces an object's tags. `| tag | team=data |` is a tag as in an upload.",
        attachment: Attachment::Table(Sample::new("the tags", "| team | data |")),
        handler: |world, given| Box::pin(tags(world, given)),
    },
];

async fn uploads(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let bucket = bucket_of(world, given, "bucket")?;
    upload::upload(world, &given.who("who"), &bucket, given.get("key"), &given.options()?).await
}

/// Any operation on one object that takes a version.
async fn reads(world: &mut World, given: &Arguments, name: &str) -> Result<(), StepError> {
    let (bucket, key, options) = (bucket_of(world, given, "bucket")?, given.get("key"), given.options()?);
    let mut members = object(json!({ "Bucket": bucket, "Key": key }));
    let words = [
        ("version", "VersionId"),
        ("range", "Range"),
        ("if match", "IfMatch"),
        ("if none match", "IfNoneMatch"),
    ];
    put_options(&mut members, &options, &words)?;
    put_customer_key(&mut members, customer_key(world, &bucket, key, &options)?.as_deref());
    let request = travelling(Request::new(operation("s3", name)?, members), &options)?;
    world.act(&given.who("who"), request).await
}

async fn lists(world: &mut World, given: &Arguments, name: &str) -> Result<(), StepError> {
    let (bucket, options) = (bucket_of(world, given, "bucket")?, given.options()?);
    let mut members = object(json!({ "Bucket": bucket }));
    if let Some(prefix) = given.given("prefix") {
        members.insert("Prefix".to_owned(), json!(prefix));
    }
    put_options(&mut members, &options, &[("delimiter", "Delimiter")])?;
    if let Some(most) = options.one("most keys")? {
        let most: u32 = most.parse().map_err(|_| bad("most keys", "a number", most))?;
        members.insert("MaxKeys".to_owned(), json!(most));
    }
    let request = travelling(Request::new(operation("s3", name)?, members), &options)?;
    world.act(&given.who("who"), request).await
}

async fn copies(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let source = bucket_of(world, given, "bucket")?;
    let destination = bucket_of(world, given, "destination")?;
    let options = given.options()?;
    let from = copy_source(&source, given.get("key"), options.one("version")?);
    let mut members =
        object(json!({ "Bucket": destination, "Key": given.get("target"), "CopySource": from }));
    copy_options(&mut members, &options)?;
    let request = travelling(Request::new(operation("s3", "CopyObject")?, members), &options)?;
    world.act(&given.who("who"), request).await
}

fn copy_options(members: &mut Members, options: &Options) -> Result<(), OptionError> {
    let words = [
        ("encryption", "ServerSideEncryption"),
        ("encryption key", "SSEKMSKeyId"),
        ("acl", "ACL"),
        ("storage class", "StorageClass"),
    ];
    put_options(members, options, &words)?;
    put_tags(members, options)?;
    if members.contains_key("Tagging") {
        members.insert("TaggingDirective".to_owned(), json!("REPLACE"));
    }
    Ok(())
}

async fn restores(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let bucket = bucket_of(world, given, "bucket")?;
    let key = given.get("key");
    let from = copy_source(&bucket, key, Some(given.get("version")));
    let members = object(json!({ "Bucket": bucket, "Key": key, "CopySource": from }));
    world.act(&given.who("who"), Request::new(operation("s3", "CopyObject")?, members)).await
}

/// `x-amz-copy-source` is percent-encoded but for its slashes.
pub(super) fn copy_source(bucket: &str, key: &str, version: Option<&str>) -> String {
    const KEY: AsciiSet = NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');
    let source = format!("{bucket}/{}", utf8_percent_encode(key, &KEY));
    match version {
        Some(version) => format!("{source}?versionId={}", utf8_percent_encode(version, &KEY)),
        None => source,
    }
}

async fn tags(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let bucket = bucket_of(world, given, "bucket")?;
    let rows = given.options()?.0;
    let tags: Vec<_> =
        rows.iter().map(tag).map(|(key, value)| json!({ "Key": key, "Value": value })).collect();
    let members = object(json!({ "Bucket": bucket, "Key": given.get("key"), "Tagging": { "TagSet": tags } }));
    world.act(&given.who("who"), Request::new(operation("s3", "PutObjectTagging")?, members)).await
}

/// A row is a tag, or names one as uploads do.
fn tag((word, value): &(String, String)) -> (&str, &str) {
    match value.split_once('=') {
        Some(tag) if word == "tag" => tag,
        _ => (word, value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_a_tag_or_names_one() {
        let row = |word: &str, value: &str| (word.to_owned(), value.to_owned());
        assert_eq!(tag(&row("team", "a=b")), ("team", "a=b"));
        assert_eq!(tag(&row("tag", "team=data")), ("team", "data"));
        assert_eq!(tag(&row("tag", "on")), ("tag", "on"));
    }

    #[test]
    fn a_copy_source_is_encoded_but_for_its_slashes() {
        assert_eq!(copy_source("b", "a/b c+d.wav", None), "b/a/b%20c%2Bd.wav");
        assert_eq!(copy_source("b", "k", Some("v/1=")), "b/k?versionId=v/1%3D");
    }
}
