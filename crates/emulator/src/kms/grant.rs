//! Grants, as they are kept. Whom they allow what is the gateway's to know.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/grants.html>

mod constraints;
mod principal;

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use self::constraints::Constraints;
use self::principal::Principal;
use super::identifier::Accepts;
use super::key::{Key, Needs};
use super::member::{self, Length, base64, grant_tokens, key_id};
use super::page::Page;
use super::{Found, Kms, error};
use crate::Call;
use crate::input::Input;
use crate::random;
use crate::structure::Structure;

const NAME: Length = Length(1, 256);
const ID: Length = Length(1, 128);
const TOKEN: Length = Length(1, 8192);
const OPERATIONS: [&str; 19] = [
    "Decrypt",
    "Encrypt",
    "GenerateDataKey",
    "GenerateDataKeyWithoutPlaintext",
    "ReEncryptFrom",
    "ReEncryptTo",
    "Sign",
    "Verify",
    "GetPublicKey",
    "CreateGrant",
    "RetireGrant",
    "DescribeKey",
    "GenerateDataKeyPair",
    "GenerateDataKeyPairWithoutPlaintext",
    "GenerateMac",
    "VerifyMac",
    "DeriveSharedSecret",
    "Encapsulate",
    "Decapsulate",
];

/// A grant.
#[derive(Clone)]
pub(crate) struct Grant {
    id: String,
    created: Timestamp,
    /// The account of whoever made it.
    issuer: String,
    terms: Terms,
}

/// What a grant was asked for as: the same terms under the same name are the same grant.
#[derive(Clone, PartialEq, Eq)]
struct Terms {
    name: Option<String>,
    grantee: Principal,
    retiring: Option<Principal>,
    operations: Vec<String>,
    constraints: Constraints,
}

/// The grant that a token was given out for.
#[derive(Clone)]
pub(crate) struct Token {
    key: String,
    grant: String,
}

/// Members of the calls that use a key once: grant tokens, which speak for the caller, and the dry run.
pub(crate) struct Once {
    dry_run: bool,
}

impl Once {
    /// Everything is checked; only a dry run ends here.
    pub fn proceed(&self) -> Result<(), ApiError> {
        match self.dry_run {
            true => Err(error::dry_run()),
            false => Ok(()),
        }
    }
}

impl Kms {
    /// Takes `GrantTokens` and `DryRun`.
    pub(super) fn read_once(&self, call: &mut Call) -> Result<Once, ApiError> {
        self.check_tokens(&call.region, &grant_tokens(&mut call.input)?)?;
        Ok(Once { dry_run: call.input.boolean("DryRun")?.unwrap_or_default() })
    }

    /// Refuses tokens that were never given out in that region.
    pub(super) fn check_tokens(&self, region: &str, tokens: &[String]) -> Result<(), ApiError> {
        match tokens.iter().all(|token| self.token(region, token).is_some()) {
            true => Ok(()),
            false => Err(error::invalid_grant_token()),
        }
    }

    fn token(&self, region: &str, token: &str) -> Option<(Found, &str)> {
        let mut stores = self.stores.iter().filter(|(place, _)| place.region == region);
        stores.find_map(|(place, store)| {
            let token = store.tokens.get(token)?;
            Some((Found { place: place.clone(), id: token.key.clone() }, token.grant.as_str()))
        })
    }
}

impl Terms {
    fn read(input: &mut Input) -> Result<Self, ApiError> {
        let name = member::text(input, "Name", NAME)?;
        if let Some(name) = &name {
            let allowed = |c: char| c.is_ascii_alphanumeric() || ":/_-".contains(c);
            member::matches(input, name, "Name", "^[a-zA-Z0-9:/_-]+$", allowed)?;
        }
        let grantee =
            Principal::read(input, "Grantee")?.ok_or_else(|| error::null_member("GranteePrincipal"))?;
        let retiring = Principal::read(input, "Retiring")?;
        if !input.has("Operations") {
            return Err(error::null_member("Operations"));
        }
        let mut operations = input.strings("Operations")?;
        for operation in &operations {
            member::check_one_of(input, operation, "Operations", &OPERATIONS)?;
        }
        operations.sort();
        operations.dedup();
        if operations.is_empty() {
            return Err(error::validation("A grant must allow at least one operation."));
        }
        let constraints = Constraints::read(input)?;
        if matches!(grantee, Principal::Service(_)) && (retiring.is_none() || !constraints.has_source()) {
            return Err(error::validation(
                "A grant to a service principal needs a SourceArn constraint and a retiring principal.",
            ));
        }
        Ok(Self { name, grantee, retiring, operations, constraints })
    }
}

impl Grant {
    fn entry(&self, key: &Key) -> Structure {
        let Terms { name, grantee, retiring, operations, constraints } = &self.terms;
        let entry = Structure::new()
            .with("KeyId", key.arn())
            .with("GrantId", self.id.as_str())
            .with_some("Name", name.as_deref())
            .with_time("CreationDate", self.created)
            .with("IssuingAccount", format!("arn:aws:iam::{}:root", self.issuer))
            .with("Operations", operations.as_slice())
            .with_some("Constraints", constraints.value());
        let entry = grantee.add_to(entry, "Grantee");
        match retiring {
            Some(retiring) => retiring.add_to(entry, "Retiring"),
            None => entry,
        }
    }
}

/// Each answer has a token of its own, also for a grant that is there already.
pub(crate) fn create(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    let terms = Terms::read(&mut call.input)?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    let key = kms.key(&found)?;
    key.check(Needs::Enabled)?;
    if let Some(operation) = terms.operations.iter().find(|operation| !key.spec.grants(operation)) {
        return Err(error::validation(format!(
            "Grant operation {operation} is not supported by keys of the spec {}.",
            key.spec.name()
        )));
    }
    once.proceed()?;
    let same = key.grants.values().find(|grant| terms.name.is_some() && grant.terms == terms);
    let id = match same {
        Some(grant) => grant.id.clone(),
        None => {
            let id = hex::encode(random::bytes(32)?);
            let issuer = call.caller.account.unwrap_or(call.account);
            let grant = Grant { id: id.clone(), created: call.now, issuer, terms };
            kms.key_mut(&found)?.grants.insert(id.clone(), grant);
            id
        }
    };
    let token = base64(random::bytes(96)?);
    let issued = Token { key: found.id.clone(), grant: id.clone() };
    kms.store_mut(&found.place).tokens.insert(token.clone(), issued);
    Ok(Structure::new().with("GrantToken", token).with("GrantId", id).output())
}

pub(crate) fn list(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    let id = member::text(&mut call.input, "GrantId", ID)?;
    let grantee = Principal::read(&mut call.input, "Grantee")?;
    let page = Page::read(&mut call.input, 50, 100)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    let key = kms.key(&found)?;
    let grants = key.grants.values().filter(|grant| {
        id.as_ref().is_none_or(|id| grant.id == *id)
            && grantee.as_ref().is_none_or(|grantee| grant.terms.grantee == *grantee)
    });
    let rows = grants.map(|grant| (grant.id.clone(), grant.entry(key).value()));
    Ok(page.answer("Grants", rows).output())
}

/// The grants of any account's keys that a principal may retire.
pub(crate) fn list_retirable(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let retiring = Principal::read(&mut call.input, "Retiring")?;
    let retiring = retiring.ok_or_else(|| error::null_member("RetiringPrincipal"))?;
    let page = Page::read(&mut call.input, 50, 100)?;
    call.input.finish()?;
    let stores = kms.stores.iter().filter(|(place, _)| place.region == call.region);
    let keys = stores.flat_map(|(_, store)| store.keys.values());
    let grants = keys.flat_map(|key| key.grants.values().map(move |grant| (key, grant)));
    let rows = grants
        .filter(|(_, grant)| grant.terms.retiring.as_ref() == Some(&retiring))
        .map(|(key, grant)| (grant.id.clone(), grant.entry(key).value()));
    Ok(page.answer("Grants", rows).output())
}

fn remove(kms: &mut Kms, found: &Found, id: &str) -> Result<Output, ApiError> {
    match kms.key_mut(found)?.grants.remove(id) {
        Some(_) => Ok(Output::default()),
        None => Err(error::no_such_grant(id)),
    }
}

fn check_exists(kms: &Kms, found: &Found, id: &str) -> Result<(), ApiError> {
    match kms.key(found)?.grants.contains_key(id) {
        true => Ok(()),
        false => Err(error::no_such_grant(id)),
    }
}

pub(crate) fn revoke(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    let id = member::required(&mut call.input, "GrantId", ID)?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    check_exists(kms, &found, &id)?;
    once.proceed()?;
    remove(kms, &found, &id)
}

/// By the grant's token, or by key ARN and grant id.
pub(crate) fn retire(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let token = member::text(&mut call.input, "GrantToken", TOKEN)?;
    let named = member::text(&mut call.input, "KeyId", member::KEY_ID)?;
    let id = member::text(&mut call.input, "GrantId", ID)?;
    let once = kms.read_once(&mut call)?;
    call.input.finish()?;
    let (found, id) = match (token, named, id) {
        (Some(token), None, None) => {
            let (found, id) = kms.token(&call.region, &token).ok_or_else(error::invalid_grant_token)?;
            (found, id.to_owned())
        }
        (None, Some(named), Some(id)) => (kms.find(&call, &named, Accepts::Keys)?, id),
        _ => {
            return Err(error::validation("Specify either a grant token, or a key ARN and a grant ID."));
        }
    };
    check_exists(kms, &found, &id)?;
    once.proceed()?;
    remove(kms, &found, &id)
}
