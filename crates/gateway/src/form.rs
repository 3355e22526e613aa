//! Uploads by browser forms: `POST Object`, which is a put whose headers are fields.
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html>

mod answer;
mod multipart;
mod policy;

use std::collections::BTreeMap;

use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use stackproof_aws::{ApiError, Body, xml};

use crate::authenticate::claim::{self, Claim};
use crate::authenticate::fault::{Evidence, Fault};
use crate::authenticate::payload::filtered;
use crate::authenticate::sigv4::SigningKey;
use crate::identify::Identified;
use crate::identify::s3::{Addressed, MAX_PUT, Route, ambiguous, rejected};
use crate::refusal::Refusal;
use crate::uri;
use multipart::{Bounded, File};

pub(crate) use answer::Success;
pub(crate) use multipart::boundary;

/// Fields that are no header of the put: they say who signed the form, and how it is answered.
const NO_HEADERS: [&str; 13] = [
    "awsaccesskeyid",
    "bucket",
    "key",
    "policy",
    "redirect",
    "signature",
    "success_action_redirect",
    "success_action_status",
    "x-amz-algorithm",
    "x-amz-credential",
    "x-amz-date",
    "x-amz-security-token",
    "x-amz-signature",
];
/// Fields that are headers by their own names, besides all of `x-amz-`. Others mean nothing to S3.
const HEADERS: [&str; 6] =
    ["cache-control", "content-disposition", "content-encoding", "content-md5", "content-type", "expires"];

/// A form up to its file, whose bytes are still to come.
pub(crate) struct Form {
    /// By lower-case names, which is how S3 compares them.
    fields: BTreeMap<String, String>,
    file: File,
}

/// Whether a request is a form, and what divides its parts.
///
/// # Errors
/// `MalformedPOSTRequest` for a form that does not say.
pub(crate) fn of_request(parts: &Parts) -> Result<Option<Vec<u8>>, ApiError> {
    if parts.method == Method::POST { boundary(&parts.headers) } else { Ok(None) }
}

impl Form {
    /// Reads the fields before the file.
    ///
    /// # Errors
    /// S3's own for a body that is no form, whose fields are too large or repeated, or that has no file.
    pub async fn read(body: Body, boundary: &[u8]) -> Result<Self, Refusal> {
        let (given, file) = multipart::read(body, boundary).await.map_err(Refusal::rejected)?;
        let mut fields = BTreeMap::new();
        for (name, value) in given {
            let name = name.to_ascii_lowercase();
            // "Recognized by all form fields", and policies are compared with what stands there afterwards.
            let value = value.replace("${filename}", &file.name);
            if fields.insert(name.clone(), value).is_some() {
                return Err(ambiguous(&format!("the form field {name} is repeated")));
            }
        }
        Ok(Self { fields, file })
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.fields.get(name).map(String::as_str)
    }

    /// Who the form says that it was signed by; none for one that was not.
    pub fn claim(&self) -> Result<Option<Claim>, Fault> {
        claim::from_form(|name| self.field(name))
    }

    /// Checks the signature, which is of the policy as it was sent.
    pub fn verify(&self, claim: &Claim, key: &SigningKey) -> Result<(), Fault> {
        let policy = self.field("policy").unwrap_or_default();
        if key.verifies(policy, &claim.signature) {
            return Ok(());
        }
        Err(Fault::BadSignature(Box::new(Evidence {
            access_key_id: claim.access_key_id.clone(),
            string_to_sign: policy.to_owned(),
            signature: claim.signature.clone(),
            canonical_request: None,
        })))
    }

    /// The put that the form asks for, its payload, and how its success is answered.
    ///
    /// # Errors
    /// S3's own: fields that are missing or wrong, and whatever the policy does not admit at that wall time.
    pub fn put(
        self,
        parts: &Parts,
        addressed: Addressed,
        now: Timestamp,
    ) -> Result<(Identified, Body, Success), Refusal> {
        if let Some(name) = parts.headers.keys().find(|name| name.as_str().starts_with("x-amz-")) {
            return Err(ambiguous(&format!("a form has {name} in its head")));
        }
        let Addressed { bucket: Some(bucket), key: None, query, .. } = addressed else {
            let message = "The specified method is not allowed against this resource.";
            return Err(Refusal::rejected(ApiError::new(405, "MethodNotAllowed", message)));
        };
        if let Some((name, _)) = query.first() {
            return Err(ambiguous(&format!("a form has {name} in its query")));
        }
        let Some(key) = self.field("key").map(str::to_owned) else { return Err(missing("key")) };
        if key.is_empty() {
            let message = "User key must have a length greater than 0.";
            return Err(rejected("InvalidArgument", message));
        }
        let lengths = match self.field("policy") {
            Some(policy) => policy::check(policy, &bucket, &self.fields, now)?,
            None => 0..=MAX_PUT,
        };
        let success = Success::new(&bucket, &key, |name| self.field(name));
        let headers = self.headers()?;
        let put = Addressed { bucket: Some(bucket), key: Some(key), query: Vec::new(), headers };
        let identified = put.members(&Route::named("PutObject")?, &[])?;
        let File { body, content, .. } = self.file;
        let body = filtered(filtered(body, content), Bounded::new(lengths));
        Ok((identified, body, success))
    }

    fn headers(&self) -> Result<HeaderMap, Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.fields {
            let (name, value) = match name.as_str() {
                name if NO_HEADERS.contains(&name) => continue,
                "acl" => ("x-amz-acl", value.clone()),
                "tagging" => ("x-amz-tagging", tagging(value)?),
                "x-amz-copy-source" | "x-amz-acl" | "x-amz-tagging" => {
                    return Err(Refusal::undetermined(format!("whether forms have the field `{name}`")));
                }
                name if name.starts_with("x-amz-") || HEADERS.contains(&name) => (name, value.clone()),
                _ => continue,
            };
            let wrong = || rejected("InvalidArgument", &format!("The form field {name} cannot be a header."));
            let header = name.parse::<HeaderName>().map_err(|_| wrong())?;
            headers.insert(header, HeaderValue::from_bytes(value.as_bytes()).map_err(|_| wrong())?);
        }
        Ok(headers)
    }
}

/// A field that every form has to have.
fn missing(name: &str) -> Refusal {
    Fault::MissingField(name.to_owned()).refusal(stackproof_aws::Protocol::RestXml)
}

/// The field `tagging` is a document; the header is a query string.
fn tagging(document: &str) -> Result<String, Refusal> {
    let malformed = || {
        let message =
            "The XML you provided was not well-formed or did not validate against our published schema";
        rejected("MalformedXML", message)
    };
    let root = xml::parse(document.as_bytes()).map_err(|_| malformed())?;
    let [set] = root.children.as_slice() else { return Err(malformed()) };
    if root.name != "Tagging" || set.name != "TagSet" {
        return Err(malformed());
    }
    let tag = |tag: &xml::Element| match tag.children.as_slice() {
        [key, value]
            if (tag.name.as_str(), key.name.as_str(), value.name.as_str()) == ("Tag", "Key", "Value") =>
        {
            Ok(format!("{}={}", uri::encode(&key.text), uri::encode(&value.text)))
        }
        _ => Err(malformed()),
    };
    let tags: Result<Vec<_>, _> = set.children.iter().map(tag).collect();
    Ok(tags?.join("&"))
}
