//! The image's name, and what follows from it.

use std::fmt;

use super::{ContainerError, TOKEN};
use crate::config::{Enforcement, LOCALSTACK_IMAGE};

/// The last free release.
const LAST_FREE: (u64, u64) = (4, 14);

/// An image by its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Image(String);

/// What is known of an image by its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Edition {
    /// A release that needs no account and enforces nothing.
    Free,
    /// One that needs an account, and why that is thought.
    Account(&'static str),
    /// Somebody's own image.
    Foreign,
}

impl Image {
    /// The image of that name: `NAME`, `NAME:TAG`, with a digest after it or not.
    pub(crate) fn new(name: &str) -> Self {
        Self(name.to_owned())
    }

    /// Its name and its tag, as `testcontainers` wants them: put together with a colon they are the reference.
    pub(super) fn parts(&self) -> (&str, &str) {
        match self.0.rsplit_once(':') {
            // What has a slash behind the colon is the port of a registry.
            Some((name, tag)) if !tag.contains('/') => (name, tag),
            _ => (&self.0, "latest"),
        }
    }

    /// The name without registry, tag and digest, and the tag.
    fn plain(&self) -> (&str, Option<&str>) {
        let tagged = self.0.split_once('@').map_or(self.0.as_str(), |(tagged, _)| tagged);
        let last = tagged.rsplit('/').next().unwrap_or(tagged);
        last.split_once(':').map_or((last, None), |(name, tag)| (name, Some(tag)))
    }

    fn edition(&self) -> Edition {
        let (name, tag) = self.plain();
        match (name, tag.map(release)) {
            ("localstack-pro", _) => Edition::Account("it is the paid edition"),
            ("localstack", Some(Some(release))) if release <= LAST_FREE => Edition::Free,
            ("localstack", Some(Some(_))) => Edition::Account("releases after 4.14 do"),
            ("localstack", _) => {
                Edition::Account("its name does not tell a release, so that it may be any newer one")
            }
            _ => Edition::Foreign,
        }
    }

    /// Whether it is one of LocalStack's free releases.
    pub(super) fn is_free(&self) -> bool {
        self.edition() == Edition::Free
    }

    /// Whether it is one that needs an account.
    pub(crate) fn needs_token(&self) -> bool {
        matches!(self.edition(), Edition::Account(_))
    }

    /// Says whether it can be started so, before anything is.
    ///
    /// # Errors
    /// The image needs a token that is not there, or enforces nothing and is to.
    pub(crate) fn check(&self, enforcement: Enforcement, token: bool) -> Result<(), ContainerError> {
        let image = self.0.clone();
        match (self.edition(), enforcement) {
            (Edition::Free, Enforcement::Native) => Err(ContainerError::EnforcesNothing { image }),
            (Edition::Account(reason), _) if !token => Err(ContainerError::NeedsAccount { image, reason }),
            (Edition::Foreign, Enforcement::Native) if !token => {
                Err(ContainerError::NeedsAccount { image, reason: "only paid editions enforce" })
            }
            _ => Ok(()),
        }
    }

    /// How it is had where it is not.
    pub(crate) fn advice(&self) -> String {
        match self.0 == LOCALSTACK_IMAGE {
            true => format!(
                "`docker pull {self}` where an image registry is reached; where none is, `just image` (or `localstack/build`) \
                 in stackproof's sources makes it from packages"
            ),
            false => format!(
                "`docker pull {self}` where an image registry is reached, else load it with `docker load`"
            ),
        }
    }

    /// The token to pass, where one is set and of use: a free release is given no secret.
    pub(super) fn token(&self) -> Option<String> {
        if self.is_free() { None } else { token() }
    }
}

/// The token that is set.
pub(crate) fn token() -> Option<String> {
    std::env::var(TOKEN).ok().filter(|token| !token.is_empty())
}

/// Major and minor release of a tag such as `4.14.0` or `3.8-amd64`. What the tag leaves open may be the newest.
fn release(tag: &str) -> Option<(u64, u64)> {
    let number = tag.split('-').next()?;
    let mut parts = number.split('.').map(|part| part.parse().ok());
    let major = parts.next()??;
    let minor = parts.next().map_or(Some(u64::MAX), |minor| minor)?;
    parts.all(|part| part.is_some()).then_some((major, minor))
}

impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use miette::Diagnostic;

    use super::*;

    #[test]
    fn an_image_that_needs_an_account_is_refused_without_one() {
        for name in [
            "localstack/localstack:4.15.0",
            "localstack/localstack:2026.3.0",
            "localstack/localstack:latest",
            "localstack/localstack:stable",
            "localstack/localstack:4",
            "localstack/localstack",
            "registry:5000/localstack/localstack",
            "localstack/localstack@sha256:0123",
            "localstack/localstack-pro:3.0.0",
        ] {
            let refused = Image::new(name).check(Enforcement::Gateway, false).unwrap_err();
            assert!(matches!(refused, ContainerError::NeedsAccount { .. }), "{name}: {refused}");
            assert!(refused.help().unwrap().to_string().contains("LOCALSTACK_AUTH_TOKEN"));
            assert!(Image::new(name).check(Enforcement::Native, true).is_ok());
        }
    }

    #[test]
    fn free_releases_and_own_images_need_none() {
        for name in [
            LOCALSTACK_IMAGE,
            "localstack/localstack:4.14",
            "localstack/localstack:3",
            "localstack/localstack:3.8.1-amd64",
            "registry:5000/mirror/localstack:4.14.0@sha256:0123",
            "ours/stack:7",
        ] {
            assert!(Image::new(name).check(Enforcement::Gateway, false).is_ok(), "{name}");
        }
    }

    #[test]
    fn native_enforcement_is_refused_where_nothing_enforces() {
        let refused = |name: &str, token| Image::new(name).check(Enforcement::Native, token).unwrap_err();
        assert!(matches!(refused(LOCALSTACK_IMAGE, true), ContainerError::EnforcesNothing { .. }));
        assert!(matches!(refused("ours/stack:7", false), ContainerError::NeedsAccount { .. }));
    }

    #[test]
    fn parts_are_the_reference_again() {
        for (name, parts) in [
            ("a/b:1", ("a/b", "1")),
            ("a/b", ("a/b", "latest")),
            ("host:5000/a", ("host:5000/a", "latest")),
            ("a:1@sha256:ff", ("a:1@sha256", "ff")),
        ] {
            assert_eq!(Image::new(name).parts(), parts);
        }
    }
}
