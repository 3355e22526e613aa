//! The keys that a call names, and what KMS answers for names that lead to none.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use stackproof_aws::ApiError;
use stackproof_aws::wire::CiphertextKey;

use super::{CLOSED, KmsCall};
use crate::directory::kms::{Key, KeyName};
use crate::directory::upstream::text;
use crate::record::Outcome;
use crate::refusal::Refusal;

/// Operations that take an alias for a key, and show it (condition key `kms:RequestAlias`).
const TAKES_ALIAS: [&str; 14] = [
    "Decrypt",
    "DeriveSharedSecret",
    "DescribeKey",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateDataKeyWithoutPlaintext",
    "GenerateMac",
    "GetPublicKey",
    "ReEncrypt",
    "Sign",
    "Verify",
    "VerifyMac",
];
const NO_ACCESS: &str = "The ciphertext refers to a customer master key that does not exist, does not exist in this \
                         region, or you are not allowed to access.";

/// A key as the call names it.
pub(super) struct Named {
    pub key: Arc<Key>,
    /// The alias that it was named by.
    pub alias: Option<String>,
    /// It was read off a ciphertext.
    pub from_ciphertext: bool,
}

impl KmsCall<'_> {
    /// The key that a ciphertext is decrypted with: the one that is named, else the one that it was made with.
    pub(super) async fn decrypting(&self, action: &str, member: &str) -> Result<Named, Refusal> {
        let members = &self.identified.members;
        if let Some(named) = text(members, member) {
            return self.named(action, member, Some(named)).await;
        }
        let ciphertext = text(members, "CiphertextBlob").ok_or_else(|| missing("CiphertextBlob"))?;
        let bytes = STANDARD.decode(ciphertext).unwrap_or_default();
        let arn = match self.directory.ciphertext_key(self.call.region, &bytes) {
            CiphertextKey::Arn(arn) => arn,
            CiphertextKey::Id(id) => {
                let key = self.directory.kms_key_of(self.call.region, &id).await?;
                let key = key.ok_or_else(|| no_access(format!("there is no key `{id}` in this region")))?;
                return Ok(Named { key, alias: None, from_ciphertext: true });
            }
            CiphertextKey::Absent => {
                return Err(no_access("the key of the ciphertext is not in this region".to_owned()));
            }
            CiphertextKey::Malformed => return Err(refused("InvalidCiphertextException", "")),
            CiphertextKey::Unknown => {
                return Err(Refusal::undetermined("which key the ciphertext was made with"));
            }
        };
        let name = KeyName::parse(&arn, self.account(), self.call.region).map_err(Refusal::rejected)?;
        let key = self.directory.kms_key(&name).await?;
        let key = key.ok_or_else(|| no_access(format!("there is no key `{arn}`")))?;
        Ok(Named { key, alias: None, from_ciphertext: true })
    }

    /// The key that a member names.
    pub(super) async fn named(
        &self,
        action: &str,
        member: &str,
        text: Option<&str>,
    ) -> Result<Named, Refusal> {
        let text = text.ok_or_else(|| missing(member))?;
        let name = KeyName::parse(text, self.account(), self.call.region).map_err(Refusal::rejected)?;
        let alias = name.alias().map(str::to_owned);
        match (&alias, member) {
            (Some(_), "TargetKeyId") => {
                return Err(refused("ValidationException", "Aliases must refer to keys. Not aliases"));
            }
            (Some(_), _) if self.takes_alias() => {}
            (Some(_), _) if text.starts_with("arn:") => {
                let message = "Key Aliases are not supported for this operation";
                return Err(refused("InvalidArnException", message));
            }
            (Some(_), _) => return Err(refused("NotFoundException", format!("Invalid keyId '{text}'"))),
            (None, _) => {}
        }
        match self.directory.kms_key(&name).await? {
            Some(key) => Ok(Named { key, alias, from_ciphertext: false }),
            None => Err(self.absent(action, &name)),
        }
    }

    /// Whether the operation takes an alias for a key.
    pub(super) fn takes_alias(&self) -> bool {
        TAKES_ALIAS.contains(&self.identified.operation.name.as_str())
    }

    /// The answer to who names a key that is not there: in the caller's own account that it is not, in another one that
    /// the caller has no access to it.
    fn absent(&self, action: &str, name: &KeyName) -> Refusal {
        let reason = Some(format!("there is no key `{}`", name.arn()));
        if name.account == self.account() {
            return Refusal { reason, ..Refusal::rejected(name.not_found()) };
        }
        let (who, arn) = (self.call.caller.name(), name.arn());
        let message =
            format!("User: {who} is not authorized to perform: {action} on resource: {arn} {CLOSED}");
        Refusal::new(Outcome::ImplicitDeny, ApiError::new(400, "AccessDeniedException", message), reason)
    }
}

fn no_access(reason: String) -> Refusal {
    let error = ApiError::new(400, "AccessDeniedException", NO_ACCESS);
    Refusal::new(Outcome::ImplicitDeny, error, Some(reason))
}

fn refused(code: &'static str, message: impl Into<String>) -> Refusal {
    Refusal::rejected(ApiError::new(400, code, message))
}

/// The answer to a call without a member that it needs.
pub(super) fn missing(member: &str) -> Refusal {
    let mut letters = member.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    let member: String = first.into_iter().chain(letters).collect();
    let message = format!(
        "1 validation error detected: Value null at '{member}' failed to satisfy constraint: Member must not be null"
    );
    refused("ValidationException", message)
}
