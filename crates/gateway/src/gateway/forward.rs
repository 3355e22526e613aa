//! Forwarding: the canonical request to the upstream, its answer to the client.

use http::Response;
use http_body_util::{BodyExt, Limited};
use stackproof_aws::{Answer, ApiError, Body, CanonicalRequest, Members, Operation, Output, codec, wire};

use super::Gateway;
use super::draft::Draft;
use crate::call::Call;
use crate::refusal::Refusal;

/// Where a call is executed, and with what.
pub(super) struct Execution {
    pub operation: &'static Operation,
    pub account: String,
    pub region: String,
    pub members: Members,
    pub body: Body,
}

impl Gateway {
    /// Has the upstream execute what was authorized. A write of configuration bumps its generation before and after.
    pub(super) async fn execute(&self, call: &Call<'_>, execution: Execution) -> Result<Answer, Failure> {
        let Execution { operation, account, region, members, body } = execution;
        let _write = self.directory.write(operation, &account, &members);
        let request = CanonicalRequest {
            id: call.id.to_owned(),
            operation,
            account,
            region,
            caller: call.caller.on_the_wire(),
            signer: self.signer(call),
            secure: call.connection.secure,
            members,
            body,
        };
        match self.upstream.call(request).await {
            Ok(Answer::Wire(response)) if codec::is_error(response.status().as_u16()) => {
                Err(Failure::told(operation, response).await)
            }
            answer => answer.map_err(Failure::of),
        }
    }

    /// Writes the answer in the protocol of its service.
    pub(super) fn respond(
        &self,
        draft: &mut Draft,
        operation: &'static Operation,
        answer: Result<Answer, Failure>,
    ) -> Result<Response<Body>, Refusal> {
        match answer {
            Ok(Answer::Output(output)) => Ok(codec::encode_response(operation, output, &draft.id)),
            Ok(Answer::Wire(response)) => Ok(response),
            Err(Failure::Error(error)) => {
                draft.failed(&error.code);
                Ok(error.into_response(draft.speaks, &draft.id, operation.method == "HEAD"))
            }
            Err(Failure::Told(error, response)) => {
                draft.failed(&error.code);
                Ok(*response)
            }
            Err(Failure::Unauthenticated(error)) => Err(Refusal::unauthenticated(error, None)),
            Err(Failure::Undetermined(reason)) => Err(Refusal::undetermined(reason)),
        }
    }
}

/// Why an upstream did not do it.
pub(super) enum Failure {
    /// The service's own error.
    Error(ApiError),
    /// The same as an upstream wrote it, to be passed on unchanged.
    Told(ApiError, Box<Response<Body>>),
    /// A chunk of the body is not signed as the request is, which shows only as it streams.
    Unauthenticated(ApiError),
    /// The upstream does not know how.
    Undetermined(String),
}

/// Codes that say who may not do it.
const DENIALS: [&str; 3] = ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"];
/// Codes that say that it is not known who asks.
const STRANGERS: [&str; 4] =
    ["InvalidAccessKeyId", "InvalidClientTokenId", "SignatureDoesNotMatch", "UnrecognizedClientException"];

/// The largest error that an upstream is listened to.
const MAX_ERROR: usize = 1 << 20;

impl Failure {
    /// The error of a service that says who may not do it; the answer to HEAD is a status alone.
    pub fn denial(&self) -> Option<String> {
        let (Self::Error(error) | Self::Told(error, _)) = self else { return None };
        let bare = error.code == "Forbidden" && error.message.is_empty();
        (bare || DENIALS.contains(&error.code.as_ref())).then(|| error.to_string())
    }

    /// What an upstream's answer says went wrong.
    async fn told(operation: &Operation, response: Response<Body>) -> Self {
        let (parts, body) = response.into_parts();
        let bytes = match Limited::new(body, MAX_ERROR).collect().await {
            Ok(body) => body.to_bytes(),
            Err(error) => return Self::Error(ApiError::internal(format!("the upstream: {error}"))),
        };
        let status = parts.status.as_u16();
        match codec::decode_response(operation, status, &parts.headers, &bytes) {
            Ok(_) => Self::Error(ApiError::internal(format!("the upstream answered with {status}"))),
            Err(error) if status == 501 => Self::Undetermined(format!("the upstream: {}", error.message)),
            Err(error) if STRANGERS.contains(&error.code.as_ref()) => {
                Self::Undetermined(format!("the upstream does not know who signed: {error}"))
            }
            Err(error) => Self::Told(error, Box::new(Response::from_parts(parts, wire::full(bytes)))),
        }
    }

    fn of(error: ApiError) -> Self {
        match error.code.as_ref() {
            "SignatureDoesNotMatch" => Self::Unauthenticated(error),
            "NotImplemented" => Self::Undetermined(format!("the upstream: {}", error.message)),
            _ => Self::Error(error),
        }
    }
}

/// The answer as members, whatever it came as.
pub(super) async fn read(answer: Answer, operation: &Operation) -> Result<Members, Failure> {
    answer.members(operation).await.map_err(Failure::of)
}

/// Members as an answer.
pub(super) fn output(members: Members) -> Answer {
    Answer::Output(Output::new(members))
}
