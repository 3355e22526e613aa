//! Lambda's runtime interface, for `provided.al2023`: the program asks for an invocation, answers it, and asks for the next.

use std::process::ExitCode;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::header::HeaderValue;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::{Error, Settings, log};

/// Where the runtime interface is, as host and port.
const ADDRESS: &str = "AWS_LAMBDA_RUNTIME_API";
const VERSION: &str = "2018-06-01";

/// What a program does with an event.
pub trait Handler {
    /// What it is invoked with.
    type Event: DeserializeOwned;

    /// Handles an event. An error has Lambda try again, so that an event that can never be handled is no error.
    fn handle(&self, event: Self::Event) -> impl Future<Output = Result<Value, Error>>;
}

/// Handles what comes, one after the other, until Lambda ends the process.
///
/// A program that cannot be prepared, or is not run by Lambda, says why and ends.
pub async fn serve<H: Handler>(prepare: impl Future<Output = Result<H, Error>>) -> ExitCode {
    let ended = match Settings::of_process().required(ADDRESS) {
        Ok(address) => Runtime::new(address).serve(prepare).await,
        Err(_) => Err(Error::new(format!("`{ADDRESS}` is not set")).hint("this program is run by Lambda")),
    };
    match ended {
        Ok(never) => match never {},
        Err(error) => {
            log::error("the function ends", &[("error", &error.to_string())]);
            ExitCode::FAILURE
        }
    }
}

/// A connection to the runtime interface.
struct Runtime {
    client: Client<HttpConnector, Full<Bytes>>,
    address: String,
}

/// An event, and the invocation that it is of.
struct Invocation {
    id: String,
    event: Bytes,
}

impl Runtime {
    fn new(address: String) -> Self {
        Self { client: Client::builder(TokioExecutor::new()).build_http(), address }
    }

    async fn serve<H: Handler>(
        &self,
        prepare: impl Future<Output = Result<H, Error>>,
    ) -> Result<std::convert::Infallible, Error> {
        let handler = match prepare.await {
            Ok(handler) => handler,
            Err(error) => {
                self.post("init/error", &failure("Runtime.NotPrepared", &error)).await?;
                return Err(error);
            }
        };
        loop {
            let invocation = self.next().await?;
            self.answer(&handler, invocation).await?;
        }
    }

    async fn next(&self) -> Result<Invocation, Error> {
        let response = self.send(Method::GET, "invocation/next", Bytes::new()).await?;
        let id = response
            .headers()
            .get("lambda-runtime-aws-request-id")
            .and_then(|id| id.to_str().ok())
            .ok_or_else(|| Error::new("an invocation came without a request id"))?
            .to_owned();
        let event =
            response.into_body().collect().await.map_err(|error| unreachable_interface(&error))?.to_bytes();
        Ok(Invocation { id, event })
    }

    async fn answer<H: Handler>(&self, handler: &H, invocation: Invocation) -> Result<(), Error> {
        let Invocation { id, event } = invocation;
        let handled = match serde_json::from_slice(&event) {
            Ok(event) => handler.handle(event).await.map_err(|error| ("Function.Failed", error)),
            // Serde would say what it found instead, and what is in an event is not for the log.
            Err(_) => Err((
                "Function.BadEvent",
                Error::new("the event is not of the kind that this function is for"),
            )),
        };
        match handled {
            Ok(answer) => self.post(&format!("invocation/{id}/response"), &answer).await,
            Err((kind, error)) => {
                log::error(
                    "the event was not handled",
                    &[("request_id", &id), ("error", &error.to_string())],
                );
                self.post(&format!("invocation/{id}/error"), &failure(kind, &error)).await
            }
        }
    }

    async fn post(&self, path: &str, body: &Value) -> Result<(), Error> {
        self.send(Method::POST, path, Bytes::from(body.to_string())).await.map(drop)
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Bytes,
    ) -> Result<Response<hyper::body::Incoming>, Error> {
        let mut request = Request::new(Full::new(body));
        *request.uri_mut() = format!("http://{}/{VERSION}/runtime/{path}", self.address)
            .parse()
            .map_err(|_| Error::new(format!("`{}` is no address of a runtime interface", self.address)))?;
        *request.method_mut() = method;
        request
            .headers_mut()
            .insert(hyper::header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let response = self.client.request(request).await.map_err(|error| unreachable_interface(&error))?;
        match response.status() {
            StatusCode::OK | StatusCode::ACCEPTED => Ok(response),
            status => Err(Error::new(format!("the runtime interface answers `{path}` with {status}"))),
        }
    }
}

fn unreachable_interface(error: &dyn std::error::Error) -> Error {
    Error::new(format!("the runtime interface cannot be reached: {error}"))
}

fn failure(kind: &str, error: &Error) -> Value {
    json!({ "errorType": kind, "errorMessage": error.to_string(), "stackTrace": [] })
}

#[cfg(test)]
mod tests;
