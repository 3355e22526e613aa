//! What the names of a feature mean.
//!
//! A name is, in this order: one given in the feature or in `stackproof.toml`, an output, a resource address; then what
//! no other resource of the wanted kind has: an address without its instance key, or the last label of one.

mod address;
mod fill;

use std::fmt;

use indexmap::IndexMap;
use serde_json::Value;

use super::principals::Principal;
use super::similarity::nearest;
use super::stage::Stack;
use address::Address;

/// What a name is wanted for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    Bucket,
    User,
    Role,
    Principal,
    Policy,
    Key,
    Anything,
}

impl Wanted {
    /// The resource types that fit, in the order in which they are preferred.
    fn tiers(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Bucket => &[&["aws_s3_bucket"]],
            Self::User => &[&["aws_iam_access_key"], &["aws_iam_user"]],
            Self::Role => &[&["aws_iam_role"]],
            // A user and its access key often share their label and are the same principal.
            Self::Principal => &[&["aws_iam_user", "aws_iam_role"], &["aws_iam_access_key"]],
            // What a policy stands on is often called as the policy is.
            Self::Policy => &[
                &[
                    "aws_iam_policy",
                    "aws_iam_role_policy",
                    "aws_iam_user_policy",
                    "aws_iam_group_policy",
                    "aws_s3_bucket_policy",
                    "aws_kms_key_policy",
                ],
                &["aws_iam_role", "aws_s3_bucket", "aws_kms_key"],
            ],
            Self::Key => {
                &[&["aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key"], &["aws_kms_alias"]]
            }
            Self::Anything => &[],
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Bucket => "bucket",
            Self::User => "user",
            Self::Role => "role",
            Self::Principal => "principal",
            Self::Policy => "policy",
            Self::Key => "key",
            Self::Anything => "resource or output",
        }
    }
}

/// What features most often need the name on AWS of.
const NAMED: &[&str] = &["aws_s3_bucket", "aws_iam_user", "aws_iam_role"];

/// What a feature calls something.
#[derive(Clone, Debug)]
pub(crate) enum Alias {
    /// A bucket, by its name on AWS.
    Bucket(String),
    /// Someone who makes calls.
    Principal(Principal),
    /// A KMS key, by its ARN or an alias.
    Key(String),
}

/// What a name was resolved to.
#[derive(Debug)]
pub(crate) enum Found<'a> {
    Alias(&'a Alias),
    Output(&'a Value),
    Resource(&'a str, &'a Value),
}

/// A name that means nothing, or too much.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing has that name.
    #[error("no {wanted} is named `{name}`")]
    Unknown {
        /// The name.
        name: String,
        /// What was wanted.
        wanted: &'static str,
        /// What there is, the likest first.
        candidates: Vec<String>,
    },
    /// Several resources have that label.
    #[error("`{name}` may be {}", candidates.iter().map(|c| format!("`{c}`")).collect::<Vec<_>>().join(" or "))]
    Ambiguous {
        /// The name.
        name: String,
        /// Their addresses.
        candidates: Vec<String>,
    },
    /// It is something else.
    #[error("`{name}` is not a {wanted}")]
    Kind {
        /// The name.
        name: String,
        /// What was wanted.
        wanted: &'static str,
    },
    /// The resource has no such attribute, or it is no text.
    #[error("`{address}` has no text `{attribute}`")]
    Attribute {
        /// The resource's address.
        address: String,
        /// The attribute.
        attribute: String,
    },
    /// The value is sensitive and is not written into texts.
    #[error("`{0}` is sensitive and cannot be written into a text")]
    Sensitive(String),
    /// It was not made, because it rests on what is not provisioned.
    #[error("{reason}")]
    Unproved {
        /// What, and why, with the place.
        reason: String,
    },
    /// Nothing was provisioned yet.
    #[error("there is no stack yet")]
    NoStack,
}

impl NameError {
    /// What to do about it.
    pub fn advice(&self) -> Option<String> {
        match self {
            Self::Unknown { candidates, .. } if !candidates.is_empty() => {
                let names: Vec<_> = candidates.iter().map(|name| format!("`{name}`")).collect();
                Some(format!("there is {}", names.join(", ")))
            }
            Self::Ambiguous { .. } => Some("name it by its address".to_owned()),
            Self::NoStack => Some("begin with `Given the stack \"NAME\"`".to_owned()),
            _ => None,
        }
    }
}

/// The names of one scenario.
#[derive(Default)]
pub(crate) struct Names {
    pub(crate) stack: Option<Stack>,
    aliases: IndexMap<String, Alias>,
    saved: IndexMap<String, String>,
    unique: String,
}

/// Values are left out: a feature may keep what must not be printed.
impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Names")
            .field("stack", &self.stack)
            .field("aliases", &self.aliases.keys().collect::<Vec<_>>())
            .field("saved", &self.saved.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

impl Names {
    /// Names of which `{unique}` is that word.
    pub(crate) fn new(unique: String) -> Self {
        Self { unique, ..Self::default() }
    }

    /// Gives something a name; a later name hides an earlier one.
    pub(crate) fn name(&mut self, name: &str, alias: Alias) {
        self.aliases.insert(name.to_owned(), alias);
    }

    /// Keeps a value for `{name}`.
    pub(crate) fn save(&mut self, name: &str, value: String) {
        self.saved.insert(name.to_owned(), value);
    }

    /// The stack.
    pub(crate) fn stack(&self) -> Result<&Stack, NameError> {
        self.stack.as_ref().ok_or(NameError::NoStack)
    }

    /// Whether anything has that name.
    pub(crate) fn knows(&self, name: &str) -> bool {
        let kinds = [Wanted::Bucket, Wanted::Principal, Wanted::Key, Wanted::Anything];
        kinds.into_iter().any(|wanted| {
            !matches!(self.resolve(name, wanted), Err(NameError::Unknown { .. } | NameError::NoStack))
        })
    }

    /// What the name means.
    ///
    /// # Errors
    /// Nothing, or more than one resource, has that name.
    pub(crate) fn resolve<'a>(&'a self, name: &str, wanted: Wanted) -> Result<Found<'a>, NameError> {
        if let Some(alias) = self.aliases.get(name) {
            return Ok(Found::Alias(alias));
        }
        let stack = self.stack()?;
        let name = stack.names.get(name).map_or(name, String::as_str);
        if let Some((key, output)) = stack.outputs.get_key_value(name) {
            return if output.sensitive {
                Err(NameError::Sensitive(key.clone()))
            } else {
                Ok(Found::Output(&output.value))
            };
        }
        if let Some((address, attributes)) = stack.resource(name) {
            return Ok(Found::Resource(address, attributes));
        }
        self.labelled(stack, name, wanted)
    }

    fn labelled<'a>(&'a self, stack: &'a Stack, name: &str, wanted: Wanted) -> Result<Found<'a>, NameError> {
        let fitting = |tier: Option<&[&str]>| -> Vec<(&'a String, &'a Value)> {
            let fits = |address: &str| {
                Address::new(address)
                    .is_some_and(|it| it.is_called(name) && tier.is_none_or(|types| types.contains(&it.kind)))
            };
            stack.resources.iter().filter(|(address, _)| fits(address)).collect()
        };
        let tiers = wanted.tiers().iter().copied().map(Some);
        // What has a name on AWS comes before the parts of its configuration, which often share its label.
        let tiers =
            tiers.chain((wanted == Wanted::Anything).then_some([Some(NAMED), None]).into_iter().flatten());
        let found = tiers.map(fitting).find(|found| !found.is_empty()).unwrap_or_default();
        match found.as_slice() {
            [(address, attributes)] => Ok(Found::Resource(address, attributes)),
            [] => Err(match stack.unproved_name(name) {
                Some(it) => NameError::Unproved { reason: it.reason.clone() },
                None => self.unknown(stack, name, wanted),
            }),
            several => {
                let candidates = several.iter().map(|(address, _)| (*address).clone()).collect();
                Err(NameError::Ambiguous { name: name.to_owned(), candidates })
            }
        }
    }

    fn unknown(&self, stack: &Stack, name: &str, wanted: Wanted) -> NameError {
        let types: Vec<&str> = wanted.tiers().iter().copied().flatten().copied().collect();
        let addresses = stack.resources.keys().map(String::as_str).filter(|address| {
            types.is_empty() || Address::new(address).is_some_and(|it| types.contains(&it.kind))
        });
        let outputs =
            stack.outputs.iter().filter(|(_, output)| !output.sensitive).map(|(name, _)| name.as_str());
        let all: Vec<&str> =
            self.aliases.keys().map(String::as_str).chain(addresses).chain(outputs).collect();
        let mut candidates = nearest(name, all.iter().copied(), 5);
        if candidates.is_empty() {
            candidates = all.into_iter().take(5).collect();
        }
        let candidates = candidates.into_iter().map(str::to_owned).collect();
        NameError::Unknown { name: name.to_owned(), wanted: wanted.noun(), candidates }
    }

    /// The name on AWS of the bucket that the name means.
    ///
    /// # Errors
    /// Nothing has that name, or it is no bucket.
    pub(crate) fn bucket(&self, name: &str) -> Result<String, NameError> {
        let kind = || NameError::Kind { name: name.to_owned(), wanted: "bucket" };
        match self.resolve(name, Wanted::Bucket)? {
            Found::Alias(Alias::Bucket(bucket)) => Ok(bucket.clone()),
            Found::Alias(_) => Err(kind()),
            Found::Output(value) => {
                let text = value.as_str().ok_or_else(kind)?;
                Ok(text.strip_prefix("arn:aws:s3:::").unwrap_or(text).to_owned())
            }
            Found::Resource(address, attributes) => attribute(address, attributes, "bucket"),
        }
    }

    /// The key that the name means, by its ARN, its id or an alias.
    ///
    /// # Errors
    /// Nothing has that name, or it is no key.
    pub(crate) fn key(&self, name: &str) -> Result<String, NameError> {
        let kind = || NameError::Kind { name: name.to_owned(), wanted: "key" };
        match self.resolve(name, Wanted::Key)? {
            Found::Alias(Alias::Key(key)) => Ok(key.clone()),
            Found::Alias(_) => Err(kind()),
            Found::Output(value) => value.as_str().map(str::to_owned).ok_or_else(kind),
            Found::Resource(address, attributes) => attribute(address, attributes, "arn"),
        }
    }

    /// The resource of the wanted kind that the name means. An output means the resource whose ARN, id or name it
    /// is.
    ///
    /// # Errors
    /// Nothing has that name, or it is something else.
    pub(crate) fn resource(&self, name: &str, wanted: Wanted) -> Result<(&str, &Value), NameError> {
        let kind = || NameError::Kind { name: name.to_owned(), wanted: wanted.noun() };
        let types: Vec<&str> = wanted.tiers().iter().copied().flatten().copied().collect();
        let fits = |address: &str| {
            types.is_empty() || Address::new(address).is_some_and(|it| types.contains(&it.kind))
        };
        match self.resolve(name, wanted)? {
            Found::Resource(address, attributes) if fits(address) => Ok((address, attributes)),
            Found::Output(value) => {
                let is_it = |attributes: &Value| {
                    ["arn", "id", "name"].iter().any(|key| attributes.get(key) == Some(value))
                };
                let mut all = self.stack()?.resources.iter();
                let found = all.find(|(address, attributes)| fits(address) && is_it(attributes));
                found.map(|(address, attributes)| (address.as_str(), attributes)).ok_or_else(kind)
            }
            _ => Err(kind()),
        }
    }

    /// The alias of that name.
    pub(crate) fn alias(&self, name: &str) -> Option<&Alias> {
        self.aliases.get(name)
    }
}

/// A text among a resource's attributes.
pub(crate) fn attribute(address: &str, attributes: &Value, name: &str) -> Result<String, NameError> {
    let value = attributes.get(name).and_then(Value::as_str);
    value
        .map(str::to_owned)
        .ok_or_else(|| NameError::Attribute { address: address.to_owned(), attribute: name.to_owned() })
}

#[cfg(test)]
mod tests;
