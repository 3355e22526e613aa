//! What travels between the gateway and an upstream: one canonical request, one answer.

use async_trait::async_trait;
use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Empty, Full};
use serde_json::{Map, Value};

use crate::{ApiError, Credentials, Operation, codec};

/// Members of an operation's input or output, by the names of AWS's API reference.
///
/// The codec writes them in the model's order; the map's own order means nothing.
pub type Members = Map<String, Value>;

/// A streamed body. Its error may be an answer of AWS's own, found out half-way: a chunk's signature that does not
/// match, a checksum that differs.
pub type Body = UnsyncBoxBody<Bytes, BodyError>;

/// Why a body ended early.
#[derive(Debug, thiserror::Error)]
pub enum BodyError {
    /// The body itself is refused.
    #[error("{0}")]
    Api(ApiError),
    /// The connection ended, or could not be read.
    #[error("the body could not be read: {0}")]
    Io(String),
}

impl From<BodyError> for ApiError {
    fn from(error: BodyError) -> Self {
        match error {
            BodyError::Api(error) => error,
            BodyError::Io(_) => ApiError::incomplete_body(),
        }
    }
}

/// A body without bytes.
pub fn empty() -> Body {
    Empty::new().map_err(|never| match never {}).boxed_unsync()
}

/// A body that is held in memory already.
pub fn full(bytes: impl Into<Bytes>) -> Body {
    Full::new(bytes.into()).map_err(|never| match never {}).boxed_unsync()
}

/// Who calls, as an upstream needs to know it. The upstream trusts it: authorization lies behind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller {
    /// As `GetCallerIdentity` gives it; absent for anonymous callers.
    pub arn: Option<String>,
    /// The caller's account, 12 digits; absent for anonymous callers.
    pub account: Option<String>,
    /// `AIDA…`, `AROA…:session`, or `anonymous`.
    pub user_id: String,
}

/// Whose signature a request bears on its way to an upstream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Signer {
    /// That of the account that it is executed in: authorization lies behind.
    #[default]
    Account,
    /// The caller's own, for an upstream that authorizes it.
    Caller(Credentials),
    /// Nobody's: the client signed nothing.
    Nobody,
}

/// A request as it was authorized, and as it is executed: no header, query or path of the client goes further than
/// into these members.
pub struct CanonicalRequest {
    /// The request id that the client is given.
    pub id: String,
    /// What is called.
    pub operation: &'static Operation,
    /// The account that the call is executed in: the resource's owner's where it has one, else the caller's.
    pub account: String,
    /// The region that the call is executed in.
    pub region: String,
    /// Who calls.
    pub caller: Caller,
    /// Whose signature it bears towards an upstream that wants one.
    pub signer: Signer,
    /// Whether the client came over TLS.
    pub secure: bool,
    /// The input, but for a streamed body.
    pub members: Members,
    /// The streamed payload member (`Body` of `PutObject` and `UploadPart`), decoded from any `aws-chunked` framing;
    /// empty for every other operation.
    pub body: Body,
}

/// An operation's output, before it is written in the protocol of its service.
#[derive(Default)]
pub struct Output {
    /// Where the status is not the operation's usual one (206 for a range, 304 for an unchanged object).
    pub status: Option<u16>,
    /// The output, but for a streamed body.
    pub members: Members,
    /// Headers that are no member of the output.
    pub headers: HeaderMap,
    /// The streamed payload member (`Body` of `GetObject`).
    pub body: Option<Body>,
}

impl Output {
    /// An output of these members.
    pub fn new(members: Members) -> Self {
        Self { members, ..Self::default() }
    }
}

/// An upstream's answer.
pub enum Answer {
    /// The output, to be written by whoever speaks with the client.
    Output(Output),
    /// An HTTP answer of another emulator, passed on unchanged.
    Wire(Response<Body>),
}

impl Answer {
    /// Whether the call was carried out.
    pub fn succeeded(&self) -> bool {
        match self {
            Self::Output(_) => true,
            Self::Wire(response) => response.status().is_success(),
        }
    }

    /// The output's members, read off the wire where they came over it.
    ///
    /// # Errors
    /// The upstream's own error, or an `InternalFailure` where its answer could not be read.
    pub async fn members(self, operation: &Operation) -> Result<Members, ApiError> {
        match self {
            Self::Output(output) => Ok(output.members),
            Self::Wire(response) => {
                let (parts, body) = response.into_parts();
                let bytes = body.collect().await?.to_bytes();
                codec::decode_response(operation, parts.status.as_u16(), &parts.headers, &bytes)
            }
        }
    }
}

/// What an upstream says of the key that a ciphertext of KMS was made with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CiphertextKey {
    /// The upstream cannot tell.
    Unknown,
    /// It is no ciphertext.
    Malformed,
    /// The key is not in that region, or no longer.
    Absent,
    /// The key's ARN.
    Arn(String),
    /// The key's id, of whichever account.
    Id(String),
}

/// Whatever executes requests once they are authorized: the embedded emulator, LocalStack, any other endpoint.
#[async_trait]
pub trait Upstream: Send + Sync {
    /// Executes a request.
    ///
    /// # Errors
    /// AWS's own error for what the operation's state forbids; never an authorization refusal.
    async fn call(&self, request: CanonicalRequest) -> Result<Answer, ApiError>;

    /// The KMS key of that region that a ciphertext was made with, where it is known without asking KMS.
    fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        let _ = (region, ciphertext);
        CiphertextKey::Unknown
    }
}
