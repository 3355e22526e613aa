//! Who a request is from: Signature Version 4 in the header, in the query, and chunk by chunk.

pub(crate) mod checksum;
pub(crate) mod chunked;
pub(crate) mod claim;
pub(crate) mod fault;
pub(crate) mod payload;
pub(crate) mod sigv4;

use http::request::Parts;
use jiff::{SignedDuration, Timestamp};
use stackproof_aws::Secret;

use crate::uri;
use claim::{Claim, SignaturePlace};
use fault::{Evidence, Fault};
use sigv4::{Signed, SigningKey};

/// What a signature is checked against.
pub(crate) struct Presented<'a> {
    pub parts: &'a Parts,
    /// The query, decoded.
    pub query: &'a [(String, String)],
    /// The service that is called.
    pub service: &'a str,
}

impl Presented<'_> {
    /// Checks all of a claim but its signature: date, time, and that what matters is signed.
    ///
    /// `now` is wall time. How far clocks may differ is the service's own: 15 minutes for S3 and DynamoDB, 5 for most.
    pub fn check(&self, claim: &Claim, now: Timestamp) -> Result<(), Fault> {
        if claim.scope.service != self.service {
            let (given, expected) = (claim.scope.service.clone(), self.service.to_owned());
            return Err(Fault::WrongService { given, expected });
        }
        if !claim.time.starts_with(&claim.scope.date) {
            return Err(Fault::WrongDate);
        }
        self.check_time(claim, now)?;
        let signed = |name: &str| claim.signed_headers.iter().any(|signed| signed.eq_ignore_ascii_case(name));
        let mut unsigned: Vec<String> = self
            .parts
            .headers
            .keys()
            .map(|name| name.as_str())
            .filter(|name| (*name == "host" || name.starts_with("x-amz-")) && !signed(name))
            .map(str::to_owned)
            .collect();
        if !signed("host") && !unsigned.iter().any(|name| name == "host") {
            unsigned.push("host".to_owned());
        }
        if unsigned.is_empty() { Ok(()) } else { Err(Fault::NotSigned(unsigned)) }
    }

    fn check_time(&self, claim: &Claim, now: Timestamp) -> Result<(), Fault> {
        let minutes = if matches!(self.service, "s3" | "dynamodb") { 15 } else { 5 };
        let skew = SignedDuration::from_mins(minutes);
        let age = now.duration_since(claim.at);
        if let SignaturePlace::Query(Some(seconds)) = claim.place {
            let valid = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX));
            let text = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            if age > valid {
                let expires = text(claim.at.checked_add(valid).unwrap_or(Timestamp::MAX));
                return Err(Fault::UrlExpired { expires, now: text(now), seconds });
            }
            return if age < -skew { Err(Fault::UrlEarly) } else { Ok(()) };
        }
        if age.abs() > skew {
            return Err(Fault::Skewed { time: claim.time.clone(), now, minutes });
        }
        Ok(())
    }

    /// Checks a claim's signature; `payload` is the payload's hash or the word that stands for it.
    pub fn verify(&self, claim: &Claim, secret: &Secret, payload: &str) -> Result<SigningKey, Fault> {
        let query: Vec<_> = self
            .query
            .iter()
            .filter(|(name, _)| !name.eq_ignore_ascii_case("X-Amz-Signature"))
            .cloned()
            .collect();
        let header = |name: &String| Ok((name.to_ascii_lowercase(), self.header(name)?));
        let headers = claim.signed_headers.iter().map(header).collect::<Result<Vec<_>, Fault>>()?;
        let signed = Signed {
            method: self.parts.method.as_str(),
            path: &self.path(),
            query: if claim.place == SignaturePlace::Header { self.query } else { &query },
            headers: &headers,
            payload,
        };
        let canonical_request = signed.canonical_request();
        let string_to_sign = sigv4::string_to_sign(&claim.time, &claim.scope, &canonical_request);
        let key = SigningKey::derive(secret, &claim.scope);
        if key.verifies(&string_to_sign, &claim.signature) {
            return Ok(key);
        }
        Err(Fault::BadSignature(Box::new(Evidence {
            access_key_id: claim.access_key_id.clone(),
            string_to_sign,
            signature: claim.signature.clone(),
            canonical_request: Some(canonical_request),
        })))
    }

    /// S3 signs the path as it is encoded once; every other service its normal form, encoded again.
    fn path(&self) -> String {
        let sent = self.parts.uri.path();
        let sent = if sent.is_empty() { "/" } else { sent };
        match self.service {
            "s3" => uri::decode_path(sent).map_or_else(|| sent.to_owned(), |path| uri::encode_path(&path)),
            _ => uri::encode_path(&uri::normal_path(sent)),
        }
    }

    /// A header's values as they are signed: trimmed, runs of blanks collapsed, joined by commas. Tabs are no blanks, and
    /// bytes that are no text would all look alike.
    fn header(&self, name: &str) -> Result<String, Fault> {
        let values = self.parts.headers.get_all(name).iter().map(|value| {
            let text = std::str::from_utf8(value.as_bytes())
                .map_err(|_| Fault::Malformed(format!("the signed header {name} is no text")))?;
            Ok(text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" "))
        });
        Ok(values.collect::<Result<Vec<_>, Fault>>()?.join(","))
    }
}

#[cfg(test)]
mod tests;
