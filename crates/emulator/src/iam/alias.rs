//! The alias of the account, of which it has one at most.

use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::page::Page;
use super::{Account, error};
use crate::Call;
use crate::input::Input;
use crate::validation;

const MEMBER: &str = "AccountAlias";

fn read(input: &mut Input) -> Result<String, ApiError> {
    let alias = input.required(MEMBER)?;
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let fits = alias.chars().all(|c| letter(c) || c == '-')
        && alias.starts_with(letter)
        && alias.ends_with(letter)
        && !alias.contains("--");
    validation::length(alias.chars().count(), 3, 63)
        .and_then(|()| validation::pattern(fits, "^[a-z0-9]([a-z0-9]|-(?!-)){1,61}[a-z0-9]$"))
        .map_err(|it| error::constraint(&alias, MEMBER, &it))?;
    Ok(alias)
}

/// A new alias takes the place of the old one.
pub(crate) fn create(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let alias = read(&mut call.input)?;
    call.input.finish()?;
    if account.alias.as_ref() == Some(&alias) {
        return Err(error::exists(format!("The account alias {alias} already exists.")));
    }
    account.alias = Some(alias);
    Ok(Output::default())
}

pub(crate) fn list(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let rows = account.alias.iter().map(|alias| (alias.clone(), Value::from(alias.as_str())));
    Ok(page.answer("AccountAliases", rows).output())
}

pub(crate) fn delete(account: &mut Account, mut call: Call) -> Result<Output, ApiError> {
    let alias = read(&mut call.input)?;
    call.input.finish()?;
    if account.alias.as_ref() != Some(&alias) {
        return Err(error::not_found(format!("The account alias {alias} cannot be found.")));
    }
    account.alias = None;
    Ok(Output::default())
}
