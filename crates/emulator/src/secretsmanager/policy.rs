//! Resource policies of secrets. They are kept as they are sent; what they mean is the gateway's to know.

use serde_json::{Value, json};
use stackproof_aws::{ApiError, Output};

use super::{SecretsManager, error, secret_id};
use crate::Call;
use crate::constraint::{self, Length};
use crate::input::{Input, not_implemented};
use crate::place::Place;
use crate::structure::Structure;

const LENGTH: Length = Length(1, 20_480);

/// Who a policy lets in, as far as can be told without weighing conditions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reach {
    Named,
    Everyone,
    /// Everyone who meets a condition: whether that is broad takes reasoning that is not here.
    EveryoneUnderCondition,
}

/// Takes a policy and sees that it has the form of one.
fn read(input: &mut Input) -> Result<(String, Reach), ApiError> {
    let text = constraint::required(input, "ResourcePolicy", LENGTH)?;
    let document: Value = serde_json::from_str(&text).map_err(|_| error::malformed_policy())?;
    let statements = match document.get("Statement") {
        Some(Value::Array(statements)) if !statements.is_empty() => statements.as_slice(),
        Some(statement @ Value::Object(_)) => std::slice::from_ref(statement),
        _ => return Err(error::malformed_policy()),
    };
    let mut reach = Reach::Named;
    for statement in statements {
        let effect = statement.get("Effect").and_then(Value::as_str);
        let principal = statement.get("Principal").or_else(|| statement.get("NotPrincipal"));
        let action = statement.get("Action").or_else(|| statement.get("NotAction"));
        let (Some(effect @ ("Allow" | "Deny")), Some(principal), Some(_)) = (effect, principal, action)
        else {
            return Err(error::malformed_policy());
        };
        let broad = statement.get("NotPrincipal").is_some() || names_everyone(principal);
        if effect == "Allow" && broad {
            match statement.get("Condition") {
                None => reach = Reach::Everyone,
                Some(_) if reach == Reach::Named => reach = Reach::EveryoneUnderCondition,
                Some(_) => {}
            }
        }
    }
    Ok((text, reach))
}

fn names_everyone(principal: &Value) -> bool {
    match principal {
        Value::String(text) => text == "*",
        Value::Array(items) => items.iter().any(names_everyone),
        Value::Object(kinds) => kinds.values().any(names_everyone),
        _ => false,
    }
}

impl Reach {
    fn is_public(self, operation: &str) -> Result<bool, ApiError> {
        match self {
            Self::Named => Ok(false),
            Self::Everyone => Ok(true),
            Self::EveryoneUnderCondition => {
                Err(not_implemented(&format!("{operation} of a policy for everyone under a condition")))
            }
        }
    }
}

pub(crate) fn put(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = secret_id(&mut call.input)?;
    let (policy, reach) = read(&mut call.input)?;
    let block = call.input.boolean("BlockPublicPolicy")?.unwrap_or_default();
    call.input.finish()?;
    if block && reach.is_public("PutResourcePolicy.BlockPublicPolicy")? {
        return Err(error::public_policy());
    }
    let name = secrets.live(&place, &named)?.name.clone();
    let secret = secrets.change(&place, &name)?;
    secret.policy = Some(policy);
    Ok(secret.identity().output())
}

pub(crate) fn get(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let named = secret_id(&mut call.input)?;
    call.input.finish()?;
    let secret = secrets.live(&Place::of(&call), &named)?;
    Ok(secret.identity().with_some("ResourcePolicy", secret.policy.as_deref()).output())
}

pub(crate) fn delete(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let place = Place::of(&call);
    let named = secret_id(&mut call.input)?;
    call.input.finish()?;
    let name = secrets.live(&place, &named)?.name.clone();
    let secret = secrets.change(&place, &name)?;
    secret.policy = None;
    Ok(secret.identity().output())
}

pub(crate) fn validate(secrets: &mut SecretsManager, mut call: Call) -> Result<Output, ApiError> {
    let named = call.input.has("SecretId").then(|| secret_id(&mut call.input)).transpose()?;
    let (_, reach) = read(&mut call.input)?;
    call.input.finish()?;
    if let Some(named) = named {
        secrets.live(&Place::of(&call), &named)?;
    }
    let public = reach.is_public("ValidateResourcePolicy")?;
    let errors = match public {
        true => json!([{ "CheckName": "PublicPolicy", "ErrorMessage": error::public_policy().message }]),
        false => json!([]),
    };
    Ok(Structure::new().with("PolicyValidationPassed", !public).with("ValidationErrors", errors).output())
}
