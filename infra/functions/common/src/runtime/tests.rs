use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use super::*;

/// Doubles a number that is not negative.
struct Double;

impl Handler for Double {
    type Event = i64;

    async fn handle(&self, event: i64) -> Result<Value, Error> {
        if event < 0 { Err(Error::new("it is negative")) } else { Ok(json!(event * 2)) }
    }
}

/// Hands out `events`, then refuses; returns what was posted, in order, and how serving ended.
async fn played(events: &[&str], prepared: Result<Double, Error>) -> (Vec<(String, Value)>, String) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let posted = Arc::new(Mutex::new(Vec::new()));
    let seen = posted.clone();
    let mut events: Vec<_> = events.iter().rev().map(|event| (*event).to_owned()).collect();
    let interface = tokio::spawn(async move {
        let mut number = 0;
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (line, body) = request(&mut stream).await;
            let answer = if line.starts_with("GET") {
                match events.pop() {
                    Some(event) => {
                        number += 1;
                        let head = "HTTP/1.1 200 OK\r\nconnection: close\r\nlambda-runtime-aws-request-id: ";
                        format!("{head}id-{number}\r\ncontent-length: {}\r\n\r\n{event}", event.len())
                    }
                    None => "HTTP/1.1 410 Gone\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned(),
                }
            } else {
                seen.lock().unwrap().push((line, serde_json::from_slice(&body).unwrap()));
                "HTTP/1.1 202 Accepted\r\nconnection: close\r\ncontent-length: 0\r\n\r\n".to_owned()
            };
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let ended = Runtime::new(address).serve(async { prepared }).await.unwrap_err();
    interface.abort();
    (posted.lock().unwrap().clone(), ended.to_string())
}

/// The path of a request, after its method, and its body.
async fn request(stream: &mut TcpStream) -> (String, Vec<u8>) {
    let mut bytes = Vec::new();
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            break end + 4;
        }
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
    };
    let head = String::from_utf8(bytes[..end].to_vec()).unwrap().to_ascii_lowercase();
    let length =
        head.split("content-length: ").nth(1).map_or(0, |rest| rest.lines().next().unwrap().parse().unwrap());
    while bytes.len() < end + length {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
    }
    let line = String::from_utf8(bytes[..end].to_vec()).unwrap().lines().next().unwrap().to_owned();
    let line = line.trim_end_matches(" HTTP/1.1").replace("/2018-06-01/runtime/", "");
    (line, bytes[end..].to_vec())
}

#[tokio::test]
async fn each_event_is_answered_under_its_own_id() {
    let (posted, ended) = played(&["1", "-1", "21"], Ok(Double)).await;
    assert_eq!(posted[0], ("POST invocation/id-1/response".to_owned(), json!(2)));
    assert_eq!(posted[1].0, "POST invocation/id-2/error");
    assert_eq!(
        posted[1].1,
        json!({ "errorType": "Function.Failed", "errorMessage": "it is negative", "stackTrace": [] })
    );
    assert_eq!(posted[2], ("POST invocation/id-3/response".to_owned(), json!(42)));
    assert_eq!(posted.len(), 3);
    assert_eq!(ended, "the runtime interface answers `invocation/next` with 410 Gone");
}

#[tokio::test]
async fn an_event_of_another_kind_is_refused_without_saying_what_it_holds() {
    let (posted, _) = played(&[r#"{"secret":"hush"}"#, "4"], Ok(Double)).await;
    assert_eq!(posted[0].1["errorType"], "Function.BadEvent");
    assert!(!posted[0].1.to_string().contains("hush"));
    assert_eq!(posted[1], ("POST invocation/id-2/response".to_owned(), json!(8)));
}

#[tokio::test]
async fn what_cannot_be_prepared_says_so_and_takes_no_event() {
    let (posted, ended) = played(&["1"], Err(Error::new("`TABLE` is not set"))).await;
    assert_eq!(posted.len(), 1);
    assert_eq!(posted[0].0, "POST init/error");
    assert_eq!(posted[0].1["errorMessage"], "`TABLE` is not set");
    assert_eq!(ended, "`TABLE` is not set");
}
