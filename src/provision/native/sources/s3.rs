//! Objects that are there already.

use serde_json::{Value, json};

use crate::provision::native::attributes::Attributes;
use crate::provision::native::operator::{Operator, ResourceError};
use crate::provision::native::resources::s3::object::exported;

/// How many keys S3 lists at once.
const PAGE: i64 = 1000;

/// Types of content, beside texts, that the provider gives as text.
const READABLE: [&str; 8] = [
    "application/atom+xml",
    "application/json",
    "application/ld+json",
    "application/x-csh",
    "application/x-httpd-php",
    "application/x-sh",
    "application/xhtml+xml",
    "application/xml",
];

/// `aws_s3_object`: what its head says, and its content where that is text.
pub(super) async fn object(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let (bucket, key) =
        (arguments.text("/bucket").unwrap_or_default(), arguments.text("/key").unwrap_or_default());
    let members = json!({
        "Bucket": bucket,
        "Key": key,
        "ChecksumMode": arguments.text("/checksum_mode"),
        "Range": arguments.text("/range"),
        "VersionId": arguments.text("/version_id"),
    });
    let head = operator.call("s3", "HeadObject", members.clone()).await?;
    let kind = head.at("/ContentType").as_str().unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let body = match essence.starts_with("text/") || READABLE.contains(&essence) {
        true => {
            let read = operator.call("s3", "GetObject", members).await?;
            Some(String::from_utf8_lossy(read.body()).into_owned())
        }
        false => None,
    };
    let said = Attributes::from(exported(&head));
    let (key_of_kms, redirect) = (said.at("/kms_key_id").clone(), said.at("/website_redirect").clone());
    Ok(said
        .clone()
        .with(json!({
            "id": format!("{bucket}/{key}"),
            "arn": format!("arn:aws:s3:::{bucket}/{key}"),
            "body": body,
            "content_length": head.at("/ContentLength"),
            "last_modified": head.at("/LastModified"),
            "region": operator.region,
            "sse_kms_key_id": key_of_kms,
            "website_redirect_location": redirect,
        }))
        .as_json()
        .clone())
}

/// `aws_s3_objects`: the keys under a prefix, as many as are wanted.
pub(super) async fn objects(operator: &Operator, arguments: &Attributes) -> Result<Value, ResourceError> {
    let bucket = arguments.text("/bucket").unwrap_or_default();
    let mut wanted = arguments.at("/max_keys").as_i64().unwrap_or(PAGE);
    let (mut keys, mut prefixes, mut owners) = (Vec::new(), Vec::new(), Vec::new());
    let mut token = Value::Null;
    while wanted > 0 {
        let members = json!({
            "Bucket": bucket,
            "ContinuationToken": token,
            "Delimiter": arguments.text("/delimiter"),
            "EncodingType": arguments.text("/encoding_type"),
            "FetchOwner": arguments.at("/fetch_owner"),
            "MaxKeys": wanted.min(PAGE),
            "Prefix": arguments.text("/prefix"),
            "RequestPayer": arguments.text("/request_payer"),
            "StartAfter": arguments.text("/start_after"),
        });
        let page = operator.call("s3", "ListObjectsV2", members).await?;
        let contents = page.list("/Contents");
        keys.extend(contents.iter().filter_map(|object| object.get("Key").cloned()));
        owners.extend(contents.iter().filter_map(|object| object.pointer("/Owner/ID").cloned()));
        let common = page.list("/CommonPrefixes");
        prefixes.extend(common.iter().filter_map(|prefix| prefix.get("Prefix").cloned()));
        wanted -= i64::try_from(contents.len() + common.len()).unwrap_or(PAGE);
        token = page.at("/NextContinuationToken").clone();
        if token.is_null() {
            break;
        }
    }
    Ok(json!({
        "id": bucket,
        "region": operator.region,
        "keys": keys,
        "common_prefixes": prefixes,
        "owners": owners,
        "request_charged": "",
    }))
}
