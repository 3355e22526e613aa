//! What of an upstream's answer is passed on.

use http::HeaderMap;
use http::header::{
    CONNECTION, DATE, HeaderName, PROXY_AUTHENTICATE, SERVER, TE, TRAILER, TRANSFER_ENCODING, UPGRADE,
};

/// Headers that are between two neighbours (RFC 9110, section 7.6.1), and those that the gateway's own server sets.
const BETWEEN: [HeaderName; 9] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    SERVER,
];

/// Leaves out what is between the gateway and its upstream, and what `Connection` names.
pub(super) fn passed(mut headers: HeaderMap) -> HeaderMap {
    let named: Vec<HeaderName> = headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect();
    for name in named.iter().chain(&BETWEEN).chain([&DATE]) {
        headers.remove(name);
    }
    headers
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn what_is_between_two_neighbours_goes_no_further() {
        let sent = [
            ("connection", "keep-alive, X-Hop"),
            ("keep-alive", "timeout=5"),
            ("x-hop", "1"),
            ("transfer-encoding", "chunked"),
            ("server", "TwistedWeb"),
            ("etag", "\"a\""),
            ("x-amz-version-id", "v"),
        ];
        let headers = sent
            .into_iter()
            .map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value)));
        let passed = passed(headers.collect());
        let mut names: Vec<_> = passed.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        assert_eq!(names, ["etag", "x-amz-version-id"]);
    }
}
