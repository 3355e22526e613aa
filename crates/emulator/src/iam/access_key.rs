//! Access keys of users.

use jiff::Timestamp;
use serde_json::json;
use stackproof_aws::{ApiError, Output, Secret};

use super::page::Page;
use super::user::read_name_or_caller;
use super::{Account, error};
use crate::Call;
use crate::input::Input;
use crate::random::{self, BASE32, BASE64};
use crate::structure::Structure;

const MAX_KEYS: usize = 2;
const ID_LETTERS: usize = 16;
const SECRET_LETTERS: usize = 40;

/// An access key. Its secret is given out once and not kept: who checks signatures keeps it.
#[derive(Clone)]
pub(crate) struct AccessKey {
    id: String,
    status: String,
    created: Timestamp,
}

fn not_found(id: &str) -> ApiError {
    error::not_found(format!("The Access Key with id {id} cannot be found."))
}

fn read_id(input: &mut Input) -> Result<String, ApiError> {
    input.required("AccessKeyId")
}

pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name_or_caller(&mut call)?;
    call.input.finish()?;
    let user = account.user_mut(&name)?;
    if user.keys.len() >= MAX_KEYS {
        return Err(error::over_quota("AccessKeysPerUser", MAX_KEYS));
    }
    let id = format!("AKIA{}", random::letters(BASE32, ID_LETTERS)?);
    let secret = Secret::new(random::letters(BASE64, SECRET_LETTERS)?);
    let key = AccessKey { id, status: "Active".to_owned(), created: call.now };
    let answer = Structure::new()
        .with("UserName", user.entity.name.as_str())
        .with("AccessKeyId", key.id.as_str())
        .with("Status", key.status.as_str())
        .with("SecretAccessKey", secret.expose())
        .with_time("CreateDate", key.created);
    user.keys.push(key);
    Ok(Structure::new().with("AccessKey", answer.value()).output())
}

pub(crate) fn list(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name_or_caller(&mut call)?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let user = account.user(&name)?;
    let rows = user.keys.iter().map(|key| {
        let entry = Structure::new()
            .with("UserName", user.entity.name.as_str())
            .with("AccessKeyId", key.id.as_str())
            .with("Status", key.status.as_str())
            .with_time("CreateDate", key.created);
        (key.id.clone(), entry.value())
    });
    Ok(page.answer("AccessKeyMetadata", rows).output())
}

pub(crate) fn update(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name_or_caller(&mut call)?;
    let id = read_id(&mut call.input)?;
    let status = call.input.required("Status")?;
    call.input.finish()?;
    if !["Active", "Inactive"].contains(&status.as_str()) {
        let values = "Member must satisfy enum value set: [Active, Inactive]";
        return Err(error::constraint(&status, "Status", values));
    }
    let keys = &mut account.user_mut(&name)?.keys;
    keys.iter_mut().find(|key| key.id == id).ok_or_else(|| not_found(&id))?.status = status;
    Ok(Output::default())
}

pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let name = read_name_or_caller(&mut call)?;
    let id = read_id(&mut call.input)?;
    call.input.finish()?;
    let keys = &mut account.user_mut(&name)?.keys;
    let place = keys.iter().position(|key| key.id == id).ok_or_else(|| not_found(&id))?;
    keys.remove(place);
    Ok(Output::default())
}

/// Uses are seen by who checks signatures; what is answered here is IAM's answer for a key that was never used.
pub(crate) fn last_used(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let id = read_id(&mut call.input)?;
    call.input.finish()?;
    let owner = account.users.values().find(|user| user.keys.iter().any(|key| key.id == id));
    let owner = owner.ok_or_else(|| not_found(&id))?;
    Ok(Structure::new()
        .with("UserName", owner.entity.name.as_str())
        .with("AccessKeyLastUsed", json!({ "ServiceName": "N/A", "Region": "N/A" }))
        .output())
}
