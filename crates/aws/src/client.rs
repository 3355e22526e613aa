//! One small client for every service: encodes by the tables, signs with `aws-sigv4`, speaks HTTP/1.1.

mod form;
mod recorded;

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use aws_sigv4::http_request::{
    PayloadChecksumKind, PercentEncodingMode, SignableBody, SignableRequest, SignatureLocation,
    SigningSettings, UriPathNormalizationMode,
};
use aws_sigv4::sign::v4;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::header::CONTENT_LENGTH;
use http::request::Parts;
use http::{HeaderMap, Method, Request};
use http_body_util::{BodyExt, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use md5::{Digest, Md5};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::codec::{self, CodecError};
use crate::{ApiError, Credentials, Members, Operation};
pub use recorded::{Raw, Recorded};

const QUERY: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

const CONTENT_MD5: &str = "content-md5";
const CONTENT_SHA256: &str = "x-amz-content-sha256";

/// In place of the payload's hash: it is not signed.
const UNSIGNED: &str = "UNSIGNED-PAYLOAD";

/// Where a target listens. Both URLs usually name the same port.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// `http://127.0.0.1:4566`
    pub http: String,
    /// `https://127.0.0.1:4566`
    pub https: String,
    /// The certificate authority to trust, PEM.
    pub ca_pem: String,
}

/// How a call travels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Transport {
    /// Over TLS.
    #[default]
    Https,
    /// In plain.
    Http,
}

/// How a call is signed.
#[derive(Clone, Debug)]
pub enum Signing {
    /// In the `Authorization` header.
    Header(Credentials),
    /// In the query, valid that long.
    Presigned(Credentials, Duration),
    /// As a browser's form with a policy, which only puts can be; without credentials not signed.
    Form(Option<Credentials>),
    /// Not at all.
    Anonymous,
}

/// One call.
#[derive(Clone, Debug)]
pub struct Call {
    /// What is called.
    pub operation: &'static Operation,
    /// Its input, but for a streamed payload.
    pub members: Members,
    /// The streamed payload, where the operation has one.
    pub body: Bytes,
    /// How it is signed.
    pub signing: Signing,
    /// How it travels.
    pub transport: Transport,
    /// The region that it is signed for.
    pub region: String,
    /// Further headers, sent and signed as they are.
    pub headers: Vec<(String, String)>,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// `x-amz-request-id`, by which the gateway's decision is found.
    pub request_id: String,
    /// The output's members, or the service's error.
    pub result: Result<Members, ApiError>,
    /// The streamed payload, where the operation gives one.
    pub body: Bytes,
}

/// A call that could not be made, or whose answer could not be had.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The members do not fit the operation.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// The endpoint's certificate authority is no certificate, or the URL none.
    #[error("the endpoint cannot be used: {0}")]
    Endpoint(String),
    /// The call has what forms do not carry.
    #[error("a form does not carry {0}")]
    Form(String),
    /// The request could not be signed.
    #[error("the request could not be signed: {0}")]
    Signing(String),
    /// No answer came.
    #[error("no answer from `{url}`: {reason}")]
    Transport {
        /// The endpoint.
        url: String,
        /// What happened.
        reason: String,
    },
}

/// Speaks with one endpoint; connections are kept. Clones share them.
#[derive(Clone)]
pub struct Client {
    endpoint: Endpoint,
    http: hyper_util::client::legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Client {
    /// A client of that endpoint, which trusts that endpoint's authority and no other.
    ///
    /// # Errors
    /// [`ClientError::Endpoint`] where the authority is no PEM certificate.
    pub fn new(endpoint: Endpoint) -> Result<Self, ClientError> {
        let wrong = |what: &dyn std::fmt::Display| ClientError::Endpoint(what.to_string());
        let mut roots = RootCertStore::empty();
        for certificate in CertificateDer::pem_slice_iter(endpoint.ca_pem.as_bytes()) {
            roots.add(certificate.map_err(|e| wrong(&e))?).map_err(|e| wrong(&e))?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| wrong(&e))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        let http = hyper_util::client::legacy::Client::builder(TokioExecutor::new()).build(connector);
        Ok(Self { endpoint, http })
    }

    /// Where it speaks to.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// Makes a call. An error of the service is in the reply, not in the result.
    ///
    /// # Errors
    /// A [`ClientError`] where the call could not be made.
    pub async fn send(&self, call: Call) -> Result<Reply, ClientError> {
        let operation = call.operation;
        let request = self.request(call)?;
        let failed = |reason: String| ClientError::Transport { url: self.endpoint.https.clone(), reason };
        let response = self.http.request(request).await.map_err(|e| failed(chain(&e)))?;
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.map_err(|e| failed(chain(&e)))?.to_bytes();
        let result = codec::decode_response(operation, parts.status.as_u16(), &parts.headers, &bytes);
        let id = parts.headers.get("x-amz-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
        let streamed = operation.output().iter().any(|member| member.streaming) && result.is_ok();
        Ok(Reply {
            status: parts.status.as_u16(),
            request_id: id.to_owned(),
            result,
            body: if streamed { bytes } else { Bytes::new() },
            headers: parts.headers,
        })
    }

    /// The URL of a presigned call, as it would be handed to somebody else.
    ///
    /// # Errors
    /// A [`ClientError`] where it cannot be made.
    pub fn presign(&self, call: Call) -> Result<String, ClientError> {
        self.request(call).map(|request| request.uri().to_string())
    }

    fn request(&self, call: Call) -> Result<Request<Full<Bytes>>, ClientError> {
        let wire = codec::encode_request(call.operation, &call.members)?;
        let base = match call.transport {
            Transport::Https => &self.endpoint.https,
            Transport::Http => &self.endpoint.http,
        };
        if let Signing::Form(credentials) = &call.signing {
            return form::request(base, &wire, &call, credentials.as_ref())
                .map(|request| request.map(Full::new));
        }
        let mut request = Request::builder().method(wire.method).uri(url(base, &wire.path, &wire.query));
        for (name, value) in &wire.headers {
            request = request.header(name, value);
        }
        for (name, value) in &call.headers {
            request = request.header(name, value);
        }
        let digested = request.headers_ref().is_some_and(|headers| headers.contains_key(CONTENT_MD5));
        if signing_name(call.operation.service) == "s3" && !wire.body.is_empty() && !digested {
            // Some of S3's documents need a digest, and none minds one.
            request = request.header(CONTENT_MD5, STANDARD.encode(Md5::digest(&wire.body)));
        }
        let body = if wire.body.is_empty() { call.body } else { wire.body };
        let request = request.body(body).map_err(|e| ClientError::Endpoint(e.to_string()))?;
        let (mut parts, body) = request.into_parts();
        let (service, region) = (call.operation.service, &call.region);
        match &call.signing {
            Signing::Anonymous | Signing::Form(_) => {}
            Signing::Header(credentials) => {
                let payload = Payload::said(&mut parts, &body, false);
                sign_header(&mut parts, payload, service, region, credentials)?;
            }
            Signing::Presigned(credentials, valid) => {
                sign_query(&mut parts, service, region, credentials, *valid)?;
            }
        }
        if matches!(parts.method, Method::PUT | Method::POST) {
            // An empty body has a length too, which S3 wants to be told.
            parts.headers.insert(CONTENT_LENGTH, body.len().into());
        }
        Ok(Request::from_parts(parts, Full::new(body)))
    }
}

/// The URL of a request to that base: the path as it is, the query encoded as SigV4 wants it.
pub fn url(base: &str, path: &str, query: &[(String, String)]) -> String {
    let encode = |text: &str| utf8_percent_encode(text, QUERY).to_string();
    let pairs: Vec<_> =
        query.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value))).collect();
    let separator = if pairs.is_empty() { "" } else { "?" };
    format!("{}{path}{separator}{}", base.trim_end_matches('/'), pairs.join("&"))
}

/// How requests to that service are signed; in the query where they are to be valid for a time.
fn settings(service: &str, presigned: Option<Duration>) -> SigningSettings {
    let mut settings = SigningSettings::default();
    if signing_name(service) == "s3" {
        // S3 signs the path as it was sent, and wants the payload's hash named.
        settings.percent_encoding_mode = PercentEncodingMode::Single;
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    if presigned.is_some() {
        settings.signature_location = SignatureLocation::QueryParams;
        settings.expires_in = presigned;
    }
    settings
}

/// What a signature says of the payload.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'a> {
    /// Its hash.
    Hashed(&'a [u8]),
    /// Nothing.
    Unsigned,
    /// Nothing, but that it comes as `aws-chunked` with its checksum behind it.
    Trailed,
}

impl<'a> Payload<'a> {
    /// What a request's header says of it, which signing says anew; presigned URLs know nothing of their payload.
    fn said(request: &mut Parts, body: &'a [u8], presigned: bool) -> Self {
        let mut said = || request.headers.remove(CONTENT_SHA256).is_some_and(|hash| hash == UNSIGNED);
        if presigned || said() { Self::Unsigned } else { Self::Hashed(body) }
    }
}

/// Signs a request in its query, to be good for a time. Those of S3 know nothing of their payload, all others have none.
///
/// # Errors
/// As of [`sign_header`].
pub fn sign_query(
    request: &mut Parts,
    service: &str,
    region: &str,
    credentials: &Credentials,
    valid: Duration,
) -> Result<(), ClientError> {
    let payload = if signing_name(service) == "s3" { Payload::Unsigned } else { Payload::Hashed(&[]) };
    sign(request, payload, service, region, credentials, settings(service, Some(valid)))
}

/// Signs a request in its header, as the service of that name wants it.
///
/// # Errors
/// [`ClientError::Signing`] where a header is no text, or the request cannot be signed.
pub fn sign_header(
    request: &mut Parts,
    payload: Payload<'_>,
    service: &str,
    region: &str,
    credentials: &Credentials,
) -> Result<(), ClientError> {
    sign(request, payload, service, region, credentials, settings(service, None))
}

fn sign(
    request: &mut Parts,
    payload: Payload<'_>,
    service: &str,
    region: &str,
    credentials: &Credentials,
    settings: SigningSettings,
) -> Result<(), ClientError> {
    sign_at(SystemTime::now(), request, payload, (service, region), credentials, settings)
}

fn sign_at(
    time: SystemTime,
    request: &mut Parts,
    payload: Payload<'_>,
    (service, region): (&str, &str),
    credentials: &Credentials,
    settings: SigningSettings,
) -> Result<(), ClientError> {
    let wrong = |what: &dyn std::fmt::Display| ClientError::Signing(what.to_string());
    let token = credentials.session_token.as_ref().map(|token| token.expose().to_owned());
    let secret = credentials.secret_access_key.expose();
    let identity =
        aws_credential_types::Credentials::new(&credentials.access_key_id, secret, token, None, "stackproof");
    let identity = identity.into();
    let params = v4::SigningParams::builder()
        .identity(&identity)
        .region(region)
        .name(signing_name(service))
        .time(time)
        .settings(settings)
        .build()
        .map_err(|e| wrong(&e))?
        .into();
    let uri = request.uri.to_string();
    let headers: Result<Vec<_>, _> =
        request.headers.iter().map(|(name, value)| Ok((name.as_str(), value.to_str()?))).collect();
    let headers = headers.map_err(|e: http::header::ToStrError| wrong(&e))?;
    let payload = match payload {
        Payload::Hashed(bytes) => SignableBody::Bytes(bytes),
        Payload::Unsigned => SignableBody::UnsignedPayload,
        Payload::Trailed => SignableBody::StreamingUnsignedPayloadTrailer,
    };
    let signable = SignableRequest::new(request.method.as_str(), &uri, headers.into_iter(), payload);
    let output =
        aws_sigv4::http_request::sign(signable.map_err(|e| wrong(&e))?, &params).map_err(|e| wrong(&e))?;
    let (instructions, _) = output.into_parts();
    let mut signed = Request::new(());
    *signed.uri_mut() = request.uri.clone();
    std::mem::swap(signed.headers_mut(), &mut request.headers);
    instructions.apply_to_request_http1x(&mut signed);
    let (signed, ()) = signed.into_parts();
    request.uri = signed.uri;
    request.headers = signed.headers;
    Ok(())
}

/// The name in the credential scope where it is not the service's prefix. S3 Control is S3 on another host.
fn signing_name(service: &str) -> &str {
    match service {
        "dynamodbstreams" => "dynamodb",
        "s3control" => "s3",
        other => other,
    }
}

/// An error with its causes, since hyper keeps the reason in them.
pub fn chain(error: &dyn std::error::Error) -> String {
    let causes = std::iter::successors(Some(error), |error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

#[cfg(test)]
mod tests;
