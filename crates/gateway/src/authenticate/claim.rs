//! What a request claims about its signer, read off the `Authorization` header or the query, before anything of it
//! is believed.

use http::HeaderMap;
use http::header::{AUTHORIZATION, DATE};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use stackproof_aws::Secret;

use super::fault::Fault;
use super::sigv4::{ALGORITHM, Scope};

/// The longest that a presigned URL may be valid: seven days, in seconds.
const MAX_EXPIRES: u64 = 604_800;

/// Who a request says it is from, and the signature that is to prove it.
#[derive(Clone, Debug)]
pub(crate) struct Claim {
    pub access_key_id: String,
    pub scope: Scope,
    /// Lower-case names, in order.
    pub signed_headers: Vec<String>,
    pub signature: String,
    /// `YYYYMMDDTHHMMSSZ`, as it is signed.
    pub time: String,
    /// The same as an instant.
    pub at: Timestamp,
    pub token: Option<Secret>,
    /// Where the signature stands.
    pub place: SignaturePlace,
}

/// Where a signature stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SignaturePlace {
    Header,
    /// A presigned URL, valid that many seconds.
    Query(Option<u64>),
    /// A form's fields; the signature is of the policy among them.
    Form,
}

/// Reads the claim of a request; `None` for an unsigned one.
pub(crate) fn read(headers: &HeaderMap, query: &[(String, String)]) -> Result<Option<Claim>, Fault> {
    // One of them alone is a presigned URL that lost the others, and no unsigned request.
    let presigned = ["X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Signature"];
    let in_query = query.iter().any(|(name, _)| presigned.iter().any(|one| name.eq_ignore_ascii_case(one)));
    let v2 = query.iter().any(|(name, _)| name == "AWSAccessKeyId");
    let mut authorization = headers.get_all(AUTHORIZATION).iter();
    match (authorization.next(), authorization.next()) {
        (Some(_), _) if in_query || v2 => Err(Fault::Both),
        (Some(_), Some(_)) => Err(Fault::Malformed("it is given more than once".to_owned())),
        (Some(value), None) => {
            let text = value.to_str().map_err(|_| Fault::Malformed("it is no text".to_owned()))?;
            from_header(text, headers).map(Some)
        }
        (None, _) if in_query => from_query(query).map(Some),
        (None, _) if v2 => Err(Fault::SignatureVersion2),
        (None, _) => Ok(None),
    }
}

/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`
fn from_header(text: &str, headers: &HeaderMap) -> Result<Claim, Fault> {
    let parameters = match text.split_once(' ') {
        Some((ALGORITHM, parameters)) => parameters,
        Some(("AWS", _)) => return Err(Fault::SignatureVersion2),
        _ => return Err(Fault::Malformed("the algorithm is not supported".to_owned())),
    };
    let parameter = |name: &str| {
        let mut values = parameters
            .split(',')
            .filter_map(|parameter| parameter.trim().split_once('='))
            .filter(|(key, _)| *key == name)
            .map(|(_, value)| value);
        match (values.next(), values.next()) {
            (Some(value), None) if !value.is_empty() => Ok(value.to_owned()),
            _ => Err(Fault::MissingParameter(name.to_owned())),
        }
    };
    let credential = parameter("Credential")?;
    let signed_headers = parameter("SignedHeaders")?;
    let signature = parameter("Signature")?;
    let (access_key_id, scope) = credential_scope(&credential)
        .ok_or_else(|| Fault::Malformed(format!("the Credential `{credential}` is malformed")))?;
    let (time, at) = header_time(headers).ok_or(Fault::MissingDate)?;
    let token = match headers.get("x-amz-security-token").map(|token| token.to_str()) {
        Some(Err(_)) => return Err(Fault::BadToken),
        Some(Ok(token)) => Some(Secret::new(token)),
        None => None,
    };
    let signed_headers = names(&signed_headers);
    let place = SignaturePlace::Header;
    Ok(Claim { access_key_id, scope, signed_headers, signature, time, at, token, place })
}

/// `X-Amz-Algorithm`, `X-Amz-Credential`, … in the query.
fn from_query(query: &[(String, String)]) -> Result<Claim, Fault> {
    let parameter = |name: &str| {
        let mut values =
            query.iter().filter(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
        match (values.next(), values.next()) {
            (_, Some(_)) => Err(Fault::MalformedQuery(format!("{name} is given more than once"))),
            (value, None) => Ok(value.cloned()),
        }
    };
    let required = |name: &str| parameter(name)?.ok_or(Fault::IncompleteQuery);
    if required("X-Amz-Algorithm")? != ALGORITHM {
        let text = format!("X-Amz-Algorithm only supports \"{ALGORITHM}\"");
        return Err(Fault::MalformedQuery(text));
    }
    let credential = required("X-Amz-Credential")?;
    let (access_key_id, scope) = credential_scope(&credential).ok_or_else(malformed_credential)?;
    let time = required("X-Amz-Date")?;
    let at = instant(&time).ok_or_else(malformed_date)?;
    let signed_headers = names(&required("X-Amz-SignedHeaders")?);
    let signature = required("X-Amz-Signature")?;
    let expires = parameter("X-Amz-Expires")?.map(|text| expires(&text)).transpose()?;
    if expires.is_none() && scope.service == "s3" {
        return Err(Fault::IncompleteQuery);
    }
    let token = parameter("X-Amz-Security-Token")?.map(Secret::new);
    let place = SignaturePlace::Query(expires);
    Ok(Claim { access_key_id, scope, signed_headers, signature, time, at, token, place })
}

/// `x-amz-algorithm`, `x-amz-credential`, … among the fields of a form, by lower-case names; `None` for one that carries
/// neither a policy nor credentials.
pub(crate) fn from_form<'a>(field: impl Fn(&str) -> Option<&'a str>) -> Result<Option<Claim>, Fault> {
    let names = ["policy", "X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Signature"];
    if field("awsaccesskeyid").is_some() || field("signature").is_some() {
        return Err(Fault::SignatureVersion2);
    }
    let [policy, algorithm, credential, date, signature] = names
        .map(|name| field(&name.to_ascii_lowercase()).ok_or_else(|| Fault::MissingField(name.to_owned())));
    let token = field("x-amz-security-token").map(Secret::new);
    if [&policy, &algorithm, &credential, &date, &signature].iter().all(|one| one.is_err()) && token.is_none()
    {
        return Ok(None);
    }
    policy?;
    if algorithm? != ALGORITHM {
        return Err(Fault::MalformedQuery(format!("X-Amz-Algorithm only supports \"{ALGORITHM}\"")));
    }
    let (access_key_id, scope) = credential_scope(credential?).ok_or_else(malformed_credential)?;
    let time = date?.to_owned();
    let at = instant(&time).ok_or_else(malformed_date)?;
    let (signed_headers, place) = (Vec::new(), SignaturePlace::Form);
    Ok(Some(Claim {
        access_key_id,
        scope,
        signed_headers,
        signature: signature?.to_owned(),
        time,
        at,
        token,
        place,
    }))
}

impl Claim {
    /// Checks all of a form's claim but its signature, at that wall time. How long the form itself is good for is said
    /// in its policy; a signing key is for seven days ("Calculating a signature").
    pub fn check_form(&self, now: Timestamp) -> Result<(), Fault> {
        if self.scope.service != "s3" {
            return Err(Fault::WrongService { given: self.scope.service.clone(), expected: "s3".to_owned() });
        }
        if !self.time.starts_with(&self.scope.date) {
            return Err(Fault::WrongDate);
        }
        let valid = SignedDuration::from_secs(MAX_EXPIRES.cast_signed());
        let age = now.duration_since(self.at);
        if age < -SignedDuration::from_mins(15) {
            return Err(Fault::UrlEarly);
        }
        if age > valid {
            let text = |at: Timestamp| at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
            let expires = text(self.at.checked_add(valid).unwrap_or(Timestamp::MAX));
            return Err(Fault::UrlExpired { expires, now: text(now), seconds: MAX_EXPIRES });
        }
        Ok(())
    }
}

fn malformed_credential() -> Fault {
    Fault::MalformedQuery(
        "Error parsing the X-Amz-Credential parameter; the Credential is mal-formed; expecting \
         \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
            .to_owned(),
    )
}

fn malformed_date() -> Fault {
    Fault::MalformedQuery("X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"".to_owned())
}

fn expires(text: &str) -> Result<u64, Fault> {
    let wrong = |what: &str| Fault::MalformedQuery(format!("X-Amz-Expires {what}"));
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong("should be a number"));
    }
    if digits.len() < text.len() {
        return Err(wrong("must be non-negative"));
    }
    match digits.parse() {
        Ok(seconds @ 0..=MAX_EXPIRES) => Ok(seconds),
        _ => Err(wrong(
            "must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
        )),
    }
}

/// `KEY/20150830/us-east-1/iam/aws4_request`; the key itself may hold slashes.
fn credential_scope(credential: &str) -> Option<(String, Scope)> {
    let mut parts = credential.rsplitn(5, '/');
    if parts.next()? != "aws4_request" {
        return None;
    }
    let (service, region, date, key) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    let dated = date.len() == 8 && date.bytes().all(|b| b.is_ascii_digit());
    let named = !key.is_empty() && !region.is_empty() && !service.is_empty();
    (dated && named).then(|| {
        let scope = Scope { date: date.to_owned(), region: region.to_owned(), service: service.to_owned() };
        (key.to_owned(), scope)
    })
}

fn names(list: &str) -> Vec<String> {
    list.split(';').filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

fn header_time(headers: &HeaderMap) -> Option<(String, Timestamp)> {
    if let Some(text) = headers.get("x-amz-date") {
        let text = text.to_str().ok()?;
        return Some((text.to_owned(), instant(text)?));
    }
    let text = headers.get(DATE)?.to_str().ok()?;
    let at = match instant(text) {
        Some(at) => at,
        None => jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(text).ok()?,
    };
    Some((at.strftime("%Y%m%dT%H%M%SZ").to_string(), at))
}

/// `20150830T123600Z`
fn instant(text: &str) -> Option<Timestamp> {
    let civil = DateTime::strptime("%Y%m%dT%H%M%SZ", text).ok()?;
    Some(civil.to_zoned(TimeZone::UTC).ok()?.timestamp())
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    fn header(authorization: &str) -> Result<Option<Claim>, Fault> {
        let mut headers = HeaderMap::new();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(authorization).unwrap());
        headers.insert("x-amz-date", HeaderValue::from_static("20260115T100000Z"));
        read(&headers, &[])
    }

    #[test]
    fn a_header_is_read_whole_or_refused() {
        let good = "AWS4-HMAC-SHA256 Credential=AKIA/20260115/eu-west-2/s3/aws4_request, \
                    SignedHeaders=host;x-amz-date,Signature=ab";
        let claim = header(good).unwrap().unwrap();
        assert_eq!(claim.scope.text(), "20260115/eu-west-2/s3/aws4_request");
        assert_eq!(claim.signed_headers, ["host", "x-amz-date"]);
        for (from, to) in [
            ("aws4_request", "aws4"),
            ("20260115/", "2026/"),
            ("Signature=ab", ""),
            ("Signature=ab", "Signature=ab,Signature=cd"),
            ("AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256"),
            ("AKIA", ""),
        ] {
            assert!(header(&good.replace(from, to)).is_err(), "{from} → {to}");
        }
        assert!(matches!(header("AWS AKIA:sig"), Err(Fault::SignatureVersion2)));
    }

    #[test]
    fn a_presigned_url_is_valid_for_a_week_at_most() {
        let query = |expires: &str| {
            [
                ("X-Amz-Algorithm", ALGORITHM),
                ("X-Amz-Credential", "AKIA/20260115/eu-west-2/s3/aws4_request"),
                ("X-Amz-Date", "20260115T100000Z"),
                ("X-Amz-SignedHeaders", "host"),
                ("X-Amz-Signature", "ab"),
                ("X-Amz-Expires", expires),
            ]
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
        };
        assert!(read(&HeaderMap::new(), &query("604800")).is_ok());
        for expires in ["604801", "-1", "soon", "", "99999999999999999999999"] {
            assert!(read(&HeaderMap::new(), &query(expires)).is_err(), "{expires}");
        }
        let mut twice = query("60").to_vec();
        twice.extend(query("60"));
        assert!(matches!(read(&HeaderMap::new(), &twice), Err(Fault::MalformedQuery(_))));
    }
}
