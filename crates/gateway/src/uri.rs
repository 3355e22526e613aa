//! Percent-encoding as AWS has it: paths and queries are decoded exactly once, and encoded anew for signatures.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// RFC 3986's unreserved characters stay as they are.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const PATH: &AsciiSet = &UNRESERVED.remove(b'/');

/// Decodes a path once; `+` is a plus. `None` for anything but UTF-8 behind well-formed escapes.
pub(crate) fn decode_path(text: &str) -> Option<String> {
    well_formed(text).then(|| percent_decode_str(text).decode_utf8().ok().map(|text| text.into_owned()))?
}

/// Decodes a query or form into its members in order; `+` is a blank.
pub(crate) fn decode_query(text: &str) -> Option<Vec<(String, String)>> {
    let decode = |part: &str| decode_path(&part.replace('+', "%20"));
    text.split('&')
        .filter(|member| !member.is_empty())
        .map(|member| {
            let (name, value) = member.split_once('=').unwrap_or((member, ""));
            Some((decode(name)?, decode(value)?))
        })
        .collect()
}

/// Encodes one part of a canonical query.
pub(crate) fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

/// Encodes a canonical path; slashes stay.
pub(crate) fn encode_path(text: &str) -> String {
    utf8_percent_encode(text, PATH).to_string()
}

/// A path without the segments that are empty or lead nowhere, as all services but S3 sign it ("Create a canonical request"
/// in the IAM user guide, by RFC 3986, section 5.2.4).
pub(crate) fn normal_path(path: &str) -> String {
    let mut segments = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                segments.pop();
            }
            other => segments.push(other),
        }
    }
    let open =
        !segments.is_empty() && ["", ".", ".."].iter().any(|last| path.rsplit('/').next() == Some(last));
    format!("/{}{}", segments.join("/"), if open { "/" } else { "" })
}

/// Every `%` is followed by two hexadecimal digits.
fn well_formed(text: &str) -> bool {
    text.split('%').skip(1).all(|rest| {
        let mut bytes = rest.bytes();
        [bytes.next(), bytes.next()].iter().all(|b| b.is_some_and(|b| b.is_ascii_hexdigit()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_exactly_once() {
        assert_eq!(decode_path("/a%252F+b%20c").unwrap(), "/a%2F+b c");
        assert_eq!(decode_path("/a/../b//c").unwrap(), "/a/../b//c");
        assert_eq!(decode_path("/%zz"), None);
        assert_eq!(decode_path("/%4"), None);
        assert_eq!(decode_path("/%ff"), None);
    }

    #[test]
    fn paths_have_a_normal_form() {
        for (path, normal) in [
            ("", "/"),
            ("//", "/"),
            ("/a/b", "/a/b"),
            ("/a/b/", "/a/b/"),
            ("/a//b/./c/../d", "/a/b/d"),
            ("/a/..", "/"),
            ("/a/b/..", "/a/"),
            ("/../a", "/a"),
            ("/a%2F..%2fb", "/a%2F..%2fb"),
        ] {
            assert_eq!(normal_path(path), normal, "{path}");
        }
    }

    #[test]
    fn queries_keep_their_order_and_their_empty_values() {
        let members = decode_query("prefix=a+b%2B&acl&x=1=2&").unwrap();
        let expected = [("prefix", "a b+"), ("acl", ""), ("x", "1=2")];
        assert_eq!(members, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
}
