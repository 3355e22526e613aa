//! Requests and answers on their way to an upstream over HTTP and back, byte by byte.

use std::convert::Infallible;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use futures_util::stream;
use http::{HeaderMap, Method, Request, Response};
use http_body::Frame;
use http_body_util::{BodyExt, Full, StreamBody};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use serde_json::json;
use stackproof_aws::{Answer, ApiError, BodyError, CanonicalRequest, Upstream, wire};
use stackproof_emulator::Emulator;
use stackproof_gateway::upstream::{Health, Http, Identity};
use stackproof_gateway::{Enforcement, Outcome};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::world::World;

/// What reached the upstream whole.
#[derive(Clone, Debug)]
struct Seen {
    method: Method,
    path: String,
    headers: HeaderMap,
    body: Bytes,
}

/// Configuration is the emulator's; objects are what a server of the test's own makes of them.
struct Split {
    emulator: Emulator,
    objects: Http,
}

#[async_trait]
impl Upstream for Split {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        match request.operation.name.as_str() {
            "GetObject" | "PutObject" => self.objects.call(request).await,
            _ => self.emulator.call(request).await,
        }
    }
}

/// A gateway before a server, with a bucket that everyone may read and write.
struct Setting {
    world: World,
    seen: Arc<Mutex<Vec<Seen>>>,
    health: Health,
}

impl Setting {
    /// `answer` makes each answer out of what came, and of how many came before.
    async fn new(
        timeout: Duration,
        answer: impl Fn(usize) -> Option<Response<wire::Body>> + Clone + Send + Sync + 'static,
    ) -> Self {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(serve(listener, Arc::clone(&seen), answer));
        let health = Health::default();
        let identity = Identity::Account { header: None };
        let objects = Http::new("the upstream", &url, identity, timeout, health.clone()).unwrap();
        let emulator = Emulator::new(stackproof_aws::Clock::system());
        let world = World::before(Arc::new(Split { emulator, objects }), Enforcement::Gateway).await;
        world.bucket("calls").await;
        world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
        let everyone = json!({
            "Effect": "Allow", "Principal": "*", "Action": ["s3:PutObject", "s3:GetObject", "s3:ListBucket"],
            "Resource": ["arn:aws:s3:::calls", "arn:aws:s3:::calls/*"],
        });
        world.policy("calls", json!([everyone])).await;
        Self { world, seen, health }
    }

    fn last(&self) -> Seen {
        self.seen.lock().unwrap().last().cloned().unwrap()
    }

    fn count(&self) -> usize {
        self.seen.lock().unwrap().len()
    }

    async fn open(&self, head: &str, body: &[u8]) -> TcpStream {
        let mut stream = TcpStream::connect(self.world.server.address()).await.unwrap();
        let head = format!("{}\r\nhost: localhost\r\n\r\n", head.trim().replace('\n', "\r\n"));
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(body).await.unwrap();
        stream
    }

    /// The answer to a raw request, read until the connection ends.
    async fn raw(&self, head: &str, body: &[u8]) -> String {
        let head = format!("{}\nconnection: close", head.trim());
        let mut stream = self.open(&head, body).await;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await.unwrap();
        String::from_utf8_lossy(&answer).into_owned()
    }
}

async fn serve(
    listener: TcpListener,
    seen: Arc<Mutex<Vec<Seen>>>,
    answer: impl Fn(usize) -> Option<Response<wire::Body>> + Clone + Send + Sync + 'static,
) {
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        let (seen, answer) = (Arc::clone(&seen), answer.clone());
        tokio::spawn(async move {
            let service = service_fn(move |request: Request<Incoming>| {
                let (seen, answer) = (Arc::clone(&seen), answer.clone());
                async move {
                    let (parts, body) = request.into_parts();
                    let body = body.collect().await.map_err(std::io::Error::other)?.to_bytes();
                    let before = seen.lock().unwrap().len();
                    let path = parts.uri.path().to_owned();
                    seen.lock().unwrap().push(Seen {
                        method: parts.method,
                        path,
                        headers: parts.headers,
                        body,
                    });
                    // Without an answer the connection ends here.
                    answer(before).ok_or(std::io::Error::other("gone"))
                }
            });
            let _ = http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
        });
    }
}

fn answered(status: u16, headers: &[(&str, &str)], body: &'static str) -> Response<wire::Body> {
    let mut response = Response::builder().status(status);
    for (name, value) in headers {
        response = response.header(*name, *value);
    }
    response.body(wire::full(body)).unwrap()
}

const PATIENT: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_payload_arrives_as_it_was_sent_under_the_account_of_the_bucket() {
    let setting = Setting::new(PATIENT, |_| Some(answered(200, &[("etag", "\"e\"")], ""))).await;
    let head = "PUT /calls/a%20b/%C3%BC HTTP/1.1\ncontent-length: 5\ncontent-type: audio/wav\n\
                x-amz-meta-agent: 7\nauthority: nobody\ncookie: mine";
    let answer = setting.raw(head, b"hello").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let Seen { method, headers, body, .. } = setting.last();
    assert_eq!((method, &*body), (Method::PUT, &b"hello"[..]));
    assert_eq!(headers["content-length"], "5");
    assert_eq!(headers["content-type"], "audio/wav");
    assert_eq!(headers["x-amz-meta-agent"], "7");
    assert!(headers["authorization"].to_str().unwrap().contains("Credential=111111111111/"));
    // What is no member of the operation goes no further.
    assert!(!headers.contains_key("cookie") && !headers.contains_key("authority"));
}

#[tokio::test]
async fn a_key_of_slashes_is_not_taken_for_its_bucket() {
    let setting = Setting::new(PATIENT, |_| Some(answered(200, &[], ""))).await;
    for (sent, arrived) in
        [("/calls//", "/calls/%2F"), ("/calls///", "/calls/%2F%2F"), ("/calls//a/", "/calls//a/")]
    {
        let answer = setting.raw(&format!("GET {sent} HTTP/1.1"), b"").await;
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        assert_eq!(setting.last().path, arrived);
    }
    // An upstream that checks signatures is not sent another path than it would have signed.
    let identity = Identity::Fixed(setting.world.operator());
    let http = Http::new("the upstream", "http://127.0.0.1:1", identity, PATIENT, Health::default()).unwrap();
    let emulator = Emulator::new(stackproof_aws::Clock::system());
    let world = World::before(Arc::new(Split { emulator, objects: http }), Enforcement::Gateway).await;
    world.bucket("calls").await;
    let (_, decision) =
        world.call(&world.operator(), "s3:GetObject", json!({ "Bucket": "calls", "Key": "//" })).await;
    let reason = decision.reason.clone().unwrap_or_default();
    assert_eq!(decision.outcome, Outcome::Undetermined);
    assert!(reason.contains("the key `//`"), "{reason}");
}

#[tokio::test]
async fn a_checksum_behind_a_payload_goes_on_behind_it() {
    let setting = Setting::new(PATIENT, |_| Some(answered(200, &[], ""))).await;
    let body = b"9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n";
    let head = format!(
        "PUT /calls/a HTTP/1.1\ncontent-length: {}\ncontent-encoding: aws-chunked\nx-amz-trailer: x-amz-checksum-crc32\n\
         x-amz-decoded-content-length: 9\nx-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        body.len()
    );
    let answer = setting.raw(&head, body).await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    let Seen { headers, body: arrived, .. } = setting.last();
    assert_eq!(&*arrived, &body[..]);
    assert_eq!(headers["x-amz-trailer"], "x-amz-checksum-crc32");
    assert_eq!(headers["x-amz-decoded-content-length"], "9");
    assert_eq!(headers["x-amz-content-sha256"], "STREAMING-UNSIGNED-PAYLOAD-TRAILER");

    let wrong = b"9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:AAAAAA==\r\n\r\n";
    let answer = setting.raw(&head, wrong).await;
    assert!(answer.contains("<Code>BadDigest</Code>"), "{answer}");
    assert_eq!(setting.count(), 1, "an upstream must not be given all of a payload that is refused");
    assert_eq!(setting.health.lost(), None);
}

#[tokio::test]
async fn a_payload_that_is_not_what_was_said_never_arrives_whole() {
    let setting = Setting::new(PATIENT, |_| Some(answered(200, &[], ""))).await;
    for (header, code) in [
        (
            "x-amz-content-sha256: 0000000000000000000000000000000000000000000000000000000000000000",
            "XAmzContentSHA256Mismatch",
        ),
        ("x-amz-checksum-crc32: AAAAAA==", "BadDigest"),
        ("content-md5: AAAAAAAAAAAAAAAAAAAAAA==", "BadDigest"),
    ] {
        let head = format!("PUT /calls/a HTTP/1.1\ncontent-length: 5\n{header}");
        let answer = setting.raw(&head, b"hello").await;
        assert!(answer.contains(&format!("<Code>{code}</Code>")), "{header}: {answer}");
        assert_eq!(setting.count(), 0, "{header}");
    }
}

#[tokio::test]
async fn an_answer_is_passed_on_without_what_is_between_neighbours() {
    let error = "<?xml version=\"1.0\"?><Error><Code>Odd</Code><Message>of its own</Message></Error>";
    let setting = Setting::new(PATIENT, move |before| {
        Some(match before {
            0 => answered(
                200,
                &[
                    ("x-amz-version-id", "v1"),
                    ("server", "theirs"),
                    ("keep-alive", "timeout=5"),
                    ("x-hop", "1"),
                    ("connection", "x-hop"),
                ],
                "content",
            ),
            _ => answered(418, &[("x-odd", "1"), ("content-type", "application/xml")], error),
        })
    })
    .await;
    let answer = setting.raw("GET /calls/a HTTP/1.1", b"").await;
    assert!(answer.ends_with("\r\n\r\ncontent"), "{answer}");
    assert!(answer.contains("x-amz-version-id: v1"), "{answer}");
    for gone in ["theirs", "keep-alive", "x-hop"] {
        assert!(!answer.contains(gone), "{gone} is in {answer}");
    }
    let answer = setting.raw("GET /calls/a HTTP/1.1", b"").await;
    assert!(answer.starts_with("HTTP/1.1 418 ") && answer.contains("x-odd: 1"), "{answer}");
    assert!(answer.ends_with(error), "{answer}");
    let decisions = setting.world.gateway.decisions().drain();
    let last = decisions.last().unwrap();
    assert_eq!((last.outcome, last.error.as_deref()), (Outcome::Allowed, Some("Odd")));
}

#[tokio::test]
async fn reads_are_made_once_more_where_a_connection_breaks_and_writes_are_not() {
    let setting =
        Setting::new(PATIENT, |before| (before % 2 == 1).then(|| answered(200, &[], "content"))).await;
    let answer = setting.raw("GET /calls/a HTTP/1.1", b"").await;
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(setting.count(), 2);
    let answer = setting.raw("PUT /calls/a HTTP/1.1\ncontent-length: 5", b"hello").await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("the upstream broke off an answer"), "{answer}");
    assert_eq!(setting.count(), 3);
    assert_eq!(setting.health.lost(), None);
}

#[tokio::test]
async fn an_upstream_that_is_silent_or_gone_is_lost() {
    let identity = || Identity::Account { header: None };
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let (patience, health) = (Duration::from_millis(200), Health::default());
    let http = Http::new("the upstream", &url, identity(), patience, health.clone()).unwrap();
    let world = World::before(Arc::new(http), Enforcement::Gateway).await;
    let (reply, _) = world.call(&world.operator(), "s3:ListBuckets", json!({})).await;
    assert_eq!(reply.status, 503);
    assert_eq!(health.until_lost().await, "the upstream did not answer within 0.2 s");

    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let health = Health::default();
    let gone = Http::new("the upstream", &url, identity(), PATIENT, health.clone()).unwrap();
    assert!(gone.reach().await.is_err());
    let world = World::before(Arc::new(gone), Enforcement::Gateway).await;
    let (reply, decision) = world.call(&world.operator(), "s3:ListBuckets", json!({})).await;
    assert_eq!((reply.status, decision.error.as_deref()), (503, Some("ServiceUnavailable")));
    let lost = health.lost().unwrap();
    assert!(lost.starts_with(&format!("the upstream cannot be reached at {url}: ")), "{lost}");
    // What cannot be read decides nothing.
    let (_, decision) = world.call(&world.operator(), "s3:ListObjectsV2", json!({ "Bucket": "calls" })).await;
    assert_eq!(decision.outcome, Outcome::Undetermined);
}

#[tokio::test]
async fn a_client_that_is_slow_is_not_an_upstream_that_is_silent() {
    let setting = Setting::new(Duration::from_secs(2), |_| Some(answered(200, &[], ""))).await;
    let mut stream =
        setting.open("PUT /calls/a HTTP/1.1\ncontent-length: 10\nconnection: close", b"hello").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    stream.write_all(b"world").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(&*setting.last().body, b"helloworld");
    assert_eq!(setting.health.lost(), None);
}

/// An answer of many pieces that counts those that were taken.
fn pieces(taken: &Arc<AtomicUsize>) -> Response<wire::Body> {
    let taken = Arc::clone(taken);
    let frames = stream::unfold(0_usize, move |at| {
        let taken = Arc::clone(&taken);
        async move {
            (at < PIECES).then(|| {
                taken.fetch_add(1, Ordering::Relaxed);
                (Ok::<_, BodyError>(Frame::data(Bytes::from(vec![7; PIECE]))), at + 1)
            })
        }
    });
    Response::new(StreamBody::new(frames).boxed_unsync())
}

const PIECE: usize = 1 << 20;
const PIECES: usize = 256;
/// What sockets and buffers between an upstream and a client that does not read may hold, with room to spare.
const HELD: usize = 32;

#[tokio::test(flavor = "multi_thread")]
async fn a_large_answer_waits_for_its_reader() {
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&taken);
    let setting = Setting::new(PATIENT, move |_| Some(pieces(&counted))).await;
    let mut stream = setting.open("GET /calls/a HTTP/1.1\nconnection: close", b"").await;
    let mut first = vec![0; 4096];
    stream.read_exact(&mut first).await.unwrap();
    // Whatever flows without a reader has flown by the time that the number stands.
    let mut before = usize::MAX;
    while taken.load(Ordering::Relaxed) != before {
        before = taken.load(Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert!(before < HELD, "{before} MiB were taken for nobody");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.unwrap();
    assert!(first.len() + rest.len() > PIECE * PIECES);
    assert_eq!(taken.load(Ordering::Relaxed), PIECES);
}

#[tokio::test]
async fn connections_are_kept() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::Relaxed);
            let service = service_fn(|_: Request<Incoming>| async {
                Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(b"<a/>"))))
            });
            tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
        }
    });
    let identity = Identity::Account { header: None };
    let http = Http::new("the upstream", &url, identity, PATIENT, Health::default()).unwrap();
    let world = World::before(Arc::new(http), Enforcement::Gateway).await;
    for _ in 0..5 {
        let (reply, _) = world.call(&world.operator(), "s3:ListBuckets", json!({})).await;
        assert_eq!(reply.status, 200);
    }
    assert_eq!(connections.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn a_checksum_that_is_not_known_is_refused_and_nothing_is_sent() {
    let setting = Setting::new(PATIENT, |_| Some(answered(200, &[], ""))).await;
    let head = "PUT /calls/a HTTP/1.1\ncontent-length: 5\nx-amz-sdk-checksum-algorithm: XXHASH64";
    let answer = setting.raw(head, b"hello").await;
    assert!(!answer.starts_with("HTTP/1.1 200 "), "{answer}");
    assert_eq!(setting.count(), 0);
}
