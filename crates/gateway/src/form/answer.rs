//! How a form's success is answered.

use http::header::{CONTENT_LENGTH, CONTENT_TYPE, ETAG, LOCATION};
use http::{HeaderValue, Response, StatusCode};
use stackproof_aws::xml::Writer;
use stackproof_aws::{Body, wire};

use crate::uri;

/// What the fields `success_action_status` and `success_action_redirect` ask for.
pub(crate) struct Success {
    bucket: String,
    key: String,
    status: StatusCode,
    redirect: Option<String>,
}

impl Success {
    /// Reads the fields. What S3 cannot make sense of it takes as not sent.
    pub fn new<'a>(bucket: &str, key: &str, field: impl Fn(&str) -> Option<&'a str>) -> Self {
        let status = match field("success_action_status") {
            Some("200") => StatusCode::OK,
            Some("201") => StatusCode::CREATED,
            _ => StatusCode::NO_CONTENT,
        };
        let redirect = field("success_action_redirect").or_else(|| field("redirect"));
        let redirect = redirect.filter(|url| url.starts_with("http://") || url.starts_with("https://"));
        Self { bucket: bucket.to_owned(), key: key.to_owned(), status, redirect: redirect.map(str::to_owned) }
    }

    /// A put's answer as the form's; errors stay what they are.
    pub fn answer(&self, put: Response<Body>, region: &str) -> Response<Body> {
        if put.status() != StatusCode::OK {
            return put;
        }
        let (mut parts, _) = put.into_parts();
        let etag = parts.headers.get(ETAG).and_then(|etag| etag.to_str().ok()).unwrap_or_default().to_owned();
        let Self { bucket, key, .. } = self;
        let location = format!("https://{bucket}.s3.{region}.amazonaws.com/{}", uri::encode_path(key));
        let redirect = self.redirect.as_ref().and_then(|url| {
            let separator = if url.contains('?') { '&' } else { '?' };
            let (key, etag) = (uri::encode(key), uri::encode(&etag));
            HeaderValue::from_str(&format!("{url}{separator}bucket={bucket}&key={key}&etag={etag}")).ok()
        });
        parts.headers.remove(CONTENT_LENGTH);
        let mut body = wire::empty();
        match redirect {
            Some(redirect) => {
                parts.status = StatusCode::SEE_OTHER;
                parts.headers.insert(LOCATION, redirect);
            }
            None => {
                parts.status = self.status;
                if let Ok(location) = HeaderValue::from_str(&location) {
                    parts.headers.insert(LOCATION, location);
                }
                if self.status == StatusCode::CREATED {
                    parts.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/xml"));
                    body = wire::full(document(&[
                        ("Location", &location),
                        ("Bucket", bucket),
                        ("Key", key),
                        ("ETag", &etag),
                    ]));
                }
            }
        }
        Response::from_parts(parts, body)
    }
}

fn document(elements: &[(&str, &str)]) -> String {
    let mut xml = Writer::document();
    xml.open("PostResponse", None);
    for (name, text) in elements {
        xml.element(name, text);
    }
    xml.close("PostResponse");
    xml.finish()
}
