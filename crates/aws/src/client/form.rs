//! A put as a browser sends it: a form whose policy admits exactly its fields.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html>

use std::time::SystemTime;

use aws_sigv4::sign::v4;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::Request;
use http::header::CONTENT_TYPE;
use jiff::{SignedDuration, Timestamp};
use md5::{Digest, Md5};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value, json};

use super::{Call, ClientError};
use crate::Credentials;
use crate::codec::WireRequest;
use crate::xml::Writer;

/// How long a form is good for.
const VALID: SignedDuration = SignedDuration::from_mins(15);
/// Headers that are fields by their own names, besides all of `x-amz-`.
const FIELDS: [&str; 6] =
    ["cache-control", "content-disposition", "content-encoding", "content-md5", "content-type", "expires"];

/// The form of a put, signed where there are credentials.
///
/// # Errors
/// [`ClientError::Form`] where it is no put, or has what forms do not carry.
pub(super) fn request(
    base: &str,
    wire: &WireRequest,
    call: &Call,
    credentials: Option<&Credentials>,
) -> Result<Request<Bytes>, ClientError> {
    let wrong = |what: String| ClientError::Form(what);
    let member = |name: &str| call.members.get(name).and_then(Value::as_str);
    let (Some(bucket), Some(key), "PutObject") =
        (member("Bucket"), member("Key"), call.operation.name.as_str())
    else {
        return Err(wrong(format!("`{}`", call.operation.name)));
    };
    let mut fields = vec![("key".to_owned(), key.to_owned())];
    let mut request = Request::post(format!("{}/{bucket}", base.trim_end_matches('/')));
    for (name, value) in &wire.headers {
        let text = value.to_str().map_err(|_| wrong(format!("the value of `{name}`")))?;
        fields.push(field(name.as_str(), text).ok_or_else(|| wrong(format!("`{name}`")))?);
    }
    for (name, value) in &call.headers {
        match field(&name.to_ascii_lowercase(), value) {
            Some(field) => fields.push(field),
            None => request = request.header(name, value),
        }
    }
    if let Some(credentials) = credentials {
        sign(&mut fields, bucket, &call.region, credentials)?;
    }
    let boundary = hex::encode(Md5::digest(&call.body));
    request
        .header(CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))
        .body(body(&fields, &call.body, &boundary))
        .map_err(|error| ClientError::Endpoint(error.to_string()))
}

/// A header as forms have it.
fn field(name: &str, value: &str) -> Option<(String, String)> {
    match name {
        "x-amz-acl" => Some(("acl".to_owned(), value.to_owned())),
        "x-amz-tagging" => Some(("tagging".to_owned(), tagging(value))),
        name if name.starts_with("x-amz-") || FIELDS.contains(&name) => {
            Some((name.to_owned(), value.to_owned()))
        }
        _ => None,
    }
}

/// Tags are a query string in the header and a document in a form.
fn tagging(header: &str) -> String {
    let decode = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let mut xml = Writer::fragment();
    xml.open("Tagging", None);
    xml.open("TagSet", None);
    for (key, value) in header.split('&').filter_map(|pair| pair.split_once('=')) {
        xml.open("Tag", None);
        xml.element("Key", &decode(key));
        xml.element("Value", &decode(value));
        xml.close("Tag");
    }
    xml.close("TagSet");
    xml.close("Tagging");
    xml.finish()
}

fn sign(
    fields: &mut Vec<(String, String)>,
    bucket: &str,
    region: &str,
    credentials: &Credentials,
) -> Result<(), ClientError> {
    let now = Timestamp::now();
    let (date, id) = (now.strftime("%Y%m%d"), &credentials.access_key_id);
    fields.push(("x-amz-algorithm".to_owned(), "AWS4-HMAC-SHA256".to_owned()));
    fields.push(("x-amz-credential".to_owned(), format!("{id}/{date}/{region}/s3/aws4_request")));
    fields.push(("x-amz-date".to_owned(), now.strftime("%Y%m%dT%H%M%SZ").to_string()));
    if let Some(token) = &credentials.session_token {
        fields.push(("x-amz-security-token".to_owned(), token.expose().to_owned()));
    }
    let condition = |(name, value): &(String, String)| {
        let member = (name.clone(), Value::String(value.clone()));
        Value::Object(Map::from_iter([member]))
    };
    let mut conditions = vec![json!({ "bucket": bucket })];
    conditions.extend(fields.iter().map(condition));
    let expires = now.checked_add(VALID).map_err(|error| ClientError::Signing(error.to_string()))?;
    let expires = expires.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let policy = STANDARD.encode(json!({ "expiration": expires, "conditions": conditions }).to_string());
    let secret = credentials.secret_access_key.expose();
    let key = v4::generate_signing_key(secret, SystemTime::from(now), region, "s3");
    fields.push(("x-amz-signature".to_owned(), v4::calculate_signature(key, policy.as_bytes())));
    fields.push(("policy".to_owned(), policy));
    Ok(())
}

fn body(fields: &[(String, String)], file: &[u8], boundary: &str) -> Bytes {
    let mut body = Vec::new();
    let mut part = |disposition: &str, content: &[u8]| {
        let head = format!("--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    for (name, value) in fields {
        part(&format!("name=\"{name}\""), value.as_bytes());
    }
    part("name=\"file\"; filename=\"file\"", file);
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    body.into()
}
