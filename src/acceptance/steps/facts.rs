//! What there is now, read through the service's own API as operator.

use bytes::Bytes;
use serde_json::{Value, json};
use stackproof_aws::Members;
use stackproof_aws::client::Reply;

use super::call::bucket_of;
use super::key;
use super::upload::{object, put_customer_key};
use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::options::{OptionWord, Options, bad};
use crate::acceptance::sentence::{Attachment, Keyword, Sentence};
use crate::acceptance::world::{World, answered, operation};

const FACTS: &[OptionWord] = &[
    OptionWord::new("encryption", "AES256", "`ServerSideEncryption`"),
    OptionWord::new("encryption key", "{key_arn}", "`SSEKMSKeyId`"),
    OptionWord::new("content type", "audio/wav", "`ContentType`"),
    OptionWord::new("storage class", "STANDARD_IA", "`StorageClass`; `STANDARD` where the answer has none"),
    OptionWord::new("size", "12 MiB", "the size in bytes"),
    OptionWord::new(
        "expires",
        "2026-01-17",
        "the day, in UTC, at whose midnight a lifecycle rule lets it expire",
    ),
    OptionWord::new("lock mode", "GOVERNANCE", "`ObjectLockMode`"),
    OptionWord::new("retained until", "2030-01-01T00:00:00Z", "`ObjectLockRetainUntilDate`"),
    OptionWord::new("legal hold", "ON", "`ObjectLockLegalHoldStatus`"),
    OptionWord::new("versions", "2", "how many versions there are, delete markers not counted"),
    OptionWord::new(
        "content",
        "what the accessor uploaded",
        "the content, or whose upload it is byte for byte",
    ),
    OptionWord::new("tag", "team=data", "a tag; may stand several times"),
    OptionWord::new("metadata", "origin=pbx", "user metadata; may stand several times"),
    OptionWord::new("version", "{first version}", "the version that is looked at; the latest if absent"),
];

pub(super) const SENTENCES: &[Sentence] = &[
    Sentence {
        keyword: Keyword::Fact,
        pattern: "the object {key:text} in [the bucket ]{bucket:name} has",
        example: r#"the object "calls/a.wav" in "calls" has"#,
        docs: "The object exists and is as the table says.",
        attachment: Attachment::Options(&[FACTS]),
        handler: |world, given| Box::pin(object_has(world, given)),
    },
    Sentence {
        keyword: Keyword::Fact,
        pattern: "there is no object {key:text} in [the bucket ]{bucket:name}",
        example: r#"there is no object "calls/a.wav" in "calls""#,
        docs: "The object does not exist, or its latest version is a delete marker.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(no_object(world, given)),
    },
    Sentence {
        keyword: Keyword::Fact,
        pattern: "[the bucket ]{bucket:name} has versioning {status:text}",
        example: r#""calls" has versioning "Enabled""#,
        docs: "The bucket's versioning: `Enabled`, `Suspended`, or `Off` where it was never on.",
        attachment: Attachment::Nothing,
        handler: |world, given| Box::pin(versioning(world, given)),
    },
    key::ROTATION,
    key::IS_SO,
];

/// An object that is looked at.
struct Looked<'a> {
    bucket: String,
    account: String,
    key: &'a str,
    options: Options,
    customer_key: Option<String>,
}

impl Looked<'_> {
    async fn read(&self, world: &mut World, name: &str) -> Result<Reply, StepError> {
        let mut members = object(json!({ "Bucket": self.bucket, "Key": self.key }));
        if let Some(version) = self.options.one("version")? {
            members.insert("VersionId".to_owned(), json!(version));
        }
        if name != "GetObjectTagging" {
            put_customer_key(&mut members, self.customer_key.as_deref());
        }
        world.read(&self.account, operation("s3", name)?, members).await
    }
}

async fn object_has(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let bucket = bucket_of(world, given, "bucket")?;
    let key = given.get("key");
    let uploads = world.uploads.iter().rev();
    let customer_key = uploads
        .filter(|it| it.bucket == bucket && it.key == key)
        .find_map(|upload| upload.customer_key.clone());
    let account = world.account_of(&bucket)?;
    let looked = Looked { bucket, account, key, options: given.options()?, customer_key };
    let head = head(world, &looked).await?;
    for (word, value) in &looked.options.0 {
        let found = match word.as_str() {
            "encryption" => text(&head, "ServerSideEncryption"),
            "encryption key" => text(&head, "SSEKMSKeyId"),
            "content type" => text(&head, "ContentType"),
            "storage class" => text(&head, "StorageClass").or_else(|| Some("STANDARD".to_owned())),
            "lock mode" => text(&head, "ObjectLockMode"),
            "retained until" => text(&head, "ObjectLockRetainUntilDate"),
            "legal hold" => text(&head, "ObjectLockLegalHoldStatus"),
            "expires" => text(&head, "Expiration").as_deref().and_then(expiry_day),
            "versions" => Some(world.versions(&looked.bucket, key).await?.to_string()),
            "size" => size(&head, &looked.options, value)?,
            "metadata" => pair(head.get("Metadata").and_then(Value::as_object), word, value)?,
            "tag" => pair(Some(&tags(world, &looked).await?), word, value)?,
            "content" => {
                has_content(world, &looked, value).await?;
                continue;
            }
            _ => continue,
        };
        if found.as_deref() != Some(value.as_str()) {
            let found = found.map_or_else(|| "it has none".to_owned(), |found| format!("it is `{found}`"));
            return Err(StepError::mismatch(format!("{word} of `{key}` to be `{value}`"), found));
        }
    }
    Ok(())
}

async fn head(world: &mut World, looked: &Looked<'_>) -> Result<Members, StepError> {
    let reply = looked.read(world, "HeadObject").await?;
    reply.result.map_err(|error| {
        StepError::mismatch(format!("an object `{}` in `{}`", looked.key, looked.bucket), answered(&error))
    })
}

fn text(head: &Members, name: &str) -> Option<String> {
    head.get(name).and_then(Value::as_str).map(str::to_owned)
}

/// The day in `expiry-date="Sat, 17 Jan 2026 00:00:00 GMT", rule-id="…"`.
fn expiry_day(announced: &str) -> Option<String> {
    let (date, _) = announced.strip_prefix("expiry-date=\"")?.split_once('"')?;
    let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date).ok()?;
    Some(at.strftime("%Y-%m-%d").to_string())
}

/// The size in the words of the table where it is the same, else in bytes.
fn size(head: &Members, options: &Options, value: &str) -> Result<Option<String>, StepError> {
    let found = head.get("ContentLength").and_then(Value::as_u64);
    let same = options.bytes("size")?.map(|bytes| bytes as u64) == found;
    Ok(if same { Some(value.to_owned()) } else { found.map(|bytes| format!("{bytes} bytes")) })
}

/// `key=value` as it is found under that key.
fn pair(found: Option<&Members>, word: &str, value: &str) -> Result<Option<String>, StepError> {
    let (key, _) = value.split_once('=').ok_or_else(|| bad(word, "`key=value`", value))?;
    Ok(found.and_then(|found| found.get(key)).and_then(Value::as_str).map(|found| format!("{key}={found}")))
}

async fn tags(world: &mut World, looked: &Looked<'_>) -> Result<Members, StepError> {
    let reply = looked.read(world, "GetObjectTagging").await?;
    let answer = reply.result.map_err(|error| StepError::mismatch("the object's tags", answered(&error)))?;
    let set = answer.get("TagSet").and_then(Value::as_array).cloned().unwrap_or_default();
    let pair = |tag: Value| Some((tag.get("Key")?.as_str()?.to_owned(), tag.get("Value")?.clone()));
    Ok(set.into_iter().filter_map(pair).collect())
}

async fn has_content(world: &mut World, looked: &Looked<'_>, value: &str) -> Result<(), StepError> {
    let expected = match value.strip_prefix("what ").and_then(|rest| rest.strip_suffix(" uploaded")) {
        Some(who) => {
            let who = who.strip_prefix("the ").unwrap_or(who).trim_matches('"');
            content_of(world, who, &looked.bucket, looked.key)?
        }
        None => Bytes::copy_from_slice(value.as_bytes()),
    };
    let reply = looked.read(world, "GetObject").await?;
    reply.result.map_err(|error| StepError::mismatch("the object's content", answered(&error)))?;
    same_content(&expected, &reply.body)
}

/// What that principal last uploaded under that key.
///
/// # Errors
/// It uploaded nothing there.
pub(super) fn content_of(world: &World, who: &str, bucket: &str, key: &str) -> Result<Bytes, StepError> {
    let mut uploads = world.uploads.iter().rev();
    let upload = uploads.find(|upload| upload.who == who && upload.bucket == bucket && upload.key == key);
    upload.map(|upload| upload.content.clone()).ok_or_else(|| {
        StepError::usage(format!("`{who}` uploaded no `{key}` to `{bucket}` in this scenario"))
    })
}

/// Whether both are the same, byte for byte.
///
/// # Errors
/// They differ; where is told, what they are only if it is short text.
pub(super) fn same_content(expected: &[u8], found: &[u8]) -> Result<(), StepError> {
    if expected == found {
        return Ok(());
    }
    let at = expected.iter().zip(found).position(|(a, b)| a != b).unwrap_or(expected.len().min(found.len()));
    Err(StepError::mismatch(
        described(expected),
        format!("the content is {}; they differ from byte {at} on", described(found)),
    ))
}

/// The longest content that is shown.
const SHOWN: usize = 60;

fn described(content: &[u8]) -> String {
    match std::str::from_utf8(content) {
        Ok(text) if text.len() <= SHOWN => format!("`{}`", text.escape_debug()),
        _ => format!("{} bytes", content.len()),
    }
}

async fn no_object(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let bucket = bucket_of(world, given, "bucket")?;
    let account = world.account_of(&bucket)?;
    let members = object(json!({ "Bucket": bucket, "Key": given.get("key") }));
    let reply = world.read(&account, operation("s3", "HeadObject")?, members).await?;
    let expected = format!("no object `{}` in `{bucket}`", given.get("key"));
    match reply.result {
        Err(_) if reply.status == 404 => Ok(()),
        Err(error) => Err(StepError::mismatch(expected, answered(&error))),
        Ok(_) => Err(StepError::mismatch(expected, "there is one")),
    }
}

async fn versioning(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let bucket = bucket_of(world, given, "bucket")?;
    let account = world.account_of(&bucket)?;
    let members = object(json!({ "Bucket": bucket }));
    let reply = world.read(&account, operation("s3", "GetBucketVersioning")?, members).await?;
    let expected = format!("versioning of `{bucket}` to be `{}`", given.get("status"));
    let answer = reply.result.map_err(|error| StepError::mismatch(expected.clone(), answered(&error)))?;
    let found = text(&answer, "Status").unwrap_or_else(|| "Off".to_owned());
    if found == given.get("status") {
        Ok(())
    } else {
        Err(StepError::mismatch(expected, format!("it is `{found}`")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_expiry_is_read_off_the_announcement() {
        let announced = r#"expiry-date="Sat, 17 Jan 2026 00:00:00 GMT", rule-id="one%20day""#;
        assert_eq!(expiry_day(announced).as_deref(), Some("2026-01-17"));
        assert_eq!(expiry_day("tomorrow"), None);
    }

    #[test]
    fn contents_that_differ_say_where() {
        assert!(same_content(b"abc", b"abc").is_ok());
        let error = same_content(b"abcd", b"abXd").unwrap_err();
        insta::assert_snapshot!(error, @"expected `abcd`, but the content is `abXd`; they differ from byte 2 on");
        let error = same_content(&[0xff; 100], b"").unwrap_err();
        insta::assert_snapshot!(error, @"expected 100 bytes, but the content is ``; they differ from byte 0 on");
    }
}
