//! Copying: what is read at the source.

use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};
use stackproof_policy::{Certainty, Context};

use super::{S3Call, object_ask};
use crate::authorize::{Ask, Object};
use crate::record::Outcome;
use crate::refusal::Refusal;
use crate::uri;

/// What `x-amz-copy-source` names.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct CopySource {
    pub bucket: String,
    pub key: String,
    pub version: Option<String>,
}

impl CopySource {
    /// Reads `/bucket/key?versionId=…`, decoded once as forms encode, so that a bare `+` is a blank.
    ///
    /// # Errors
    /// 400 for anything else; undetermined for access points.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        let invalid = || {
            let message = "Copy Source must mention the source bucket and key: sourcebucket/sourcekey";
            Refusal::rejected(
                ApiError::new(400, "InvalidArgument", message)
                    .detail("ArgumentName", "x-amz-copy-source")
                    .detail("ArgumentValue", text),
            )
        };
        if text.starts_with("arn:") {
            return Err(Refusal::undetermined("copying from an access point"));
        }
        let (path, query) = match text.split_once('?') {
            Some((path, query)) => (path, Some(query)),
            None => (text, None),
        };
        let version = match query {
            None => None,
            Some(query) => {
                let version = query.strip_prefix("versionId=").filter(|version| !version.contains('&'));
                let version = version.and_then(uri::decode_path).filter(|version| !version.is_empty());
                Some(version.ok_or_else(invalid)?)
            }
        };
        let path = uri::decode_path(&path.replace('+', " ")).ok_or_else(invalid)?;
        let path = path.strip_prefix('/').unwrap_or(&path);
        let (bucket, key) =
            path.split_once('/').filter(|(b, k)| !b.is_empty() && !k.is_empty()).ok_or_else(invalid)?;
        Ok(Self { bucket: bucket.to_owned(), key: key.to_owned(), version })
    }

    /// Written anew, so that whoever executes it reads what was authorized.
    pub fn canonical(&self) -> String {
        let path = uri::encode_path(&format!("{}/{}", self.bucket, self.key));
        match &self.version {
            Some(version) => format!("{path}?versionId={}", uri::encode(version)),
            None => path,
        }
    }
}

/// Puts the canonical form of a copy source in its place.
pub(crate) fn canonicalize(members: &mut Members) -> Result<(), Refusal> {
    if let Some(source) = members.get("CopySource").and_then(Value::as_str) {
        let canonical = CopySource::parse(source)?.canonical();
        members.insert("CopySource".to_owned(), json!(canonical));
    }
    Ok(())
}

impl S3Call<'_> {
    /// The object that a copy reads.
    pub(super) async fn source(&self) -> Result<Option<Object>, Refusal> {
        let Some(text) = self.text("CopySource") else { return Ok(None) };
        let CopySource { bucket, key, version } = CopySource::parse(text)?;
        match self.directory.bucket(&bucket).await? {
            Some(bucket) => Ok(Some(Object { bucket, key, version })),
            None => Err(Refusal::rejected(super::existence::no_such_bucket(&bucket))),
        }
    }

    /// Reading the source, and its tags where they are copied along.
    pub(super) async fn copy_asks(&self, destination: &Context) -> Result<Vec<Ask>, Refusal> {
        let Some(source) = self.source().await? else { return Ok(Vec::new()) };
        if self.text("ExpectedSourceBucketOwner").is_some_and(|expected| expected != source.bucket.owner) {
            let reason = "the source belongs to another account than the request expects".to_owned();
            let error = ApiError::new(403, "AccessDenied", "Access Denied");
            return Err(Refusal::new(Outcome::ExplicitDeny, error, Some(reason)));
        }
        let mut context = self.context_of(&source.bucket);
        if let Some(version) = &source.version {
            context.insert("s3:versionid", version);
        }
        let mut asks = vec![object_ask("s3:GetObject", source.clone(), &context)];
        let copies_tags = self.name() == "CopyObject" && self.text("TaggingDirective") != Some("REPLACE");
        if copies_tags && self.is_tagged(&source).await? {
            let read = object_ask("s3:GetObjectTagging", source, &context);
            let written = self.ask("s3:PutObjectTagging", destination);
            // That tags need their own actions even where they are merely copied along stands on no page.
            asks.extend([read, written].map(|ask| Ask { certainty: Certainty::Reading, ..ask }));
        }
        Ok(asks)
    }

    async fn is_tagged(&self, source: &Object) -> Result<bool, Refusal> {
        let absent = &["NoSuchKey", "NoSuchVersion", "NoSuchTagSet", "MethodNotAllowed"];
        let (owner, members) = (&Arc::clone(&source.bucket).owner, source.members());
        let found = self.directory.ask(owner, ("s3", "GetObjectTagging"), members, absent).await?;
        let set = found.and_then(|mut found| found.remove("TagSet"));
        Ok(set.as_ref().and_then(Value::as_array).is_some_and(|tags| !tags.is_empty()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_is_decoded_once_and_written_anew() {
        for (text, canonical) in [
            ("b/k", "b/k"),
            ("/b/a%20b+c", "b/a%20b%20c"),
            ("b/a%2Bb", "b/a%2Bb"),
            ("b/a%252Fb", "b/a%252Fb"),
            ("b%2Fk", "b/k"),
            ("b/k%3FversionId=1", "b/k%3FversionId%3D1"),
            ("b/k?versionId=v1", "b/k?versionId=v1"),
            ("b/../c", "b/../c"),
        ] {
            assert_eq!(CopySource::parse(text).unwrap().canonical(), canonical, "{text}");
        }
        for text in ["", "b", "b/", "/", "//k", "b/k?x=1", "b/k?versionId=1&x", "b/k?versionId=", "b/%zz"] {
            assert!(CopySource::parse(text).is_err(), "{text}");
        }
    }
}
