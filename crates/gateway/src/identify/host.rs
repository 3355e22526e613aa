//! Host names: which service they belong to, and which bucket they name.

use http::header::HOST;
use http::request::Parts;
use stackproof_aws::Service;

use crate::refusal::Unknown;

/// Endings of hosts behind which the label `s3` means the service, as LocalStack and AWS have them.
const DOMAINS: [&str; 4] = ["amazonaws.com", "amazonaws.com.cn", "localhost.localstack.cloud", "localhost"];

/// The host that is called, in lower case, without its port: that of an absolute form, else of the header.
pub(crate) fn of(parts: &Parts) -> Option<String> {
    let host = match parts.uri.authority() {
        Some(authority) => authority.host(),
        None => parts.headers.get(HOST)?.to_str().ok()?,
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    Some(name.trim_end_matches('.').to_ascii_lowercase())
}

/// The labels before the domain: `["bucket", "s3", "eu-west-2"]`.
fn labels(host: &str) -> Option<Vec<&str>> {
    let before = DOMAINS.iter().find_map(|domain| host.strip_suffix(domain)?.strip_suffix('.'))?;
    Some(before.split('.').collect())
}

/// The service that one of AWS's own hosts belongs to. Hosts of local targets are every service's.
pub(crate) fn service(host: &str) -> Option<String> {
    let labels = labels(host).filter(|_| is_aws(host))?;
    match s3_label(&labels) {
        Some(_) => Some("s3".to_owned()),
        None if is_control(host) => Some("s3".to_owned()),
        None => {
            labels.first().filter(|label| Service::named(label).is_some()).map(|label| (*label).to_owned())
        }
    }
}

/// Whether one of AWS's own hosts is S3 Control's: `s3-control.REGION`, maybe behind an account's id.
pub(crate) fn is_control(host: &str) -> bool {
    let labels = labels(host).unwrap_or_default();
    let rest = match labels.as_slice() {
        [account, rest @ ..] if is_account(account) => rest,
        labels => labels,
    };
    matches!(rest, ["s3-control", region] | ["s3-control", "dualstack", region] if is_region(region))
}

/// The account that a host begins with.
pub(crate) fn account(host: &str) -> Option<String> {
    let first = host.split('.').next().filter(|first| is_account(first))?;
    Some(first.to_owned())
}

fn is_account(label: &str) -> bool {
    label.len() == 12 && label.bytes().all(|b| b.is_ascii_digit())
}

fn is_region(label: &str) -> bool {
    label.find('-') == Some(2) && label.ends_with(|c: char| c.is_ascii_digit())
}

/// Whether a host is one of AWS's own.
pub(crate) fn is_aws(host: &str) -> bool {
    host.ends_with(".amazonaws.com") || host.ends_with(".amazonaws.com.cn")
}

/// The bucket that a host names: what stands before `s3`, or before `localhost`.
///
/// # Errors
/// For AWS's endpoints of another kind (access points, websites, control), whose paths mean something else.
pub(crate) fn bucket(host: &str) -> Result<Option<String>, Unknown> {
    let labels = labels(host).unwrap_or_default();
    let bucket = match s3_label(&labels) {
        Some(at) => labels.get(..at).unwrap_or_default(),
        None if is_aws(host) => return Err(Unknown(format!("what the endpoint `{host}` serves"))),
        None if host.ends_with(".localhost") => labels.as_slice(),
        None => &[],
    };
    Ok(Some(bucket.join(".")).filter(|bucket| !bucket.is_empty()))
}

/// Where the label of S3 stands: followed by nothing, by a region, or by `dualstack` and a region. The rightmost
/// counts, since a bucket's name may hold `s3` as well.
fn s3_label(labels: &[&str]) -> Option<usize> {
    labels.iter().enumerate().rev().find_map(|(at, label)| {
        let behind = labels.get(at.saturating_add(1)..).unwrap_or_default();
        let legacy = label.strip_prefix("s3-").is_some_and(is_region);
        let fits = match behind {
            [] => *label == "s3" || legacy,
            [one] => *label == "s3" && is_region(one),
            [dual, one] => *label == "s3" && *dual == "dualstack" && is_region(one),
            _ => false,
        };
        fits.then_some(at)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_and_services_of_hosts() {
        for (host, expected_service, expected_bucket) in [
            ("calls.s3.eu-west-2.amazonaws.com", Some("s3"), Some("calls")),
            ("a.dotted.name.s3.amazonaws.com", Some("s3"), Some("a.dotted.name")),
            ("calls.s3.dualstack.eu-west-2.amazonaws.com", Some("s3"), Some("calls")),
            ("s3.eu-west-2.amazonaws.com", Some("s3"), None),
            ("s3-eu-west-2.amazonaws.com", Some("s3"), None),
            ("my.s3.bucket.s3.amazonaws.com", Some("s3"), Some("my.s3.bucket")),
            ("calls.s3.localhost.localstack.cloud", None, Some("calls")),
            ("calls.s3.eu-west-2.localhost.localstack.cloud", None, Some("calls")),
            ("calls.s3.localhost", None, Some("calls")),
            ("calls.localhost", None, Some("calls")),
            ("localhost", None, None),
            ("localhost.localstack.cloud", None, None),
            ("127.0.0.1", None, None),
            ("111111111111.s3-control.eu-west-2.amazonaws.com", Some("s3"), None),
            ("s3-control.dualstack.eu-west-2.amazonaws.com", Some("s3"), None),
            ("a.s3-control.eu-west-2.amazonaws.com", None, None),
            ("iam.amazonaws.com", Some("iam"), None),
            ("sts.eu-west-2.amazonaws.com", Some("sts"), None),
            ("streams.dynamodb.eu-west-2.amazonaws.com", None, None),
        ] {
            assert_eq!(service(host).as_deref(), expected_service, "{host}");
            let bucket = bucket(host).unwrap_or_default();
            assert_eq!(bucket.as_deref(), expected_bucket, "{host}");
        }
    }
}
