//! The query protocol: IAM, STS, SNS, EC2. A form in the body, or the same members in the query.

use http::Method;
use http::request::Parts;
use stackproof_aws::codec::{self, WireInput};
use stackproof_aws::{ApiError, Service};

use super::{Identified, is_form};
use crate::refusal::Refusal;
use crate::uri;

/// Reads a call of the query protocol.
pub(crate) fn identify(
    service: &'static Service,
    parts: &Parts,
    query: &[(String, String)],
    body: &[u8],
) -> Result<Identified, Refusal> {
    let in_query: Vec<_> = query.iter().filter(|(name, _)| !is_signature(name)).cloned().collect();
    let members = match parts.method {
        Method::GET if body.is_empty() => in_query,
        Method::POST if in_query.is_empty() && is_form(&parts.headers) => form(body)?,
        Method::POST if in_query.is_empty() => {
            return Err(malformed("The content type of a form is application/x-www-form-urlencoded"));
        }
        _ => return Err(malformed("The members of a call stand either in the query or in the body")),
    };
    let scalar = |wanted: &str| {
        let mut values = members.iter().filter(|(name, _)| name == wanted).map(|(_, value)| value.as_str());
        match (values.next(), values.next()) {
            (value, None) => Ok(value),
            _ => Err(malformed(&format!("{wanted} is given more than once"))),
        }
    };
    let action = scalar("Action")?.ok_or_else(|| {
        Refusal::rejected(ApiError::new(400, "MissingAction", "The request names no Action"))
    })?;
    if let Some(version) = scalar("Version")?.filter(|version| *version != service.version) {
        let reason = format!("version `{version}` of {} is not in the tables", service.name);
        return Err(Refusal::undetermined(reason));
    }
    let operation = service
        .operation(action)
        .ok_or_else(|| Refusal::undetermined(format!("`{}:{action}` is not in the tables", service.name)))?;
    let input = WireInput { labels: &[], query: &members, headers: &parts.headers, body: &[] };
    let members = codec::decode_request(operation, &input).map_err(Refusal::rejected)?;
    Ok(Identified { operation, members })
}

fn form(body: &[u8]) -> Result<Vec<(String, String)>, Refusal> {
    std::str::from_utf8(body)
        .ok()
        .and_then(uri::decode_query)
        .ok_or_else(|| malformed("The form could not be parsed"))
}

pub(crate) fn is_signature(name: &str) -> bool {
    name.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("x-amz-"))
}

fn malformed(text: &str) -> Refusal {
    Refusal::rejected(ApiError::new(400, "MalformedQueryString", text))
}
