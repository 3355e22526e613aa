//! Bodies on their way to an upstream and back.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http_body::{Body as _, Frame};
use http_body_util::BodyExt;
use stackproof_aws::{Body, BodyError};
use tokio::time::{Instant, Sleep, sleep};

use super::health::Health;
use crate::authenticate::checksum::Checksum;

/// The size of a chunk of `aws-chunked`; at least 8 KiB by S3's rules, but for the last.
const CHUNK: usize = 64 * 1024;

/// Where a request's body is on its way, for whoever waits for the answer.
#[derive(Clone, Default)]
pub(super) struct Passage(Arc<Mutex<Passed>>);

#[derive(Default)]
struct Passed {
    /// When the upstream last took something of it.
    taken: Option<Instant>,
    /// Whether it is the client that is waited for.
    awaits_client: bool,
    /// Why it ended early.
    broken: Option<BodyError>,
}

impl Passage {
    /// How long the upstream has been silent since then, which while the client is waited for is no time at all.
    pub fn silence(&self, since: Instant) -> Duration {
        self.with(|passed| match passed.awaits_client {
            true => Duration::ZERO,
            false => passed.taken.unwrap_or(since).max(since).elapsed(),
        })
    }

    /// Why the body ended early, if it did: the client's fault and not the upstream's.
    pub fn broken(&self) -> Option<BodyError> {
        self.with(|passed| passed.broken.take())
    }

    fn with<T>(&self, f: impl FnOnce(&mut Passed) -> T) -> T {
        f(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// A request's body as the upstream takes it. Its last piece is held back until the end is known to be good: a hash or
/// a chunk's signature that does not match shows only there, and by then an upstream would have stored the object.
pub(super) struct Outgoing {
    body: Body,
    held: Option<Bytes>,
    ended: bool,
    passage: Passage,
}

impl Outgoing {
    /// `body`, watched by `passage`.
    pub fn new(body: Body, passage: &Passage) -> Self {
        Self { body, held: None, ended: false, passage: passage.clone() }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyError>>> {
        loop {
            if self.ended {
                return Poll::Ready(self.held.take().map(Ok));
            }
            match ready!(Pin::new(&mut self.body).poll_frame(cx)) {
                None => self.ended = true,
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    if let Some(held) = self.held.replace(data) {
                        return Poll::Ready(Some(Ok(held)));
                    }
                }
                Some(Err(error)) => {
                    (self.ended, self.held) = (true, None);
                    let told = BodyError::Io(error.to_string());
                    self.passage.with(|passed| passed.broken = Some(error));
                    return Poll::Ready(Some(Err(told)));
                }
            }
        }
    }
}

impl http_body::Body for Outgoing {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        let polled = this.poll(cx);
        this.passage.with(|passed| {
            passed.taken = Some(Instant::now());
            passed.awaits_client = polled.is_pending();
        });
        polled.map(|data| data.map(|data| data.map(Frame::data)))
    }
}

/// A body framed as `aws-chunked`, with its checksum behind it.
/// <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>
pub(super) struct Trailed {
    body: Body,
    header: String,
    checksum: Option<Checksum>,
    buffer: BytesMut,
    ended: bool,
}

impl Trailed {
    /// The body with the checksum that this header carries; none for a header of no known algorithm.
    pub fn new(body: Body, header: &str) -> Option<Self> {
        let checksum = Checksum::of_header(header)?;
        Some(Self {
            body,
            header: header.to_owned(),
            checksum: Some(checksum),
            buffer: BytesMut::new(),
            ended: false,
        })
    }

    /// How long it is in this framing, for a payload of that length.
    pub fn length(&self, payload: u64) -> u64 {
        let framed = |size: u64| size + format!("{size:x}").len() as u64 + 4;
        let (whole, rest) = (payload / CHUNK as u64, payload % CHUNK as u64);
        let chunks = whole * framed(CHUNK as u64) + if rest > 0 { framed(rest) } else { 0 };
        // `Checksum::finish` of nothing is as long as that of anything.
        let value = Checksum::of_header(&self.header).map_or(0, |checksum| checksum.finish().len());
        chunks + format!("0\r\n{}:\r\n\r\n", self.header).len() as u64 + value as u64
    }

    /// The next piece that is whole, or what is left at the end.
    fn chunk(&mut self) -> Option<Bytes> {
        let size = self.buffer.len().min(CHUNK);
        if size == CHUNK || self.ended && size > 0 {
            let data = self.buffer.split_to(size);
            let mut chunk = BytesMut::from(format!("{size:x}\r\n").as_bytes());
            chunk.extend_from_slice(&data);
            chunk.extend_from_slice(b"\r\n");
            return Some(chunk.freeze());
        }
        let checksum = self.checksum.take_if(|_| self.ended)?;
        Some(Bytes::from(format!("0\r\n{}:{}\r\n\r\n", self.header, checksum.finish())))
    }
}

impl http_body::Body for Trailed {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        loop {
            if let Some(chunk) = this.chunk() {
                return Poll::Ready(Some(Ok(Frame::data(chunk))));
            }
            if this.ended {
                return Poll::Ready(None);
            }
            match ready!(Pin::new(&mut this.body).poll_frame(cx)) {
                None => this.ended = true,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else { continue };
                    if let Some(checksum) = &mut this.checksum {
                        checksum.update(&data);
                    }
                    this.buffer.extend_from_slice(&data);
                }
            }
        }
    }
}

/// An answer's body. An upstream that stops half-way is lost.
pub(super) struct Incoming {
    body: hyper::body::Incoming,
    silence: Pin<Box<Sleep>>,
    patience: Duration,
    name: String,
    health: Health,
}

impl Incoming {
    /// `body` of the upstream of that name, which may be silent for so long.
    pub fn passed(body: hyper::body::Incoming, name: &str, patience: Duration, health: &Health) -> Body {
        let (name, health) = (name.to_owned(), health.clone());
        Self { body, silence: Box::pin(sleep(patience)), patience, name, health }.boxed_unsync()
    }
}

impl http_body::Body for Incoming {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let this = self.get_mut();
        match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                this.silence.as_mut().reset(Instant::now() + this.patience);
                Poll::Ready(frame.map(|frame| frame.map_err(|error| BodyError::Io(error.to_string()))))
            }
            Poll::Pending => {
                ready!(this.silence.as_mut().poll(cx));
                let seconds = this.patience.as_secs_f64();
                let reason = format!("{} stopped half-way through an answer for {seconds} s", this.name);
                this.health.lose(reason.clone());
                Poll::Ready(Some(Err(BodyError::Io(reason))))
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http_body_util::StreamBody;
    use stackproof_aws::{ApiError, wire};

    fn pieces(pieces: Vec<Result<Bytes, BodyError>>) -> Body {
        let frames = pieces.into_iter().map(|piece| piece.map(Frame::data));
        StreamBody::new(futures_util::stream::iter(frames)).boxed_unsync()
    }

    #[tokio::test]
    async fn the_last_piece_waits_for_a_good_end() {
        let passage = Passage::default();
        let bad = BodyError::Api(ApiError::new(403, "SignatureDoesNotMatch", "chunk"));
        let body = pieces(vec![Ok("first".into()), Ok("last".into()), Err(bad)]);
        let mut body = Outgoing::new(body, &passage);
        assert_eq!(body.frame().await.unwrap().unwrap().into_data().unwrap(), "first");
        assert!(body.frame().await.unwrap().is_err());
        assert!(body.frame().await.is_none());
        assert!(matches!(passage.broken(), Some(BodyError::Api(error)) if error.status == 403));
        let good = Outgoing::new(pieces(vec![Ok("a".into()), Ok("b".into())]), &passage);
        assert_eq!(good.collect().await.unwrap().to_bytes(), "ab");
    }

    #[tokio::test]
    async fn a_trailed_body_is_as_long_as_it_was_said_to_be() {
        for size in [0, 1, 5, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK + 17] {
            for header in ["x-amz-checksum-crc32", "x-amz-checksum-sha256"] {
                let trailed = Trailed::new(wire::full(vec![7; size]), header).unwrap();
                let length = trailed.length(size as u64);
                let bytes = trailed.collect().await.unwrap().to_bytes();
                assert_eq!(bytes.len() as u64, length, "{size}");
            }
        }
        let trailed = Trailed::new(wire::full("123456789"), "x-amz-checksum-crc32").unwrap();
        let bytes = trailed.collect().await.unwrap().to_bytes();
        assert_eq!(bytes, "9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:y/Q5Jg==\r\n\r\n");
        assert!(Trailed::new(wire::empty(), "x-amz-checksum-md6").is_none());
    }
}
