//! Signatures of others: AWS's own suite and examples are accepted, and whatever differs from them is not.

mod fuzz;
#[path = "../../../aws/tests/data/suite.rs"]
mod suite;

use super::*;
use http::{HeaderValue, Request};
use suite::{Case, PLACES, Place};

/// Whether a request is proved to be its signer's at the time that it names. `rule` is the service by whose rule its path is
/// encoded.
fn proved(parts: &Parts, (service, rule): (&str, &str), secret: &str, payload: &str) -> Result<Claim, Fault> {
    let query = uri::decode_query(parts.uri.query().unwrap_or_default());
    let query = query.ok_or_else(|| Fault::MalformedQuery(String::new()))?;
    let claim = claim::read(&parts.headers, &query)?.ok_or(Fault::Unsigned)?;
    Presented { parts, query: &query, service }.check(&claim, claim.at)?;
    Presented { parts, query: &query, service: rule }.verify(&claim, &Secret::new(secret), payload)?;
    Ok(claim)
}

/// By whose rule the path of a case is encoded: S3 neither encodes escapes again nor makes a path normal.
fn rule(case: &Case, sent: &suite::Sent) -> &'static str {
    if case.normalizes() && !sent.escaped { "service" } else { "s3" }
}

/// A case whose token is added after signing, as one service of AWS has it that is not among ours. A token decides who calls:
/// it has to be signed.
const TOKEN_NOT_SIGNED: &str = "post-sts-header-after";

fn secret(case: &Case) -> &str {
    case.context["credentials"]["secret_access_key"].as_str().unwrap()
}

#[test]
fn aws_s_test_suite_is_accepted() {
    let mut count = 0;
    for case in suite::cases().iter().filter(|case| !case.context.is_null()) {
        for place in PLACES {
            let sent = case.signed(place).unwrap();
            let (name, rule, payload) = (&case.name, rule(case, &sent), sigv4::sha256(sent.body.as_bytes()));
            let found = proved(&sent.parts, ("service", rule), secret(case), &payload);
            if name == TOKEN_NOT_SIGNED {
                assert!(
                    matches!(found, Err(Fault::NotSigned(_) | Fault::BadSignature(_))),
                    "{name} {found:?}"
                );
                continue;
            }
            let claim = found.unwrap_or_else(|fault| panic!("{name} {place:?}: {fault:?}"));
            assert_eq!(Some(claim.signature.as_str()), case.file(place, "signature"));
            assert_eq!(claim.scope.region, case.text("region"));
            let unsigned = proved(&case.request().parts, ("service", rule), secret(case), &payload);
            assert!(matches!(unsigned, Err(Fault::Unsigned)), "{name}: {unsigned:?}");
            // Under another secret the refusal shows what was signed.
            let other = proved(&sent.parts, ("service", rule), "another", &payload);
            let Err(Fault::BadSignature(evidence)) = other else { panic!("{name}: {other:?}") };
            assert_eq!(
                evidence.canonical_request.as_deref(),
                case.file(place, "canonical_request"),
                "{name}"
            );
            assert_eq!(Some(evidence.string_to_sign.as_str()), case.file(place, "string_to_sign"), "{name}");
            count += 1;
        }
    }
    assert_eq!(count, 74);
}

#[test]
fn the_suite_s_older_cases_encode_twice() {
    for case in suite::cases().iter().filter(|case| case.context.is_null()) {
        let sent = case.signed(Place::Header).unwrap();
        let path = Presented { parts: &sent.parts, query: &[], service: "service" }.path();
        let canonical = case.file(Place::Header, "canonical_request").unwrap();
        assert_eq!(canonical.lines().nth(1), Some(path.as_str()), "{}", case.name);
    }
}

type Change = (&'static str, fn(&mut Parts));

/// Changes of a signed request, all of which its signature covers.
const CHANGES: [Change; 7] = [
    ("method", |parts| parts.method = http::Method::PATCH),
    ("a longer path", |parts| retarget(parts, |path, query| format!("{path}x?{query}"))),
    ("a member more in the query", |parts| retarget(parts, |path, query| format!("{path}?{query}&more"))),
    ("host", |parts| drop(parts.headers.insert("host", HeaderValue::from_static("other.amazonaws.com")))),
    ("a header of AWS's that is not signed", |parts| {
        parts.headers.insert("x-amz-more", HeaderValue::from_static("1"));
    }),
    ("a short signature", |parts| resign(parts, |signature| signature[..63].to_owned())),
    ("a signature in capitals", |parts| resign(parts, str::to_ascii_uppercase)),
];

fn retarget(parts: &mut Parts, to: impl Fn(&str, &str) -> String) {
    parts.uri = to(parts.uri.path(), parts.uri.query().unwrap_or_default()).parse().unwrap();
}

/// Replaces the signature where it stands.
fn resign(parts: &mut Parts, to: impl Fn(&str) -> String) {
    let replaced = |text: &str| {
        let (before, signature) = text.split_once("Signature=").unwrap();
        let (signature, behind) = signature.split_at(64);
        format!("{before}Signature={}{behind}", to(signature))
    };
    match parts.headers.get("authorization").cloned() {
        Some(header) => {
            let value = HeaderValue::from_str(&replaced(header.to_str().unwrap())).unwrap();
            parts.headers.insert("authorization", value);
        }
        None => parts.uri = replaced(&parts.uri.to_string()).parse().unwrap(),
    }
}

#[test]
fn no_change_of_the_suite_is_accepted() {
    for case in suite::cases().iter().filter(|case| !case.context.is_null() && case.name != TOKEN_NOT_SIGNED)
    {
        for place in PLACES {
            let sent = case.signed(place).unwrap();
            let (rule, payload) = (rule(case, &sent), sigv4::sha256(sent.body.as_bytes()));
            let refused = |parts: &Parts, payload: &str, what: &str| {
                let found = proved(parts, ("service", rule), secret(case), payload);
                assert!(found.is_err(), "{}, {place:?}: {what} is accepted", case.name);
            };
            for (what, change) in CHANGES {
                let mut parts = sent.parts.clone();
                change(&mut parts);
                refused(&parts, &payload, what);
            }
            refused(&sent.parts, &sigv4::sha256(b"another"), "another body");
            let query = uri::decode_query(sent.parts.uri.query().unwrap_or_default()).unwrap();
            let claim = claim::read(&sent.parts.headers, &query).unwrap().unwrap();
            for name in &claim.signed_headers {
                let mut parts = sent.parts.clone();
                let value = parts.headers.get(name).unwrap().to_str().unwrap();
                let value = HeaderValue::from_str(&format!("{value}0")).unwrap();
                parts.headers.insert(http::HeaderName::from_bytes(name.as_bytes()).unwrap(), value);
                refused(&parts, &payload, name);
            }
        }
    }
}

const S3_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

/// A request of the S3 reference's examples, signed in the header.
fn example(request: http::request::Builder, payload: &str, names: &str, signature: &str) -> Parts {
    let authorization = format!(
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders={names},Signature={signature}"
    );
    let request = request
        .header("x-amz-date", "20130524T000000Z")
        .header("x-amz-content-sha256", payload)
        .header("authorization", authorization);
    request.body(()).unwrap().into_parts().0
}

/// "Examples: Signature calculations in AWS Signature Version 4", "Signature calculations: Transferring payload in multiple
/// chunks", the same with trailing headers, and "Authenticating requests: Using query parameters" in the S3 API reference.
#[test]
fn the_s3_reference_s_examples_are_accepted() {
    let bucket = |method: &str, target: &str| {
        Request::builder().method(method).uri(target).header("host", "examplebucket.s3.amazonaws.com")
    };
    let chunked = || {
        Request::builder()
            .method("PUT")
            .uri("/examplebucket/chunkObject.txt")
            .header("host", "s3.amazonaws.com")
            .header("x-amz-storage-class", "REDUCED_REDUNDANCY")
            .header("content-encoding", "aws-chunked")
            .header("x-amz-decoded-content-length", "66560")
    };
    let empty = sigv4::sha256(b"");
    let plain = "host;x-amz-content-sha256;x-amz-date";
    for (request, payload, names, signature) in [
        (
            bucket("GET", "/test.txt").header("range", "bytes=0-9"),
            empty.as_str(),
            "host;range;x-amz-content-sha256;x-amz-date",
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            bucket("PUT", "/test$file.text")
                .header("date", "Fri, 24 May 2013 00:00:00 GMT")
                .header("x-amz-storage-class", "REDUCED_REDUNDANCY"),
            "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
            "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class",
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            bucket("GET", "/?lifecycle"),
            empty.as_str(),
            plain,
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            bucket("GET", "/?max-keys=2&prefix=J"),
            empty.as_str(),
            plain,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
        (
            chunked().header("content-length", "66824"),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
            "content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class",
            "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
        ),
        (
            chunked().header("x-amz-trailer", "x-amz-checksum-crc32c"),
            "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
            "content-encoding;host;x-amz-content-sha256;x-amz-date;x-amz-decoded-content-length;x-amz-storage-class;x-amz-trailer",
            "106e2a8a18243abcf37539882f36619c00e2dfc72633413f02d3b74544bfeb8e",
        ),
    ] {
        let parts = example(request, payload, names, signature);
        let found = proved(&parts, ("s3", "s3"), S3_SECRET, payload);
        assert!(found.is_ok(), "{} {}: {found:?}", parts.method, parts.uri);
        for (what, change) in CHANGES {
            let mut parts = parts.clone();
            change(&mut parts);
            assert!(proved(&parts, ("s3", "s3"), S3_SECRET, payload).is_err(), "{what} of {}", parts.uri);
        }
    }
    let url = "/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";
    let presigned = bucket("GET", url).body(()).unwrap().into_parts().0;
    assert!(proved(&presigned, ("s3", "s3"), S3_SECRET, sigv4::UNSIGNED_PAYLOAD).is_ok());
    for (what, change) in CHANGES {
        let mut parts = presigned.clone();
        change(&mut parts);
        let found = proved(&parts, ("s3", "s3"), S3_SECRET, sigv4::UNSIGNED_PAYLOAD);
        assert!(found.is_err(), "{what}: {found:?}");
    }
}

/// There is one place that compares signatures, and it takes the same time wherever they differ.
#[test]
fn signatures_are_compared_in_constant_time_alone() {
    let mut open = vec![std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    let mut constant = 0;
    while let Some(path) = open.pop() {
        if path.is_dir() {
            open.extend(std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        constant += text.matches("self.sign(string_to_sign).as_bytes().ct_eq(signature.as_bytes())").count();
        for line in text.lines().filter(|line| line.contains("signature")) {
            let compares = ["signature ==", "signature !=", "== signature", "!= signature", "signature.eq("];
            let test = path.ends_with("authenticate/tests.rs");
            assert!(test || !compares.iter().any(|one| line.contains(one)), "{}: {line}", path.display());
        }
    }
    assert_eq!(constant, 2, "in `SigningKey::verifies`, and above");
}
