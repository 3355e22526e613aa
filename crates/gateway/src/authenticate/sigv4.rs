//! Signature Version 4, step by step: <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html>.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use stackproof_aws::Secret;
use subtle::ConstantTimeEq;

use crate::uri;

/// The only algorithm that is accepted.
pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// What stands for the hash of a payload that is not signed.
pub(crate) const UNSIGNED_PAYLOAD: &str = "UNSIGNED-PAYLOAD";

/// What a signature is good for: `20150830/us-east-1/iam/aws4_request`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Scope {
    /// `YYYYMMDD`
    pub date: String,
    pub region: String,
    pub service: String,
}

impl Scope {
    /// The scope as it is signed.
    pub fn text(&self) -> String {
        format!("{}/{}/{}/aws4_request", self.date, self.region, self.service)
    }
}

/// The parts of a request that a signature covers.
pub(crate) struct Signed<'a> {
    pub method: &'a str,
    /// The path, encoded as the service wants it.
    pub path: &'a str,
    /// The query, decoded, without its own signature.
    pub query: &'a [(String, String)],
    /// The signed headers by lower-case name, in the order of the names.
    pub headers: &'a [(String, String)],
    /// The payload's hash, or the word that stands for it.
    pub payload: &'a str,
}

impl Signed<'_> {
    /// Step 1: the canonical request.
    pub fn canonical_request(&self) -> String {
        let mut query: Vec<_> = self.query.iter().map(|(k, v)| (uri::encode(k), uri::encode(v))).collect();
        query.sort();
        let query: Vec<_> = query.into_iter().map(|(k, v)| format!("{k}={v}")).collect();
        let headers: String = self.headers.iter().map(|(name, value)| format!("{name}:{value}\n")).collect();
        let names: Vec<_> = self.headers.iter().map(|(name, _)| name.as_str()).collect();
        let (method, path, payload) = (self.method, self.path, self.payload);
        format!("{method}\n{path}\n{}\n{headers}\n{}\n{payload}", query.join("&"), names.join(";"))
    }
}

/// Step 2: the string to sign; `time` is `YYYYMMDDTHHMMSSZ`.
pub(crate) fn string_to_sign(time: &str, scope: &Scope, canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{time}\n{}\n{}", scope.text(), sha256(canonical_request.as_bytes()))
}

/// The key that everything in a scope is signed with.
#[derive(Clone)]
pub(crate) struct SigningKey([u8; 32]);

impl SigningKey {
    /// Step 3: the signing key.
    pub fn derive(secret: &Secret, scope: &Scope) -> Self {
        let seed = format!("AWS4{}", secret.expose());
        let parts = [scope.date.as_str(), &scope.region, &scope.service, "aws4_request"];
        let first = hmac(seed.as_bytes(), scope.date.as_bytes());
        Self(parts.into_iter().skip(1).fold(first, |key, part| hmac(&key, part.as_bytes())))
    }

    /// Step 4: the signature.
    pub fn sign(&self, string_to_sign: &str) -> String {
        hex::encode(hmac(&self.0, string_to_sign.as_bytes()))
    }

    /// Whether `signature` is the right one, in a time that does not depend on where it differs.
    pub fn verifies(&self, string_to_sign: &str, signature: &str) -> bool {
        self.sign(string_to_sign).as_bytes().ct_eq(signature.as_bytes()).into()
    }
}

/// The SHA-256 of `bytes` in lower-case hexadecimal.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn hmac(key: &[u8], text: &[u8]) -> [u8; 32] {
    // HMAC takes keys of any length, so that the error arm cannot be reached; it yields a key that verifies nothing.
    match Hmac::<Sha256>::new_from_slice(key) {
        Ok(mac) => mac.chain_update(text).finalize().into_bytes().into(),
        Err(_) => [0; 32],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    /// The example of "Create a signed AWS API request" in the IAM user guide.
    #[test]
    fn the_iam_guides_example() {
        let scope =
            Scope { date: "20150830".to_owned(), region: "us-east-1".to_owned(), service: "iam".to_owned() };
        let signed = Signed {
            method: "GET",
            path: "/",
            query: &pairs(&[("Action", "ListUsers"), ("Version", "2010-05-08")]),
            headers: &pairs(&[
                ("content-type", "application/x-www-form-urlencoded; charset=utf-8"),
                ("host", "iam.amazonaws.com"),
                ("x-amz-date", "20150830T123600Z"),
            ]),
            payload: &sha256(b""),
        };
        let canonical = signed.canonical_request();
        assert_eq!(
            sha256(canonical.as_bytes()),
            "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59"
        );
        let key = SigningKey::derive(&Secret::new("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"), &scope);
        let text = string_to_sign("20150830T123600Z", &scope, &canonical);
        let signature = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
        assert_eq!(key.sign(&text), signature);
        assert!(key.verifies(&text, signature));
        assert!(!key.verifies(&text, "5d672d79"));
    }

    const S3_SECRET: &str = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

    fn s3_scope() -> Scope {
        Scope { date: "20130524".to_owned(), region: "us-east-1".to_owned(), service: "s3".to_owned() }
    }

    /// The examples of "Authenticating requests: using the Authorization header" in the S3 API reference.
    #[test]
    fn the_s3_references_examples() {
        let empty = sha256(b"");
        type Pairs<'a> = &'a [(&'a str, &'a str)];
        let cases: [(&str, Pairs, Pairs, &str, &str); 3] = [
            (
                "/test.txt",
                &[],
                &[("host", "examplebucket.s3.amazonaws.com"), ("range", "bytes=0-9")],
                "GET",
                "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
            ),
            (
                "/",
                &[("lifecycle", "")],
                &[("host", "examplebucket.s3.amazonaws.com")],
                "GET",
                "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543",
            ),
            (
                "/",
                &[("max-keys", "2"), ("prefix", "J")],
                &[("host", "examplebucket.s3.amazonaws.com")],
                "GET",
                "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7",
            ),
        ];
        for (path, query, headers, method, signature) in cases {
            let mut headers = pairs(headers);
            headers.push(("x-amz-content-sha256".to_owned(), empty.clone()));
            headers.push(("x-amz-date".to_owned(), "20130524T000000Z".to_owned()));
            let signed = Signed { method, path, query: &pairs(query), headers: &headers, payload: &empty };
            let text = string_to_sign("20130524T000000Z", &s3_scope(), &signed.canonical_request());
            let key = SigningKey::derive(&Secret::new(S3_SECRET), &s3_scope());
            assert_eq!(key.sign(&text), signature, "{path} {query:?}");
        }
    }

    /// The example of "Authenticating requests: using query parameters" in the S3 API reference.
    #[test]
    fn the_presigned_example() {
        let query = pairs(&[
            ("X-Amz-Algorithm", ALGORITHM),
            ("X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"),
            ("X-Amz-Date", "20130524T000000Z"),
            ("X-Amz-Expires", "86400"),
            ("X-Amz-SignedHeaders", "host"),
        ]);
        let signed = Signed {
            method: "GET",
            path: "/test.txt",
            query: &query,
            headers: &pairs(&[("host", "examplebucket.s3.amazonaws.com")]),
            payload: UNSIGNED_PAYLOAD,
        };
        let text = string_to_sign("20130524T000000Z", &s3_scope(), &signed.canonical_request());
        let key = SigningKey::derive(&Secret::new(S3_SECRET), &s3_scope());
        assert_eq!(key.sign(&text), "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
    }
}
