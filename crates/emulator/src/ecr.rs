//! ECR: repositories with their policies, layers and images.
//!
//! <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/Welcome.html>

mod error;
mod image;
mod layer;
mod lifecycle;
mod manifest;
mod policy;
mod registry;
mod repository;
mod tag;

use std::collections::BTreeMap;
use std::sync::Arc;

use stackproof_aws::{ApiError, Members, Output};

use crate::Call;
use crate::bounds::{self, Bound, Rule};
use crate::input::not_implemented;
use crate::kms::Kms;
use crate::page::Paging;
use crate::place::{Place, Stores};
use policy::Kind;
use repository::{Repo, Repository};

/// Pages of every list.
const PAGING: Paging = Paging {
    token: "nextToken",
    max: "maxResults",
    next: "nextToken",
    most: 1000,
    default: 100,
    out_of_range: error::page_size,
    unknown_token: error::token,
};

/// The bounds of ECR's API reference.
const RULES: &[Rule] = &[
    Rule(
        "imageTagMutability",
        Bound::OneOf(&["MUTABLE", "IMMUTABLE", "IMMUTABLE_WITH_EXCLUSION", "MUTABLE_WITH_EXCLUSION"]),
    ),
    Rule("imageTagMutabilityExclusionFilters", Bound::Length(1, 5)),
    Rule("imageTagMutabilityExclusionFilters.filterType", Bound::OneOf(&["WILDCARD"])),
    Rule("encryptionConfiguration.encryptionType", Bound::OneOf(&["AES256", "KMS", "KMS_DSSE"])),
    Rule("lifecyclePolicyText", Bound::Length(100, 30_720)),
    Rule("policyText", Bound::Length(0, 10_240)),
    Rule("scanType", Bound::OneOf(&["BASIC", "ENHANCED"])),
    Rule("rules.scanFrequency", Bound::OneOf(&["SCAN_ON_PUSH", "CONTINUOUS_SCAN", "MANUAL"])),
    Rule("rules.repositoryFilters.filterType", Bound::OneOf(&["WILDCARD"])),
    Rule("filter.tagStatus", Bound::OneOf(&["TAGGED", "UNTAGGED", "ANY"])),
    Rule("imageIds", Bound::Length(1, 100)),
    Rule("layerDigests", Bound::Length(1, 100)),
];

/// Every account's registry in every region.
#[derive(Clone, Default)]
pub(crate) struct Ecr {
    stores: Stores<Store>,
}

/// A registry.
#[derive(Clone, Default)]
struct Store {
    repositories: BTreeMap<String, Arc<Repository>>,
    policy: Option<String>,
    scanning: Members,
    settings: BTreeMap<String, String>,
}

/// An image as others refer to it: its digest, and its address by it.
pub(crate) struct Resolved {
    pub digest: String,
    pub uri: String,
}

impl Ecr {
    fn store(&self, place: &Place) -> Option<&Store> {
        self.stores.get(place)
    }

    fn store_mut(&mut self, place: &Place) -> &mut Store {
        self.stores.get_mut(place)
    }

    fn repository(&self, repo: &Repo) -> Result<&Repository, ApiError> {
        let repository = self.store(&repo.place).and_then(|store| store.repositories.get(&repo.name));
        repository.map(Arc::as_ref).ok_or_else(|| error::no_repository(repo))
    }

    fn repository_mut(&mut self, repo: &Repo) -> Result<&mut Repository, ApiError> {
        let repository = self.store_mut(&repo.place).repositories.get_mut(&repo.name);
        repository.map(Arc::make_mut).ok_or_else(|| error::no_repository(repo))
    }

    /// The image of that address, where it has been pushed.
    pub fn resolve(&self, uri: &str) -> Option<Resolved> {
        let (repo, image) = Repo::of_uri(uri)?;
        let digest = self.repository(&repo).ok()?.resolve(image)?.to_owned();
        Some(Resolved { uri: format!("{}@{digest}", repo.uri()), digest })
    }

    /// Executes an operation.
    pub fn call(&mut self, kms: &mut Kms, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        bounds::check(&call.input, RULES)?;
        match operation {
            "CreateRepository" => repository::create(self, kms, call),
            "DescribeRepositories" => repository::describe(self, call),
            "DeleteRepository" => repository::delete(self, call),
            "PutImageTagMutability" => repository::put_mutability(self, call),
            "PutImageScanningConfiguration" => repository::put_scanning(self, call),
            "SetRepositoryPolicy" => policy::put(self, Kind::Repository, call),
            "GetRepositoryPolicy" => policy::get(self, Kind::Repository, call),
            "DeleteRepositoryPolicy" => policy::delete(self, Kind::Repository, call),
            "PutLifecyclePolicy" => policy::put(self, Kind::Lifecycle, call),
            "GetLifecyclePolicy" => policy::get(self, Kind::Lifecycle, call),
            "DeleteLifecyclePolicy" => policy::delete(self, Kind::Lifecycle, call),
            "PutRegistryPolicy" => policy::put_registry(self, call),
            "GetRegistryPolicy" => policy::get_registry(self, call),
            "DeleteRegistryPolicy" => policy::delete_registry(self, call),
            "InitiateLayerUpload" => layer::initiate(self, call),
            "UploadLayerPart" => layer::upload(self, call),
            "CompleteLayerUpload" => layer::complete(self, call),
            "BatchCheckLayerAvailability" => layer::availability(self, call),
            "PutImage" => image::put(self, call),
            "BatchGetImage" => image::get_many(self, call),
            "DescribeImages" => image::describe(self, call),
            "ListImages" => image::list(self, call),
            "BatchDeleteImage" => image::delete_many(self, call),
            "GetAuthorizationToken" => registry::token(call),
            "PutRegistryScanningConfiguration" => registry::put_scanning(self, call),
            "GetRegistryScanningConfiguration" => registry::get_scanning(self, call),
            "BatchGetRepositoryScanningConfiguration" => registry::repositories_scanning(self, call),
            "PutReplicationConfiguration" => registry::put_replication(call),
            "DescribeRegistry" => registry::describe(call),
            "PutAccountSetting" => registry::put_setting(self, call),
            "GetAccountSetting" => registry::get_setting(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListTagsForResource" => tag::list(self, call),
            _ => Err(not_implemented(&format!("ecr {operation}"))),
        }
    }
}
