//! `X-Amz-Target` and JSON bodies: enough to say what is called.

use http::HeaderMap;
use stackproof_aws::{Operation, Service};

/// The operation that `X-Amz-Target` names, where the tables have it.
pub(crate) fn operation(service: &'static Service, headers: &HeaderMap) -> Option<&'static Operation> {
    let target = headers.get("x-amz-target")?.to_str().ok()?;
    service.operation(target.rsplit_once('.')?.1)
}
