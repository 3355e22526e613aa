//! ECR's errors, with the texts that its API answers. All are 400.

use stackproof_aws::ApiError;

use super::Repo;
use crate::tags::Misuse;
use crate::validation;

/// An error of that code.
pub(crate) fn refuse(code: &'static str, message: impl Into<String>) -> ApiError {
    ApiError::new(400, code, message)
}

/// An error about a repository, whose text ends in where it is.
pub(crate) fn of(code: &'static str, repo: &Repo, message: impl std::fmt::Display) -> ApiError {
    refuse(
        code,
        format!(
            "{message} the repository with name '{}' in the registry with id '{}'",
            repo.name, repo.place.account
        ),
    )
}

/// `InvalidParameterException` as ECR words it.
pub(crate) fn invalid(member: &str, constraint: impl std::fmt::Display) -> ApiError {
    let message = format!("Invalid parameter at '{member}' failed to satisfy constraint: '{constraint}'");
    refuse("InvalidParameterException", message)
}

/// `RepositoryNotFoundException`.
pub(crate) fn no_repository(repo: &Repo) -> ApiError {
    let (name, registry) = (&repo.name, &repo.place.account);
    let message =
        format!("The repository with name '{name}' does not exist in the registry with id '{registry}'");
    refuse("RepositoryNotFoundException", message)
}

/// `RepositoryAlreadyExistsException`.
pub(crate) fn repository_exists(repo: &Repo) -> ApiError {
    let (name, registry) = (&repo.name, &repo.place.account);
    let message =
        format!("The repository with name '{name}' already exists in the registry with id '{registry}'");
    refuse("RepositoryAlreadyExistsException", message)
}

/// `RepositoryNotEmptyException`.
pub(crate) fn repository_in_use(repo: &Repo) -> ApiError {
    let (name, registry) = (&repo.name, &repo.place.account);
    let message = format!(
        "The repository with name '{name}' in registry with id '{registry}' cannot be deleted because it still contains images"
    );
    refuse("RepositoryNotEmptyException", message)
}

/// `InvalidTagParameterException`.
pub(crate) fn tags(misuse: Misuse) -> ApiError {
    let message = match misuse {
        Misuse::Reserved => "Invalid parameter at 'tags': keys beginning with aws: are reserved",
        Misuse::Duplicate => "Invalid parameter at 'tags': a key is given twice",
    };
    refuse("InvalidTagParameterException", message)
}

/// `TooManyTagsException`.
pub(crate) fn too_many_tags() -> ApiError {
    refuse("TooManyTagsException", "A repository has at most 50 tags.")
}

/// The error for a page of a size that may not be asked for.
pub(crate) fn page_size(size: i64, member: &str) -> ApiError {
    let broken = validation::range(size, 1, 1000).err().unwrap_or_default();
    refuse("InvalidParameterException", validation::constraint(&size.to_string(), member, &broken))
}

/// The error for a token that was not given out.
pub(crate) fn token() -> ApiError {
    invalid("nextToken", "must be the token of an earlier answer")
}
