//! Tags of users, roles, policies, instance profiles and identity providers ("Tags for IAM resources").

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::entity::Kind;
use super::page::Page;
use super::{Account, error, folded, instance_profile, name};
use crate::Call;
use crate::input::Input;
use crate::text::is_tag_char;

const MAX_TAGS: usize = 50;
const MAX_KEY_CHARS: usize = 128;
const MAX_VALUE_CHARS: usize = 256;

/// Keys, which keep their case but are not distinguished by it, and values.
#[derive(Clone, Default)]
pub(crate) struct Tags(Vec<(String, String)>);

/// What tags are put on.
#[derive(Clone, Copy)]
pub(crate) enum Target {
    User,
    Role,
    Policy,
    InstanceProfile,
    OidcProvider,
    SamlProvider,
}

impl Tags {
    /// Takes the member `Tags`.
    pub fn read(input: &mut Input) -> Result<Self, ApiError> {
        let mut tags: Vec<(String, String)> = Vec::new();
        for mut tag in input.structures("Tags")? {
            let (key, value) = (tag.required("Key")?, tag.required("Value")?);
            tag.finish()?;
            check_key(&key)?;
            check_text(&value, "value", 0, MAX_VALUE_CHARS)?;
            if tags.iter().any(|(earlier, _)| folded(earlier) == folded(&key)) {
                return Err(error::invalid_input(
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
                ));
            }
            tags.push((key, value));
        }
        Self(tags).within_limit()
    }

    fn within_limit(self) -> Result<Self, ApiError> {
        match self.0.len() > MAX_TAGS {
            true => Err(error::limit_exceeded("The number of tags has reached the maximum limit.")),
            false => Ok(self),
        }
    }

    /// These tags and more; a key that is there already takes the new value.
    fn with(&self, more: Self) -> Result<Self, ApiError> {
        let mut tags = self.clone();
        for (key, value) in more.0 {
            tags.0.retain(|(earlier, _)| folded(earlier) != folded(&key));
            tags.0.push((key, value));
        }
        tags.within_limit()
    }

    fn without(&self, keys: &[String]) -> Self {
        let kept = self.0.iter().filter(|(key, _)| keys.iter().all(|gone| folded(gone) != folded(key)));
        Self(kept.cloned().collect())
    }

    fn rows(&self) -> impl Iterator<Item = (String, Value)> {
        self.0.iter().map(|(key, value)| (key.clone(), json!({ "Key": key, "Value": value })))
    }

    /// `Tag` structures, sorted by key.
    pub fn value(&self) -> Vec<Value> {
        let mut rows: Vec<_> = self.rows().collect();
        rows.sort_by(|(a, _), (b, _)| a.cmp(b));
        rows.into_iter().map(|(_, tag)| tag).collect()
    }
}

fn check_key(key: &str) -> Result<(), ApiError> {
    check_text(key, "key", 1, MAX_KEY_CHARS)?;
    if folded(key).starts_with("aws:") {
        return Err(error::invalid_input(
            "Tag keys must not start with aws:, which is reserved for system use.",
        ));
    }
    Ok(())
}

fn check_text(text: &str, part: &str, min: usize, max: usize) -> Result<(), ApiError> {
    let member = format!("tags.1.member.{part}");
    let count = text.chars().count();
    if count < min || count > max {
        let bound = if count < min {
            format!("greater than or equal to {min}")
        } else {
            format!("less than or equal to {max}")
        };
        return Err(error::constraint(text, &member, &format!("Member must have length {bound}")));
    }
    if text.chars().all(is_tag_char) {
        return Ok(());
    }
    let pattern = "Member must satisfy regular expression pattern: [\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*";
    Err(error::constraint(text, &member, pattern))
}

impl Target {
    /// Takes what names the target and finds its tags.
    fn find<'a>(self, account: &'a mut Account, call: &mut Call) -> Result<&'a mut Tags, ApiError> {
        match self {
            Self::User => Ok(&mut account.user_mut(&Kind::User.read_name(&mut call.input)?)?.entity.tags),
            Self::Role => Ok(&mut account.role_mut(&Kind::Role.read_name(&mut call.input)?)?.entity.tags),
            Self::Policy => {
                let arn = name::read_policy_arn(&mut call.input, "PolicyArn")?;
                Ok(&mut account.policy_mut(&call.account, &arn)?.tags)
            }
            Self::InstanceProfile => {
                let name = instance_profile::read_name(&mut call.input)?;
                Ok(&mut account.profile_mut(&name)?.tags)
            }
            Self::OidcProvider => Ok(&mut account.oidc_provider_mut(call)?.tags),
            Self::SamlProvider => Ok(&mut account.saml_provider_mut(call)?.tags),
        }
    }
}

pub(crate) fn add(account: &mut Account, target: Target, mut call: Call) -> Result<Output, ApiError> {
    let tags = Tags::read(&mut call.input)?;
    let held = target.find(account, &mut call)?;
    call.input.finish()?;
    *held = held.with(tags)?;
    Ok(Output::default())
}

pub(crate) fn remove(account: &mut Account, target: Target, mut call: Call) -> Result<Output, ApiError> {
    let keys = call.input.strings("TagKeys")?;
    let held = target.find(account, &mut call)?;
    call.input.finish()?;
    *held = held.without(&keys);
    Ok(Output::default())
}

pub(crate) fn list(account: &mut Account, target: Target, mut call: Call) -> Result<Output, ApiError> {
    let page = Page::read(&mut call.input)?;
    let held = target.find(account, &mut call)?;
    call.input.finish()?;
    Ok(page.answer("Tags", held.rows()).output())
}
