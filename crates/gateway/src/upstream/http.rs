//! An upstream behind a URL.

use std::time::Duration;

use async_trait::async_trait;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, HeaderName, HeaderValue, InvalidHeaderValue};
use http::request::Parts;
use http::{Method, Request, Response};
use http_body_util::BodyExt;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use md5::{Digest, Md5};
use serde_json::Value;
use stackproof_aws::client::{ClientError, Payload, chain, sign_header, url};
use stackproof_aws::codec::{self, WireRequest};
use stackproof_aws::wire::{self, CiphertextKey, Signer};
use stackproof_aws::{Answer, ApiError, Body, CanonicalRequest, Credentials, Operation, Secret, Upstream};
use tokio::time::{Instant, sleep};

use super::answer;
use super::body::{Incoming, Outgoing, Passage, Trailed};
use super::dialect;
use super::digests::Digests;
use super::health::Health;
use crate::authenticate::payload::filtered;

/// How long a connection may take to come about; upstreams are near.
const CONNECT: Duration = Duration::from_secs(5);
/// How long a connection is kept for the next call.
const IDLE: Duration = Duration::from_secs(20);
/// The length of a key's id in the head of a ciphertext.
const KEY_ID: usize = 36;

/// How an upstream is told whose call it executes.
#[derive(Clone, Debug)]
pub enum Identity {
    /// The access key id is the account's id, as LocalStack reads it; a header may say it too.
    Account {
        /// The header.
        header: Option<HeaderName>,
    },
    /// One key pair for everything, of an upstream that checks signatures and knows one account.
    Fixed(Credentials),
}

/// An upstream behind a URL. Calls are signed anew, bodies stream in both directions, answers are passed on unchanged.
pub struct Http {
    name: String,
    base: String,
    client: Client<HttpsConnector<HttpConnector>, Body>,
    identity: Identity,
    timeout: Duration,
    health: Health,
}

impl Http {
    /// The upstream at `base`, called `name` in errors, which may be silent for `timeout` before it counts as lost.
    ///
    /// # Errors
    /// The machine's certificate authorities cannot be read.
    pub fn new(
        name: &str,
        base: &str,
        identity: Identity,
        timeout: Duration,
        health: Health,
    ) -> std::io::Result<Self> {
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT.min(timeout)));
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(rustls::crypto::ring::default_provider())?
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(IDLE)
            .build(connector);
        let base = base.trim_end_matches('/').to_owned();
        Ok(Self { name: name.to_owned(), base, client, identity, timeout, health })
    }

    /// Whether anything speaks HTTP there.
    ///
    /// # Errors
    /// Why nothing does.
    pub async fn reach(&self) -> Result<(), String> {
        let request = Request::get(&self.base).body(wire::empty()).map_err(|error| error.to_string())?;
        match self.send(request, &Passage::default()).await {
            Ok(_) => Ok(()),
            Err(Trouble::Silent) => Err(format!("no answer within {} s", self.timeout.as_secs_f64())),
            Err(Trouble::Unreachable(why) | Trouble::Broken(why) | Trouble::Unsendable(why)) => Err(why),
            Err(Trouble::Refused(error)) => Err(error.to_string()),
        }
    }

    async fn answer(&self, request: CanonicalRequest) -> Result<Response<Body>, Trouble> {
        let CanonicalRequest { operation, account, region, signer, members, body, .. } = request;
        let members = dialect::said(operation, members);
        let wire = codec::encode_request(operation, &members).map_err(|error| {
            Trouble::Refused(ApiError::new(501, "NotImplemented", format!("{}: {error}", self.name)))
        })?;
        let draft =
            Draft { operation, account: &account, region: &region, signer: &signer, members: &members };
        let streamed = operation.input().iter().any(|member| member.streaming);
        let repeatable = !streamed && is_safe(operation, &wire);
        let passage = Passage::default();
        let streamed = streamed.then(|| {
            let compared = filtered(body, Digests::of(&members));
            Outgoing::new(compared, &passage).boxed_unsync()
        });
        let request = self.request(&draft, wire.clone(), streamed)?;
        match self.send(request, &passage).await {
            Err(Trouble::Broken(_)) if repeatable => {
                let again = self.request(&draft, wire, None)?;
                self.send(again, &passage).await
            }
            answer => answer,
        }
    }

    /// The request as it goes over the wire.
    fn request(
        &self,
        draft: &Draft<'_>,
        wire: WireRequest,
        streamed: Option<Body>,
    ) -> Result<Request<Body>, Trouble> {
        let WireRequest { method, path, query, headers, body } = wire;
        let unsendable = |what: &dyn std::fmt::Display| Trouble::Unsendable(what.to_string());
        let path = self.path(draft, path)?;
        let mut request = Request::new(());
        *request.method_mut() = method;
        *request.uri_mut() =
            url(&self.base, &path, &query).parse().map_err(|e: http::uri::InvalidUri| unsendable(&e))?;
        *request.headers_mut() = headers;
        let (mut parts, ()) = request.into_parts();
        let (sent, payload) = match streamed {
            Some(streamed) => streaming(&mut parts, draft, streamed).map_err(|e| unsendable(&e))?,
            None => (whole(&mut parts, draft, &body).map_err(|e| unsendable(&e))?, Payload::Hashed(&body)),
        };
        if let Identity::Account { header: Some(header) } = &self.identity {
            let account = HeaderValue::from_str(draft.account).map_err(|e| unsendable(&e))?;
            parts.headers.insert(header, account);
        }
        let credentials = match (draft.signer, &self.identity) {
            (Signer::Nobody, _) => return Ok(Request::from_parts(parts, sent)),
            (Signer::Caller(credentials), _) | (Signer::Account, Identity::Fixed(credentials)) => {
                credentials.clone()
            }
            (Signer::Account, Identity::Account { .. }) => Credentials {
                access_key_id: draft.account.to_owned(),
                secret_access_key: Secret::new("stackproof"),
                session_token: None,
            },
        };
        let signed = sign_header(&mut parts, payload, draft.operation.service, draft.region, &credentials);
        signed.map_err(|e: ClientError| unsendable(&e))?;
        Ok(Request::from_parts(parts, sent))
    }

    /// The path, in which no key is taken for the end of its bucket's name: LocalStack makes `DeleteBucket` of
    /// `DELETE /bucket//`, and knows the object by `/bucket/%2F`.
    ///
    /// # Errors
    /// An upstream that checks signatures may want another path signed than the one that it is sent.
    fn path(&self, draft: &Draft<'_>, path: String) -> Result<String, Trouble> {
        let key =
            draft.members.get("Key").and_then(Value::as_str).filter(|_| draft.operation.service == "s3");
        let is_slashes = |key: &&str| !key.is_empty() && key.bytes().all(|byte| byte == b'/');
        let Some((bucket, key)) = key.filter(is_slashes).and_then(|key| Some((path.strip_suffix(key)?, key)))
        else {
            return Ok(path);
        };
        let is_checked = match draft.signer {
            Signer::Nobody => false,
            Signer::Caller(_) => true,
            Signer::Account => matches!(self.identity, Identity::Fixed(_)),
        };
        match is_checked {
            true => Err(Trouble::Unsendable(format!("the key `{key}`"))),
            false => Ok(format!("{bucket}{}", "%2F".repeat(key.len()))),
        }
    }

    async fn send(&self, request: Request<Body>, passage: &Passage) -> Result<Response<Body>, Trouble> {
        let since = Instant::now();
        let mut answer = std::pin::pin!(self.client.request(request));
        let answered = loop {
            let left = self.timeout.saturating_sub(passage.silence(since));
            tokio::select! {
                answered = &mut answer => break answered,
                () = sleep(left.max(Duration::from_millis(1))) => {
                    if passage.silence(since) >= self.timeout {
                        return Err(Trouble::Silent);
                    }
                }
            }
        };
        match answered {
            Ok(response) => {
                let (mut parts, body) = response.into_parts();
                parts.headers = answer::passed(parts.headers);
                let body = Incoming::passed(body, &self.name, self.timeout, &self.health);
                Ok(Response::from_parts(parts, body))
            }
            Err(error) => Err(match passage.broken() {
                Some(broken) => Trouble::Refused(broken.into()),
                None if error.is_connect() => Trouble::Unreachable(chain(&error)),
                None => Trouble::Broken(chain(&error)),
            }),
        }
    }

    /// What the client is told. An upstream that cannot be reached, or is silent, is lost.
    fn unavailable(&self, trouble: Trouble) -> ApiError {
        let reason = match trouble {
            Trouble::Refused(error) => return error,
            Trouble::Unsendable(why) => {
                return ApiError::new(
                    501,
                    "NotImplemented",
                    format!("what {} cannot be sent: {why}", self.name),
                );
            }
            Trouble::Broken(why) => format!("{} broke off an answer: {why}", self.name),
            Trouble::Unreachable(why) => {
                let reason = format!("{} cannot be reached at {}: {why}", self.name, self.base);
                self.health.lose(reason.clone());
                reason
            }
            Trouble::Silent => {
                let seconds = self.timeout.as_secs_f64();
                let reason = format!("{} did not answer within {seconds} s", self.name);
                self.health.lose(reason.clone());
                reason
            }
        };
        ApiError::new(503, "ServiceUnavailable", reason)
    }
}

/// What a request is made of besides its encoded members.
struct Draft<'a> {
    operation: &'static Operation,
    account: &'a str,
    region: &'a str,
    signer: &'a Signer,
    members: &'a stackproof_aws::Members,
}

impl Draft<'_> {
    fn is_s3(&self) -> bool {
        matches!(self.operation.service, "s3" | "s3control")
    }

    /// The header of the checksum that the client announced and that is known only at the body's end.
    fn trailer(&self, parts: &Parts) -> Option<String> {
        let algorithm = self.members.get("ChecksumAlgorithm").and_then(Value::as_str)?;
        let header = format!("x-amz-checksum-{}", algorithm.to_ascii_lowercase());
        (!parts.headers.contains_key(&header)).then_some(header)
    }
}

/// Why there is no answer.
enum Trouble {
    /// The call itself is at fault.
    Refused(ApiError),
    /// It cannot be written as HTTP.
    Unsendable(String),
    /// No connection came about.
    Unreachable(String),
    /// The connection ended before an answer came.
    Broken(String),
    /// No answer came in time.
    Silent,
}

/// A document of the service's protocol.
fn whole(parts: &mut Parts, draft: &Draft<'_>, body: &Bytes) -> Result<Body, InvalidHeaderValue> {
    if draft.is_s3() && !body.is_empty() && !parts.headers.contains_key("content-md5") {
        // Some of S3's documents need a digest, and none minds one.
        let digest = HeaderValue::from_str(&STANDARD.encode(Md5::digest(body)))?;
        parts.headers.insert("content-md5", digest);
    }
    if matches!(parts.method, Method::PUT | Method::POST) {
        parts.headers.insert(CONTENT_LENGTH, body.len().into());
    }
    Ok(wire::full(body.clone()))
}

/// A payload that streams through. A checksum that the client sends behind it goes on behind it.
///
/// # Errors
/// What of it cannot be sent.
fn streaming<'a>(parts: &mut Parts, draft: &Draft<'_>, body: Body) -> Result<(Body, Payload<'a>), String> {
    let length = draft.members.get("ContentLength").and_then(Value::as_u64);
    let Some((header, length)) = draft.trailer(parts).zip(length) else {
        if let Some(length) = length {
            parts.headers.insert(CONTENT_LENGTH, length.into());
        }
        return Ok((body, Payload::Unsigned));
    };
    let trailed = Trailed::new(body, &header).ok_or_else(|| format!("the checksum of `{header}`"))?;
    let text = |text: &str| HeaderValue::from_str(text).map_err(|error| error.to_string());
    parts.headers.insert(CONTENT_LENGTH, trailed.length(length).into());
    parts.headers.insert("x-amz-decoded-content-length", length.into());
    parts.headers.insert("x-amz-trailer", text(&header)?);
    let encodings: Vec<_> = ["aws-chunked"]
        .into_iter()
        .chain(parts.headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok()))
        .collect();
    parts.headers.insert(CONTENT_ENCODING, text(&encodings.join(","))?);
    Ok((trailed.boxed_unsync(), Payload::Trailed))
}

/// Whether a call may be made twice: it reads, and has nothing that would be read twice.
fn is_safe(operation: &Operation, wire: &WireRequest) -> bool {
    matches!(wire.method, Method::GET | Method::HEAD) || crate::directory::is_read(operation)
}

#[async_trait]
impl Upstream for Http {
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError> {
        match self.answer(request).await {
            Ok(response) => Ok(Answer::Wire(response)),
            Err(trouble) => Err(self.unavailable(trouble)),
        }
    }

    /// LocalStack and moto write the key's id, as text, before the ciphertext.
    fn ciphertext_key(&self, _region: &str, ciphertext: &[u8]) -> CiphertextKey {
        let id = ciphertext.get(..KEY_ID).and_then(|head| std::str::from_utf8(head).ok());
        let is_id = |id: &&str| {
            let digits = id.strip_prefix("mrk-").unwrap_or(id);
            digits.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
        };
        id.filter(is_id).map_or(CiphertextKey::Unknown, |id| CiphertextKey::Id(id.to_owned()))
    }
}
