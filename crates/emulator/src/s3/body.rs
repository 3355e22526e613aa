//! The bytes of objects and parts: in memory while they are few, else in the spool's file; never copied once stored.

mod digest;
mod receive;
mod spool;

use std::ops::Range;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::stream;
use http_body::Frame;
use http_body_util::{BodyExt, StreamBody};
use stackproof_aws::{ApiError, BodyError, wire};

use super::checksum::Algorithm;
use digest::Digester;
use spool::Spilled;

pub(crate) use digest::{Digests, Hasher};
pub(crate) use receive::receive;
pub(crate) use spool::Spool;

/// The most that is held in memory of one body.
const IN_MEMORY: usize = 1 << 20;

/// A stored body: a list of pieces, which its clones, copies of the object, ranges and composed objects share.
#[derive(Clone, Default)]
pub(crate) struct Stored {
    segments: Arc<[Segment]>,
    len: u64,
    digests: Arc<Digests>,
}

/// A piece that lies in one place.
#[derive(Clone)]
enum Segment {
    Memory(Bytes),
    Spilled { of: Arc<Spilled>, start: u64, len: u64 },
}

impl Segment {
    fn len(&self) -> u64 {
        match self {
            Self::Memory(bytes) => bytes.len() as u64,
            Self::Spilled { len, .. } => *len,
        }
    }

    /// The bytes of a range that lies inside.
    fn slice(&self, range: Range<u64>) -> Self {
        match self {
            Self::Memory(bytes) => {
                let end = usize::try_from(range.end).map_or(bytes.len(), |end| end.min(bytes.len()));
                let start = usize::try_from(range.start).map_or(end, |start| start.min(end));
                Self::Memory(bytes.slice(start..end))
            }
            Self::Spilled { of, start, .. } => Self::Spilled {
                of: Arc::clone(of),
                start: start + range.start,
                len: range.end.saturating_sub(range.start),
            },
        }
    }

    /// The first bytes from an offset on, as many as can be had at once.
    async fn read(&self, offset: u64) -> Result<Bytes, ApiError> {
        match self {
            Self::Memory(_) => match self.slice(offset..self.len()) {
                Self::Memory(bytes) => Ok(bytes),
                Self::Spilled { .. } => Ok(Bytes::new()),
            },
            Self::Spilled { of, start, len } => of.read(start + offset, len.saturating_sub(offset)).await,
        }
    }
}

impl Stored {
    fn new(segments: Vec<Segment>, digests: Digests) -> Self {
        let len = segments.iter().map(Segment::len).sum();
        Self { segments: segments.into(), len, digests: Arc::new(digests) }
    }

    /// The bytes in one piece of memory, read where they are not.
    ///
    /// # Errors
    /// `InternalError` where they could not be read.
    pub async fn gathered(&self) -> Result<Bytes, ApiError> {
        if let [Segment::Memory(bytes)] = self.segments.as_ref() {
            return Ok(bytes.clone());
        }
        Ok(self.stream().collect().await.map_err(unreadable)?.to_bytes())
    }

    /// How many bytes there are.
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// What is known of the digests without reading.
    pub fn digests(&self) -> &Digests {
        &self.digests
    }

    /// The bytes of a range that lies inside.
    pub fn slice(&self, range: Range<u64>) -> Self {
        if range == (0..self.len) {
            return self.clone();
        }
        let mut segments = Vec::new();
        let mut at = 0;
        for segment in self.segments.iter() {
            let (from, to) = (range.start.max(at), range.end.min(at + segment.len()));
            if from < to {
                segments.push(segment.slice(from - at..to - at));
            }
            at += segment.len();
        }
        Self::new(segments, Digests::default())
    }

    /// Bodies one behind the other. The digests that follow from theirs are known.
    pub fn concat<'a>(bodies: impl Iterator<Item = &'a Self> + Clone) -> Self {
        let segments = bodies.clone().flat_map(|body| body.segments.iter().cloned()).collect();
        let digests = Digests::combined(bodies.map(|body| (body.digests(), body.len)));
        Self::new(segments, digests)
    }

    /// The same with its MD5 and the checksum of that algorithm known; it is read where they are not.
    ///
    /// # Errors
    /// `InternalError` where it could not be read.
    pub async fn digested(self, algorithm: Algorithm) -> Result<Self, ApiError> {
        if self.digests.cover(algorithm) {
            return Ok(self);
        }
        let mut digester = Digester::new([algorithm]);
        let mut body = self.stream();
        while let Some(frame) = body.frame().await {
            if let Ok(data) = frame.map_err(unreadable)?.into_data() {
                digester.update(&data);
            }
        }
        Ok(Self { digests: Arc::new(digester.finish()), ..self })
    }

    /// The bytes as they are asked for.
    pub fn stream(&self) -> wire::Body {
        let segments = Arc::clone(&self.segments);
        let chunks =
            stream::try_unfold((segments, 0_usize, 0_u64), |(segments, mut index, mut offset)| async move {
                while let Some(segment) = segments.get(index) {
                    if offset < segment.len() {
                        let chunk = segment.read(offset).await.map_err(BodyError::Api)?;
                        offset += chunk.len() as u64;
                        return Ok(Some((Frame::data(chunk), (segments, index, offset))));
                    }
                    (index, offset) = (index + 1, 0);
                }
                Ok(None)
            });
        StreamBody::new(chunks).boxed_unsync()
    }
}

/// A body whose first bytes have been read, so that one that cannot be read is an error and no broken answer.
///
/// # Errors
/// What the first bytes ended in.
pub(crate) async fn begun(mut body: wire::Body) -> Result<wire::Body, ApiError> {
    let Some(first) = body.frame().await else { return Ok(wire::empty()) };
    let first = first.map_err(unreadable)?;
    let rest = stream::unfold(body, |mut body| async move { Some((body.frame().await?, body)) });
    let frames = futures_util::StreamExt::chain(stream::iter([Ok(first)]), rest);
    Ok(StreamBody::new(frames).boxed_unsync())
}

/// What is stored is ours: that it cannot be read is no fault of a request's body.
fn unreadable(error: BodyError) -> ApiError {
    match error {
        BodyError::Api(error) => error,
        BodyError::Io(reason) => ApiError::internal(format!("the object could not be read: {reason}")),
    }
}

#[cfg(test)]
mod tests;
