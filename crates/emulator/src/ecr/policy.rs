//! Policies of repositories and of the registry, and lifecycle policies. All are kept as they are sent.
//!
//! What a repository's policy means is the gateway's to know. A lifecycle policy is checked and shown, and expires nothing.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::lifecycle;
use super::repository::{Repo, Repository};
use super::{Ecr, error};
use crate::Call;
use crate::place::Place;
use crate::structure::Structure;

/// Which of a repository's policies a call is about.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Repository,
    Lifecycle,
}

impl Kind {
    fn member(self) -> &'static str {
        match self {
            Self::Repository => "policyText",
            Self::Lifecycle => "lifecyclePolicyText",
        }
    }

    fn held(self, repository: &mut Repository) -> &mut Option<String> {
        match self {
            Self::Repository => &mut repository.policy,
            Self::Lifecycle => &mut repository.lifecycle,
        }
    }

    fn missing(self, repo: &Repo) -> ApiError {
        let (code, title) = match self {
            Self::Repository => ("RepositoryPolicyNotFoundException", "Repository policy"),
            Self::Lifecycle => ("LifecyclePolicyNotFoundException", "Lifecycle policy"),
        };
        error::of(code, repo, format!("{title} does not exist for"))
    }

    fn check(self, text: &str) -> Result<(), ApiError> {
        match self {
            Self::Repository => check_policy(text, "PolicyText", "Invalid repository policy provided"),
            Self::Lifecycle => lifecycle::check(text),
        }
    }
}

/// Refuses what is no policy document; whose statements name no resource, as the policy's owner is the resource.
fn check_policy(text: &str, member: &str, message: &str) -> Result<(), ApiError> {
    let statements =
        serde_json::from_str::<Value>(text).ok().and_then(|policy| policy.get("Statement").cloned());
    let whole = match statements {
        Some(Value::Array(items)) => !items.is_empty() && items.iter().all(Value::is_object),
        Some(Value::Object(_)) => true,
        _ => false,
    };
    if whole { Ok(()) } else { Err(error::invalid(member, message)) }
}

pub(crate) fn put(ecr: &mut Ecr, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    let text = call.input.required(kind.member())?;
    // Whether the caller may lock itself out is the gateway's to say.
    call.input.boolean("force")?;
    call.input.finish()?;
    kind.check(&text)?;
    *kind.held(ecr.repository_mut(&repo)?) = Some(text.clone());
    Ok(repo.names().with(kind.member(), text).output())
}

pub(crate) fn get(ecr: &mut Ecr, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    call.input.finish()?;
    let text = kind.held(ecr.repository_mut(&repo)?).clone().ok_or_else(|| kind.missing(&repo))?;
    Ok(repo.names().with(kind.member(), text).output())
}

pub(crate) fn delete(ecr: &mut Ecr, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let repo = Repo::take(&mut call)?;
    call.input.finish()?;
    let text = kind.held(ecr.repository_mut(&repo)?).take().ok_or_else(|| kind.missing(&repo))?;
    Ok(repo.names().with(kind.member(), text).output())
}

fn registry_answer(place: &Place, text: String) -> Output {
    Structure::new().with("registryId", place.account.as_str()).with("policyText", text).output()
}

fn no_registry_policy(place: &Place) -> ApiError {
    let message = format!("Registry policy does not exist in the registry with id '{}'", place.account);
    error::refuse("RegistryPolicyNotFoundException", message)
}

pub(crate) fn put_registry(ecr: &mut Ecr, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let text = call.input.required("policyText")?;
    call.input.finish()?;
    check_policy(&text, "PolicyText", "Invalid registry policy provided")?;
    ecr.store_mut(&place).policy = Some(text.clone());
    Ok(registry_answer(&place, text))
}

pub(crate) fn get_registry(ecr: &mut Ecr, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let place = Place::of(&call);
    let text = ecr.store(&place).and_then(|store| store.policy.clone());
    Ok(registry_answer(&place, text.ok_or_else(|| no_registry_policy(&place))?))
}

pub(crate) fn delete_registry(ecr: &mut Ecr, call: Call) -> Result<Output, ApiError> {
    call.input.finish()?;
    let place = Place::of(&call);
    let text = ecr.store_mut(&place).policy.take();
    Ok(registry_answer(&place, text.ok_or_else(|| no_registry_policy(&place))?))
}
