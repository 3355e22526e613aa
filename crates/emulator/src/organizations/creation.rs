//! Accounts that are made in the organization: there as soon as they are asked for. What they hold at first, the role for
//! the management account, is made by whoever authorizes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::account::Account;
use super::organization::{ALPHABET, Organization};
use super::page::PAGING;
use super::{error, tag};
use crate::Call;
use crate::constraint::{self, Length};
use crate::random;
use crate::structure::Structure;

const NAME: Length = Length(1, 50);
const EMAIL: Length = Length(6, 64);
const ROLE: Length = Length(1, 64);
/// The ids of new accounts begin here, and follow each other: the same stack makes the same accounts each time.
const FIRST: u64 = 900_000_000_001;

/// That an account was asked for.
#[derive(Clone)]
pub(crate) struct Request {
    name: String,
    at: Timestamp,
    /// The account, or why there is none.
    outcome: Result<String, &'static str>,
}

impl Request {
    fn state(&self) -> &'static str {
        if self.outcome.is_ok() { "SUCCEEDED" } else { "FAILED" }
    }

    fn shown(&self, id: &str) -> Value {
        Structure::new()
            .with("Id", id)
            .with("AccountName", self.name.as_str())
            .with("State", self.state())
            .with_moment("RequestedTimestamp", self.at)
            .with_moment("CompletedTimestamp", self.at)
            .with_some("AccountId", self.outcome.as_deref().ok())
            .with_some("FailureReason", self.outcome.as_ref().err().copied())
            .value()
    }
}

pub(crate) fn create(
    organization: &mut Organization,
    taken: &BTreeSet<&str>,
    mut call: Call,
) -> Result<Output, ApiError> {
    let name = constraint::required(&mut call.input, "AccountName", NAME)?;
    let email = constraint::required(&mut call.input, "Email", EMAIL)?;
    // Both are for what is made in the account itself.
    constraint::text(&mut call.input, "RoleName", ROLE)?;
    constraint::one_of(&mut call.input, "IamUserAccessToBilling", &["ALLOW", "DENY"])?;
    let tags = tag::read(&mut call.input)?;
    call.input.finish()?;
    if !is_email(&email) {
        return Err(error::invalid(
            "INVALID_EMAIL_ADDRESS_TARGET",
            "You specified an invalid email address.",
        ));
    }
    let id = format!("car-{}", random::picks(ALPHABET, 32)?);
    let is_used = |account: &Account| account.email.eq_ignore_ascii_case(&email);
    let outcome = match organization.accounts.values().any(is_used) {
        true => Err("EMAIL_ALREADY_EXISTS"),
        false => {
            let account = free_id(organization, taken)?;
            let made = Account::new(&name, &email, &organization.root, call.now);
            organization.accounts.insert(account.clone(), Account { created: true, tags, ..made });
            organization.attach_full_access(&account);
            Ok(account)
        }
    };
    let request = Request { name, at: call.now, outcome };
    let shown = request.shown(&id);
    organization.requests.insert(id, request);
    Ok(Structure::new().with("CreateAccountStatus", shown).output())
}

fn free_id(organization: &Organization, taken: &BTreeSet<&str>) -> Result<String, ApiError> {
    // Ids of accounts that have left are not given again.
    let made = organization.requests.values().filter_map(|request| request.outcome.as_deref().ok());
    let made: BTreeSet<&str> = made.collect();
    let ids = (FIRST..).map(|id| id.to_string());
    let mut free = ids.take_while(|id| id.len() == 12).filter(|id| {
        let id = id.as_str();
        !organization.accounts.contains_key(id) && !taken.contains(id) && !made.contains(id)
    });
    free.next().ok_or_else(|| ApiError::internal("there are no more account ids".to_owned()))
}

/// The API's pattern: `[^\s@]+@[^\s@]+\.[^\s@]+`.
fn is_email(text: &str) -> bool {
    let plain = |part: &str| !part.is_empty() && !part.contains(|c: char| c.is_whitespace() || c == '@');
    let Some((user, host)) = text.split_once('@') else { return false };
    plain(user) && host.rsplit_once('.').is_some_and(|(name, top)| plain(name) && plain(top))
}

pub(crate) fn describe(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("CreateAccountRequestId")?;
    call.input.finish()?;
    let request = organization.requests.get(&id).ok_or_else(error::no_such_request)?;
    Ok(Structure::new().with("CreateAccountStatus", request.shown(&id)).output())
}

pub(crate) fn list(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let states = call.input.strings("States")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let wanted = |request: &Request| states.is_empty() || states.iter().any(|it| it == request.state());
    let requests = organization.requests.iter().filter(|(_, request)| wanted(request));
    Ok(page.answer("CreateAccountStatuses", requests.map(|(id, it)| (id.clone(), it.shown(id)))).output())
}
