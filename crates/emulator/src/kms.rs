//! KMS: the keys, aliases and grants of each account and region.
//!
//! <https://docs.aws.amazon.com/kms/latest/APIReference/Welcome.html>

mod alias;
mod cipher;
mod context;
mod data_key;
pub(crate) mod error;
mod grant;
mod identifier;
mod key;
mod lifecycle;
mod likeness;
pub(crate) mod managed;
mod material;
mod member;
mod page;
mod policy;
mod rotation;
mod sign;
mod spec;
mod tag;

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::Timestamp;
use stackproof_aws::wire::CiphertextKey;
use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::input::not_implemented;
use alias::Alias;
use grant::Token;
use identifier::{Accepts, Identifier};
use key::Key;

pub(crate) use crate::place::Place;

/// Every account's keys in every region.
#[derive(Clone, Default)]
pub(crate) struct Kms {
    stores: BTreeMap<Place, Arc<Store>>,
}

/// What one account has in one region. Keys and aliases are by id and by `alias/NAME`.
#[derive(Clone, Default)]
struct Store {
    keys: BTreeMap<String, Key>,
    aliases: BTreeMap<String, Alias>,
    /// Every grant token that was given out, also those of grants that are gone.
    tokens: BTreeMap<String, Token>,
}

/// Where a key is that was found.
#[derive(Clone, PartialEq, Eq)]
struct Found {
    place: Place,
    id: String,
}

impl Kms {
    fn store(&self, place: &Place) -> Option<&Store> {
        self.stores.get(place).map(Arc::as_ref)
    }

    fn store_mut(&mut self, place: &Place) -> &mut Store {
        Arc::make_mut(self.stores.entry(place.clone()).or_default())
    }

    /// Finds the key that a member names.
    fn find(&mut self, call: &Call, named: &str, accepts: Accepts) -> Result<Found, ApiError> {
        self.look(&Place::of(call), named, accepts, call.now)
    }

    /// Finds a key. One that AWS manages comes into being when it is first looked for.
    fn look(
        &mut self,
        here: &Place,
        named: &str,
        accepts: Accepts,
        now: Timestamp,
    ) -> Result<Found, ApiError> {
        let (place, found) = match Identifier::parse(named, here, accepts)? {
            Identifier::Key(place, id) => {
                let held = self.store(&place).is_some_and(|store| store.keys.contains_key(&id));
                let found = match held {
                    true => Some(id.clone()),
                    false => self.make_managed(managed::by_id(&place, &id), &place, now)?,
                };
                (place.clone(), found.ok_or_else(|| error::no_such_key(&place.key_arn(&id)))?)
            }
            Identifier::Alias(place, name) => {
                let held = self.store(&place).and_then(|store| store.aliases.get(&name));
                let found = match held {
                    Some(alias) => Some(alias.target.clone()),
                    None => self.make_managed(managed::by_alias(&name)?, &place, now)?,
                };
                (place.clone(), found.ok_or_else(|| error::no_such_alias(&place.arn("kms", &name)))?)
            }
        };
        Ok(Found { place, id: found })
    }

    fn make_managed(
        &mut self,
        service: Option<&'static managed::Managed>,
        place: &Place,
        now: Timestamp,
    ) -> Result<Option<String>, ApiError> {
        let Some(service) = service else { return Ok(None) };
        let key = service.key(place, now)?;
        let id = key.id.clone();
        let store = self.store_mut(place);
        store.aliases.insert(service.alias(), Alias::new(&id, now));
        store.keys.insert(id.clone(), key);
        Ok(Some(id))
    }

    fn key(&self, found: &Found) -> Result<&Key, ApiError> {
        let key = self.store(&found.place).and_then(|store| store.keys.get(&found.id));
        key.ok_or_else(|| error::no_such_key(&found.place.key_arn(&found.id)))
    }

    fn key_mut(&mut self, found: &Found) -> Result<&mut Key, ApiError> {
        let key = self.store_mut(&found.place).keys.get_mut(&found.id);
        key.ok_or_else(|| error::no_such_key(&found.place.key_arn(&found.id)))
    }

    /// The key of that region that made a ciphertext, whoever owns it.
    fn maker(&self, region: &str, ciphertext: &[u8]) -> Option<Found> {
        let stores = self.stores.iter().filter(|(place, _)| place.region == region);
        let mut keys = stores.flat_map(|(place, store)| store.keys.values().map(move |key| (place, key)));
        let (place, key) = keys.find(|(_, key)| key.made(ciphertext).is_some())?;
        Some(Found { place: place.clone(), id: key.id.clone() })
    }

    /// The key of that region that made a ciphertext.
    pub fn ciphertext_key(&self, region: &str, ciphertext: &[u8]) -> CiphertextKey {
        match self.maker(region, ciphertext) {
            Some(found) => CiphertextKey::Arn(found.place.key_arn(&found.id)),
            None if material::is_ciphertext(ciphertext) => CiphertextKey::Absent,
            None => CiphertextKey::Malformed,
        }
    }

    /// The ARN of a key that a service may encrypt and decrypt with now, named as its caller names it.
    ///
    /// # Errors
    /// Those of KMS for a key that is not there, that its state keeps from use, or that does not encrypt.
    pub fn ready(&mut self, here: &Place, named: &str, now: Timestamp) -> Result<String, ApiError> {
        let found = self.look(here, named, Accepts::KeysAndAliases, now)?;
        let key = self.key(&found)?;
        key.material("ENCRYPT_DECRYPT", "GenerateDataKey")?;
        Ok(key.arn())
    }

    /// Sees that a service may use a key now. The service's own, which AWS manages, is always there.
    ///
    /// # Errors
    /// Those of [`Kms::ready`].
    pub fn check_usable(
        &mut self,
        service: &str,
        here: &Place,
        named: &str,
        now: Timestamp,
    ) -> Result<(), ApiError> {
        let own = format!("alias/aws/{service}");
        match named == own || named.ends_with(&format!(":{own}")) {
            true => Ok(()),
            false => self.ready(here, named, now).map(drop),
        }
    }

    /// Executes an operation. What came due before is settled already.
    pub fn call(&mut self, operation: &str, call: Call) -> Result<Output, ApiError> {
        match operation {
            "CreateKey" => key::create(self, call),
            "DescribeKey" => key::describe(self, call),
            "ListKeys" => key::list(self, call),
            "UpdateKeyDescription" => key::update_description(self, call),
            "EnableKey" => lifecycle::enable(self, call),
            "DisableKey" => lifecycle::disable(self, call),
            "ScheduleKeyDeletion" => lifecycle::schedule_deletion(self, call),
            "CancelKeyDeletion" => lifecycle::cancel_deletion(self, call),
            "EnableKeyRotation" => rotation::enable(self, call),
            "DisableKeyRotation" => rotation::disable(self, call),
            "GetKeyRotationStatus" => rotation::status(self, call),
            "RotateKeyOnDemand" => rotation::on_demand(self, call),
            "ListKeyRotations" => rotation::list(self, call),
            "GetKeyPolicy" => policy::get(self, call),
            "PutKeyPolicy" => policy::put(self, call),
            "ListKeyPolicies" => policy::list(self, call),
            "CreateAlias" => alias::create(self, call),
            "UpdateAlias" => alias::update(self, call),
            "DeleteAlias" => alias::delete(self, call),
            "ListAliases" => alias::list(self, call),
            "Encrypt" => cipher::encrypt(self, call),
            "Decrypt" => cipher::decrypt(self, call),
            "ReEncrypt" => cipher::re_encrypt(self, call),
            "GenerateDataKey" => data_key::generate(self, call, data_key::Answer::WithPlaintext),
            "GenerateDataKeyWithoutPlaintext" => {
                data_key::generate(self, call, data_key::Answer::WithoutPlaintext)
            }
            "GenerateDataKeyPair" => data_key::generate_pair(self, call, data_key::Answer::WithPlaintext),
            "GenerateDataKeyPairWithoutPlaintext" => {
                data_key::generate_pair(self, call, data_key::Answer::WithoutPlaintext)
            }
            "GenerateRandom" => data_key::random(call),
            "GenerateMac" => sign::generate_mac(self, call),
            "VerifyMac" => sign::verify_mac(self, call),
            "Sign" => sign::sign(self, call),
            "Verify" => sign::verify(self, call),
            "GetPublicKey" => sign::public_key(self, call),
            "CreateGrant" => grant::create(self, call),
            "ListGrants" => grant::list(self, call),
            "ListRetirableGrants" => grant::list_retirable(self, call),
            "RevokeGrant" => grant::revoke(self, call),
            "RetireGrant" => grant::retire(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "ListResourceTags" => tag::list(self, call),
            _ => Err(not_implemented(&format!("kms {operation}"))),
        }
    }
}
