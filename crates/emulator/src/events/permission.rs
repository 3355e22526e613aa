//! Resource policies of buses, whole or a statement at a time. What they mean is the gateway's to know.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutPermission.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::{Events, error, read_bus};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::Input;
use crate::place::Place;

const STATEMENT_ID: Length = Length(1, 64);
const ACTION: &str = "events:PutEvents";
const MAX_POLICY: usize = 10_240;
const ORGANIZATION: &str = "aws:PrincipalOrgID";
const STATEMENT_MEMBERS: [&str; 4] = ["Action", "Principal", "StatementId", "Condition"];

fn read_statement_id(input: &mut Input) -> Result<Option<String>, ApiError> {
    let id = constraint::text(input, "StatementId", STATEMENT_ID)?;
    if let Some(id) = &id {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        constraint::matches(input, id, "StatementId", "[a-zA-Z0-9-_]+", allowed)?;
    }
    Ok(id)
}

/// Takes the members that make one statement.
fn read_statement(input: &mut Input, bus_arn: &str) -> Result<(String, Value), ApiError> {
    let needed = |name: &str| error::validation(format!("Parameter {name} must be specified."));
    let action = input.string("Action")?.ok_or_else(|| needed("Action"))?;
    if action != ACTION {
        return Err(error::validation(format!(
            "Provided value in parameter 'action' is not supported. Use {ACTION}."
        )));
    }
    let principal = input.string("Principal")?.ok_or_else(|| needed("Principal"))?;
    let account = principal.len() == 12 && principal.chars().all(|c| c.is_ascii_digit());
    let principal = match principal.as_str() {
        "*" => json!("*"),
        id if account => json!({ "AWS": format!("arn:aws:iam::{id}:root") }),
        _ => return Err(error::validation("Provided value in parameter 'principal' is not valid.")),
    };
    let id = read_statement_id(input)?.ok_or_else(|| needed("StatementId"))?;
    let mut statement = json!({
        "Sid": id, "Effect": "Allow", "Principal": principal, "Action": ACTION, "Resource": bus_arn,
    });
    if let Some(mut condition) = input.structure("Condition")? {
        let kind = constraint::one_of(&mut condition, "Type", &["StringEquals"])?;
        let key = constraint::one_of(&mut condition, "Key", &[ORGANIZATION])?;
        let value = condition.string("Value")?;
        condition.finish()?;
        if let (Some(kind), Some(key), Some(value)) = (kind, key, value)
            && let Some(members) = statement.as_object_mut()
        {
            members.insert("Condition".to_owned(), json!({ kind: { key: value } }));
        }
    }
    Ok((id, statement))
}

/// The statements of a policy; a single one need not stand in a list.
fn statements(policy: Option<&str>) -> Vec<Value> {
    let document = policy.and_then(|policy| serde_json::from_str::<Value>(policy).ok());
    match document.and_then(|mut document| document.get_mut("Statement").map(Value::take)) {
        Some(Value::Array(statements)) => statements,
        Some(statement) => vec![statement],
        None => Vec::new(),
    }
}

fn has_id(statement: &Value, id: &str) -> bool {
    statement.get("Sid").and_then(Value::as_str) == Some(id)
}

/// The policy of these statements; none where there are none.
fn policy_of(statements: &[Value]) -> Option<String> {
    let document = || json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    (!statements.is_empty()).then(document)
}

pub(crate) fn put(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let input = &mut call.input;
    let name = read_bus(input, "EventBusName", &place)?;
    let policy = match input.string("Policy")? {
        Some(policy) => {
            if let Some(member) = STATEMENT_MEMBERS.into_iter().find(|member| input.has(member)) {
                return Err(error::validation(format!("Policy and {member} can't be specified together.")));
            }
            match serde_json::from_str(&policy) {
                Ok(Value::Object(document)) if document.contains_key("Statement") => {}
                _ => return Err(error::validation("Parameter Policy is not a valid policy document.")),
            }
            input.finish()?;
            policy
        }
        None => {
            let bus = events.bus(&place, &name)?;
            let (id, statement) = read_statement(input, &bus.arn(&place))?;
            input.finish()?;
            let mut held = statements(bus.policy.as_deref());
            held.retain(|held| !has_id(held, &id));
            held.push(statement);
            policy_of(&held).unwrap_or_default()
        }
    };
    if policy.len() > MAX_POLICY {
        return Err(error::policy_too_long());
    }
    let bus = events.bus_mut(&place, &name)?;
    bus.policy = Some(policy);
    bus.modified = bus.modified.map(|_| call.now);
    Ok(Output::default())
}

pub(crate) fn remove(events: &mut Events, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let name = read_bus(&mut call.input, "EventBusName", &place)?;
    let id = read_statement_id(&mut call.input)?;
    let all = call.input.boolean("RemoveAllPermissions")?.unwrap_or_default();
    call.input.finish()?;
    let held = statements(events.bus(&place, &name)?.policy.as_deref());
    let rest: Vec<Value> = match &id {
        None if all => Vec::new(),
        None => return Err(error::validation("Parameter StatementId must be specified.")),
        Some(_) if held.is_empty() => return Err(error::not_found("EventBus does not have a policy.")),
        Some(id) => held.iter().filter(|statement| all || !has_id(statement, id)).cloned().collect(),
    };
    if !all && rest.len() == held.len() {
        return Err(error::not_found("Statement with the provided id does not exist."));
    }
    let bus = events.bus_mut(&place, &name)?;
    bus.policy = if all { None } else { policy_of(&rest) };
    bus.modified = bus.modified.map(|_| call.now);
    Ok(Output::default())
}
