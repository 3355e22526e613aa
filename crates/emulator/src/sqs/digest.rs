//! The digests that clients check messages by.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-message-metadata.html>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest, Md5};
use serde_json::Value;
use stackproof_aws::Members;

/// Of a text.
pub(crate) fn text(text: &str) -> String {
    hex::encode(Md5::digest(text))
}

/// Of message attributes, in the order of their names: each name, type and value behind its length, and before the value
/// whether it is a text or bytes.
pub(crate) fn attributes(attributes: &Members) -> Option<String> {
    if attributes.is_empty() {
        return None;
    }
    let mut names: Vec<&String> = attributes.keys().collect();
    names.sort();
    let mut digest = Md5::new();
    for name in names {
        let value = attributes.get(name)?;
        part(&mut digest, name.as_bytes());
        part(&mut digest, value.get("DataType")?.as_str()?.as_bytes());
        match value.get("BinaryValue").and_then(Value::as_str) {
            Some(encoded) => {
                digest.update([2]);
                part(&mut digest, &STANDARD.decode(encoded).ok()?);
            }
            None => {
                digest.update([1]);
                part(&mut digest, value.get("StringValue")?.as_str()?.as_bytes());
            }
        }
    }
    Some(hex::encode(digest.finalize()))
}

fn part(digest: &mut Md5, bytes: &[u8]) {
    // Messages are far shorter than four bytes can count.
    digest.update(u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_be_bytes());
    digest.update(bytes);
}
