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
    let trailer = format!("x-amz-checksum-crc32c:sOO8/Q==\r\nx-amz-trailer-signature:{signature}\r\n\r\n");
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
    for (at, code) in
        [(first + 10, "SignatureDoesNotMatch"), (first - 5, "SignatureDoesNotMatch"), (0, "IncompleteBody")]
    {
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
        assert_eq!(decode(&[(LENGTH, wrong)], Some(signer), &wire, 4096).unwrap_err().code, "IncompleteBody");
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
    let signed = format!("+{}", wire("y/Q5Jg=="));
    assert_eq!(decode(&headers, None, signed.as_bytes(), 3).unwrap_err().code, "IncompleteBody");
    let without = "9\r\n123456789\r\n0\r\n\r\n";
    assert_eq!(decode(&headers, None, without.as_bytes(), 3).unwrap_err().code, "IncompleteBody");
    let other = wire("y/Q5Jg==").replace("crc32:", "sha1:");
    assert_eq!(decode(&headers, None, other.as_bytes(), 3).unwrap_err().code, "IncompleteBody");
}
