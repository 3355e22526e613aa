//! Images: manifests by their digests, and the tags that stand for them.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_PutImage.html>

use std::sync::Arc;

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::layer::digest;
use super::manifest::Manifest;
use super::repository::{Repo, Repository};
use super::{Ecr, PAGING, error};
use crate::Call;
use crate::input::{Input, not_implemented};
use crate::structure::{Structure, time};
use crate::wildcard;

/// A manifest as it was pushed.
#[derive(Clone)]
pub(crate) struct Image {
    text: Arc<str>,
    manifest: Arc<Manifest>,
    pushed: Timestamp,
}

/// What names an image: a digest, a tag, or both.
#[derive(Clone)]
struct Id {
    digest: Option<String>,
    tag: Option<String>,
}

impl Id {
    fn read(mut input: Input) -> Result<Self, ApiError> {
        let id = Self { digest: input.string("imageDigest")?, tag: input.string("imageTag")? };
        input.finish()?;
        Ok(id)
    }

    fn value(&self) -> Value {
        Structure::new()
            .with_some("imageDigest", self.digest.as_deref())
            .with_some("imageTag", self.tag.as_deref())
            .value()
    }

    fn failure(&self, code: &str, reason: &str) -> Value {
        json!({ "imageId": self.value(), "failureCode": code, "failureReason": reason })
    }
}

impl Repository {
    /// The digest of the image that is named.
    fn digest_of(&self, id: &Id) -> Option<&str> {
        let tagged = id.tag.as_ref().map(|tag| self.tags.get(tag));
        let held =
            id.digest.as_ref().map(|digest| self.images.get_key_value(digest).map(|(digest, _)| digest));
        let digest = match (tagged, held) {
            (Some(tagged), None) => tagged,
            (None, held) => held?,
            (Some(tagged), Some(held)) => held.filter(|held| tagged == Some(*held)),
        };
        digest.map(String::as_str)
    }

    /// The tags of an image, sorted.
    fn tags_of<'a>(&'a self, digest: &'a str) -> impl Iterator<Item = &'a str> {
        self.tags.iter().filter(move |(_, of)| *of == digest).map(|(tag, _)| tag.as_str())
    }

    /// Whether a tag that stands for an image may be given to another.
    fn may_move(&self, tag: &str) -> bool {
        let filters = self.record.members.get("imageTagMutabilityExclusionFilters").and_then(Value::as_array);
        let patterns = filters.into_iter().flatten().filter_map(|filter| filter.get("filter")?.as_str());
        let mut patterns = patterns.filter(|pattern| wildcard::star(pattern, tag));
        match self.record.text("imageTagMutability") {
            "IMMUTABLE" => false,
            "IMMUTABLE_WITH_EXCLUSION" => patterns.next().is_some(),
            "MUTABLE_WITH_EXCLUSION" => patterns.next().is_none(),
            _ => true,
        }
    }

    /// The digest behind `:tag` or `@digest`; nothing stands for `:latest`.
    pub fn resolve(&self, image: &str) -> Option<&str> {
        let id = match (image.strip_prefix('@'), image.strip_prefix(':')) {
            (Some(digest), _) => Id { digest: Some(digest.to_owned()), tag: None },
            (None, tag) => Id { digest: None, tag: Some(tag.unwrap_or("latest").to_owned()) },
        };
        self.digest_of(&id)
    }
}

fn is_tag(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphanumeric() || "_.-".contains(c);
    (1..=300).contains(&text.len()) && text.chars().all(letter) && !text.starts_with(['.', '-'])
}

pub(crate) fn put(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let text = call.input.required("imageManifest")?;
    let media_type = call.input.string("imageManifestMediaType")?;
    let tag = call.input.string("imageTag")?;
    let named = call.input.string("imageDigest")?;
    call.input.finish()?;
    if tag.as_ref().is_some_and(|tag| !is_tag(tag)) {
        return Err(error::invalid(
            "imageTag",
            "must satisfy regular expression '[a-zA-Z0-9_][a-zA-Z0-9._-]{0,299}'",
        ));
    }
    let manifest = Manifest::parse(&text, media_type)?;
    let digest = digest(text.as_bytes());
    if let Some(named) = named.filter(|named| *named != digest) {
        let message = format!(
            "The specified image digest '{named}' does not match the digest that Amazon ECR calculated for the image."
        );
        return Err(error::refuse("ImageDigestDoesNotMatchException", message));
    }
    let repository = ecr.repository_mut(&repo)?;
    manifest.check(&repo, repository)?;
    let known = repository.images.contains_key(&digest);
    let held = tag.as_ref().and_then(|tag| repository.tags.get(tag));
    if known && (tag.is_none() || held == Some(&digest)) {
        let message = format!(
            "Image with digest '{digest}' and tag '{}' already exists in",
            tag.as_deref().unwrap_or("null")
        );
        return Err(error::of("ImageAlreadyExistsException", &repo, message));
    }
    if let (Some(tag), Some(_)) = (&tag, held)
        && !repository.may_move(tag)
    {
        let message = format!(
            "The image tag '{tag}' already exists in the '{}' repository and cannot be overwritten because the tag is immutable.",
            repo.name
        );
        return Err(error::refuse("ImageTagAlreadyExistsException", message));
    }
    if let Some(tag) = &tag {
        repository.tags.insert(tag.clone(), digest.clone());
    }
    let image = Image { text: text.into(), manifest: Arc::new(manifest), pushed: call.now };
    let answer = shown(&repo, &Id { digest: Some(digest.clone()), tag }, &image);
    repository.images.entry(digest).or_insert(image);
    Ok(Structure::new().with("image", answer).output())
}

fn shown(repo: &Repo, id: &Id, image: &Image) -> Value {
    repo.names()
        .with("imageId", id.value())
        .with("imageManifest", &*image.text)
        .with("imageManifestMediaType", image.manifest.media_type.as_str())
        .value()
}

/// Takes the list of what names images.
fn read_ids(input: &mut Input) -> Result<Vec<Id>, ApiError> {
    input.structures("imageIds")?.into_iter().map(Id::read).collect()
}

pub(crate) fn get_many(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let ids = read_ids(&mut call.input)?;
    let accepted = call.input.strings("acceptedMediaTypes")?;
    call.input.finish()?;
    let repository = ecr.repository(&repo)?;
    let (mut images, mut failures) = (Vec::new(), Vec::new());
    for id in ids {
        let found =
            repository.digest_of(&id).and_then(|digest| Some((digest, repository.images.get(digest)?)));
        match found {
            Some((_, image)) if !accepted.is_empty() && !accepted.contains(&image.manifest.media_type) => {
                // AWS would translate it.
                return Err(not_implemented(
                    "ecr BatchGetImage with a manifest of another type than it was pushed as",
                ));
            }
            Some((digest, image)) => {
                let id = Id { digest: Some(digest.to_owned()), ..id };
                images.push(shown(&repo, &id, image));
            }
            None => failures.push(id.failure("ImageNotFound", "Requested image not found")),
        }
    }
    Ok(Structure::new().with("images", images).with("failures", failures).output())
}

/// Takes the filter: whether images must have tags, or must have none.
fn read_filter(input: &mut Input) -> Result<Option<bool>, ApiError> {
    let Some(mut filter) = input.structure("filter")? else { return Ok(None) };
    let status = filter.string("tagStatus")?;
    filter.only("imageStatus", "ACTIVE")?;
    filter.finish()?;
    Ok(match status.as_deref() {
        Some("TAGGED") => Some(true),
        Some("UNTAGGED") => Some(false),
        _ => None,
    })
}

pub(crate) fn describe(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let ids = read_ids(&mut call.input)?;
    let tagged = read_filter(&mut call.input)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let repository = ecr.repository(&repo)?;
    let mut wanted = Vec::new();
    for id in &ids {
        wanted.push(repository.digest_of(id).ok_or_else(|| {
            let shown = |text: &Option<String>| text.as_deref().unwrap_or("null").to_owned();
            let (digest, tag) = (shown(&id.digest), shown(&id.tag));
            let message = format!(
                "The image with imageId {{imageDigest:'{digest}', imageTag:'{tag}'}} does not exist within"
            );
            error::of("ImageNotFoundException", &repo, message)
        })?);
    }
    let images = repository.images.iter().filter(|(digest, _)| {
        (ids.is_empty() || wanted.contains(&digest.as_str()))
            && tagged.is_none_or(|tagged| tagged == repository.tags_of(digest).next().is_some())
    });
    let rows = images.map(|(digest, image)| {
        let tags: Vec<&str> = repository.tags_of(digest).collect();
        let row = repo
            .names()
            .with("imageDigest", digest.as_str())
            .with_some("imageTags", Some(tags).filter(|tags| !tags.is_empty()))
            .with("imageSizeInBytes", image.manifest.size(repository))
            .with("imagePushedAt", time(image.pushed))
            .with("imageManifestMediaType", image.manifest.media_type.as_str())
            .with_some("artifactMediaType", image.manifest.artifact_type.as_deref())
            .with("imageStatus", "ACTIVE");
        (digest.clone(), row.value())
    });
    Ok(page.answer("imageDetails", rows).output())
}

pub(crate) fn list(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let tagged = read_filter(&mut call.input)?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let repository = ecr.repository(&repo)?;
    let id = |digest: &str, tag: Option<&str>| {
        let id = Id { digest: Some(digest.to_owned()), tag: tag.map(str::to_owned) };
        (format!("{digest} {}", tag.unwrap_or_default()), id.value())
    };
    let with = repository.tags.iter().map(|(tag, digest)| id(digest, Some(tag)));
    let without = repository.images.keys().filter(|digest| repository.tags_of(digest).next().is_none());
    let without = without.map(|digest| id(digest, None));
    let rows = with
        .filter(|_| tagged != Some(false))
        .chain(without.filter(|_| tagged != Some(true)))
        .collect::<Vec<_>>();
    Ok(page.answer("imageIds", rows).output())
}

pub(crate) fn delete_many(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let ids = read_ids(&mut call.input)?;
    call.input.finish()?;
    let repository = ecr.repository_mut(&repo)?;
    let (mut gone, mut failures) = (Vec::new(), Vec::new());
    for id in ids {
        match remove(repository, &id) {
            Ok(removed) => gone.extend(removed),
            Err((code, reason)) => failures.push(id.failure(code, reason)),
        }
    }
    Ok(Structure::new().with("imageIds", gone).with("failures", failures).output())
}

/// Removes a tag, and the image with its last; by its digest, the image with all tags.
fn remove(repository: &mut Repository, id: &Id) -> Result<Vec<Value>, (&'static str, &'static str)> {
    let missing = ("ImageNotFound", "Requested image not found");
    if id.digest.is_none() && id.tag.is_none() {
        return Err((
            "MissingDigestAndTag",
            "Invalid request parameters: both tag and digest cannot be null",
        ));
    }
    let Some(digest) = repository.digest_of(id).map(str::to_owned) else {
        let both = id.digest.as_ref().is_some_and(|digest| repository.images.contains_key(digest));
        return Err(match (both, &id.tag) {
            (true, Some(_)) => ("ImageTagDoesNotMatchDigest", "Tag does not match the given digest"),
            _ => missing,
        });
    };
    let removed: Vec<String> = match &id.tag {
        Some(tag) => vec![tag.clone()],
        None => repository.tags_of(&digest).map(str::to_owned).collect(),
    };
    let last = repository.tags_of(&digest).all(|tag| removed.iter().any(|gone| gone == tag));
    if last && repository.images.values().any(|image| image.manifest.refers_to(&digest)) {
        return Err((
            "ImageReferencedByManifestList",
            "Requested image referenced by manifest list: it cannot be deleted before the list is",
        ));
    }
    repository.tags.retain(|tag, _| !removed.contains(tag));
    if last {
        repository.images.remove(&digest);
    }
    let value = |tag: Option<String>| Id { digest: Some(digest.clone()), tag }.value();
    Ok(match removed.is_empty() {
        true => vec![value(None)],
        false => removed.into_iter().map(|tag| value(Some(tag))).collect(),
    })
}
