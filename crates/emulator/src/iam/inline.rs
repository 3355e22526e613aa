//! Inline policies of users, groups and roles.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::entity::Kind;
use super::page::Page;
use super::{Account, error, name, quota};
use crate::Call;
use crate::input::Input;
use crate::structure::Structure;
use crate::text::encode_document;

fn read_policy_name(input: &mut Input) -> Result<String, ApiError> {
    name::read(input, "PolicyName", 128)
}

fn not_found(kind: Kind, policy: &str) -> ApiError {
    error::not_found(format!("The {} policy with name {policy} cannot be found.", kind.word()))
}

pub(crate) fn put(account: &mut Account, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let name = kind.read_name(&mut call.input)?;
    let policy = read_policy_name(&mut call.input)?;
    let document = call.input.required("PolicyDocument")?;
    call.input.finish()?;
    let entity = account.entity_mut(kind, &name)?;
    let mut inline = entity.inline.clone();
    inline.insert(policy, document);
    quota::check_inline(kind, &entity.name, &inline)?;
    entity.inline = inline;
    Ok(Output::default())
}

pub(crate) fn get(account: &mut Account, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let name = kind.read_name(&mut call.input)?;
    let policy = read_policy_name(&mut call.input)?;
    call.input.finish()?;
    let entity = account.entity(kind, &name)?;
    let document = entity.inline.get(&policy).ok_or_else(|| not_found(kind, &policy))?;
    Ok(Structure::new()
        .with(&kind.name_member(), entity.name.as_str())
        .with("PolicyDocument", encode_document(document))
        .with("PolicyName", policy)
        .output())
}

pub(crate) fn list(account: &mut Account, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let name = kind.read_name(&mut call.input)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let names = account.entity(kind, &name)?.inline.keys();
    let rows = names.map(|name| (name.clone(), Value::String(name.clone())));
    Ok(page.answer("PolicyNames", rows).output())
}

pub(crate) fn delete(account: &mut Account, kind: Kind, mut call: Call) -> Result<Output, ApiError> {
    let name = kind.read_name(&mut call.input)?;
    let policy = read_policy_name(&mut call.input)?;
    call.input.finish()?;
    let removed = account.entity_mut(kind, &name)?.inline.remove(&policy);
    removed.map(|_| Output::default()).ok_or_else(|| not_found(kind, &policy))
}
