//! S3's way through the gateway.

use std::sync::Arc;

use bytes::Bytes;
use http::header::{CONTENT_LENGTH, HeaderName};
use http::request::Parts;
use http::{HeaderValue, Response};
use serde_json::{Value, json};
use stackproof_aws::names::is_bucket_name;
use stackproof_aws::{Answer, ApiError, Body, Members, Output, Protocol, wire};

use super::admit::{Admitted, Content};
use super::draft::Draft;
use super::forward::{Execution, Failure, output, read};
use super::native::Judged;
use super::{Gateway, payload};
use crate::authenticate::claim::SignaturePlace;
use crate::authenticate::fault::Fault;
use crate::authenticate::payload::Payload;
use crate::authorize::Authorizer;
use crate::authorize::s3::{S3Call, copy, deletion_error, existence, with_entries};
use crate::call::{Call, ConnectionFacts};
use crate::directory::buckets::Bucket;
use crate::form::Success;
use crate::identify::Identified;
use crate::identify::s3::{Addressed, MAX_PUT, Route, rejected};
use crate::record::Outcome;
use crate::refusal::Refusal;
use crate::validate;

/// Where a bucket is.
const BUCKET_REGION: HeaderName = HeaderName::from_static("x-amz-bucket-region");
/// The largest document: a list of a thousand keys of a kilobyte each, and their markup.
const MAX_DOCUMENT: usize = 2 << 20;

impl Gateway {
    pub(super) async fn s3(
        &self,
        draft: &mut Draft,
        connection: &ConnectionFacts,
        parts: &Parts,
        query: &[(String, String)],
        mut admitted: Admitted,
    ) -> Result<Response<Body>, Refusal> {
        let (identified, mut body, success) = self.read_s3(draft, parts, query, &mut admitted).await?;
        let call = self.call(draft, connection, parts, &admitted);
        let bucket = self.addressed_bucket(&call, &identified).await?;
        let region = bucket.as_ref().map(|bucket| bucket.region.clone()).unwrap_or_default();
        let s3 = S3Call { call: &call, directory: &self.directory, identified: &identified, bucket };
        let mut authorizer = Authorizer::new(&self.directory, &self.sources);
        let (judged, outcome) = match self.through(&s3, &mut authorizer, &mut body).await {
            Ok((answer, outcome)) => (Ok(Judged { answer, predicted: None }), outcome),
            Err(refusal) => {
                let execution = self.execution(&s3, identified.members.clone(), body);
                (self.overrule(&call, refusal, execution).await, Outcome::Allowed)
            }
        };
        let judged = judged.map_err(|mut refusal| {
            // Whoever may not see the bucket learns where it is nevertheless, which SDKs rest on.
            if identified.operation.name == "HeadBucket" && !region.is_empty() {
                refusal.error.headers.push((BUCKET_REGION, region.clone()));
            }
            refusal.after(std::mem::take(&mut authorizer.checks))
        })?;
        draft.checks = authorizer.checks;
        draft.refused_in_part(outcome);
        let answer = self.settle(draft, judged);
        let mut response = self.respond(draft, identified.operation, answer)?;
        if matches!(identified.operation.name.as_str(), "ListObjects" | "ListObjectsV2")
            && let Ok(region) = HeaderValue::from_str(&region)
        {
            response.headers_mut().insert(BUCKET_REGION, region);
        }
        Ok(match success {
            Some(success) => success.answer(response, &region),
            None => response,
        })
    }

    /// The call in its operation's members, and its payload; of a form, how its success is answered too.
    async fn read_s3(
        &self,
        draft: &mut Draft,
        parts: &Parts,
        query: &[(String, String)],
        admitted: &mut Admitted,
    ) -> Result<(Identified, Body, Option<Success>), Refusal> {
        let addressed = Addressed::read(parts, query)?;
        let content = std::mem::replace(&mut admitted.content, Content::Whole(Bytes::new()));
        let (body, checksum) = match content {
            Content::Form(form) => {
                draft.operation = "PutObject".to_owned();
                let (identified, body, success) = form.put(parts, addressed, self.settings.clock.wall())?;
                return Ok((identified, body, Some(success)));
            }
            Content::Whole(bytes) => (wire::full(bytes), None),
            Content::Streamed(body, checksum) => (body, checksum),
        };
        let route = Route::find(&parts.method, &addressed)?;
        draft.operation.clone_from(&route.operation.name);
        let (document, body) = split(&route, parts, body, checksum).await?;
        let mut identified = addressed.members(&route, &document)?;
        copy::canonicalize(&mut identified.members)?;
        complete(&mut identified, parts, checksum)?;
        Ok((identified, body, None))
    }

    /// Authorizes and executes; the outcome is that of the call's parts.
    async fn through(
        &self,
        s3: &S3Call<'_>,
        authorizer: &mut Authorizer<'_>,
        body: &mut Body,
    ) -> Result<(Result<Answer, Failure>, Outcome), Refusal> {
        s3.check_transport()?;
        s3.check_owner(authorizer)?;
        if s3.name() == "DeleteObjects" {
            return self.delete_objects(s3, authorizer).await;
        }
        let asks = s3.asks().await?;
        authorizer.demand(s3.call, &asks).await?;
        let key = match s3.check_encryption(authorizer).await? {
            Ok(key) => key,
            Err(error) => return Ok((Err(Failure::Error(error)), Outcome::Allowed)),
        };
        s3.check_account()?;
        let meant = match validate::s3(&self.directory, s3).await? {
            Ok(meant) => meant,
            Err(error) => return Ok((Err(Failure::Error(error)), Outcome::Allowed)),
        };
        s3.check_lists()?;
        s3.check_initiator(authorizer)?;
        s3.check_public(authorizer)?;
        if !self.is_native()
            && let Err(error) = s3.check_destinations(authorizer).await?
        {
            return Ok((Err(Failure::Error(error)), Outcome::Allowed));
        }
        if s3.name() == "GetBucketPolicyStatus" {
            return Ok((s3.policy_status()?.map(output).map_err(Failure::Error), Outcome::Allowed));
        }
        let mut members = s3.identified.members.clone();
        if let Some(arn) = key {
            members.insert("SSEKMSKeyId".to_owned(), json!(arn));
        }
        let execution = self.execution(s3, members, std::mem::replace(body, wire::empty()));
        let answer = self.execute(s3.call, execution).await;
        let answer = match (s3.name(), answer) {
            ("CreateMultipartUpload", Ok(answer)) => {
                let members = read(answer, s3.identified.operation).await;
                members.map(|members| {
                    let initiator = s3.call.caller.user_id();
                    self.directory.uploads.initiated(&s3.identified.members, &members, initiator);
                    output(members)
                })
            }
            ("PutBucketPolicy", Ok(answer)) => {
                self.directory.pins.bucket(s3.text("Bucket").unwrap_or_default(), meant);
                Ok(answer)
            }
            (_, Ok(answer)) => Ok(s3.withhold(authorizer, answer).await?),
            (_, Err(failure)) => Err(failure),
        };
        Ok((answer, Outcome::Allowed))
    }

    fn execution(&self, s3: &S3Call<'_>, members: Members, body: Body) -> Execution {
        let caller = s3.call.caller.home().to_owned();
        let (account, region) = match &s3.bucket {
            Some(bucket) => (bucket.owner.clone(), bucket.region.clone()),
            None => (caller, s3.call.region.to_owned()),
        };
        Execution { operation: s3.identified.operation, account, region, members, body }
    }

    /// The bucket that is addressed; whoever names one that is not there learns so before anything is authorized.
    async fn addressed_bucket(
        &self,
        call: &Call<'_>,
        identified: &Identified,
    ) -> Result<Option<Arc<Bucket>>, Refusal> {
        let name = identified.members.get("Bucket").and_then(Value::as_str);
        let Some(name) = name.filter(|_| identified.operation.name != "CreateBucket") else {
            return Ok(None);
        };
        let Some(bucket) = self.directory.bucket(name).await? else {
            if !is_bucket_name(name) {
                return Err(rejected("InvalidBucketName", "The specified bucket is not valid."));
            }
            let mut refusal = Refusal::rejected(existence::no_such_bucket(name));
            refusal.reason = Some(format!("no account has a bucket `{name}`"));
            return Err(refusal);
        };
        match call.claim.map(|claim| claim.scope.region.clone()).filter(|region| *region != bucket.region) {
            None => Ok(Some(bucket)),
            Some(given) => {
                let expected = bucket.region.clone();
                let presigned =
                    call.claim.is_some_and(|claim| matches!(claim.place, SignaturePlace::Query(_)));
                let fault = Fault::WrongRegion { given, expected: expected.clone(), presigned };
                let mut refusal = fault.refusal(Protocol::RestXml);
                refusal.error.headers.push((BUCKET_REGION, expected));
                Err(refusal)
            }
        }
    }

    /// Each key is authorized on its own; the denied ones come back as errors beside what was deleted.
    async fn delete_objects(
        &self,
        s3: &S3Call<'_>,
        authorizer: &mut Authorizer<'_>,
    ) -> Result<(Result<Answer, Failure>, Outcome), Refusal> {
        let (mut allowed, mut errors, mut outcome) = (Vec::new(), Vec::new(), Outcome::Allowed);
        for (entry, asks) in s3.deletions().await? {
            match authorizer.demand(s3.call, &asks).await {
                Ok(()) => allowed.push(entry),
                Err(refusal) if refusal.outcome == Outcome::Undetermined => return Err(refusal),
                Err(_) if self.is_native() => {
                    return Err(Refusal::undetermined("which of several keys the target would not delete"));
                }
                Err(refusal) => {
                    if outcome == Outcome::Allowed {
                        outcome = refusal.outcome;
                    }
                    errors.push(deletion_error(&entry, &refusal.error));
                }
            }
        }
        let operation = s3.identified.operation;
        let mut members = Members::new();
        if !allowed.is_empty() || errors.is_empty() {
            let execution = self.execution(s3, with_entries(&s3.identified.members, allowed), wire::empty());
            let answer = self.execute(s3.call, execution).await;
            members = match answer {
                Ok(answer) => match read(answer, operation).await {
                    Ok(members) => members,
                    Err(failure) => return Ok((Err(failure), outcome)),
                },
                Err(failure) => return Ok((Err(failure), outcome)),
            };
        }
        if let Some(Value::Array(upstream)) = members.remove("Errors") {
            errors.extend(upstream);
        }
        if !errors.is_empty() {
            members.insert("Errors".to_owned(), Value::Array(errors));
        }
        Ok((Ok(Answer::Output(Output::new(members))), outcome))
    }
}

/// The document of an operation that takes one, or the stream of one that takes that.
async fn split(
    route: &Route,
    parts: &Parts,
    body: Body,
    checksum: Option<&'static str>,
) -> Result<(Bytes, Body), Refusal> {
    if route.operation.input().iter().any(|member| member.streaming) {
        return Ok((Bytes::new(), body));
    }
    let document = payload::whole(body, MAX_DOCUMENT).await.map_err(|error| match error.code.as_ref() {
        "EntityTooLarge" => rejected("MaxMessageLengthExceeded", "Your request was too large."),
        _ => Refusal::rejected(error),
    })?;
    payload::check_digests(&parts.headers, route.operation, &document, checksum)?;
    Ok((document, wire::empty()))
}

/// What the framing of a chunked payload says about the object inside.
fn complete(
    identified: &mut Identified,
    parts: &Parts,
    checksum: Option<&'static str>,
) -> Result<(), Refusal> {
    let takes = |name: &str| identified.operation.input().iter().any(|member| member.name == name);
    let (takes_length, takes_algorithm) = (takes("ContentLength"), takes("ChecksumAlgorithm"));
    let chunked = matches!(Payload::of(&parts.headers), Ok(Some(Payload::Chunked { .. })));
    let decoded = parts.headers.get("x-amz-decoded-content-length").filter(|_| chunked);
    let decoded = decoded.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if let (true, Some(length)) = (takes_length, decoded) {
        identified.members.insert("ContentLength".to_owned(), json!(length));
    }
    if let (true, Some(algorithm)) = (takes_algorithm, checksum) {
        identified.members.insert("ChecksumAlgorithm".to_owned(), json!(algorithm));
    }
    if !identified.operation.input().iter().any(|member| member.streaming) {
        return Ok(());
    }
    let length = parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match decoded.or(length) {
        None => {
            let message = "You must provide the Content-Length HTTP header.";
            Err(Refusal::rejected(ApiError::new(411, "MissingContentLength", message)))
        }
        Some(length) if length > MAX_PUT => {
            let message = "Your proposed upload exceeds the maximum allowed size";
            let error = ApiError::new(400, "EntityTooLarge", message)
                .detail("ProposedSize", length.to_string())
                .detail("MaxSizeAllowed", MAX_PUT.to_string());
            Err(Refusal::rejected(error))
        }
        Some(_) => Ok(()),
    }
}
