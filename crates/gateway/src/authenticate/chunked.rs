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
        let left = u64::from_str_radix(size, 16).map_err(|_| broken())?;
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
mod tests {
    use super::*;
    use crate::authenticate::claim::SignaturePlace;
    use crate::authenticate::sigv4::Scope;
    use http::HeaderValue;
    use stackproof_aws::Secret;

    /// The example of the streaming page: 65 KiB of `a` in a chunk of 64 KiB and one of 1 KiB.
    fn example() -> (Signer, Vec<u8>) {
        let (signer, mut wire) = framed([
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
            "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648",
            "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497",
            "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9",
        ]);
        wire.extend(b"\r\n");
        (signer, wire)
    }

    /// The example of the page on trailers: the same with a checksum behind it.
    fn trailer_example() -> (Signer, Vec<u8>) {
        let (signer, mut wire) = framed([
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
            "b474d8862b1487a5145d686f57f013e54db672cee1c953b3010fb58501ef5aa2",
            "1c1344b170168f8e65b41376b44b20fe354e373826ccbbe2c1d40a8cae51e5c7",
            "2ca2aba2005185cf7159c6277faf83795951dd77a3a99e6e65d5c9f85863f992",
        ]);
        let signature = "d81f82fc3505edab99d459891051a732e8730629a2e4a59689829ca17fe2e435";
        let trailer =
            format!("x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:{signature}\r\n\r\n");
        wire.extend(trailer.bytes());
        (signer, wire)
    }

    /// The seed's signature, those of two chunks, and that of the empty chunk behind them.
    fn framed([seed, first, second, last]: [&str; 4]) -> (Signer, Vec<u8>) {
        let scope =
            Scope { date: "20130524".to_owned(), region: "us-east-1".to_owned(), service: "s3".to_owned() };
        let key = SigningKey::derive(&Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"), &scope);
        let claim = Claim {
            access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
            scope,
            signed_headers: Vec::new(),
            signature: seed.to_owned(),
            time: "20130524T000000Z".to_owned(),
            at: jiff::Timestamp::UNIX_EPOCH,
            token: None,
            place: SignaturePlace::Header,
        };
        let mut wire = Vec::new();
        for (size, signature) in [(65_536, first), (1024, second)] {
            wire.extend(format!("{size:x};chunk-signature={signature}\r\n").bytes());
            wire.extend(std::iter::repeat_n(b'a', size));
            wire.extend(b"\r\n");
        }
        wire.extend(format!("0;chunk-signature={last}\r\n").bytes());
        (Signer::new(key, &claim), wire)
    }

    fn decode(
        headers: &[(&'static str, &str)],
        signer: Option<Signer>,
        wire: &[u8],
        step: usize,
    ) -> Result<Vec<u8>, ApiError> {
        let headers: HeaderMap = headers
            .iter()
            .map(|(name, value)| (http::HeaderName::from_static(name), HeaderValue::from_str(value).unwrap()))
            .collect();
        let mut decoder = Decoder::new(&headers, signer, true).map_err(|refusal| *refusal.error)?;
        let mut out = Vec::new();
        for part in wire.chunks(step) {
            decoder.feed(Bytes::copy_from_slice(part));
            while let Some(data) = decoder.next()? {
                out.extend(data);
            }
        }
        decoder.finish()?;
        Ok(out)
    }

    const LENGTH: &str = "x-amz-decoded-content-length";

    #[test]
    fn the_references_example_in_any_fragments() {
        for step in [1, 7, 4096, 1 << 20] {
            let (signer, wire) = example();
            assert_eq!(decode(&[(LENGTH, "66560")], Some(signer), &wire, step).unwrap().len(), 66_560);
        }
    }

    #[test]
    fn a_changed_byte_a_changed_signature_a_missing_end_are_refused() {
        let (_, wire) = example();
        let first = wire.iter().position(|b| *b == b'\n').unwrap();
        for (at, code) in [
            (first + 10, "SignatureDoesNotMatch"),
            (first - 5, "SignatureDoesNotMatch"),
            (0, "IncompleteBody"),
        ] {
            let (signer, mut wire) = example();
            wire[at] = if wire[at] == b'9' { b'8' } else { b'9' };
            let error = decode(&[(LENGTH, "66560")], Some(signer), &wire, 4096).unwrap_err();
            assert_eq!(error.code, code, "{at}");
        }
        let (signer, wire) = example();
        let error = decode(&[(LENGTH, "66560")], Some(signer), &wire[..wire.len() - 100], 4096).unwrap_err();
        assert_eq!(error.code, "IncompleteBody");
        for wrong in ["66559", "66561"] {
            let (signer, wire) = example();
            assert_eq!(
                decode(&[(LENGTH, wrong)], Some(signer), &wire, 4096).unwrap_err().code,
                "IncompleteBody"
            );
        }
        let (signer, wire) = example();
        assert_eq!(decode(&[], Some(signer), &wire, 4096).unwrap_err().code, "MissingContentLength");
    }

    #[test]
    fn a_signed_trailer_is_verified_with_its_checksum() {
        let headers = [(LENGTH, "66560"), ("x-amz-trailer", "x-amz-checksum-crc32c")];
        let (signer, wire) = trailer_example();
        assert_eq!(decode(&headers, Some(signer), &wire, 1000).unwrap().len(), 66_560);
        let text = |from: &str, to: &str| {
            let (signer, wire) = trailer_example();
            let wire = String::from_utf8(wire).unwrap().replace(from, to);
            decode(&headers, Some(signer), wire.as_bytes(), 1000).unwrap_err().code
        };
        assert_eq!(text("sOO8", "sOO9"), "SignatureDoesNotMatch");
        assert_eq!(text("d81f82fc", "d81f82fd"), "SignatureDoesNotMatch");
        assert_eq!(text("x-amz-trailer-signature", "x-amz-other"), "IncompleteBody");
    }

    #[test]
    fn an_unsigned_payload_is_checked_by_its_trailer() {
        let headers = [(LENGTH, "9"), ("x-amz-trailer", "x-amz-checksum-crc32")];
        let wire = |sum: &str| format!("9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:{sum}\r\n\r\n");
        assert_eq!(decode(&headers, None, wire("y/Q5Jg==").as_bytes(), 3).unwrap(), b"123456789");
        assert_eq!(decode(&headers, None, wire("AAAAAA==").as_bytes(), 3).unwrap_err().code, "BadDigest");
        let without = "9\r\n123456789\r\n0\r\n\r\n";
        assert_eq!(decode(&headers, None, without.as_bytes(), 3).unwrap_err().code, "IncompleteBody");
        let other = wire("y/Q5Jg==").replace("crc32:", "sha1:");
        assert_eq!(decode(&headers, None, other.as_bytes(), 3).unwrap_err().code, "IncompleteBody");
    }
}
