//! Tags of keys.
//!
//! <https://docs.aws.amazon.com/kms/latest/developerguide/tagging-keys.html>

use std::collections::BTreeMap;

use serde_json::json;
use stackproof_aws::{ApiError, Output};

use super::identifier::Accepts;
use super::key::Needs;
use super::member::{self, Length, key_id};
use super::page::Page;
use super::{Found, Kms, error};
use crate::Call;
use crate::input::Input;

const KEY: Length = Length(1, 128);
const VALUE: Length = Length(0, 256);
const MAX_TAGS: usize = 50;

/// Tags by key; unlike those of IAM, keys differ by case.
#[derive(Clone, Default)]
pub(crate) struct Tags(BTreeMap<String, String>);

impl Tags {
    /// Takes the member `Tags`.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let mut tags = BTreeMap::new();
        for mut tag in input.structures("Tags")? {
            let key = member::required(&mut tag, "TagKey", KEY)?;
            let value = member::required(&mut tag, "TagValue", VALUE)?;
            tag.finish()?;
            if key.to_ascii_lowercase().starts_with("aws:") {
                return Err(error::tag("Tags beginning with aws: are reserved"));
            }
            if tags.insert(key, value).is_some() {
                return Err(error::tag("Duplicate tag keys"));
            }
        }
        Self(tags).within_limit()
    }

    fn within_limit(self) -> Result<Self, ApiError> {
        match self.0.len() > MAX_TAGS {
            true => Err(error::tag("Too many tags")),
            false => Ok(self),
        }
    }
}

/// Finds a key whose tags may be changed.
fn find(kms: &mut Kms, call: &Call, named: &str) -> Result<Found, ApiError> {
    let found = kms.find(call, named, Accepts::Keys)?;
    let key = kms.key(&found)?;
    key.check_changeable()?;
    key.check(Needs::NotPendingDeletion)?;
    Ok(found)
}

pub(crate) fn add(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    if !call.input.has("Tags") {
        return Err(error::null_member("Tags"));
    }
    let more = Tags::read(&mut call.input)?;
    call.input.finish()?;
    let found = find(kms, &call, &named)?;
    let mut tags = kms.key(&found)?.tags.clone();
    tags.0.extend(more.0);
    kms.key_mut(&found)?.tags = tags.within_limit()?;
    Ok(Output::default())
}

pub(crate) fn remove(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    if !call.input.has("TagKeys") {
        return Err(error::null_member("TagKeys"));
    }
    let keys = call.input.strings("TagKeys")?;
    call.input.finish()?;
    let found = find(kms, &call, &named)?;
    kms.key_mut(&found)?.tags.0.retain(|key, _| !keys.contains(key));
    Ok(Output::default())
}

pub(crate) fn list(kms: &mut Kms, mut call: Call) -> Result<Output, ApiError> {
    let named = key_id(&mut call.input, "KeyId")?;
    let page = Page::read(&mut call.input, 50, 50)?;
    call.input.finish()?;
    let found = kms.find(&call, &named, Accepts::Keys)?;
    let tags = &kms.key(&found)?.tags.0;
    let rows = tags.iter().map(|(key, value)| (key.clone(), json!({ "TagKey": key, "TagValue": value })));
    Ok(page.answer("Tags", rows).output())
}
