//! Aliases.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html>

use jiff::Timestamp;
use stackproof_aws::{ApiError, Output};

use super::identifier::Accepts;
use super::key::Needs;
use super::member::{self, Length, key_id};
use super::page::Page;
use super::{Found, Kms, Place, error};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;

const NAME: Length = Length(1, 256);
const PREFIX: &str = "alias/";
const RESERVED: &str = "alias/aws/";

/// A second name of a key of the same account and region.
#[derive(Clone)]
pub(crate) struct Alias {
    /// The key's id.
    pub target: String,
    created: Timestamp,
    updated: Timestamp,
}

impl Alias {
    /// An alias that is made now.
    pub fn new(target: &str, now: Timestamp) -> Self {
        Self { target: target.to_owned(), created: now, updated: now }
    }

    fn entry(&self, name: &str, place: &Place) -> Structure {
        Structure::new()
            .with("AliasName", name)
            .with("AliasArn", place.arn("kms", name))
            .with("TargetKeyId", self.target.as_str())
            .with_time("CreationDate", self.created)
            .with_time("LastUpdatedDate", self.updated)
    }
}

/// Takes the name of an alias that is the customer's.
fn read_name(input: &mut Input) -> Result<String, ApiError> {
    let name = member::required(input, "AliasName", NAME)?;
    let allowed = |c: char| c.is_ascii_alphanumeric() || ":/_-".contains(c);
    member::matches(input, &name, "AliasName", "^[a-zA-Z0-9:/_-]+$", allowed)?;
    match name.strip_prefix(PREFIX) {
        None => Err(error::validation(
            "Alias must start with the prefix \"alias/\". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        )),
        Some("") => Err(error::validation("Invalid identifier")),
        Some(_) if name.starts_with(RESERVED) => Err(error::reserved_alias()),
        Some(rest) if rest.contains(':') => {
            Err(error::validation(format!("{name} contains invalid characters for an alias")))
        }
        Some(_) => Ok(name),
    }
}

/// Finds the key that an alias is to name: one of the customer's, in the same account.
fn find_target(kms: &mut Kms, call: &Call, named: &str) -> Result<Found, ApiError> {
    if named.starts_with(PREFIX) || named.contains(":alias/") {
        return Err(error::validation("Aliases must refer to keys. Not aliases"));
    }
    let found = kms.find(call, named, Accepts::Keys)?;
    if found.place != Place::of(call) {
        return Err(error::no_such_key(&found.place.key_arn(&found.id)));
    }
    let key = kms.key(&found)?;
    key.check_changeable()?;
    key.check(Needs::NotPendingDeletion)?;
    Ok(found)
}

pub(crate) fn create(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name(&mut call.input)?;
    let named = key_id(&mut call.input, "TargetKeyId")?;
    call.input.finish()?;
    let here = Place::of(&call);
    if kms.store(&here).is_some_and(|store| store.aliases.contains_key(&name)) {
        return Err(error::alias_exists(&here.arn("kms", &name)));
    }
    let target = find_target(kms, &call, &named)?;
    kms.store_mut(&here).aliases.insert(name, Alias::new(&target.id, call.now));
    Ok(Output::default())
}

/// The new key must be of the spec and usage of the old one.
pub(crate) fn update(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name(&mut call.input)?;
    let named = key_id(&mut call.input, "TargetKeyId")?;
    call.input.finish()?;
    let here = Place::of(&call);
    let old = kms.find(&call, &name, Accepts::KeysAndAliases)?;
    let new = find_target(kms, &call, &named)?;
    if kms.key(&old)?.spec.usage() != kms.key(&new)?.spec.usage() {
        return Err(error::validation("Alias must reference a key of the same KeyUsage as its current key."));
    }
    match kms.store_mut(&here).aliases.get_mut(&name) {
        None => Err(error::no_such_alias(&here.arn("kms", &name))),
        Some(alias) => {
            alias.target = new.id;
            alias.updated = call.now;
            Ok(Output::default())
        }
    }
}

pub(crate) fn delete(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name(&mut call.input)?;
    call.input.finish()?;
    let here = Place::of(&call);
    match kms.store_mut(&here).aliases.remove(&name) {
        None => Err(error::no_such_alias(&here.arn("kms", &name))),
        Some(_) => Ok(Output::default()),
    }
}

pub(crate) fn list(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = member::text(&mut call.input, "KeyId", member::KEY_ID)?;
    let page = Page::read(&mut call.input, 50, 100)?;
    call.input.finish()?;
    let here = Place::of(&call);
    let target = match &named {
        None => None,
        Some(named) => Some(kms.find(&call, named, Accepts::Keys)?.id),
    };
    let aliases = kms.store(&here).into_iter().flat_map(|store| &store.aliases);
    let rows = aliases
        .filter(|(_, alias)| target.as_ref().is_none_or(|target| *target == alias.target))
        .map(|(name, alias)| (name.clone(), alias.entry(name, &here).value()));
    Ok(page.answer("Aliases", rows).output())
}
