//! The catalog's resource policy. It is kept as it is sent; what it means is the gateway's to know.
//!
//! <https://docs.aws.amazon.com/glue/latest/webapi/API_PutResourcePolicy.html>

use jiff::Timestamp;
use md5::{Digest, Md5};
use serde_json::Value;
use stackproof_aws::{ApiError, Output};

use super::{Glue, PAGES, error};
use crate::Call;
use crate::constraint::base64;
use crate::input::{Input, not_implemented};
use crate::place::Place;
use crate::structure::Structure;

/// A policy, and what tells it from an earlier one.
#[derive(Clone)]
pub(crate) struct Policy {
    text: String,
    hash: String,
    created: Timestamp,
    updated: Timestamp,
}

impl Policy {
    fn shown(&self) -> Structure {
        Structure::new()
            .with("PolicyInJson", self.text.as_str())
            .with("PolicyHash", self.hash.as_str())
            .with_moment("CreateTime", self.created)
            .with_moment("UpdateTime", self.updated)
    }
}

/// Takes the ARN of what the policy is of: only catalogs have one.
fn read_place(call: &mut Call) -> Result<Place, ApiError> {
    let Some(arn) = call.input.string("ResourceArn")? else { return Ok(Place::of(call)) };
    match Place::parse("glue", &arn) {
        Some((place, resource)) if resource == "catalog" => Ok(place),
        Some(_) => Err(not_implemented(&format!("glue resource policy of {arn}"))),
        None => Err(error::invalid(format!("Invalid resource ARN: {arn}"))),
    }
}

/// Takes the hash that the held policy must have.
fn check_hash(input: &mut Input, held: Option<&Policy>) -> Result<(), ApiError> {
    match input.string("PolicyHashCondition")? {
        Some(hash) if held.is_none_or(|held| held.hash != hash) => {
            Err(error::condition("Policy hash condition not met."))
        }
        _ => Ok(()),
    }
}

pub(crate) fn put(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = read_place(&mut call)?;
    let text = call.input.required("PolicyInJson")?;
    let exists = call.input.string("PolicyExistsCondition")?;
    // Whether grants of Lake Formation hold beside the policy is that service's to know.
    call.input.keep(&["EnableHybrid"]);
    let held = glue.store(&place).and_then(|store| store.policy.as_ref());
    check_hash(&mut call.input, held)?;
    call.input.finish()?;
    match serde_json::from_str(&text) {
        Ok(Value::Object(document)) if document.contains_key("Statement") => {}
        _ => return Err(error::invalid("Policy is not valid JSON.")),
    }
    match (exists.as_deref(), held) {
        (Some("MUST_EXIST"), None) => return Err(error::no_policy()),
        (Some("NOT_EXIST"), Some(_)) => return Err(error::condition("Policy already exists.")),
        _ => {}
    }
    let hash = base64(Md5::digest(&text));
    let created = held.map_or(call.now, |held| held.created);
    glue.store_mut(&place).policy = Some(Policy { text, hash: hash.clone(), created, updated: call.now });
    Ok(Structure::new().with("PolicyHash", hash).output())
}

pub(crate) fn get(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = read_place(&mut call)?;
    call.input.finish()?;
    let policy = glue.store(&place).and_then(|store| store.policy.as_ref()).ok_or_else(error::no_policy)?;
    Ok(policy.shown().output())
}

pub(crate) fn list(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let page = PAGES.read(&mut call.input)?;
    call.input.finish()?;
    let policy = glue.store(&Place::of(&call)).and_then(|store| store.policy.as_ref());
    let rows = policy.map(|policy| (String::new(), policy.shown().value()));
    Ok(page.answer("GetResourcePoliciesResponseList", rows).output())
}

pub(crate) fn delete(glue: &mut Glue, mut call: Call) -> Result<Output, ApiError> {
    let place = read_place(&mut call)?;
    let held = glue.store(&place).and_then(|store| store.policy.as_ref());
    let held = held.ok_or_else(error::no_policy)?;
    check_hash(&mut call.input, Some(held))?;
    call.input.finish()?;
    glue.store_mut(&place).policy = None;
    Ok(Output::default())
}
