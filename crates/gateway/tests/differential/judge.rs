//! Whether a decision and what came of it are the same.

use std::collections::HashMap;

use bytes::Bytes;
use stackproof_aws::{Operation, codec};
use stackproof_gateway::{Decision, Outcome};

use super::behind::{Held, Place, UNVERSIONED};
use super::buckets::{Buckets, PREFIX};
use super::exchange::Answered;
use super::listing;
use super::sent::{Sent, Who};

/// What a check names.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Named {
    /// Without a word on versions.
    action: String,
    bucket: String,
    key: Option<String>,
    version: Option<String>,
}

impl Named {
    fn is(&self, (bucket, key, _): &Place) -> bool {
        self.bucket == *bucket && self.key.as_ref().is_some_and(|own| own == key || as_listed(own) == *key)
    }
}

/// A key as LocalStack's list of uploads is read: XML has one character for every end of a line.
fn as_listed(key: &str) -> String {
    key.replace("\r\n", "\n").replace('\r', "\n")
}

/// One difference between two lists of the upstream.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Change {
    Made { place: Place, etag: Option<String> },
    Gone { place: Place },
    Tagged { place: Place },
    UploadMade { place: Place },
    UploadGone { place: Place },
    BucketMade(String),
    BucketGone(String),
    Set(String, &'static str),
}

/// One request, and all that is known of it.
pub struct Case<'a> {
    pub sent: &'a Sent,
    /// The body before it was framed.
    pub payload: &'a [u8],
    pub answered: &'a Answered,
    pub decision: Option<&'a Decision>,
    pub before: &'a Held,
    pub after: &'a Held,
    /// Contents by their entity tags.
    pub contents: &'a HashMap<String, Bytes>,
    pub buckets: &'a Buckets,
}

/// Every mark in some bytes.
pub fn marks(bytes: &[u8]) -> Vec<String> {
    let is_digit = |byte: &u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(byte);
    let starts = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'm').map(|(at, _)| at);
    starts
        .filter_map(|at| bytes.get(at..at + 18))
        .filter(|mark| mark.strip_prefix(b"mk").is_some_and(|digits| digits.iter().all(is_digit)))
        .map(|mark| String::from_utf8_lossy(mark).into_owned())
        .collect()
}

impl Case<'_> {
    /// What is wrong with it; nothing, as a rule.
    pub fn complaints(&self) -> Vec<String> {
        let mut complaints = Vec::new();
        let changes = self.changes();
        let named = self.named();
        complaints.extend(
            changes
                .iter()
                .filter(|change| !self.permitted(change, &named))
                .map(|change| format!("no decision names this change: {change:?}")),
        );
        complaints.extend(self.missing(&changes, &named));
        complaints.extend(self.shown(&named));
        complaints.extend(self.listed(&named));
        if self.sent.who != Who::Operator {
            complaints.extend(self.of_others(&changes));
        }
        let refused =
            self.decision.is_some_and(|it| it.outcome != Outcome::Allowed) && !self.is("DeleteObjects");
        if refused && self.answered.status < 300 && self.sent.method != "OPTIONS" {
            complaints.push("it was refused, and answered as if it were not".to_owned());
        }
        complaints
    }

    fn operation(&self) -> &str {
        self.decision.map(|decision| decision.operation.as_str()).unwrap_or_default()
    }

    fn is(&self, name: &str) -> bool {
        self.operation() == name
    }

    /// Whether it was allowed and carried out.
    fn done(&self) -> bool {
        self.decision.is_some_and(|it| it.outcome == Outcome::Allowed)
            && (200..300).contains(&self.answered.status)
    }

    /// What the decision allowed by name; nothing where all of it was refused.
    fn named(&self) -> Vec<Named> {
        let Some(decision) = self.decision.filter(|_| self.done() || self.is("DeleteObjects")) else {
            return Vec::new();
        };
        let allowed = decision.checks.iter().filter(|check| check.outcome == Outcome::Allowed);
        allowed
            .filter_map(|check| {
                let resource = check.resource.strip_prefix("arn:aws:s3:::")?;
                let (bucket, key) = match resource.split_once('/') {
                    Some((bucket, key)) => (bucket, Some(key.to_owned())),
                    None => (resource, None),
                };
                let version =
                    check.context.iter().find(|(name, _)| name.eq_ignore_ascii_case("s3:versionid"));
                let is_versioned = check.action.contains("ObjectVersion");
                Some(Named {
                    action: check.action.replacen("ObjectVersion", "Object", 1),
                    bucket: bucket.to_owned(),
                    key,
                    version: version.filter(|_| is_versioned).and_then(|(_, values)| values.first().cloned()),
                })
            })
            .collect()
    }

    fn changes(&self) -> Vec<Change> {
        let (before, after) = (self.before, self.after);
        let mut changes = Vec::new();
        for (place, version) in &after.objects {
            let was = before.objects.get(place);
            let place = place.clone();
            match was {
                Some(was) if was.etag == version.etag && was.modified == version.modified => {
                    if was.tags != version.tags {
                        changes.push(Change::Tagged { place });
                    }
                }
                _ => changes.push(Change::Made { place, etag: version.etag.clone() }),
            }
        }
        let gone = before.objects.keys().filter(|place| !after.objects.contains_key(*place));
        changes.extend(gone.map(|place| Change::Gone { place: place.clone() }));
        let made = |place: &Place| Change::UploadMade { place: place.clone() };
        changes.extend(after.uploads.difference(&before.uploads).map(made));
        let gone = |place: &Place| Change::UploadGone { place: place.clone() };
        changes.extend(before.uploads.difference(&after.uploads).map(gone));
        changes.extend(after.buckets.difference(&before.buckets).cloned().map(Change::BucketMade));
        changes.extend(before.buckets.difference(&after.buckets).cloned().map(Change::BucketGone));
        for ((bucket, name), value) in &after.settings {
            if before.settings.get(&(bucket.clone(), name)).is_some_and(|was| was != value) {
                changes.push(Change::Set(bucket.clone(), name));
            }
        }
        changes
    }

    fn permitted(&self, change: &Change, named: &[Named]) -> bool {
        let on = |actions: &[&str], place: &Place| {
            named.iter().find(|it| actions.contains(&it.action.as_str()) && it.is(place))
        };
        match change {
            Change::Made { place, etag: None } => {
                let whole =
                    |it: &Named| it.action == "s3:DeleteObject" && it.version.is_none() && it.is(place);
                (self.is("DeleteObject") || self.is("DeleteObjects")) && named.iter().any(whole)
            }
            Change::Made { place, etag: Some(etag) } => {
                let of_content = match self.operation() {
                    "PutObject" => self.contents.get(etag).is_some_and(|content| self.carries(content)),
                    "CopyObject" => self.source(named).is_some_and(|source| source == *etag),
                    "CompleteMultipartUpload" => true,
                    _ => false,
                };
                of_content && on(&["s3:PutObject"], place).is_some()
            }
            Change::Gone { place } => {
                let deletes = self.is("DeleteObject") || self.is("DeleteObjects");
                let version = &place.2;
                let fits = |it: &Named| match &it.version {
                    Some(named) => named == version,
                    None => version == UNVERSIONED,
                };
                deletes && named.iter().any(|it| it.action == "s3:DeleteObject" && it.is(place) && fits(it))
            }
            Change::Tagged { place } => {
                let it = on(&["s3:PutObjectTagging", "s3:DeleteObjectTagging"], place);
                let latest = self.before.find(&place.0, &place.1, it.and_then(|it| it.version.as_deref()));
                self.operation().ends_with("ObjectTagging") && latest.is_some_and(|(found, _)| found == place)
            }
            Change::UploadMade { place } => {
                self.is("CreateMultipartUpload") && on(&["s3:PutObject"], place).is_some()
            }
            Change::UploadGone { place } => {
                let ends = match self.operation() {
                    "CompleteMultipartUpload" => "s3:PutObject",
                    "AbortMultipartUpload" => "s3:AbortMultipartUpload",
                    _ => return false,
                };
                self.sent.member("uploadId").as_ref() == Some(&place.2) && on(&[ends], place).is_some()
            }
            Change::BucketMade(bucket) => {
                self.is("CreateBucket")
                    && named.iter().any(|it| it.action == "s3:CreateBucket" && it.bucket == *bucket)
            }
            Change::BucketGone(bucket) => {
                self.is("DeleteBucket")
                    && named.iter().any(|it| it.action == "s3:DeleteBucket" && it.bucket == *bucket)
            }
            Change::Set(bucket, setting) => {
                let setting = setting.trim_start_matches("Get");
                let operation = self.operation();
                let of_it = ["Put", "Delete"].map(|verb| format!("{verb}{setting}"));
                of_it.iter().any(|it| it == operation)
                    && named.iter().any(|it| it.bucket == *bucket && it.key.is_none())
            }
        }
    }

    /// Whether the payload has that content in it.
    fn carries(&self, content: &[u8]) -> bool {
        content.is_empty() || self.payload.windows(content.len()).any(|window| window == content)
    }

    /// The entity tag of the object that a copy is said to read.
    fn source(&self, named: &[Named]) -> Option<String> {
        let mut read = named.iter().filter(|it| it.action == "s3:GetObject");
        let it = read.next()?;
        let (_, found) = self.before.find(&it.bucket, it.key.as_deref()?, it.version.as_deref())?;
        found.etag.clone()
    }

    /// What should have come about.
    fn missing(&self, changes: &[Change], named: &[Named]) -> Vec<String> {
        let mut missing = Vec::new();
        if !self.done() {
            return missing;
        }
        let made = |it: &Named| {
            changes.iter().any(|change| match change {
                Change::Made { place, .. } | Change::UploadMade { place } => it.is(place),
                _ => false,
            })
        };
        let of =
            |action: &str| named.iter().filter(move |it| it.action == action).cloned().collect::<Vec<_>>();
        match self.operation() {
            "PutObject" | "CreateMultipartUpload" | "CompleteMultipartUpload" => {
                let lacking = of("s3:PutObject").into_iter().filter(|it| !made(it));
                missing.extend(lacking.map(|it| format!("nothing came of {it:?}")));
            }
            "CopyObject" => {
                let source = self.source(named);
                for it in of("s3:PutObject") {
                    let now = it.key.as_deref().and_then(|key| self.after.find(&it.bucket, key, None));
                    if now.and_then(|(_, now)| now.etag.clone()) != source {
                        missing.push(format!("{it:?} is no copy of its source"));
                    }
                }
            }
            "DeleteObject" => {
                for it in of("s3:DeleteObject") {
                    let (bucket, key) = (&it.bucket, it.key.as_deref().unwrap_or_default());
                    let left = self.after.find(bucket, key, it.version.as_deref());
                    if left.is_some_and(|(_, left)| it.version.is_some() || left.etag.is_some()) {
                        missing.push(format!("{it:?} is still there"));
                    }
                }
            }
            _ => {}
        }
        missing
    }

    /// What the answer shows of objects.
    fn shown(&self, named: &[Named]) -> Vec<String> {
        let mut wrong = Vec::new();
        let mut seen = marks(&self.answered.raw);
        let read = named.iter().filter(|it| it.action.starts_with("s3:GetObject"));
        let found: Vec<_> = read
            .filter_map(|it| self.before.find(&it.bucket, it.key.as_deref()?, it.version.as_deref()))
            .collect();
        let content = |etag: &Option<String>| etag.as_ref().and_then(|etag| self.contents.get(etag));
        for (_, version) in &found {
            let own = content(&version.etag).map(|content| marks(content)).unwrap_or_default();
            seen.retain(|mark| {
                !own.contains(mark) && !version.tags.as_ref().is_some_and(|tags| tags.contains(mark))
            });
        }
        seen.retain(|mark| !marks(self.payload).contains(mark));
        if !seen.is_empty() {
            wrong.push(format!("the answer shows {seen:?}, of objects that the decision does not name"));
        }
        if !self.done() {
            return wrong;
        }
        if self.is("GetObject") || self.is("HeadObject") {
            let Some((place, version)) = found.first() else {
                wrong.push("an object was read that is not there".to_owned());
                return wrong;
            };
            let told = self.answered.header("etag").map(|etag| etag.trim_matches('"').to_owned());
            if told != version.etag {
                wrong.push(format!(
                    "it is told the entity tag {told:?}, and {place:?} has {:?}",
                    version.etag
                ));
            }
            let whole = self.answered.status == 200 && self.is("GetObject");
            if whole && content(&version.etag).is_none_or(|content| content != &self.answered.body) {
                wrong.push(format!("the content is not that of {place:?}"));
            }
        }
        let is_xml = self.answered.header("content-type").is_some_and(|it| it.contains("xml"));
        let root = listing::root(&self.answered.body).filter(|_| is_xml && !self.is("GetObject"));
        if let (Some(operation), Some(root)) = (Operation::named("s3", self.operation()), root) {
            // The document is the operation's own, or one member is all of it. An emulator may call it as the model does.
            let members = operation.output().iter().map(|member| member.wire_name().to_owned());
            let of_model = ["Output", "Response"].map(|ending| format!("{}{ending}", operation.name));
            let names = codec::document_name(operation).into_iter().chain(members).chain(of_model);
            if names.into_iter().all(|name| name != root) {
                wrong.push(format!("`{}` is answered by `{root}`", operation.name));
            }
        }
        wrong
    }

    /// What a list tells.
    fn listed(&self, named: &[Named]) -> Vec<String> {
        let mut wrong = Vec::new();
        let lists = ["ListObjects", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads"];
        if !self.done() || !lists.contains(&self.operation()) {
            return wrong;
        }
        let Some(list) = listing::read(&self.answered.body) else { return wrong };
        let Some(it) = named.first() else { return wrong };
        if list.bucket != it.bucket {
            wrong.push(format!("`{}` is listed in place of `{}`", list.bucket, it.bucket));
        }
        let checks = self.decision.map(|decision| decision.checks.as_slice()).unwrap_or_default();
        let context = checks.first().and_then(|check| check.context.get("s3:prefix"));
        let prefix = context.and_then(|values| values.first()).cloned().unwrap_or_default();
        let strange = |key: &&String| !key.starts_with(&prefix);
        let strange: Vec<_> = list.keys.iter().chain(&list.prefixes).filter(strange).collect();
        if !strange.is_empty() {
            wrong.push(format!("the list of `{prefix}` tells of {strange:?}"));
        }
        let own = self.before.objects.iter().filter(|((bucket, ..), _)| *bucket == it.bucket);
        let own: Vec<_> = own.filter_map(|(_, version)| version.etag.as_ref()).collect();
        if list.etags.iter().any(|etag| !own.contains(&etag)) {
            wrong.push("the list tells of objects of other buckets".to_owned());
        }
        wrong
    }

    /// What nobody but the operator may do, whatever a decision says of it.
    fn of_others(&self, changes: &[Change]) -> Vec<String> {
        let is_tenants =
            |(bucket, key, _): &Place| self.sent.who == Who::Tenant && self.buckets.is_tenants(bucket, key);
        let foreign = |change: &&Change| match change {
            Change::Made { place, .. }
            | Change::Gone { place }
            | Change::Tagged { place }
            | Change::UploadMade { place }
            | Change::UploadGone { place } => !is_tenants(place),
            Change::BucketMade(_) | Change::BucketGone(_) | Change::Set(..) => true,
        };
        let mut wrong: Vec<_> =
            changes.iter().filter(foreign).map(|change| format!("not the sender's: {change:?}")).collect();
        for mark in marks(&self.answered.raw) {
            let bears = |etag: &Option<String>| {
                etag.as_ref()
                    .and_then(|etag| self.contents.get(etag))
                    .is_some_and(|it| marks(it).contains(&mark))
            };
            let mut bearing =
                self.before.objects.iter().filter(|(_, version)| bears(&version.etag)).peekable();
            if bearing.peek().is_some() && !bearing.any(|(place, _)| is_tenants(place)) {
                wrong.push(format!("the answer shows {mark}, which is not the sender's"));
            }
        }
        let list = listing::read(&self.answered.body).filter(|_| self.done()).unwrap_or_default();
        if list.keys.iter().any(|key| !key.starts_with(PREFIX)) {
            wrong.push(format!("the list tells of {:?}", list.keys));
        }
        wrong
    }
}
