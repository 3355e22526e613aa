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
use stackproof_aws::{ApiError, Body, BodyError};
use tokio::time::{Instant, Sleep, sleep};

use super::PATIENCE;

/// The most that is read for nobody; whoever sends more notices the end of the connection.
const LIMIT: usize = 64 << 20;

/// A request's body, which whoever handles the request and whoever answers it both hold. It ends in an error when its
/// client sends nothing for too long.
#[derive(Clone)]
pub(super) struct Shared(Arc<Mutex<Awaited>>);

struct Awaited {
    body: Incoming,
    patience: Pin<Box<Sleep>>,
}

impl Shared {
    /// Takes a body in.
    pub fn new(body: Incoming) -> Self {
        Self(Arc::new(Mutex::new(Awaited { body, patience: Box::pin(sleep(PATIENCE)) })))
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

    fn awaited(&self) -> MutexGuard<'_, Awaited> {
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
        let mut awaited = self.awaited();
        match Pin::new(&mut awaited.body).poll_frame(cx) {
            Poll::Ready(frame) => {
                awaited.patience.as_mut().reset(Instant::now() + PATIENCE);
                Poll::Ready(frame.map(|frame| frame.map_err(|error| BodyError::Io(error.to_string()))))
            }
            Poll::Pending => awaited.patience.as_mut().poll(cx).map(|()| Some(Err(timeout()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.awaited().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.awaited().body.size_hint()
    }
}

fn timeout() -> BodyError {
    let message = "Your socket connection to the server was not read from or written to within the timeout period. \
                   Idle connections will be closed.";
    BodyError::Api(ApiError::new(400, "RequestTimeout", message))
}
