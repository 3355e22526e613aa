//! Bytes there and bytes back, over a connection of their own.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// What came back.
#[derive(Clone, Debug, Default)]
pub struct Answered {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// As it came, with whatever may have come behind it.
    pub raw: Vec<u8>,
}

impl Answered {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

/// A request that is not read to its end is answered too late to wait for.
const PATIENCE: Duration = Duration::from_secs(20);

/// Sends bytes and reads until the connection ends; an answer of status 0 where none came.
pub async fn exchange(address: SocketAddr, bytes: &[u8]) -> Answered {
    let mut stream = TcpStream::connect(address).await.unwrap();
    // A listener that has seen enough closes before all was written.
    let _ = stream.write_all(bytes).await;
    let mut raw = Vec::new();
    let read = timeout(PATIENCE, stream.read_to_end(&mut raw)).await;
    assert!(read.is_ok(), "no answer to\n{}", bytes.escape_ascii());
    let interim = b"HTTP/1.1 100 Continue\r\n\r\n";
    parsed(raw.strip_prefix(interim).map(<[u8]>::to_vec).unwrap_or(raw)).unwrap_or_default()
}

fn parsed(raw: Vec<u8>) -> Option<Answered> {
    let at = raw.windows(4).position(|four| four == b"\r\n\r\n")?;
    let (head, rest) = raw.split_at(at);
    let head = String::from_utf8_lossy(head).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers: Vec<_> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
        .collect();
    let body = rest.get(4..).unwrap_or_default().to_vec();
    let mut answered = Answered { status, headers, body, raw };
    if answered.header("transfer-encoding") == Some("chunked") {
        answered.body = unchunked(&answered.body);
    }
    Some(answered)
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let (size, after) = rest.split_at(at);
        let size = usize::from_str_radix(&String::from_utf8_lossy(size), 16).unwrap_or_default();
        let Some(chunk) = after.get(2..size + 2).filter(|_| size > 0) else { break };
        body.extend(chunk);
        rest = after.get(size + 4..).unwrap_or_default();
    }
    body
}
