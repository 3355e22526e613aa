//! What S3 says of keys, names, documents and headers that are out of bounds.

use http::Request;
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde_json::json;
use stackproof_aws::{Credentials, wire};
use stackproof_gateway::ConnectionFacts;

use crate::world::{REGION, World, code, hmac, sha256};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// One request as it stands on the wire.
#[derive(Clone, Copy, Debug)]
struct Sent<'a> {
    method: &'a str,
    /// Path and query, as they are sent.
    target: &'a str,
    headers: &'a [(&'a str, &'a str)],
    body: &'a str,
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

impl Sent<'_> {
    /// Status and code of the answer to it, signed by `who` as it is.
    async fn answered(self, world: &World, who: &Credentials) -> (u16, String) {
        let now = Timestamp::now();
        let (date, time) = (now.strftime("%Y%m%d").to_string(), now.strftime("%Y%m%dT%H%M%SZ").to_string());
        let mut headers = vec![
            ("host".to_owned(), "localhost:4566".to_owned()),
            ("x-amz-content-sha256".to_owned(), "UNSIGNED-PAYLOAD".to_owned()),
            ("x-amz-date".to_owned(), time.clone()),
        ];
        let own: Vec<_> =
            self.headers.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let has = |name: &str| own.iter().any(|(own, _)| own == name);
        headers.retain(|(name, _)| !has(name));
        headers.extend(own);

        let mut names: Vec<_> = headers.iter().map(|(name, _)| name.clone()).collect();
        names.retain(|name| name == "host" || name.starts_with("x-amz-"));
        names.sort();
        names.dedup();
        let value = |name: &String| {
            let values = headers.iter().filter(|(own, _)| own == name).map(|(_, value)| value.trim());
            values.collect::<Vec<_>>().join(",")
        };
        let lines: String = names.iter().map(|name| format!("{name}:{}\n", value(name))).collect();
        let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
        let path = encoded(&decoded(path)).replace("%2F", "/");
        let mut pairs: Vec<_> = query
            .split('&')
            .filter(|pair| !pair.is_empty())
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
            .map(|(name, value)| (encoded(&decoded(name)), encoded(&decoded(&value.replace('+', " ")))))
            .collect();
        pairs.sort();
        let query: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let payload = value(&"x-amz-content-sha256".to_owned());
        let canonical =
            format!("{}\n{path}\n{}\n{lines}\n{}\n{payload}", self.method, query.join("&"), names.join(";"));
        let scope = format!("{date}/{REGION}/s3/aws4_request");
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", sha256(&canonical));
        let seed = format!("AWS4{}", who.secret_access_key.expose()).into_bytes();
        let key =
            [date.as_str(), REGION, "s3", "aws4_request"].iter().fold(seed, |key, part| hmac(&key, part));
        let signature: String = hmac(&key, &text).iter().map(|byte| format!("{byte:02x}")).collect();
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope},SignedHeaders={},Signature={signature}",
            who.access_key_id,
            names.join(";")
        );
        let mut request = Request::builder().method(self.method).uri(self.target);
        request = request.header("authorization", authorization);
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        let (status, body, decision) = world.raw(request, self.body).await;
        let code = body.split("<Code>").nth(1).and_then(|rest| rest.split('<').next());
        (status, code.or(decision.error.as_deref()).unwrap_or("Ok").to_owned())
    }
}

fn put<'a>(target: &'a str, headers: &'a [(&'a str, &'a str)], body: &'a str) -> Sent<'a> {
    Sent { method: "PUT", target, headers, body }
}

fn get(target: &str) -> Sent<'_> {
    Sent { method: "GET", target, headers: &[], body: "" }
}

async fn check(world: &World, cases: &[(Sent<'_>, u16, &str)]) {
    let who = world.operator();
    let mut wrong = Vec::new();
    for (sent, status, code) in cases {
        let answered = sent.answered(world, &who).await;
        if answered != (*status, (*code).to_owned()) {
            let shown: String = format!("{sent:?}").chars().take(300).collect();
            wrong.push(format!("{shown}\n    expected {status} {code}, answered {answered:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn world() -> World {
    let world = World::new().await;
    world.bucket("calls").await;
    world.put(&world.operator(), json!({ "Bucket": "calls", "Key": "k" }), "0123456789").await;
    world
}

#[tokio::test]
async fn keys() {
    let world = world().await;
    let longest = format!("/calls/{}", "%C3%A4".repeat(512));
    let too_long = format!("{longest}a");
    check(
        &world,
        &[
            (put("/calls/a%00b", &[], "x"), 200, "Ok"),
            (put("/calls/a%01%1F%7Fb", &[], "x"), 200, "Ok"),
            (put("/calls/a%0D%0Ab", &[], "x"), 200, "Ok"),
            (put("/calls/a%2Fb%252F+%20c", &[], "x"), 200, "Ok"),
            (put("/calls//a//", &[], "x"), 200, "Ok"),
            (put("/calls/folder/", &[], "x"), 200, "Ok"),
            (put("/calls/%EF%BF%BF%F0%9F%92%BE", &[], "x"), 200, "Ok"),
            (put("/calls/caf%C3%A9", &[], "composed"), 200, "Ok"),
            (put("/calls/cafe%CC%81", &[], "decomposed"), 200, "Ok"),
            (put(&longest, &[], "x"), 200, "Ok"),
            (put(&too_long, &[], "x"), 400, "KeyTooLongError"),
            (get(&too_long), 400, "KeyTooLongError"),
            (put("/calls/a/b/../../c", &[], "x"), 200, "Ok"),
            (put("/calls/a/./..", &[], "x"), 200, "Ok"),
            (put("/calls/../calls/x", &[], "x"), 400, "InvalidURI"),
            (put("/calls/a/../../x", &[], "x"), 400, "InvalidURI"),
            (get("/calls/a/%2E%2E/%2e%2e/b"), 400, "InvalidURI"),
            (put("/calls/%ff", &[], "x"), 400, "InvalidURI"),
            (put("/calls/%C3%28", &[], "x"), 400, "InvalidURI"),
            (put("/calls/%ED%A0%80", &[], "x"), 400, "InvalidURI"),
            (put("/calls/%zz", &[], "x"), 400, "InvalidURI"),
            (put("/calls/a%2", &[], "x"), 400, "InvalidURI"),
        ],
    )
    .await;
    let list = |more: serde_json::Value| {
        let mut members = json!({ "Bucket": "calls" });
        members.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        members
    };
    let listed = world.set("s3:ListObjectsV2", list(json!({ "EncodingType": "url" }))).await;
    let keys: Vec<_> =
        listed["Contents"].as_array().unwrap().iter().map(|it| it["Key"].as_str().unwrap()).collect();
    for key in [
        "a%00b",
        "a%01%1F%7Fb",
        "a%0D%0Ab",
        "a/b%252F%2B+c",
        "/a//",
        "folder/",
        "caf%C3%A9",
        "cafe%CC%81",
        "a/b/../../c",
    ] {
        assert!(keys.contains(&key), "{key} is not in {keys:?}");
    }
    // Not all of them can stand in XML 1.0, and those that can come back as they are.
    let listed = world.set("s3:ListObjectsV2", list(json!({ "Prefix": "a\r" }))).await;
    assert_eq!(listed["Contents"][0]["Key"], "a\r\nb");
    let (_, body, _) = {
        let sent = Request::get("/calls?list-type=2&prefix=a%01").header("host", "localhost");
        world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
        let statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:ListBucket", "Resource": "arn:aws:s3:::calls" });
        world.policy("calls", json!([statement])).await;
        world.raw(sent, "").await
    };
    assert!(body.contains("<Key>a&#x1;&#x1F;\u{7f}b</Key>"), "{body}");
}

#[tokio::test]
async fn bucket_names() {
    let world = World::new().await;
    let long = "a".repeat(64);
    let invalid = [
        "ab",
        &long,
        "Abc",
        "a_b",
        "-ab",
        "ab-",
        ".ab",
        "ab.",
        "a..b",
        "192.168.0.1",
        "xn--abc",
        "sthree-a",
        "amzn-s3-demo-x",
        "a-s3alias",
        "a--ol-s3",
        "a.mrap",
        "a--x-s3",
        "a--table-s3",
        "späm",
        "a b",
    ];
    check(&world, &[(put("/a%00b", &[], ""), 400, "InvalidBucketName")]).await;
    for name in invalid {
        let members =
            json!({ "Bucket": name, "CreateBucketConfiguration": { "LocationConstraint": REGION } });
        let (reply, _) = world.call(&world.operator(), "s3:CreateBucket", members).await;
        assert_eq!((reply.status, code(&reply)), (400, "InvalidBucketName"), "{name}");
    }
    check(
        &world,
        &[
            (get("/Invalid_Name"), 400, "InvalidBucketName"),
            (get("/192.168.0.1"), 400, "InvalidBucketName"),
            (get("/ab/key"), 400, "InvalidBucketName"),
            (put("/a..b/key", &[], "x"), 400, "InvalidBucketName"),
            (get("/no-such-bucket"), 404, "NoSuchBucket"),
            (get("//key"), 400, "InvalidBucketName"),
        ],
    )
    .await;
}

fn tagging(body: &str) -> Sent<'_> {
    put("/calls?tagging", &[], body)
}

#[tokio::test]
async fn documents() {
    let world = world().await;
    let bomb = "<!DOCTYPE lolz [<!ENTITY a \"lol\"><!ENTITY b \"&a;&a;&a;\">]><Tagging><TagSet><Tag><Key>&b;</Key><Value>x</Value></Tag></TagSet></Tagging>";
    let external = "<!DOCTYPE t [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><Tagging><TagSet><Tag><Key>k</Key><Value>&x;</Value></Tag></TagSet></Tagging>";
    let deep = format!("{}{}", "<a>".repeat(5000), "</a>".repeat(5000));
    let tag = |key: &str| format!("<Tag><Key>{key}</Key><Value>v</Value></Tag>");
    let set = |tags: &str| format!("<Tagging><TagSet>{tags}</TagSet></Tagging>");
    let many: String = (0..51).map(|n| tag(&format!("k{n}"))).collect();
    let many = set(&many);
    let object_many = set(&(0..11).map(|n| tag(&format!("k{n}"))).collect::<String>());
    let huge = set(&format!("<!--{}-->", "x".repeat(3 << 20)));
    let good = set(&tag("k"));
    let namespaced = good.replace("<Tagging>", "<Tagging xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">");
    let long_key = set(&tag(&"k".repeat(129)));
    let reserved = set(&tag("aws:x"));
    let twice = set(&(tag("k") + &tag("k")));
    let versioning = |body| put("/calls?versioning", &[], body);
    check(
        &world,
        &[
            (tagging(&good), 204, "Ok"),
            (tagging(&namespaced), 204, "Ok"),
            (tagging(""), 400, "MissingRequestBodyError"),
            (tagging("not xml"), 400, "MalformedXML"),
            (tagging("{\"TagSet\":[]}"), 400, "MalformedXML"),
            (tagging("<Tagging>"), 400, "MalformedXML"),
            (tagging("<Tagging></Other>"), 400, "MalformedXML"),
            (tagging("<Other/>"), 400, "MalformedXML"),
            (tagging("<Tagging/>"), 204, "Ok"),
            (tagging("<Tagging><TagSet/></Tagging><Tagging/>"), 400, "MalformedXML"),
            (tagging("<Tagging><TagSet/><TagSet/></Tagging>"), 400, "MalformedXML"),
            (tagging("<Tagging><TagSet><Tag><Key>k</Key></Tag></TagSet></Tagging>"), 400, "MalformedXML"),
            (tagging("<Tagging><TagSet><Tag><Key>k</Key><Key>l</Key><Value/></Tag></TagSet></Tagging>"), 400, "MalformedXML"),
            (tagging("<Tagging><TagSet><Tag><Key>k</Key><Value/><More/></Tag></TagSet></Tagging>"), 400, "MalformedXML"),
            (tagging("<Tagging><TagSet><Tag><Key>&nbsp;</Key><Value/></Tag></TagSet></Tagging>"), 400, "MalformedXML"),
            (tagging(bomb), 400, "MalformedXML"),
            (tagging(external), 400, "MalformedXML"),
            (tagging(&deep), 400, "MalformedXML"),
            (tagging(&huge), 400, "MaxMessageLengthExceeded"),
            (tagging(&many), 400, "BadRequest"),
            (put("/calls/k?tagging", &[], &object_many), 400, "BadRequest"),
            (tagging(&long_key), 400, "InvalidTag"),
            (tagging(&reserved), 400, "InvalidTag"),
            (tagging(&twice), 400, "InvalidTag"),
            (versioning("<VersioningConfiguration><Status>On</Status></VersioningConfiguration>"), 400, "MalformedXML"),
            (versioning("<VersioningConfiguration><Status>Enabled</Status><Status>Suspended</Status></VersioningConfiguration>"), 400, "MalformedXML"),
            (Sent { method: "POST", target: "/calls?delete", headers: &[("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")], body: "" }, 400, "MissingRequestBodyError"),
            (Sent { method: "POST", target: "/calls?delete", headers: &[], body: "<Delete/>" }, 400, "InvalidRequest"),
            (Sent { method: "POST", target: "/calls/k?uploadId=x", headers: &[], body: "<CompleteMultipartUpload/>" }, 400, "MalformedXML"),
            (put("/calls?policy", &[], "not json"), 400, "MalformedPolicy"),
        ],
    )
    .await;
}

#[tokio::test]
async fn headers_of_puts() {
    let world = world().await;
    let metadata = "m".repeat(2048);
    let tags: Vec<_> = (0..11).map(|n| format!("k{n}=v")).collect();
    let tags = tags.join("&");
    let key = |headers| put("/calls/h", headers, "0123456789");
    check(
        &world,
        &[
            (key(&[("content-length", "5368709121")]), 400, "EntityTooLarge"),
            (key(&[("content-md5", "AAAA")]), 400, "InvalidDigest"),
            (key(&[("content-md5", "%%%")]), 400, "InvalidDigest"),
            (key(&[("content-md5", "1B2M2Y8AsgTpgAmY7PhCfg==")]), 400, "BadDigest"),
            (key(&[("x-amz-checksum-crc32", "AAAAAA==")]), 400, "BadDigest"),
            (key(&[("x-amz-checksum-crc32", "AAAA")]), 400, "InvalidRequest"),
            (key(&[("x-amz-checksum-sha256", "no")]), 400, "InvalidRequest"),
            (
                key(&[("x-amz-checksum-crc32", "y/Q5Jg=="), ("x-amz-checksum-sha1", "x")]),
                400,
                "InvalidRequest",
            ),
            (key(&[("x-amz-sdk-checksum-algorithm", "MD6")]), 400, "InvalidRequest"),
            (key(&[("x-amz-content-sha256", "nonsense")]), 400, "InvalidArgument"),
            (
                key(&[(
                    "x-amz-content-sha256",
                    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                )]),
                400,
                "XAmzContentSHA256Mismatch",
            ),
            (
                key(&[("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")]),
                411,
                "MissingContentLength",
            ),
            (
                key(&[
                    ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
                    ("x-amz-decoded-content-length", "-1"),
                ]),
                411,
                "MissingContentLength",
            ),
            (
                key(&[
                    ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
                    ("x-amz-decoded-content-length", "10"),
                ]),
                400,
                "IncompleteBody",
            ),
            (
                key(&[
                    ("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER"),
                    ("x-amz-decoded-content-length", "5368709121"),
                ]),
                400,
                "EntityTooLarge",
            ),
            (key(&[("x-amz-meta-a", &metadata)]), 400, "MetadataTooLarge"),
            (key(&[("x-amz-meta-ab", &metadata[2..])]), 200, "Ok"),
            (key(&[("x-amz-tagging", &tags)]), 400, "BadRequest"),
            (key(&[("x-amz-tagging", "a=b&a=c")]), 400, "InvalidArgument"),
            (key(&[("x-amz-tagging", "aws:x=y")]), 400, "InvalidTag"),
            (key(&[("x-amz-acl", "private"), ("x-amz-acl", "public-read")]), 400, "InvalidArgument"),
            (key(&[("content-type", "a/b"), ("content-type", "c/d")]), 400, "InvalidRequest"),
            (key(&[("x-amz-storage-class", "SLOW")]), 400, "InvalidStorageClass"),
            (key(&[("x-amz-server-side-encryption", "rot13")]), 400, "InvalidEncryptionAlgorithmError"),
            (key(&[("x-amz-website-redirect-location", "javascript:x")]), 400, "InvalidRedirectLocation"),
            (put("/calls/new", &[("if-none-match", "*")], "x"), 200, "Ok"),
            (key(&[("if-none-match", "*")]), 412, "PreconditionFailed"),
            (key(&[("if-match", "\"0\"")]), 412, "PreconditionFailed"),
            (put("/calls/none", &[("if-match", "\"0\"")], "x"), 404, "NoSuchKey"),
            (key(&[("x-amz-copy-source", "calls")]), 400, "InvalidArgument"),
            (key(&[("x-amz-copy-source", "/calls/none")]), 404, "NoSuchKey"),
            (key(&[("x-amz-copy-source", "/no-such-bucket/k")]), 404, "NoSuchBucket"),
            (key(&[("x-amz-copy-source", "/calls/%ff")]), 400, "InvalidArgument"),
            (put("/calls/k", &[("x-amz-copy-source", "/calls/k")], ""), 400, "InvalidRequest"),
            (key(&[("x-amz-expected-bucket-owner", "222222222222")]), 403, "AccessDenied"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_put_says_how_long_it_is() {
    let world = world().await;
    world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
    let statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::calls/*" });
    world.policy("calls", json!([statement])).await;
    let facts = ConnectionFacts { secure: true, tls_version: None, peer: [127, 0, 0, 1].into() };
    for headers in [&[][..], &[("transfer-encoding", "chunked")]] {
        let mut request = Request::put("/calls/h");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let (status, body, _) = world.handle(facts.clone(), request.body(wire::full("x")).unwrap()).await;
        assert!(status == 411 && body.contains("<Code>MissingContentLength</Code>"), "{body}");
    }
}

#[tokio::test]
async fn queries_and_headers_of_reads() {
    let world = world().await;
    let read = |headers| Sent { method: "GET", target: "/calls/k", headers, body: "" };
    check(
        &world,
        &[
            (read(&[("range", "bytes=2-4")]), 206, "Ok"),
            (read(&[("range", "bytes=4-2")]), 200, "Ok"),
            (read(&[("range", "bytes=0-1,3-4")]), 200, "Ok"),
            (read(&[("range", "lines=1-2")]), 200, "Ok"),
            (read(&[("range", "bytes=10-")]), 416, "InvalidRange"),
            (read(&[("range", "bytes=-0")]), 416, "InvalidRange"),
            (read(&[("range", "bytes=99999999999999999999-")]), 416, "InvalidRange"),
            (read(&[("if-modified-since", "nonsense")]), 200, "Ok"),
            (read(&[("if-unmodified-since", "Thu, 32 Foo 2020 00:00:00 GMT")]), 200, "Ok"),
            (read(&[("if-match", "\"0\"")]), 412, "PreconditionFailed"),
            (read(&[("if-none-match", "*")]), 304, "Ok"),
            (get("/calls/k?partNumber=0"), 400, "InvalidArgument"),
            (get("/calls/k?partNumber=2"), 416, "InvalidPartNumber"),
            (get("/calls/k?partNumber=x"), 400, "InvalidArgument"),
            (get("/calls/k?versionId="), 400, "InvalidArgument"),
            (get("/calls/k?versionId=nonsense"), 400, "InvalidArgument"),
            (get("/calls/k?versionId=null&versionId=null"), 400, "InvalidArgument"),
            (get("/calls/k?acl&tagging"), 400, "InvalidArgument"),
            (get("/calls?acl&policy"), 400, "InvalidArgument"),
            (get("/calls/k?acl&uploadId=x"), 400, "InvalidArgument"),
            (get("/calls/k?uploadId=x"), 404, "NoSuchUpload"),
            (put("/calls/k?uploadId=x&partNumber=0", &[], "x"), 400, "InvalidArgument"),
            (put("/calls/k?uploadId=x&partNumber=10001", &[], "x"), 400, "InvalidArgument"),
            (put("/calls/k?uploadId=x&partNumber=-1", &[], "x"), 400, "InvalidArgument"),
            (put("/calls/k?uploadId=x&partNumber=1", &[], "x"), 404, "NoSuchUpload"),
            (get("/calls?list-type=2&max-keys=0"), 200, "Ok"),
            (get("/calls?list-type=2&max-keys=2147483647"), 200, "Ok"),
            (get("/calls?list-type=2&max-keys=-1"), 400, "InvalidArgument"),
            (get("/calls?list-type=2&max-keys=2147483648"), 400, "InvalidArgument"),
            (get("/calls?list-type=2&max-keys=99999999999999999999"), 400, "InvalidArgument"),
            (get("/calls?list-type=2&max-keys=x"), 400, "InvalidArgument"),
            (get("/calls?list-type=2&max-keys="), 400, "InvalidArgument"),
            (get("/calls?list-type=3"), 400, "InvalidArgument"),
            (get("/calls?list-type=2&encoding-type=base64"), 400, "InvalidArgument"),
            (get("/calls?list-type=2&continuation-token=x"), 400, "InvalidArgument"),
            (get("/calls?list-type=2&fetch-owner=maybe"), 400, "InvalidArgument"),
            (get("/calls?uploads&max-uploads=-1"), 400, "InvalidArgument"),
            (get("/calls?versions&version-id-marker=x"), 400, "InvalidArgument"),
            (get("/calls?prefix=%ff"), 400, "InvalidURI"),
        ],
    )
    .await;
}
