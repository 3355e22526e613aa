//! Tags of buckets and objects.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-tagging.html>

use std::collections::BTreeSet;

use percent_encoding::percent_decode_str;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::bucket::bucket_name;
use super::config::settle_digests;
use super::{S3, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;
use crate::text::is_tag_char;

/// How many tags an object may have.
pub(crate) const OBJECT_TAGS: usize = 10;
/// How many tags a bucket may have.
pub(crate) const BUCKET_TAGS: usize = 50;
const MAX_KEY_CHARS: usize = 128;
const MAX_VALUE_CHARS: usize = 256;

/// Keys and values in the order that they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Tags(Vec<(String, String)>);

impl Tags {
    /// Takes a list of `Tag` structures.
    pub fn read(input: &mut Input, member: &str, limit: usize) -> Result<Self, ApiError> {
        let mut tags = Vec::new();
        for mut tag in input.structures(member)? {
            tags.push((tag.required("Key")?, tag.required("Value")?));
            tag.finish()?;
        }
        Self::checked(tags, limit)
    }

    /// Takes the member `Tagging` that is a header: `key=value` pairs, URL-encoded.
    pub fn read_header(input: &mut Input) -> Result<Self, ApiError> {
        let header = input.string("Tagging")?.unwrap_or_default();
        let decode = |text: &str| {
            let text = text.replace('+', " ");
            percent_decode_str(&text).decode_utf8().map(|text| text.into_owned())
        };
        let pairs = header.split('&').filter(|pair| !pair.is_empty()).map(|pair| {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            let value = Some(value).filter(|value| !value.contains('='))?;
            Some((decode(key).ok()?, decode(value).ok()?))
        });
        let tags = pairs.collect::<Option<Vec<_>>>();
        let distinct = |tags: &Vec<(String, String)>| {
            let keys: BTreeSet<&str> = tags.iter().map(|(key, _)| key.as_str()).collect();
            keys.len() == tags.len()
        };
        let tags = tags.filter(distinct).ok_or_else(|| {
            let message = "The header 'x-amz-tagging' shall be encoded as UTF-8 then URLEncoded URL query parameters without tag name duplicates.";
            error::invalid_argument(message, "x-amz-tagging", &header)
        })?;
        Self::checked(tags, OBJECT_TAGS)
    }

    fn checked(tags: Vec<(String, String)>, limit: usize) -> Result<Self, ApiError> {
        if tags.len() > limit {
            let what = if limit == OBJECT_TAGS { "Object" } else { "Bucket" };
            let message = format!("{what} tags cannot be greater than {limit}");
            return Err(ApiError::new(400, "BadRequest", message));
        }
        for (index, (key, value)) in tags.iter().enumerate() {
            let invalid = |message: &str| ApiError::new(400, "InvalidTag", message).detail("TagKey", key);
            if key.is_empty() || key.chars().count() > MAX_KEY_CHARS || !key.chars().all(is_tag_char) {
                return Err(invalid("The TagKey you have provided is invalid"));
            }
            if value.chars().count() > MAX_VALUE_CHARS || !value.chars().all(is_tag_char) {
                return Err(invalid("The TagValue you have provided is invalid").detail("TagValue", value));
            }
            if key.to_ascii_lowercase().starts_with("aws:") {
                return Err(invalid(match limit {
                    OBJECT_TAGS => "Your TagKey cannot be prefixed with aws:",
                    _ => "System tags cannot be added/updated by requester",
                }));
            }
            if tags.iter().take(index).any(|(earlier, _)| earlier == key) {
                return Err(invalid("Cannot provide multiple Tags with the same key"));
            }
        }
        Ok(Self(tags))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether a tag has that value.
    pub fn has(&self, key: &str, value: &str) -> bool {
        self.0.iter().any(|(own_key, own_value)| own_key == key && own_value == value)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn value(&self) -> Vec<Value> {
        self.0.iter().map(|(key, value)| json!({ "Key": key, "Value": value })).collect()
    }
}

fn read_set(call: &mut Call, limit: usize) -> Result<Tags, ApiError> {
    settle_digests(call)?;
    // A document without a set has an empty one.
    let mut tagging = call.input.required_structure("Tagging")?;
    let tags = Tags::read(&mut tagging, "TagSet", limit)?;
    tagging.finish()?;
    Ok(tags)
}

pub(crate) fn get_bucket(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    let tags = &s3.bucket(&name)?.tags;
    if tags.is_empty() {
        let error = ApiError::new(404, "NoSuchTagSet", "The TagSet does not exist");
        return Err(error.detail("BucketName", name));
    }
    Ok(Structure::new().with("TagSet", tags.value()).output())
}

pub(crate) fn put_bucket(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    let tags = read_set(&mut call, BUCKET_TAGS)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.tags = tags;
    Ok(Output::default())
}

pub(crate) fn delete_bucket(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    call.input.finish()?;
    s3.bucket_mut(&name)?.tags = Tags::default();
    Ok(Output::default())
}

pub(crate) fn get_object(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    let key = call.input.required("Key")?;
    let id = call.input.string("VersionId")?;
    call.input.finish()?;
    let bucket = s3.bucket(&name)?;
    bucket.check_uncovered(&key, id.as_deref())?;
    let (version, object) = bucket.locate(&key, id.as_deref())?;
    Ok(Structure::new()
        .with("TagSet", object.attributes.tags.value())
        .with_some("VersionId", bucket.shown_id(version))
        .output())
}

pub(crate) fn put_object(s3: &mut S3, mut call: Call) -> Result<Output, ApiError> {
    let tags = read_set(&mut call, OBJECT_TAGS)?;
    replace(s3, call, tags)
}

pub(crate) fn delete_object(s3: &mut S3, call: Call) -> Result<Output, ApiError> {
    replace(s3, call, Tags::default())
}

fn replace(s3: &mut S3, mut call: Call, tags: Tags) -> Result<Output, ApiError> {
    let name = bucket_name(&mut call.input)?;
    let key = call.input.required("Key")?;
    let id = call.input.string("VersionId")?;
    call.input.finish()?;
    let bucket = s3.bucket_mut(&name)?;
    bucket.check_uncovered(&key, id.as_deref())?;
    let (shown, object) = bucket.locate_mut(&key, id.as_deref())?;
    object.attributes.tags = tags;
    Ok(Structure::new().with_some("VersionId", shown).output())
}
