//! Connections: HTTP and HTTPS on one port, chunks, bodies, the end.

use std::time::Duration;

use serde_json::json;
use stackproof_aws::client::{Signing, Transport};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::{World, allow, call};

#[tokio::test]
async fn one_port_speaks_both_and_keeps_connections() {
    let world = World::new().await;
    for transport in [Transport::Http, Transport::Https, Transport::Http, Transport::Https] {
        let mut list = call("s3:ListBuckets", json!({}), Signing::Header(world.operator()));
        list.transport = transport;
        let (reply, decision) = world.send(list).await;
        assert_eq!(reply.status, 200);
        let secure = (transport == Transport::Https).to_string();
        assert_eq!(decision.checks[0].context["aws:securetransport"], [secure]);
        assert_eq!(decision.checks[0].context.contains_key("s3:tlsversion"), transport == Transport::Https);
    }
}

#[tokio::test]
async fn a_refusal_reaches_a_client_that_still_writes() {
    let world = World::new().await;
    world.bucket("calls").await;
    let user = world.user("alice", json!([allow(&["s3:GetObject"], &["*"])])).await;
    for transport in [Transport::Http, Transport::Https] {
        let mut put =
            call("s3:PutObject", json!({ "Bucket": "calls", "Key": "a" }), Signing::Header(user.clone()));
        put.body = vec![7; 12 << 20].into();
        put.transport = transport;
        assert_eq!(world.send(put).await.0.status, 403);
    }
}

#[tokio::test]
async fn a_client_that_says_nothing_more_is_waited_for_in_vain_no_longer() {
    let world = World::new().await;
    world.bucket("calls").await;
    let mut stream = TcpStream::connect(world.server.address()).await.unwrap();
    let head = "POST /calls?delete HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\n\r\nx";
    stream.write_all(head.as_bytes()).await.unwrap();
    tokio::time::pause();
    let mut answer = String::new();
    let read = tokio::time::timeout(Duration::from_secs(120), stream.read_to_string(&mut answer));
    read.await.expect("an answer").unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    assert!(answer.contains("<Code>RequestTimeout</Code>"), "{answer}");
}

#[tokio::test]
async fn a_client_that_waits_is_told_to_go_on() {
    let world = World::new().await;
    world.bucket("calls").await;
    world.set("s3:DeletePublicAccessBlock", json!({ "Bucket": "calls" })).await;
    world
        .policy(
            "calls",
            json!([{ "Effect": "Allow", "Principal": "*", "Action": "s3:PutObject", "Resource": "arn:aws:s3:::calls/open/*" }]),
        )
        .await;
    for (key, expected) in [("open/a", "HTTP/1.1 100 Continue"), ("closed/a", "HTTP/1.1 403 Forbidden")] {
        let mut stream = TcpStream::connect(world.server.address()).await.unwrap();
        let head = format!(
            "PUT /calls/{key} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 4\r\nexpect: 100-continue\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).await.unwrap();
        let mut answer = vec![0; 1024];
        let read =
            tokio::time::timeout(Duration::from_secs(10), stream.read(&mut answer)).await.unwrap().unwrap();
        let answer = String::from_utf8_lossy(&answer[..read]).into_owned();
        assert!(answer.starts_with(expected), "{answer}");
        // What it was not asked for it may not send as another call.
        assert_eq!(answer.contains("connection: close"), key == "closed/a", "{answer}");
    }
}

#[tokio::test]
async fn a_server_that_shuts_down_answers_no_more() {
    let world = World::new().await;
    let address = world.server.address();
    let (reply, _) = world.call(&world.operator(), "s3:ListBuckets", json!({})).await;
    assert_eq!(reply.status, 200);
    world.server.shutdown().await;
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn what_is_no_request_is_hung_up_on() {
    let world = World::new().await;
    for bytes in [&b"\x16\x03\x01garbage garbage garbage"[..], b"garbage\r\n\r\n", b"\0"] {
        let mut stream = TcpStream::connect(world.server.address()).await.unwrap();
        stream.write_all(bytes).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut answer = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(10), stream.read_to_end(&mut answer)).await;
        assert!(ended.is_ok(), "{bytes:?}");
    }
    assert_eq!(world.call(&world.operator(), "s3:ListBuckets", json!({})).await.0.status, 200);
}
