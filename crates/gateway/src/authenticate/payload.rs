//! What a signature says of the payload, and the body that is checked against it as it streams through.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::HeaderMap;
use http_body::{Body as _, Frame};
use http_body_util::BodyExt;
use sha2::{Digest, Sha256};
use stackproof_aws::{ApiError, Body, BodyError};

use super::sigv4::UNSIGNED_PAYLOAD;

/// The word of `x-amz-content-sha256`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Payload {
    /// The payload is not signed.
    Unsigned,
    /// Its SHA-256.
    Hash(String),
    /// It comes in chunks of `aws-chunked`.
    Chunked {
        /// Whether each chunk carries a signature.
        signed: bool,
        /// Whether checksums follow the last chunk.
        trailer: bool,
    },
}

impl Payload {
    /// Reads the header; `None` where it is not sent.
    pub fn of(headers: &HeaderMap) -> Result<Option<Self>, ApiError> {
        let Some(value) = headers.get("x-amz-content-sha256") else { return Ok(None) };
        let payload = match value.to_str().unwrap_or_default() {
            UNSIGNED_PAYLOAD => Self::Unsigned,
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => Self::Chunked { signed: true, trailer: false },
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => Self::Chunked { signed: true, trailer: true },
            "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => Self::Chunked { signed: false, trailer: true },
            hash if hash.len() == 64 && hash.bytes().all(|b| b.is_ascii_hexdigit()) => {
                Self::Hash(hash.to_owned())
            }
            _ => {
                return Err(ApiError::new(
                    400,
                    "InvalidArgument",
                    "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
                     STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid \
                     sha256 value.",
                )
                .detail("ArgumentName", "x-amz-content-sha256"));
            }
        };
        Ok(Some(payload))
    }
}

/// Looks at a body as it passes, and may change or refuse it.
pub(crate) trait Filter: Send + Unpin + 'static {
    /// Takes what came.
    fn feed(&mut self, data: Bytes);
    /// What can be handed on of it by now.
    fn next(&mut self) -> Result<Option<Bytes>, ApiError>;
    /// The body has ended.
    fn finish(&mut self) -> Result<(), ApiError>;
}

/// `body` behind `filter`.
pub(crate) fn filtered(body: Body, filter: impl Filter) -> Body {
    Filtered { body, filter, ended: false }.boxed_unsync()
}

struct Filtered<F> {
    body: Body,
    filter: F,
    ended: bool,
}

impl<F: Filter> Filtered<F> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        loop {
            match self.filter.next() {
                Ok(Some(data)) => return Poll::Ready(Some(Ok(data))),
                Ok(None) if self.ended => return Poll::Ready(None),
                Ok(None) => {}
                Err(error) => return Poll::Ready(Some(Err(BodyError::Api(error)))),
            }
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                Some(Ok(frame)) => {
                    if let Ok(data) = frame.into_data() {
                        self.filter.feed(data);
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    self.ended = true;
                    if let Err(error) = self.filter.finish() {
                        return Poll::Ready(Some(Err(BodyError::Api(error))));
                    }
                }
            }
        }
    }
}

impl<F: Filter> http_body::Body for Filtered<F> {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        let polled = ready!(this.poll(cx));
        if matches!(polled, Some(Err(_))) {
            this.ended = true;
        }
        Poll::Ready(polled.map(|data| data.map(Frame::data)))
    }
}

/// Compares a payload with the hash that its signature covers.
pub(crate) struct Hashed {
    expected: String,
    hasher: Sha256,
    passing: Option<Bytes>,
}

impl Hashed {
    /// A filter that refuses anything but the payload of that hash.
    pub fn new(expected: String) -> Self {
        Self { expected, hasher: Sha256::new(), passing: None }
    }
}

impl Filter for Hashed {
    fn feed(&mut self, data: Bytes) {
        self.hasher.update(&data);
        self.passing = Some(data);
    }

    fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        Ok(self.passing.take())
    }

    fn finish(&mut self) -> Result<(), ApiError> {
        let computed = hex::encode(self.hasher.finalize_reset());
        if computed.eq_ignore_ascii_case(&self.expected) {
            return Ok(());
        }
        Err(ApiError::new(
            400,
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
        )
        .detail("ClientComputedContentSHA256", self.expected.clone())
        .detail("S3ComputedContentSHA256", computed))
    }
}
