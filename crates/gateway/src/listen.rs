//! HTTP and HTTPS on one port, told apart by the first byte.

mod authority;
mod drain;

use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Request;
use http::header::{CONNECTION, EXPECT, HeaderValue};
use http_body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ProtocolVersion;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

use crate::call::ConnectionFacts;
use crate::gateway::Gateway;

use drain::Shared;

pub use authority::{Authority, AuthorityError};

/// What a TLS handshake begins with; no HTTP request does.
const HANDSHAKE: u8 = 0x16;
/// The most that the head of a request may take.
const MAX_HEAD: usize = 64 * 1024;
const MAX_HEADERS: usize = 200;
/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(30);

/// A gateway that listens. It stops when this is dropped; [`Server::shutdown`] lets open requests end first.
pub struct Server {
    address: SocketAddr,
    stop: watch::Sender<bool>,
    accepting: JoinHandle<()>,
}

impl Server {
    pub(crate) fn start(gateway: Arc<Gateway>, listener: TcpListener, authority: Arc<Authority>) -> Self {
        // A listener that is bound has an address; one that lost it answers nobody anyway.
        let address = listener.local_addr().unwrap_or_else(|_| SocketAddr::from(([127, 0, 0, 1], 0)));
        let (stop, stopped) = watch::channel(false);
        let accepting = tokio::spawn(accept(gateway, listener, authority.acceptor(), stopped));
        Self { address, stop, accepting }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Takes no more connections, and waits until open requests are answered.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        let _ = (&mut self.accepting).await;
        self.stop.closed().await;
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.send_replace(true);
    }
}

async fn accept(
    gateway: Arc<Gateway>,
    listener: TcpListener,
    tls: TlsAcceptor,
    stopped: watch::Receiver<bool>,
) {
    let mut stop = stopped.clone();
    loop {
        tokio::select! {
            () = asked_to_stop(&mut stop) => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, peer)) => {
                    let (gateway, tls, stopped) = (Arc::clone(&gateway), tls.clone(), stopped.clone());
                    tokio::spawn(connection(gateway, stream, peer, tls, stopped));
                }
                // Out of file descriptors, or a client that was gone at once: neither ends the listener.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            }
        }
    }
}

async fn connection(
    gateway: Arc<Gateway>,
    stream: TcpStream,
    peer: SocketAddr,
    tls: TlsAcceptor,
    stopped: watch::Receiver<bool>,
) {
    let _ = stream.set_nodelay(true);
    let mut first = [0];
    let peeked = tokio::time::timeout(PATIENCE, stream.peek(&mut first));
    let mut stop = stopped.clone();
    let peeked = tokio::select! {
        () = asked_to_stop(&mut stop) => return,
        peeked = peeked => peeked,
    };
    let facts = |secure, tls_version| ConnectionFacts { secure, tls_version, peer: peer.ip() };
    match (peeked, first) {
        (Ok(Ok(1)), [HANDSHAKE]) => {
            let Ok(Ok(stream)) = tokio::time::timeout(PATIENCE, tls.accept(stream)).await else { return };
            let version = match stream.get_ref().1.protocol_version() {
                Some(ProtocolVersion::TLSv1_3) => Some("1.3"),
                Some(ProtocolVersion::TLSv1_2) => Some("1.2"),
                _ => None,
            };
            speak(gateway, stream, facts(true, version), stopped).await;
        }
        (Ok(Ok(1)), _) => speak(gateway, stream, facts(false, None), stopped).await,
        _ => {}
    }
}

/// Waits until the server stops, or is gone.
async fn asked_to_stop(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stop| *stop).await;
}

/// HTTP/1.1 until the client hangs up or the server stops.
async fn speak(
    gateway: Arc<Gateway>,
    stream: impl AsyncRead + AsyncWrite + Unpin,
    facts: ConnectionFacts,
    mut stopped: watch::Receiver<bool>,
) {
    let service = service_fn(|request: Request<Incoming>| {
        let (gateway, facts) = (Arc::clone(&gateway), facts.clone());
        async move {
            // A client that waits to be told to go on sends nothing that would have to be read.
            let waits = request.headers().contains_key(EXPECT);
            let (parts, body) = request.into_parts();
            let body = Shared::new(body);
            let mut response = gateway.handle(facts, Request::from_parts(parts, body.body())).await;
            if !waits {
                body.drain().await;
            } else if !body.is_end_stream() {
                // What is not read ends the connection, which its client must not take for its next call.
                response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(response)
        }
    });
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new())
        .header_read_timeout(PATIENCE)
        .max_buf_size(MAX_HEAD)
        .max_headers(MAX_HEADERS);
    let mut connection = std::pin::pin!(http.serve_connection(TokioIo::new(stream), service));
    tokio::select! {
        // What goes wrong on a connection is its client's to notice.
        _ = connection.as_mut() => return,
        () = asked_to_stop(&mut stopped) => connection.as_mut().graceful_shutdown(),
    }
    // Who reads no answer does not keep the server up.
    let _ = tokio::time::timeout(PATIENCE, connection).await;
}
