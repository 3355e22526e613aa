//! Calls of a scenario: what is asked, and what came of it.

use std::collections::BTreeSet;
use std::sync::Arc;

use bytes::Bytes;
use stackproof_aws::client::Reply;
use stackproof_aws::{Members, Operation};
use stackproof_gateway::Decision;

use super::census::Stored;
use crate::acceptance::error::StepError;

/// What a principal uploaded.
pub(crate) struct Upload {
    pub(crate) who: String,
    pub(crate) bucket: String,
    pub(crate) key: String,
    pub(crate) content: Bytes,
    /// The customer key that it was sent with, base64.
    pub(crate) customer_key: Option<String>,
}

/// One call to be made.
pub(crate) struct Request {
    pub(crate) operation: &'static Operation,
    pub(crate) members: Members,
    pub(crate) body: Bytes,
    pub(crate) over: Over,
    pub(crate) headers: Vec<(String, String)>,
}

impl Request {
    /// That operation with these members, over HTTPS.
    pub(crate) fn new(operation: &'static Operation, members: Members) -> Self {
        Self { operation, members, body: Bytes::new(), over: Over::Https, headers: Vec::new() }
    }
}

/// How a call travels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Over {
    Https,
    Http,
    PresignedUrl,
    /// A browser's form, which only uploads can be.
    Form,
}

/// One of several things that a step tries.
pub(crate) struct Case {
    /// What was tried, as a clause.
    pub(crate) text: String,
    pub(crate) end: CaseEnd,
}

/// How a case ended.
pub(crate) enum CaseEnd {
    /// It is as the step says.
    Held,
    /// It shows nothing, for this reason.
    Skipped(String),
    /// It is not as the step says; what decided the call.
    Failed(StepError, Option<Arc<Decision>>),
}

/// The last call and what came of it.
pub(crate) struct Acted {
    /// None where the gateway did not get so far as to read the request.
    pub(crate) operation: Option<&'static Operation>,
    pub(crate) bucket: Option<String>,
    pub(crate) key: Option<String>,
    pub(crate) reply: Reply,
    pub(crate) decision: Option<Arc<Decision>>,
    /// What was stored before, where the call might store something.
    pub(super) before: Option<Result<BTreeSet<Stored>, String>>,
    pub(super) step: usize,
    pub(super) judged: bool,
}

/// Whether the operation may store something.
pub(super) fn is_write(operation: &Operation) -> bool {
    stores(&operation.method)
}

/// Whether a request with that method may store something.
pub(super) fn stores(method: &str) -> bool {
    !matches!(method, "GET" | "HEAD")
}

/// The region that S3 says is the bucket's, where it refused the call for it.
pub(super) fn bucket_region(reply: &Reply) -> Option<String> {
    let refused = matches!(reply.status, 301 | 400) && reply.result.is_err();
    let region = reply.headers.get("x-amz-bucket-region").filter(|_| refused)?;
    region.to_str().ok().map(str::to_owned)
}
