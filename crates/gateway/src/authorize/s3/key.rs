//! What S3 asks of KMS in the caller's name (`iam-semantics`, sections 7.1 to 7.3).

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use stackproof_aws::{ApiError, Members};
use stackproof_policy::Context;

use super::{Answered, Ask, S3Call};
use crate::authorize::Authorizer;
use crate::authorize::kms::context::{insert_context, insert_some_context};
use crate::authorize::kms::{CLOSED, key_ask, through};
use crate::directory::buckets::Bucket;
use crate::directory::kms::{Key, KeyName, S3_ALIAS};
use crate::directory::principals::Tags;
use crate::directory::uploads::Encryption;
use crate::record::Outcome;
use crate::refusal::Refusal;

const ARN: &str = "aws:s3:arn";
const PARTS: &str = "whether a part needs kms:GenerateDataKey besides kms:Decrypt";

/// A use of a key for an object.
pub(super) struct KeyUse<'a> {
    pub action: &'a str,
    pub bucket: &'a Bucket,
    /// The object's key.
    pub object: &'a str,
    pub encryption: &'a Encryption,
    pub named: NamedBy,
}

/// Who named the key, and how much is known of the encryption context.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum NamedBy {
    /// The request, which also gives the whole context.
    Request,
    /// The bucket's configuration. An object that is encrypted by it has no context of its own.
    Bucket,
    /// The object as it is stored, which does not show the pairs that its writer gave.
    Object,
}

impl S3Call<'_> {
    /// Demands the caller's permission on the key, and answers with the key's ARN; with KMS's error where the key cannot
    /// be used, which is told to those alone who may use it.
    pub(super) async fn demand_key(
        &self,
        authorizer: &mut Authorizer<'_>,
        used: &KeyUse<'_>,
    ) -> Answered<String> {
        let key = self.used_key(used).await?;
        let ask = self.key_ask(used, &key, used.action);
        authorizer.demand(self.call, &[ask]).await?;
        if matches!(self.name(), "UploadPart" | "UploadPartCopy") && used.named != NamedBy::Object {
            // The page on permissions asks for it, and parts were seen to go without.
            let ask = self.key_ask(used, &key, "kms:GenerateDataKey");
            let ask = Ask { doubt: Some(PARTS), ..ask };
            authorizer.demand(self.call, &[ask]).await?;
        }
        Ok(check_state(&key)?.map(|()| key.arn.clone()))
    }

    fn key_ask(&self, used: &KeyUse<'_>, key: &Arc<Key>, action: &str) -> Ask {
        let ask = key_ask(action, key, self.key_context(used));
        let shown = match (self.call.caller.account() == Some(key.account.as_str()), action) {
            (true, _) => ask.shown,
            (false, "kms:Decrypt") => " on the resource associated with this ciphertext".to_owned(),
            (false, _) => " on this resource".to_owned(),
        };
        Ask { shown, ..ask }
    }

    /// The key that is meant: the AWS managed one where none is named. An id or alias is one of the requester's account.
    async fn used_key(&self, used: &KeyUse<'_>) -> Result<Arc<Key>, Refusal> {
        let Bucket { owner, region, .. } = used.bucket;
        let caller = self.call.caller.home();
        let named = used.encryption.key.as_deref().filter(|key| *key != S3_ALIAS);
        let name = match named {
            None => KeyName { account: owner.clone(), region: region.clone(), id: S3_ALIAS.to_owned() },
            Some(key) if used.named == NamedBy::Bucket && !key.starts_with("arn:") && owner != caller => {
                let reason = format!("in which account the bucket's default key `{key}` is looked for");
                return Err(Refusal::undetermined(reason));
            }
            Some(key) => KeyName::parse(key, caller, region).map_err(|error| through_s3(error, None))?,
        };
        let found = self.directory.kms_key(&name).await?;
        found.ok_or_else(|| match name.account == caller {
            true => through_s3(name.not_found(), Some(&name)),
            false => self.closed(used.action, &name),
        })
    }

    /// What AWS answers alike for a key of another account that is closed to the caller, and for one that is not there.
    fn closed(&self, action: &str, name: &KeyName) -> Refusal {
        let who = self.call.caller.name();
        let message = format!("User: {who} is not authorized to perform: {action} on this resource {CLOSED}");
        let error = ApiError::new(403, "AccessDenied", message);
        Refusal::new(Outcome::ImplicitDeny, error, Some(format!("there is no key `{}`", name.arn())))
    }

    fn key_context(&self, used: &KeyUse<'_>) -> Context {
        let mut context = through(self.call, "s3", &used.bucket.region);
        if used.encryption.key.as_deref().is_some_and(|key| key.contains("alias/")) {
            // Whether S3 names the key as it was named to it is not known.
            context.insert_unknown("kms:RequestAlias");
        }
        encryption_context(&mut context, used);
        context
    }
}

/// The encryption context that S3 sends: the object's ARN, with a bucket key the bucket's, and the writer's own pairs.
fn encryption_context(context: &mut Context, used: &KeyUse<'_>) {
    let (bucket, encryption) = (&used.bucket.name, used.encryption);
    let arn = match encryption.bucket_key {
        true => format!("arn:aws:s3:::{bucket}"),
        false => format!("arn:aws:s3:::{bucket}/{}", used.object),
    };
    let given = match (&encryption.context, used.named) {
        (_, NamedBy::Object) => None,
        (None, _) => Some(Tags::new()),
        (Some(given), _) => pairs(given),
    };
    let own = Tags::from([(ARN.to_owned(), arn.clone())]);
    let contradicts = |pairs: &Tags| pairs.get(ARN).is_some_and(|given| *given != arn);
    match given {
        Some(given) if !contradicts(&given) => {
            insert_context(context, &given.into_iter().chain(own).collect())
        }
        // What comes of a pair that contradicts S3's own is not known; nor what of one that cannot be read.
        Some(_) => insert_some_context(context, &Tags::new()),
        None => insert_some_context(context, &own),
    }
    let two_layers = encryption.algorithm.as_deref() == Some("aws:kms:dsse");
    if two_layers && encryption.bucket_key {
        // Bucket keys are not for two layers (S3 user guide, "Using dual-layer server-side encryption").
        insert_some_context(context, &Tags::new());
    }
}

/// The pairs of `x-amz-server-side-encryption-context`: base64 of a JSON object of texts.
fn pairs(header: &str) -> Option<Tags> {
    let json = STANDARD.decode(header).ok()?;
    let pairs: Members = serde_json::from_slice(&json).ok()?;
    pairs
        .into_iter()
        .map(|(key, value)| match value {
            Value::String(value) => Some((key, value)),
            _ => None,
        })
        .collect()
}

/// Objects cannot be written and read under a key that is not enabled. Not every upstream's S3 asks.
fn check_state(key: &Key) -> Answered<()> {
    let invalid = |predicate| ("KMS.KMSInvalidStateException", predicate);
    let (code, predicate) = match key.state.as_str() {
        "Enabled" => return Ok(Ok(())),
        "Disabled" => ("KMS.DisabledException", "is disabled"),
        "PendingDeletion" => invalid("is pending deletion"),
        "PendingImport" => invalid("is pending import"),
        other => {
            return Err(Refusal::undetermined(format!("what S3 does with a key in the state `{other}`")));
        }
    };
    Ok(Err(ApiError::new(400, code, format!("{} {predicate}.", key.arn))))
}

/// An error of KMS as S3 passes it on.
fn through_s3(error: ApiError, name: Option<&KeyName>) -> Refusal {
    let mut refusal = Refusal::rejected(ApiError { code: format!("KMS.{}", error.code).into(), ..error });
    refusal.reason = name.map(|name| format!("there is no key `{}`", name.arn()));
    refusal
}
