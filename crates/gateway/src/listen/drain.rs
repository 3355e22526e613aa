//! Reading what is left of a request's body after it was answered.
//!
//! A server that answers and hangs up while its client still writes may have its answer lost: the client sees a reset
//! connection, and never the refusal.

use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Frame, SizeHint};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use stackproof_aws::{Body, BodyError};

/// The most that is read for nobody; whoever sends more notices the end of the connection.
const LIMIT: usize = 64 << 20;

/// A request's body, which whoever handles the request and whoever answers it both hold.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Incoming>>);

impl Shared {
    /// Takes a body in.
    pub fn new(body: Incoming) -> Self {
        Self(Arc::new(Mutex::new(body)))
    }

    /// The body as requests have it.
    pub fn body(&self) -> Body {
        self.clone().boxed_unsync()
    }

    /// Reads what is left.
    pub async fn drain(mut self) {
        let mut read = 0_usize;
        while let Some(Ok(frame)) = self.frame().await {
            read = read.saturating_add(frame.data_ref().map_or(0, Bytes::len));
            if read > LIMIT {
                return;
            }
        }
    }

    fn incoming(&self) -> MutexGuard<'_, Incoming> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl http_body::Body for Shared {
    type Data = Bytes;
    type Error = BodyError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyError>>> {
        let polled = Pin::new(&mut *self.incoming()).poll_frame(cx);
        polled.map(|frame| frame.map(|frame| frame.map_err(|error| BodyError::Io(error.to_string()))))
    }

    fn is_end_stream(&self) -> bool {
        self.incoming().is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.incoming().size_hint()
    }
}
