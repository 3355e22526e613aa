use std::time::{Duration, UNIX_EPOCH};

use aws_sigv4::http_request::SessionTokenMode;

use super::*;
use crate::Secret;

#[path = "../../tests/data/suite.rs"]
mod suite;

use suite::{Case, PLACES, Place};

fn at(time: &str) -> SystemTime {
    let time: jiff::Timestamp = time.parse().unwrap();
    UNIX_EPOCH + Duration::from_secs(time.as_second().unsigned_abs())
}

/// The signature that a request carries.
fn signature(request: &Parts) -> String {
    let header = request.headers.get("authorization").map(|value| value.to_str().unwrap().to_owned());
    let text = header.unwrap_or_else(|| request.uri.to_string());
    text.split_once("Signature=").unwrap().1.split('&').next().unwrap().to_owned()
}

/// Signs a case as [`sign`] does, by the settings of services that are no S3 but for what the case itself says.
fn signed(case: &Case, place: Place) -> Parts {
    let context = &case.context;
    let valid = Duration::from_secs(context["expiration_in_seconds"].as_u64().unwrap());
    let mut settings = settings(case.text("service"), (place == Place::Query).then_some(valid));
    if !case.normalizes() {
        settings.uri_path_normalization_mode = UriPathNormalizationMode::Disabled;
    }
    if context["omit_session_token"] == true {
        settings.session_token_mode = SessionTokenMode::Exclude;
    }
    if context["sign_body"] == true {
        settings.payload_checksum_kind = PayloadChecksumKind::XAmzSha256;
    }
    let sent = case.request();
    if sent.escaped {
        settings.percent_encoding_mode = PercentEncodingMode::Single;
    }
    let key = &context["credentials"];
    let credentials = Credentials {
        access_key_id: key["access_key_id"].as_str().unwrap().to_owned(),
        secret_access_key: Secret::new(key["secret_access_key"].as_str().unwrap()),
        session_token: key["token"].as_str().map(Secret::new),
    };
    let (mut parts, body) = (sent.parts, sent.body);
    let (service, region, time) = (case.text("service"), case.text("region"), at(case.text("timestamp")));
    let payload = Payload::Hashed(body.as_bytes());
    sign_at(time, &mut parts, payload, (service, region), &credentials, settings).unwrap();
    parts
}

/// The members of a query in order, without their escapes.
fn sorted(request: &Parts) -> Vec<String> {
    let decode =
        |member: &str| percent_encoding::percent_decode_str(member).decode_utf8().unwrap().into_owned();
    let mut members: Vec<_> = request.uri.query().unwrap_or_default().split('&').map(decode).collect();
    members.sort();
    members
}

#[test]
fn signs_as_aws_s_test_suite_has_it() {
    let mut count = 0;
    for case in suite::cases().iter().filter(|case| !case.context.is_null()) {
        for place in PLACES {
            let made = signed(case, place);
            assert_eq!(Some(&*signature(&made)), case.file(place, "signature"), "{} {place:?}", case.name);
            let expected = case.signed(place).unwrap().parts;
            assert_eq!(sorted(&made), sorted(&expected), "{} {place:?}", case.name);
            assert_eq!(made.uri.path(), expected.uri.path(), "{}", case.name);
            assert_eq!(made.headers.len(), expected.headers.len(), "{}", case.name);
            count += 1;
        }
    }
    assert_eq!(count, 76);
}

const KEY: &str = "AKIAIOSFODNN7EXAMPLE";

fn s3(request: http::request::Builder, payload: Payload<'_>, presigned: Option<Duration>) -> String {
    let secret = Secret::new("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY");
    let credentials =
        Credentials { access_key_id: KEY.to_owned(), secret_access_key: secret, session_token: None };
    let mut parts = request.body(()).unwrap().into_parts().0;
    let (time, settings) = (at("2013-05-24T00:00:00Z"), settings("s3", presigned));
    sign_at(time, &mut parts, payload, ("s3", "us-east-1"), &credentials, settings).unwrap();
    signature(&parts)
}

/// "Examples: Signature calculations in AWS Signature Version 4", and the example of "Authenticating requests: using query
/// parameters", in the S3 API reference.
#[test]
fn signs_as_the_s3_reference_has_it() {
    let request = |method: &str, target: &str| {
        Request::builder().method(method).uri(target).header("host", "examplebucket.s3.amazonaws.com")
    };
    let put = request("PUT", "/test%24file.text")
        .header("date", "Fri, 24 May 2013 00:00:00 GMT")
        .header("x-amz-storage-class", "REDUCED_REDUNDANCY");
    let url = "https://examplebucket.s3.amazonaws.com/test.txt";
    let day = Some(Duration::from_secs(86_400));
    for (request, payload, presigned, expected) in [
        (
            request("GET", "/test.txt").header("range", "bytes=0-9"),
            Payload::Hashed(b""),
            None,
            "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
        ),
        (
            put,
            Payload::Hashed(b"Welcome to Amazon S3."),
            None,
            "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd",
        ),
        (
            request("GET", "/?lifecycle"),
            Payload::Hashed(b""),
            None,
            "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
        ),
        (
            request("GET", "/?max-keys=2&prefix=J"),
            Payload::Hashed(b""),
            None,
            "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
        ),
        (
            Request::builder().uri(url),
            Payload::Unsigned,
            day,
            "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404",
        ),
    ] {
        assert_eq!(s3(request, payload, presigned), expected);
    }
}
