//! CORS: preflights, and what browsers are told with answers.

use bytes::Bytes;
use http::{HeaderMap, Request};
use http_body_util::BodyExt;
use serde_json::{Value, json};
use stackproof_aws::wire;
use stackproof_gateway::{ConnectionFacts, Outcome};

use crate::world::World;

const ORIGIN: &str = "https://app.example.com";

/// Status, headers, body and decision of a request.
async fn send(
    world: &World,
    method: &str,
    uri: &str,
    headers: &[(&str, &str)],
) -> (u16, HeaderMap, Bytes, Outcome) {
    let facts = ConnectionFacts {
        secure: true,
        tls_version: Some("1.3"),
        peer: std::net::IpAddr::from([127, 0, 0, 1]),
    };
    let mut request = Request::builder().method(method).uri(uri).header("host", "localhost");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let response = world.gateway.handle(facts, request.body(wire::empty()).unwrap()).await;
    let (parts, body) = response.into_parts();
    let id = parts.headers["x-amz-request-id"].to_str().unwrap();
    let decision = world.gateway.decisions().find(id).expect("every call is recorded");
    assert!(method != "OPTIONS" || decision.checks.is_empty(), "a preflight is not authorized");
    let outcome = decision.outcome;
    (parts.status.as_u16(), parts.headers, body.collect().await.unwrap().to_bytes(), outcome)
}

async fn shared(rules: Value) -> World {
    let world = World::new().await;
    world.bucket("calls").await;
    world
        .set("s3:PutBucketCors", json!({ "Bucket": "calls", "CORSConfiguration": { "CORSRules": rules } }))
        .await;
    world
}

fn rules() -> Value {
    json!([
        {
            "AllowedMethods": ["PUT", "POST"], "AllowedOrigins": ["https://*.example.com"],
            "AllowedHeaders": ["content-type", "X-Amz-*"], "ExposeHeaders": ["ETag", "x-amz-version-id"], "MaxAgeSeconds": 3000,
        },
        { "AllowedMethods": ["GET"], "AllowedOrigins": ["*"] },
    ])
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).map(|value| value.to_str().unwrap())
}

#[tokio::test]
async fn a_preflight_is_answered_by_the_first_rule_that_fits() {
    let world = shared(rules()).await;
    let asked = [
        ("origin", ORIGIN),
        ("access-control-request-method", "PUT"),
        ("access-control-request-headers", "Content-Type, x-amz-meta-a"),
    ];
    // The query of a presigned request is none of the preflight's.
    let presigned = "/calls/a?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Signature=00&x-amz-copy-source=b%2Fc";
    for uri in ["/calls/a", "/calls", presigned] {
        let (status, headers, body, outcome) = send(&world, "OPTIONS", uri, &asked).await;
        assert_eq!((status, outcome, body.len()), (200, Outcome::Allowed, 0), "{uri}");
        for (name, value) in [
            ("access-control-allow-origin", ORIGIN),
            ("access-control-allow-credentials", "true"),
            ("access-control-allow-methods", "PUT, POST"),
            ("access-control-allow-headers", "content-type, x-amz-meta-a"),
            ("access-control-expose-headers", "ETag, x-amz-version-id"),
            ("access-control-max-age", "3000"),
            ("vary", "Origin, Access-Control-Request-Headers, Access-Control-Request-Method"),
        ] {
            assert_eq!(text(&headers, name), Some(value), "{name} of {uri}");
        }
    }
    let get = [("origin", "https://anyone.test"), ("access-control-request-method", "GET")];
    let (status, headers, ..) = send(&world, "OPTIONS", "/calls/a", &get).await;
    assert_eq!((status, text(&headers, "access-control-allow-origin")), (200, Some("*")));
    assert_eq!(text(&headers, "access-control-allow-credentials"), None);
}

#[tokio::test]
async fn a_preflight_that_no_rule_fits_is_forbidden() {
    let world = shared(rules()).await;
    world.bucket("closed").await;
    let (origin, method) = ("origin", "access-control-request-method");
    for (uri, headers, status, code) in [
        ("/calls/a", vec![(origin, "https://example.org"), (method, "PUT")], 403, "AccessForbidden"),
        ("/calls/a", vec![(origin, ORIGIN), (method, "DELETE")], 403, "AccessForbidden"),
        (
            "/calls/a",
            vec![(origin, ORIGIN), (method, "PUT"), ("access-control-request-headers", "authorization")],
            403,
            "AccessForbidden",
        ),
        ("/closed/a", vec![(origin, ORIGIN), (method, "GET")], 403, "CORS is not enabled for this bucket."),
        ("/", vec![(origin, ORIGIN), (method, "GET")], 403, "CORS is not enabled for this bucket."),
        ("/closed", vec![(origin, ORIGIN)], 403, "<Method>OPTIONS</Method><ResourceType>BUCKET<"),
        ("/nowhere/a", vec![(origin, ORIGIN), (method, "GET")], 403, "CORSResponse: Bucket not found"),
        ("/nowhere", vec![(method, "GET")], 400, "Origin request header needed"),
        ("/calls/a", vec![(method, "GET")], 400, "Origin request header needed"),
        ("/calls/a", vec![(origin, ORIGIN)], 400, "Invalid Access-Control-Request-Method"),
        ("/calls/a", vec![(origin, ORIGIN), (origin, ORIGIN), (method, "GET")], 400, "BadRequest"),
    ] {
        let (given, answer, body, outcome) = send(&world, "OPTIONS", uri, &headers).await;
        let body = String::from_utf8_lossy(&body);
        assert_eq!((given, outcome), (status, Outcome::Rejected), "{uri} {headers:?}: {body}");
        assert!(body.contains(code), "{uri} {headers:?}: {body}");
        assert_eq!(text(&answer, "access-control-allow-origin"), None);
    }
}

#[tokio::test]
async fn answers_tell_browsers_what_the_rules_say() {
    let world = shared(rules()).await;
    // Denied, for who asks is nobody; and the page may read that.
    let (status, headers, ..) = send(&world, "GET", "/calls/a", &[("origin", ORIGIN)]).await;
    assert_eq!((status, text(&headers, "access-control-allow-origin")), (403, Some("*")));
    let (_, headers, ..) = send(&world, "PUT", "/calls/a", &[("origin", ORIGIN)]).await;
    assert_eq!(text(&headers, "access-control-allow-origin"), Some(ORIGIN));
    let (_, headers, ..) = send(&world, "DELETE", "/calls/a", &[("origin", ORIGIN)]).await;
    assert_eq!((text(&headers, "access-control-allow-origin"), text(&headers, "vary")), (None, None));
    let (_, headers, ..) = send(&world, "GET", "/calls/a", &[]).await;
    assert_eq!((text(&headers, "access-control-allow-origin"), text(&headers, "vary")), (None, None));
}
