//! Requests that are signed rightly but for one thing, by a signer that shares no code with the client or the gateway.

use std::fmt::Write as _;
use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use stackproof_aws::Credentials;
use stackproof_gateway::{Decision, Outcome};

use crate::world::{REGION, World, hmac, sha256};

type Pairs = Vec<(String, String)>;

/// A request on its way.
#[derive(Clone, Debug)]
pub struct Sent {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Pairs,
    pub body: String,
}

fn pairs<const N: usize>(pairs: [(&str, &str); N]) -> Pairs {
    pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        write!(text, "{byte:02x}").unwrap();
        text
    })
}

impl Sent {
    fn header(&mut self, name: &str) -> &mut String {
        &mut self.headers.iter_mut().find(|(known, _)| known == name).unwrap().1
    }

    fn replace(&mut self, name: &str, from: &str, to: &str) {
        let value = self.header(name);
        assert!(value.contains(from), "{from} in {value}");
        *value = value.replacen(from, to, 1);
    }

    fn add(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Signs what is there: every header by default, all of it written as it has to be signed already.
    pub fn sign(&mut self, who: &Credentials, service: &str, leave_out: &[&str]) {
        let now = Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string();
        self.add("x-amz-date", &now);
        self.add("x-amz-content-sha256", &sha256(&self.body));
        let mut signed: Vec<(String, String)> = Vec::new();
        for (name, value) in &self.headers {
            let (name, value) = (name.to_lowercase(), value.trim_matches(' '));
            match signed.iter_mut().find(|(known, _)| *known == name) {
                Some((_, values)) => *values = format!("{values},{value}"),
                None if leave_out.contains(&name.as_str()) => {}
                None => signed.push((name, value.to_owned())),
            }
        }
        signed.sort();
        let names: Vec<_> = signed.iter().map(|(name, _)| name.as_str()).collect();
        let lines: String = signed.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let mut members: Vec<_> = self.query.split('&').collect();
        members.sort_unstable();
        let canonical = format!(
            "{}\n{}\n{}\n{lines}\n{}\n{}",
            self.method,
            self.path,
            members.join("&"),
            names.join(";"),
            sha256(&self.body)
        );
        let date = &now[..8];
        let scope = format!("{date}/{REGION}/{service}/aws4_request");
        let text = format!("AWS4-HMAC-SHA256\n{now}\n{scope}\n{}", sha256(&canonical));
        let secret = format!("AWS4{}", who.secret_access_key.expose());
        let key = [date, REGION, service, "aws4_request"]
            .iter()
            .fold(secret.into_bytes(), |key, part| hmac(&key, part));
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={}/{scope}, SignedHeaders={}, Signature={}",
            who.access_key_id,
            names.join(";"),
            hex(&hmac(&key, &text))
        );
        self.add("authorization", &authorization);
    }

    /// The answer, with the decision.
    pub async fn answer(&self, world: &World) -> (u16, String, Arc<Decision>) {
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", self.query) };
        let uri = format!("{}{query}", self.path);
        let mut request = http::Request::builder().method(self.method.as_str()).uri(uri);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        world.raw(request, &self.body).await
    }

    /// What the request comes to. A body is compared with its hash as it streams, when it was decided already whether its
    /// signer may write it; then it is the error that refuses it.
    async fn to(&self, world: &World) -> Outcome {
        let (status, _, decision) = self.answer(world).await;
        assert_eq!(status < 300, decision.error.is_none(), "{decision:?}");
        let mismatch = decision.error.as_deref() == Some("XAmzContentSHA256Mismatch");
        if mismatch { Outcome::Rejected } else { decision.outcome }
    }
}

fn put() -> Sent {
    let headers = pairs([
        ("host", "localhost"),
        ("x-amz-meta-agent", "a b"),
        ("a-list", "1"),
        ("a-list", "2"),
        ("content-type", "text/plain"),
    ]);
    let path = "/calls/a%20b/%C3%BC.txt".to_owned();
    Sent { method: "PUT".to_owned(), path, query: String::new(), headers, body: "hello".to_owned() }
}

fn list() -> Sent {
    let query = "delimiter=%2F&list-type=2&max-keys=5&prefix=a%20b".to_owned();
    let (method, path, headers) = ("GET".to_owned(), "/calls".to_owned(), pairs([("host", "localhost")]));
    Sent { method, path, query, headers, body: String::new() }
}

fn call() -> Sent {
    let headers = pairs([
        ("host", "localhost"),
        ("content-type", "application/x-amz-json-1.1"),
        ("x-amz-target", "TrentService.ListKeys"),
    ]);
    let (method, path, query) = ("POST".to_owned(), "/".to_owned(), String::new());
    Sent { method, path, query, headers, body: "{}".to_owned() }
}

type Case = (&'static str, fn(&mut Sent));

/// Of every request, whatever it asks for.
const OF_ALL: [Case; 25] = [
    ("another method", |sent| sent.method = "POST".chars().rev().collect()),
    ("another host", |sent| *sent.header("host") = "other.localhost".to_owned()),
    ("a port more in the host", |sent| sent.header("host").push_str(":443")),
    ("a header of AWS's that is not signed", |sent| sent.add("x-amz-acl", "public-read")),
    ("metadata that is not signed", |sent| sent.add("x-amz-meta-more", "1")),
    ("a signed header that is not sent", |sent| {
        sent.headers.retain(|(name, _)| name != "x-amz-content-sha256")
    }),
    ("a date that is not sent", |sent| sent.headers.retain(|(name, _)| name != "x-amz-date")),
    ("a name less in the list", |sent| sent.replace("authorization", ";x-amz-date", "")),
    ("a name more in the list", |sent| {
        sent.replace("authorization", "SignedHeaders=", "SignedHeaders=accept;")
    }),
    ("names in another order", |sent| {
        sent.replace("authorization", "host;x-amz-content-sha256", "x-amz-content-sha256;host")
    }),
    ("no list of names", |sent| sent.replace("authorization", "SignedHeaders=", "Signed=")),
    ("another time", |sent| {
        let date = sent.header("x-amz-date");
        let last = if date.ends_with("0Z") { "1Z" } else { "0Z" };
        date.replace_range(date.len() - 2.., last);
    }),
    ("another date in the scope", |sent| {
        let yesterday = Timestamp::now() - SignedDuration::from_hours(24);
        let at = sent.header("authorization").find('/').unwrap() + 1;
        sent.header("authorization").replace_range(at..at + 8, &yesterday.strftime("%Y%m%d").to_string());
    }),
    ("another region", |sent| sent.replace("authorization", REGION, "us-east-1")),
    ("another service", |sent| sent.replace("authorization", "/aws4_request", "x/aws4_request")),
    ("another key", |sent| sent.replace("authorization", "Credential=", "Credential=X")),
    ("another end of the scope", |sent| sent.replace("authorization", "aws4_request", "aws4_Request")),
    ("another algorithm", |sent| sent.replace("authorization", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA512")),
    ("a short signature", |sent| assert!(sent.header("authorization").pop().is_some())),
    ("a long signature", |sent| sent.header("authorization").push('0')),
    ("no signature", |sent| {
        let at = sent.header("authorization").find("Signature=").unwrap() + "Signature=".len();
        sent.header("authorization").truncate(at);
    }),
    ("a signature in capitals", |sent| {
        let at = sent.header("authorization").find("Signature=").unwrap() + "Signature=".len();
        let capitals = sent.header("authorization")[at..].to_uppercase();
        sent.header("authorization").replace_range(at.., &capitals);
    }),
    ("two signatures", |sent| {
        let again = sent.header("authorization").clone();
        sent.add("authorization", &again);
    }),
    ("a token that was not signed", |sent| sent.add("x-amz-security-token", "t")),
    ("a hash that is none", |sent| *sent.header("x-amz-content-sha256") = "UNSIGNED-PAYLOAD".to_owned()),
];

const OF_PUTS: [Case; 24] = [
    ("another body of that length", |sent| sent.body = "hallo".to_owned()),
    ("a longer body", |sent| sent.body.push('!')),
    ("another body with its hash", |sent| {
        sent.body = "hallo".to_owned();
        *sent.header("x-amz-content-sha256") = sha256("hallo");
    }),
    ("the body in chunks", |sent| {
        *sent.header("x-amz-content-sha256") = "STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned();
    }),
    ("an empty body", |sent| sent.body.clear()),
    ("a path that is encoded twice", |sent| sent.path = sent.path.replace('%', "%25")),
    ("a plus for a blank in the path", |sent| sent.path = sent.path.replace("%20", "+")),
    ("an empty segment", |sent| sent.path = sent.path.replace("/a", "//a")),
    ("an empty segment at the end", |sent| sent.path.push('/')),
    ("a segment that leads nowhere", |sent| sent.path = sent.path.replace("/a", "/./a")),
    ("a segment that leads back", |sent| sent.path = sent.path.replace("/a", "/x/../a")),
    ("a key in another case", |sent| sent.path = sent.path.replace(".txt", ".TXT")),
    ("a key composed otherwise", |sent| sent.path = sent.path.replace("%C3%BC", "u%CC%88")),
    ("a key that is no text", |sent| sent.path = sent.path.replace("%C3%BC", "%FC")),
    ("another bucket", |sent| sent.path = sent.path.replace("/calls", "/Calls")),
    ("a subresource", |sent| sent.query = "acl".to_owned()),
    ("a key in the query", |sent| sent.query = "X-Amz-Credential=a".to_owned()),
    ("a header without one of its values", |sent| {
        let at = sent.headers.iter().rposition(|(name, _)| name == "a-list").unwrap();
        drop(sent.headers.remove(at));
    }),
    ("a header with a value more", |sent| sent.add("a-list", "3")),
    ("values in another order", |sent| {
        for (name, value) in &mut sent.headers {
            if name == "a-list" {
                *value = if value == "1" { "2" } else { "1" }.to_owned();
            }
        }
    }),
    ("no blank inside a value", |sent| *sent.header("x-amz-meta-agent") = "ab".to_owned()),
    ("a tab inside a value", |sent| *sent.header("x-amz-meta-agent") = "a\tb".to_owned()),
    ("another value", |sent| *sent.header("x-amz-meta-agent") = "a B".to_owned()),
    ("another content type", |sent| *sent.header("content-type") = "text/html".to_owned()),
];

const OF_LISTS: [Case; 14] = [
    ("a member less", |sent| sent.query = sent.query.replace("&max-keys=5", "")),
    ("a member more", |sent| sent.query.push_str("&start-after=x")),
    ("an empty member more", |sent| sent.query.push_str("&fetch-owner")),
    ("a member twice", |sent| sent.query.push_str("&max-keys=5")),
    ("another value", |sent| sent.query = sent.query.replace("max-keys=5", "max-keys=50")),
    ("another case of a name", |sent| sent.query = sent.query.replace("prefix", "Prefix")),
    ("another case of a value", |sent| sent.query = sent.query.replace("a%20b", "A%20b")),
    ("a value that is encoded twice", |sent| sent.query = sent.query.replace("%2F", "%252F")),
    ("a plus that is one", |sent| sent.query = sent.query.replace("%20", "%2B")),
    ("an escape that is none", |sent| sent.query = sent.query.replace("%20", "%2")),
    ("a version", |sent| sent.query = sent.query.replace("list-type=2&", "")),
    ("a bucket's end", |sent| sent.path.push('/')),
    ("a key", |sent| sent.path.push_str("/a")),
    ("a body", |sent| sent.body = "x".to_owned()),
];

const OF_CALLS: [Case; 6] = [
    ("another operation", |sent| sent.replace("x-amz-target", "ListKeys", "ListAliases")),
    ("another body", |sent| sent.body = r#"{"Limit":1}"#.to_owned()),
    ("a blank more in the body", |sent| sent.body.push(' ')),
    ("another content type", |sent| sent.replace("content-type", "1.1", "1.0")),
    ("a member in the query", |sent| sent.query = "a".to_owned()),
    ("an empty segment", |sent| sent.path = "//".to_owned()),
];

/// Changes that mean the same, and are signed alike.
const ACCEPTED: [Case; 11] = [
    ("nothing", |_| {}),
    ("members in another order", |sent| {
        let mut members: Vec<_> = sent.query.split('&').collect();
        members.reverse();
        sent.query = members.join("&");
    }),
    ("an ampersand too many", |sent| {
        if !sent.query.is_empty() {
            sent.query.push('&');
        }
    }),
    ("a plus for a blank in the query", |sent| sent.query = sent.query.replace("%20", "+")),
    ("escapes in small letters", |sent| {
        sent.query = sent.query.replace("%2F", "%2f");
        if sent.path != "/" {
            sent.path = sent.path.replace("%C3%BC", "%c3%bc");
        }
    }),
    ("a slash as an escape", |sent| sent.path = sent.path.replace("b/%C3", "b%2F%C3")),
    ("headers in another order", |sent| {
        let rank = |name: &str| std::cmp::Reverse(name.to_owned());
        sent.headers.sort_by_key(|(name, _)| rank(name));
    }),
    ("blanks about a value", |sent| {
        if let Some((_, value)) = sent.headers.iter_mut().find(|(name, _)| name == "x-amz-meta-agent") {
            *value = "  a   b ".to_owned();
        }
    }),
    ("a header that need not be signed", |sent| sent.add("user-agent", "x")),
    ("no blanks between the parameters", |sent| {
        *sent.header("authorization") = sent.header("authorization").replace(", ", ",");
    }),
    ("values of one header in one line", |sent| {
        if sent.headers.iter().any(|(name, _)| name == "a-list") {
            sent.headers.retain(|(name, _)| name != "a-list");
            sent.add("a-list", "1,2");
        }
    }),
];

#[tokio::test]
async fn near_misses_are_refused_and_what_means_the_same_is_not() {
    let world = World::new().await;
    world.bucket("calls").await;
    let who = world.operator();
    let kinds: [(Sent, &str, &[Case]); 3] =
        [(put(), "s3", &OF_PUTS), (list(), "s3", &OF_LISTS), (call(), "kms", &OF_CALLS)];
    for (mut signed, service, own) in kinds {
        signed.sign(&who, service, &[]);
        for (what, change) in OF_ALL.iter().chain(own) {
            let mut sent = signed.clone();
            change(&mut sent);
            let outcome = sent.to(&world).await;
            let refused =
                [Outcome::Unauthenticated, Outcome::Rejected, Outcome::Undetermined].contains(&outcome);
            assert!(refused, "{what}: {outcome:?}, {sent:?}");
        }
        for (what, change) in ACCEPTED {
            let mut sent = signed.clone();
            change(&mut sent);
            assert_eq!(sent.to(&world).await, Outcome::Allowed, "{what}: {sent:?}");
        }
    }
}

#[tokio::test]
async fn what_a_refused_request_would_have_written_is_not_there() {
    let world = World::new().await;
    world.bucket("calls").await;
    let mut signed = put();
    signed.sign(&world.operator(), "s3", &[]);
    for (_, change) in OF_ALL.iter().chain(&OF_PUTS) {
        let mut sent = signed.clone();
        change(&mut sent);
        sent.to(&world).await;
    }
    let listed = world.set("s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!(listed.get("Contents"), None, "{listed:?}");
    assert_eq!(signed.to(&world).await, Outcome::Allowed);
    let listed = world.set("s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!(listed["Contents"][0]["Key"], "a b/\u{fc}.txt");
}

#[tokio::test]
async fn a_right_signature_over_too_little_is_refused() {
    let world = World::new().await;
    world.bucket("calls").await;
    for (make, service) in [(put as fn() -> Sent, "s3"), (list, "s3"), (call, "kms")] {
        let names: Vec<String> = {
            let mut sent = make();
            sent.sign(&world.operator(), service, &[]);
            sent.headers.iter().map(|(name, _)| name.clone()).collect()
        };
        for name in names.iter().filter(|name| *name == "host" || name.starts_with("x-amz-")) {
            let mut sent = make();
            sent.sign(&world.operator(), service, &[name]);
            assert_eq!(sent.to(&world).await, Outcome::Unauthenticated, "{name} is not signed");
        }
    }
}

/// Bytes that are no text would be told apart by no signature that is made of text.
#[tokio::test]
async fn headers_that_are_no_text_are_not_all_alike() {
    let world = World::new().await;
    world.bucket("calls").await;
    let mut signed = put();
    *signed.header("x-amz-meta-agent") = "\u{fffd}".to_owned();
    signed.sign(&world.operator(), "s3", &[]);
    assert_eq!(signed.to(&world).await, Outcome::Allowed);
    for bytes in [b"\xff", b"\xfe"] {
        let mut request = http::Request::builder().method("PUT").uri(&signed.path);
        for (name, value) in &signed.headers {
            let value = if name == "x-amz-meta-agent" { bytes } else { value.as_bytes() };
            request = request.header(name, http::HeaderValue::from_bytes(value).unwrap());
        }
        let (status, _, decision) = world.raw(request, &signed.body).await;
        assert_eq!((status, decision.outcome), (400, Outcome::Unauthenticated));
    }
}
