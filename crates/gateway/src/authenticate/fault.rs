//! What can be wrong with a signature, and how each protocol says so (`iam-semantics`, section 5.3).

use stackproof_aws::{ApiError, Protocol};

use crate::refusal::Refusal;

/// What is wrong with a request's authentication.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// The `Authorization` header is broken.
    Malformed(String),
    /// It lacks that parameter.
    MissingParameter(String),
    /// Neither `X-Amz-Date` nor `Date`.
    MissingDate,
    /// A presigned query is broken.
    MalformedQuery(String),
    /// A form lacks that field.
    MissingField(String),
    /// A presigned query lacks a parameter.
    IncompleteQuery,
    /// Signature Version 2.
    SignatureVersion2,
    /// Credentials in header and query at once.
    Both,
    /// The scope names another region than the one that the bucket or the target is in.
    WrongRegion { given: String, expected: String, presigned: bool },
    /// The scope names another service than the one that is called.
    WrongService { given: String, expected: String },
    /// The scope's date is not the signature's.
    WrongDate,
    /// An access key that is not known; the reason where there is more to say.
    UnknownKey { access_key_id: String, reason: Option<String> },
    /// The signature is not the one that the secret gives.
    BadSignature(Box<Evidence>),
    /// Headers that have to be signed and are not.
    NotSigned(Vec<String>),
    /// The request's time is too far from ours.
    Skewed { time: String, now: jiff::Timestamp, minutes: i64 },
    /// A presigned URL that is not valid any more.
    UrlExpired { expires: String, now: String, seconds: u64 },
    /// A presigned URL from the future.
    UrlEarly,
    /// The session has ended.
    ExpiredToken,
    /// The session token does not belong to the key.
    BadToken,
    /// The service takes no unsigned calls.
    Unsigned,
}

/// What S3 shows of a signature that does not match; never the signature that would.
#[derive(Clone, Debug)]
pub(crate) struct Evidence {
    pub access_key_id: String,
    pub string_to_sign: String,
    pub signature: String,
    /// None where a form's policy was signed.
    pub canonical_request: Option<String>,
}

const S3_MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your \
                           key and signing method.";
const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your \
                        AWS Secret Access Key and signing method. Consult the service documentation for details.";
const INVALID_TOKEN: &str = "The security token included in the request is invalid.";

impl Fault {
    /// The call's end.
    pub fn refusal(self, protocol: Protocol) -> Refusal {
        let reason = self.reason();
        let error = match protocol {
            Protocol::RestXml => self.s3(),
            Protocol::Query | Protocol::Ec2 => self.query(),
            Protocol::Json10 | Protocol::Json11 => self.json(400),
            Protocol::RestJson => self.json(403),
        };
        Refusal::unauthenticated(error, reason)
    }

    fn reason(&self) -> Option<String> {
        match self {
            Self::UnknownKey { reason, .. } => reason.clone(),
            Self::WrongRegion { given, expected, .. } => {
                Some(format!("signed for region `{given}`, expected `{expected}`"))
            }
            Self::NotSigned(names) => Some(format!("not signed: {}", names.join(", "))),
            _ => None,
        }
    }

    fn s3(self) -> ApiError {
        let malformed = |what: String| {
            ApiError::new(
                400,
                "AuthorizationHeaderMalformed",
                format!("The authorization header is malformed; {what}"),
            )
        };
        match self {
            Self::Malformed(what) => malformed(what),
            Self::MissingParameter(name) => {
                malformed(format!("the authorization header requires the \"{name}\" component."))
            }
            Self::MissingDate => ApiError::new(
                403,
                "AccessDenied",
                "AWS authentication requires a valid Date or x-amz-date header",
            ),
            Self::MalformedQuery(what) => ApiError::new(400, "AuthorizationQueryParametersError", what),
            Self::MissingField(name) => {
                let message = format!(
                    "Bucket POST must contain a field named '{name}'.  If it is specified, please check the order of the fields."
                );
                ApiError::new(400, "InvalidArgument", message)
                    .detail("ArgumentName", name)
                    .detail("ArgumentValue", "")
            }
            Self::IncompleteQuery => ApiError::new(
                400,
                "AuthorizationQueryParametersError",
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                 X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
            ),
            Self::SignatureVersion2 => ApiError::new(
                400,
                "InvalidRequest",
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            ),
            Self::Both => ApiError::new(
                400,
                "InvalidArgument",
                "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query \
                 string parameter or the Authorization header should be specified",
            ),
            Self::WrongRegion { given, expected, presigned } => {
                let what = format!("the region '{given}' is wrong; expecting '{expected}'");
                let error = match presigned {
                    false => malformed(what),
                    true => ApiError::new(
                        400,
                        "AuthorizationQueryParametersError",
                        format!("Error parsing the X-Amz-Credential parameter; {what}"),
                    ),
                };
                error.detail("Region", expected)
            }
            Self::WrongService { given, expected } => {
                malformed(format!("incorrect service \"{given}\". This endpoint belongs to \"{expected}\"."))
            }
            Self::WrongDate => {
                malformed("Invalid credential date. Date is not the same as X-Amz-Date.".to_owned())
            }
            Self::UnknownKey { access_key_id, .. } => ApiError::new(
                403,
                "InvalidAccessKeyId",
                "The AWS Access Key Id you provided does not exist in our records.",
            )
            .detail("AWSAccessKeyId", access_key_id),
            Self::BadSignature(evidence) => {
                let error = ApiError::new(403, "SignatureDoesNotMatch", S3_MISMATCH)
                    .detail("AWSAccessKeyId", evidence.access_key_id)
                    .detail("StringToSignBytes", bytes(&evidence.string_to_sign))
                    .detail("StringToSign", evidence.string_to_sign)
                    .detail("SignatureProvided", evidence.signature);
                match evidence.canonical_request {
                    Some(request) => error
                        .detail("CanonicalRequestBytes", bytes(&request))
                        .detail("CanonicalRequest", request),
                    None => error,
                }
            }
            Self::NotSigned(names) => ApiError::new(
                403,
                "AccessDenied",
                "There were headers present in the request which were not signed",
            )
            .detail("HeadersNotSigned", names.join(", ")),
            Self::Skewed { time, now, minutes } => ApiError::new(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
            .detail("RequestTime", time)
            .detail("ServerTime", now.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
            .detail("MaxAllowedSkewMilliseconds", (minutes * 60_000).to_string()),
            Self::UrlExpired { expires, now, seconds } => {
                ApiError::new(403, "AccessDenied", "Request has expired")
                    .detail("X-Amz-Expires", seconds.to_string())
                    .detail("Expires", expires)
                    .detail("ServerTime", now)
            }
            Self::UrlEarly => ApiError::new(403, "AccessDenied", "Request is not valid yet"),
            Self::ExpiredToken => ApiError::new(400, "ExpiredToken", "The provided token has expired."),
            Self::BadToken => {
                ApiError::new(400, "InvalidToken", "The provided token is malformed or otherwise invalid.")
            }
            Self::Unsigned => ApiError::new(403, "AccessDenied", "Access Denied"),
        }
    }

    fn query(self) -> ApiError {
        match self {
            Self::UnknownKey { .. } | Self::BadToken => {
                ApiError::new(403, "InvalidClientTokenId", INVALID_TOKEN)
            }
            Self::ExpiredToken => {
                ApiError::new(403, "ExpiredToken", "The security token included in the request is expired")
            }
            Self::Unsigned => {
                ApiError::new(403, "MissingAuthenticationToken", "Request is missing Authentication Token")
            }
            fault => match fault.text() {
                (true, text) => ApiError::new(400, "IncompleteSignature", text),
                (false, text) => ApiError::new(403, "SignatureDoesNotMatch", text),
            },
        }
    }

    fn json(self, status: u16) -> ApiError {
        match self {
            Self::UnknownKey { .. } | Self::BadToken => {
                ApiError::new(status, "UnrecognizedClientException", INVALID_TOKEN)
            }
            Self::ExpiredToken => ApiError::new(
                status,
                "ExpiredTokenException",
                "The security token included in the request is expired",
            ),
            Self::Unsigned => {
                ApiError::new(status, "MissingAuthenticationTokenException", "Missing Authentication Token")
            }
            fault => match fault.text() {
                (true, text) => ApiError::new(status, "IncompleteSignatureException", text),
                (false, text) => ApiError::new(status, "InvalidSignatureException", text),
            },
        }
    }

    /// The text of every service but S3, and whether the signature is incomplete rather than wrong.
    fn text(self) -> (bool, String) {
        match self {
            Self::MissingParameter(name) => (
                true,
                format!(
                    "Authorization header requires '{name}' parameter. (Hashed with SHA-256 and encoded with Base64)"
                ),
            ),
            Self::Malformed(what) | Self::MalformedQuery(what) => {
                (true, format!("Authorization header is malformed: {what}"))
            }
            Self::IncompleteQuery => (
                true,
                "AWS query-string parameters must include 'X-Amz-Signature' and its companions.".to_owned(),
            ),
            Self::MissingDate => (
                true,
                "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header."
                    .to_owned(),
            ),
            Self::SignatureVersion2 => {
                (true, "Signature Version 2 is not supported. Please use AWS4-HMAC-SHA256.".to_owned())
            }
            Self::Both => (true, "Only one of header and query may carry the signature.".to_owned()),
            Self::WrongRegion { expected, .. } => {
                (false, format!("Credential should be scoped to a valid region, not '{expected}'."))
            }
            Self::WrongService { expected, .. } => {
                (false, format!("Credential should be scoped to correct service: '{expected}'."))
            }
            Self::WrongDate => (
                false,
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP"
                    .to_owned(),
            ),
            Self::NotSigned(names) => {
                let names: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
                (false, format!("{} must be a 'SignedHeader' in the AWS Authorization.", names.join(", ")))
            }
            Self::Skewed { time, now, minutes } => (false, skewed(&time, now, minutes)),
            Self::UrlExpired { expires, now, .. } => {
                (false, format!("Signature expired: {expires} is now earlier than {now}"))
            }
            Self::UrlEarly => (false, "Signature not yet current".to_owned()),
            _ => (false, MISMATCH.to_owned()),
        }
    }
}

fn skewed(time: &str, now: jiff::Timestamp, minutes: i64) -> String {
    let text = |at: jiff::Timestamp| at.strftime("%Y%m%dT%H%M%SZ").to_string();
    let moved =
        |by: i64| now.checked_add(jiff::SignedDuration::from_mins(by)).map_or_else(|_| String::new(), text);
    let current = text(now);
    if time < current.as_str() {
        let bound = moved(-minutes);
        format!("Signature expired: {time} is now earlier than {bound} ({current} - {minutes} min.)")
    } else {
        let bound = moved(minutes);
        format!("Signature not yet current: {time} is still later than {bound} ({current} + {minutes} min.)")
    }
}

fn bytes(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ")
}
