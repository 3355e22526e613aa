//! S3: which bucket, which key, which operation.

mod route;

use http::HeaderMap;
use http::HeaderName;
use http::HeaderValue;
use http::request::Parts;
use stackproof_aws::codec::{self, WireInput};
use stackproof_aws::{ApiError, Members};

use super::{Identified, host};
use crate::refusal::Refusal;
use crate::uri;

pub(crate) use route::Route;

/// Names of the query that belong to the signature and to no operation.
const SIGNATURE: [&str; 7] = [
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-expires",
    "x-amz-signedheaders",
    "x-amz-signature",
    "x-amz-security-token",
];

/// Conditions of writes, which S3 reads from the query of a presigned URL as it does from headers.
const CONDITIONS: [&str; 2] = ["if-match", "if-none-match"];

/// How an object is to be encrypted, which calls that make none do not say (`iam-semantics`, sections 6.2 and 7.3).
const ENCRYPTION: [&str; 3] = [
    "x-amz-server-side-encryption",
    "x-amz-server-side-encryption-aws-kms-key-id",
    "x-amz-server-side-encryption-context",
];
const NOT_ENCRYPTING: [&str; 5] =
    ["CompleteMultipartUpload", "GetObject", "HeadObject", "UploadPart", "UploadPartCopy"];
const MAX_KEY: usize = 1024;
/// The most that one put or part may have, in bytes.
pub(crate) const MAX_PUT: u64 = 5 << 30;

/// A request to S3 with its bucket and key told apart, its members in one place.
pub(crate) struct Addressed {
    pub bucket: Option<String>,
    pub key: Option<String>,
    /// The query without signature and headers in disguise.
    pub query: Vec<(String, String)>,
    /// The headers, with those that a presigned URL carries in its query.
    pub headers: HeaderMap,
}

impl Addressed {
    /// Reads host, path, query and headers.
    ///
    /// # Errors
    /// 400 for what is ambiguous: a repeated query member, a header that disagrees with the query.
    pub fn read(parts: &Parts, query: &[(String, String)]) -> Result<Self, Refusal> {
        let (bucket, key) = place(parts)?;
        let mut headers = parts.headers.clone();
        let mut rest: Vec<(String, String)> = Vec::new();
        for (name, value) in query {
            let lower = name.to_ascii_lowercase();
            if rest.iter().any(|(seen, _)| seen.eq_ignore_ascii_case(name)) {
                return Err(ambiguous(&format!("the query member {name} is repeated")));
            }
            if !lower.starts_with("x-amz-") && !CONDITIONS.contains(&lower.as_str()) {
                rest.push((name.clone(), value.clone()));
            } else if !SIGNATURE.contains(&lower.as_str()) {
                lift(&mut headers, parts, &lower, value)?;
            }
        }
        Ok(Self { bucket, key, query: rest, headers })
    }

    fn check_encryption(&self, route: &Route) -> Result<(), Refusal> {
        let sent = ENCRYPTION.iter().find(|name| self.headers.contains_key(**name));
        match sent.filter(|_| NOT_ENCRYPTING.contains(&route.operation.name.as_str())) {
            Some(name) => {
                let message = format!("{name} header is not supported for this operation.");
                Err(rejected("InvalidArgument", &message))
            }
            None => Ok(()),
        }
    }

    /// The members of the operation that was routed to.
    pub fn members(&self, route: &Route, body: &[u8]) -> Result<Identified, Refusal> {
        let mut labels = Vec::new();
        labels.extend(self.bucket.clone().map(|bucket| ("Bucket", bucket)));
        labels.extend(self.key.clone().map(|key| ("Key", key)));
        self.key.as_deref().map_or(Ok(()), check_key)?;
        self.check_encryption(route)?;
        let input = WireInput { labels: &labels, query: &self.query, headers: &self.headers, body };
        let mut members = codec::decode_request(route.operation, &input).map_err(Refusal::rejected)?;
        unframe(&mut members);
        if members.get("VersionId").is_some_and(|version| version == "") {
            return Err(rejected("InvalidArgument", "Version id cannot be the empty string"));
        }
        Ok(Identified { operation: route.operation, members })
    }
}

/// Keys have 1,024 bytes at most, which bounds the time that patterns take to be compared with them, and their `..` lead
/// nowhere above the bucket ("Naming Amazon S3 objects").
pub(crate) fn check_key(key: &str) -> Result<(), Refusal> {
    if key.len() <= MAX_KEY {
        let mut depth = 0_usize;
        for segment in key.split('/') {
            match segment {
                ".." if depth == 0 => {
                    return Err(rejected("InvalidURI", "Couldn't parse the specified URI."));
                }
                ".." => depth -= 1,
                "" | "." => {}
                _ => depth += 1,
            }
        }
        return Ok(());
    }
    let error = ApiError::new(400, "KeyTooLongError", "Your key is too long")
        .detail("Size", key.len().to_string())
        .detail("MaxSizeAllowed", MAX_KEY.to_string());
    Err(Refusal::rejected(error))
}

/// The bucket and the key that a request addresses, whatever it does there.
///
/// # Errors
/// 400 for a path that is no text; undetermined for access points, and hosts of endpoints that are not S3's own.
pub(crate) fn place(parts: &Parts) -> Result<(Option<String>, Option<String>), Refusal> {
    let path = uri::decode_path(parts.uri.path())
        .ok_or_else(|| rejected("InvalidURI", "Couldn't parse the specified URI."))?;
    let bucket = host::of(parts).map_or(Ok(None), |host| host::bucket(&host))?;
    let (bucket, key) = address(bucket, &path);
    match bucket.as_deref().filter(|bucket| is_access_point(bucket)) {
        Some(point) => Err(Refusal::undetermined(format!(
            "what the access point `{point}` serves: address the bucket that it stands before"
        ))),
        None => Ok((bucket, key)),
    }
}

/// Whether what stands in a bucket's place is the ARN of an access point, or the host of one.
fn is_access_point(bucket: &str) -> bool {
    let is_arn = bucket.starts_with("arn:") && bucket.contains(":accesspoint");
    is_arn || bucket.contains(".s3-accesspoint")
}

/// Bucket and key: the bucket from the host where it names one, else from the path's first segment.
fn address(from_host: Option<String>, path: &str) -> (Option<String>, Option<String>) {
    let path = path.strip_prefix('/').unwrap_or(path);
    let some = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    match (from_host, path.split_once('/')) {
        (Some(bucket), _) => (Some(bucket), some(path)),
        (None, Some((bucket, key))) => (some(bucket), some(key)),
        (None, None) => (some(path), None),
    }
}

/// Presigned URLs carry headers in their query. What S3 honours there counts as the header.
fn lift(headers: &mut HeaderMap, parts: &Parts, name: &str, value: &str) -> Result<(), Refusal> {
    match name {
        // Reported to be ignored in a query; `s3:x-amz-content-sha256` is not read from there either.
        "x-amz-tagging" | "x-amz-content-sha256" => return Ok(()),
        "x-amz-copy-source" => {
            return Err(Refusal::undetermined(
                "whether S3 honours x-amz-copy-source in a query is not known",
            ));
        }
        _ => {}
    }
    if let Some(sent) = parts.headers.get(name) {
        return match sent.as_bytes() == value.as_bytes() {
            true => Ok(()),
            false => Err(ambiguous(&format!("header and query disagree on {name}"))),
        };
    }
    let broken = || ambiguous(&format!("the query member {name} cannot be a header"));
    let name = name.parse::<HeaderName>().map_err(|_| broken())?;
    let value = HeaderValue::from_bytes(value.as_bytes()).map_err(|_| broken())?;
    match headers.insert(name, value) {
        None => Ok(()),
        Some(_) => Err(broken()),
    }
}

/// `aws-chunked` is a framing of the transfer, and no encoding of the object.
fn unframe(members: &mut Members) {
    let Some(encoding) = members.get("ContentEncoding").and_then(|value| value.as_str()) else { return };
    let kept: Vec<_> = encoding
        .split(',')
        .map(str::trim)
        .filter(|part| !part.is_empty() && *part != "aws-chunked")
        .collect();
    match kept.as_slice() {
        [] => members.remove("ContentEncoding"),
        kept => members.insert("ContentEncoding".to_owned(), kept.join(",").into()),
    };
}

pub(crate) fn rejected(code: &'static str, message: &str) -> Refusal {
    Refusal::rejected(ApiError::new(400, code, message))
}

/// A request that could be read in more than one way is read in none.
pub(crate) fn ambiguous(what: &str) -> Refusal {
    rejected("InvalidArgument", &format!("The request is ambiguous: {what}"))
}

#[cfg(test)]
mod tests;
