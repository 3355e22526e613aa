//! Resource policies of functions and layer versions, made of single statements.
//!
//! <https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html>

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::reference::{LATEST, Reference};
use super::{Lambda, error};
use crate::Call;
use crate::input::Input;
use crate::random;
use crate::structure::Structure;

/// "Lambda quotas": a function's resource policy.
const MAX_POLICY: usize = 20_480;

/// A policy's statements, each with its id, in the order that they were added.
#[derive(Clone, Default)]
pub(crate) struct Policy {
    statements: Vec<(String, String)>,
    revision: String,
}

impl Policy {
    /// The document, in AWS's own layout.
    fn document(&self) -> String {
        let statements: Vec<&str> = self.statements.iter().map(|(_, text)| text.as_str()).collect();
        format!(r#"{{"Version":"2012-10-17","Id":"default","Statement":[{}]}}"#, statements.join(","))
    }

    /// Adds a statement.
    pub fn add(&mut self, sid: &str, statement: String) -> Result<(), ApiError> {
        if self.statements.iter().any(|(earlier, _)| earlier == sid) {
            return Err(error::conflict(format!(
                "The statement id ({sid}) provided already exists. Please provide a new statement id, or remove the existing statement."
            )));
        }
        let mut policy = self.clone();
        policy.statements.push((sid.to_owned(), statement));
        let length = policy.document().len();
        if length > MAX_POLICY {
            return Err(error::policy_too_long(length, MAX_POLICY));
        }
        policy.revision = random::uuid()?;
        *self = policy;
        Ok(())
    }

    /// Removes a statement.
    pub fn remove(&mut self, sid: &str) -> Result<(), ApiError> {
        let before = self.statements.len();
        self.statements.retain(|(held, _)| held != sid);
        if self.statements.len() == before {
            return Err(error::not_found(format!("Statement {sid} is not found in resource policy.")));
        }
        self.revision = random::uuid()?;
        Ok(())
    }

    /// Refuses a revision that is not the latest.
    pub fn check_revision(&self, given: Option<&str>) -> Result<(), ApiError> {
        match given {
            Some(given) if given != self.revision => Err(error::wrong_revision("GetPolicy")),
            _ => Ok(()),
        }
    }

    /// The answer that shows the policy. Without a statement there is none.
    pub fn shown(&self) -> Result<Structure, ApiError> {
        if self.statements.is_empty() {
            return Err(error::nothing());
        }
        Ok(Structure::new().with("Policy", self.document()).with("RevisionId", self.revision.as_str()))
    }

    /// The revision, for answers that show it beside a statement.
    pub fn revision(&self) -> &str {
        &self.revision
    }
}

/// One statement, with its elements in the order that AWS has them in.
pub(crate) fn statement(
    sid: &str,
    principal: &Value,
    action: &str,
    resource: &str,
    conditions: &[(&str, &str, String)],
) -> String {
    let mut operators: Vec<&str> = conditions.iter().map(|(operator, ..)| *operator).collect();
    operators.dedup();
    let conditions: Vec<String> = operators
        .into_iter()
        .map(|operator| {
            let keys = conditions.iter().filter(|(of, ..)| *of == operator);
            let keys: Vec<String> =
                keys.map(|(_, key, value)| format!("{}:{}", json!(key), json!(value))).collect();
            format!("{}:{{{}}}", json!(operator), keys.join(","))
        })
        .collect();
    let condition = match conditions.is_empty() {
        true => String::new(),
        false => format!(r#","Condition":{{{}}}"#, conditions.join(",")),
    };
    format!(
        r#"{{"Sid":{},"Effect":"Allow","Principal":{principal},"Action":{},"Resource":{}{condition}}}"#,
        json!(sid),
        json!(action),
        json!(resource)
    )
}

/// The principal as statements hold it: everyone, an account, an ARN, or a service.
pub(crate) fn principal(given: &str) -> Result<Value, ApiError> {
    let account = given.len() == 12 && given.chars().all(|c| c.is_ascii_digit());
    match given {
        "*" => Ok(json!("*")),
        _ if account => Ok(json!({ "AWS": format!("arn:aws:iam::{given}:root") })),
        arn if arn.starts_with("arn:aws:iam::") || arn.starts_with("arn:aws:sts::") => {
            Ok(json!({ "AWS": arn }))
        }
        service if service.ends_with(".amazonaws.com") || service.ends_with(".amazon.com") => {
            Ok(json!({ "Service": service }))
        }
        _ => Err(error::invalid(
            "The provided principal was invalid. Please check the principal and try again.",
        )),
    }
}

/// Takes what a statement asks for beyond action and principal.
fn conditions(
    input: &mut Input,
    action: &str,
) -> Result<Vec<(&'static str, &'static str, String)>, ApiError> {
    let mut conditions = Vec::new();
    for (member, operator, key) in [
        ("SourceAccount", "StringEquals", "AWS:SourceAccount"),
        ("PrincipalOrgID", "StringEquals", "aws:PrincipalOrgID"),
        ("EventSourceToken", "StringEquals", "lambda:EventSourceToken"),
        ("FunctionUrlAuthType", "StringEquals", "lambda:FunctionUrlAuthType"),
        ("SourceArn", "ArnLike", "AWS:SourceArn"),
    ] {
        if let Some(value) = input.string(member)? {
            conditions.push((operator, key, value));
        }
    }
    if let Some(value) = input.boolean("InvokedViaFunctionUrl")? {
        conditions.push(("Bool", "lambda:InvokedViaFunctionUrl", value.to_string()));
    }
    let url = conditions.iter().any(|(_, key, _)| *key == "lambda:FunctionUrlAuthType");
    if url && action != "lambda:InvokeFunctionUrl" {
        let message = "FunctionUrlAuthType is only supported for lambda:InvokeFunctionUrl action";
        return Err(error::invalid(message));
    }
    Ok(conditions)
}

pub(crate) fn add(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let input = &mut call.input;
    let (sid, action) = (input.required("StatementId")?, input.required("Action")?);
    let principal = principal(&input.required("Principal")?)?;
    let conditions = conditions(input, &action)?;
    let revision = input.string("RevisionId")?;
    input.finish()?;
    if named.qualifier.as_deref() == Some(LATEST) {
        return Err(error::invalid("We currently do not support adding policies for $LATEST."));
    }
    let function = lambda.function_mut(&named)?;
    function.version(&named)?;
    let statement = statement(&sid, &principal, &action, &named.arn(), &conditions);
    let policy = function.policies.entry(named.qualifier_or_latest().to_owned()).or_default();
    policy.check_revision(revision.as_deref())?;
    policy.add(&sid, statement.clone())?;
    Ok(Structure::new().with("Statement", statement).output())
}

pub(crate) fn get(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    call.input.finish()?;
    let function = lambda.function(&named)?;
    let policy = function.policies.get(named.qualifier_or_latest()).ok_or_else(error::nothing)?;
    Ok(policy.shown()?.output())
}

pub(crate) fn remove(lambda: &mut Lambda, mut call: Call) -> Result<Output, ApiError> {
    let named = Reference::take(&mut call)?;
    let sid = call.input.required("StatementId")?;
    let revision = call.input.string("RevisionId")?;
    call.input.finish()?;
    let function = lambda.function_mut(&named)?;
    let policy = function.policies.get_mut(named.qualifier_or_latest()).ok_or_else(error::nothing)?;
    policy.check_revision(revision.as_deref())?;
    policy.remove(&sid)?;
    Ok(Output::default())
}
