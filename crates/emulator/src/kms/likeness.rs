//! Keys that another upstream holds.

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Members};

use super::alias::Alias;
use super::identifier::{Accepts, Identifier};
use super::key::{Key, Origin};
use super::spec::{Curve, Hash, Spec};
use super::{Kms, Place};

impl Kms {
    /// Takes a key for what `KeyMetadata` says of it.
    pub fn lend(&mut self, described: &Members, alias: Option<&str>, now: Timestamp) -> Result<(), ApiError> {
        let text = |name: &str| described.get(name).and_then(Value::as_str).unwrap_or_default();
        let region = text("Arn").split(':').nth(3).unwrap_or_default();
        let place = Place { account: text("AWSAccountId").to_owned(), region: region.to_owned() };
        let id = text("KeyId").to_owned();
        if id.is_empty() || place.key_arn(&id) != text("Arn") {
            return Err(ApiError::internal("a key that is described without its ARN"));
        }
        let origin = if text("KeyState") == "PendingImport" { Origin::External } else { Origin::AwsKms };
        let mut key =
            Key::new(place.clone(), id.clone(), spec(text("KeySpec"), text("KeyUsage")), origin, now)?;
        key.enabled = text("KeyState") == "Enabled";
        if text("KeyState") == "PendingDeletion" {
            // When it goes, the upstream says so.
            key.deletion = Some(Timestamp::MAX);
        }
        let store = self.store_mut(&place);
        store.keys.insert(id.clone(), key);
        if let Some(alias) = alias {
            store.aliases.insert(alias.to_owned(), Alias::new(&id, now));
        }
        Ok(())
    }

    /// Knows of no key that is named so.
    pub fn forget(&mut self, account: &str, region: &str, named: &str) {
        let here = Place { account: account.to_owned(), region: region.to_owned() };
        match Identifier::parse(named, &here, Accepts::KeysAndAliases) {
            Ok(Identifier::Key(place, id)) => {
                self.store_mut(&place).keys.remove(&id);
            }
            Ok(Identifier::Alias(place, alias)) => {
                self.store_mut(&place).aliases.remove(&alias);
            }
            Err(_) => {}
        }
    }
}

/// What services encrypt with is symmetric; of other keys only the usage counts.
fn spec(name: &str, usage: &str) -> Spec {
    match (name, usage) {
        ("SYMMETRIC_DEFAULT", _) => Spec::Symmetric,
        (_, "GENERATE_VERIFY_MAC") => Spec::Hmac(Hash::Sha256),
        _ => Spec::Ecc(Curve::P256),
    }
}
