//! CORS: preflights are answered by the bucket's rules, and answers to browsers carry what the rules say.
//!
//! A preflight is unsigned and does nothing, whatever the request that it comes before would do: its query is not
//! read, and no action is authorized. <https://docs.aws.amazon.com/AmazonS3/latest/userguide/cors.html>

use http::header::{
    ACCESS_CONTROL_ALLOW_CREDENTIALS, ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS,
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE,
    ACCESS_CONTROL_REQUEST_HEADERS, ACCESS_CONTROL_REQUEST_METHOD, HeaderName, ORIGIN, VARY,
};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, Method, Response};
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Body, Service, wire};

use super::Gateway;
use super::draft::Draft;
use crate::directory::buckets::Bucket;
use crate::identify;
use crate::refusal::{Refusal, Unknown};

/// What CloudTrail calls a preflight.
const PREFLIGHT: &str = "PreflightRequest";
const NO_BUCKET: &str = "CORSResponse: Bucket not found";
const NOT_ENABLED: &str = "CORSResponse: CORS is not enabled for this bucket.";
const NOT_ALLOWED: &str = "CORSResponse: This CORS request is not allowed. This is usually because the evalution of Origin, request method / Access-Control-Request-Method or Access-Control-Request-Headers are not whitelisted by the resource's CORS spec.";
const VARIES_BY: &str = "Origin, Access-Control-Request-Headers, Access-Control-Request-Method";

/// What a browser asks for.
struct Asked {
    origin: String,
    method: String,
    /// In lower case.
    headers: Vec<String>,
}

impl Gateway {
    /// Whether a request is a preflight to S3, which is answered without its caller being known.
    pub(super) fn is_preflight(parts: &Parts, query: &[(String, String)]) -> bool {
        parts.method == Method::OPTIONS && identify::service(parts, query, None) == "s3"
    }

    /// Answers a preflight.
    pub(super) async fn preflight(
        &self,
        draft: &mut Draft,
        parts: &Parts,
    ) -> Result<Response<Body>, Refusal> {
        "s3".clone_into(&mut draft.service);
        PREFLIGHT.clone_into(&mut draft.operation);
        draft.speaks = Service::named("s3");
        identify::check_headers(parts).map_err(Refusal::rejected)?;
        let (bucket, key) = identify::s3::place(parts)?;
        let origin = Asked::origin(&parts.headers).map_err(Refusal::rejected)?;
        let method = one(&parts.headers, &ACCESS_CONTROL_REQUEST_METHOD).unwrap_or(Method::OPTIONS.as_str());
        let refuse = |message: &str| {
            let kind = if key.is_some() { "OBJECT" } else { "BUCKET" };
            let error = ApiError::new(403, "AccessForbidden", message).detail("Method", method);
            Err(Refusal::rejected(error.detail("ResourceType", kind)))
        };
        let Some(name) = bucket else { return refuse(NOT_ENABLED) };
        let Some(bucket) = self.directory.bucket(&name).await? else { return refuse(NO_BUCKET) };
        let rules = self.cors_rules(&bucket).await?;
        if rules.is_empty() {
            return refuse(NOT_ENABLED);
        }
        let asked = Asked::by_preflight(origin, &parts.headers).map_err(Refusal::rejected)?;
        match rules.iter().find(|rule| asked.fits(rule)) {
            None => refuse(NOT_ALLOWED),
            Some(rule) => {
                let mut response = Response::new(wire::empty());
                asked.grant(rule, response.headers_mut());
                draft.note("the bucket's CORS rules answer a preflight; nothing is authorized");
                Ok(response)
            }
        }
    }

    /// Adds to an answer of S3's what a browser has to be told before it shows it to a page of another origin. Where
    /// the rules cannot be read it adds nothing, which browsers take for a refusal.
    pub(super) async fn share(&self, parts: &Parts, response: &mut Response<Body>) {
        let Some(asked) = Asked::by_request(parts) else { return };
        let Ok((Some(name), _)) = identify::s3::place(parts) else { return };
        let Ok(Some(bucket)) = self.directory.bucket(&name).await else { return };
        let rules = self.cors_rules(&bucket).await.unwrap_or_default();
        if let Some(rule) = rules.iter().find(|rule| asked.fits(rule)) {
            asked.grant(rule, response.headers_mut());
        }
    }

    async fn cors_rules(&self, bucket: &Bucket) -> Result<Vec<Value>, Unknown> {
        let (call, absent) = (("s3", "GetBucketCors"), &["NoSuchCORSConfiguration"]);
        let found = self.directory.ask(&bucket.owner, call, json!({ "Bucket": bucket.name }), absent).await?;
        match found.unwrap_or_default().remove("CORSRules") {
            Some(Value::Array(rules)) => Ok(rules),
            _ => Ok(Vec::new()),
        }
    }
}

impl Asked {
    fn origin(headers: &HeaderMap) -> Result<&str, ApiError> {
        one(headers, &ORIGIN).ok_or_else(|| bad("Insufficient information. Origin request header needed."))
    }

    fn by_preflight(origin: &str, headers: &HeaderMap) -> Result<Self, ApiError> {
        let method = one(headers, &ACCESS_CONTROL_REQUEST_METHOD).filter(|method| is_method(method));
        let method = method.ok_or_else(|| bad("Invalid Access-Control-Request-Method: null"))?;
        let asked = headers.get_all(ACCESS_CONTROL_REQUEST_HEADERS).iter();
        let asked: Vec<String> =
            asked.map(|value| String::from_utf8_lossy(value.as_bytes()).to_ascii_lowercase()).collect();
        let names = asked.iter().flat_map(|value| value.split(',')).map(str::trim);
        let headers = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
        Ok(Self { origin: origin.to_owned(), method: method.to_owned(), headers })
    }

    /// Of a request that is executed; none where it does not come from a page.
    fn by_request(parts: &Parts) -> Option<Self> {
        let origin = one(&parts.headers, &ORIGIN).filter(|_| parts.method != Method::OPTIONS)?;
        Some(Self { origin: origin.to_owned(), method: parts.method.to_string(), headers: Vec::new() })
    }

    /// The first rule that fits answers, and only that one.
    fn fits(&self, rule: &Value) -> bool {
        texts(rule, "AllowedOrigins").any(|allowed| matches(allowed, &self.origin))
            && texts(rule, "AllowedMethods").any(|allowed| allowed == self.method)
            && self.headers.iter().all(|header| {
                texts(rule, "AllowedHeaders").any(|allowed| matches(&allowed.to_ascii_lowercase(), header))
            })
    }

    fn grant(&self, rule: &Value, headers: &mut HeaderMap) {
        let anyone =
            texts(rule, "AllowedOrigins").find(|allowed| matches(allowed, &self.origin)) == Some("*");
        let methods: Vec<&str> = texts(rule, "AllowedMethods").collect();
        let exposed: Vec<&str> = texts(rule, "ExposeHeaders").collect();
        if anyone {
            put(headers, ACCESS_CONTROL_ALLOW_ORIGIN, "*");
        } else {
            put(headers, ACCESS_CONTROL_ALLOW_ORIGIN, &self.origin);
            put(headers, ACCESS_CONTROL_ALLOW_CREDENTIALS, "true");
        }
        put(headers, ACCESS_CONTROL_ALLOW_METHODS, &methods.join(", "));
        if !self.headers.is_empty() {
            put(headers, ACCESS_CONTROL_ALLOW_HEADERS, &self.headers.join(", "));
        }
        if !exposed.is_empty() {
            put(headers, ACCESS_CONTROL_EXPOSE_HEADERS, &exposed.join(", "));
        }
        if let Some(age) = rule.get("MaxAgeSeconds").and_then(Value::as_i64) {
            put(headers, ACCESS_CONTROL_MAX_AGE, &age.to_string());
        }
        put(headers, VARY, VARIES_BY);
    }
}

fn bad(message: &str) -> ApiError {
    ApiError::new(400, "BadRequest", message)
}

/// A header that stands once.
fn one<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?.to_str().ok()?;
    values.next().is_none().then_some(first)
}

fn is_method(text: &str) -> bool {
    ["GET", "PUT", "HEAD", "POST", "DELETE"].contains(&text)
}

fn texts<'a>(rule: &'a Value, member: &str) -> impl Iterator<Item = &'a str> {
    let values = rule.get(member).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    values.iter().filter_map(Value::as_str)
}

/// Rules have at most one wildcard in a text.
fn matches(allowed: &str, given: &str) -> bool {
    match allowed.split_once('*') {
        None => allowed == given,
        Some((before, after)) => given.strip_prefix(before).is_some_and(|rest| rest.ends_with(after)),
    }
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wildcard_stands_for_any_text_once() {
        for (allowed, given, fits) in [
            ("*", "https://a.example", true),
            ("https://*.example", "https://a.example", true),
            ("https://*.example", "https://.example", true),
            ("https://*.example", "https://a.example.org", false),
            ("https://*.example", "http://a.example", false),
            ("https://a.example", "https://A.example", false),
            ("ab*ba", "aba", false),
        ] {
            assert_eq!(matches(allowed, given), fits, "{allowed} {given}");
        }
    }
}
