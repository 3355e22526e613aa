//! Requests as some other client was seen to send them: the target, the headers and their spelling are that client's,
//! only dates and signature are made anew.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::{BodyExt, Full};

use super::{Client, ClientError, Payload, Signing, Transport, chain, settings, sign};

/// A request as it was recorded.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The method.
    pub method: String,
    /// Path and query, as they stand in the request line.
    pub target: String,
    /// The headers, `Host` among them, but for dates and signature. Where `x-amz-content-sha256` says
    /// `UNSIGNED-PAYLOAD`, the payload is not signed.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Bytes,
    /// How it is signed.
    pub signing: Signing,
    /// How it travels.
    pub transport: Transport,
    /// The region of the credential scope.
    pub region: String,
    /// The service of the credential scope.
    pub service: String,
}

/// The answer to a recorded request, unread: which operation it was is for the other side to say.
#[derive(Debug)]
pub struct Raw {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: HeaderMap,
    /// `x-amz-request-id`, by which the gateway's decision is found.
    pub request_id: String,
    /// The body.
    pub body: Bytes,
}

impl Client {
    /// Sends a request as it was recorded, to this client's endpoint whatever host it names.
    ///
    /// # Errors
    /// A [`ClientError`] where it cannot be sent or no answer comes.
    pub async fn replay(&self, recorded: Recorded) -> Result<Raw, ClientError> {
        let request = self.recorded(recorded)?;
        let failed = |reason: String| ClientError::Transport { url: self.endpoint.https.clone(), reason };
        let response = self.http.request(request).await.map_err(|e| failed(chain(&e)))?;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map_err(|e| failed(chain(&e)))?.to_bytes();
        let id = parts.headers.get("x-amz-request-id").and_then(|id| id.to_str().ok()).unwrap_or_default();
        Ok(Raw { status: parts.status.as_u16(), request_id: id.to_owned(), headers: parts.headers, body })
    }

    fn recorded(&self, recorded: Recorded) -> Result<Request<Full<Bytes>>, ClientError> {
        let Recorded { method, target, headers, body, signing, transport, region, service } = recorded;
        let base = match transport {
            Transport::Https => &self.endpoint.https,
            Transport::Http => &self.endpoint.http,
        };
        let uri = format!("{}{target}", base.trim_end_matches('/'));
        let mut request = Request::builder().method(method.as_str()).uri(uri);
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        let request = request.body(body).map_err(|e| ClientError::Endpoint(e.to_string()))?;
        let (credentials, valid) = match signing {
            Signing::Anonymous => return Ok(request.map(Full::new)),
            Signing::Form(_) => {
                return Err(ClientError::Form("a request that is sent as it was recorded".to_owned()));
            }
            Signing::Header(credentials) => (credentials, None),
            Signing::Presigned(credentials, valid) => (credentials, Some(valid)),
        };
        let mut settings = settings(&service, valid);
        let unsigned = headers.iter().map(|(name, _)| name.to_ascii_lowercase());
        settings.excluded_headers = Some(unsigned.filter(|name| !is_signed(name)).map(Cow::Owned).collect());
        let (mut parts, body) = request.into_parts();
        let payload = Payload::said(&mut parts, &body, valid.is_some());
        sign(&mut parts, payload, &service, &region, &credentials, settings)?;
        Ok(Request::from_parts(parts, Full::new(body)))
    }
}

/// What clients sign: the host, what describes the body, and everything of AWS's. The rest may be changed on the way.
fn is_signed(name: &str) -> bool {
    matches!(name, "host" | "content-type" | "content-md5" | "range") || name.starts_with("x-amz-")
}
