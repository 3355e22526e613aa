//! REST with JSON: Lambda, QuickSight. The operation in method and path, its members in path, query, headers and body.

use http::request::Parts;
use stackproof_aws::Service;
use stackproof_aws::codec::{self, WireInput};

use super::Identified;
use crate::refusal::Refusal;

/// Reads a call of a REST/JSON service.
///
/// # Errors
/// Undetermined, naming method and path, where the tables have no such operation; the service's own error for a call
/// that does not fit the operation.
pub(crate) fn identify(
    service: &'static Service,
    parts: &Parts,
    query: &[(String, String)],
    body: &[u8],
) -> Result<Identified, Refusal> {
    let (method, path) = (&parts.method, parts.uri.path());
    let query: Vec<_> = query.iter().filter(|(name, _)| !super::query::is_signature(name)).cloned().collect();
    let Some(codec::Route { operation, labels }) = codec::route(service, method.as_str(), path, &query)
    else {
        let what = format!("`{method} {path}` of `{}` is not in the tables", service.name);
        return Err(Refusal::undetermined(what));
    };
    let input = WireInput { labels: &labels, query: &query, headers: &parts.headers, body };
    let members = codec::decode_request(operation, &input).map_err(Refusal::rejected)?;
    Ok(Identified { operation, members })
}
