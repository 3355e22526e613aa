//! Keys and what is said of them.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/API_KeyMetadata.html>

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::grant::Grant;
use super::identifier::Accepts;
use super::material::Backing;
use super::member::{Length, grant_tokens, key_id};
use super::page::Page;
use super::rotation::Rotation;
use super::spec::Spec;
use super::tag::Tags;
use super::{Kms, Place, error, member, policy};
use crate::Call;
use crate::input::not_implemented;
use crate::random;
use crate::structure::Structure;

const DESCRIPTION: Length = Length(0, 8192);
const ORIGINS: [&str; 4] = ["AWS_KMS", "EXTERNAL", "AWS_CLOUDHSM", "EXTERNAL_KEY_STORE"];

/// A key.
#[derive(Clone)]
pub(crate) struct Key {
    pub id: String,
    pub place: Place,
    pub manager: Manager,
    pub spec: Spec,
    pub origin: Origin,
    pub description: String,
    /// The key policy, as it was sent.
    pub policy: String,
    pub tags: Tags,
    pub enabled: bool,
    created: Timestamp,
    /// When it will be gone.
    pub deletion: Option<Timestamp>,
    pub rotation: Option<Rotation>,
    /// The material, the current one last; none while its import is awaited.
    pub backings: Vec<Backing>,
    /// By id.
    pub grants: BTreeMap<String, Grant>,
}

/// Whose a key is to manage.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Manager {
    Aws,
    Customer,
}

/// Where the material comes from.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    AwsKms,
    External,
}

/// `KeyState`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum State {
    Enabled,
    Disabled,
    PendingDeletion,
    PendingImport,
}

/// What an operation needs a key's state to be ("Key states of AWS KMS keys").
#[derive(Clone, Copy)]
pub(crate) enum Needs {
    /// The key is used.
    Enabled,
    /// The key has material, whether it may be used or not.
    Material,
    /// The key is changed, and may not be about to be deleted.
    NotPendingDeletion,
}

impl Key {
    /// A key of the customer's or of AWS's, with new material unless it is to be imported.
    pub fn new(
        place: Place,
        id: String,
        spec: Spec,
        origin: Origin,
        now: Timestamp,
    ) -> Result<Self, ApiError> {
        let backings = match origin {
            Origin::AwsKms => vec![Backing::generate(spec, now, None)?],
            Origin::External => Vec::new(),
        };
        Ok(Self {
            policy: policy::default_policy(&place.account),
            id,
            place,
            manager: Manager::Customer,
            spec,
            origin,
            description: String::new(),
            tags: Tags::default(),
            enabled: true,
            created: now,
            deletion: None,
            rotation: None,
            backings,
            grants: BTreeMap::new(),
        })
    }

    /// The key's ARN.
    pub fn arn(&self) -> String {
        self.place.key_arn(&self.id)
    }

    /// The state.
    pub fn state(&self) -> State {
        match self {
            Self { deletion: Some(_), .. } => State::PendingDeletion,
            key if key.backings.is_empty() => State::PendingImport,
            Self { enabled: false, .. } => State::Disabled,
            _ => State::Enabled,
        }
    }

    /// Refuses what the state does not allow.
    ///
    /// # Errors
    /// `DisabledException`, `KMSInvalidStateException`.
    pub fn check(&self, needs: Needs) -> Result<(), ApiError> {
        match (self.state(), needs) {
            (State::Enabled, _)
            | (State::Disabled, Needs::Material)
            | (State::Disabled | State::PendingImport, Needs::NotPendingDeletion) => Ok(()),
            (State::Disabled, _) => Err(error::disabled(&self.arn())),
            (State::PendingImport, _) => Err(error::invalid_state(&self.arn(), "is pending import")),
            (State::PendingDeletion, _) => Err(error::invalid_state(&self.arn(), "is pending deletion")),
        }
    }

    /// Refuses a change of a key that AWS manages.
    ///
    /// # Errors
    /// `UnsupportedOperationException`.
    pub fn check_changeable(&self) -> Result<(), ApiError> {
        match self.manager {
            Manager::Customer => Ok(()),
            Manager::Aws => Err(error::unsupported(format!(
                "{} is an AWS managed key, which is not valid for this operation.",
                self.arn()
            ))),
        }
    }

    /// The current material of a key that may be used for an operation now.
    ///
    /// # Errors
    /// What its state forbids; `InvalidKeyUsageException` where keys of its spec do not do that.
    pub fn material(&self, usage: &str, operation: &str) -> Result<&Backing, ApiError> {
        self.check(Needs::Enabled)?;
        if self.spec.usage() != usage {
            return Err(error::invalid_usage(format!(
                "{} key usage is {} which is not valid for {operation}.",
                self.arn(),
                self.spec.usage()
            )));
        }
        self.backings.last().ok_or_else(|| error::invalid_state(&self.arn(), "is pending import"))
    }

    /// The material that made a ciphertext.
    pub fn made(&self, ciphertext: &[u8]) -> Option<&Backing> {
        self.backings.iter().find(|backing| backing.made(ciphertext))
    }

    /// `KeyMetadata`.
    pub fn metadata(&self) -> Structure {
        let state = self.state();
        let structure = Structure::new()
            .with("AWSAccountId", self.place.account.as_str())
            .with("KeyId", self.id.as_str())
            .with("Arn", self.arn())
            .with_time("CreationDate", self.created)
            .with("Enabled", state == State::Enabled)
            .with("Description", self.description.as_str())
            .with("KeyState", state.name())
            .with("Origin", self.origin.name())
            .with("KeyManager", self.manager.name())
            .with("MultiRegion", false)
            .with_some("DeletionDate", self.deletion.map(crate::structure::time));
        // Material has an id where there may be more than one.
        let material = self.backings.last().filter(|_| self.spec == Spec::Symmetric);
        self.spec
            .add_to(structure)
            .with_some("CurrentKeyMaterialId", material.map(|backing| backing.id.as_str()))
    }
}

impl State {
    /// AWS's name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Enabled => "Enabled",
            Self::Disabled => "Disabled",
            Self::PendingDeletion => "PendingDeletion",
            Self::PendingImport => "PendingImport",
        }
    }
}

impl Origin {
    fn name(self) -> &'static str {
        match self {
            Self::AwsKms => "AWS_KMS",
            Self::External => "EXTERNAL",
        }
    }
}

impl Manager {
    fn name(self) -> &'static str {
        match self {
            Self::Aws => "AWS",
            Self::Customer => "CUSTOMER",
        }
    }
}

/// Keys of one region only, with material of KMS's own or to be imported, are what can be made.
pub(crate) fn create(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let input = &mut call.input;
    let policy = policy::read(input)?;
    let description = member::text(input, "Description", DESCRIPTION)?.unwrap_or_default();
    let spec = Spec::read(input)?;
    let origin = match member::one_of(input, "Origin", &ORIGINS)?.as_deref() {
        None | Some("AWS_KMS") => Origin::AwsKms,
        Some("EXTERNAL") => Origin::External,
        Some(other) => return Err(not_implemented(&format!("KMS key origin {other}"))),
    };
    // The gateway evaluates the policy; what it has let through is stored.
    input.boolean("BypassPolicyLockoutSafetyCheck")?;
    let tags = Tags::read(input)?;
    input.only("MultiRegion", false)?;
    input.finish()?;
    let id = random::uuid()?;
    let mut key = Key { description, tags, ..Key::new(Place::of(&call), id, spec, origin, call.now)? };
    if let Some(policy) = policy {
        key.policy = policy;
    }
    let answer = Structure::new().with("KeyMetadata", key.metadata().value());
    kms.store_mut(&key.place.clone()).keys.insert(key.id.clone(), key);
    Ok(answer.output())
}

pub(crate) fn describe(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    kms.check_tokens(&call.region, &grant_tokens(&mut call.input)?)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::KeysAndAliases)?;
    Ok(Structure::new().with("KeyMetadata", kms.key(&found)?.metadata().value()).output())
}

pub(crate) fn list(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let page = Page::read(&mut call.input, 100, 1000)?;
    call.input.finish()?;
    let keys = kms.store(&Place::of(&call)).into_iter().flat_map(|store| store.keys.values());
    let rows = keys.map(|key| (key.id.clone(), json!({ "KeyId": key.id, "KeyArn": key.arn() })));
    Ok(page.answer("Keys", rows).output())
}

pub(crate) fn update_description(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    let description = member::required(&mut call.input, "Description", DESCRIPTION)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    let key = kms.key(&found)?;
    key.check_changeable()?;
    key.check(Needs::NotPendingDeletion)?;
    kms.key_mut(&found)?.description = description;
    Ok(Output::default())
}
