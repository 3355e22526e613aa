//! The JSON protocols: the operation in `X-Amz-Target`, its members in the body.

use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, Method};
use stackproof_aws::codec::{self, WireInput};
use stackproof_aws::{ApiError, Operation, Service};

use super::Identified;
use crate::refusal::Refusal;

/// What bodies may be called: services take either version.
const CONTENT: [&str; 2] = ["application/x-amz-json-1.0", "application/x-amz-json-1.1"];

/// Reads a call of the JSON protocol.
///
/// # Errors
/// `UnknownOperationException` for a target that is none of the service's, undetermined for an operation that is not in
/// the tables, `SerializationException` for a body that does not fit the operation.
pub(crate) fn identify(
    service: &'static Service,
    parts: &Parts,
    query: &[(String, String)],
    body: &[u8],
) -> Result<Identified, Refusal> {
    let unknown = || Refusal::rejected(ApiError::new(400, "UnknownOperationException", ""));
    let kind = parts.headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let is_json =
        codec::is_cbor(&parts.headers) || CONTENT.iter().any(|content| kind.eq_ignore_ascii_case(content));
    if parts.method != Method::POST || parts.uri.path() != "/" || !query.is_empty() || !is_json {
        return Err(unknown());
    }
    let target = parts.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    let Some(operation) = operation(service, &parts.headers) else {
        return Err(match target.filter(|target| is_target(service, target)) {
            Some(target) => Refusal::undetermined(format!("`{target}` is not in the tables")),
            None => unknown(),
        });
    };
    if operation.target.as_deref() != target {
        return Err(unknown());
    }
    let input = WireInput { labels: &[], query: &[], headers: &parts.headers, body };
    let members = codec::decode_request(operation, &input).map_err(Refusal::rejected)?;
    Ok(Identified { operation, members })
}

/// The operation that `X-Amz-Target` names, where the tables have it.
pub(crate) fn operation(service: &'static Service, headers: &HeaderMap) -> Option<&'static Operation> {
    let target = headers.get("x-amz-target")?.to_str().ok()?;
    service.operation(target.rsplit_once('.')?.1)
}

/// Whether a target begins as the service's do.
fn is_target(service: &'static Service, target: &str) -> bool {
    let mut targets = service.operations().filter_map(|operation| operation.target.as_deref());
    let prefix = targets.next().and_then(|known| known.rsplit_once('.')).map(|(prefix, _)| prefix);
    target.rsplit_once('.').is_some_and(|(given, _)| Some(given) == prefix)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Outcome;

    const CONTENT: &str = "application/x-amz-json-1.1";

    fn parts(target: &str, kind: &str) -> Parts {
        let request = http::Request::post("/").header("x-amz-target", target).header(CONTENT_TYPE, kind);
        request.body(()).unwrap().into_parts().0
    }

    fn read(parts: &Parts, query: &[(String, String)], body: &str) -> Result<Identified, Refusal> {
        identify(Service::named("kms").unwrap(), parts, query, body.as_bytes())
    }

    #[test]
    fn a_call_is_read_by_its_target_and_its_shape() {
        let found = read(&parts("TrentService.DescribeKey", CONTENT), &[], r#"{"KeyId":"a"}"#).unwrap();
        assert_eq!((found.operation.name.as_str(), &found.members["KeyId"]), ("DescribeKey", &"a".into()));
    }

    #[test]
    fn what_can_be_read_in_two_ways_or_in_none_is_refused() {
        let describe = parts("TrentService.DescribeKey", CONTENT);
        for (body, code) in [
            (r#"{"KeyId":"a","KeyId":"b"}"#, "SerializationException"),
            (r#"{"KeyId":"a","Key":"b"}"#, "SerializationException"),
            (r#"{"KeyId":["a"]}"#, "SerializationException"),
            ("{", "SerializationException"),
            ("[]", "SerializationException"),
        ] {
            let refusal = read(&describe, &[], body).err().unwrap();
            assert_eq!((refusal.outcome, refusal.error.code.as_ref()), (Outcome::Rejected, code), "{body}");
        }
        let mut get = describe.clone();
        get.method = Method::GET;
        let query = [("Action".to_owned(), "DescribeKey".to_owned())];
        for (parts, query) in [
            (&parts("Other.DescribeKey", CONTENT), &[][..]),
            (&parts("DescribeKey", CONTENT), &[]),
            (&parts("TrentService.DescribeKey", "application/x-www-form-urlencoded"), &[]),
            (&describe, &query),
            (&get, &[]),
        ] {
            let refusal = read(parts, query, r#"{"KeyId":"a"}"#).err().unwrap();
            assert_eq!(refusal.error.code, "UnknownOperationException", "{parts:?} {query:?}");
        }
    }

    #[test]
    fn an_operation_outside_the_tables_is_undetermined() {
        let refusal = read(&parts("TrentService.DescribeKeys", CONTENT), &[], "{}").err().unwrap();
        assert_eq!(refusal.outcome, Outcome::Undetermined);
    }
}
