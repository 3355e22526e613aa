//! Whatever is sent, the gateway answers, and says how it decided.

use http::Request;
use proptest::prelude::*;
use stackproof_gateway::{ConnectionFacts, Outcome};

use crate::world::World;

fn header() -> impl Strategy<Value = (String, String)> {
    let names = prop::sample::select(vec![
        "authorization",
        "host",
        "x-amz-date",
        "date",
        "x-amz-content-sha256",
        "x-amz-security-token",
        "x-amz-decoded-content-length",
        "x-amz-trailer",
        "x-amz-copy-source",
        "x-amz-target",
        "x-amz-acl",
        "content-type",
        "content-length",
        "transfer-encoding",
    ]);
    let values = prop_oneof![
        Just("AWS4-HMAC-SHA256 Credential=AKIA/20260115/eu-west-2/s3/aws4_request,SignedHeaders=host,Signature=00".to_owned()),
        Just("AWS4-HMAC-SHA256 Credential=//////,SignedHeaders=;;,Signature=".to_owned()),
        Just("AWS key:signature".to_owned()),
        Just("20260115T100000Z".to_owned()),
        Just("STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned()),
        Just("STREAMING-AWS4-HMAC-SHA256-PAYLOAD".to_owned()),
        Just("UNSIGNED-PAYLOAD".to_owned()),
        Just("18446744073709551616".to_owned()),
        Just("x-amz-checksum-crc32".to_owned()),
        Just("application/x-www-form-urlencoded".to_owned()),
        Just("calls.s3.amazonaws.com".to_owned()),
        Just("DynamoDB_20120810.".to_owned()),
        "[ -~]{0,12}",
    ];
    (names.prop_map(str::to_owned), values)
}

/// A form or document, whole or cut, or anything.
fn payload() -> impl Strategy<Value = Vec<u8>> {
    let form = "(--XX\r\n(Content-Disposition: form-data; name=\"(key|file|policy|acl|tagging|x-amz-[a-z]{1,4})\"(; filename=\"[ -~]{0,4}\")?\r\n)?\r\n[ -~]{0,6}\r\n){0,4}(--XX--)?";
    let document = "<(Tagging|Delete|CompleteMultipartUpload|AccessControlPolicy|LifecycleConfiguration)>(<(Object|Key|TagSet|Tag|Part|Rule|Quiet)/?>[a-z&;]{0,3}){0,5}(</[A-Z][a-z]{2}>){0,3}";
    prop_oneof![
        form.prop_map(String::into_bytes),
        document.prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..64),
    ]
}

#[test]
fn whoever_is_let_in_is_answered_in_the_services_own_words() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let world = World::new().await;
        world.bucket("calls").await;
        world.set("s3:DeletePublicAccessBlock", serde_json::json!({ "Bucket": "calls" })).await;
        let everyone = serde_json::json!([{
            "Effect": "Allow", "Principal": "*", "Action": "s3:*",
            "Resource": ["arn:aws:s3:::calls", "arn:aws:s3:::calls/*"],
        }]);
        world.policy("calls", everyone).await;
        world.gateway.decisions().drain();
        world
    });
    let words = "(acl|tagging|delete|uploads|uploadId|partNumber|versionId|versions|list-type|max-keys|prefix|marker|attributes|lifecycle|encoding-type|continuation-token|response-expires)";
    let query = format!("({words}(=[a-zA-Z0-9%+.-]{{0,4}})?&){{0,3}}");
    let names = prop::sample::select(vec![
        "range",
        "if-match",
        "if-none-match",
        "if-modified-since",
        "content-md5",
        "content-encoding",
        "expires",
        "x-amz-copy-source",
        "x-amz-copy-source-range",
        "x-amz-tagging",
        "x-amz-meta-a",
        "x-amz-checksum-crc32",
        "x-amz-checksum-mode",
        "x-amz-server-side-encryption",
        "x-amz-storage-class",
        "x-amz-object-attributes",
        "x-amz-server-side-encryption-customer-key",
        "x-amz-sdk-checksum-algorithm",
        "x-amz-trailer",
        "x-amz-decoded-content-length",
        "x-amz-content-sha256",
        "content-type",
    ]);
    let values = prop_oneof![
        Just("calls/k".to_owned()),
        Just("*".to_owned()),
        Just("bytes=0-1".to_owned()),
        Just("AES256".to_owned()),
        Just("CRC32".to_owned()),
        Just("STREAMING-UNSIGNED-PAYLOAD-TRAILER".to_owned()),
        Just("multipart/form-data; boundary=XX".to_owned()),
        "[0-9]{1,20}",
        "[ -~]{0,12}",
    ];
    let headers = prop::collection::vec((names, values), 0..4);
    proptest!(ProptestConfig::with_cases(1500), |(
        method in "GET|PUT|POST|DELETE|HEAD",
        path in "/calls(/(k|%00|%2e%2e|%C3%BC|[a-zA-Z0-9.~+:@!;]{0,3})){0,2}",
        query in query.as_str(),
        headers in headers,
        body in payload(),
    )| {
        let mut request = Request::builder().method(method.as_str()).uri(format!("{path}?{query}"));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let request = request.header("content-length", body.len());
        let Ok(request) = request.body(stackproof_aws::wire::full(body)) else { return Ok(()) };
        let facts = ConnectionFacts { secure: true, tls_version: None, peer: [127, 0, 0, 1].into() };
        let response = runtime.block_on(world.gateway.handle(facts, request));
        prop_assert_ne!(response.status().as_u16(), 500, "{:?}", world.gateway.decisions().drain());
        prop_assert_eq!(world.gateway.decisions().drain().len(), 1);
    });
}

#[test]
fn every_request_is_answered_and_recorded() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let world = runtime.block_on(async {
        let world = World::new().await;
        world.bucket("calls").await;
        world.gateway.decisions().drain();
        world
    });
    let members = "(acl|policy|uploadId|list-type|Action|Version|X-Amz-Algorithm|X-Amz-Credential|x-amz-acl|AWSAccessKeyId)";
    let query = format!("({members}(=[a-zA-Z0-9%+-]{{0,5}})?&){{0,3}}");
    let bodies = prop_oneof![
        Just(String::new()),
        "Action=[A-Za-z]{0,9}(&[A-Za-z.0-9]{0,9}=x){0,3}",
        "[0-9a-f]{1,17}\r\n[ -~]{0,9}\r\n",
        "<[a-z]{0,3}>",
    ];
    proptest!(ProptestConfig::with_cases(3000), |(
        method in "GET|PUT|POST|DELETE|HEAD|OPTIONS|X",
        path in "(/(calls|a|%2e%2e|%00|%ff|%C3%BC|[a-zA-Z0-9.~+=:@!$'()*,;%]{0,4})){0,3}",
        query in query.as_str(),
        headers in prop::collection::vec(header(), 0..6),
        body in &bodies,
        secure: bool,
    )| {
        let uri = if path.is_empty() { format!("/?{query}") } else { format!("{path}?{query}") };
        let mut request = Request::builder().method(method.as_str()).uri(uri);
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let Ok(request) = request.body(stackproof_aws::wire::full(body)) else { return Ok(()) };
        let facts = ConnectionFacts { secure, tls_version: None, peer: std::net::IpAddr::from([127, 0, 0, 1]) };
        let response = runtime.block_on(world.gateway.handle(facts, request));
        let decisions = world.gateway.decisions().drain();
        let [decision] = decisions.as_slice() else { panic!("one decision a call") };
        prop_assert_eq!(decision.status, response.status().as_u16());
        prop_assert_ne!(decision.outcome, Outcome::Allowed, "nobody has been let in: {:?}", decision);
    });
}
