//! `aws-chunked`: payloads that are signed chunk by chunk, or followed by a checksum.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html>,
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html>.

use bytes::{Buf, Bytes, BytesMut};
use http::HeaderMap;
use sha2::{Digest, Sha256};
use stackproof_aws::ApiError;

use super::checksum::Checksum;
use super::claim::Claim;
use super::payload::Filter;
use super::sigv4::{SigningKey, sha256};
use crate::refusal::Refusal;

/// The longest line before a chunk: its size in hexadecimal and its signature.
const MAX_LINE: usize = 1024;
/// The most that may follow the last chunk.
const MAX_TRAILER: usize = 16 * 1024;

/// What each chunk is signed with.
pub(crate) struct Signer {
    key: SigningKey,
    time: String,
    scope: String,
    previous: String,
}

impl Signer {
    /// The signer of a request that was verified under `key`.
    pub fn new(key: SigningKey, claim: &Claim) -> Self {
        let (time, scope) = (claim.time.clone(), claim.scope.text());
        Self { key, time, scope, previous: claim.signature.clone() }
    }

    /// Verifies the next signature of the chain.
    fn verify(&mut self, algorithm: &str, content: &str, signature: &str) -> Result<(), ApiError> {
        let (time, scope, previous) = (&self.time, &self.scope, &self.previous);
        let text = format!("{algorithm}\n{time}\n{scope}\n{previous}\n{content}");
        if !self.key.verifies(&text, signature) {
            return Err(ApiError::new(
                403,
                "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. Check your key and \
                 signing method.",
            ));
        }
        signature.clone_into(&mut self.previous);
        Ok(())
    }
}

/// Takes the framing of `aws-chunked` off and verifies what it says.
pub(crate) struct Decoder {
    buffer: BytesMut,
    state: State,
    signer: Option<Signer>,
    chunk: Sha256,
    /// How many bytes of the payload are still to come.
    left: u64,
    trailer: Option<Trailer>,
}

struct Trailer {
    name: String,
    checksum: Checksum,
}

enum State {
    /// Before a chunk's size.
    Size,
    /// Inside a chunk, with so many bytes to come.
    Data { left: u64, signature: Option<String> },
    /// Behind the last chunk.
    Trailer,
}

impl Decoder {
    /// A decoder for a request with these headers; `trailer` says whether a checksum is announced to follow.
    pub fn new(headers: &HeaderMap, signer: Option<Signer>, trailer: bool) -> Result<Self, Refusal> {
        let left = decoded_length(headers).map_err(Refusal::rejected)?;
        let trailer = match headers.get("x-amz-trailer").filter(|_| trailer) {
            Some(name) => Some(announced(name.to_str().unwrap_or_default())?),
            None => None,
        };
        let (buffer, state, chunk) = (BytesMut::new(), State::Size, Sha256::new());
        Ok(Self { buffer, state, signer, chunk, left, trailer })
    }

    /// The algorithm of the checksum that follows the payload.
    pub fn algorithm(&self) -> Option<&'static str> {
        self.trailer.as_ref().map(|trailer| trailer.checksum.algorithm())
    }

    /// A chunk's size and signature, once its line is complete.
    fn size(&mut self) -> Result<bool, ApiError> {
        let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') else {
            return if self.buffer.len() > MAX_LINE { Err(broken()) } else { Ok(false) };
        };
        let line = self.buffer.split_to(end.saturating_add(1));
        let line = std::str::from_utf8(&line).map_err(|_| broken())?.trim_end();
        let (size, extension) = line.split_once(';').unwrap_or((line, ""));
        // What reads the number would take a sign before it.
        let unsigned = size.bytes().all(|digit| digit.is_ascii_hexdigit());
        let left = u64::from_str_radix(size, 16).ok().filter(|_| unsigned).ok_or_else(broken)?;
        if left > self.left {
            return Err(ApiError::incomplete_body());
        }
        self.left = self.left.saturating_sub(left);
        let signature = extension.strip_prefix("chunk-signature=").map(str::to_owned);
        if signature.is_none() && self.signer.is_some() {
            return Err(broken());
        }
        self.state = State::Data { left, signature };
        if left == 0 {
            self.verify_chunk()?;
            self.state = State::Trailer;
        }
        Ok(true)
    }

    fn verify_chunk(&mut self) -> Result<(), ApiError> {
        let hash = hex::encode(self.chunk.finalize_reset());
        match (&mut self.signer, &self.state) {
            (Some(signer), State::Data { signature: Some(signature), .. }) => {
                signer.verify("AWS4-HMAC-SHA256-PAYLOAD", &format!("{}\n{hash}", sha256(b"")), signature)
            }
            _ => Ok(()),
        }
    }

    /// The end of a chunk: its signature, and the line break behind it.
    fn end_of_chunk(&mut self) -> Result<bool, ApiError> {
        match (self.buffer.first(), self.buffer.get(1)) {
            (Some(b'\r'), Some(b'\n')) => {
                self.buffer.advance(2);
                self.verify_chunk()?;
                self.state = State::Size;
                Ok(true)
            }
            (Some(b'\r') | None, None) => Ok(false),
            _ => Err(broken()),
        }
    }

    /// What follows the last chunk: `name:value` lines, the last of them their signature.
    fn trailers(&mut self) -> Result<(), ApiError> {
        let text = std::str::from_utf8(&self.buffer).map_err(|_| broken())?.to_owned();
        let mut canonical = String::new();
        let (mut value, mut signature) = (None, None);
        for line in text.lines().map(str::trim_end).filter(|line| !line.is_empty()) {
            let (name, content) = line.split_once(':').ok_or_else(broken)?;
            let (name, content) = (name.to_ascii_lowercase(), content.trim());
            match self.trailer.as_ref() {
                _ if name == "x-amz-trailer-signature" && signature.is_none() => {
                    signature = Some(content.to_owned());
                }
                Some(trailer) if trailer.name == name && value.is_none() => {
                    canonical.push_str(&format!("{name}:{content}\n"));
                    value = Some(content.to_owned());
                }
                _ => return Err(broken()),
            }
        }
        if let (Some(signer), true) = (&mut self.signer, self.trailer.is_some()) {
            let content = sha256(canonical.as_bytes());
            let signature = signature.ok_or_else(broken)?;
            signer.verify("AWS4-HMAC-SHA256-TRAILER", &content, &signature)?;
        }
        let Some(trailer) = self.trailer.take() else { return Ok(()) };
        let algorithm = trailer.checksum.algorithm();
        if value.ok_or_else(broken)? == trailer.checksum.finish() {
            return Ok(());
        }
        let text = format!("The {algorithm} you specified did not match the calculated checksum.");
        Err(ApiError::new(400, "BadDigest", text))
    }
}

impl Filter for Decoder {
    fn feed(&mut self, data: Bytes) {
        self.buffer.extend_from_slice(&data);
    }

    fn next(&mut self) -> Result<Option<Bytes>, ApiError> {
        loop {
            let went_on = match &mut self.state {
                State::Size => self.size()?,
                State::Data { left: 0, .. } => self.end_of_chunk()?,
                State::Data { left, .. } => {
                    let available =
                        usize::try_from(*left).map_or(self.buffer.len(), |n| n.min(self.buffer.len()));
                    if available == 0 {
                        return Ok(None);
                    }
                    let data = self.buffer.split_to(available).freeze();
                    *left = left.saturating_sub(u64::try_from(available).unwrap_or(u64::MAX));
                    self.chunk.update(&data);
                    if let Some(trailer) = &mut self.trailer {
                        trailer.checksum.update(&data);
                    }
                    return Ok(Some(data));
                }
                State::Trailer if self.buffer.len() > MAX_TRAILER => return Err(broken()),
                State::Trailer => false,
            };
            if !went_on {
                return Ok(None);
            }
        }
    }

    fn finish(&mut self) -> Result<(), ApiError> {
        match self.state {
            State::Trailer if self.left == 0 => {
                let result = self.trailers();
                self.buffer.clear();
                result
            }
            _ => Err(ApiError::incomplete_body()),
        }
    }
}

/// The length of the payload without its framing, which clients have to send.
fn decoded_length(headers: &HeaderMap) -> Result<u64, ApiError> {
    headers
        .get("x-amz-decoded-content-length")
        .and_then(|value| value.to_str().ok()?.parse().ok())
        .ok_or_else(|| {
            ApiError::new(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
        })
}

fn announced(name: &str) -> Result<Trailer, Refusal> {
    let name = name.trim().to_ascii_lowercase();
    match Checksum::of_header(&name) {
        Some(checksum) => Ok(Trailer { name, checksum }),
        None if name.starts_with("x-amz-checksum-") => {
            Err(Refusal::undetermined(format!("the checksum of `{name}` is not known")))
        }
        None => Err(Refusal::rejected(ApiError::new(
            400,
            "InvalidRequest",
            "The value specified in the x-amz-trailer header is not supported",
        ))),
    }
}

fn broken() -> ApiError {
    ApiError::new(400, "IncompleteBody", "The request body is no well-formed aws-chunked content.")
}

#[cfg(test)]
mod tests;
