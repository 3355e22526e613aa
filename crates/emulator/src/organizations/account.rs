//! Accounts as they are in the organization.

use jiff::Timestamp;
use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::error;
use super::organization::Organization;
use super::page::PAGING;
use crate::Call;
use crate::structure::Structure;
use crate::tags::Tags;

/// An account of the organization.
#[derive(Clone)]
pub(crate) struct Account {
    pub name: String,
    pub email: String,
    /// The root or the unit that it is in.
    pub parent: String,
    pub joined: Timestamp,
    /// Whether it was made here, rather than invited.
    pub created: bool,
    pub closed: bool,
    pub tags: Tags,
}

impl Account {
    /// One that was invited.
    pub fn new(name: &str, email: &str, parent: &str, joined: Timestamp) -> Self {
        Self {
            name: name.to_owned(),
            email: email.to_owned(),
            parent: parent.to_owned(),
            joined,
            created: false,
            closed: false,
            tags: Tags::default(),
        }
    }
}

impl Organization {
    /// The account of that id.
    pub fn account(&self, id: &str) -> Result<&Account, ApiError> {
        self.accounts.get(id).ok_or_else(error::no_such_account)
    }

    /// As lists and descriptions show it; only descriptions of accounts have the path.
    pub fn shown_account(&self, id: &str, account: &Account) -> Structure {
        let (status, state) = if account.closed { ("SUSPENDED", "CLOSED") } else { ("ACTIVE", "ACTIVE") };
        Structure::new()
            .with("Id", id)
            .with("Arn", self.arn("account", &format!("/{id}")))
            .with("Email", account.email.as_str())
            .with("Name", account.name.as_str())
            .with("Status", status)
            .with("State", state)
            .with("JoinedMethod", if account.created { "CREATED" } else { "INVITED" })
            .with_moment("JoinedTimestamp", account.joined)
    }

    fn row(&self, id: &str, account: &Account) -> (String, Value) {
        let shown = self.shown_account(id, account).with("Paths", json!([self.path(id)]));
        (id.to_owned(), shown.value())
    }
}

pub(crate) fn describe(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let id = call.input.required("AccountId")?;
    call.input.finish()?;
    let (_, shown) = organization.row(&id, organization.account(&id)?);
    Ok(Structure::new().with("Account", shown).output())
}

pub(crate) fn list(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    let rows = organization.accounts.iter().map(|(id, account)| organization.row(id, account));
    Ok(page.answer("Accounts", rows).output())
}

pub(crate) fn of_parent(organization: &Organization, mut call: Call) -> Result<Output, ApiError> {
    let parent = call.input.required("ParentId")?;
    let page = PAGING.read(&mut call.input)?;
    call.input.finish()?;
    if !organization.is_parent(&parent) {
        return Err(error::no_such_parent());
    }
    let accounts = organization.accounts.iter().filter(|(_, account)| account.parent == parent);
    Ok(page.answer("Accounts", accounts.map(|(id, account)| organization.row(id, account))).output())
}
