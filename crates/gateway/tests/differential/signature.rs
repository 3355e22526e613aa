//! Signature version 4 of bytes as they are sent, however odd they are.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode, percent_encode};
use sha2::{Digest, Sha256};
use stackproof_aws::Credentials;

use super::sent::{Payload, Sent, Signed};

const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    Hmac::<Sha256>::new_from_slice(key).unwrap().chain_update(text).finalize().into_bytes().to_vec()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

pub fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Percent-encodes all but what is unreserved.
pub fn encode(bytes: &[u8]) -> String {
    percent_encode(bytes, UNRESERVED).to_string()
}

/// The same but for slashes.
pub fn encode_path(bytes: &[u8]) -> String {
    percent_encode(bytes, PATH).to_string()
}

fn anew(bytes: &[u8]) -> String {
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    encode(&percent_decode(&spaced).collect::<Vec<_>>())
}

/// A key pair at one time in one region.
pub struct Signer<'a> {
    pub credentials: &'a Credentials,
    pub region: &'a str,
    pub time: String,
}

impl<'a> Signer<'a> {
    pub fn now(credentials: &'a Credentials, region: &'a str) -> Self {
        Self { credentials, region, time: Timestamp::now().strftime("%Y%m%dT%H%M%SZ").to_string() }
    }

    fn date(&self) -> &str {
        self.time.split('T').next().unwrap()
    }

    fn scope(&self) -> String {
        format!("{}/{}/s3/aws4_request", self.date(), self.region)
    }

    pub fn credential(&self) -> String {
        format!("{}/{}", self.credentials.access_key_id, self.scope())
    }

    /// The signature of a text.
    pub fn signature(&self, text: &str) -> String {
        let seed = format!("AWS4{}", self.credentials.secret_access_key.expose()).into_bytes();
        let parts = [self.date(), self.region, "s3", "aws4_request"];
        hex(&hmac(&parts.iter().fold(seed, |key, part| hmac(&key, part)), text))
    }

    /// The signature of a form's policy, which is encoded here too.
    pub fn of_policy(&self, policy: &str) -> (String, String) {
        let encoded = STANDARD.encode(policy);
        let signature = self.signature(&encoded);
        (encoded, signature)
    }

    /// Signs a request as it stands.
    pub fn sign(&self, sent: &mut Sent) {
        match sent.signed {
            Signed::InHeader => self.in_header(sent),
            Signed::InQuery => self.in_query(sent),
            Signed::Elsewhere => {}
        }
    }

    fn in_header(&self, sent: &mut Sent) {
        let length = sent.body.len();
        let payload = match sent.payload {
            Payload::Hashed => sha256(&sent.body),
            Payload::Unsigned => "UNSIGNED-PAYLOAD".to_owned(),
            Payload::Chunks => "STREAMING-AWS4-HMAC-SHA256-PAYLOAD".to_owned(),
            Payload::Trailer => "STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned(),
        };
        if matches!(sent.payload, Payload::Chunks | Payload::Trailer) {
            sent.header("x-amz-decoded-content-length", length.to_string());
        }
        if sent.payload == Payload::Trailer {
            sent.header("x-amz-trailer", "x-amz-checksum-sha256");
        }
        if sent.value("x-amz-content-sha256").is_none() {
            sent.header("x-amz-content-sha256", &payload);
        }
        sent.header("x-amz-date", &self.time);
        if let Some(token) = &self.credentials.session_token {
            sent.header("x-amz-security-token", token.expose());
        }
        let (names, text) = self.text(sent, &sent.value("x-amz-content-sha256").unwrap_or(payload));
        let signature = self.signature(&text);
        let authorization = format!(
            "AWS4-HMAC-SHA256 Credential={},SignedHeaders={names},Signature={signature}",
            self.credential()
        );
        sent.header("authorization", authorization);
        match sent.payload {
            Payload::Chunks => self.chunks(sent, signature),
            Payload::Trailer => {
                let checksum = STANDARD.encode(Sha256::digest(&sent.body));
                let mut body = framed(&sent.body, "");
                body.extend(format!("0\r\nx-amz-checksum-sha256:{checksum}\r\n\r\n").into_bytes());
                sent.body = body;
            }
            Payload::Hashed | Payload::Unsigned => {}
        }
    }

    fn chunks(&self, sent: &mut Sent, mut before: String) {
        let (first, second) = sent.body.split_at(sent.body.len() / 2);
        let mut framing = Vec::new();
        for chunk in [first, second, &[]].into_iter().filter(|chunk| !chunk.is_empty()).chain([&[][..]]) {
            let (nothing, this) = (sha256(b""), sha256(chunk));
            let (time, scope) = (&self.time, self.scope());
            before = self.signature(&format!(
                "AWS4-HMAC-SHA256-PAYLOAD\n{time}\n{scope}\n{before}\n{nothing}\n{this}"
            ));
            framing.extend(framed(chunk, &format!(";chunk-signature={before}")));
        }
        sent.body = framing;
    }

    fn in_query(&self, sent: &mut Sent) {
        let names = names(sent).join(";");
        for (name, value) in [
            ("X-Amz-Algorithm", "AWS4-HMAC-SHA256".to_owned()),
            ("X-Amz-Credential", self.credential()),
            ("X-Amz-Date", self.time.clone()),
            ("X-Amz-Expires", "300".to_owned()),
            ("X-Amz-SignedHeaders", names),
        ] {
            sent.query(format!("{name}={}", encode(value.as_bytes())));
        }
        if let Some(token) = &self.credentials.session_token {
            sent.query(format!("X-Amz-Security-Token={}", encode(token.expose().as_bytes())));
        }
        let signature = self.signature(&self.text(sent, "UNSIGNED-PAYLOAD").1);
        sent.query(format!("X-Amz-Signature={signature}"));
    }

    /// Which headers are signed, and the string to sign.
    fn text(&self, sent: &Sent, payload: &str) -> (String, String) {
        let names = names(sent);
        let value = |name: &String| sent.value(name).unwrap_or_default();
        let lines: String = names.iter().map(|name| format!("{name}:{}\n", value(name))).collect();
        let mut pairs: Vec<_> = sent
            .query
            .iter()
            .flat_map(|member| member.split(|byte| *byte == b'&'))
            .filter(|member| !member.is_empty())
            .map(|member| {
                let at = member.iter().position(|byte| *byte == b'=').unwrap_or(member.len());
                let (name, value) = member.split_at(at);
                (anew(name), anew(value.strip_prefix(b"=").unwrap_or_default()))
            })
            .collect();
        pairs.sort();
        let query: Vec<_> = pairs.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let path = encode_path(&percent_decode(&sent.path).collect::<Vec<_>>());
        let (method, query, names) = (&sent.method, query.join("&"), names.join(";"));
        let canonical = format!("{method}\n{path}\n{query}\n{lines}\n{names}\n{payload}");
        let (time, scope) = (&self.time, self.scope());
        let text = format!("AWS4-HMAC-SHA256\n{time}\n{scope}\n{}", sha256(canonical.as_bytes()));
        (names, text)
    }
}

/// The headers that are signed.
fn names(sent: &Sent) -> Vec<String> {
    let lower = sent.headers.iter().map(|(name, _)| name.to_ascii_lowercase());
    let mut names: Vec<_> = lower.filter(|name| name == "host" || name.starts_with("x-amz-")).collect();
    names.sort();
    names.dedup();
    names
}

fn framed(chunk: &[u8], extension: &str) -> Vec<u8> {
    let mut framed = format!("{:x}{extension}\r\n", chunk.len()).into_bytes();
    framed.extend(chunk);
    framed.extend(b"\r\n");
    framed
}
