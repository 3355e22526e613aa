//! KMS: each operation on the keys that it names (`iam-semantics`, section 8).

pub(crate) mod context;
mod named;
mod regions;

use std::sync::Arc;

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Members};
use stackproof_policy::arn::{Arn, is_account_id};
use stackproof_policy::{Certainty, Context};

use super::in_play::InPlay;
use super::{Ask, Guard};
use crate::call::Call;
use crate::caller::Caller;
use crate::directory::Directory;
use crate::directory::kms::{Key, KeyName};
use crate::directory::upstream::text;
use crate::identify::Identified;
use crate::refusal::Refusal;
use context::{insert_context, key_facts, pairs_of};
use named::{Named, missing};

/// Keys whose values are not known where a service calls.
const UNSEEN: [&str; 6] = [
    "aws:CalledVia",
    "aws:CalledViaFirst",
    "aws:CalledViaLast",
    "aws:Referer",
    "aws:SourceIp",
    "aws:UserAgent",
];
/// What AWS says of keys of other accounts, be they closed to the caller or not there.
pub(crate) const CLOSED: &str = "because the resource does not exist in this Region, no resource-based policies \
                                 allow access, or a resource-based policy explicitly denies access";
/// Actions that know `kms:GrantIsForAWSResource`.
const GRANTING: [&str; 3] = ["kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant"];
const FOR_AWS: &str = "kms:grantisforawsresource";
const FROM_CIPHERTEXT: &str = " on the resource associated with this ciphertext";

/// A call to KMS.
pub(crate) struct KmsCall<'a> {
    pub call: &'a Call<'a>,
    pub directory: &'a Directory,
    pub identified: &'a Identified,
}

/// What a call needs, and what is executed if it is allowed.
pub(crate) struct Prepared {
    pub asks: Vec<Ask>,
    /// The account that it is executed in: the key's.
    pub account: String,
    /// The members with every key named by its ARN, so that what is executed is what was authorized.
    pub members: Members,
}

impl KmsCall<'_> {
    /// What the call needs.
    ///
    /// # Errors
    /// KMS's own for keys that are not there; undetermined for what is not known of them.
    pub async fn prepare(&self) -> Result<Prepared, Refusal> {
        let operation = self.identified.operation;
        let name = operation.name.as_str();
        let members = &self.identified.members;
        if operation.unconfirmed {
            return Err(Refusal::undetermined(format!("what `kms:{name}` needs")));
        }
        if members.contains_key("Recipient") {
            return Err(Refusal::undetermined("what an attestation document says"));
        }
        let mut prepared =
            Prepared { asks: Vec::new(), account: self.account().to_owned(), members: members.clone() };
        match name {
            "CreateAlias" | "DeleteAlias" | "UpdateAlias" => self.of_alias(&mut prepared).await?,
            "ReEncrypt" => self.of_two_keys(&mut prepared).await?,
            "ReplicateKey" | "UpdatePrimaryRegion" => self.of_two_regions(&mut prepared).await?,
            "RetireGrant" => self.of_grant(&mut prepared).await?,
            "ListRetirableGrants" => self.of_retirer(&mut prepared)?,
            "Decrypt" => {
                let named = self.decrypting("kms:Decrypt", "KeyId").await?;
                self.demand(&mut prepared, ("kms:Decrypt", "KeyId"), &named, &self.context()).await?;
            }
            _ if operation.resources.is_empty() => self.of_no_key(&mut prepared),
            _ => {
                let named = self.named(&self.action(), "KeyId", text(members, "KeyId")).await?;
                self.demand(&mut prepared, (&self.action(), "KeyId"), &named, &self.context()).await?;
            }
        }
        Ok(prepared)
    }

    fn account(&self) -> &str {
        self.call.caller.home()
    }

    fn action(&self) -> String {
        format!("kms:{}", self.identified.operation.name)
    }

    /// The keys of the call that do not depend on its resource.
    fn context(&self) -> Context {
        let mut context = self.plain();
        let (operation, members) = (&self.identified.operation.name, &self.identified.members);
        context::parameters(&mut context, operation, members);
        if let Some(Value::Object(pairs)) = members.get("EncryptionContext") {
            insert_context(&mut context, &pairs_of(pairs));
        }
        context
    }

    fn plain(&self) -> Context {
        let mut context = self.call.context("kms");
        caller_account(&mut context, self.call);
        context
    }

    /// Adds an ask about a key, and names the key in the member.
    async fn demand(
        &self,
        prepared: &mut Prepared,
        (action, member): (&str, &str),
        named: &Named,
        context: &Context,
    ) -> Result<(), Refusal> {
        let mut context = context.clone();
        if let Some(alias) = named.alias.as_ref().filter(|_| self.takes_alias()) {
            context.insert("kms:RequestAlias", alias);
        }
        let mut ask = key_ask(action, &named.key, context);
        let foreign = named.key.account != self.account();
        if named.from_ciphertext && foreign {
            ask.shown = FROM_CIPHERTEXT.to_owned();
        }
        let organization = self.directory.organization().await?;
        let mentions = |key| InPlay::of(organization.as_deref(), self.call.caller, &ask).mention(key);
        if GRANTING.contains(&action) && mentions(FOR_AWS) {
            // That a call without a service behind it has the key as `false` stands on no page.
            ask.certainty = Certainty::Reading;
        }
        if prepared.members.contains_key(member) {
            prepared.members.insert(member.to_owned(), json!(named.key.arn));
        }
        prepared.account.clone_from(&named.key.account);
        prepared.asks.push(ask);
        Ok(())
    }

    /// Operations that only identity policies speak of. A key that is made has no ARN yet, and its tags are asked for
    /// without one.
    fn of_no_key(&self, prepared: &mut Prepared) {
        let (action, context) = (self.action(), self.context());
        let shown = " on resource: *".to_owned();
        prepared.asks.push(Ask { shown, ..Ask::new(&action, "*", self.account(), context.clone()) });
        if self.identified.operation.name == "CreateKey" && self.identified.members.contains_key("Tags") {
            let ask = Ask::new("kms:TagResource", "*", self.account(), context);
            prepared.asks.push(Ask { certainty: Certainty::Measured, ..ask });
        }
    }

    /// Whose grants are listed is the resource, and that principal's account the only one to list them (API reference,
    /// `ListRetirableGrants`).
    fn of_retirer(&self, prepared: &mut Prepared) -> Result<(), Refusal> {
        let members = &self.identified.members;
        if members.contains_key("RetiringServicePrincipal") {
            return Err(Refusal::undetermined("who may list the grants that a service may retire"));
        }
        let principal = text(members, "RetiringPrincipal").ok_or_else(|| missing("RetiringPrincipal"))?;
        // What is no ARN of an account's principal is told by the upstream.
        let account = Arn::parse(principal).map(|arn| arn.account).filter(|account| is_account_id(account));
        let account = account.unwrap_or(self.account());
        prepared.asks.push(Ask::new(&self.action(), principal, account, self.plain()));
        Ok(())
    }

    /// An alias needs permission on itself, by identity policies, and on every key that it names or comes to name.
    async fn of_alias(&self, prepared: &mut Prepared) -> Result<(), Refusal> {
        let members = &self.identified.members;
        let alias = text(members, "AliasName").ok_or_else(|| missing("AliasName"))?;
        if !alias.starts_with("alias/") {
            // No such resource can be asked for.
            let message = "Alias must start with the prefix \"alias/\". Please see \
                           https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html";
            return Err(Refusal::rejected(ApiError::new(400, "ValidationException", message)));
        }
        let name = KeyName {
            account: self.account().to_owned(),
            region: self.call.region.to_owned(),
            id: alias.to_owned(),
        };
        let action = self.action();
        prepared.asks.push(Ask::new(&action, &name.arn(), self.account(), self.plain()));
        // A new alias names no key yet, nor is one of AWS's own anyone's to change, as the upstream will say; of one that
        // is not there it says that, too.
        let names_none = self.identified.operation.name == "CreateAlias" || alias.starts_with("alias/aws/");
        let named = if names_none { None } else { self.directory.kms_key(&name).await? };
        if let Some(key) = named {
            prepared.asks.push(key_ask(&action, &key, self.plain()));
        }
        if self.identified.operation.name != "DeleteAlias" {
            let named = self.named(&action, "TargetKeyId", text(members, "TargetKeyId")).await?;
            self.demand(prepared, (&action, "TargetKeyId"), &named, &self.plain()).await?;
            self.account().clone_into(&mut prepared.account);
        }
        Ok(())
    }

    /// `kms:ReEncryptFrom` on the key of the ciphertext, `kms:ReEncryptTo` on the other.
    async fn of_two_keys(&self, prepared: &mut Prepared) -> Result<(), Refusal> {
        let from = self.decrypting("kms:ReEncryptFrom", "SourceKeyId").await?;
        let to = text(&self.identified.members, "DestinationKeyId");
        let to = self.named("kms:ReEncryptTo", "DestinationKeyId", to).await?;
        // Not every upstream tells the key from the ciphertext.
        prepared.members.entry("SourceKeyId").or_insert_with(|| json!(from.key.arn));
        let same = (from.key.arn == to.key.arn).to_string();
        for (action, side, named) in [("From", "Source", &from), ("To", "Destination", &to)] {
            let mut context = self.plain();
            context.insert("kms:ReEncryptOnSameKey", &same);
            let algorithm = text(&self.identified.members, &format!("{side}EncryptionAlgorithm"));
            context.insert("kms:EncryptionAlgorithm", algorithm.unwrap_or("SYMMETRIC_DEFAULT"));
            let pairs = self.identified.members.get(&format!("{side}EncryptionContext"));
            if let Some(Value::Object(pairs)) = pairs {
                insert_context(&mut context, &pairs_of(pairs));
            }
            let (action, member) = (format!("kms:ReEncrypt{action}"), format!("{side}KeyId"));
            self.demand(prepared, (&action, &member), named, &context).await?;
        }
        Ok(())
    }

    /// The grant that is retired, named by its token or by its id and key.
    async fn of_grant(&self, prepared: &mut Prepared) -> Result<(), Refusal> {
        let members = &self.identified.members;
        let (key, id) = match text(members, "GrantToken") {
            None => (text(members, "KeyId").map(str::to_owned), text(members, "GrantId").map(str::to_owned)),
            Some(token) => match self.directory.grant_tokens.find(token) {
                Some(issued) => (Some(issued.key_arn), Some(issued.grant_id)),
                None => return Err(Refusal::undetermined("which grant the token stands for")),
            },
        };
        let named = self.named("kms:RetireGrant", "KeyId", key.as_deref()).await?;
        let mut context = self.plain();
        let grant = named.key.grants.iter().find(|grant| Some(&grant.grant_id) == id.as_ref());
        let Some(grant) = grant else {
            let message = format!("Grant ID {} not found", id.unwrap_or_default());
            return Err(Refusal::rejected(ApiError::new(400, "NotFoundException", message)));
        };
        context::granted(&mut context, grant);
        // Other grants of the key say nothing about this one.
        let key = Key { grants: vec![grant.clone()], ..Key::clone(&named.key) };
        let named = Named { key: Arc::new(key), ..named };
        self.demand(prepared, ("kms:RetireGrant", "KeyId"), &named, &context).await?;
        Ok(())
    }
}

/// Which account a service that calls for itself is of is not said.
fn caller_account(context: &mut Context, call: &Call<'_>) {
    match call.caller {
        Caller::Service { .. } => context.insert_unknown("kms:CallerAccount"),
        caller => context.insert("kms:CallerAccount", caller.home()),
    }
}

/// What KMS sees of a call that a service makes in the caller's name besides the key and the encryption context.
pub(crate) fn through(call: &Call<'_>, service: &str, region: &str) -> Context {
    let mut context = of_service(call, region);
    context.insert("kms:ViaService", format!("{service}.{region}.amazonaws.com"));
    caller_account(&mut context, call);
    context.insert("aws:ViaAWSService", "true");
    context
}

/// What KMS sees of a call that a service makes, be it for itself.
pub(crate) fn of_service(call: &Call<'_>, region: &str) -> Context {
    let mut context = behind(call.context("kms"));
    context.insert("kms:EncryptionAlgorithm", "SYMMETRIC_DEFAULT");
    context.insert("aws:RequestedRegion", region);
    context
}

/// The context of a call that a service makes. The address that is seen is the service's, and what is seen of the client's
/// headers is not said; whether the service is among those in the list is unconfirmed.
pub(crate) fn behind(mut context: Context) -> Context {
    for key in UNSEEN {
        context.insert_unknown(key);
    }
    context
}

/// An ask about a key.
pub(crate) fn key_ask(action: &str, key: &Arc<Key>, mut context: Context) -> Ask {
    key_facts(&mut context, key);
    Ask { guard: Guard::Key(Arc::clone(key)), ..Ask::new(action, &key.arn, &key.account, context) }
}
