//! What answers say of rules to come: `x-amz-expiration`, `x-amz-abort-date`, `x-amz-abort-rule-id`.

use serde_json::Value;
use stackproof_aws::Output;

use crate::input::Input;
use crate::s3::S3;
use crate::s3::version::NULL;
use crate::structure::time;
use crate::text::encode_component;

/// Operations whose answers say when the object expires.
const OF_OBJECTS: [&str; 5] =
    ["CompleteMultipartUpload", "CopyObject", "GetObject", "HeadObject", "PutObject"];
/// Operations whose answers say when the upload is aborted.
const OF_UPLOADS: [&str; 2] = ["CreateMultipartUpload", "ListParts"];

/// The object or upload that a call is about, where its answer announces rules.
pub(crate) struct Subject {
    bucket: String,
    key: String,
    upload: bool,
}

impl Subject {
    /// Whom the answer to this call will be about.
    pub fn of(operation: &str, input: &Input) -> Option<Self> {
        let upload = OF_UPLOADS.contains(&operation);
        // Who asks for a version by its id is told nothing of what becomes of the current one, be it the same.
        if !upload && (!OF_OBJECTS.contains(&operation) || input.has("VersionId")) {
            return None;
        }
        Some(Self { bucket: input.peek("Bucket")?.to_owned(), key: input.peek("Key")?.to_owned(), upload })
    }

    /// The answer with what the bucket's rules will do.
    pub fn announce(self, s3: &S3, mut output: Output) -> Output {
        let announced = if self.upload { self.abortion(s3, &output) } else { self.expiration(s3, &output) };
        output.members.extend(announced.unwrap_or_default());
        output
    }

    /// Only the current version expires by what is announced.
    fn expiration(&self, s3: &S3, output: &Output) -> Option<Vec<(String, Value)>> {
        let bucket = s3.bucket(&self.bucket).ok()?;
        let lifecycle = bucket.lifecycle.as_ref()?;
        let current = bucket.current(&self.key)?;
        let answered = output.members.get("VersionId").and_then(Value::as_str);
        if answered.unwrap_or(NULL) != current.id {
            return None;
        }
        let (at, rule) = lifecycle.expiration(&self.key, current)?;
        let date = at.strftime("%a, %d %b %Y %H:%M:%S GMT");
        let text = format!("expiry-date=\"{date}\", rule-id=\"{}\"", encode_component(rule));
        Some(vec![("Expiration".to_owned(), text.into())])
    }

    fn abortion(&self, s3: &S3, output: &Output) -> Option<Vec<(String, Value)>> {
        let bucket = s3.bucket(&self.bucket).ok()?;
        let id = output.members.get("UploadId").and_then(Value::as_str)?;
        let (at, rule) = bucket.lifecycle.as_ref()?.abortion(bucket.uploads.get(id)?)?;
        Some(vec![("AbortDate".to_owned(), time(at).into()), ("AbortRuleId".to_owned(), rule.into())])
    }
}
