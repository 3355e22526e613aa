//! Mutations of signed requests: whatever is accepted means what its signer meant.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use percent_encoding::percent_decode_str;

use super::super::checksum::Checksum;
use super::super::chunked::{Decoder, Signer};
use super::super::claim::{Claim, SignaturePlace};
use super::super::payload::Filter;
use super::super::sigv4::{Scope, SigningKey, UNSIGNED_PAYLOAD, sha256};
use super::*;

/// A request as text: the request line, then its headers.
fn written(parts: &Parts) -> Vec<u8> {
    let mut text = format!("{} {}\n", parts.method, parts.uri).into_bytes();
    for (name, value) in &parts.headers {
        text.extend(name.as_str().bytes().chain(*b":").chain(value.as_bytes().iter().copied()).chain(*b"\n"));
    }
    text
}

fn read(text: &[u8]) -> Option<Parts> {
    let mut lines = text.split(|byte| *byte == b'\n');
    let line = lines.next()?;
    let blank = line.iter().position(|byte| *byte == b' ')?;
    let (method, target) = line.split_at(blank);
    let mut request = Request::builder().method(method).uri(target.get(1..)?);
    for line in lines.filter(|line| !line.is_empty()) {
        let colon = line.iter().position(|byte| *byte == b':')?;
        // HTTP takes off what stands about a value.
        request = request.header(&line[..colon], line[colon + 1..].trim_ascii());
    }
    Some(request.body(()).ok()?.into_parts().0)
}

/// The secret that a request has to be signed with, and the word for its payload.
fn terms(parts: &Parts, service: &str) -> (&'static str, String) {
    match (service, parts.headers.get("x-amz-content-sha256")) {
        ("s3", Some(word)) => (S3_SECRET, String::from_utf8_lossy(word.as_bytes()).into_owned()),
        ("s3", None) => (S3_SECRET, UNSIGNED_PAYLOAD.to_owned()),
        _ => ("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", sha256(b"")),
    }
}

/// What a request means to whoever executes it: told in another way than signing tells it.
fn meaning(parts: &Parts, claim: &Claim) -> String {
    let decode = |text: &str| percent_decode_str(text).collect::<Vec<u8>>().escape_ascii().to_string();
    let path = match claim.scope.service.as_str() {
        "s3" => decode(parts.uri.path()),
        _ => {
            let mut kept: Vec<&str> = Vec::new();
            for segment in parts.uri.path().split('/').filter(|segment| !["", "."].contains(segment)) {
                match segment {
                    ".." => kept.truncate(kept.len().saturating_sub(1)),
                    _ => kept.push(segment),
                }
            }
            kept.join("/")
        }
    };
    let query = parts.uri.query().unwrap_or_default().replace('+', "%20");
    let members = query.split('&').filter(|member| !member.is_empty());
    let mut members: Vec<_> = members
        .map(|member| member.split_once('=').unwrap_or((member, "")))
        .map(|(name, value)| format!("{}={}", decode(name), decode(value)))
        .filter(|member| !member.to_lowercase().starts_with("x-amz-signature="))
        .collect();
    members.sort();
    let mut headers = BTreeSet::new();
    for name in parts.headers.keys() {
        let matters = claim.signed_headers.iter().any(|signed| signed.eq_ignore_ascii_case(name.as_str()));
        if matters || name == "host" || name.as_str().starts_with("x-amz-") {
            let values = parts.headers.get_all(name).iter().map(|value| {
                let mut text = value.as_bytes().escape_ascii().to_string();
                while text.contains("  ") {
                    text = text.replace("  ", " ");
                }
                text.trim_matches(' ').to_owned()
            });
            headers.insert(format!("{name}: {}", values.collect::<Vec<_>>().join(",")));
        }
    }
    // The key is what the secret belongs to, which here is always the same.
    format!("{} {path} {members:?} {headers:?} {} {}", parts.method, claim.scope.text(), claim.time)
}

fn fuzz(target: &str, requests: &[Parts]) {
    let seeds: Vec<_> = requests.iter().map(written).collect();
    let check = |parts: &Parts| {
        let query = uri::decode_query(parts.uri.query().unwrap_or_default()).unwrap_or_default();
        let claimed = claim::read(&parts.headers, &query).ok().flatten();
        let service =
            claimed.map_or("service", |claim| if claim.scope.service == "s3" { "s3" } else { "service" });
        let (secret, payload) = terms(parts, service);
        proved(parts, (service, service), secret, &payload)
    };
    let meant =
        |parts: &Parts| meaning(parts, &check(parts).unwrap_or_else(|fault| panic!("{fault:?} {parts:?}")));
    let meanings: BTreeSet<_> = requests.iter().map(meant).collect();
    let words = [
        "AWS4-HMAC-SHA256",
        "Credential=",
        "SignedHeaders=",
        "Signature=",
        "host;x-amz-date",
        ";range",
        "/aws4_request",
        "/s3/",
        "us-east-1",
        "20130524",
        "20130524T000000Z",
        "X-Amz-Signature=",
        "X-Amz-Expires=",
        "X-Amz-Date=",
        "X-Amz-Credential=",
        "x-amz-date:",
        "x-amz-security-token:",
        "x-amz-content-sha256:",
        "host:",
        "date:",
        "authorization:",
        UNSIGNED_PAYLOAD,
        "%2F",
        "%252F",
        "%20",
        "+",
        "/",
        "//",
        "/.",
        "/..",
        "?",
        "&",
        "=",
        ",",
        ";",
        "\n",
        "PUT ",
        "GET ",
        "\t",
        "  ",
        "prefix",
        "acl",
    ];
    stackproof_fuzz::run(target, &seeds, &words, |input| {
        let Some(parts) = read(input) else { return "no request".to_owned() };
        match check(&parts) {
            Ok(claim) => {
                let meaning = meaning(&parts, &claim);
                assert!(meanings.contains(&meaning), "accepted, and never signed: {meaning}");
                "accepted".to_owned()
            }
            // What was signed is the input's own, but for its form.
            Err(Fault::BadSignature(evidence)) => {
                let canonical = evidence.canonical_request.unwrap_or_default();
                format!("another signature, {} lines", canonical.lines().count())
            }
            Err(fault) => format!("{fault:?}"),
        }
    });
}

/// Requests of the suite without a body, signed in that place, that HTTP carries as they are.
fn of_the_suite(place: Place) -> Vec<Parts> {
    let cases = suite::cases();
    let fit = |case: &&Case| !case.context.is_null() && case.name != TOKEN_NOT_SIGNED && case.normalizes();
    let sent = cases.iter().filter(fit).filter_map(|case| case.signed(place));
    sent.filter(|sent| sent.body.is_empty() && !sent.escaped).map(|sent| sent.parts).collect()
}

#[test]
fn authorization_headers() {
    let mut requests = of_the_suite(Place::Header);
    let empty = sha256(b"");
    let host = |target: &str| Request::builder().uri(target).header("host", "examplebucket.s3.amazonaws.com");
    requests.push(example(
        host("/test.txt").header("range", "bytes=0-9"),
        &empty,
        "host;range;x-amz-content-sha256;x-amz-date",
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
    ));
    requests.push(example(
        host("/?max-keys=2&prefix=J"),
        &empty,
        "host;x-amz-content-sha256;x-amz-date",
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
    ));
    fuzz("authorization_headers", &requests);
}

#[test]
fn presigned_urls() {
    let mut requests = of_the_suite(Place::Query);
    let url = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let request = Request::builder().uri(url).header("host", "examplebucket.s3.amazonaws.com");
    requests.push(request.body(()).unwrap().into_parts().0);
    fuzz("presigned_urls", &requests);
}

const TIME: &str = "20130524T000000Z";
const PAYLOAD: &[u8] = b"a payload in three chunks of which each has its own signature";
const TRAILER: &str = "x-amz-checksum-crc32";

fn scope() -> Scope {
    Scope { date: "20130524".to_owned(), region: "us-east-1".to_owned(), service: "s3".to_owned() }
}

fn signer() -> (SigningKey, Signer) {
    let key = SigningKey::derive(&Secret::new(S3_SECRET), &scope());
    let claim = Claim {
        access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(),
        scope: scope(),
        signed_headers: Vec::new(),
        signature: "0".repeat(64),
        time: TIME.to_owned(),
        at: jiff::Timestamp::UNIX_EPOCH,
        token: None,
        place: SignaturePlace::Header,
    };
    (key.clone(), Signer::new(key, &claim))
}

fn checksum(payload: &[u8]) -> String {
    let mut checksum = Checksum::of_header(TRAILER).unwrap();
    checksum.update(payload);
    checksum.finish()
}

/// The payload in its chunks, as the streaming pages have it: signed, signed with a trailer, and only with one.
fn framed(kind: u8) -> Vec<u8> {
    let (key, _) = signer();
    let mut previous = "0".repeat(64);
    let mut sign = |algorithm: &str, content: String| {
        previous = key.sign(&format!("{algorithm}\n{TIME}\n{}\n{previous}\n{content}", scope().text()));
        previous.clone()
    };
    let mut wire = vec![kind];
    for chunk in [&PAYLOAD[..20], &PAYLOAD[20..41], &PAYLOAD[41..], b""] {
        let signature = sign("AWS4-HMAC-SHA256-PAYLOAD", format!("{}\n{}", sha256(b""), sha256(chunk)));
        let extension = if kind == b'U' { String::new() } else { format!(";chunk-signature={signature}") };
        wire.extend(format!("{:x}{extension}\r\n", chunk.len()).bytes().chain(chunk.iter().copied()));
        if !chunk.is_empty() || kind == b'S' {
            wire.extend(b"\r\n");
        }
    }
    if kind != b'S' {
        let line = format!("{TRAILER}:{}", checksum(PAYLOAD));
        wire.extend(format!("{line}\r\n").bytes());
        if kind == b'T' {
            let signature = sign("AWS4-HMAC-SHA256-TRAILER", sha256(format!("{line}\n").as_bytes()));
            wire.extend(format!("x-amz-trailer-signature:{signature}\r\n").bytes());
        }
        wire.extend(b"\r\n");
    }
    wire
}

/// What a decoder makes of a body that comes in pieces of that size.
fn decoded(kind: u8, wire: &[u8], step: usize) -> Result<Vec<u8>, String> {
    let length = HeaderValue::from(PAYLOAD.len());
    let mut headers =
        HeaderMap::from_iter([(http::HeaderName::from_static("x-amz-decoded-content-length"), length)]);
    headers.insert("x-amz-trailer", HeaderValue::from_static(TRAILER));
    let signer = (kind != b'U').then(|| signer().1);
    let mut decoder =
        Decoder::new(&headers, signer, kind != b'S').map_err(|refusal| refusal.error.to_string())?;
    let mut out = Vec::new();
    for piece in wire.chunks(step) {
        decoder.feed(Bytes::copy_from_slice(piece));
        while let Some(data) = decoder.next().map_err(|error| error.to_string())? {
            out.extend(data);
        }
    }
    decoder.finish().map_err(|error| error.to_string())?;
    Ok(out)
}

#[test]
fn chunked_bodies() {
    let seeds = [b'S', b'T', b'U'].map(framed);
    for seed in &seeds {
        assert_eq!(decoded(seed[0], &seed[1..], 5).as_deref(), Ok(PAYLOAD), "{}", seed.escape_ascii());
    }
    let words = [
        ";chunk-signature=",
        "\r\n",
        "\n",
        "0",
        "14",
        "15",
        "ffffffffffffffff",
        "+",
        "x-amz-trailer-signature:",
        "x-amz-checksum-crc32:",
        "x-amz-checksum-sha1:",
        ":",
        "0\r\n\r\n",
        "AAAAAA==",
    ];
    stackproof_fuzz::run("chunked_bodies", &seeds, &words, |input| {
        let Some((&kind, wire)) = input.split_first() else { return String::new() };
        let whole = decoded(kind, wire, usize::MAX);
        for step in [1, 7] {
            let pieces = decoded(kind, wire, step);
            assert_eq!(pieces.as_ref().ok(), whole.as_ref().ok(), "pieces of {step}: {pieces:?}");
        }
        if let Ok(payload) = &whole {
            let right = match kind {
                b'U' => wire.windows(8).any(|part| part == checksum(payload).as_bytes()),
                _ => payload == PAYLOAD,
            };
            assert!(right, "accepted, and never sent: {}", payload.escape_ascii());
            assert_eq!(STANDARD.decode(checksum(payload)).unwrap().len(), 4);
            assert_eq!(payload.len(), PAYLOAD.len());
        }
        format!("{} {}", kind.escape_ascii(), whole.map_or_else(|error| error, |_| "accepted".to_owned()))
    });
}
