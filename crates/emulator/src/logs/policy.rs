//! Resource policies of an account's logs. They are kept as they are sent; what they mean is the gateway's to know.

use jiff::Timestamp;
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::page::Page;
use super::{Logs, error};
use crate::Call;
use crate::constraint::{self, Length};
use crate::place::Place;
use crate::structure::Structure;

const NAME: Length = Length(1, 512);
const DOCUMENT: Length = Length(1, 5120);
const ACCOUNT: &str = "ACCOUNT";
/// "CloudWatch Logs quotas": of an account in a region.
const MAX_POLICIES: usize = 10;

/// A policy.
#[derive(Clone)]
pub(crate) struct Policy {
    document: String,
    updated: Timestamp,
}

impl Policy {
    fn entry(&self, name: &str) -> Structure {
        Structure::new()
            .with("policyName", name)
            .with("policyDocument", self.document.as_str())
            .with("lastUpdatedTime", self.updated.as_millisecond())
            .with("policyScope", ACCOUNT)
    }
}

pub(crate) fn put(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let name = constraint::required(&mut call.input, "policyName", NAME)?;
    let document = constraint::required(&mut call.input, "policyDocument", DOCUMENT)?;
    call.input.finish()?;
    match serde_json::from_str(&document) {
        Ok(Value::Object(read)) if read.contains_key("Statement") => {}
        _ => return Err(error::invalid_parameter("The policy document is not valid.")),
    }
    let policies = &mut logs.stores.get_mut(&Place::of(&call)).policies;
    if !policies.contains_key(&name) && policies.len() >= MAX_POLICIES {
        return Err(error::limit_exceeded());
    }
    let policy = Policy { document, updated: call.now };
    let answer = Structure::new().with("resourcePolicy", policy.entry(&name).value());
    policies.insert(name, policy);
    Ok(answer.output())
}

/// Policies of single log groups are not here, so that there are none to be asked for.
pub(crate) fn describe(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let scope = constraint::one_of(&mut call.input, "policyScope", &[ACCOUNT, "RESOURCE"])?;
    let page = Page::read(&mut call.input)?;
    call.input.finish()?;
    let store = logs.stores.get(&Place::of(&call)).filter(|_| scope.is_none_or(|scope| scope == ACCOUNT));
    let policies = store.into_iter().flat_map(|store| &store.policies);
    let rows = policies.map(|(name, policy)| (name.clone(), policy.entry(name).value()));
    Ok(page.answer("resourcePolicies", rows).output())
}

pub(crate) fn delete(logs: &mut Logs, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = constraint::required(&mut call.input, "policyName", NAME)?;
    call.input.finish()?;
    let held = logs.stores.get(&place).is_some_and(|store| store.policies.contains_key(&name));
    if !held {
        return Err(error::not_found(format!("Policy with name [{name}] does not exist.")));
    }
    logs.stores.get_mut(&place).policies.remove(&name);
    Ok(Output::default())
}
