//! LocalStack's own pages.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::Deserialize;

/// What LocalStack says of itself.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Health {
    /// Its release.
    pub(super) version: String,
}

/// Asks one endpoint, without a signature.
pub(super) struct Pages {
    client: Client<HttpConnector, Full<Bytes>>,
    endpoint: String,
    patience: Duration,
}

impl Pages {
    /// Those of that endpoint, each of which may take that long.
    pub(super) fn of(endpoint: &str, patience: Duration) -> Self {
        // Connections are not kept: the next asker may be in another runtime.
        let client = Client::builder(TokioExecutor::new()).pool_max_idle_per_host(0).build_http();
        Self { client, endpoint: endpoint.to_owned(), patience }
    }

    /// The health page.
    pub(super) async fn health(&self) -> Result<Health, String> {
        let (status, body) = self.ask(Method::GET, "/_localstack/health", None, "").await?;
        match serde_json::from_slice(&body) {
            Ok(health) if status.is_success() => Ok(health),
            Ok(_) => Err(format!("its health page answers with {status}")),
            Err(_) => Err("what answers there is not LocalStack".to_owned()),
        }
    }

    /// One call. `service` is the service whose scope an authorization names, by which LocalStack knows what is asked.
    pub(super) async fn ask(
        &self,
        method: Method,
        path: &str,
        service: Option<&str>,
        body: &'static str,
    ) -> Result<(StatusCode, Bytes), String> {
        let mut request = Request::new(Full::from(body));
        *request.method_mut() = method;
        *request.uri_mut() = format!("{}{path}", self.endpoint).parse().map_err(text)?;
        if let Some(service) = service {
            let scope = format!("000000000000/20260101/us-east-1/{service}/aws4_request");
            let value = format!("AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=0");
            request.headers_mut().insert(http::header::AUTHORIZATION, value.parse().map_err(text)?);
        }
        if !body.is_empty() {
            let form = HeaderValue::from_static("application/x-www-form-urlencoded");
            request.headers_mut().insert(http::header::CONTENT_TYPE, form);
        }
        let answer = async {
            let response = self.client.request(request).await.map_err(text)?;
            let status = response.status();
            Ok((status, response.into_body().collect().await.map_err(text)?.to_bytes()))
        };
        let late = || format!("no answer within {} s", self.patience.as_secs());
        tokio::time::timeout(self.patience, answer).await.map_err(|_| late())?
    }
}

/// What an error says, with what lies under it: the client's own words tell little.
fn text(error: impl std::error::Error) -> String {
    let mut said = error.to_string();
    let mut under = error.source();
    while let Some(error) = under {
        said = error.to_string();
        under = error.source();
    }
    said
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;

    /// What is told of something that answers so, or not at all.
    async fn told(answer: Option<&'static str>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let answering = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            if let Some(answer) = answer {
                // What answers before it is asked is none of HTTP.
                stream.read_u8().await.unwrap();
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
            std::future::pending::<()>().await;
        });
        let told = Pages::of(&endpoint, Duration::from_secs(1)).health().await.unwrap_err();
        answering.abort();
        told
    }

    #[tokio::test]
    async fn what_is_silent_or_something_else_is_told() {
        assert_eq!(told(None).await, "no answer within 1 s");
        let other = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
        assert_eq!(told(Some(other)).await, "what answers there is not LocalStack");
    }
}
