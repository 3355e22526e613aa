//! Repositories.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_Repository.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use bytes::Bytes;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members, Output};

use super::image::Image;
use super::layer::Upload;
use super::{Ecr, PAGING, error, tag};
use crate::Call;
use crate::arn::Arn;
use crate::input::Input;
use crate::kms::Kms;
use crate::place::Place;
use crate::record::Record;
use crate::structure::{Structure, time};

const NAME: &str = r"[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*";

/// A repository, by the registry that it is in.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Repo {
    pub place: Place,
    pub name: String,
}

/// What is in a repository.
#[derive(Clone, Default)]
pub(crate) struct Repository {
    pub record: Record,
    pub policy: Option<String>,
    pub lifecycle: Option<String>,
    /// Layers by their digests.
    pub layers: BTreeMap<String, Bytes>,
    pub uploads: BTreeMap<String, Arc<Upload>>,
    /// Images by their digests.
    pub images: BTreeMap<String, Image>,
    /// Digests by the tags that stand for them.
    pub tags: BTreeMap<String, String>,
}

/// The registry that a call is about: another account's, where the call says so.
pub(crate) fn registry(call: &mut Call) -> Result<Place, ApiError> {
    let here = Place::of(call);
    let Some(account) = call.input.string("registryId")? else { return Ok(here) };
    if account.len() == 12 && account.chars().all(|c| c.is_ascii_digit()) {
        return Ok(Place { account, ..here });
    }
    Err(error::invalid("registryId", "must satisfy regular expression '[0-9]{12}'"))
}

/// Words of lower case letters and digits, with single separators between them.
fn is_name(name: &str) -> bool {
    let word =
        |word: &str| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    let part = |part: &str| {
        // Two underscores and any number of hyphens separate as one does.
        let part = part.replace("__", "_");
        let hyphens = part.split('-').filter(|piece| !piece.is_empty());
        let edges = !part.starts_with('-') && !part.ends_with('-');
        edges && !part.is_empty() && hyphens.flat_map(|piece| piece.split(['.', '_'])).all(word)
    };
    (2..=256).contains(&name.len()) && name.split('/').all(part)
}

impl Repo {
    /// Takes the members `registryId` and `repositoryName`.
    pub fn take(call: &mut Call) -> Result<Self, ApiError> {
        let place = registry(call)?;
        let name = call.input.required("repositoryName")?;
        match is_name(&name) {
            true => Ok(Self { place, name }),
            false => {
                Err(error::invalid("repositoryName", format!("must satisfy regular expression '{NAME}'")))
            }
        }
    }

    /// The repository of that ARN.
    pub fn of_arn(text: &str) -> Result<Self, ApiError> {
        let arn = Arn::parse(text).filter(|arn| arn.service == "ecr");
        let named =
            arn.and_then(|arn| Some((arn.place(), arn.resource.strip_prefix("repository/")?.to_owned())));
        let (place, name) = named.ok_or_else(|| error::invalid("resourceArn", "Invalid ARN"))?;
        Ok(Self { place, name })
    }

    /// The repository that images of that address are in, and what names the image behind it: `:tag` or `@digest`.
    pub fn of_uri(uri: &str) -> Option<(Self, &str)> {
        let (host, path) = uri.split_once('/')?;
        let (account, host) = host.split_once(".dkr.ecr.")?;
        let place =
            Place { account: account.to_owned(), region: host.strip_suffix(".amazonaws.com")?.to_owned() };
        let end = path.find(['@', ':']).unwrap_or(path.len());
        let (name, image) = path.split_at_checked(end)?;
        is_name(name).then(|| (Self { place, name: name.to_owned() }, image))
    }

    /// The ARN.
    pub fn arn(&self) -> String {
        self.place.arn("ecr", &format!("repository/{}", self.name))
    }

    /// The address that images are pushed to.
    pub fn uri(&self) -> String {
        let Place { account, region } = &self.place;
        format!("{account}.dkr.ecr.{region}.amazonaws.com/{}", self.name)
    }

    /// The members that answers about something in the repository have.
    pub fn names(&self) -> Structure {
        Structure::new()
            .with("registryId", self.place.account.as_str())
            .with("repositoryName", self.name.as_str())
    }
}

/// Takes how images are encrypted; with KMS, the key must be one that encrypts.
fn encryption(
    input: &mut Input,
    kms: &mut Kms,
    call_place: &Place,
    now: jiff::Timestamp,
) -> Result<Value, ApiError> {
    let Some(mut given) = input.structure("encryptionConfiguration")? else {
        return Ok(json!({ "encryptionType": "AES256" }));
    };
    let kind = given.required("encryptionType")?;
    let key = given.string("kmsKey")?;
    given.finish()?;
    if !kind.starts_with("KMS") {
        return match key {
            None => Ok(json!({ "encryptionType": kind })),
            Some(_) => {
                Err(error::invalid("encryptionConfiguration", "kmsKey is for the encryption type KMS alone"))
            }
        };
    }
    let named = key.unwrap_or_else(|| "alias/aws/ecr".to_owned());
    let ready = kms.ready(call_place, &named, now);
    let arn = ready.map_err(|error| match error.status {
        400 => error::refuse("KmsException", error.message),
        _ => error,
    })?;
    Ok(json!({ "encryptionType": kind, "kmsKey": arn }))
}

/// Takes whether tags may be moved, and which are excepted.
pub(crate) fn mutability(input: &mut Input) -> Result<Members, ApiError> {
    let given = input.keep(&["imageTagMutability", "imageTagMutabilityExclusionFilters"]);
    let excepts =
        given.get("imageTagMutability").and_then(Value::as_str).is_some_and(|it| it.ends_with("_EXCLUSION"));
    let filters = given.get("imageTagMutabilityExclusionFilters").and_then(Value::as_array);
    match excepts == filters.is_some_and(|filters| !filters.is_empty()) {
        true => Ok(given),
        false => Err(error::invalid(
            "imageTagMutabilityExclusionFilters",
            "must be given with IMMUTABLE_WITH_EXCLUSION and MUTABLE_WITH_EXCLUSION, and only then",
        )),
    }
}

fn answer(repository: &Repository) -> Output {
    Structure::new().with("repository", repository.record.members.clone()).output()
}

pub(crate) fn create(ecr: &mut Ecr, kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let here = Place::of(&call);
    let repo = Repo::take(&mut call)?;
    let now = call.now;
    let encryption = encryption(&mut call.input, kms, &here, now)?;
    let mutability = mutability(&mut call.input)?;
    let scanning = call.input.keep(&["imageScanningConfiguration"]);
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    if ecr.repository(&repo).is_ok() {
        return Err(error::repository_exists(&repo));
    }
    let members = repo
        .names()
        .with("repositoryArn", repo.arn())
        .with("repositoryUri", repo.uri())
        .with("createdAt", time(now))
        .with("imageTagMutability", "MUTABLE")
        .with("imageScanningConfiguration", json!({ "scanOnPush": false }))
        .with("encryptionConfiguration", encryption)
        .with_all(mutability)
        .with_all(scanning)
        .members();
    let repository = Repository { record: Record { members, tags }, ..Repository::default() };
    let output = answer(&repository);
    ecr.store_mut(&repo.place).repositories.insert(repo.name, Arc::new(repository));
    Ok(output)
}

pub(crate) fn describe(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let place = registry(&mut call)?;
    let names = call.input.strings("repositoryNames")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let shown = |repository: &Repository| Value::Object(repository.record.members.clone());
    let mut rows = Vec::new();
    for name in &names {
        let repo = Repo { place: place.clone(), name: name.clone() };
        rows.push((name.clone(), shown(ecr.repository(&repo)?)));
    }
    if names.is_empty() {
        let all = ecr.store(&place).into_iter().flat_map(|store| store.repositories.iter());
        rows.extend(all.map(|(name, repository)| (name.clone(), shown(repository))));
    }
    Ok(page.answer("repositories", rows).output())
}

pub(crate) fn delete(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let force = call.input.boolean("force")?.unwrap_or(false);
    call.input.finish()?;
    let repository = ecr.repository(&repo)?;
    if !repository.images.is_empty() && !force {
        return Err(error::repository_in_use(&repo));
    }
    let output = answer(repository);
    ecr.store_mut(&repo.place).repositories.remove(&repo.name);
    Ok(output)
}

pub(crate) fn put_mutability(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let given = mutability(&mut call.input)?;
    call.input.finish()?;
    let members = &mut ecr.repository_mut(&repo)?.record.members;
    members.remove("imageTagMutabilityExclusionFilters");
    members.extend(given.clone());
    Ok(repo.names().with_all(given).output())
}

pub(crate) fn put_scanning(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let given = call.input.keep(&["imageScanningConfiguration"]);
    call.input.finish()?;
    ecr.repository_mut(&repo)?.record.members.extend(given.clone());
    Ok(repo.names().with_all(given).output())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_words_with_separators() {
        for name in ["ab", "a1", "a/b", "team/app-x", "a--b", "a__b", "a.b_c-d/e"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "a", "A1", "a b", "-a", "a-", "a/", "/a", "a..b", "a._b", "a___b", "ä1", "a.-b"] {
            assert!(!is_name(name), "{name}");
        }
    }

    #[test]
    fn addresses_name_repositories() {
        let (repo, image) = Repo::of_uri("111111111111.dkr.ecr.eu-west-2.amazonaws.com/team/app:1").unwrap();
        assert_eq!(
            (repo.uri().as_str(), image),
            ("111111111111.dkr.ecr.eu-west-2.amazonaws.com/team/app", ":1")
        );
        assert!(Repo::of_uri("registry.example/library/nginx:1").is_none());
    }
}
