//! Who is let in, and what those are told who are not.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use stackproof_aws::client::{Signing, Transport};
use stackproof_aws::{Clock, Credentials, Secret};
use stackproof_gateway::Outcome;

use crate::world::{World, allow, call, code, message};

fn wrong_secret(credentials: &Credentials) -> Credentials {
    Credentials { secret_access_key: Secret::new("not the secret"), ..credentials.clone() }
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_key_in_the_words_of_each_service() {
    let world = World::new().await;
    world.bucket("calls").await;
    let wrong = wrong_secret(&world.operator());
    let unknown = Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE".to_owned(), ..wrong.clone() };
    for (who, operation, members, status, expected) in [
        (&wrong, "s3:ListObjectsV2", json!({ "Bucket": "calls" }), 403, "SignatureDoesNotMatch"),
        (&wrong, "iam:ListUsers", json!({}), 403, "SignatureDoesNotMatch"),
        (&wrong, "sts:GetCallerIdentity", json!({}), 403, "SignatureDoesNotMatch"),
        (&unknown, "s3:ListObjectsV2", json!({ "Bucket": "calls" }), 403, "InvalidAccessKeyId"),
        (&unknown, "sts:GetCallerIdentity", json!({}), 403, "InvalidClientTokenId"),
    ] {
        let (reply, decision) = world.call(who, operation, members).await;
        assert_eq!((reply.status, code(&reply)), (status, expected), "{operation}");
        assert_eq!((decision.outcome, decision.status), (Outcome::Unauthenticated, status));
        assert_eq!(decision.error.as_deref(), Some(expected));
        assert_eq!(decision.principal, format!("unverified key {}", who.access_key_id));
    }
    let (_, decision) = world.call(&unknown, "sts:GetCallerIdentity", json!({})).await;
    assert!(decision.reason.as_ref().unwrap().contains("was not issued through the gateway"));
}

#[tokio::test]
async fn the_error_shows_what_was_signed_and_never_the_right_signature() {
    let world = World::new().await;
    let wrong = wrong_secret(&world.operator());
    let presigned = Signing::Presigned(wrong, Duration::from_secs(60));
    let url = world.client.presign(call("s3:ListBuckets", json!({}), presigned)).unwrap();
    let uri: http::Uri = url.parse().unwrap();
    let request = http::Request::builder()
        .uri(uri.path_and_query().unwrap().to_string())
        .header("host", uri.authority().unwrap().to_string());
    let (status, body, decision) = world.raw(request, "").await;
    assert_eq!((status, decision.error.as_deref()), (403, Some("SignatureDoesNotMatch")));
    let given = url.split("X-Amz-Signature=").nth(1).unwrap().split('&').next().unwrap();
    for element in ["AWSAccessKeyId", "StringToSign", "SignatureProvided", "CanonicalRequest"] {
        assert!(body.contains(&format!("<{element}>")), "{element} is not in {body}");
    }
    let hashes: Vec<_> =
        body.split(|c: char| !c.is_ascii_hexdigit()).filter(|word| word.len() == 64).collect();
    assert!(hashes.iter().filter(|hash| **hash == given).count() == 1, "{hashes:?}");
    assert_eq!(hashes.len(), 2, "the canonical request's hash and the signature that was given");
}

#[tokio::test]
async fn unsigned_calls_are_anonymous_to_s3_and_nobody_elsewhere() {
    let world = World::new().await;
    world.bucket("calls").await;
    let (reply, decision) =
        world.send(call("s3:ListObjectsV2", json!({ "Bucket": "calls" }), Signing::Anonymous)).await;
    assert_eq!((reply.status, code(&reply), message(&reply)), (403, "AccessDenied", "Access Denied"));
    assert_eq!((decision.outcome, decision.principal.as_str()), (Outcome::ImplicitDeny, "anonymous"));
    let (reply, decision) = world.send(call("sts:GetCallerIdentity", json!({}), Signing::Anonymous)).await;
    assert_eq!((reply.status, code(&reply)), (403, "MissingAuthenticationToken"));
    assert_eq!(decision.outcome, Outcome::Unauthenticated);
}

#[tokio::test]
async fn a_foreign_token_is_no_missing_signature() {
    let world = World::new().await;
    let members = json!({
        "RoleArn": "arn:aws:iam::111111111111:role/deploy",
        "RoleSessionName": "pipeline",
        "WebIdentityToken": "header.claims.signature",
    });
    let assume = call("sts:AssumeRoleWithWebIdentity", members, Signing::Anonymous);
    let (reply, decision) = world.send(assume).await;
    assert_eq!((reply.status, decision.outcome), (501, Outcome::Undetermined));
}

#[tokio::test]
async fn clocks_may_differ_as_far_as_the_service_allows() {
    for (minutes, s3, sts) in [
        (0, "Ok", "Ok"),
        (-6, "Ok", "SignatureDoesNotMatch"),
        (6, "Ok", "SignatureDoesNotMatch"),
        (-16, "RequestTimeTooSkewed", "SignatureDoesNotMatch"),
        (16, "RequestTimeTooSkewed", "SignatureDoesNotMatch"),
    ] {
        let now = Timestamp::now().checked_add(SignedDuration::from_mins(minutes)).unwrap();
        let world = World::at(Clock::fixed(now)).await;
        let (reply, _) = world.call(&world.operator(), "s3:ListBuckets", json!({})).await;
        assert_eq!(code(&reply), s3, "{minutes}");
        let (reply, _) = world.call(&world.operator(), "sts:GetCallerIdentity", json!({})).await;
        assert_eq!(code(&reply), sts, "{minutes}");
        if minutes == -6 {
            assert!(message(&reply).starts_with("Signature not yet current: "), "{}", message(&reply));
        }
    }
}

#[tokio::test]
async fn a_presigned_url_ends() {
    let clock = Clock::fixed(Timestamp::now().checked_add(SignedDuration::from_mins(2)).unwrap());
    let world = World::at(clock).await;
    for (seconds, expected) in [(600, "Ok"), (60, "AccessDenied")] {
        let signing = Signing::Presigned(world.operator(), Duration::from_secs(seconds));
        let (reply, decision) = world.send(call("s3:ListBuckets", json!({}), signing)).await;
        assert_eq!(code(&reply), expected);
        if expected != "Ok" {
            assert_eq!(message(&reply), "Request has expired");
            assert_eq!(decision.outcome, Outcome::Unauthenticated);
        }
    }
}

#[tokio::test]
async fn the_virtual_clock_moves_no_signature() {
    let world = World::new().await;
    world.clock.advance(SignedDuration::from_hours(1000));
    let (reply, decision) = world.call(&world.operator(), "s3:ListBuckets", json!({})).await;
    assert_eq!(reply.status, 200);
    let year_ahead = decision.checks[0].context["aws:currenttime"][0].clone();
    assert!(year_ahead > Timestamp::now().to_string());
}

#[tokio::test]
async fn keys_end_with_their_users() {
    let world = World::new().await;
    let user = world.user("alice", json!([allow(&["s3:ListAllMyBuckets"], &["*"])])).await;
    let list = || world.call(&user, "s3:ListBuckets", json!({}));
    assert_eq!(code(&list().await.0), "Ok");
    let key = json!({ "UserName": "alice", "AccessKeyId": user.access_key_id, "Status": "Inactive" });
    world.set("iam:UpdateAccessKey", key).await;
    assert_eq!(code(&list().await.0), "InvalidAccessKeyId");
    let key = json!({ "UserName": "alice", "AccessKeyId": user.access_key_id, "Status": "Active" });
    world.set("iam:UpdateAccessKey", key).await;
    assert_eq!(code(&list().await.0), "Ok");
    world.set("iam:DeleteAccessKey", json!({ "UserName": "alice", "AccessKeyId": user.access_key_id })).await;
    let (reply, decision) = list().await;
    assert_eq!(code(&reply), "InvalidAccessKeyId");
    assert!(decision.reason.as_ref().unwrap().ends_with("it was deleted"));
}

#[tokio::test]
async fn what_matters_must_be_signed() {
    let world = World::new().await;
    world.bucket("calls").await;
    let signing = Signing::Presigned(world.operator(), Duration::from_secs(60));
    let url = world
        .client
        .presign(call("s3:PutObject", json!({ "Bucket": "calls", "Key": "a" }), signing))
        .unwrap();
    let uri: http::Uri = url.parse().unwrap();
    let request = || {
        http::Request::builder()
            .method("PUT")
            .uri(uri.path_and_query().unwrap().to_string())
            .header("host", uri.authority().unwrap().to_string())
            .header("content-length", "1")
    };
    let (status, body, _) = world.raw(request().header("x-amz-acl", "public-read"), "x").await;
    assert_eq!(status, 403);
    assert!(body.contains("There were headers present in the request which were not signed"), "{body}");
    assert!(body.contains("<HeadersNotSigned>x-amz-acl</HeadersNotSigned>"), "{body}");
    let both = request().header(
        "authorization",
        "AWS4-HMAC-SHA256 Credential=a/20260101/r/s3/aws4_request, SignedHeaders=host, Signature=b",
    );
    let (status, body, decision) = world.raw(both, "x").await;
    assert_eq!((status, decision.outcome), (400, Outcome::Unauthenticated));
    assert!(body.contains("Only one auth mechanism allowed"), "{body}");
    assert_eq!(world.raw(request(), "x").await.0, 200);
}

#[tokio::test]
async fn a_changed_payload_is_refused_and_nothing_is_stored() {
    let world = World::new().await;
    world.bucket("calls").await;
    let mut put =
        call("s3:PutObject", json!({ "Bucket": "calls", "Key": "a" }), Signing::Header(world.operator()));
    put.body = "right".into();
    let (status, body) = tampered(&world, put).await;
    assert_eq!(status, 400);
    assert!(body.contains("XAmzContentSHA256Mismatch"), "{body}");
    let (reply, _) =
        world.call(&world.operator(), "s3:HeadObject", json!({ "Bucket": "calls", "Key": "a" })).await;
    assert_eq!(reply.status, 404);
}

/// Catches a signed request on its way, and hands it in with another body.
async fn tampered(world: &World, mut call: stackproof_aws::client::Call) -> (u16, String) {
    use tokio::io::AsyncReadExt;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let endpoint = stackproof_aws::client::Endpoint {
        http: format!("http://{address}"),
        https: format!("https://{address}"),
        ca_pem: world.client.endpoint().ca_pem.clone(),
    };
    call.transport = Transport::Http;
    let client = stackproof_aws::client::Client::new(endpoint).unwrap();
    let sending = tokio::spawn(async move { client.send(call).await });
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut head = Vec::new();
    while !head.windows(4).any(|window| window == b"\r\n\r\n") {
        head.push(stream.read_u8().await.unwrap());
    }
    sending.abort();
    let head = String::from_utf8(head).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let mut request = http::Request::builder().method(first.next().unwrap()).uri(first.next().unwrap());
    for line in lines.filter(|line| !line.is_empty()) {
        let (name, value) = line.split_once(": ").unwrap();
        request = request.header(name, value);
    }
    let (status, body, _) = world.raw_over(false, request, "wrong").await;
    (status, body)
}

#[tokio::test]
async fn an_unsigned_trailer_is_checked_and_its_framing_is_not_stored() {
    let world = World::new().await;
    world.bucket("calls").await;
    world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
    let everyone = json!([{
        "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::calls/*",
    }]);
    world.policy("calls", everyone).await;
    let put = || {
        http::Request::builder()
            .method("PUT")
            .uri("/calls/a")
            .header("host", "localhost")
            .header("content-encoding", "aws-chunked,gzip")
            .header("x-amz-content-sha256", "STREAMING-UNSIGNED-PAYLOAD-TRAILER")
            .header("x-amz-decoded-content-length", "9")
            .header("x-amz-trailer", "x-amz-checksum-crc32")
    };
    let body = |sum: &str| format!("9\r\n123456789\r\n0\r\nx-amz-checksum-crc32:{sum}\r\n\r\n");
    let (status, answer, _) = world.raw(put(), &body("AAAAAA==")).await;
    assert_eq!(status, 400);
    assert!(answer.contains("<Code>BadDigest</Code>"), "{answer}");
    let (status, answer, decision) = world.raw(put(), &body("y/Q5Jg==")).await;
    assert_eq!(status, 200, "{answer} {decision:?}");
    let head = json!({ "Bucket": "calls", "Key": "a", "ChecksumMode": "ENABLED" });
    let head = world.set("s3:HeadObject", head).await;
    assert_eq!((&head["ContentEncoding"], &head["ContentLength"]), (&json!("gzip"), &json!(9)));
    assert_eq!(head["ChecksumCRC32"], "y/Q5Jg==");
}
