//! S3 Control: S3's operations on accounts, which are signed for S3 and come to hosts and paths of their own.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations_AWS_S3_Control.html>

use http::request::Parts;
use stackproof_aws::codec::{self, WireInput};
use stackproof_aws::{ApiError, Operation, Service};

use super::s3::ambiguous;
use super::{Identified, host};
use crate::refusal::Refusal;

const ACCOUNT: &str = "x-amz-account-id";
/// What every path begins with.
const VERSION: &str = "/v20180820/";
/// Members that tell nothing: SDKs name the operation in it.
const TELLS_NOTHING: &str = "x-id";

/// Whether a request that is S3's is S3 Control's: by AWS's own host; on other hosts, which are every service's, by a
/// path and a header that no call of S3 itself has together.
pub(crate) fn is_called(parts: &Parts) -> bool {
    match host::of(parts) {
        Some(host) if host::is_aws(&host) => host::is_control(&host),
        _ => parts.uri.path().starts_with(VERSION) && parts.headers.contains_key(ACCOUNT),
    }
}

/// The operation that a request calls.
///
/// # Errors
/// Undetermined, naming method and path, where the tables have no such operation.
pub(crate) fn operation(parts: &Parts, query: &[(String, String)]) -> Result<&'static Operation, Refusal> {
    let (method, path) = (parts.method.as_str(), parts.uri.path());
    let mut operations = Service::named("s3control").into_iter().flat_map(Service::operations);
    let found = operations.find(|operation| operation.method == method && operation.uri == path);
    let known = query.iter().all(|(name, _)| name == TELLS_NOTHING);
    found
        .filter(|_| known)
        .ok_or_else(|| Refusal::undetermined(format!("`{method} {path}` of S3 Control is not in the tables")))
}

/// The members of that operation.
///
/// # Errors
/// 400 where no account is named, or more than one.
pub(crate) fn members(
    operation: &'static Operation,
    parts: &Parts,
    document: &[u8],
) -> Result<Identified, Refusal> {
    let mut named = parts.headers.get_all(ACCOUNT).iter();
    let account = match (named.next(), named.next()) {
        (Some(account), None) => account.to_str().unwrap_or_default(),
        (Some(_), Some(_)) => return Err(ambiguous("it names more than one account")),
        (None, _) => {
            let message = format!("Missing required header for this request: {ACCOUNT}");
            return Err(Refusal::rejected(ApiError::new(400, "InvalidRequest", message)));
        }
    };
    let of_host = host::of(parts).and_then(|host| host::account(&host));
    if of_host.is_some_and(|of_host| of_host != account) {
        return Err(ambiguous("host and header name different accounts"));
    }
    let input = WireInput { labels: &[], query: &[], headers: &parts.headers, body: document };
    let members = codec::decode_request(operation, &input).map_err(Refusal::rejected)?;
    Ok(Identified { operation, members })
}
