//! Encodings of texts in answers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// RFC 3986: all but letters, digits and `-_.~` is encoded.
const RFC_3986: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `EncodingType=url` of S3's lists leaves `-_.*/` and writes a blank as `+`.
const LIST_KEY: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'*').remove(b'/').remove(b' ');

/// Whether tags may hold a character: letters, separators and digits of any script, and `_.:/=+-@`.
pub(crate) fn is_tag_char(c: char) -> bool {
    c.is_alphanumeric() || "_.:/=+-@".contains(c) || (c.is_whitespace() && !c.is_control())
}

/// A policy document as IAM's answers hold it.
pub(crate) fn encode_document(document: &str) -> String {
    encode_component(document)
}

/// A text as part of a URL or of a header that is encoded like one.
pub(crate) fn encode_component(text: &str) -> String {
    utf8_percent_encode(text, RFC_3986).to_string()
}

/// A key as part of a URL's path.
pub(crate) fn encode_path(key: &str) -> String {
    key.split('/').map(encode_component).collect::<Vec<_>>().join("/")
}

/// A key as a list of S3 holds it under `EncodingType=url`.
pub(crate) fn encode_key(key: &str) -> String {
    utf8_percent_encode(key, LIST_KEY).to_string().replace(' ', "+")
}

/// A place in a list as clients hand it back.
pub(crate) fn encode_token(place: &str) -> String {
    URL_SAFE_NO_PAD.encode(place)
}

/// The place that a token stands for, or none for a token that was not given out.
pub(crate) fn decode_token(token: &str) -> Option<String> {
    String::from_utf8(URL_SAFE_NO_PAD.decode(token).ok()?).ok()
}

/// The id that 32 hexadecimal digits make.
pub(crate) fn dashed(digits: &str) -> String {
    let mut id = String::new();
    for (index, digit) in digits.chars().take(32).enumerate() {
        if [8, 12, 16, 20].contains(&index) {
            id.push('-');
        }
        id.push(digit);
    }
    id
}
