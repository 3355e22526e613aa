//! What is done to requests that were meant well.

use stackproof_fuzz::Random;

use super::behind::Held;
use super::buckets::Buckets;
use super::keys;
use super::sent::{Sent, one, rarely};

/// Members of the query that some reader may take for something.
const MEMBERS: [&str; 44] = [
    "versionId=null",
    "versionId=",
    "versionId",
    "versionid=null",
    "VersionId=null",
    "versionId=..",
    "version%49d=null",
    "versionId=null%26acl",
    "acl",
    "acl=",
    "ACL",
    "tagging",
    "tagging=1",
    "uploads",
    "uploadId=x",
    "partNumber=1",
    "partNumber=1&uploadId=x",
    "delete",
    "policy",
    "versions",
    "restore",
    "torrent",
    "select&select-type=2",
    "retention",
    "legal-hold",
    "attributes",
    "list-type=2",
    "list-type=1",
    "prefix=globex/",
    "prefix=globex/&prefix=acme/",
    "x-id=GetObject",
    "x-id=DeleteObject",
    "response-content-type=text/html",
    "unknown",
    "unknown=1",
    "_method=DELETE",
    "x-http-method-override=DELETE",
    "Action=DeleteObject",
    "x-amz-copy-source=/secret/a",
    "x-amz-acl=public-read",
    "X-Amz-Meta-A=1",
    "X-Amz-Expires=1",
    "append&position=0",
    "",
];

/// Headers of the same kind.
const HEADERS: [(&str, &str); 44] = [
    ("x-http-method-override", "DELETE"),
    ("x-http-method", "DELETE"),
    ("x-method-override", "PUT"),
    ("x-original-url", "/secret/a"),
    ("x-rewrite-url", "/secret/a"),
    ("x-forwarded-host", "secret.localhost"),
    ("x-forwarded-prefix", "/secret"),
    ("x-forwarded-for", "10.0.0.1"),
    ("x-amz-target", "DynamoDB_20120810.GetItem"),
    ("x-amz-meta-a", "1"),
    ("x-amz-meta-a", "\u{e9}"),
    ("X-Amz-Meta-B", " a  b "),
    ("x-amz-version-id", "null"),
    ("x-amz-bypass-governance-retention", "true"),
    ("x-amz-expected-bucket-owner", "222222222222"),
    ("x-amz-expected-bucket-owner", "111111111111"),
    ("x-amz-source-expected-bucket-owner", "222222222222"),
    ("x-amz-storage-class", "STANDARD_IA"),
    ("x-amz-storage-class", "NONE_SUCH"),
    ("x-amz-acl", "public-read"),
    ("x-amz-acl", "bucket-owner-full-control"),
    ("x-amz-grant-read", "uri=\"http://acs.amazonaws.com/groups/global/AllUsers\""),
    ("x-amz-tagging", "a=b"),
    ("x-amz-website-redirect-location", "/globex/a"),
    ("x-amz-copy-source-range", "bytes=0-4"),
    ("x-amz-copy-source-if-match", "\"x\""),
    ("x-amz-rename-source", "/globex/a"),
    ("x-amz-write-offset-bytes", "0"),
    ("x-amz-object-lock-legal-hold", "ON"),
    ("x-amz-server-side-encryption", "AES256"),
    ("x-amz-checksum-crc32", "AAAAAA=="),
    ("x-amz-sdk-checksum-algorithm", "CRC32"),
    ("x-amz-mp-object-size", "5"),
    ("content-encoding", "aws-chunked"),
    ("content-encoding", "gzip"),
    ("content-type", "application/x-www-form-urlencoded"),
    ("content-type", "application/xml"),
    ("range", "bytes=0-4"),
    ("range", "bytes=3-"),
    ("if-match", "*"),
    ("if-none-match", "*"),
    ("if-modified-since", "Wed, 01 Jan 2020 00:00:00 GMT"),
    ("te", "trailers"),
    ("x-moto-account-id", "222222222222"),
];

const HOSTS: [&str; 12] = [
    "secret.localhost",
    "SECRET.S3.LOCALHOST.LOCALSTACK.CLOUD",
    "secret.s3.eu-west-2.amazonaws.com.",
    "secret.s3-website.eu-west-2.amazonaws.com",
    "ap-111111111111.s3-accesspoint.eu-west-2.amazonaws.com",
    "111111111111.s3-control.eu-west-2.amazonaws.com",
    "localhost:1",
    "LOCALHOST",
    "",
    "dynamodb.eu-west-2.amazonaws.com",
    "a.b.c.localhost",
    "[::1]",
];

/// Twists a request in one way.
pub fn twist(random: &mut Random, buckets: &Buckets, held: &Held, sent: &mut Sent) {
    match random.below(20) {
        0..5 => keys::splintered(random, &mut sent.path),
        5..9 => {
            let at = random.below(sent.query.len() + 1);
            sent.query.insert(at, one(random, &MEMBERS).as_bytes().to_vec());
        }
        9 => {
            let versions: Vec<_> = held.objects.keys().map(|(.., version)| version).collect();
            if let Some(version) = random.pick(&versions) {
                let name = one(random, &["versionId=", "versionid=", "versionId=%20", "version-id="]);
                sent.query(format!("{name}{version}"));
            }
        }
        10 => {
            if let Some(member) = random.pick(&sent.query).cloned() {
                sent.query.push(member);
            }
        }
        11..15 => {
            let (name, value) = one(random, &HEADERS);
            sent.header(name, value);
        }
        15 => {
            let sources: Vec<_> = held.objects.keys().cloned().collect();
            if let Some((bucket, key, _)) = random.pick(&sources) {
                sent.header("x-amz-copy-source", keys::source(random, bucket, key, None));
            }
        }
        16 => {
            sent.method =
                one(random, &["GET", "PUT", "POST", "DELETE", "HEAD", "OPTIONS", "PATCH", "get", "COPY"])
                    .to_owned();
        }
        17 => host(random, buckets, sent),
        18 => length(random, sent),
        _ => {
            let again: Vec<_> = sent.headers.clone();
            if let Some((name, value)) = random.pick(&again) {
                let value = if rarely(random, 2) { value.clone() } else { b"other".to_vec() };
                sent.header(name, value);
            }
        }
    }
}

/// Another host, one more, none, or the absolute form.
fn host(random: &mut Random, buckets: &Buckets, sent: &mut Sent) {
    let own = sent.value("host").unwrap_or_default();
    let other = one(random, &HOSTS)
        .replace("secret", &buckets.secret)
        .replace("SECRET", &buckets.secret.to_uppercase());
    match random.below(5) {
        0 => sent.headers.retain(|(name, _)| name != "host"),
        1 => sent.header("Host", other),
        2 => sent.authority = format!("http://{own}").into_bytes(),
        3 => sent.authority = format!("http://{other}").into_bytes(),
        _ => {
            sent.headers.retain(|(name, _)| name != "host");
            sent.header("host", other);
        }
    }
}

/// What is said of the body's length.
fn length(random: &mut Random, sent: &mut Sent) {
    let length = sent.body.len();
    match random.below(6) {
        0 => sent.header("content-length", length.to_string()),
        1 => {
            // Both, where the chunks are what the length says or not.
            sent.header("content-length", one(random, &[length, 4, 0]).to_string());
            sent.header("transfer-encoding", one(random, &["chunked", "Chunked", "identity, chunked"]));
        }
        2 => sent.header("transfer-encoding", "chunked"),
        3 => sent.header("content-length", format!("+{length}")),
        4 => {
            sent.header("content-length", length.to_string());
            sent.header("content-length", "0");
        }
        _ => sent.header("content-length", (length / 2).to_string()),
    }
}
