//! Requests as some other client was seen to send them, in the form of HTTP/1.1.

use bytes::Bytes;
use percent_encoding::percent_decode_str;

use crate::acceptance::arguments::Arguments;
use crate::acceptance::error::StepError;
use crate::acceptance::sentence::{Attachment, Keyword, Sample, Sentence};
use crate::acceptance::world::{Head, World};

pub(super) const SENTENCES: &[Sentence] = &[Sentence {
    keyword: Keyword::When,
    pattern: "{who} sends",
    example: "the accessor sends",
    docs: "Sends a request as a client was seen to send it: request line, headers, an empty line and the body. The \
           date and the signature are made anew; of a recorded `Authorization` the region and the service are kept. A \
           `Content-Length` without a body stands for made-up content of that length.",
    attachment: Attachment::Text(Sample::http(
        "the request",
        "GET /?prefix=&delimiter=%2F HTTP/1.1\nHost: {bucket_name}.s3.amazonaws.com",
    )),
    handler: |world, given| Box::pin(sends(world, given)),
}];

async fn sends(world: &mut World, given: &Arguments) -> Result<(), StepError> {
    let text = world.names.fill(given.text()?)?;
    let head = read(&text).map_err(|error| {
        StepError::usage(error).hint("write `GET /path?query HTTP/1.1`, then headers as `Name: value`")
    })?;
    world.act_recorded(&given.who("who"), head).await
}

/// Reads a request as it stands in HTTP/1.1.
fn read(text: &str) -> Result<Head, String> {
    let (head, body) = match text.split_once("\n\n") {
        Some((head, body)) => (head, Some(body)),
        None => (text, None),
    };
    let mut lines = head.lines();
    let line = lines.next().unwrap_or_default().trim();
    let mut parts = line.split(' ');
    let (method, target) = match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(method), Some(target), Some("HTTP/1.1"), None) if target.starts_with('/') => (method, target),
        _ => return Err(format!("`{line}` is no request line")),
    };
    let mut headers = Vec::new();
    let (mut length, mut scope, mut host) = (None, None, String::new());
    for line in lines {
        let (name, value) = line.split_once(':').ok_or_else(|| format!("`{line}` is no header"))?;
        let (name, value) = (name.trim(), value.trim());
        match name.to_ascii_lowercase().as_str() {
            "authorization" => scope = Some(scope_of(value)?),
            "x-amz-date" | "date" | "x-amz-security-token" => {}
            "content-length" => {
                length = Some(value.parse::<usize>().map_err(|_| format!("`{value}` is no length"))?);
                headers.push((name.to_owned(), value.to_owned()));
            }
            "host" => {
                host = value.to_owned();
                headers.push((name.to_owned(), value.to_owned()));
            }
            _ => headers.push((name.to_owned(), value.to_owned())),
        }
    }
    if host.is_empty() {
        return Err("the request has no `Host`".to_owned());
    }
    let body = match (body, length) {
        (Some(body), None) => Bytes::copy_from_slice(body.as_bytes()),
        (None, Some(length)) => made_up(length),
        (None, None) => Bytes::new(),
        (Some(_), Some(_)) => return Err("`Content-Length` and a body cannot stand together".to_owned()),
    };
    let (bucket, key) = names(&host, target);
    let (method, target) = (method.to_owned(), target.to_owned());
    Ok(Head { method, target, headers, body, scope, bucket, key })
}

/// The region and the service of `AWS4-HMAC-SHA256 Credential=AKIA…/20260115/eu-west-2/s3/aws4_request, …`.
fn scope_of(authorization: &str) -> Result<(String, String), String> {
    let credential = authorization.split_once("Credential=").map(|(_, rest)| rest);
    let mut parts = credential.unwrap_or_default().split([',', ' ']).next().unwrap_or_default().split('/');
    match (parts.nth(2), parts.next(), parts.next(), parts.next()) {
        (Some(region), Some(service), Some("aws4_request"), None) => {
            Ok((region.to_owned(), service.to_owned()))
        }
        _ => Err(format!("`{authorization}` has no credential scope")),
    }
}

/// The bucket and the key that a request to S3 names, in its host or in its path.
fn names(host: &str, target: &str) -> (Option<String>, Option<String>) {
    let path = target.split('?').next().unwrap_or_default().trim_start_matches('/');
    let decoded = percent_decode_str(path).decode_utf8_lossy();
    let given = |name: &str| Some(name.to_owned()).filter(|name| !name.is_empty());
    match host.rsplit_once(".s3.") {
        Some((bucket, _)) => (given(bucket), given(&decoded)),
        None => {
            let (bucket, key) = decoded.split_once('/').unwrap_or((&decoded, ""));
            (given(bucket), given(key))
        }
    }
}

/// Content of that length that is not all the same.
fn made_up(length: usize) -> Bytes {
    let line = b"content of a recorded request\n";
    line.iter().copied().cycle().take(length).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_read_as_it_stands() {
        let head = read(
            "PUT /a%20b.wav?partNumber=1&uploadId=u HTTP/1.1\nHost: calls.s3.amazonaws.com\nContent-Length: 40\n\
             Date: today\nX-Amz-Content-SHA256: UNSIGNED-PAYLOAD\n\
             Authorization: AWS4-HMAC-SHA256 Credential=AKIA1/20260115/us-east-1/s3/aws4_request, Signature=1",
        )
        .unwrap();
        assert_eq!(
            (head.method.as_str(), head.target.as_str()),
            ("PUT", "/a%20b.wav?partNumber=1&uploadId=u")
        );
        assert_eq!((head.bucket.as_deref(), head.key.as_deref()), (Some("calls"), Some("a b.wav")));
        assert_eq!(head.scope, Some(("us-east-1".to_owned(), "s3".to_owned())));
        assert_eq!(head.body.len(), 40);
        let names: Vec<_> = head.headers.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["Host", "Content-Length", "X-Amz-Content-SHA256"]);
    }

    #[test]
    fn a_body_stands_after_an_empty_line_and_a_bucket_may_stand_in_the_path() {
        let head =
            read("POST /calls/a?delete HTTP/1.1\nHost: s3.amazonaws.com\n\n<Delete>\n\n</Delete>").unwrap();
        assert_eq!(head.body, "<Delete>\n\n</Delete>");
        assert_eq!((head.bucket.as_deref(), head.key.as_deref()), (Some("calls"), Some("a")));
        assert_eq!(head.scope, None);
    }

    #[test]
    fn what_is_no_request_is_refused() {
        for (text, error) in [
            ("GET / HTTP/2", "`GET / HTTP/2` is no request line"),
            ("GET / HTTP/1.1", "the request has no `Host`"),
            ("GET / HTTP/1.1\nHost", "`Host` is no header"),
            (
                "GET / HTTP/1.1\nHost: a\nContent-Length: 1\n\nx",
                "`Content-Length` and a body cannot stand together",
            ),
            ("GET / HTTP/1.1\nHost: a\nAuthorization: AWS a:b", "`AWS a:b` has no credential scope"),
        ] {
            assert_eq!(read(text).err().as_deref(), Some(error), "{text}");
        }
    }
}
