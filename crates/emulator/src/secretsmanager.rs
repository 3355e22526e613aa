//! Secrets Manager: the secrets of each account and region.
//!
//! <https://docs.aws.amazon.com/secretsmanager/latest/apireference/Welcome.html>

mod batch;
mod content;
mod deletion;
mod error;
mod filter;
mod list;
mod password;
mod policy;
mod rotation;
mod secret;
mod stage;
mod tag;
mod value;
mod version;

use std::collections::BTreeMap;

use stackproof_aws::{ApiError, Output};

use crate::Call;
use crate::constraint::{self, Length};
use crate::input::{Input, not_implemented};
use crate::kms::Kms;
use crate::place::{Place, Stores};
use secret::Secret;

const SECRET_ID: Length = Length(1, 2048);

/// Every account's secrets in every region.
#[derive(Clone, Default)]
pub(crate) struct SecretsManager {
    stores: Stores<Store>,
}

/// What one account has in one region, by name.
#[derive(Clone, Default)]
struct Store {
    secrets: BTreeMap<String, Secret>,
}

/// Takes what names a secret.
fn secret_id(input: &mut Input) -> Result<String, ApiError> {
    constraint::required(input, "SecretId", SECRET_ID)
}

impl Store {
    /// The name of the secret that a name, an ARN, or an ARN without its last six letters names.
    fn name_of<'a>(&self, place: &Place, named: &'a str) -> Option<&'a str> {
        if !named.starts_with("arn:") {
            return Some(named);
        }
        let resource = named.strip_prefix(&place.arn("secretsmanager", "secret:"))?;
        let whole = resource
            .rsplit_once('-')
            .map(|(name, _)| name)
            .filter(|name| self.secrets.get(*name).is_some_and(|secret| secret.arn == named));
        whole.or(Some(resource))
    }
}

impl SecretsManager {
    /// Finds a secret, also one that waits for its deletion.
    fn find(&self, place: &Place, named: &str) -> Result<&Secret, ApiError> {
        let store = self.stores.get(place).ok_or_else(error::no_such_secret)?;
        let name = store.name_of(place, named).ok_or_else(error::no_such_secret)?;
        store.secrets.get(name).ok_or_else(error::no_such_secret)
    }

    /// Finds a secret that may be used and changed.
    fn live(&self, place: &Place, named: &str) -> Result<&Secret, ApiError> {
        let secret = self.find(place, named)?;
        match secret.deletion {
            None => Ok(secret),
            Some(_) => Err(error::marked_for_deletion()),
        }
    }

    /// A secret that was found, to be written to.
    fn change(&mut self, place: &Place, name: &str) -> Result<&mut Secret, ApiError> {
        self.stores.get_mut(place).secrets.get_mut(name).ok_or_else(error::no_such_secret)
    }

    /// Executes an operation.
    pub fn call(&mut self, kms: &mut Kms, operation: &str, call: Call) -> Result<Output, ApiError> {
        call.input.check_required()?;
        self.settle(&Place::of(&call), call.now);
        match operation {
            "CreateSecret" => secret::create(self, kms, call),
            "DescribeSecret" => secret::describe(self, call),
            "UpdateSecret" => secret::update(self, kms, call),
            "DeleteSecret" => deletion::delete(self, call),
            "RestoreSecret" => deletion::restore(self, call),
            "ListSecrets" => list::secrets(self, call),
            "GetSecretValue" => value::get(self, kms, call),
            "BatchGetSecretValue" => batch::get(self, kms, call),
            "PutSecretValue" => value::put(self, kms, call),
            "ListSecretVersionIds" => list::versions(self, call),
            "UpdateSecretVersionStage" => stage::update(self, call),
            "TagResource" => tag::add(self, call),
            "UntagResource" => tag::remove(self, call),
            "GetResourcePolicy" => policy::get(self, call),
            "PutResourcePolicy" => policy::put(self, call),
            "DeleteResourcePolicy" => policy::delete(self, call),
            "ValidateResourcePolicy" => policy::validate(self, call),
            "GetRandomPassword" => password::get(call),
            "RotateSecret" => rotation::rotate(self, call),
            "CancelRotateSecret" => rotation::cancel(self, call),
            _ => Err(not_implemented(&format!("secretsmanager {operation}"))),
        }
    }
}
