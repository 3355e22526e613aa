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
